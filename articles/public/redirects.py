"""Where the rows behind earlier addresses are today."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.urls import reverse

from articles.models import KIND_OF, Address, Edition, PublicPage

#: Addresses beside a page's own that carry its slug, with the page's kind.
BESIDE = {"event-calendar": "event", "embed": "article"}


def current_path(name: str, given: Mapping[str, Any]) -> str | None:
    """The path at which what was once public at the slug in ``given`` is found now, or None.

    ``name`` is that of the URL, a kind of page or an address beside one; ``given`` what it was
    asked with.
    """
    slug = given["slug"]
    kind = KIND_OF.get(given["pages"]) if name == "share-image" else BESIDE.get(name, name)
    address = Address.objects.filter(kind=kind, slug=slug).first()
    if address is None:
        return None
    now: str | None
    if kind == "article":
        editions = Edition.objects.latest().ever_public().filter(article=address.object_id)
        now = editions.values_list("slug", flat=True).first()
    else:
        pages = PublicPage.objects.filter(pk=address.object_id)
        now = pages.values_list("slug", flat=True).first()
    return reverse(name, kwargs={**given, "slug": now}) if now and now != slug else None
