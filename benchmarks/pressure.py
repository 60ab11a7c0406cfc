"""Readers' seconds while others press: ``uv run python -m benchmarks.pressure [scenario …]``.

Runs the demo's site on granian as README starts it (production settings, 32 threads, 10
connections) and measures ``GET /`` alone and during each scenario. It takes about two minutes.
"""

from __future__ import annotations

import argparse
import http.client
import io
import itertools
import os
import re
import signal
import statistics
import tempfile
import threading
import time
import urllib.parse
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import psutil
import psycopg
import urllib3
from PIL import Image

from tests.newsroom.serving import PRODUCTION, Site, free_port, wait_until_it_answers
from tests.processes import start, start_server

#: How often ``GET /`` is measured in each scenario, and the pause between, in seconds.
TIMES, PAUSE = 60, 0.05
#: Seconds without a database.
AWAY = 40

_numbers = itertools.count(1)


@dataclass
class DemoSite(Site):
    """A running site with the password of the demo's editor."""

    password: str


@contextmanager
def running() -> Iterator[DemoSite]:
    """The site in a folder of its own, which is deleted afterwards."""
    with tempfile.TemporaryDirectory() as folder, ExitStack() as stack:
        data = Path(folder) / "postgres"
        made = start("manage.py", "demo", "--no-server", EMBEDDED_POSTGRES=str(data))
        out, error = made.communicate(timeout=240)
        if made.returncode:
            raise SystemExit(out + error)
        port = free_port()
        arguments = ("-m", "granian", "--interface", "wsgi", "--blocking-threads", "32")
        address = ("--host", "127.0.0.1", "--port", str(port))
        output = stack.enter_context((Path(folder) / "log").open("w", encoding="utf-8"))
        settings = PRODUCTION | {"PROXIES": "1", "EMBEDDED_POSTGRES": str(data)}
        settings |= {
            "DJANGO_SETTINGS_MODULE": os.environ.get("SETTINGS", settings["DJANGO_SETTINGS_MODULE"])
        }
        process = start_server(
            (*arguments, *address, "newsroom.wsgi:application"), settings, output
        )
        try:
            wait_until_it_answers(port, process)
            password = re.search(r"with the password +(\S+)", out)
            yield DemoSite(port, data, password[1] if password else "")
        finally:
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGTERM)
            process.wait(timeout=60)


def measure(site: Site, what: str, path: str = "/") -> None:
    """Print how long ``path`` takes, and which statuses it has."""
    asked = []
    for _ in range(TIMES):
        asked.append(site.ask(path))
        time.sleep(PAUSE)
    seconds = sorted(row[2] for row in asked)
    statuses = sorted({row[0] for row in asked})
    print(
        f"{what:42} median {statistics.median(seconds) * 1000:7.1f} ms   "
        f"worst {seconds[-1] * 1000:7.1f} ms   status {statuses}",
        flush=True,
    )


@contextmanager
def loops(count: int, once: Callable[[], None]) -> Iterator[None]:
    """``count`` threads that call ``once`` again and again."""
    stop = threading.Event()

    def run() -> None:
        while not stop.is_set():
            with suppress(OSError, http.client.HTTPException):
                once()

    threads = [threading.Thread(target=run, daemon=True) for _ in range(count)]
    for thread in threads:
        thread.start()
    time.sleep(1)
    try:
        yield
    finally:
        stop.set()
        for thread in threads:
            thread.join(timeout=35)


def sign_in(site: Site, tally: list[str]) -> None:
    """One wrong password, for a name and from an address that were not used before."""
    number = next(_numbers)
    headers = {"X-Forwarded-For": f"10.{number >> 16}.{number >> 8 & 255}.{number & 255}"}
    client = http.client.HTTPConnection("127.0.0.1", site.port, timeout=30)
    client.request("GET", "/admin/login/", headers=headers)
    response = client.getresponse()
    response.read()
    token = re.search(r"csrftoken=(\w+)", response.headers["Set-Cookie"] or "")
    given = {
        "username": f"name{number}",
        "password": "x",
        "csrfmiddlewaretoken": token and token[1],
    }
    client.request(
        "POST",
        "/admin/login/",
        urllib.parse.urlencode(given),
        headers
        | {"Cookie": f"csrftoken={token and token[1]}"}
        | {"Content-Type": "application/x-www-form-urlencoded"},
    )
    response = client.getresponse()
    page = response.read().decode()
    client.close()
    kind = "busy" if "in a few seconds" in page else "tried" if "correct username" in page else ""
    tally.append(kind or str(response.status))


