"""Pictures in a real server that speaks S3 (moto's), in a process of its own."""

from __future__ import annotations

import os
import shutil
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from io import StringIO

import pytest
from django.contrib.auth.models import User
from django.core.files.storage import default_storage
from django.core.management import call_command
from django.test import Client
from pytest_django import Settings

from articles.publishing.publish import publish
from newsroom.backups import stored_names
from tests.builders import a_picture, an_article
from tests.newsroom.serving import PATIENCE, free_port
from tests.processes import ROOT

MOTO = shutil.which("moto_server", path=f"{ROOT / 'var/moto/bin'}:{os.environ['PATH']}")

pytestmark = [
    pytest.mark.slow,
    pytest.mark.django_db,
    pytest.mark.skipif(
        MOTO is None, reason="moto_server is missing (uv tool install moto[server])"
    ),
]


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a server that has one bucket, ``news``."""
    port, log = free_port(), tmp_path_factory.mktemp("moto") / "log"
    address = f"http://127.0.0.1:{port}"
    with log.open("w", encoding="utf-8") as output:
        process = subprocess.Popen(  # noqa: S603 - the program that was found above
            [str(MOTO), "-H", "127.0.0.1", "-p", str(port)], stdout=output, stderr=output
        )
        try:
            end = time.monotonic() + PATIENCE
            while True:
                create = urllib.request.Request(f"{address}/news", method="PUT")  # noqa: S310 - ours
                try:
                    urllib.request.urlopen(create, timeout=10).close()  # noqa: S310 - loopback
                except urllib.error.URLError:
                    assert process.poll() is None, log.read_text(encoding="utf-8")
                    assert time.monotonic() < end, "moto does not answer"
                    time.sleep(0.1)
                else:
                    break
            yield address
        finally:
            process.terminate()
            process.wait(20)


@pytest.fixture
def bucket(server: str, settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    """The site keeps pictures in the bucket ``news``."""
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "key")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "secret")
    keep_pictures_in(settings, "news", server)


def keep_pictures_in(settings: Settings, name: str, server: str) -> None:
    settings.S3_BUCKET = name
    settings.STORAGES = settings.STORAGES | {
        "default": {
            "BACKEND": "newsroom.storage.S3Storage",
            "OPTIONS": {
                "bucket": name,
                "url": f"{server}/{name}",
                "endpoint": server,
                "region": "us-east-1",
            },
        }
    }


def test_an_article_s_picture_is_read_where_its_page_says(
    bucket: None, client: Client, publisher: User, server: str
) -> None:
    picture = a_picture(publisher)
    edition = publish(an_article(picture=picture), by=publisher)
    page = client.get(edition.get_absolute_url()).content.decode()
    names = [file["name"] for file in picture.renditions]
    assert sorted(stored_names(default_storage)) == sorted(names)
    address = f"{server}/news/{names[0]}"
    assert address in page
    # moto shows a private bucket to who names a key; before a real one stands what makes it public.
    named = {"Authorization": "AWS4-HMAC-SHA256 Credential=key/20260101/us-east-1/s3/aws4_request"}
    with urllib.request.urlopen(urllib.request.Request(address, headers=named)) as found:  # noqa: S310 - loopback
        assert found.headers["Cache-Control"] == "public, max-age=31536000, immutable"
        assert found.headers["Content-Type"].startswith("image/")
        body = found.read()
    assert len(body) == default_storage.size(names[0])
    with default_storage.open(names[0]) as file:
        assert file.read() == body
    default_storage.delete(names[0])
    assert not default_storage.exists(names[0])


def test_doctor_says_which_bucket_there_is_not(
    bucket: None, settings: Settings, server: str
) -> None:
    keep_pictures_in(settings, "nowhere", server)
    out = StringIO()
    with pytest.raises(SystemExit):
        call_command("doctor", stdout=out, no_color=True)
    assert "The bucket nowhere takes no pictures" in out.getvalue()
