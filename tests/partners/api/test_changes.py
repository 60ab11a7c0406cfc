"""Following the log: waiting at its end, each item once, and everything in one stream."""

from __future__ import annotations

import gzip
import json
import threading
import time
from contextlib import ExitStack
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.test import Client
from pytest_django import DjangoAssertNumQueries, Settings

from articles.log import last_sequence
from articles.models import Article, Edition
from articles.partners.api import changes
from articles.partners.api.caching import answers
from articles.partners.api.filters import ChangeQuery
from articles.partners.api.waiting import place
from articles.publishing.pages import publish_page, withdraw_page
from articles.publishing.publish import publish, withdraw
from articles.publishing.schedule import run_due_actions_on_request
from people.models import Speaker
from tests.builders import RELEASE_ARTICLE, an_article
from tests.partners.api.test_articles import assert_ninjs

pytestmark = pytest.mark.django_db

CHANGES = "/api/v1/changes/"
STREAM = "/api/v1/articles.ndjson"


def lines(client: Client, **query: Any) -> list[dict[str, Any]]:
    """The lines of all answers, each of which names the next."""
    response: Any = client.get(STREAM, query)
    found = []
    while True:
        assert response.status_code == 200
        found += [json.loads(line) for line in response.content.splitlines()]
        if "Link" not in response.headers:
            return found
        address, rel = response.headers["Link"].split(";")
        assert rel == ' rel="next"'
        response = client.get(address.strip("<>"))


@pytest.fixture
def changed(edition: Edition, publisher: User) -> Article:
    """The release, published three times."""
    for number in range(2):
        Article.objects.filter(pk=RELEASE_ARTICLE).update(headline=f"Headline {number}")
        publish(edition.article, by=publisher)
    return edition.article


def test_latest_gives_each_item_once_as_it_stands(client: Client, changed: Article) -> None:
    everything = client.get(CHANGES, {"limit": 100}).json()
    once = client.get(CHANGES, {"limit": "100", "latest": "true"}).json()
    latest = {row["uri"]: row for row in everything["results"]}
    assert {row["uri"]: row for row in once["results"]} == latest
    assert len(once["results"]) == len(latest) < len(everything["results"])
    assert once["cursor"] == everything["cursor"] == last_sequence()


def test_latest_pages_like_the_log(client: Client, changed: Article) -> None:
    whole = client.get(CHANGES, {"limit": "100", "latest": "true"}).json()["results"]
    seen, address = [], f"{CHANGES}?limit=3&latest=true"
    while True:
        page = client.get(address).json()
        seen += page["results"]
        address = page["next"]
        if not page["more"]:
            break
    assert seen == whole


def test_a_cursor_beyond_the_end_is_not_ours(client: Client, edition: Edition) -> None:
    end = last_sequence()
    assert client.get(CHANGES, {"after": end}).status_code == 200
    response = client.get(CHANGES, {"after": end + 1})
    assert response.status_code == 400
    assert response.json()["detail"] == (
        f"after: The log ends before {end + 1}; begin anew with after=0."
    )


@pytest.mark.slow
def test_who_waits_in_vain_is_told_so(client: Client, edition: Edition) -> None:
    began = time.monotonic()
    page = client.get(CHANGES, {"after": str(last_sequence()), "wait": "1"}).json()
    assert 1 <= time.monotonic() - began < 2
    assert (page["results"], page["cursor"], page["more"]) == ([], last_sequence(), False)


def test_who_has_not_all_does_not_wait(client: Client, edition: Edition) -> None:
    began = time.monotonic()
    assert client.get(CHANGES, {"after": "0", "wait": "30"}).json()["results"]
    assert time.monotonic() - began < 1


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
@pytest.mark.slow
def test_who_waits_holds_no_connection_and_gets_the_change(
    publisher: User, settings: Settings
) -> None:
    settings.API_WAITING = 100
    pages: list[Any] = []
    pool: Any = connection.pool  # type: ignore[attr-defined]

    def wait() -> None:
        pages.append(Client().get(CHANGES, {"after": "0", "wait": "30"}).json())
        connection.close()

    waiting = [threading.Thread(target=wait) for _ in range(pool.max_size + 2)]
    for thread in waiting:
        thread.start()
    connection.close()
    deadline = time.monotonic() + 15
    while (stats := pool.get_stats())["pool_available"] < stats["pool_size"]:
        assert time.monotonic() < deadline, stats
        time.sleep(0.05)
    assert all(thread.is_alive() for thread in waiting)
    article = an_article()
    began = time.monotonic()
    publish(article, by=publisher)
    for thread in waiting:
        thread.join(20)
    assert time.monotonic() - began < 2
    assert len(pages) == len(waiting)
    assert {page["results"][0]["uri"] for page in pages} == {f"urn:uuid:{article.pk}"}


