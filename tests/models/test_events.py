"""What the database refuses about events, the dates it leaves open, what is to come."""

from __future__ import annotations

from datetime import time
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.core.exceptions import ValidationError
from django.db import IntegrityError
from django.test import Client
from django.utils import timezone

from articles.models import Appearance, Event
from articles.publishing.publish import publish
from tests.builders import a_capacity, an_article, an_event

pytestmark = pytest.mark.django_db
KARACHI = {"time_zone": "Asia/Karachi"}


@pytest.mark.parametrize(
    "fields",
    [
        {"date_words": "on Thursday"},
        {"start_date": "2020"},
        {"start_date": "2020-07", "end_date": "2020"},
        {"start_date": "2020-07-16", "start_time": time(10), "end_time": time(10), **KARACHI},
        {
            "start_date": "2020-07-16",
            "start_time": time(22),
            "end_date": "2020-07-17",
            "end_time": time(1),
            **KARACHI,
        },
    ],
)
def test_it_works(fields: dict[str, Any]) -> None:
    event = an_event(**fields)
    event.full_clean()
    assert event.pk


@pytest.mark.parametrize(
    ("fields", "constraint"),
    [
        ({"start_date": "2020-07", "end_date": "2020-06"}, "event_ends_after_it_starts"),
        ({"end_date": "2020"}, "event_ends_after_it_starts"),
        ({"start_date": "2020-07", "start_time": time(10), **KARACHI}, "start_time_has_day"),
        ({"start_date": "2020-07-16", "start_time": time(10)}, "start_time_has_day"),
        ({"start_date": "2020-07-16", "end_time": time(10)}, "event_end_time_follows_start"),
        (
            {"start_date": "2020-07-16", "start_time": time(10), "end_time": time(9), **KARACHI},
            "event_end_time_follows_start",
        ),
        ({"live_coverage": "television"}, "event_live_coverage_was_live"),
        ({"name": " "}, "event_has_a_name"),
    ],
)
def test_what_cannot_be_is_refused(fields: dict[str, Any], constraint: str) -> None:
    with pytest.raises(ValidationError):
        Event(**{"name": "The Webinar", "slug": "webinar"} | fields).full_clean()
    with pytest.raises(IntegrityError, match=constraint):
        an_event(**{"slug": "webinar"} | fields)


def test_a_zone_is_one_that_exists() -> None:
    with pytest.raises(ValidationError, match="not a time zone"):
        an_event(time_zone="Islamabad").full_clean()


def test_nobody_appears_twice_in_one_capacity() -> None:
    event, capacity = an_event(), a_capacity()
    Appearance.objects.create(event=event, capacity=capacity)
    with pytest.raises(IntegrityError, match="appearance_unique"):
        Appearance.objects.create(event=event, capacity=capacity)


def test_the_front_page_tells_what_is_to_come(client: Client, publisher: User) -> None:
    today = timezone.localdate()
    for name, start in (
        ("Today", str(today)),
        ("Sometime this year", str(today.year)),
        ("Next year", f"{today.year + 1}-01-31"),
        ("Long ago", "2020-07-16"),
        ("On a Thursday", ""),
    ):
        event = an_event(name, start_date=start)
        publish(an_article(f"About {name}", event=event), by=publisher)
    page = client.get("/").content.decode()
    ahead, news = page.split('id="upcoming"')[1].split('id="events"')
    for name in ("Today", "Sometime this year", "Next year"):
        assert f"<bdi>{name}</bdi>" in ahead
        assert f"<bdi>{name}</bdi>" not in news
    for name in ("Long ago", "On a Thursday"):
        assert f"<bdi>{name}</bdi>" not in ahead
        assert f"<bdi>{name}</bdi>" in news
    assert ahead.index("Today") < ahead.index("Next year")
