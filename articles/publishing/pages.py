"""Public pages of speakers, organizations, events and topics.

Their rows are a working copy like an article's. They become public when an edition first names
them, and change in public when somebody publishes them: each time with a row in the log.

Everything is computed before the log's lock is taken, down to the SQL that writes it. Under it
``send`` compares what that rests on with what is there now, computes again in the rare case that
somebody has changed it between, and sends the SQL in one round trip.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any
from uuid import UUID

from django.contrib.auth.models import User
from django.core.exceptions import ObjectDoesNotExist
from django.db import connection, transaction

from articles import log
from articles.formats.partner_records import to_record, to_tombstone_record
from articles.frozen import (
    Snapshot,
    SpeakerCapacityCard,
    authors_of,
    capacities_of,
    organizations_of,
)
from articles.log import Rows
from articles.models import (
    OWN_KINDS,
    Address,
    Change,
    Event,
    FrontPage,
    PublicPage,
    SearchDocument,
    SitePage,
    Topic,
)
from articles.publishing import audit
from articles.publishing.order import order_key
from articles.publishing.snapshot import (
    RowsBehind,
    event_card,
    front_page,
    organization_card,
    rows_behind_page,
    site_page,
    speaker_capacity_card,
    speaker_page,
    topic_page,
)
from articles.publishing.touched import Page, touch_pages_sql
from articles.publishing.workflow import Action, Refused, check_four_eyes, check_permission
from articles.search import index
from people.constraints import is_visible
from people.models import Affiliation, Organization, Speaker

type Publishable = Speaker | Organization | Event | Topic | SitePage | FrontPage
type Card = Mapping[str, Any]


@dataclass(frozen=True)
class Update:
    """A public page as it should become, and the ``page`` as it was when that was computed.

    ``notice`` withdraws the page.
    """

    kind: str
    id: UUID
    card: Card
    item: dict[str, Any]
    page: PublicPage | None
    row: Publishable
    notice: str = ""

    @property
    def is_shown(self) -> bool:
        """Whether readers see it like that already."""
        page = self.page
        return page is not None and (page.card, page.notice) == (self.card, self.notice)


@dataclass
class Named:
    """The rows that a document names, as far as they still exist; merged speakers as one."""

    capacities: list[Affiliation] = field(default_factory=list)
    organizations: list[Organization] = field(default_factory=list)
    topics: list[Topic] = field(default_factory=list)
    event: Event | None = None

    @property
    def speakers(self) -> dict[Speaker, list[Affiliation]]:
        """The speakers of the capacities, each with those of its capacities that are named."""
        found: dict[Speaker, list[Affiliation]] = {}
        for capacity in self.capacities:
            found.setdefault(capacity.speaker, []).append(capacity)
        return found


@transaction.atomic
def publish_page(row: Publishable, *, by: User) -> bool:
    """Publish ``row`` as the database has it now; return whether its page changed.

    What it names becomes public with it. Raises PermissionDenied, and Refused when its address
    belongs to another, when it was deleted, or when it is a speaker who was merged into another.
    """
    check_permission(by, Action.PUBLISH)

    def compute() -> Publication:
        behind = rows_behind_page(row)
        try:
            row.refresh_from_db()
        except ObjectDoesNotExist as error:
            raise Refused(f"“{row}” was deleted meanwhile.") from error
        if isinstance(row, Speaker) and row.merged_into:
            raise Refused(f"{row} was merged into {row.merged_into}; publish that speaker instead.")
        # In a circle of parents an organization names itself.
        missing = [update for update in plan_missing(named_by_row(row)) if update.id != row.pk]
        return Publication([*missing, plan_row(row)], by=by, behind=behind)

    changed = row.pk in {update.id for update in send(compute).updates}
    if changed:
        audit.record("publish page", row, by=by)
    return changed


@transaction.atomic
def withdraw_page(row: Publishable, *, by: User, notice: str) -> None:
    """Take the page of ``row`` from readers; its address answers with the public ``notice``.

    Partners are told to drop it. Articles that name it stay as they are. ``publish_page`` brings
    it back; publishing an article does not. Raises PermissionDenied, and Refused when there is no
    notice or the page is not live.
    """
    check_permission(by, Action.WITHDRAW)
    notice = notice.strip()
    if not is_visible(notice):
        raise Refused("Write the public notice: why the page is withdrawn.")

    def compute() -> Publication:
        page = PublicPage.objects.live().filter(pk=row.pk).first()
        if page is None:
            raise Refused(f"“{row}” has no public page; so there is nothing to withdraw.")
        item = to_tombstone_record(page.kind, page.card, notice=notice)
        return Publication([Update(page.kind, page.pk, page.card, item, page, row, notice)], by=by)

    send(compute)
    audit.record("withdraw page", row, by=by, note=notice)


def has_unpublished_changes(row: Publishable) -> bool:
    """Whether ``row`` differs from its live page, or has none."""
    page = PublicPage.objects.live().filter(pk=row.pk).first()
    return page is None or page.card != _card(row)


# Planning: reads and computes, writes nothing ----------------------------------------------------


def named_by_snapshot(snapshot: Snapshot) -> Named:
    """The rows that ``snapshot`` names."""
    named = {*capacities_of(snapshot), *(card["id"] for card in authors_of(snapshot))}
    event = snapshot["event"]
    capacities = list(
        Affiliation.objects.filter(pk__in=named, speaker__merged_into=None)
        .select_related("speaker", "organization__parent")
        .prefetch_related("speaker__merged")
    )
    # ``_bodies`` adds those of the capacities, which have just been read.
    others = {card["id"] for card in organizations_of(snapshot)}
    others -= {str(capacity.organization_id) for capacity in capacities}
    return Named(
        capacities=capacities,
        organizations=list(Organization.objects.filter(pk__in=others).select_related("parent")),
        topics=list(Topic.objects.filter(pk__in=[topic["id"] for topic in snapshot["topics"]])),
        event=Event.objects.filter(pk=event["id"]).first() if event else None,
    )


def named_by_row(row: Publishable) -> Named:
    """The rows that the page of ``row`` names; nothing of ``row`` itself."""
    match row:
        case Speaker():
            capacities = row.affiliations.select_related("organization__parent")
            return Named(
                organizations=[
                    body.organization for body in capacities if body.organization is not None
                ]
            )
        case Organization():
            return Named(organizations=[row.parent] if row.parent else [])
        case Event():
            return Named(
                capacities=list(
                    row.capacities.select_related(
                        "speaker", "organization__parent"
                    ).prefetch_related("speaker__merged")
                ),
                organizations=list(row.organizers.select_related("parent")),
            )
        case Topic() | SitePage() | FrontPage():
            return Named()


def plan_row(row: Publishable) -> Update:
    """The page of ``row`` as it is now."""
    return plan_card(row, _card(row))


def plan_card(row: Publishable, card: Card) -> Update:
    """The page of ``row`` with this ``card``."""
    return _update(row, card, PublicPage.objects.filter(pk=row.pk).first())


def plan_all(named: Named) -> list[Update]:
    """The pages of everything in ``named``, each as its row is now.

    Of a speaker only the capacities named join those that are public: others may belong to a
    story that is still being written.
    """
    pages = _pages(named)
    updates = [
        _update(body, organization_card(body), pages.get(body.pk)) for body in _bodies(named)
    ]
    speakers = named.speakers
    affiliations = _affiliations(row for row in speakers if row.pk in pages)
    for speaker, capacities in speakers.items():
        page = pages.get(speaker.pk)
        if page:
            shown = {card["id"] for card in page.card["capacities"]}
            shown |= {str(capacity.pk) for capacity in capacities}
            capacities = [row for row in affiliations[speaker.pk] if str(row.pk) in shown]
        card = speaker_page(speaker, capacities)
        updates.append(_update(speaker, card, page))
    updates += [_update(topic, topic_page(topic), pages.get(topic.pk)) for topic in named.topics]
    if named.event:
        updates.append(_update(named.event, event_card(named.event), pages.get(named.event.pk)))
    return _withdrawn_stay(updates)


def plan_missing(named: Named) -> list[Update]:
    """Pages for what is in ``named`` and not public yet; capacities that public speakers lack."""
    pages = _pages(named)
    updates: list[Update] = [
        _update(body, organization_card(body), None)
        for body in _bodies(named)
        if body.pk not in pages
    ]
    for speaker, capacities in named.speakers.items():
        page = pages.get(speaker.pk)
        if page is None:
            updates.append(_update(speaker, speaker_page(speaker, capacities), None))
            continue
        shown: dict[str, SpeakerCapacityCard] = {row["id"]: row for row in page.card["capacities"]}
        new = [speaker_capacity_card(row) for row in capacities if str(row.pk) not in shown]
        if new:
            card = {**page.card, "capacities": [*shown.values(), *new]}
            updates.append(_update(speaker, card, page))
    updates += [_update(row, topic_page(row), None) for row in named.topics if row.pk not in pages]
    if named.event and named.event.pk not in pages:
        updates.append(_update(named.event, event_card(named.event), None))
    return _withdrawn_stay(updates)


# Writing: computed before the log's lock, compared and sent under it ------------------------------

#: The newest changes of the log: those of this publication, once they are appended.
NEWEST = "(SELECT object_id, sequence FROM articles_change ORDER BY sequence DESC LIMIT %s)"

_STORE = f"""
    INSERT INTO articles_publicpage (id, kind, slug, card, notice, order_key, sequence)
    SELECT row.*, change.sequence
    FROM unnest(%s::uuid[], %s::text[], %s::text[], %s::jsonb[], %s::text[], %s::text[])
        AS row (id, kind, slug, card, notice, order_key)
    JOIN {NEWEST} AS change ON change.object_id = row.id
    ON CONFLICT (id) DO UPDATE SET slug = excluded.slug, card = excluded.card,
        notice = excluded.notice, order_key = excluded.order_key, sequence = excluded.sequence
