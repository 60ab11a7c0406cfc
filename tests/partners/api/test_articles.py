"""What partners fetch: ninjs items that the schema accepts, and a log that misses nothing."""

from __future__ import annotations

import json
import re
from datetime import timedelta
from functools import cache
from typing import Any
from urllib.parse import urljoin

import pytest
from django.contrib.auth.models import User
from django.db import OperationalError, connection
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries
from referencing import Registry, Resource

from articles.log import invalidate_head, last_sequence
from articles.models import PLURALS, Article, Edition, Event, Key, Partner, Topic
from articles.partners.api.caching import answers
from articles.publishing.pages import publish_page
from articles.publishing.publish import correct, publish, withdraw
from articles.publishing.schedule import run_due_actions, run_due_actions_on_request, schedule
from people.models import Organization, Speaker
from tests.builders import RELEASE_ARTICLE, a_capacity, a_statement, an_article, an_event
from tests.json_schemas import validator
from tests.processes import ROOT

pytestmark = pytest.mark.django_db

ITEM = f"/api/v1/articles/{RELEASE_ARTICLE}/"
GEOJSON = Resource.from_contents({"$schema": "https://json-schema.org/draft/2020-12/schema"})


KINDS = ["event", "organization", "speaker", "topic"]


@cache
def ninjs_validator() -> Any:
    schema = ROOT / "tests/standards/ninjs-schema_3.1.json"
    # The schema refers to GeoJSON's, which we never use and do not fetch.
    registry = Registry().with_resource("https://geojson.org/schema/GeoJSON.json", GEOJSON)
    return validator(json.loads(schema.read_text(encoding="utf-8")), registry=registry)


def assert_ninjs(item: dict[str, Any]) -> None:
    errors = [
        f"{error.json_path}: {error.message}" for error in ninjs_validator().iter_errors(item)
    ]
    assert errors == []


def associations(item: dict[str, Any], profile: str) -> list[dict[str, Any]]:
    return [part for part in item["associations"] if part.get("profile") == profile]


def test_the_validator_would_notice() -> None:
    assert [*ninjs_validator().iter_errors({"uri": "urn:uuid:x", "quotes": []})]
    assert [*ninjs_validator().iter_errors({"uri": "urn:uuid:x", "versionCreated": "yesterday"})]


