"""Partners who wait or read slowly never take the threads that readers need: a real server."""

from __future__ import annotations

import socket
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from tests.newsroom.serving import free_port, get, wait_until_it_answers
from tests.processes import python, start

pytestmark = pytest.mark.slow

THREADS = 32
#: A published log: 60 articles of 100 KB each.
PUBLISH = """
import django; django.setup()
from django.core.management import call_command
call_command("migrate", verbosity=0)
from django.contrib.auth.models import User
from articles.models import Article
from articles.publishing.publish import publish
by = User.objects.create_superuser("chief")
for number in range(60):
    body = "<p>" + "A long sentence that fills the page. " * 2700 + "</p>"
    article = Article.objects.create(headline=f"N {number}", slug=f"n-{number}", body=body)
    publish(article, by=by)
print(Article.objects.count())
"""


@pytest.fixture(scope="module")
def port(tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    """A server with as many threads as the README gives it."""
    data: Path = tmp_path_factory.mktemp("server") / "postgres"
    out, error = python(PUBLISH, EMBEDDED_POSTGRES=str(data)).communicate(timeout=300)
    assert out.strip() == "60", error
    here = free_port()
    command = ["-m", "granian", "--interface", "wsgi", "--blocking-threads", str(THREADS)]
    address = ["--host", "127.0.0.1", "--port", str(here), "newsroom.wsgi:application"]
    server = start(*command, *address, EMBEDDED_POSTGRES=str(data))
    try:
        wait_until_it_answers(here, server)
        get(here, "/")
        yield here
    finally:
        server.terminate()
        server.communicate(timeout=60)


def seconds(port: int, path: str) -> float:
    """How long the answer to ``path`` takes."""
    began = time.monotonic()
    assert get(port, path).status == 200
    return time.monotonic() - began


def assert_readers_are_served(port: int, what: str) -> None:
    slowest = {path: max(seconds(port, path) for _ in range(3)) for path in ("/", "/healthz")}
    sys.stdout.write(f"\n{what}: slowest of three {slowest}\n")
    assert max(slowest.values()) < 1


def test_32_clients_that_wait(port: int) -> None:
    def wait() -> None:
        assert get(port, "/api/v1/changes/?after=60&wait=30").status == 200

    clients = [threading.Thread(target=wait, daemon=True) for _ in range(THREADS)]
    for client in clients:
        client.start()
    time.sleep(2)
    assert any(client.is_alive() for client in clients)
    assert_readers_are_served(port, "32 clients wait")


def test_32_clients_that_read_nothing(port: int) -> None:
    with ExitStack() as opened:
        for _ in range(THREADS):
            client = opened.enter_context(socket.socket())
            client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
            client.connect(("127.0.0.1", port))
            client.sendall(b"GET /api/v1/articles.ndjson HTTP/1.1\r\nHost: localhost\r\n\r\n")
        time.sleep(5)
        assert_readers_are_served(port, "32 clients read nothing")
