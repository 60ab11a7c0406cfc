"""What search engines and sharing sites find: structured data, canonical addresses, sitemaps."""

from __future__ import annotations

import json
import re
from datetime import timedelta
from typing import Any
from xml.etree import ElementTree

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.utils import timezone

from articles.models import Article, Change, Edition, PublicPage, Topic
from articles.public import languages, sitemaps
from articles.publishing.merge_speakers import merge_speakers
from articles.publishing.pages import publish_page, withdraw_page
from articles.publishing.publish import correct, publish, withdraw
from people.models import Organization
from tests.builders import RELEASE_ARTICLE, a_speaker, an_article, an_event
from tests.public.test_views import ARTICLE, EVENT, ORGANIZATION, PAGES, SPEAKER, TOPIC, text_of

pytestmark = pytest.mark.django_db

SITE = "http://localhost:8000"
MAPS = {"s": "http://www.sitemaps.org/schemas/sitemap/0.9"}
NEWS = {"n": "http://www.google.com/schemas/sitemap-news/0.9"} | MAPS


def data_of(client: Client, address: str) -> dict[str, dict[str, Any]]:
    """The structured data of a page, by type."""
    found = re.search(
        r'<script type="application/ld\+json">(.*?)</script>', text_of(client, address)
    )
    assert found, address
    data = json.loads(found[1])
    assert data["@context"] == "https://schema.org"
    return {node["@type"]: node for node in data["@graph"]}


def test_an_article(client: Client, edition: Edition, publisher: User) -> None:
    Article.objects.filter(pk=RELEASE_ARTICLE).update(headline="Put right")
    correct(edition.article, by=publisher, note="Another headline.")
    nodes = data_of(client, ARTICLE)
    article = nodes["NewsArticle"]
    assert article["headline"] == "Put right"
    assert article["correction"][0]["text"] == "Another headline."
    assert article["speakable"]["cssSelector"] == ["article h1", "article .standfirst"]
    [quotation] = article["citation"]
    assert quotation["@type"] == "Quotation"
    assert re.fullmatch(re.escape(SITE + ARTICLE) + r"#s-\d", quotation["url"])
    assert quotation["creator"]["jobTitle"].startswith("Secretary-General, ")
    crumbs = nodes["BreadcrumbList"]["itemListElement"]
    assert [crumb["position"] for crumb in crumbs] == [1, 2, 3]
    assert crumbs[-1] == {
        "@type": "ListItem",
        "position": 3,
        "name": "Put right",
        "item": SITE + ARTICLE,
    }


def test_an_event_without_a_date_is_given_none(client: Client, edition: Edition) -> None:
    event = data_of(client, EVENT)["Event"]
    assert "startDate" not in event
    assert event["eventAttendanceMode"] == "https://schema.org/OnlineEventAttendanceMode"
    assert event["eventStatus"] == "https://schema.org/EventScheduled"
    assert len(event["organizer"]) == 2
    assert {who["name"] for who in event["performer"]} >= {"Vladimir Norov", "Zahoor Ahmed"}


def test_a_known_date_stands_with_its_offset(client: Client, publisher: User) -> None:
    event = an_event(start_date="2020-07-16", start_time="10:00", time_zone="Asia/Karachi")
    publish(an_article(event=event), by=publisher)
    data = data_of(client, "/events/the-webinar/")["Event"]
    assert data["startDate"] == "2020-07-16T10:00:00+05:00"


def test_people_and_organizations(client: Client, edition: Edition) -> None:
    person = data_of(client, SPEAKER)["Person"]
    assert person["alternateName"] == ["Zahoor Ahmad"]
    assert person["jobTitle"] == ["Additional Foreign Secretary and National Coordinator for SCO"]
    assert "affiliation" not in person  # the source names none
    body = data_of(client, ORGANIZATION)["Organization"]
    parent = Organization.objects.get(slug="sco-secretariat").parent
    assert parent
    assert body["parentOrganization"]["name"] == parent.name
    whole = data_of(client, parent.get_absolute_url())["Organization"]
    assert [part["name"] for part in whole["subOrganization"]] == [body["name"]]


