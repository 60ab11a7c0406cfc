"""Where the log stands and when the next move falls due, as this process last read it.

Every page and feed is made from what the log numbers. So a process that knows the last number knows
whether what it made before still holds, and asks for it once a second at most, in one tiny query.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from datetime import datetime

from django.db import connection

#: For how many seconds a process trusts what it last read.
TRUST = 1.0

_QUERY = """
    SELECT last.sequence, last.at, (SELECT min(at) FROM articles_due)
    FROM (SELECT 1) AS always
    LEFT JOIN (SELECT sequence, at FROM articles_change ORDER BY sequence DESC LIMIT 1) AS last
    ON true
"""


@dataclass(frozen=True)
class Position:
    """The last number of the log (0 while it is empty), its time, and the next due moment."""

    sequence: int
    at: datetime | None
    next_due: datetime | None


class _Memory:
    """What was read, when, and how often it was forgotten since the process began."""

    position: Position | None = None
    read_at = 0.0
    forgotten = 0


def position() -> Position:
    """The position of the log, at most ``TRUST`` seconds old."""
    if _Memory.position and time.monotonic() - _Memory.read_at < TRUST:
        return _Memory.position
    forgotten, read_at = _Memory.forgotten, time.monotonic()
    with connection.cursor() as cursor:
        cursor.execute(_QUERY)
        sequence, at, next_due = cursor.fetchone()
    found = Position(sequence or 0, at, next_due)
    # Another thread may have written to the log while we read: then the next one reads again.
    if forgotten == _Memory.forgotten:
        _Memory.position, _Memory.read_at = found, read_at
    return found


def forget() -> None:
    """Have the next one who asks read again; call it when the log or the schedule has changed."""
    _Memory.forgotten += 1
    _Memory.position = None
