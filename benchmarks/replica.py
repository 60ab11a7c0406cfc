"""What a replica takes from the primary: ``uv run python -m benchmarks.replica``.

Two servers on this machine, and this process as the site. Each address is asked for many times,
made anew each time; what counts is the CPU time of each server (``/proc/<pid>/schedstat``).
"""

from __future__ import annotations

import argparse
import os
import statistics
import time
from pathlib import Path

import psutil

from tests.postgres import Server, a_replica, a_server, folder

PATHS = {
    "search": "/search/?q=webinar",
    "statements": "/statements/",
    "front page": "/",
    "article": "/articles/{slug}/",
    "feed, 20 articles": "/api/v1/articles/?limit=20",
    "feed, 20 changes": "/api/v1/changes/?after=0&limit=20",
}


def main() -> None:
    """Start the servers, fill them, print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--editions", type=int, default=10_000)
    parser.add_argument("--times", type=int, default=60)
    options = parser.parse_args()
    with folder() as place:
        primary = a_server(place / "primary")
        try:
            measure(primary, place, options.editions, options.times)
        finally:
            primary.stop()


def measure(primary: Server, place: Path, editions: int, times: int) -> None:
    """Print the CPU time of both servers for each address, without the replica and with it."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "newsroom.settings")
    os.environ |= {"DATABASE_URL": primary.url("postgres", "postgres"), "DEBUG": "on"}
    os.environ |= {"API_PER_MINUTE": "0", "PROCESS_KIND": "command"}
    second = Server(place / "replica", primary.port)
    os.environ["REPLICA_URL"] = second.url("postgres", "postgres")  # its port is not known yet
    import django

    django.setup()

    from django.conf import settings
    from django.db import connection, connections

    from benchmarks.rows import prepare

    prepare(editions, print)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    replica = a_replica(primary, place / "replica")
    there = settings.DATABASES["replica"]
    there["PORT"] = connections["replica"].settings_dict["PORT"] = replica.port
    settings.DEBUG, settings.ALLOWED_HOSTS = False, ["testserver"]
    try:
        print(f"{editions} editions; medians of {times}, ms: clock, primary's CPU, replica's CPU")
        for name, path in PATHS.items():
            settings.DATABASES.pop("replica", None)
            without = asked(path, times, primary, replica)
            settings.DATABASES["replica"] = there
            print(f"{name:<20} without {without}   with {asked(path, times, primary, replica)}")
    finally:
        replica.stop()


def asked(path: str, times: int, *servers: Server) -> str:
    """The median time by the clock and the CPU time of each of ``servers``, in milliseconds."""
    from django.db import connection
    from django.test import Client

    from articles.models import Edition
    from articles.partners.api import caching, pieces
    from articles.public.page_store import hot

    client = Client()
    path = path.format(slug=Edition.objects.live().order_by("-change")[0].slug)
    rows = []
    for _ in range(times):
        hot.clear()
        caching.answers.clear()
        pieces.kept.clear()
        with connection.cursor() as cursor:
            cursor.execute("DELETE FROM articles_storedpage")
        connection.close()
        before, began = list(map(cpu, servers)), time.perf_counter()
        status = client.get(path).status_code
        clock = time.perf_counter() - began
        after = list(map(cpu, servers))
        if status != 200:
            raise SystemExit(f"{path} answered {status}.")
        rows.append([clock, *(b - a for a, b in zip(before, after, strict=True))])
    return " ".join(
        f"{statistics.median(column) * 1000:6.1f}" for column in zip(*rows, strict=True)
    )


def cpu(server: Server) -> float:
    """The CPU time that the backends of ``server`` have used, in seconds."""
    pid = int((server.data / "postmaster.pid").read_text(encoding="utf-8").split()[0])
    total = 0
    for process in psutil.Process(pid).children():
        if "postgres" in " ".join(process.cmdline()[:1]):
            stat = Path(f"/proc/{process.pid}/schedstat").read_text(encoding="utf-8")
            total += int(stat.split()[0])
    return total / 1e9


if __name__ == "__main__":
    main()
