"""Search on PostgreSQL's full text: what it goes through, what it finds, in which order.

Functions in the database (``migrations/sql/search.sql``) make two vectors for each document:
``search_vector`` with stems, by weight, and ``title_vector`` with the words of titles and names as
they are written. Both fold the text first, as ``people.folding`` does, and both have marks for what
a search is narrowed by, so that one index finds words and marks together.

No word costs more than a bound. Of articles the newest two months are looked through first; what is
found there ``MOST_COUNTED`` times needs nothing more. Else all matches are read, ``MOST_READ`` at
most, and if there are more, month after month until there are enough to put in order. The index
knows no phrases: they are looked for in the ``MOST_COMPARED`` newest texts that have the words. A
query that only leaves words out is asked of the ``MOST_COMPARED`` newest texts.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from difflib import get_close_matches
from typing import Any, NamedTuple
from uuid import UUID

from django.db import connections, router
from django.db.models import Exists, OuterRef, Q
from django.db.models.expressions import RawSQL
from django.utils import timezone
from django.utils.html import escape
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from articles.models import SearchDocument
from articles.search.syntax import Asked, beginnings, parse
from people.folding import fold, words

#: So many of the newest matching articles, and of the best matching pages of each kind, are put in
#: order; nobody sees more.
DEPTH = 200
#: Nobody counts further.
MOST_COUNTED = 1000
#: So many matching articles are read at once.
MOST_READ = 4000
#: A phrase, and words that signs join, must be looked for in each text that has the words: so many
#: texts are read, the newest that have them.
MOST_COMPARED = 2000
#: A list of articles that is narrowed by words reads so many that have them at once.
MOST_LISTED = 10_000
#: Months that are looked through first, and at most.
MONTHS, ALL_MONTHS = 2, 12_000
#: Among so many of the newest articles a title's last word is found by its beginning.
WINDOW = 1000
#: So many people, organizations and topics stand on top when their name was typed.
NAMES_FIRST = 3
#: So many unknown words of a query are compared with known ones: those with the same first letters
#: among all pages, and some with others.
CORRECTED, LETTERS_ALIKE = 4, 2
#: So many characters of a text without blanks are shown around what was found.
PASSAGE = 120
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
#: In which order results can stand.
SORTS = {"": _("Best first"), "newest": _("Newest first"), "oldest": _("Oldest first")}
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
#: The same words as they are written: also those that have no stem, as “who” in the title of WHO.
_WRITTEN = "to_tsquery('simple', %(text)s)"
#: As they are written, the last one as a beginning.
_BEGINNING = "to_tsquery('simple', %(title)s)"
_WITHOUT = "to_tsquery('russian', %(without)s)"
_MARKS = "%(marks)s::tsquery"
#: What the index answers alone: the words of a phrase in any order, nothing that is left out.
_LOOSE = "to_tsquery('russian', %(loose)s)"
_LOOSE_WRITTEN = "to_tsquery('simple', %(loose)s)"
_IN_TIME = "at >= %(since)s AND at < %(until)s"
#: Articles that match: by stems, then by the title as written; ``{marks}`` says what else is asked
#: for. Without words (``%(words)s``) the marks alone are; a query of words without stems is empty.
_BY_STEMS = f"""
    SELECT id, translation_group, at FROM articles_searchdocument
    WHERE kind = 'article' AND search_vector @@ ({_LOOSE} && {_MARKS} && {{marks}})
        AND (numnode({_QUERY}) > 0) = %(words)s AND {_IN_TIME}
"""
_BY_TITLE = f"""
    SELECT id, translation_group, at FROM articles_searchdocument
    WHERE kind = 'article' AND title_vector @@ ({_LOOSE_WRITTEN} && {_MARKS} && {{marks}})
        AND numnode({_LOOSE_WRITTEN}) > 0 AND {_IN_TIME}
        AND (%(compared)s OR %(without)s = '' OR NOT search_vector @@ {_WITHOUT})
"""
_MONTH = "date_trunc('month', {of} AT TIME ZONE 'UTC')"
#: All matches, ``%(most)s`` of each sort.
_ALL = f"""
    ({_BY_STEMS.format(marks="%(years)s::tsquery")} LIMIT %(most)s)
    UNION ALL
    ({_BY_TITLE.format(marks="%(years)s::tsquery")} LIMIT %(most)s)
