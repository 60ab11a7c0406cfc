"""Search on PostgreSQL's full text: what it goes through, what it finds, in which order.

Two functions in the database (migration ``0008_search``) make the vectors: ``newsroom_words`` with
stems, by weight, and ``newsroom_heads`` with the words of titles and names as they are written.
Both write letters small and without accents first.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from difflib import get_close_matches
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import Exists, OuterRef
from django.utils.html import escape
from django.utils.safestring import SafeString

from articles.models import Edition, Entry
from articles.richtext import plain_text

#: How many of the newest matches are put in order. Nobody reads on beyond them.
DEPTH = 300
#: Counts go no further than this.
MOST = 1000
#: So many suggestions appear while somebody types.
SUGGESTIONS = 8
PAGE = 20
#: What can be searched for, in the order in which it is offered.
KINDS = {
    "article": "Articles",
    "event": "Events",
    "speaker": "Speakers",
    "organization": "Organizations",
    "topic": "Topics",
}

#: Signs that no text contains stand around what was found until it is escaped.
_OPEN, _CLOSE = "\ue000", "\ue001"
#: What was asked for. Both are constants to the planner, which then knows how common a word is.
_WORDS = (
    "(websearch_to_tsquery('english', newsroom_fold(%(q)s))"
    " || websearch_to_tsquery('russian', newsroom_fold(%(q)s)))"
)
_HEADS = "to_tsquery('simple', newsroom_fold(%(prefix)s))"
_OF_KIND = "(%(kind)s = '' OR kind = %(kind)s)"
#: The newest that match are put in order: good titles, what is new, and whole pages come first.
_FOUND = f"""
    SELECT kind, slug, title, coalesce(nullif(text, ''), summary), language, at
    FROM articles_entry
    WHERE id IN (
        (SELECT id FROM articles_entry WHERE words @@ {_WORDS} AND {_OF_KIND}
            ORDER BY sequence DESC LIMIT %(depth)s)
        UNION ALL
        (SELECT id FROM articles_entry WHERE heads @@ {_HEADS} AND {_OF_KIND}
            ORDER BY sequence DESC LIMIT %(depth)s)
    )
    ORDER BY (ts_rank(words, {_WORDS}, 1) + ts_rank(heads, {_HEADS}))
        * (1 + exp(-extract(epoch FROM now() - at) / 2592000))
        * CASE kind WHEN 'article' THEN 1 ELSE 2 END DESC, sequence DESC
    LIMIT %(limit)s OFFSET %(offset)s
"""
_SUGGESTED = f"""
    SELECT title FROM (
        (SELECT title, ts_rank(heads, {_HEADS}) AS rank, sequence FROM articles_entry
            WHERE heads @@ {_HEADS} AND kind <> 'article' ORDER BY sequence DESC LIMIT %(limit)s)
        UNION ALL
        (SELECT title, ts_rank(heads, {_HEADS}) / 2, sequence FROM articles_entry
            WHERE heads @@ {_HEADS} AND kind = 'article' ORDER BY sequence DESC LIMIT %(limit)s)
    ) AS found ORDER BY rank DESC, sequence DESC LIMIT %(limit)s
"""
_COUNTED = " UNION ALL ".join(
    f"SELECT '{kind}', count(*) FROM (SELECT 1 FROM articles_entry WHERE kind = '{kind}'"
    f" AND (words @@ {_WORDS} OR heads @@ {_HEADS}) LIMIT %(most)s) AS {kind}s"
    for kind in KINDS
)
_MARKED = f"""
    SELECT ts_headline('english', title, {_WORDS}, %(whole)s),
        ts_headline('english', left(body, 20000), {_WORDS}, %(parts)s)
    FROM unnest(%(titles)s::text[], %(bodies)s::text[]) WITH ORDINALITY AS row(title, body, place)
    ORDER BY place
"""
_KNOWN = """
    SELECT word FROM ts_stat(
        'SELECT heads FROM articles_entry ORDER BY kind = ''article'', sequence DESC LIMIT 5000'
    )
