"""Articles as Atom, RSS 2.0 and JSON Feed 1.1: all, or those of one public page."""

from __future__ import annotations

import json
import re
from collections import defaultdict
from collections.abc import Iterator
from datetime import UTC, datetime
from html import escape
from typing import Any, TextIO
from urllib.parse import urljoin

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, HttpResponsePermanentRedirect
from django.urls import reverse
from django.utils.feedgenerator import Atom1Feed, Rss201rev2Feed, SyndicationFeed
from django.views.decorators.http import require_safe

from articles.formats.ninjs import urn
from articles.models import KIND_OF, Address, Edition, EditionQuerySet, PublicPage, Topic
from articles.public.xml_text import printable
from people.models import Organization, Speaker

#: A feed has this many articles at most, newest first.
MAX_ENTRIES = 50
#: The pages that have feeds, by the first part of their address.
PAGES: dict[str, Any] = {"topics": Topic, "speakers": Speaker, "organizations": Organization}

_LINK = re.compile(r'(<a [^>]*?href=")([^"]*)')


@require_safe
def site_feed(request: HttpRequest, format: str) -> HttpResponse:
    """The latest articles of the whole site."""
    return _response(
        format,
        Edition.objects.all(),
        title=settings.SITE_NAME,
        description=f"The latest from {settings.SITE_NAME}",
        link=_absolute(reverse("home")),
        feed_url=_absolute(reverse("feed", args=[format])),
    )


@require_safe
def feed_of(request: HttpRequest, pages: str, slug: str, format: str) -> HttpResponse:
    """The latest articles of a topic, a speaker or an organization."""
    if pages not in PAGES or format not in FORMATS:
        raise Http404
    kind = KIND_OF[pages]
    public = PublicPage.objects.live().filter(kind=kind, slug=slug).first()
    if public is None:
        return _redirect_to_current(pages, kind, slug, format)
    name = printable(str(public))
    return _response(
        format,
        PAGES[pages](pk=public.pk).editions.all(),
        title=f"{name} · {settings.SITE_NAME}",
        description=f"{name} in the news at {settings.SITE_NAME}",
        link=_absolute(public.get_absolute_url()),
        feed_url=_absolute(reverse("feed-of", args=[pages, slug, format])),
    )


class _Feed(SyndicationFeed):
    """Base of the three formats."""

    content_type: str

    def latest_post_date(self) -> datetime:
        """The time of the last change of an entry; 1970 without entries: Atom requires a time."""
        return max(
            (item["updateddate"] for item in self.items), default=datetime.fromtimestamp(0, UTC)
        )


class Atom(_Feed, Atom1Feed):
    """Atom (RFC 4287) with whole articles."""

    def add_root_elements(self, handler: Any) -> None:
        super().add_root_elements(handler)
        if settings.WEBSUB_HUB:
            handler.addQuickElement("link", "", {"rel": "hub", "href": settings.WEBSUB_HUB})

    def item_attributes(self, item: dict[str, Any]) -> dict[str, str]:
        return {"xml:lang": item["language"]}

    def add_item_elements(self, handler: Any, item: dict[str, Any]) -> None:
        super().add_item_elements(handler, _as_html(item))
        handler.addQuickElement("content", item["content"], {"type": "html"})
        for language, href in item["alternates"]:
            link = {"rel": "alternate", "hreflang": language, "href": href}
            handler.addQuickElement("link", "", link)


class Rss(_Feed, Rss201rev2Feed):
    """RSS 2.0 with whole articles in ``content:encoded``."""

    def rss_attributes(self) -> dict[str, str]:
        content = "http://purl.org/rss/1.0/modules/content/"
        return {**super().rss_attributes(), "xmlns:content": content}

    def add_root_elements(self, handler: Any) -> None:
        super().add_root_elements(handler)
        if settings.WEBSUB_HUB:
            handler.addQuickElement("atom:link", None, {"rel": "hub", "href": settings.WEBSUB_HUB})

    def add_item_elements(self, handler: Any, item: dict[str, Any]) -> None:
        super().add_item_elements(handler, _as_html(item))
        handler.addQuickElement("content:encoded", item["content"])