def test_item(
    client: Client, edition: Edition, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    run_due_actions_on_request()  # once a second, whoever asks
    with django_assert_num_queries(1):
        item = client.get(ITEM).json()
    assert_ninjs(item)
    assert item["uri"] == f"urn:uuid:{RELEASE_ARTICLE}"
    assert (item["version"], item["pubStatus"], item["located"]) == ("1", "usable", "Islamabad")
    assert item["bodies"][0]["value"] == edition.body
    assert {person["name"] for person in item["people"]} == {
        "Vladimir Norov",
        "Zahoor Ahmed",
        "Major General (r) Hafiz Masroor Ahmed",
    }


def test_statements_travel_with_speaker_and_capacity(client: Client, edition: Edition) -> None:
    item = client.get(ITEM).json()
    [quotation] = associations(item, "quotation")
    assert quotation["type"] == "component"
    assert quotation["bodies"][0]["value"].startswith("Among them is the Mughal Legacy")
    assert quotation["people"][0]["name"] == "Vladimir Norov"
    assert quotation["by"] == (
        "Secretary-General, Shanghai Cooperation Organization (SCO) Secretariat"
    )
    assert quotation["organisations"][0]["rel"] == "affiliation"
    assert len(associations(item, "reported-speech")) == 6
    capacities = {part["uri"]: part for part in associations(item, "capacity")}
    assert len(capacities) == 3
    for part in associations(item, "reported-speech"):
        assert capacities[part["altIds"][0]["value"]]["by"] == part["by"]


def test_a_capacity_without_organization_names_none(client: Client, edition: Edition) -> None:
    capacities = associations(client.get(ITEM).json(), "capacity")
    [zahoor] = [part for part in capacities if part["people"][0]["name"] == "Zahoor Ahmed"]
    assert "organisations" not in zahoor


def test_the_event_has_no_invented_date(client: Client, edition: Edition) -> None:
    [event] = associations(client.get(ITEM).json(), "event")
    assert "eventDetails" not in event
    described = {entry["role"]: entry["value"] for entry in event["descriptions"]}
    assert described == {
        "kind": "webinar",
        "format": "online",
        "date": "on Thursday",
        "attendance": "200",
        "liveCoverage": "various social media platforms",
    }


@pytest.mark.parametrize(
    ("when", "dates"),
    [
        ({"start_date": "2020-07"}, {"expectedStartDate": "2020-07"}),
        (
            {"start_date": "2020-07-16", "start_time": "10:00", "time_zone": "Asia/Karachi"},
            {"startDate": "2020-07-16T10:00:00+05:00"},
        ),
        (
            {
                "start_date": "2020-07-16",
                "start_time": "10:00",
                "end_time": "12:30",
                "time_zone": "Asia/Karachi",
            },
            {"startDate": "2020-07-16T10:00:00+05:00", "endDate": "2020-07-16T12:30:00+05:00"},
        ),
    ],
)
def test_a_known_date_travels_as_precise_as_it_is(
    client: Client, publisher: User, when: dict[str, Any], dates: dict[str, str]
) -> None:
    article = an_article(event=Event.objects.get(pk=an_event(**when).pk))
    publish(article, by=publisher)
    item = client.get(f"/api/v1/articles/{article.pk}/").json()
    assert_ninjs(item)
    assert associations(item, "event")[0]["eventDetails"] == {"dates": dates}


def test_the_least_there_can_be_is_valid(client: Client, publisher: User) -> None:
    article = an_article()
    publish(article, by=publisher)
    assert_ninjs(client.get(f"/api/v1/articles/{article.pk}/").json())


@pytest.mark.slow
def test_first_created_is_the_first_publication(
    client: Client, edition: Edition, publisher: User
) -> None:
    Article.objects.filter(pk=RELEASE_ARTICLE).update(headline="Put right")
    second = correct(edition.article, by=publisher, note="Another headline.")
    item = client.get(ITEM).json()
    first = edition.first_published_at.isoformat()
    assert (item["firstCreated"], item["version"]) == (first, "2")
    assert item["versionCreated"] == second.published_at.isoformat()
    assert edition.article.created_at.isoformat() != first
    withdraw(edition.article, by=publisher, notice="It was not so.")
    tombstone = client.get("/api/v1/changes/?limit=100").json()["results"][-1]["item"]
    assert (tombstone["firstCreated"], tombstone["version"]) == (first, "3")


@pytest.mark.parametrize("kind", KINDS)
def test_every_record_has_a_version_and_its_times(
    client: Client, edition: Edition, publisher: User, kind: str
) -> None:
    address = f"/api/v1/{PLURALS[kind]}/"
    before = client.get(address).json()["results"][0]
    models: dict[str, Any] = {
        "event": Event,
        "organization": Organization,
        "speaker": Speaker,
        "topic": Topic,
    }
    found = models[kind].objects.get(pk=before["uri"].removeprefix("urn:uuid:"))
    found.name = "Another name"
    found.save()
    publish_page(found, by=publisher)
    after = client.get(f"{address}{found.pk}/").json()
    log = client.get("/api/v1/changes/?limit=100").json()["results"]
    [*_, last] = [row for row in log if row["uri"] == before["uri"]]
    assert last["item"] == after
    assert (after["version"], after["versionCreated"]) == (str(last["sequence"]), last["at"])
    assert int(after["version"]) > int(before["version"])
    assert after["firstCreated"] == before["firstCreated"] == before["versionCreated"]
    if kind == "event":
        assert_ninjs(after)


@pytest.mark.parametrize("link", ["page", "../other/", "#s-1", "/archive/", "?x=1"])
def test_bodies_hold_no_relative_link(client: Client, publisher: User, link: str) -> None:
    article = an_article(body=f'<p>See <a href="{link}">there</a>.</p>')
    publish(article, by=publisher)
    body = client.get(f"/api/v1/articles/{article.pk}/").json()["bodies"][0]["value"]
    [href] = re.findall(r'href="([^"]*)"', body)
    assert href == urljoin("http://localhost:8000/articles/a-headline/", link)


def named(item: dict[str, Any]) -> set[str]:
    """The identifiers that ``item`` names, of people and things in the log."""
    found = {
        part["uri"]
        for key in ("people", "organisations", "subjects", "events")
        for part in item.get(key, [])
        if "uri" in part
    }
    for part in item.get("associations", []):
        found |= named(part)
        if part["type"] in ("event", "text"):
            found.add(part["uri"])
    found |= {
        held["organization"]["uri"] for held in item.get("capacities", []) if "organization" in held
    }
    return found | ({item["parentOrganization"]["uri"]} if "parentOrganization" in item else set())


def test_what_an_item_names_comes_before_it(
    client: Client, release: Article, publisher: User
) -> None:
    until = timezone.now() + timedelta(hours=1)
    schedule(release, by=publisher, embargo_until=until)
    original = an_article("Original")
    publish(an_article("In Urdu", language="ur", translation_of=original), by=publisher)
    publish(original, by=publisher)
    publish(an_article("In Russian", language="ru", translation_of=original), by=publisher)
    run_due_actions(until + timedelta(minutes=1))
    partner = Partner.objects.create(
        name="Desk", reads_embargoed=True, all_topics=True, all_languages=True
    )
    headers = {"authorization": f"Bearer {Key.issue(partner)}"}
    rows = client.get("/api/v1/changes/?limit=100", headers=headers).json()["results"]
    seen = set[str]()
    for row in rows:
        assert {uri for uri in named(row["item"]) if uri.startswith("urn:uuid:")} <= seen, row
        seen.add(row["uri"])
    withheld = rows[0]["item"]
    assert_ninjs(withheld)
    assert withheld["pubStatus"] == "withheld"
    assert {person["name"] for person in withheld["people"]} >= {"Vladimir Norov"}
    assert len(associations(withheld, "quotation")) == 1
    released = rows[-1]["item"]
    assert released["pubStatus"] == "usable"
    assert len(named(released)) >= 5
    russian = [row["item"] for row in rows if row["item"].get("language") == "ru"]
    assert f"urn:uuid:{original.pk}" in named(russian[0])


@pytest.mark.slow
def test_a_page_of_twenty(
    client: Client, publisher: User, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    capacity = a_capacity()
    for number in range(25):
        article = an_article(f"Number {number}")
        a_statement(article, capacity=capacity)
        publish(article, by=publisher)
    run_due_actions_on_request()  # once a second, whoever asks
    # The numbers; which items are kept; those that are not; to keep them.
    with django_assert_max_num_queries(4):
        page = client.get("/api/v1/articles/").json()
    headlines = [item["headlines"][0]["value"] for item in page["results"]]
    assert headlines == [f"Number {number}" for number in range(24, 4, -1)]
    for item in page["results"]:
        assert_ninjs(item)
    rest = client.get(page["next"]).json()
    assert len(rest["results"]) == 5
    assert rest["next"] is None


def test_the_log_gives_every_change_once(
    client: Client,
    edition: Edition,
    publisher: User,
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    for number in range(4):
        Article.objects.update(headline=f"Headline {number}")
        publish(edition.article, by=publisher)
    seen, address = [], "/api/v1/changes/?after=0&limit=2"
    while True:
        run_due_actions_on_request()  # once a second, whoever asks
        with django_assert_num_queries(4):
            page = client.get(address).json()
        seen += page["results"]
        if not page["more"]:
            break
        address = page["next"]
    last = last_sequence()
    assert [row["sequence"] for row in seen] == list(range(1, last + 1))
    articles = [row for row in seen if row["type"] == "article"]
    assert [row["item"]["version"] for row in articles] == ["1", "2", "3", "4", "5"]
    assert {row["uri"] for row in articles} == {f"urn:uuid:{RELEASE_ARTICLE}"}
    for row in seen:
        if row["type"] in ("article", "event"):
            assert_ninjs(row["item"])
    assert client.get(page["next"]).json() == {
        "results": [],
        "cursor": last,
        "more": False,
        "next": page["next"],
    }


@pytest.mark.parametrize("after", ["x", "-1", "1.5", "", " 1", "٣", "1" * 2000, "\x00", "0x1"])
def test_after_is_a_whole_number(client: Client, after: str) -> None:
    response = client.get("/api/v1/changes/", {"after": after})
    assert response.status_code == 400
    assert response.headers["Content-Type"] == "application/problem+json"
    assert "is not a whole number from 0 up" in response.json()["detail"]


@pytest.mark.parametrize(
    ("address", "accept", "status", "type"),
    [
        ("/api/v1/articles/00000000-0000-4000-8000-000000000000/", "*/*", 404, "not-found"),
        ("/api/v1/articles/not-a-uuid/", "*/*", 404, "not-found"),
        ("/api/v1/nope/", "*/*", 404, "not-found"),
        ("/api/v1/articles/?format=xml", "*/*", 404, "not-found"),
        ("/api/v1/articles/?cursor=tampered", "*/*", 400, "invalid"),
        ("/api/v1/articles/?cursor=cD14", "*/*", 400, "invalid"),
        ("/api/v1/articles/?cursor=cD0lMDA%3D", "*/*", 400, "invalid"),
        ("/api/v1/articles/?limit=many", "*/*", 400, "invalid"),
        ("/api/v1/articles/", "text/csv", 406, "not-acceptable"),
    ],
)
def test_what_does_not_exist_is_a_problem(
    client: Client, address: str, accept: str, status: int, type: str
) -> None:
    response = client.get(address, headers={"accept": accept})
    assert response.status_code == status
    assert response.headers["Content-Type"] == "application/problem+json"
    assert response.json()["status"] == status
    assert response.json()["type"] == f"urn:newsroom:problem:{type}"
    assert response.json()["detail"]


@pytest.mark.parametrize("keyed", [False, True])
@pytest.mark.parametrize("address", ["/api/v1/articles/", "/api/v1/changes/", "/api/v1/topics/"])
def test_a_lost_database_is_a_503(
    client: Client, address: str, keyed: bool, partner: Partner
) -> None:
    headers = {"authorization": f"Bearer {Key.issue(partner)}"} if keyed else {}
    assert client.get(address, headers=headers).status_code == 200
    answers.clear()

    def lost(*args: Any) -> Any:
        raise OperationalError("the connection is lost")

    client.raise_request_exception = False
    for known in (True, False):  # the head of the log, which is asked for before any view
        if not known:
            invalidate_head()
        with connection.execute_wrapper(lost):
            response = client.get(address, headers=headers)
        assert response.status_code == 503
        assert response.headers["Content-Type"] == "application/problem+json"
        assert response.headers["Retry-After"] == "5"
        assert response.json()["type"] == "urn:newsroom:problem:unavailable"
    assert client.get(address, headers=headers).status_code == 200


def test_the_feed_is_read_only(client: Client, edition: Edition) -> None:
    for address in ("/api/v1/articles/", ITEM, "/api/v1/changes/"):
        response = client.post(address)
        assert response.status_code == 405
        assert "GET" in response.headers["Allow"]
        assert response.json()["title"] == "Method Not Allowed"


def test_an_unpublished_article_is_not_there(client: Client, release: Article) -> None:
    assert client.get(ITEM).status_code == 404
    assert client.get("/api/v1/articles/").json()["results"] == []
    assert client.get("/api/v1/changes/").json()["results"] == []


def test_the_feed_is_described(client: Client) -> None:
    schema = client.get("/api/v1/schema/", headers={"accept": "application/json"}).json()
    assert schema["openapi"].startswith("3.1")
    assert set(schema["paths"]) == {
        "/api/v1/articles/",
        "/api/v1/articles/{id}/",
        "/api/v1/articles.ndjson",
        "/api/v1/changes/",
        *(f"/api/v1/{kind}s/" for kind in KINDS),
        *(f"/api/v1/{kind}s/{{id}}/" for kind in KINDS),
    }
    described = set(schema["paths"]["/api/v1/changes/"]["get"]["responses"])
    assert described == {"200", "304", "400", "401", "406", "429", "503"}
    assert client.get("/api/v1/docs/").status_code == 200
