"""A correction says what was wrong; a withdrawal keeps its address and says why."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.db.models import ProtectedError
from django.test import Client

from articles.models import Article, Change, Edition
from articles.publishing.publish import correct, publish, withdraw
from articles.publishing.workflow import Refused
from tests.builders import an_article
from tests.partners.api.test_articles import assert_ninjs

pytestmark = pytest.mark.django_db

NOTE = "An earlier edition gave the wrong day."
NOTICE = "It rests on a release that its sender took back."


def retitled(article: Article, headline: str = "Another") -> Article:
    Article.objects.filter(pk=article.pk).update(headline=headline)
    return article


def item_of(client: Client, article: Article) -> Any:
    return client.get(f"/api/v1/articles/{article.pk}/")


def log_of(client: Client, article: Article) -> list[dict[str, Any]]:
    rows = client.get("/api/v1/changes/?limit=100").json()["results"]
    return [row for row in rows if row["uri"] == f"urn:uuid:{article.pk}"]


def test_a_correction_stands_on_the_page_in_ninjs_and_in_json_ld(
    client: Client, publisher: User
) -> None:
    article = an_article()
    publish(article, by=publisher)
    edition = correct(retitled(article), by=publisher, note=NOTE)
    page = client.get(edition.get_absolute_url()).content.decode()
    assert "Corrections" in page
    assert page.count(NOTE) == 2  # for readers, and in the JSON-LD
    [script] = re.findall(r'<script type="application/ld\+json">(.*?)</script>', page)
    [comment] = json.loads(script)["@graph"][0]["correction"]
    when = edition.published_at.isoformat()
    assert comment == {"@type": "CorrectionComment", "text": NOTE, "datePublished": when}
    item = item_of(client, article).json()
    assert_ninjs(item)
    assert item["edNote"] == NOTE
    assert item["versionCreated"] == when


def test_a_correction_stays_on_later_editions(client: Client, publisher: User) -> None:
    article = an_article()
    publish(article, by=publisher)
    correct(retitled(article), by=publisher, note=NOTE)
    update = publish(retitled(article, "A third"), by=publisher)
    assert NOTE in client.get(update.get_absolute_url()).content.decode()
    assert "edNote" not in item_of(client, article).json()


def test_what_nobody_read_cannot_be_corrected(publisher: User) -> None:
    with pytest.raises(Refused, match="publish it instead"):
        correct(an_article(), by=publisher, note=NOTE)


@pytest.mark.parametrize("note", ["", "  \n", "\u200b"])
def test_a_correction_and_a_withdrawal_need_words(publisher: User, note: str) -> None:
    article = an_article()
    publish(article, by=publisher)
    with pytest.raises(Refused, match="Write the public note"):
        correct(article, by=publisher, note=note)
    with pytest.raises(Refused, match="Write the public notice"):
        withdraw(article, by=publisher, notice=note)
    assert Edition.objects.count() == 1


def test_a_withdrawn_article_answers_410_with_its_notice(client: Client, publisher: User) -> None:
    article = an_article()
    address = publish(article, by=publisher).get_absolute_url()
    withdraw(article, by=publisher, notice=NOTICE)
    page = client.get(address)
    assert page.status_code == 410
    assert NOTICE in page.content.decode()
    assert "we will go on" not in page.content.decode()
    assert "A headline" not in client.get("/").content.decode()


def test_partners_learn_of_a_withdrawal(client: Client, publisher: User) -> None:
    article = an_article()
    publish(article, by=publisher)
    withdraw(article, by=publisher, notice=NOTICE)
    answer = item_of(client, article)
    assert answer.status_code == 410
    assert NOTICE in answer.json()["detail"]
    assert client.get("/api/v1/articles/").json()["results"] == []
    first, last = log_of(client, article)
    for row in (first, last):  # whoever begins at 0 gets the withdrawn text no more
        assert row["item"]["pubStatus"] == "canceled"
        assert row["item"]["edNote"] == NOTICE
        assert "bodies" not in row["item"]
        assert_ninjs(row["item"])


def test_what_was_withdrawn_can_be_published_again(client: Client, publisher: User) -> None:
    article = an_article()
    first = publish(article, by=publisher)
    withdraw(article, by=publisher, notice=NOTICE)
    again = publish(article, by=publisher)
    assert (again.version, again.first_published_at) == (3, first.first_published_at)
    assert client.get(again.get_absolute_url()).status_code == 200


def test_withdrawing_twice_is_refused(publisher: User) -> None:
    article = an_article()
    publish(article, by=publisher)
    withdraw(article, by=publisher, notice=NOTICE)
    before = Change.objects.count()
    with pytest.raises(Refused, match="The article is withdrawn"):
        withdraw(article, by=publisher, notice=NOTICE)
    assert Change.objects.count() == before


def test_what_was_never_public_cannot_be_withdrawn(publisher: User) -> None:
    with pytest.raises(Refused, match="nothing to withdraw"):
        withdraw(an_article(), by=publisher, notice=NOTICE)


def test_a_withdrawn_article_cannot_be_deleted_either(publisher: User) -> None:
    article = an_article()
    publish(article, by=publisher)
    withdraw(article, by=publisher, notice=NOTICE)
    with pytest.raises(ProtectedError):
        article.delete()
