"""The readers' pages for everyone: judged by axe, at any width, by keyboard, without script."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
from django.contrib.auth.models import User
from playwright.sync_api import Browser, Page, expect, sync_playwright
from pytest_django.live_server_helper import LiveServer

from articles.models import Topic
from articles.publishing.publish import publish
from tests.builders import (
    a_capacity,
    a_speaker,
    a_statement,
    an_article,
    an_event,
    an_organization,
)
from tests.chromium import CHROMIUM, SWITCHES, violations
from tests.pages import in_urdu

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not CHROMIUM, reason="no Chromium on this machine (apt install chromium)"),
    pytest.mark.django_db(transaction=True, serialized_rollback=True),
]


@pytest.fixture
def paths(site: dict[str, str]) -> dict[str, str]:
    return site


@pytest.fixture
def browser(paths: dict[str, str], live_server: LiveServer) -> Iterator[Browser]:
    """Rows are made before: Django refuses queries in the thread of Playwright's event loop."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=SWITCHES)
        yield browser
        browser.close()


def opened(browser: Browser, server: LiveServer, width: int = 1280, **options: Any) -> Page:
    context = browser.new_context(
        base_url=server.url, viewport={"width": width, "height": 900}, **options
    )
    context.set_default_timeout(10_000)
    return context.new_page()


@pytest.mark.parametrize(
    ("language", "direction", "theme", "width"),
    [
        ("en", "ltr", "light", 1440),
        ("en", "ltr", "dark", 360),
        ("ur", "rtl", "light", 360),
        ("ur", "rtl", "dark", 1440),
    ],
)
def test_axe_finds_nothing(
    browser: Browser,
    live_server: LiveServer,
    paths: dict[str, str],
    language: str,
    direction: str,
    theme: Any,
    width: int,
) -> None:
    page = opened(browser, live_server, width, locale="ru", color_scheme=theme)
    found = {}
    for name, path in (in_urdu(paths) if language == "ur" else paths).items():
        page.goto(path)
        if name != "article in Urdu":
            assert page.locator("html").get_attribute("dir") == direction
        if broken := violations(page):
            found[name] = broken
    assert not found, json.dumps(found, indent=1, ensure_ascii=False)


@pytest.fixture
def long_names(paths: dict[str, str], publisher: User) -> dict[str, str]:
    """Pages of an article, its event, topic, speaker and organization, each named in one word."""
    name = "Schiff" * 20
    organization = an_organization(name, slug="long")
    speaker = a_speaker(name, slug="long")
    event = an_event(name, slug="long")
    event.organizers.add(organization)
    article = an_article(name, slug="long", event=event, standfirst=name, byline=name)
    article.topics.add(Topic.objects.create(name=name, slug="long"))
    a_statement(article, capacity=a_capacity(name, speaker, organization=organization))
    publish(article, by=publisher)
    kinds = ("articles", "events", "topics", "speakers", "organizations")
    return {f"long names: {kind}": f"/{kind}/long/" for kind in kinds}


@pytest.mark.parametrize("language", ["en", "ur"])
def test_nothing_sticks_out_at_400_percent(
    long_names: dict[str, str],
    browser: Browser,
    live_server: LiveServer,
    paths: dict[str, str],
    language: str,
) -> None:
    page = opened(browser, live_server, 320, locale="ru")  # 1280 pixels at 400 %
    every = paths | long_names
    for name, path in (in_urdu(every) if language == "ur" else every).items():
        page.goto(path)
        wide = page.evaluate("document.documentElement.scrollWidth")
        assert wide <= 320, f"{name} is {wide} pixels wide"


def test_everything_is_reached_by_keyboard(browser: Browser, live_server: LiveServer) -> None:
    page = opened(browser, live_server)
    page.goto("/")
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to the text")).to_be_focused()
    page.keyboard.press("Enter")
    assert page.url.endswith("#main")
    page.goto("/")
    for _ in range(3):
        page.keyboard.press("Tab")
    expect(page.get_by_role("combobox")).to_be_focused()
    page.keyboard.type("norov")
    expect(page.locator("#suggestions option").first).to_have_attribute("value", "Vladimir Norov")
    page.keyboard.press("Enter")
    expect(page).to_have_title("Search for norov · Newsroom")
    page.get_by_role("navigation", name="Kinds of results").get_by_role("link").nth(1).focus()
    outline = page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
    assert outline == "solid"
    page.get_by_role("link", name="اردو").focus()
    page.keyboard.press("Enter")
    expect(page.locator("html")).to_have_attribute("dir", "rtl")
    assert "q=norov" in page.url


def test_all_works_without_script(browser: Browser, live_server: LiveServer) -> None:
    page = opened(browser, live_server, java_script_enabled=False)
    page.goto("/")
    page.get_by_role("searchbox").or_(page.get_by_role("combobox")).fill("norov")
    page.get_by_role("button", name="Find").click()
    page.get_by_role("link", name="Vladimir Norov").first.click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Vladimir Norov")
    page.get_by_role("link", name="Русский").click()
    expect(page.get_by_role("heading", name="Высказывания")).to_be_visible()


def test_the_browser_s_language_is_offered_once(browser: Browser, live_server: LiveServer) -> None:
    page = opened(browser, live_server, locale="ru-RU")
    page.goto("/corrections/")
    offer = page.locator(".offer")
    expect(offer).to_have_attribute("lang", "ru")
    offer.get_by_role("link", name="Читать Newsroom на русском").click()
    assert page.url.endswith("/ru/corrections/")
    expect(offer).to_have_count(0)
    page.goto("/corrections/")
    offer.get_by_role("button", name="Закрыть").click()
    for path in ("/corrections/", "/"):
        page.goto(path)
        expect(offer).to_have_count(0)


def test_a_statement_is_copied_with_its_attribution(
    browser: Browser, live_server: LiveServer, paths: dict[str, str]
) -> None:
    page = opened(browser, live_server, permissions=["clipboard-read", "clipboard-write"])
    page.goto(paths["article with a picture"])
    page.locator(".statements details:has(#s-1) > summary").click()
    button = page.get_by_role("button", name="Copy statement 1 with its attribution")
    button.click()
    expect(button).to_have_text("Copied")
    text = page.evaluate("navigator.clipboard.readText()")
    assert text.startswith("“we will go on”\n— Ada Writer, Director. http")
    page.goto(f"{paths['article with a picture']}#s-1")
    tint = page.evaluate("getComputedStyle(document.querySelector('#s-1')).backgroundColor")
    assert tint != "rgba(0, 0, 0, 0)"


def test_moments_stand_in_the_readers_own_zone(
    browser: Browser, live_server: LiveServer, paths: dict[str, str]
) -> None:
    here = opened(browser, live_server, timezone_id="UTC")
    there = opened(browser, live_server, timezone_id="Asia/Karachi")
    shown = []
    for page in (here, there):
        page.goto(paths["article"])
        shown.append(page.locator("header time").first.inner_text())
    assert shown[0].endswith("UTC")
    assert shown[1].endswith("GMT+5")


def test_nothing_moves_on_its_own(browser: Browser, live_server: LiveServer) -> None:
    page = opened(browser, live_server)
    page.goto("/")
    moving = """[...document.querySelectorAll("*")].filter((e) => {
        const style = getComputedStyle(e);
        return style.animationName !== "none" || style.transitionDuration !== "0s";
    }).length"""
    assert page.evaluate(moving) == 0
