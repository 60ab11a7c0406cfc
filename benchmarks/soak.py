"""The site under load for an hour: ``uv run python -m benchmarks.soak --minutes 60``.

Finds what two granian workers can do with a mixture of readers' requests, then asks for 80 % of
that while an editor publishes, corrects or withdraws each second, three partners copy the feed with
``docs/sync.py`` and two get webhooks from a worker. Each minute a row is printed. At the end the
copies and the webhooks are held against the log; the exit code is 1 where anything failed.
"""

from __future__ import annotations

import argparse
import http.client
import os
import random
import signal
import sqlite3
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter, defaultdict
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import psutil

from benchmarks.feed import ROOT, say, set_up
from tests.newsroom.serving import PRODUCTION, free_port, start_worker, wait_until_it_answers
from tests.processes import start_server
from tests.receiver import Receiver, receiver, sequences

draw = random.Random()  # noqa: S311 - draws, no secrets

#: Threads that ask, and the part of the capacity that they ask for.
READERS, SHARE = 8, 0.8
PARTNERS, ENDPOINTS = 3, 2
#: Seconds in which capacity is looked for.
TRIAL = 30
#: How glibc's allocator works, as in deploy/.
TUNABLES = (
    "glibc.malloc.arena_max=1:glibc.malloc.mmap_threshold=131072:glibc.malloc.trim_threshold=131072"
)

WRITER = """
import random, time
from django.contrib.auth.models import User
from articles.models import Article
from articles.publishing.publish import correct, publish, withdraw
by, stamp, written = User.objects.get(username="editor"), time.time_ns(), []
for number in range(1_000_000):
    began = time.monotonic()
    chance = random.random()
    if written and chance < 0.2:
        article = Article.objects.get(pk=random.choice(written))
        article.body += "<p>And more was said later.</p>"
        article.save()
        correct(article, by=by, note="More was said.")
    elif written and chance < 0.3:
        chosen = written.pop(random.randrange(len(written)))
        withdraw(Article.objects.get(pk=chosen), by=by, notice="It was wrong.")
    else:
        slug = f"soak-{stamp}-{number}"
        words = " ".join(f"word{random.randrange(100_000)}" for _ in range(400))
        made = Article.objects.create(headline=slug, slug=slug, body=f"<p>{words}</p>")
        publish(made, by=by)
        written = [*written[-200:], made.pk]
    time.sleep(max(0, 1 - time.monotonic() + began))
"""

LISTS = ["/", "/ur/", "/ru/", "/zh-hans/", "/topics/", "/speakers/", "/archive/", "/corrections/"]
PAGES = ["/topics/tourism/", "/speakers/vladimir-norov/", "/feeds/articles.atom", "/sitemap.xml"]
API = ["/api/v1/articles/", "/api/v1/events/", "/api/v1/speakers/", "/api/v1/changes/?after=0"]


