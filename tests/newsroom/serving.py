"""The site in a process of its own, at a port of its own."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from http.client import HTTPConnection
from pathlib import Path
from typing import Any, NamedTuple

import psycopg

from tests.processes import start, start_server

#: So long may a first start take, in seconds, on a machine that has much else to do.
PATIENCE = 120


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

    def sql(self, query: str, *values: object) -> list[tuple[Any, ...]]:
        """What the database answers to ``query``, past the site."""
        with connect(self.data) as connection:
            cursor = connection.execute(query, values)
            return cursor.fetchall() if cursor.description else []

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


class Answer(NamedTuple):
    status: int
    kind: str
    body: bytes


def connect(data: Path) -> psycopg.Connection:
    """A connection to the embedded server whose data lies in ``data``; it must run."""
    lines = (data / "postmaster.pid").read_text(encoding="utf-8").splitlines()
    address = psycopg.conninfo.make_conninfo(
        host=lines[4], port=lines[3], user="postgres", dbname="postgres"
    )
    return psycopg.connect(address, autocommit=True)


def make_demo(data: Path) -> None:
    """The demo's press release, published, on an embedded server whose data lie in ``data``."""
    made = start("manage.py", "demo", "--no-server", EMBEDDED_POSTGRES=str(data))
    out, error = made.communicate(timeout=240)
    assert made.returncode == 0, (out, error)


@contextmanager
def granian(data: Path, **settings: str) -> Iterator[Site]:
    """The site on the database in ``data``, as README starts it; it writes to ``granian.log``."""
    port = free_port()
    arguments = ("-m", "granian", "--interface", "wsgi", "--blocking-threads", "32")
    address = ("--host", "127.0.0.1", "--port", str(port))
    with data.with_name("granian.log").open("w", encoding="utf-8") as output:
        process = start_server(
            (*arguments, *address, "newsroom.wsgi:application"),
            PRODUCTION | {"EMBEDDED_POSTGRES": str(data)} | settings,
            output,
        )
        try:
            wait_until_it_answers(port, process)
            yield Site(port, data)
        finally:
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGTERM)
            process.wait(timeout=60)


WORKER = ("-u", "manage.py", "worker")


def start_worker(
    data: Path, arguments: Sequence[str] = WORKER, **settings: str
) -> subprocess.Popen[str]:
    """Start a worker on the database in ``data``; it writes to ``worker.log`` beside it."""
    name = data.with_name("worker.log")
    with name.open("a", encoding="utf-8") as log:
        begun = log.tell()
        given = {"EMBEDDED_POSTGRES": str(data), "WEBHOOKS_TO_PRIVATE": "on"} | settings
        process = start_server(arguments, PRODUCTION | given, log)
    end = time.monotonic() + PATIENCE
    while "worker ready" not in name.read_text(encoding="utf-8")[begun:]:
        assert process.poll() is None, name.read_text(encoding="utf-8")
        assert time.monotonic() < end, "the worker did not start"
        time.sleep(0.05)
    return process


def wait_until(what: Callable[[], object], seconds: float = PATIENCE) -> None:
    """Until ``what`` is true; fails after so many seconds."""
    end = time.monotonic() + seconds
    while not what():
        assert time.monotonic() < end, "it did not come to pass"
        time.sleep(0.1)


def free_port() -> int:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return int(taken.getsockname()[1])


def get(port: int, path: str) -> Answer:
    """What the site at ``port`` answers."""
    try:
        with urllib.request.urlopen(f"http://localhost:{port}{path}", timeout=60) as found:
            return Answer(found.status, found.headers.get_content_type(), found.read())
    except urllib.error.HTTPError as error:
        with error:
            return Answer(error.code, error.headers.get_content_type(), error.read())


def wait_for(file: Path, process: subprocess.Popen[str]) -> None:
    """Until ``file`` exists; fails where ``process`` ends before it does."""
    end = time.monotonic() + PATIENCE
    while not file.exists():
        assert process.poll() is None, process.communicate()
        assert time.monotonic() < end, f"{file} was not written"
        time.sleep(0.1)


def wait_until_it_answers(port: int, process: subprocess.Popen[str]) -> None:
    """Until the site at ``port`` answers; fails where ``process`` ends before it does."""
    end = time.monotonic() + PATIENCE
    while True:
        try:
            assert get(port, "/readyz").status == 200
        except OSError:
            assert process.poll() is None, process.communicate()
            assert time.monotonic() < end, f"nothing answers at {port}"
            time.sleep(0.1)
        else:
            return


def close_the_terminal(process: subprocess.Popen[str]) -> None:
    """Signal ``process`` and all that it has started, as a terminal does when it closes."""
    os.killpg(process.pid, signal.SIGHUP)


def press_ctrl_c(process: subprocess.Popen[str]) -> None:
    os.killpg(process.pid, signal.SIGINT)
