"""Statements of live editions: who said what, by person, organization, topic, time and kind."""

from __future__ import annotations

import json
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.contrib.postgres.fields import ArrayField
from django.db.models import F, Func, IntegerField, Subquery, Value
from django.db.models.functions import Coalesce

from articles.frozen import StatementCard
from articles.models import Edition, EditionQuerySet, is_sequence
from articles.search.query import matching, midnight
from articles.search.syntax import parse

#: Nobody counts more statements than these.
MOST_COUNTED = 1000
#: For one page so many articles are read, the newest that fit; fewer where words are compared with
#: each statement. Else a question with a rare answer would read all that was ever said.
MOST_READ, MOST_READ_FOR_WORDS = 500, 200

#: The numbers of the statements in an edition's snapshot that a path in SQL/JSON selects, and that
#: contain the words asked for.
_SAID = """ARRAY(
    SELECT (card ->> 'number')::int
    FROM (SELECT %(expressions)s) AS asked(snapshot, path, of, words),
        jsonb_path_query(asked.snapshot, asked.path::jsonpath, asked.of::jsonb) AS card
    WHERE asked.words::text = ''
        OR to_tsvector('russian', newsroom_words(newsroom_fold(card ->> 'text')))
            @@ to_tsquery('russian', asked.words::text)
)"""


class _Said(Func):
    template = _SAID
    output_field = ArrayField(IntegerField())


@dataclass(frozen=True)
class Found:
    """A page of articles in which something that is wanted was said, the newest first.

    ``said`` has the numbers of these statements by the key of their edition. ``before`` leads to
    the next page and is None on the last; a page with few articles, or none, may not be the last.
    ``count`` is the number of statements from this page on, as far as articles were read;
    ``complete`` says whether all were.
    """

    editions: list[Edition]
    said: dict[int, list[int]]
    before: int | None
    count: int
    complete: bool


@dataclass(frozen=True)
class _Row:
    """An edition that was read; ``order`` is its place in the list."""

    key: int
    article: UUID
    group: UUID
    language: str
    order: int
    said: list[int]

    def place(self, language: str) -> tuple[bool, bool, int]:
        """Which of a translation group is shown: the smallest, as in ``EditionQuerySet.once``."""
        return self.language != language, self.article != self.group, self.order


