"""What readers look for, they find: by words, names and their variants, the best first."""

from __future__ import annotations

import html
import re
import sys
import unicodedata
from datetime import timedelta
from itertools import batched
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from articles.models import Article, Edition, SearchDocument
from articles.publishing.merge_speakers import merge_speakers
from articles.publishing.pages import publish_page
from articles.publishing.publish import publish, withdraw
from articles.publishing.schedule import run_due_actions_on_request, schedule
from articles.search import query as finder
from articles.search.query import did_you_mean, search, suggest
from articles.search.syntax import parse
from people.models import Speaker
from tests.builders import RELEASE_ARTICLE, an_article

pytestmark = pytest.mark.django_db


def titles(q: str, **narrowed: Any) -> list[str]:
    return [
        html.unescape(re.sub("</?mark>", "", hit.title))
        for hit in search(q, language="en", **narrowed).hits
    ]


def page_of(client: Client, query: str) -> str:
    response = client.get(f"/search/?{query}")
    assert response.status_code == 200
    return response.content.decode()


@pytest.mark.parametrize(
    ("q", "finds"),
    [
        ("connectivity", True),
        ("connect", True),
        ("CONNECTIVITY pakistan", True),
        ('"Mughal Legacy"', True),
        ('"Legacy Mughal"', False),
        ("Mughal cricket", False),
        ("cricket or Mughal", True),
        ("Mughal -Lahore", False),
        ("Mùghál", True),
        ("Zahoor Ahmad", True),
        ("Zahoor Ahmed", True),
        ("<b>", False),
        ("& | ! ( ) : * ' \\", False),
        ("-", False),
    ],
)
def test_words(edition: Edition, q: str, finds: bool) -> None:
    assert (edition.headline in titles(q)) is finds


@pytest.mark.parametrize(
    ("language", "headline", "q"),
    [
        ("en", "Talks of India/Pakistan begin", "pakistan"),
        ("en", "See www.example.org/report for more", "report"),
        ("en", "COVID-19 and G-20 on one day", "covid 19"),
        ("en", "COVID-19 and G-20 on one day", "covid19"),
        ("en", "COVID-19 and G-20 on one day", "covid-19"),
        ("en", "COVID-19 and G-20 on one day", "g20"),
        ("en", "G20 without a hyphen", "g-20"),
        ("en", "COVID 19 with a blank", "covid19"),
        ("en", "It is an e-mail", "email"),
        ("en", "Mr O’Brien speaks", "O'Brien"),
        ("en", "Mr O’Brien speaks", "obrien"),
        ("en", "Łukasz, Søren and Đặng", "lukasz soren dang"),
        ("en", "Zürich on the water", "zurich"),
        ("en", "A Strasse in Bonn", "Straße"),
        ("en", "What R&D costs", "R&D"),
        ("en", "Growth of 3.5 percent", "3.5"),
        ("ru", "Новый музей открыт", "нового музея"),
        ("ru", "Директор музея", "музей"),
        ("ru", "Герой труда", "героя"),
        ("ru", "Международная выставка", "международной"),
        ("ru", "Международная выставка", "международная"),
        ("ru", "Ёлка у музея", "елка"),
        ("en", "Новый музей открыт", "нового"),
        ("ur", "ڈاکٹر ظہور احمد", "ظهور"),
        ("ur", "پاکستان کا وفد", "پاكستان"),
        ("zh-hans", "上海合作组织秘书长访问北京大学", "北京"),
        ("zh-hans", "上海合作组织秘书长访问北京大学", "北京大学"),
        ("zh-hans", "上海合作组织秘书长访问北京大学", "学"),
        ("zh-hans", "上海合作组织秘书长访问北京大学", "访"),
        ("en", "ผู้แทนไทยเดินทาง", "ไทย"),
        ("en", "हिन्दी समाचार", "हिन्दी"),
    ],
)
@pytest.mark.slow
def test_words_as_people_write_them(
    client: Client, publisher: User, language: str, headline: str, q: str
) -> None:
    publish(an_article(headline, slug="a", language=language), by=publisher)
    assert titles(q) == [headline]
    assert str(client.get("/api/v1/articles/", {"q": q}).json()).count("'urn:uuid") > 0


@pytest.mark.parametrize(
    "q", ["大北", "海上", "北上", "访京", '"museum new"', "-museum new", "musea", "nine or ten"]
)
def test_other_words_find_nothing(publisher: User, q: str) -> None:
    publish(an_article("A new museum: 上海合作组织访问北京大学", slug="a"), by=publisher)
    assert titles(q) == []


