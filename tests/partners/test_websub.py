"""The hub is told which feeds have changed."""

from __future__ import annotations

from datetime import timedelta
from urllib.parse import parse_qs

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.utils import timezone
from pytest_django import Settings

from articles.log import last_sequence
from articles.models import Edition, Topic
from articles.partners.websub import HubError, changed_feeds, notify_hub
from articles.publishing.publish import publish, withdraw
from articles.publishing.schedule import schedule
from tests.builders import a_statement, an_article
from tests.receiver import receiver

SITE = "http://localhost:8000"

pytestmark = [pytest.mark.slow, pytest.mark.django_db]


def test_the_hub_is_told_of_each_feed_that_changed(
    client: Client, settings: Settings, edition: Edition, publisher: User
) -> None:
    before = last_sequence()
    article = an_article("Another", language="ur")
    a_statement(article)
    topic = Topic.objects.create(name="Floods", slug="floods")
    article.topics.add(topic)
    publish(article, by=publisher)
    with receiver() as hub:
        settings.WEBSUB_HUB = hub.url
        notify_hub(before)
        told = [parse_qs(received.body.decode()) for received in hub.got]
        assert {row["hub.mode"][0] for row in told} == {"publish"}
        assert hub.got[0].headers["content-type"] == "application/x-www-form-urlencoded"
        feeds = [row["hub.url"][0] for row in told]
        assert sorted(feeds) == sorted(
            f"{SITE}/feeds/{name}.{form}{language}"
            for name in ("articles", "topics/floods", "speakers/ada-writer")
            for form in ("atom", "rss", "json")
            for language in ("", "?language=ur")
        )
        for feed in feeds:  # each of them names the hub, and itself as it was told
            link = client.get(feed.removeprefix(SITE)).headers["Link"]
            assert link == f'<{hub.url}>; rel="hub", <{feed}>; rel="self"'


def test_what_an_earlier_edition_named_has_changed_too(
    edition: Edition, publisher: User, settings: Settings
) -> None:
    article = an_article("Another")
    topic = Topic.objects.create(name="Floods", slug="floods")
    article.topics.add(topic)
    publish(article, by=publisher)
    before = last_sequence()
    article.topics.clear()
    publish(article, by=publisher)
    assert f"{SITE}/feeds/topics/floods.atom" in changed_feeds(before)
    before = last_sequence()
    withdraw(article, by=publisher, notice="It was not so.")
    assert f"{SITE}/feeds/articles.atom" in changed_feeds(before)


def test_what_stands_in_no_feed_changes_none(edition: Edition, publisher: User) -> None:
    before = last_sequence()
    soon = timezone.now() + timedelta(hours=1)
    schedule(an_article("Embargoed"), by=publisher, embargo_until=soon)
    assert last_sequence() > before
    assert changed_feeds(before) == []
    assert changed_feeds(last_sequence()) == []


def test_without_a_hub_nobody_is_told(settings: Settings) -> None:
    settings.WEBSUB_HUB = ""
    notify_hub(0)


@pytest.mark.parametrize("status", [500, 404, 302])
def test_a_hub_that_refuses(settings: Settings, edition: Edition, status: int) -> None:
    with receiver() as hub:
        hub.answer = lambda received: status
        settings.WEBSUB_HUB = hub.url
        with pytest.raises(HubError, match=f"answered {status}"):
            notify_hub(0)


def test_a_hub_that_is_not_there(settings: Settings, edition: Edition) -> None:
    settings.WEBSUB_HUB = "http://localhost:9/"
    with pytest.raises(HubError, match="was not reached"):
        notify_hub(0)
