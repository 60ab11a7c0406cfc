"""What readers see: editions, a constant number of queries a page, errors as pages."""

from __future__ import annotations

import re

import pytest
from django.contrib.auth.models import User
from django.db.models import Value
from django.db.models.functions import Concat
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from articles.models import Article, Edition, Event, Statement
from articles.publishing.publish import publish
from articles.publishing.schedule import run_due_actions_on_request
from people.models import Speaker
from tests.builders import a_capacity, a_speaker, a_statement, an_article

pytestmark = pytest.mark.django_db

ARTICLE = "/articles/sco-gateway-to-regional-cooperation/"
EVENT = "/events/sco-a-gateway-to-regional-cooperation-integrated-development/"
SPEAKER = "/speakers/zahoor-ahmed/"
ORGANIZATION = "/organizations/sco-secretariat/"
TOPIC = "/topics/tourism/"
PAGES = ["/", ARTICLE, EVENT, SPEAKER, ORGANIZATION, TOPIC]

#: At most so many queries make a page; 5 where nothing is said here.
QUERIES = {"/": 6, TOPIC: 3, SPEAKER: 4}

#: One query looks for a stored page, another stores it.
STORING = 2

#: What search engines read; browsers do not run it.
DATA = '<script type="application/ld+json">'


def text_of(client: Client, address: str) -> str:
    response = client.get(address)
    assert response.status_code == 200, address
    return response.content.decode()