def test_the_page_minds_order_and_what_is_not_wanted(client: Client, publisher: User) -> None:
    for headline, body in (("Vaccine talks", "None."), ("Talks", "On the vaccine."), ("Tall", "-")):
        slug = headline.lower().replace(" ", "-")
        publish(an_article(headline, slug=slug, body=f"<p>{body}</p>"), by=publisher)
    assert titles('"vaccine talks"') == ["Vaccine talks"]
    assert titles('"talks vaccine"') == []
    assert titles("talks -vaccine") == []
    assert sorted(titles("talks -cricket")) == ["Talks", "Vaccine talks"]
    assert sorted(titles('talks -"vaccine talks"')) == ["Talks"]
    assert sorted(titles("cricket or tall")) == ["Tall"]
    assert "Vaccine talks" not in page_of(client, "q=talks+-vaccine")


def test_a_name_variant_finds_the_person_first(edition: Edition) -> None:
    assert titles("Zahoor Ahmad")[0] == "Zahoor Ahmed"
    assert titles("Zahoor Ahmed")[0] == "Zahoor Ahmed"


def test_a_beginning_finds_what_it_begins(edition: Edition) -> None:
    assert "Vladimir Norov" in titles("Vladimir Nor")
    assert "Connectivity" in titles("Connec")


def test_every_kind_is_found_and_counted(edition: Edition) -> None:
    found = search("SCO", language="en")
    assert {hit.kind for hit in found.hits} >= {"article", "event", "organization"}
    for kind, count in found.counts.items():
        if not count:
            continue
        assert len(search("SCO", language="en", kind=kind).hits) == count
        assert {hit.kind for hit in search("SCO", language="en", kind=kind).hits} == {kind}


def test_a_word_in_the_title_counts_for_more_than_in_the_text(publisher: User) -> None:
    publish(an_article("Cricket", body="<p>Something else.</p>"), by=publisher)
    publish(an_article("Something", body="<p>Much of it about cricket.</p>"), by=publisher)
    assert titles("cricket") == ["Cricket", "Something"]


def test_of_two_alike_the_newer_comes_first(publisher: User) -> None:
    for name in ("One of cricket", "Two of cricket"):
        publish(an_article(name), by=publisher)
    SearchDocument.objects.filter(slug="two-of-cricket").update(
        at=timezone.now() - timedelta(days=400)
    )
    assert titles("cricket") == ["One of cricket", "Two of cricket"]


def test_only_what_readers_see(edition: Edition, publisher: User) -> None:
    Article.objects.filter(pk=RELEASE_ARTICLE).update(headline="Unpublished cricket")
    later = an_article("Cricket later")
    schedule(later, by=publisher, embargo_until=timezone.now() + timedelta(hours=1))
    assert titles("cricket") == []
    withdraw(edition.article, by=publisher, notice="It was not so.")
    assert edition.headline not in titles("Mughal")


def test_a_changed_name_is_found_by_what_it_is_now(edition: Edition, publisher: User) -> None:
    speaker = Speaker.objects.get(name="Vladimir Norov")
    speaker.name = "Wladimir Norow"
    speaker.save()
    assert "Wladimir Norow" not in titles("Norow")
    publish_page(speaker, by=publisher)
    assert "Wladimir Norow" in titles("Norow")
    other = Speaker.objects.get(name="Zahoor Ahmed")
    merge_speakers(other, into=speaker, by=publisher)
    assert "Zahoor Ahmed" not in titles("Zahoor", kind="speaker")


def test_passages_are_marked_and_escaped(client: Client, publisher: User) -> None:
    publish(
        an_article("A <b> title", slug="a", body="<p>5 &lt; 6 cricket &amp; more</p>"), by=publisher
    )
    page = page_of(client, "q=cricket")
    assert "<mark>cricket</mark> &amp; more" in page
    assert "A &lt;b&gt; title" in page


def test_did_you_mean(client: Client, edition: Edition) -> None:
    assert did_you_mean("Vladimyr Noroff") in ("vladimir norov", "vladimir noroff")
    assert did_you_mean("Mugal Tourizm") == "mugal tourism"
    assert did_you_mean("vladimir") == ""
    assert did_you_mean("Łukasz Tourizm") == "lukasz tourism"
    assert 'href="?q=mugal%20tourism"' in page_of(client, "q=Mugal+Tourizm")


