"""Index pages: every topic, person and organization by name, and every event by day.

They are paged by the key that orders them (``publishing.order``), never by an offset: ``?from=`` is
where a page begins, a letter or the key of a row.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import connections, router
from django.db.models import Model, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from articles.models import Edition, PublicPage, PublicPageQuerySet
from articles.public.page_store import DAY, depends_on
from articles.publishing.order import DIVIDER
from articles.unreadable import each

#: A page of an index has this many rows, and a part of the overview of events.
SIZE, OVERVIEW_SIZE = 100, 10
#: Nobody is told a larger number of articles. A page counts for each of its rows, and a publication
#: makes it anew: to count to 1,000 took 0.7 s for a hundred large topics.
MOST_COUNTED = 100
#: Longer than any key.
_MOST_LETTERS = 700

#: What stands under one letter although it begins with several: the first one, and what follows.
#: Keys are decomposed: a Korean syllable begins with its consonant (U+1100).
_TOGETHER = (("0", ":", "0–9"), ("\u3400", "\ua000", "汉字"), ("\u1100", "\u1200", "한글"))
#: The first letters of a kind, each found by one look into the index, however many rows it has.
#: ``%(firsts)s`` and ``%(afters)s`` are those of what stands together.
_LETTERS = """
    WITH RECURSIVE letters AS (
        (SELECT left(order_key, 1) AS letter FROM articles_publicpage
            WHERE kind = %(kind)s AND notice = '' ORDER BY order_key LIMIT 1)
        UNION ALL
        SELECT (SELECT left(order_key, 1) FROM articles_publicpage
            WHERE kind = %(kind)s AND notice = '' AND order_key >= coalesce(
                (SELECT chr(after) FROM unnest(%(firsts)s, %(afters)s) AS together (first, after)
                    WHERE ascii(letter) >= first AND ascii(letter) < after),
                chr(ascii(letter) + 1))
            ORDER BY order_key LIMIT 1)
        FROM letters WHERE letter IS NOT NULL
    )
    SELECT letter FROM letters WHERE letter IS NOT NULL
"""
#: How many translation groups are listed under each of some rows; each is counted once.
_COUNTS = """
    SELECT listed.id, counted.number FROM unnest(%s::uuid[]) AS listed (id), LATERAL (
        SELECT count(DISTINCT translation_group) AS number FROM (
            SELECT edition.translation_group FROM {table} AS link
            JOIN articles_edition AS edition ON edition.sequence = link.edition_id
            WHERE link.{column} = listed.id AND edition.is_latest AND edition.status = 'usable'
            ORDER BY link.edition_id DESC LIMIT %s
        ) AS found
    ) AS counted
