"""One walk through everything with a real browser: log in, edit, publish, read, fetch."""

from __future__ import annotations

import os
import shutil
from typing import Any

import pytest
from django.contrib.auth.models import User
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from articles.models import Edition
from tests.builders import RELEASE_ARTICLE

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")

pytestmark = [
    pytest.mark.skipif(not CHROMIUM, reason="no Chromium on this machine (apt install chromium)"),
    pytest.mark.django_db(transaction=True),
]


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    return browser_type_launch_args | {
        "executable_path": CHROMIUM,
        "args": [
            "--no-sandbox",
            "--disable-gpu",
            "--disable-background-networking",
            "--disable-component-update",
        ],
    }


@pytest.fixture(autouse=True)
def _orm_beside_playwright(monkeypatch: pytest.MonkeyPatch) -> None:
    """Playwright's event loop runs in this thread, and Django minds."""
    monkeypatch.setitem(os.environ, "DJANGO_ALLOW_ASYNC_UNSAFE", "1")


def test_edit_publish_read_and_fetch(
    page: Page, live_server: LiveServer, edition: Edition, publisher: User
) -> None:
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.on("console", lambda line: errors.append(line.text) if line.type == "error" else None)

    page.goto(f"{live_server.url}/admin/articles/article/{RELEASE_ARTICLE}/change/")
    page.get_by_label("Username").fill("publisher")
    page.get_by_label("Password").fill("secret-1-2-3")
    page.get_by_role("button", name="Log in").click()

    page.get_by_label("Headline").fill("Eight Wonders of SCO")
    editor = page.locator("#article_form .ProseMirror").first
    editor.press("Control+End")
    editor.press("Enter")
    editor.type("A line from the desk.")
    page.get_by_role("button", name="Save and publish").click()
    expect(page.get_by_text("Published as edition 2.")).to_be_visible()

    page.get_by_role("link", name="See it on the site").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Eight Wonders of SCO")
    expect(page.get_by_text("A line from the desk.")).to_be_visible()
    expect(page.get_by_text("Edition 2")).to_be_visible()
    assert errors == []

    item = page.request.get(f"{live_server.url}/api/v1/articles/{RELEASE_ARTICLE}/").json()
    assert item["headlines"][0]["value"] == "Eight Wonders of SCO"
    assert item["bodies"][0]["value"].endswith("<p>A line from the desk.</p>")
    changes = page.request.get(f"{live_server.url}/api/v1/changes/?after=1").json()
    assert [row["sequence"] for row in changes["results"]] == [2]


def test_a_refused_quotation_keeps_the_typing(
    page: Page, live_server: LiveServer, edition: Edition, publisher: User
) -> None:
    page.goto(f"{live_server.url}/admin/articles/article/{RELEASE_ARTICLE}/change/")
    page.get_by_label("Username").fill("publisher")
    page.get_by_label("Password").fill("secret-1-2-3")
    page.get_by_role("button", name="Log in").click()
    page.locator("#id_statements-3-text").fill("Among them is no such thing")
    page.get_by_role("button", name="Save and publish").click()
    expect(page.get_by_text("Statement 4: the quotation by Vladimir Norov")).to_be_visible()
    expect(page.locator("#id_statements-3-text")).to_have_value("Among them is no such thing")
    assert Edition.objects.count() == 1
