"""Search on PostgreSQL's full text: what it goes through, what it finds, in which order.

Two functions in the database (``migrations/sql/search.sql``) make the vectors:
``newsroom_search_vector`` with stems, by weight, and ``newsroom_title_vector`` with the words of
titles and names as they are written. Both fold the text first, as ``people.folding`` does.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import datetime
from difflib import get_close_matches
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import Exists, OuterRef, Q
from django.db.models.expressions import RawSQL
from django.utils.html import escape
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from articles.models import SearchDocument
from articles.search.syntax import parse
from people.folding import fold, words

#: So many of the newest matches, in the text and in the title, are put in order.
DEPTH = 100
#: Among so many of the newest entries a word that is common is found ``DEPTH`` times.
WINDOW = 1000
#: So many unknown words of a query are compared with known ones.
CORRECTED = 4
#: So many suggestions appear while somebody types.
SUGGESTIONS = 8
PAGE = 20
#: What can be searched for, in the order in which it is offered.
KINDS = {
    "article": _("Articles"),
    "event": _("Events"),
    "speaker": _("Speakers"),
    "organization": _("Organizations"),
    "topic": _("Topics"),
}
_ONE = {
    "article": _("Article"),
    "event": _("Event"),
    "speaker": _("Speaker"),
    "organization": _("Organization"),
    "topic": _("Topic"),
}

#: Signs that no text contains stand around what was found until it is escaped.
_OPEN, _CLOSE = "\ue000", "\ue001"
#: What was asked for. All are constants to the planner, which then knows how common a word is.
_QUERY = "to_tsquery('russian', %(text)s)"
_TITLE_QUERY = "to_tsquery('simple', %(title)s)"
_WITHOUT = "to_tsquery('russian', %(without)s)"
_OF_KIND = "(%(kind)s = '' OR kind = %(kind)s)"
#: Matches among the newest entries, and among all. The planner cannot know which of the two costs
#: little for a word, so we look: the first is always quick, the second when the first finds few.
_NEWEST = f"""
    SELECT id FROM (
        SELECT id, search_vector, title_vector FROM articles_searchdocument WHERE {_OF_KIND}
        ORDER BY sequence DESC LIMIT %(window)s
    ) AS newest
    WHERE {{condition}} LIMIT %(depth)s
"""
_ALL = f"""
    WITH matches AS MATERIALIZED (
        SELECT id, sequence FROM articles_searchdocument WHERE {{condition}} AND {_OF_KIND}
    )
    SELECT id FROM matches ORDER BY sequence DESC LIMIT %(depth)s
"""
_CONDITIONS = (
    f"search_vector @@ {_QUERY}",
    f"(title_vector @@ {_TITLE_QUERY} AND NOT search_vector @@ {_WITHOUT})",
)
#: Of several translations that match, the one in the reader's language or else the original counts.
_RANKED = f"""
    WITH found AS (
        SELECT DISTINCT ON (coalesce(edition.translation_group, entry.id)) entry.*
        FROM articles_searchdocument AS entry
        LEFT JOIN articles_edition AS edition ON edition.article_id = entry.id AND is_latest
        WHERE entry.id = ANY(%(ids)s)
        ORDER BY coalesce(edition.translation_group, entry.id),
            entry.language = %(language)s DESC,
            entry.id = edition.translation_group DESC, entry.sequence
    )
    SELECT kind, slug, title, coalesce(nullif(text, ''), summary), language, at
    FROM found
    ORDER BY (ts_rank(search_vector, {_QUERY}, 1) + ts_rank(title_vector, {_TITLE_QUERY}))
        * (1 + exp(-extract(epoch FROM now() - at) / 2592000))
        * CASE kind WHEN 'article' THEN 1 ELSE 2 END DESC, sequence DESC
    LIMIT %(limit)s OFFSET %(offset)s
"""
#: How many of each kind; for a common word of the kinds of which there are few (``of``).
_COUNTED = f"""
    SELECT kind, count(*) FROM {{of}} AS entries WHERE {" OR ".join(_CONDITIONS)} GROUP BY kind
"""
_FEW = """(
    SELECT * FROM articles_searchdocument
    WHERE kind IN ('event', 'speaker', 'organization', 'topic') OFFSET 0
)"""
_SUGGESTED = f"""
    SELECT title FROM (
        SELECT title, kind, title_vector, sequence FROM {_FEW} AS pages
        UNION ALL (
            SELECT title, kind, title_vector, sequence FROM articles_searchdocument
            WHERE kind = 'article'
            ORDER BY sequence DESC LIMIT %(window)s
        )
    ) AS entries
    WHERE title_vector @@ {_TITLE_QUERY}
    ORDER BY ts_rank(title_vector, {_TITLE_QUERY})
        * CASE kind WHEN 'article' THEN 1 ELSE 2 END DESC, sequence DESC
    LIMIT %(limit)s
"""
_MARKED = f"""
    SELECT ts_headline('russian', title, {_QUERY}, %(whole)s),
        ts_headline('russian', left(body, 20000), {_QUERY}, %(parts)s)
    FROM unnest(%(titles)s::text[], %(bodies)s::text[]) WITH ORDINALITY AS row(title, body, place)
    ORDER BY place
"""
#: Words of titles and names: of all pages but articles, and of the newest articles.
_KNOWN = """
    SELECT word FROM ts_stat($$
        (SELECT title_vector FROM articles_searchdocument
            WHERE kind IN ('event', 'speaker', 'organization', 'topic') LIMIT 5000)
        UNION ALL
        (SELECT title_vector FROM articles_searchdocument ORDER BY sequence DESC LIMIT 500)
    $$)
