"""Connections of this process: when to give one back, and when not to wait for one.

While the database does not answer, a request must not wait: kept pages are served and the others
say so. So the first thread that finds it unreachable notes the time, and for ``RETRY_AFTER``
seconds the other threads raise OperationalError at once.
"""

from __future__ import annotations

import threading
import time

from django.db import connections
from psycopg import OperationalError

#: Seconds until one thread tries again to reach a database that did not answer.
RETRY_AFTER = 1.0


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
