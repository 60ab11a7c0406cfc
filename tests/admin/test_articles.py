"""The desk by the test client: write, link and publish on one page; lists without a query a row."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from articles.models import Appearance, Article, Edition, Event, Statement
from articles.publishing.schedule import run_due_actions_on_request
from tests.builders import (
    RELEASE_ARTICLE,
    a_capacity,
    a_member_of,
    a_speaker,
    a_statement,
    an_article,
    an_event,
    an_organization,
)

pytestmark = [pytest.mark.slow, pytest.mark.django_db]

CHANGE = f"/admin/articles/article/{RELEASE_ARTICLE}/change/"
ADD = "/admin/articles/article/add/"


@pytest.fixture
def desk(client: Client, publisher: User) -> Client:
    client.force_login(publisher)
    return client


def form_of(response: Any) -> dict[str, Any]:
    """What a browser would send back from the page, unchanged."""
    data: dict[str, Any] = {}
    forms = [response.context["adminform"].form]
    for inline in response.context["inline_admin_formsets"]:
        forms += [inline.formset.management_form, *inline.formset.forms]
    for form in forms:
        for field in form:
            value = field.value()
            if isinstance(value, list):
                data[field.html_name] = [str(getattr(row, "pk", row)) for row in value]
            elif value is not None and value is not False:
                data[field.html_name] = str(value)
    return data


def messages_of(response: Any) -> str:
    return " ".join(str(message) for message in response.context["messages"])


def save_and_publish(desk: Client, path: str, data: dict[str, Any]) -> Any:
    """Save the form, then publish on the page that asks, whatever it warns of."""
    page = desk.post(path, data | {"_then": "publish"}, follow=True)
    asked = {"despite": "1", "seen": page.context["asked_checks"]}
    return desk.post(page.redirect_chain[-1][0], asked, follow=True)


def test_edit_and_publish(desk: Client, release: Article) -> None:
    data = form_of(desk.get(CHANGE)) | {"headline": "A new headline"}
    response = save_and_publish(desk, CHANGE, data)
    assert "Published as edition 1." in messages_of(response)
    assert Edition.objects.get().headline == "A new headline"
    assert response.redirect_chain[-1][0] == CHANGE


def test_saving_publishes_nothing(desk: Client, edition: Edition) -> None:
    data = form_of(desk.get(CHANGE)) | {"headline": "Only saved", "_continue": "1"}
    desk.post(CHANGE, data)
    assert Article.objects.get().headline == "Only saved"
    assert Edition.objects.get().headline == edition.headline


def test_publishing_unchanged_says_so(desk: Client, edition: Edition) -> None:
    response = save_and_publish(desk, CHANGE, form_of(desk.get(CHANGE)))
    assert "Nothing has changed since edition 1" in messages_of(response)


def test_a_refusal_names_the_statement_and_keeps_what_was_typed(
    desk: Client, release: Article
) -> None:
    body = release.body.replace("Mughal Legacy", "Mogul Legacy")
    data = form_of(desk.get(CHANGE)) | {"body": body, "headline": "Typed", "_then": "publish"}
    response = desk.post(CHANGE, data, follow=True)
    assert "Statement 4: the quotation by Vladimir Norov" in response.content.decode()
    desk.post(response.redirect_chain[-1][0], {"despite": "1"})
    form = desk.get(CHANGE).context["adminform"].form
    assert form["headline"].value() == "Typed"
    assert "Mogul Legacy" in form["body"].value()
    assert not Edition.objects.exists()


def test_write_link_and_publish_a_new_article(desk: Client) -> None:
    capacity, event = a_capacity(), an_event()
    data = form_of(desk.get(ADD)) | {
        "headline": "New",
        "slug": "new",
        "language": "en",
        "body": "<p>She said “we go on”. They do.</p>",
        "event": str(event.pk),
        "statements-TOTAL_FORMS": "2",
        "statements-0-capacity": str(capacity.pk),
        "statements-0-kind": "direct",
        "statements-0-text": "we go on",
        "statements-1-capacity": str(capacity.pk),
        "statements-1-kind": "reported",
        "statements-1-text": "they do",
        "statements-1-passage": "They do.",
    }
    response = save_and_publish(desk, ADD, data)
    assert "Published as edition 1." in messages_of(response)
    assert [*Statement.objects.values_list("number", "text")] == [(1, "we go on"), (2, "they do")]


def test_a_number_is_given_once(desk: Client, release: Article) -> None:
    data = form_of(desk.get(CHANGE))
    data |= {
        "statements-3-DELETE": "on",
        "statements-TOTAL_FORMS": "8",
        "statements-7-article": str(release.pk),
        "statements-7-capacity": str(release.statements.all()[0].capacity_id),
        "statements-7-kind": "direct",
        "statements-7-text": "Shanghai Spirit",
        "_continue": "1",
    }
    desk.post(CHANGE, data)
    assert [*release.statements.values_list("number", flat=True)] == [1, 2, 3, 5, 6, 7, 8]


def test_the_event_s_speakers_stand_on_the_article_s_page(desk: Client, release: Article) -> None:
    data = form_of(desk.get(CHANGE))
    data |= {
        "appearances-TOTAL_FORMS": "4",
        "appearances-3-event": str(release.event_id),
        "appearances-3-capacity": str(a_capacity("Moderator").pk),
        "appearances-3-order": "4",
        "_continue": "1",
    }
    desk.post(CHANGE, data)
    assert Appearance.objects.filter(event=release.event, capacity__title="Moderator").exists()


def test_another_event_can_be_chosen(desk: Client, release: Article) -> None:
    other = an_event("Another event")
    desk.post(CHANGE, form_of(desk.get(CHANGE)) | {"event": str(other.pk), "_continue": "1"})
    release.refresh_from_db()
    assert release.event == other
    assert Event.objects.get(name__startswith="SCO").appearances.count() == 3


def test_a_rule_of_the_database_is_a_sentence_in_the_form(desk: Client, release: Article) -> None:
    data = form_of(desk.get(CHANGE)) | {"statements-0-passage": "", "_then": "publish"}
    response = desk.post(CHANGE, data)
    assert response.status_code == 200
    assert "Reported speech needs the passage that reports it" in response.content.decode()


def test_words_that_the_body_has_once_are_one_statement(desk: Client) -> None:
    article = an_article()
    a_statement(article, capacity=a_capacity("Director", a_speaker("Ada Writer")))
    another = a_capacity("Chair", a_speaker("Somebody Else"))
    path = f"/admin/articles/article/{article.pk}/change/"
    data = form_of(desk.get(path)) | {
        "statements-1-capacity": str(another.pk),
        "statements-1-text": "we will go on",
    }
    page = desk.post(path, data | {"_continue": "1"})
    assert "Another statement has these words" in page.content.decode()
    twice = {"body": "<p>“we will go on”, she said. “we will go on”, he said.</p>"}
    desk.post(path, data | twice | {"_continue": "1"})
    assert article.statements.count() == 2


def test_a_public_address_does_not_follow_the_headline(desk: Client, edition: Edition) -> None:
    speaker = edition.speakers.all()[0]
    for address in (CHANGE, f"/admin/people/speaker/{speaker.pk}/change/"):
        assert desk.get(address).context["adminform"].prepopulated_fields == []


def test_variants_are_written_one_a_line(desk: Client) -> None:
    speaker = a_speaker()
    address = f"/admin/people/speaker/{speaker.pk}/change/"
    desk.post(address, form_of(desk.get(address)) | {"name_variants": "A. Writer\nAda Wrighter"})
    speaker.refresh_from_db()
    assert speaker.name_variants == ["A. Writer", "Ada Wrighter"]


@pytest.mark.parametrize("group", ["Reporter", "Editor"])
def test_who_may_not_publish_sees_no_button(client: Client, release: Article, group: str) -> None:
    client.force_login(a_member_of(group))
    page = client.get(CHANGE)
    assert 'value="publish"' not in page.content.decode()
    response = client.post(CHANGE, form_of(page) | {"_then": "publish"}, follow=True)
    assert "may not publish" in messages_of(response)
    assert not Edition.objects.exists()


def test_reporters_delete_nothing(client: Client, release: Article) -> None:
    client.force_login(a_member_of("Reporter"))
    assert client.get(CHANGE.replace("change", "delete")).status_code == 403


@pytest.mark.parametrize("field", ["organization", "speaker", "affiliation", "event", "topic"])
def test_autocomplete_finds_by_name(desk: Client, release: Article, field: str) -> None:
    asks = {
        "organization": ("people", "affiliation", "organization", "CGSS"),
        "speaker": ("people", "affiliation", "speaker", "Zahoor Ahmad"),
        "affiliation": ("articles", "statement", "capacity", "Zahoor Ahmad"),
        "event": ("articles", "article", "event", "Gateway"),
        "topic": ("articles", "article", "topics", "tour"),
    }
    app, model, name, term = asks[field]
    answer = desk.get(
        "/admin/autocomplete/",
        {"app_label": app, "model_name": model, "field_name": name, "term": term},
    ).json()
    assert len(answer["results"]) == 1


def fill(count: int) -> None:
    for number in range(count):
        organization = an_organization(f"Body {number}", parent=an_organization(f"Top {number}"))
        capacity = a_capacity(speaker=a_speaker(f"Person {number}"), organization=organization)
        event = an_event(f"Event {number}")
        Appearance.objects.create(event=event, capacity=capacity)
        a_statement(an_article(f"Article {number}", event=event), capacity=capacity)


@pytest.mark.parametrize(
    "address",
    [
        "articles/article",
        "articles/event",
        "articles/topic",
        "people/speaker",
        "people/organization",
        "people/affiliation",
        "articles/edition",
        "articles/change",
    ],
)
def test_lists_run_no_query_a_row(
    desk: Client, address: str, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    fill(12)
    run_due_actions_on_request()  # once a second, whoever asks
    with django_assert_max_num_queries(10):
        assert desk.get(f"/admin/{address}/").status_code == 200


def test_search_finds_an_article_by_the_name_of_a_speaker(desk: Client, release: Article) -> None:
    page = desk.get("/admin/articles/article/", {"q": "Zahoor Ahmad"})
    assert page.context["cl"].result_count == 1
    assert desk.get("/admin/articles/article/", {"public": "yes"}).context["cl"].result_count == 0
