"""Sitemaps (sitemaps.org): an index, parts of up to 50,000 addresses, and the news of two days.

A part covers a fixed range of the log's sequence numbers: new articles do not move old ones to
another part, and no query counts rows or skips an offset. Articles stand in the part of their first
number, other pages in that of their last.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from itertools import batched
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import connection
from django.db.models import F, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from articles import log
from articles.models import PLURALS, SITEMAP_PART, Change, Edition, PublicPage
from articles.public.languages import in_each_language, spoken, with_default
from articles.public.page_store import DAY, depends_on
from articles.public.xml_text import printable
from articles.unreadable import each

#: A sitemap has this many addresses at most (sitemaps.org).
MOST = 50_000
#: The parts that list a live article, each with the time of the last change in it: one look into an
#: index for each part.
_PARTS = """
    SELECT part, last FROM generate_series(0, (
        SELECT (max(first_sequence) - 1) / %(size)s FROM articles_edition
        WHERE is_latest AND status = 'usable'
    )) AS part, LATERAL (
        SELECT max(published_at) AS last FROM articles_edition
        WHERE is_latest AND status = 'usable' AND (first_sequence - 1) / %(size)s = part
    ) AS changed WHERE last IS NOT NULL ORDER BY part
"""
#: The same of pages, by the number of their last change.
_PARTS_OF_PAGES = """
    SELECT part, (SELECT at FROM articles_change WHERE sequence = last) FROM generate_series(0, (
        SELECT (max(sequence) - 1) / %(size)s FROM articles_publicpage
    )) AS part, LATERAL (
        SELECT max(sequence) AS last FROM articles_publicpage
        WHERE sequence > part * %(size)s AND sequence <= (part + 1) * %(size)s
            AND notice = '' AND kind <> 'frontpage'
    ) AS changed WHERE last IS NOT NULL ORDER BY part
