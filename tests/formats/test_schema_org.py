"""Pages of every type: structured data in schema.org's words only, and little to send."""

from __future__ import annotations

import gzip
import json
import re
from collections.abc import Iterator
from typing import Any

import pytest
from django.conf import settings
from django.contrib.auth.models import User
from django.test import Client

from articles.models import Edition
from articles.publishing.pages import publish_page
from articles.publishing.publish import publish
from tests.builders import a_capacity, a_speaker, a_statement, an_article, an_event

pytestmark = pytest.mark.django_db

#: What we say, as schema.org's vocabulary of 2026 has it (checked with the types made from it).
KNOWN = {
    "WebSite": "url name",
    "NewsArticle": "url mainEntityOfPage headline description inLanguage datePublished dateModified"
    " version dateline publisher articleSection image about citation speakable author"
    " workTranslation translationOfWork correction",
    "Organization": "name url alternateName location parentOrganization subOrganization",
    "ImageObject": "url width height caption creditText",
    "QuantitativeValue": "value unitCode",
    "Event": "url name startDate endDate eventStatus eventAttendanceMode location organizer"
    " performer",
    "Quotation": "url text creator",
    "Person": "url name honorificPrefix alternateName jobTitle affiliation",
    "SpeakableSpecification": "cssSelector",
    "BreadcrumbList": "itemListElement",
    "ListItem": "position name item",
    "CorrectionComment": "text datePublished",
    "Place": "name address",
    "VirtualLocation": "url",
}


def nodes(value: Any) -> Iterator[dict[str, Any]]:
    if isinstance(value, list):
        for entry in value:
            yield from nodes(entry)
    elif isinstance(value, dict):
        yield value
        for entry in value.values():
            yield from nodes(entry)


@pytest.mark.parametrize(
    ("fields", "types"),
    [
        ({"format": "online"}, ["VirtualLocation"]),
        ({"format": "mixed", "place": "Islamabad"}, ["Place", "VirtualLocation"]),
        ({"format": "offline", "place": "Islamabad"}, ["Place"]),
        (
            {"format": "offline", "place": "Islamabad", "status": "moved online"},
            ["VirtualLocation"],
        ),
        ({}, []),
    ],
)
def test_an_event_is_where_people_take_part(
    client: Client, publisher: User, fields: dict[str, str], types: list[str]
) -> None:
    publish_page(an_event(**fields), by=publisher)
    page = client.get("/events/the-webinar/").content.decode()
    [script] = re.findall(r'<script type="application/ld\+json">(.*?)</script>', page)
    event = json.loads(script)["@graph"][0]
    found = list(nodes(event.get("location", [])))
    assert [node["@type"] for node in found] == types
    for node in found:
        if node["@type"] == "VirtualLocation":
            assert node["url"] == "http://localhost:8000/events/the-webinar/"
    online = event.get("eventAttendanceMode", "").endswith("/OnlineEventAttendanceMode")
    assert online == (types == ["VirtualLocation"])


def test_an_events_page_describes_itself(client: Client, publisher: User) -> None:
    facts = {"kind": "webinar", "start_date": "2020-07-16", "place": "Islamabad"}
    publish_page(an_event(**facts), by=publisher)
    publish_page(an_event("Unknown"), by=publisher)
    page = client.get("/events/the-webinar/").content.decode()
    described = '<meta name="description" content="The Webinar: Webinar, 16 July 2020, Islamabad">'
    assert described in page
    page = client.get("/events/unknown/").content.decode()
    assert '<meta name="description" content="Everything about Unknown at Newsroom.">' in page


@pytest.mark.slow
def test_no_page_has_an_id_twice(client: Client, site: dict[str, str], publisher: User) -> None:
    speaker = a_speaker("Ada Twice")
    for headline in ("One", "Two"):
        article = an_article(headline)
        a_statement(article, capacity=a_capacity(speaker=speaker, title=headline))
        publish(article, by=publisher)
    paths = site | {"quoted twice": speaker.get_absolute_url()}
    for name, path in paths.items():
        ids = re.findall(r' id="([^"]*)"', client.get(path).content.decode())
        assert len(ids) == len(set(ids)), name


@pytest.mark.slow
def test_structured_data_has_known_words_and_no_empty_ones(
    client: Client, site: dict[str, str]
) -> None:
    for name, path in site.items():
        page = client.get(path).content.decode()
        for script in re.findall(r'<script type="application/ld\+json">(.*?)</script>', page):
            for node in nodes(json.loads(script)["@graph"]):
                words = {key for key in node if not key.startswith("@")}
                assert words <= set(KNOWN[node["@type"]].split()), (name, node)
                assert all(value not in (None, "", [], {}) for value in node.values()), (name, node)


def test_an_article_is_light_and_nothing_blocks_it(client: Client, edition: Edition) -> None:
    response = client.get(edition.get_absolute_url(), headers={"accept-encoding": "gzip"})
    page = gzip.decompress(response.content).decode()
    files = re.findall(r'(?:href|src)="/static/([^"]+)"', page)
    static = settings.BASE_DIR / "newsroom/static"
    weights = [len(gzip.compress((static / name).read_bytes())) for name in files]
    assert sorted(files) == [
        *("newsroom/fonts/newsroom-serif-latin.woff2", "newsroom/icon.svg"),
        *("newsroom/site.css", "newsroom/site.js"),
    ]
    assert len(response.content) + sum(weights) < 60_000
    scripts = re.findall(r"<script\b[^>]*>", page)
    assert all("defer" in tag or "application/ld+json" in tag for tag in scripts)