"""  # noqa: S608 - put together from a constant

_NUMBERS = "SELECT id, sequence FROM articles_publicpage WHERE id = ANY(%s::uuid[])"

#: What was public cannot be deleted; what becomes it is kept until the commit. Whoever deletes it,
#: or gives it another address, at this moment is not waited for: that one may wait for the log.
_KEEP = "SELECT id FROM {table} WHERE id = ANY(%s::uuid[]) FOR KEY SHARE SKIP LOCKED"


class Publication:
    """What is to be written: computed before the log's lock, compared and sent under it.

    It holds while the pages that it was computed from have the numbers that they had then, and the
    rows ``behind`` it are unchanged; None where it was made from what nobody changes.
    """

    def __init__(
        self, updates: Sequence[Update], *, by: User, behind: RowsBehind | None = None
    ) -> None:
        """Raises Refused, with FOUR_EYES, when ``by`` wrote last what a page will show."""
        self.behind = behind
        self.numbers = {row.id: row.page.sequence if row.page else 0 for row in updates}
        self.updates = [row for row in updates if not row.is_shown]
        check_four_eyes(by, *((row.row, row.row.saved_by_id) for row in self.updates))
        self.changes = [
            Change(kind=row.kind, object_id=row.id, item=row.item) for row in self.updates
        ]

    @property
    def addresses(self) -> list[tuple[str, str, UUID]]:
        """The addresses (kind, slug, owner's id) that it takes."""
        return [(row.kind, row.card["slug"], row.id) for row in self.updates]

    @property
    def touched(self) -> list[Page]:
        """The pages that change, as they were and as they will be."""
        return [*self.updates, *(row.page for row in self.updates if row.page)]

    @property
    def documents(self) -> list[SearchDocument]:
        """The search documents of the pages that will be live."""
        return [
            index.of_page(row.kind, row.id, row.card)
            for row in self.updates
            if not row.notice and row.kind not in OWN_KINDS
        ]

    @property
    def first_pages(self) -> dict[str, list[UUID]]:
        """The rows that were never public, by their tables."""
        found: dict[str, list[UUID]] = {}
        for update in self.updates:
            if update.page is None:
                found.setdefault(update.row._meta.db_table, []).append(update.id)
        return found

    def questions(self) -> dict[str, str]:
        """The SQL that asks what ``holds`` is told, by the name of each question."""
        asked = {
            "owners": other_owners_sql(self.addresses),
            "numbers": log.sql_with_values(_NUMBERS, [list(self.numbers)]),
        }
        for table, ids in self.first_pages.items():
            asked[table] = log.sql_with_values(_KEEP.format(table=table), [ids])
        if self.behind:
            asked["behind"] = self.behind.sql
        return asked

    def holds(self, answers: Mapping[str, Rows]) -> bool:
        """Whether what it was computed from is still so, by the ``answers`` to ``questions``.

        Raises Refused when an address belongs to another.
        """
        if self.behind and answers["behind"] != [(self.behind.version,)]:
            return False
        if self.numbers != dict.fromkeys(self.numbers, 0) | dict(answers["numbers"]):
            return False
        for table, ids in self.first_pages.items():
            if len(answers[table]) < len(ids):
                return False
        refuse_others(answers["owners"])
        return True

    def commands(self) -> list[str]:
        """The SQL that writes it; the first command appends to the log and returns the numbers."""
        count, removed = len(self.changes), [row.id for row in self.updates if row.notice]
        commands = [log.append_sql(self.changes), *self.pages_commands(count)]
        commands.append(touch_pages_sql(self.touched, removed=bool(removed)))
        if documents := self.documents:
            commands.append(index.write_sql(documents, changes=count))
        if removed:
            commands.append(index.remove_sql(removed))
        return commands

    def pages_commands(self, changes: int) -> list[str]:
        """The SQL that takes the addresses and writes the pages, after ``changes`` rows."""
        field = PublicPage._meta.get_field("card")
        columns: list[list[Any]] = [
            [row.id for row in self.updates],
            [row.kind for row in self.updates],
            [row.card["slug"] for row in self.updates],
            [field.get_db_prep_save(row.card, connection) for row in self.updates],
            [row.notice for row in self.updates],
            [order_key(row.kind, row.card) for row in self.updates],
        ]
        return [
            take_addresses_sql(self.addresses),
            *([log.sql_with_values(_STORE, [*columns, changes])] if self.updates else []),
        ]


#: How often something is computed before it is refused: once before the lock, the rest under it.
MOST_ATTEMPTS = 5

#: The sentence for somebody who publishes what another is saving.
CHANGED_MEANWHILE = (
    "Somebody else has changed what this names at this moment; look it over and try again."
)


def send[P: Publication](compute: Callable[[], P], *, wait: bool = True) -> P:
    """Compute a publication, take the log's lock, and write it.

    ``compute`` runs before the lock is taken, and again under it while something that it rests on
    has changed meanwhile: no publication can come between then, but whoever saves a speaker can.
    Raises Refused when an address belongs to another, or when somebody saves all the time,
    ``log.Locked`` when another has the lock and this one is not to ``wait``, and what ``compute``
    raises.
    """
    for attempt in range(MOST_ATTEMPTS):
        publication = compute()
        questions, commands = publication.questions(), publication.commands()
        if attempt == 0:
            if wait:
                log.lock()
            elif not log.try_lock():
                raise log.Locked
        answers = log.in_one_round_trip(*questions.values())
        if publication.holds(dict(zip(questions, answers, strict=True))):
            break
    else:
        raise Refused(CHANGED_MEANWHILE)
    if publication.changes:
        [numbers, *_] = log.in_one_round_trip(*commands)
        log.note_numbers(publication.changes, numbers)
    return publication


# Addresses ----------------------------------------------------------------------------------------

_OTHERS = """
    SELECT kind, slug FROM articles_address AS address
    JOIN unnest(%s::text[], %s::text[], %s::uuid[]) AS wanted (kind, slug, object_id)
        USING (kind, slug)
    WHERE address.object_id != wanted.object_id
"""

_TAKE = """
    INSERT INTO articles_address (kind, slug, object_id)
    SELECT DISTINCT ON (kind, slug) *
    FROM unnest(%s::text[], %s::text[], %s::uuid[]) AS wanted (kind, slug, object_id)
    ON CONFLICT DO NOTHING
"""


def claim_addresses(wanted: Sequence[tuple[str, str, UUID]]) -> None:
    """Take addresses (kind, slug, owner's id) for good. Raises Refused when one is another's.

    Call it under the log's lock.
    """
    [others] = log.in_one_round_trip(other_owners_sql(wanted))
    refuse_others(others)
    log.in_one_round_trip(take_addresses_sql(wanted))


def other_owners_sql(wanted: Sequence[tuple[str, str, UUID]]) -> str:
    """The SQL that returns those of the addresses ``wanted`` that belong to another."""
    return log.sql_with_values(_OTHERS, _columns(wanted))


def take_addresses_sql(wanted: Sequence[tuple[str, str, UUID]]) -> str:
    """The SQL that takes the addresses ``wanted``, as far as nobody has them."""
    return log.sql_with_values(_TAKE, _columns(wanted))


def refuse_others(rows: Rows) -> None:
    """Raise Refused if there are ``rows`` of ``other_owners_sql``."""
    if rows:
        raise Refused([address_taken(Address(kind=kind, slug=slug)) for kind, slug in rows])


def _columns(wanted: Sequence[tuple[str, str, UUID]]) -> list[list[Any]]:
    return [[row[place] for row in wanted] for place in range(3)]


def address_taken(address: Address) -> str:
    """The sentence for somebody who asks for another's address."""
    return f"The address {address} belongs to another {address.kind}; choose another slug."


def _withdrawn_stay(updates: list[Update]) -> list[Update]:
    """A withdrawn page stays as it is until somebody publishes it by itself."""
    return [
        replace(row, card=row.page.card, notice=row.page.notice)
        if row.page and row.page.notice
        else row
        for row in updates
    ]


def _update(row: Publishable, card: Card, page: PublicPage | None) -> Update:
    kind = str(row._meta.model_name)
    return Update(kind, row.pk, card, to_record(kind, card), page, row)


def _card(row: Publishable) -> Card:
    match row:
        case Speaker():
            return speaker_page(row, row.affiliations.select_related("organization__parent"))
        case Organization():
            return organization_card(row)
        case Event():
            return event_card(row)
        case Topic():
            return topic_page(row)
        case SitePage():
            return site_page(row)
        case FrontPage():
            return front_page(row)


def _pages(named: Named) -> dict[UUID, PublicPage]:
    rows: list[Publishable] = [*_bodies(named), *named.speakers, *named.topics]
    ids = [row.pk for row in rows] + ([named.event.pk] if named.event else [])
    return PublicPage.objects.in_bulk(ids)


def _affiliations(speakers: Iterable[Speaker]) -> dict[UUID, list[Affiliation]]:
    found: dict[UUID, list[Affiliation]] = {speaker.pk: [] for speaker in speakers}
    rows = Affiliation.objects.filter(speaker__in=found).select_related("organization__parent")
    for row in rows.order_by("title") if found else ():
        found[row.speaker_id].append(row)
    return found


def _bodies(named: Named) -> list[Organization]:
    """Each organization once, parents first: partners can then follow every link."""
    found: dict[UUID, Organization] = {}

    def add(body: Organization, below: frozenset[UUID] = frozenset()) -> None:
        # Two editors at once can make a circle of parents; it is walked once.
        if body.parent and body.parent.pk not in {*found, *below}:
            add(body.parent, below | {body.pk})
        found.setdefault(body.pk, body)

    for body in named.organizations:
        add(body)
    for capacity in named.capacities:
        if capacity.organization:
            add(capacity.organization)
    return list(found.values())
