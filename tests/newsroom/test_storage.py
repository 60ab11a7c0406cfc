"""Pictures in storage that speaks S3: a small server here keeps what the client sends."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.core.files.base import ContentFile

from newsroom.backups import stored_names
from newsroom.storage import S3Storage
from tests.newsroom.serving import free_port
from tests.processes import python

type Kept = dict[str, tuple[bytes, dict[str, str]]]


class _Handler(BaseHTTPRequestHandler):
    """The part of S3 that a storage needs: objects by their path."""

    kept: Kept
    protocol_version = "HTTP/1.1"

    def do_PUT(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.kept[self.path] = (body, dict(self.headers))
        self._answer(200, b"", {"ETag": '"1"'})

    def do_GET(self) -> None:
        if "list-type=2" in self.path:
            return self._answer(200, self._list(), {"Content-Type": "application/xml"})
        if self.path not in self.kept:
            return self._answer(404, b"<Error><Code>NoSuchKey</Code></Error>", {})
        body = self.kept[self.path][0]
        modified = "Tue, 24 Nov 2026 00:00:00 GMT"
        return self._answer(200, body, {"ETag": '"1"', "Last-Modified": modified})

    def do_HEAD(self) -> None:
        self.do_GET()

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["Content-Length"]))
        self.kept.clear()
        deleted = b"<Deleted><Key>pictures/a-320.avif</Key></Deleted>"
        self._answer(200, b"<DeleteResult>" + deleted + b"</DeleteResult>", {})

    def _list(self) -> bytes:
        """The folders and objects in the folder that the query names (ListObjectsV2)."""
        query = parse_qs(urlsplit(self.path).query)
        prefix = query.get("prefix", [""])[0]
        names = [path.removeprefix("/news/") for path in self.kept]
        inside = [name for name in names if name.startswith(prefix)]
        folders = {
            prefix + name[len(prefix) :].split("/")[0] + "/"
            for name in inside
            if "/" in name[len(prefix) :]
        }
        objects = "".join(
            f"<Contents><Key>{name}</Key><LastModified>2026-11-24T00:00:00.000Z</LastModified>"
            f"<ETag>1</ETag><Size>5</Size></Contents>"
            for name in inside
            if "/" not in name[len(prefix) :]
        )
        common = "".join(f"<CommonPrefixes><Prefix>{f}</Prefix></CommonPrefixes>" for f in folders)
        return f"<ListBucketResult>{objects}{common}</ListBucketResult>".encode()

    def _answer(self, status: int, body: bytes, headers: dict[str, str]) -> None:
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def log_message(self, *args: Any) -> None:
        pass


@pytest.fixture
def kept(monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[S3Storage, Kept]]:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "key")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "secret")
    _Handler.kept = {}
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Handler)
    thread = threading.Thread(target=server.serve_forever, args=[0.02])
    thread.start()
    endpoint = f"http://127.0.0.1:{server.server_port}"
    public = "https://pictures.example.org/"
    try:
        yield S3Storage(bucket="news", url=public, endpoint=endpoint, region="eu-1"), _Handler.kept
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def test_a_file_goes_in_and_comes_out(kept: tuple[S3Storage, Kept]) -> None:
    storage, objects = kept
    assert not storage.exists("pictures/a-320.avif")
    name = storage.save("pictures/a-320.avif", ContentFile(b"bytes"))
    assert storage.exists(name)
    assert storage.size(name) == 5
    with storage.open(name) as file:
        assert file.read() == b"bytes"
    [(path, (body, headers))] = objects.items()
    assert (path, body) == ("/news/pictures/a-320.avif", b"bytes")
    sent = {key.lower(): value for key, value in headers.items()}
    assert sent["content-type"] == "image/avif"
    assert sent["cache-control"] == "public, max-age=31536000, immutable"
    assert sent["authorization"].startswith("AWS4-HMAC-SHA256 Credential=key/")
    storage.delete(name)
    assert not storage.exists(name)


def test_its_files_can_be_listed_for_a_backup(kept: tuple[S3Storage, Kept]) -> None:
    storage, _ = kept
    for name in ("pictures/aa/one.avif", "pictures/bb/two.avif", "pictures/three.avif"):
        storage.save(name, ContentFile(b"bytes"))
    assert sorted(stored_names(storage)) == [
        "pictures/aa/one.avif",
        "pictures/bb/two.avif",
        "pictures/three.avif",
    ]


def test_what_is_not_there_is_not_found(kept: tuple[S3Storage, Kept]) -> None:
    with pytest.raises(FileNotFoundError):
        kept[0].open("pictures/nothing.avif")


def test_the_public_address_stands_in_pages() -> None:
    storage = S3Storage(bucket="news", url="https://pictures.example.org/")
    assert storage.url("pictures/a b.avif") == "https://pictures.example.org/pictures/a%20b.avif"


@pytest.mark.slow
def test_settings_choose_it() -> None:
    code = """
import django; django.setup()
from django.conf import settings
from django.core.files.storage import default_storage
print(default_storage.url("x.avif"), settings.SECURE_CSP["img-src"][-1])
"""
    settings = {"S3_BUCKET": "news", "S3_PUBLIC_URL": "https://p.example.org/news"}
    out, error = python(code, **settings).communicate(timeout=30)
    assert out.split() == ["https://p.example.org/news/x.avif", "https://p.example.org/news/"], (
        error
    )


def test_a_bucket_needs_its_address() -> None:
    _, error = python("import newsroom.settings", S3_BUCKET="news").communicate(timeout=30)
    assert ImproperlyConfigured.__name__ in error
    assert "Set S3_PUBLIC_URL: where browsers find what lies in S3_BUCKET." in error


def test_a_service_that_fails_is_told_as_a_disk_is(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "key")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "secret")
    away = f"http://127.0.0.1:{free_port()}"
    storage = S3Storage(bucket="news", url=away, endpoint=away, region="us-east-1")
    with pytest.raises(OSError, match="error sending request") as told:
        storage.listdir("")
    assert "\n" not in str(told.value)
