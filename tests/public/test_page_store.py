"""Stored pages hold until something touches them; a broken store makes no wrong page."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import psycopg
import pytest
from django.contrib.auth.models import User
from django.db import connection, transaction
from django.db.models import F
from django.db.models.functions import Now
from django.test import Client

from articles import log
from articles.models import (
    Article,
    Byline,
    Edition,
    FrontPage,
    FrontPick,
    StoredPage,
    Topic,
)
from articles.public import page_store
from articles.public.page_store import hot
from articles.publishing.merge_speakers import merge_speakers
from articles.publishing.pages import publish_page, withdraw_page
from articles.publishing.publish import correct, publish, withdraw
from articles.publishing.schedule import schedule
from newsroom.database.connections import release
from people.models import Affiliation, Organization, Speaker
from tests.builders import (
    a_capacity,
    a_picture,
    a_speaker,
    a_statement,
    an_article,
    an_event,
    an_organization,
)
from tests.public.test_views import text_of

pytestmark = pytest.mark.django_db

HOME = "/"
INDEXES = ["/topics/", "/speakers/", "/organizations/", "/events/"]
STATIC = ["/docs/feed/"]
#: What lists all pages but articles.
SITEMAPS = ["/sitemap-lists.xml", "/sitemap-pages-0.xml"]


def made_anew(client: Client, addresses: list[str]) -> set[str]:
    """Those of ``addresses`` that are made and stored when somebody asks for them now."""
    made = set()
    for address in addresses:
        before = set(StoredPage.objects.values_list("pk", "stored_at"))
        assert client.get(address).status_code == 200, address
        if set(StoredPage.objects.values_list("pk", "stored_at")) != before:
            made.add(address)
    return made


def another_process() -> None:
    """What this process knows is forgotten; the table is there."""
    hot.clear()
    log.invalidate_head()


class Site:
    """Two articles that have nothing in common, and the addresses of all their pages."""

    def __init__(self, publisher: User) -> None:
        self.publisher = publisher
        self.article, self.other = (self.an_article(name) for name in ("one", "two"))
        self.addresses = [
            *(
                HOME,
                "/ur/",
                "/archive/",
                *INDEXES,
                "/ru/topics/",
                "/feeds/articles.atom",
                "/feeds/events.ics",
            ),
            *("/sitemap.xml", *SITEMAPS, "/sitemap-articles-0.xml", "/news-sitemap.xml"),
            *(f"/archive/{self.article.editions.get().published_at:%Y/%-m}/", *STATIC),
            *(address for name in ("one", "two") for address in self.of(name)),
        ]

    def an_article(self, name: str) -> Article:
        parent = an_organization(f"Parent {name}")
        body = an_organization(f"Body {name}", parent=parent)
        event = an_event(f"Event {name}", start_date="2099-01-01")
        article = an_article(f"Article {name}", event=event)
        capacity = a_capacity("Chair", a_speaker(f"Speaker {name}"), organization=body)
        a_statement(article, capacity=capacity)
        article.topics.add(Topic.objects.create(name=f"Topic {name}", slug=f"topic-{name}"))
        publish(article, by=self.publisher)
        return article

    @staticmethod
    def of(name: str) -> list[str]:
        return [
            *(f"/articles/article-{name}/", f"/articles/article-{name}/statements/1/"),
            *(f"/articles/article-{name}/share-image.png", f"/events/event-{name}/"),
            *(f"/events/event-{name}.ics", f"/topics/topic-{name}/", f"/ru/topics/topic-{name}/"),
            *(f"/speakers/speaker-{name}/", f"/organizations/body-{name}/"),
            *(f"/organizations/parent-{name}/", f"/feeds/topics/topic-{name}.atom"),
        ]

    def rename(self, row: Any, name: str) -> None:
        type(row).objects.filter(pk=row.pk).update(name=name)
        publish_page(row, by=self.publisher)


@pytest.fixture
def site(publisher: User) -> Site:
    return Site(publisher)


def test_the_second_reader_of_any_process_finds_the_page(client: Client, site: Site) -> None:
    assert made_anew(client, site.addresses) == set(site.addresses)
    assert made_anew(client, site.addresses) == set()
    another_process()
    assert made_anew(client, site.addresses) == set()


def test_a_process_gives_what_another_made(client: Client, site: Site) -> None:
    for encoding in ("zstd", "gzip", ""):
        asked = {"accept-encoding": encoding}
        mine = [client.get(address, headers=asked) for address in site.addresses]
        another_process()
        for address, page in zip(site.addresses, mine, strict=True):
            other = client.get(address, headers=asked)
            assert other.content == page.content
            # Two seconds after a change Last-Modified is told.
            assert other.headers.items() ^ page.headers.items() <= {
                ("Last-Modified", other.headers.get("Last-Modified"))
            }


def test_a_publication_leaves_what_it_does_not_touch(client: Client, site: Site) -> None:
    made_anew(client, site.addresses)
    Article.objects.filter(pk=site.article.pk).update(headline="Another")
    publish(site.article, by=site.publisher)
    made = made_anew(client, site.addresses)
    assert set(Site.of("one")[:4]) <= made
    assert {HOME, "/ur/", "/archive/", "/feeds/articles.atom", "/sitemap.xml"} <= made
    assert "/sitemap-lists.xml" in made
    assert {"/topics/", "/speakers/", "/organizations/"} <= made
    assert not made & {
        *Site.of("two"),
        *STATIC,
        "/events/",
        "/feeds/events.ics",
        "/sitemap-pages-0.xml",
    }
    for address in site.addresses:
        if "two" not in address and address in (HOME, "/ur/", *Site.of("one")[:2]):
            assert "Another" in text_of(client, address)


CHANGES: dict[str, tuple[Callable[[Site], object], set[str]]] = {
    "a speaker renamed": (
        lambda site: site.rename(Speaker.objects.get(slug="speaker-one"), "Anew"),
        {"/speakers/speaker-one/", "/speakers/"},
    ),
    "a topic renamed": (
        lambda site: site.rename(Topic.objects.get(slug="topic-one"), "Anew"),
        {
            *("/topics/topic-one/", "/ru/topics/topic-one/", "/feeds/topics/topic-one.atom"),
            *("/topics/", "/ru/topics/"),
        },
    ),
    "an organization renamed": (
        lambda site: site.rename(Organization.objects.get(slug="body-one"), "Anew"),
        {
            *("/organizations/body-one/", "/organizations/parent-one/", "/organizations/"),
            "/speakers/speaker-one/",
        },
    ),
    "an event renamed": (
        lambda site: site.rename(site.article.event, "Anew"),
        {
            *("/events/event-one/", "/events/event-one.ics", "/feeds/events.ics", HOME, "/ur/"),
            *("/events/", "/articles/article-one/"),
        },
    ),
}

#: They show names as they were when an article was published.
AS_PUBLISHED = {"/articles/article-one/", "/speakers/speaker-one/"}


@pytest.mark.parametrize("change", CHANGES)
def test_a_page_s_change_touches_that_page_and_what_shows_it(
    client: Client, site: Site, change: str
) -> None:
    made_anew(client, site.addresses)
    act, touched = CHANGES[change]
    act(site)
    lists = {"/sitemap.xml", *SITEMAPS}
    made = made_anew(client, site.addresses)
    assert made == touched | lists
    here = touched - {"/events/event-one.ics", "/feeds/topics/topic-one.atom"}
    for address in here - (AS_PUBLISHED if "speaker" not in change else set()):
        assert "Anew" in text_of(client, address)


def test_the_navigation_touches_every_page_that_people_read(client: Client, site: Site) -> None:
    made_anew(client, site.addresses)
    Topic.objects.filter(slug="topic-one").update(navigation=1)
    publish_page(Topic.objects.get(slug="topic-one"), by=site.publisher)
    made = made_anew(client, site.addresses)
    assert {*STATIC, *INDEXES, HOME, "/articles/article-two/", "/events/event-two/"} <= made
    assert "Topic one" in text_of(client, "/corrections/")
    made_anew(client, site.addresses)
    site.rename(Topic.objects.get(slug="topic-two"), "Elsewhere")
    assert not made_anew(client, site.addresses) & {*STATIC, "/articles/article-two/"}


def test_the_front_page_touches_itself_and_nothing_else(client: Client, site: Site) -> None:
    made_anew(client, site.addresses)
    front = FrontPage.objects.create()
    FrontPick.objects.create(front=front, article=site.article, position=1)
    publish_page(front, by=site.publisher)
    assert made_anew(client, site.addresses) == {HOME, "/ur/", "/sitemap.xml", *SITEMAPS}


def test_who_writes_an_article_touches_the_person_s_page(client: Client, site: Site) -> None:
    capacity = Affiliation.objects.get(speaker__slug="speaker-two")
    made_anew(client, site.addresses)
    Byline.objects.create(article=site.article, capacity=capacity, role="editor", position=1)
    publish(site.article, by=site.publisher)
    assert {"/speakers/speaker-two/", *Site.of("one")[:2]} <= made_anew(client, site.addresses)
    assert "Article one" in text_of(client, "/speakers/speaker-two/")


def test_a_correction_and_another_picture_show(client: Client, site: Site) -> None:
    page = "/articles/article-one/"
    text_of(client, page)
    picture = a_picture(site.publisher, caption="In the hall")
    Article.objects.filter(pk=site.article.pk).update(picture=picture)
    publish(Article.objects.get(pk=site.article.pk), by=site.publisher)
    assert "In the hall" in text_of(client, page)
    correct(site.article, by=site.publisher, note="It was another hall.")
    assert "It was another hall." in text_of(client, page)


def test_a_translation_touches_the_whole_group(client: Client, site: Site) -> None:
    made_anew(client, site.addresses)
    urdu = an_article("In Urdu", language="ur", translation_of=site.article)
    publish(urdu, by=site.publisher)
    made = made_anew(client, site.addresses)
    assert {*Site.of("one")[:3], "/topics/topic-one/", "/feeds/topics/topic-one.atom"} <= made
    assert not made & set(Site.of("two"))
    assert "/articles/in-urdu/" in text_of(client, "/articles/article-one/")
    assert "In Urdu" in text_of(client, "/ur/")
    text_of(client, "/articles/in-urdu/")
    withdraw(site.article, by=site.publisher, notice="It was not so.")
    assert 'hreflang="en" href="http' not in text_of(client, "/articles/in-urdu/")


def test_what_an_edition_names_no_more_is_touched_too(client: Client, site: Site) -> None:
    made_anew(client, site.addresses)
    site.article.topics.clear()
    publish(site.article, by=site.publisher)
    assert "Article one" not in text_of(client, "/topics/topic-one/")


def test_an_embargo_touches_nothing(client: Client, site: Site) -> None:
    made_anew(client, site.addresses)
    end = site.article.editions.get().published_at + timedelta(days=1)
    schedule(an_article("Later", event=site.article.event), by=site.publisher, embargo_until=end)
    assert made_anew(client, site.addresses) == set()


def test_merged_speakers_are_one_at_once(client: Client, site: Site) -> None:
    made_anew(client, site.addresses)
    one, two = (Speaker.objects.get(slug=f"speaker-{name}") for name in ("one", "two"))
    merge_speakers(one, into=two, by=site.publisher)
    assert client.get("/speakers/speaker-one/").status_code == 301
    assert "Article one" in text_of(client, "/speakers/speaker-two/")


# While somebody makes a page anew -----------------------------------------------------------------


def claimed_by_another(seconds_ago: float = 0) -> None:
    """Another process began to make all pages anew after the last change."""
    claimed_at = Now() - timedelta(seconds=seconds_ago)
    StoredPage.objects.update(claimed_for=log.last_sequence(), claimed_at=claimed_at)
    another_process()


def test_the_page_before_is_served_while_another_process_makes_the_new_one(
    client: Client, site: Site
) -> None:
    page = "/articles/article-one/"
    before = text_of(client, page)
    Article.objects.filter(pk=site.article.pk).update(headline="Another")
    publish(site.article, by=site.publisher)
    claimed_by_another()
    assert text_of(client, page) == before
    claimed_by_another(seconds_ago=2)
    assert "Another" in text_of(client, page)


def test_what_was_withdrawn_is_never_served_meanwhile(client: Client, site: Site) -> None:
    for address in site.addresses:
        client.get(address)
    withdraw(site.article, by=site.publisher, notice="It was not so.")
    claimed_by_another()
    assert client.get("/articles/article-one/").status_code == 410
    for address in (HOME, "/topics/topic-one/", "/speakers/speaker-one/", "/feeds/articles.atom"):
        assert b"Article one" not in client.get(address).content.split(b"deleted-entry")[0]
    withdraw_page(Topic.objects.get(slug="topic-two"), by=site.publisher, notice="Not so.")
    claimed_by_another()
    assert client.get("/topics/topic-two/").status_code == 410


def test_a_page_that_was_begun_before_a_change_does_not_hold_after_it(
    client: Client, site: Site
) -> None:
    request: Any = client.get(HOME).wsgi_request
    another_process()
    StoredPage.objects.all().delete()
    rendering = page_store.find(request)
    assert isinstance(rendering, page_store.Rendering)
    response: Any = client.get(HOME)
    publish(an_article("Meanwhile"), by=site.publisher)
    client.get("/archive/")  # this process has learnt of it
    page_store.keep(rendering, request, response)
    for _ in range(2):
        assert "Meanwhile" in text_of(client, HOME)


# A store that is not as it should be --------------------------------------------------------------


@pytest.mark.parametrize(
    "broken",
    [
        {"headers": "no JSON"},
        {"headers": "[1]"},
        {"zstd": b"no zstd", "gzip": None, "plain": None},
        {"zstd": None, "gzip": None, "plain": None},
        {"sequence": F("sequence") + 1000},
        {"at": F("at") - timedelta(days=1)},
        {"day": "2001-01-01"},
    ],
)
def test_a_row_that_is_wrong_is_made_anew(client: Client, site: Site, broken: Any) -> None:
    right = {address: text_of(client, address) for address in (HOME, "/articles/article-one/")}
    StoredPage.objects.update(**broken)
    another_process()
    for _ in range(2):
        assert {address: text_of(client, address) for address in right} == right


def test_a_store_of_other_code_is_not_read(
    client: Client, site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    right = text_of(client, HOME)
    StoredPage.objects.update(zstd=None, gzip=None, plain=b"of another version")
    another_process()
    assert text_of(client, HOME) == "of another version"
    monkeypatch.setattr(page_store, "code_digest", lambda: "newer")
    another_process()
    assert text_of(client, HOME) == right


def test_the_store_is_bounded(client: Client, site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(page_store, "MAX_STORED", 5)
    monkeypatch.setattr(page_store, "TRIM_EVERY", 1)
    for number in range(12):
        client.get(f"/?before={number + 1}")
    assert StoredPage.objects.count() == 5
    for number in range(30):
        client.get(f"/search/?q=word{number}")
    assert StoredPage.objects.count() == 5


def test_what_is_no_place_in_a_list_is_the_first_page(client: Client, site: Site) -> None:
    client.get("/speakers/speaker-one/")
    before = StoredPage.objects.count()
    for junk in ("x", "-1", "9" * 40, "\u200b"):
        client.get("/speakers/speaker-one/", {"before": junk, "written": junk})
    assert StoredPage.objects.count() == before


def test_this_process_keeps_so_many_bytes_and_no_more(client: Client, site: Site) -> None:
    pages = page_store.HotPages()
    for number in range(200):
        page = page_store.Page(b"x" * 1_000_000, {}, "", None, 0, frozenset(), None)
        pages.put((str(number), "", "http"), page, pages.generation)
    assert sum(pages.get((str(n), "", "http")) is not None for n in range(200)) <= 32
    assert pages.get(("199", "", "http"))


@pytest.mark.slow
@pytest.mark.django_db(transaction=True, serialized_rollback=True)
@pytest.mark.parametrize(
    "lost", ["TRUNCATE articles_storedpage", "ALTER TABLE {} RENAME TO {}_gone"]
)
def test_a_store_that_is_lost_is_done_without(client: Client, edition: Edition, lost: str) -> None:
    right = text_of(client, HOME)
    table = "articles_storedpage"
    with connection.cursor() as cursor:
        cursor.execute(lost.format(table, table))
    try:
        for _ in range(2):
            another_process()
            assert text_of(client, HOME) == right
    finally:
        if "gone" in lost:
            with connection.cursor() as cursor:
                cursor.execute(f"ALTER TABLE {table}_gone RENAME TO {table}")


def test_a_change_that_was_rolled_back_leaves_pages_as_they_were(
    client: Client, site: Site
) -> None:
    before = text_of(client, HOME)
    with transaction.atomic():
        publish(an_article("Never"), by=site.publisher)
        transaction.set_rollback(True)
    assert text_of(client, HOME) == before
    publish(an_article("Now"), by=site.publisher)
    assert "Now" in text_of(client, HOME)


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_a_stored_page_is_read_although_all_connections_were_ended_just_before(
    client: Client, edition: Edition
) -> None:
    address = edition.get_absolute_url()
    assert made_anew(client, [address])
    for head_is_known in (True, False):
        another_process()
        if head_is_known:
            log.head()
        connection.ensure_connection()
        release()
        end_all_connections()
        assert client.get(address).status_code == 200
    assert not made_anew(client, [address])


def end_all_connections() -> None:
    """End those of this test's database, at the server."""
    params = connection.get_connection_params()
    for name in ("pool", "context", "cursor_factory", "prepare_threshold"):
        params.pop(name, None)
    with psycopg.connect(**params) as other:
        other.execute(
            "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )


@pytest.mark.parametrize(
    "address",
    [
        *("/sitemap-pages-0{}.xml", "/sitemap-articles-0{}.xml", "/archive/{}2026/11/"),
        *("/archive/2026/{}11/", "/log/{}1.json", "/log/{}1.tlog-proof"),
        "/articles/sco-gateway-to-regional-cooperation/statements/{}1/",
    ],
)
def test_a_number_is_written_in_one_way_only(
    client: Client, edition: Edition, address: str
) -> None:
    """Else there is no end of addresses of one page, each stored for all processes."""
    before = StoredPage.objects.count()
    for zeros in ("0", "000", "0" * 1000):
        assert client.get(address.format(zeros)).status_code == 404
    assert StoredPage.objects.count() == before
