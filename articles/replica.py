"""Public reads from a replica of the database, where that shows nothing older.

What is public is made for a number of the log, and must show every change up to there. A replica
commits in the order of the primary. So whoever makes it on a replica first looks there for the row
with which the log ended on the primary, and reads all the rest in the same snapshot. Where the row
is not there yet, or the replica does not answer, the primary is read.

The desk, sign-in, keys, the table of stored pages and whatever writes use the primary alone.
"""

from __future__ import annotations

import os
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast

import psycopg
from django.conf import settings
from django.db import DEFAULT_DB_ALIAS, DatabaseError, InterfaceError, connections, transaction
from django.db.models import Model
from psycopg.errors import QueryCanceled
from psycopg.pq import TransactionStatus

#: The replica's name in ``settings.DATABASES``.
ALIAS = "replica"
#: In seconds: a replica that does not say within the first whether it has caught up, or lets a
#: statement wait longer than the second, is left alone for the third. It ends a statement itself a
#: little sooner (settings.REPLICA_STATEMENT_TIMEOUT), unless it hangs.
LONGEST_LOOK, LONGEST_WAIT, PAUSE = 0.3, 2.5, 2.0
#: Seconds between two looks whether a statement is waited for.
_TICK = 0.5
#: How a replica fails. A connection that is known to be lost has no socket (``_watched``),
#: and says so in psycopg's own words.
_FAILURES = (DatabaseError, InterfaceError, psycopg.Error)
#: Whose models are read from it; sessions, users and the rest are not.
_APPS = {"articles", "people"}


@dataclass(frozen=True)
class End:
    """Where the log ended: its last number (0 while it is empty) and the time of that change."""

    sequence: int
    at: datetime | None


_reading: ContextVar[End | None] = ContextVar("reading", default=None)


def reading() -> End | None:
    """Where the log ends for what is being read from a replica; None while the primary is read."""
    return _reading.get()


def read[T](end: End, make: Callable[[], T]) -> T:
    """Return what ``make`` returns; it reads from a replica whose log has ``end``, if there is one.

    ``make`` must do nothing but read: it is called again, with the primary, when the replica fails
    meanwhile or is too slow. Raises what ``make`` raises then; a statement that took too long for
    the primary is not tried again.
    """
    if ALIAS not in settings.DATABASES or _reading.get() or time.monotonic() < _Silence.until:
        return make()
    began = time.monotonic()
    try:
        with _watched() as looked, transaction.atomic(using=ALIAS):  # of one snapshot, by settings
            has = _has(end)
            looked()
            if has:
                token = _reading.set(end)
                try:
                    return make()
                finally:
                    _reading.reset(token)
    except _FAILURES as error:
        if isinstance(error.__cause__, QueryCanceled) and time.monotonic() - began > LONGEST_WAIT:
            raise
    return make()


class _Silence:
    """Until when a replica that took connections and did not answer is left alone."""

    until = 0.0


@contextmanager
def _watched() -> Iterator[Callable[[], None]]:
    """End the connection to the replica where that does not answer for too long in the block.

    Until the block calls what it is given it may take ``LONGEST_LOOK``; afterwards as long as it
    likes, but no statement ``LONGEST_WAIT``. A server that hangs keeps its connections open and
    says nothing; libpq would wait for ever.
    """
    connections[ALIAS].ensure_connection()
    taken = cast(Any, connections[ALIAS].connection)
    handle = socket.socket(fileno=os.dup(taken.fileno()))
    looked, done = threading.Event(), threading.Event()

    def watch() -> None:
        if looked.wait(LONGEST_LOOK):
            waited = 0.0
            while waited < LONGEST_WAIT:
                if done.wait(_TICK):
                    return
                is_asked = taken.info.transaction_status == TransactionStatus.ACTIVE
                waited = waited + _TICK if is_asked else 0.0
        _Silence.until = time.monotonic() + PAUSE
        with suppress(OSError):
            handle.shutdown(socket.SHUT_RDWR)

    watching = threading.Thread(target=watch, daemon=True)
    watching.start()
    try:
        yield looked.set
    finally:
        done.set()
        looked.set()
        watching.join()  # or it would end the connection of who has it next
        handle.close()


def _has(end: End) -> bool:
    with connections[ALIAS].cursor() as cursor:
        cursor.execute(
            "SELECT FROM articles_change WHERE sequence = %s AND at = %s", [end.sequence, end.at]
        )
        return bool(cursor.rowcount)


class Router:
    """Django's router: reads go to the replica inside ``read``."""

    def db_for_read(self, model: type[Model], **hints: Any) -> str | None:
        """The replica for public models while it is read; None else."""
        is_read = _reading.get() and model._meta.app_label in _APPS
        return ALIAS if is_read else DEFAULT_DB_ALIAS

    def db_for_write(self, model: type[Model], **hints: Any) -> str:
        """The primary, also for a row that was read from the replica."""
        return DEFAULT_DB_ALIAS

    def allow_relation(self, first: Model, second: Model, **hints: Any) -> bool:
        """Rows of both are rows of the same tables."""
        return True

    def allow_migrate(self, db: str, app_label: str, **hints: Any) -> bool:
        """Tables come to the replica from the primary."""
        return db == DEFAULT_DB_ALIAS


@dataclass(frozen=True)
class State:
    """How far the replica is: changes that it has not, and how old the oldest of them is.

    ``is_up`` is False where it does not answer; then the others are 0.
    """

    is_up: bool
    changes: int = 0
    seconds: float = 0.0


def state() -> State | None:
    """How far the replica is behind the log; None without a replica.

    Raises DatabaseError as the primary does.
    """
    if ALIAS not in settings.DATABASES:
        return None
    try:
        with _watched(), connections[ALIAS].cursor() as cursor:
            cursor.execute("SELECT coalesce(max(sequence), 0) FROM articles_change")
            [last] = cursor.fetchone()
    except _FAILURES:
        return State(is_up=False)
    with connections[DEFAULT_DB_ALIAS].cursor() as cursor:
        cursor.execute(
            "SELECT count(*), coalesce(extract(epoch FROM clock_timestamp() - min(at)), 0)::float"
            " FROM articles_change WHERE sequence > %s",
            [last],
        )
        return State(True, *cursor.fetchone())
