"""Telling a cache in front of the site (a CDN) which pages to forget, by their ``Cache-Tag``."""

from __future__ import annotations

import json
from itertools import batched

from django.conf import settings

from articles.models import LastChange
from articles.partners import outbound

#: So many tags go into one request: Cloudflare takes no more, Fastly 256.
TAGS = 30


class PurgeError(Exception):
    """The cache did not take the request; its text says why."""


def touched_keys(after: int) -> list[str]:
    """What changes after number ``after`` have touched, as ``Cache-Tag`` names it."""
    rows = LastChange.objects.filter(sequence__gt=after).order_by("key")
    return list(rows.values_list("key", flat=True))


def purge(after: int) -> None:
    """Ask the cache at the setting PURGE_URL to forget what changes after ``after`` have touched.

    Each request is a POST with the tags as JSON (``{"tags": [...]}``, as Cloudflare reads them)
    and in the header Surrogate-Key (as Fastly does). Does nothing without an address.
    Raises PurgeError when the cache cannot be reached or refuses.
    """
    if not settings.PURGE_URL:
        return
    for tags in batched(touched_keys(after), TAGS):
        headers = {"Content-Type": "application/json", "Surrogate-Key": " ".join(tags)}
        if settings.PURGE_AUTHORIZATION:
            headers["Authorization"] = settings.PURGE_AUTHORIZATION
        body = json.dumps({"tags": tags}).encode()
        _, error = outbound.post(settings.PURGE_URL, body, headers)
        if error:
            raise PurgeError(f"The cache in front was not purged: {error}")
