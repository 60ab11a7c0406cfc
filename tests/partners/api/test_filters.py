"""The feed's lists: what they can be asked for, and what they refuse with a sentence."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from articles.models import Article, Edition, PublicPage
from articles.publishing.merge_speakers import merge_speakers
from articles.publishing.publish import publish
from articles.publishing.schedule import run_due_actions_on_request
from people.models import Affiliation, Speaker
from tests.builders import RELEASE_ARTICLE, a_speaker, an_article
from tests.partners.api.test_articles import assert_ninjs

pytestmark = pytest.mark.django_db

ARTICLES = "/api/v1/articles/"
KINDS = ["event", "organization", "speaker", "topic"]


@pytest.fixture
def other(edition: Edition, publisher: User) -> Edition:
    """A second article beside the release, about nothing that the release is about."""
    return publish(an_article("Other", language="en"), by=publisher)


def found(client: Client, **query: Any) -> list[str]:
    results = client.get(ARTICLES, query).json()["results"]
    return [item["uri"].removeprefix("urn:uuid:") for item in results]


@pytest.mark.parametrize("kind", KINDS)
def test_each_kind_has_a_list_and_its_rows(
    client: Client, edition: Edition, kind: str, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    run_due_actions_on_request()
    with django_assert_num_queries(2):
        page = client.get(f"/api/v1/{kind}s/").json()
    public = PublicPage.objects.filter(kind=kind).order_by("-sequence")
    assert [item["uri"] for item in page["results"]] == [f"urn:uuid:{row.pk}" for row in public]
    for item in page["results"]:
        if kind == "event":
            assert_ninjs(item)
        own = item["uri"].removeprefix("urn:uuid:")
        assert client.get(f"/api/v1/{kind}s/{own}/").json() == item


@pytest.mark.parametrize("kind", KINDS)
def test_lists_page_by_key(client: Client, edition: Edition, kind: str) -> None:
    seen, address = [], f"/api/v1/{kind}s/?limit=1"
    while address:
        page = client.get(address).json()
        seen += page["results"]
        address = page["next"]
    assert seen == client.get(f"/api/v1/{kind}s/").json()["results"]


@pytest.mark.parametrize("kind", KINDS)
def test_what_is_not_public_is_not_found(client: Client, kind: str) -> None:
    hidden = a_speaker()
    response = client.get(f"/api/v1/{kind}s/{hidden.pk}/")
    assert response.status_code == 404
    assert response.json()["detail"] == f"No public {kind} has the identifier {hidden.pk}."


def test_a_merged_speaker_leads_to_the_one_that_stayed(
    client: Client, edition: Edition, publisher: User
) -> None:
    gone, into = Speaker.objects.filter(affiliations__in=Affiliation.objects.all())[:2]
    merge_speakers(gone, into=into, by=publisher)
    response = client.get(f"/api/v1/speakers/{gone.pk}/")
    assert response.status_code == 301
    assert response.headers["Location"].endswith(f"/api/v1/speakers/{into.pk}/")


def test_articles_by_what_they_name(client: Client, edition: Edition, other: Edition) -> None:
    article = Article.objects.get(pk=RELEASE_ARTICLE)
    for name, row in {
        "speaker": edition.speakers.all()[0],
        "organization": edition.organizations.all()[0],
        "event": edition.event,
        "topic": edition.topics.all()[0],
    }.items():
        assert row
        assert found(client, **{name: str(row.pk)}) == [str(article.pk)]
    assert len(found(client, language="en")) == 2
    assert found(client, language="ur") == []


def test_a_language_is_found_in_any_case(client: Client, edition: Edition, publisher: User) -> None:
    chinese = an_article("Chinese", language="zh-hans")
    publish(chinese, by=publisher)
    for given in ("zh-hans", "zh-Hans", "ZH-HANS"):
        assert found(client, language=given) == [str(chinese.pk)]
    assert found(client, language="EN") == [str(RELEASE_ARTICLE)]


@pytest.mark.parametrize("given", ["fr", "english", "en-GB", "e n"])
def test_an_unknown_language_is_refused_with_what_there_is(client: Client, given: str) -> None:
    response = client.get(ARTICLES, {"language": given})
    assert response.status_code == 400
    assert response.json()["detail"] == (
        f"language: There is no language “{given}” here; choose from en, ru, ur, zh-hans."
    )


def test_a_parameter_given_twice_is_on_the_next_page_too(
    client: Client, edition: Edition, other: Edition
) -> None:
    page = client.get(f"{ARTICLES}?fields=version&limit=1&fields=language").json()
    assert page["results"][0].keys() == {"uri", "version", "language"}
    [item] = client.get(page["next"]).json()["results"]
    assert item.keys() == {"uri", "version", "language"}


def test_articles_by_time(client: Client, edition: Edition, other: Edition) -> None:
    release, since = str(RELEASE_ARTICLE), other.published_at.isoformat()
    assert found(client, published_since=since) == [str(other.article_id)]
    assert found(client, published_until=since) == [release]
    later = (timezone.now() + timedelta(hours=1)).isoformat()
    assert found(client, updated_since=later) == []


def test_the_order_of_publication_is_not_that_of_changes(
    client: Client, edition: Edition, other: Edition, publisher: User
) -> None:
    Article.objects.filter(pk=RELEASE_ARTICLE).update(headline="Updated")
    publish(edition.article, by=publisher)
    release, second = str(RELEASE_ARTICLE), str(other.article_id)
    assert found(client) == [release, second]
    assert found(client, order="published") == [second, release]
    page = client.get(ARTICLES + "?order=published&limit=1").json()
    [item] = client.get(page["next"]).json()["results"]
    assert item["uri"].endswith(release)


def test_a_language_has_an_index_for_each_order(db: None) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT indexdef FROM pg_indexes WHERE indexname LIKE 'edition_language%'")
        found = sorted(definition.split(" USING btree ")[1] for (definition,) in cursor)
    assert found == [
        "(language, first_sequence DESC) WHERE is_latest",
        "(language, sequence DESC) WHERE is_latest",
    ]


@pytest.mark.parametrize(
    ("q", "finds"),
    [
        ("connectivity", True),
        ("Shanghai", True),
        ("shanghai cooperation", True),
        ('"Mughal Legacy"', True),
        ('"Legacy Mughal"', False),
        ("webinar -Islamabad", False),
        ("cricket or webinar", True),
        ("cricket", False),
        ("Séminaire webinár", False),
        ("webinár", True),
        ("  ", True),
        ("<p>", False),
        ("'; --", False),
    ],
)
def test_words(client: Client, edition: Edition, q: str, finds: bool) -> None:
    assert found(client, q=q) == ([str(RELEASE_ARTICLE)] if finds else [])


def test_words_are_those_that_readers_see(client: Client, edition: Edition) -> None:
    Article.objects.filter(pk=RELEASE_ARTICLE).update(headline="Unpublished cricket")
    assert found(client, q="cricket") == []


def test_chosen_fields(client: Client, edition: Edition) -> None:
    [item] = client.get(ARTICLES, {"fields": "headlines, version"}).json()["results"]
    assert set(item) == {"uri", "headlines", "version"}


@pytest.mark.parametrize(
    ("query", "sentence"),
    [
        ({"author": "x"}, "author: There is no such parameter; choose from cursor, event,"),
        ({"fields": "headline"}, "There is no field “headline”; choose from type,"),
        ({"speaker": "Norov"}, "speaker: Must be a valid UUID."),
        ({"published_since": "yesterday"}, "published_since: Datetime has wrong format."),
        ({"order": "x"}, "is not a valid choice"),
        ({"language": "\x00"}, "language: "),
        ({"q": "a\x00"}, "q: "),
        ({"q": "a" * 201}, "q: Ensure this field has no more than 200 characters."),
        ({"cursor": "cD0x"}, "cursor: “cD0x” is not a whole number from 0 up."),
        ({"speaker": ""}, "speaker: Must be a valid UUID."),
    ],
)
def test_what_cannot_be_asked_is_refused(
    client: Client, query: dict[str, str], sentence: str
) -> None:
    response = client.get(ARTICLES, query)
    assert response.status_code == 400
    assert response.headers["Content-Type"] == "application/problem+json"
    assert sentence in response.json()["detail"]


@pytest.mark.parametrize("kind", KINDS)
def test_other_lists_refuse_what_they_do_not_know(client: Client, kind: str) -> None:
    response = client.get(f"/api/v1/{kind}s/", {"q": "x"})
    assert response.status_code == 400
    assert "choose from cursor, limit" in response.json()["detail"]


def test_a_merged_speaker_is_asked_for_by_its_old_identifier_too(
    client: Client, edition: Edition, publisher: User
) -> None:
    gone = edition.speakers.all()[0]
    before = found(client, speaker=gone.pk)
    assert before
    first, second = a_speaker("A Second"), a_speaker("A Third")
    merge_speakers(gone, into=first, by=publisher)
    assert found(client, speaker=gone.pk) == before
    merge_speakers(first, into=second, by=publisher)
    for speaker in (gone, first, second):
        assert found(client, speaker=speaker.pk) == before
    assert found(client, speaker=a_speaker("Unknown").pk) == []
