"""The writing page in a real browser: a release becomes a published article by hand."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.contrib.auth.models import User
from playwright.sync_api import FilePayload, Locator, Page, Route, expect
from pytest_django.live_server_helper import LiveServer

from articles.models import Edition, Topic
from tests.builders import an_upload
from tests.chromium import CHROMIUM, desk, violations, violations_in_both_themes

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


@pytest.fixture
def opened(publisher: User, edition: Edition, live_server: LiveServer) -> Iterator[Page]:
    """The release, published, on the writing page."""
    with desk(live_server, f"/admin/articles/article/{edition.article_id}/change/") as page:
        expect(page.locator("mark.said").first).to_be_visible()
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


def answer_late(page: Page, milliseconds: int) -> None:
    """Let each search of a picker take as long as over a slow line."""

    def later(route: Route) -> None:
        page.wait_for_timeout(milliseconds)
        route.continue_()

    page.route(lambda address: "/pick/" in address and "?q=" in address, later)


def labels(page: Page, kind: str, words: str) -> list[str]:
    """Return the names of the records of ``kind`` that a picker finds."""
    found = page.request.get(f"/admin/articles/article/pick/{kind}/?q={words}").json()
    return [one["label"] for one in found["results"]]


@pytest.fixture
def topic(db: None) -> Topic:
    return Topic.objects.create(name="Diplomacy of ports")


def test_enter_before_the_picker_has_answered_adds_all_that_was_typed(page: Page) -> None:
    answer_late(page, 200)
    page.locator("details > summary", has_text="Topics").first.click()
    field = page.get_by_label("Topics", exact=True)
    field.click()
    page.keyboard.type("D")
    expect(page.locator(".panel .options .new:visible")).to_contain_text("D")
    page.keyboard.type("iplomacy")
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    chosen = page.locator("#id_topics").locator("..").locator(".chosen-rows")
    expect(chosen).to_have_text("Diplomacy")
    assert labels(page, "topic", "D") == ["Diplomacy"]


def test_enter_before_the_picker_has_answered_takes_no_record_of_another_name(
    topic: Topic, page: Page
) -> None:
    answer_late(page, 200)
    page.locator("details > summary", has_text="Topics").first.click()
    page.get_by_label("Topics", exact=True).click()
    page.keyboard.type("Diplomacy")
    page.keyboard.press("Enter")
    options = page.locator(".panel .options:visible [role=option]")
    expect(options).to_have_count(2)
    expect(page.locator("#id_topics").locator("..").locator(".chosen-rows")).to_have_text("")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(page.locator("#id_topics").locator("..").locator(".chosen-rows")).to_have_text(
        "Diplomacy"
    )


def test_an_answer_for_one_passage_is_not_taken_for_the_next(page: Page) -> None:
    page.locator(".ProseMirror[contenteditable]").click()
    for paragraph in PARAGRAPHS[:2]:
        page.keyboard.insert_text(paragraph)
        page.keyboard.press("Enter")
    page.locator("mark.unsaid", has_text="nothing is decided").click()
    held: list[Route] = []
    page.route(lambda address: "/pick/affiliation/" in address, lambda route: held.append(route))
    page.keyboard.type("Ben Reader, Director")
    page.keyboard.press("Enter")
    expect(page.get_by_label("Speaker", exact=True)).to_have_value("Ben Reader, Director")
    page.locator("mark.unsaid", has_text="we will go on").click()
    expect(page.get_by_label("Speaker", exact=True)).to_have_value("")
    assert held
    for route in held:
        route.continue_()
    page.wait_for_timeout(1000)
    expect(page.locator("mark.unsaid")).to_have_count(2)
    page.unroute_all()
    assert labels(page, "affiliation", "Ben") == []


def hold(page: Page, part: str) -> list[Route]:
    """Let what is posted to addresses with ``part`` wait in the list that is returned."""
    held: list[Route] = []

    def wait(route: Route) -> None:
        if route.request.method == "POST":
            held.append(route)
        else:
            route.continue_()

    page.route(lambda address: part in address, wait)
    return held


def wait_for(page: Page, held: list[Route], count: int = 1) -> None:
    for _ in range(100):
        if len(held) >= count:
            return
        page.wait_for_timeout(100)
    raise AssertionError(f"{len(held)} of {count} requests came")


def name_speaker(page: Page, words: str, speaker: str) -> None:
    page.locator("mark.unsaid", has_text=words).click()
    page.keyboard.type(speaker)
    expect(page.locator("#who .options .new").first).to_be_visible()
    page.keyboard.press("Enter")
    expect(page.locator("mark.said", has_text=words)).to_be_visible()


@pytest.fixture
def saved(page: Page) -> Page:
    """Two quotations, of which the first has a speaker, saved as a draft."""
    page.keyboard.type("The door stays open")
    page.locator(".ProseMirror[contenteditable]").click()
    for paragraph in PARAGRAPHS[:2]:
        page.keyboard.insert_text(paragraph)
        page.keyboard.press("Enter")
    name_speaker(page, "we will go on", "Ada Writer, Director")
    page.keyboard.press("Control+s")
    expect(page.locator("#state .saved")).to_be_visible()
    expect(page.locator("mark.said")).to_have_count(1)
    return page


def test_what_is_written_while_a_save_is_under_way_stays(saved: Page) -> None:
    page = saved
    held = hold(page, "/change/")
    page.get_by_label("Standfirst").fill("A webinar")
    page.keyboard.press("Control+s")
    wait_for(page, held)
    name_speaker(page, "nothing is decided", "Ben Reader, Chair")
    page.locator("mark.said", has_text="we will go on").dblclick(position={"x": 12, "y": 10})
    page.wait_for_timeout(150)
    page.keyboard.type("they")
    page.get_by_label("Standfirst").fill("A webinar on doors")
    held.pop().continue_()
    expect(page.locator("#told")).to_have_text("Saved.")
    expect(page.locator("mark.said")).to_have_count(2)
    expect(page.locator("#said .lost")).to_have_count(0)
    page.unroute_all()
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.locator("#article_form.typed")).to_have_count(0)
    page.reload()
    expect(page.locator("mark.said")).to_have_count(2)
    expect(page.locator("#said .lost")).to_have_count(0)
    expect(page.get_by_label("Standfirst")).to_have_value("A webinar on doors")


def test_a_statement_that_was_removed_and_saved_comes_back(saved: Page) -> None:
    page = saved
    page.locator("mark.said").click(position={"x": 4, "y": 4})
    page.get_by_role("button", name="Remove the statement").click()
    page.keyboard.press("Control+s")
    expect(page.locator("#told")).to_have_text("Saved.")
    page.locator("#undo-line button").click()
    expect(page.locator("mark.said")).to_have_count(1)


def test_a_second_save_waits_for_the_first(saved: Page) -> None:
    page = saved
    held = hold(page, "/change/")
    page.get_by_label("Standfirst").fill("First")
    page.keyboard.press("Control+s")
    wait_for(page, held)
    page.get_by_label("Standfirst").fill("Second")
    page.keyboard.press("Control+s")
    page.wait_for_timeout(500)
    assert len(held) == 1
    held.pop().continue_()
    wait_for(page, held)
    with page.expect_response(lambda answer: answer.url.endswith("/change/")):
        held.pop().continue_()
    expect(page.locator("#article_form.typed")).to_have_count(0)
    expect(page.locator(".errornote")).to_have_count(0)
    page.unroute_all()
    page.reload()
    expect(page.get_by_label("Standfirst")).to_have_value("Second")


def test_a_newsroom_that_is_away_takes_no_text_away(saved: Page) -> None:
    page = saved
    page.get_by_label("Standfirst").fill("Typed")
    page.route(
        lambda address: address.endswith("/change/"), lambda route: route.fulfill(status=503)
    )
    page.keyboard.press("Control+s")
    expect(page.locator("#messages")).to_contain_text("It cannot be saved at the moment")
    expect(page.get_by_label("Standfirst")).to_have_value("Typed")


def test_what_is_typed_while_a_record_is_made_stays(page: Page) -> None:
    page.locator("details > summary", has_text="Topics").first.click()
    field = page.get_by_label("Topics", exact=True)
    field.click()
    held = hold(page, "/pick/topic/")
    page.keyboard.type("Trade")
    expect(page.locator(".panel .options .new:visible")).to_contain_text("Trade")
    page.keyboard.press("Enter")
    wait_for(page, held)
    field.fill("Ports")
    held.pop().continue_()
    chosen = page.locator("#id_topics").locator("..").locator(".chosen-rows")
    expect(chosen).to_have_text("Trade")
    expect(field).to_have_value("Ports")


def test_of_two_records_that_are_made_the_one_chosen_last_stays(page: Page) -> None:
    page.locator("details > summary", has_text="Event").first.click()
    field = page.get_by_label("Event", exact=True)
    held = hold(page, "/pick/event/")
    for count, name in enumerate(("A webinar", "A summit"), start=1):
        field.fill(name)
        expect(page.locator(".panel .options .new:visible")).to_contain_text(name)
        field.press("Enter")
        wait_for(page, held, count)
    for route in reversed(held):
        with page.expect_response(lambda answer: answer.request.method == "POST"):
            route.continue_()
    page.wait_for_timeout(300)
    expect(field).to_have_value("A summit")


@pytest.mark.parametrize("seconds", [0.1, 11])
def test_a_second_click_within_ten_seconds_sends_nothing(page: Page, seconds: float) -> None:
    page.keyboard.type("The door stays open")
    sent: list[str] = []

    def answer(route: Route) -> None:
        sent.append(route.request.method)
        route.fulfill(status=204)  # the page stays, as it does until an answer comes

    page.route(lambda address: address.endswith("/article/add/"), answer)
    save = page.get_by_role("button", name="Save", exact=True)
    save.click(no_wait_after=True)
    page.wait_for_timeout(seconds * 1000)
    save.click(no_wait_after=True)
    page.wait_for_timeout(1000)
    assert sent == ["POST"] * (1 if seconds < 10 else 2)


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


def test_a_new_speaker_is_the_statement_s_though_the_panel_closed_meanwhile(page: Page) -> None:
    def late(route: Route) -> None:
        page.wait_for_timeout(500)
        route.continue_()

    page.route("**/pick/affiliation/", late)
    page.locator(".ProseMirror[contenteditable]").click()
    page.keyboard.insert_text(PARAGRAPHS[0])
    page.locator("mark.unsaid").click()
    page.keyboard.type("Ada Writer, Director")
    expect(page.locator("#who .options .new").first).to_be_visible()
    page.keyboard.press("Enter")
    page.get_by_label("Headline").click()
    expect(page.locator("#who")).to_be_hidden()
    expect(page.locator("mark.said")).to_have_count(1)


def test_a_statement_that_was_removed_comes_back(page: Page) -> None:
    page.locator(".ProseMirror[contenteditable]").click()
    page.keyboard.insert_text(PARAGRAPHS[0])
    page.locator("mark.unsaid").click()
    page.get_by_role("button", name="Nobody said it").click()
    expect(page.locator("mark")).to_have_count(0)
    page.locator("#undo-line button").click()
    page.locator("mark.unsaid").click()
    page.keyboard.type("Ada Writer, Director")
    expect(page.locator("#who .options .new").first).to_be_visible()
    page.keyboard.press("Enter")
    # Not where the last click was: within half a second that makes a double click.
    page.locator("mark.said").click(position={"x": 4, "y": 4})
    page.get_by_role("button", name="Remove the statement").click()
    expect(page.locator("mark.said")).to_have_count(0)
    page.locator("#undo-line button").click()
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


def test_the_keyboard_alone_takes_a_text_to_publication(page: Page) -> None:
    keys = page.keyboard
    keys.type("The door stays open")
    keys.press("Enter")
    expect(page.get_by_label("Standfirst")).to_be_focused()
    for _ in range(40):
        if page.evaluate("document.activeElement.matches('.ProseMirror')"):
            break
        keys.press("Tab")
    keys.insert_text(PARAGRAPHS[0])
    page.wait_for_timeout(100)
    keys.press("F8")
    keys.press("Alt+Enter")
    expect(page.get_by_label("Speaker", exact=True)).to_be_focused()
    keys.type("Ada Writer, Director")
    expect(page.locator("#who .options .new").first).to_be_visible()
    keys.press("Enter")
    expect(page.locator("mark.said")).to_have_count(1)
    keys.press("Control+s")
    expect(page.locator("#state .saved")).to_contain_text("Version 1")
    expect(page.locator("mark.said")).to_have_count(1)
    page.wait_for_timeout(1000)
    keys.press("Control+Shift+Enter")
    dialog = page.get_by_role("dialog", name="Publish")
    expect(dialog.get_by_role("heading", name="What becomes public by it")).to_be_visible()
    if page.evaluate("document.activeElement.name") == "despite":
        keys.press("Space")
        expect(dialog.get_by_role("checkbox")).to_be_checked()
    for _ in range(20):
        if page.evaluate("document.activeElement.matches('.default')"):
            break
        keys.press("Tab")
    keys.press("Enter")
    expect(page.get_by_text("Published as edition 1.")).to_be_visible()
    assert page.request.get("/articles/the-door-stays-open/").ok


def test_publishing_asks_in_a_dialog_and_the_page_stays(edition: Edition, opened: Page) -> None:
    opened.evaluate("window.stayed = true")
    opened.get_by_label("Headline").press("Control+A")
    opened.keyboard.type("Another headline")
    opened.get_by_role("button", name="Publish the changes…").click()
    dialog = opened.get_by_role("dialog", name="Publish")
    expect(dialog.locator("ins").last).to_have_text("Another headline")
    assert violations(opened) == []
    opened.keyboard.press("Escape")
    expect(dialog).to_be_hidden()
    opened.get_by_role("button", name="Publish the changes…").click()
    dialog.get_by_role("button", name="Publish the changes").click()
    expect(dialog.get_by_text("Nothing is published yet")).to_be_visible()
    dialog.get_by_role("checkbox").check()
    dialog.get_by_label("Correction note").fill("The headline was another.")
    dialog.get_by_role("button", name="Publish the changes").click()
    expect(opened.get_by_text("Corrected: readers see edition 2")).to_be_visible()
    expect(opened.locator("#state")).to_contain_text("Published edition 2")
    assert opened.evaluate("window.stayed")


def test_the_preview_follows_what_is_typed(page: Page) -> None:
    errors: list[str] = []
    page.on("console", lambda line: errors.append(line.text) if line.type == "error" else None)
    page.keyboard.type("A headline")
    page.keyboard.press("Control+Shift+P")
    shown = page.frame_locator("#preview iframe")
    expect(shown.get_by_role("heading", name="A headline")).to_be_visible()
    page.get_by_label("Headline").press_sequentially(" that goes on")
    expect(shown.get_by_role("heading", name="A headline that goes on")).to_be_visible()
    assert page.locator("#preview iframe").bounding_box()["width"] == 390  # type: ignore[index]
    page.get_by_role("button", name="Wide").click()
    assert page.locator("#preview iframe").bounding_box()["width"] > 1000  # type: ignore[index]
    page.get_by_role("button", name="Close the preview").click()
    expect(page.locator("#preview")).to_be_hidden()
    expect(page.get_by_label("Headline")).to_be_focused()
    assert errors == []


def test_a_finding_leads_to_the_words_it_is_about(page: Page) -> None:
    page.keyboard.type("A headline of the the day")
    body = page.locator(".ProseMirror[contenteditable]")
    body.click()
    page.keyboard.insert_text("It was was said in Lahore.")
    checks = page.get_by_role("region", name="Checks")
    checks.get_by_role("button", name="“was was”").click()
    assert page.evaluate("getSelection().toString()") == "was was"
    checks.get_by_role("button", name="“the the”").click()
    expect(page.get_by_label("Headline")).to_be_focused()
    page.get_by_label("Headline").fill("A headline of the day")
    expect(checks.get_by_role("button", name="“the the”")).to_have_count(0)


def test_a_picture_and_organizers_are_made_in_place(page: Page) -> None:
    picture = an_upload()
    page.locator("details > summary", has_text="Picture").click()
    chosen = FilePayload(name="hall.jpg", mimeType="image/jpeg", buffer=picture.read())
    page.get_by_label("Drop a picture here").set_input_files(chosen)
    expect(page.get_by_label("What it shows")).to_be_focused()
    page.get_by_label("What it shows").fill("A hall")
    page.get_by_role("button", name="Focal point").press("ArrowRight")
    page.get_by_role("button", name="Add the picture").click()
    expect(page.locator(".new-picture .problem")).to_contain_text("Credit")
    page.get_by_label("Credit").fill("The Institute")
    page.get_by_role("button", name="Add the picture").click()
    expect(page.get_by_label("Picture", exact=True)).to_have_value("A hall")
    expect(page.get_by_alt_text("A hall")).to_be_visible()

    page.locator("details > summary", has_text="Event").first.click()
    page.get_by_label("Event", exact=True).fill("The Webinar")
    expect(page.locator(".panel .options .new:visible")).to_be_visible()
    page.keyboard.press("Enter")
    page.get_by_label("Organizers").fill("The Institute")
    expect(page.locator(".panel .options .new:visible")).to_be_visible()
    page.keyboard.press("Enter")
    expect(page.get_by_label("The Institute")).to_be_checked()
    page.get_by_label("Headline").fill("Made in place")
    page.keyboard.press("Control+s")
    expect(page.locator("#state .saved")).to_contain_text("Version 1")
    page.locator("details > summary", has_text="Event").first.click()
    expect(page.get_by_label("The Institute")).to_be_checked()
    expect(page.get_by_label("Picture", exact=True)).to_have_value("A hall")


@pytest.mark.parametrize("width", [390, 1440])
def test_axe_finds_nothing_on_the_writing_page(
    publisher: User, edition: Edition, live_server: LiveServer, width: int
) -> None:
    path = f"/admin/articles/article/{edition.article_id}/change/"
    size = {"width": width, "height": 900}
    with desk(live_server, path, viewport=size) as page:
        expect(page.locator("mark.said").first).to_be_visible()
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        assert violations_in_both_themes(page) == []
        page.get_by_label("Headline").press_sequentially("!")
        expect(page.get_by_role("button", name="Publish the changes…")).to_be_visible()
        page.locator("mark.unsaid").first.click()
        page.keyboard.type("Norov")
        expect(page.locator("#who [role=option]").first).to_be_visible()
        assert violations_in_both_themes(page) == []
        page.keyboard.press("Escape")
        page.keyboard.press("Escape")
        page.keyboard.press("Control+Shift+P")
        frame = page.frame_locator("#preview iframe")
        expect(frame.get_by_role("heading", level=1)).to_be_visible()
        assert violations_in_both_themes(page) == []
