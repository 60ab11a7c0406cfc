"""Statements as a record: who said what, at which event, in which article, and whether it stands.

Pages of statements, speakers and organizations show it (``articles/_record.html``), and the feed of
statements. Words that stand no longer are never in it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from articles.frozen import CapacityCard, EventCard, StatementCard
from articles.models import Edition
from articles.search.statements import Found, chosen
from articles.unreadable import each, leave_out

#: So many statements of one article stand in a list; a link leads to the others.
MOST_OF_ONE = 12


@dataclass(frozen=True)
class Said:
    """A statement of a live edition; ``corrected`` when a correction has changed it."""

    card: StatementCard
    corrected: bool

    @property
    def words(self) -> str:
        """What to show: the quotation, or the passage of the article that reports the speech."""
        return self.card["passage"] or self.card["text"]


@dataclass(frozen=True)
class Record:
    """What was said in one article: each capacity with its statements.

    ``more`` counts those that are left out; ``taken_out`` those that a correction has removed. The
    statements of a ``withdrawn`` article are not there at all.
    """

    edition: Edition
    said: list[tuple[CapacityCard, list[Said]]] = field(default_factory=list)
    more: int = 0
    taken_out: int = 0
    withdrawn: bool = False

    @property
    def event(self) -> EventCard | None:
        """The event that the article reports."""
        return None if self.withdrawn else self.edition.snapshot["event"]


def records(found: Found, *, taken_out: bool = False) -> list[Record]:
    """The statements that were ``found``, article by article.

    ``taken_out`` counts the statements that corrections removed, whoever made them.
    """
    before = earlier(found.editions)
    return list(
        each(
            found.editions,
            lambda edition: _record(
                edition, found.said[edition.pk], before[edition.article_id], taken_out
            ),
        )
    )


def _record(
    edition: Edition, numbers: Collection[int], before: list[StatementCard], taken_out: bool
) -> Record:
    cards = chosen(edition.snapshot["statements"], numbers)
    changed = _changed(edition, before)
    said: dict[str, tuple[CapacityCard, list[Said]]] = {}
    for card in cards[:MOST_OF_ONE]:
        group = said.setdefault(card["capacity"]["id"], (card["capacity"], []))
        group[1].append(Said(card, card["id"] in changed))
    removed = removed_from(edition, before) if taken_out else []
    return Record(edition, list(said.values()), max(len(cards) - MOST_OF_ONE, 0), len(removed))


def by_event(found: list[Record]) -> Iterator[tuple[EventCard | None, list[Record]]]:
    """``found`` event by event; what reports no event stands alone."""
    groups: dict[str, list[Record]] = {}
    for record in found:
        with leave_out(record.edition):
            event = record.event
            groups.setdefault(event["id"] if event else str(record.edition.pk), []).append(record)
    for group in groups.values():
        yield group[0].event, group


def removed_from(edition: Edition, before: list[StatementCard]) -> list[str]:
    """The identifiers of statements that stood in the article before and stand there no longer."""
    now = edition.snapshot["statements"]
    known = {card["id"] for card in now} | {card["text"] for card in now}
    return list(dict.fromkeys(c["id"] for c in before if not known & {c["id"], c["text"]}))


def earlier(editions: Iterable[Edition]) -> dict[UUID, list[StatementCard]]:
    """The statements of the earlier public editions of those that are corrected, by article."""
    corrected = [edition.article_id for edition in editions if edition.corrections]
    found: dict[UUID, list[StatementCard]] = defaultdict(list)
    if corrected:
        rows = Edition.objects.ever_public().filter(article__in=corrected, is_latest=False)
        for article, cards in rows.values_list("article", "snapshot__statements"):
            found[article] += cards
    return found


def _changed(edition: Edition, before: list[StatementCard]) -> set[str]:
    """The identifiers of statements that read otherwise before, or had another speaker."""
    now = {card["id"]: _what(card) for card in edition.snapshot["statements"]}
    return {card["id"] for card in before if card["id"] in now and _what(card) != now[card["id"]]}


def _what(card: StatementCard) -> tuple[Any, ...]:
    capacity = card["capacity"]
    return card["kind"], card["text"], capacity["id"], capacity["speaker"]["id"]
