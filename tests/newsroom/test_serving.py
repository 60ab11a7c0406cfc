"""The site on its production server: silent clients, and a database that goes away."""

from __future__ import annotations

import os
import re
import socket
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from http.client import HTTPConnection
from urllib.parse import urlencode

import pytest

from tests.newsroom.serving import (
    Site,
    connect,
    granian,
    make_demo,
    start_worker,
    wait_until,
)
from tests.processes import start

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(os.name == "nt", reason="pg_ctl is called as on Linux and macOS"),
]


#: Limits of statements, in seconds, that a test need not wait long for.
SHORT = {"DATABASE_LOCK_TIMEOUT": "1", "DATABASE_STATEMENT_TIMEOUT": "4"}


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """The demo's press release on granian, as README starts it: 32 threads, 10 connections."""
    data = tmp_path_factory.mktemp("serving") / "postgres"
    make_demo(data)
    with granian(data, **SHORT) as site:
        yield site


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


def sign_in(site: Site) -> tuple[int, str]:
    """What somebody is answered who sends a wrong password: it is looked up, and noted."""
    with closing(HTTPConnection("127.0.0.1", site.port, timeout=30)) as connection:
        connection.request("GET", "/admin/login/")
        page = connection.getresponse()
        cookie = str(page.getheader("Set-Cookie")).split(";")[0]
        [token] = re.findall(r'csrfmiddlewaretoken" value="(\w+)', page.read().decode())[:1]
        body = urlencode({"login": "editor", "password": "wrong", "csrfmiddlewaretoken": token})
        headers = {"Cookie": cookie, "Content-Type": "application/x-www-form-urlencoded"}
        connection.request("POST", "/admin/login/", body, headers)
        answer = connection.getresponse()
        return answer.status, answer.read().decode()


def test_readers_writers_and_a_worker_outlive_a_restart_of_the_database(site: Site) -> None:
    worker = start_worker(site.data)
    done, answers = threading.Event(), list[tuple[int, float]]()

    def read() -> None:
        while not done.is_set():
            status, _, seconds = site.ask("/")
            answers.append((status, seconds))

    try:
        with ThreadPoolExecutor() as pool:
            readers = [pool.submit(read) for _ in range(4)]
            try:
                site.stop_database()
                status, page = sign_in(site)
                assert (status, "Our database does not answer" in page) == (503, True)
                time.sleep(1.5)
                status, page = sign_in(site)
                assert (status, "Our database does not answer" in page) == (503, True)
                site.start_database()
                wait_until(lambda: site.ask("/readyz")[0] == 200, 2)
                assert sign_in(site)[0] == 200
                wait_until(lambda: site.sql(WORKERS)[0][0], 5)
            finally:
                done.set()
            for reader in readers:
                reader.result()
        assert worker.poll() is None
        assert {status for status, _ in answers} == {200}
        assert max(seconds for _, seconds in answers) < 3
    finally:
        worker.kill()
        worker.wait()


WORKERS = (
    "SELECT count(*) FROM pg_stat_activity WHERE starts_with(application_name, 'newsroom worker')"
)


def test_connections_that_are_killed_come_back_at_once(site: Site) -> None:
    assert site.ask("/search/?q=first")[0] == 200
    site.sql(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
        " WHERE backend_type = 'client backend' AND pid <> pg_backend_pid()"
    )
    assert [site.ask(f"/search/?q=word{number}")[0] for number in range(12)] == [200] * 12


@contextmanager
def before_each_row(site: Site, does: str, *tables: str) -> Iterator[None]:
    """Whoever adds a row to one of ``tables`` runs the statement ``does`` in the database."""
    site.sql(
        "CREATE FUNCTION fault() RETURNS trigger LANGUAGE plpgsql AS"
        f" $$ BEGIN {does}; RETURN NEW; END $$"
    )
    try:
        for table in tables:
            site.sql(
                f"CREATE TRIGGER fault BEFORE INSERT ON {table}"
                " FOR EACH ROW EXECUTE FUNCTION fault()"
            )
        yield
    finally:
        site.sql("DROP FUNCTION fault CASCADE")


def test_a_database_without_room_serves_readers_and_tells_writers(site: Site) -> None:
    """It refuses as PostgreSQL does when its disk is full; docs/reliability.md has the real one."""
    full = "RAISE 'could not extend file: No space left on device' USING ERRCODE = 'disk_full'"
    with before_each_row(site, full, "articles_auditentry", "articles_storedpage"):
        status, page = sign_in(site)
        assert (status, "has no room left, so nothing was saved" in page) == (503, True)
        for path in ("/", "/events/", "/ru/events/", "/search/?q=room"):
            assert site.ask(path)[0] == 200
    assert sign_in(site)[0] == 200


def test_a_writer_who_would_wait_long_is_told_and_a_reader_does_not_notice(site: Site) -> None:
    with connect(site.data) as other, other.transaction():
        other.execute("LOCK TABLE articles_auditentry IN SHARE ROW EXCLUSIVE MODE")
        status, page = sign_in(site)
        assert (status, "Somebody else is saving the same" in page) == (503, True)
        assert site.ask("/topics/")[0] == 200
    with before_each_row(site, "PERFORM pg_sleep(20)", "articles_auditentry"):
        status, page = sign_in(site)
        assert (status, "This took too long" in page) == (503, True)
        assert site.ask("/organizations/")[0] == 200


def test_a_hundred_who_wait_keep_nobody_else_waiting(site: Site) -> None:
    clients = [socket.create_connection(("127.0.0.1", site.port)) for _ in range(100)]
    try:
        for client in clients:
            client.sendall(
                b"GET /api/v1/changes/?after=100000&wait=20 HTTP/1.1\r\nHost: localhost\r\n\r\n"
            )
        for path in ("/healthz", "/", "/corrections/", "/search/?q=waiting"):
            status, _, seconds = site.ask(path)
            assert (status, seconds < 3) == (200, True)
    finally:
        for client in clients:
            client.close()
