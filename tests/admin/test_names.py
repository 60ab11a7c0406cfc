"""Odd names: of nothing that is seen, and over several lines."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import IntegrityError
from django.test import Client
from django.urls import reverse

from articles.models import Event, Partner, SitePage, Topic
from people.models import Organization, Speaker
from tests.builders import a_member_of

pytestmark = pytest.mark.django_db

UNSEEN = "\u200b\u200f \u2060"
NAMED = [Speaker, Organization, Event, Topic, SitePage]
PAGE = {"language": "en", "position": "1", "body": "<p>Words</p>", "status": "scheduled"}


@pytest.fixture
def desk(client: Client) -> Client:
    client.force_login(a_member_of("Publisher"))
    return client


def rows(*prefixes: str) -> dict[str, str]:
    numbers = ("TOTAL_FORMS", "INITIAL_FORMS")
    return {f"{prefix}-{number}": "0" for prefix in prefixes for number in numbers}


def add(client: Client, model: Any, **fields: str) -> Any:
    name = f"admin:{model._meta.app_label}_{model._meta.model_name}_add"
    given = rows("affiliations", "appearances", "keys", "endpoints")
    return client.post(reverse(name), PAGE | given | fields)


@pytest.mark.parametrize("model", NAMED)
def test_a_name_is_one_line(desk: Client, model: Any) -> None:
    answer = add(desk, model, name="Two\r\nlines\tand\u2028more", slug="two")
    assert answer.status_code == 302, answer.content.decode()
    assert model.objects.get().name == "Two lines and more"


@pytest.mark.parametrize("kind", ["topic", "event", "organization"])
def test_a_name_made_while_writing_is_one_line(desk: Client, kind: str) -> None:
    answer = desk.post(f"/admin/articles/article/pick/{kind}/", {"name": "Two\nlines"})
    assert answer.json()["label"] == "Two lines"


@pytest.mark.parametrize("model", [*NAMED, Partner])
def test_a_name_in_which_nothing_is_seen_is_refused(admin_client: Client, model: Any) -> None:
    answer = add(admin_client, model, name=UNSEEN, slug="none", per_minute="1")
    assert answer.status_code == 200
    assert "Write the " in answer.content.decode()
    assert not model.objects.exists()


def test_the_database_refuses_a_partner_without_a_name() -> None:
    with pytest.raises(IntegrityError, match="partner_has_a_name"):
        Partner.objects.create(name="\u200b")


def test_optional_words_in_which_nothing_is_seen_are_none(desk: Client) -> None:
    given = {"name": "Ada", "slug": "ada", "honorific_prefix": UNSEEN}
    answer = add(desk, Speaker, **given, name_variants=f"{UNSEEN}\nAda W.\n\u200b")
    assert answer.status_code == 302, answer.content.decode()
    speaker = Speaker.objects.get()
    assert (speaker.honorific_prefix, speaker.name_variants) == ("", ["Ada W."])
