"""Ways on from an article: related ones, neighbours in its topic, corrections, feeds."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable

import pytest
from django.contrib.auth.models import User
from django.test import Client

from articles.models import Article, StoredPage, Topic
from articles.public.page_store import hot
from articles.publishing.merge_speakers import merge_speakers
from articles.publishing.publish import correct, publish, withdraw
from tests.builders import a_capacity, a_speaker, a_statement, an_article, an_event
from tests.public.test_views import text_of

pytestmark = pytest.mark.django_db


def made_on_another_day() -> None:
    """Forget the pages that were made, as when the day has changed."""
    StoredPage.objects.all().delete()
    hot.clear()


@pytest.fixture
def topic(db: None) -> Topic:
    return Topic.objects.create(name="Trade", slug="trade")


def published(by: User, headline: str, topics: Iterable[Topic] = (), **fields: object) -> Article:
    article = an_article(headline, **fields)
    article.topics.set(topics)
    publish(article, by=by)
    return article


def headlines(page: str, css: str) -> list[str]:
    part = page.split(f'class="{css}"')
    return (
        re.findall(r'href="/articles/([^"/]*)/"', part[1].split("</main>")[0]) if part[1:] else []
    )


def shown(client: Client, slug: str) -> list[str]:
    page = text_of(client, f"/articles/{slug}/")
    return headlines(page.split('class="neighbours"')[0], "related")


def test_related_articles_are_those_with_the_most_ties(
    client: Client, publisher: User, topic: Topic
) -> None:
    event, capacity = an_event(), a_capacity()
    published(publisher, "Unrelated")
    published(publisher, "Topic", [topic])
    both = an_article("Topic and person")
    both.topics.add(topic)
    a_statement(both, capacity=capacity)
    publish(both, by=publisher)
    published(publisher, "Event", event=event)
    own = an_article("Own", event=event)
    own.topics.add(topic)
    a_statement(own, capacity=capacity)
    publish(own, by=publisher)
    assert shown(client, "own") == ["topic-and-person", "event", "topic"]
    assert shown(client, "unrelated") == []


def test_each_text_is_related_once_in_the_language_of_the_page(
    client: Client, publisher: User, topic: Topic
) -> None:
    original = published(publisher, "Original", [topic])
    published(publisher, "Translation", [topic], language="ur", translation_of=original)
    published(publisher, "English", [topic])
    published(publisher, "Urdu", [topic], language="ur")
    assert shown(client, "english") == ["urdu", "original"]
    assert shown(client, "urdu") == ["english", "translation"]
    assert "original" not in shown(client, "translation")


def test_what_is_withdrawn_is_no_way_on(client: Client, publisher: User, topic: Topic) -> None:
    gone = published(publisher, "Gone", [topic])
    published(publisher, "Own", [topic])
    assert "Gone" in text_of(client, "/articles/own/")
    withdraw(gone, by=publisher, notice="Not so.")
    assert "Gone" not in text_of(client, "/articles/own/")


def test_neighbours_stand_before_and_after_in_the_first_topic(
    client: Client, publisher: User, topic: Topic
) -> None:
    for name in ("One", "Two", "Three"):
        published(publisher, name, [topic])
    published(publisher, "Urdu", [topic], language="ur")
    page = text_of(client, "/articles/two/")
    assert headlines(page, "neighbours") == ["one", "three"]
    assert headlines(text_of(client, "/articles/three/"), "neighbours") == ["two"]
    published(publisher, "Four", [topic])
    assert headlines(text_of(client, "/articles/four/"), "neighbours") == ["three"]
    assert headlines(text_of(client, "/articles/three/"), "neighbours") == ["two"]
    made_on_another_day()
    assert headlines(text_of(client, "/articles/three/"), "neighbours") == ["two", "four"]


def test_an_earlier_edition_and_one_without_ties_lead_nowhere(
    client: Client, publisher: User, topic: Topic
) -> None:
    published(publisher, "Other", [topic])
    own = published(publisher, "Own", [topic])
    Article.objects.filter(pk=own.pk).update(standfirst="Anew.")
    publish(Article.objects.get(pk=own.pk), by=publisher)
    page = text_of(client, "/articles/own/?edition=1")
    assert "Related" not in page
    assert 'class="share"' not in page


def test_share_links_are_plain(client: Client, publisher: User) -> None:
    published(publisher, "A & B?", slug="ab")
    page = text_of(client, "/articles/ab/")
    assert "mailto:?subject=A%20%26%20B%3F&amp;body=http" in page


def test_corrections_are_listed_with_their_notes(client: Client, publisher: User) -> None:
    for name in ("One", "Two", "Never mind"):
        published(publisher, name)
    correct(Article.objects.get(slug="one"), by=publisher, note="It was <b>nine</b>.")
    withdraw(Article.objects.get(slug="two"), by=publisher, notice="A hoax.")
    page = text_of(client, "/corrections/")
    assert "It was &lt;b&gt;nine" in page
    assert "A hoax." in page
    assert "Two" not in page
    assert "Never mind" not in page
    feed = json.loads(client.get("/feeds/corrections.json").content)
    assert [item["title"] for item in feed["items"]] == ["An article was withdrawn", "One"]
    for name in ("atom", "rss"):
        assert b"A hoax." in client.get(f"/feeds/corrections.{name}").content
    assert client.get("/feeds/corrections.txt").status_code == 404


def test_what_was_corrected_before_a_withdrawal_is_listed_no_more(
    client: Client, publisher: User
) -> None:
    article = published(publisher, "One")
    correct(article, by=publisher, note="Nine, not ten.")
    assert "Nine" in text_of(client, "/corrections/")
    withdraw(Article.objects.get(pk=article.pk), by=publisher, notice="A hoax.")
    assert "Nine" not in text_of(client, "/corrections/")
    assert b"Nine" not in client.get("/feeds/corrections.json").content


def test_an_event_has_a_feed(client: Client, publisher: User) -> None:
    published(publisher, "One", event=an_event())
    assert b"One" in client.get("/feeds/events/the-webinar.atom").content
    assert "/feeds/events/the-webinar.atom" in text_of(client, "/events/the-webinar/")


def test_merged_people_tie_articles_too(client: Client, publisher: User) -> None:
    for name in ("One", "Two"):
        article = an_article(name)
        a_statement(article, capacity=a_capacity(speaker=a_speaker(f"Speaker {name}")))
        publish(article, by=publisher)
    assert shown(client, "one") == []
    made_on_another_day()
    one, two = (article.statements.get().capacity.speaker for article in Article.objects.all())
    merge_speakers(one, into=two, by=publisher)
    assert shown(client, "one") == ["two"]
