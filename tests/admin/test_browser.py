"""One walk through everything with a real browser: log in, edit, publish, read, fetch."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.contrib.auth.models import User
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from articles.models import Edition, Picture
from tests.builders import RELEASE_ARTICLE, a_picture
from tests.chromium import CHROMIUM, desk

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not CHROMIUM, reason="no Chromium on this machine (apt install chromium)"),
    pytest.mark.django_db(transaction=True, serialized_rollback=True),
]


@pytest.fixture
def picture(publisher: User) -> Picture:
    """Asked for before ``page``: there is no making rows once the browser runs."""
    return a_picture(publisher)


@pytest.fixture
def page(edition: Edition, live_server: LiveServer) -> Iterator[Page]:
    """The release's page at the desk, signed in."""
    with desk(live_server, f"/admin/articles/article/{RELEASE_ARTICLE}/change/") as page:
        yield page


def test_edit_publish_read_and_fetch(page: Page, publisher: User) -> None:
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.on("console", lambda line: errors.append(line.text) if line.type == "error" else None)

    page.get_by_label("Headline").fill("Eight Wonders of SCO")
    page.locator(".field-body [contenteditable=true] p").last.click()
    for keys in ("Control+End", "Enter"):
        page.wait_for_timeout(300)  # the editor follows the browser's selection a little later
        page.keyboard.press(keys)
    page.keyboard.type("A line from the desk.")
    page.get_by_role("button", name="Publish the changes…").click()
    page.get_by_label("Publish although these are not settled").check()
    page.get_by_role("button", name="Publish the changes", exact=True).click()
    expect(page.get_by_text("Published as edition 2.")).to_be_visible()

    page.get_by_role("link", name="See it on the site").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Eight Wonders of SCO")
    expect(page.get_by_text("A line from the desk.")).to_be_visible()
    expect(page.get_by_text("Updated").first).to_be_visible()
    assert errors == []

    item = page.request.get(f"/api/v1/articles/{RELEASE_ARTICLE}/").json()
    assert item["headlines"][0]["value"] == "Eight Wonders of SCO"
    assert item["bodies"][0]["value"].endswith("<p>A line from the desk.</p>")
    changes = page.request.get("/api/v1/changes/").json()["results"]
    assert [row["sequence"] for row in changes] == list(range(1, len(changes) + 1))
    versions = [row["item"]["version"] for row in changes if row["type"] == "article"]
    assert versions == ["1", "2"]


def test_a_statement_that_no_longer_stands_in_the_text_is_refused_and_kept(page: Page) -> None:
    kept = page.locator("#id_statements-3-text")
    words = kept.input_value()
    page.locator("mark.said:not(.reported)").first.dblclick()
    for keys in ("Control+A", "Delete"):
        page.keyboard.press(keys)
    expect(page.get_by_text("no longer in the text").first).to_be_visible()
    page.keyboard.type("Nothing of it.")
    page.get_by_role("button", name="Publish the changes…").click()
    expect(page.get_by_text("Statement 4: the quotation by Vladimir Norov")).to_be_visible()
    at(page, "change")
    expect(kept).to_have_value(words)
    changes = page.request.get("/api/v1/changes/").json()["results"]
    assert [row["type"] for row in changes].count("article") == 1


def another(page: Page) -> Page:
    """Another browser, logged in as the same."""
    browser = page.context.browser
    assert browser
    origin = "/".join(page.url.split("/")[:3])
    login = page.context.storage_state()
    return browser.new_context(base_url=origin, storage_state=login).new_page()


def at(page: Page, name: str) -> None:
    page.goto(f"/admin/articles/article/{RELEASE_ARTICLE}/{name}/")


def test_two_editors_see_both_texts_and_lose_none(page: Page) -> None:
    second = another(page)
    at(second, "change")
    page.get_by_label("Headline").fill("Saved first")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_text("was changed successfully")).to_be_visible()

    second.get_by_label("Headline").fill("Saved second")
    second.get_by_label("Standfirst").fill("Mine alone.")
    second.get_by_role("button", name="Save", exact=True).click()
    expect(second.get_by_role("heading", name="You both changed this")).to_be_visible()
    expect(second.get_by_label("Headline")).to_have_value("Saved second")
    expect(second.get_by_text("Saved first")).not_to_have_count(0)
    second.get_by_role("button", name="Take this one").click()
    expect(second.get_by_label("Headline")).to_have_value("Saved first")
    expect(second.get_by_label("Standfirst")).to_have_value("Mine alone.")
    second.get_by_role("button", name="Save", exact=True).click()
    expect(second.get_by_text("was changed successfully")).to_be_visible()


