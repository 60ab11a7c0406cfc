"""Where the rows behind earlier addresses are today."""

from __future__ import annotations

from django.urls import reverse

from articles.models import Edition
from people.models import Address, PublicPage

#: Addresses beside a page's own that carry its slug, with the page's kind.
BESIDE = {"event-calendar": "event"}


def moved_to(name: str, slug: str) -> str | None:
    """The path at which what was once public at ``slug`` is found now; None when nothing is.

    ``name`` is that of the URL: a kind of page, or an address beside one.
    """
    kind = BESIDE.get(name, name)
    address = Address.objects.filter(kind=kind, slug=slug).first()
    if address is None:
        return None
    now: str | None
    if kind == "article":
        editions = Edition.objects.standing().public().filter(article=address.object_id)
        now = editions.values_list("slug", flat=True).first()
    else:
        pages = PublicPage.objects.filter(pk=address.object_id)
        now = pages.values_list("slug", flat=True).first()
    return reverse(name, args=[now]) if now and now != slug else None
