"""A cache in front is told which pages to forget."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import User
from django.test import Client
from pytest_django import Settings

from articles.log import last_sequence
from articles.models import Edition
from articles.partners.purging import TAGS, PurgeError, purge, touched_keys
from articles.publishing.publish import publish, withdraw
from tests.builders import a_capacity, a_speaker, a_statement, an_article
from tests.receiver import receiver

pytestmark = pytest.mark.django_db


def test_the_tags_of_a_page_are_purged_when_it_changes(
    client: Client, edition: Edition, publisher: User, settings: Settings
) -> None:
    tags = set(client.get(edition.get_absolute_url()).headers["Cache-Tag"].split(","))
    before = last_sequence()
    withdraw(edition.article, by=publisher, notice="It was not so.")
    settings.PURGE_AUTHORIZATION = "Bearer secret"
    settings.WEBHOOKS_TO_PRIVATE = True
    with receiver() as cache:
        settings.PURGE_URL = cache.url
        purge(before)
    purged = {tag for received in cache.got for tag in received.data["tags"]}
    assert purged == set(touched_keys(before))
    assert tags & purged
    for received in cache.got:
        assert received.headers["authorization"] == "Bearer secret"
        assert received.headers["surrogate-key"].split(" ") == received.data["tags"]


@pytest.mark.parametrize(
    "address", ["/", "/search/?q=x", "/feeds/articles.atom", "/sitemap.xml", "/news-sitemap.xml"]
)
def test_every_stored_page_can_be_purged(client: Client, edition: Edition, address: str) -> None:
    assert set(client.get(address).headers["Cache-Tag"].split(",")) & set(touched_keys(0))


def test_many_tags_go_in_several_requests(publisher: User, settings: Settings) -> None:
    article, before = an_article(), last_sequence()
    for number in range(TAGS + 5):
        a_statement(article, capacity=a_capacity(speaker=a_speaker(f"Person {number}")))
    publish(article, by=publisher)
    settings.WEBHOOKS_TO_PRIVATE = True
    with receiver() as cache:
        settings.PURGE_URL = cache.url
        purge(before)
    sizes = [len(received.data["tags"]) for received in cache.got]
    assert len(sizes) > 1
    assert max(sizes) <= TAGS
    assert sum(sizes) == len(touched_keys(before))


def test_a_cache_that_refuses_or_is_in_a_private_network_is_told_again(
    edition: Edition, settings: Settings
) -> None:
    with receiver() as cache:
        settings.PURGE_URL = cache.url
        with pytest.raises(PurgeError, match="begins with https"):
            purge(0)
        settings.WEBHOOKS_TO_PRIVATE = True
        cache.answer = lambda received: 503
        with pytest.raises(PurgeError, match="503"):
            purge(0)
    assert len(cache.got) == 1


def test_nothing_is_asked_where_no_cache_is_named(edition: Edition, settings: Settings) -> None:
    settings.PURGE_URL = ""
    purge(0)
