"""A picture is dropped into the body and a statement placed there, by hand in a real browser."""

from __future__ import annotations

import base64
import re
from collections.abc import Iterator

import pytest
from django.contrib.auth.models import User
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from articles.models import Edition, Picture
from tests.builders import a_picture_row, an_upload
from tests.chromium import CHROMIUM, desk, violations

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not CHROMIUM, reason="no Chromium on this machine (apt install chromium)"),
    pytest.mark.django_db(transaction=True, serialized_rollback=True),
]
DROP = """([encoded, names]) => {
  const bytes = Uint8Array.from(atob(encoded), (one) => one.charCodeAt(0));
  const dataTransfer = new DataTransfer();
  for (const name of names) {
    dataTransfer.items.add(new File([bytes], name, { type: "image/jpeg" }));
  }
  const dom = document.querySelector(".ProseMirror[contenteditable]");
  const { x, y } = dom.lastElementChild.getBoundingClientRect();
  const at = { clientX: x + 5, clientY: y + 5, bubbles: true, cancelable: true };
  dom.dispatchEvent(new DragEvent("drop", { dataTransfer, ...at }));
}"""


@pytest.fixture
def library(publisher: User) -> Picture:
    """Asked for before ``page``: there is no making rows once the browser runs."""
    return a_picture_row(publisher, alternative_text="A street in Islamabad")


@pytest.fixture
def page(edition: Edition, library: Picture, live_server: LiveServer) -> Iterator[Page]:
    with desk(live_server, "/admin/articles/article/add/") as page:
        yield page


def test_pictures_are_dropped_and_a_statement_is_placed(page: Page, library: Picture) -> None:
    body = page.locator(".ProseMirror[contenteditable]")
    body.click()
    page.keyboard.insert_text("Words before.")
    encoded = base64.b64encode(an_upload().read()).decode()
    page.evaluate(DROP, [encoded, ["one.jpg", "two.jpg"]])
    line = page.get_by_role("group", name="A picture in the text")
    expect(line).to_contain_text("one.jpg, then 1 more")
    line.get_by_label("What it shows, for").fill("Half of the")
    page.get_by_role("button", name="Statement, article or event in the text").click()
    expect(line.get_by_label("What it shows, for")).to_have_value("Half of the")
    page.locator(".bar.embed").get_by_role("button", name="Close").click()
    for what, caption in (("A hall", "ہال میں تین مقرر"), ("A stage", "C" * 120)):
        line.get_by_label("What it shows, for").fill(what)
        line.get_by_label("Credit: who made it").fill("CGSS")
        line.get_by_label("Caption", exact=True).fill(caption)
        line.get_by_role("button", name="Add the picture").click()
        expect(body.get_by_role("figure", name=f"Picture: {what}")).to_contain_text(caption)
    expect(line).to_be_hidden()

    # By keyboard alone: from the library, then a statement of another article.
    page.get_by_role("button", name="Picture in the text").press("Enter")
    page.keyboard.type("street islamabad")
    chosen = page.locator(".prose-menubar [role=option][aria-selected=true]")
    expect(chosen).to_contain_text("A street in Islamabad")
    page.keyboard.press("Enter")
    expect(body.get_by_role("figure", name="Picture: A street in Islamabad")).to_be_visible()
    page.get_by_role("button", name="Statement, article or event in the text").press("Enter")
    page.keyboard.type("norov")
    expect(chosen).to_contain_text("Vladimir Norov")
    page.keyboard.press("Enter")
    expect(body.get_by_role("figure", name="Statement: ")).to_contain_text("Vladimir Norov")
    expect(body).to_be_focused()

    page.get_by_label("Headline").fill("With pictures")
    page.keyboard.press("Control+S")
    expect(page.get_by_text(", saved ").first).to_be_visible()
    page.reload()
    value = page.locator("#id_body").input_value()
    found = re.findall(r'<figure data-record="(\w+)/([^"]*)"></figure>', value)
    assert [kind for kind, _ in found] == ["picture", "picture", "picture", "statement"]
    assert found[2][1] == str(library.pk)
    expect(body.get_by_role("figure", name="Picture: A street in Islamabad")).to_be_visible()
    expect(body.get_by_role("figure", name="Statement: ")).to_contain_text("Vladimir Norov")
    assert violations(page) == []

    body.get_by_role("button", name="Take out of the text. Picture: A street").press("Enter")
    expect(body.get_by_role("figure")).to_have_count(3)
    page.keyboard.press("Control+Z")
    expect(body.get_by_role("figure")).to_have_count(4)

    # A page of the site has words alone.
    page.keyboard.press("Control+S")
    expect(page.get_by_text(", saved ").first).to_be_visible()
    page.goto("/admin/articles/sitepage/add/")
    expect(page.get_by_role("button", name="Bold")).to_be_visible()
    expect(page.get_by_role("button", name="Picture in the text")).to_have_count(0)
    page.evaluate(DROP, [encoded, ["one.jpg"]])
    expect(page.get_by_text("Neither pictures nor other files can be put")).to_be_visible()
