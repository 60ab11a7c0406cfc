"""A pasted release becomes a published article in a real browser; proposals and words light up."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from email.message import EmailMessage
from io import StringIO
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.contrib.auth.models import User
from django.core.management import call_command
from django.db import transaction
from playwright.sync_api import Locator, Page, expect
from pytest_django import Settings
from pytest_django.live_server_helper import LiveServer

from articles.models import Article
from articles.publishing.publish import publish
from tests.builders import RELEASE_ARTICLE
from tests.chromium import CHROMIUM, desk, violations_in_both_themes

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not CHROMIUM, reason="no Chromium on this machine (apt install chromium)"),
    pytest.mark.django_db(transaction=True, serialized_rollback=True),
]

RELEASE = Path(__file__).parents[2] / "articles/fixtures/sco_gateway.txt"
#: What the release does not say and the fixture has, or depends on who makes it and when.
NOT_IN_THE_RELEASE = (
    "subjects",
    "slugline",
    "renditions",
    "altids",
    "version",
    "rights",
    "usageTerms",
)


@pytest.fixture
def by_hand(publisher: User) -> dict[str, Any]:
    """The feed's item of the release as people structured it: the fixture, published."""
    with transaction.atomic():
        call_command("loaddata", "sco_gateway", verbosity=0)
        edition = publish(Article.objects.get(pk=RELEASE_ARTICLE), by=publisher)
        found: dict[str, Any] = json.loads(json.dumps(edition.ninjs))
        transaction.set_rollback(True)
    return found


@pytest.fixture
def page(by_hand: dict[str, Any], live_server: LiveServer) -> Iterator[Page]:
    with desk(live_server, "/admin/") as page:
        yield page


