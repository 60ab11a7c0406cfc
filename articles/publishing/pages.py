"""Public pages of speakers, organizations, events and topics.

Their rows are a working copy like an article's. They become public when an edition first names
them, and change in public when somebody publishes them: each time with a row in the log.

A page is computed before the log's lock is taken and written under it. ``plan`` reads rows and
pages and computes; ``write`` compares what the pages were then with what they are now, and plans
again in the rare case that another publication came between.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.contrib.auth.models import User
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
    event_card,
    front_page,
    organization_card,
    site_page,
    speaker_capacity_card,
    speaker_page,
    topic_page,
)
from articles.publishing.touched import touch_pages
from articles.publishing.workflow import Action, Refused, check_four_eyes, check_permission
from articles.search import index
from people.models import Affiliation, Organization, Speaker

type Publishable = Speaker | Organization | Event | Topic | SitePage | FrontPage
type Card = Mapping[str, Any]


@dataclass(frozen=True)
class Update:
    """A public page as it should become, and the number of the change that it was planned on.

    ``notice`` withdraws the page.
    """

    kind: str
    id: UUID
    card: Card
    item: dict[str, Any]
    planned_on: int
    row: Publishable
    notice: str = ""


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
    belongs to another, or when it is a speaker who was merged into another.
    """
    check_permission(by, Action.PUBLISH)

    def plan() -> list[Update]:
        row.refresh_from_db()
        if isinstance(row, Speaker) and row.merged_into:
            raise Refused(f"{row} was merged into {row.merged_into}; publish that speaker instead.")
        return [*plan_missing(named_by_row(row)), plan_row(row)]

    changed = row.pk in write(plan, by=by)
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
    if not notice:
        raise Refused("Write the public notice: why the page is withdrawn.")

    def plan() -> list[Update]:
        page = PublicPage.objects.live().filter(pk=row.pk).first()
        if page is None:
            raise Refused(f"“{row}” has no public page; so there is nothing to withdraw.")
        item = to_tombstone_record(page.kind, page.card, notice=notice)
        return [Update(page.kind, page.pk, page.card, item, page.sequence, row, notice)]

    write(plan, by=by)
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
    affiliations = _affiliations(speakers)
    for speaker, capacities in speakers.items():
        page = pages.get(speaker.pk)
        shown = {card["id"] for card in page.card["capacities"]} if page else set()
        shown |= {str(capacity.pk) for capacity in capacities}
        card = speaker_page(
            speaker, [row for row in affiliations[speaker.pk] if str(row.pk) in shown]
        )
        updates.append(_update(speaker, card, page))
    updates += [_update(topic, topic_page(topic), pages.get(topic.pk)) for topic in named.topics]
    if named.event:
        updates.append(_update(named.event, event_card(named.event), pages.get(named.event.pk)))
    return _without_withdrawn(updates, pages)


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
    return _without_withdrawn(updates, pages)


# Writing: under the log's lock -------------------------------------------------------------------


@dataclass
class Changed:
    """Pages that change: what they become, and what they were before. Made under the log's lock."""

    updates: Sequence[Update]
    before: Mapping[UUID, PublicPage]

    def __post_init__(self) -> None:
        self.updates = [row for row in self.updates if not _is_shown(row, self.before.get(row.id))]
        self.changes = [
            Change(kind=row.kind, object_id=row.id, item=row.item) for row in self.updates
        ]
        self.pages: list[PublicPage] = []

    @property
    def addresses(self) -> list[tuple[str, str, UUID]]:
        """The addresses that the pages take; see ``claim_addresses``."""
        return [(row.kind, row.card["slug"], row.id) for row in self.updates]

    @property
    def touched(self) -> list[PublicPage]:
        """The pages as they were, and as they are now."""
        return [*self.before.values(), *self.pages] if self.pages else []

    def store(self) -> None:
        """Write the pages. Call it once ``changes`` have their numbers."""
        self.pages = [
            PublicPage(
                id=row.id,
                kind=row.kind,
                slug=row.card["slug"],
                card=row.card,
                notice=row.notice,
                sequence=change.sequence,
                order_key=order_key(row.kind, row.card),
            )
            for row, change in zip(self.updates, self.changes, strict=True)
        ]
        PublicPage.objects.bulk_create(
            self.pages,
            update_conflicts=True,
            unique_fields=["id"],
            update_fields=["slug", "card", "notice", "sequence", "order_key"],
        )

    def documents(self) -> list[SearchDocument]:
        """The search documents of the pages that are live."""
        return [
            index.of_page(page, at=change.at)
            for page, change in zip(self.pages, self.changes, strict=True)
            if not page.notice and page.kind not in OWN_KINDS
        ]