"""
#: Matches month after month, until there are ``%(most)s``.
_BY_MONTH = f"""
    SELECT found.* FROM months, LATERAL (
        SELECT 'month=' || extract(year FROM months.at AT TIME ZONE 'UTC') || '-'
            || extract(month FROM months.at AT TIME ZONE 'UTC') AS mark
    ) AS month, LATERAL (
        {_BY_STEMS.format(marks="quote_literal(month.mark)::tsquery")}
        UNION ALL
        {_BY_TITLE.format(marks="quote_literal(month.mark)::tsquery")}
        ORDER BY at {{order}} OFFSET 0
    ) AS found
    WHERE months.at IS NOT NULL LIMIT %(most)s
"""
#: The months in which an article was first published, each found by one look into an index.
_MONTHS = f"""
    months AS (
        SELECT {{end}}(at) AS at, 1 AS place FROM articles_searchdocument
        WHERE kind = 'article' AND {_IN_TIME}
        UNION ALL
        SELECT (
            SELECT {{end}}(at) FROM articles_searchdocument
            WHERE kind = 'article' AND {_IN_TIME} AND {{beyond}}
        ), place + 1
        FROM months WHERE months.at IS NOT NULL AND place < %(months)s
    ),
"""
_MONTHS_BACK = _MONTHS.format(
    end="max", beyond=f"at < {_MONTH.format(of='months.at')} AT TIME ZONE 'UTC'"
)
_MONTHS_ON = _MONTHS.format(
    end="min",
    beyond=f"at >= ({_MONTH.format(of='months.at')} + interval '1 month') AT TIME ZONE 'UTC'",
)
_BOUNDS = f"""
    SELECT min(at), max(at) FROM articles_searchdocument WHERE kind = 'article' AND {_IN_TIME}
"""
#: Of articles with the words, those that have them as phrases and without what is left out.
_COMPARED = f"""
    SELECT * FROM (
        SELECT DISTINCT ON (at, id) * FROM ({{matches}}) AS rough ORDER BY at {{order}}, id
        LIMIT %(compare)s
    ) AS rough
    WHERE EXISTS (
        SELECT FROM articles_searchdocument AS entry WHERE entry.id = rough.id
            AND (search_vector @@ {_QUERY} OR title_vector @@ {_WRITTEN})
            AND (%(without)s = '' OR NOT search_vector @@ {_WITHOUT})
        OFFSET 0
    )
"""
#: What is needed of matches: how many translation groups, how many rows, the first ones.
_SUMMARY = """
    WITH RECURSIVE {months} matches AS MATERIALIZED ({matches})
    SELECT (SELECT count(DISTINCT translation_group) FROM matches), (SELECT count(*) FROM matches),
        ARRAY(
            SELECT id FROM (SELECT DISTINCT id, at FROM matches) AS one
            ORDER BY at {order} LIMIT %(depth)s
        )
"""
#: The newest articles with a title in which the last word is a beginning.
_BEGUN = f"""
    SELECT id FROM (
        SELECT id, title_vector, search_vector FROM articles_searchdocument
        WHERE kind = 'article' AND {_IN_TIME} ORDER BY at DESC LIMIT %(window)s
    ) AS newest
    WHERE title_vector @@ ({_BEGINNING} && {_MARKS})
        AND (%(without)s = '' OR NOT search_vector @@ {_WITHOUT})
    LIMIT %(depth)s
"""
#: Of each other kind: how many pages match, and the best of them.
_PAGES = f"""
    SELECT asked.kind, found.number, found.ids
    FROM unnest(%(kinds)s::text[]) AS asked (kind), LATERAL (
        SELECT count(*) AS number,
            (array_agg(id ORDER BY rank DESC, id))[:%(depth)s] AS ids
        FROM (
            SELECT id, max(rank) AS rank FROM (
                (SELECT id, ts_rank(search_vector, {_QUERY}, 1) AS rank
                FROM articles_searchdocument WHERE kind <> 'article' AND search_vector @@
                    ({_QUERY} && {_MARKS} && quote_literal('kind=' || asked.kind)::tsquery)
                    AND (numnode({_QUERY}) > 0) = %(words)s
                LIMIT %(most)s)
                UNION ALL
                (SELECT id, 1 + ts_rank(title_vector, {_BEGINNING}) AS rank
                FROM articles_searchdocument WHERE kind <> 'article' AND title_vector @@
                    ({_BEGINNING} && {_MARKS} && quote_literal('kind=' || asked.kind)::tsquery)
                    AND numnode({_BEGINNING}) > 0
                    AND (%(without)s = '' OR NOT search_vector @@ {_WITHOUT})
                LIMIT %(most)s)
            ) AS either GROUP BY id
        ) AS pages
    ) AS found
