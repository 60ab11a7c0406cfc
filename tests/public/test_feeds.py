"""Atom, RSS and JSON Feed: what readers' programs find, judged by their own rules."""

from __future__ import annotations

import json
from datetime import timedelta
from email.utils import parsedate_to_datetime
from html import escape
from typing import Any
from xml.etree import ElementTree

import feedparser
import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries, Settings
from referencing import Registry, Resource

from articles.models import Article, Edition, Topic
from articles.pictures import image_of
from articles.public.page_store import code_digest, hot
from articles.publishing.pages import publish_page
from articles.publishing.publish import correct, publish, withdraw
from articles.publishing.schedule import run_due_actions_on_request, schedule
from people.models import Organization, Speaker
from tests.builders import RELEASE_ARTICLE, a_picture, an_article
from tests.json_schemas import validator
from tests.processes import ROOT
from tests.public.test_views import STORING

pytestmark = pytest.mark.django_db

FORMATS = ["atom", "rss", "json"]
ATOM = "{http://www.w3.org/2005/Atom}"
STANDARDS = ROOT / "tests/standards"
HUB = "https://hub.example.org/"
HOSTILE = "<b>Bold</b> & “]]>” \x08\x1f\ufffe"


def judged(client: Client, address: str) -> Any:
    """The feed at ``address`` as feedparser reads it, after the rules of its format."""
    response = client.get(address)
    assert response.status_code == 200
    if address.endswith(".json"):
        assert_json_feed(response.json())
        return as_parsed(response.json())
    if address.endswith(".atom"):
        assert_atom(response.content)
    else:
        assert_rss(response.content)
    headers = {name.lower(): value for name, value in response.headers.items()}
    parsed = feedparser.parse(response.content, response_headers=headers)
    assert not parsed.bozo, parsed.get("bozo_exception")
    return parsed


def as_parsed(feed: dict[str, Any]) -> Any:
    """A JSON Feed in the shape that feedparser, which does not read it, gives the others."""
    entries = [
        feedparser.FeedParserDict(
            title=item["title"],
            id=item["id"],
            link=item["url"],
            summary=item.get("summary", ""),
            content=[feedparser.FeedParserDict(value=item["content_html"])],
            tags=[feedparser.FeedParserDict(term=tag) for tag in item.get("tags", [])],
        )
        for item in feed["items"]
    ]
    about = feedparser.FeedParserDict(title=feed["title"])
    return feedparser.FeedParserDict(entries=entries, feed=about)


def assert_json_feed(feed: dict[str, Any]) -> None:
    schemas = {
        name: json.loads((STANDARDS / name).read_text(encoding="utf-8"))
        for name in ("jsonfeed-1.1.json", "feed-1.json")
    }
    registry = Registry().with_resources(
        (schema.get("id") or schema["$id"], Resource.from_contents(schema))
        for schema in schemas.values()
    )
    found = validator(schemas["jsonfeed-1.1.json"], registry=registry).iter_errors(feed)
    assert [error.message for error in found] == []
    assert feed["version"] == "https://jsonfeed.org/version/1.1"
    assert {"home_page_url", "feed_url", "authors"} <= set(feed)


def assert_atom(content: bytes) -> None:
    feed = ElementTree.fromstring(content)  # noqa: S314 - our own
    for name in ("id", "title", "updated", "author"):
        assert feed.find(ATOM + name) is not None
    assert feed.find(f"{ATOM}link[@rel='self']") is not None
    for entry in feed.findall(ATOM + "entry"):
        for name in ("id", "title", "updated", "content"):
            assert entry.find(ATOM + name) is not None
        assert entry.find(f"{ATOM}link[@rel='alternate']") is not None


def assert_rss(content: bytes) -> None:
    channel = ElementTree.fromstring(content).find("channel")  # noqa: S314 - our own
    assert channel is not None
    for name in ("title", "link", "description"):
        assert channel.findtext(name)
    assert channel.find(f"{ATOM}link[@rel='self']") is not None
    for item in channel.findall("item"):
        guid = item.find("guid")
        assert guid is not None
        assert guid.attrib == {"isPermaLink": "false"}
        assert parsedate_to_datetime(item.findtext("pubDate", "")).tzinfo
        assert item.findtext("title")


