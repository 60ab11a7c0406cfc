"""Pages measured with wrk: ``uv run python -m benchmarks.pages``.

Each measure is a ratio of requests a second to a bare Django view, measured just before: granian
with one worker and one thread, 16 connections. Rounds are interleaved; the medians are printed.
"""

from __future__ import annotations

import argparse
import os
import re
import shutil
import signal
import statistics
import subprocess
import sys
import tempfile
import urllib.request
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from benchmarks.feed import ROOT, say, set_up
from tests.newsroom.serving import PRODUCTION, free_port, wait_until_it_answers
from tests.processes import start_server

ARTICLE = "/articles/copy-{}/"
#: So many articles are read in turns where each is to be cold.
MANY = 500

WRITER = """
import time
from django.contrib.auth.models import User
from articles.models import Article
from articles.publishing.publish import publish
by = User.objects.get(username="editor")  # the demo made it
stamp = time.time_ns()
for number in range(10_000):
    began = time.monotonic()
    slug = f"meanwhile-{stamp}-{number}"
    publish(Article.objects.create(headline=slug, slug=slug, body="<p>Words.</p>"), by=by)
    time.sleep(max(0, 1 - time.monotonic() + began))
"""


def main() -> None:
    """Prepare rows and servers, measure in rounds, print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--editions", type=int, default=10_000)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds", type=int, default=3, help="for each measure")
    options = parser.parse_args()
    if not shutil.which("wrk"):
        raise SystemExit("wrk is not installed (apt install wrk).")
    set_up()

    from benchmarks.rows import prepare

    prepare(options.editions, say)
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        bare = stack.enter_context(
            server("django.core.wsgi:get_wsgi_application()", folder, settings="benchmarks.bare")
        )
        hot = stack.enter_context(server("newsroom.wsgi:application", folder))
        cold = stack.enter_context(server("benchmarks.cold:application", folder))
        many = folder / "many.lua"
        many.write_text(
            "local n = 0\nrequest = function()\n  n = n + 1\n"
            f'  return wrk.format("GET", "/articles/copy-" .. (n % {MANY} + 1) .. "/")\nend\n',
            encoding="utf-8",
        )
        row = folder / "row.lua"
        row.write_text(
            many.read_text(encoding="utf-8").replace("/articles/", "/row/"), encoding="utf-8"
        )
        for number in range(1, MANY + 1):
            get(cold, ARTICLE.format(number))
            get(hot, ARTICLE.format(number))
        tag = get(hot, ARTICLE.format(1))
        zstd = ["-H", "Accept-Encoding: zstd"]
        subjects = {
            "a bare view": (f"{bare}/bare/", []),
            "one row by slug through the ORM": (bare, ["-s", str(row)]),
            "article, hot": (hot + ARTICLE.format(1), zstd),
            "front page, hot": (f"{hot}/", zstd),
            "front page in Urdu, hot": (f"{hot}/ur/", zstd),
            "topic, hot": (f"{hot}/topics/tourism/", zstd),
            "Atom feed of 50, hot": (f"{hot}/feeds/articles.atom", zstd),
            "article, 304": (hot + ARTICLE.format(1), [*zstd, "-H", f"If-None-Match: {tag}"]),
            "500 articles, hot": (hot, [*zstd, "-s", str(many)]),
            "500 articles, cold": (cold, [*zstd, "-s", str(many)]),
            "front page, cold": (f"{cold}/", zstd),
            "speaker, cold": (f"{cold}/speakers/vladimir-norov/", zstd),
        }
        quiet = rounds(options, subjects)
        say(f"\n| {options.editions:,} editions | ratio | requests a second |\n|---|---|---|")
        table(quiet)
        busy = {
            "a bare view": subjects["a bare view"],
            "500 articles, while another is published each second": subjects["500 articles, hot"],
            "front page, while an article is published each second": subjects["front page, hot"],
        }
        with writing():
            table(rounds(options, busy), without="a bare view")


def table(measured: dict[str, tuple[float, float]], without: str = "") -> None:
    """Print the rows of a table."""
    for name, (ratio, each) in measured.items():
        if name != without:
            say(f"| {name} | {ratio:.2f} | {each:,.0f} |")


def rounds(
    options: argparse.Namespace, subjects: dict[str, tuple[str, list[str]]]
) -> dict[str, tuple[float, float]]:
    """The medians of ratio and requests a second of each of ``subjects``, the first being 1."""
    ratios: dict[str, list[float]] = {name: [] for name in subjects}
    counts: dict[str, list[float]] = {name: [] for name in subjects}
    first = next(iter(subjects.values()))
    for _ in range(options.rounds):
        for name, (address, more) in subjects.items():
            # The bare view beside each: other work on the machine comes and goes.
            one = wrk(*first, options.seconds)
            found = wrk(address, more, options.seconds)
            ratios[name].append(found / one)
            counts[name].append(found)
    return {
        name: (statistics.median(ratios[name]), statistics.median(counts[name]))
        for name in subjects
    }


def wrk(address: str, more: list[str], seconds: int) -> float:
    """Requests a second."""
    command = ["wrk", "-t1", "-c16", f"-d{seconds}s", *more, address]
    done = subprocess.run(command, check=True, capture_output=True, encoding="utf-8")  # noqa: S603 - wrk, with addresses of ours
    if refused := re.search(r"Non-2xx or 3xx responses: \d+|Socket errors.*", done.stdout):
        say(f"{address}: {refused[0]}")
    found = re.search(r"Requests/sec: +([\d.]+)", done.stdout)
    return float(found[1]) if found else 0.0


def get(site: str, path: str) -> str:
    """Ask for a page once; its ETag."""
    request = urllib.request.Request(site + path, headers={"Accept-Encoding": "zstd"})  # noqa: S310 - loopback
    with urllib.request.urlopen(request) as answer:  # noqa: S310 - loopback
        return str(answer.headers["ETag"])


@contextmanager
def server(
    application: str, folder: Path, settings: str = PRODUCTION["DJANGO_SETTINGS_MODULE"]
) -> Iterator[str]:
    """granian with one worker and one thread; the address at which it listens."""
    port = free_port()
    loaded = application.removesuffix("()")
    factory = ["--factory"] if loaded != application else []
    command = ["-m", "granian", "--interface", "wsgi", "--workers", "1", "--blocking-threads", "1"]
    address = ["--host", "127.0.0.1", "--port", str(port)]
    environment = PRODUCTION | {
        "DJANGO_SETTINGS_MODULE": settings,
        "EMBEDDED_POSTGRES": os.environ["EMBEDDED_POSTGRES"],
    }
    with (folder / f"{port}.log").open("w", encoding="utf-8") as output:
        process = start_server([*command, *address, *factory, loaded], environment, output)
        try:
            if settings == PRODUCTION["DJANGO_SETTINGS_MODULE"]:
                wait_until_it_answers(port, process)
            else:
                wait_for_bare(port)
            yield f"http://127.0.0.1:{port}"
        finally:
            os.killpg(process.pid, signal.SIGTERM)
            process.wait(timeout=60)


def wait_for_bare(port: int) -> None:
    """Until the bare view answers."""
    import time

    for _ in range(200):
        try:
            urllib.request.urlopen(f"http://127.0.0.1:{port}/bare/").close()
        except OSError:
            time.sleep(0.1)
        else:
            return
    raise SystemExit("The bare view does not answer.")


@contextmanager
def writing() -> Iterator[None]:
    """A process of its own publishes an article each second."""
    command = [sys.executable, "manage.py", "shell", "-c", WRITER]
    process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL)  # noqa: S603 - ours
    try:
        yield
    finally:
        process.terminate()
        process.wait(timeout=30)


if __name__ == "__main__":
    main()
