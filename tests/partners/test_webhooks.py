"""Partners' systems are told of every change: signed, in order for each item, at least once."""

from __future__ import annotations

import contextlib
import random
import threading
import time
from collections import defaultdict
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.core import mail
from django.db import connection
from django.test import Client
from django.utils import timezone
from pytest_django import Settings
from standardwebhooks.webhooks import Webhook, WebhookVerificationError

from articles.log import last_sequence
from articles.models import Article, AuditEntry, Delivery, Edition, Endpoint, Partner, Topic
from articles.models.webhooks import new_secret
from articles.partners import webhooks
from articles.partners.webhooks import (
    PAUSES,
    resend,
    resume,
    rotate_secret,
    send_due_deliveries,
)
from articles.publishing.publish import publish, withdraw
from articles.publishing.schedule import schedule
from tests.builders import RELEASE_ARTICLE, an_article
from tests.publishing.test_concurrency import together
from tests.receiver import Received, Receiver, sequences

pytestmark = [pytest.mark.slow, pytest.mark.django_db]


def fall_due() -> None:
    """As if every pause were over."""
    Delivery.objects.filter(due_at__isnull=False).update(due_at=timezone.now())
    Endpoint.objects.update(paused_until=None)


def republish(article: Article, by: User, headline: str) -> None:
    Article.objects.filter(pk=article.pk).update(headline=headline)
    publish(article, by=by)


def test_the_release_arrives_as_in_the_log(
    client: Client, endpoint: Endpoint, system: Receiver, edition: Edition
) -> None:
    assert send_due_deliveries() == last_sequence()
    rows = client.get("/api/v1/changes/?limit=100").json()["results"]
    assert [received.data["data"] for received in system.got] == rows
    last = system.got[-1].data
    assert (last["type"], last["timestamp"]) == ("article.changed", rows[-1]["at"])
    assert last["data"]["uri"] == f"urn:uuid:{RELEASE_ARTICLE}"
    assert system.got[0].path == "/hook?of=newsroom"
    assert send_due_deliveries() == 0
    assert not Delivery.objects.filter(delivered_at=None).exists()


def test_the_standards_own_library_verifies_each(
    endpoint: Endpoint, system: Receiver, edition: Edition
) -> None:
    send_due_deliveries()
    for received in system.got:
        assert Webhook(endpoint.secret).verify(received.body, received.headers) == received.data
    forged = system.got[0]
    with pytest.raises(WebhookVerificationError):
        Webhook(endpoint.secret).verify(forged.body + b" ", forged.headers)
    with pytest.raises(WebhookVerificationError):
        Webhook(new_secret()).verify(forged.body, forged.headers)


def test_a_new_endpoint_hears_of_what_comes_after_it(
    system: Receiver, edition: Edition, partner: Partner, publisher: User
) -> None:
    Endpoint.objects.create(partner=partner, url=system.url)
    assert send_due_deliveries() == 0
    republish(edition.article, publisher, "Put right")
    send_due_deliveries()
    assert sequences(system.got) == [last_sequence()]


def test_what_fails_is_tried_again_ever_later_under_the_same_identifier(
    endpoint: Endpoint, system: Receiver, publisher: User
) -> None:
    publish(an_article(), by=publisher)
    system.answer = lambda received: 500
    for number, pause in enumerate([*PAUSES, PAUSES[-1]], start=1):
        before = timezone.now()
        assert send_due_deliveries() == 1
        delivery, now = Delivery.objects.get(), timezone.now()
        assert (delivery.attempts, delivery.status) == (number, 500)
        assert delivery.error.startswith("localhost answered 500")
        assert delivery.due_at
        assert before + pause <= delivery.due_at <= now + pause * 1.2
        assert send_due_deliveries() == 0  # not before its time
        fall_due()
    system.answer = lambda received: 200
    assert send_due_deliveries() == 1
    endpoint.refresh_from_db()
    assert (endpoint.failures, endpoint.failing_since) == (0, None)
    assert len({received.headers["webhook-id"] for received in system.got}) == 1
    for received in system.got:
        Webhook(endpoint.secret).verify(received.body, received.headers)


