"""Which workers live: each writes the time into a row of its own.

Not by their connections: PgBouncer hands one connection from worker to worker, with one name.
"""

from __future__ import annotations

from django.db import connection

#: A worker writes that it lives so often, in seconds; one that did not for the second is gone.
EVERY, GONE = 2.0, 20.0
#: Seconds for which the row of one that was killed is kept: Status says when the last one lived.
_KEPT = 86_400

_BEAT = """
    INSERT INTO articles_worker (name, seen_at) VALUES (%s, clock_timestamp())
    ON CONFLICT (name) DO UPDATE SET seen_at = excluded.seen_at
"""


def beat(name: str) -> None:
    """Write that the worker ``name`` lives, by the database's clock."""
    with connection.cursor() as cursor:
        cursor.execute(_BEAT, [name])


def leave(name: str) -> None:
    """Take the worker ``name`` off the list: it ends. Also those that are long gone."""
    with connection.cursor() as cursor:
        cursor.execute(
            "DELETE FROM articles_worker WHERE name = %s"
            " OR seen_at < clock_timestamp() - make_interval(secs => %s)",
            [name, _KEPT],
        )


def workers() -> dict[str, float]:
    """The workers, and how many seconds ago each wrote that it lives."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT name, extract(epoch FROM clock_timestamp() - seen_at)::float"
            " FROM articles_worker"
        )
        return dict(cursor.fetchall())


def worker_seen() -> float | None:
    """How many seconds ago a worker wrote that it lives; None where none is known."""
    return min(workers().values(), default=None)
