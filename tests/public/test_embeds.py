"""Statements with an address of their own, to link, to copy and to embed."""

from __future__ import annotations

import re
from html import unescape
from urllib.parse import quote

import pytest
from django.contrib.auth.models import User
from django.test import Client

from articles.models import Article, Edition
from articles.publishing.publish import correct, publish, withdraw
from tests.builders import RELEASE_ARTICLE, an_article
from tests.public.test_views import ARTICLE, text_of

pytestmark = pytest.mark.django_db

SITE = "http://localhost:8000"


def embedded(client: Client, number: int) -> str:
    return text_of(client, f"{ARTICLE}statements/{number}/")


def quotation(edition: Edition) -> int:
    [number] = [row["number"] for row in edition.snapshot["statements"] if row["kind"] == "direct"]
    return number


def oembed(client: Client, url: str, more: str = "") -> tuple[int, dict[str, object]]:
    response = client.get(f"/oembed/?url={quote(url, safe='')}{more}")
    return response.status_code, response.json() if response.status_code == 200 else {}


def test_each_statement_can_be_linked_and_copied_with_who_said_it(
    client: Client, edition: Edition
) -> None:
    page, number = text_of(client, ARTICLE), quotation(edition)
    assert page.count('id="s-') == page.count(">Link</a>") == 7
    [copied] = re.findall(r'data-copy="(“Among.*?)"', page, re.S)
    assert copied.endswith(
        "— Vladimir Norov, Secretary-General, Shanghai Cooperation Organization (SCO) "
        f"Secretariat. {SITE}{ARTICLE}#s-{number}"
    )


def test_the_code_that_embeds_is_copied_whole(client: Client, edition: Edition) -> None:
    codes = re.findall(r'data-copy="(&lt;iframe[^"]*)"', text_of(client, ARTICLE))
    assert len(codes) == 7
    number = quotation(edition)
    begin = f'<iframe src="{SITE}{ARTICLE}statements/{number}/"'
    assert len([code for code in codes if unescape(code).startswith(begin)]) == 1


def test_an_embedded_statement_may_be_framed_by_anybody_and_runs_nothing(
    client: Client, edition: Edition
) -> None:
    address = f"{ARTICLE}statements/{quotation(edition)}/"
    for _ in range(2):  # as it is made, and as it is kept
        response = client.get(address)
        assert "X-Frame-Options" not in response.headers
        policy = response.headers["Content-Security-Policy"]
        assert "frame-ancestors" not in policy
        assert "script-src" not in policy
    page = response.content.decode()
    assert "Among them is the Mughal Legacy" in page
    assert "Secretary-General" in page
    assert "<script" not in page
    assert "frame-ancestors 'none'" in client.get(ARTICLE).headers["Content-Security-Policy"]


def test_it_shows_what_is_so_now(client: Client, edition: Edition, publisher: User) -> None:
    number = quotation(edition)
    assert "Corrected" not in embedded(client, number)
    Article.objects.filter(pk=RELEASE_ARTICLE).update(headline="Put right")
    correct(edition.article, by=publisher, note="Another headline.")
    assert "Put right" in embedded(client, number)
    assert "Corrected" in embedded(client, number)
    edition.article.statements.get(number=number).delete()
    correct(edition.article, by=publisher, note="The quotation was not theirs.")
    assert "no longer in the article" in embedded(client, number)
    withdraw(edition.article, by=publisher, notice="It was not so.")
    page = embedded(client, number)
    assert "This article was withdrawn." in page
    assert "It was not so." in page
    assert "Mughal" not in page


def test_oembed(client: Client, edition: Edition) -> None:
    number = quotation(edition)
    status, answer = oembed(client, f"{SITE}{ARTICLE}#s-{number}", "&maxwidth=400")
    assert status == 200
    assert (answer["type"], answer["version"], answer["width"]) == ("rich", "1.0", 400)
    assert answer["title"] == edition.headline
    assert f'src="{SITE}{ARTICLE}statements/{number}/"' in str(answer["html"])
    page = text_of(client, ARTICLE)
    [link] = re.findall(r'type="application/json\+oembed"[^>]*href="([^"]*)"', page)
    assert link.startswith(f"{SITE}/oembed/?url=")
    assert client.get(link).status_code == 200


def test_an_article_without_statements_offers_nothing_to_embed(
    client: Client, publisher: User
) -> None:
    plain = publish(an_article("Plain"), by=publisher)
    assert "oembed" not in text_of(client, plain.get_absolute_url())


def test_links_of_an_embedded_statement_open_outside_it(client: Client, edition: Edition) -> None:
    links = re.findall(r"<a [^>]*>", embedded(client, quotation(edition)))
    assert len(links) == 3
    assert all('target="_blank" rel="noopener"' in link for link in links)
    assert "_blank" not in text_of(client, ARTICLE)


@pytest.mark.parametrize(
    "url",
    [
        "",
        f"https://elsewhere.example{ARTICLE}",
        f"{SITE}/articles/nothing/",
        f"{SITE}/speakers/zahoor-ahmed/",
        f"{SITE}{ARTICLE}#s-99",
        "http://[broken",
        "javascript:alert(1)",
        f"{SITE}/articles/%00/",
    ],
)
def test_what_cannot_be_embedded(client: Client, edition: Edition, url: str) -> None:
    assert oembed(client, url)[0] == 404


def test_only_json(client: Client, edition: Edition) -> None:
    assert oembed(client, SITE + ARTICLE, "&format=xml")[0] == 501
    assert oembed(client, SITE + ARTICLE, "&maxwidth=x&maxheight=-1")[0] == 200


def test_an_embedded_statement_follows_its_article(
    client: Client, edition: Edition, publisher: User
) -> None:
    before = f"{edition.get_absolute_url()}statements/4/"
    Article.objects.filter(pk=edition.article_id).update(slug="renamed")
    publish(Article.objects.get(pk=edition.article_id), by=publisher)
    response = client.get(before)
    assert (response.status_code, response["Location"]) == (301, "/articles/renamed/statements/4/")
