"""What programs put on the clipboard, pasted into the body in a real browser.

``paste/`` has what is pasted (``.html``; ``.txt`` where a program gives text alone), and beside
it what the body then has: ``.expected.html``, whose first line is what the desk says was left out.
"""

from __future__ import annotations

import textwrap
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.contrib.auth.models import User
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from articles.richtext import sanitize
from tests.chromium import CHROMIUM, desk

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not CHROMIUM, reason="no Chromium on this machine (apt install chromium)"),
    pytest.mark.django_db(transaction=True, serialized_rollback=True),
]

FOLDER = Path(__file__).parent / "paste"
PASTE_OVER = """([kind, text]) => {
  const { editor } = window.pasting, data = new DataTransfer();
  data.setData(kind, text);
  const paste = { clipboardData: data, bubbles: true, cancelable: true };
  editor.view.dom.dispatchEvent(new ClipboardEvent("paste", paste));
  return new Promise((done) => setTimeout(() => done([
    document.getElementById("id_body").value,
    document.querySelector(".pasted span")?.textContent ?? "",
  ])));
}"""
PASTE = PASTE_OVER.replace("{", "{ window.pasting.editor.commands.clearContent(true);", 1)


@pytest.fixture
def page(publisher: User, live_server: LiveServer) -> Iterator[Page]:
    with desk(live_server, "/admin/articles/article/add/") as page:
        page.add_init_script(
            "document.addEventListener('prose-editor:ready', ({ detail }) => {"
            " window.pasting = detail; })"
        )
        page.reload()
        expect(page.locator(".ProseMirror[contenteditable]")).to_be_visible()
        page.wait_for_function("window.pasting")
        yield page


def long_pastes() -> Iterator[tuple[str, str, str, str, str]]:
    """Two texts of about 5,000 words: as Word writes one, and as a mail program wraps one."""
    sentence = (
        "The council met again and talked about the road between both cities, nobody knows why. "
    )
    struck = (
        "<p class=MsoNormal style='margin:0in'><span lang=EN-US>%s<s><del cite='mailto:Ada'>not "
        "</del></s>so<o:p></o:p></span></p>\n" % (sentence * 10)
    )
    kept = f"<p>{sentence * 10}so</p>"
    said = "34 struck words were left out of what you pasted."
    yield "5,000 words of Word", "text/html", struck * 34, kept * 34, said
    paragraphs = [sentence * n for n in range(5, 28)]
    wrapped = "\n\n".join(textwrap.fill(one, 72) for one in paragraphs)
    joined = "".join(f"<p>{one.strip()}</p>" for one in paragraphs)
    yield "5,000 words of mail", "text/plain", wrapped, joined, ""


def pastes() -> Iterator[tuple[str, str, str, str, str]]:
    """Each paste: its name, its kind, what is pasted, what is kept, and what is said."""
    for path in sorted(FOLDER.iterdir()):
        if ".expected" in path.name:
            continue
        said, *blocks = path.with_suffix(".expected.html").read_text(encoding="utf-8").splitlines()
        kind = "text/html" if path.suffix == ".html" else "text/plain"
        yield path.name, kind, path.read_text(encoding="utf-8"), "".join(blocks), said[5:-4]
    yield from long_pastes()


def test_what_programs_copy_is_kept_as_an_editor_would_type_it(page: Page) -> None:
    problems, count = [], 0
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    for name, kind, pasted, kept, said in pastes():
        body, told = page.evaluate(PASTE, [kind, pasted])
        count += 1
        if (body, told) != (kept, said):
            problems.append(f"{name}:\n  kept {body}\n  for  {kept}\n  said {told}\n  for  {said}")
        elif sanitize(body) != body:
            problems.append(f"{name}: the server changes it to {sanitize(body)}")
    assert problems == []
    assert errors == []
    assert count >= 24


def test_struck_words_that_are_copied_and_pasted_are_gone_and_undo_brings_all_back(
    page: Page,
) -> None:
    body = page.locator(".ProseMirror[contenteditable]")
    body.click()
    page.keyboard.insert_text("Before. ")
    page.wait_for_timeout(700)  # what is typed sooner is undone together with the paste
    other = page.context.new_page()
    other.set_content("<p id=all>He was <s>not at all</s> guilty of 10<sup>6</sup> things</p>")
    other.evaluate("getSelection().selectAllChildren(document.getElementById('all'))")
    other.keyboard.press("Control+C")
    other.close()
    page.keyboard.press("Control+V")
    expect(body).to_have_text("Before. He was guilty of 106 things")
    expect(body.locator("sup")).to_have_text("6")
    told = page.get_by_role("status").filter(has_text="left out")
    expect(told).to_contain_text("3 struck words were left out of what you pasted.")
    told.get_by_role("button", name="Undo the paste").click()
    expect(body).to_have_text("Before. ")
    expect(page.locator(".pasted")).to_be_hidden()


def test_an_address_over_selected_words_is_a_link_and_words_are_none(page: Page) -> None:
    body = page.locator(".ProseMirror[contenteditable]")
    body.click()
    page.keyboard.insert_text("read it")
    page.wait_for_timeout(100)
    page.keyboard.press("Control+A")
    page.evaluate(PASTE_OVER, ["text/plain", "https://example.org/a"])
    expect(body.locator("a")).to_have_attribute("href", "https://example.org/a")
    expect(body).to_have_text("read it")
    page.keyboard.press("Control+A")
    page.evaluate(PASTE_OVER, ["text/plain", "Sunday.You"])
    expect(body).to_have_text("Sunday.You")
    expect(body.locator("a")).to_have_count(0)


def test_a_paste_of_nothing_but_struck_words_and_one_of_a_file_are_said(page: Page) -> None:
    page.evaluate(PASTE, ["text/html", "<p><strike>all of it</strike></p>"])
    told = page.locator(".pasted")
    expect(told).to_contain_text("3 struck words were left out")
    page.evaluate(
        """() => {
          const data = new DataTransfer(), { dom } = window.pasting.editor.view;
          data.items.add(new File(["x"], "x.pdf", { type: "application/pdf" }));
          const paste = { clipboardData: data, bubbles: true, cancelable: true };
          dom.dispatchEvent(new ClipboardEvent("paste", paste));
        }"""
    )
    expect(told).to_contain_text("“x.pdf” is no picture and cannot be put into the text.")