def test_an_endpoint_that_fails_gets_one_try_at_a_time(
    endpoint: Endpoint, system: Receiver, publisher: User
) -> None:
    for number in range(5):
        publish(an_article(f"Number {number}"), by=publisher)
    system.answer = lambda received: 503
    assert send_due_deliveries() == 1
    Endpoint.objects.update(paused_until=None)
    assert send_due_deliveries() == 1
    assert len(set(sequences(system.got))) == 2  # another item had its turn


def test_an_item_that_fails_holds_up_its_own_later_changes_only(
    endpoint: Endpoint, system: Receiver, publisher: User
) -> None:
    poison, other = an_article("Poison"), an_article("Other")
    publish(poison, by=publisher)
    republish(poison, publisher, "Poison again")
    publish(other, by=publisher)
    uri = f"urn:uuid:{poison.pk}"
    system.answer = lambda received: 500 if received.data["data"]["uri"] == uri else 200
    send_due_deliveries()
    Endpoint.objects.update(paused_until=None)
    send_due_deliveries()
    assert sequences(system.got) == [1, 3]
    system.answer = lambda received: 200
    fall_due()
    send_due_deliveries()
    assert sequences(system.got) == [1, 3, 1, 2]


def test_at_least_once_and_in_order_for_each_item_whatever_breaks(
    endpoint: Endpoint,
    system: Receiver,
    publisher: User,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    chance = random.Random(7)  # noqa: S311 - no secret
    articles = [an_article(f"Number {number}") for number in range(5)]
    for turn in range(6):
        for article in articles:
            republish(article, publisher, f"Turn {turn} of {article.pk}")
    system.answer = lambda received: chance.choice([200, 200, 500])
    note = Delivery.save

    def save_or_die(self: Delivery, *args: Any, **kwargs: Any) -> None:
        """Now and then the sender is killed after sending, before it has noted anything."""
        if chance.random() < 0.2:
            raise KeyboardInterrupt
        note(self, *args, **kwargs)

    monkeypatch.setattr(Delivery, "save", save_or_die)
    while Delivery.objects.filter(due_at__isnull=False).exists() or not system.got:
        with contextlib.suppress(KeyboardInterrupt):
            send_due_deliveries()
        fall_due()
    by_item = defaultdict(list)
    for received in system.got:
        data = received.data["data"]
        by_item[data["uri"]].append(data["sequence"])
    assert len(by_item) == len(articles)
    for seen in by_item.values():
        assert sorted(seen) == seen
        assert len(set(seen)) == 6
    assert len(system.got) > 30  # some came twice


def test_rights_hold_here_too(
    endpoint: Endpoint, system: Receiver, edition: Edition, publisher: User, settings: Settings
) -> None:
    settings.PUBLIC_FEED = "headlines"
    schedule(an_article("Later"), by=publisher, embargo_until=timezone.now() + timedelta(hours=1))
    Partner.objects.update(full_text=False)
    send_due_deliveries()
    articles = [r.data["data"] for r in system.got if r.data["type"] == "article.changed"]
    assert [row["uri"] for row in articles] == [f"urn:uuid:{RELEASE_ARTICLE}"]
    assert "bodies" not in articles[0]["item"]


def test_a_subscription_is_told_of_its_own_articles(
    endpoint: Endpoint, system: Receiver, edition: Edition, publisher: User, settings: Settings
) -> None:
    settings.PUBLIC_FEED = "nothing"
    Partner.objects.update(all_topics=False)
    topic = Topic.objects.create(name="Sport", slug="sport")
    endpoint.partner.topics.add(topic)
    match = an_article("The match")
    match.topics.add(topic)
    publish(match, by=publisher)
    withdraw(match, by=publisher, notice="It was not so.")
    send_due_deliveries()
    articles = [r.data["data"] for r in system.got if r.data["type"] == "article.changed"]
    assert [row["item"]["pubStatus"] for row in articles] == ["canceled", "canceled"]


def test_what_was_withdrawn_meanwhile_is_sent_as_a_tombstone(
    endpoint: Endpoint, system: Receiver, publisher: User
) -> None:
    article = an_article()
    publish(article, by=publisher)
    webhooks.create_deliveries()
    withdraw(article, by=publisher, notice="It was not so.")
    send_due_deliveries()
    assert sequences(system.got) == [1, 2]
    for received in system.got:
        assert received.data["data"]["item"]["pubStatus"] == "canceled"
        assert "we will go on" not in received.body.decode()


def test_a_new_secret_signs_beside_the_old_one_for_a_day(
    endpoint: Endpoint, system: Receiver, publisher: User
) -> None:
    old = endpoint.secret
    rotate_secret(endpoint, by=publisher)
    endpoint.refresh_from_db()
    assert endpoint.secret != old
    article = an_article()
    publish(article, by=publisher)
    send_due_deliveries()
    [received] = system.got
    for secret in (old, endpoint.secret):
        assert Webhook(secret).verify(received.body, received.headers) == received.data
    assert AuditEntry.objects.filter(
        action="new webhook secret", object_id=endpoint.partner_id
    ).exists()
    Endpoint.objects.update(previous_secret_until=timezone.now())
    republish(article, publisher, "Put right")
    send_due_deliveries()
    received = system.got[-1]
    assert Webhook(endpoint.secret).verify(received.body, received.headers)
    with pytest.raises(WebhookVerificationError):
        Webhook(old).verify(received.body, received.headers)


# Switching off ------------------------------------------------------------------------------------


def test_after_days_of_failing_it_is_switched_off_and_the_partner_told(
    endpoint: Endpoint, system: Receiver, publisher: User, settings: Settings
) -> None:
    publish(an_article(), by=publisher)
    system.answer = lambda received: 500
    send_due_deliveries()
    days = timedelta(days=settings.WEBHOOK_GIVE_UP_DAYS)
    Endpoint.objects.update(failing_since=timezone.now() - days)
    fall_due()
    send_due_deliveries()
    endpoint.refresh_from_db()
    assert not endpoint.active
    assert "localhost answered 500" in endpoint.notice
    [letter] = mail.outbox
    assert letter.to == ["desk@agency.example"]
    assert endpoint.url in letter.body
    fall_due()
    assert send_due_deliveries() == 0


def test_switched_on_again_it_goes_on_where_it_stopped(
    endpoint: Endpoint, system: Receiver, publisher: User
) -> None:
    article = an_article()
    publish(article, by=publisher)
    system.answer = lambda received: 410
    send_due_deliveries()
    endpoint.refresh_from_db()
    assert (endpoint.active, endpoint.notice.startswith("It answered 410 Gone")) == (False, True)
    republish(article, publisher, "Meanwhile")
    assert send_due_deliveries() == 0
    system.answer = lambda received: 200
    resume(endpoint)
    fall_due()
    send_due_deliveries()
    assert sequences(system.got) == [1, 1, 2]


def test_a_mail_server_that_fails_stops_nothing(
    endpoint: Endpoint, system: Receiver, publisher: User, settings: Settings
) -> None:
    settings.MAILERS = {
        "default": {
            "BACKEND": "django.core.mail.backends.smtp.EmailBackend",
            "OPTIONS": {"host": "localhost", "port": 9},
        }
    }
    publish(an_article(), by=publisher)
    system.answer = lambda received: 410
    send_due_deliveries()
    endpoint.refresh_from_db()
    assert not endpoint.active
    assert "Tell desk@agency.example: the mail could not be sent" in endpoint.notice


def test_one_delivery_that_never_arrives_is_given_up_and_its_item_goes_on(
    endpoint: Endpoint, system: Receiver, publisher: User, settings: Settings
) -> None:
    settings.WEBHOOK_GIVE_UP_DAYS = 0
    article = an_article()
    publish(article, by=publisher)
    republish(article, publisher, "Again")
    Endpoint.objects.update(failures=0)
    webhooks.create_deliveries()
    Delivery.objects.filter(change=1).update(attempts=len(PAUSES))
    system.answer = lambda received: 500 if received.data["data"]["sequence"] == 1 else 200
    send_due_deliveries()
    assert Delivery.objects.get(change=1).due_at is None
    resume(endpoint)
    send_due_deliveries()
    assert sequences(system.got) == [1, 2]


def test_old_deliveries_are_cleared_away(
    endpoint: Endpoint, system: Receiver, publisher: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(webhooks, "KEEP", timedelta(0))
    publish(an_article("First"), by=publisher)
    send_due_deliveries()
    publish(an_article("Second"), by=publisher)
    send_due_deliveries()
    assert [*Delivery.objects.values_list("change", flat=True)] == [2]


def test_a_pause_begins_after_the_try(
    endpoint: Endpoint, system: Receiver, publisher: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    def slow(received: Received) -> int:
        time.sleep(0.5)
        return 500

    monkeypatch.setattr(webhooks, "PAUSES", [timedelta(seconds=0.5)])
    publish(an_article(), by=publisher)
    system.answer = slow
    assert send_due_deliveries() == 1
    endpoint.refresh_from_db()
    assert endpoint.paused_until
    assert endpoint.paused_until > timezone.now() + timedelta(seconds=0.3)


def test_a_right_that_was_taken_holds_for_what_waits(
    endpoint: Endpoint, system: Receiver, publisher: User
) -> None:
    Partner.objects.update(reads_embargoed=True)
    later = timezone.now() + timedelta(hours=1)
    schedule(an_article("Later"), by=publisher, embargo_until=later)
    system.answer = lambda received: 500
    send_due_deliveries()
    system.got.clear()
    Partner.objects.update(reads_embargoed=False)
    fall_due()
    send_due_deliveries()
    assert not system.got
    [delivery] = Delivery.objects.all()
    assert (delivery.due_at, delivery.delivered_at) == (None, None)
    assert "may no longer read this" in delivery.error


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_switched_off_it_gets_nothing_more(
    endpoint: Endpoint, system: Receiver, publisher: User
) -> None:
    def off(received: Received) -> int:
        Endpoint.objects.update(active=False)
        connection.close()
        return 200

    for number in range(3):
        publish(an_article(f"Number {number}"), by=publisher)
    system.answer = off
    send_due_deliveries()
    assert sequences(system.got) == [1]


# Several senders ----------------------------------------------------------------------------------


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_four_senders_send_each_change_once(
    endpoint: Endpoint, system: Receiver, publisher: User
) -> None:
    articles = [an_article(f"Number {number}") for number in range(5)]
    for turn in range(3):
        for article in articles:
            republish(article, publisher, f"Turn {turn} of {article.pk}")
    assert together(*[send_due_deliveries] * 4) == []
    assert sequences(system.got) == list(range(1, 16))


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_sending_again_does_not_let_a_second_sender_in(
    endpoint: Endpoint, system: Receiver, publisher: User
) -> None:
    publish(an_article("First"), by=publisher)
    send_due_deliveries()
    publish(an_article("Second"), by=publisher)
    system.got.clear()
    sending, go = threading.Event(), threading.Event()

    def hold(received: Received) -> int:
        if not sending.is_set():
            sending.set()
            go.wait(10)
        return 200

    def send() -> None:
        send_due_deliveries()
        connection.close()

    system.answer = hold
    holder = threading.Thread(target=send)
    holder.start()
    assert sending.wait(10)
    resend(Delivery.objects.get(change=1), by=publisher)
    assert send_due_deliveries() == 0
    go.set()
    holder.join()
    assert sequences(system.got) == [2, 1]
