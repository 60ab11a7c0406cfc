"""Moves at a set time are right with no background process, and never happen too early."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from datetime import datetime, timedelta

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.test import Client
from django.utils import timezone
from pytest_django import Settings

from articles.editing.versions import save_version
from articles.log import invalidate_head
from articles.models import Article, AuditEntry, Edition, ScheduledAction, State
from articles.publishing.publish import publish, withdraw
from articles.publishing.schedule import run_due_actions, schedule, schedule_withdrawal, unschedule
from articles.publishing.workflow import Refused
from tests.builders import a_capacity, a_member_of, a_speaker, a_statement, an_article
from tests.processes import ROOT

pytestmark = [pytest.mark.slow, pytest.mark.django_db]

NOTICE = "The sender took it back."
PAGE = "/articles/a-headline/"


def ahead(hours: float = 1) -> datetime:
    return timezone.now() + timedelta(hours=hours)


def fall_due(*, ago: float = 1) -> None:
    """Every move is due since ``ago`` seconds."""
    ScheduledAction.objects.update(at=timezone.now() - timedelta(seconds=ago), embargo_until=None)
    invalidate_head()


def state_of(article: Article) -> str:
    return Article.objects.get(pk=article.pk).state


def test_readers_see_it_when_it_is_due_without_any_worker(client: Client, publisher: User) -> None:
    article = an_article()
    schedule(article, by=publisher, publish_at=ahead())
    assert state_of(article) == State.SCHEDULED
    assert client.get(PAGE).status_code == 404
    fall_due()
    assert client.get(PAGE).status_code == 200
    assert state_of(article) == State.PUBLISHED
    assert not ScheduledAction.objects.exists()


def test_the_feed_has_it_when_it_is_due_without_any_worker(client: Client, publisher: User) -> None:
    schedule(an_article(), by=publisher, publish_at=ahead())
    assert client.get("/api/v1/changes/").json()["results"] == []
    fall_due()
    [change] = client.get("/api/v1/changes/").json()["results"]
    assert change["item"]["pubStatus"] == "usable"


def test_the_time_on_the_page_is_the_time_that_was_set(publisher: User) -> None:
    due = schedule(an_article(), by=publisher, publish_at=ahead())
    assert run_due_actions(due.at - timedelta(seconds=1)) == 0
    assert run_due_actions(due.at + timedelta(hours=5)) == 1
    assert Edition.objects.get().published_at == due.at


def test_what_is_edited_later_is_not_in_it(client: Client, publisher: User) -> None:
    article = an_article()
    schedule(article, by=publisher, publish_at=ahead())
    Article.objects.update(headline="Not approved")
    fall_due()
    assert "A headline" in client.get(PAGE).content.decode()
    assert state_of(article) == State.DRAFT


def test_a_second_schedule_replaces_the_first(publisher: User) -> None:
    article = an_article()
    schedule(article, by=publisher, publish_at=ahead(1))
    due = schedule(article, by=publisher, publish_at=ahead(2))
    assert ScheduledAction.objects.get() == due


def test_publishing_now_leaves_nothing_on_the_schedule(publisher: User) -> None:
    article = an_article()
    schedule(article, by=publisher, publish_at=ahead())
    publish(article, by=publisher)
    assert not ScheduledAction.objects.exists()


def test_withdraw_at(client: Client, publisher: User) -> None:
    article = an_article()
    publish(article, by=publisher)
    schedule_withdrawal(article, by=publisher, at=ahead(), notice=NOTICE)
    assert client.get(PAGE).status_code == 200
    fall_due()
    page = client.get(PAGE)
    assert page.status_code == 410
    assert NOTICE in page.content.decode()


def test_publish_and_withdraw_in_one_plan(client: Client, publisher: User) -> None:
    article = an_article()
    schedule(article, by=publisher, publish_at=ahead(1))
    schedule_withdrawal(article, by=publisher, at=ahead(2), notice=NOTICE)
    assert run_due_actions(ahead(3)) == 2
    assert [*Edition.objects.order_by("version").values_list("status", flat=True)] == [
        "usable",
        "canceled",
    ]
    assert client.get(PAGE).status_code == 410


def test_taking_it_off_the_schedule(client: Client, publisher: User) -> None:
    article = an_article()
    schedule(article, by=publisher, publish_at=ahead())
    unschedule(article, by=publisher)
    assert (state_of(article), run_due_actions(ahead(9))) == (State.DRAFT, 0)


def test_what_became_impossible_goes_back_to_draft_with_the_reason(publisher: User) -> None:
    article = an_article()
    due = schedule(article, by=publisher, publish_at=ahead())
    assert due.snapshot
    ScheduledAction.objects.update(snapshot=due.snapshot | {"body": ""})
    run_due_actions(ahead(2))
    assert state_of(article) == State.DRAFT
    audit_entry = AuditEntry.objects.filter(action="publish failed").get()
    assert "The body is empty" in audit_entry.note


# Embargo ------------------------------------------------------------------------------------------


def test_nobody_else_sees_what_is_under_embargo(client: Client, publisher: User) -> None:
    article = an_article()
    a_statement(article, capacity=a_capacity(speaker=a_speaker("Secret Guest")))
    schedule(article, by=publisher, embargo_until=ahead())
    edition = Edition.objects.get()
    assert edition.status == "withheld"
    assert edition.ninjs["pubStatus"] == "withheld"
    assert edition.ninjs["embargoedUntil"]
    for address in (PAGE, "/speakers/secret-guest/", f"/api/v1/articles/{article.pk}/"):
        assert client.get(address).status_code == 404
    assert "A headline" not in client.get("/").content.decode()
    assert client.get("/api/v1/articles/").json()["results"] == []
    assert client.get("/api/v1/changes/").json()["results"] == []


def test_when_the_embargo_ends_everybody_sees_it(client: Client, publisher: User) -> None:
    schedule(an_article(), by=publisher, embargo_until=ahead())
    fall_due()
    assert client.get(PAGE).status_code == 200
    [change] = client.get("/api/v1/changes/").json()["results"]
    assert change["item"]["pubStatus"] == "usable"
    assert "embargoedUntil" not in change["item"]


def test_an_embargoed_item_that_is_taken_back_is_canceled_for_those_who_have_it(
    client: Client, publisher: User
) -> None:
    article = an_article()
    schedule(article, by=publisher, embargo_until=ahead())
    unschedule(article, by=publisher)
    latest = Edition.objects.latest().get()
    assert (latest.status, latest.change.embargoed) == ("canceled", True)
    assert client.get(PAGE).status_code == 404
    assert client.get("/api/v1/changes/").json()["results"] == []


# Bad input ----------------------------------------------------------------------------------------


def edited(article: Article, by: User) -> None:
    Article.objects.filter(pk=article.pk).update(headline="Another")
    save_version(article, by=by)


def refused(why: str, *, publisher: User, article: Article, **times: datetime) -> None:
    with pytest.raises(Refused, match=why):
        schedule(article, by=publisher, **times)
    assert state_of(article) != State.SCHEDULED
    assert not ScheduledAction.objects.filter(action="publish").exists()


def test_times_that_cannot_be(publisher: User) -> None:
    article = an_article()
    refused("Give the time", publisher=publisher, article=article)
    for times in ({"publish_at": ahead(-1)}, {"embargo_until": ahead(-1)}):
        refused("has passed already", publisher=publisher, article=article, **times)
    refused(
        "The embargo ends on .* after the publication",
        publisher=publisher,
        article=article,
        publish_at=ahead(1),
        embargo_until=ahead(2),
    )


def test_an_embargo_after_publication_comes_too_late(publisher: User) -> None:
    article = an_article()
    publish(article, by=publisher)
    edited(article, publisher)
    refused("comes too late", publisher=publisher, article=article, embargo_until=ahead())


def test_a_withdrawal_before_the_publication_is_refused(publisher: User) -> None:
    article = an_article()
    schedule(article, by=publisher, publish_at=ahead(2))
    with pytest.raises(Refused, match="does not come after the publication"):
        schedule_withdrawal(article, by=publisher, at=ahead(1), notice=NOTICE)
    with pytest.raises(Refused, match="has passed already"):
        schedule_withdrawal(article, by=publisher, at=ahead(-1), notice=NOTICE)
    for unseen in (" ", "\u200b"):
        with pytest.raises(Refused, match="public notice"):
            schedule_withdrawal(article, by=publisher, at=ahead(3), notice=unseen)
    assert ScheduledAction.objects.count() == 1


def test_a_publication_after_the_withdrawal_is_refused(publisher: User) -> None:
    article = an_article()
    publish(article, by=publisher)
    schedule_withdrawal(article, by=publisher, at=ahead(1), notice=NOTICE)
    edited(article, publisher)
    refused("does not come after", publisher=publisher, article=article, publish_at=ahead(2))


def test_nothing_public_or_scheduled_leaves_nothing_to_withdraw(publisher: User) -> None:
    with pytest.raises(Refused, match="publish it first"):
        schedule_withdrawal(an_article(), by=publisher, at=ahead(), notice=NOTICE)


def test_what_is_withdrawn_now_has_no_plans_left(publisher: User) -> None:
    article = an_article()
    publish(article, by=publisher)
    schedule_withdrawal(article, by=publisher, at=ahead(), notice=NOTICE)
    withdraw(article, by=publisher, notice=NOTICE)
    assert not ScheduledAction.objects.exists()


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ("2030-03-31T02:30", "couldn’t be interpreted in time zone Europe/Berlin"),  # skipped
        ("2030-10-27T02:30", "couldn’t be interpreted in time zone Europe/Berlin"),  # comes twice
        ("soon", "Enter a valid date/time"),
        ("2020-01-01T00:00", "has passed already"),
    ],
)
def test_a_time_that_the_clock_skips_or_repeats_is_refused(
    client: Client, publisher: User, settings: Settings, typed: str, sentence: str
) -> None:
    settings.TIME_ZONE = "Europe/Berlin"
    article = an_article()
    client.force_login(publisher)
    address = f"/admin/articles/article/{article.pk}/publishing/"
    page = client.post(address, {"action": "schedule", "publish_at": typed}).content.decode()
    assert sentence in page.replace("&#x27;", "'")
    assert typed in page
    assert not ScheduledAction.objects.exists()


# With a worker ------------------------------------------------------------------------------------


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_a_worker_publishes_within_two_seconds(transactional_db: None) -> None:
    options = connection.get_connection_params()
    code = (
        "import django; from django.conf import settings; django.setup();"
        f"settings.DATABASES['default']['NAME'] = {options['dbname']!r};"
        "from django.core.management import call_command; call_command('worker')"
    )
    worker = subprocess.Popen(  # noqa: S603 - our own interpreter
        [sys.executable, "-c", code],
        cwd=ROOT,
        env=os.environ | {"DJANGO_SETTINGS_MODULE": "newsroom.settings"},
        stdout=subprocess.PIPE,
        encoding="utf-8",
    )
    try:
        assert worker.stdout
        assert "worker ready" in worker.stdout.readline()
        due = schedule(
            an_article(),
            by=a_member_of("Publisher"),
            publish_at=timezone.now() + timedelta(seconds=1),
        )
        while not Edition.objects.exists() and timezone.now() < due.at + timedelta(seconds=5):
            time.sleep(0.05)
        late = Edition.objects.get().change.at - due.at
        assert timedelta(0) <= late < timedelta(seconds=2)
    finally:
        worker.terminate()
        worker.wait(10)