def sign_ins(site: Site) -> None:
    """Twelve clients that try passwords, each attempt with another name and address."""
    tally: list[str] = []
    with loops(12, lambda: sign_in(site, tally)):
        measure(site, "12 sign-in loops")
    print(f"{'':42} attempts: { {kind: tally.count(kind) for kind in set(tally)} }")


def silent_sockets(site: Site) -> None:
    """Twelve clients that announce a body and send nine bytes of it."""
    with site.silent_posts(12, length=1000, every=0):
        measure(site, "12 silent sockets")


def waiting(site: Site) -> None:
    """32 clients without a key that wait at the end of the log."""
    with loops(32, lambda: _wait(site)):
        measure(site, "32 anonymous changes/?wait=30")
        measure(site, "    /healthz meanwhile", "/healthz")


def _wait(site: Site) -> None:
    site.ask("/api/v1/changes/?after=0&wait=30&limit=1")
    end = "/api/v1/changes/?latest=true&limit=100&after=0"
    number = next(_numbers)
    client = http.client.HTTPConnection("127.0.0.1", site.port, timeout=40)
    headers = {"X-Forwarded-For": f"10.9.{number >> 8 & 255}.{number & 255}"}
    client.request("GET", end, headers=headers)
    cursor = re.search(rb'"cursor": ?(\d+)', client.getresponse().read())
    client.request(
        "GET",
        f"/api/v1/changes/?wait=30&after={int(cursor[1])}" if cursor else "/",
        headers=headers,
    )
    client.getresponse().read()
    client.close()


def locked_row(site: Site) -> None:
    """A withdrawal is due, and an editor has its article locked."""
    with psycopg.connect(host=str(site.data), user="postgres", dbname="postgres") as editor:
        editor.execute(
            "INSERT INTO articles_scheduledaction"
            " (article_id, action, at, by_id, notice, attempts, last_error)"
            " SELECT a.id, 'withdraw', now() - interval '1 minute', u.id, 'Due.', 0, ''"
            " FROM articles_article a, auth_user u LIMIT 1"
        )
        editor.execute("SELECT id FROM articles_article WHERE false")
        editor.commit()
        editor.execute("SELECT id FROM articles_article FOR UPDATE")
        measure(site, "a due action whose article is locked")
        editor.rollback()
        editor.execute("DELETE FROM articles_scheduledaction")


def database_away(site: Site) -> None:
    """The database is away for ``AWAY`` seconds."""
    site.ask("/")
    site.stop_database()
    began = time.monotonic()
    time.sleep(1.1)
    measure(site, "database away: / (kept)")
    measure(site, "database away: a page not kept", "/archive/1999/1/")
    measure(site, "database away: /readyz", "/readyz")
    while time.monotonic() - began < AWAY:
        site.ask("/archive/1999/1/")
        time.sleep(0.2)
    site.start_database()
    back = time.monotonic()
    while site.ask("/readyz")[0] != 200:
        time.sleep(0.02)
    ready = time.monotonic() - back
    while site.ask("/")[1].get("cache-status"):
        time.sleep(0.02)
    fresh = time.monotonic() - back
    words = f"ready after {ready:.2f} s, / fresh after {fresh:.2f} s"
    print(f"{f'database back after {AWAY} s':42} {words}")
    measure(site, "after it")


