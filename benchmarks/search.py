"""The search page measured, on the rows of the feed: ``uv run python -m benchmarks.search``.

Every edition is the press release with a number, so each of its words is the commonest that there
can be, and a number the rarest.
"""

from __future__ import annotations

import argparse
import statistics
import time

from benchmarks.feed import get, say, set_up

QUERIES = {
    "a common word": "connectivity",
    "two common words": "regional cooperation",
    "a phrase": '"Mughal Legacy in the city of Lahore"',
    "a name's other spelling": "Zahoor Ahmad",
    "a beginning": "Shang",
    "a rare word": "123456",
    "a common and a rare word": "webinar 123456",
    "a word left out": "webinar -cricket",
    "a word that stands nowhere": "cricket",
}


def main() -> None:
    """Print the median and the 95th percentile of each kind of query."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--editions", type=int, default=200_000)
    parser.add_argument("--turns", type=int, default=60, help="for each query")
    options = parser.parse_args()
    set_up()

    from django.conf import settings

    from benchmarks.rows import prepare

    prepare(options.editions, say)
    settings.DEBUG, settings.ALLOWED_HOSTS = False, ["testserver"]
    say(f"\nThe page of a search among {options.editions:,} editions, made anew each time (ms)")
    every: list[float] = []
    for name, q in QUERIES.items():
        times = [taken(q) for _ in range(options.turns)][1:]
        every += times
        say(f"  {name:<28} median {statistics.median(times):6.1f}   95 % {high(times):6.1f}")
    say(f"  {'all of them':<28} median {statistics.median(every):6.1f}   95 % {high(every):6.1f}")


def taken(q: str) -> float:
    """How long the page for ``q`` takes, in milliseconds."""
    from urllib.parse import urlencode

    address = f"/search/?{urlencode({'q': q})}"
    began = time.perf_counter()
    get(address, anew=True)
    return (time.perf_counter() - began) * 1000


def high(times: list[float]) -> float:
    """The 95th percentile."""
    return statistics.quantiles(times, n=20)[-1]


if __name__ == "__main__":
    main()
