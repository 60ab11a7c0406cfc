"""What readers look for, they find: by words, names and their variants, the best first."""

from __future__ import annotations

import html
import re
import sys
import unicodedata
from datetime import UTC, datetime, timedelta
from itertools import batched
from typing import Any
from urllib.parse import urlencode
from uuid import uuid4

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from articles.models import Article, Edition, SearchDocument
from articles.publishing.merge_speakers import merge_speakers
from articles.publishing.pages import publish_page, withdraw_page
from articles.publishing.publish import publish, withdraw
from articles.publishing.schedule import run_due_actions_on_request, schedule
from articles.search import query as finder
from articles.search.index import compute_vectors
from articles.search.query import did_you_mean, search, suggest
from articles.search.syntax import parse
from people.models import Speaker
from tests.builders import RELEASE_ARTICLE, a_capacity, a_speaker, a_statement, an_article

pytestmark = pytest.mark.django_db

FILTERS = "who=vladimir-norov&organization=sco-secretariat&topic=tourism"


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
        assert (len(search("SCO", language="en", kind=kind).hits), False) == count
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
    compute_vectors()
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
    assert 'href="?q=mugal+tourism"' in page_of(client, "q=Mugal+Tourizm")


def test_did_you_mean_knows_a_name_among_thousands(edition: Edition) -> None:
    """PostgreSQL gives the first thousand in any order; one that begins alike is always read."""
    SearchDocument.objects.bulk_create(
        SearchDocument(
            id=uuid4(),
            kind="speaker",
            slug=f"n-{n}",
            title=f"Aab{n}",
            at=timezone.now(),
            translation_group=uuid4(),
            sequence=10_000 + n,
        )
        for n in range(3000)
    )
    SearchDocument.objects.create(
        id=uuid4(),
        kind="speaker",
        slug="last",
        title="Gulzhan Ömürzakova",
        at=timezone.now(),
        translation_group=uuid4(),
        sequence=20_000,
    )
    compute_vectors()
    assert did_you_mean("Gulzan Omurzakowa") == "gulzhan omurzakova"
    assert did_you_mean("' or \\ :*") == ""


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
    client: Client,
    edition: Edition,
    django_assert_num_queries: DjangoAssertNumQueries,
    django_assert_max_num_queries: DjangoAssertNumQueries,
) -> None:
    run_due_actions_on_request()
    # The newest articles, all articles, beginnings of titles, pages; their order, their passages;
    # what was said, cards of pages; the navigation.
    with django_assert_num_queries(9):
        client.get("/search/?q=SCO")
    # Also the three pages that are named, whom their names mean (three each, five for a name that
    # may be an address), and when the first and
    # the last article of the time came; pages have no time.
    with django_assert_max_num_queries(20):
        client.get(f"/search/?q=SCO&{FILTERS}&from=2020&until=2100&language=en")


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


# Filters, order, numbers --------------------------------------------------------------------------


def found(client: Client, query: str) -> list[str]:
    """The titles of the results that the page shows."""
    page = page_of(client, query)
    shown = re.findall(r"<h2><a [^>]*><bdi>(.*?)</bdi></a></h2>", page)
    return [html.unescape(re.sub("</?mark>", "", title)) for title in shown]


@pytest.fixture
def two(edition: Edition, publisher: User) -> Edition:
    """The release, and an article of another person, of 2024, in Russian."""
    article = an_article("Connectivity in Russian", slug="other", language="ru")
    a_statement(article, capacity=a_capacity("Director", a_speaker("Ada Writer")))
    publish(article, by=publisher)
    SearchDocument.objects.filter(slug="other").update(at=datetime(2024, 5, 9, tzinfo=UTC))
    compute_vectors()
    return edition


