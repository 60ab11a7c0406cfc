"""What a publication touches: the keys of all that pages depend on (``log.touch``)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Protocol
from uuid import UUID

from django.conf import settings

from articles import log
from articles.models import Edition

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


class Page(Protocol):
    """A public page: as it is, or as it will be."""

    @property
    def id(self) -> UUID: ...
    @property
    def kind(self) -> str: ...
    @property
    def card(self) -> Mapping[str, Any]: ...


def touch_edition_sql(edition: Edition, pages: Iterable[Page] = ()) -> str:
    """The SQL that notes what the new ``edition`` touches: what it and the one before name.

    ``pages`` changed with it: as they were before, and as they are now. Send it under the log's
    lock, once the edition is listed under what it names.
    """
    return log.touch_sql(
        "article",
        *_keys(pages),
        removed=edition.status == Edition.Status.CANCELED,
        query=_NAMED,
        asked={"article": edition.article_id, "zone": settings.TIME_ZONE},
    )


def touch_pages_sql(pages: Iterable[Page], *, removed: bool = False) -> str:
    """The SQL that notes that ``pages`` changed, as they were before or as they are now.

    Send it under the log's lock.
    """
    return log.touch_sql(log.PAGES, *_keys(pages), removed=removed)


def _keys(pages: Iterable[Page]) -> set[object]:
    """What a change of ``pages`` touches.

    An organization stands on the page of the body that it belongs to.
    """
    keys: set[object] = set()
    for page in pages:
        keys |= {log.PAGES, page.id, page.kind}
        if parent := page.card.get("parent"):
            keys.add(parent["id"])
        if "navigation" in page.card:
            keys.add(log.FRAME)
    return keys
