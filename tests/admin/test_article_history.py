"""One history: versions, editions and the audit log as one list, and the texts behind it."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse

from articles.admin.article_history import PAGE, history_of, side_by_side
from articles.editing.diff import paragraphs, words
from articles.editing.versions import save_initial_version, save_version
from articles.models import Article
from articles.publishing.publish import correct, publish, send_back, submit, withdraw
from tests.builders import a_member_of, a_picture, a_statement, an_article

pytestmark = [pytest.mark.slow, pytest.mark.django_db]


@pytest.fixture
def desk(client: Client, publisher: User) -> Client:
    client.force_login(publisher)
    return client


@pytest.fixture
def article(publisher: User) -> Article:
    """Saved, sent to review and back, published, corrected and withdrawn."""
    article = an_article(body="<p>One.</p><p>Two.</p>", picture=a_picture(publisher))
    save_initial_version(article)
    article.headline = "Another headline"
    article.save()
    save_version(article, by=publisher)
    submit(article, by=publisher)
    send_back(article, by=publisher, note="Say where.")
    publish(article, by=publisher)
    Article.objects.update(body="<p>One.</p><p>Three.</p>")
    correct(article, by=publisher, note="It was three.")
    withdraw(article, by=publisher, notice="All wrong.")
    return Article.objects.get()


def address(article: Article, name: str = "history", *more: str) -> str:
    return reverse(f"admin:articles_article_{name}", args=[article.pk, *more])


def test_what_happened_is_one_list_with_each_thing_once(article: Article) -> None:
    assert [(row.what, row.note) for row in history_of(article)] == [
        ("Withdrawn, edition 3", "All wrong."),
        ("Corrected, edition 2", "It was three."),
        ("Published, edition 1", ""),
        ("Sent back to its writer", "Say where."),
        ("Sent to review", ""),
        ("Saved version 1", ""),
        ("Found as it was", ""),
    ]


def test_a_long_history_has_pages_and_three_queries(
    article: Article, publisher: User, django_assert_num_queries: Any, desk: Client
) -> None:
    for n in range(PAGE):
        Article.objects.update(headline=f"Headline {n}")
        save_version(article, by=publisher)
    with django_assert_num_queries(3):
        rows = history_of(article)
    assert len(rows) == PAGE + 1
    older = history_of(article, before=rows[PAGE - 1].at)
    assert older[0] == rows[PAGE]
    assert older[-1].what == "Found as it was"
    shown = desk.get(address(article)).content.decode()
    link = shown.split('href="?before=')[1].split('"')[0]
    assert "Found as it was" in desk.get(f"{address(article)}?before={link}").content.decode()
    for odd in ("x", "2026-99-99T00:00", "2026-01-01"):
        assert desk.get(address(article), {"before": odd}).status_code == 200


def test_any_text_is_looked_at_and_two_are_compared(desk: Client, article: Article) -> None:
    a_statement(article, "Three")
    shown = desk.get(address(article)).content.decode()
    assert "Withdrawn, edition 3" in shown
    assert address(article, "text", "edition-1") in shown
    assert address(article, "text", "edition-3") not in shown
    first = desk.get(address(article, "text", "version-0")).content.decode()
    assert "A headline" in first
    assert "<p>Two.</p>" in first
    assert "Ada Writer, Director" in desk.get(address(article, "text", "working")).content.decode()
    query = {"from": "edition-1", "to": "edition-2"}
    sides = desk.get(address(article, "diff"), query).content.decode()
    assert '<td class="diff" lang="en" dir="ltr" data-name="edition 1"><del>Two</del>.' in sides
    column = desk.get(address(article, "diff"), query | {"view": "one"}).content.decode()
    assert "<del>Two</del><ins>Three</ins>." in column
    for name in ("edition-3", "version-99", "x", "version-٣"):
        assert desk.get(address(article, "text", name)).status_code == 404


def test_any_text_is_brought_back(desk: Client, article: Article) -> None:
    assert desk.post(address(article), {"restore": "version-0"}).status_code == 302
    article.refresh_from_db()
    assert article.headline == "A headline"
    assert history_of(article)[0].what in ("Saved version 2", "Brought an earlier text back")
    answer = desk.post(address(article), {"discard": ""}, follow=True)  # nothing is public
    assert "there is nothing to go back to" in answer.content.decode()
    assert desk.post(address(article), {"restore": "version-99"}).status_code == 404


def test_old_addresses_lead_to_the_history(desk: Client, article: Article) -> None:
    response = desk.get(address(article, "versions"))
    assert (response.status_code, response["Location"]) == (301, address(article))


def test_history_is_for_those_who_write(client: Client, article: Article) -> None:
    assert client.get(address(article)).status_code == 302
    client.force_login(User.objects.create_user("nobody", is_staff=True))
    for path in (address(article), address(article, "text", "version-1")):
        assert client.get(path).status_code == 403
    assert client.post(address(article), {"restore": "version-0"}).status_code == 403
    client.force_login(a_member_of("Reporter"))
    assert client.get(address(article)).status_code == 200


def test_an_article_without_a_history_says_so(desk: Client) -> None:
    shown = desk.get(address(an_article("New"))).content.decode()
    assert "Nothing was done with this article yet" in shown


def test_word_by_word_paragraphs_are_kept_apart() -> None:
    pieces = words("One a.\nTwo.\nFour.", "One b.\nTwo.\nFour.")
    assert [len(row) for row in paragraphs(pieces)] == [4, 1, 1]
    assert paragraphs(pieces, only_changed=True) == [
        [("same", "One "), ("del", "a"), ("ins", "b"), ("same", ".")]
    ]


def test_paragraphs_stand_side_by_side() -> None:
    rows = side_by_side(words("One a.\nTwo.\nFour.", "One b.\nTwo.\nThree.\nFour."))
    sides = [["".join(text for _, text in side) for side in row] for row in rows]
    assert [side.strip() for row in sides for side in row] == [
        *("One a.", "One b."),
        *("Two.", "Two."),
        *("", "Three."),
        *("Four.", "Four."),
    ]
