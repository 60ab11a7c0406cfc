"""Articles as Atom, RSS 2.0 and JSON Feed 1.1: all, or those of one public page."""

from __future__ import annotations

import json
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from html import escape
from itertools import islice
from typing import Any, TextIO
from urllib.parse import urlencode, urljoin

from django.conf import settings
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse, HttpResponsePermanentRedirect
from django.urls import reverse
from django.utils.feedgenerator import (
    Atom1Feed,
    Enclosure,
    Rss201rev2Feed,
    SyndicationFeed,
    rfc3339_date,
)
from django.utils.html import linebreaks
from django.views.decorators.http import require_safe

from articles.formats.body import full_body
from articles.formats.ninjs_3_1 import urn
from articles.frozen import StatementCard, byline_of
from articles.models import KIND_OF, Address, Edition, EditionQuerySet, Event, PublicPage, Topic
from articles.pictures import address as file_address
from articles.pictures import image_of
from articles.public import record
from articles.public.page_store import depends_on
from articles.public.record import Record
from articles.public.statements import asked_of_feed, wanted_by
from articles.public.statements import withdrawn as tombstones
from articles.public.xml_text import printable
from articles.unreadable import each, leave_out
from people.models import Organization, Speaker
from people.names import capacity_line, full_name

#: A feed has this many articles at most, newest first.
MAX_ENTRIES = 50
#: The pages that have feeds, by the first part of their address.
PAGES: dict[str, Any] = {
    "topics": Topic,
    "speakers": Speaker,
    "organizations": Organization,
    "events": Event,
}

_MEDIA = {"xmlns:media": "http://search.yahoo.com/mrss/"}
#: RSS requires the length of an enclosure in bytes; 0 says that it is not known.
UNKNOWN_LENGTH = "0"

_LINK = re.compile(r'(<a [^>]*?href=")([^"]*)')


@require_safe
def site_feed(request: HttpRequest, format: str) -> HttpResponse:
    """The latest articles of the whole site."""
    response = _response(
        request,
        format,
        [Edition.objects.all()],
        title=settings.SITE_NAME,
        description=f"The latest from {settings.SITE_NAME}",
        link=_absolute(reverse("home")),
        feed_url=_absolute(reverse("feed", args=[format])),
    )
    return depends_on(response, "article")


@require_safe
def feed_of(request: HttpRequest, pages: str, slug: str, format: str) -> HttpResponse:
    """The latest articles of a topic, a speaker, an organization or an event."""
    if pages not in PAGES or format not in FORMATS:
        raise Http404
    kind = KIND_OF[pages]
    public = PublicPage.objects.live().filter(kind=kind, slug=slug).first()
    if public is None:
        return _redirect_to_current(pages, kind, slug, format)
    name = printable(str(public))
    response = _response(
        request,
        format,
        _editions_of(pages, public),
        title=f"{name} · {settings.SITE_NAME}",
        description=f"{name} in the news at {settings.SITE_NAME}",
        link=_absolute(public.get_absolute_url()),
        feed_url=_absolute(reverse("feed-of", args=[pages, slug, format])),
    )
    return depends_on(response, public.pk)


def _editions_of(pages: str, public: PublicPage) -> list[EditionQuerySet]:
    """The editions that name a page's row; of a person also those that the person wrote."""
    row = PAGES[pages](pk=public.pk)
    return [row.editions.all(), row.bylined.all()] if pages == "speakers" else [row.editions.all()]


