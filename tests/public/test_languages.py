"""The readers' pages speak four languages; what is published stays in its own."""

from __future__ import annotations

import io
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from babel.messages.catalog import Catalog
from babel.messages.mofile import read_mo
from babel.messages.pofile import read_po
from django.conf import settings
from django.test import Client

from articles.models import Edition

pytestmark = pytest.mark.django_db

FOLDERS = {"ru": "ru", "ur": "ur", "zh-hans": "zh_Hans"}
ASKED = {"accept-language": "ur,en;q=0.5"}


def catalog(code: str) -> Catalog:
    path = settings.BASE_DIR / f"locale/{FOLDERS[code]}/LC_MESSAGES/django.po"
    return read_po(io.BytesIO(path.read_bytes()), locale=FOLDERS[code])


def strings(value: Any) -> list[str]:
    return [value] if isinstance(value, str) else list(value)


def placeholders(text: str) -> set[str]:
    return set(re.findall(r"%\(\w+\)s|\{\w+\}", text))


# The catalogs -------------------------------------------------------------------------------------


@pytest.mark.parametrize("code", FOLDERS)
def test_every_string_is_translated_with_its_placeholders(code: str) -> None:
    messages = [message for message in catalog(code) if message.id]
    assert len(messages) > 90
    for message in messages:
        assert not message.fuzzy, message.id
        wanted = placeholders(strings(message.id)[0])
        for text in strings(message.string):
            assert text.strip(), message.id
            assert placeholders(text) == wanted, message.id


@pytest.mark.parametrize("code", FOLDERS)
def test_the_compiled_catalog_is_the_written_one(code: str) -> None:
    path = settings.BASE_DIR / f"locale/{FOLDERS[code]}/LC_MESSAGES/django.mo"
    compiled = read_mo(io.BytesIO(path.read_bytes()))
    pairs = [
        sorted((strings(row.id), strings(row.string)) for row in rows if row.id)
        for rows in (compiled, catalog(code))
    ]
    assert pairs[0] == pairs[1]


@pytest.mark.slow
@pytest.mark.skipif(not shutil.which("xgettext"), reason="needs gettext (apt install gettext)")
def test_no_string_is_missing_in_the_catalogs(tmp_path: Path) -> None:
    for folder in ("articles", "newsroom", "people", "templates"):
        shutil.copytree(settings.BASE_DIR / folder, tmp_path / folder)
    shutil.rmtree(tmp_path / "templates/admin")
    (tmp_path / "locale").mkdir()
    command = [sys.executable, "-m", "django", "makemessages", "-l", "ur", "--no-location"]
    subprocess.run(  # noqa: S603 - our own interpreter
        command, cwd=tmp_path, check=True, capture_output=True
    )
    found = read_po(io.BytesIO((tmp_path / "locale/ur/LC_MESSAGES/django.po").read_bytes()))
    assert {message.id for message in found} == {message.id for message in catalog("ur")}


# The pages ----------------------------------------------------------------------------------------


def test_pages_speak_what_the_browser_asks_for(client: Client, edition: Edition) -> None:
    response = client.get("/", headers=ASKED)
    page = response.content.decode()
    assert '<html lang="ur" dir="rtl">' in page
    assert "تازہ ترین" in page
    assert response.headers["Content-Language"] == "ur"
    assert {"Accept-Language", "Cookie"} <= set(response.headers["Vary"].split(", "))


def test_what_is_published_stays_in_its_own_language(client: Client, edition: Edition) -> None:
    page = client.get(edition.get_absolute_url(), headers=ASKED).content.decode()
    assert '<article lang="en" dir="ltr">' in page
    assert edition.headline in page
    assert "کس نے کیا کہا" in page


@pytest.mark.parametrize("asked", ["", "fr", "xx-invalid;;q=9", "\x00", "de,fr;q=0.3"])
def test_who_asks_for_anything_else_gets_english(client: Client, asked: str) -> None:
    page = client.get("/", headers={"accept-language": asked}).content.decode()
    assert '<html lang="en" dir="ltr">' in page


def test_a_reader_chooses_and_comes_back_to_the_page(client: Client, edition: Edition) -> None:
    path = edition.get_absolute_url()
    response = client.post("/language/", {"language": "ru", "next": path})
    assert (response.status_code, response.headers["Location"]) == (302, path)
    assert '<html lang="ru" dir="ltr">' in client.get(path).content.decode()
    assert '<html lang="ru" dir="ltr">' in client.get("/", headers=ASKED).content.decode()


@pytest.mark.parametrize("path", ["https://elsewhere.example/", "//elsewhere.example", "\\\\x"])
def test_choosing_a_language_leads_nowhere_else(client: Client, path: str) -> None:
    response = client.post("/language/", {"language": "ru", "next": path})
    assert response.headers["Location"] == "/"


def test_each_language_has_its_own_tag(client: Client, edition: Edition) -> None:
    tags = {
        client.get("/", headers={"accept-language": code}).headers["ETag"]
        for code in ("en", "ru", "ur", "zh-hans")
    }
    assert len(tags) == 4
    again = client.get("/", headers={"accept-language": "ur", "if-none-match": ", ".join(tags)})
    assert again.status_code == 304


@pytest.mark.parametrize(
    ("code", "month"),
    [("en", "November 2026"), ("ru", "Ноябрь 2026 г."), ("zh-hans", "2026年11月")],
)
def test_dates_are_written_as_the_language_writes_them(
    client: Client, code: str, month: str
) -> None:
    page = client.get("/archive/2026/11/", headers={"accept-language": code}).content.decode()
    assert f"<h1>{month}</h1>" in page


def test_errors_speak_too(client: Client) -> None:
    response = client.get("/articles/nothing/", headers=ASKED)
    assert response.status_code == 404
    assert "نہیں ملا" in response.content.decode()


def test_the_feed_and_the_desk_have_one_language(client: Client, edition: Edition) -> None:
    for path in ("/api/v1/articles/nothing/", "/feeds/articles.atom", "/admin/login/"):
        response = client.get(path, headers=ASKED)
        assert "Content-Language" not in response.headers, path
        assert not re.search(r"[\u0600-\u06ff]", response.content.decode()), path
