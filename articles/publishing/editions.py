"""Editions: checked, built in one place, and written with their pages under the log's lock."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.contrib.auth.models import User
from django.db import connection
from django.utils import timezone

from articles import log
from articles.formats.ninjs_3_1 import to_ninjs, to_tombstone, without_references
from articles.frozen import (
    Snapshot,
    authors_of,
    erased,
    organizations_of,
    speakers_of,
)
from articles.log import Rows
from articles.models import (
    Article,
    Change,
    Edition,
    Erasure,
    Event,
    PublicPage,
    SearchDocument,
)
from articles.publishing import pages
from articles.publishing.pages import Publication, Update, send
from articles.publishing.rules import (
    already_published,
    others_in_this_language,
    reasons_not_to_publish,
)
from articles.publishing.snapshot import RowsBehind, WorkingCopy, rows_behind_names
from articles.publishing.touched import touch_edition_sql
from articles.publishing.workflow import Refused, save_state
from articles.search import index


def release(
    article: Article,
    working: WorkingCopy,
    again: Callable[[], WorkingCopy],
    *,
    by: User,
    note: str = "",
) -> Edition:
    """Publish the ``working`` copy as the edition that everybody sees; save the article's state.

    What it names is published anew with it. ``again`` reads the working copy once more, if
    another changed what stands in it before the log's lock was taken. ``note`` makes the edition a
    correction. The article's row must be locked. Raises Refused when the text is not fit to
    publish.
    """
    readings = [working]

    def compute() -> EditionWithPages:
        snapshot, behind = readings.pop() if readings else again()
        edition = _checked(article, snapshot, by=by, note=note)
        updates = pages.plan_all(pages.named_by_snapshot(snapshot))
        return EditionWithPages(edition, updates, embargoed=False, behind=behind)

    return _store(article, compute)


def release_as_approved(article: Article, snapshot: Snapshot, *, by: User, at: datetime) -> Edition:
    """Publish a ``snapshot`` that was approved earlier, for the time ``at``.

    What it names becomes public if it is not, but is not published anew: it may have been edited
    since the approval. Otherwise like ``release``, but raises ``log.Locked`` where that waits.
    """

    def compute() -> EditionWithPages:
        behind = rows_behind_names(snapshot)
        edition = _checked(article, snapshot, by=by, at=at)
        updates = pages.plan_missing(pages.named_by_snapshot(snapshot))
        return EditionWithPages(edition, updates, embargoed=False, behind=behind)

    return _store(article, compute, wait=False)


def release_under_embargo(
    article: Article, working: WorkingCopy, *, by: User, until: datetime
) -> Edition:
    """Give the ``working`` copy to partners with the right to embargoed items, and nobody else.

    Nothing that it names becomes public. The article's row must be locked. Raises Refused when the
    text is not fit to publish, or another has changed what stands in it.
    """
    readings = [working]

    def compute() -> EditionWithPages:
        if not readings:
            raise Refused(pages.CHANGED_MEANWHILE)
        snapshot, behind = readings.pop()
        edition = _checked(article, snapshot, by=by, embargoed_until=until)
        return EditionWithPages(edition, embargoed=True, behind=behind)

    return _store(article, compute)


def release_withdrawal(
    article: Article,
    *,
    by: User,
    notice: str,
    at: datetime | None = None,
    erasure: Erasure | None = None,
    wait: bool = True,
) -> Edition:
    """Put a tombstone with the public ``notice`` in the place of the article's latest edition.

    With ``erasure`` the tombstone has nothing of the text. What only partners under embargo saw is
    canceled before them alone. Saves the article's state. The article's row must be locked.
    """
    latest = article.editions.latest().select_related("change").get()
    snapshot: Snapshot = {**latest.snapshot, "body": "", "topics": [], "statements": []}
    snapshot["event"] = None
    snapshot.pop("picture", None)
    snapshot.pop("body_pictures", None)
    snapshot.pop("embeds", None)
    snapshot.pop("bylines", None)
    if erasure:
        snapshot = erased(snapshot)
    canceled = Edition.Status.CANCELED

    def compute() -> EditionWithPages:
        edition = _build(article, snapshot, by=by, status=canceled, note=notice, at=at)
        if erasure:
            edition.erasure, edition.corrections = erasure, []
        return EditionWithPages(edition, embargoed=latest.change.embargoed)

    return _store(article, compute, wait=wait)


def _checked(
    article: Article,
    snapshot: Snapshot,
    *,
    by: User,
    note: str = "",
    at: datetime | None = None,
    embargoed_until: datetime | None = None,
) -> Edition:
    if reasons := reasons_not_to_publish(snapshot):
        raise Refused(reasons)
    status = Edition.Status.WITHHELD if embargoed_until else Edition.Status.USABLE
    return _build(
        article,
        snapshot,
        by=by,
        status=status,
        note=note,
        at=at,
        embargoed_until=embargoed_until,
    )


def _build(
    article: Article,
    snapshot: Snapshot,
    *,
    by: User,
    status: Edition.Status,
    note: str = "",
    at: datetime | None = None,
    embargoed_until: datetime | None = None,
) -> Edition:
    """The next edition of the locked ``article``, whole but for its number in the log."""
    now = at or timezone.now()
    last = seen = article.editions.latest().select_related("change").first()
    if last and last.change.embargoed:
        seen = article.editions.ever_public().first()
    first_published_at = seen.first_published_at if seen else now
    version = last.version + 1 if last else 1
    corrections = list(seen.corrections) if seen else []
    if status == Edition.Status.CANCELED:
        item = to_tombstone(
            snapshot,
            version=version,
            at=now,
            first_published_at=first_published_at,
            notice=note,
        )
    else:
        if note:
            corrections.append({"version": version, "at": now.isoformat(), "note": note})
        item = to_ninjs(
            snapshot,
            version=version,
            at=now,
            first_published_at=first_published_at,
            embargoed_until=embargoed_until,
            corrections=corrections,
        )
        item = without_references(item, _unknown_to_readers(snapshot, status))
    return Edition(
        article=article,
        version=version,
        status=status,
        embargoed_until=embargoed_until,
        note=note,
        corrections=corrections,
        first_sequence=seen.first_sequence if seen else 0,
        first_published_at=first_published_at,
        published_at=now,
        published_by=by,
        slug=snapshot["slug"],
        headline=snapshot["headline"],
        standfirst=snapshot["standfirst"],
        body=snapshot["body"],
        snapshot=snapshot,
        ninjs=item,
        event_id=_event(article, snapshot),
    )


def _event(article: Article, snapshot: Snapshot) -> UUID | None:
    """The identifier of the event in ``snapshot``, if it still exists."""
    if not (event := snapshot["event"]):
        return None
    if event["id"] == str(article.event_id):
        return article.event_id
    return Event.objects.filter(pk=event["id"]).values_list("pk", flat=True).first()


def _unknown_to_readers(snapshot: Snapshot, status: Edition.Status) -> set[str]:
    """The identifiers in ``snapshot`` that the log has not named to readers of this edition.

    What a public edition names becomes public before it. Not so an original that is still a draft,
    and whatever an edition under embargo names first.
    """
    unknown = set()
    original = snapshot.get("translation_of")
    if original and not Edition.objects.ever_public().filter(article=UUID(original)).exists():
        unknown.add(original)
    if status == Edition.Status.WITHHELD:
        named = speakers_of(snapshot) | {card["id"] for card in organizations_of(snapshot)}
        named |= {card["speaker"]["id"] for card in authors_of(snapshot)}
        named |= {topic["id"] for topic in snapshot["topics"]}
        named |= {snapshot["event"]["id"]} if snapshot["event"] else set()
        public = PublicPage.objects.filter(pk__in=named).values_list("pk", flat=True)
        unknown |= named - set(map(str, public))
    return unknown


class EditionWithPages(Publication):
    """An edition that takes the place of the latest one, and the pages that change with it.

    There are no rows ``behind`` a text that had been approved or published earlier. ``embargoed``
    says whether only partners under embargo may read its row of the log.
    """

    def __init__(
        self,
        edition: Edition,
        updates: Sequence[Update] = (),
        *,
        embargoed: bool,
        behind: RowsBehind | None = None,
    ) -> None:
        super().__init__(updates, by=edition.published_by, behind=behind)
        self.edition = edition
        self.change = Change(kind="article", object_id=edition.article_id, embargoed=embargoed)
        self.changes.append(self.change)

    @property
    def addresses(self) -> list[tuple[str, str, UUID]]:
        """Those of the pages, and the article's."""
        return [*super().addresses, ("article", self.edition.slug, self.edition.article_id)]

    @property
    def documents(self) -> list[SearchDocument]:
        """Those of the pages, and the article's if readers are to see it."""
        if self.edition.status != Edition.Status.USABLE:
            return super().documents
        return [*super().documents, index.of_edition(self.edition)]

    def questions(self) -> dict[str, str]:
        """Further: who says the same in this language."""
        others = others_in_this_language(self.edition.snapshot).values_list("headline", "version")
        sql = log.sql_with_values(*others.query.sql_with_params())
        return {**super().questions(), "same": sql}

    def holds(self, answers: Mapping[str, Rows]) -> bool:
        """As for pages. Raises Refused also when another article says the same in its language."""
        if not super().holds(answers):
            return False
        if answers["same"] and self.edition.status != Edition.Status.CANCELED:
            raise Refused(already_published(*answers["same"][0]))
        return True

    def commands(self) -> list[str]:
        """The SQL that writes it: the log, the pages, the edition, what finds them."""
        edition, count = self.edition, len(self.changes)
        commands = [log.append_sql(self.changes), *self.pages_commands(count)]
        if edition.version > 1:
            commands.append(log.sql_with_values(_REPLACE, [edition.article_id]))
        commands += [_insert(edition), _list(edition)]
        if not self.change.embargoed:
            commands.append(touch_edition_sql(edition, self.touched))
        if documents := self.documents:
            commands.append(index.write_sql(documents, changes=count))
        if edition.status == Edition.Status.CANCELED:
            commands.append(index.remove_sql([edition.article_id]))
        return commands


