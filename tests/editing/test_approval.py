"""What goes out at a set time is the approved text; the desk says so when it was edited since."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.utils import timezone
from pytest_django import Settings

from articles.editing.versions import save_version
from articles.models import Article, ScheduledAction
from articles.publishing.schedule import schedule, schedule_withdrawal
from tests.admin.test_articles import messages_of
from tests.builders import a_member_of, a_statement, an_article, an_event

pytestmark = [pytest.mark.slow, pytest.mark.django_db]

EDITED = "The text was edited since it was approved"


def at(article: Article, page: str = "change", query: str = "") -> str:
    return f"/admin/articles/article/{article.pk}/{page}/{query}"


@pytest.fixture
def article(publisher: User) -> Article:
    """5 million, approved for tomorrow."""
    article = an_article("5 million", event=an_event())
    a_statement(article)
    save_version(article, by=publisher)
    schedule(article, by=publisher, publish_at=timezone.now() + timedelta(days=1))
    return article


@pytest.fixture
def desk(client: Client, publisher: User) -> Client:
    client.force_login(publisher)
    return client


def edit(article: Article, by: User, headline: str) -> None:
    Article.objects.filter(pk=article.pk).update(headline=headline)
    save_version(Article.objects.get(pk=article.pk), by=by)


def pages(desk: Client, article: Article) -> list[str]:
    """Form, publishing page, list, schedule and the first page."""
    addresses = [at(article), at(article, "publishing"), "/admin/articles/article/"]
    addresses += ["/admin/articles/scheduledaction/", "/admin/"]
    return [desk.get(address).content.decode() for address in addresses]


def test_an_edit_after_the_approval_is_said_everywhere(
    desk: Client, article: Article, publisher: User
) -> None:
    form, publishing, articles, actions, first = pages(desk, article)
    for page in (form, publishing, articles, actions, first):
        assert "edited since" not in page.lower()
    edit(article, publisher, "6 million")
    form, publishing, articles, actions, first = pages(desk, article)
    for page in (form, publishing):
        assert EDITED in page
        assert "?from=approved" in page
    assert "Approve this text instead" in publishing
    assert "Scheduled, edited since it was approved" in articles
    assert "edited since" in actions
    assert "Edited since it was approved" in first
    edit(article, publisher, "5 million")
    for page in pages(desk, article):
        assert "edited since" not in page.lower()


def test_an_event_edited_by_itself_is_seen_on_the_form(desk: Client, article: Article) -> None:
    assert article.event
    type(article.event).objects.update(name="Another name")
    assert EDITED in desk.get(at(article)).content.decode()


def test_the_differences_start_from_the_approved_text(
    desk: Client, article: Article, publisher: User
) -> None:
    edit(article, publisher, "6 million")
    page = desk.get(at(article, "diff", "?from=approved&view=one")).content.decode()
    assert "<del>5</del><ins>6</ins> million" in page
    assert "Approve this text instead" in page


def test_another_text_is_approved_with_one_click(
    desk: Client, article: Article, publisher: User
) -> None:
    before = ScheduledAction.objects.get()
    edit(article, publisher, "6 million")
    page = desk.get(at(article, "publishing")).content.decode()
    form = page.split('name="publish_at" value="')[1]
    data = {"action": "schedule", "publish_at": form[: form.index('"')]}
    response = desk.post(at(article, "publishing"), data, follow=True)
    assert "Scheduled for" in messages_of(response)
    after = ScheduledAction.objects.get()
    assert after.snapshot
    assert (after.at, after.snapshot["headline"]) == (before.at, "6 million")
    assert EDITED not in desk.get(at(article)).content.decode()


def test_four_eyes_hold_for_the_other_text_too(
    desk: Client, article: Article, publisher: User, settings: Settings
) -> None:
    settings.FOUR_EYES = True
    edit(article, publisher, "6 million")
    at_time = ScheduledAction.objects.get().at.isoformat()
    data = {"action": "schedule", "publish_at": at_time}
    response = desk.post(at(article, "publishing"), data, follow=True)
    assert "two pairs of eyes" in messages_of(response)
    [scheduled] = ScheduledAction.objects.all()
    assert scheduled.snapshot
    assert scheduled.snapshot["headline"] == "5 million"


def test_reporters_see_it_and_cannot_approve(
    client: Client, article: Article, publisher: User
) -> None:
    edit(article, publisher, "6 million")
    client.force_login(a_member_of("Reporter"))
    assert EDITED in client.get(at(article)).content.decode()
    for page in (at(article, "publishing"), at(article, "diff", "?from=approved")):
        assert "Approve this text instead" not in client.get(page).content.decode()


def test_a_scheduled_withdrawal_alone_says_nothing_of_a_text(
    desk: Client, article: Article, publisher: User
) -> None:
    later = timezone.now() + timedelta(days=2)
    schedule_withdrawal(article, by=publisher, at=later, notice="Not so.")
    ScheduledAction.objects.filter(action="publish").delete()
    edit(article, publisher, "6 million")
    assert "edited since" not in desk.get("/admin/articles/scheduledaction/").content.decode()
    assert desk.get(at(article, "diff", "?from=approved")).status_code == 404
