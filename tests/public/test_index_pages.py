"""Index pages list everything that is public once, in an order that does not move."""

from __future__ import annotations

import re
import unicodedata
from datetime import date

import pytest
from django.contrib.auth.models import User
from django.test import Client

from articles.models import PublicPage, Topic
from articles.public import index_pages
from articles.publishing.order import name_key
from articles.publishing.pages import publish_page, withdraw_page
from articles.publishing.publish import publish
from tests.builders import (
    a_capacity,
    a_speaker,
    a_statement,
    an_article,
    an_event,
    an_organization,
)
from tests.public.test_views import text_of

pytestmark = pytest.mark.django_db


def links(page: str, kind: str) -> list[str]:
    return re.findall(rf'<li><a href="(?:/ur|/ru)?/{kind}/([^/]*)/', page)


def public_people(publisher: User, *names: str) -> None:
    for name in names:
        slug = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode()
        slug = slug.lower().replace(" ", "-") or f"p-{ord(name[0])}"
        publish_page(a_speaker(name, slug=slug), by=publisher)


def test_every_page_of_an_index_begins_where_the_one_before_ended(
    client: Client, publisher: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(index_pages, "SIZE", 2)
    public_people(publisher, "Bea", "Ali", "Éva", "Cleo", "ada")
    seen, address = [], "/speakers/"
    while address:
        page = text_of(client, address)
        seen += links(page, "speakers")
        found = re.search(r'rel="next" href="([^"]*)"', page)
        address = "/speakers/" + found[1] if found else ""
    assert seen == ["ada", "ali", "bea", "cleo", "eva"]
    assert links(text_of(client, "/speakers/?from=c"), "speakers") == ["cleo", "eva"]


@pytest.mark.parametrize("begin", ["%00", "zzz", "%F0%9F%98%80", "x" * 900])
def test_an_index_that_begins_anywhere_is_a_page(
    client: Client, publisher: User, begin: str
) -> None:
    public_people(publisher, "Ada")
    assert client.get(f"/speakers/?from={begin}").status_code == 200
    assert client.get(f"/events/?when=past&from={begin}").status_code == 200


def test_letters_are_those_that_names_begin_with(client: Client, publisher: User) -> None:
    public_people(publisher, "Ada", "Élan", "“Zed” X", "3 Wise", "9 Lives", "علی", "王毅", "李白")
    public_people(publisher, "김철수", "한강")
    page = text_of(client, "/speakers/?from=b")
    letters = re.findall(r'<a href="\?from=[^"]*">([^<]*)</a>', page)
    assert letters == ["0–9", "A", "E", "Z", "ع", "한글", "汉字"]


def test_two_people_of_one_name_are_told_apart_by_their_capacity(
    client: Client, publisher: User
) -> None:
    for slug, title in (("ali-1", "Judge"), ("ali-2", "Poet")):
        speaker = a_speaker("Ali Khan", slug=slug)
        a_capacity("Clerk", speaker, since="2001", until="2010")
        a_capacity(title, speaker, since="2011")
        publish_page(speaker, by=publisher)
    page = text_of(client, "/ur/speakers/")
    assert "Judge" in page
    assert "Poet" in page
    assert "Clerk" not in page


def test_an_article_counts_once_whatever_its_languages(client: Client, publisher: User) -> None:
    topic = Topic.objects.create(name="Trade", slug="trade")
    article = an_article("One")
    urdu = an_article("Two", language="ur", translation_of=article)
    draft = an_article("Three")
    for row in (article, urdu, draft):
        row.topics.add(topic)
    publish(article, by=publisher)
    publish(urdu, by=publisher)
    assert "1 article<" in text_of(client, "/topics/")


def test_what_is_withdrawn_is_listed_no_more(client: Client, publisher: User) -> None:
    body = an_organization("The Institute")
    publish_page(body, by=publisher)
    assert "The Institute" in text_of(client, "/organizations/")
    withdraw_page(body, by=publisher, notice="It does not exist.")
    assert "The Institute" not in text_of(client, "/organizations/")


def test_events_are_to_come_past_or_without_a_date(client: Client, publisher: User) -> None:
    today = date.today()
    for name, fields in {
        "Coming": {"start_date": "2999-01-01"},
        "Going on": {"start_date": "2001-01-01", "end_date": "2999-01-02"},
        "This year": {"start_date": f"{today:%Y}"},
        "Today": {"start_date": f"{today}"},
        "Over": {"start_date": "2001-02"},
        "Sooner over": {"start_date": "2001-01-31"},
        "Someday": {"date_words": "on Thursday"},
    }.items():
        publish_page(an_event(name, **fields), by=publisher)
    assert links(text_of(client, "/events/"), "events") == [
        *("this-year", "today", "coming", "going-on"),
        *("over", "sooner-over", "someday"),
    ]
    assert links(text_of(client, "/events/?when=undated"), "events") == ["someday"]
    assert links(text_of(client, "/ru/events/?when=past"), "events") == ["over", "sooner-over"]


@pytest.mark.parametrize("kind", ["topics", "speakers", "organizations", "events"])
def test_an_index_without_rows_says_so(client: Client, kind: str) -> None:
    assert "Nothing is listed here." in text_of(client, f"/{kind}/")


def test_names_sort_without_marks_and_capitals() -> None:
    assert sorted(["Zed", "“élan”", "Eve", "(b)"], key=name_key) == ["(b)", "“élan”", "Eve", "Zed"]
    assert len(name_key("ﷺ" * 300)) <= 300


# Navigation --------------------------------------------------------------------------------------


def navigation(page: str) -> list[str]:
    head = page.split('<nav class="ways"')[1].split("</nav>")[0]
    return re.findall(r"<bdi>([^<]*)</bdi>", head)


def test_the_desk_chooses_the_topics_of_the_navigation_and_publishes_them(
    client: Client, publisher: User
) -> None:
    places = (("Sport", 2), ("Trade", 1), ("Other", None))
    topics = {
        name: Topic.objects.create(name=name, slug=name.lower(), navigation=place)
        for name, place in places
    }
    assert navigation(text_of(client, "/corrections/")) == []
    for topic in topics.values():
        publish_page(topic, by=publisher)
    assert navigation(text_of(client, "/corrections/")) == ["Trade", "Sport"]
    Topic.objects.filter(name="Sport").update(navigation=None)
    assert navigation(text_of(client, "/corrections/")) == ["Trade", "Sport"]
    publish_page(topics["Sport"], by=publisher)
    withdraw_page(topics["Trade"], by=publisher, notice="No more.")
    assert navigation(text_of(client, "/corrections/")) == []


def test_a_place_in_the_navigation_changes_no_article(client: Client, publisher: User) -> None:
    topic = Topic.objects.create(name="Trade", slug="trade")
    article = an_article("One")
    article.topics.add(topic)
    a_statement(article)
    publish(article, by=publisher)
    Topic.objects.filter(pk=topic.pk).update(navigation=1)
    edition = article.editions.get()
    assert publish(article, by=publisher) == edition
    assert "navigation" not in PublicPage.objects.get(pk=topic.pk).card
