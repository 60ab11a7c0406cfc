"""The system's Chromium: how it is started without a screen, and what the browser tests share."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Literal

from axe_playwright_python.sync_playwright import Axe
from django.conf import settings
from django.contrib.auth import get_user_model
from django.test import Client
from playwright.sync_api import Page, expect, sync_playwright
from pytest_django.live_server_helper import LiveServer

#: On a machine with other work, two requests and a new page take longer than the usual 5 seconds.
expect.set_options(timeout=15_000)

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
SWITCHES = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
]
#: The rules of WCAG 2.2, level AA, and what axe recommends besides.
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


@contextmanager
def desk(server: LiveServer, path: str, **options: Any) -> Iterator[Page]:
    """A browser in which the user ``publisher`` is signed in, at ``path``.

    While Playwright's event loop runs in this thread Django refuses queries, so rows are made
    before it starts and a test itself only looks at pages.
    """
    client = Client()
    client.force_login(get_user_model().objects.get(username="publisher"))
    session = client.cookies[settings.SESSION_COOKIE_NAME]
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=SWITCHES)
        context = browser.new_context(base_url=server.url, **options)
        context.add_cookies([{"name": session.key, "value": session.value, "url": server.url}])
        page = context.new_page()
        page.set_default_timeout(15_000)
        page.goto(path)
        yield page
        browser.close()


def log_in(page: Page) -> None:
    """Fill and send the form for signing in, which ``page`` shows."""
    page.get_by_label("Username").fill("publisher")
    page.get_by_label("Password").fill("secret-1-2-3")
    page.get_by_role("button", name="Log in", exact=True).click()
    expect(page.get_by_label("Password")).to_have_count(0)


def violations(page: Page) -> list[tuple[str, list[str]]]:
    """What axe finds on ``page``: each rule that is broken, and the elements that break it."""
    results = Axe().run(page, options={"runOnly": TAGS})
    assert results.response["passes"]
    return [
        (row["id"], [node["html"][:120] for node in row["nodes"]])
        for row in results.response["violations"]
    ]


def violations_in_both_themes(page: Page) -> list[tuple[str, list[str]]]:
    """What axe finds on ``page`` in the dark theme, and in the light one."""
    themes: tuple[Literal["dark"], Literal["light"]] = ("dark", "light")
    found = []
    for theme in themes:
        page.emulate_media(color_scheme=theme)
        page.evaluate("Promise.all(document.getAnimations().map(one => one.finished))")
        found += violations(page)
    return found