"""
#: Google News takes articles of the last two days, 1,000 at most.
NEWS_DAYS, MAX_NEWS = 2, 1000

#: The names of pages that there are one of.
_SINGLE = (
    "home",
    "statements",
    "topics",
    "people",
    "organizations",
    "events",
    "archive",
    "corrections",
)
_XML = '<?xml version="1.0" encoding="UTF-8"?>\n'
_ALTERNATES = ' xmlns:xhtml="http://www.w3.org/1999/xhtml"'
_NAMESPACE = 'xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"'


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """The index: the lists, and the parts with articles and with all other pages."""
    with connection.cursor() as cursor:
        cursor.execute(_PARTS, {"size": SITEMAP_PART})
        articles = cursor.fetchall()
        cursor.execute(_PARTS_OF_PAGES, {"size": _part_of_pages()})
        pages = cursor.fetchall()
    rows = [(reverse("sitemap-articles", args=[part]), at, "") for part, at in articles]
    rows += [(reverse("sitemap-pages", args=[part]), at, "") for part, at in pages]
    if last := _last_change():
        rows.append((reverse("sitemap-lists"), last, ""))
    return _response("sitemapindex", "sitemap", rows)


@require_safe
def articles(request: HttpRequest, part: int) -> HttpResponse:
    """One part of the live articles; 404 for an empty part."""
    if part > 2**31:
        raise Http404
    after = part * SITEMAP_PART
    editions: QuerySet[Edition] = Edition.objects.live()
    editions = editions.filter(first_sequence__gt=after, first_sequence__lte=after + SITEMAP_PART)
    # Reversing one URL and splitting it is faster than reversing 50,000.
    begin, end = reverse("article", args=["-"]).split("-")
    found = editions.order_by("first_sequence").values_list(
        "slug", "published_at", "translation_group"
    )
    others = _translations(editions)
    rows = [
        (f"{begin}{slug}{end}", at, others.get(translation_group, ""))
        for slug, at, translation_group in found
    ]
    if not rows:
        raise Http404
    response = _response("urlset", "url", rows, _ALTERNATES if others else "")
    return depends_on(response, "article")


@require_safe
def pages(request: HttpRequest, part: int) -> HttpResponse:
    """One part of the pages of speakers, organizations, events, topics; 404 for an empty part.

    Each is there in every language in which it has an address.
    """
    if part > 2**31:
        raise Http404
    after = part * _part_of_pages()
    shown = PublicPage.objects.live().exclude(kind="frontpage")
    shown = shown.filter(sequence__gt=after, sequence__lte=after + _part_of_pages())
    found = list(shown.order_by("sequence").values_list("kind", "slug", "sequence"))
    if not found:
        raise Http404
    changed = Change.objects.filter(sequence__gt=after, sequence__lte=after + _part_of_pages())
    at = dict(changed.values_list("sequence", "at"))
    # Reversing one URL and splitting it is faster than reversing 50,000.
    frames = {
        kind: in_each_language(kind, slug="-") for kind in {*PLURALS, "sitepage"} - {"article"}
    }
    rows = []
    for kind, slug, sequence in found:
        paths = {code: path.replace("/-/", f"/{slug}/") for code, path in frames[kind].items()}
        rows += _in_each_language(paths, at[sequence])
    return depends_on(_response("urlset", "url", rows, _ALTERNATES), log.PAGES)


@require_safe
def lists(request: HttpRequest) -> HttpResponse:
    """The front page and the lists, in each language; 404 before anything is published."""
    if (at := _last_change()) is None:
        raise Http404
    rows = [row for name in _SINGLE for row in _in_each_language(in_each_language(name), at)]
    return depends_on(_response("urlset", "url", rows, _ALTERNATES), log.ANY)


def _last_change() -> datetime | None:
    """The time of the last change in the log: any of them may be one of a list."""
    return Change.objects.order_by("-sequence").values_list("at", flat=True).first()


def _part_of_pages() -> int:
    """So many numbers of the log have their pages in one part: each has an address a language."""
    return MOST // len(spoken())


def _in_each_language(paths: dict[str, str], at: datetime) -> list[tuple[str, datetime, str]]:
    """An entry for each path, with links to all of them; one where all languages share it."""
    if len(set(paths.values())) == 1:
        return [(paths[settings.LANGUAGE_CODE], at, "")]
    links = "".join(
        f'<xhtml:link rel="alternate" hreflang="{code}" href="{address}"/>'
        for code, address in with_default(
            {code: settings.SITE_URL + path for code, path in paths.items()}
        )
    )
    return [(path, at, links) for path in paths.values()]


@require_safe
def news(request: HttpRequest) -> HttpResponse:
    """The articles first published in the last two days, with their titles (Google News)."""
    since = timezone.now() - timedelta(days=NEWS_DAYS)
    editions = Edition.objects.live().filter(first_published_at__gte=since)
    newest = editions.order_by("-first_published_at", "-first_sequence")
    keys = list(newest.values_list("pk", flat=True)[:MAX_NEWS])
    context = {"entries": list(_news_entries(keys)), "site_url": settings.SITE_URL}
    # Editions of earlier releases may contain what XML forbids.
    document = printable(render_to_string("news-sitemap.xml", context, request))
    response = HttpResponse(document, content_type="application/xml")
    return depends_on(response, "article", DAY)


def _news_entries(keys: list[int]) -> Iterator[dict[str, Any]]:
    """What the sitemap of news says of these editions; of what cannot be shown, nothing.

    Few are read at a time: a thousand frozen articles would take 100 MB.
    """
    for some in batched(keys, 50):
        found = Edition.objects.defer("ninjs", "body").in_bulk(some)
        yield from each((found[key] for key in some if key in found), _news_entry)


def _news_entry(edition: Edition) -> dict[str, Any]:
    return {
        "path": reverse("article", args=[edition.snapshot["slug"]]),
        "language": "zh-cn" if edition.language == "zh-hans" else edition.language,
        "at": edition.first_published_at,
        "headline": edition.headline,
    }


def _translations(editions: QuerySet[Edition]) -> dict[UUID, str]:
    """By translation group, the links to all live languages; groups of one are left out."""
    live = Edition.objects.live()
    translated = live.exclude(translation_group=F("article")).values("translation_group")
    translated = translated.filter(translation_group__in=editions.values("translation_group"))
    links: dict[UUID, list[str]] = {}
    for group, language, slug in live.filter(translation_group__in=translated).values_list(
        "translation_group", "language", "slug"
    ):
        links.setdefault(group, []).append(
            f'<xhtml:link rel="alternate" hreflang="{language}"'
            f' href="{settings.SITE_URL}{reverse("article", args=[slug])}"/>'
        )
    return {group: "".join(found) for group, found in links.items() if len(found) > 1}


def _response(
    root: str, element: str, rows: Iterable[tuple[str, datetime, str]], more: str = ""
) -> HttpResponse:
    """An XML sitemap. Each row: a path, the time of its last change, and XML to add to the entry.

    ``more`` is XML namespaces for the root. Paths consist of slugs: nothing needs escaping.
    """
    lines = "\n".join(
        f"<{element}><loc>{settings.SITE_URL}{path}</loc><lastmod>{at:%Y-%m-%dT%H:%M:%SZ}</lastmod>"
        f"{beside}</{element}>"
        for path, at, beside in rows
    )
    body = f"{_XML}<{root} {_NAMESPACE}{more}>\n{lines}\n</{root}>\n"
    return HttpResponse(body, content_type="application/xml")
