"""Events for calendars: with the day that the source gives, and never with one it does not."""

from __future__ import annotations

import re
from datetime import date
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client
from icalendar import Calendar
from pytest_django import DjangoAssertNumQueries

from articles.models import Edition, Event
from articles.publishing.pages import publish_page
from articles.publishing.publish import publish
from articles.publishing.schedule import run_due_actions_on_request
from tests.builders import an_article, an_event
from tests.public.test_views import STORING

pytestmark = pytest.mark.django_db

ALL = "/feeds/events.ics"


def a_public_event(publisher: User, name: str = "The Webinar", **fields: Any) -> Event:
    event = an_event(name, **fields)
    publish(an_article(f"About {name}", event=event), by=publisher)
    return event


def read(client: Client, address: str) -> Any:
    response = client.get(address)
    assert response.headers["Content-Type"] == "text/calendar; charset=utf-8"
    return Calendar.from_ical(response.content)


def test_a_day_without_a_time_is_a_whole_day(client: Client, publisher: User) -> None:
    event = a_public_event(publisher, start_date="2020-07-16", place="Islamabad", kind="webinar")
    [entry] = read(client, "/events/the-webinar.ics").events
    assert entry.decoded("dtstart") == date(2020, 7, 16)
    assert "dtend" not in entry
    assert str(entry["uid"]) == f"urn:uuid:{event.pk}"
    assert (str(entry["summary"]), str(entry["location"])) == ("The Webinar", "Islamabad")
    assert str(entry["url"]).endswith("/events/the-webinar/")
    assert entry.decoded("dtstamp")


def test_several_days_end_with_the_day_after(client: Client, publisher: User) -> None:
    a_public_event(publisher, start_date="2020-07-16", end_date="2020-07-18")
    [entry] = read(client, "/events/the-webinar.ics").events
    assert entry.decoded("dtend") == date(2020, 7, 19)


def test_a_time_stands_in_the_events_own_zone(client: Client, publisher: User) -> None:
    a_public_event(
        publisher,
        start_date="2020-07-16",
        start_time="10:00",
        end_time="12:30",
        time_zone="Asia/Karachi",
    )
    calendar = read(client, "/events/the-webinar.ics")
    [entry] = calendar.events
    assert entry.decoded("dtstart").isoformat() == "2020-07-16T10:00:00+05:00"
    assert entry.decoded("dtend").isoformat() == "2020-07-16T12:30:00+05:00"
    assert [str(zone["tzid"]) for zone in calendar.timezones] == ["Asia/Karachi"]


def test_several_days_without_an_end_time_keep_their_end(client: Client, publisher: User) -> None:
    a_public_event(
        publisher,
        start_date="2020-07-16",
        end_date="2020-07-18",
        start_time="10:00",
        time_zone="Asia/Karachi",
    )
    [entry] = read(client, "/events/the-webinar.ics").events
    assert entry.decoded("dtstart").isoformat() == "2020-07-16T10:00:00+05:00"
    assert entry.decoded("dtend").isoformat() == "2020-07-19T00:00:00+05:00"


def test_what_ends_as_it_starts_has_no_end(client: Client, publisher: User) -> None:
    # RFC 5545 wants an end to be later than its start.
    a_public_event(
        publisher, start_date="2020-07-16", start_time="10:00", end_time="10:00", time_zone="UTC"
    )
    [entry] = read(client, "/events/the-webinar.ics").events
    assert "dtend" not in entry


def test_hostile_text_breaks_nothing(client: Client, publisher: User) -> None:
    event = a_public_event(
        publisher,
        start_date="2020-07-16",
        place="Hall; 1,\r\nATTENDEE:mailto:a@example.org\x08\x7f",
        kind="web\x1finar",
        date_words="on \x0bThursday",
    )
    event.name = "The \x08Webinar"
    event.save()
    publish_page(event, by=publisher)
    for address in ("/events/the-webinar.ics", ALL):
        content = client.get(address).content
        assert not re.search(rb"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]", content)
        [entry] = read(client, address).events
        assert str(entry["summary"]) == "The Webinar"
        assert str(entry["location"]) == "Hall; 1,\nATTENDEE:mailto:a@example.org"
        assert "attendee" not in entry


def test_no_day_no_entry(client: Client, edition: Edition, publisher: User) -> None:
    a_public_event(publisher, start_date="2020-07")
    for event in Event.objects.all():
        assert client.get(f"/events/{event.slug}.ics").status_code == 404
        page = client.get(event.get_absolute_url()).content.decode()
        assert "Add to calendar" not in page
    calendar = read(client, ALL)
    assert calendar.events == []
    assert calendar.subcomponents  # one at least, says RFC 5545


def test_all_events(
    client: Client, publisher: User, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    a_public_event(publisher, "First", start_date="2020-07-16")
    a_public_event(
        publisher, "Second", start_date="2020-08-01", start_time="09:00", time_zone="UTC"
    )
    run_due_actions_on_request()
    with django_assert_num_queries(2 + STORING):
        client.get(ALL)
    names = {str(entry["summary"]) for entry in read(client, ALL).events}
    assert names == {"First", "Second"}


def test_an_earlier_address_leads_to_todays(client: Client, publisher: User) -> None:
    event = a_public_event(publisher, start_date="2020-07-16")
    event.slug = "renamed"
    event.save()
    publish_page(event, by=publisher)
    response = client.get("/events/the-webinar.ics")
    assert (response.status_code, response.headers["Location"]) == (301, "/events/renamed.ics")


def test_an_event_that_is_not_public_has_none(client: Client) -> None:
    an_event(start_date="2020-07-16")
    assert client.get("/events/the-webinar.ics").status_code == 404
    assert read(client, ALL).events == []


def test_pages_lead_to_calendars(client: Client, publisher: User) -> None:
    a_public_event(publisher, start_date="2020-07-16")
    assert 'href="/feeds/events.ics"' in client.get("/").content.decode()
    page = client.get("/events/the-webinar/").content.decode()
    assert page.count('href="/events/the-webinar.ics"') == 2