def _store(
    article: Article, compute: Callable[[], EditionWithPages], *, wait: bool = True
) -> Edition:
    """Save the article's state, and publish what ``compute`` returns; return its edition.

    Takes the log's lock. Raises as ``pages.send`` does, and Refused when another article says the
    same in its language.
    """
    save_state(article)
    publication = send(compute, wait=wait)
    edition = publication.edition
    edition.change = publication.change
    edition.first_sequence = edition.first_sequence or publication.change.sequence
    edition._state.adding, edition._state.db = False, connection.alias
    return edition


_REPLACE = "UPDATE articles_edition SET is_latest = false WHERE article_id = %s AND is_latest"

#: The number of the edition's change, once it is appended: the last one.
_NUMBER = "(SELECT max(sequence) FROM articles_change)"


def _insert(edition: Edition) -> str:
    """The SQL that saves the new ``edition`` under the last number of the log."""
    values: dict[str, Any] = {
        field.column: field.get_db_prep_save(getattr(edition, field.attname), connection)
        for field in Edition._meta.concrete_fields
        if field.column and not field.generated and not field.primary_key
    }
    places = dict.fromkeys(values, "%s")
    if not values["first_sequence"]:
        del values["first_sequence"]
        places["first_sequence"] = _NUMBER
    columns, row = ", ".join(["sequence", *places]), ", ".join([_NUMBER, *places.values()])
    sql = f"INSERT INTO articles_edition ({columns}) VALUES ({row})"  # noqa: S608 - ours
    return log.sql_with_values(sql, list(values.values()))


