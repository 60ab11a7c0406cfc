"""Sitemaps (sitemaps.org): an index, pieces of 50,000 at most, and the news of two days.

A piece holds a range of the log's numbers, so it stays what it is while others are added, and
needs neither a count nor an offset.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.db.models import F, IntegerField, Max, QuerySet
from django.db.models.functions import Cast
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from articles.models import Change, Edition, PublicPage

#: So many addresses a piece can hold.
PIECE = 50_000
#: Google News wants articles of the last two days, a thousand at most.
NEWS_DAYS, NEWS_MOST = 2, 1000

_XML = '<?xml version="1.0" encoding="UTF-8"?>\n'
_ALTERNATES = ' xmlns:xhtml="http://www.w3.org/1999/xhtml"'
_NAMESPACE = 'xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"'


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """The pieces: those of articles, and the one of all other pages."""
    piece = Cast((F("first_sequence") - 1) / PIECE, IntegerField())
    pieces = Edition.objects.live().annotate(piece=piece).values("piece").order_by("piece")
    rows = [
        (reverse("sitemap-articles", args=[row["piece"]]), row["last"], "")
        for row in pieces.annotate(last=Max("published_at"))
    ]
    last = PublicPage.objects.aggregate(last=Max("sequence"))["last"]
    if last:
        rows.append((reverse("sitemap-pages"), Change.objects.get(pk=last).at, ""))
    return _answer("sitemapindex", "sitemap", rows)


@require_safe
def articles(request: HttpRequest, piece: int) -> HttpResponse:
    """The articles that readers see, one piece of them."""
    if piece > 2**31:
        raise Http404
    after = piece * PIECE
    editions: QuerySet[Edition] = Edition.objects.live()
    editions = editions.filter(first_sequence__gt=after, first_sequence__lte=after + PIECE)
    # What lies between is the same for all: one address taken apart is quicker than 50,000 made.
    begin, end = reverse("article", args=["-"]).split("-")
    found = editions.order_by("first_sequence").values_list(
        "slug", "published_at", "translation_group"
    )
    others = _translations()
    rows = [
        (f"{begin}{slug}{end}", at, others.get(translation_group, ""))
        for slug, at, translation_group in found
    ]
    if not rows:
        raise Http404
    return _answer("urlset", "url", rows, _ALTERNATES if others else "")


@require_safe
def pages(request: HttpRequest) -> HttpResponse:
    """The pages of speakers, organizations, events and topics, the latest change first."""
    found = PublicPage.objects.live().order_by("-sequence").defer("card")[:PIECE]
    changed = Change.objects.filter(sequence__in=[page.sequence for page in found])
    at = dict(changed.values_list("sequence", "at"))
    rows = [(page.get_absolute_url(), at[page.sequence], "") for page in found]
    return _answer("urlset", "url", rows)


@require_safe
def news(request: HttpRequest) -> HttpResponse:
    """The articles first published in the last two days, with their titles (Google News)."""
    since = timezone.now() - timedelta(days=NEWS_DAYS)
    editions = Edition.objects.live().filter(first_published_at__gte=since)
    rows = editions.order_by("-first_sequence").defer("ninjs", "body")[:NEWS_MOST]
    context = {"editions": rows, "site_url": settings.SITE_URL}
    return render(request, "news-sitemap.xml", context, content_type="application/xml")


def _translations() -> dict[UUID, str]:
    """For what is public in several languages: the links to all of them, by translation group."""
    live = Edition.objects.live()
    translated = live.exclude(translation_group=F("article")).values("translation_group")
    links: dict[UUID, list[str]] = {}
    for group, language, slug in live.filter(translation_group__in=translated).values_list(
        "translation_group", "language", "slug"
    ):
        links.setdefault(group, []).append(
            f'<xhtml:link rel="alternate" hreflang="{language}"'
            f' href="{settings.SITE_URL}{reverse("article", args=[slug])}"/>'
        )
    return {group: "".join(found) for group, found in links.items() if len(found) > 1}


def _answer(
    root: str, entry: str, rows: Iterable[tuple[str, datetime, str]], more: str = ""
) -> HttpResponse:
    """Each row an address, its last change, and XML beside it; ``more`` namespaces.

    Addresses are ours and plain: nothing in them needs escaping.
    """
    lines = "\n".join(
        f"<{entry}><loc>{settings.SITE_URL}{path}</loc><lastmod>{at:%Y-%m-%dT%H:%M:%SZ}</lastmod>"
        f"{beside}</{entry}>"
        for path, at, beside in rows
    )
    body = f"{_XML}<{root} {_NAMESPACE}{more}>\n{lines}\n</{root}>\n"
    return HttpResponse(body, content_type="application/xml")


@require_safe
def robots(request: HttpRequest) -> HttpResponse:
    """What search engines may read, and where they find a list of it (RFC 9309)."""
    lines = ["User-agent: *", "Disallow: /admin/", "Disallow: /preview/", ""]
    lines += [f"Sitemap: {settings.SITE_URL}/{name}.xml" for name in ("sitemap", "news-sitemap")]
    return HttpResponse("\n".join(lines) + "\n", content_type="text/plain")
