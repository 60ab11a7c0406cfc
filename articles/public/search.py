"""The search page, and suggestions while somebody types."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import render
from django.utils.html import escape
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from articles.frozen import Snapshot, StatementCard
from articles.models import Edition, PublicPage, is_sequence
from articles.public import filters
from articles.public.filters import Filters
from articles.public.languages import language_of_page
from articles.search import query
from articles.search.query import KINDS, SORTS, Count, Narrowed, SearchHit
from articles.unreadable import leave_out
from people.folding import UNSPACED

#: What the page reads from the query string.
PARAMETERS = (*filters.PARAMETERS, "kind", "sort", "page")
#: Suggestions are asked for with so many characters at most.
MAX_QUERY = filters.MOST_TYPED
#: The last page of results that can be asked for.
LAST_PAGE = query.DEPTH // query.PAGE
#: Of a statement so many characters stand around what was found.
EXCERPT = 280
#: So many statements of an article are compared with what was found.
MOST_COMPARED = 60
#: Statements have a list of their own, with the same filters.
STATEMENT = "statement"


@dataclass(frozen=True)
class Result:
    """A hit, and what is public of it.

    ``said`` is the statement of an article in which the words stand, ``words`` what it says with
    marks (safe HTML). ``card`` is the page of anything else.
    """

    hit: SearchHit
    card: dict[str, Any]
    said: StatementCard | None = None
    words: SafeString | None = None


@require_safe
def search(request: HttpRequest) -> HttpResponse:
    """What contains the words in ``q`` and fits the filters; without words, all that fits them."""
    kinds = {**KINDS, STATEMENT: gettext_lazy("Statements")}
    asked = filters.read(request, kind=kinds, sort=SORTS)
    kind = asked.given.get("kind", "")
    if kind == STATEMENT:
        for name in ("kind", "sort"):
            asked.given.pop(name, None)
        return HttpResponseRedirect(asked.address())
    given = request.GET.get("page", "1")
    page = min(int(given) if is_sequence(given) else 1, LAST_PAGE) or 1
    chosen = [one for one in asked.chosen if one.name != "kind"]
    found, results, snapshots = None, [], {}
    if asked.q or chosen:
        found = query.search(
            asked.q,
            language=language_of_page(),
            kind=kind,
            within=_within(asked),
            sort=asked.given.get("sort", ""),
            page=page,
        )
        if page > 1 and not found.hits:
            return HttpResponseRedirect(asked.address("search"))
        snapshots = _snapshots(found.hits)
        results = _results(found.hits, snapshots, asked.speakers)
    more = bool(found and found.more)
    context = {
        "title": _("Search for {words}").format(words=asked.q) if asked.q else _("Search"),
        "description": _("Search articles, events, people and organizations"),
        "noindex": True,
        "q": asked.q,
        "kind": kind,
        "asked": asked,
        "chosen": chosen,
        "without_filters": f"?{urlencode({'q': asked.q})}",
        "found": found,
        "results": results,
        "names": filters.names_in(snapshots.values()),
        "kinds": _kinds(asked, found.counts) if found else [],
        "all_kinds": asked.having(kind=""),
        "statements": asked.having(kind=STATEMENT),
        "sorts": SORTS.items(),
        "languages_of_texts": [code for code, _name in settings.LANGUAGES],
        "did_you_mean": _better(asked) if found and not found.hits and not chosen else "",
        "previous": asked.having(page=str(page - 1)) if page > 1 else "",
        "next": asked.having(page=str(page + 1)) if more and page < LAST_PAGE else "",
        "cut": query.DEPTH if more and page == LAST_PAGE else 0,
    }
    return render(request, "search.html", context)


@require_safe
def suggest(request: HttpRequest) -> JsonResponse:
    """Titles and names that begin with ``q``, as a JSON list, for the search field."""
    typed = request.GET.get("q", "").replace("\x00", "")[:MAX_QUERY]
    return JsonResponse(query.suggest(typed), safe=False)


def _within(asked: Filters) -> Narrowed:
    return Narrowed(
        speakers=asked.speakers,
        organization=asked.key("organization"),
        topic=asked.key("topic"),
        language=asked.language,
        since=asked.days["from"],
        until=asked.days["until"],
    )


def _kinds(asked: Filters, counts: dict[str, Count]) -> list[tuple[str, Any, Count, str]]:
    """Each kind that was found: its name, label and number, and the query for it."""
    return [
        (name, KINDS[name], counts[name], asked.having(kind=name))
        for name in KINDS
        if name in counts
    ]


def _better(asked: Filters) -> list[str]:
    """Other words that may be meant, and the query for them."""
    words_meant = query.did_you_mean(asked.q)
    return [words_meant, asked.having(q=words_meant)] if words_meant else []


def _snapshots(hits: list[SearchHit]) -> dict[UUID, Any]:
    """What is said in the articles among ``hits``, and of which topics they are."""
    ids = [hit.id for hit in hits if hit.kind == "article"]
    rows = Edition.objects.live().filter(article__in=ids) if ids else Edition.objects.none()
    return {
        article: {"statements": (statements or [])[:MOST_COMPARED], "topics": topics or []}
        for article, statements, topics in rows.values_list(
            "article", "snapshot__statements", "snapshot__topics"
        )
    }


def _results(
    hits: list[SearchHit], snapshots: dict[UUID, Any], speakers: Collection[str]
) -> list[Result]:
    """``hits`` with what is known of each; of articles, who said the words that were found.

    With ``speakers``, the words of one person, that person's.
    """
    pages = PublicPage.objects.live().in_bulk([hit.id for hit in hits if hit.kind != "article"])
    results = []
    for hit in hits:
        said, card = None, {}
        # What the index found is shown with or without what is known of it.
        with leave_out(snapshots.get(hit.id)):
            if hit.id in snapshots:
                said = _said(hit, snapshots[hit.id], speakers)
        with leave_out(pages.get(hit.id)):
            card = pages[hit.id].read_card() if hit.id in pages else {}
        results.append(Result(hit, card, said, _excerpt(said, hit.found) if said else None))
    return results


def _said(hit: SearchHit, snapshot: Snapshot, speakers: Collection[str]) -> StatementCard | None:
    """The statement that has most of the words; None where none has any."""
    pattern = _pattern(hit.found)
    best, most = None, -1 if speakers else 0
    for card in snapshot["statements"]:
        if speakers and card["capacity"]["speaker"]["id"] not in speakers:
            continue
        number = len(set(map(str.casefold, pattern.findall(_words_of(card))))) if pattern else 0
        if number > most:
            best, most = card, number
    return best


def _pattern(found: Collection[str]) -> re.Pattern[str] | None:
    """Finds words as they were found in the text; statements stand in it word for word."""
    forms = "|".join(re.escape(form) for form in sorted(found, key=len, reverse=True))
    whole = rf"(?<![^\W{UNSPACED}])({forms})(?![^\W{UNSPACED}])"
    return re.compile(whole, re.IGNORECASE) if forms else None


def _words_of(card: StatementCard) -> str:
    """What is shown of a statement: the quotation, or the passage that reports the speech."""
    return card["passage"] or card["text"]


def _excerpt(card: StatementCard, found: Collection[str]) -> SafeString:
    """The words of a statement, around what was found if they are long, with marks (safe HTML)."""
    text = _words_of(card)
    pattern = _pattern(found)
    first = pattern.search(text) if pattern else None
    if len(text) > EXCERPT:
        begin = max(first.start() - EXCERPT // 2, 0) if first else 0
        begin = text.rfind(" ", 0, begin) + 1
        end = text.find(" ", begin + EXCERPT)
        end = end if 0 < end <= begin + 2 * EXCERPT else min(begin + EXCERPT, len(text))
        text = f"{'… ' if begin else ''}{text[begin:end]}{' …' if end < len(text) else ''}"
    if not pattern:
        return SafeString(escape(text))
    pieces = pattern.split(text)
    return SafeString(
        "".join(
            f"<mark>{escape(piece)}</mark>" if place % 2 else escape(piece)
            for place, piece in enumerate(pieces)
        )
    )
