"""The list of statements: what is in it, how it is narrowed, what is never shown in it."""

from __future__ import annotations

import re

import pytest
from django.contrib.auth.models import User
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from articles.models import Article, Edition, Statement, Topic
from articles.publishing.merge_speakers import merge_speakers
from articles.publishing.pages import publish_page, withdraw_page
from articles.publishing.publish import correct, publish, withdraw
from articles.publishing.schedule import run_due_actions_on_request
from people.models import Speaker
from tests.builders import (
    a_capacity,
    a_speaker,
    a_statement,
    an_article,
    an_event,
    an_organization,
)
from tests.public.test_feeds import judged
from tests.public.test_views import text_of

pytestmark = pytest.mark.django_db

LIST = "/statements/"
WORDS = "we will go on"


def a_published(headline: str, by: User, text: str = WORDS, **fields: object) -> Article:
    """A published article with one quotation of its own speaker."""
    article = an_article(headline, body=f"<p>She said “{text}” and left.</p>")
    a_statement(article, text, a_capacity("Director", a_speaker(f"Speaker of {headline}")))
    publish(article, by=by)
    return article


def shown(client: Client, query: str = "") -> list[str]:
    """The words of the statements that a list shows."""
    page = text_of(client, f"{LIST}?{query}")
    found = re.findall(r'(?:<blockquote|<div class="reported")><p>(.*?)</p>', page)
    return [words.strip("“”") for words in found]


