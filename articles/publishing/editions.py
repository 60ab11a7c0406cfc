"""Editions: checked, built in one place, and written under the log's lock."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from uuid import UUID

from django.contrib.auth.models import User
from django.db import connection
from django.utils import timezone

from articles import log
from articles.formats.ninjs_3_1 import to_ninjs, to_tombstone, without_references
from articles.frozen import (
    Snapshot,
    authors_of,
    organizations_of,
    speakers_of,
)
from articles.models import Article, Change, Edition, Event, PublicPage
from articles.publishing import pages
from articles.publishing.rules import (
    already_published,
    others_in_this_language,
    reasons_not_to_publish,
)
from articles.publishing.touched import touch_edition
from articles.publishing.workflow import Refused, save_state
from articles.search import index


def release(
    article: Article, snapshot: Snapshot, *, by: User, note: str = "", at: datetime | None = None
) -> Edition:
    """Publish ``snapshot`` as the edition that everybody sees; save the article's state.

    What the snapshot names is published anew with it. ``note`` makes it a correction. ``at`` is
    the time it was scheduled for, if that was not now. The article's row must be locked.
    Raises Refused when the text is not fit to publish.
    """
    edition = _checked(article, snapshot, by=by, note=note, at=at)
    return _store(article, edition, lambda: pages.plan_all(pages.named_by_snapshot(snapshot)))


def release_as_approved(article: Article, snapshot: Snapshot, *, by: User, at: datetime) -> Edition:
    """Publish a ``snapshot`` that was approved earlier; otherwise like ``release``.

    What it names becomes public if it is not, but is not published anew: it may have been edited
    since the approval.
    """
    edition = _checked(article, snapshot, by=by, at=at)
    return _store(article, edition, lambda: pages.plan_missing(pages.named_by_snapshot(snapshot)))


def release_under_embargo(
    article: Article, snapshot: Snapshot, *, by: User, until: datetime
) -> Edition:
    """Give ``snapshot`` to partners with the right to embargoed items, and to nobody else.

    Nothing that it names becomes public. The article's row must be locked.
    Raises Refused when the text is not fit to publish.
    """
    return _store(article, _checked(article, snapshot, by=by, embargoed_until=until))


def release_withdrawal(
    article: Article, *, by: User, notice: str, at: datetime | None = None
) -> Edition:
    """Put a tombstone with the public ``notice`` in the place of the article's latest edition.

    What only partners under embargo saw is canceled before them alone. Saves the article's state.
    The article's row must be locked.
    """
    latest = article.editions.latest().get()
    snapshot: Snapshot = {**latest.snapshot, "body": "", "topics": [], "statements": []}
    snapshot["event"] = None
    snapshot.pop("picture", None)
    snapshot.pop("body_pictures", None)
    snapshot.pop("embeds", None)
    snapshot.pop("bylines", None)
    edition = _build(article, snapshot, by=by, status=Edition.Status.CANCELED, note=notice, at=at)
    return _store(article, edition, embargoed=latest.status == Edition.Status.WITHHELD)


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


def _store(
    article: Article,
    edition: Edition,
    plan: Callable[[], Sequence[pages.Update]] = list,
    *,
    embargoed: bool | None = None,
) -> Edition:
    """Number ``edition``, put it in the place of the latest one, and index it, with its pages.

    Takes the log's lock. ``plan`` returns the pages that are published with it (see
    ``pages.lock_and_compare``). ``embargoed`` says whether only partners under embargo may read
    its row of the log; by default that is so while the edition is under embargo. Raises Refused
    when another article came first.
    """
    if embargoed is None:
        embargoed = edition.status == Edition.Status.WITHHELD
    save_state(article)
    document = index.of_edition(edition) if edition.status == Edition.Status.USABLE else None
    change = Change(kind="article", object_id=article.pk, embargoed=embargoed)
    changed = pages.lock_and_compare(plan, by=edition.published_by)

    pages.claim_addresses([*changed.addresses, ("article", edition.slug, article.pk)])
    if edition.status != Edition.Status.CANCELED:
        others = others_in_this_language(edition.snapshot)
        if other := others.values_list("headline", "version").first():
            raise Refused(already_published(*other))
    log.append(*changed.changes, change, locked=True)
    if changed.changes:
        changed.store()
    edition.change = change
    edition.first_sequence = edition.first_sequence or change.sequence
    if edition.version > 1:
        article.editions.latest().update(is_latest=False)
    edition.save(force_insert=True)
    _list(edition)
    if not embargoed:
        touch_edition(edition, changed.touched)
    if document:
        document.sequence = edition.first_sequence
        index.write([*changed.documents(), document])
    elif edition.status == Edition.Status.CANCELED:
        index.remove(article.pk)
    return edition


_LIST = """
    WITH speakers AS (
        INSERT INTO articles_edition_speakers (edition_id, speaker_id)
        SELECT DISTINCT %(edition)s, coalesce(merged_into_id, id) FROM people_speaker
        WHERE id = ANY(%(speakers)s::uuid[])
    ), authors AS (
        INSERT INTO articles_edition_authors (edition_id, speaker_id)
        SELECT DISTINCT %(edition)s, coalesce(merged_into_id, id) FROM people_speaker
        WHERE id = ANY(%(authors)s::uuid[])
    ), organizations AS (
        INSERT INTO articles_edition_organizations (edition_id, organization_id)
        SELECT %(edition)s, id FROM people_organization WHERE id = ANY(%(organizations)s::uuid[])
    )
    INSERT INTO articles_edition_topics (edition_id, topic_id)
    SELECT %(edition)s, id FROM articles_topic WHERE id = ANY(%(topics)s::uuid[])
"""


def _list(edition: Edition) -> None:
    """List the new ``edition`` under all that it names, speakers as they are after merging.

    Read under the lock: a merge before it has moved the speakers already.
    """
    snapshot = edition.snapshot
    named = {
        "edition": edition.pk,
        "speakers": list(speakers_of(snapshot)),
        "authors": [card["speaker"]["id"] for card in authors_of(snapshot)],
        "organizations": [card["id"] for card in organizations_of(snapshot)],
        "topics": [topic["id"] for topic in snapshot["topics"]],
    }
    with connection.cursor() as cursor:
        cursor.execute(_LIST, named)