@require_safe
def corrections_feed(request: HttpRequest, format: str) -> HttpResponse:
    """The latest corrections and withdrawals: each is an entry with its public note."""
    if format not in FORMATS:
        raise Http404
    language = request.GET.get("language", "").lower()
    rows = Edition.objects.corrections().defer("body", "ninjs")
    rows = rows.filter(language=language) if language else rows
    name = f"Corrections · {settings.SITE_NAME}"
    feed = FORMATS[format](
        language=language or settings.LANGUAGE_CODE,
        author_name=settings.SITE_NAME,
        withdrawn=[],
        title=name,
        description=f"What {settings.SITE_NAME} has corrected and withdrawn",
        link=_absolute(reverse("corrections")),
        feed_url=_absolute(reverse("corrections-feed", args=[format]))
        + (f"?{urlencode({'language': language})}" if language else ""),
    )
    for edition in rows[:MAX_ENTRIES]:
        withdrawn = edition.status == Edition.Status.CANCELED
        title = "An article was withdrawn" if withdrawn else printable(edition.headline)
        note = printable(edition.note)
        feed.add_item(
            title=title,
            link=_absolute(edition.get_absolute_url()),
            description=note,
            unique_id=f"{urn(str(edition.article_id))}:{edition.version}",
            unique_id_is_permalink=False,
            translations=[],
            content=linebreaks(note, autoescape=True),
            image=None,
            language=edition.language,
            author_name=None,
            pubdate=edition.published_at,
            updateddate=edition.published_at,
            categories=[],
        )
    response = HttpResponse(feed.writeString("utf-8"), content_type=FORMATS[format].content_type)
    return depends_on(response, "article")


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

    def root_attributes(self) -> dict[str, str]:
        tombstones = "http://purl.org/atompub/tombstones/1.0"
        return {**super().root_attributes(), **_MEDIA, "xmlns:at": tombstones}

    def write_items(self, handler: Any) -> None:
        super().write_items(handler)
        for identifier, edition in self.feed["withdrawn"]:
            attributes = {"ref": urn(identifier), "when": rfc3339_date(edition.published_at)}
            handler.startElement("at:deleted-entry", attributes)
            handler.addQuickElement("at:comment", printable(edition.note))
            handler.endElement("at:deleted-entry")

    def item_attributes(self, item: dict[str, Any]) -> dict[str, str]:
        return {"xml:lang": item["language"]}

    def add_item_elements(self, handler: Any, item: dict[str, Any]) -> None:
        super().add_item_elements(handler, _as_html(item))
        handler.addQuickElement("content", item["content"], {"type": "html"})
        for language, href in item["translations"]:
            # Not "alternate": readers' programs take the last of those for the entry's own address.
            link = {"rel": "related", "hreflang": language, "href": href}
            handler.addQuickElement("link", "", link)
        _add_media(handler, item)


class Rss(_Feed, Rss201rev2Feed):
    """RSS 2.0 with whole articles in ``content:encoded``."""

    def rss_attributes(self) -> dict[str, str]:
        return {
            **super().rss_attributes(),
            **_MEDIA,
            "xmlns:content": "http://purl.org/rss/1.0/modules/content/",
            "xmlns:dc": "http://purl.org/dc/elements/1.1/",
        }

    def add_root_elements(self, handler: Any) -> None:
        super().add_root_elements(handler)
        if settings.WEBSUB_HUB:
            handler.addQuickElement("atom:link", None, {"rel": "hub", "href": settings.WEBSUB_HUB})

    def add_item_elements(self, handler: Any, item: dict[str, Any]) -> None:
        super().add_item_elements(handler, _as_html(item))
        handler.addQuickElement("content:encoded", item["content"])
        handler.addQuickElement("dc:language", item["language"])
        _add_media(handler, item)


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
            "image": item["image"]["url"] if item["image"] else None,
            "language": item["language"],
        }
        return {key: value for key, value in entry.items() if value}


def _add_media(handler: Any, item: dict[str, Any]) -> None:
    """Add the picture of ``item`` as Media RSS."""
    if not (image := item["image"]):
        return
    size = {name: str(image[name]) for name in ("width", "height")}
    content = {"url": image["url"], "medium": "image", "type": "image/jpeg", **size}
    handler.startElement("media:content", content)
    handler.addQuickElement("media:description", image["alt"], {"type": "plain"})
    handler.addQuickElement("media:credit", image["credit"])
    handler.endElement("media:content")


