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


def lock() -> None:
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
    lock()
    invalidate_head()
    transaction.on_commit(invalidate_head)
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
HEAD_MAX_AGE = 1.0

_QUERY = """
    SELECT last.sequence, last.at, (SELECT min(at) FROM articles_scheduledaction)
    FROM (SELECT 1) AS always
    LEFT JOIN (SELECT sequence, at FROM articles_change ORDER BY sequence DESC LIMIT 1) AS last
    ON true
"""


@dataclass(frozen=True)
class Head:
    """The last number of the log (0 while it is empty), its time, and the next due moment."""

    sequence: int
    at: datetime | None
    next_action_at: datetime | None


class _Memory:
    """What was read, when, and how often it was forgotten since the process began."""

    head: Head | None = None
    read_at = 0.0
    invalidations = 0


def head() -> Head:
    """The position of the log, at most ``TRUST`` seconds old."""
    if _Memory.head and time.monotonic() - _Memory.read_at < HEAD_MAX_AGE:
        return _Memory.head
    invalidations, read_at = _Memory.invalidations, time.monotonic()
    with connection.cursor() as cursor:
        cursor.execute(_QUERY)
        sequence, at, next_action_at = cursor.fetchone()
    found = Head(sequence or 0, at, next_action_at)
    # Another thread may have written to the log while we read: then the next one reads again.
    if invalidations == _Memory.invalidations:
        _Memory.head, _Memory.read_at = found, read_at
    return found


def invalidate_head() -> None:
    """Have the next one who asks read again; call it when the log or the schedule has changed."""
    _Memory.invalidations += 1
    _Memory.head = None
