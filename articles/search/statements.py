"""Statements of live editions: who said what, by person, organization, topic, time and kind."""

from __future__ import annotations

import json
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID

from django.contrib.postgres.fields import ArrayField
from django.db.models import F, Func, IntegerField, Value
from django.utils import timezone

from articles.frozen import StatementCard
from articles.models import Edition, EditionQuerySet
from articles.search.query import matching
from articles.search.syntax import parse

#: Nobody counts more statements than these.
MOST_COUNTED = 1000

#: The numbers of the statements in an edition's snapshot that a path in SQL/JSON selects, and that
#: contain the words asked for.
_SAID = """ARRAY(
    SELECT (card ->> 'number')::int
    FROM (SELECT %(expressions)s) AS asked(snapshot, path, of, words),
        jsonb_path_query(asked.snapshot, asked.path::jsonpath, asked.of::jsonb) AS card
    WHERE asked.words::text = ''
        OR newsroom_search_vector(card ->> 'text', '', '', '')
            @@ to_tsquery('russian', asked.words::text)
)"""


class _Said(Func):
    template = _SAID


@dataclass(frozen=True)
class Wanted:
    """Which statements are wanted; what is empty or None restricts nothing.

    ``speakers`` are the identifiers under which editions know one person (more than one after a
    merge), of whom ``speaker`` is today's; ``but_not`` are identifiers of speakers to leave out.
    Who speaks for a body of an ``organization`` speaks for it too.
    ``kind`` is "direct" or "reported". ``since`` and ``until`` are days of the article's first
    publication, both included. ``q`` are words that the statement contains.
    """

    speaker: UUID | None = None
    speakers: Collection[str] = ()
    but_not: Collection[str] = ()
    organization: UUID | None = None
    topic: UUID | None = None
    kind: str = ""
    since: date | None = None
    until: date | None = None
    q: str = ""

    def editions(self) -> EditionQuerySet:
        """The editions with such statements; each has their numbers as ``said``."""
        found = self.in_time()
        if self.speaker:
            found = found.filter(speakers=self.speaker)
        if self.organization:
            found = found.filter(organizations=self.organization)
        if self.topic:
            found = found.filter(topics=self.topic)
        words = parse(self.q).text
        if words and not (self.speaker or self.organization):
            found = found.filter(matching(self.q))
        path, given = self._path()
        said = _Said(
            F("snapshot"),
            Value(path),
            Value(json.dumps(given)),
            Value(words),
            output_field=ArrayField(IntegerField()),
        )
        return found.annotate(said=said).exclude(said=[])

    def in_time(self) -> EditionQuerySet:
        """The editions of all articles first published in the time that is wanted."""
        found: EditionQuerySet = Edition.objects.all()
        if self.since:
            found = found.filter(first_published_at__gte=_midnight(self.since))
        if self.until:
            found = found.filter(first_published_at__lt=_midnight(self.until, days=1))
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

    def count(self, language: str) -> int:
        """How many statements there are; ``MOST_COUNTED`` + 1 for more than are counted."""
        # The database stops at the last one that is counted.
        each = Func(F("said"), function="unnest", output_field=IntegerField(), set_returning=True)
        editions = self.editions().once(language).order_by("-first_sequence")
        return editions.annotate(each=each).values("each")[: MOST_COUNTED + 1].count()


def said_in(edition: Edition) -> list[StatementCard]:
    """The statements of an edition that ``Wanted.editions`` found, in the order of the text."""
    numbers = set(edition.said)  # type: ignore[attr-defined] # an annotation
    return [card for card in edition.snapshot["statements"] if card["number"] in numbers]


def _midnight(day: date, days: int = 0) -> datetime:
    """The beginning of ``day`` in the site's time zone, or of one so many days later."""
    try:
        return timezone.make_aware(datetime.combine(day + timedelta(days=days), time()))
    except OverflowError:  # the last day of the calendar has no next one
        return timezone.make_aware(datetime.combine(day, time()))
