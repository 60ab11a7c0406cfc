"""ninjs 2.2 on request, for partners whose systems do not read 3.1 yet."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client
from referencing import Registry

from articles.models import Article, Edition
from articles.publishing.publish import correct, publish
from tests.builders import RELEASE_ARTICLE, a_picture, an_article, an_event
from tests.json_schemas import validator
from tests.partners.api.test_articles import GEOJSON
from tests.processes import ROOT

pytestmark = [pytest.mark.slow, pytest.mark.django_db]  # loading the validator takes seconds

ITEM = f"/api/v1/articles/{RELEASE_ARTICLE}/"
OLDER = {"accept": "application/json; ninjs=2.2"}


def schema_22() -> Any:
    """What 2.2 allows: the 3.1 schema with 2.x spelling and without what 3.x brought.

    2.x is all lower case, calls the end of an embargo ``embargoed``, and has neither events as
    items, nor their details, nor ``rel`` on associations.
    """
    text = (ROOT / "tests/standards/ninjs-schema_3.1.json").read_text(encoding="utf-8")

    def older(node: Any, *, names: bool = False) -> Any:
        if isinstance(node, list):
            return [older(entry) for entry in node]
        if not isinstance(node, dict):
            return node
        return {
            (key.lower() if names else key): older(value, names=key == "properties" and not names)
            for key, value in node.items()
        }

    schema = older(json.loads(text))
    item = schema["$defs"]["ninjsType"]["properties"]
    item["embargoed"] = item.pop("embargoeduntil")
    del item["eventdetails"], item["plannedcoverage"]
    kinds = schema["$defs"]["newsObjectType"]["enum"]
    kinds.remove("event"), kinds.remove("planning")
    del item["associations"]["items"]["properties"]["rel"]
    del schema["$defs"]["renditionType"]["properties"]["poi"]
    return schema


def assert_22(item: dict[str, Any]) -> None:
    registry = Registry().with_resource("https://geojson.org/schema/GeoJSON.json", GEOJSON)
    found = validator(schema_22(), registry=registry).iter_errors(item)
    assert [f"{error.json_path}: {error.message}" for error in found] == []


def test_an_item_of_today_is_not_one(client: Client, edition: Edition) -> None:
    with pytest.raises(AssertionError):
        assert_22(client.get(ITEM).json())


def test_the_release_in_22(client: Client, edition: Edition, publisher: User) -> None:
    Article.objects.filter(pk=RELEASE_ARTICLE).update(headline="Put right")
    correct(edition.article, by=publisher, note="Another headline.")
    response = client.get(ITEM, headers=OLDER)
    assert response.headers["Content-Type"] == "application/json; ninjs=2.2"
    item, today = response.json(), client.get(ITEM).json()
    assert_22(item)
    assert item["standard"]["version"] == "2.2"
    assert (item["ednote"], item["versioncreated"]) == (today["edNote"], today["versionCreated"])
    assert item["bodies"][0]["value"] == today["bodies"][0]["value"]
    assert len(item["associations"]) == len(today["associations"])


def test_lists_log_and_stream_too(client: Client, edition: Edition) -> None:
    item = client.get(ITEM, headers=OLDER).json()
    assert client.get("/api/v1/articles/", headers=OLDER).json()["results"] == [item]
    rows = client.get("/api/v1/changes/?limit=100", headers=OLDER).json()["results"]
    assert item in [row["item"] for row in rows]
    stream = client.get("/api/v1/articles.ndjson", headers=OLDER).getvalue()
    assert json.loads(stream)["item"] == item


def test_chosen_keys_are_spelled_in_its_way_too(client: Client, edition: Edition) -> None:
    [item] = client.get("/api/v1/articles/?fields=pubStatus,version", headers=OLDER).json()[
        "results"
    ]
    assert item == {
        "uri": f"urn:uuid:{RELEASE_ARTICLE}",
        "pubstatus": "usable",
        "version": "1",
    }


def test_an_event_is_a_component_with_its_dates_described(client: Client, publisher: User) -> None:
    event = an_event(start_date="2020-07-16")
    publish(an_article(event=event), by=publisher)
    item = client.get(f"/api/v1/events/{event.pk}/", headers=OLDER).json()
    assert_22(item)
    assert (item["type"], item["profile"]) == ("component", "event")
    described = {entry["role"]: entry["value"] for entry in item["descriptions"]}
    assert described["expectedstartdate"] == "2020-07-16"


def test_plain_records_have_no_versions(client: Client, edition: Edition) -> None:
    addresses = "/api/v1/speakers/", "/api/v1/organizations/", "/api/v1/topics/"
    for address in addresses:
        assert client.get(address, headers=OLDER).json() == client.get(address).json()


@pytest.mark.parametrize("accept", ["application/json; ninjs=9", 'application/json; ninjs=""'])
def test_another_version_is_refused_with_what_there_is(client: Client, accept: str) -> None:
    response = client.get("/api/v1/articles/", headers={"accept": accept})
    assert response.status_code == 406
    assert "choose 3.1, 2.2, 1.3" in response.json()["detail"]
    assert response.headers["Content-Type"] == "application/problem+json"


def test_a_picture_has_no_point_of_interest_there(client: Client, publisher: User) -> None:
    article = an_article(picture=a_picture(publisher))
    publish(article, by=publisher)
    item = client.get(f"/api/v1/articles/{article.pk}/", headers=OLDER).json()
    assert_22(item)
    assert "poi" not in json.dumps(item)
