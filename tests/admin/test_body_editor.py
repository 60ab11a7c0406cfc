"""The body's toolbar in a real browser: structure, links, find, and what axe says of them."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.contrib.auth.models import User
from django.test import Client
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from articles.models import Edition, Topic
from articles.publishing.publish import publish
from people.models import Speaker
from tests.builders import a_speaker, an_article
from tests.chromium import CHROMIUM, desk, violations

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not CHROMIUM, reason="no Chromium on this machine (apt install chromium)"),
    pytest.mark.django_db(transaction=True, serialized_rollback=True),
]
ADDRESS = "Link to an address, or to a record: type words of its name"


@pytest.fixture
def page(publisher: User, edition: Edition, live_server: LiveServer) -> Iterator[Page]:
    a_speaker("Ada Writer")
    with desk(live_server, "/admin/articles/article/add/") as page:
        page.locator(".ProseMirror[contenteditable]").click()
        page.keyboard.insert_text("read it")
        page.wait_for_timeout(100)
        yield page


@pytest.mark.parametrize(
    ("typed", "href"),
    [
        ("example.org/page?a=1", "https://example.org/page?a=1"),
        ("http://example.org", "http://example.org"),
        ("press@example.org", "mailto:press@example.org"),
        ("tel:+92 51 123-4567", "tel:+92511234567"),
    ],
)
def test_an_address_gets_its_scheme(page: Page, typed: str, href: str) -> None:
    page.keyboard.press("Control+A")
    page.keyboard.press("Control+K")
    page.keyboard.type(typed)
    page.keyboard.press("Enter")
    link = page.locator(".ProseMirror[contenteditable] a")
    expect(link).to_have_attribute("href", href)
    expect(link).to_have_text("read it")
    page.get_by_label("Headline").fill("A link")
    page.keyboard.press("Control+S")
    expect(page.get_by_text(", saved ").first).to_be_visible()
    expect(page.locator("#id_body")).to_have_value(f'<p><a href="{href}">read it</a></p>')


@pytest.mark.parametrize(
    "typed", ["javascript:alert(1)", "file:///c:/x", "tel:me", "Sunday", "a b"]
)
def test_what_is_no_address_is_refused_with_a_sentence(page: Page, typed: str) -> None:
    page.keyboard.press("Control+A")
    page.keyboard.press("Control+K")
    page.keyboard.type(typed)
    page.get_by_role("button", name="Set the link").click()
    expect(page.locator(".bar .problem")).to_contain_text(f"“{typed}”")
    expect(page.locator(".ProseMirror[contenteditable] a")).to_have_count(0)
    page.keyboard.press("Escape")


def test_a_record_of_ours_is_linked_by_choice(page: Page) -> None:
    page.keyboard.press("End")
    page.keyboard.press("Control+K")
    page.keyboard.type("ada wri")
    option = page.get_by_role("option", name="Ada Writer")
    expect(option).to_contain_text("speaker, not public yet")
    page.keyboard.press("Enter")
    link = page.locator(".ProseMirror[contenteditable] a")
    expect(link).to_have_attribute("href", "/speakers/ada-writer/")
    expect(link).to_have_text("Ada Writer")


def test_a_link_is_changed_and_removed(page: Page) -> None:
    page.keyboard.press("Control+A")
    page.keyboard.press("Control+K")
    page.keyboard.type("example.org")
    page.keyboard.press("Enter")
    page.locator(".ProseMirror[contenteditable] a").click()
    page.keyboard.press("Control+K")
    expect(page.get_by_label(ADDRESS)).to_have_value("https://example.org")
    page.get_by_role("button", name="Remove the link").click()
    expect(page.locator(".ProseMirror[contenteditable] a")).to_have_count(0)


def test_find_goes_from_one_place_to_the_next(page: Page) -> None:
    page.keyboard.insert_text(" or “Read it” aloud, reader")
    page.keyboard.press("Control+F")
    page.keyboard.type('"READ')
    expect(page.get_by_role("search")).to_contain_text("1 of 1")
    page.get_by_role("searchbox", name="Find in the text").fill("read")
    expect(page.get_by_role("search")).to_contain_text("1 of 3")
    page.keyboard.press("Shift+Enter")
    expect(page.get_by_role("search")).to_contain_text("3 of 3")
    expect(page.locator(".found")).to_have_count(3)
    page.keyboard.press("Escape")
    expect(page.locator(".found")).to_have_count(0)
    page.keyboard.type("Writ")  # over what was found last
    expect(page.locator(".ProseMirror[contenteditable]")).to_contain_text("aloud, Writer")


def test_a_raised_number_in_a_quotation_is_told_from_its_digits(page: Page) -> None:
    page.keyboard.press("Control+A")
    page.keyboard.insert_text("Ada said “we counted 10")
    page.get_by_role("button", name="Superscript").click()
    page.keyboard.insert_text("6")
    page.get_by_role("button", name="Superscript").click()
    page.keyboard.insert_text(" of them” today.")
    page.locator("mark.unsaid").first.click()
    page.keyboard.type("Ada Writer, Director")
    expect(page.locator("#who .options .new").first).to_be_visible()
    page.keyboard.press("Enter")
    expect(page.locator("#id_statements-0-text")).to_have_value("we counted 10⁶ of them")
    expect(page.locator("mark.said")).to_have_text(["we counted 10", "6", " of them"])
    expect(page.locator("#id_body")).to_have_value(
        "<p>Ada said “we counted 10<sup>6</sup> of them” today.</p>"
    )


@pytest.mark.parametrize("width", [390, 1440])
def test_axe_finds_nothing_while_the_lines_of_the_toolbar_are_open(page: Page, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 900})
    page.get_by_role("button", name="Insert table").click()
    page.get_by_role("dialog").get_by_role("button", name="Insert Table").click()
    expect(page.locator(".ProseMirror[contenteditable] table")).to_be_visible()
    page.get_by_role("button", name="Heading 2").focus()
    page.get_by_role("button", name="Find in the text").click()
    page.get_by_role("button", name="Link", exact=True).click()
    page.keyboard.type("nobody is called so")
    expect(page.get_by_text("Nothing found.")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert violations(page) == []


def test_the_spelling_is_checked_in_the_articles_language(page: Page) -> None:
    body = page.locator(".ProseMirror[contenteditable]")
    expect(body).to_have_attribute("spellcheck", "true")
    expect(body).to_have_attribute("lang", "en")


def test_pages_are_found_by_their_public_address(
    client: Client, publisher: User, edition: Edition
) -> None:
    client.force_login(publisher)
    speaker = Speaker.objects.filter(affiliations__statements__article=edition.article).first()
    assert speaker
    Topic.objects.create(name="Roads", slug="roads")
    path = "/admin/articles/article/pick/page/"
    found = client.get(path, {"q": speaker.name}).json()["results"]
    assert {
        "label": str(speaker),
        "detail": "speaker",
        "href": f"/speakers/{speaker.slug}/",
    } in found
    assert client.get(path, {"q": ""}).json() == {"results": [], "new": []}
    assert (
        client.get(path, {"q": "Roads"}).json()["results"][0]["detail"] == "topic, not public yet"
    )


def test_a_table_scrolls_on_a_phone(publisher: User, live_server: LiveServer) -> None:
    cells = "".join(f"<td><p>A cell with words {n}</p></td>" for n in range(8))
    table = f"<table><tbody><tr>{cells}</tr></tbody></table>"
    body = f"<p>Text</p>{table}<h2>Part</h2><h3>Of it</h3><h4>Small</h4><hr>"
    article = an_article("Wide", body=body)
    edition = publish(article, by=publisher)
    with desk(live_server, "/admin/", viewport={"width": 390, "height": 800}) as page:
        page.goto(edition.get_absolute_url())
        expect(page.locator(".body .scrolls")).to_be_visible()
        assert page.evaluate("document.documentElement.scrollWidth") <= 390
        assert page.locator(".body .scrolls").evaluate("box => box.scrollWidth > box.clientWidth")
        assert violations(page) == []
