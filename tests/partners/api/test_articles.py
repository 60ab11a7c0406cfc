"""What partners fetch: ninjs items that the schema accepts, and a log that misses nothing."""

from __future__ import annotations

import json
from functools import cache
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.core.cache import caches
from django.db import OperationalError, connection
from django.test import Client
from jsonschema import Draft202012Validator, FormatChecker
from pytest_django import DjangoAssertNumQueries
from referencing import Registry, Resource

from articles.log import invalidate_head, last_sequence
from articles.models import Article, Edition, Event, Key, Partner
from articles.publishing.publish import publish
from articles.publishing.schedule import run_due_actions_on_request
from tests.builders import RELEASE_ARTICLE, a_capacity, a_statement, an_article, an_event
from tests.processes import ROOT

pytestmark = pytest.mark.django_db

ITEM = f"/api/v1/articles/{RELEASE_ARTICLE}/"
GEOJSON = Resource.from_contents({"$schema": "https://json-schema.org/draft/2020-12/schema"})


KINDS = ["event", "organization", "speaker", "topic"]


@cache
def validator() -> Draft202012Validator:
    schema = ROOT / "tests/standards/ninjs-schema_3.1.json"
    # The schema refers to GeoJSON's, which we never use and do not fetch.
    registry = Registry().with_resource("https://geojson.org/schema/GeoJSON.json", GEOJSON)
    return Draft202012Validator(
        json.loads(schema.read_text(encoding="utf-8")),
        registry=registry,
        format_checker=FormatChecker(),
    )


def assert_ninjs(item: dict[str, Any]) -> None:
    errors = [f"{error.json_path}: {error.message}" for error in validator().iter_errors(item)]
    assert errors == []


def associations(item: dict[str, Any], profile: str) -> list[dict[str, Any]]:
    return [part for part in item["associations"] if part.get("profile") == profile]


def test_the_validator_would_notice() -> None:
    assert [*validator().iter_errors({"uri": "urn:uuid:x", "quotes": []})]
    assert [*validator().iter_errors({"uri": "urn:uuid:x", "versionCreated": "yesterday"})]


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
def test_a_page_of_twenty(
    client: Client, publisher: User, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    capacity = a_capacity()
    for number in range(25):
        article = an_article(f"Number {number}")
        a_statement(article, capacity=capacity)
        publish(article, by=publisher)
    run_due_actions_on_request()  # once a second, whoever asks
    with django_assert_max_num_queries(1):
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
        with django_assert_num_queries(1):
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
    caches["pages"].clear()

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
    assert described == {"200", "304", "400", "401", "406", "429"}
    assert client.get("/api/v1/docs/").status_code == 200
