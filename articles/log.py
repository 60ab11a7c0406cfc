"""The log of public changes: its lock, its rows, and its head as this process last read it.

Sequence numbers run without a gap, in the order in which transactions commit.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast

from django.db import (
    DEFAULT_DB_ALIAS,
    connection,
    transaction,
)
from django.db.models import Max
from django.db.transaction import TransactionManagementError
from django.utils import timezone
from psycopg import ClientCursor

from articles import replica
from articles.models import Change, LastChange

type Rows = Sequence[tuple[Any, ...]]

#: The key of the advisory lock ("news" in ASCII).
LOCK = 0x6E657773


class Locked(Exception):
    """Another transaction has the log's lock, and the caller does not wait."""


def lock() -> None:
    """Take the advisory lock that serialises all writers of the log and of public pages.

    It is released at commit or rollback. Compute first, lock late: other writers wait meanwhile.
    Raises TransactionManagementError outside a transaction.
    """
    _advisory_lock("pg_advisory_xact_lock")


def try_lock() -> bool:
    """Take the lock if no other transaction has it; return whether this one has it now.

    Raises TransactionManagementError outside a transaction.
    """
    return bool(_advisory_lock("pg_try_advisory_xact_lock"))


def sql_with_values(sql: str, values: Sequence[Any] | Mapping[str, Any] | None = None) -> str:
    """Return ``sql``, one command for ``in_one_round_trip``, with ``values`` in their places.

    They are quoted as in every query of Django's. A list must hold values of one type.
    """
    connection.ensure_connection()
    return ClientCursor(cast(Any, connection).connection).mogrify(sql, values)


def in_one_round_trip(*commands: str) -> list[Rows]:
    """Send SQL ``commands`` to the database together; return the rows of each, in their order.

    Each sees what those before it wrote. Raises what the first of them that fails does; then none
    after it is run.
    """
    with connection.cursor() as cursor:
        cursor.execute(";\n".join(commands))
        results = list[Rows]()
        for _ in commands:
            results.append(cursor.fetchall() if cursor.description else [])
            cursor.nextset()
        return results


def fetch_row(sql: str, values: Sequence[Any] = ()) -> tuple[Any, ...]:
    """The first row of a query that only reads; what readers wait for is read so.

    Raises a database Error.
    """
    return cast(tuple[Any, ...], cast(Any, connection).fetch_row(sql, values))


_APPEND = """
    INSERT INTO articles_change (sequence, at, kind, object_id, embargoed, item)
    SELECT last.sequence + place, last.at, kind, object_id, embargoed, item
    FROM (
        SELECT coalesce(max(sequence), 0) AS sequence, clock_timestamp() AS at FROM articles_change
    ) AS last, unnest(%s::text[], %s::uuid[], %s::boolean[], %s::jsonb[])
        WITH ORDINALITY AS row (kind, object_id, embargoed, item, place)
    ORDER BY place
    RETURNING sequence, at
"""


def append_sql(changes: Sequence[Change]) -> str:
    """The SQL that saves ``changes`` as the last rows of the log, in the order given.

    It can be made before the lock is taken. Send it under the lock, and give its rows to
    ``note_numbers``.
    """
    field = Change._meta.get_field("item")
    columns: list[list[Any]] = [
        [change.kind for change in changes],
        [change.object_id for change in changes],
        [change.embargoed for change in changes],
        [field.get_db_prep_save(change.item, connection) for change in changes],
    ]
    return sql_with_values(_APPEND, columns)


def note_numbers(changes: Sequence[Change], rows: Iterable[tuple[Any, ...]]) -> None:
    """Give ``changes`` the numbers and the time that ``rows`` say, and let the head be read again.

    Raises TransactionManagementError outside a transaction.
    """
    # Now: what this transaction reads next must see its own rows. On commit: until then another
    # thread of this process may have read the old head again.
    invalidate_head()
    drop_last_head()
    transaction.on_commit(invalidate_head)
    transaction.on_commit(drop_last_head)
    for change, (sequence, at) in zip(changes, rows, strict=True):
        change.sequence, change.at = sequence, at
        change._state.adding, change._state.db = False, connection.alias


def append(*changes: Change) -> None:
    """Number ``changes`` in the order given and save them as the last rows of the log.

    Takes the lock: no other transaction gets a number between here and the commit. Raises
    TransactionManagementError outside a transaction.
    """
    lock()
    [rows] = in_one_round_trip(append_sql(changes))
    note_numbers(changes, rows)


def clock() -> datetime:
    """The time by the database's clock. All processes share it; one's own may jump."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp()")
        return cast(datetime, cursor.fetchone()[0])


def last_sequence() -> int:
    """The newest number in the log, on the primary; 0 while nothing was published."""
    rows = Change.objects.using(DEFAULT_DB_ALIAS)
    return rows.aggregate(last=Max("sequence"))["last"] or 0


def _advisory_lock(function: str) -> object:
    if not connection.in_atomic_block:
        raise TransactionManagementError("Write to the log inside the change's transaction.")
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {function}(%s)", [LOCK])
        return cursor.fetchone()[0]


# What a change touches ----------------------------------------------------------------------------

#: Every public change touches this.
ANY = "any"
#: Every change of the page of a speaker, an organization, an event or a topic touches this.
PAGES = "pages"
#: What stands on every page of the site touches this: the navigation.
FRAME = "frame"

_TOUCH = """
    INSERT INTO articles_lastchange AS known (key, sequence, at, removed)
    SELECT key, last.sequence, last.at, CASE WHEN %(removed)s THEN last.sequence ELSE 0 END
    FROM (SELECT unnest(%(keys)s::text[]) AS key{union}) AS touched,
        (SELECT sequence, at FROM articles_change ORDER BY sequence DESC LIMIT 1) AS last
    ON CONFLICT (key) DO UPDATE SET sequence = excluded.sequence, at = excluded.at,
        removed = greatest(known.removed, excluded.removed)
