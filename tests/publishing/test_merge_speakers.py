"""Speakers merge, change names and jobs, and move; what was published stays as it was."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client

from articles import log
from articles.models import Appearance, Article, Change, Edition, PublicPage, Topic
from articles.publishing.merge_speakers import merge_speakers
from articles.publishing.pages import publish_page
from articles.publishing.publish import publish
from articles.publishing.workflow import Refused
from people.models import Affiliation, Speaker
from tests.admin.test_articles import form_of
from tests.builders import (
    a_capacity,
    a_speaker,
    a_statement,
    an_article,
    an_event,
    an_organization,
)

pytestmark = [pytest.mark.slow, pytest.mark.django_db]


def pair() -> tuple[Speaker, Speaker]:
    return a_speaker("Zahoor Ahmad", name_variants=["Z. Ahmad"]), a_speaker("Zahoor Ahmed")


def quoting(speaker: Speaker, headline: str, title: str = "Director") -> Article:
    article = an_article(headline)
    a_statement(article, capacity=a_capacity(title, speaker))
    return article


def test_names_statements_and_appearances_move(publisher: User) -> None:
    gone, into = pair()
    article, event = quoting(gone, "One", "Chair"), an_event()
    Appearance.objects.create(event=event, capacity=gone.affiliations.get())
    merge_speakers(gone, into=into, by=publisher)
    into.refresh_from_db()
    assert into.name_variants == ["Zahoor Ahmad", "Z. Ahmad"]
    assert article.statements.get().capacity.speaker == into
    assert event.appearances.get().capacity.speaker == into


@pytest.mark.parametrize("into_is_public", [False, True])
def test_a_publication_planned_before_the_merge_makes_no_page_of_who_is_gone(
    publisher: User, monkeypatch: pytest.MonkeyPatch, into_is_public: bool
) -> None:
    gone, into = pair()
    article = quoting(gone, "One")
    if into_is_public:
        publish(quoting(into, "Two"), by=publisher)
    lock = log.lock

    def merge_first() -> None:
        monkeypatch.setattr(log, "lock", lock)
        merge_speakers(gone, into=into, by=publisher)
        lock()

    monkeypatch.setattr(log, "lock", merge_first)
    published = publish(article, by=publisher)  # computed again, after the merge
    assert published.speakers.get() == into
    assert published.snapshot["statements"][0]["capacity"]["speaker"]["id"] == str(into.pk)
    assert not PublicPage.objects.filter(pk=gone.pk).exists()
    assert PublicPage.objects.filter(pk=into.pk).exists()


def test_a_merged_speaker_cannot_be_published(publisher: User) -> None:
    gone, into = pair()
    merge_speakers(gone, into=into, by=publisher)
    with pytest.raises(Refused, match="was merged into Zahoor Ahmed; publish that speaker"):
        publish_page(gone, by=publisher)


def test_the_same_capacity_of_both_becomes_one(publisher: User) -> None:
    gone, into = pair()
    one, two, event = quoting(gone, "One"), quoting(into, "Two"), an_event()
    for speaker in (gone, into):
        Appearance.objects.create(event=event, capacity=speaker.affiliations.get())
    merge_speakers(gone, into=into, by=publisher)
    capacity = into.affiliations.get()
    assert one.statements.get().capacity == two.statements.get().capacity == capacity
    assert event.appearances.get().capacity == capacity


def test_one_entry_in_the_log_and_editions_stay(client: Client, publisher: User) -> None:
    gone, into = pair()
    one = publish(quoting(gone, "One"), by=publisher)
    publish(quoting(into, "Two"), by=publisher)
    before = Edition.objects.values_list("snapshot", "ninjs", "version").order_by("pk")
    frozen, last = [*before], Change.objects.count()
    merge_speakers(gone, into=into, by=publisher)
    assert [*before.all()] == frozen
    [change] = Change.objects.filter(sequence__gt=last)
    assert change.kind == "speaker"
    assert change.object_id == into.pk
    assert change.item is not None
    assert change.item["replaces"] == [f"urn:uuid:{gone.pk}"]
    page = client.get("/speakers/zahoor-ahmed/").content.decode()
    assert one.headline in page
    assert "Two" in page
    assert page.count("we will go on") == 2


def test_the_old_address_redirects_for_good(client: Client, publisher: User) -> None:
    gone, into = pair()
    publish(quoting(gone, "One"), by=publisher)
    merge_speakers(gone, into=into, by=publisher)
    response = client.get("/speakers/zahoor-ahmad/?before=9")
    assert response.status_code == 301
    assert response.headers["Location"] == "/speakers/zahoor-ahmed/?before=9"


def test_what_nobody_saw_merges_without_a_word(publisher: User) -> None:
    gone, into = pair()
    merge_speakers(gone, into=into, by=publisher)
    assert not Change.objects.exists()


def test_a_speaker_merges_once_and_not_with_itself(publisher: User) -> None:
    gone, into = pair()
    with pytest.raises(Refused, match="two different speakers"):
        merge_speakers(into, into=into, by=publisher)
    merge_speakers(gone, into=into, by=publisher)
    with pytest.raises(Refused, match="was merged into Zahoor Ahmed before"):
        merge_speakers(gone, into=a_speaker("A Third"), by=publisher)


def test_the_desk_merges_two_selected_speakers(client: Client, publisher: User) -> None:
    gone, into = pair()
    client.force_login(publisher)
    ask = {"action": "merge", "_selected_action": [str(gone.pk), str(into.pk)]}
    page = client.post("/admin/people/speaker/", ask).content.decode()
    assert "Whose name and address stay?" in page
    answer = client.post("/admin/people/speaker/", ask | {"kept": str(into.pk)}, follow=True)
    assert "Merged Zahoor Ahmad into Zahoor Ahmed." in answer.content.decode()
    assert [*Speaker.objects.unmerged()] == [into]


# Point in time ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("day", "titles"),
    [
        (date(2018, 6, 1), ["Adviser", "Envoy"]),
        (date(2019, 7, 1), ["Adviser", "Envoy", "Secretary-General"]),
        (date(2021, 12, 31), ["Adviser", "Secretary-General"]),
        (date(2022, 1, 1), ["Adviser"]),
    ],
)
def test_capacities_on_a_day(day: date, titles: list[str]) -> None:
    speaker = a_speaker()
    a_capacity("Envoy", speaker, until="2019-07")
    a_capacity("Secretary-General", speaker, since="2019", until="2021-12-31")
    a_capacity("Adviser", speaker)
    assert [row.title for row in speaker.capacities_on(day)] == titles


def test_a_capacity_that_ends_leaves_editions_as_they_were(publisher: User) -> None:
    speaker = a_speaker()
    edition = publish(quoting(speaker, "One"), by=publisher)
    before = edition.snapshot
    Affiliation.objects.update(until="2026-10")
    assert publish_page(speaker, by=publisher)
    edition.refresh_from_db()
    assert edition.snapshot == before
    item = Change.objects.filter(kind="speaker").latest("sequence").item
    assert item
    assert item["capacities"][0]["endDate"] == "2026-10"


def test_a_new_name_is_public_when_it_is_published(client: Client, publisher: User) -> None:
    speaker = a_speaker()
    edition = publish(quoting(speaker, "One"), by=publisher)
    Speaker.objects.update(name="Ada Author")
    assert "Ada Author" not in client.get("/speakers/ada-writer/").content.decode()
    last = Change.objects.count()
    speaker.refresh_from_db()
    assert publish_page(speaker, by=publisher)
    assert not publish_page(speaker, by=publisher)
    assert Change.objects.count() == last + 1
    assert "Ada Author" in client.get("/speakers/ada-writer/").content.decode()
    assert "Ada Writer" in client.get(edition.get_absolute_url()).content.decode()


# Earlier addresses --------------------------------------------------------------------------------


def test_every_earlier_address_leads_to_today_s(client: Client, publisher: User) -> None:
    body, topic = an_organization(), Topic.objects.create(name="Tourism", slug="tourism")
    article = an_article(event=an_event())
    article.topics.add(topic)
    a_statement(article, capacity=a_capacity(organization=body))
    publish(article, by=publisher)
    rows: list[Any] = [article, article.event, Speaker.objects.get(), body, topic]
    old = [row.get_absolute_url() for row in rows]
    for turn in ("second", "third"):
        for row in rows:
            row.slug = f"the-{turn}-{row._meta.model_name}"
            row.save()
        publish(article, by=publisher)
    new = [row.get_absolute_url() for row in rows]
    for before, after in zip(old, new, strict=True):
        response = client.get(before)
        assert (response.status_code, response.headers.get("Location")) == (301, after)
        assert client.get(after).status_code == 200
        assert client.get(before.replace(before.split("/")[2], "never-was")).status_code == 404


def test_an_earlier_address_belongs_to_its_article_for_good(publisher: User) -> None:
    article = an_article("First", slug="the-address")
    publish(article, by=publisher)
    Article.objects.update(slug="moved")
    publish(article, by=publisher)
    with pytest.raises(Refused, match="/articles/the-address/ belongs to another article"):
        publish(an_article("Second", slug="the-address"), by=publisher)


def test_the_desk_publishes_a_new_name(client: Client, publisher: User) -> None:
    speaker = a_speaker()
    publish(quoting(speaker, "One"), by=publisher)
    client.force_login(publisher)
    address = f"/admin/people/speaker/{speaker.pk}/change/"
    form = form_of(client.get(address)) | {"name": "Ada Author"}
    client.post(address, form | {"_continue": "1"})
    assert "changes that readers do not see yet" in client.get(address).content.decode()
    assert "Ada Author" not in client.get("/speakers/ada-writer/").content.decode()
    page = client.post(address, form_of(client.get(address)) | {"_publish": "1"}, follow=True)
    assert "Published." in page.content.decode()
    assert "Ada Author" in client.get("/speakers/ada-writer/").content.decode()
