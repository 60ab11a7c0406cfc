"""Before an article is published: the page that asks, and the checks as JSON."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse

from articles.models import Article, AuditEntry, Edition, PublicPage, Topic
from articles.publishing.publish import publish
from tests.builders import a_member_of, a_speaker, a_statement, an_article, an_event

pytestmark = [pytest.mark.slow, pytest.mark.django_db]


@pytest.fixture
def desk(client: Client, publisher: User) -> Client:
    client.force_login(publisher)
    return client


def address(article: Article | None, name: str = "publish") -> str:
    if article is None:
        return reverse(f"admin:articles_article_add_{name}")
    return reverse(f"admin:articles_article_{name}", args=[article.pk])


def page(desk: Client, article: Article, **query: str) -> str:
    response = desk.get(address(article), query)
    assert response.status_code == 200
    return response.content.decode()


def test_a_first_publication_shows_whom_it_makes_public(desk: Client, release: Article) -> None:
    shown = page(desk, release)
    assert "for the first time" in shown
    for name in (
        "What becomes public by it",
        "Vladimir Norov",
        "Center for Global &amp; Strategic Studies",
        "SCO: A Gateway to Regional Cooperation &amp; Integrated Development",
    ):
        assert name in shown
    assert not PublicPage.objects.exists()
    response = desk.post(
        address(release),
        {"seen": ["quotation without speaker", "name spelled two ways"], "despite": "1"},
    )
    assert response["Location"] == reverse("admin:articles_article_change", args=[release.pk])
    assert Edition.objects.get().version == 1
    assert "Zahoor Ahmad" in AuditEntry.objects.get(action="override warnings").note
    assert "What becomes public by it" not in page(desk, release)


def test_a_warning_is_asked_and_what_is_typed_stays(desk: Client) -> None:
    article = an_article()
    assert "“we will go on” has no speaker" in page(desk, article)
    seen = {"seen": "quotation without speaker"}
    for form in ({}, seen, {"despite": "1"}, {"seen": "headline length", "despite": "1"}):
        refused = desk.post(address(article), form)
        assert "Nothing is published yet." in refused.content.decode()
        assert not Edition.objects.exists()
    assert desk.post(address(article), seen | {"despite": "1"}).status_code == 302
    assert "Accepted before (1)" in page(desk, article)
    Article.objects.update(headline="Changed", body="<p>“New words”</p>")
    answer = desk.post(address(article), {"note": "It was wrong."}).content.decode()
    assert "It was wrong.</textarea>" in answer
    assert Edition.objects.count() == 1


def test_an_error_refuses_and_offers_no_button(desk: Client) -> None:
    article = an_article()
    a_statement(article, "we never said so")
    shown = page(desk, article)
    assert "This has to be put right first" in shown
    assert "<button" not in shown.split('class="publish-page"')[1]
    answer = desk.post(address(article), {"seen": "quotation without speaker", "despite": "1"})
    assert "Nothing has changed:" in answer.content.decode()
    assert not Edition.objects.exists()


def test_a_changed_text_is_compared_and_becomes_a_correction(desk: Client, publisher: User) -> None:
    event = an_event("The Webinar", place="Lahore")
    article = an_article(body="<p>It rained.</p>", event=event)
    publish(article, by=publisher)
    same = page(desk, article)
    assert "Nothing: edition 1 says the same." in same
    assert "<button" not in same.split('class="publish-page"')[1]
    type(event).objects.update(place="Islamabad")
    Article.objects.update(body="<p>It snowed.</p>")
    shown = page(desk, article)
    assert "<del>rained</del><ins>snowed</ins>" in shown
    assert "What is public and changes with it" in shown
    desk.post(address(article), {"note": "It did not rain."})
    edition = article.editions.get(version=2)
    assert edition.note == "It did not rain."
    Article.objects.update(body="<p>It hailed.</p>")
    desk.post(address(article), {"note": " "})
    assert article.editions.get(version=3).note == ""


def test_the_part_for_a_dialog_stands_alone(desk: Client) -> None:
    article = an_article()
    part = page(desk, article, fragment="1")
    assert part.strip().startswith("<form")
    assert "<html" not in part
    refused = desk.post(address(article) + "?fragment=1")
    assert refused.status_code == 422
    assert "Nothing is published yet." in refused.content.decode()
    assert "<html" not in refused.content.decode()


def test_who_may_not_publish_does_not_see_the_page(client: Client) -> None:
    article = an_article()
    client.force_login(a_member_of("Reporter"))
    assert client.get(address(article)).status_code == 403
    assert client.post(address(article)).status_code == 403
    assert client.get(address(article, "checks")).status_code == 200
    client.logout()
    for name in ("publish", "checks"):
        response = client.get(address(article, name))
        assert response.status_code == 302
        assert "/login/" in response["Location"]
    assert not Edition.objects.exists()


def test_checks_of_what_is_saved_and_of_what_is_typed(desk: Client) -> None:
    a_speaker("Ada Writer")
    article = an_article()
    saved = desk.get(address(article, "checks")).json()["findings"]
    assert saved == [
        {
            "check": "quotation without speaker",
            "severity": "warning",
            "text": "“we will go on” has no speaker; say whose words they are, unless it is a "
            "title or a term.",
            "field": "body",
            "words": "we will go on",
            "offer": "",
        }
    ]
    form = {"body": "<p>Ada Writer came.</p>"}
    for path in (address(article, "checks"), address(None, "checks")):
        typed = desk.post(path, form).json()["findings"]
        assert [(row["check"], row["words"]) for row in typed] == [
            ("speaker not linked", "Ada Writer")
        ]
    article.refresh_from_db()
    assert "we will go on" in article.body


def test_a_text_on_the_schedule_is_asked_about_too(desk: Client) -> None:
    article = an_article()
    path = address(article, "publishing")
    assert "although there are warnings" in desk.get(path).content.decode()
    form = {"action": "schedule", "publish_at": "2040-01-01T10:00"}
    answer = desk.post(path, form).content.decode()
    assert "has no speaker" in answer
    assert not article.scheduled_actions.exists()
    desk.post(path, form | {"seen": "quotation without speaker", "despite": "on"})
    assert article.scheduled_actions.exists()
    assert AuditEntry.objects.filter(action="override warnings").count() == 1
    assert "although there are warnings" not in desk.get(path).content.decode()


def test_the_preview_shows_what_is_typed_and_saves_nothing(desk: Client, edition: Edition) -> None:
    article, topic = edition.article, Topic.objects.create(name="Walks", slug="walks")
    typed = {"headline": "Typed a moment ago", "standfirst": "Nothing of it is saved."}
    typed |= {"topics": str(topic.pk), "topics__words": "", "dateline": "Lahore"}
    page = desk.post(address(article, "preview"), typed).content.decode()
    for shown in (*typed.values(), "Walks"):
        assert shown in page or shown == str(topic.pk)
    article.refresh_from_db()
    assert article.headline == edition.headline


def test_a_new_article_is_previewed_before_it_is_saved(desk: Client) -> None:
    page = desk.post(address(None, "preview"), {"headline": "", "body": "<p>A beginning.</p>"})
    assert "A beginning." in page.content.decode()
    assert not Article.objects.exists()
    assert desk.get(address(None, "preview")).status_code == 405
