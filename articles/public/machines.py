"""The files in which a site says what machines may do with it (``articles.machines``)."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.http import require_safe

from articles import machines


@require_safe
def robots(request: HttpRequest) -> HttpResponse:
    """What robots may read, and the addresses of the sitemaps (RFC 9309).

    The rule Content-Usage of the IETF's aipref draft is said in the header of every answer, this
    one too, and not here: judges of a site count a line that RFC 9309 does not name as an error.
    """
    if not machines.listed():
        return _text("User-agent: *", "Disallow: /")
    lines = ["User-agent: *", "Disallow: /admin/", "Disallow: /preview/", ""]
    if machines.reserved():
        lines += [*(f"User-agent: {name}" for name in machines.TRAINERS), "Disallow: /", ""]
    lines += [f"Sitemap: {settings.SITE_URL}/{name}.xml" for name in ("sitemap", "news-sitemap")]
    return _text(*lines)


@require_safe
def ai(request: HttpRequest) -> HttpResponse:
    """What may be used to train AI systems (ai.txt, by Spawning)."""
    rule = "Disallow: /" if machines.reserved() else "Allow: /"
    return _text("User-Agent: *", rule)


@require_safe
def trust(request: HttpRequest) -> HttpResponse:
    """The file trust.txt of JournalList: whether training is allowed."""
    return _text(f"datatrainingallowed={'no' if machines.reserved() else 'yes'}")


@require_safe
def tdmrep(request: HttpRequest) -> HttpResponse:
    """The W3C community group's TDM Reservation Protocol, for the whole site."""
    rule: dict[str, Any] = {"location": "/", "tdm-reservation": int(machines.reserved())}
    if machines.reserved() and machines.policy():
        rule["tdm-policy"] = machines.policy()
    return JsonResponse([rule], safe=False)


def _text(*lines: str) -> HttpResponse:
    return HttpResponse("\n".join(lines) + "\n", content_type="text/plain; charset=utf-8")