@pytest.mark.parametrize(
    ("query", "first", "second"),
    [
        ("", True, True),
        ("who=ada-writer", False, True),
        ("who=Ada+Writer", False, True),
        ("who=vladimir-norov", True, False),
        ("who=vladimir-norov&who=", True, True),
        ("organization=sco-secretariat", True, False),
        ("organization=shanghai-cooperation-organization", True, False),
        ("topic=tourism", True, False),
        ("topic=Tourism", True, False),
        ("language=ru", False, True),
        ("language=en", True, False),
        ("language=ur", False, False),
        ("language=nonsense", True, True),
        ("from=2025", True, False),
        ("until=2025", False, True),
        ("from=2024&until=2024", False, True),
        ("from=2024-05&until=2024-05", False, True),
        ("from=2024-05-09&until=2024-05-09", False, True),
        ("from=2024-05-10", True, False),
        ("until=2024-05-08", False, False),
        ("from=۲۰۲۵", True, False),
        ("from=0001-01-01&until=9999-12-31", True, True),
        ("from=2030&until=2024", False, False),
        ("sort=nonsense", True, True),
        ("kind=nonsense", True, True),
        ("kind=article", True, True),
        ("kind=event", False, False),
        ("who=vladimir-norov&topic=tourism&language=en&from=2025", True, False),
        ("who=ada-writer&topic=tourism", False, False),
    ],
)
def test_results_are_narrowed(
    client: Client, two: Edition, query: str, first: bool, second: bool
) -> None:
    shown = found(client, f"q=connectivity&{query}")
    assert (two.headline in shown) is first
    assert ("Connectivity in Russian" in shown) is second


def test_filters_alone_list_what_fits_them(client: Client, two: Edition) -> None:
    assert found(client, "language=ru") == ["Connectivity in Russian"]
    assert two.headline in found(client, "topic=tourism")
    assert found(client, "q=%26&language=ru") == []


def test_a_merged_person_s_articles_are_found_under_the_one_that_remains(
    client: Client, two: Edition, publisher: User
) -> None:
    gone, into = Speaker.objects.get(name="Ada Writer"), Speaker.objects.get(name="Zahoor Ahmed")
    merge_speakers(gone, into=into, by=publisher)
    assert set(found(client, "q=connectivity&who=zahoor-ahmed&kind=article")) == {
        two.headline,
        "Connectivity in Russian",
    }
    assert len(found(client, "q=connectivity&who=ada-writer&kind=article")) == 2


def test_a_person_is_written_by_name_unless_another_has_it(client: Client, publisher: User) -> None:
    for slug in ("ada", "ada-2", "eda"):
        speaker = a_speaker("Éda Writer" if slug == "eda" else "Eda Writer", slug=slug)
        article = an_article(f"About {slug}")
        a_statement(article, capacity=a_capacity("Chair", speaker))
        publish(article, by=publisher)
    written = re.compile(r'name="who" value="([^"]*)"')
    assert written.findall(page_of(client, "q=about&who=ada")) == ["ada"]
    assert written.findall(page_of(client, "q=about&who=eda")) == ["eda"]
    # For the name in these letters too, all three are offered.
    assert "Several are called" in page_of(client, urlencode({"q": "about", "who": "Éda Writer"}))


def test_results_stand_in_the_order_asked_for(client: Client, publisher: User) -> None:
    for number, headline in enumerate(["Middle cricket", "Cricket cricket", "Old of cricket"]):
        publish(an_article(headline), by=publisher)
        at = timezone.now() - timedelta(days=[200, 100, 300][number])
        SearchDocument.objects.filter(title=headline).update(at=at)
    compute_vectors()
    newest = ["Cricket cricket", "Middle cricket", "Old of cricket"]
    assert found(client, "q=cricket&sort=newest") == newest
    assert found(client, "q=cricket&sort=oldest") == newest[::-1]


def test_an_active_filter_is_taken_off_by_one_link(client: Client, two: Edition) -> None:
    page = page_of(client, "q=connectivity&topic=tourism&from=2024&sort=newest")
    assert 'href="?topic=tourism&amp;sort=newest&amp;q=connectivity"' in page
    assert 'href="?sort=newest&amp;from=2024-01-01&amp;q=connectivity"' in page
    assert 'aria-label="Take off: Topic, Tourism"' in page
    assert 'name="q" value="connectivity"' in page


def test_filters_that_find_nothing_say_so_with_the_way_back(client: Client, two: Edition) -> None:
    page = page_of(client, "q=connectivity&language=ur")
    assert "Nothing that is published fits these filters." in page
    assert '<a href="?q=connectivity">Search without filters</a>' in page
    assert 'href="?q=connectivity"' in page_of(client, "q=connectivity&kind=event")


