"""Every answer says how long it may be kept, and what one reader sees is not kept for another."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse
from django.utils.translation import override

from articles.models import Article, Edition, PublicPage
from articles.publishing.publish import publish, withdraw
from tests.builders import an_article, an_event

pytestmark = [pytest.mark.slow, pytest.mark.django_db]

EXAMPLES: dict[str, Any] = {
    "IntConverter": 1,
    "NumberConverter": 1,
    "PagesConverter": "articles",
    "PathConverter": "pictures/aa/none.jpeg",
    "SlugConverter": "nothing-here",
    "StringConverter": "nothing",
    "UUIDConverter": uuid.UUID(int=1),
}


def named_addresses(resolver: URLResolver, prefix: str = "") -> Iterator[tuple[str, str]]:
    """The name and an address of each pattern of the site; of the desk only our own pages."""
    for pattern in resolver.url_patterns:
        if isinstance(pattern, URLPattern) and pattern.name:
            converters = pattern.pattern.converters
            given = {name: EXAMPLES[type(it).__name__] for name, it in converters.items()}
            yield pattern.name, reverse(prefix + pattern.name, kwargs=given)
            with override("ur"):
                if "/ur/" in (path := reverse(prefix + pattern.name, kwargs=given)):
                    yield pattern.name, path
        elif isinstance(pattern, URLResolver) and str(pattern.pattern) != "admin/":
            namespace = f"{pattern.namespace}:" if pattern.namespace else ""
            yield from named_addresses(pattern, namespace)


@pytest.mark.parametrize("method", ["GET", "POST", "OPTIONS"])
def test_each_address_of_the_site_says_it(client: Client, method: str) -> None:
    found = [address for _, address in named_addresses(get_resolver())]
    assert len(found) > 30
    for address in [*found, "/admin/", "/admin/login/", "/none/", "/archive", "/favicon.ico"]:
        response = client.generic(method, address)
        assert response.headers.get("Cache-Control"), (address, response.status_code)


def test_what_is_public_is_the_same_for_everybody(
    client: Client, edition: Edition, publisher: User
) -> None:
    published = {
        **{kind: page.slug for kind, page in latest_pages().items()},
        "article": edition.slug,
        "embed": edition.slug,
        "event-calendar": latest_pages()["event"].slug,
    }
    publish(an_article(event=an_event(start_date="2099-01-01")), by=publisher)
    staff = Client()
    staff.force_login(publisher)
    staff.cookies["django_language"] = "ur"
    seen = 0
    for pattern, address in named_addresses(get_resolver()):
        if "nothing-here" in address and pattern in published:
            address = address.replace("nothing-here", published[pattern])
        if address.startswith(("/admin/", "/preview/", "/api/")) or pattern in (
            "readyz",
            "healthz",
        ):
            continue
        for encoding in ("", "gzip", "zstd"):
            asked = {"accept-encoding": encoding}
            plain = client.get(address, headers=asked)
            others = [
                staff.get(address, headers=asked | {"accept-language": "ur", "cookie": "a=b"}),
                client.get(f"{address}?utm_source=evil&x=%3Cb%3E", headers=asked),
            ]
            for other in others:
                assert (other.status_code, other.getvalue()) == (
                    plain.status_code,
                    plain.getvalue(),
                ), address
                different = set(other.headers.items()) ^ set(plain.headers.items())
                assert not different, (address, different)
            assert not plain.cookies, address
            assert plain.headers.get("Vary", "Accept-Encoding") == "Accept-Encoding", address
            assert b"csrf" not in plain.getvalue(), address
        seen += plain.status_code == 200
    assert seen > 20


def latest_pages() -> dict[str, PublicPage]:
    return {page.kind: page for page in PublicPage.objects.live()}


def test_what_is_withdrawn_and_published_again_is_seen_again(
    client: Client, edition: Edition, publisher: User
) -> None:
    page = edition.get_absolute_url()
    withdraw(edition.article, by=publisher, notice="It was not so.")
    gone = client.get(page)
    assert (gone.status_code, gone.headers["Cache-Control"]) == (410, "public, no-cache")
    publish(edition.article, by=publisher)
    assert client.get(page).status_code == 200


def test_a_slug_that_goes_back_works_for_who_followed_the_redirect(
    client: Client, publisher: User
) -> None:
    article = an_article("First", slug="a")
    for slug in ("a", "b"):
        Article.objects.filter(pk=article.pk).update(slug=slug)
        publish(article, by=publisher)
    moved = client.get("/articles/a/")
    assert (moved.status_code, moved.headers["Location"]) == (301, "/articles/b/")
    assert moved.headers["Cache-Control"] == "public, no-cache"
    Article.objects.filter(pk=article.pk).update(slug="a")
    publish(article, by=publisher)
    assert client.get("/articles/a/").status_code == 200
    back = client.get("/articles/b/")
    assert (back.status_code, back.headers["Location"]) == (301, "/articles/a/")


def test_other_methods_are_refused_also_where_a_page_is_kept(
    client: Client, edition: Edition
) -> None:
    for address in ("/", edition.get_absolute_url(), "/feeds/articles.atom"):
        assert client.get(address).status_code == 200
        for method in ("OPTIONS", "POST", "DELETE"):
            refused = client.generic(method, address)
            assert (refused.status_code, refused.headers["Allow"]) == (405, "GET, HEAD")


def test_what_is_for_one_person_is_private(client: Client) -> None:
    for address in ("/admin/", "/preview/none/"):
        assert "private" in client.get(address).headers["Cache-Control"]
    with_key = client.get("/api/v1/articles/", headers={"authorization": "Bearer none"})
    assert "private" in with_key.headers["Cache-Control"]
    assert "no-store" in client.get("/readyz").headers["Cache-Control"]


def test_parameters_that_a_page_does_not_read_are_the_same_page(
    client: Client, edition: Edition
) -> None:
    page = client.get("/")
    for query in ("x=1", "before=", "before=abc", "utm_source=<evil>&y=2"):
        again = client.get("/", QUERY_STRING=query)
        assert (again.headers["ETag"], again.content) == (page.headers["ETag"], page.content)
    assert client.get("/?before=1").headers["ETag"] != page.headers["ETag"]


def test_another_host_ends_up_in_no_link(client: Client, edition: Edition) -> None:
    for address in ("/", "/api/v1/articles/?limit=1", "/feeds/articles.json", "/sitemap.xml"):
        first = client.get(address, headers={"host": "localhost:6666"})
        assert b"6666" not in first.content
        assert "6666" not in str(first.headers)