"""
_NAMED = f"kind IN ('speaker', 'organization', 'topic') AND title_vector @@ {_BEGINNING}"
_SCORE = f"""
    (ts_rank(search_vector, {_QUERY}, 1) + ts_rank(title_vector, {_BEGINNING}))
        * (1 + exp(-extract(epoch FROM now() - at) / 2592000))
        * CASE kind WHEN 'article' THEN 1 ELSE 2 END
"""
_ORDERS = {
    "": f"""
        (is_name AND row_number() OVER (PARTITION BY is_name ORDER BY score DESC)
            <= {NAMES_FIRST}) DESC,
        score DESC, at DESC
    """,
    "newest": "at DESC, score DESC",
    "oldest": "at, score DESC",
}
#: Of several translations that match, the one in the reader's language or else the original counts.
_RANKED = f"""
    WITH found AS (
        SELECT DISTINCT ON (translation_group) *, {_NAMED} AS is_name, {_SCORE} AS score
        FROM articles_searchdocument WHERE id = ANY(%(ids)s)
        ORDER BY translation_group, language = %(language)s DESC, id = translation_group DESC, at
    )
    SELECT id, kind, slug, title, coalesce(nullif(text, ''), summary), language, at
    FROM found ORDER BY {{order}}, sequence DESC
    LIMIT %(limit)s OFFSET %(offset)s
"""
_SUGGESTED = f"""
    WITH pages AS (
        SELECT title, 2 * ts_rank(title_vector, {_BEGINNING}) AS rank, at
        FROM articles_searchdocument
        WHERE kind <> 'article' AND title_vector @@ {_BEGINNING} LIMIT %(most)s
    ), articles AS (
        SELECT title, ts_rank(title_vector, {_BEGINNING}) AS rank, at FROM (
            SELECT title, title_vector, at FROM articles_searchdocument
            WHERE kind = 'article' ORDER BY at DESC LIMIT %(window)s
        ) AS newest
        WHERE title_vector @@ {_BEGINNING}
    )
    SELECT title FROM (SELECT * FROM pages UNION ALL SELECT * FROM articles) AS entries
    ORDER BY rank DESC, at DESC LIMIT %(limit)s
"""
#: Pages of a kind by their name.
_CALLED = f"""
    SELECT id FROM (
        SELECT id, ts_rank(title_vector, {_WRITTEN}) AS rank FROM articles_searchdocument
        WHERE kind <> 'article'
            AND title_vector @@ ({_WRITTEN} && quote_literal('kind=' || %(kind)s)::tsquery)
        LIMIT %(most)s
    ) AS called
    WHERE numnode({_WRITTEN}) > 0 ORDER BY rank DESC, id LIMIT %(limit)s
"""
_MARKED = f"""
    SELECT ts_headline('russian', title, {_QUERY}, %(whole)s),
        ts_headline('russian', left(body, 20000), {_QUERY}, %(parts)s)
    FROM unnest(%(titles)s::text[], %(bodies)s::text[]) WITH ORDINALITY AS row(title, body, place)
    ORDER BY place
"""
#: Words of titles and names: of pages with a word that begins like one that was typed, of some
#: others, and of the newest articles. Marks are no words.
_KNOWN = """
    SELECT word FROM ts_stat(format($$
        (SELECT title_vector FROM articles_searchdocument
            WHERE kind <> 'article' AND title_vector @@ to_tsquery('simple', %%L) LIMIT 2000)
        UNION ALL
        (SELECT title_vector FROM articles_searchdocument
            WHERE kind <> 'article' AND title_vector @@ %%L::tsquery LIMIT 1000)
        UNION ALL
        (SELECT title_vector FROM articles_searchdocument
            WHERE kind = 'article' ORDER BY at DESC LIMIT 500)
    $$, %(begin)s, %(page)s)) WHERE strpos(word, '=') = 0
"""
#: For lists of articles that are narrowed by words: in how many do they stand?
_LISTED = f"""
    SELECT count(*) FROM (
        SELECT FROM articles_searchdocument
        WHERE kind = 'article' AND search_vector @@ {_LOOSE} LIMIT %(most)s
    ) AS found