@pytest.mark.parametrize(
    ("query", "sentence"),
    [
        ("from=yesterday", "“yesterday” is no day; write 2026-11-28 or 2026. It was left out."),
        ("from=2026-13", "“2026-13” is no day"),
        ("until=0000", "“0000” is no day"),
        ("who=nobody", "Nobody and nothing here is called “nobody”; it was left out."),
        ("topic=%00%E2%80%8B", "it was left out."),
        ("from=2026&until=2025", "The first day is after the last one"),
    ],
)
def test_a_filter_that_cannot_be_understood_is_a_sentence(
    client: Client, edition: Edition, query: str, sentence: str
) -> None:
    assert sentence in page_of(client, f"q=SCO&{query}")


def test_two_people_of_one_name_are_offered_with_the_words_kept(
    client: Client, publisher: User
) -> None:
    for slug in ("ada-1", "ada-2"):
        article = an_article(f"By {slug}")
        a_statement(article, capacity=a_capacity("Director", a_speaker("Ada Writer", slug=slug)))
        publish(article, by=publisher)
    page = page_of(client, "q=left&who=Ada+Writer")
    assert "Several are called “Ada Writer”:" in page
    assert '<a href="?q=left&amp;who=ada-2"><bdi>Ada Writer</bdi>, <bdi>Director</bdi>' in page
    # The form that is sent again means the same one, by its address.
    page = page_of(client, "q=by&who=ada-2")
    assert 'name="who" value="ada-2"' in page
    assert "Person <bdi>Ada Writer</bdi>" in page


@pytest.mark.parametrize(
    ("name", "other", "written"),
    [
        ("Ada Writer", "Ada Reader", "Ada Writer"),
        ("José Díaz", "JOSE DIAZ", "one"),
        ("محمد علي", "محمد علی", "one"),
        ("王毅", "王毅", "one"),
        ("№", "Ada Reader", "№"),
        ("***", "Ada Reader", "one"),
        ("Ada " + "Writer " * 16 + "Ltd", "Ada Reader", "Ada " + "Writer " * 16 + "Ltd"),
        ("two", "Ada Reader", "one"),
    ],
)
def test_the_form_that_is_sent_again_means_the_same_person(
    client: Client, publisher: User, name: str, other: str, written: str
) -> None:
    for called, slug in ((name, "one"), (other, "two")):
        publish_page(a_speaker(called, slug=slug), by=publisher)
    shown = re.search('name="who" value="(.*?)"', page_of(client, "q=by&who=one"))
    assert shown
    assert html.unescape(shown[1]) == written
    again = page_of(client, urlencode({"q": "by", "who": written}))
    assert f"Person <bdi>{html.escape(name)}</bdi>" in again


def test_a_name_is_enough_until_another_has_it(client: Client, publisher: User) -> None:
    publish_page(a_speaker("Ada Writer", slug="one"), by=publisher)
    other = a_speaker("ADA WRITER", slug="two")
    assert 'name="who" value="Ada Writer"' in page_of(client, "q=by&who=one")
    publish_page(other, by=publisher)
    assert 'name="who" value="one"' in page_of(client, "q=by&who=one")
    withdraw_page(other, by=publisher, notice="She was nobody.")
    assert 'name="who" value="Ada Writer"' in page_of(client, "q=by&who=one")


def test_a_name_is_no_query(client: Client, two: Edition) -> None:
    for name in ("-foo", '-"foo"', "foo or norov", "-writer or norov"):
        assert f"is called “{html.escape(name)}”; it was left out." in page_of(
            client, urlencode({"q": "SCO", "who": name})
        )
    assert found(client, "q=connectivity&who=-Ada+-Writer") == ["Connectivity in Russian"]


@pytest.mark.parametrize("page", ["2", "10", "99999"])
def test_beyond_the_last_page_is_the_first_one(client: Client, edition: Edition, page: str) -> None:
    response = client.get(f"/ur/search/?q=SCO&topic=tourism&page={page}")
    assert response.status_code == 302
    assert response["Location"] == "/ur/search/?topic=tourism&q=SCO"