def test_the_stream_has_all_articles_as_they_stand(
    client: Client, changed: Article, publisher: User
) -> None:
    second = an_article("Second")
    publish(second, by=publisher)
    withdraw(second, by=publisher, notice="It was not so.")
    once = client.get(CHANGES, {"limit": "100", "latest": "true"}).json()["results"]
    found = lines(client)
    assert found == [row for row in once if row["type"] == "article"]
    assert [row["item"]["pubStatus"] for row in found] == ["usable", "canceled"]


def test_a_stream_that_broke_goes_on_from_its_last_line(
    client: Client, publisher: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(changes, "CHUNK", 2)
    for number in range(5):
        publish(an_article(f"Number {number}"), by=publisher)
    whole = lines(client)
    assert len(whole) == 5
    assert lines(client, after=whole[1]["sequence"]) == whole[2:]


# Withdrawals --------------------------------------------------------------------------------------


def rows(client: Client, item_id: object) -> list[dict[str, Any]]:
    """The rows of the log about one item."""
    page = client.get(CHANGES, {"limit": 100}).json()
    numbers = [row["sequence"] for row in page["results"]]
    assert numbers == list(range(1, last_sequence() + 1))  # no row is left out
    return [row for row in page["results"] if row["uri"] == f"urn:uuid:{item_id}"]


def test_a_withdrawn_text_is_in_no_row_of_the_log(
    client: Client,
    changed: Article,
    publisher: User,
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    before = [row["sequence"] for row in rows(client, changed.pk)]
    assert client.get(CHANGES, {"limit": 100}).content.count(b"Mughal Legacy") >= 3
    withdraw(changed, by=publisher, notice="It was not so.")
    run_due_actions_on_request()  # once a second, whoever asks
    # The numbers; which items are kept; those that are not; to keep them.
    with django_assert_num_queries(4):
        client.get(CHANGES, {"limit": 100})
    found = rows(client, changed.pk)
    assert [row["sequence"] for row in found] == [*before, last_sequence()]
    for row in found:
        assert_ninjs(row["item"])
        assert (row["item"]["pubStatus"], row["item"]["edNote"]) == ("canceled", "It was not so.")
        assert "bodies" not in row["item"]
        assert "headlines" not in row["item"]
    assert b"Mughal Legacy" not in client.get(CHANGES, {"limit": 100}).content
    assert b"Mughal Legacy" not in client.get(STREAM).getvalue()


def test_published_again_what_was_withdrawn_stays_so(
    client: Client, changed: Article, publisher: User
) -> None:
    withdraw(changed, by=publisher, notice="It was not so.")
    publish(changed, by=publisher)
    states = [row["item"]["pubStatus"] for row in rows(client, changed.pk)]
    assert states == ["canceled"] * 4 + ["usable"]


def test_another_article_keeps_its_text(client: Client, changed: Article, publisher: User) -> None:
    other = an_article("Other")
    publish(other, by=publisher)
    withdraw(changed, by=publisher, notice="It was not so.")
    [row] = rows(client, other.pk)
    assert "bodies" in row["item"]


@pytest.mark.parametrize("slug", ["vladimir-norov"])
def test_a_withdrawn_page_is_in_no_row_either(
    client: Client, edition: Edition, publisher: User, slug: str
) -> None:
    speaker = Speaker.objects.get(slug=slug)
    assert [row["item"]["name"] for row in rows(client, speaker.pk)] == ["Vladimir Norov"]
    withdraw_page(speaker, by=publisher, notice="It is the wrong person.")
    found = rows(client, speaker.pk)
    assert [row["item"]["pubStatus"] for row in found] == ["canceled"] * 2
    assert all("name" not in row["item"] for row in found)
    publish_page(speaker, by=publisher)
    states = [row["item"]["pubStatus"] for row in rows(client, speaker.pk)]
    assert states == ["canceled", "canceled", "usable"]


# Bounds -------------------------------------------------------------------------------------------


def test_the_stream_comes_in_answers_of_a_bounded_size(
    client: Client, publisher: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(5):
        publish(an_article(f"Number {number}"), by=publisher)
    whole = lines(client)
    [size, *_] = map(len, client.get(STREAM).content.splitlines())
    monkeypatch.setattr(changes, "LONGEST_ANSWER", int(size * 1.5))
    answers.clear()
    assert len(client.get(STREAM).content.splitlines()) == 2
    assert lines(client) == whole
    assert len(whole) == 5


def test_the_stream_has_a_media_type_a_tag_and_compression(
    client: Client, edition: Edition, settings: Settings
) -> None:
    response = client.get(STREAM, headers={"accept": "application/x-ndjson"})
    assert response.status_code == 200
    assert response.headers["Content-Type"] == "application/x-ndjson"
    tag = response.headers["ETag"]
    again = client.get(STREAM, headers={"accept": "application/x-ndjson", "if-none-match": tag})
    assert (again.status_code, again.content) == (304, b"")
    packed = client.get(STREAM, headers={"accept-encoding": "gzip"})
    assert packed.headers["Content-Encoding"] == "gzip"
    assert gzip.decompress(packed.content) == response.content
    older = client.get(STREAM, headers={"accept": "application/x-ndjson; ninjs=2.2"})
    assert older.headers["Content-Type"] == "application/x-ndjson; ninjs=2.2"
    assert json.loads(older.content)["item"]["standard"]["version"] == "2.2"
    refused = client.get(STREAM, headers={"accept": "text/csv"})
    assert refused.status_code == 406
    assert refused.headers["Content-Type"] == "application/problem+json"


def test_places_to_wait_are_bounded_for_a_client_and_for_the_process(settings: Settings) -> None:
    settings.API_WAITING = 4
    with ExitStack() as waiting:
        taken = [waiting.enter_context(place("address-a")) for _ in range(3)]
        taken += [waiting.enter_context(place("address-b", "key-1")) for _ in range(3)]
        taken += [waiting.enter_context(place("address-c"))]
    assert taken == [True, True, False, True, True, False, False]
    with place("address-a") as again:
        assert again


@pytest.mark.parametrize("most", [0, 1])
def test_without_a_place_the_answer_comes_at_once(
    client: Client, edition: Edition, settings: Settings, most: int
) -> None:
    settings.API_WAITING = most
    began = time.monotonic()
    with place("another"):
        page = client.get(CHANGES, {"after": str(last_sequence()), "wait": "20"}).json()
    assert time.monotonic() - began < 2
    assert (page["results"], page["cursor"], page["more"]) == ([], last_sequence(), False)


@pytest.mark.parametrize(
    ("query", "sentence"),
    [
        (
            {"until": "3"},
            "until: There is no such parameter; choose from after, latest, limit, wait.",
        ),
        ({"wait": "long"}, "wait: “long” is not a whole number from 0 up."),
        ({"latest": "perhaps"}, "latest: Must be a valid boolean."),
    ],
)
def test_what_cannot_be_asked_is_refused(
    client: Client, query: dict[str, str], sentence: str
) -> None:
    response = client.get(CHANGES, query)
    assert response.status_code == 400
    assert response.json()["detail"] == sentence


def test_the_stream_takes_only_where_to_go_on(client: Client) -> None:
    response = client.get(STREAM, {"limit": "3"})
    assert response.status_code == 400
    assert "choose from after" in response.json()["detail"]


@pytest.mark.parametrize(
    ("limit", "held"), [("0", 20), ("5000", 100), ("99999999999999999999", 100)]
)
def test_limits_are_clamped(client: Client, publisher: User, limit: str, held: int) -> None:
    publish(an_article(), by=publisher)
    page = client.get(CHANGES, {"limit": limit})
    assert page.status_code == 200
    query = ChangeQuery(data={"limit": limit})
    assert query.is_valid()
    assert query.validated_data["limit"] == held
