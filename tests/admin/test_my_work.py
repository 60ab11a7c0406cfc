"""My work: the first page of the desk, in five queries."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import Permission, User
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from pytest_django import Settings

from articles.admin.my_work import EDITIONS, ROWS, my_work
from articles.editing.checks import despite_warnings
from articles.editing.versions import save_version
from articles.models import Article, Endpoint, Partner, ScheduledAction
from articles.publishing.publish import correct, publish, send_back, submit, withdraw
from articles.publishing.schedule import schedule
from tests.builders import a_member_of, a_speaker, an_article

pytestmark = [pytest.mark.slow, pytest.mark.django_db]


@pytest.fixture
def reporter(db: None) -> User:
    return a_member_of("Reporter")


def saved(headline: str, by: User, **fields: Any) -> Article:
    article = an_article(headline, **{"body": "<p>It rained.</p>"} | fields)
    save_version(article, by=by)
    return article


def names(shown: Any) -> list[str]:
    return [getattr(row, "headline", "") or str(row.article) for row in shown.rows]


def first_page(client: Client, user: User) -> str:
    client.force_login(user)
    response = client.get("/admin/")
    assert response.status_code == 200
    return response.content.decode()


def test_my_drafts_are_those_that_i_saved(reporter: User, publisher: User) -> None:
    saved("Mine", reporter)
    saved("Of somebody else", publisher)
    both = saved("Of both", publisher)
    Article.objects.filter(pk=both.pk).update(standfirst="More")
    save_version(both, by=reporter)
    assert sorted(names(my_work(reporter).drafts)) == ["Mine", "Of both"]
    assert names(my_work(a_member_of("Reporter", "another")).drafts) == []


def test_a_new_text_that_was_typed_and_never_saved_is_not_forgotten(
    client: Client, reporter: User, publisher: User
) -> None:
    client.force_login(reporter)
    slot = "0b9fd0b0-8f2b-4c37-9a4e-1d6e6a0f5f10"
    typed = {"typed": "1", "headline": "Half a text", "_slot": slot}
    assert client.post("/admin/articles/article/add/autosave/", typed).status_code == 200
    page = first_page(client, reporter)
    assert "Half a text" in page
    assert "never saved" in page
    assert "You have no draft" not in page
    assert "Half a text" not in first_page(client, publisher)


def test_what_was_sent_back_comes_with_its_note_until_it_is_sent_again(
    client: Client, reporter: User, publisher: User
) -> None:
    article = saved("Mine", reporter)
    submit(article, by=reporter)
    assert names(my_work(reporter).in_review) == ["Mine"]
    send_back(article, by=publisher, note="Who says so?")
    work = my_work(reporter)
    assert (names(work.sent_back), names(work.drafts)) == (["Mine"], [])
    assert "“Who says so?” publisher" in first_page(client, reporter)
    submit(article, by=reporter)
    assert not my_work(reporter).sent_back
    send_back(article, by=publisher)
    publish(article, by=publisher)
    Article.objects.update(headline="Edited")
    save_version(article, by=reporter)
    work = my_work(reporter)
    assert (names(work.sent_back), names(work.drafts)) == ([], ["Edited"])


def test_in_review_stands_who_waits_the_longest(
    client: Client, reporter: User, publisher: User
) -> None:
    first, second = saved("First", reporter), saved("Second", reporter)
    submit(second, by=reporter)
    submit(first, by=reporter)
    Article.objects.filter(pk=first.pk).update(modified_at=timezone.now() - timedelta(days=3))
    assert names(my_work(publisher).in_review) == ["Second", "First"]
    assert "reporter has waited" in first_page(client, publisher)


def test_the_next_hours_are_those_of_a_day(publisher: User) -> None:
    for hours in (3, 30):
        article = saved(f"In {hours} hours", publisher)
        schedule(article, by=publisher, publish_at=timezone.now() + timedelta(hours=hours))
    assert names(my_work(publisher).ahead) == ["In 3 hours"]


def test_just_published_corrected_and_withdrawn(client: Client, publisher: User) -> None:
    article = saved("Rain", publisher)
    publish(article, by=publisher)
    Article.objects.update(headline="Snow")
    correct(article, by=publisher, note="It snowed.")
    withdraw(article, by=publisher, notice="It did not.")
    assert names(my_work(publisher).published) == ["Snow", "Snow", "Rain"]
    page = first_page(client, publisher)
    assert page.index("<strong>Withdrawn</strong>") < page.index("<strong>Corrected</strong>")


def test_public_quotations_without_a_speaker_need_somebody(client: Client, publisher: User) -> None:
    article = an_article("Quoted")
    publish(article, by=publisher)
    (row,) = my_work(publisher).unattributed
    assert row.passages == ["we will go on"]
    assert "without a speaker: “we will go on”" in first_page(client, publisher)
    despite_warnings(
        lambda: publish(article, by=publisher),
        article,
        by=publisher,
        accepted=["quotation without speaker"],
    )
    assert not my_work(publisher).needs_somebody
    other = an_article("Gone")
    publish(other, by=publisher)
    withdraw(other, by=publisher, notice="No.")
    assert not my_work(publisher).needs_somebody


def test_scheduled_actions_that_failed_or_differ_need_somebody(
    client: Client, publisher: User
) -> None:
    at = timezone.now() + timedelta(hours=3)
    article = saved("Later", publisher)
    schedule(article, by=publisher, publish_at=at)
    assert not my_work(publisher).needs_somebody
    Article.objects.update(headline="Edited")
    save_version(article, by=publisher)
    ScheduledAction.objects.update(last_error="OSError: no space", attempts=1)
    work = my_work(publisher)
    assert [row.article for row in work.edited] == [row.article for row in work.failed] == [article]
    page = first_page(client, publisher)
    assert "failed: OSError: no space" in page
    assert "what goes out on" in page


def test_webhooks_that_are_off_need_those_who_keep_partners(
    client: Client, publisher: User, partner: Partner
) -> None:
    Endpoint.objects.create(
        partner=partner, url="https://a.example/", active=False, notice="It failed for 3 days."
    )
    Endpoint.objects.create(partner=partner, url="https://b.example/", active=False)
    assert my_work(publisher).webhooks == []
    publisher.user_permissions.add(Permission.objects.get(codename="change_partner"))
    again = User.objects.get(pk=publisher.pk)
    assert [row["words"] for row in my_work(again).webhooks] == ["It failed for 3 days."]
    assert "The Agency" in first_page(client, again)


def test_two_speakers_of_one_spelling_look_like_doubles(client: Client, publisher: User) -> None:
    a_speaker("Zahoor Ahmed", name_variants=["Zahoor Ahmad"])
    a_speaker("ZAHOOR AHMAD", slug="zahoor-2")
    a_speaker("Ada Writer")
    a_speaker("Ada writer", slug="ada-2", merged_into=a_speaker("Ada Kept"))
    (row,) = my_work(publisher).doubles
    assert row["words"] == "ZAHOOR AHMAD, Zahoor Ahmed"
    assert "A spelling of more than one speaker" in first_page(client, publisher)


def test_an_empty_desk_says_what_to_do_first(
    client: Client, reporter: User, publisher: User
) -> None:
    page = first_page(client, reporter)
    assert "You have no draft." in page
    assert "Send a finished draft to review" in page
    assert "Nobody waits for you." in first_page(client, publisher)
    assert "All records" in page


def test_who_writes_nothing_sees_the_records_alone(client: Client) -> None:
    page = first_page(client, User.objects.create_user("keeper", is_staff=True))
    assert "My drafts" not in page
    assert '<details class="all-records" open>' in page


def test_five_queries_however_much_there_is(
    client: Client, reporter: User, publisher: User
) -> None:
    def fill(count: int) -> None:
        for n in range(count):
            article = saved(f"Draft {count} {n}", publisher)
            saved(f"Review {count} {n}", reporter)
            if n % 2:
                submit(article, by=publisher)
                send_back(article, by=publisher, note="Why?")
            quoted = an_article(f"Quoted {count} {n}")
            publish(quoted, by=publisher)
            later = saved(f"Later {count} {n}", publisher)
            schedule(later, by=publisher, publish_at=timezone.now() + timedelta(hours=n + 1))
            a_speaker(f"Same {n}", slug=f"a-{count}-{n}")
            a_speaker(f"Same {n}", slug=f"b-{count}-{n}")
        for article in Article.objects.filter(headline__startswith=f"Review {count}"):
            submit(article, by=reporter)

    publisher.has_perm("articles.change_article")  # remembered from here on
    for count in (1, 2 * ROWS + 2):
        fill(count)
        with CaptureQueriesContext(connection) as queries:
            work = my_work(publisher)
        assert len(queries) <= 5
        client.force_login(publisher)
        client.get("/admin/")
        with CaptureQueriesContext(connection) as page:
            client.get("/admin/")
        assert len(page) <= 5 + 5, [query["sql"][:80] for query in page]  # session, rights
    assert work.drafts.more
    assert work.in_review.more
    assert len(work.published.rows) == ROWS
    assert len(work.unattributed) <= EDITIONS


def test_the_demos_login_explains_its_role(client: Client, settings: Settings) -> None:
    assert "This is the demo" not in client.get("/admin/login/").content.decode()
    settings.DEMO = "editor"
    page = client.get("/admin/login/").content.decode()
    assert "Log in as <strong>editor</strong>" in page
    assert "editor is a publisher" in page