_LIST = """
    WITH last AS (
        SELECT max(sequence) AS edition FROM articles_change
    ), speakers AS (
        INSERT INTO articles_edition_speakers (edition_id, speaker_id)
        SELECT DISTINCT last.edition, coalesce(merged_into_id, id) FROM last, people_speaker
        WHERE id = ANY(%(speakers)s::uuid[])
    ), authors AS (
        INSERT INTO articles_edition_authors (edition_id, speaker_id)
        SELECT DISTINCT last.edition, coalesce(merged_into_id, id) FROM last, people_speaker
        WHERE id = ANY(%(authors)s::uuid[])
    ), organizations AS (
        INSERT INTO articles_edition_organizations (edition_id, organization_id)
        SELECT last.edition, id FROM last, people_organization
        WHERE id = ANY(%(organizations)s::uuid[])
    )
    INSERT INTO articles_edition_topics (edition_id, topic_id)
    SELECT last.edition, id FROM last, articles_topic WHERE id = ANY(%(topics)s::uuid[])
"""


def _list(edition: Edition) -> str:
    """The SQL that lists the new ``edition`` under all that it names.

    It finds speakers as they are after merging when it is sent under the lock: a merge before it
    has moved them already.
    """
    snapshot = edition.snapshot
    named = {
        "speakers": list(speakers_of(snapshot)),
        "authors": [card["speaker"]["id"] for card in authors_of(snapshot)],
        "organizations": list({card["id"]: None for card in organizations_of(snapshot)}),
        "topics": [topic["id"] for topic in snapshot["topics"]],
    }
    return log.sql_with_values(_LIST, named)
