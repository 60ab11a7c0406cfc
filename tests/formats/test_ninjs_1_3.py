"""ninjs 1.3 as Superdesk's own parser reads it: each key that it reads, in the form it wants."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.utils import timezone
from pytest_django import Settings

from articles.models import Edition, Key, Partner, Topic
from articles.publishing.publish import correct, publish, withdraw
from articles.publishing.schedule import schedule
from tests.builders import RELEASE_ARTICLE, a_picture, a_statement, an_article, an_event

pytestmark = pytest.mark.django_db

HEADERS = {"accept": "application/json; ninjs=1.3"}
#: What Superdesk's parser copies as it is (superdesk-core, io/feed_parsers/ninjs.py).
COPIED = {
    *("usageterms", "language", "headline", "copyrightnotice", "pubstatus", "copyrightholder"),
    *("ednote", "body_html", "slugline", "byline", "description_text"),
}


def moment(time: str) -> datetime:
    """A time as Superdesk reads it; ValueError for anything else."""
    return datetime.strptime(time, "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC)


def as_superdesk_reads(ninjs: dict[str, Any]) -> list[dict[str, Any]]:
    """The items that come of ``ninjs``: written anew after the parser's rules, key by key."""
    items = []
    item: dict[str, Any] = {"uri": ninjs["uri"], "type": ninjs["type"]}
    assert item["type"] in ("text", "picture", "composite")
    for key in COPIED & ninjs.keys():
        assert isinstance(ninjs[key], str)
        item[key] = ninjs[key]
    for key in ("versioncreated", "firstcreated", "embargoed"):
        if key in ninjs:
            item[key] = moment(ninjs[key])
    for key in ("subject", "genre", "service", "place"):
        item[key] = [(row["name"], row["code"]) for row in ninjs.get(key, [])]
    for key, associated in ninjs.get("associations", {}).items():
        items += as_superdesk_reads(associated)
        item.setdefault("associations", {})[key] = associated
    for name, rendition in ninjs.get("renditions", {}).items():
        assert isinstance(rendition["href"], str)
        assert isinstance(rendition["width"], int)
        assert isinstance(rendition["mimetype"], str)
        assert rendition["poi"].keys() == {"x", "y"}
        item.setdefault("renditions", []).append(name)
    if "located" in ninjs:
        item["city"] = ninjs["located"]
    if ninjs["type"] == "picture":
        item["alt_text"] = ninjs["body_text"]
    return [item, *items]


def test_the_release(client: Client, edition: Edition, publisher: User) -> None:
    correct(edition.article, by=publisher, note="A name was spelt wrong.")
    response = client.get(f"/api/v1/articles/{RELEASE_ARTICLE}/", headers=HEADERS)
    assert response.headers["Content-Type"] == "application/json; ninjs=1.3"
    [item] = as_superdesk_reads(response.json())
    assert item["type"] == "text"
    assert item["headline"] == edition.headline
    assert item["body_html"] == edition.body
    assert item["description_text"] == edition.standfirst
    assert item["slugline"] == edition.slug
    assert (item["pubstatus"], item["city"]) == ("usable", "Islamabad")
    assert item["ednote"] == "A name was spelt wrong."
    assert {name for name, _ in item["subject"]} == {
        topic.name for topic in edition.article.topics.all()
    }
    assert timezone.now() - item["versioncreated"] < timedelta(minutes=1)


def test_a_picture_and_its_terms(client: Client, publisher: User, settings: Settings) -> None:
    settings.MACHINES = "all"
    settings.USAGE_TERMS, settings.COPYRIGHT_HOLDER = "For subscribers.", "The Newsroom"
    picture = a_picture(publisher, caption="In the hall", copyright_holder="CGSS")
    article = an_article(picture=picture, byline="A Reporter", event=an_event())
    a_statement(article)
    publish(article, by=publisher)
    response = client.get(f"/api/v1/articles/{article.pk}/", headers=HEADERS)
    item, featured = as_superdesk_reads(response.json())
    assert (item["byline"], item["usageterms"]) == ("A Reporter", "For subscribers.")
    assert item["copyrightholder"] == "The Newsroom"
    assert set(item["associations"]) == {"featuremedia"}
    assert featured["type"] == "picture"
    assert featured["alt_text"] == picture.alternative_text
    assert (featured["byline"], featured["copyrightholder"]) == ("CGSS", "CGSS")
    assert featured["description_text"] == "In the hall"
    assert featured["renditions"][0] == "original"
    first = response.json()["associations"]["featuremedia"]["renditions"]["original"]
    assert (first["mimetype"], first["width"]) == (
        "image/jpeg",
        max(row["width"] for row in picture.renditions),
    )


def test_what_is_under_embargo(client: Client, publisher: User) -> None:
    partner = Partner.objects.create(
        name="Desk", reads_embargoed=True, all_topics=True, all_languages=True
    )
    until = timezone.now() + timedelta(hours=1)
    schedule(article := an_article(), by=publisher, embargo_until=until)
    headers = HEADERS | {"authorization": f"Bearer {Key.issue(partner)}"}
    response = client.get(f"/api/v1/articles/{article.pk}/", headers=headers)
    [item] = as_superdesk_reads(response.json())
    assert item["pubstatus"] == "withheld"
    assert item["embargoed"] == until.replace(microsecond=0)


def test_what_was_withdrawn(client: Client, edition: Edition, publisher: User) -> None:
    withdraw(edition.article, by=publisher, notice="It was not so.")
    row = client.get("/api/v1/changes/?limit=100", headers=HEADERS).json()["results"][-1]
    [item] = as_superdesk_reads(row["item"])
    assert (item["pubstatus"], item["ednote"]) == ("canceled", "It was not so.")
    assert "body_html" not in item


def test_every_article_and_event_is_read(client: Client, edition: Edition) -> None:
    for address in ("/api/v1/articles/", "/api/v1/events/"):
        for ninjs in client.get(address, headers=HEADERS).json()["results"]:
            assert as_superdesk_reads(ninjs)[0]["headline"]
    cut = client.get("/api/v1/articles/?fields=headlines,type", headers=HEADERS).json()["results"]
    assert cut[0]["headline"] == edition.headline


def test_plain_records_stay_as_they_are(client: Client, edition: Edition) -> None:
    assert Topic.objects.exists()
    for address in ("/api/v1/speakers/", "/api/v1/organizations/", "/api/v1/topics/"):
        assert client.get(address, headers=HEADERS).json() == client.get(address).json()
