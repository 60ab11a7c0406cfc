"""The writing page in a real browser: a release becomes a published article by hand."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.contrib.auth.models import User
from playwright.sync_api import Locator, Page, expect
from pytest_django.live_server_helper import LiveServer

from articles.models import Edition
from tests.chromium import CHROMIUM, desk, violations

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not CHROMIUM, reason="no Chromium on this machine (apt install chromium)"),
    pytest.mark.django_db(transaction=True, serialized_rollback=True),
]

#: A release of the same kind as the fixture, about nobody who exists.
PARAGRAPHS = [
    "Ada Writer, Director of the Institute, said “we will go on with the work” on Thursday.",
    "Ben Reader, Chair of the Council, told the webinar that “nothing is decided yet”.",
    "Cleo Listener, Vice President, added: “The door stays open for all parties.”",
]
SPEAKERS = {
    "we will go on": "Ada Writer, Director, The Institute",
    "nothing is decided": "Ben Reader, Chair, The Council",
    "The door stays": "Cleo Listener, Vice President",
}


class Hands:
    """Counts what an editor does: clicks, fields typed into, and windows that open."""

    def __init__(self, page: Page) -> None:
        self.page, self.clicks, self.fields, self.windows = page, 0, 0, 0
        page.on("popup", lambda _: setattr(self, "windows", self.windows + 1))

    def click(self, place: Locator) -> None:
        self.clicks += 1
        place.click()

    def type(self, text: str) -> None:
        self.fields += 1
        self.page.keyboard.type(text)


@pytest.fixture
def page(publisher: User, live_server: LiveServer) -> Iterator[Page]:
    with desk(live_server, "/admin/articles/article/add/") as page:
        expect(page.locator(".ProseMirror[contenteditable]")).to_be_visible()
        yield page


def test_a_release_is_published_by_hand_in_few_steps(page: Page) -> None:
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.on("console", lambda line: errors.append(line.text) if line.type == "error" else None)
    hands = Hands(page)
    expect(page.get_by_label("Headline")).to_be_focused()
    hands.type("The door stays open, a webinar hears")
    hands.click(page.locator(".ProseMirror[contenteditable]"))
    for paragraph in PARAGRAPHS:
        page.keyboard.insert_text(paragraph)
        page.wait_for_timeout(100)
        page.keyboard.press("Enter")
    expect(page.locator("mark.unsaid")).to_have_count(3)
    for words, speaker in SPEAKERS.items():
        hands.click(page.locator("mark.unsaid", has_text=words))
        expect(page.get_by_label("Speaker", exact=True)).to_be_focused()
        hands.type(speaker)
        expect(page.locator("#who .options .new").first).to_be_visible()
        page.keyboard.press("Enter")
        expect(page.get_by_role("dialog")).to_be_hidden()
    expect(page.locator("mark.said")).to_have_count(3)
    expect(page.locator("#said li")).to_have_count(3)
    for section, field, name in (
        ("Event", "Event", "Webinar on the open door"),
        ("Topics", "Topics", "Diplomacy"),
    ):
        hands.click(page.locator("details > summary", has_text=section).first)
        hands.click(page.get_by_label(field, exact=True))
        hands.type(name)
        expect(page.locator(".panel .options .new:visible")).to_be_visible()
        page.keyboard.press("Enter")
        expect(page.locator(f"#id_{field.lower()}").locator("..")).to_contain_text(
            name if field == "Topics" else ""
        )
        page.wait_for_timeout(300)
    hands.click(page.get_by_role("button", name="Publish…"))
    expect(page.get_by_role("heading", name="Publish")).to_be_visible()
    accept = page.get_by_label("Publish although these are not settled")
    if accept.count():
        hands.click(accept)
    hands.click(page.get_by_role("button", name="Publish", exact=True))
    expect(page.get_by_text("Published as edition 1.")).to_be_visible()
    print(f"{hands.clicks} clicks, {hands.fields} fields, {hands.windows} windows")  # with -rP
    assert hands.clicks <= 25
    assert hands.fields <= 12
    assert hands.windows == 0
    assert errors == []

    public = page.request.get("/api/v1/articles/").json()["results"][0]
    assert {person["name"] for person in public["people"]} == {
        "Ada Writer",
        "Ben Reader",
        "Cleo Listener",
    }


def test_a_statement_follows_what_is_typed_inside_it(page: Page) -> None:
    body = page.locator(".ProseMirror[contenteditable]")
    body.click()
    page.keyboard.insert_text(PARAGRAPHS[0])
    page.locator("mark.unsaid").click()
    page.keyboard.type("Ada Writer, Director")
    expect(page.locator("#who .options .new").first).to_be_visible()
    page.keyboard.press("Enter")
    text = page.locator("#id_statements-0-text")
    expect(text).to_have_value("we will go on with the work")
    page.locator("mark.said").dblclick(position={"x": 12, "y": 10})
    page.wait_for_timeout(150)
    page.keyboard.type("they")
    expect(text).not_to_have_value("we will go on with the work")
    expect(page.locator("mark.said")).to_have_count(1)
    page.wait_for_timeout(700)  # what is typed sooner is undone together with it
    page.keyboard.press("Control+A")
    page.keyboard.press("Delete")
    expect(page.get_by_text("no longer in the text").first).to_be_visible()
    page.keyboard.press("Control+Z")
    expect(page.locator("mark.said")).to_have_count(1)


def test_the_keyboard_alone_names_a_speaker(page: Page) -> None:
    page.get_by_label("Headline").press("Enter")
    page.locator(".ProseMirror[contenteditable]").focus()
    page.keyboard.insert_text(PARAGRAPHS[0])
    page.wait_for_timeout(100)
    page.keyboard.press("F8")
    page.keyboard.press("Alt+Enter")
    expect(page.get_by_label("Speaker", exact=True)).to_be_focused()
    page.keyboard.type("Ada Writer, Director")
    expect(page.locator("#who .options .new").first).to_be_visible()
    page.keyboard.press("Enter")
    expect(page.locator("mark.said")).to_have_count(1)
    expect(page.locator(".ProseMirror[contenteditable]")).to_be_focused()


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("width", [390, 1440])
def test_axe_finds_nothing_on_the_writing_page(
    publisher: User, edition: Edition, live_server: LiveServer, theme: str, width: int
) -> None:
    path = f"/admin/articles/article/{edition.article_id}/change/"
    size = {"width": width, "height": 900}
    with desk(live_server, path, color_scheme=theme, viewport=size) as page:
        expect(page.locator("mark.said").first).to_be_visible()
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        assert violations(page) == []
        page.locator("mark.unsaid").first.click()
        page.keyboard.type("Norov")
        expect(page.locator("#who [role=option]").first).to_be_visible()
        assert violations(page) == []
