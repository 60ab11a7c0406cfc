"""deploy/nginx.conf in a real nginx: what it keeps, what it never keeps, and for how long."""

from __future__ import annotations

import contextlib
import http.client
import shutil
import socket
import subprocess
import threading
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from tests.processes import ROOT

NGINX = shutil.which("nginx", path="/usr/sbin:/usr/local/sbin:/usr/bin:/usr/local/bin")

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(NGINX is None, reason="nginx is missing (apt install nginx-light)"),
]


class Site:
    """A site that counts what it is asked, and answers what a test says."""

    status, headers, seconds = 200, {"Cache-Control": "public, no-cache"}, 0.0

    def __init__(self) -> None:
        self.asked = Counter[str]()
        site = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self) -> None:
                site.asked[self.path] += 1
                time.sleep(site.seconds)
                body = f"{self.path} {self.headers.get('Accept-Encoding', '')}".encode()
                self.send_response(site.status)
                for name, value in site.headers.items():
                    self.send_header(name, value)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *args: object) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=self.server.serve_forever, daemon=True).start()


@pytest.fixture
def site() -> Iterator[Site]:
    site = Site()
    yield site
    site.server.shutdown()
    site.server.server_close()


@pytest.fixture
def port(site: Site, tmp_path: Path) -> Iterator[int]:
    """The port of an nginx before ``site``."""
    with contextlib.closing(socket.create_server(("127.0.0.1", 0))) as free:
        port = int(free.getsockname()[1])
    ours = (ROOT / "deploy/nginx.conf").read_text(encoding="utf-8")
    for place, value in {
        "<cache>": str(tmp_path / "cache"),
        "<log>": str(tmp_path / "access.log"),
        "<newsroom>": f"127.0.0.1:{site.server.server_port}",
        "<listen>": f"127.0.0.1:{port}",
        "<name>": "localhost",
    }.items():
        ours = ours.replace(place, value)
    paths = "".join(
        f"{kind}_temp_path {tmp_path / kind};\n"
        for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    # Started by root, its workers would run as somebody who may not write here.
    (tmp_path / "nginx.conf").write_text(
        f"daemon off; master_process off; pid {tmp_path / 'pid'};\n"
        f"events {{}}\nhttp {{\naccess_log off;\n{paths}{ours}}}\n",
        encoding="utf-8",
    )
    process = subprocess.Popen(  # noqa: S603 - the nginx of this machine
        [str(NGINX), "-e", str(tmp_path / "log"), "-p", str(tmp_path), "-c", "nginx.conf"]
    )
    try:
        for _ in range(100):
            with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port)):
                break
            time.sleep(0.1)
        yield port
    finally:
        process.terminate()
        process.wait(10)


def get(port: int, path: str, **headers: str) -> tuple[int, str]:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
    connection.request("GET", path, headers=headers)
    answer = connection.getresponse()
    found = answer.status, answer.read().decode()
    connection.close()
    return found


def test_the_site_is_asked_once_for_all_who_wait(site: Site, port: int) -> None:
    site.seconds = 0.5
    with ThreadPoolExecutor(20) as pool:
        found = list(pool.map(lambda _: get(port, "/articles/a/"), range(20)))
    assert {status for status, _ in found} == {200}
    assert site.asked["/articles/a/"] == 1


@pytest.mark.parametrize("status", [410, 404])
def test_a_withdrawal_shows_within_two_seconds_and_its_end_too(
    site: Site, port: int, status: int
) -> None:
    for now in (200, status, 200):
        site.status = now
        until = time.monotonic() + 2
        while get(port, "/articles/a/")[0] != now and time.monotonic() < until:
            time.sleep(0.05)
        assert get(port, "/articles/a/")[0] == now


def test_what_one_person_sees_is_asked_for_each_time(site: Site, port: int) -> None:
    for path in ("/admin/", "/preview/1/", "/api/v1/changes/?after=1&wait=5"):
        get(port, path)
        get(port, path)
        assert site.asked[path] == 2, path
    for number in (1, 2):
        get(port, "/api/v1/articles/", Authorization=f"Bearer {number}")
    assert site.asked["/api/v1/articles/"] == 2
    for headers in ({"Cache-Control": "private, no-cache"}, {"Set-Cookie": "a=b"}):
        site.headers = headers
        path = f"/{next(iter(headers))}"
        get(port, path)
        get(port, path)
        assert site.asked[path] == 2, headers


def test_each_encoding_is_kept_by_itself_and_varying_answers_too(site: Site, port: int) -> None:
    site.headers = {"Cache-Control": "public, no-cache", "Vary": "Accept-Encoding, Accept"}
    for asked, given in (("br, gzip, zstd", "zstd"), ("gzip, deflate", "gzip"), ("br", "")):
        headers = {"Accept-Encoding": asked}
        assert get(port, "/a/", **headers) == (200, f"/a/ {given}")
    get(port, "/b/", Accept="application/json; ninjs=2.2")
    get(port, "/b/", Accept="application/json")
    assert site.asked["/b/"] == 2


@pytest.mark.parametrize("encoding", ["zstd", "gzip"])
def test_no_address_is_taken_for_another_in_an_encoding(
    site: Site, port: int, encoding: str
) -> None:
    assert get(port, f"/articles/a/{encoding}") == (200, f"/articles/a/{encoding} ")
    headers = {"Accept-Encoding": encoding}
    assert get(port, "/articles/a/", **headers) == (200, f"/articles/a/ {encoding}")


def test_a_page_is_served_while_the_site_is_away(site: Site, port: int) -> None:
    assert get(port, "/articles/a/")[0] == 200
    site.server.shutdown()
    site.server.server_close()
    time.sleep(1.2)
    assert get(port, "/articles/a/")[0] == 200


def test_the_log_has_no_address_that_opens_something(port: int, tmp_path: Path) -> None:
    for path in (
        "/preview/secret-1/",
        "//preview/secret-2/",
        "/preview/secret-3/?edition=2",
        "/admin/account/password/3-secret-4/",
    ):
        get(port, path)
    get(port, "/static/site.css", Referer="http://localhost/preview/secret-5/")
    log = tmp_path / "access.log"
    until = time.monotonic() + 10  # nginx writes every five seconds
    while "site.css" not in (written := log.read_text(encoding="utf-8")):
        assert time.monotonic() < until
        time.sleep(0.1)
    assert "secret" not in written
    assert written.count("/preview/(left out)") == 3
    assert '"GET /admin/account/password/(left out)" 200' in written
