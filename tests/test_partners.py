"""Partners read with a key; only those with the right read what is under embargo."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.utils import timezone

from articles.models import Article, Key, Partner
from articles.schedule import bring_forward, schedule, unschedule
from tests.builders import an_article
from tests.test_feed import assert_ninjs

pytestmark = pytest.mark.django_db

CHANGES = "/api/v1/changes/"


def a_key(name: str = "The Agency", **rights: bool) -> str:
    return Key.make(Partner.objects.create(name=name, **rights))


def get(client: Client, address: str, key: str) -> Any:
    return client.get(address, headers={"authorization": f"Bearer {key}"})


@pytest.fixture
def embargoed(publisher: User) -> Article:
    article = an_article()
    schedule(article, by=publisher, embargo_until=timezone.now() + timedelta(hours=1))
    return article


def test_with_the_right_it_is_read_before_everybody_else(
    client: Client, embargoed: Article
) -> None:
    key = a_key(reads_embargoed=True)
    item = get(client, f"/api/v1/articles/{embargoed.pk}/", key).json()
    assert_ninjs(item)
    assert (item["pubStatus"], bool(item["embargoedUntil"])) == ("withheld", True)
    assert get(client, "/api/v1/articles/", key).json()["results"] == [item]
    [change] = get(client, CHANGES, key).json()["results"]
    assert change["item"] == item


@pytest.mark.parametrize("key", ["", "without the right"])
def test_without_the_right_nobody_learns_that_it_exists(
    client: Client, embargoed: Article, key: str
) -> None:
    headers = {"authorization": f"Bearer {a_key()}"} if key else {}
    assert client.get(f"/api/v1/articles/{embargoed.pk}/", headers=headers).status_code == 404
    for address in ("/api/v1/articles/", CHANGES):
        assert client.get(address, headers=headers).json()["results"] == []


def test_the_end_of_an_embargo_reaches_both(client: Client, embargoed: Article) -> None:
    key = a_key(reads_embargoed=True)
    bring_forward(timezone.now() + timedelta(hours=2))
    theirs = get(client, CHANGES, key).json()["results"]
    assert [row["item"]["pubStatus"] for row in theirs] == ["withheld", "usable"]
    assert client.get(CHANGES).json()["results"] == theirs[1:]


def test_what_is_taken_back_is_canceled_for_those_who_have_it(
    client: Client, embargoed: Article, publisher: User
) -> None:
    unschedule(embargoed, by=publisher)
    rows = get(client, CHANGES, a_key(reads_embargoed=True)).json()["results"]
    assert [row["item"]["pubStatus"] for row in rows] == ["withheld", "canceled"]


@pytest.mark.parametrize("header", ["Bearer nonsense", "Bearer", "Basic eDp5", "Bearer \xff"])
def test_a_wrong_key_is_refused_with_a_sentence(client: Client, header: str) -> None:
    response = client.get(CHANGES, headers={"authorization": header})
    assert response.status_code == 401
    assert response.headers["WWW-Authenticate"] == "Bearer"
    assert response.headers["Content-Type"] == "application/problem+json"
    assert "key" in response.json()["detail"]


def test_a_revoked_key_stops_at_once_and_the_other_goes_on(client: Client) -> None:
    old = a_key()
    new = Key.make(Partner.objects.get())
    Key.objects.filter(hint=old[:8]).update(active=False)
    assert get(client, CHANGES, old).status_code == 401
    assert get(client, CHANGES, new).status_code == 200
    assert Key.objects.get(hint=new[:8]).last_used_at


def test_caches_keep_answers_apart(client: Client) -> None:
    assert "Authorization" in client.get(CHANGES).headers["Vary"]


def test_the_desk_shows_a_key_once_and_keeps_its_hash(admin_client: Client) -> None:
    form = {
        "name": "The Agency",
        "keys-TOTAL_FORMS": "0",
        "keys-INITIAL_FORMS": "0",
        "_key": "1",
    }
    page = admin_client.post("/admin/articles/partner/add/", form, follow=True)
    [message] = page.context["messages"]
    secret = str(message).split("<code>")[1].split("</code>")[0]
    assert Key.objects.get().hash == Key.hash_of(secret)
    address = page.redirect_chain[-1][0]
    assert secret not in admin_client.get(address).content.decode()
    assert get(Client(), CHANGES, secret).status_code == 200
