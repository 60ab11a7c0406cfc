"""A page that was published can be taken back, and everybody who has it hears of it."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied
from django.test import Client

from articles.log import last_sequence
from articles.models import AuditEntry, Edition, PublicPage, SearchDocument
from articles.publishing.pages import publish_page, withdraw_page
from articles.publishing.publish import correct, publish
from articles.publishing.workflow import Refused
from people.models import Organization, Speaker
from tests.builders import a_member_of, a_speaker, an_event

pytestmark = pytest.mark.django_db

NOTICE = "It was published about the wrong person."
KINDS = ["speaker", "organization", "event", "topic"]


@pytest.fixture
def rows(edition: Edition) -> dict[str, Any]:
    """A public row of each kind."""
    article = edition.article
    assert article.event
    return {
        "speaker": Speaker.objects.get(slug="vladimir-norov"),
        "organization": Organization.objects.exclude(parent=None)[0],
        "event": article.event,
        "topic": article.topics.all()[0],
    }


@pytest.mark.parametrize("kind", KINDS)
def test_it_works(client: Client, publisher: User, rows: dict[str, Any], kind: str) -> None:
    row = rows[kind]
    assert client.get(row.get_absolute_url()).status_code == 200
    before = last_sequence()
    withdraw_page(row, by=publisher, notice=NOTICE)
    assert last_sequence() == before + 1
    response = client.get(row.get_absolute_url())
    assert response.status_code == 410
    assert NOTICE in response.content.decode()
    assert str(row) not in response.content.decode()
    [entry] = AuditEntry.objects.filter(object_id=row.pk, action="withdraw page")
    assert entry.note == NOTICE


@pytest.mark.parametrize("kind", KINDS)
def test_partners_are_told_to_drop_it(
    client: Client, publisher: User, rows: dict[str, Any], kind: str
) -> None:
    before = last_sequence()
    withdraw_page(rows[kind], by=publisher, notice=NOTICE)
    [change] = client.get(f"/api/v1/changes/?after={before}").json()["results"]
    assert (change["type"], change["item"]["pubStatus"]) == (kind, "canceled")
    assert change["item"]["edNote"] == NOTICE
    assert "name" not in change["item"]
    assert "headlines" not in change["item"]
    detail = client.get(f"/api/v1/{kind}s/{rows[kind].pk}/")
    assert (detail.status_code, NOTICE in detail.json()["detail"]) == (410, True)
    uris = [item["uri"] for item in client.get(f"/api/v1/{kind}s/").json()["results"]]
    assert change["uri"] not in uris


@pytest.mark.parametrize("kind", KINDS)
def test_search_sitemap_feed_and_calendar_leave_it_out(
    client: Client, publisher: User, rows: dict[str, Any], kind: str
) -> None:
    row = rows[kind]
    withdraw_page(row, by=publisher, notice=NOTICE)
    assert not SearchDocument.objects.filter(pk=row.pk).exists()
    assert row.slug not in client.get("/sitemap-pages-0.xml").content.decode()
    assert client.get(f"/feeds/{kind}s/{row.slug}.atom").status_code == 404
    assert client.get(f"/{kind}s/{row.slug}/share-image.png").status_code == 404


def test_an_event_s_calendar_goes_with_it(client: Client, publisher: User) -> None:
    event = an_event("To come", start_date="2030-05-01")
    publish_page(event, by=publisher)
    assert "To come" in client.get("/feeds/events.ics").content.decode()
    withdraw_page(event, by=publisher, notice=NOTICE)
    assert "To come" not in client.get("/feeds/events.ics").content.decode()
    assert client.get("/events/to-come.ics").status_code == 404


@pytest.mark.parametrize("kind", KINDS)
def test_publishing_it_again_brings_it_back(
    client: Client, publisher: User, rows: dict[str, Any], kind: str
) -> None:
    row = rows[kind]
    withdraw_page(row, by=publisher, notice=NOTICE)
    assert publish_page(row, by=publisher)
    assert client.get(row.get_absolute_url()).status_code == 200
    item = client.get("/api/v1/changes/?limit=100").json()["results"][-1]["item"]
    assert item["pubStatus"] == "usable"
    assert SearchDocument.objects.filter(pk=row.pk).exists()


@pytest.mark.parametrize("kind", KINDS)
def test_publishing_an_article_that_names_it_does_not(
    client: Client, publisher: User, edition: Edition, rows: dict[str, Any], kind: str
) -> None:
    withdraw_page(rows[kind], by=publisher, notice=NOTICE)
    correct(edition.article, by=publisher, note="A word was wrong.")
    assert client.get(rows[kind].get_absolute_url()).status_code == 410


@pytest.mark.parametrize("unseen", [" ", "\u200b"])
def test_without_a_notice_it_is_refused(publisher: User, rows: dict[str, Any], unseen: str) -> None:
    with pytest.raises(Refused, match="public notice"):
        withdraw_page(rows["speaker"], by=publisher, notice=unseen)


def test_what_is_not_public_has_nothing_to_withdraw(publisher: User) -> None:
    with pytest.raises(Refused, match="no public page"):
        withdraw_page(a_speaker(), by=publisher, notice=NOTICE)


def test_a_second_time_it_is_refused(publisher: User, rows: dict[str, Any]) -> None:
    withdraw_page(rows["speaker"], by=publisher, notice=NOTICE)
    with pytest.raises(Refused, match="no public page"):
        withdraw_page(rows["speaker"], by=publisher, notice=NOTICE)


def test_only_publishers_may(rows: dict[str, Any]) -> None:
    with pytest.raises(PermissionDenied):
        withdraw_page(rows["speaker"], by=a_member_of("Editor"), notice=NOTICE)
    assert PublicPage.objects.live().filter(pk=rows["speaker"].pk).exists()


def test_publishing_an_unchanged_page_changes_nothing(
    publisher: User, rows: dict[str, Any]
) -> None:
    publish_page(rows["speaker"], by=publisher)
    before = last_sequence()
    assert not publish_page(rows["speaker"], by=publisher)
    assert last_sequence() == before


def test_a_page_is_published_as_the_database_has_it(publisher: User) -> None:
    old = a_speaker("First")
    Speaker.objects.filter(pk=old.pk).update(name="Second")
    publish_page(old, by=publisher)
    assert PublicPage.objects.get(pk=old.pk).card["name"] == "Second"


@pytest.mark.parametrize(
    ("status", "word", "uri", "ics"),
    [
        ("postponed", "Postponed", "EventPostponed", "TENTATIVE"),
        ("cancelled", "Cancelled", "EventCancelled", "CANCELLED"),
        ("moved online", "Moved online", "EventMovedOnline", "CONFIRMED"),
    ],
)
def test_what_became_of_an_event_is_told_everywhere(
    client: Client, publisher: User, status: str, word: str, uri: str, ics: str
) -> None:
    event = an_event("The congress", start_date="2030-05-01", status=status)
    publish_page(event, by=publisher)
    page = client.get(event.get_absolute_url()).content.decode()
    assert word in page
    assert f"https://schema.org/{uri}" in page
    item = client.get(f"/api/v1/events/{event.pk}/").json()
    assert item["eventDetails"]["eventStatus"] == f"https://schema.org/{uri}"
    first = client.get("/events/the-congress.ics").content.decode()
    assert f"STATUS:{ics}" in first
    event.place = "Lahore"
    event.save()
    publish_page(event, by=publisher)
    second = client.get("/events/the-congress.ics").content.decode()
    assert _sequence(second) > _sequence(first)


def _sequence(calendar: str) -> int:
    [line] = [row for row in calendar.splitlines() if row.startswith("SEQUENCE:")]
    return int(line.removeprefix("SEQUENCE:"))


def test_an_article_names_a_withdrawn_speaker_and_still_goes_out(
    publisher: User, edition: Edition, rows: dict[str, Any]
) -> None:
    withdraw_page(rows["speaker"], by=publisher, notice=NOTICE)
    article = edition.article
    article.headline = "Another headline"
    article.save()
    assert publish(article, by=publisher).version == 2