"""


@dataclass(frozen=True)
class Touch:
    """The last change that touched a key, and the last one that withdrew something of it; or 0."""

    sequence: int
    removed: int


def month(at: datetime) -> str:
    """The key of the month of ``at``, in the site's time zone."""
    return f"{timezone.localtime(at):%Y-%m}"


def touch_sql(
    *keys: object, removed: bool = False, query: str = "", asked: Mapping[str, Any] | None = None
) -> str:
    """The SQL that notes that the last change of the log touched ``keys``, and ``ANY``.

    That is what pages depend on. A key is the identifier of a public page or of a translation
    group, a kind ("article", "speaker" …), a ``month``, ``PAGES``, or ``FRAME``. ``removed`` says
    that the change withdrew something: then nobody is shown what was there before. ``query`` finds
    further keys, with the values ``asked``. Send it under the lock, in the transaction of the
    change and after it.
    """
    union = f" UNION {query}" if query else ""
    values: dict[str, Any] = {"removed": removed, "keys": sorted({ANY, *map(str, keys)})}
    return sql_with_values(_TOUCH.format(union=union), values | dict(asked or {}))


def touched_since(head: Head) -> dict[str, Touch] | None:
    """What changes after ``head`` have touched, by key; None when ``head`` is of another log."""
    if head.at and not Change.objects.filter(sequence=head.sequence, at=head.at).exists():
        return None
    rows = LastChange.objects.filter(sequence__gt=head.sequence)
    return {row.key: Touch(row.sequence, row.removed) for row in rows}


# The head ----------------------------------------------------------------------------------------

#: For how many seconds a process trusts the head that it read last.
HEAD_MAX_AGE = 1.0

#: The time until the next scheduled action is taken by the database's clock: a process whose own
#: clock is wrong must not publish early.
_HEAD_QUERY = """
    SELECT last.sequence, last.at, (
        SELECT extract(epoch FROM min(coalesce(retry_at, at)) - clock_timestamp())::float
        FROM articles_scheduledaction
    )
    FROM (SELECT 1) AS always
    LEFT JOIN (SELECT sequence, at FROM articles_change ORDER BY sequence DESC LIMIT 1) AS last
    ON true
"""


@dataclass(frozen=True)
class Head(replica.End):
    """The end of the log, and when the next scheduled action is due.

    ``next_action`` is on ``time.monotonic``'s scale; None when nothing is scheduled.
    """

    next_action: float | None

    @property
    def action_is_due(self) -> bool:
        """Whether the time of a scheduled action has come."""
        return self.next_action is not None and self.next_action <= time.monotonic()


@dataclass(frozen=True)
class _Reading:
    """A head, and when it was read, on ``time.monotonic``'s scale."""

    head: Head
    at: float

    @property
    def age(self) -> float:
        """In seconds."""
        return time.monotonic() - self.at


class _Memory:
    """What was read last, while it may be the newest and at all, and how often it was invalidated.

    Threads share it: take a value once, then look at it; another thread may set it to None.
    """

    lock = threading.Lock()
    newest: _Reading | None = None
    last: _Reading | None = None
    invalidations = 0


def head() -> Head:
    """The head of the log, at most ``HEAD_MAX_AGE`` seconds old.

    Every public page and feed is made from what the log numbers, so this one small query tells
    whether what was made before still holds. Do not call it inside a transaction that writes to
    the log: other threads would take its uncommitted rows for the head.

    While a replica is read (``replica.read``) it is the end of the log there.
    """
    if end := replica.reading():
        return Head(end.sequence, end.at, None)
    newest = _Memory.newest
    if newest and newest.age < HEAD_MAX_AGE:
        return newest.head
    invalidations, read_at = _Memory.invalidations, time.monotonic()
    sequence, at, seconds = fetch_row(_HEAD_QUERY)
    found = Head(sequence or 0, at, None if seconds is None else read_at + seconds)
    with _Memory.lock:
        # If another thread wrote to the log while we read, the next caller reads again.
        if invalidations == _Memory.invalidations:
            _Memory.newest = _Memory.last = _Reading(found, read_at)
    return found


def last_head() -> tuple[Head, float] | None:
    """The head that was read last and its age in seconds, while the database is away.

    None when this process has not read it yet, or has written to the log since: what it showed
    before may be withdrawn now.
    """
    last = _Memory.last
    return (last.head, last.age) if last else None


def drop_last_head() -> None:
    """Let ``last_head`` return None until the head was read again."""
    with _Memory.lock:
        _Memory.last = None


def invalidate_head() -> None:
    """Make the next call of ``head`` read again: the log or the schedule has changed."""
    with _Memory.lock:
        _Memory.invalidations += 1
        _Memory.newest = None