def comparable(item: dict[str, Any]) -> dict[str, Any]:
    """An item of the feed without identifiers and times, and without NOT_IN_THE_RELEASE."""
    text = json.dumps({key: item[key] for key in item if key not in NOT_IN_THE_RELEASE})
    text = re.sub(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", "ID", text)
    return dict(json.loads(re.sub(r"\d{4}-\d\d-\d\dT[\d:.+Z]+", "TIME", text)))


def read_release(page: Page, text: str) -> None:
    page.goto("/admin/articles/article/import/")
    page.get_by_label("Paste the release").fill(text)
    page.get_by_role("button", name="Read it").click()
    expect(page.get_by_role("button", name="Make the draft")).to_be_visible()


def test_the_release_is_published_in_few_clicks_and_equals_the_fixture(
    page: Page, by_hand: dict[str, Any]
) -> None:
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.on("console", lambda line: errors.append(line.text) if line.type == "error" else None)
    clicks = 0

    def click(place: Locator) -> None:
        nonlocal clicks
        clicks += 1
        place.click()

    click(page.get_by_role("link", name="Import a release").first)
    expect(page.get_by_label("Paste the release")).to_be_focused()
    page.keyboard.insert_text(RELEASE.read_text(encoding="utf-8"))
    click(page.get_by_role("button", name="Read it"))
    click(page.get_by_label("Headline", exact=True))
    page.keyboard.type(by_hand["headlines"][0]["value"])
    page.keyboard.press("Tab")
    page.keyboard.type(by_hand["descriptions"][0]["value"])
    click(page.get_by_role("button", name="Make the draft"))
    expect(page.get_by_text("A draft with 7 statements.")).to_be_visible()
    click(page.get_by_role("button", name="Publish…"))
    expect(page.locator("input[name=despite]")).to_be_visible()  # in a dialog, or on its page
    click(page.locator("input[name=despite]"))
    click(page.get_by_role("button", name="Publish", exact=True))
    expect(page.get_by_text("Published as edition 1.")).to_be_visible()
    print(f"{clicks} clicks")  # with -rP
    assert clicks < 12
    assert errors == []

    item = page.request.get("/api/v1/articles/").json()["results"][0]
    assert comparable(item) == comparable(by_hand)
    path = urlsplit(item["renditions"][0]["href"]).path
    page.goto(path)
    for statement in by_hand["associations"]:
        if "body_html" in statement:
            expect(page.get_by_role("main")).to_contain_text(statement["headline"])


def test_a_proposal_and_its_words_light_each_other_up(page: Page) -> None:
    read_release(page, RELEASE.read_text(encoding="utf-8"))
    lit = page.locator(".words .lit")
    page.get_by_label("Name", exact=True).first.focus()
    expect(lit).to_have_text("Vladimir Norov")
    page.get_by_label("Organizers, one a line").hover()
    expect(lit).to_have_count(2)
    page.locator(".words .said").last.hover()
    expect(page.locator(".is-quotation .lit")).to_have_count(1)
    page.locator(".words .said").last.click()
    expect(page.locator(".is-quotation :focus")).to_have_count(1)
    box = page.locator(".is-quotation .take input")
    box.focus()
    page.keyboard.press("d")
    expect(box).not_to_be_checked()
    expect(box).not_to_be_focused()
    page.keyboard.press("k")
    expect(box).to_be_focused()
    page.keyboard.press("a")
    expect(box).to_be_checked()
    page.keyboard.press("k")
    page.keyboard.press("e")
    expect(page.locator(".fields :focus")).to_have_count(1)
    assert page.locator(".is-quotation textarea").input_value().startswith("Among them is the")


def test_a_file_that_is_dropped_on_the_page_is_read(page: Page) -> None:
    page.goto("/admin/articles/article/import/")
    page.evaluate(
        """text => {
          const data = new DataTransfer();
          data.items.add(new File([text], "release.txt", { type: "text/plain" }));
          document.body.dispatchEvent(new DragEvent("drop", { dataTransfer: data, bubbles: true }));
        }""",
        RELEASE.read_text(encoding="utf-8"),
    )
    expect(page.get_by_role("link", name="The original, release.txt")).to_be_visible()


@pytest.fixture
def received_mail(tmp_path: Path, settings: Settings) -> None:
    """The release came by mail: it lay in a Maildir folder and was read into the tray."""
    folder = tmp_path
    for name in ("new", "cur", "tmp"):
        (folder / name).mkdir()
    mail = EmailMessage()
    mail["From"], mail["Subject"] = "Press <press@cgss.example>", "SCO: a gateway to the region"
    mail.set_content(RELEASE.read_text(encoding="utf-8"))
    (folder / "new" / "1.mail").write_bytes(mail.as_bytes())
    settings.IMPORT_MAIL, settings.IMPORT_MAIL_SENDERS = f"maildir:{folder}", ["cgss.example"]
    call_command("import_mail", stdout=StringIO())


def test_tray_and_review_are_accessible_on_every_screen_and_a_mail_is_taken(
    received_mail: None, page: Page
) -> None:
    for width in (1440, 390):
        page.set_viewport_size({"width": width, "height": 900})
        page.goto("/admin/articles/article/import/")
        assert violations_in_both_themes(page) == []
        read_release(page, RELEASE.read_text(encoding="utf-8"))
        assert violations_in_both_themes(page) == []
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        page.goto("/admin/articles/article/import/received/")
        assert violations_in_both_themes(page) == []
        assert page.evaluate("document.documentElement.scrollWidth") <= width
    page.goto("/admin/")
    page.get_by_role("button", name="Take SCO: a gateway to the region").click()
    expect(page.get_by_label("Name", exact=True).first).to_have_value("Vladimir Norov")
    page.get_by_label("Headline", exact=True).fill("The gateway")
    page.get_by_role("button", name="Make the draft").click()
    expect(page.get_by_text("A draft with 7 statements.")).to_be_visible()
    page.goto("/admin/articles/article/import/received/?state=done")
    expect(page.get_by_role("link", name="SCO: a gateway to the region")).to_be_visible()


def test_without_script_everything_is_accepted_by_a_plain_form(
    by_hand: dict[str, Any], live_server: LiveServer
) -> None:
    with desk(live_server, "/admin/", java_script_enabled=False) as page:
        read_release(page, f"A headline of its own\n\n{RELEASE.read_text(encoding='utf-8')}")
        page.get_by_role("button", name="Make the draft").click()
        expect(page.get_by_text("A draft with 7 statements.")).to_be_visible()
