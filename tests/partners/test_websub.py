"""The hub is told which feeds have changed."""

from __future__ import annotations

from urllib.parse import parse_qs

import pytest
from pytest_django import Settings

from articles.partners.websub import HubError, notify_hub
from tests.receiver import receiver


def test_the_hub_is_told_of_each_feed(settings: Settings) -> None:
    with receiver() as hub:
        settings.WEBSUB_HUB = hub.url
        notify_hub()
    told = [parse_qs(received.body.decode()) for received in hub.got]
    assert told == [
        {
            "hub.mode": ["publish"],
            "hub.url": [f"http://localhost:8000/feeds/articles.{name}"],
        }
        for name in ("atom", "rss", "json")
    ]
    assert hub.got[0].headers["content-type"] == "application/x-www-form-urlencoded"


def test_without_a_hub_nobody_is_told(settings: Settings) -> None:
    settings.WEBSUB_HUB = ""
    notify_hub()


@pytest.mark.parametrize("status", [500, 404, 302])
def test_a_hub_that_refuses(settings: Settings, status: int) -> None:
    with receiver() as hub:
        hub.answer = lambda received: status
        settings.WEBSUB_HUB = hub.url
        with pytest.raises(HubError, match=f"answered {status}"):
            notify_hub()


def test_a_hub_that_is_not_there(settings: Settings) -> None:
    settings.WEBSUB_HUB = "http://localhost:9/"
    with pytest.raises(HubError, match="was not reached"):
        notify_hub()
