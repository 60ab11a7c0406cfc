"""Statements taken elsewhere: as a line with its attribution, or embedded (oembed.com).

An embedded statement is a small page of ours, so it always shows what is so now: a corrected
wording, that the statement is no longer in the article, or that the article was withdrawn.
"""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, render
from django.urls import Resolver404, resolve, reverse
from django.utils.csp import CSP
from django.utils.html import format_html
from django.views.decorators.clickjacking import xframe_options_exempt
from django.views.decorators.csp import csp_override
from django.views.decorators.http import require_safe

from articles.formats.schema_org import url
from articles.frozen import StatementCard
from articles.models import Edition, is_sequence
from articles.public.caching import cached_until_next_change
from people.names import capacity_line, full_name

#: The size of an embedded statement, in CSS pixels, unless the asker has less room.
WIDTH, HEIGHT = 600, 320

_FRAMED = {
    "default-src": [CSP.NONE],
    "style-src": [CSP.SELF],
    "base-uri": [CSP.NONE],
    "form-action": [CSP.NONE],
}


def attributed(statement: StatementCard, edition: Edition) -> str:
    """The statement as plain text: the words, who said them as what, and the address."""
    capacity = statement["capacity"]
    who = f"{full_name(capacity['speaker'])}, {capacity_line(capacity)}"
    words = f"“{statement['text']}”" if statement["kind"] == "direct" else statement["text"]
    return f"{words}\n— {who}. {address(edition, statement['number'])}"


def address(edition: Edition, number: int) -> str:
    """The public address of a statement."""
    return f"{url('article', edition.slug)}#s-{number}"


def frame(slug: str, number: int, headline: str, width: int = WIDTH, height: int = HEIGHT) -> str:
    """The HTML that embeds a statement."""
    return format_html(
        '<iframe src="{}" width="{}" height="{}" title="{}" loading="lazy" '
        'style="border:0;max-width:100%"></iframe>',
        settings.SITE_URL + reverse("embed", args=[slug, number]),
        width,
        height,
        f"Statement in “{headline}”",
    )


@require_safe
@xframe_options_exempt
@csp_override(_FRAMED)
@cached_until_next_change  # inside the others, which mark each response anew
def embed(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """One statement for other sites' pages, as it stands today."""
    edition = get_object_or_404(Edition.objects.latest().ever_public(), slug=slug)
    found = [row for row in edition.snapshot["statements"] if row["number"] == number]
    context = {
        "edition": edition,
        "withdrawn": edition.status == Edition.Status.CANCELED,
        "statement": found[0] if found else None,
        "address": address(edition, number) if found else url("article", slug),
    }
    return render(request, "articles/embed.html", context)


@require_safe
def oembed(request: HttpRequest) -> HttpResponse:
    """How to embed the statement (``…#s-3``) or the first one of the article in ``url``."""
    if request.GET.get("format", "json") != "json":
        return HttpResponse("Only format=json is offered.\n", status=501, content_type="text/plain")
    slug, number = _asked(request.GET.get("url", ""))
    edition = get_object_or_404(Edition.objects.live(), slug=slug)
    statements = edition.snapshot["statements"]
    numbers = [row["number"] for row in statements]
    if not statements or (number is not None and number not in numbers):
        raise Http404
    width, height = _room(request, "maxwidth", WIDTH), _room(request, "maxheight", HEIGHT)
    answer: dict[str, Any] = {
        "version": "1.0",
        "type": "rich",
        "provider_name": settings.SITE_NAME,
        "provider_url": settings.SITE_URL + "/",
        "title": edition.headline,
        "html": frame(slug, number or numbers[0], edition.headline, width, height),
        "width": width,
        "height": height,
        "cache_age": 0,
    }
    return JsonResponse(answer)


def _asked(given: str) -> tuple[str, int | None]:
    """The slug and, if there is one, the statement's number in an address of ours."""
    try:
        parts = urlsplit(given)
        match = resolve(parts.path)
    except (ValueError, Resolver404) as error:
        raise Http404 from error
    if f"{parts.scheme}://{parts.netloc}" != settings.SITE_URL or match.url_name != "article":
        raise Http404
    number = parts.fragment.removeprefix("s-")
    return match.kwargs["slug"], int(number) if is_sequence(number) else None


def _room(request: HttpRequest, name: str, ours: int) -> int:
    given = request.GET.get(name, "")
    return max(min(int(given), ours), 120) if is_sequence(given) else ours