@pytest.mark.parametrize("days", ["from=2100", "until=1900", "from=2026-12-01&until=2026-11-01"])
def test_where_no_article_is_of_the_time_no_words_are_compared(
    client: Client,
    edition: Edition,
    django_assert_num_queries: DjangoAssertNumQueries,
    days: str,
) -> None:
    run_due_actions_on_request()
    with django_assert_num_queries(2):  # when articles came; the navigation
        page = page_of(client, f'q="SCO+Secretary"+or+SCO&{days}')
    assert "Nothing that is published fits these filters." in page


def test_statements_are_searched_in_their_own_list_with_the_same_filters(
    client: Client, edition: Edition
) -> None:
    response = client.get("/ur/search/?q=mughal&kind=statement&language=en&sort=newest&from=2024")
    assert response.status_code == 302
    assert response["Location"] == "/ur/statements/?language=en&from=2024-01-01&q=mughal"
    assert "1 statement" in client.get("/statements/?language=en&q=mughal").content.decode()
    assert "No statement" in client.get("/statements/?language=ru&q=mughal").content.decode()


def test_a_result_says_who_said_the_words_and_when(client: Client, edition: Edition) -> None:
    page = page_of(client, "q=mughal")
    said = page[page.index('class="said-by"') :]
    assert "Zahoor Ahmed" in page or "Vladimir Norov" in page
    assert "<mark>Mughal</mark> Legacy" in said
    assert f"{edition.get_absolute_url()}#s-" in said
    assert "<time datetime=" in said


def test_with_a_person_the_result_has_that_person_s_words(client: Client, edition: Edition) -> None:
    page = page_of(client, "q=webinar&who=zahoor-ahmed&kind=article")
    [capacity] = re.findall(r'<p class="by"[^>]*>.*?<bdi>(.*?)</bdi>', page)
    assert capacity.endswith("Zahoor Ahmed")


def test_people_are_told_apart_by_their_capacity(client: Client, edition: Edition) -> None:
    page = page_of(client, "q=norov&kind=speaker")
    [capacity] = re.findall(r'<p class="as"><bdi>(.*?)</p>', page)
    assert "Secretary" in capacity


def test_a_name_that_was_typed_stands_before_articles(client: Client, publisher: User) -> None:
    for number in range(5):
        article = an_article(f"Ada Writer number {number} by Ada Writer")
        a_statement(article, capacity=a_capacity("Director", a_speaker(f"Ada Writer {number}")))
        publish(article, by=publisher)
    shown = found(client, "q=Ada+Writer")
    assert all(re.fullmatch(r"Ada Writer \d", title) for title in shown[: finder.NAMES_FIRST])
    assert len(shown) == len(set(shown)) == 10


