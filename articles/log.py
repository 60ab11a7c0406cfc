"""The log of public changes, and the record of who did what.

Numbers of the log run without a gap, in the order of commits.
"""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Any

from django.contrib.auth.models import User
from django.db import connection, transaction
from django.db.models import Max, Model
from django.db.transaction import TransactionManagementError
from django.utils import timezone

from articles.models import Act, Change
from articles.position import forget

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


def record(deed: str, row: Model, *, by: User, note: str = "", at: datetime | None = None) -> Act:
    """Note that ``by`` did ``deed`` to ``row``: an article, a speaker, an event and so on."""
    return Act.objects.create(
        at=at or timezone.now(),
        by=by,
        deed=deed,
        kind=str(row._meta.model_name),
        object_id=row.pk,
        title=str(row)[:300],
        note=note,
    )
