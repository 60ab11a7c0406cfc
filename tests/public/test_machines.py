"""What machines may do is one setting; everything that says it says the same."""

from __future__ import annotations

import json

import pytest
from django.contrib.auth.models import User
from django.test import Client
from pytest_django import Settings

from articles.machines import RESERVATION, TRAINERS
from articles.models import Edition
from articles.public.page_store import code_digest
from tests.builders import RELEASE_ARTICLE
from tests.public.test_views import ARTICLE, text_of

pytestmark = pytest.mark.django_db

FEED = f"/api/v1/articles/{RELEASE_ARTICLE}/"
SOMEWHERE = ["/", "/ur/", ARTICLE, "/feeds/articles.atom", FEED, "/nothing/", "/sitemap.xml"]


def said(client: Client, address: str) -> tuple[str | None, ...]:
    headers = client.get(address).headers
    names = ("TDM-Reservation", "Content-Usage", "X-Robots-Tag", "TDM-Policy")
    return tuple(headers.get(name) for name in names)


def test_unset_search_engines_are_welcome_and_training_is_reserved(
    client: Client, edition: Edition
) -> None:
    for address in SOMEWHERE:
        assert said(client, address) == ("1", "train-ai=n", "noai, noimageai", None), address
    page = text_of(client, ARTICLE)
    assert '<meta name="robots" content="noai, noimageai">' in page
    assert '<meta name="tdm-reservation" content="1">' in page
    assert "may be used to train AI systems without our agreement" in page
    robots = text_of(client, "/robots.txt")
    for name in TRAINERS:
        assert f"User-agent: {name}\n" in robots
    assert robots.startswith("User-agent: *\nDisallow: /admin/\n")
    assert "Sitemap: " in robots
    rules_of_rfc_9309 = {"User-agent", "Disallow", "Sitemap"}
    assert {line.split(":")[0] for line in robots.split("\n") if line} == rules_of_rfc_9309
    assert client.get("/robots.txt")["Content-Usage"] == "train-ai=n"
    assert text_of(client, "/ai.txt") == "User-Agent: *\nDisallow: /\n"
    assert text_of(client, "/trust.txt") == "datatrainingallowed=no\n"
    assert text_of(client, "/.well-known/trust.txt") == "datatrainingallowed=no\n"
    rules = json.loads(text_of(client, "/.well-known/tdmrep.json"))
    assert rules == [{"location": "/", "tdm-reservation": 1}]
    assert client.get(FEED).json()["usageTerms"] == RESERVATION


def test_all_allows_all_in_every_place(
    client: Client, edition: Edition, settings: Settings
) -> None:
    settings.MACHINES = "all"
    code_digest.cache_clear()
    for address in SOMEWHERE:
        assert said(client, address) == ("0", None, None, None), address
    page = text_of(client, ARTICLE)
    assert '<meta name="robots"' not in page
    assert '<meta name="tdm-reservation" content="0">' in page
    assert "train AI systems" not in page
    assert "GPTBot" not in text_of(client, "/robots.txt")
    assert text_of(client, "/ai.txt") == "User-Agent: *\nAllow: /\n"
    assert text_of(client, "/trust.txt") == "datatrainingallowed=yes\n"
    rules = json.loads(text_of(client, "/.well-known/tdmrep.json"))
    assert rules == [{"location": "/", "tdm-reservation": 0}]
    assert "usageTerms" not in client.get(FEED).json()
    code_digest.cache_clear()


def test_nothing_also_keeps_search_engines_out(
    client: Client, edition: Edition, settings: Settings
) -> None:
    settings.MACHINES = "nothing"
    assert said(client, "/")[2] == "noindex, nofollow, noarchive, noai, noimageai"
    assert 'content="noindex, nofollow, noarchive, noai, noimageai"' in text_of(client, ARTICLE)
    robots = text_of(client, "/robots.txt")
    assert robots == "User-agent: *\nDisallow: /\n"


def test_terms_that_are_an_address_are_the_policy(
    client: Client, edition: Edition, settings: Settings
) -> None:
    settings.USAGE_TERMS = "https://example.org/terms/"
    assert said(client, ARTICLE)[3] == settings.USAGE_TERMS
    assert f'<meta name="tdm-policy" content="{settings.USAGE_TERMS}">' in text_of(client, ARTICLE)
    [rule] = json.loads(text_of(client, "/.well-known/tdmrep.json"))
    assert rule["tdm-policy"] == settings.USAGE_TERMS
    item = client.get(FEED).json()
    assert item["rightsInfo"] == {"linkedRights": settings.USAGE_TERMS}
    assert item["usageTerms"] == RESERVATION


def test_the_desk_says_nothing_to_machines(client: Client, publisher: User) -> None:
    client.force_login(publisher)
    assert "TDM-Reservation" not in client.get("/admin/").headers


def test_another_setting_makes_other_pages(settings: Settings) -> None:
    code_digest.cache_clear()
    before = code_digest()
    code_digest.cache_clear()
    settings.MACHINES = "all"
    assert code_digest() != before
    code_digest.cache_clear()
