"""Whatever is sent to the feed and the site, somebody answers; nobody breaks."""

from __future__ import annotations

import pytest
from django.test import Client

from articles.models import Edition
from tests.builders import RELEASE_ARTICLE

pytestmark = [pytest.mark.slow, pytest.mark.django_db]

ADDRESSES = [
    "/api/v1/articles/",
    f"/api/v1/articles/{RELEASE_ARTICLE}/",
    "/api/v1/articles.ndjson",
    "/api/v1/changes/",
    "/api/v1/speakers/",
    "/feeds/articles.atom",
    "/feeds/events.ics",
    "/",
]
QUERIES = [
    "%",
    "%ff%fe=%c3%28",
    "\xff\xfe",
    "after=%00&cursor=%00&q=%00&before=%00",
    "limit=9e9&after=1e3&before=1e3",
    "limit=-1&after=-1&before=-1",
    "cursor=NaN&after=Infinity",
    "after=" + "9" * 5000,
    "before=" + "9" * 5000,
    "q=" + "a" * 100_000,
    "q=%26%7C%21%28%29%3A%2A%27%22%5C",
    "fields=" + "," * 5000,
    "&".join(f"p{n}=1" for n in range(2000)),
    "limit=1&limit=2",
    "published_since=0001-01-01T00:00:00%2B14:00&published_until=9999-12-31T23:59:59-14:00",
    "updated_since=2020-13-45",
    "language=%E2%80%AE&speaker=%7B%7D",
    "format=xml",
]


@pytest.mark.parametrize("address", ADDRESSES)
def test_any_query_is_answered(client: Client, edition: Edition, address: str) -> None:
    for query in QUERIES:
        response = client.get(address, QUERY_STRING=query)
        assert response.status_code in (200, 400, 404), query[:60]
        if address.startswith("/api/") and response.status_code != 200:
            assert response.headers["Content-Type"] == "application/problem+json", query[:60]
            assert 0 < len(response.json()["detail"]) < 1500, query[:60]


@pytest.mark.parametrize(
    "address",
    [
        "/api/v1/articles/%00/",
        "/api/v1/%ff%fe/",
        "/api/v1/articles/../../admin/",
        "/api/v1/" + "a" * 5000 + "/",
        "/articles/%00/",
        "/articles/%ff/",
        "/feeds/%00.atom",
        "/feeds/topics/%e2%80%ae.rss",
        "/events/%00.ics",
        "/%00/foo/share-image.png",
        "/events%00/foo/share-image.png",
        "/archive/99999999999999999999/1/",
        "/archive/9999/12/",
        "/archive/0/0/",
        "/sitemap-articles-99999999999999999999.xml",
        "/media/%00",
        "/media/../manage.py",
    ],
)
def test_any_path_is_answered(client: Client, edition: Edition, address: str) -> None:
    assert client.get(address).status_code in (400, 404)


@pytest.mark.parametrize("address", ADDRESSES)
def test_a_body_on_a_get_is_ignored(client: Client, edition: Edition, address: str) -> None:
    kinds = "application/json", "multipart/form-data; boundary=x", "application/x-unknown"
    for kind in kinds:
        sent = client.generic("GET", address, b'{"a": \xff' * 1000, content_type=kind)
        assert sent.status_code == 200


@pytest.mark.parametrize("address", ADDRESSES)
def test_a_head_is_a_get_without_its_body(client: Client, edition: Edition, address: str) -> None:
    whole, head = client.get(address), client.head(address)
    assert head.status_code == 200
    assert head.getvalue() == b""
    assert head.headers.get("ETag") == whole.headers.get("ETag")


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE"])
def test_nothing_is_written_here(client: Client, edition: Edition, method: str) -> None:
    for address in ADDRESSES:
        response = client.generic(method, address, b"{", content_type="application/json")
        assert response.status_code == 405
        assert "GET" in response.headers["Allow"]


@pytest.mark.parametrize(
    "headers",
    [
        {"accept": "\xff"},
        {"accept": "application/json; ninjs"},
        {"accept": "a" * 10_000},
        {"accept-encoding": ";;;,,q=,zstd;q=abc"},
        {"if-none-match": '"' * 500},
        {"if-modified-since": "yesterday"},
        {"authorization": "Bearer " + "a" * 10_000},
        {"authorization": "Bearer \x00"},
        {"x-forwarded-for": "<script>"},
        {"host": "evil.example"},
    ],
)
def test_any_header_is_answered(client: Client, edition: Edition, headers: dict[str, str]) -> None:
    for address in ADDRESSES:
        assert client.get(address, headers=headers).status_code in (200, 400, 401, 406)
