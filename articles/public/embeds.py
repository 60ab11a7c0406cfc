"""Statements for other sites: plain text with attribution, or an embedded page (oembed.com).

The embedded page is served by us, so it shows the latest edition: the corrected wording, that the
statement is no longer in the article, or that the article was withdrawn.
"""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode, urlsplit

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, render
from django.urls import Resolver404, resolve, reverse
from django.utils.csp import CSP
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.views.decorators.clickjacking import xframe_options_exempt
from django.views.decorators.csp import csp_override
from django.views.decorators.http import require_safe

from articles.formats.schema_org import url
from articles.frozen import StatementCard
from articles.models import Edition, is_sequence
from articles.public.caching import cached_until_next_change
from articles.public.languages import speaking
from people.names import capacity_line, full_name

#: The size of an embedded statement in CSS pixels, unless the request asks for less.
WIDTH, HEIGHT = 600, 320

#: Links of an embedded page open outside the frame, in a page that cannot reach back.
_OUTSIDE = SafeString(' target="_blank" rel="noopener"')

_EMBED_CSP = {
    "default-src": [CSP.NONE],
    "style-src": [CSP.SELF],
    "base-uri": [CSP.NONE],
    "form-action": [CSP.NONE],
}


def with_attribution(statement: StatementCard, edition: Edition) -> str:
    """The statement as plain text: its words, speaker, capacity, and address."""
    capacity = statement["capacity"]
    who = f"{full_name(capacity['speaker'])}, {capacity_line(capacity)}"
    words = f"“{statement['text']}”" if statement["kind"] == "direct" else statement["text"]
    return f"{words}\n— {who}. {address(edition, statement['number'])}"


def address(edition: Edition, number: int) -> str:
    """The public address of a statement."""
    return f"{url('article', edition.slug)}#s-{number}"


def oembed_address(edition: Edition) -> str:
    """The absolute address that says how to embed a statement of the article."""
    query = urlencode({"url": url("article", edition.slug)})
    return f"{settings.SITE_URL}{reverse('oembed')}?{query}"


def embed_html(
    slug: str, number: int, headline: str, width: int = WIDTH, height: int = HEIGHT
) -> str:
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
@csp_override(_EMBED_CSP)
@cached_until_next_change  # innermost: the decorators above set headers on each response
def embed(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """One statement of the latest edition, as a page for an iframe on another site."""
    edition = get_object_or_404(Edition.objects.latest().ever_public(), slug=slug)
    found = [row for row in edition.snapshot["statements"] if row["number"] == number]
    with speaking(request, edition.language):
        return _embedded(request, edition, found[0] if found else None)


def _embedded(
    request: HttpRequest, edition: Edition, statement: StatementCard | None
) -> HttpResponse:
    context = {
        "edition": edition,
        "withdrawn": edition.status == Edition.Status.CANCELED,
        "statement": statement,
        "link_attributes": _OUTSIDE,
        "address": address(edition, statement["number"])
        if statement
        else url("article", edition.slug),
    }
    return render(request, "articles/embed.html", context)


@require_safe
def oembed(request: HttpRequest) -> HttpResponse:
    """How to embed the statement (``…#s-3``) or the first one of the article in ``url``."""
    if request.GET.get("format", "json") != "json":
        return HttpResponse("Only format=json is offered.\n", status=501, content_type="text/plain")
    slug, number = _parse_statement_url(request.GET.get("url", ""))
    edition = get_object_or_404(Edition.objects.live(), slug=slug)
    statements = edition.snapshot["statements"]
    numbers = [row["number"] for row in statements]
    if not statements or (number is not None and number not in numbers):
        raise Http404
    width, height = _pixels(request, "maxwidth", WIDTH), _pixels(request, "maxheight", HEIGHT)
    answer: dict[str, Any] = {
        "version": "1.0",
        "type": "rich",
        "provider_name": settings.SITE_NAME,
        "provider_url": settings.SITE_URL + "/",
        "title": edition.headline,
        "html": embed_html(slug, number or numbers[0], edition.headline, width, height),
        "width": width,
        "height": height,
        "cache_age": 0,
    }
    return JsonResponse(answer)


def _parse_statement_url(given: str) -> tuple[str, int | None]:
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


def _pixels(request: HttpRequest, name: str, most: int) -> int:
    given = request.GET.get(name, "")
    return max(min(int(given), most), 120) if is_sequence(given) else most
