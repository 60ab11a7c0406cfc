"""Publishing measured: ``uv run python -m benchmarks.publish``.

By the clock, and by the processor time of this process and of the database's that serves it, which
other load disturbs less (Linux only).
Each article names people whom nobody has named before. Nothing is published outside the rows that
this command makes, in a database of its own that it removes at the end.
"""

from __future__ import annotations

import argparse
import statistics
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

from benchmarks.feed import say, set_up


def main() -> None:
    """Print how long publishing takes, for how long it holds the log's lock, and the queries."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--speakers", type=int, default=60, help="newly named by each article")
    parser.add_argument("--articles", type=int, default=30)
    options = parser.parse_args()
    set_up()

    from django.test.runner import DiscoverRunner

    runner = DiscoverRunner(verbosity=0, interactive=False)
    before = runner.setup_databases()
    try:
        measure(options.speakers, options.articles)
    finally:
        runner.teardown_databases(before)


def measure(speakers: int, articles: int) -> None:
    """Publish, and print the medians and the best."""
    from django.contrib.auth.models import User
    from django.db import connection

    from articles.publishing.publish import publish
    from tests.builders import a_capacity, a_speaker, a_statement, an_article, an_organization

    by = User.objects.create_superuser("publisher")
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        backend = cursor.fetchone()[0]
    taken, held, queries = list[Times](), list[Times](), list[int]()
    for number in range(articles + 1):
        article, employer = an_article(f"Article {number}"), an_organization(f"Employer {number}")
        for person in range(speakers):
            speaker = a_speaker(f"Person {person} of {number}")
            a_statement(article, capacity=a_capacity("Fellow", speaker, organization=employer))
        watch, began = Watch(backend), now(backend)
        with connection.execute_wrapper(watch):
            publish(article, by=by)
        ended = now(backend)
        taken.append(ended.since(began))
        held.append(ended.since(watch.locked_at))
        queries.append(watch.queries)
    say(f"{articles} articles that name {speakers} new speakers each (ms: median, best)")
    for what, times in (("publishing", taken[1:]), ("the log's lock is held", held[1:])):
        for name, values in zip(Times._fields, zip(*times, strict=True), strict=True):
            say(f"  {what:<24} {name:<9} {statistics.median(values):6.1f} {min(values):6.1f}")
    say(f"  queries, without BEGIN and COMMIT: {max(queries[1:])}")


class Times(NamedTuple):
    """Milliseconds: by the clock, and the processor time of Python and of the database."""

    clock: float
    python: float
    database: float

    def since(self, before: Times) -> Times:
        """What passed from ``before``."""
        return Times(*(ours - theirs for ours, theirs in zip(self, before, strict=True)))


def now(backend: int) -> Times:
    """The times at this moment; the database's are those of the process ``backend``."""
    file = Path(f"/proc/{backend}/schedstat")
    ran = file.read_text(encoding="utf-8").split()[0] if file.exists() else "nan"
    database = float(ran) / 1e6  # nanoseconds
    return Times(time.perf_counter() * 1000, time.process_time() * 1000, database)


class Watch:
    """Counts queries, and notes when the log's lock was taken."""

    def __init__(self, backend: int) -> None:
        self.queries, self.backend, self.locked_at = 0, backend, now(backend)

    def __call__(
        self, execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Any
    ) -> Any:
        """Run the query (``connection.execute_wrapper``)."""
        self.queries += 1
        try:
            return execute(sql, params, many, context)
        finally:
            if "pg_advisory_xact_lock" in sql:
                self.locked_at = now(self.backend)


if __name__ == "__main__":
    main()
