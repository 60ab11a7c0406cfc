"""What every template gets."""

from __future__ import annotations

from functools import cache, partial
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.core.exceptions import TooManyFieldsSent
from django.http import HttpRequest, QueryDict
from django.urls import reverse

from articles import machines
from articles.models import PLURALS, is_sequence
from articles.public.languages import alternates, languages_to_offer
from articles.public.navigation import frame

#: The names of the index pages, whose further pages have addresses of their own.
INDEXES = {"topics", "people", "organizations", "events"}


def site(request: HttpRequest) -> dict[str, Any]:
    """Context of every template: the site's name, the page's addresses, and its share image's.

    The addresses in other languages are found when a template asks for them.
    """
    try:
        given = request.GET
    except TooManyFieldsSent:  # the page that says so has an address too
        given = QueryDict()
    match, share_image = request.resolver_match, ""
    query, before = "", given.get("before", "")
    if is_sequence(before):
        query = f"?before={before}"
    elif match and match.url_name in INDEXES:
        query = urlencode({name: given[name] for name in ("when", "from") if name in given})
        query = query and f"?{query}"
    if match and match.url_name in PLURALS:
        share_image = reverse("share-image", args=[PLURALS[match.url_name], match.kwargs["slug"]])
    read = cache(lambda: frame())  # once for both, and only if a template asks
    return {
        "site_name": settings.SITE_NAME,
        "canonical": settings.SITE_URL + request.path + query,
        "demo": settings.DEMO,
        "machines": machines.robots(),
        "reserved": machines.reserved(),
        "tdm_policy": machines.policy(),
        "languages": partial(languages_to_offer, request),
        "alternates": partial(alternates, request),
        "share_image": share_image and settings.SITE_URL + share_image,
        "navigation": lambda: read()[0],
        "own_pages": lambda: read()[1],
    }
