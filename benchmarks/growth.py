"""What more editions cost: ``uv run python -m benchmarks.growth``.

Each size has a database of its own, with as many editions as articles that search finds. Every
kind of public address is asked for, rendered anew, in a process for each size; the processes
take turns. What counts is the processor time of the process and the database, which other load
disturbs less than the clock, and how many times that of the smallest size it is.
"""

from __future__ import annotations

import argparse
import json
import statistics
import subprocess
import sys
from collections import defaultdict

from benchmarks.feed import ROOT, get, say, set_up

#: More than this times the smallest size is marked.
GOAL = 1.3


def main() -> None:
    """Print the table: an address a row, a size a column."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sizes", default="10000,200000", help="editions; the first is compared")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--turns", type=int, default=9, help="for each address and round")
    parser.add_argument("--one", type=int, help="measure this size alone, as JSON")
    options = parser.parse_args()
    if options.one:
        say(json.dumps(measure(options.one, options.turns)))
        return
    sizes = [int(size) for size in options.sizes.split(",")]
    taken: dict[int, dict[str, list[float]]] = {size: defaultdict(list) for size in sizes}
    for _ in range(options.rounds):
        for size in sizes:
            command = [sys.executable, "-m", "benchmarks.growth", "--one", str(size)]
            command += ["--turns", str(options.turns)]
            printed = subprocess.run(command, cwd=ROOT, check=True, stdout=subprocess.PIPE)  # noqa: S603 - this file
            for name, time in json.loads(printed.stdout.splitlines()[-1]).items():
                taken[size][name].append(time)
    say(f"{'processor time in ms':<38}" + "".join(f"{size:>12,}" for size in sizes) + "   times")
    for name in taken[sizes[0]]:
        row = [statistics.median(taken[size][name]) for size in sizes]
        times = row[-1] / row[0]
        mark = "  !" if times > GOAL else ""
        say(f"  {name:<36}" + "".join(f"{ms:>12.2f}" for ms in row) + f"{times:8.2f}{mark}")


def measure(editions: int, turns: int) -> dict[str, float]:
    """The median processor time of each address, in milliseconds; fills the database first."""
    set_up(f"growth-{editions}")

    from django.conf import settings

    from articles.models import StoredPage
    from benchmarks.rows import prepare
    from benchmarks.search import fill, time_page

    prepare(editions, _tell, searched=False)
    fill(editions)
    settings.DEBUG, settings.ALLOWED_HOSTS = False, ["testserver"]
    asked = addresses(editions)
    for address in asked.values():  # what is loaded once, and a wrong address stops here
        get(address, anew=True)
    taken: dict[str, list[float]] = {name: [] for name in asked}
    for _ in range(turns):
        for name, address in asked.items():
            StoredPage.objects.all().delete()
            taken[name].append(time_page(address)[1])
    return {name: statistics.median(times) for name, times in taken.items()}


def addresses(editions: int) -> dict[str, str]:
    """An address of each kind, by what it is."""
    from articles.models import Edition, PublicPage
    from benchmarks.search import word
    from newsroom.management.commands.demo import ARTICLE

    live = Edition.objects.live()
    old, middle, new = (f"copy-{n}" for n in (1, editions // 2, editions - 1))
    month = live.get(slug=middle).first_published_at
    pages = {
        kind: PublicPage.objects.live().filter(kind=kind).earliest("sequence")
        for kind in ("speaker", "organization", "event", "topic")
    }
    last = live.order_by("-change")[0].pk
    common, usual = word(40), word(800)
    return {
        "front page": "/",
        "front page in Urdu": "/ur/",
        "article, the newest": f"/articles/{new}/",
        "article, an old one": f"/articles/{old}/",
        "statement to embed": f"/articles/{middle}/statements/1/",
        "speaker": f"/speakers/{pages['speaker'].slug}/",
        "organization": f"/organizations/{pages['organization'].slug}/",
        "event": f"/events/{pages['event'].slug}/",
        "topic": f"/topics/{pages['topic'].slug}/",
        "topic, far back": f"/topics/{pages['topic'].slug}/?before={last // 2}",
        "people": "/speakers/",
        "people, one letter": "/speakers/?from=B",
        "organizations": "/organizations/",
        "topics": "/topics/",
        "events": "/events/",
        "statements": "/statements/",
        "archive": "/archive/",
        "archive, a month": f"/archive/{month:%Y/%m}/",
        "corrections": "/corrections/",
        "search, a common word": f"/search/?q={common}",
        "search, a usual word": f"/search/?q={usual}",
        "search, suggestions": "/search/suggest/?q=ba",
        "Atom": "/feeds/articles.atom",
        "Atom of a topic": f"/feeds/topics/{pages['topic'].slug}.atom",
        "RSS of a speaker": f"/feeds/speakers/{pages['speaker'].slug}.rss",
        "JSON Feed": "/feeds/articles.json",
        "statements as Atom": "/feeds/statements.atom",
        "calendar": "/feeds/events.ics",
        "sitemap, the index": "/sitemap.xml",
        "sitemap, pages": "/sitemap-pages-0.xml",
        "sitemap, articles": "/sitemap-articles-0.xml",
        "sitemap of news": "/news-sitemap.xml",
        "feed, the first page": "/api/v1/articles/",
        "feed, far back": f"/api/v1/articles/?cursor={last // 2}",
        "feed, of a topic": f"/api/v1/articles/?topic={pages['topic'].pk}",
        "feed, a word": f"/api/v1/articles/?q={usual}",
        "feed, one article": f"/api/v1/articles/{ARTICLE}/",
        "feed, speakers": "/api/v1/speakers/",
        "changes from the beginning": "/api/v1/changes/?after=0",
        "changes, half way": f"/api/v1/changes/?after={last // 2}",
        "changes, the newest": f"/api/v1/changes/?after={last - 20}",
    }


def _tell(words: str) -> None:
    sys.stderr.write(words + "\n")


if __name__ == "__main__":
    main()