def test_did_you_mean_compares_few_words_however_many_are_typed(edition: Edition) -> None:
    unknown = [f"xq{number}zzzz" for number in range(finder.CORRECTED)]
    assert did_you_mean(" ".join([*unknown[1:], "Tourizm"])).endswith(" tourism")
    assert did_you_mean(" ".join([*unknown, "Tourizm"])) == ""
    assert did_you_mean(" ".join(["tourism"] * 99 + ["Tourizm"])) == "tourism " * 99 + "tourism"


def test_suggestions(client: Client, edition: Edition) -> None:
    assert client.get("/search/suggest/?q=vlad").json()[0] == "Vladimir Norov"
    assert client.get("/search/suggest/?q=Zahoor+Ahmad").json()[0] == "Zahoor Ahmed"
    assert client.get("/search/suggest/?q=v").json() == []
    assert suggest("'; drop") == []


def test_the_page_says_what_it_has(client: Client, edition: Edition) -> None:
    page = page_of(client, "q=SCO&kind=article")
    assert 'aria-current="true">Articles' in page
    assert 'name="q" value="SCO"' in page
    assert "Nothing that is published contains this." in page_of(client, "q=cricket")
    assert "Put a phrase in quotation marks" in page_of(client, "")
    assert 'content="noindex"' in page_of(client, "q=SCO")


@pytest.mark.slow
def test_results_go_on(client: Client, publisher: User) -> None:
    for number in range(25):
        publish(an_article(f"Cricket number {number}"), by=publisher)
    first, second = page_of(client, "q=cricket"), page_of(client, "q=cricket&page=2")
    assert first.count("<h2>") == 20
    assert second.count("<h2>") == 5
    assert 'rel="next"' in first
    assert 'rel="next"' not in second


def test_how_much_it_asks(
    client: Client, edition: Edition, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    run_due_actions_on_request()
    # Twice the newest and twice all, for text and title; their order, their number, their passages.
    with django_assert_num_queries(8):
        client.get("/search/?q=SCO")


@pytest.mark.parametrize(
    "query",
    [
        "q=%00",
        "q=%ff%fe",
        "q=" + "a" * 5000,
        "q=%27%22%3E%3Cscript%3Ealert(1)%3C/script%3E",
        "q=a&page=0",
        "q=a&page=-1",
        "q=a&page=99999999999999999999999",
        "q=a&page=x",
        "q=a&kind=%27",
        "q=((((((&kind=article",
        "q=%22unclosed",
        "q=\u202e",
        "q=%EE%80%80mark%EE%80%81",
        "q=or",
    ],
)
@pytest.mark.slow
def test_any_query_is_a_page(client: Client, edition: Edition, query: str) -> None:
    assert "<script>alert" not in page_of(client, query)
    assert client.get(f"/search/suggest/?{query}").status_code == 200


@pytest.mark.parametrize("q", ["ﷺ", "⑴", "ﷺ ﷺ", "a⑴b", "㈠", "™", "½", "-⑴", '"⑴'])
def test_a_character_that_becomes_signs_is_a_page(client: Client, edition: Edition, q: str) -> None:
    assert client.get("/search/", {"q": q}).status_code == 200
    assert client.get("/search/suggest/", {"q": f"a{q}"}).status_code == 200
    assert client.get("/api/v1/articles/", {"q": q}).status_code == 200


@pytest.mark.slow
def test_no_character_makes_a_query_that_postgresql_refuses() -> None:
    risky = [
        sign
        for sign in map(chr, range(sys.maxunicode + 1))
        if unicodedata.category(sign)[0] not in "LC"
        or unicodedata.category(sign) in ("Cc", "Cf")
        or unicodedata.decomposition(sign).startswith("<")
    ]
    assert len(risky) > 10_000
    asked = [parse(f'{sign} a{sign}b -{sign} "{sign}" {sign}') for sign in risky]
    queries = {text for query in asked for text in (query.text, query.title, query.without)}
    with connection.cursor() as cursor:
        for batch in batched(queries, 50_000):
            cursor.execute(
                "SELECT count(to_tsquery('russian', q)) + count(to_tsquery('simple', q))"
                " FROM unnest(%s::text[]) AS q",
                [list(batch)],
            )
            assert cursor.fetchone() == (2 * len(batch),)


def test_names_of_kinds_are_names_of_pages() -> None:
    assert list(finder.KINDS) == ["article", "event", "speaker", "organization", "topic"]
