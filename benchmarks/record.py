"""``manage.py verify`` measured: ``uv run python -m benchmarks.record``.

Rows of the log that name topics and have an item of 200 letters are written by SQL; the database
adds the leaf of each. Then the tree is signed, as the worker does, and verified. All of it lies in
a database of its own that is removed at the end.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable

from benchmarks.feed import say, set_up

#: So many rows are written in one transaction: each waits for its leaf until the commit.
STEP = 100_000

WRITE = """
    INSERT INTO articles_change (sequence, at, kind, object_id, embargoed, item)
    SELECT n, clock_timestamp(), 'topic', gen_random_uuid(), false,
        jsonb_build_object('name', repeat(md5(n::text), 6))
    FROM generate_series(%s::int, %s::int) AS n
"""


def main() -> None:
    """Print how long it takes to write, sign and verify so many rows."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=1_000_000)
    options = parser.parse_args()
    set_up()

    from django.conf import settings
    from django.db import connection
    from django.test.utils import override_settings

    from articles.publishing import checkpoints
    from articles.tlog import Key

    connection.creation.create_test_db(verbosity=0, serialize=False)
    try:
        with override_settings(LOG_KEYS=[Key.new("news.example/log")[0]]):
            write = timed("written", lambda: write_rows(options.rows))
            timed("signed", sign_all)
            timed("verified", lambda: say(f"  problems: {len(list(checkpoints.problems()))}"))
            say(f"  a row with its leaf: {write / options.rows * 1000:.3f} ms")
    finally:
        connection.creation.destroy_test_db(settings.DATABASES["default"]["NAME"], verbosity=0)


def timed(what: str, action: Callable[[], object]) -> float:
    """Print and return the seconds that ``action`` takes."""
    began = time.perf_counter()
    action()
    taken = time.perf_counter() - began
    say(f"  {what:<10} {taken:7.1f} s")
    return taken


def write_rows(rows: int) -> None:
    """Write ``rows`` rows of the log."""
    from django.db import connection

    for first in range(1, rows + 1, STEP):
        with connection.cursor() as cursor:
            cursor.execute(WRITE, [first, min(first + STEP - 1, rows)])


def sign_all() -> None:
    """Sign until there is nothing new."""
    from articles.publishing import checkpoints

    while checkpoints.sign():
        pass


if __name__ == "__main__":
    main()