"""


@dataclass(frozen=True)
class SearchHit:
    """Something that was found, with the passages in which the words stand (safe HTML)."""

    kind: str
    slug: str
    title: SafeString
    fragment: SafeString
    language: str
    at: datetime

    @property
    def label(self) -> str:
        """What it is, in words."""
        return str(_ONE[self.kind])


@dataclass(frozen=True)
class SearchPage:
    """A page of hits, whether there is another, and how many there are of each kind.

    None stands for more than anybody counts.
    """

    hits: list[SearchHit]
    more: bool
    counts: dict[str, int | None]


def search(q: str, *, language: str, kind: str = "", page: int = 1) -> SearchPage:
    """What contains ``q``, the best first: good titles and what is new count for more.

    Words count in any order, “quoted” ones as a phrase, the last one as a beginning too; ``or``
    and ``-`` mean what they mean to search engines. Articles that say the same in several languages
    are there once, in ``language`` if it matches. ``kind`` is a key of ``KINDS`` or "".
    """
    asked: dict[str, Any] = {
        **asdict(parse(q)),
        "kind": kind,
        "language": language,
        "depth": DEPTH,
        "window": WINDOW,
        "limit": PAGE + 1,
        "offset": PAGE * (page - 1),
    }
    ids, common = set[UUID](), False
    for condition in _CONDITIONS:
        found = _rows(_NEWEST.format(condition=condition), asked)
        common |= len(found) == DEPTH
        if len(found) < DEPTH:
            found = _rows(_ALL.format(condition=condition), asked)
        ids |= {row[0] for row in found}
    rows = _rows(_RANKED, asked | {"ids": list(ids)}) if ids else []
    return SearchPage(
        _hits(rows[:PAGE], asked["text"]), len(rows) > PAGE, _counts(asked, common) if ids else {}
    )


def suggest(typed: str) -> list[str]:
    """Titles and names that begin with what is typed: pages first, then new articles."""
    if len(typed.strip()) < 2:
        return []
    asked = {"title": parse(typed).title, "limit": SUGGESTIONS, "window": WINDOW}
    return list(dict.fromkeys(title for (title,) in _rows(_SUGGESTED, asked)))


def did_you_mean(q: str) -> str:
    """``q`` with words of titles and names in place of those that stand nowhere; "" if none fits.

    Asked when nothing was found, so it may take a little longer. Only the first ``CORRECTED``
    unknown words are compared with the known ones; the others stay as they are.
    """
    typed = words(fold(q))
    known = {word for (word,) in _rows(_KNOWN, {})}
    unknown = [word for word in dict.fromkeys(typed) if word not in known and len(word) > 2]
    better = {word: _nearest(word, known) for word in unknown[:CORRECTED]}
    corrected = [better.get(word, word) for word in typed]
    return " ".join(corrected) if corrected != typed else ""


def matching(q: str) -> Q:
    """The condition that an edition's article is found by ``q``."""
    where = _CONDITIONS[0].replace("%(text)s", "%s")
    text = parse(q).text
    entries = SearchDocument.objects.extra(where=[where], params=[text])  # noqa: S610 - a constant
    asked = {"text": text, "kind": "article", "window": WINDOW, "depth": DEPTH}
    if len(_rows(_NEWEST.format(condition=_CONDITIONS[0]), asked)) == DEPTH:
        return Q(Exists(entries.filter(pk=OuterRef("article_id"))))  # common: soon found
    # OFFSET 0 keeps the planner from asking row by row.
    found = f"SELECT id FROM articles_searchdocument WHERE {where} OFFSET 0"
    return Q(article_id__in=RawSQL(found, [text]))  # noqa: S611 - a constant


def _rows(query: str, asked: dict[str, Any]) -> list[Any]:
    with connection.cursor() as cursor:
        cursor.execute(query, asked)
        return cursor.fetchall()


def _counts(asked: dict[str, Any], common: bool) -> dict[str, int | None]:
    counts = dict(_rows(_COUNTED.format(of=_FEW if common else "articles_searchdocument"), asked))
    return {"article": None, **counts} if common and asked["kind"] in ("", "article") else counts


def _hits(rows: list[Any], text: str) -> list[SearchHit]:
    signs = f"StartSel={_OPEN}, StopSel={_CLOSE}"
    asked = {
        "text": text,
        "titles": [row[2] for row in rows],
        "bodies": [row[3] for row in rows],
        "whole": f"HighlightAll=true, {signs}",
        "parts": f'MaxFragments=2, MaxWords=24, MinWords=8, FragmentDelimiter=" … ", {signs}',
    }
    marked = _rows(_MARKED, asked) if rows else []
    return [
        SearchHit(kind, slug, _marked(title), _marked(fragment), language, at)
        for (kind, slug, _, _, language, at), (title, fragment) in zip(rows, marked, strict=True)
    ]


def _marked(text: str) -> SafeString:
    """``text`` escaped, with ``mark`` around what was found."""
    return SafeString(escape(text).replace(_OPEN, "<mark>").replace(_CLOSE, "</mark>"))


def _nearest(word: str, known: set[str]) -> str:
    near = sorted(other for other in known if abs(len(other) - len(word)) <= 2)
    return next(iter(get_close_matches(word, near, n=1, cutoff=0.7)), word)
