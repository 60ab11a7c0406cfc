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
from tests.pages import a_site

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
}


def nodes(value: Any) -> Iterator[dict[str, Any]]:
    if isinstance(value, list):
        for entry in value:
            yield from nodes(entry)
    elif isinstance(value, dict):
        yield value
        for entry in value.values():
            yield from nodes(entry)


@pytest.mark.slow
def test_structured_data_has_known_words_and_no_empty_ones(
    client: Client, edition: Edition, publisher: User
) -> None:
    for name, path in a_site(publisher, edition).items():
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
    assert sorted(files) == ["newsroom/icon.svg", "newsroom/site.css", "newsroom/site.js"]
    assert len(response.content) + sum(weights) < 60_000
    scripts = re.findall(r"<script\b[^>]*>", page)
    assert all("defer" in tag or "application/ld+json" in tag for tag in scripts)