def main() -> None:
    """Start everything, find the capacity, load the site, judge."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--minutes", type=float, default=60)
    parser.add_argument("--editions", type=int, default=10_000)
    options = parser.parse_args()
    os.environ["WEBHOOKS_TO_PRIVATE"] = "on"
    os.environ.setdefault("GLIBC_TUNABLES", TUNABLES)
    set_up()

    from benchmarks.rows import prepare

    prepare(options.editions, say)
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        system = stack.enter_context(receiver())
        first, keys = prepare_partners(system)
        site, process = stack.enter_context(serving(folder))
        address = f"http://127.0.0.1:{site}"
        worker = stack.enter_context(working(folder))
        writer = stack.enter_context(running([sys.executable, "manage.py", "shell", "-c", WRITER]))
        copies = [folder / f"copy-{number}.sqlite" for number in range(PARTNERS)]
        partners = [
            stack.enter_context(running([sys.executable, "docs/sync.py", address, str(copy), key]))
            for copy, key in zip(copies, keys, strict=True)
        ]
        processes = {"web": process.pid, "worker": worker.pid}
        say("Asking for each article once …")
        Load(site, options.editions, each=iter(range(1, options.editions))).run(3600)
        say("Finding the capacity …")
        load = Load(site, options.editions)
        load.run(TRIAL)
        capacity = load.asked.total() / TRIAL
        say(f"{capacity:,.0f} requests a second; {SHARE:.0%} of them from now on.")
        say("\n| minute | req/s | late | p50 ms | p99 ms | web MiB | worker MiB | log | webhooks |")
        say("|---|---|---|---|---|---|---|---|---|")
        load = Load(site, options.editions, rate=capacity * SHARE)
        watch = threading.Thread(target=watching, args=(load, processes, system), daemon=True)
        watch.start()
        load.run(options.minutes * 60)
        load.ended.set()
        watch.join()
        wrong = [*load.errors.elements()]
        wrong += [f"a partner's client ended: {p.poll()}" for p in partners if p.poll() is not None]
        wrong += ["the writer ended"] * (writer.poll() is not None)
        wrong += ["the worker ended"] * (worker.poll() is not None)
        stop(writer)
        wrong += judge(first, copies, system)
    say(f"\nStatuses: {dict(load.asked)}\n\n| address | times | p50 ms | p99 ms |")
    say("|---|---|---|---|")
    for kind, seconds in sorted(load.kinds.items()):
        p50, p99 = (sorted(seconds)[int(len(seconds) * part)] * 1000 for part in (0.5, 0.99))
        say(f"| {kind} | {len(seconds):,} | {p50:.1f} | {p99:.0f} |")
    for what, count in Counter(wrong).most_common():
        say(f"WRONG {count} times: {what}")
    say("Nothing went wrong." if not wrong else "")
    sys.exit(bool(wrong))


def prepare_partners(system: Receiver) -> tuple[int, list[str]]:
    """The last number of the log before the load, and a key for each partner."""
    from articles import log
    from articles.models import Endpoint, Key, Partner

    Endpoint.objects.all().delete()
    keys = []
    for number in range(PARTNERS):
        partner, _ = Partner.objects.get_or_create(
            name=f"Soak {number}", defaults={"all_topics": True, "all_languages": True}
        )
        keys.append(Key.issue(partner))
        if number < ENDPOINTS:
            Endpoint.objects.create(partner=partner, url=f"{system.url}{number}")
    return log.head().sequence, keys


@dataclass
class Load:
    """Threads that ask the site at ``port``, as fast as they can or ``rate`` times a second.

    With ``each`` they ask for the articles with these numbers, and end.
    """

    port: int
    editions: int
    rate: float = 0
    each: Iterator[int] | None = None
    asked: Counter[int] = field(default_factory=Counter)
    errors: Counter[str] = field(default_factory=Counter)
    seconds: list[float] = field(default_factory=list)
    kinds: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    late: int = 0
    ended: threading.Event = field(default_factory=threading.Event)
    _one_thread: threading.Lock = field(default_factory=threading.Lock)
    _next: float = 0.0

    def take(self) -> tuple[list[float], int]:
        """How long each answer since the last call took, in seconds; how many were asked late."""
        with self._one_thread:
            taken = sorted(self.seconds), self.late
            self.seconds, self.late = [], 0
        return taken

    def run(self, seconds: float) -> None:
        """Ask for so long."""
        self._next = time.monotonic()
        end = self._next + seconds
        threads = [
            threading.Thread(target=self._reader, args=[end], daemon=True) for _ in range(READERS)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

    def _reader(self, end: float) -> None:
        client, tags = self._client(), dict[str, str]()
        while (now := time.monotonic()) < end:
            if self.rate:
                with self._one_thread:
                    at = self._next
                    self._next = max(at, now - 5) + 1 / self.rate
                    self.late += at < now - 1
                time.sleep(max(0, at - now))
            try:
                address, expected = self._address()
            except StopIteration:
                return
            headers = {"Accept-Encoding": draw.choice(["zstd", "zstd", "gzip", ""])}
            if address in tags and draw.random() < 0.1:
                headers["If-None-Match"] = tags[address]
            began = time.monotonic()
            try:
                client.request("GET", address, headers=headers)
                answer = client.getresponse()
                answer.read()
            except (OSError, http.client.HTTPException) as error:
                self._note(0, f"{type(error).__name__} at {address}", began)
                client = self._client()
                continue
            if tag := answer.headers["ETag"]:
                tags[address] = tag
            if len(tags) > 1000:
                tags.clear()
            wrong = answer.status not in expected
            self._note(answer.status, f"{answer.status} at {address}" if wrong else "", began)
            with self._one_thread:
                self.kinds[_kind(address)].append(time.monotonic() - began)

    def _client(self) -> http.client.HTTPConnection:
        return http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)

    def _note(self, status: int, error: str, began: float) -> None:
        with self._one_thread:
            self.asked[status] += 1
            self.seconds.append(time.monotonic() - began)
            if error:
                self.errors[error] += 1

    def _address(self) -> tuple[str, set[int]]:
        """What a reader asks for, and the statuses that are right. Raises StopIteration."""
        right, chance = {200, 304}, draw.random()
        if self.each:
            with self._one_thread:
                return f"/articles/copy-{next(self.each)}/", right
        number = min(int(draw.paretovariate(0.6)), self.editions - 1)
        if chance < 0.7:
            return f"/articles/copy-{number}/", right
        if chance < 0.85:
            return draw.choice(LISTS), right
        if chance < 0.9:
            return draw.choice(PAGES), right
        if chance < 0.93:
            word = draw.choice(["tourism", "shanghai", f"copy {number}", "gateway eight"])
            return f"/search/?q={word.replace(' ', '+')}", right
        if chance < 0.97:
            return draw.choice(API), right
        if chance < 0.98:
            return f"/articles/copy-{number}/?utm_source={draw.random()}", right
        return f"/articles/nothing-{draw.randrange(1000)}/", {404}


def _kind(address: str) -> str:
    """The address without what differs from article to article."""
    path = address.partition("?")[0]
    return path if path in {*LISTS, *PAGES} else "/".join(path.split("/")[:2] + path.split("/")[3:])


def watching(load: Load, processes: dict[str, int], system: Receiver) -> None:
    """Print a row a minute until the load has ended."""
    from articles import log

    minute = 0
    while not load.ended.wait(60):
        minute += 1
        seconds, late = load.take()
        web, worker = (memory(processes[name]) for name in ("web", "worker"))
        p50, p99 = (seconds[int(len(seconds) * part)] * 1000 for part in (0.5, 0.99))
        say(
            f"| {minute} | {len(seconds) / 60:,.0f} | {late} | {p50:.1f} | {p99:.0f} | {web} |"
            f" {worker} | {log.head().sequence} | {len(system.got):,} |"
        )
        for what, count in load.errors.most_common(5):
            say(f"    {count} times: {what}")


def memory(pid: int) -> str:
    """MiB of each child of process ``pid``, or of itself, that no other process shares."""
    if not psutil.pid_exists(pid):
        return ""
    family = psutil.Process(pid).children() or [psutil.Process(pid)]
    return " + ".join(str(round(one.memory_full_info().uss / 2**20)) for one in family)


def judge(first: int, copies: list[Path], system: Receiver) -> list[str]:
    """What is wrong with the partners' copies and with the webhooks, after at most two minutes."""
    from articles import log
    from articles.models import Change, Delivery, Edition

    last = log.head().sequence
    live = {f"urn:uuid:{pk}" for pk in Edition.objects.live().values_list("article_id", flat=True)}
    end = time.monotonic() + 120
    found = ["not looked at"]
    while found and time.monotonic() < end:
        time.sleep(1)
        found = []
        for copy in copies:
            with sqlite3.connect(copy) as opened:
                (cursor,) = opened.execute("SELECT max(after) FROM cursor").fetchone()
                items = opened.execute(
                    "SELECT uri FROM item WHERE type = 'article'"
                    " AND json_extract(json, '$.pubStatus') = 'usable'"
                )
                have = {uri for (uri,) in items}
            if cursor != last or have != live:
                found.append(
                    f"a copy ends at {cursor}, not {last}; {len(live - have)} articles are missing,"
                    f" {len(have - live)} are too many"
                )
        if left := Delivery.objects.filter(due_at__isnull=False).count():
            found.append(f"{left} webhooks wait")
    numbers = set(Change.objects.filter(sequence__gt=first).values_list("sequence", flat=True))
    if sorted(numbers) != list(range(first + 1, last + 1)):
        found.append("the log has a gap")
    for number in range(ENDPOINTS):
        got = set(sequences([one for one in system.got if one.path == f"/{number}"]))
        if missing := numbers - got:
            found.append(f"endpoint {number} did not hear of {len(missing)} of {len(numbers)}")
    return found


