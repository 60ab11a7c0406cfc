"""The current address of what was public at an earlier one."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.urls import reverse

from articles.models import KIND_OF, Address, Edition, PublicPage

#: URL names with a slug that are not a page's own, and the kind of page that the slug names.
KIND_BY_URL_NAME = {"event-calendar": "event", "embed": "article"}


def current_path(name: str, given: Mapping[str, Any]) -> str | None:
    """The current path of what was public under an earlier slug; None if there is none.

    ``name`` is the URL pattern's name, ``given`` its keyword arguments with the earlier slug.
    """
    slug = given["slug"]
    kind = (
        KIND_OF.get(given["pages"]) if name == "share-image" else KIND_BY_URL_NAME.get(name, name)
    )
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
