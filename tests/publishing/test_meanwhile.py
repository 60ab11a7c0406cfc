"""What another does after a publication was computed and before it has the log's lock."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.contrib.auth.models import User
from django.utils import timezone
from pytest_django import Settings

from articles import log
from articles.editing.versions import save_version
from articles.formats.ninjs_3_1 import to_ninjs
from articles.frozen import Snapshot
from articles.models import (
    FRONT_PAGE,
    Appearance,
    Article,
    Change,
    Edition,
    Event,
    FrontPage,
    FrontPick,
    Picture,
    PublicPage,
    SearchDocument,
    SitePage,
    Topic,
)
from articles.publishing.merge_speakers import merge_speakers
from articles.publishing.pages import claim_addresses, publish_page, withdraw_page
from articles.publishing.publish import check_written_by_another, correct, publish, withdraw
from articles.publishing.rules import reasons_not_to_publish
from articles.publishing.schedule import run_due_actions, schedule
from articles.publishing.workflow import Refused
from people.models import Organization, Speaker
from tests.builders import (
    a_capacity,
    a_member_of,
    a_picture_row,
    a_speaker,
    a_statement,
    an_article,
    an_event,
    an_organization,
)

pytestmark = pytest.mark.django_db

type Meanwhile = Callable[[Callable[[], object]], None]


@pytest.fixture
def meanwhile(monkeypatch: pytest.MonkeyPatch) -> Meanwhile:
    """Let an action come just before the next publication takes the log's lock."""
    lock = log.lock

    def come_between(action: Callable[[], object]) -> None:
        def first() -> None:
            monkeypatch.setattr(log, "lock", lock)
            action()
            lock()

        monkeypatch.setattr(log, "lock", first)

    return come_between


def quoting(speaker: Speaker, headline: str = "One", body: Organization | None = None) -> Article:
    article = an_article(headline)
    a_statement(article, capacity=a_capacity("Director", speaker, organization=body))
    return article


def names_of(edition: Edition) -> list[str]:
    return [row["capacity"]["speaker"]["name"] for row in edition.snapshot["statements"]]


def check_log() -> None:
    """No gap; each page and each document has the number of its last change."""
    numbers = [*Change.objects.values_list("sequence", flat=True)]
    assert numbers == [*range(1, len(numbers) + 1)]
    for page in PublicPage.objects.all():
        assert page.sequence == Change.objects.filter(object_id=page.pk).latest("sequence").pk
        found = [row.sequence for row in SearchDocument.objects.filter(pk=page.pk)]
        assert found == ([] if page.notice else [page.sequence])


def test_a_new_name_is_in_the_edition_and_on_the_page(
    publisher: User, meanwhile: Meanwhile
) -> None:
    speaker = a_speaker("Ada Writer")
    article = quoting(speaker)
    meanwhile(lambda: Speaker.objects.filter(pk=speaker.pk).update(name="Ada Author"))
    edition = publish(article, by=publisher)
    assert names_of(edition) == ["Ada Author"]
    assert "Ada Author" in str(edition.ninjs)
    assert str(PublicPage.objects.get(pk=speaker.pk)) == "Ada Author"
    assert "Ada Author" in SearchDocument.objects.get(pk=article.pk).names
    check_log()


def test_a_new_name_that_was_published_is_never_followed_by_the_old_one(
    publisher: User, meanwhile: Meanwhile
) -> None:
    body = an_organization("The Institute")
    publish(quoting(a_speaker(), "First", body), by=publisher)
    article = quoting(a_speaker("Bob Writer"), "Second", body)

    def rename() -> None:
        Organization.objects.filter(pk=body.pk).update(name="The Academy")
        publish_page(body, by=publisher)

    meanwhile(rename)
    edition = publish(article, by=publisher)
    assert "The Academy" in str(edition.snapshot)
    assert "The Institute" not in str(edition.snapshot)
    last = Change.objects.filter(object_id=body.pk).latest("sequence")
    assert last.item
    assert last.item["name"] == "The Academy"
    check_log()


def test_two_that_name_the_same_new_speaker_make_one_page_with_both_capacities(
    publisher: User, meanwhile: Meanwhile
) -> None:
    speaker = a_speaker()
    first, second = quoting(speaker, "First"), an_article("Second")
    a_statement(second, capacity=a_capacity("Chair", speaker))
    meanwhile(lambda: publish(second, by=publisher))
    publish(first, by=publisher)
    [page] = PublicPage.objects.filter(kind="speaker")
    assert {row["title"] for row in page.card["capacities"]} == {"Director", "Chair"}
    assert speaker.editions.count() == 2
    check_log()


