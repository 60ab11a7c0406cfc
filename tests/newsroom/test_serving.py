"""The site on its production server: silent clients, and a database that goes away."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from http.client import HTTPConnection
from pathlib import Path

import pytest

from tests.newsroom.serving import free_port, wait_until_it_answers
from tests.processes import start, start_server

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(os.name == "nt", reason="pg_ctl is called as on Linux and macOS"),
]

PRODUCTION = {
    "DJANGO_SETTINGS_MODULE": "tests.newsroom.production",
    "DEBUG": "off",
    "SECRET_KEY": "only-for-these-tests-" * 3,
    "ALLOWED_HOSTS": "localhost, 127.0.0.1",
    "SECURE_SSL_REDIRECT": "off",
    "PROXIES": "0",
}


@dataclass
class Site:
    """A running site, and the folder of its database."""

    port: int
    data: Path

    def ask(self, path: str, method: str = "GET") -> tuple[int, dict[str, str], float]:
        """Status, headers in lower case, and seconds."""
        began = time.monotonic()
        connection = HTTPConnection("127.0.0.1", self.port, timeout=30)
        connection.request(method, path)
        response = connection.getresponse()
        response.read()
        connection.close()
        headers = {name.lower(): value for name, value in response.getheaders()}
        return response.status, headers, time.monotonic() - began

    @contextmanager
    def silent_posts(self, count: int, *, length: int, every: float) -> Iterator[None]:
        """``count`` clients that announce a body of ``length`` bytes and send nine of them."""
        head = (
            "POST / HTTP/1.1\r\nHost: localhost\r\n"
            "Content-Type: application/x-www-form-urlencoded\r\n"
            f"Content-Length: {length}\r\n\r\nlanguage="
        )
        clients = []
        for _ in range(count):
            clients.append(socket.create_connection(("127.0.0.1", self.port)))
            clients[-1].sendall(head.encode())
            time.sleep(every)
        try:
            yield
        finally:
            for client in clients:
                client.close()

    def stop_database(self) -> None:
        self.pg_ctl("stop", "-m", "immediate")

    def start_database(self) -> None:
        self.pg_ctl("start", "-w", "-l", str(self.data / "log"), "-o", self.options()[1])

    def options(self) -> tuple[str, str]:
        """The program that the server is, and the options that it was started with."""
        program, _, options = (
            (self.data / "postmaster.opts").read_text(encoding="utf-8").partition(" ")
        )
        return program, options.strip()

    def pg_ctl(self, *arguments: str) -> None:
        """Run PostgreSQL's own command, as the user that the data belongs to."""
        program = Path(self.options()[0]).with_name("pg_ctl")
        subprocess.run(  # noqa: S603 - the embedded server's own
            [program, arguments[0], "-D", self.data, *arguments[1:]],
            check=True,
            stdout=subprocess.DEVNULL,
            user=self.data.stat().st_uid if os.geteuid() == 0 else None,
        )


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """The demo's press release on granian, as README starts it: 32 threads, 10 connections."""
    data = tmp_path_factory.mktemp("serving") / "postgres"
    made = start("manage.py", "demo", "--no-server", EMBEDDED_POSTGRES=str(data))
    out, error = made.communicate(timeout=240)
    assert made.returncode == 0, (out, error)
    port = free_port()
    granian = ("-m", "granian", "--interface", "wsgi", "--blocking-threads", "32")
    address = ("--host", "127.0.0.1", "--port", str(port))
    with data.with_name("granian.log").open("w", encoding="utf-8") as output:
        process = start_server(
            (*granian, *address, "newsroom.wsgi:application"),
            PRODUCTION | {"EMBEDDED_POSTGRES": str(data)},
            output,
        )
        try:
            wait_until_it_answers(port, process)
            yield Site(port, data)
        finally:
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGTERM)
            process.wait(timeout=60)


