"""What a browser kept is shown again in its form, and nothing of it is saved unseen."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client

from articles.models import Article, EditSession, Event, Topic
from people.models import Organization, Speaker
from tests.admin.test_articles import form_of, save_and_publish
from tests.builders import a_capacity, a_picture, a_speaker, a_statement, an_article, an_event

pytestmark = [pytest.mark.slow, pytest.mark.django_db]

NEW = "/admin/articles/article/add/"
FORMS = {
    "people/speaker": ("name", "Zahoor Ahmad"),
    "people/organization": ("name", "The Centre"),
    "articles/event": ("name", "The Webinar"),
    "articles/topic": ("name", "Water"),
    "articles/picture": ("alternative_text", "A hall"),
    "articles/article": ("headline", "A headline"),
}


@pytest.fixture
def desk(client: Client, publisher: User) -> Client:
    client.force_login(publisher)
    return client


def slot_of(response: Any) -> str:
    """The slot that the form's page names."""
    found = re.search(r'name="_slot" value="([0-9a-f-]{36})"', response.content.decode())
    assert found
    return found[1]


def offered(response: Any) -> list[str]:
    """The slots whose texts the page offers."""
    return re.findall(r'data-slot="([0-9a-f-]{36})"', response.content.decode())


@pytest.mark.parametrize("kind", FORMS)
def test_what_was_kept_is_shown_and_not_saved(desk: Client, kind: str) -> None:
    field, text = FORMS[kind]
    page = desk.get(f"/admin/{kind}/add/")
    typed = form_of(page) | {field: text, "_slot": slot_of(page)}
    response = desk.post(f"/admin/{kind}/add/", typed | {"_restored": "1"})
    assert response.context["adminform"].form[field].value() == text
    assert "This is what you had typed and not saved." in response.content.decode()
    assert slot_of(response) == typed["_slot"]  # typing goes on where it was
    for model in (Article, Event, Topic, Speaker, Organization):
        assert not model.objects.exists()


@pytest.mark.parametrize("kind", ["speaker", "event", "picture", "article"])
def test_it_is_shown_in_a_saved_row_too(desk: Client, publisher: User, kind: str) -> None:
    rows: dict[str, tuple[Callable[[], Any], str]] = {
        "speaker": (a_speaker, "name"),
        "event": (an_event, "name"),
        "picture": (lambda: a_picture(publisher), "alternative_text"),
        "article": (an_article, "headline"),
    }
    create, field = rows[kind]
    row = create()
    before = getattr(row, field)
    path = f"/admin/{row._meta.app_label}/{kind}/{row.pk}/change/"
    response = desk.post(path, form_of(desk.get(path)) | {field: "Typed", "_restored": "1"})
    assert response.context["adminform"].form[field].value() == "Typed"
    row.refresh_from_db()
    assert getattr(row, field) == before


@pytest.mark.parametrize("button", ["_save", "_continue", "_publish", "_popup"])
def test_the_browser_is_told_what_is_saved(desk: Client, button: str) -> None:
    page = desk.get("/admin/people/speaker/add/")
    slot = slot_of(page)
    typed = form_of(page) | {"name": "Zahoor Ahmad", "slug": "zahoor", "_slot": slot, button: "1"}
    response = desk.post("/admin/people/speaker/add/", typed)
    assert response.cookies[f"saved-{slot}"]["path"] == "/admin/"
    assert Speaker.objects.exists()


def test_the_browser_keeps_what_was_refused(desk: Client) -> None:
    page = desk.get("/admin/people/speaker/add/")
    response = desk.post("/admin/people/speaker/add/", form_of(page) | {"_slot": slot_of(page)})
    assert response.status_code == 200
    assert not any(name.startswith("saved-") for name in response.cookies)
    assert slot_of(response) == slot_of(page)


def test_a_pop_up_only_saves(desk: Client) -> None:
    assert "_publish" in desk.get("/admin/articles/event/add/").content.decode()
    assert "_publish" not in desk.get("/admin/articles/event/add/?_popup=1").content.decode()
    page = desk.get("/admin/articles/event/add/?_popup=1")
    data = form_of(page) | {"name": "The Webinar", "slug": "webinar", "_popup": "1"}
    response = desk.post("/admin/articles/event/add/", data | {"_publish": "1"})
    assert "The Webinar" in response.content.decode()  # handed back to the form that asked
    assert desk.get("/events/webinar/").status_code == 404


# The server keeps an article's typing too ---------------------------------------------------------


def test_two_new_articles_have_a_slot_each(desk: Client) -> None:
    for headline in ("First", "Second"):
        page = desk.get(NEW)
        typed = form_of(page) | {"headline": headline, "typed": "1", "_slot": slot_of(page)}
        desk.post(NEW + "autosave/", typed)
    rows = EditSession.objects.order_by("typed_at")
    assert [row.typed["headline"] for row in rows if row.typed] == [["First"], ["Second"]]
    assert offered(desk.get(NEW)) == [str(row.slot) for row in rows.reverse()]
    restored = desk.post(NEW, {"_restore": str(rows[0].slot)})
    assert form_of(restored)["headline"] == "First"
    assert slot_of(restored) == str(rows[0].slot)
    assert offered(restored) == [str(rows[1].slot)]