def test_a_page_that_was_withdrawn_stays_withdrawn(publisher: User, meanwhile: Meanwhile) -> None:
    speaker = a_speaker()
    publish(quoting(speaker, "First"), by=publisher)
    article = an_article("Second")
    a_statement(article, capacity=a_capacity("Chair", speaker))
    meanwhile(lambda: withdraw_page(speaker, by=publisher, notice="It was not so."))
    publish(article, by=publisher)
    assert PublicPage.objects.get(pk=speaker.pk).notice == "It was not so."
    check_log()


def test_a_page_that_was_published_again_shows_the_new_capacity(
    publisher: User, meanwhile: Meanwhile
) -> None:
    speaker = a_speaker()
    publish(quoting(speaker, "First"), by=publisher)
    withdraw_page(speaker, by=publisher, notice="It was not so.")
    article = an_article("Second")
    capacity = a_capacity("Chair", speaker)
    a_statement(article, capacity=capacity)
    meanwhile(lambda: publish_page(speaker, by=publisher))
    publish(article, by=publisher)
    page = PublicPage.objects.get(pk=speaker.pk)
    assert (page.notice, "Chair" in str(page.card)) == ("", True)
    check_log()


def test_a_speaker_who_was_merged_is_named_under_the_one_who_is_left(
    publisher: User, meanwhile: Meanwhile
) -> None:
    gone, into = a_speaker("Zahoor Ahmad"), a_speaker("Zahoor Ahmed")
    publish(quoting(gone, "First"), by=publisher)
    article = an_article("Second")
    a_statement(article, capacity=gone.affiliations.get())
    meanwhile(lambda: merge_speakers(gone, into=into, by=publisher))
    edition = publish(article, by=publisher)
    assert names_of(edition) == ["Zahoor Ahmed"]
    assert list(edition.speakers.all()) == [into]
    assert [*PublicPage.objects.filter(kind="speaker").values_list("pk", flat=True)] == [into.pk]
    check_log()


def test_an_address_that_another_took_is_refused_and_nothing_is_written(
    publisher: User, meanwhile: Meanwhile
) -> None:
    article = an_article("One", slug="the-address")
    meanwhile(lambda: claim_addresses([("article", "the-address", uuid4())]))
    with pytest.raises(Refused, match="/articles/the-address/ belongs to another article"):
        publish(article, by=publisher)
    assert not Edition.objects.exists()
    check_log()


def test_a_speaker_s_new_address_is_the_page_s(publisher: User, meanwhile: Meanwhile) -> None:
    speaker = a_speaker("Ada Writer")
    article = quoting(speaker)
    meanwhile(lambda: Speaker.objects.filter(pk=speaker.pk).update(slug="ada-author"))
    edition = publish(article, by=publisher)
    assert PublicPage.objects.get(pk=speaker.pk).slug == "ada-author"
    assert edition.snapshot["statements"][0]["capacity"]["speaker"]["slug"] == "ada-author"


def test_an_embedded_article_that_was_withdrawn_is_left_out(
    publisher: User, meanwhile: Meanwhile
) -> None:
    embedded = an_article("Embedded")
    publish(embedded, by=publisher)
    article = an_article(
        body=f'<p>“we will go on”</p><figure data-record="article/{embedded.pk}"></figure>'
    )
    before = publish(article, by=publisher)
    Article.objects.filter(pk=article.pk).update(headline="Another")
    meanwhile(lambda: withdraw(embedded, by=publisher, notice="It was not so."))
    edition = correct(article, by=publisher, note="A word was wrong.")
    assert len(before.snapshot.get("embeds", [])) == 1
    assert "embeds" not in edition.snapshot


def test_who_was_added_to_the_event_is_in_the_edition(
    publisher: User, meanwhile: Meanwhile
) -> None:
    event = an_event()
    article = an_article(event=event)
    capacity = a_capacity("Chair", a_speaker("Bob Late"))
    meanwhile(lambda: Appearance.objects.create(event=event, capacity=capacity))
    edition = publish(article, by=publisher)
    assert "Bob Late" in str(edition.snapshot["event"])
    assert PublicPage.objects.filter(pk=capacity.speaker.pk).exists()
    check_log()