FORMATS: dict[str, type[_Feed]] = {"atom": Atom, "rss": Rss, "json": JsonFeed}


def _response(
    request: HttpRequest, format: str, lists: list[EditionQuerySet], **about: Any
) -> HttpResponse:
    """The feed of what stands in any of ``lists``; of one language if ``?language=`` says so."""
    if format not in FORMATS:
        raise Http404
    language = request.GET.get("language", "").lower()
    if language:
        lists = [editions.filter(language=language) for editions in lists]
        about["feed_url"] += f"?{urlencode({'language': language})}"
    canceled = Q(status=Edition.Status.CANCELED)
    ended = [editions.latest().ever_public().filter(canceled) for editions in lists]
    live = [editions.live() for editions in lists]
    return _written(
        format,
        _items(_newest(live, "-first_sequence").defer("ninjs")),
        _tombstones(_newest(ended, "-change").defer("ninjs", "body")),
        language=language,
        **about,
    )


def _newest(lists: list[EditionQuerySet], order: str) -> EditionQuerySet:
    """The first entries of several lists: each list gives its own first ones, by its own index."""
    firsts = [editions.order_by(order)[:MAX_ENTRIES] for editions in lists]
    if len(firsts) == 1:
        return firsts[0]
    keys = [first.values("pk") for first in firsts]
    return Edition.objects.filter(pk__in=keys[0].union(*keys[1:])).order_by(order)[:MAX_ENTRIES]


def _tombstones(editions: Iterable[Edition]) -> Iterator[tuple[str, Edition]]:
    """The article and the tombstone of each of ``editions``, read when a format asks for them."""
    for edition in editions:
        yield str(edition.article_id), edition


def _written(
    format: str,
    items: Iterable[dict[str, Any]],
    withdrawn: Iterable[tuple[str, Edition]],
    *,
    language: str,
    **about: Any,
) -> HttpResponse:
    """A feed of ``items``, and of the identifiers that were taken back with the edition that did.

    ``about`` is what the formats say of the feed; ``feed_url`` is its own address.
    """
    feed = FORMATS[format](
        language=language or settings.LANGUAGE_CODE,
        author_name=settings.SITE_NAME,
        withdrawn=withdrawn,
        **about,
    )
    for item in items:
        feed.add_item(**item)
    response = HttpResponse(feed.writeString("utf-8"), content_type=FORMATS[format].content_type)
    if settings.WEBSUB_HUB:
        hub, own = settings.WEBSUB_HUB, about["feed_url"]
        response["Link"] = f'<{hub}>; rel="hub", <{own}>; rel="self"'
    return response


@require_safe
def statements_feed(request: HttpRequest, format: str) -> HttpResponse:
    """The latest statements, each an entry, with the filters of the page of statements."""
    if format not in FORMATS:
        raise Http404
    asked = asked_of_feed(request)
    wanted = wanted_by(asked)
    language = request.GET.get("language", "").lower()
    if language:
        asked.given["language"] = language
    found = wanted.newest(language=language, size=MAX_ENTRIES)
    ended = tombstones(Edition.objects.all()).order_by("-change").defer("ninjs", "body")
    gone = {edition.article_id: edition for edition in ended[:MAX_ENTRIES]}
    stood = wanted.fitting().ever_public().filter(article__in=gone, is_latest=False)
    if language:
        stood = stood.filter(language=language)
    withdrawn = list(
        {
            card["id"]: (card["id"], gone[article]) for article, card in wanted.said_in(stood)
        }.values()
    )
    before = record.earlier(found.editions)
    if not asked.pages:  # it is not said whose words were taken out
        withdrawn += [
            (statement, edition)
            for edition in found.editions
            for statement in _removed(edition, before[edition.article_id])
        ]
    names = ", ".join(printable(str(page)) for page in asked.pages.values())
    title = " · ".join(filter(None, ("Statements", names, settings.SITE_NAME)))
    response = _written(
        format,
        islice(_statements(record.records(found)), MAX_ENTRIES),
        withdrawn[:MAX_ENTRIES],
        language=language,
        title=title,
        description=f"Who said what: statements at {settings.SITE_NAME}",
        link=_absolute(asked.address()),
        feed_url=_absolute(asked.address("statements-feed", format=format)),
    )
    return depends_on(response, "article", "speaker", "organization", "topic")


