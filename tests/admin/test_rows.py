"""A form with many rows runs as many queries as one with a single row."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from pytest_django import DjangoAssertNumQueries

from articles.models import Appearance, Article, Edition
from tests.admin.test_articles import CHANGE, form_of
from tests.builders import a_capacity, a_speaker, a_statement, an_article, an_event, an_organization

pytestmark = [pytest.mark.slow, pytest.mark.django_db]


@pytest.fixture
def desk(client: Client, publisher: User) -> Client:
    client.force_login(publisher)
    return client


def fill(kind: str, row: Any, first: int, count: int) -> None:
    """Add ``count`` rows to ``row``, each with a speaker and an organization of its own."""
    for number in range(first, first + count):
        speaker = row if kind == "speaker" else a_speaker(f"Speaker {number}")
        employer = an_organization(f"Organization {number}")
        capacity = a_capacity(f"Title {number}", speaker, organization=employer)
        if kind == "article":
            a_statement(row, f"word {number}", capacity)
        if kind == "event":
            Appearance.objects.create(event=row, capacity=capacity)


@pytest.mark.parametrize(
    ("kind", "path"),
    [("article", "articles/article"), ("event", "articles/event"), ("speaker", "people/speaker")],
)
def test_rows_cost_no_query(desk: Client, kind: str, path: str) -> None:
    row = {"article": an_article, "event": an_event, "speaker": a_speaker}[kind]()
    change = f"/admin/{path}/{row.pk}/change/"
    desk.get(change)
    shown, refused = [], []
    for first, count in ((0, 1), (1, 30)):
        fill(kind, row, first, count)
        with CaptureQueriesContext(connection) as queries:
            response = desk.get(change)
        # Now and then a request also asks when the next scheduled action is due.
        shown.append(sum("clock_timestamp" not in query["sql"] for query in queries))
        data = form_of(response) | {"_restored": "1"}
        with CaptureQueriesContext(connection) as queries:
            assert desk.post(change, data).status_code == 200
        refused.append(sum("IN (" in query["sql"] for query in queries))
    assert shown[0] == shown[1], shown
    assert max(refused) < 5, refused  # the labels; what was chosen is checked one by one
    page = desk.get(change).content.decode()
    for number in (0, 30):
        assert f"Title {number}" in page
        assert f"Organization {number}" in page


def test_the_release_s_form_runs_28_queries(
    desk: Client, edition: Edition, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    desk.get(CHANGE)
    with django_assert_max_num_queries(28):
        desk.get(CHANGE)


def test_a_row_that_was_refused_shows_what_was_chosen(desk: Client) -> None:
    article = an_article()
    a_statement(article)
    another = a_capacity("Chair", a_speaker("Somebody Else"))
    change = f"/admin/articles/article/{article.pk}/change/"
    data = form_of(desk.get(change)) | {
        "statements-0-capacity": str(another.pk),
        "statements-0-text": "",
    }
    page = desk.post(change, data).content.decode()
    assert "Somebody Else, Chair" in page
    data["statements-0-capacity"] = "no identifier"
    assert desk.post(change, data).status_code == 200
    assert Article.objects.get().statements.get().capacity != another