"""


@dataclass(frozen=True)
class Narrowed:
    """What a search is narrowed to; what is empty or None restricts nothing.

    ``speakers`` are the identifiers under which one person is known (more than one after a merge).
    ``since`` and ``until`` are days of first publication, both included: only articles have one.
    """

    speakers: Collection[str] = ()
    organization: UUID | None = None
    topic: UUID | None = None
    language: str = ""
    since: date | None = None
    until: date | None = None

    @property
    def marks(self) -> str:
        """As a query for the marks of a document, but for the time."""
        groups = [
            [f"of={speaker}" for speaker in self.speakers],
            [f"of={self.organization}"] if self.organization else [],
            [f"of={self.topic}"] if self.topic else [],
            [f"language={self.language}"] if self.language else [],
        ]
        return " & ".join(_either(group) for group in groups if group)


@dataclass(frozen=True)
class SearchHit:
    """Something that was found, with the passages in which the words stand (safe HTML).

    ``found`` are the words as they stand there.
    """

    id: UUID
    kind: str
    slug: str
    title: SafeString
    fragment: SafeString
    language: str
    at: datetime
    found: frozenset[str]

    @property
    def label(self) -> str:
        """What it is, in words."""
        return str(_ONE[self.kind])


class Count(NamedTuple):
    """How many there are; with ``more`` there are at least so many."""

    number: int
    more: bool = False


@dataclass(frozen=True)
class SearchPage:
    """A page of hits, whether there is another, and how many there are of each kind."""

    hits: list[SearchHit] = field(default_factory=list)
    more: bool = False
    counts: dict[str, Count] = field(default_factory=dict)


def search(
    q: str,
    *,
    language: str,
    kind: str = "",
    within: Narrowed | None = None,
    sort: str = "",
    page: int = 1,
) -> SearchPage:
    """What contains ``q`` and fits ``within``, in the order ``sort`` (a key of ``SORTS``).

    Words count in any order, “quoted” ones as a phrase, the last one as a beginning too (in names,
    and in titles of new articles); ``or`` and ``-`` mean what they mean to search engines. With
    nothing in ``q``, all that fits is found. The best are good titles and what is new; people,
    organizations and topics whose name was typed come first. Articles that say the same in several
    languages are there once, in ``language`` if it matches. ``kind`` is a key of ``KINDS`` or "".
    By time only articles are put in order.
    """
    within = within or Narrowed()
    parts = parse(q)
    if q.strip() and not parts.text:
        return SearchPage()
    asked: dict[str, Any] = {
        "text": parts.text,
        "title": parts.title,
        "without": parts.without,
        "words": bool(parts.text),
        "loose": parts.loose,
        "compared": parts.loose != parts.text,
        "marks": within.marks,
        "since": midnight(within.since) or datetime.min.replace(tzinfo=UTC),
        "until": midnight(within.until, days=1) or datetime.max.replace(tzinfo=UTC),
        "depth": DEPTH,
        "window": WINDOW,
        "language": language,
        "limit": PAGE + 1,
        "offset": PAGE * (page - 1),
    }
    timed = bool(within.since or within.until)
    number, ids = _articles(asked, timed=timed, oldest=sort == "oldest")
    counts = {"article": number} if ids else {}
    found = {"article": ids}
    if not timed and (parts.text or within.marks):
        kinds = [other for other in KINDS if other != "article"]
        for other, number, best in _rows(
            _PAGES, asked | {"kinds": kinds, "most": MOST_COUNTED + 1}
        ):
            if best:
                counts[other] = Count(min(number, MOST_COUNTED), more=number > MOST_COUNTED)
                found[other] = best
    if kind:
        found = {kind: found.get(kind, [])}
    elif sort:
        found = {"article": ids}
    chosen = [one for ids in found.values() for one in ids]
    order = _ORDERS[sort if set(found) == {"article"} else ""]
    rows = _rows(_RANKED.format(order=order), asked | {"ids": chosen}) if chosen else []
    return SearchPage(_hits(rows[:PAGE], parts), len(rows) > PAGE, counts)


def _articles(asked: dict[str, Any], *, timed: bool, oldest: bool) -> tuple[Count, list[UUID]]:
    """How many articles match, and those that are put in order: the newest, or the oldest."""
    order = "ASC" if oldest else "DESC"
    months = _MONTHS_ON if oldest else _MONTHS_BACK
    by_month = _BY_MONTH.format(order=order)
    years = _years(asked) if timed else ""
    if timed and not years:  # else all articles with the words would be read for nothing
        return Count(0), []
    asked = asked | {"years": years, "compare": MOST_COMPARED}

    def summary(matches: str, **bounds: int) -> Any:
        if asked["compared"]:
            matches = _COMPARED.format(matches=matches, order=order)
        used = months if "months" in bounds else ""
        query = _SUMMARY.format(months=used, matches=matches, order=order)
        [found] = _rows(query, asked | bounds)
        return found

    if asked["compared"]:
        number = 0  # where nothing must stand, the newest texts are compared
        if asked["loose"]:
            rough = f"SELECT count(*) FROM ({_ALL} LIMIT %(most)s) AS rough"
            [[number]] = _rows(rough, asked | {"most": MOST_COMPARED})
        if 0 < number < MOST_COMPARED:
            groups, _number, ids = summary(_ALL, most=MOST_COMPARED)
            return Count(groups), ids
        groups, number, ids = summary(by_month, months=ALL_MONTHS, most=MOST_COMPARED)
        return Count(groups, more=number > 0), ids
    groups, number, ids = summary(by_month, months=MONTHS, most=2 * (MOST_COUNTED + 1))
    if groups <= MOST_COUNTED:
        groups, number, all_ids = summary(_ALL, most=MOST_READ)
        if number < MOST_READ:
            ids = all_ids
        elif len(ids) < DEPTH:
            _groups, _number, ids = summary(by_month, months=ALL_MONTHS, most=2 * DEPTH)
    if asked["title"] and not oldest and len(ids) < DEPTH:
        begun = [one for (one,) in _rows(_BEGUN, asked)]
        new = [one for one in begun if one not in set(ids)]
        groups, ids = groups + len(new), ids + new
    return Count(min(groups, MOST_COUNTED), more=groups > MOST_COUNTED), ids


def _years(asked: dict[str, Any]) -> str:
    """The years and months from ``since`` to ``until`` as a query, as far as there are articles.

    "" where there are none.
    """
    [[first, last]] = _rows(_BOUNDS, asked)
    if first is None:
        return ""
    year, month = first.astimezone(UTC).year, first.astimezone(UTC).month
    end = last.astimezone(UTC).year, last.astimezone(UTC).month
    marks = []
    while (year, month) <= end:
        if month == 1 and (year, 12) <= end:
            marks.append(f"year={year}")
            year += 1
        else:
            marks.append(f"month={year}-{month}")
            year, month = (year, month + 1) if month < 12 else (year + 1, 1)
    return _either(marks)


def _either(marks: Collection[str]) -> str:
    return f"({' | '.join(f"'{mark}'" for mark in marks)})"


def midnight(day: date | None, days: int = 0) -> datetime | None:
    """The beginning of ``day`` in the site's time zone, or of one so many days later."""
    if day is None:
        return None
    try:
        return timezone.make_aware(datetime.combine(day + timedelta(days=days), time()))
    except OverflowError:  # the first or the last day of the calendar
        return None