def test_typing_comes_back_after_a_crash(page: Page) -> None:
    expect(page.locator("mark.said").first).to_be_visible()
    page.get_by_label("Headline").press("End")
    page.wait_for_timeout(1500)  # the first call says how the form was found
    page.get_by_label("Headline").fill("Typed before the crash")
    expect(page.locator("#autosave")).to_contain_text("What you typed is kept")
    again = another(page)
    page.close(run_before_unload=False)
    at(again, "change")
    again.get_by_role("button", name="Bring it back").click()
    expect(again.get_by_label("Headline")).to_have_value("Typed before the crash")


def test_preview_without_an_account(page: Page) -> None:
    page.get_by_label("Headline").fill("Not for readers yet")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_text("was changed successfully")).to_be_visible()
    at(page, "publishing")
    page.get_by_role("button", name="Make a link").click()
    link = page.locator("#previews").get_by_role("link").get_attribute("href")
    browser = page.context.browser
    assert browser
    assert link
    somebody = browser.new_context().new_page()
    somebody.goto(link)
    expect(somebody.get_by_role("heading", level=1)).to_have_text("Not for readers yet")
    expect(somebody.get_by_text("Anybody who has the link")).to_be_visible()


def test_schedule_and_take_it_back(page: Page) -> None:
    page.get_by_label("Headline").fill("For later")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_text("was changed successfully")).to_be_visible()
    at(page, "publishing")
    page.get_by_label("Approve it although there are warnings").check()
    page.get_by_label("Publish at").fill("2020-01-01T10:00")
    page.get_by_role("button", name="Schedule", exact=True).click()
    expect(page.get_by_text("has passed already; choose a time ahead.")).to_be_visible()
    page.get_by_label("Publish at").fill("2040-01-01T10:00")
    page.get_by_role("button", name="Schedule", exact=True).click()
    expect(page.get_by_text("Publish on 1 Jan 2040, 10:00 UTC, set by publisher")).to_be_visible()
    page.get_by_role("button", name="Take off the schedule").click()
    expect(page.get_by_text("Publish on 1 Jan 2040")).to_have_count(0)


def test_correct_then_withdraw(page: Page) -> None:
    page.get_by_label("Headline").fill("Put right")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_text("was changed successfully")).to_be_visible()
    at(page, "publish")
    page.get_by_label("Correction note").fill("The headline was wrong.")
    page.get_by_label("Publish although these are not settled").check()
    page.get_by_role("button", name="Publish the changes").click()
    expect(page.get_by_text("Corrected: readers see edition 2 and the note.")).to_be_visible()
    public = page.request.get(f"/api/v1/articles/{RELEASE_ARTICLE}/").json()
    assert public["edNote"] == "The headline was wrong."
    page.goto(f"/articles/{public['slugline']}/")
    expect(page.get_by_role("heading", name="Corrections")).to_be_visible()

    at(page, "publishing")
    page.get_by_label("Public notice").fill("It was not so.")
    page.get_by_role("button", name="Withdraw", exact=True).click()
    expect(page.get_by_text("The address shows the notice.")).to_be_visible()
    response = page.goto(f"/articles/{public['slugline']}/")
    assert response
    assert response.status == 410
    expect(page.get_by_text("It was not so.")).to_be_visible()


def test_a_click_into_the_picture_sets_its_focal_point(picture: Picture, page: Page) -> None:
    page.goto(f"/admin/articles/picture/{picture.pk}/change/")
    box = page.locator("img.focus").bounding_box()
    assert box
    page.mouse.click(box["x"] + box["width"] * 0.75, box["y"] + box["height"] * 0.2)
    expect(page.get_by_label("Focal point, from the left")).to_have_value("75")
    expect(page.get_by_label("Focal point, from the top")).to_have_value("20")
    page.get_by_role("button", name="Save and continue editing").click()
    expect(page.get_by_text("was changed successfully")).to_be_visible()
    assert page.locator(".focal-mark").evaluate("mark => mark.style.left") == "75%"


def test_the_caret_is_never_under_the_bar(page: Page) -> None:
    page.set_viewport_size({"width": 390, "height": 700})
    page.locator(".field-body [contenteditable=true] p").last.click()
    page.keyboard.press("Control+End")
    for line in range(12):
        page.keyboard.press("Enter")
        page.keyboard.type(f"Line {line}")
    page.wait_for_timeout(300)
    covered = """(() => {
        const caret = getSelection().getRangeAt(0).getBoundingClientRect();
        const bar = document.querySelector(".panel .stay").getBoundingClientRect();
        return caret.bottom - bar.top;
    })()"""
    assert page.evaluate(covered) < 0
