"""The desk writes each language in its direction, and each name in the direction of its script."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from django.contrib.auth.models import User
from django.test import Client
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from articles.editing.versions import save_initial_version, save_version
from articles.models import Article
from tests.builders import a_capacity, a_speaker, a_statement, an_article, an_event
from tests.chromium import CHROMIUM
from tests.chromium import desk as desk_in_browser

pytestmark = [pytest.mark.slow, pytest.mark.django_db]

HEADLINE = "پاکستان اور ایس سی او"


@pytest.fixture
def desk(client: Client, publisher: User) -> Client:
    client.force_login(publisher)
    return client


@pytest.fixture
def urdu(db: None) -> Article:
    article = an_article(HEADLINE, slug="urdu", language="ur")
    a_statement(article)
    return article


def attributes(page: str, name: str) -> str:
    """The start tag of the form's field ``name``."""
    found = re.search(rf'<(?:input|textarea)[^>]* name="{name}"[^>]*>', page)
    assert found, name
    return found[0]


def test_fields_of_an_article_follow_its_language(desk: Client, urdu: Article) -> None:
    page = desk.get(f"/admin/articles/article/{urdu.pk}/change/").content.decode()
    for name in ("headline", "standfirst", "body", "dateline", "byline", "source"):
        assert {'lang="ur"', 'dir="rtl"'} <= {*attributes(page, name).split()}, name
    for name in ("statements-0-text", "statements-0-passage", "statements-__prefix__-text"):
        assert {'lang="ur"', 'dir="rtl"'} <= {*attributes(page, name).split()}, name
    assert "rtl" not in attributes(page, "slug")


def test_differences_follow_it_too(desk: Client, publisher: User, urdu: Article) -> None:
    path = f"/admin/articles/article/{urdu.pk}/"
    save_initial_version(urdu)
    Article.objects.update(headline=HEADLINE + " اب")
    save_version(urdu, by=publisher)
    page = desk.get(f"{path}diff/?from=version-0&to=version-1").content.decode()
    assert '<td class="diff" lang="ur" dir="rtl" data-name="version 0">' in page


def test_the_preview_follows_it(desk: Client, urdu: Article) -> None:
    page = desk.get(f"/admin/articles/article/{urdu.pk}/preview/").content.decode()
    assert '<article class="story" lang="ur" dir="rtl">' in page


def test_names_are_written_in_the_direction_of_their_script(desk: Client) -> None:
    speaker = a_speaker("ظہور احمد", slug="zahoor")
    a_capacity("سیکرٹری", speaker)
    page = desk.get(f"/admin/people/speaker/{speaker.pk}/change/").content.decode()
    for name in ("name", "name_variants", "honorific_prefix", "affiliations-0-title"):
        assert 'dir="auto"' in attributes(page, name), name
    assert "dir=" not in attributes(page, "slug")
    page = desk.get(f"/admin/articles/event/{an_event().pk}/change/").content.decode()
    assert 'dir="auto"' in attributes(page, "place")


@pytest.fixture
def page(urdu: Article, publisher: User, live_server: LiveServer) -> Iterator[Page]:
    with desk_in_browser(live_server, f"/admin/articles/article/{urdu.pk}/change/") as page:
        yield page


@pytest.mark.slow
@pytest.mark.skipif(not CHROMIUM, reason="no Chromium on this machine (apt install chromium)")
@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_another_choice_of_the_language_turns_the_fields(page: Page) -> None:
    fields = [
        page.locator("#id_headline"),
        page.locator(".field-body .ProseMirror[contenteditable]"),
        page.locator("#id_statements-0-text"),
    ]
    for field in fields:
        expect(field).to_have_attribute("dir", "rtl")
    page.locator("details > summary", has_text="Language").click()
    page.locator("#id_language").select_option("ru")
    for field in fields:
        expect(field).to_have_attribute("dir", "ltr")
        expect(field).to_have_attribute("lang", "ru")
