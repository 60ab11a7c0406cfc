"""The feed's description shows the real release, word for word as it is handed out."""

from __future__ import annotations

import json
import os
import re
from typing import Any

import pytest
from django.test import Client

from articles.models import Edition
from articles.partners.api import schemas
from tests.builders import RELEASE_ARTICLE
from tests.partners.api.test_articles import KINDS, assert_ninjs

pytestmark = pytest.mark.django_db

_TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(\+00:00|Z)")


def handed_out(client: Client) -> dict[str, Any]:
    """What the feed gives of the release: the article, one of each kind, the log's last row."""
    lists = {kind: client.get(f"/api/v1/{kind}s/").json()["results"] for kind in KINDS}
    records = {kind: min(items, key=lambda item: item["uri"]) for kind, items in lists.items()}
    article = client.get(f"/api/v1/articles/{RELEASE_ARTICLE}/").json()
    change = client.get("/api/v1/changes/?limit=100").json()["results"][-1]
    return {"article": article, **records, "change": change}


def without_times(text: str) -> Any:
    return json.loads(_TIME.sub("TIME", text))


def test_examples_are_what_the_release_gives(client: Client, edition: Edition) -> None:
    """After a change that is meant, write them anew: WRITE_EXAMPLES=1 uv run pytest <this file>."""
    found = json.dumps(handed_out(client), ensure_ascii=False, indent=1, sort_keys=True)
    if "WRITE_EXAMPLES" in os.environ:
        schemas.EXAMPLES_FILE.write_text(found + "\n", encoding="utf-8")
    assert without_times(schemas.EXAMPLES_FILE.read_text(encoding="utf-8")) == without_times(found)


def test_the_description_carries_them(client: Client) -> None:
    schema = client.get("/api/v1/schema/", headers={"accept": "application/json"}).json()
    for path, methods in schema["paths"].items():
        content = methods["get"]["responses"]["200"]["content"]
        [described] = content.values()
        assert described["examples"], path
        if "id" in path:
            [parameter] = [p for p in methods["get"]["parameters"] if p["name"] == "id"]
            assert parameter["examples"]


def test_examples_are_valid() -> None:
    assert_ninjs(schemas.EXAMPLES["article"])
    assert_ninjs(schemas.EXAMPLES["event"])