def pictures(site: DemoSite) -> None:
    """Camera photos of 24 million pixels: 25 one after another, then eight at once."""
    photo = _photo()
    cookies = _signed_in(site)
    print(f"{'memory of the processes':42} before {_memory():5.0f} MB")
    for _ in range(25):
        _upload(site, cookies, photo)
    print(f"{'':42} after 25 uploads {_memory():5.0f} MB", flush=True)
    threads = [threading.Thread(target=_upload, args=[site, cookies, photo]) for _ in range(8)]
    for thread in threads:
        thread.start()
    measure(site, "8 photos uploaded at once")
    for thread in threads:
        thread.join()
    most = _memory()
    while _waiting_uploads(site):
        time.sleep(1)
        most = max(most, _memory())
    print(f"{'':42} at most {most:5.0f} MB, at the end {_memory():5.0f} MB")


def _photo() -> bytes:
    buffer = io.BytesIO()
    noise = Image.effect_noise((1500, 1000), 60).resize((6000, 4000))
    Image.merge("RGB", (noise, noise.rotate(180), noise)).save(buffer, "JPEG", quality=95)
    print(f"{'a photo':42} {len(buffer.getvalue()) / 1e6:.1f} MB")
    return buffer.getvalue()


def _memory() -> float:
    """Megabytes (RSS) of the site's processes that are not the child that makes pictures."""
    found = psutil.Process().children(recursive=True)
    total = 0
    for process in found:
        with suppress(psutil.Error):
            line = " ".join(process.cmdline())
            if "granian" in line and "articles.renditions" not in line:
                total = max(total, process.memory_info().rss)
    return total / 1e6


def _waiting_uploads(site: Site) -> int:
    with psycopg.connect(host=str(site.data), user="postgres", dbname="postgres") as connection:
        row = connection.execute("SELECT count(*) FROM articles_pictureupload").fetchone()
    return int(row[0]) if row else 0


def _signed_in(site: DemoSite) -> dict[str, str]:
    """The cookies of the demo's editor."""
    client = http.client.HTTPConnection("127.0.0.1", site.port, timeout=60)
    client.request("GET", "/admin/login/")
    response = client.getresponse()
    response.read()
    token = re.search(r"csrftoken=(\w+)", response.headers["Set-Cookie"] or "")
    csrf = token[1] if token else ""
    given = {"username": "editor", "password": site.password, "csrfmiddlewaretoken": csrf}
    headers = {"Cookie": f"csrftoken={csrf}", "Content-Type": "application/x-www-form-urlencoded"}
    client.request("POST", "/admin/login/", urllib.parse.urlencode(given), headers)
    response = client.getresponse()
    response.read()
    cookies = "; ".join(response.headers.get_all("Set-Cookie") or [])
    found = dict(re.findall(r"(csrftoken|sessionid)=(\w+)", cookies))
    return {"csrftoken": found["csrftoken"], "sessionid": found["sessionid"]}


def _upload(site: Site, cookies: dict[str, str], photo: bytes) -> None:
    fields = {"alternative_text": "A hall", "credit": "Us", "focal_x": "50", "focal_y": "50"}
    body, kind = urllib3.encode_multipart_formdata(
        fields
        | {"csrfmiddlewaretoken": cookies["csrftoken"], "upload": ("p.jpg", photo, "image/jpeg")}
    )
    headers = {"Cookie": "; ".join(f"{name}={value}" for name, value in cookies.items())}
    client = http.client.HTTPConnection("127.0.0.1", site.port, timeout=120)
    headers |= {"Content-Type": kind, "Host": "localhost"}
    client.request("POST", "/admin/articles/picture/add/", body, headers)
    response = client.getresponse()
    page = response.read().decode()
    if response.status != 302:
        raise SystemExit(f"The upload was answered {response.status}: {page[:300]}")


SCENARIOS: dict[str, Callable[[DemoSite], None]] = {
    "sign-ins": sign_ins,
    "silent-sockets": silent_sockets,
    "waiting": waiting,
    "locked-row": locked_row,
    "pictures": pictures,
    "database-away": database_away,
}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("scenario", nargs="*", choices=[*SCENARIOS, []], help="all unless told")
    chosen = parser.parse_args().scenario or SCENARIOS
    with running() as site:
        site.ask("/")
        measure(site, "alone")
        for name in chosen:
            SCENARIOS[name](site)


if __name__ == "__main__":
    main()
