"""Connections of this process: when to give one back, and when not to wait for one.

While the database does not answer, a request must not wait: kept pages are served and the others
say so. So the first thread that finds it unreachable notes the time, and for ``RETRY_AFTER``
seconds the other threads raise OperationalError at once.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import psycopg
from django.db import connections
from psycopg import OperationalError
from psycopg_pool import ConnectionPool, PoolTimeout

#: Seconds until one thread tries again to reach a database that did not answer.
RETRY_AFTER = 1.0
#: What a worker's name begins with; its connections have it too (``application_name``).
WORKER = "newsroom worker"


def why_unreachable(error: Exception) -> str:
    """A sentence: what the database said when it could not be reached, and what to check.

    A pool knows only that its time is over; so one connection is tried without it.
    """
    said = str(error)
    if isinstance(error.__cause__, PoolTimeout):
        params = connections["default"].get_connection_params()
        params = {key: value for key, value in params.items() if key not in _NOT_FOR_A_TRY}
        try:
            psycopg.connect(**params).close()
        except psycopg.Error as told:
            said = str(told)
    first = first_line(said) or type(error).__name__
    return f"{first.rstrip('.')}. Check DATABASE_URL, and that PostgreSQL runs there."


def first_line(error: object) -> str:
    """The first line of what ``error`` says."""
    return next((line.strip() for line in str(error).splitlines() if line.strip()), "")


#: What Django gives a pool beside the parameters of a connection.
_NOT_FOR_A_TRY = ("context", "cursor_factory", "prepare_threshold")


def release() -> None:
    """Give this thread's connections back to the pool, unless a transaction is open.

    Call it before anything that waits for somebody else than the database: a client that sends a
    body, or a password to be hashed. The next query takes a connection again.
    """
    for connection in connections.all(initialized_only=True):
        if not connection.in_atomic_block:
            connection.close()


class _Unchecked(threading.local):
    """Whether this thread takes connections from the pool without a check."""

    now = False


_unchecked = _Unchecked()


@contextmanager
def unchecked() -> Iterator[None]:
    """Take a connection in this block as it lies in the pool: the block asks again if it is dead.

    To check it would take a quarter of the time in which a page is read.
    """
    _unchecked.now = True
    try:
        yield
    finally:
        _unchecked.now = False


def check_connection(taken: psycopg.Connection[Any]) -> None:
    """Ask the server whether ``taken`` from the pool lives, outside ``unchecked``.

    Raises OperationalError; then the pool gives another connection.
    """
    if not _unchecked.now:
        ConnectionPool.check_connection(taken)


_one_thread = threading.Lock()
#: Until when this process does not try to connect, by the database's alias; guarded by the lock.
_next_try: dict[str, float] = {}


def refuse_during_outage(alias: str) -> None:
    """Raise OperationalError if ``alias`` did not answer less than ``RETRY_AFTER`` seconds ago.

    When the time is over, one thread returns and tries; the others are refused meanwhile.
    """
    if alias not in _next_try:
        return
    with _one_thread:
        now = time.monotonic()
        next_try = _next_try.get(alias)
        if next_try is None:
            return
        if now < next_try:
            raise OperationalError("The database does not answer; the next try is within a second.")
        _next_try[alias] = now + RETRY_AFTER


def note_unreachable(alias: str) -> None:
    """Let ``refuse_during_outage`` raise for the next ``RETRY_AFTER`` seconds."""
    with _one_thread:
        _next_try[alias] = time.monotonic() + RETRY_AFTER


def note_reachable(alias: str) -> None:
    """End the outage of ``alias``, if there is one."""
    if alias in _next_try:
        with _one_thread:
            _next_try.pop(alias, None)
