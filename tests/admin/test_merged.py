"""Forms that were opened before a speaker was merged: nothing is given to who is gone."""

from __future__ import annotations

import threading
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.db import connection, transaction
from django.test import Client

from articles.editing.versions import save_version
from articles.models import Appearance
from articles.publishing.merge_speakers import merge_speakers
from people.models import Affiliation
from tests.admin.test_delete import until_somebody_waits
from tests.admin.test_two_editors import posted
from tests.builders import a_capacity, a_speaker, a_statement, an_article, an_event

TOLD = "Zahoor Ahmed was merged into Zahoor Ahmad; choose Zahoor Ahmad instead."


class Merged:
    """Two speakers with the same capacity; the first is merged into the second."""

    def __init__(self, by: User) -> None:
        self.by = by
        self.gone, self.into = a_speaker("Zahoor Ahmed"), a_speaker("Zahoor Ahmad")
        self.left = a_capacity("Secretary", self.gone)  # stays with who is gone
        self.kept = a_capacity("Secretary", self.into)

    def merge(self) -> None:
        merge_speakers(self.gone, into=self.into, by=self.by)


@pytest.fixture
def desk(client: Client, publisher: User) -> Client:
    client.force_login(publisher)
    return client


@pytest.mark.django_db
def test_a_capacity_is_not_given_back(desk: Client, publisher: User) -> None:
    merged = Merged(publisher)
    capacity = a_capacity("Chair", merged.gone)
    path = f"/admin/people/affiliation/{capacity.pk}/change/"
    before = desk.get(path)
    merged.merge()
    answer = desk.post(path, posted(before, title="Chairman"))
    assert "Somebody else has saved this meanwhile" in answer.content.decode()
    answer = desk.post(path, posted(answer, title="Chairman"))
    assert TOLD in answer.content.decode()
    capacity.refresh_from_db()
    assert (capacity.speaker, capacity.title) == (merged.into, "Chair")


@pytest.mark.django_db
def test_the_page_of_who_is_gone_leads_to_who_stays(desk: Client, publisher: User) -> None:
    merged = Merged(publisher)
    merged.merge()
    answer = desk.get(f"/admin/people/speaker/{merged.gone.pk}/change/", follow=True)
    assert answer.redirect_chain == [(f"/admin/people/speaker/{merged.into.pk}/change/", 302)]
    assert "Zahoor Ahmed was merged into Zahoor Ahmad." in answer.content.decode()
    for nobody in ("x", merged.left.pk):
        answer = desk.get(f"/admin/people/speaker/{nobody}/change/", follow=True)
        assert "doesn’t exist" in answer.content.decode()


@pytest.mark.django_db
def test_a_new_capacity_is_not_given(desk: Client, publisher: User) -> None:
    merged = Merged(publisher)
    merged.merge()
    data = {"speaker": str(merged.gone.pk), "title": "Chair", "since": "", "until": ""}
    answer = desk.post("/admin/people/affiliation/add/", data)
    assert TOLD in answer.content.decode()
    assert not Affiliation.objects.filter(title="Chair").exists()


@pytest.mark.django_db
@pytest.mark.parametrize("place", ["statements-0-capacity", "reporters"])
def test_an_article_does_not_name_the_capacity_that_is_left(
    desk: Client, publisher: User, place: str
) -> None:
    merged = Merged(publisher)
    article = an_article()
    statement = a_statement(article, capacity=merged.kept)
    save_version(article, by=publisher)
    merged.merge()
    data: dict[str, Any] = {
        "headline": article.headline,
        "slug": article.slug,
        "language": "en",
        "body": article.body,
        "base": str(article.versions.get().number),
        "statements-TOTAL_FORMS": "1",
        "statements-INITIAL_FORMS": "1",
        "statements-0-id": str(statement.pk),
        "statements-0-capacity": str(merged.kept.pk),
        "statements-0-kind": "direct",
        "statements-0-text": statement.text,
    }
    answer = desk.post(
        f"/admin/articles/article/{article.pk}/change/", data | {place: str(merged.left.pk)}
    )
    assert answer.status_code == 200
    assert TOLD in answer.content.decode()
    statement.refresh_from_db()
    assert statement.capacity == merged.kept
    assert not article.bylines.exists()
    assert desk.post(f"/admin/articles/article/{article.pk}/change/", data).status_code == 302


@pytest.mark.django_db
def test_an_event_does_not_name_the_capacity_that_is_left(desk: Client, publisher: User) -> None:
    merged = Merged(publisher)
    event = an_event()
    row = Appearance.objects.create(event=event, capacity=merged.kept)
    path = f"/admin/articles/event/{event.pk}/change/"
    merged.merge()
    data = {
        "name": event.name,
        "slug": event.slug,
        "status": "scheduled",
        "appearances-TOTAL_FORMS": "1",
        "appearances-INITIAL_FORMS": "1",
        "appearances-0-id": str(row.pk),
        "appearances-0-event": str(event.pk),
        "appearances-0-order": "0",
        "appearances-0-capacity": str(merged.left.pk),
    }
    answer = desk.post(path, data)
    assert TOLD in answer.content.decode()
    row.refresh_from_db()
    assert row.capacity == merged.kept


@pytest.mark.slow
@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_who_saves_a_capacity_while_its_speaker_is_merged_waits_and_is_told(
    publisher: User,
) -> None:
    merged = Merged(publisher)
    capacity = a_capacity("Chair", merged.gone)
    path = f"/admin/people/affiliation/{capacity.pk}/change/"
    client = Client()
    client.force_login(publisher)
    data = posted(client.get(path), title="Chairman")
    answers = []

    def save() -> None:
        answers.append(client.post(path, data))
        connection.close()

    with transaction.atomic():
        merged.merge()
        thread = threading.Thread(target=save)
        thread.start()
        until_somebody_waits()
        assert answers == []
    thread.join(20)
    [answer] = answers
    assert "Somebody else has saved this meanwhile" in answer.content.decode()
    capacity.refresh_from_db()
    assert (capacity.speaker, capacity.title) == (merged.into, "Chair")


@pytest.mark.slow
@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_who_merges_a_speaker_while_a_capacity_is_saved_waits_for_it(
    publisher: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The form has the capacity's row then, and the merge the speaker's: neither waits for ever."""
    merged = Merged(publisher)
    capacity = a_capacity("Chair", merged.gone)
    path = f"/admin/people/affiliation/{capacity.pk}/change/"
    client = Client()
    client.force_login(publisher)
    data = posted(client.get(path), title="Chairman")
    raised: list[Exception] = []
    threads: list[threading.Thread] = []
    save = Affiliation.save

    def merge() -> None:
        try:
            merged.merge()
        except Exception as error:
            raised.append(error)
        connection.close()

    def save_slowly(self: Affiliation, *args: Any, **kwargs: Any) -> None:
        if not threads:
            threads.append(threading.Thread(target=merge))
            threads[0].start()
            until_somebody_waits()
        save(self, *args, **kwargs)

    monkeypatch.setattr(Affiliation, "save", save_slowly)
    assert client.post(path, data).status_code == 302
    threads[0].join(20)
    assert raised == []
    capacity.refresh_from_db()
    assert (capacity.speaker, capacity.title) == (merged.into, "Chairman")
