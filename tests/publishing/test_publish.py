"""Publishing freezes the working copy; refusals change nothing."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.db.models import ProtectedError
from django.test.utils import CaptureQueriesContext

from articles.log import last_sequence
from articles.models import Article, Change, Edition, Topic
from articles.publishing.publish import publish
from articles.publishing.workflow import Refused
from tests.builders import (
    a_capacity,
    a_member_of,
    a_speaker,
    a_statement,
    an_article,
    an_event,
    an_organization,
)

pytestmark = pytest.mark.django_db


def test_it_works(publisher: User) -> None:
    article = an_article(event=an_event())
    body = an_organization(parent=an_organization("The Parent"))
    statement = a_statement(article, capacity=a_capacity(organization=body))
    edition = publish(article, by=publisher)
    assert (edition.version, edition.is_latest) == (1, True)
    assert edition.first_sequence == edition.change.sequence == last_sequence()
    kinds = Change.objects.values_list("kind", flat=True)
    assert [*kinds] == ["organization", "organization", "speaker", "event", "article"]
    assert edition.snapshot["statements"][0]["id"] == str(statement.pk)
    assert edition.event == article.event
    assert list(edition.speakers.all()) == [statement.capacity.speaker]
    assert set(edition.organizations.values_list("name", flat=True)) == {
        "The Institute",
        "The Parent",
    }


def test_the_working_copy_stays_out_of_sight(publisher: User) -> None:
    article = an_article()
    edition = publish(article, by=publisher)
    Article.objects.update(headline="Another", body="<p>Other words</p>")
    edition.refresh_from_db()
    assert edition.headline == "A headline"
    assert "we will go on" in edition.body


def test_a_change_makes_the_next_edition(publisher: User) -> None:
    article = an_article()
    first = publish(article, by=publisher)
    Article.objects.update(headline="Another")
    second = publish(article, by=publisher)
    assert (second.version, second.first_sequence) == (2, first.first_sequence)
    assert second.first_published_at == first.first_published_at
    assert Edition.objects.live().get() == second


def test_the_same_text_makes_no_edition(publisher: User) -> None:
    article = an_article()
    assert publish(article, by=publisher) == publish(article, by=publisher)
    assert Change.objects.count() == 1


def test_a_quotation_that_does_not_stand_is_named(publisher: User) -> None:
    article = an_article()
    a_statement(article, "we will not go on")
    with pytest.raises(Refused) as refused:
        publish(article, by=publisher)
    [reason] = refused.value.messages
    assert "Statement 1" in reason
    assert "“we will not go on”" in reason
    assert not Edition.objects.exists()
    assert not Change.objects.exists()


def test_a_reported_passage_must_stand_too(publisher: User) -> None:
    article = an_article()
    a_statement(article, "they go on", kind="reported", passage="She reported that they go on.")
    with pytest.raises(match="passage"):
        publish(article, by=publisher)


def test_an_empty_body_is_refused(publisher: User) -> None:
    with pytest.raises(match="body is empty"):
        publish(an_article(body="<p> </p>"), by=publisher)


def test_an_address_in_use_is_refused(publisher: User) -> None:
    first = an_article("First", slug="the-address")
    publish(first, by=publisher)
    Article.objects.filter(pk=first.pk).update(slug="moved")
    with pytest.raises(match="/articles/the-address/ belongs to another article"):
        publish(an_article("Second", slug="the-address"), by=publisher)


@pytest.mark.parametrize("group", ["Reporter", "Editor"])
def test_only_publishers_publish(group: str) -> None:
    with pytest.raises(PermissionDenied, match="may not publish"):
        publish(an_article(), by=a_member_of(group))
    assert not Edition.objects.exists()


def test_statements_stand_in_the_order_of_the_body(publisher: User) -> None:
    article = an_article(body="<p>“One”, then “two”, then “three”.</p>")
    capacity = a_capacity()
    for text in ("three", "One", "two"):
        a_statement(article, text, capacity)
    statements = publish(article, by=publisher).snapshot["statements"]
    assert [statement["text"] for statement in statements] == ["One", "two", "three"]


def test_a_speaker_who_is_renamed_stays_as_published(publisher: User) -> None:
    article = an_article()
    speaker = a_speaker("Ada Writer")
    a_statement(article, capacity=a_capacity(speaker=speaker))
    edition = publish(article, by=publisher)
    speaker.name = "Ada Author"
    speaker.save()
    edition.refresh_from_db()
    assert edition.snapshot["statements"][0]["capacity"]["speaker"]["name"] == "Ada Writer"


def test_the_database_rewrites_no_edition(publisher: User) -> None:
    edition = publish(an_article(), by=publisher)
    rewrites: list[dict[str, Any]] = [
        {"headline": "Other"},
        {"ninjs": {}},
        {"is_latest": True, "version": 7},
    ]
    for rewrite in rewrites:
        with pytest.raises(IntegrityError, match="cannot be changed"), transaction.atomic():
            Edition.objects.filter(pk=edition.pk).update(**rewrite)
    with pytest.raises(IntegrityError, match="cannot be changed"), transaction.atomic():
        Edition.objects.all().delete()
    with pytest.raises(IntegrityError, match="cannot be changed"), transaction.atomic():
        Change.objects.update(kind="other")


@pytest.mark.parametrize("name", ["speakers", "authors", "organizations", "topics"])
def test_nobody_moves_an_edition_to_other_lists(edition: Edition, name: str) -> None:
    listed: Any = getattr(Edition, name).through
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")  # as a commit does
    make: dict[str, Callable[[], Any]] = {
        "speakers": a_speaker,
        "authors": a_speaker,
        "organizations": an_organization,
        "topics": lambda: Topic.objects.create(name="Another", slug="another"),
    }
    another = make[name]()
    [column] = [field for field in listed._meta.fields if field.related_model is type(another)]
    actions: list[Callable[[], Any]] = [
        lambda: listed.objects.create(edition=edition, **{column.name: another}),
        lambda: getattr(edition, name).add(another),
    ]
    if listed.objects.filter(edition=edition).exists():
        actions += [
            lambda: listed.objects.update(**{column.name: another}),
            listed.objects.all().delete,
            getattr(edition, name).clear,
        ]
    else:
        assert name == "authors"
    for action in actions:
        with pytest.raises(IntegrityError, match="cannot be changed"), transaction.atomic():
            action()
    with (
        pytest.raises(DatabaseError, match="cannot be changed"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(f"TRUNCATE {listed._meta.db_table}")


def test_a_published_article_cannot_be_deleted(publisher: User) -> None:
    article = an_article()
    publish(article, by=publisher)
    with pytest.raises(ProtectedError):
        article.delete()


def test_a_speaker_with_statements_cannot_be_deleted() -> None:
    statement = a_statement(an_article())
    with pytest.raises(ProtectedError):
        statement.capacity.speaker.delete()


def test_the_number_of_queries_does_not_grow_with_who_is_named(publisher: User) -> None:
    counts = []
    for people in (1, 60):
        article, employer = an_article(f"Names {people}"), an_organization(f"Employer {people}")
        for number in range(people):
            speaker = a_speaker(f"Person {number} of {people}")
            a_statement(article, capacity=a_capacity("Fellow", speaker, organization=employer))
        with CaptureQueriesContext(connection) as queries:
            publish(article, by=publisher)
        own = [row for row in queries.captured_queries if "SAVEPOINT" not in row["sql"]]
        counts.append(len(own))
    assert counts[1] <= counts[0] <= 22
