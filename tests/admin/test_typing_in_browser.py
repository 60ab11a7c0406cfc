"""With a real browser: what is typed outlives a sign-in that ended, a crash, and a second tab."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.contrib.auth.models import User
from playwright.sync_api import Locator, Page, expect
from pytest_django.live_server_helper import LiveServer

from tests.chromium import CHROMIUM, desk, log_in

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not CHROMIUM, reason="no Chromium on this machine (apt install chromium)"),
    pytest.mark.django_db(transaction=True, serialized_rollback=True),
]

NEW_EVENT = "/admin/articles/event/add/"
NEW_ARTICLE = "/admin/articles/article/add/"


@pytest.fixture
def page(publisher: User, live_server: LiveServer) -> Iterator[Page]:
    """The desk, signed in."""
    with desk(live_server, "/admin/") as page:
        yield page


def kept(page: Page) -> int:
    """How many texts this browser keeps."""
    keys: list[str] = page.evaluate("Object.keys(localStorage)")
    return sum(key.startswith("typed:") for key in keys)


def expect_kept(page: Page, number: int) -> None:
    """This browser keeps ``number`` texts, or soon will: a page tells it after it has come."""
    for _ in range(50):
        if kept(page) == number:
            return
        page.wait_for_timeout(100)
    assert kept(page) == number


def first_field(page: Page) -> Locator:
    """The event's name, or the article's headline."""
    return page.locator("#id_name, #id_headline")


def type_name(page: Page, text: str) -> None:
    first_field(page).press_sequentially(text)
    page.wait_for_timeout(500)  # it is kept a moment after the last key


def sign_out_elsewhere(page: Page) -> Page:
    """End the sign-in in another tab of ``page``'s browser, which is returned."""
    other = page.context.new_page()
    other.set_default_timeout(15_000)
    other.goto("/admin/")
    other.get_by_role("button", name="Log out").click()
    expect(other.get_by_role("button", name="Log out")).to_have_count(0)
    return other


@pytest.mark.parametrize("path", [NEW_EVENT, NEW_ARTICLE])
def test_a_sign_in_that_ended_loses_nothing(page: Page, path: str) -> None:
    page.goto(path)
    first_field(page).press_sequentially("Typed while signed out")
    sign_out_elsewhere(page)
    page.get_by_role("button", name="Save", exact=True).first.click()
    expect(page.get_by_role("alert")).to_contain_text("Your sign-in has ended.")
    expect(first_field(page)).to_have_value("Typed while signed out")
    with page.expect_popup() as opened:
        page.get_by_role("link", name="Sign in in another tab").click()
    opened.value.set_default_timeout(30_000)
    log_in(opened.value)  # the old CSRF token is refused from now on
    opened.value.close()
    page.get_by_role("button", name="Save", exact=True).first.click()
    expect(page.get_by_text("was added successfully")).to_be_visible()
    expect_kept(page, 0)


def test_signing_in_again_in_another_tab_refuses_no_form(page: Page) -> None:
    page.goto(NEW_EVENT)
    type_name(page, "Typed before")
    other = sign_out_elsewhere(page)
    other.goto("/admin/")
    log_in(other)
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_text("was added successfully")).to_be_visible()


@pytest.mark.parametrize("path", [NEW_EVENT, NEW_ARTICLE])
def test_what_a_crash_took_is_offered(page: Page, path: str) -> None:
    page.goto(path)
    first_field(page).press_sequentially("Before the crash")
    page.wait_for_timeout(500)
    again = page.context.new_page()
    again.set_default_timeout(10_000)
    page.close(run_before_unload=False)
    again.goto(path)
    expect(again.get_by_text("“Before the crash”")).to_be_visible()
    first_field(again).press_sequentially("Typed past the offer")
    again.wait_for_timeout(500)
    expect_kept(again, 2)
    again.get_by_role("button", name="Bring it back").first.click()
    expect(first_field(again)).to_have_value("Before the crash")
    expect(again.get_by_text("“Typed past the offer”")).to_be_visible()
    again.get_by_role("button", name="Discard it").click()
    again.get_by_role("button", name="Save", exact=True).first.click()
    expect(again.get_by_text("was added successfully")).to_be_visible()
    expect_kept(again, 0)


def test_a_tab_that_is_open_is_not_offered_to_another(page: Page) -> None:
    page.goto(NEW_EVENT)
    type_name(page, "In the first tab")
    second = page.context.new_page()
    second.goto(NEW_EVENT)
    type_name(second, "In the second tab")
    expect(second.get_by_role("button", name="Bring it back")).to_have_count(0)
    expect_kept(page, 2)
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_text("was added successfully")).to_be_visible()
    expect_kept(second, 1)


def test_somebody_else_at_this_browser_is_offered_nothing(page: Page) -> None:
    page.goto(NEW_EVENT)
    type_name(page, "Mine")
    page.goto("/admin/")
    page.evaluate("localStorage.setItem('typed:0:/admin/articles/event/add/:x', '{\"at\":9e15}')")
    page.goto(NEW_EVENT)
    expect(page.get_by_role("button", name="Bring it back")).to_have_count(1)


def test_an_empty_form_starts_in_its_first_field(page: Page) -> None:
    page.goto(NEW_ARTICLE)
    expect(first_field(page)).to_be_focused()
    page.goto(NEW_EVENT)
    expect(first_field(page)).to_be_focused()