def test_all_that_was_said_stands_with_speaker_event_kind_and_state(
    client: Client, edition: Edition, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    run_due_actions_on_request()
    # The page of editions, how many statements, what was withdrawn; nothing for each of them.
    with django_assert_num_queries(4):
        page = text_of(client, LIST)
    assert "7 statements" in page
    assert page.count("Reported</span>") == 6
    assert page.count("Stands</span>") == 7
    assert "“Among them is the Mughal Legacy" in page
    assert "National Coordinator for SCO" in page
    assert "SCO: A Gateway to Regional" in page
    assert f'{edition.get_absolute_url()}#s-4"' in page


def test_reported_speech_is_shown_as_the_article_words_it_without_quotation_marks(
    client: Client, edition: Edition
) -> None:
    page = text_of(client, f"{LIST}?kind=reported")
    assert '<div class="reported"><p>He further mentioned that we attach importance' in page
    assert "<blockquote" not in page


def test_the_number_of_queries_does_not_grow(
    client: Client,
    publisher: User,
    edition: Edition,
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    for number in range(4):
        article = a_published(f"Number {number}", publisher)
        Article.objects.filter(pk=article.pk).update(headline=f"Number {number} corrected")
        correct(Article.objects.get(pk=article.pk), by=publisher, note="A headline was wrong.")
    run_due_actions_on_request()
    with django_assert_num_queries(5):  # one more: what corrections have changed
        client.get(LIST)


@pytest.mark.parametrize(
    ("query", "count"),
    [
        ("", 8),
        ("who=vladimir-norov", 4),
        ("who=Vladimir+Norov", 4),
        ("who=vladimir-norov&kind=direct", 1),
        ("organization=sco-secretariat", 4),
        ("organization=shanghai-cooperation-organization", 4),
        ("topic=tourism", 7),
        ("topic=tourism&who=zahoor-ahmed", 2),
        ("q=Lahore", 1),
        ("q=lahor+mughal", 1),
        ("who=zahoor-ahmed&q=lahore", 0),
        ("q=cricket", 0),
        ("from=2020-01-01", 8),
        ("until=2020-01-01", 0),
        ("kind=nonsense", 8),
        ("nonsense=1", 8),
        ("before=nonsense", 8),
        ("who=%00", 8),
        ("until=9999-12-31", 8),
    ],
)
def test_the_list_is_narrowed(
    client: Client, edition: Edition, publisher: User, query: str, count: int
) -> None:
    a_published("Another", publisher)
    assert len(shown(client, query)) == count


@pytest.mark.parametrize(
    ("query", "sentence"),
    [
        (
            "who=nobody-at-all",
            "Nobody and nothing here is called “nobody-at-all”; it was left out.",
        ),
        ("from=yesterday", "“yesterday” is no day; write 2026-11-28 or 2026. It was left out."),
        ("from=2026-02-30", "“2026-02-30” is no day"),
        ("from=2026-02-02&until=2026-01-01", "The first day is after the last one"),
        ("who=%E2%80%8B%3Cb%3E", "&lt;b&gt;”; it was left out."),
    ],
)
def test_what_cannot_be_understood_is_a_sentence(
    client: Client, edition: Edition, query: str, sentence: str
) -> None:
    page = text_of(client, f"{LIST}?{query}")
    assert sentence in page
    assert '<meta name="robots" content="noindex">' in page
    assert client.get(f"/feeds/statements.atom?{query}").status_code == 404


def test_two_people_of_one_name_are_offered(client: Client, publisher: User) -> None:
    for slug in ("ada-1", "ada-2"):
        article = an_article(f"By {slug}")
        a_statement(article, capacity=a_capacity("Director", a_speaker("Ada Writer", slug=slug)))
        publish(article, by=publisher)
    page = text_of(client, f"{LIST}?who=Ada+Writer&kind=direct")
    assert "Several are called “Ada Writer”:" in page
    assert 'href="?kind=direct&amp;who=ada-1"' in page
    assert len(shown(client, "who=ada-2")) == 1


def test_a_merged_speaker_s_statements_are_found_under_the_one_that_remains(
    client: Client, publisher: User
) -> None:
    a_published("First", publisher)
    gone = a_published("Second", publisher).statements.get().capacity.speaker
    into = Speaker.objects.get(name="Speaker of First")
    merge_speakers(gone, into=into, by=publisher)
    assert len(shown(client, f"who={into.slug}")) == 2
    assert len(shown(client, f"who={gone.slug}")) == 2


def test_a_narrowed_list_follows_the_page_of_whom_it_names(client: Client, publisher: User) -> None:
    speaker = a_published("First", publisher).statements.get().capacity.speaker
    topic = Topic.objects.create(name="Trade", slug="trade")
    query = f"{LIST}?who={speaker.slug}"
    assert "Statements: Speaker of First" in text_of(client, query)
    assert "called “trade”" in text_of(client, f"{LIST}?topic=trade")
    speaker.name = "Another Name"
    speaker.save()
    publish_page(speaker, by=publisher)
    publish_page(topic, by=publisher)
    assert "Statements: Another Name" in text_of(client, query)
    assert "Statements: Trade" in text_of(client, f"{LIST}?topic=trade")
    withdraw_page(speaker, by=publisher, notice="They asked for it.")
    assert "Another Name" not in text_of(client, query)


def test_the_words_of_a_withdrawn_article_are_gone_and_its_notice_stands(
    client: Client, publisher: User
) -> None:
    article = a_published("Wrong", publisher)
    assert shown(client) == [WORDS]
    withdraw(article, by=publisher, notice="It was never said.")
    page = text_of(client, LIST)
    assert WORDS not in page
    assert "Speaker of Wrong" not in page
    assert "It was never said." in page
    assert "Withdrawn</span>" in page
    assert "It was never said." not in text_of(client, f"{LIST}?kind=direct")
    feed = text_of(client, "/feeds/statements.atom")
    assert WORDS not in feed
    assert f'ref="urn:uuid:{article.statements.get().pk}"' in feed


def test_a_corrected_statement_says_so_and_its_old_words_are_not_shown(
    client: Client, publisher: User
) -> None:
    article = a_published("Corrected", publisher)
    Statement.objects.update(text="we will stay")
    Article.objects.filter(pk=article.pk).update(body="<p>She said “we will stay” and left.</p>")
    correct(Article.objects.get(pk=article.pk), by=publisher, note="She will stay.")
    page = text_of(client, LIST)
    assert shown(client) == ["we will stay"]
    assert 'href="/articles/corrected/#corrected">Corrected</a>' in page
    assert WORDS not in page
    assert "Corrected." in text_of(client, "/feeds/statements.atom")


def test_a_statement_that_a_correction_took_out_is_counted_not_shown(
    client: Client, publisher: User
) -> None:
    article = a_published("Shortened", publisher)
    body = f"<p>She said “{WORDS}” and “not with me”.</p>"
    Article.objects.filter(pk=article.pk).update(body=body)
    extra = a_statement(article, "not with me", article.statements.get().capacity)
    publish(Article.objects.get(pk=article.pk), by=publisher)
    extra.delete()
    Article.objects.filter(pk=article.pk).update(body=f"<p>She said “{WORDS}” and left.</p>")
    correct(Article.objects.get(pk=article.pk), by=publisher, note="She did not say that.")
    page = text_of(client, LIST)
    assert "1 statement was taken out by a correction" in page
    assert "not with me" not in page
    who = article.statements.get().capacity.speaker.slug
    assert "taken out" not in text_of(client, f"{LIST}?who={who}")
    assert f"urn:uuid:{extra.pk}" in text_of(client, "/feeds/statements.atom") or extra.pk is None


def test_an_article_of_300_statements_does_not_fill_the_list(
    client: Client, publisher: User
) -> None:
    texts = [f"we will go on {number} times" for number in range(300)]
    body = "".join(f"<p>She said “{text}”.</p>" for text in texts)
    article, capacity = an_article("Long", body=body), a_capacity()
    for text in texts:
        a_statement(article, text, capacity)
    publish(article, by=publisher)
    assert len(shown(client)) == 12
    page = text_of(client, LIST)
    assert "300 statements" in page
    assert "288 more statements in this article" in page


def test_more_than_a_thousand_are_not_counted(
    client: Client, edition: Edition, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("articles.search.statements.MOST_COUNTED", 5)
    monkeypatch.setattr("articles.public.statements.MOST_COUNTED", 5)
    assert "5+ statements" in text_of(client, LIST)


def test_pages_follow_one_another_by_key(client: Client, publisher: User) -> None:
    for number in range(21):
        a_published(f"Number {number}", publisher, f"words of {number:02} people")
    first = text_of(client, f"{LIST}?kind=direct")
    [further] = re.findall(r'rel="next" href="\?(.*?)"', first)
    later = shown(client, further.replace("&amp;", "&"))
    assert shown(client, "kind=direct")[0] == "words of 20 people"
    assert later == ["words of 00 people"]


def following(page: str) -> str:
    """The query of the next page."""
    [query] = re.findall(r'rel="next" href="\?(.*?)"', page)
    return query.replace("&amp;", "&")


@pytest.mark.parametrize("query", ["kind=reported", "q=tomorrow", "kind=reported&q=tomorrow"])
def test_a_page_reads_some_articles_only_and_leads_to_those_before(
    client: Client, publisher: User, monkeypatch: pytest.MonkeyPatch, query: str
) -> None:
    monkeypatch.setattr("articles.search.statements.MOST_READ", 2)
    monkeypatch.setattr("articles.search.statements.MOST_READ_FOR_WORDS", 2)
    told = "She will come tomorrow."
    rare = an_article("Rare", body=f"<p>{told}</p>")
    a_statement(rare, "she will come tomorrow", kind="reported", passage=told)
    publish(rare, by=publisher)
    for number in range(3):
        body = f"<p>She said “words {number}”, tomorrow.</p>"
        article = an_article(f"Number {number}", body=body)
        a_statement(article, f"words {number}", rare.statements.get().capacity)
        publish(article, by=publisher)
    first = text_of(client, f"{LIST}?{query}")
    assert "No newer statement fits this; earlier ones may." in first
    assert shown(client, following(first)) == [told]
    assert "1 statement" not in first


def test_the_count_says_when_not_all_articles_were_read(
    client: Client, publisher: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("articles.search.statements.MOST_READ", 2)
    for number in range(3):
        a_published(f"Number {number}", publisher)
    first = text_of(client, LIST)
    assert "2+ statements" in first
    assert first.count("Stands</span>") == 2
    later = text_of(client, f"{LIST}?{following(first)}")
    assert "2+ statements" in later
    assert later.count("Stands</span>") == 1
    assert 'rel="next"' not in later


def test_the_page_of_a_speaker_reads_some_articles_only_and_leads_to_those_before(
    client: Client, publisher: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("articles.search.statements.MOST_READ", 2)
    ada = a_speaker("Ada Writer")
    for number in range(4):
        article = an_article(f"Number {number}", body=f"<p>She said “words {number}”.</p>")
        a_statement(article, f"words {number}", a_capacity(f"Director {number}", ada))
        publish(article, by=publisher)
    address = "/speakers/ada-writer/"
    first = text_of(client, address)
    assert re.findall(r"words (\d)”", first) == ["3", "2"]
    last = text_of(client, f"{address}?{following(first)}")
    assert re.findall(r"words (\d)”", last) == ["1", "0"]
    assert 'rel="next"' not in last


def test_an_organization_that_many_name_and_nobody_speaks_for_reads_some_articles_only(
    client: Client, publisher: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("articles.search.statements.MOST_READ", 2)
    body = an_organization("The Council")
    seat = a_capacity("Chair", a_speaker("Ben Reader"), organization=body)
    first = an_article("First", body="<p>He said “nothing is decided”.</p>")
    a_statement(first, "nothing is decided", seat)
    publish(first, by=publisher)
    event = an_event("Meeting of the Council")
    event.organizers.add(body)
    for number in range(3):
        publish(an_article(f"Number {number}", event=event), by=publisher)
    page = text_of(client, "/organizations/the-council/")
    assert "nothing is decided" not in page
    assert "All statements of this organization" in page
    assert shown(client, "organization=the-council") == []
    found = text_of(client, f"{LIST}?organization=the-council")
    assert shown(client, following(found)) == ["nothing is decided"]


def test_a_translation_far_from_its_original_does_not_bring_it_back(
    client: Client, publisher: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("articles.search.statements.MOST_READ", 1)
    original = a_published("Original", publisher)
    words = "ہم آگے بڑھیں گے"
    urdu = an_article(
        "In Urdu", language="ur", translation_of=original, body=f"<p>“{words}” کہا۔</p>"
    )
    a_statement(urdu, words, original.statements.get().capacity)
    publish(urdu, by=publisher)
    first = text_of(client, LIST)
    assert words not in first
    assert shown(client, following(first)) == [WORDS]
    urdu_page = text_of(client, f"/ur{LIST}")
    assert words in urdu_page
    assert WORDS not in text_of(client, f"/ur{LIST}?{following(urdu_page)}")


def test_an_address_with_parameters_that_nobody_reads_is_the_same_stored_page(
    client: Client, edition: Edition
) -> None:
    first = client.get(LIST)
    assert client.get(f"{LIST}?utm_source=x&before=zero")["ETag"] == first["ETag"]
    assert '<link rel="canonical" href="http://localhost:8000/statements/">' in text_of(
        client, LIST
    )


def test_each_translation_group_is_there_once_in_the_language_of_the_address(
    client: Client, publisher: User
) -> None:
    article = a_published("Original", publisher)
    words = "ہم آگے بڑھیں گے"
    urdu = an_article(
        "In Urdu", language="ur", translation_of=article, body=f"<p>“{words}” کہا۔</p>"
    )
    a_statement(urdu, words, article.statements.get().capacity)
    publish(urdu, by=publisher)
    assert shown(client) == [WORDS]
    page = text_of(client, "/ur/statements/")
    assert words in page
    assert WORDS not in page


@pytest.mark.parametrize("format", ["atom", "rss", "json"])
def test_the_feed_has_an_entry_for_each_statement(
    client: Client, edition: Edition, format: str
) -> None:
    entries = judged(client, f"/feeds/statements.{format}").entries
    assert len(entries) == 7
    assert entries[3].title.startswith("Vladimir Norov: “Among them")
    assert entries[3].link.endswith("#s-4")
    narrowed = text_of(client, f"/feeds/statements.{format}?who=zahoor-ahmed&language=en")
    assert "CPEC" in narrowed
    assert "Mughal" not in narrowed


def test_it_is_linked_and_in_the_sitemap(client: Client, edition: Edition) -> None:
    assert 'href="/statements/"' in text_of(client, "/")
    assert "http://localhost:8000/ur/statements/" in text_of(client, "/sitemap-lists.xml")
