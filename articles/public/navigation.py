"""What stands on every page: the topics that the desk chose, and the site's own pages."""

from __future__ import annotations

from collections.abc import Iterable

from django.conf import settings
from django.db import Error

from articles.models import PublicPage
from articles.public.languages import language_of_page
from articles.unreadable import each


def frame() -> tuple[list[PublicPage], list[PublicPage]]:
    """The topics of the navigation, and the pages at the foot, each in their order.

    The pages are those in the language of the page, or in the site's own where there are none.
    Both are empty while the database is away: the page that tells so has a head too.
    """
    found = PublicPage.objects.live().filter(card__has_key="navigation")
    try:
        pages = in_navigation(found)
    except Error:
        return [], []
    own = [page for page in pages if page.kind == "sitepage"]
    for language in (language_of_page(), settings.LANGUAGE_CODE):
        if at_foot := [page for page in own if page.card.get("language") == language]:
            break
    return [page for page in pages if page.kind == "topic"], at_foot


def in_navigation(pages: Iterable[PublicPage]) -> list[PublicPage]:
    """``pages`` by their place in the navigation, without those that cannot be read."""
    placed = each(pages, lambda page: (page.card["navigation"], page.order_key, page))
    return [page for *_place, page in sorted(placed, key=lambda one: one[:2])]
