"""The feed measured: ``uv run python -m benchmarks.feed``.

Both feeds answer inside this one process, through all of Django, one after the other in turns; what
counts are the ratios. The database is embedded and lies in ``var/benchmarks``.
"""

from __future__ import annotations

import argparse
import os
import statistics
import sys
import time
from collections.abc import Callable, Iterator
from functools import cache, partial
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parent.parent
LIMIT = 20
LIST = f"/api/v1/articles/?limit={LIMIT}"


def main() -> None:
    """Prepare the rows, take the measures, print them."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--editions", type=int, default=200_000)
    parser.add_argument("--seconds", type=float, default=5, help="for each measure")
    options = parser.parse_args()
    set_up()

    from django.conf import settings

    from benchmarks.rows import prepare

    prepare(options.editions, say)
    settings.DEBUG, settings.ALLOWED_HOSTS = False, ["testserver"]
    last = options.editions // LIMIT
    pages(options.seconds, last)
    feeds(options.seconds)


def set_up(folder: str = "benchmarks") -> None:
    """Django as in production, but for the database, in ``var/folder``, and without limits."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "newsroom.settings")
    os.environ |= {"EMBEDDED_POSTGRES": str(ROOT / "var" / folder), "API_PER_MINUTE": "0"}
    os.environ |= {"DATABASE_LOCK_TIMEOUT": "0", "DATABASE_STATEMENT_TIMEOUT": "0"}
    import django

    django.setup()


def pages(seconds: float, last: int) -> None:
    """Page 1 against the last page, made anew each time."""
    from articles.models import Edition

    top = Edition.objects.live().order_by("-change")[0].pk
    bottom = top - (last - 1) * LIMIT
    say(f"\nA page of {LIMIT} full items, made anew each time (ms, median)")
    first, far = compare(
        seconds,
        lambda: get(f"{LIST}&cursor={top + 1}", anew=True),
        lambda: get(f"{LIST}&cursor={bottom + 1}", anew=True),
    )
    say(f"  page 1       {first * 1000:8.2f}")
    say(f"  page {last:<7,} {far * 1000:8.2f}      {far / first:.2f} times page 1")


def feeds(seconds: float) -> None:
    """Our feed, kept and made anew, against the plain one."""
    from rest_framework.test import APIRequestFactory

    from articles.partners.api.filters import FIELDS
    from benchmarks.plain import PlainFeed

    view, factory = PlainFeed.as_view(authentication_classes=[]), APIRequestFactory()

    def plain() -> bytes:
        response = view(factory.get("/plain/")).render()
        check(len(response.data["results"]) == LIMIT)
        return bytes(response.content)

    say(f"\nA page of {LIMIT} full items (requests a second, one after the other)")
    say(f"  bytes: ours {len(get(LIST)):,}, plain {len(plain()):,}")
    chosen = f"{LIST}&fields={','.join(FIELDS)}"  # all of them, never from pieces
    for name, ask in (
        ("as it is", partial(get, LIST)),
        ("put together anew", partial(get, LIST, anew=True)),
        ("from stored pieces", partial(get, LIST, anew=True, pieces=False)),
        ("rendered anew", partial(get, chosen, anew=True)),
    ):
        ours, theirs = compare(seconds, ask, plain)
        times = theirs / ours
        say(f"  ours, {name:<20} {1 / ours:8.0f}   plain {1 / theirs:6.0f}   {times:.1f} times")


def compare(seconds: float, *actions: Callable[[], object]) -> Iterator[float]:
    """Return the median time of each of ``actions`` in seconds, measured in turns."""
    times: list[list[float]] = [[] for _ in actions]
    for action in actions:
        action()
    end = time.monotonic() + seconds * len(actions)
    while time.monotonic() < end:
        for action, taken in zip(actions, times, strict=True):
            began = time.perf_counter()
            action()
            taken.append(time.perf_counter() - began)
    return iter([statistics.median(taken) for taken in times])


def get(address: str, *, anew: bool = False, pieces: bool = True) -> bytes:
    """What ``address`` answers through all of Django; ``anew`` clears what the process has kept.

    Of that the pieces of the feed stay, unless ``pieces`` is False.
    """
    from articles.partners.api.caching import answers
    from articles.partners.api.pieces import kept
    from articles.public.page_store import hot

    if anew:
        answers.clear()
        hot.clear()
    if not pieces:
        kept.clear()
    response = client().get(address)
    check(response.status_code == 200)
    return bytes(response.content)


@cache
def client() -> Any:
    """One client for all requests: it loads the middleware once, as a server does."""
    from django.test import Client

    return Client()


def check(right: bool) -> None:
    """Stop when a measure would measure the wrong thing."""
    if not right:
        raise SystemExit("An answer is not what it should be; the measures would mean nothing.")


def say(words: str) -> None:
    sys.stdout.write(words + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