@pytest.mark.parametrize("address", PAGES)
def test_each_page_names_itself(client: Client, edition: Edition, address: str) -> None:
    page = text_of(client, address)
    assert page.count("<title>") == 1
    assert f'<link rel="canonical" href="{SITE}{address}">' in page
    assert f'<meta property="og:url" content="{SITE}{address}">' in page
    title = re.search("<title>(.*?) · Newsroom</title>", page)
    assert title
    assert f'<meta property="og:title" content="{title[1]}">' in page
    assert "noindex" not in page


def test_a_page_further_back_has_its_own_address(client: Client, edition: Edition) -> None:
    assert f'href="{SITE}/?before=7">' in text_of(client, "/?before=7")
    for hostile in ('/?before="><b>', "/?utm_source=x"):
        page = text_of(client, hostile)
        assert f'<link rel="canonical" href="{SITE}/">' in page


def test_what_is_gone_or_missing_is_not_indexed(
    client: Client, edition: Edition, publisher: User
) -> None:
    withdraw(edition.article, by=publisher, notice="It was not so.")
    for address in (ARTICLE, "/nothing/"):
        page = client.get(address).content.decode()
        assert '<meta name="robots" content="noindex">' in page
        assert "canonical" not in page


def locations(client: Client, address: str, tag: str = "url") -> list[str]:
    root = ElementTree.fromstring(text_of(client, address))  # noqa: S314 - our own
    return [str(found.text) for found in root.findall(f"s:{tag}/s:loc", MAPS)]


def test_the_sitemap_leads_to_every_page(client: Client, edition: Edition) -> None:
    pieces = locations(client, "/sitemap.xml", "sitemap")
    assert pieces == [f"{SITE}/sitemap-{one}.xml" for one in ("articles-0", "pages-0", "lists")]
    found = [address for piece in pieces for address in locations(client, piece.removeprefix(SITE))]
    assert {SITE + page for page in PAGES[1:]} <= set(found)
    for address in found:
        assert client.get(address.removeprefix(SITE)).status_code == 200


def test_the_sitemap_comes_in_pieces(
    client: Client, publisher: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sitemaps, "SITEMAP_PART", 2)
    for number in range(5):
        publish(an_article(f"Number {number}"), by=publisher)
    pieces = locations(client, "/sitemap.xml", "sitemap")
    articles = [piece for piece in pieces if "articles" in piece]
    assert len(articles) == 3
    assert locations(client, "/sitemap-articles-1.xml") == [
        f"{SITE}/articles/number-{number}/" for number in (2, 3)
    ]


def test_the_sitemap_has_every_page_however_many_there_are(
    client: Client, publisher: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sitemaps, "MOST", 2 * len(languages.spoken()))
    article = an_article()
    for number in range(5):
        article.topics.add(Topic.objects.create(name=f"Topic {number}", slug=f"topic-{number}"))
    publish(article, by=publisher)
    pieces = locations(client, "/sitemap.xml", "sitemap")
    pages = [piece.removeprefix(SITE) for piece in pieces if "-pages-" in piece]
    assert len(pages) > 2
    found = [address for piece in pages for address in locations(client, piece)]
    assert len(found) == len(set(found)) == 5 * len(languages.spoken())
    assert {f"{SITE}/topics/topic-{number}/" for number in range(5)} <= set(found)


def everywhere(client: Client) -> list[str]:
    """The addresses in all parts that the index names; each part has some."""
    found = []
    for piece in locations(client, "/sitemap.xml", "sitemap"):
        there = locations(client, piece.removeprefix(SITE))
        assert there, piece
        found += there
    return found


