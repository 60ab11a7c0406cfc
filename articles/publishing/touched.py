"""What a publication touches: the keys of all that pages depend on (``log.touch``)."""

from __future__ import annotations

from collections.abc import Iterable

from django.conf import settings

from articles import log
from articles.models import Edition, PublicPage

#: Everything that an article's last two editions name, and the latest ones of their groups: where a
#: list shows one of a group, another of it may have to give way.
_NAMED = """(
    WITH own AS (
        SELECT sequence, translation_group FROM articles_edition WHERE article_id = %(article)s
        ORDER BY sequence DESC LIMIT 2
    ), editions AS (
        SELECT sequence, translation_group, event_id, first_published_at FROM articles_edition
        WHERE sequence IN (SELECT sequence FROM own)
            OR is_latest AND translation_group IN (SELECT translation_group FROM own)
    )
    SELECT translation_group::text FROM editions
    UNION SELECT event_id::text FROM editions WHERE event_id IS NOT NULL
    UNION SELECT to_char(first_published_at AT TIME ZONE %(zone)s, 'YYYY-MM') FROM editions
    UNION SELECT speaker_id::text FROM articles_edition_speakers
        WHERE edition_id IN (SELECT sequence FROM editions)
    UNION SELECT speaker_id::text FROM articles_edition_authors
        WHERE edition_id IN (SELECT sequence FROM editions)
    UNION SELECT organization_id::text FROM articles_edition_organizations
        WHERE edition_id IN (SELECT sequence FROM editions)
    UNION SELECT topic_id::text FROM articles_edition_topics
        WHERE edition_id IN (SELECT sequence FROM editions)
)"""


def touch_edition(edition: Edition, pages: Iterable[PublicPage] = ()) -> None:
    """Note what the new ``edition`` touches: what it names, and what the one before it named.

    ``pages`` changed with it: as they were before, and as they are now. Call it under the log's
    lock, once the edition is listed under what it names.
    """
    log.touch(
        "article",
        *_keys(pages),
        removed=edition.status == Edition.Status.CANCELED,
        query=_NAMED,
        asked={"article": edition.article_id, "zone": settings.TIME_ZONE},
    )


def touch_pages(pages: Iterable[PublicPage], *, removed: bool = False) -> None:
    """Note that ``pages`` changed, as they were before or as they are now.

    Call it under the log's lock.
    """
    log.touch(log.PAGES, *_keys(pages), removed=removed)


def _keys(pages: Iterable[PublicPage]) -> set[object]:
    """What a change of ``pages`` touches.

    An organization stands on the page of the body that it belongs to.
    """
    keys: set[object] = set()
    for page in pages:
        keys |= {log.PAGES, page.pk, page.kind}
        if parent := page.card.get("parent"):
            keys.add(parent["id"])
        if "navigation" in page.card:
            keys.add(log.FRAME)
    return keys
