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
from django.contrib.auth.models import User
from django.test import Client

from articles.models import Article, Edition, Topic
from articles.publishing.pages import publish_page
from articles.publishing.publish import publish, withdraw
from tests.builders import an_article, an_event
from tests.public.test_views import text_of

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


def test_an_address_says_which_language_a_list_speaks(client: Client, edition: Edition) -> None:
    response = client.get("/ur/")
    page = response.content.decode()
    assert '<html lang="ur" dir="rtl">' in page
    assert "تازہ ترین" in page
    assert response.headers["Content-Language"] == "ur"
    for path in ("/speakers/vladimir-norov/", "/topics/tourism/", "/archive/", "/search/?q=sco"):
        assert '<html lang="ru" dir="ltr">' in text_of(client, "/ru" + path)
        assert '<html lang="en" dir="ltr">' in text_of(client, path)


def test_what_is_published_has_one_address_and_speaks_its_own_language(
    client: Client, publisher: User
) -> None:
    event = an_event()
    publish(an_article("Russian", language="ru", event=event), by=publisher)
    publish(an_article("Later and English", event=event), by=publisher)
    for path in ("/articles/russian/", "/events/the-webinar/"):
        assert '<html lang="ru" dir="ltr">' in text_of(client, path)
        assert client.get("/ru" + path).status_code == 404
    assert 'href="/ru/archive/"' in text_of(client, "/articles/russian/")
    assert '<html lang="en" dir="ltr">' in text_of(client, "/articles/later-and-english/")


@pytest.mark.parametrize("path", ["/en/", "/UR/", "/ru-RU/", "/de/", "/ur/articles/x/"])
def test_there_is_no_second_address(client: Client, path: str) -> None:
    assert client.get(path).status_code == 404


def test_pages_lead_to_themselves_in_other_languages(client: Client, edition: Edition) -> None:
    base = "http://localhost:8000"
    languages = {"en": "", "ru": "/ru", "ur": "/ur", "zh-hans": "/zh-hans", "x-default": ""}
    for path in ("/", "/speakers/vladimir-norov/", "/archive/"):
        for prefix in ("", "/ru", "/zh-hans"):
            page = text_of(client, prefix + path)
            found = dict(re.findall(r'rel="alternate" hreflang="(.*?)" href="(.*?)"', page))
            assert found == {code: base + before + path for code, before in languages.items()}
            assert f'<link rel="canonical" href="{base}{prefix}{path}">' in page
            assert f'<a href="/ur{path}" hreflang="ur" lang="ur" dir="rtl"' in page
            assert 'aria-current="true"' in page
    assert 'hreflang="ru" href="http' not in text_of(client, "/?before=1")
    assert '<a href="/ur/" hreflang="ur"' in text_of(client, "/?before=1")
    assert '<a href="/ur/search/?q=sco" hreflang="ur"' in text_of(client, "/search/?q=sco")
    assert '<a href="/ur/" hreflang="ur"' in text_of(client, edition.get_absolute_url())


def test_the_other_languages_offer_themselves_in_their_own_words(client: Client) -> None:
    offers = re.findall('lang="([^"]+)" dir="..." data-offer="([^"]+)"', text_of(client, "/ru/"))
    assert dict(offers)["en"] == "Read Newsroom in English"
    assert "اردو" in dict(offers)["ur"]
    assert "ru" not in dict(offers)


def test_the_sitemap_has_each_language(client: Client, edition: Edition) -> None:
    sitemap = text_of(client, "/sitemap-pages-0.xml") + text_of(client, "/sitemap-lists.xml")
    for path in ("/", "/ru/", "/ur/topics/tourism/", "/zh-hans/speakers/vladimir-norov/"):
        assert f"<loc>http://localhost:8000{path}</loc>" in sitemap
    assert "/ru/events/sco" not in sitemap
    assert "<loc>http://localhost:8000/ru/events/</loc>" in sitemap
    assert 'hreflang="ur" href="http://localhost:8000/ur/topics/tourism/"' in sitemap


def test_an_earlier_address_keeps_the_language(
    client: Client, edition: Edition, publisher: User
) -> None:
    topic = edition.article.topics.get(slug="tourism")
    topic.slug = "travel"
    topic.save()
    publish_page(topic, by=publisher)
    moved = client.get("/ur/topics/tourism/?before=5")
    assert (moved.status_code, moved.headers["Location"]) == (301, "/ur/topics/travel/?before=5")


