"""What a publication touches: the keys of all that pages depend on (``log.touch``)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Protocol
from uuid import UUID

from django.conf import settings

from articles import log
from articles.models import Edition

#: What a new edition touches, by a function of the database, whose plan is kept.
_NAMED = "SELECT newsroom_named_by_edition(%(article)s, %(zone)s)"


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
