"""A byline is people in a capacity, frozen in the edition, in their order."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client

from articles.editing.versions import restore, save_version
from articles.models import Article, Byline, PublicPage
from articles.publishing.merge_speakers import merge_speakers
from articles.publishing.publish import publish
from articles.publishing.snapshot import take_snapshot
from people.models import Affiliation
from tests.builders import a_capacity, a_speaker, a_statement, an_article, an_organization
from tests.public.test_views import text_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def bylined(db: None) -> Article:
    """By Bea Bell and Ada Writer of The Paper, translated by Cy Twain, and from an agency."""
    article = an_article("By them", byline="The Agency")
    paper = an_organization("The Paper")
    who = (("Bea Bell", "reporter"), ("Ada Writer", "reporter"), ("Cy Twain", "translator"))
    for position, (name, role) in enumerate(who):
        capacity = a_capacity(f"Staff {role}", a_speaker(name), organization=paper)
        Byline.objects.create(article=article, capacity=capacity, role=role, position=position)
    return article


def test_the_page_names_them_in_their_order(
    client: Client, publisher: User, bylined: Article
) -> None:
    publish(bylined, by=publisher)
    page = text_of(client, "/articles/by-them/")
    head = page.split('<p class="meta">')[1].split("</p>")[0]
    assert re.findall(r"<bdi[^>]*>([^<]*)</bdi>", head) == [
        *("Bea Bell", "Ada Writer", "Cy Twain", "The Agency")
    ]
    assert "Translated by" in head
    assert "Staff translator" in page
    data = json.loads(page.split('<script type="application/ld+json">')[1].split("</script>")[0])
    node: dict[str, Any] = next(one for one in data["@graph"] if one["@type"] == "NewsArticle")
    assert [one["name"] for one in node["author"]] == ["Bea Bell", "Ada Writer", "The Agency"]
    assert node["author"][0]["jobTitle"] == "Staff reporter, The Paper"
    assert [one["name"] for one in node["translator"]] == ["Cy Twain"]


def test_the_feed_names_them(publisher: User, bylined: Article) -> None:
    item = publish(bylined, by=publisher).ninjs
    assert item["by"] == "Bea Bell, Ada Writer, The Agency"
    assert [(one["name"], one["rel"]) for one in item["people"]] == [
        *(("Bea Bell", "reporter"), ("Ada Writer", "reporter"), ("Cy Twain", "translator"))
    ]


def test_whoever_writes_has_a_page_and_a_feed(
    client: Client, publisher: User, bylined: Article
) -> None:
    publish(bylined, by=publisher)
    assert "By them" in text_of(client, "/speakers/ada-writer/")
    assert b"By them" in client.get("/feeds/speakers/ada-writer.atom").content
    assert "Staff reporter" in text_of(client, "/speakers/")
    bylined.bylines.all().delete()
    publish(bylined, by=publisher)
    assert "By them" not in text_of(client, "/speakers/ada-writer/")


def test_who_writes_does_not_speak(client: Client, publisher: User, bylined: Article) -> None:
    edition = publish(bylined, by=publisher)
    assert not edition.speakers.exists()
    assert not edition.organizations.exists()
    assert PublicPage.objects.live().filter(slug="the-paper").exists()
    assert "Who said what" not in text_of(client, "/articles/by-them/")


def test_the_page_of_who_only_writes_says_so(
    client: Client, publisher: User, bylined: Article
) -> None:
    publish(bylined, by=publisher)
    page = text_of(client, "/speakers/ada-writer/")
    assert '<p class="kicker">Written by</p>' in page
    assert "Writes as</h2>" in page
    assert "What Ada Writer said" not in page
    assert "Пишет в качестве</h2>" in text_of(client, "/ru/speakers/ada-writer/")
    quoting = an_article("Quoting")
    a_statement(quoting, capacity=Affiliation.objects.get(speaker__name="Ada Writer"))
    publish(quoting, by=publisher)
    page = text_of(client, "/speakers/ada-writer/")
    assert '<p class="kicker">Speaker</p>' in page
    assert "Speaks as</h2>" in page


def test_merged_people_keep_their_bylines(
    client: Client, publisher: User, bylined: Article
) -> None:
    publish(bylined, by=publisher)
    bea, ada = (
        Affiliation.objects.get(speaker__name=name).speaker for name in ("Bea Bell", "Ada Writer")
    )
    merge_speakers(bea, into=ada, by=publisher)
    assert bylined.bylines.count() == 2
    assert "By them" in text_of(client, "/speakers/ada-writer/")


def test_a_version_brings_the_byline_back(publisher: User, bylined: Article) -> None:
    version = save_version(bylined, by=publisher)
    bylined.bylines.all().delete()
    assert "bylines" not in take_snapshot(bylined)
    restore(bylined, version.snapshot, by=publisher)
    assert take_snapshot(bylined) == version.snapshot


def test_the_desk_chooses_them_and_their_order(publisher: User, client: Client) -> None:
    article = an_article("By them")
    ada, bea = (a_capacity(speaker=a_speaker(name)) for name in ("Ada", "Bea"))
    client.force_login(publisher)
    path = f"/admin/articles/article/{article.pk}/change/"
    client.get(path)
    given = {
        **{name: getattr(article, name) for name in ("headline", "slug", "body", "language")},
        **{f"statements-{name}_FORMS": 0 for name in ("TOTAL", "INITIAL")},
        "dismissed_passages": "",
        "reporters": [str(bea.pk), str(ada.pk)],
        "translators": [],
        "editors__words": "Ada",
    }
    answer = client.post(path, given)
    assert answer.status_code == 302, answer.content.decode()
    rows = article.bylines.values_list("role", "capacity__speaker__name")
    assert list(rows) == [("reporter", "Bea"), ("reporter", "Ada"), ("editor", "Ada")]
    page = client.get(path).content.decode()
    assert page.index("Bea, Director") < page.index("Ada, Director")