# Lists --------------------------------------------------------------------------------------------


def a_translation(original: Article, language: str, publisher: User) -> Article:
    article = an_article(
        f"{original.headline} {language}", language=language, translation_of=original
    )
    article.topics.set(original.topics.all())
    publish(article, by=publisher)
    return article


def headlines(client: Client, path: str) -> list[str]:
    return re.findall(r'class="headline".*?>([^<>]+)</a>', text_of(client, path))


def test_lists_have_each_text_once_in_their_language_or_else_the_original(
    client: Client, publisher: User
) -> None:
    topic = Topic.objects.create(name="Trade", slug="trade")
    russian, english = an_article("First", language="ru"), an_article("Second")
    for article in (russian, english):
        article.topics.add(topic)
        publish(article, by=publisher)
    a_translation(russian, "en", publisher)
    a_translation(english, "ur", publisher)
    for path in ("", "topics/trade/"):
        assert headlines(client, f"/{path}") == ["First en", "Second"]
        assert headlines(client, f"/ru/{path}") == ["Second", "First"]
        assert headlines(client, f"/ur/{path}") == ["Second ur", "First"]
        assert headlines(client, f"/zh-hans/{path}") == ["Second", "First"]
    assert '<span class="language" lang="ru" dir="ltr">Русский</span>' in text_of(client, "/ur/")
    assert 'class="language"' not in text_of(client, "/")


def test_where_the_original_was_withdrawn_the_first_translation_stands_for_it(
    client: Client, publisher: User
) -> None:
    original = an_article("Original")
    publish(original, by=publisher)
    for language in ("ru", "ur"):
        a_translation(original, language, publisher)
    withdraw(original, by=publisher, notice="It was not so.")
    assert headlines(client, "/") == ["Original ru"]
    assert headlines(client, "/ur/") == ["Original ur"]


def test_a_search_finds_each_text_once(client: Client, publisher: User) -> None:
    original = an_article("Original")
    publish(original, by=publisher)
    a_translation(original, "ru", publisher)
    for prefix, headline in (("", "Original"), ("/ru", "Original ru"), ("/ur", "Original")):
        page = text_of(client, f"{prefix}/search/?q=original")
        found = re.findall("<h2><a.*?><bdi>(.*?)</bdi>", page)
        assert [re.sub("</?mark>", "", title) for title in found] == [headline]


# Dates, errors, directions ------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("prefix", "month"),
    [("", "November 2026"), ("/ru", "Ноябрь 2026 г."), ("/zh-hans", "2026年11月")],
)
def test_dates_are_written_as_the_language_writes_them(
    client: Client, prefix: str, month: str
) -> None:
    assert f"<h1>{month}</h1>" in text_of(client, f"{prefix}/archive/2026/11/")


def test_errors_speak_too(client: Client) -> None:
    response = client.get("/ur/topics/nothing/")
    assert response.status_code == 404
    assert "نہیں ملا" in response.content.decode()


def test_the_feed_and_the_desk_have_one_language(client: Client, edition: Edition) -> None:
    for path in ("/api/v1/articles/nothing/", "/feeds/articles.atom", "/admin/login/"):
        response = client.get(path, headers=ASKED)
        assert "Content-Language" not in response.headers, path
        assert not re.search(r"[\u0600-\u06ff]", response.content.decode()), path


def test_a_paragraph_against_the_text_s_direction_says_so(client: Client, publisher: User) -> None:
    words = "یہ پیراگراف اردو میں ہے"
    body = f"<p>An English one with {words[:4]} in it.</p><p>{words}, Lahore.</p>"
    lists = f"<ul><li>One</li><li>{words}</li></ul><blockquote><p>{words}</p></blockquote>"
    publish(an_article("Mixed", body=body + lists), by=publisher)
    page = text_of(client, "/articles/mixed/")
    assert "<p>An English one" in page
    assert page.count(f'<p dir="rtl">{words}') == 2
    assert f'<li dir="rtl">{words}</li>' in page
    assert "<li>One</li>" in page