def test_the_lists_are_in_the_sitemap_whatever_is_published(
    client: Client, publisher: User
) -> None:
    """Also where no article names a person, a body or a topic, and where all was withdrawn."""
    article = an_article("Bare")
    publish(article, by=publisher)
    found = everywhere(client)
    assert {f"{SITE}/", f"{SITE}/ur/", f"{SITE}/archive/", f"{SITE}/articles/bare/"} <= set(found)
    withdraw(article, by=publisher, notice="It was not so.")
    assert f"{SITE}/" in (found := everywhere(client))
    assert f"{SITE}/articles/bare/" not in found


def test_the_lists_change_with_an_article(
    client: Client, edition: Edition, publisher: User
) -> None:
    client.get("/sitemap-lists.xml")
    publish(an_article("Bare"), by=publisher)
    at = Change.objects.latest("sequence").at
    for address in ("/sitemap.xml", "/sitemap-lists.xml"):
        assert f"<lastmod>{at:%Y-%m-%dT%H:%M:%SZ}</lastmod>" in client.get(address).content.decode()


def test_each_live_page_is_in_the_sitemap_once_whatever_happened_to_it(
    client: Client, publisher: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sitemaps, "MOST", len(languages.spoken()))
    people = [a_speaker(f"Person {number}") for number in range(6)]
    for person in people:
        publish_page(person, by=publisher)
    everywhere(client)  # each part is stored
    withdraw_page(people[0], by=publisher, notice="It was not so.")
    merge_speakers(people[1], into=people[2], by=publisher)
    people[3].name = "Another name"
    people[3].slug = "another-slug"
    people[3].save()
    publish_page(people[3], by=publisher)
    found = everywhere(client)
    assert len(found) == len(set(found))
    live = {f"{SITE}{page.get_absolute_url()}" for page in PublicPage.objects.live()}
    assert len(live) == 4
    assert {one for one in found if f"{SITE}/speakers/" in one} == {*live, f"{SITE}/speakers/"}
    for address in found:
        assert client.get(address.removeprefix(SITE)).status_code == 200, address
    assert client.get("/sitemap-pages-0.xml").status_code == 404


def test_what_is_withdrawn_leaves_the_sitemap_at_once(
    client: Client, edition: Edition, publisher: User
) -> None:
    assert SITE + ARTICLE in locations(client, "/sitemap-articles-0.xml")
    publish(an_article(), by=publisher)
    withdraw(edition.article, by=publisher, notice="It was not so.")
    assert SITE + ARTICLE not in locations(client, "/sitemap-articles-0.xml")


@pytest.mark.parametrize(
    "piece",
    [
        *("articles-7", "articles-99999999999999", "articles-x", "x"),
        *("pages-7", "pages-99999999999999"),
    ],
)
def test_a_piece_that_there_is_not(client: Client, edition: Edition, piece: str) -> None:
    assert client.get(f"/sitemap-{piece}.xml").status_code == 404


def test_an_empty_site_has_an_empty_sitemap(client: Client) -> None:
    assert locations(client, "/sitemap.xml", "sitemap") == []


def test_the_news_of_two_days(client: Client, edition: Edition, publisher: User) -> None:
    publish(an_article("A <b> & title", slug="title"), by=publisher)
    root = ElementTree.fromstring(text_of(client, "/news-sitemap.xml"))  # noqa: S314 - our own
    titles = [found.text for found in root.findall("s:url/n:news/n:title", NEWS)]
    assert titles == ["A <b> & title", edition.headline]
    names = {found.text for found in root.iterfind(".//n:name", NEWS)}
    assert names == {"Newsroom"}
    assert timezone.now() - edition.first_published_at < timedelta(days=2)


def test_robots(client: Client) -> None:
    lines = text_of(client, "/robots.txt").splitlines()
    assert "Disallow: /admin/" in lines
    assert f"Sitemap: {SITE}/sitemap.xml" in lines


def test_topics_have_a_trail(client: Client, edition: Edition) -> None:
    crumbs = data_of(client, TOPIC)["BreadcrumbList"]["itemListElement"]
    assert [crumb["name"] for crumb in crumbs] == ["Newsroom", "Tourism"]