@contextmanager
def serving(folder: Path) -> Iterator[tuple[int, subprocess.Popen[str]]]:
    """The site as ``deploy/newsroom.service`` starts it; its port and process."""
    port = free_port()
    command = ["-m", "granian", "--interface", "wsgi", "--host", "127.0.0.1", "--port", str(port)]
    command += ["--workers", "2", "--respawn-failed-workers", "--blocking-threads", "32"]
    environment = PRODUCTION | {
        "EMBEDDED_POSTGRES": os.environ["EMBEDDED_POSTGRES"],
        "API_PER_MINUTE": "0",
    }
    with (folder / "site.log").open("w", encoding="utf-8") as output:
        process = start_server([*command, "newsroom.wsgi:application"], environment, output)
        try:
            wait_until_it_answers(port, process)
            yield port, process
        finally:
            os.killpg(process.pid, signal.SIGTERM)
            process.wait(timeout=60)


@contextmanager
def working(folder: Path) -> Iterator[subprocess.Popen[str]]:
    """A worker, which sends the webhooks."""
    data = Path(os.environ["EMBEDDED_POSTGRES"])
    process = start_worker(data, WEBHOOKS_TO_PRIVATE="on")
    try:
        yield process
    finally:
        stop(process)


@contextmanager
def running(command: list[str]) -> Iterator[subprocess.Popen[bytes]]:
    """A program of ours until the block ends; what it prints is shown."""
    process = subprocess.Popen(command, cwd=ROOT)  # noqa: S603 - our own programs
    try:
        yield process
    finally:
        stop(process)


def stop(process: subprocess.Popen[bytes] | subprocess.Popen[str]) -> None:
    """End ``process`` and wait for it."""
    process.terminate()
    process.wait(timeout=60)


if __name__ == "__main__":
    main()