def suggest(typed: str) -> list[str]:
    """Titles and names that begin with what is typed: pages first, then new articles."""
    if len(typed.strip()) < 2:
        return []
    asked = {
        "title": parse(typed).title,
        "limit": SUGGESTIONS,
        "window": WINDOW,
        "most": MOST_COUNTED,
    }
    return list(dict.fromkeys(title for (title,) in _rows(_SUGGESTED, asked)))


def did_you_mean(q: str) -> str:
    """``q`` with words of titles and names in place of those that stand nowhere; "" if none fits.

    Asked when nothing was found, so it may take a little longer. Only the first ``CORRECTED``
    unknown words are compared with the known ones; the others stay as they are.
    """
    typed = words(fold(q))
    begin = " | ".join(beginnings(" ".join(dict.fromkeys(word[:LETTERS_ALIKE] for word in typed))))
    # Asked by their marks, an index finds the pages among all articles.
    page = _either([f"kind={kind}" for kind in KINDS if kind != "article"])
    known = {word for (word,) in _rows(_KNOWN, {"begin": begin, "page": page})}
    unknown = [word for word in dict.fromkeys(typed) if word not in known and len(word) > 2]
    better = {word: _nearest(word, known) for word in unknown[:CORRECTED]}
    corrected = [better.get(word, word) for word in typed]
    return " ".join(corrected) if corrected != typed else ""


def called(name: str, *, kind: str, most: int) -> list[UUID]:
    """The pages of ``kind`` that have all words of ``name`` in a name, the best first.

    In a name ``or``, a minus sign and quotation marks ask for nothing.
    """
    parts = fold(name).replace('"', " ").split()
    plain = " ".join('"or"' if part == "or" else part.lstrip("-") for part in parts)
    asked = {"text": parse(plain).text, "kind": kind, "limit": most, "most": MOST_COUNTED}
    return [page for (page,) in _rows(_CALLED, asked)] if asked["text"] else []


