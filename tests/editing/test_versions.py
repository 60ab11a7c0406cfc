"""Every save is a version; any text can be compared and brought back, and readers see nothing."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import User
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse
from pytest_django import Settings

from articles.editing.diff import count_differences, diff_snapshots, words
from articles.editing.versions import discard, restore, save_version
from articles.models import Article, AuditEntry, Edition, State, Statement, Version
from articles.publishing.merge_speakers import merge_speakers
from articles.publishing.publish import publish
from articles.publishing.snapshot import take_snapshot
from articles.publishing.workflow import Refused
from tests.builders import (
    a_capacity,
    a_member_of,
    a_speaker,
    a_statement,
    an_article,
    an_event,
)

pytestmark = [pytest.mark.slow, pytest.mark.django_db]


def saved(article: Article, by: User, **fields: str) -> Version:
    Article.objects.filter(pk=article.pk).update(**fields)
    return save_version(article, by=by)


def reloaded(article: Article) -> Article:
    return Article.objects.get(pk=article.pk)


def test_each_save_is_a_version_with_who_and_when(publisher: User) -> None:
    article, reporter = an_article(), a_member_of("Reporter")
    saved(article, reporter)
    second = saved(article, publisher, headline="Another")
    assert [*article.versions.values_list("number", "saved_by__username")] == [
        (2, "publisher"),
        (1, "reporter"),
    ]
    assert second.snapshot["headline"] == "Another"


def test_saving_the_same_text_makes_no_version(publisher: User) -> None:
    article = an_article()
    assert saved(article, publisher) == saved(article, publisher)


def test_an_edit_of_a_live_article_makes_it_a_draft_beside_its_edition(publisher: User) -> None:
    article = an_article()
    saved(article, publisher)
    publish(article, by=publisher)
    saved(article, publisher, headline="Another")
    assert reloaded(article).state == State.DRAFT
    saved(article, publisher, headline="A headline")
    assert reloaded(article).state == State.PUBLISHED


def test_a_version_brings_its_statements_and_topics_back(publisher: User) -> None:
    article = an_article(event=an_event())
    statement = a_statement(article)
    first = saved(article, publisher)
    statement.delete()
    saved(article, publisher, headline="Another", body="<p>Other words</p>")
    restore(article, first.snapshot, by=publisher)
    assert take_snapshot(reloaded(article)) == first.snapshot
    assert article.versions.count() == 3
    assert Statement.objects.get().number == statement.number


def test_discarding_brings_back_what_readers_see_and_keeps_what_was_typed(publisher: User) -> None:
    article = an_article()
    publish(article, by=publisher)
    saved(article, publisher, headline="Another")
    discard(article, by=publisher)
    assert (
        reloaded(article).headline,
        reloaded(article).state,
    ) == ("A headline", State.PUBLISHED)
    assert "Another" in [row.snapshot["headline"] for row in article.versions.all()]
    assert Edition.objects.count() == 1


def test_discarding_nothing_changes_nothing(publisher: User) -> None:
    article = an_article()
    saved(article, publisher)
    publish(article, by=publisher)
    discard(article, by=publisher)
    assert (reloaded(article).state, article.versions.count()) == (
        State.PUBLISHED,
        1,
    )


def test_there_is_nothing_to_go_back_to_before_the_first_edition(publisher: User) -> None:
    with pytest.raises(Refused, match="nothing to go back to"):
        discard(an_article(), by=publisher)


def test_an_old_text_finds_the_capacity_of_a_merged_speaker(publisher: User) -> None:
    article = an_article()
    gone, into = a_speaker("Ada Wrighter"), a_speaker("Ada Writer")
    a_capacity("Director", into)
    a_statement(article, capacity=a_capacity("Director", gone))
    first = saved(article, publisher)
    merge_speakers(gone, into=into, by=publisher)
    restore(article, first.snapshot, by=publisher)
    assert article.statements.get().capacity.speaker == into


def test_a_capacity_that_is_gone_is_named_and_nothing_changes(publisher: User) -> None:
    article = an_article()
    statement = a_statement(article)
    first = saved(article, publisher)
    capacity = statement.capacity
    statement.delete()
    capacity.delete()
    saved(article, publisher, headline="Another")
    with pytest.raises(Refused, match=r"Statement 1 was spoken by Ada Writer as Director"):
        restore(article, first.snapshot, by=publisher)
    assert reloaded(article).headline == "Another"


def test_versions_and_acts_are_never_rewritten(publisher: User) -> None:
    article = an_article()
    saved(article, publisher)
    publish(article, by=publisher)
    with pytest.raises(IntegrityError, match="cannot be changed"), transaction.atomic():
        Version.objects.update(number=9)
    with pytest.raises(IntegrityError, match="cannot be changed"), transaction.atomic():
        AuditEntry.objects.update(note="x")
    with pytest.raises(IntegrityError, match="cannot be changed"), transaction.atomic():
        AuditEntry.objects.all().delete()


def test_every_act_of_publishing_is_noted(client: Client, publisher: User) -> None:
    article = an_article()
    publish(article, by=publisher)
    [audit_entry] = AuditEntry.objects.filter(object_id=article.pk)
    assert (audit_entry.by, audit_entry.action, audit_entry.note) == (
        publisher,
        "publish",
        "edition 1",
    )
    client.force_login(publisher)
    assert "A headline" in client.get("/admin/articles/auditentry/").content.decode()
    address = reverse("admin:articles_auditentry_change", args=[audit_entry.pk])
    assert client.post(address, {"note": "x"}).status_code == 403


def test_four_eyes(publisher: User, settings: Settings) -> None:
    settings.FOUR_EYES = True
    article = an_article()
    saved(article, publisher)
    with pytest.raises(ValidationError, match="was the last to write"):
        publish(article, by=publisher)
    publish(article, by=a_member_of("Publisher", "another"))


# Differences --------------------------------------------------------------------------------------


def test_words_are_compared_whole() -> None:
    assert words("We go on.", "We went on.") == [
        ("same", "We "),
        ("del", "go"),
        ("ins", "went"),
        ("same", " on."),
    ]


def test_every_field_that_differs_is_named_once(publisher: User) -> None:
    article = an_article(event=an_event(attendance=200, covered_live=True))
    a_statement(article)
    edition = publish(article, by=publisher)
    edition.refresh_from_db()  # the column orders keys in its own way
    assert diff_snapshots(edition.snapshot, take_snapshot(article)) == []
    assert count_differences(edition.snapshot, take_snapshot(article)) == 0
    Article.objects.update(headline="Another", body="<p>She said “we will go on”.</p>")
    article.statements.update(kind="reported", passage="She said")
    labels = [
        row.label for row in diff_snapshots(edition.snapshot, take_snapshot(reloaded(article)))
    ]
    assert labels == ["Headline", "Body", "Statement 1"]
    assert count_differences(edition.snapshot, take_snapshot(reloaded(article))) == 3


# At the desk --------------------------------------------------------------------------------------


@pytest.fixture
def desk(client: Client, publisher: User) -> Client:
    client.force_login(publisher)
    return client


def at(article: Article, page: str) -> str:
    return f"/admin/articles/article/{article.pk}/{page}/"


def test_the_desk_shows_differences_and_discards_them(desk: Client, publisher: User) -> None:
    article = an_article()
    publish(article, by=publisher)
    saved(article, publisher, headline="A heading")
    assert "the working copy has changes" in desk.get(at(article, "change")).content.decode()
    page = desk.get(at(article, "diff"), {"view": "one"}).content.decode()
    assert "<del>headline</del><ins>heading</ins>" in page
    desk.post(at(article, "history"), {"discard": "1"})
    assert reloaded(article).headline == "A headline"
    assert "They say the same" in desk.get(at(article, "diff")).content.decode()


def test_the_desk_brings_a_version_back(desk: Client, publisher: User) -> None:
    article = an_article()
    saved(article, publisher)
    saved(article, publisher, headline="Another")
    page = desk.post(at(article, "history"), {"restore": "version-1"}, follow=True)
    assert "The working copy is version 1 again" in page.content.decode()
    assert reloaded(article).headline == "A headline"


@pytest.mark.parametrize("name", ["version-99", "edition-1", "x", "", "version-" + "9" * 40])
def test_a_version_that_is_not_there_is_not_found(desk: Client, name: str) -> None:
    article = an_article()
    assert desk.post(at(article, "history"), {"restore": name}).status_code == 404