def _removed(edition: Edition, before: list[StatementCard]) -> list[str]:
    with leave_out(edition):
        return record.removed_from(edition, before)
    return []


def _statements(records: Iterable[Record]) -> Iterator[dict[str, Any]]:
    for one in records:
        entries: list[dict[str, Any]] = []
        with leave_out(one.edition):
            entries += _statements_of(one)
        yield from entries


def _statements_of(one: Record) -> Iterator[dict[str, Any]]:
    edition = one.edition
    for capacity, statements in one.said:
        who = printable(f"{full_name(capacity['speaker'])}, {capacity_line(capacity)}")
        for said in statements:
            direct = said.card["kind"] == "direct"
            words = printable(f"“{said.words}”" if direct else said.words)
            address = f"{_absolute(edition.get_absolute_url())}#s-{said.card['number']}"
            state = "Corrected. " if said.corrected else ""
            source = f'<a href="{address}">{escape(printable(edition.headline))}</a>'
            quoted = f"<{'blockquote' if direct else 'p'}>{escape(words)}"
            quoted += "</blockquote>" if direct else "</p>"
            yield {
                "unique_id": urn(said.card["id"]),
                "unique_id_is_permalink": False,
                "link": address,
                "title": printable(f"{full_name(capacity['speaker'])}: {words}")[:200],
                "description": words,
                "translations": [],
                "content": f"{quoted}<p>— {escape(who)}. {state}{source}</p>",
                "image": None,
                "enclosures": [],
                "language": edition.snapshot["language"],
                "author_name": printable(full_name(capacity["speaker"])),
                "pubdate": edition.first_published_at,
                "updateddate": edition.published_at,
                "categories": ["Quoted" if direct else "Reported"],
            }


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

    def item(edition: Edition) -> dict[str, Any]:
        snapshot = edition.snapshot
        address = _absolute(edition.get_absolute_url())
        image = _image(edition)
        return {
            "unique_id": urn(snapshot["id"]),
            "unique_id_is_permalink": False,
            "link": address,
            "title": printable(edition.headline),
            "description": printable(edition.standfirst) or None,
            "translations": [
                (language, href)
                for pk, language, href in translations[edition.translation_group]
                if pk != edition.pk
            ],
            "content": _content(edition, address),
            "image": image,
            "enclosures": [Enclosure(image["url"], UNKNOWN_LENGTH, "image/jpeg")] if image else [],
            "language": snapshot["language"],
            "author_name": printable(byline_of(snapshot)) or None,
            "pubdate": edition.first_published_at,
            "updateddate": edition.published_at,
            "categories": [printable(topic["name"]) for topic in snapshot["topics"]],
        }

    yield from each(found, item)


def _image(edition: Edition) -> dict[str, Any] | None:
    """The address, size and texts of an article's picture, if it has one."""
    picture = edition.snapshot.get("picture")
    if picture is None:
        return None
    return {**image_of(edition), "credit": printable(picture["credit"])}


def _content(edition: Edition, address: str) -> str:
    """The body with absolute links, and the corrections that readers find below it."""
    notes = [
        f"<p><strong>Correction, {row['at'][:10]}:</strong> {escape(printable(row['note']))}</p>"
        for row in reversed(edition.corrections)
    ]
    body = full_body(edition.snapshot, lambda row: urljoin(settings.SITE_URL, file_address(row)))
    return _with_full_links(printable(body), address) + "".join(notes)


def _as_html(item: dict[str, Any]) -> dict[str, Any]:
    """``item`` with its summary escaped: Atom and RSS read it as HTML."""
    summary = item["description"]
    return {**item, "description": summary and escape(summary, quote=False)}


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