@pytest.mark.parametrize("format", FORMATS)
def test_the_release(
    client: Client, edition: Edition, format: str, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    run_due_actions_on_request()
    # Atom names what was withdrawn, too.
    with django_assert_num_queries(STORING + (3 if format == "atom" else 2)):
        client.get(f"/feeds/articles.{format}")
    feed = judged(client, f"/feeds/articles.{format}")
    [entry] = feed.entries
    assert entry.title == edition.headline
    assert entry.id == f"urn:uuid:{RELEASE_ARTICLE}"
    assert entry.link == f"http://localhost:8000{edition.get_absolute_url()}"
    assert "Mughal Legacy" in entry.content[0].value
    assert entry.summary == edition.standfirst
    topics = {topic["name"] for topic in edition.snapshot["topics"]}
    assert {tag.term for tag in entry.tags} == topics


@pytest.mark.parametrize("format", FORMATS)
def test_an_empty_feed_is_a_feed(client: Client, format: str) -> None:
    assert judged(client, f"/feeds/articles.{format}").entries == []


@pytest.mark.parametrize("format", FORMATS)
def test_each_page_with_a_list_has_its_own(
    client: Client,
    edition: Edition,
    publisher: User,
    format: str,
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    publish(an_article("Something else"), by=publisher)
    for kind, row in (
        ("topics", Topic.objects.all()[0]),
        ("speakers", Speaker.objects.all()[0]),
        ("organizations", Organization.objects.filter(editions=edition)[0]),
    ):
        run_due_actions_on_request()
        with django_assert_num_queries(STORING + (4 if format == "atom" else 3)):
            client.get(f"/feeds/{kind}/{row.slug}.{format}")
        feed = judged(client, f"/feeds/{kind}/{row.slug}.{format}")
        assert [entry.title for entry in feed.entries] == [edition.headline]
        assert feed.feed.title.startswith(row.name)
        page = client.get(row.get_absolute_url()).content.decode()
        assert f'href="/feeds/{kind}/{row.slug}.{format}"' in page


@pytest.mark.parametrize("format", FORMATS)
def test_hostile_text_breaks_nothing(client: Client, publisher: User, format: str) -> None:
    topic = Topic.objects.create(name="T < & > \x08", slug="t")
    article = an_article("Hostile", byline=HOSTILE, standfirst=HOSTILE)
    Article.objects.filter(pk=article.pk).update(headline=HOSTILE)
    article.topics.add(topic)
    publish(Article.objects.get(pk=article.pk), by=publisher)
    for address in (f"/feeds/articles.{format}", f"/feeds/topics/t.{format}"):
        [entry] = judged(client, address).entries
        assert "Bold" in entry.title


@pytest.mark.parametrize("format", FORMATS)
def test_a_standfirst_is_words_not_markup(client: Client, publisher: User, format: str) -> None:
    words = "When a < b & c, write <i>"
    publish(an_article(standfirst=words), by=publisher)
    [entry] = judged(client, f"/feeds/articles.{format}").entries
    # Summaries are HTML in Atom and RSS, plain text in JSON Feed.
    assert entry.summary == (words if format == "json" else escape(words, quote=False))


@pytest.mark.parametrize("format", FORMATS)
def test_links_in_a_text_lead_to_the_site_from_anywhere(
    client: Client, publisher: User, format: str
) -> None:
    body = (
        '<p><a href="/speakers/x/">X</a> <a href="#s-1">S</a> '
        '<a href="https://example.org/?a=1&amp;b=2">E</a> <a href="mailto:a@example.org">M</a> '
        '<a href="https://[::1">B</a> and the words href="/y/"</p>'
    )
    publish(an_article("Linked", body=body), by=publisher)
    [entry] = judged(client, f"/feeds/articles.{format}").entries
    content = entry.content[0].value
    for link in (
        "http://localhost:8000/speakers/x/",
        "http://localhost:8000/articles/linked/#s-1",
        "https://example.org/?a=1&amp;b=2",
        "mailto:a@example.org",
    ):
        assert f'<a href="{link}"' in content
    assert 'words href="/y/"' in content


def test_only_what_readers_see(client: Client, edition: Edition, publisher: User) -> None:
    gone, later = an_article("Gone"), an_article("Later")
    publish(gone, by=publisher)
    withdraw(gone, by=publisher, notice="It was not so.")
    schedule(later, by=publisher, embargo_until=timezone.now() + timedelta(hours=1))
    Article.objects.filter(pk=RELEASE_ARTICLE).update(headline="Unpublished")
    [entry] = judged(client, "/feeds/articles.atom").entries
    assert entry.title == edition.headline


@pytest.mark.slow
def test_newest_first_and_fifty_at_most(client: Client, publisher: User) -> None:
    for number in range(51):
        publish(an_article(f"Number {number}"), by=publisher)
    titles = [entry.title for entry in judged(client, "/feeds/articles.json").entries]
    assert titles == [f"Number {number}" for number in range(50, 0, -1)]


@pytest.mark.parametrize("format", FORMATS)
def test_with_a_hub_every_feed_names_it(
    client: Client, edition: Edition, settings: Settings, format: str
) -> None:
    settings.WEBSUB_HUB = HUB
    response = client.get(f"/feeds/articles.{format}")
    own = f"http://localhost:8000/feeds/articles.{format}"
    assert response.headers["Link"] == f'<{HUB}>; rel="hub", <{own}>; rel="self"'
    assert HUB in response.content.decode()
    judged(client, f"/feeds/articles.{format}")


def test_a_new_hub_is_told_to_those_who_have_the_feed(
    client: Client, edition: Edition, settings: Settings
) -> None:
    tag = client.get("/feeds/articles.atom").headers["ETag"]
    settings.WEBSUB_HUB = HUB
    code_digest.cache_clear()  # another setting means another process
    hot.clear()
    response = client.get("/feeds/articles.atom", headers={"if-none-match": tag})
    assert (response.status_code, HUB in response.headers["Link"]) == (200, True)


@pytest.mark.parametrize(
    "address",
    [
        "/feeds/articles.xml",
        "/feeds/topics/nothing.atom",
        "/feeds/topics/nothing.xml",
        "/feeds/events/x.atom",
        "/feeds/admins/x.atom",
        "/feeds/speakers/a%00b.atom",
    ],
)
def test_what_is_not_there(client: Client, address: str) -> None:
    assert client.get(address).status_code == 404


def test_an_earlier_address_leads_to_todays(
    client: Client, edition: Edition, publisher: User
) -> None:
    topic = Topic.objects.all()[0]
    before = topic.slug
    topic.slug = "renamed"
    topic.save()
    publish_page(topic, by=publisher)
    response = client.get(f"/feeds/topics/{before}.rss")
    assert (response.status_code, response["Location"]) == (301, "/feeds/topics/renamed.rss")
    assert client.get(f"/feeds/topics/{before}.xml").status_code == 404


def test_every_page_leads_to_the_feeds(client: Client, edition: Edition) -> None:
    page = client.get(edition.get_absolute_url()).content.decode()
    for name in FORMATS:
        assert f'href="/feeds/articles.{name}"' in page


def test_the_picture_is_in_every_format(client: Client, publisher: User) -> None:
    article = an_article("Pictured")
    Article.objects.filter(pk=article.pk).update(picture=a_picture(publisher))
    edition = publish(Article.objects.get(pk=article.pk), by=publisher)
    address = image_of(edition)["url"]
    for name in ("atom", "rss"):
        [entry] = judged(client, f"/feeds/articles.{name}").entries
        assert [media["url"] for media in entry.media_content] == [address]
        assert entry.media_credit[0]["content"] == "CGSS"
        assert [link.href for link in entry.enclosures] == [address]
    [item] = client.get("/feeds/articles.json").json()["items"]
    assert item["image"] == address


@pytest.mark.parametrize("format", FORMATS)
def test_a_correction_is_told_below_the_text(
    client: Client, edition: Edition, publisher: User, format: str
) -> None:
    Article.objects.filter(pk=RELEASE_ARTICLE).update(headline="Put right")
    correct(edition.article, by=publisher, note="It was 5 < 6, not 7.")
    [entry] = judged(client, f"/feeds/articles.{format}").entries
    assert "It was 5 &lt; 6, not 7." in entry.content[0].value


@pytest.mark.parametrize("format", FORMATS)
def test_one_language_is_a_feed_of_its_own(client: Client, publisher: User, format: str) -> None:
    publish(an_article("English"), by=publisher)
    publish(an_article("Russian", language="ru"), by=publisher)
    feed = judged(client, f"/feeds/articles.{format}")
    assert {entry.title for entry in feed.entries} == {"English", "Russian"}
    response = client.get(f"/feeds/articles.{format}?language=ru")
    assert b"Russian" in response.content
    assert b"English" not in response.content
    assert f"/feeds/articles.{format}?language=ru" in response.content.decode()


def test_an_entry_without_a_standfirst_has_no_summary(client: Client, publisher: User) -> None:
    publish(an_article(), by=publisher)
    assert b"<summary" not in client.get("/feeds/articles.atom").content
    [item] = client.get("/feeds/articles.json").json()["items"]
    assert "summary" not in item


def test_atom_says_what_was_withdrawn(client: Client, edition: Edition, publisher: User) -> None:
    assert b"deleted-entry" not in client.get("/feeds/articles.atom").content
    withdraw(edition.article, by=publisher, notice="It was not so.")
    feed = ElementTree.fromstring(client.get("/feeds/articles.atom").content)  # noqa: S314 - ours
    [tombstone] = feed.findall("{http://purl.org/atompub/tombstones/1.0}deleted-entry")
    assert tombstone.attrib["ref"] == f"urn:uuid:{RELEASE_ARTICLE}"
    assert "It was not so." in "".join(tombstone.itertext())


def test_control_characters_are_dropped_on_every_write(client: Client, publisher: User) -> None:
    odd = "One\x0b\x00 line\ud800\x7f"
    article = an_article(odd, slug="odd", byline=odd)
    Article.objects.filter(pk=article.pk).update(standfirst=odd)
    article.refresh_from_db()
    assert (article.headline, article.byline, article.standfirst) == ("One line",) * 3
    Topic.objects.bulk_create([Topic(name=odd, slug="odd"), Topic(name="Tab\tbed", slug="tab")])
    assert set(Topic.objects.values_list("name", flat=True)) == {"One line", "Tab\tbed"}
    speaker = Speaker.objects.create(name=odd, slug="odd", name_variants=[odd])
    speaker.refresh_from_db()
    assert (speaker.name, speaker.name_variants) == ("One line", ["One line"])
    publish(article, by=publisher)
    for address in ("/news-sitemap.xml", "/feeds/articles.atom", "/feeds/articles.rss"):
        ElementTree.fromstring(client.get(address).content)  # noqa: S314 - our own
