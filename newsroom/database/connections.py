"""Connections of this process: when to give one back, and when not to wait for one.

While the database does not answer, a request must not wait: kept pages are served and the others
say so. So the first thread that finds it unreachable notes the time, and for ``RETRY_AFTER``
seconds the other threads raise OperationalError at once.
"""

from __future__ import annotations

import threading
import time

import psycopg
from django.db import connections
from psycopg import OperationalError
from psycopg_pool import PoolTimeout

#: Seconds until one thread tries again to reach a database that did not answer.
RETRY_AFTER = 1.0
#: The name under which the database knows a worker's connections (``application_name``).
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
    lines = [line.strip() for line in said.splitlines() if line.strip()]
    first = lines[0].rstrip(".") if lines else type(error).__name__
    return f"{first}. Check DATABASE_URL, and that PostgreSQL runs there."


#: What Django gives a pool beside the parameters of a connection.
_NOT_FOR_A_TRY = ("context", "cursor_factory", "prepare_threshold")


def worker_seen() -> float | None:
    """How many seconds ago a worker asked the database something; None where none is connected."""
    with connections["default"].cursor() as cursor:
        cursor.execute("SELECT pg_stat_clear_snapshot()")  # or a transaction sees its first look
        cursor.execute(
            "SELECT extract(epoch FROM clock_timestamp() - max(state_change))::float"
            " FROM pg_stat_activity WHERE application_name = %s AND datname = current_database()",
            [WORKER],
        )
        seen: float | None = cursor.fetchone()[0]
    return seen


def release() -> None:
    """Give this thread's connections back to the pool, unless a transaction is open.

    Call it before anything that waits for somebody else than the database: a client that sends a
    body, or a password to be hashed. The next query takes a connection again.
    """
    for connection in connections.all(initialized_only=True):
        if not connection.in_atomic_block:
            connection.close()


class _Outage:
    """Since when and until when this process does not try to connect; guarded by ``lock``."""

    lock = threading.Lock()
    next_try: float | None = None


def refuse_during_outage() -> None:
    """Raise OperationalError if the database did not answer less than ``RETRY_AFTER`` seconds ago.

    When the time is over, one thread returns and tries; the others are refused meanwhile.
    """
    if _Outage.next_try is None:
        return
    with _Outage.lock:
        now = time.monotonic()
        if _Outage.next_try is None:
            return
        if now < _Outage.next_try:
            raise OperationalError("The database does not answer; the next try is within a second.")
        _Outage.next_try = now + RETRY_AFTER


def note_unreachable() -> None:
    """Let ``refuse_during_outage`` raise for the next ``RETRY_AFTER`` seconds."""
    with _Outage.lock:
        _Outage.next_try = time.monotonic() + RETRY_AFTER


def note_reachable() -> None:
    """End the outage, if there is one."""
    if _Outage.next_try is not None:
        with _Outage.lock:
            _Outage.next_try = None