class JsonFeed(_Feed):
    """JSON Feed 1.1 (jsonfeed.org)."""

    content_type = "application/feed+json; charset=utf-8"

    def write(self, outfile: TextIO, encoding: str) -> None:
        feed = {
            "version": "https://jsonfeed.org/version/1.1",
            "title": self.feed["title"],
            "description": self.feed["description"],
            "home_page_url": self.feed["link"],
            "feed_url": self.feed["feed_url"],
            "language": self.feed["language"],
            "authors": [{"name": settings.SITE_NAME, "url": _absolute("/")}],
            "items": [self._item(item) for item in self.items],
        }
        if settings.WEBSUB_HUB:
            feed["hubs"] = [{"type": "WebSub", "url": settings.WEBSUB_HUB}]
        json.dump(feed, outfile, ensure_ascii=False)

    @staticmethod
    def _item(item: dict[str, Any]) -> dict[str, Any]:
        entry = {
            "id": item["unique_id"],
            "url": item["link"],
            "title": item["title"],
            "summary": item["description"],
            "content_html": item["content"],
            "date_published": item["pubdate"].isoformat(),
            "date_modified": item["updateddate"].isoformat(),
            "authors": [{"name": item["author_name"]}] if item["author_name"] else [],
            "tags": item["categories"],
            "language": item["language"],
        }
        return {key: value for key, value in entry.items() if value}


FORMATS: dict[str, type[_Feed]] = {"atom": Atom, "rss": Rss, "json": JsonFeed}


def _response(format: str, editions: EditionQuerySet, **about: Any) -> HttpResponse:
    if format not in FORMATS:
        raise Http404
    feed = FORMATS[format](language=settings.LANGUAGE_CODE, author_name=settings.SITE_NAME, **about)
    rows = editions.live().order_by("-first_sequence").defer("ninjs")
    for item in _items(rows[:MAX_ENTRIES]):
        feed.add_item(**item)
    response = HttpResponse(feed.writeString("utf-8"), content_type=FORMATS[format].content_type)
    if settings.WEBSUB_HUB:
        hub, own = settings.WEBSUB_HUB, about["feed_url"]
        response["Link"] = f'<{hub}>; rel="hub", <{own}>; rel="self"'
    return response


def _items(editions: EditionQuerySet) -> Iterator[dict[str, Any]]:
    found = list(editions)
    translations = defaultdict(list)
    group_members = Edition.objects.live().filter(
        translation_group__in={edition.translation_group for edition in found}
    )
    for group, pk, language, slug in group_members.values_list(
        "translation_group", "pk", "language", "slug"
    ):
        translations[group].append((pk, language, _absolute(reverse("article", args=[slug]))))
    for edition in found:
        snapshot = edition.snapshot
        address = _absolute(edition.get_absolute_url())
        yield {
            "unique_id": urn(snapshot["id"]),
            "unique_id_is_permalink": False,
            "link": address,
            "title": printable(edition.headline),
            "description": printable(edition.standfirst),
            "alternates": [
                (language, href)
                for pk, language, href in translations[edition.translation_group]
                if pk != edition.pk
            ],
            "content": _with_full_links(printable(edition.body), address),
            "language": snapshot["language"],
            "author_name": printable(snapshot["byline"]) or None,
            "pubdate": edition.first_published_at,
            "updateddate": edition.published_at,
            "categories": [printable(topic["name"]) for topic in snapshot["topics"]],
        }


def _as_html(item: dict[str, Any]) -> dict[str, Any]:
    """``item`` with its summary escaped: Atom and RSS read it as HTML."""
    return {**item, "description": escape(item["description"], quote=False)}


def _with_full_links(body: str, address: str) -> str:
    """``body`` with its relative links made absolute from ``address``."""

    def full(link: re.Match[str]) -> str:
        try:
            return link[1] + urljoin(address, link[2])
        except ValueError:  # not a URL: leave it
            return link[0]

    return _LINK.sub(full, body)


def _redirect_to_current(pages: str, kind: str, slug: str, format: str) -> HttpResponse:
    """Redirect the feed of an earlier slug to the page's current slug; 404 if there is none."""
    address = Address.objects.filter(kind=kind, slug=slug).first()
    public = address and PublicPage.objects.live().filter(pk=address.object_id).first()
    if not public:
        raise Http404
    now = reverse("feed-of", args=[pages, public.slug, format])
    return HttpResponsePermanentRedirect(now)


def _absolute(path: str) -> str:
    return str(settings.SITE_URL + path)
