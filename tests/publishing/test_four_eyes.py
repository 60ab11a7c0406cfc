"""With FOUR_EYES nothing becomes public that only one person has looked at."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.utils import timezone
from pytest_django import Settings

from articles.editing.versions import save_version
from articles.models import Article, Edition, Event, Picture, Topic
from articles.publishing.merge_speakers import merge_speakers
from articles.publishing.pages import publish_page, withdraw_page
from articles.publishing.publish import publish, withdraw
from articles.publishing.schedule import schedule
from articles.publishing.workflow import Refused
from people.models import Organization, Speaker
from tests.builders import a_capacity, a_member_of, a_picture, a_speaker, a_statement, an_article

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _four_eyes(settings: Settings) -> None:
    settings.FOUR_EYES = True


@pytest.fixture
def other(db: None) -> User:
    return a_member_of("Publisher", "other")


@pytest.fixture
def writer(db: None) -> User:
    return a_member_of("Reporter", "writer")


@pytest.mark.parametrize("model", [Speaker, Organization, Event, Topic])
def test_who_rewrote_what_an_article_names_cannot_publish_it_with_the_article(
    edition: Edition, publisher: User, other: User, writer: User, model: type[Any]
) -> None:
    row = model.objects.filter(pk__in=_named(edition)).first()
    model.objects.filter(pk=row.pk).update(name="Rewritten alone", saved_by=publisher)
    Article.objects.update(headline="Another headline")
    article = Article.objects.get(pk=edition.article_id)
    save_version(article, by=writer)
    with pytest.raises(Refused, match="Rewritten alone"):
        publish(article, by=publisher)
    assert publish(article, by=other).version == 2


def _named(edition: Edition) -> list[object]:
    rows = [*edition.speakers.all(), *edition.organizations.all(), *edition.topics.all()]
    return [row.pk for row in rows] + ([edition.event_id] if edition.event_id else [])


def test_who_made_a_speaker_cannot_make_it_public(
    publisher: User, other: User, writer: User
) -> None:
    article, speaker = an_article(), a_speaker(saved_by=publisher)
    a_statement(article, capacity=a_capacity("Director", speaker))
    save_version(article, by=writer)
    with pytest.raises(Refused, match="Ada Writer"):
        publish(article, by=publisher)
    with pytest.raises(Refused, match="Ada Writer"):
        schedule(article, by=publisher, publish_at=timezone.now() + timedelta(hours=1))
    assert publish(article, by=other)


def test_who_described_a_picture_cannot_publish_it(
    publisher: User, other: User, writer: User
) -> None:
    picture = a_picture(publisher, saved_by=publisher)
    article = an_article(picture=picture)
    save_version(article, by=writer)
    with pytest.raises(Refused, match="A hall with three speakers"):
        publish(article, by=publisher)
    assert publish(article, by=other)
    Article.objects.update(headline="Another")
    assert publish(Article.objects.get(), by=publisher)  # readers see the picture already
    Picture.objects.update(credit="Somebody else")
    with pytest.raises(Refused):
        publish(Article.objects.get(), by=publisher)


def test_a_page_is_published_and_withdrawn_by_another(publisher: User, other: User) -> None:
    speaker = a_speaker(saved_by=publisher)
    with pytest.raises(Refused, match="two pairs of eyes"):
        publish_page(speaker, by=publisher)
    assert publish_page(speaker, by=other)
    with pytest.raises(Refused, match="two pairs of eyes"):
        withdraw_page(speaker, by=publisher, notice="It was not so.")
    withdraw_page(speaker, by=other, notice="It was not so.")


def test_who_wrote_the_last_version_cannot_withdraw_it(publisher: User, other: User) -> None:
    article = an_article()
    save_version(article, by=publisher)
    publish(article, by=other)
    with pytest.raises(Refused, match="two pairs of eyes"):
        withdraw(article, by=publisher, notice="It was not so.")
    assert withdraw(article, by=other, notice="It was not so.")


def test_merging_publishes_what_another_wrote(publisher: User, other: User) -> None:
    gone, into = a_speaker("Zahoor Ahmad"), a_speaker("Zahoor Ahmed", saved_by=publisher)
    Speaker.objects.update(saved_by=publisher)
    for speaker in (gone, into):
        publish_page(speaker, by=other)
    with pytest.raises(Refused, match="two pairs of eyes"):
        merge_speakers(gone, into=into, by=publisher)
    merge_speakers(gone, into=into, by=other)


def test_the_desk_notes_who_saved_a_row(client: Client, publisher: User) -> None:
    client.force_login(publisher)
    data = {"name": "Sport", "slug": "sport"}
    client.post("/admin/articles/topic/add/", data)
    assert Topic.objects.get().saved_by == publisher
    Topic.objects.update(saved_by=None)
    client.post(f"/admin/articles/topic/{Topic.objects.get().pk}/change/", data)
    assert Topic.objects.get().saved_by is None  # nothing was changed


def test_without_the_setting_one_person_is_enough(publisher: User, settings: Settings) -> None:
    settings.FOUR_EYES = False
    assert publish_page(a_speaker(saved_by=publisher), by=publisher)
