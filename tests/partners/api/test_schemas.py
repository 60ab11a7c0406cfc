"""The feed keeps to its own description, whatever it is asked: schemathesis tries."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.core.management import call_command
from django.test import Client
from pytest_django.live_server_helper import LiveServer

from articles.models import PLURALS, Article, Edition
from articles.publishing.pages import withdraw_page
from articles.publishing.publish import publish, withdraw
from people.models import Speaker
from tests.builders import RELEASE_ARTICLE, a_picture, a_statement, an_article
from tests.json_schemas import validator
from tests.processes import ROOT

CASES = "10"
SCHEMA = "/api/v1/schema/"


@pytest.fixture
def description(client: Client) -> dict[str, Any]:
    return client.get(SCHEMA, headers={"accept": "application/json"}).json()


def errors(description: dict[str, Any], component: str, answer: Any) -> list[str]:
    """What in ``answer`` is not as the named component says."""
    root = {**description, "$ref": f"#/components/schemas/{component}"}
    return [error.message for error in validator(root).iter_errors(answer)]


@pytest.mark.django_db
def test_each_answer_has_a_named_component(description: dict[str, Any]) -> None:
    components = description["components"]["schemas"]
    assert components.keys() >= {
        *("Article", "Event", "Speaker", "Organization", "Topic", "Change", "Tombstone"),
        *("Headline", "Body", "Association", "Rendition", "Reference", "Problem"),
        *("ArticlePage", "EventPage", "ChangePage"),
    }
    for path, methods in description["paths"].items():
        get = methods["get"]
        assert get["summary"], path
        for status, response in get["responses"].items():
            for content in response.get("content", {}).values():
                name = content["schema"]["$ref"].rsplit("/", 1)[1]
                assert name in components
                assert (name == "Problem") == (int(status) >= 400)
        assert get["responses"]["200"]["headers"].keys() >= {"ETag", "Link", "RateLimit"}
        assert "Retry-After" in get["responses"]["429"]["headers"]
    assert description["servers"] == [{"url": "http://localhost:8000"}]


@pytest.mark.django_db
def test_answers_are_as_their_components_say(
    client: Client, description: dict[str, Any], edition: Edition, publisher: User
) -> None:
    article = an_article("Pictured", picture=a_picture(publisher), byline="A Reporter")
    a_statement(article)
    publish(article, by=publisher)
    gone = publish(an_article("Gone"), by=publisher)
    withdraw(gone.article, by=publisher, notice="It was not so.")
    withdraw_page(Speaker.objects.get(slug="vladimir-norov"), by=publisher, notice="Wrong.")
    for kind, plural in PLURALS.items():
        page = client.get(f"/api/v1/{plural}/").json()
        assert page["results"]
        assert errors(description, f"{kind.title()}Page", page) == []
        for item in page["results"]:
            assert errors(description, kind.title(), item) == []
    log = client.get("/api/v1/changes/?limit=100").json()
    assert errors(description, "ChangePage", log) == []
    assert any(row["item"]["pubStatus"] == "canceled" for row in log["results"])
    refused = client.get("/api/v1/articles/?limit=x").json()
    assert errors(description, "Problem", refused) == []
    # The validator would notice.
    assert errors(description, "Article", {**article_without(log, "versionCreated")})
    assert errors(description, "Problem", {"title": "Bad Request"})


def article_without(log: dict[str, Any], key: str) -> dict[str, Any]:
    item = next(row["item"] for row in log["results"] if row["item"]["type"] == "text")
    return {name: value for name, value in item.items() if name != key}


@pytest.mark.slow
@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_every_check_on_every_address(
    live_server: LiveServer, publisher: User, tmp_path: Path
) -> None:
    """By hand with more cases: see tests/schemathesis.toml."""
    call_command("loaddata", "sco_gateway", verbosity=0)
    publish(Article.objects.get(pk=RELEASE_ARTICLE), by=publisher)
    tried = subprocess.run(  # noqa: S603 - our own interpreter
        [
            *(sys.executable, "-m", "schemathesis.cli"),
            *("--config-file", str(ROOT / "tests/schemathesis.toml")),
            *("run", f"{live_server.url}/api/v1/schema/"),
            *("--url", live_server.url),
            *("--checks", "all", "-n", CASES, "--generation-deterministic"),
        ],
        cwd=tmp_path,
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    assert tried.returncode == 0, tried.stdout[-5000:] + tried.stderr[-2000:]
