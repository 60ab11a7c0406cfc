"""Pages of the desk that are read: judged by axe, in both themes, at two widths, by keyboard."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
from django.contrib.auth.models import User
from playwright.sync_api import Browser, expect, sync_playwright
from pytest_django.live_server_helper import LiveServer

from articles.editing.versions import save_version
from articles.models import Article, Edition
from articles.publishing.publish import correct, send_back, submit
from tests.builders import a_picture, an_article
from tests.chromium import CHROMIUM, SWITCHES, log_in, violations, violations_in_both_themes

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not CHROMIUM, reason="no Chromium on this machine (apt install chromium)"),
    pytest.mark.django_db(transaction=True, serialized_rollback=True),
]


@pytest.fixture
def paths(edition: Edition, publisher: User) -> dict[str, str]:
    """Pages with something on them, by name."""
    article = edition.article
    save_version(article, by=publisher)
    Article.objects.filter(pk=article.pk).update(headline="Eight Wonders", dateline="Lahore")
    correct(Article.objects.get(pk=article.pk), by=publisher, note="The headline was wrong.")
    back = an_article("Sent back", picture=a_picture(publisher))
    save_version(back, by=publisher)
    submit(back, by=publisher)
    send_back(back, by=publisher, note="Who says so?")
    at, draft = f"/admin/articles/article/{article.pk}", f"/admin/articles/article/{back.pk}"
    return {
        "my work": "/admin/",
        "publish": f"{draft}/publish/",
        "publishing": f"{draft}/publishing/",
        "history": f"{at}/history/",
        "a text": f"{draft}/history/version-1/",
        "differences": f"{at}/diff/?from=edition-1&to=edition-2",
        "differences in one column": f"{at}/diff/?from=edition-1&to=edition-2&view=one",
    }


@pytest.fixture
def browser(paths: dict[str, str], live_server: LiveServer) -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=SWITCHES)
        yield browser
        browser.close()


def opened(browser: Browser, server: LiveServer, width: int, theme: Any) -> Any:
    page = browser.new_context(
        base_url=server.url, viewport={"width": width, "height": 900}, color_scheme=theme
    ).new_page()
    page.set_default_timeout(10_000)
    page.goto("/admin/")
    assert violations(page) == []
    log_in(page)
    return page


@pytest.mark.parametrize("width", [390, 1440])
def test_axe_finds_nothing_and_nothing_sticks_out(
    browser: Browser, live_server: LiveServer, paths: dict[str, str], width: int
) -> None:
    page = opened(browser, live_server, width, "light")
    found = {}
    for name, path in paths.items():
        page.goto(path)
        assert page.evaluate("document.documentElement.scrollWidth") <= width, name
        if broken := violations_in_both_themes(page):
            found[name] = broken
    assert not found, json.dumps(found, indent=1, ensure_ascii=False)


def test_a_draft_is_published_from_the_first_page_by_keyboard(
    browser: Browser, live_server: LiveServer, paths: dict[str, str]
) -> None:
    page = opened(browser, live_server, 1440, "light")
    page.goto(paths["publish"])
    page.get_by_label("Publish although this is not settled").focus()
    page.keyboard.press("Space")
    page.keyboard.press("Tab")
    expect(page.get_by_role("button", name="Publish", exact=True)).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.get_by_text("Published as edition 1.")).to_be_visible()


def test_two_texts_are_chosen_and_compared(
    browser: Browser, live_server: LiveServer, paths: dict[str, str]
) -> None:
    page = opened(browser, live_server, 390, "light")
    page.goto(paths["history"])
    page.get_by_role("group", name="Compare edition-1").get_by_label("from").check()
    page.get_by_role("group", name="Compare edition-2").get_by_label("to").check()
    page.get_by_role("button", name="Compare the two that are chosen").click()
    expect(page.get_by_text("From edition 1 to edition 2")).to_be_visible()
    expect(page.get_by_role("heading", name="Dateline")).to_be_visible()