"""
_WORD = re.compile(r"[^\W_]+")


# Writing ------------------------------------------------------------------------------------------


def index_edition(edition: Edition) -> None:
    """Have searches find ``edition``, which readers see from now on."""
    snapshot = edition.snapshot
    names = [card["name"] for card in edition.organization_cards()]
    for capacity in edition.capacities().values():
        speaker = capacity["speaker"]
        names += [speaker["name"], *speaker["name_variants"]]
    names += [topic["name"] for topic in snapshot["topics"]]
    if snapshot["event"]:
        names.append(snapshot["event"]["name"])
    Entry.objects.update_or_create(
        pk=edition.article_id,
        defaults={
            "kind": "article",
            "slug": edition.slug,
            "title": edition.headline,
            "names": "\n".join(dict.fromkeys(names)),
            "summary": edition.standfirst,
            "text": plain_text(edition.body),
            "language": snapshot["language"],
            "at": edition.first_published_at,
            "sequence": edition.first_sequence,
        },
    )


def index_page(kind: str, card: Mapping[str, Any], *, at: datetime, sequence: int) -> None:
    """Have searches find the page of a speaker, organization, event or topic."""
    names = [*card.get("name_variants", ()), card.get("short_name", ""), card.get("place", "")]
    names += [held["title"] for held in card.get("capacities", ()) if kind == "speaker"]
    names += [held["speaker"]["name"] for held in card.get("capacities", ()) if kind == "event"]
    Entry.objects.update_or_create(
        pk=card["id"],
        defaults={
            "kind": kind,
            "slug": card["slug"],
            "title": card["name"],
            "names": "\n".join(filter(None, names)),
            "at": at,
            "sequence": sequence,
        },
    )


def forget(id: UUID) -> None:
    """Have searches find this no more."""
    Entry.objects.filter(pk=id).delete()


# Reading ------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Hit:
    """Something that was found, with the passages in which the words stand (safe HTML)."""

    kind: str
    slug: str
    title: SafeString
    fragment: SafeString
    language: str
    at: datetime


@dataclass(frozen=True)
class Found:
    """A page of hits, whether there is another, and how many of each kind (``MOST`` at most)."""

    hits: list[Hit]
    more: bool
    counts: dict[str, int]


def search(q: str, *, kind: str = "", page: int = 1) -> Found:
    """What contains ``q``, the best first: good titles and what is new count for more.

    Words count in any order, “quoted” ones as a phrase, the last one as a beginning too; ``or``
    and ``-`` mean what they mean to search engines. ``kind`` is a key of ``KINDS`` or "".
    """
    asked: dict[str, Any] = {
        "q": q,
        "prefix": _prefix(q),
        "kind": kind,
        "depth": DEPTH,
        "limit": PAGE + 1,
        "offset": PAGE * (page - 1),
        "most": MOST,
    }
    rows = _rows(_FOUND, asked)
    return Found(_hits(rows[:PAGE], q), len(rows) > PAGE, dict(_rows(_COUNTED, asked)))


def suggest(typed: str) -> list[str]:
    """Titles and names that begin with what is typed: pages of their own first, then articles."""
    if len(typed.strip()) < 2:
        return []
    asked = {"prefix": _prefix(typed), "limit": SUGGESTIONS}
    return list(dict.fromkeys(title for (title,) in _rows(_SUGGESTED, asked)))


def meant(q: str) -> str:
    """``q`` with words of titles and names in place of those that stand nowhere; "" if none fits.

    Asked when nothing was found, so it may take a little longer.
    """
    known = [word for (word,) in _rows(_KNOWN, {})]
    words = _WORD.findall(q.lower())
    better = [word if word in known else _nearest(word, known) for word in words]
    return " ".join(better) if better != words else ""


def matching(words: str) -> Exists:
    """The condition that an edition's article is found by ``words``."""
    entries = Entry.objects.filter(pk=OuterRef("article_id"))
    where = f"words @@ {_WORDS}".replace("%(q)s", "%s")
    return Exists(entries.extra(where=[where], params=[words, words]))  # noqa: S610 - a constant


def _prefix(q: str) -> str:
    """All words of ``q``, the last one as a beginning, in the language of ``to_tsquery``."""
    words = _WORD.findall(q)
    return " & ".join([*words[:-1], f"{words[-1]}:*"]) if words else ""


def _rows(query: str, asked: dict[str, Any]) -> list[Any]:
    with connection.cursor() as cursor:
        cursor.execute(query, asked)
        return cursor.fetchall()


def _hits(rows: list[Any], q: str) -> list[Hit]:
    signs = f"StartSel={_OPEN}, StopSel={_CLOSE}"
    asked = {
        "q": q,
        "titles": [row[2] for row in rows],
        "bodies": [row[3] for row in rows],
        "whole": f"HighlightAll=true, {signs}",
        "parts": f'MaxFragments=2, MaxWords=24, MinWords=8, FragmentDelimiter=" … ", {signs}',
    }
    marked = _rows(_MARKED, asked) if rows else []
    return [
        Hit(kind, slug, _marked(title), _marked(fragment), language, at)
        for (kind, slug, _, _, language, at), (title, fragment) in zip(rows, marked, strict=True)
    ]


def _marked(text: str) -> SafeString:
    """``text`` escaped, with ``mark`` around what was found."""
    return SafeString(escape(text).replace(_OPEN, "<mark>").replace(_CLOSE, "</mark>"))


def _nearest(word: str, known: list[str]) -> str:
    near = [other for other in known if abs(len(other) - len(word)) <= 2]
    return next(iter(get_close_matches(word, near, n=1, cutoff=0.7)), word)
