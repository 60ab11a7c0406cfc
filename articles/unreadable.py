"""One public thing that cannot be shown takes down nothing else.

A page or a list shows the things of many. Where one of them breaks (a newer release has frozen it
in a shape that this code does not know, or it lacks what every other has), it is left out, the rest
is shown, and it is noted under its number in the log: in the program's log, and on the page Status.
A partner who follows the log is told in its place (``partners.api``): there nothing is skipped.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from contextvars import ContextVar

import psycopg
from django.db import Error, connection, transaction
from django.http import Http404

logger = logging.getLogger(__name__)

#: These are no fault of what was shown: a database that is away, a page that is not there.
_OTHERS = (Error, psycopg.Error, Http404)

_noted: ContextVar[list[int | None] | None] = ContextVar("noted", default=None)

#: At most once a minute for each thing, however often it is asked for.
_NOTE = """
    INSERT INTO articles_unreadable AS known (sequence, error, times, at)
    VALUES (%s, %s, 1, clock_timestamp())
    ON CONFLICT (sequence) DO UPDATE
    SET error = excluded.error, times = known.times + 1, at = excluded.at
    WHERE known.at < excluded.at - interval '1 minute'
"""


@contextmanager
def gather_left_out() -> Iterator[list[int | None]]:
    """Gather in the list what is left out in the block: numbers of the log, None where unknown."""
    noted: list[int | None] = []
    token = _noted.set(noted)
    try:
        yield noted
    finally:
        _noted.reset(token)


@contextmanager
def leave_out(row: object) -> Iterator[None]:
    """End the block quietly where it breaks, and note ``row``, which it was about to show.

    ``row`` is an edition, a public page, a row of the log, or what else was read from one of these.
    What the database raises, and Http404, goes on.
    """
    try:
        yield
    except _OTHERS:
        raise
    except Exception as error:  # whatever it is: the next one must be shown
        _note(row, error)


def each[T, R](rows: Iterable[T], make: Callable[[T], R]) -> Iterator[R]:
    """What ``make`` returns for each of ``rows``, without those for which it breaks."""
    for row in rows:
        made: list[R] = []
        with leave_out(row):
            made.append(make(row))
        yield from made


def _note(row: object, error: Exception) -> None:
    number = getattr(row, "sequence", None) or getattr(row, "change_id", None)
    what = f"{type(error).__name__}: {error}"[:500]
    if (noted := _noted.get()) is not None:
        noted.append(number)
    is_new = True
    if number:
        # A note must not break what goes on without it: a replica alone may be up.
        with suppress(Error), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(_NOTE, [number, what])
            is_new = cursor.rowcount > 0
    if is_new:  # else whoever asks for it again and again would fill the program's log
        logger.error("Change %s cannot be shown (%s).", number or "unknown", what, exc_info=error)
