"""Publishing measured: ``uv run python -m benchmarks.publish``.

Each article names people whom nobody has named before. Nothing is published outside the rows that
this command makes, in a database of its own that it removes at the end.
"""

from __future__ import annotations

import argparse
import statistics
import time
from collections.abc import Callable
from typing import Any

from benchmarks.feed import say, set_up


def main() -> None:
    """Print how long publishing takes, how long the log's lock is held, and the queries."""
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
    taken, held, queries = [], [], []
    for number in range(articles + 1):
        article, employer = an_article(f"Article {number}"), an_organization(f"Employer {number}")
        for person in range(speakers):
            speaker = a_speaker(f"Person {person} of {number}")
            a_statement(article, capacity=a_capacity("Fellow", speaker, organization=employer))
        watch = Watch()
        began = time.perf_counter()
        with connection.execute_wrapper(watch):
            publish(article, by=by)
        ended = time.perf_counter()
        taken.append((ended - began) * 1000)
        held.append((ended - watch.locked_at) * 1000)
        queries.append(watch.queries)
    say(f"{articles} articles that name {speakers} new speakers each (ms)")
    for what, times in (("publishing", taken[1:]), ("the log's lock is held", held[1:])):
        say(f"  {what:<24} median {statistics.median(times):6.1f}   best {min(times):6.1f}")
    say(f"  queries, without BEGIN and COMMIT: {max(queries[1:])}")


class Watch:
    """Counts queries, and notes when the log's lock was taken."""

    def __init__(self) -> None:
        self.queries, self.locked_at = 0, 0.0

    def __call__(
        self, execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Any
    ) -> Any:
        """Run the query (``connection.execute_wrapper``)."""
        self.queries += 1
        try:
            return execute(sql, params, many, context)
        finally:
            if "pg_advisory_xact_lock" in sql:
                self.locked_at = time.perf_counter()


if __name__ == "__main__":
    main()
