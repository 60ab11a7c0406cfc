"""Pages of the feed are put together from pieces, and are what rendering them would give."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from rest_framework.renderers import JSONRenderer

from articles.models import Edition, Key, Partner, StoredPage
from articles.partners.access import handed_out
from articles.partners.api import caching, pieces
from articles.publishing.publish import publish, withdraw
from articles.publishing.schedule import run_due_actions, schedule
from tests.builders import an_article

pytestmark = pytest.mark.django_db

LIST, CHANGES, STREAM = "/api/v1/articles/", "/api/v1/changes/?after=0", "/api/v1/articles.ndjson"


def asked_anew(client: Client, address: str, **headers: str) -> tuple[bytes, list[dict[str, Any]]]:
    """The answer of a process that keeps no answer, and the queries that it asked."""
    caching.answers.clear()
    with CaptureQueriesContext(connection) as queries:
        answer = client.get(address, headers=headers)
    assert answer.status_code == 200
    return answer.content, [
        query for query in queries.captured_queries if "scheduledaction" not in query["sql"]
    ]


def test_a_page_of_pieces_is_what_rendering_the_page_gives(
    client: Client, edition: Edition, publisher: User
) -> None:
    publish(an_article("Zeichen „“ 新闻 \u2028 <&>", slug="signs"), by=publisher)
    items = [
        handed_out(row.ninjs, has_text=True) for row in Edition.objects.live().order_by("-change")
    ]
    assert client.get(LIST).content == JSONRenderer().render({"next": None, "results": items})


@pytest.mark.parametrize("address", [LIST, CHANGES, STREAM])
def test_another_process_reads_the_pieces_and_no_item(
    client: Client, edition: Edition, address: str
) -> None:
    first, _ = asked_anew(client, address)
    pieces.kept.clear()
    second, queries = asked_anew(client, address)
    assert second == first
    assert not [query for query in queries if "ninjs" in query["sql"]]
    assert len(queries) == 2


@pytest.mark.parametrize("address", [LIST, CHANGES, STREAM])
def test_a_process_that_has_the_pieces_asks_for_their_numbers_only(
    client: Client, edition: Edition, address: str
) -> None:
    first, _ = asked_anew(client, address)
    second, queries = asked_anew(client, address)
    assert (second, len(queries)) == (first, 1)


@pytest.mark.parametrize("address", [f"{LIST}?limit=30", f"{CHANGES}&limit=30", STREAM])
def test_a_page_that_is_made_anew_holds_twenty_items_in_memory_at_once(
    client: Client, publisher: User, address: str
) -> None:
    """Of an item's edition the feed reads what it hands out, not the snapshot beside it."""
    for number in range(22):
        publish(an_article(f"Number {number}"), by=publisher)
    _, queries = asked_anew(client, address)
    found = [query["sql"] for query in queries if "ninjs" in query["sql"]]
    assert len(found) == 2
    assert not any("snapshot" in sql for sql in found)


def test_a_withdrawn_text_is_in_no_page_though_its_piece_was_kept(
    client: Client, edition: Edition, publisher: User
) -> None:
    for address in (LIST, CHANGES, STREAM):
        assert b"Mughal Legacy" in asked_anew(client, address)[0]
    withdraw(edition.article, by=publisher, notice="It was not so.")
    for address in (CHANGES, STREAM):
        rows = [
            row
            for row in asked_anew(client, address)[0].splitlines()
            if f"urn:uuid:{edition.article_id}".encode() in row
        ]
        assert rows
        assert not [row for row in rows if b"Mughal Legacy in the city" in row]
    assert json.loads(asked_anew(client, LIST)[0])["results"] == []


def test_headlines_and_texts_are_different_pieces(
    client: Client, edition: Edition, settings: Any
) -> None:
    whole, _ = asked_anew(client, LIST)
    settings.PUBLIC_FEED = "headlines"
    short, _ = asked_anew(client, LIST)
    assert b'"bodies"' in whole
    assert b'"bodies"' not in short
    settings.PUBLIC_FEED = "full"
    assert asked_anew(client, LIST)[0] == whole


def test_other_terms_make_other_pieces(client: Client, edition: Edition, settings: Any) -> None:
    asked_anew(client, LIST)
    settings.USAGE_TERMS = "Ask first."
    assert b"Ask first." in asked_anew(client, LIST)[0]


def test_chosen_keys_leave_nothing_in_the_table(client: Client, edition: Edition) -> None:
    asked_anew(client, f"{LIST}?fields=headlines")
    assert not StoredPage.objects.exists()
    assert not pieces.kept


def test_who_reads_the_whole_log_fills_no_table(
    client: Client, edition: Edition, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pieces, "NEWEST", 2)
    rows = asked_anew(client, CHANGES)[0].count(b'"sequence":')
    assert rows > StoredPage.objects.count() == 2


@pytest.mark.parametrize("address", [LIST, CHANGES, STREAM])
@pytest.mark.parametrize("where", ["process", "table"])
def test_an_embargoed_piece_is_handed_only_to_who_has_the_right(
    client: Client, edition: Edition, publisher: User, settings: Any, address: str, where: str
) -> None:
    settings.PUBLIC_FEED = "headlines"
    until = timezone.now() + timedelta(hours=1)
    schedule(an_article("Not before tomorrow"), by=publisher, embargo_until=until)
    reader, other = a_subscriber("Reader"), a_subscriber("Other reader")
    headlines = a_subscriber("Headlines", full_text=False)
    later = a_subscriber("Later", reads_embargoed=False)

    def asked(key: str = "") -> bytes:
        """The answer to a partner whom others came before."""
        if where == "table":
            pieces.kept.clear()
        headers = {"authorization": f"Bearer {key}"} if key else {}
        return asked_anew(client, address, **headers)[0]

    # Those with more rights come first, so that their pieces are there.
    for key in (reader, other, reader):
        assert b"Not before tomorrow" in (found := asked(key))
        assert b"we will go on" in found
    assert b"Not before tomorrow" in (found := asked(headlines))
    assert b"we will go on" not in found
    for key in (later, ""):
        found = asked(key)
        assert str(edition.article_id).encode() in found
        assert b"Not before tomorrow" not in found
    run_due_actions(until + timedelta(minutes=1))
    assert b"Not before tomorrow" in (found := asked())
    assert b"we will go on" not in found
    assert b"we will go on" in asked(later)


def a_subscriber(name: str, **rights: bool) -> str:
    """A key of a partner who subscribes to everything, unless ``rights`` say otherwise."""
    everything = ("reads_embargoed", "full_text", "all_topics", "all_languages")
    partner = Partner.objects.create(name=name, **dict.fromkeys(everything, True) | rights)
    return Key.issue(partner)


@pytest.mark.parametrize("damage", [b"", b'{"uri":', None])
def test_a_damaged_piece_spoils_no_list(
    client: Client, edition: Edition, damage: bytes | None
) -> None:
    for address in (LIST, CHANGES, STREAM):
        whole, _ = asked_anew(client, address)
        StoredPage.objects.update(plain=damage)
        pieces.kept.clear()
        assert asked_anew(client, address)[0] == whole