def test_phrases_are_looked_for_in_the_newest_texts_only(
    publisher: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    for headline in ("A phrase of words", "Words of a phrase", "A phrase of words again"):
        publish(an_article(headline), by=publisher)
    assert search('"phrase of words"', language="en").counts == {"article": (2, False)}
    assert titles('words -"phrase of words"') == ["Words of a phrase"]
    monkeypatch.setattr(finder, "MOST_COMPARED", 2)
    assert titles('"phrase of words"') == ["A phrase of words again"]
    assert search('"phrase of words"', language="en").counts == {"article": (1, True)}


def test_nobody_counts_beyond_a_thousand(
    client: Client, publisher: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(finder, "MOST_COUNTED", 2)
    for number in range(3):
        publish(an_article(f"Cricket number {number}"), by=publisher)
    assert '>Articles <span class="count">2+</span>' in page_of(client, "q=cricket")
    assert '>Articles <span class="count">1</span>' in page_of(client, 'q="cricket+number+1"')


@pytest.mark.parametrize("sort", ["newest", "oldest"])
def test_when_there_are_more_than_are_read_the_months_are_gone_through(
    publisher: User, monkeypatch: pytest.MonkeyPatch, sort: str
) -> None:
    for number in range(6):
        publish(an_article(f"Cricket number {number}"), by=publisher)
        at = datetime(2020 + number, 1, 31, 23, 59, tzinfo=UTC)
        SearchDocument.objects.filter(slug=f"cricket-number-{number}").update(at=at)
    compute_vectors()
    in_order = titles("cricket", sort=sort)
    monkeypatch.setattr(finder, "MOST_READ", 4)
    assert titles("cricket", sort=sort) == in_order
    assert len(in_order) == 6
    monkeypatch.setattr(finder, "DEPTH", 3)
    assert titles("cricket", sort=sort) == in_order[:3]


def test_a_word_without_a_stem_is_found_in_titles_only(publisher: User) -> None:
    publish(an_article("WHO speaks", slug="a", body="<p>It is here.</p>"), by=publisher)
    assert titles("who") == ["WHO speaks"]
    assert titles("here is") == []


def test_vectors_are_what_the_function_gives(edition: Edition, publisher: User) -> None:
    """Also of what was published twice, merged, and in a script without blanks."""
    gone, into = a_speaker("Ada Writer"), a_speaker("Ada Author")
    for speaker in (gone, into):
        headline = f"北京大学 and {speaker} of COVID-19"
        article = an_article(headline, slug=speaker.slug, language="zh-hans")
        a_statement(article, capacity=a_capacity("Директор", speaker))
        publish(article, by=publisher)
    merge_speakers(gone, into=into, by=publisher)
    Speaker.objects.filter(pk=into.pk).update(name="Another Name")
    publish_page(into, by=publisher)
    vectors = dict(SearchDocument.objects.values_list("id", "search_vector"))
    titles = dict(SearchDocument.objects.values_list("id", "title_vector"))
    assert len(vectors) > 10
    compute_vectors()
    assert dict(SearchDocument.objects.values_list("id", "search_vector")) == vectors
    assert dict(SearchDocument.objects.values_list("id", "title_vector")) == titles


def test_where_words_are_only_left_out_the_newest_texts_are_compared(
    client: Client, publisher: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(3):
        publish(an_article(f"Cricket number {number}"), by=publisher)
    publish(an_article("Football", body="<p>It is played.</p>"), by=publisher)
    everything = ["Cricket number 0", "Cricket number 1", "Cricket number 2"]
    assert sorted(titles("-football")) == everything
    assert titles("-cricket") == ["Football"]
    assert articles_in_api(client, "-cricket") == ["Football"]
    monkeypatch.setattr(finder, "MOST_COMPARED", 2)
    assert titles("-football") == everything[2:]
    assert search("-football", language="en").counts == {"article": (1, True)}
    assert articles_in_api(client, "-football") == everything[2:]


def articles_in_api(client: Client, q: str) -> list[str]:
    response = client.get(f"/api/v1/articles/?{urlencode({'q': q})}")
    return sorted(item["headlines"][0]["value"] for item in response.json()["results"])


@pytest.mark.parametrize("most", [0, 2, 10_000])
def test_a_list_has_the_same_articles_however_common_a_word_is(
    client: Client, publisher: User, monkeypatch: pytest.MonkeyPatch, most: int
) -> None:
    for number in range(3):
        publish(an_article(f"Cricket number {number}"), by=publisher)
    publish(an_article("Number of football matches"), by=publisher)
    monkeypatch.setattr(finder, "MOST_LISTED", most)
    assert len(articles_in_api(client, "cricket")) == 3
    assert articles_in_api(client, '"football matches"') == ["Number of football matches"]
    assert len(articles_in_api(client, "number -football")) == 3


def test_a_result_in_chinese_says_who_said_the_words(client: Client, publisher: User) -> None:
    article = an_article(
        "北京大学的新闻",
        slug="news",
        language="zh-hans",
        body=f"<p>{'前' * 300}她说：“中国和巴基斯坦将加强合作”。{'后' * 300}</p>",
    )
    speaker = a_speaker("Li Na", slug="li-na")
    a_statement(article, "中国和巴基斯坦将加强合作", capacity=a_capacity("教授", speaker))
    publish(article, by=publisher)
    page = page_of(client, "q=加强合作")
    [hit] = search("加强合作", language="en").hits
    assert "将<mark>加强合作</mark>”。后" in hit.fragment
    assert "Li Na" in page
    assert "中国和巴基斯坦将<mark>加强合作</mark>" in page
    assert "<mark>北京大学</mark>的新闻" in page_of(client, "q=北京大学")
    assert "<mark>" not in page_of(client, "q=-北京大学")


def test_names_of_kinds_are_names_of_pages() -> None:
    assert list(finder.KINDS) == ["article", "event", "speaker", "organization", "topic"]
