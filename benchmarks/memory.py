"""What a process of the site keeps: ``uv run python -m benchmarks.memory``.

Two granian workers as ``deploy/newsroom.service`` starts them answer more and more kinds of
requests of eight clients; after each kind the memory that no other process shares is printed, first
as glibc's allocator works by itself, then as it does with what deploy/ sets.
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from http.client import HTTPConnection
from pathlib import Path

from benchmarks.feed import say, set_up
from benchmarks.soak import LISTS, PAGES, TUNABLES, memory, serving

EDITIONS, CLIENTS = 1_000, 8
#: How often each kind of address is asked for, and with which number.
KINDS: dict[str, tuple[int, Callable[[int], str]]] = {
    "at the start": (1, lambda n: "/healthz"),
    "articles": (EDITIONS - 1, lambda n: f"/articles/copy-{n + 1}/"),
    "the log in pages of 100": (
        20,
        lambda n: f"/api/v1/changes/?after={n * 50}&limit=100&latest=true",
    ),
    "searches": (40, lambda n: f"/search/?q=tourism+{n}"),
    "lists, feeds, sitemaps": (
        3 * len(LISTS + PAGES),
        lambda n: (LISTS + PAGES)[n % len(LISTS + PAGES)],
    ),
}


def main() -> None:
    """Prepare the rows; print a row for each kind of address, for both ways of the allocator."""
    set_up()

    from benchmarks.rows import prepare

    prepare(EDITIONS, say)
    for tunables in ("", TUNABLES):
        os.environ["GLIBC_TUNABLES"] = tunables
        say(f"\n| GLIBC_TUNABLES={tunables} | MiB |\n|---|---|")
        with tempfile.TemporaryDirectory() as folder, serving(Path(folder)) as (port, process):
            for kind, (times, address) in KINDS.items():
                ask(port, [address(n) for n in range(times)])
                say(f"| {kind} | {memory(process.pid)} |")


def ask(port: int, addresses: list[str]) -> None:
    """Ask for ``addresses``, each client for its share of them."""

    def some(first: int) -> None:
        client = HTTPConnection("127.0.0.1", port, timeout=60)
        for address in addresses[first::CLIENTS]:
            client.request("GET", address, headers={"Accept-Encoding": "zstd"})
            client.getresponse().read()

    with ThreadPoolExecutor(CLIENTS) as clients:
        list(clients.map(some, range(CLIENTS)))


if __name__ == "__main__":
    main()