"""


@dataclass
class Row:
    """A row of an index, with how many articles are listed under it."""

    page: PublicPage
    articles: int

    @property
    def articles_shown(self) -> str:
        """The number as it is shown."""
        return f"{MOST_COUNTED:,}+" if self.articles >= MOST_COUNTED else str(self.articles)


def _by_name(kind: str, listed: type[Model], title: Any) -> Callable[..., HttpResponse]:
    """The view of the index of ``kind``; ``listed`` is the table that links editions to it."""

    @require_safe
    def index(request: HttpRequest) -> HttpResponse:
        begin = _from(request)
        pages = PublicPage.objects.live().filter(kind=kind, order_key__gte=begin)
        found = list(pages.order_by("order_key")[: SIZE + 1])
        more = found[SIZE].order_key if found[SIZE:] else ""
        letters = _letters(kind) if begin or more else []
        numbers = _article_counts(listed, kind, [page.pk for page in found[:SIZE]])
        rows = [Row(page, numbers[page.pk]) for page in found[:SIZE]]
        context = {
            "title": title,
            "description": _("Everything about {name} at {site}.").format(
                name=title, site=settings.SITE_NAME
            ),
            "kind": kind,
            "letters": letters,
            "groups": _groups(rows) if letters else [("", rows)] if rows else [],
            "more": more,
        }
        return depends_on(render(request, "articles/index.html", context), kind, "article")

    return index


topics = _by_name("topic", Edition.topics.through, gettext_lazy("Topics"))
people = _by_name("speaker", Edition.speakers.through, gettext_lazy("People"))
organizations = _by_name(
    "organization", Edition.organizations.through, gettext_lazy("Organizations")
)


def _article_counts(listed: type[Model], kind: str, ids: list[UUID]) -> dict[UUID, int]:
    query = _COUNTS.format(table=listed._meta.db_table, column=f"{kind}_id")
    with connections[router.db_for_read(listed)].cursor() as cursor:
        cursor.execute(query, [ids, MOST_COUNTED])
        return dict(cursor.fetchall())


def _from(request: HttpRequest) -> str:
    """Where the page begins; text that no database takes is none."""
    return request.GET.get("from", "").replace("\x00", "")[:_MOST_LETTERS]


def _letters(kind: str) -> list[tuple[str, str]]:
    """The first letters of the names of a kind: what ``?from=`` takes, and what is shown."""
    with connections[router.db_for_read(PublicPage)].cursor() as cursor:
        firsts, afters, _labels = zip(*_TOGETHER, strict=True)
        given = {"firsts": list(map(ord, firsts)), "afters": list(map(ord, afters))}
        cursor.execute(_LETTERS, {"kind": kind, **given})
        return [(letter, _label(letter)) for (letter,) in cursor.fetchall()]


def _groups(rows: list[Row]) -> list[tuple[str, list[Row]]]:
    """The rows under the letters that they begin with."""
    grouped = groupby(rows, lambda row: _label(row.page.order_key[:1]))
    return [(label, list(under)) for label, under in grouped]


def _label(letter: str) -> str:
    together = [label for first, after, label in _TOGETHER if first <= letter < after]
    return together[0] if together else letter.strip().upper() or "…"


# Events ------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Part:
    """A part of the index of events, a page of it, and where its next page begins."""

    name: str
    title: Any
    events: list[Any]
    more: str


@require_safe
def events(request: HttpRequest) -> HttpResponse:
    """Events to come, past and without a date; with ``?when=`` one of these, page by page."""
    today, when = timezone.localdate(), request.GET.get("when", "")
    parts = {
        "coming": (_("To come"), to_come(today), "gte"),
        "past": (_("Past"), _past(today), "lte"),
        "undated": (_("Without a date"), _undated(), "gte"),
    }
    begin = _from(request) if when in parts else ""
    shown = []
    for name, (title, pages, beyond) in parts.items():
        if when in parts and name != when:
            continue
        size = SIZE if when in parts else OVERVIEW_SIZE
        rows = pages.filter(**{f"order_key__{beyond}": begin}) if begin else pages
        found = list(rows[: size + 1])
        more = found[size].order_key if found[size:] else ""
        cards = list(each(found[:size], PublicPage.read_card))
        shown.append(Part(name, title, cards, more))
    context = {
        "title": _("Events"),
        "description": _("Events to come and past, at {site}.").format(site=settings.SITE_NAME),
        "when": when if when in parts else "",
        "parts": [part for part in shown if part.events or when],
    }
    return depends_on(render(request, "articles/events.html", context), "event", DAY)


def to_come(today: date) -> PublicPageQuerySet:
    """The events that end, or may end, on ``today`` or later; next first.

    A month is over when today's month is another: dates compare as far as they are known.
    """
    begin = Q(order_key__gte=str(today))
    return _events().filter(begin | _not_over(today)).order_by("order_key")


def _past(today: date) -> PublicPageQuerySet:
    begun = _events().filter(order_key__lt=str(today), order_key__gte="0")
    return begun.exclude(_not_over(today)).order_by("-order_key")


def _undated() -> PublicPageQuerySet:
    return _events().filter(order_key__startswith=DIVIDER).order_by("order_key")


def _not_over(today: date) -> Q:
    """Events of which only this year or this month is known."""
    year, month = f"{today:%Y}{DIVIDER}", f"{today:%Y-%m}{DIVIDER}"
    return Q(order_key__startswith=year) | Q(order_key__startswith=month)


def _events() -> PublicPageQuerySet:
    return PublicPage.objects.live().filter(kind="event")
