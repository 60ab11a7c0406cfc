"""The log of public changes: one number for each, without a gap, in the order of commits."""

from __future__ import annotations

import uuid
from datetime import datetime

from django.db import connection
from django.db.models import Max
from django.db.transaction import TransactionManagementError

from articles.models import Change

#: The transaction-level advisory lock under which numbers are given ("news" in ASCII).
LOCK = 0x6E657773


def append(kind: str, object_id: uuid.UUID, *, at: datetime) -> Change:
    """Add a change to the log and return it with its sequence number.

    Call it late in the transaction that makes the change: from here to the commit no other
    transaction gets a number, which is what keeps numbers gapless and in commit order.
    Raises TransactionManagementError outside a transaction.
    """
    if not connection.in_atomic_block:
        raise TransactionManagementError("Append to the log inside the change's transaction.")
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])
    return Change.objects.create(
        sequence=last_sequence() + 1, kind=kind, object_id=object_id, at=at
    )


def last_sequence() -> int:
    """The newest number in the log; 0 while nothing was published."""
    return Change.objects.aggregate(last=Max("sequence"))["last"] or 0
