"""A page behind nginx against a file: ``uv run python -m benchmarks.nginx``.

One nginx with ``deploy/nginx.conf`` stands before the newsroom and hands out a file of the page's
compressed bytes itself. wrk asks for both in turns, through 16 connections; the ratio of the
medians counts.
"""

from __future__ import annotations

import argparse
import contextlib
import shutil
import statistics
import subprocess
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from benchmarks.feed import ROOT, say, set_up
from benchmarks.pages import server, wrk
from tests.newsroom.serving import free_port

ARTICLE = "/articles/copy-1/"
ZSTD = {"Accept-Encoding": "zstd"}


def main() -> None:
    """Prepare rows and servers, measure in rounds, print the ratio."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--editions", type=int, default=100)
    parser.add_argument("--rounds", type=int, default=9)
    parser.add_argument("--seconds", type=int, default=2, help="for each measure")
    options = parser.parse_args()
    nginx = shutil.which("nginx", path="/usr/sbin:/usr/local/sbin:/usr/bin:/usr/local/bin")
    if not nginx or not shutil.which("wrk"):
        raise SystemExit("nginx or wrk is not installed (apt install nginx-light wrk).")
    set_up()

    from benchmarks.rows import prepare

    prepare(options.editions, say)
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        site = stack.enter_context(server("newsroom.wsgi:application", folder))
        request = urllib.request.Request(site + ARTICLE, headers=ZSTD)  # noqa: S310 - loopback
        with urllib.request.urlopen(request) as answer:  # noqa: S310 - loopback
            page = answer.read()
        (folder / "files").mkdir()
        (folder / "files/page").write_bytes(page)
        behind, files = stack.enter_context(in_front(nginx, site, folder))
        asked = ["-H", "Accept-Encoding: zstd"]
        counts: dict[str, list[float]] = {"the page": [], "the file": []}
        for _ in range(options.rounds):
            counts["the file"].append(wrk(f"{files}/page", asked, options.seconds))
            counts["the page"].append(wrk(behind + ARTICLE, asked, options.seconds))
        ratios = [one / two for one, two in zip(*counts.values(), strict=True)]
        say(f"\n{len(page):,} bytes behind nginx, requests a second (median)")
        for name, found in counts.items():
            say(f"  {name:<10} {statistics.median(found):8,.0f}")
        say(f"  ratio      {statistics.median(ratios):8.2f}")


@contextmanager
def in_front(nginx: str, site: str, folder: Path) -> Iterator[tuple[str, str]]:
    """nginx before ``site``, with one worker; where the site and where the files are."""
    behind, files = (f"127.0.0.1:{free_port()}" for _ in range(2))
    ours = (ROOT / "deploy/nginx.conf").read_text(encoding="utf-8")
    for place, value in {
        "<cache>": str(folder / "cache"),
        "<log>": "/dev/null",
        "<newsroom>": site.removeprefix("http://"),
        "<listen>": behind,
        "<name>": "localhost",
    }.items():
        ours = ours.replace(place, value)
    paths = "".join(
        f"{kind}_temp_path {folder / kind};\n"
        for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    # Started by root, its workers would run as somebody who may not read here.
    (folder / "nginx.conf").write_text(
        f"daemon off; master_process off; pid {folder / 'pid'};\n"
        f"events {{}}\nhttp {{\naccess_log off; sendfile on; keepalive_requests 1000000;\n{paths}"
        f"{ours}server {{ listen {files}; root {folder / 'files'}; }}\n}}\n",
        encoding="utf-8",
    )
    command = [nginx, "-e", str(folder / "log"), "-p", str(folder), "-c", "nginx.conf"]
    process = subprocess.Popen(command)  # noqa: S603 - the nginx of this machine
    try:
        for _ in range(100):
            with contextlib.suppress(OSError):
                urllib.request.urlopen(f"http://{files}/page").close()
                break
            time.sleep(0.1)
        yield f"http://{behind}", f"http://{files}"
    finally:
        process.terminate()
        process.wait(10)


if __name__ == "__main__":
    main()