def matching(q: str) -> Q:
    """The condition that an edition's article is found by ``q``.

    Words that stand in more than ``MOST_LISTED`` articles are asked for article by article: a list
    is soon full. A phrase of such words, and ``q`` that only leaves words out, are looked for in
    the ``MOST_COMPARED`` newest articles.
    """
    where = f"kind = 'article' AND search_vector @@ {_QUERY.replace('%(text)s', '%s')}"
    asked = parse(q)
    if asked.loose:
        [[number]] = _rows(_LISTED, {"loose": asked.loose, "most": MOST_LISTED + 1})
        if number <= MOST_LISTED:
            # OFFSET 0 keeps the planner from asking row by row.
            found = f"SELECT id FROM articles_searchdocument WHERE {where} OFFSET 0"
            return _article_in(found, asked.text)
        if asked.loose == asked.text:
            # The SQL is ours; what was asked is its parameter.
            entries = SearchDocument.objects.extra(where=[where], params=[asked.text])  # noqa: S610
            return Q(Exists(entries.filter(pk=OuterRef("article_id"))))
    newest = f"""
        SELECT id FROM (
            SELECT id, kind, search_vector FROM articles_searchdocument
            WHERE kind = 'article' ORDER BY at DESC LIMIT %s
        ) AS newest WHERE {where}
    """
    return _article_in(newest, MOST_COMPARED, asked.text)


def _article_in(query: str, *values: object) -> Q:
    """The condition that an edition's article is one of those that ``query`` finds."""
    # The SQL is ours; what was asked is among its parameters.
    return Q(article_id__in=RawSQL(query, values))  # noqa: S611


def _rows(query: str, asked: dict[str, Any]) -> list[Any]:
    with connections[router.db_for_read(SearchDocument)].cursor() as cursor:
        cursor.execute(query, asked)
        return cursor.fetchall()


def _hits(rows: list[Any], parts: Asked) -> list[SearchHit]:
    signs = f"StartSel={_OPEN}, StopSel={_CLOSE}"
    asked = {
        "text": parts.text,
        "titles": [row[3] for row in rows],
        "bodies": [row[4] if row[1] == "article" else "" for row in rows],
        "whole": f"HighlightAll=true, {signs}",
        "parts": f'MaxFragments=2, MaxWords=24, MinWords=8, FragmentDelimiter=" … ", {signs}',
    }
    marked = _rows(_MARKED, asked) if rows else []
    if parts.runs:
        marked = [
            (_with_signs(title, parts.runs), _passage(fragment, body, parts.runs))
            for (title, fragment), body in zip(marked, asked["bodies"], strict=True)
        ]
    return [
        SearchHit(
            *(one, kind, slug, _marked(title), _marked(fragment), language, at),
            frozenset(_FOUND.findall(f"{title} {fragment}")),
        )
        for (one, kind, slug, _, _, language, at), (title, fragment) in zip(
            rows, marked, strict=True
        )
    ]


def _with_signs(text: str, runs: Collection[str]) -> str:
    """``text`` with the signs around ``runs`` too: ts_headline knows words between blanks only."""
    forms = "|".join(re.escape(run) for run in sorted(runs, key=len, reverse=True))
    return re.sub(f"(?<!{_OPEN})({forms})(?!{_CLOSE})", rf"{_OPEN}\1{_CLOSE}", text)


def _passage(fragment: str, body: str, runs: Collection[str]) -> str:
    """``fragment`` with the signs, or the passage of ``body`` around the first of ``runs``."""
    places = [body.find(run) for run in runs if run in body]
    if places and not any(run in fragment for run in runs):
        begin = max(min(places) - PASSAGE // 3, 0)
        end = begin + PASSAGE
        fragment = f"{'… ' if begin else ''}{body[begin:end]}{' …' if body[end:] else ''}"
    return _with_signs(fragment, runs)


#: What stands between the signs.
_FOUND = re.compile(f"{_OPEN}(.*?){_CLOSE}")


def _marked(text: str) -> SafeString:
    """``text`` escaped, with ``mark`` around what was found."""
    return SafeString(escape(text).replace(_OPEN, "<mark>").replace(_CLOSE, "</mark>"))


def _nearest(word: str, known: set[str]) -> str:
    near = sorted(other for other in known if abs(len(other) - len(word)) <= 2)
    return next(iter(get_close_matches(word, near, n=1, cutoff=0.7)), word)