def test_article(
    client: Client, edition: Edition, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    run_due_actions_on_request()  # once a second, whoever asks
    with django_assert_num_queries(5 + STORING):
        page = text_of(client, ARTICLE)
    assert "200 participants" in page
    assert "“on Thursday”" in page
    assert "The source gives no date." in page
    assert "“Among them is the Mughal Legacy" in page
    assert "<bdi>Secretary-General</bdi>, <a" in page
    assert page.count('id="s-') == 7


@pytest.mark.parametrize(
    ("address", "words"),
    [
        (
            "/",
            [
                "SCO states will firmly follow",
                "Events in the news",
                "Webinar, <bdi>“on Thursday”</bdi>",
            ],
        ),
        (EVENT, ["Various social media platforms", "Organized by", "Coverage"]),
        (SPEAKER, ["Also spelled Zahoor Ahmad", "National Coordinator for SCO", "#s-5"]),
        (ORGANIZATION, ["Beijing, China", "Vladimir Norov", "Part of", "In the news"]),
        ("/organizations/shanghai-cooperation-organization/", ["Bodies", "Secretariat"]),
        (TOPIC, ["Topic", "SCO states will firmly follow"]),
    ],
)
def test_page(
    client: Client,
    edition: Edition,
    django_assert_max_num_queries: DjangoAssertNumQueries,
    address: str,
    words: list[str],
) -> None:
    run_due_actions_on_request()  # once a second, whoever asks
    with django_assert_max_num_queries(STORING + QUERIES.get(address, 5)):
        page = text_of(client, address)
    for word in words:
        assert word in page


@pytest.mark.parametrize("address", PAGES[1:])
def test_nothing_is_public_before_it_is_published(
    client: Client, release: Article, address: str
) -> None:
    assert client.get(address).status_code == 404


def test_the_front_page_says_when_nothing_is_published(client: Client) -> None:
    assert "Nothing is published yet" in text_of(client, "/")


def test_the_working_copy_leaks_nowhere(client: Client, edition: Edition) -> None:
    before = [text_of(client, address) for address in PAGES]
    Article.objects.update(headline="SECRET", body="<p>SECRET</p>")
    Event.objects.update(name="SECRET", attendance=7)
    Speaker.objects.update(name="SECRET")
    Statement.objects.update(text=Concat("text", Value("SECRET")))
    assert [text_of(client, address) for address in PAGES] == before


def test_a_new_edition_takes_the_old_one_s_place(
    client: Client, edition: Edition, publisher: User
) -> None:
    Article.objects.update(headline="A better headline")
    publish(edition.article, by=publisher)
    page = text_of(client, ARTICLE)
    assert "<h1>A better headline</h1>" in page
    assert "Edition 2" in page


@pytest.mark.parametrize(
    "address",
    ["/nope/", "/articles/nope/", "/speakers/nope/", "/events/%00/", "/topics/%3Cscript%3E/"],
)
def test_an_unknown_address_is_a_page(client: Client, address: str) -> None:
    response = client.get(address)
    assert response.status_code == 404
    assert "Nothing is published at this address" in response.content.decode()
    assert "Go to the front page" in response.content.decode()


def test_markup_in_fields_is_escaped(client: Client, publisher: User) -> None:
    evil = "<script>evil()</script>"
    article = an_article(evil, slug="x", standfirst=evil, dateline=evil, byline=evil, source=evil)
    speaker = a_speaker(evil, slug="s", honorific_prefix=evil, name_variants=[evil])
    a_statement(article, capacity=a_capacity(evil, speaker))
    Article.objects.update(body=f"<p>“we will go on”{evil}</p>")
    publish(article, by=publisher)
    for address in ("/", "/articles/x/", "/speakers/s/"):
        page = text_of(client, address)
        assert "<script>evil" not in page
        assert "&lt;script&gt;" in page


@pytest.mark.slow
def test_lists_page_by_key(client: Client, publisher: User) -> None:
    for number in range(45):
        publish(an_article(f"Number {number}"), by=publisher)
    seen: list[str] = []
    before = None
    while True:
        page = Edition.objects.all().page(before, language="en")
        seen += [edition.headline for edition in page.editions]
        if page.before is None:
            break
        before = str(page.before)
    every = [f"Number {number}" for number in reversed(range(45))]
    assert seen == every
    read, address = set[str](), "/"
    while address:
        text = text_of(client, address)
        read |= set(re.findall(r"Number \d+", text))
        earlier = re.search(r'rel="next" href="(\?before=\d+)"', text)
        address = f"/{earlier[1]}" if earlier else ""
    assert read == set(every)


@pytest.mark.parametrize("before", ["x", "-1", "1e3", "9" * 40, "\x00", "٣"])
def test_a_page_that_makes_no_sense_is_the_first(
    client: Client, edition: Edition, before: str
) -> None:
    response = client.get("/", {"before": before})
    assert response.status_code == 200
    assert edition.headline in response.content.decode()


def test_health(client: Client) -> None:
    assert client.get("/healthz").content == b"ok\n"
    assert client.get("/readyz").content == b"ready\n"


def test_no_page_needs_script(client: Client, edition: Edition) -> None:
    for address in PAGES:
        page = text_of(client, address).replace(DATA, "")
        assert re.findall("<script[^>]*>", page) == [
            '<script src="/static/newsroom/site.js" defer>'
        ]
        assert "default-src 'none'" in client.get(address).headers["Content-Security-Policy"]


def test_a_speaker_s_page_gives_the_name_of_the_newest_edition(
    client: Client, publisher: User
) -> None:
    speaker = a_speaker("Ada Writer")
    first, second = a_capacity("Director", speaker), a_capacity("Chair", speaker)
    old, new = an_article("Old"), an_article("New")
    a_statement(new, capacity=first)
    a_statement(old, capacity=first)
    a_statement(old, "She said", second)
    publish(old, by=publisher)
    Speaker.objects.update(name="Ada Author")
    publish(new, by=publisher)
    page = text_of(client, "/speakers/ada-writer/")
    assert "<h1><bdi>Ada Author</bdi></h1>" in page
    assert "Director" in page
    assert "Chair" in page


def test_a_text_is_marked_with_its_language_and_direction(client: Client, publisher: User) -> None:
    article = an_article("Urdu", language="ur")
    a_statement(article)
    publish(article, by=publisher)
    marked = 'lang="ur" dir="rtl"'
    page = text_of(client, "/articles/urdu/")
    assert f'<article class="story" {marked}>' in page
    assert f"<details {marked}>" in page
    assert '<html lang="ur" dir="rtl">' in page
    for address in ("/", "/search/?q=urdu"):
        assert marked in text_of(client, address)


@pytest.mark.parametrize(
    ("address", "words"), [("/", "Our mistake"), ("/ru/", "Наша ошибка"), ("/ur/", "ہماری غلطی")]
)
def test_what_breaks_says_so_and_nothing_of_why(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, address: str, words: str
) -> None:
    def broken(*args: object) -> None:
        raise RuntimeError("a secret of ours")

    monkeypatch.setattr("articles.public.views.to_come", broken)
    client = Client(raise_request_exception=False)
    response = client.get(address)
    page = response.content.decode()
    assert response.status_code == 500
    assert f"<h1>{words}</h1>" in page
    assert '<meta name="robots" content="noindex">' in page
    assert "secret" not in page
    assert "a secret of ours" in caplog.text
