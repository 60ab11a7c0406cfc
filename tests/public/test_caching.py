"""Answers hold while the log stands still: tags, 304, compression, nothing stale."""

from __future__ import annotations

import gzip
import json
import time
from collections.abc import Callable
from typing import Any

import pytest
from backports import zstd
from django.contrib.auth.models import User
from django.test import Client
from django.utils.http import http_date
from pytest_django import DjangoAssertNumQueries

from articles.log import invalidate_head
from articles.models import Article, Change, Edition
from articles.publishing.publish import publish, withdraw
from tests.builders import RELEASE_ARTICLE, an_article

pytestmark = pytest.mark.django_db

ITEM = f"/api/v1/articles/{RELEASE_ARTICLE}/"
LIST = "/api/v1/articles/"
ALL = ["/", LIST, ITEM, "/api/v1/changes/", "/api/v1/speakers/"]


UNPACK: dict[str, Callable[[bytes], bytes]] = {
    "zstd": zstd.decompress,
    "gzip": gzip.decompress,
    "": bytes,
}


def get(client: Client, address: str, **headers: str) -> Any:
    return client.get(address, headers={k.replace("_", "-"): v for k, v in headers.items()})


@pytest.mark.parametrize("address", ALL)
def test_what_the_client_has_costs_no_query(
    client: Client,
    edition: Edition,
    address: str,
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    first = client.get(address)
    with django_assert_num_queries(0):
        again = get(client, address, if_none_match=first.headers["ETag"])
    assert (again.status_code, again.content) == (304, b"")
    assert again.headers["ETag"] == first.headers["ETag"]


@pytest.mark.parametrize("address", ALL)
def test_the_second_reader_costs_no_query(
    client: Client,
    edition: Edition,
    address: str,
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    first = client.get(address)
    with django_assert_num_queries(0):
        second = client.get(address)
    assert second.content == first.content
    assert second.headers["Cache-Control"] == first.headers["Cache-Control"]


def test_after_a_second_one_tiny_query_tells(
    client: Client, edition: Edition, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    tag = client.get(LIST).headers["ETag"]
    invalidate_head()
    with django_assert_num_queries(1):
        assert get(client, LIST, if_none_match=tag).status_code == 304


@pytest.mark.parametrize("address", ["/", LIST, ITEM, "/api/v1/changes/"])
def test_publishing_leaves_nothing_stale(
    client: Client, edition: Edition, publisher: User, address: str
) -> None:
    before = client.get(address)
    Article.objects.filter(pk=RELEASE_ARTICLE).update(headline="Another headline")
    assert client.get(address).content == before.content
    publish(edition.article, by=publisher)
    after = get(client, address, if_none_match=before.headers["ETag"])
    assert after.status_code == 200
    assert "Another headline" in after.content.decode()
    assert after.headers["ETag"] != before.headers["ETag"]


def test_a_withdrawn_article_is_gone_at_once(
    client: Client, edition: Edition, publisher: User
) -> None:
    tag = client.get(ITEM).headers["ETag"]
    withdraw(edition.article, by=publisher, notice="It was not so.")
    assert get(client, ITEM, if_none_match=tag).status_code == 410


@pytest.mark.parametrize(
    ("accepted", "encoding"),
    [
        ("gzip, deflate, br, zstd", "zstd"),
        ("gzip", "gzip"),
        ("GZIP;q=0.5, zstd;q=0", "gzip"),
        ("zstd; q=0, gzip; q=0.0", ""),
        ("identity", ""),
        ("", ""),
    ],
)
def test_compression_as_the_client_likes(
    client: Client, edition: Edition, accepted: str, encoding: str
) -> None:
    plain = client.get(LIST)
    response = get(client, LIST, accept_encoding=accepted)
    assert response.headers.get("Content-Encoding", "") == encoding
    assert json.loads(UNPACK[encoding](response.content)) == plain.json()
    assert "Accept-Encoding" in response.headers["Vary"]
    # A strong tag names these very bytes.
    assert (response.headers["ETag"] == plain.headers["ETag"]) is (encoding == "")
    if encoding:
        assert len(response.content) < len(plain.content) / 2


def test_what_is_short_is_not_compressed(client: Client, db: None) -> None:
    assert "Content-Encoding" not in get(client, LIST, accept_encoding="zstd").headers


def test_no_time_is_told_that_a_later_change_could_share(
    client: Client, release: Article, publisher: User
) -> None:
    publish(release, by=publisher)
    assert "Last-Modified" not in client.get(ITEM).headers


@pytest.mark.slow
def test_by_time(client: Client, edition: Edition, publisher: User) -> None:
    publish(an_article(), by=publisher)
    time.sleep(2.1)
    last = http_date(Change.objects.latest("sequence").at.timestamp())
    assert client.get(LIST).headers["Last-Modified"] == last
    item = client.get(ITEM).headers["Last-Modified"]
    assert item == http_date(edition.published_at.timestamp())
    assert get(client, ITEM, if_modified_since=item).status_code == 304
    assert get(client, ITEM, if_modified_since="Sat, 01 Jan 2000 00:00:00 GMT").status_code == 200
    # A tag is more exact than a time and decides alone.
    wrong = get(client, ITEM, if_none_match='"another"', if_modified_since=item)
    assert wrong.status_code == 200


def test_each_format_has_its_own_tag(client: Client, edition: Edition) -> None:
    tags = {
        get(client, ITEM, accept=accept).headers["ETag"]
        for accept in ("application/json", "application/json; ninjs=2.2")
    }
    assert len(tags) == 2


def test_the_feed_may_be_a_moment_old_in_caches_and_a_page_must_be_asked_for(
    client: Client, edition: Edition
) -> None:
    assert "stale-while-revalidate" in client.get(LIST).headers["Cache-Control"]
    assert client.get("/").headers["Cache-Control"] == "public, no-cache"
    assert client.get("/api/v1/changes/").headers["Cache-Control"] == "public, no-cache"


def test_any_origin_may_read_the_public_part(client: Client, edition: Edition) -> None:
    response = get(client, LIST, origin="https://partner.example")
    assert response.headers["Access-Control-Allow-Origin"] == "*"
    assert "ETag" in response.headers["Access-Control-Expose-Headers"]
    asked = {"origin": "https://partner.example", "access-control-request-method": "GET"}
    preflight = client.options(LIST, headers=asked)
    assert preflight.status_code == 204
    assert "If-None-Match" in preflight.headers["Access-Control-Allow-Headers"]
    assert "Authorization" not in preflight.headers["Access-Control-Allow-Headers"]
    assert "Access-Control-Allow-Origin" not in client.get("/").headers


def test_links_between_answers(client: Client, edition: Edition) -> None:
    page = client.get("/api/v1/changes/?limit=2")
    assert page.headers["Link"] == f'<{page.json()["next"]}>; rel="next"'
    assert (
        client.get(ITEM).headers["Link"].endswith(f'{edition.get_absolute_url()}>; rel="alternate"')
    )


def test_a_cache_in_front_may_keep_a_page_for_a_second_and_no_withdrawal(
    client: Client, edition: Edition, publisher: User
) -> None:
    page = client.get(edition.get_absolute_url())
    expected = "max-age=1, stale-while-revalidate=1, stale-if-error=600"
    assert page.headers["CDN-Cache-Control"] == expected
    same = client.get(edition.get_absolute_url(), headers={"if-none-match": page.headers["ETag"]})
    assert (same.status_code, same.headers["CDN-Cache-Control"]) == (304, expected)
    withdraw(edition.article, by=publisher, notice="It was not so.")
    for path, status in ((edition.get_absolute_url(), 410), ("/articles/none/", 404)):
        answer = client.get(path)
        assert (answer.status_code, answer.headers["Cache-Control"]) == (status, "public, no-cache")
        assert "CDN-Cache-Control" not in answer.headers
