"""The invented pieces of the demo: marked on their pages, and taken back by one command."""

from __future__ import annotations

from io import StringIO

import pytest
from django.contrib.auth.models import User
from django.core.management import call_command
from django.test import Client
from pytest_django import Settings

from articles.models import Article, Edition, PublicPage
from newsroom.examples import (
    NOTES,
    PEOPLE,
    PIECES,
    SOURCE,
    draw,
    publish_examples,
    withdraw_examples,
)

pytestmark = pytest.mark.django_db


#: To draw and encode large pictures takes most of the time.
SMALL = (320, 200)


def test_there_are_eight_in_four_languages_and_each_says_that_it_is_an_example(
    client: Client, publisher: User
) -> None:
    assert publish_examples(by=publisher, size=SMALL) == len(PIECES) == 8
    editions = list(Edition.objects.live())
    assert {edition.language for edition in editions} == {"en", "ur", "ru", "zh-hans"}
    for edition in editions:
        note = NOTES[edition.language]
        page = client.get(edition.get_absolute_url()).content.decode()
        assert note in page
        assert SOURCE in page
        assert edition.standfirst.startswith(("Example:", "مثال:", "Пример:", "范例："))
    for name, _, organization, *_ in PEOPLE.values():
        marks = ("Example", "Placeholder", "مثال", "Пример", "пример", "范例")
        assert any(mark in name for mark in marks)
        assert any(mark in organization for mark in marks)


def test_pictures_have_alternative_texts_and_are_the_same_each_time(publisher: User) -> None:
    publish_examples(by=publisher, size=SMALL)
    pictured = [edition for edition in Edition.objects.live() if "picture" in edition.snapshot]
    assert len(pictured) == 7
    assert all(edition.snapshot["picture"]["alternative_text"] for edition in pictured)
    assert draw("garden", *SMALL).tobytes() == draw("garden", *SMALL).tobytes()


def test_removing_withdraws_all_of_it_and_nothing_else(
    client: Client, edition: Edition, publisher: User
) -> None:
    before = set(PublicPage.objects.live().values_list("pk", flat=True))
    publish_examples(by=publisher, size=SMALL)
    assert withdraw_examples(by=publisher) == 8
    assert list(Edition.objects.live()) == [edition]
    assert set(PublicPage.objects.live().values_list("pk", flat=True)) == before
    response = client.get(f"/articles/{PIECES[0].slug}/")
    assert response.status_code == 410
    assert "This was an example" in response.content.decode()
    assert withdraw_examples(by=publisher) == 0
    assert publish_examples(by=publisher, size=SMALL) == 8
    assert client.get("/speakers/example-ada/").status_code == 200


def test_a_second_time_changes_nothing(publisher: User) -> None:
    publish_examples(by=publisher, size=SMALL)
    Article.objects.filter(slug=PIECES[0].slug).update(headline="Edited since")
    assert publish_examples(by=publisher, size=SMALL) == 0
    assert Edition.objects.count() == 8


def test_the_command_says_when_there_is_nothing_to_remove(settings: Settings) -> None:
    settings.DEBUG = True
    out = StringIO()
    call_command("demo", remove_examples=True, stdout=out)
    assert "No example is public" in out.getvalue()
