"""What stands at the head of every page: the topics that the desk chose."""

from __future__ import annotations

from django.db import Error

from articles.models import PublicPage


def chosen_topics() -> list[PublicPage]:
    """The live pages of the topics in the navigation, in its order; none while no database is."""
    found = PublicPage.objects.live().filter(kind="topic", card__has_key="navigation")
    try:
        return sorted(found, key=lambda page: (page.card["navigation"], page.order_key))
    except Error:  # the page that tells of an error has a head too
        return []