def test_what_the_edition_does_not_name_makes_nobody_compute_again(
    publisher: User, meanwhile: Meanwhile, monkeypatch: pytest.MonkeyPatch
) -> None:
    article, other = quoting(a_speaker()), quoting(a_speaker("Bob Other"), "Other")
    computed = list[str]()

    def counted(snapshot: Snapshot, **rest: Any) -> dict[str, Any]:
        computed.append(snapshot["headline"])
        return to_ninjs(snapshot, **rest)

    monkeypatch.setattr("articles.publishing.editions.to_ninjs", counted)
    meanwhile(lambda: publish(other, by=publisher))
    publish(article, by=publisher)
    assert computed == ["One", "Other"]
    check_log()


def test_an_address_is_that_of_the_new_text_and_the_old_one_may_be_another_s(
    publisher: User, meanwhile: Meanwhile
) -> None:
    speaker = a_speaker("Ada Writer")
    article = quoting(speaker)

    def rename() -> None:
        Speaker.objects.filter(pk=speaker.pk).update(slug="ada-author")
        claim_addresses([("speaker", "ada-writer", uuid4())])

    meanwhile(rename)
    publish(article, by=publisher)
    assert PublicPage.objects.get(pk=speaker.pk).slug == "ada-author"


def rename_whenever_computed(
    speaker: Speaker, names: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Give ``speaker`` the next of ``names`` after its snapshot was read, before its page is."""

    def renaming(snapshot: Snapshot) -> list[str]:
        if names:
            Speaker.objects.filter(pk=speaker.pk).update(name=names.pop(0))
        return reasons_not_to_publish(snapshot)

    monkeypatch.setattr("articles.publishing.editions.reasons_not_to_publish", renaming)


def test_what_is_saved_while_it_is_computed_again_is_in_the_edition_too(
    publisher: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    speaker = a_speaker("Ada One")
    rename_whenever_computed(speaker, ["Ada Two", "Ada Three", "Ada Four"], monkeypatch)
    edition = publish(quoting(speaker), by=publisher)
    assert names_of(edition) == ["Ada Four"]
    assert str(PublicPage.objects.get(pk=speaker.pk)) == "Ada Four"
    check_log()


def test_what_is_saved_all_the_time_is_refused_and_nobody_waits_for_ever(
    publisher: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    speaker = a_speaker("Ada One")
    rename_whenever_computed(speaker, [f"Ada {n}" for n in range(100)], monkeypatch)
    with pytest.raises(Refused, match="look it over and try again"):
        publish(quoting(speaker), by=publisher)
    assert not Edition.objects.exists()
    check_log()


@pytest.mark.parametrize("model", [Speaker, Organization, Event, Topic, SitePage])
def test_a_page_shows_what_was_saved_before_it_was_written(
    publisher: User, meanwhile: Meanwhile, model: type[Any]
) -> None:
    row = model.objects.create(name="Before", slug="before")
    meanwhile(lambda: model.objects.filter(pk=row.pk).update(name="After", slug="after"))
    publish_page(row, by=publisher)
    page = PublicPage.objects.get(pk=row.pk)
    assert (page.slug, page.card["name"]) == ("after", "After")


def test_what_was_deleted_gets_no_page(publisher: User, meanwhile: Meanwhile) -> None:
    row = Topic.objects.create(name="Trade", slug="trade")
    meanwhile(lambda: Topic.objects.filter(pk=row.pk).delete())
    with pytest.raises(Refused, match="“Trade” was deleted meanwhile"):
        publish_page(row, by=publisher)
    assert not PublicPage.objects.exists()
    check_log()


def test_a_page_shows_whom_its_row_names_as_they_were_before_it_was_written(
    publisher: User, meanwhile: Meanwhile
) -> None:
    parent, event = an_organization("Before"), an_event()
    body = an_organization("The Centre", parent=parent)
    capacity = a_capacity("Chair", organization=body)
    Appearance.objects.create(event=event, capacity=capacity)
    front = FrontPage.objects.get_or_create(pk=FRONT_PAGE)[0]
    article = an_article()

    def rename(name: str) -> Callable[[], object]:
        return lambda: Organization.objects.filter(pk=parent.pk).update(name=name)

    for row in (body, capacity.speaker, event):
        meanwhile(rename(f"After {row}"))
        publish_page(row, by=publisher)
        assert f"After {row}" in str(PublicPage.objects.get(pk=row.pk).card)
    meanwhile(lambda: FrontPick.objects.create(front=front, article=article, position=1))
    publish_page(front, by=publisher)
    assert PublicPage.objects.get(pk=front.pk).card["picks"] == [str(article.pk)]


def test_a_page_is_that_of_both_when_another_was_merged_into_its_speaker(
    publisher: User, meanwhile: Meanwhile
) -> None:
    gone, into = a_speaker("Zahoor Ahmad"), a_speaker("Zahoor Ahmed")
    a_capacity("Chair", gone)
    meanwhile(lambda: merge_speakers(gone, into=into, by=publisher))
    publish_page(into, by=publisher)
    card = PublicPage.objects.get(pk=into.pk).card
    assert card["replaces"] == [str(gone.pk)]
    assert card["name_variants"] == ["Zahoor Ahmad"]
    assert [row["title"] for row in card["capacities"]] == ["Chair"]


def test_two_organizations_above_one_another_have_pages(publisher: User) -> None:
    first, second = an_organization("First"), an_organization("Second")
    Organization.objects.filter(pk=first.pk).update(parent=second)
    Organization.objects.filter(pk=second.pk).update(parent=first)
    publish_page(first, by=publisher)
    assert PublicPage.objects.count() == 2
    check_log()


def test_four_eyes_see_the_picture_that_a_correction_shows(
    publisher: User, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.FOUR_EYES = True
    picture = a_picture_row(publisher)
    article = an_article(picture=picture)
    save_version(article, by=a_member_of("Reporter"))
    publish(article, by=publisher)
    changes = ["Written alone"]

    def then_changed(article: Article, by: User) -> None:
        check_written_by_another(article, by)
        if changes:
            Picture.objects.update(caption=changes.pop(), saved_by=by)

    monkeypatch.setattr("articles.publishing.publish.check_written_by_another", then_changed)
    with pytest.raises(Refused, match="two pairs of eyes"):
        correct(article, by=publisher, note="A word was wrong.")


def test_what_is_approved_for_later_is_what_nobody_changed_meanwhile(
    publisher: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    speaker = a_speaker()
    article = quoting(speaker)

    def then_changed(snapshot: Snapshot) -> list[str]:
        Speaker.objects.filter(pk=speaker.pk).update(name="Another Name")
        return reasons_not_to_publish(snapshot)

    monkeypatch.setattr("articles.publishing.schedule.reasons_not_to_publish", then_changed)
    with pytest.raises(Refused, match="look it over and try again"):
        schedule(article, by=publisher, publish_at=timezone.now() + timedelta(hours=1))
    assert not article.scheduled_actions.exists()


@pytest.mark.parametrize("change", ["renamed", "merged", "deleted"])
def test_a_scheduled_publication_minds_what_comes_before_it_has_the_lock(
    publisher: User, monkeypatch: pytest.MonkeyPatch, change: str
) -> None:
    speaker, another = a_speaker("Ada Writer"), a_speaker("Ada Author")
    article, at = quoting(speaker), timezone.now() + timedelta(hours=1)
    topic = Topic.objects.create(name="Trade", slug="trade")
    article.topics.add(topic)
    schedule(article, by=publisher, publish_at=at)
    article.topics.clear()
    meanwhile: dict[str, Callable[[], object]] = {
        "renamed": lambda: Speaker.objects.filter(pk=speaker.pk).update(name="Ada New"),
        "merged": lambda: merge_speakers(speaker, into=another, by=publisher),
        "deleted": topic.delete,
    }
    try_lock = log.try_lock

    def first() -> bool:
        monkeypatch.setattr(log, "try_lock", try_lock)
        meanwhile[change]()
        return try_lock()

    monkeypatch.setattr(log, "try_lock", first)
    assert run_due_actions(at) == 1
    assert names_of(Edition.objects.get()) == ["Ada Writer"]  # as it was approved
    pages = {str(page) for page in PublicPage.objects.all()}
    assert (
        pages
        == {
            "renamed": {"Ada New", "Trade"},
            "merged": {"Ada Author", "Trade"},
            "deleted": {"Ada Writer"},
        }[change]
    )
    check_log()