def lock_and_compare(plan: Callable[[], Sequence[Update]], *, by: User) -> Changed:
    """Plan pages, take the log's lock, and return what changes.

    ``plan`` runs before the lock is taken, and once more under it if a page has changed meanwhile.
    Raises Refused, with FOUR_EYES, when ``by`` was the last to write what a page will show.
    """
    updates = plan()
    log.lock()
    before = _pages_of(updates)
    if not _still_holds(updates, before):
        updates = plan()
        before = _pages_of(updates)
    changed = Changed(updates, before)
    check_four_eyes(by, *((update.row, update.row.saved_by_id) for update in changed.updates))
    return changed


def write(plan: Callable[[], Sequence[Update]], *, by: User) -> set[UUID]:
    """Write the pages that ``plan`` returns, each change with its row in the log; return their ids.

    Raises as ``lock_and_compare`` does, and Refused when an address belongs to another.
    """
    return _write(lock_and_compare(plan, by=by))


def write_planned(updates: Sequence[Update], *, by: User) -> None:
    """Write pages that were planned under the lock; raises as ``write`` does."""
    changed = Changed(updates, _pages_of(updates))
    check_four_eyes(by, *((update.row, update.row.saved_by_id) for update in changed.updates))
    _write(changed)


def _write(changed: Changed) -> set[UUID]:
    if not changed.updates:
        return set()
    claim_addresses(changed.addresses)
    log.append(*changed.changes, locked=True)
    changed.store()
    touch_pages(changed.touched, removed=any(page.notice for page in changed.pages))
    index.write(changed.documents())
    index.remove(*(page.pk for page in changed.pages if page.notice))
    return {row.id for row in changed.updates}


#: Takes the addresses that nobody has, and returns those that somebody had before.
_CLAIM = """
    WITH wanted AS (
        SELECT * FROM unnest(%s::text[], %s::text[], %s::uuid[]) AS row (kind, slug, object_id)
    ), taken AS (
        INSERT INTO articles_address (kind, slug, object_id) SELECT * FROM wanted
        ON CONFLICT DO NOTHING
    )
    SELECT kind, slug, address.object_id FROM articles_address AS address
    JOIN wanted USING (kind, slug)
    WHERE address.object_id != wanted.object_id
"""


def claim_addresses(wanted: Iterable[tuple[str, str, UUID]]) -> None:
    """Take addresses (kind, slug, owner's id) for good. Raises Refused when one is another's.

    Call it under the log's lock.
    """
    rows = list({(kind, slug): (kind, slug, owner) for kind, slug, owner in wanted}.values())
    if not rows:
        return
    with connection.cursor() as cursor:
        cursor.execute(_CLAIM, [list(column) for column in zip(*rows, strict=True)])
        others = [Address(kind=kind, slug=slug) for kind, slug, _ in cursor.fetchall()]
    if others:
        raise Refused([address_taken(address) for address in others])


def address_taken(address: Address) -> str:
    """The sentence for somebody who asks for another's address."""
    return f"The address {address} belongs to another {address.kind}; choose another slug."


def _is_shown(update: Update, page: PublicPage | None) -> bool:
    return page is not None and (page.card, page.notice) == (update.card, update.notice)


def _without_withdrawn(updates: list[Update], pages: Mapping[UUID, PublicPage]) -> list[Update]:
    """A withdrawn page stays withdrawn until somebody publishes it by itself."""
    return [row for row in updates if row.id not in pages or not pages[row.id].notice]


def _still_holds(updates: Sequence[Update], pages: Mapping[UUID, PublicPage]) -> bool:
    numbers = {page.pk: page.sequence for page in pages.values()}
    return all(numbers.get(update.id, 0) == update.planned_on for update in updates)


def _pages_of(updates: Sequence[Update]) -> dict[UUID, PublicPage]:
    return PublicPage.objects.in_bulk([update.id for update in updates])


def _update(row: Publishable, card: Card, page: PublicPage | None) -> Update:
    kind = str(row._meta.model_name)
    return Update(kind, row.pk, card, to_record(kind, card), page.sequence if page else 0, row)


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
    for row in rows.order_by("title"):
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
