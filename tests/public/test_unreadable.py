"""One thing that cannot be shown takes down nothing else; partners are told which it is."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.test import Client
from django.utils import timezone
from pytest_django import Settings

from articles import frozen
from articles.models import (
    Article,
    Change,
    Edition,
    Endpoint,
    PublicPage,
    Topic,
    Unreadable,
    fields,
)
from articles.partners import webhooks
from articles.public.page_store import DEPENDENCIES, hot
from articles.publishing.pages import publish_page
from articles.publishing.publish import correct, publish
from articles.publishing.workflow import Refused
from newsroom import queues
from people.models import Organization, Speaker
from tests.builders import a_statement, an_article, an_event, in_body
from tests.receiver import Receiver, sequences

pytestmark = [pytest.mark.django_db, pytest.mark.breaks]

#: What stands in the thing that breaks, and in what must be shown beside it.
BROKEN, OTHER = "Made by a newer release", "Regional Cooperation"

type Break = Callable[[], None]


@pytest.fixture
def newer(monkeypatch: pytest.MonkeyPatch) -> Callable[[Callable[[], Any]], Any]:
    """Do something as a newer release does it, in the shape that it gives to what it freezes."""

    def do(action: Callable[[], Any]) -> Any:
        with monkeypatch.context() as patch:
            for module in (frozen, fields):
                patch.setattr(module, "VERSION", 2)
            return action()

    return do


def an_article_beside(edition: Edition, **more: Any) -> Article:
    """Not yet published, with the topics, the event, and one of the speakers of ``edition``."""
    article = an_article(BROKEN, event=edition.article.event, **more)
    article.topics.set(edition.article.topics.all())
    said = edition.article.statements.first()
    assert said
    a_statement(article, capacity=said.capacity)
    return article


@pytest.fixture
def broken(
    request: pytest.FixtureRequest, edition: Edition, publisher: User, newer: Any
) -> Edition:
    """An edition beside that of the release, which this release cannot show."""
    article = an_article_beside(edition)
    if request.param == "of a newer release":
        return newer(lambda: publish(article, by=publisher))
    made = publish(article, by=publisher)
    with connection.cursor() as cursor:  # as no code of ours can: a row that lacks what others have
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute(
            "UPDATE articles_edition SET snapshot = snapshot - %s::text[],"
            " ninjs = ninjs - %s::text[] WHERE sequence = %s",
            [["statements", "topics", "event", "id"], ["uri", "pubStatus"], made.pk],
        )
        cursor.execute("SET LOCAL session_replication_role = origin")
    return made


both = pytest.mark.parametrize(
    "broken", ["of a newer release", "without what others have"], indirect=True
)


@both
def test_pages_of_others_are_shown(client: Client, edition: Edition, broken: Edition) -> None:
    speaker = edition.article.statements.all()[0].capacity.speaker
    topic, event = edition.article.topics.all()[0], edition.article.event
    assert event
    body = edition.article.statements.all()[0].capacity.organization
    paths = [
        "/",
        edition.get_absolute_url(),
        topic.get_absolute_url(),
        event.get_absolute_url(),
        speaker.get_absolute_url(),
        f"/archive/{edition.first_published_at:%Y/%-m}/",
        "/statements/",
        "/search/?q=said",
        f"/search/?q={speaker.name.split()[-1]}",
        "/news-sitemap.xml",
        "/sitemap.xml",
        "/feeds/articles.atom",
        "/feeds/articles.rss",
        "/feeds/articles.json",
        "/feeds/statements.atom",
        "/feeds/corrections.atom",
        f"/feeds/topics/{topic.slug}.atom",
        *([body.get_absolute_url()] if body else []),
    ]
    for path in paths:
        response = client.get(path)
        assert response.status_code == 200, path
        text = response.content.decode()
        if not path.startswith(("/search/", "/sitemap", "/feeds/corrections")):
            assert edition.headline.split()[0] in text, path
    assert BROKEN not in client.get("/").content.decode()
    client.raise_request_exception = False
    assert client.get(broken.get_absolute_url()).status_code == 500


@both
def test_a_page_that_left_something_out_is_made_anew_each_day(
    client: Client, broken: Edition
) -> None:
    path = broken.article.topics.all()[0].get_absolute_url()
    assert "day" in client.get(path)[DEPENDENCIES].split(",")


@both
def test_who_follows_the_log_is_told_what_is_missing_and_gets_the_rest(
    client: Client, edition: Edition, broken: Edition, publisher: User
) -> None:
    publish(an_article("After it"), by=publisher)
    page = client.get("/api/v1/changes/?after=0&limit=100")
    assert page["Cache-Control"] == "no-store"
    assert "ETag" not in page
    found = page.json()
    numbers = [row["sequence"] for row in found["results"]]
    assert numbers == list(range(1, numbers[-1] + 1)), "nothing is skipped"
    [told] = [row for row in found["results"] if row["item"] is None]
    assert (told["sequence"], told["uri"]) == (broken.pk, f"urn:uuid:{broken.article_id}")
    problem = told["problem"]
    assert problem["type"] == "urn:newsroom:problem:unreadable"
    assert problem["instance"].endswith(f"/api/v1/changes/?after={broken.pk - 1}&limit=1")
    assert found["cursor"] == numbers[-1] > broken.pk
    [line] = [
        row
        for row in map(json.loads, client.get("/api/v1/articles.ndjson").content.splitlines())
        if row["item"] is None
    ]
    assert line == told
    noted = Unreadable.objects.get()
    assert (noted.pk, noted.times) == (broken.pk, 1)


def test_it_is_handed_out_as_soon_as_it_can_be(
    client: Client, edition: Edition, publisher: User, newer: Any
) -> None:
    made = newer(lambda: publish(an_article_beside(edition), by=publisher))
    address = f"/api/v1/changes/?after={made.pk - 1}&limit=1"
    assert client.get(address).json()["results"][0]["item"] is None
    newer(lambda: None)
    [row] = newer(lambda: client.get(address).json()["results"])
    assert row["item"]["headlines"][0]["value"] == BROKEN
    assert "problem" not in row


@both
def test_lists_of_the_feed_name_what_they_leave_out(
    client: Client, edition: Edition, broken: Edition
) -> None:
    for query in ("", "?fields=headlines", "?limit=2"):
        page = client.get(f"/api/v1/articles/{query}").json()
        assert [row["uri"] for row in page["results"]] == [f"urn:uuid:{edition.article_id}"]
        [left_out] = page["unreadable"]
        assert left_out["uri"] == f"urn:uuid:{broken.article_id}"
        assert left_out["instance"].endswith(f"/api/v1/articles/{broken.article_id}/")
    answer = client.get(f"/api/v1/articles/{broken.article_id}/")
    assert answer.status_code == 500
    assert answer.json()["type"] == "urn:newsroom:problem:unreadable"


def test_a_speaker_an_organization_an_event_and_a_topic_take_down_no_list(
    client: Client, edition: Edition, publisher: User, newer: Any
) -> None:
    """Nor the navigation, which stands on every page."""
    topic = edition.article.topics.all()[0]
    other = Topic.objects.create(name="Another", slug="another", navigation=2)
    publish_page(other, by=publisher)
    Topic.objects.filter(pk=topic.pk).update(navigation=1)
    said = edition.article.statements.exclude(capacity__organization=None)[0].capacity
    rows: list[Any] = [
        Topic.objects.get(pk=topic.pk),
        edition.article.event,
        said.speaker,
        said.organization,
    ]
    for row in rows:
        type(row).objects.filter(pk=row.pk).update(name=f"{BROKEN} {row.pk}")
        newer(lambda row=row: publish_page(type(row).objects.get(pk=row.pk), by=publisher))
    for path in ("/", "/topics/", "/speakers/", "/organizations/", "/events/", "/search/?q=newer"):
        response = client.get(path)
        assert response.status_code == 200, path
        if not path.startswith("/search/"):
            assert BROKEN not in response.content.decode(), path
    assert "Another" in client.get("/events/").content.decode()
    assert client.get("/feeds/events.ics").status_code == 200
    assert client.get(edition.get_absolute_url()).status_code == 200
    for kind, model in (("speakers", Speaker), ("organizations", Organization)):
        page = client.get(f"/api/v1/{kind}/").json()
        assert len(page["unreadable"]) == 1
        assert (
            len(page["results"])
            == PublicPage.objects.filter(kind=model._meta.model_name).count() - 1
        )
    changes = client.get("/api/v1/changes/?after=0&limit=100&latest=true").json()["results"]
    assert sum(row["item"] is None for row in changes) == 4


def test_a_body_shows_nothing_of_an_article_that_cannot_be_shown(
    client: Client, edition: Edition, publisher: User, newer: Any
) -> None:
    embedded = an_article_beside(edition)
    publish(embedded, by=publisher)
    body = f"<p>Before.</p>{in_body(embedded)}{in_body(embedded.statements.all()[0])}<p>After.</p>"
    shown = publish(an_article("With another", body=body), by=publisher)
    assert BROKEN in client.get(shown.get_absolute_url()).content.decode()
    Article.objects.filter(pk=shown.article_id).update(standfirst="Corrected.")
    correct(Article.objects.get(pk=shown.article_id), by=publisher, note="A word was wrong.")
    Article.objects.filter(pk=embedded.pk).update(standfirst="Now by a newer release.")
    newer(lambda: publish(Article.objects.get(pk=embedded.pk), by=publisher))
    hot.clear()
    text = client.get(shown.get_absolute_url()).content.decode()
    assert "Before." in text
    assert "After." in text
    assert BROKEN not in text
    earlier = client.get(f"{shown.get_absolute_url()}?edition=1")
    assert earlier.status_code == 200
    assert BROKEN not in earlier.content.decode()


@both
@pytest.mark.parametrize("part", ["article", "statement", "event"])
def test_what_embeds_something_that_cannot_be_shown_is_not_published(
    client: Client, broken: Edition, publisher: User, newer: Any, part: str
) -> None:
    embedded: Any = broken.article
    if part == "statement":
        embedded = embedded.statements.first()
    if part == "event":
        embedded = an_event("Another event")
        newer(lambda: publish_page(embedded, by=publisher))
    embedding = an_article("With another", body=f"<p>Before.</p>{in_body(embedded)}")
    with pytest.raises(Refused, match="cannot be shown at the moment; take it out of the text"):
        publish(embedding, by=publisher)
    client.force_login(publisher)
    for page in ("change", "publish", "publishing", "preview", "checks"):
        path = f"/admin/articles/article/{embedding.pk}/{page}/"
        assert client.get(path).status_code == 200, page
    text = client.post(f"/admin/articles/article/{embedding.pk}/publish/").content.decode()
    assert "cannot be shown at the moment" in text
    assert not embedding.editions.exists()


@both
def test_the_desk_of_an_article_that_cannot_be_shown(
    client: Client, broken: Edition, publisher: User
) -> None:
    client.force_login(publisher)
    for page in ("change", "publish", "publishing"):
        path = f"/admin/articles/article/{broken.article_id}/{page}/"
        assert client.get(path).status_code == 200, page
    for kind in ("record", "page"):
        path = f"/admin/articles/article/pick/{kind}/?q={BROKEN}"
        assert client.get(path).status_code == 200


@both
def test_webhooks_of_others_go_out(
    endpoint: Endpoint, system: Receiver, edition: Edition, broken: Edition, publisher: User
) -> None:
    Endpoint.objects.update(cursor=broken.pk - 1)
    after = publish(an_article("After it"), by=publisher)
    webhooks.send_due_deliveries()
    sent = sequences(system.got)
    assert after.pk in sent
    assert broken.pk not in sent
    [stuck] = [row for row in queues.stuck() if row.queue == "Webhooks"]
    assert f"Change {broken.pk} " in stuck.what


@both
def test_the_page_status_names_it_until_it_is_tried_again(
    client: Client, broken: Edition, publisher: User
) -> None:
    for _ in range(2):
        client.get("/api/v1/changes/?after=0&limit=100")
    client.force_login(publisher)
    page = client.get("/admin/status/").content.decode()
    assert f"Change {broken.pk}, article: {BROKEN}" in page
    [stuck] = queues.stuck()
    assert (stuck.queue, stuck.attempts) == ("Shown to readers", 1)
    client.post("/admin/status/", {"queue": stuck.queue, "key": stuck.key, "action": "again"})
    assert not queues.stuck()


@pytest.mark.parametrize("broken", ["of a newer release"], indirect=True)
def test_what_cannot_be_shown_is_logged_once_however_often_it_is_asked_for(
    client: Client, broken: Edition, caplog: pytest.LogCaptureFixture
) -> None:
    for number in range(5):
        assert client.get(f"/?before={9000 + number}").status_code == 200
        hot.clear()
    lines = [line for line in caplog.messages if f"Change {broken.pk} cannot be shown" in line]
    assert len(lines) == 1


def test_status_names_a_broken_thing_of_a_kind_that_this_release_does_not_know(
    client: Client, db: None
) -> None:
    client.force_login(User.objects.create_superuser("chief"))
    change = Change.objects.create(
        sequence=1, at=timezone.now(), kind="podcast", object_id=uuid4(), item={"v": 2}
    )
    Unreadable.objects.create(change=change, error="KeyError: 'name'", times=1, at=timezone.now())
    page = client.get("/admin/status/").content.decode()
    assert "Change 1, podcast" in page


@both
@pytest.mark.parametrize("four_eyes", [False, True])
def test_what_cannot_be_shown_is_shown_again_when_it_is_published_anew(
    client: Client, settings: Settings, broken: Edition, publisher: User, four_eyes: bool
) -> None:
    settings.FOUR_EYES = four_eyes
    client.raise_request_exception = False
    address = broken.get_absolute_url()
    assert client.get(address).status_code == 500
    anew = publish(
        Article.objects.get(pk=broken.article_id),
        by=User.objects.create_superuser("chief") if four_eyes else publisher,
    )
    assert anew.version == 2
    hot.clear()
    page = client.get(address)
    assert page.status_code == 200
    assert BROKEN in page.content.decode()