def test_silent_clients_keep_no_connection_and_few_threads(site: Site) -> None:
    # One a second: each finds the head of the log older than a second, and asks the database.
    with site.silent_posts(12, length=1000, every=1.05):
        assert [site.ask(path)[0] for path in ("/", "/corrections/", "/readyz")] == [200] * 3
        assert site.ask("/archive/")[2] < 1
        with site.silent_posts(40, length=1000, every=0):
            assert site.ask("/")[0] == 200
            assert site.ask("/corrections/")[2] < 1


def test_a_body_that_is_too_large_is_refused_before_it_is_sent(site: Site) -> None:
    with socket.create_connection(("127.0.0.1", site.port), timeout=5) as client:
        client.sendall(
            b"POST /admin/login/ HTTP/1.1\r\nHost: localhost\r\nContent-Length: 600000000\r\n"
            b"Content-Type: multipart/form-data; boundary=x\r\n\r\n"
        )
        assert client.recv(12) == b"HTTP/1.1 413"


def test_kept_pages_outlive_the_database(site: Site) -> None:
    fresh = [site.ask(path)[0] for path in ("/", "/archive/")]
    assert fresh == [200, 200]
    site.stop_database()
    try:
        time.sleep(1.1)  # the head of the log is trusted for a second
        status, headers, seconds = site.ask("/")
        assert (status, headers["cache-status"].split(";")[0]) == (200, "Newsroom")
        assert seconds < 1
        status, headers, seconds = site.ask("/readyz")
        assert (status, seconds < 1) == (503, True)
        status, headers, seconds = site.ask("/topics/not-kept/")
        assert (status, headers["retry-after"], seconds < 1) == (503, "2", True)
        assert site.ask("/", "OPTIONS")[0] == 405
    finally:
        site.start_database()
    back = time.monotonic()
    while site.ask("/readyz")[0] != 200:
        assert time.monotonic() - back < 2
        time.sleep(0.05)
    status, headers, _ = site.ask("/corrections/")
    assert (status, "cache-status" in headers) == (200, False)


IN_ANOTHER_PROCESS = """
from django.contrib.auth.models import User
from articles.models import Article, Topic
from articles.publishing.publish import publish, withdraw
by = User.objects.get(username="editor")
if {withdraw}:
    withdraw(Article.objects.get(slug="meanwhile"), by=by, notice="It was not so.")
else:
    article = Article.objects.create(headline="Meanwhile", slug="meanwhile", body="<p>Words.</p>")
    article.topics.set([Topic.objects.create(name="Trade", slug="trade")])
    publish(article, by=by)
"""


def test_what_another_process_publishes_and_withdraws_shows_within_two_seconds(site: Site) -> None:
    def act(*, withdraw: bool) -> None:
        code = IN_ANOTHER_PROCESS.format(withdraw=withdraw)
        done = start("manage.py", "shell", "-c", code, EMBEDDED_POSTGRES=str(site.data))
        assert done.wait(timeout=120) == 0, done.communicate()

    untouched = "/speakers/vladimir-norov/"
    tags = {path: site.ask(path)[1]["etag"] for path in ("/", "/ur/", untouched)}
    act(withdraw=False)
    time.sleep(2)
    assert site.ask("/articles/meanwhile/")[0] == site.ask("/topics/trade/")[0] == 200
    for path, tag in tags.items():
        assert (site.ask(path)[1]["etag"] == tag) is (path == untouched)
    lists = {path: site.ask(path)[1]["etag"] for path in ("/", "/topics/trade/")}
    act(withdraw=True)
    time.sleep(2)
    assert site.ask("/articles/meanwhile/")[0] == 410
    for path, tag in lists.items():
        assert site.ask(path)[1]["etag"] != tag


def test_recovery_takes_no_longer_after_a_long_outage(site: Site) -> None:
    site.stop_database()
    end = time.monotonic() + 12  # psycopg's pool would pause for eight seconds by now
    while time.monotonic() < end:
        assert site.ask("/archive/2026/1/?before=5")[0] == 503
        time.sleep(0.2)
    site.start_database()
    back = time.monotonic()
    while site.ask("/healthz")[0] != 200 or site.ask("/archive/")[1].get("cache-status"):
        assert time.monotonic() - back < 2
        time.sleep(0.05)
