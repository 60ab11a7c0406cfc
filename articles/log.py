"""The log of public changes, and the record of who did what.

Numbers of the log run without a gap, in the order of commits.
"""

from __future__ import annotations

import time
import uuid
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection, transaction
from django.db.models import Max
from django.db.transaction import TransactionManagementError
from django.utils import timezone

from articles.models import Change

#: The transaction-level advisory lock under which numbers are given ("news" in ASCII).
LOCK = 0x6E657773


def hold() -> None:
    """Keep everybody else from the log, and from public pages, until this transaction ends.

    Raises TransactionManagementError outside a transaction.
    """
    if not connection.in_atomic_block:
        raise TransactionManagementError("Append to the log inside the change's transaction.")
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])


def append(
    kind: str,
    object_id: uuid.UUID,
    *,
    item: dict[str, Any] | None = None,
    embargoed: bool = False,
) -> Change:
    """Add a change to the log and return it with its sequence number.

    ``item`` is what partners are handed, unless an edition holds it. Call it late in the
    transaction that makes the change: from here to the commit no other transaction gets a
    number, which is what keeps numbers gapless and in commit order.
    Raises TransactionManagementError outside a transaction.
    """
    hold()
    forget()
    transaction.on_commit(forget)
    return Change.objects.create(
        sequence=last_sequence() + 1,
        kind=kind,
        object_id=object_id,
        at=timezone.now(),
        item=item,
        embargoed=embargoed,
    )


def last_sequence() -> int:
    """The newest number in the log; 0 while nothing was published."""
    return Change.objects.aggregate(last=Max("sequence"))["last"] or 0


# Head
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