@dataclass(frozen=True)
class Wanted:
    """Which statements are wanted; what is empty or None restricts nothing.

    ``speakers`` are the identifiers under which editions know one person (more than one after a
    merge), of whom ``speaker`` is today's; ``but_not`` are identifiers of speakers to leave out.
    Who speaks for a body of an ``organization`` speaks for it too.
    ``language`` is the article's. ``kind`` is "direct" or "reported". ``since`` and ``until`` are
    days of the article's first publication, both included. ``q`` are words that the statement
    contains.
    """

    speaker: UUID | None = None
    speakers: Collection[str] = ()
    but_not: Collection[str] = ()
    organization: UUID | None = None
    topic: UUID | None = None
    language: str = ""
    kind: str = ""
    since: date | None = None
    until: date | None = None
    q: str = ""

    def page(self, before: str | None = None, *, language: str, size: int = 20) -> Found:
        """Up to ``size`` live articles with such statements.

        Each translation group is there once, as in ``EditionQuerySet.page``, which also says what
        ``before`` and ``language`` are.
        """
        live = self.fitting().live()
        beyond = live
        if before and is_sequence(before):
            beyond = live.filter(first_sequence__lt=int(before))
        newest = beyond.order_by("-first_sequence")[: self._most_read()]
        # Whole groups are read: a translation may stand at quite another place in the list.
        rows = self._read(live.filter(translation_group__in=newest.values("translation_group")))
        shown: dict[UUID, _Row] = {}
        for row in sorted(rows, key=lambda row: row.place(language)):
            if row.said:
                shown.setdefault(row.group, row)
        if before and is_sequence(before):
            rows = [row for row in rows if row.order < int(before)]
        return self._found(rows, {row.key for row in shown.values()}, size)

    def kept_page(self, before: str | None = None, *, language: str, size: int = 20) -> Found:
        """As ``page``, but it reads on only until the page is full, and counts this page.

        For pages that are kept and ask for no words. Of ``MOST_READ`` articles none may fit, as
        for an organization that many articles name and for which nobody speaks: then no more are
        read, and ``before`` leads to older ones.
        """
        beyond = self.fitting().live().order_by("-first_sequence")
        if before and is_sequence(before):
            beyond = beyond.filter(first_sequence__lt=int(before))
        unread = beyond.values_list(F("first_sequence") + 1, flat=True)[MOST_READ : MOST_READ + 1]
        rows = self.fitting().annotate(said=self._numbers(), unread=Subquery(unread))
        last = Coalesce(Subquery(unread), 0)
        page = rows.exclude(said=[]).page(before, language=language, size=size, last=last)
        said: dict[int, list[int]] = {row.pk: vars(row)["said"] for row in page.editions}
        rest = [vars(row)["unread"] for row in page.editions] or unread
        older = page.before or next(iter(rest), None)
        return Found(page.editions, said, older, sum(map(len, said.values())), older is None)

    def newest(self, *, language: str = "", size: int) -> Found:
        """The newest live articles with such statements: all translations, or one language."""
        live = self.fitting().live()
        if language:
            live = live.filter(language=language)
        newest = live.order_by("-first_sequence")[: self._most_read()]
        rows = self._read(live.filter(pk__in=newest.values("pk")))
        return self._found(rows, {row.key for row in rows if row.said}, size)

    def said_in(self, editions: EditionQuerySet) -> list[tuple[UUID, StatementCard]]:
        """Each of these statements in ``editions``, with the identifier of its article."""
        rows = editions.values_list("article", "snapshot__statements", self._numbers())
        return [(article, card) for article, cards, said in rows for card in chosen(cards, said)]

    def fitting(self) -> EditionQuerySet:
        """The editions that may have such statements, found without reading their texts."""
        found = self.in_time()
        if self.speaker:
            found = found.filter(speakers=self.speaker)
        if self.organization:
            found = found.filter(organizations=self.organization)
        if self.topic:
            found = found.filter(topics=self.topic)
        if parse(self.q).text and not (self.speaker or self.organization):
            found = found.filter(matching(self.q))
        return found

    def _most_read(self) -> int:
        return MOST_READ_FOR_WORDS if parse(self.q).text else MOST_READ

    def _read(self, editions: EditionQuerySet) -> list[_Row]:
        """``editions`` with the numbers of the statements that are wanted, the newest first."""
        names = ("pk", "article", "translation_group", "language", "first_sequence")
        rows = [_Row(*row) for row in editions.order_by().values_list(*names, self._numbers())]
        return sorted(rows, key=lambda row: -row.order)

    def _found(self, rows: list[_Row], shown: set[int], size: int) -> Found:
        """The first page of those of ``rows`` that are ``shown``, as far as articles are read."""
        read = rows[: self._most_read()]
        complete = len(read) < self._most_read()
        found = [row for row in read if row.key in shown]
        here = found[:size]
        last = here if found[size:] else [] if complete else read
        editions = Edition.objects.filter(pk__in=[row.key for row in here]).defer("body", "ninjs")
        return Found(
            list(editions.order_by("-first_sequence")) if here else [],
            {row.key: row.said for row in here},
            last[-1].order if last else None,
            sum(len(row.said) for row in found),
            complete,
        )

    def _numbers(self) -> _Said:
        path, given = self._path()
        words = parse(self.q).text
        return _Said(F("snapshot"), Value(path), Value(json.dumps(given)), Value(words))

    def in_time(self) -> EditionQuerySet:
        """The editions of all articles of the time and the language that are wanted."""
        found: EditionQuerySet = Edition.objects.all()
        if self.language:
            found = found.filter(language=self.language)
        if begin := midnight(self.since):
            found = found.filter(first_published_at__gte=begin)
        if end := midnight(self.until, days=1):
            found = found.filter(first_published_at__lt=end)
        return found

    def _path(self) -> tuple[str, dict[str, Any]]:
        """The path to the statements in a snapshot, and what its variables stand for."""
        conditions: list[str] = []
        given: dict[str, Any] = {}
        if self.speaker:
            conditions.append("@.capacity.speaker.id == $speakers[*]")
            given["speakers"] = sorted(self.speakers)
        if self.but_not:
            conditions.append("!(@.capacity.speaker.id == $but_not[*])")
            given["but_not"] = sorted(self.but_not)
        if self.organization:
            own = "@.capacity.organization{}.id == $organization"
            conditions.append(f"({own.format('')} || {own.format('.parent')})")
            given["organization"] = str(self.organization)
        if self.kind:
            conditions.append("@.kind == $kind")
            given["kind"] = self.kind
        return f"$.statements[*]{f' ? ({" && ".join(conditions)})' if conditions else ''}", given


def chosen(cards: list[StatementCard], numbers: Collection[int]) -> list[StatementCard]:
    """Those of ``cards`` that have these numbers, in the order of the text."""
    return [card for card in cards if card["number"] in numbers]