def test_typing_past_the_offer_keeps_what_was_offered(desk: Client) -> None:
    path = f"/admin/articles/article/{an_article().pk}/change/"
    for headline in ("Before the crash", "Typed past the offer"):
        page = desk.get(path)
        typed = form_of(page) | {"headline": headline, "typed": "1", "_slot": slot_of(page)}
        desk.post(path.replace("change", "autosave"), typed)
    kept = [row.typed["headline"] for row in EditSession.objects.all() if row.typed]
    assert sorted(kept) == [["Before the crash"], ["Typed past the offer"]]


def test_saving_forgets_what_was_typed_there_and_nothing_else(desk: Client) -> None:
    slots = []
    for headline in ("First", "Second"):
        page = desk.get(NEW)
        slots.append(slot_of(page))
        typed = form_of(page) | {"headline": headline, "typed": "1", "_slot": slots[-1]}
        desk.post(NEW + "autosave/", typed)
    desk.post(NEW, typed | {"slug": "second", "_save": "1"})
    assert Article.objects.get().headline == "Second"
    assert offered(desk.get(NEW)) == slots[:1]


def test_one_of_them_can_be_let_go(desk: Client) -> None:
    page = desk.get(NEW)
    desk.post(NEW + "autosave/", {"headline": "First", "typed": "1", "_slot": slot_of(page)})
    desk.post(NEW + "autosave/", {"discard": slot_of(page)})
    assert offered(desk.get(NEW)) == []


# What is typed, and what of it is stored ----------------------------------------------------------


def test_a_quotation_typed_with_its_marks_is_stored_without(desk: Client) -> None:
    article = an_article()
    statement = a_statement(article)
    path = f"/admin/articles/article/{article.pk}/change/"
    data = form_of(desk.get(path)) | {"statements-0-text": "“we will go on”"}
    response = save_and_publish(desk, path, data)
    assert "Published as edition 1." in response.content.decode()
    statement.refresh_from_db()
    assert statement.text == "we will go on"


@pytest.mark.parametrize(
    ("field", "text"),
    [
        ("headline", "A  headline"),
        ("standfirst", "One.   Two."),
        ("body", "<p>She said “we will  go on” and left.</p>"),
    ],
)
def test_two_blanks_make_no_new_edition(desk: Client, field: str, text: str) -> None:
    article = an_article(standfirst="One. Two.")
    path = f"/admin/articles/article/{article.pk}/change/"
    save_and_publish(desk, path, form_of(desk.get(path)))
    response = save_and_publish(desk, path, form_of(desk.get(path)) | {field: text})
    assert "Nothing has changed since edition 1" in response.content.decode()
    assert article.versions.count() <= 2  # as it was found, as it was published
    assert "the working copy says the same" in response.content.decode()


@pytest.mark.parametrize("kind", ["speaker", "organization", "event", "topic"])
def test_nor_a_new_page_of_anything_else(desk: Client, kind: str) -> None:
    app = "people" if kind in ("speaker", "organization") else "articles"
    add = f"/admin/{app}/{kind}/add/"
    data = form_of(desk.get(add)) | {"name": "Two words", "slug": "two", "_publish": "1"}
    change = desk.post(add, data).headers["Location"]
    data = form_of(desk.get(change)) | {"name": "Two  words", "_publish": "1"}
    response = desk.post(change, data, follow=True)
    assert "Nothing has changed since it was published" in response.content.decode()


@pytest.mark.parametrize("typed", ["Zahoor Ahmed\r\n", "\r\n Zahoor Ahmed \r\n\r\nZahoor Ahmed"])
def test_name_variants_may_end_in_a_line_break(desk: Client, typed: str) -> None:
    speaker = a_speaker()
    path = f"/admin/people/speaker/{speaker.pk}/change/"
    desk.post(path, form_of(desk.get(path)) | {"name_variants": typed, "_save": "1"})
    speaker.refresh_from_db()
    assert speaker.name_variants == ["Zahoor Ahmed"]


def test_dates_of_events_and_capacities_are_typed_in_words(desk: Client) -> None:
    event = an_event()
    path = f"/admin/articles/event/{event.pk}/change/"
    desk.post(path, form_of(desk.get(path)) | {"start_date": "12 November 2026", "_save": "1"})
    event.refresh_from_db()
    assert event.start_date == "2026-11-12"
    capacity = a_capacity()
    path = f"/admin/people/affiliation/{capacity.pk}/change/"
    desk.post(path, form_of(desk.get(path)) | {"since": "November 2026", "_save": "1"})
    capacity.refresh_from_db()
    assert capacity.since == "2026-11"


def test_the_list_of_speakers_names_their_spellings(desk: Client) -> None:
    a_speaker(name_variants=["Ada Wrighter"])
    page = desk.get("/admin/people/speaker/").content.decode()
    assert "Ada Wrighter" in page
    assert ".None" not in page
