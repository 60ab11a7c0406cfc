"""Deleting what somebody else makes public or names at the same moment."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.db import connection, transaction
from django.test import Client
from django.urls import reverse

from articles.editing.versions import save_version
from articles.models import Article, PublicPage, SitePage, Topic
from articles.publishing.pages import publish_page
from articles.publishing.publish import publish
from tests.builders import a_speaker, a_statement, an_article, an_event, an_organization

pytestmark = [
    pytest.mark.slow,
    pytest.mark.django_db(transaction=True, serialized_rollback=True),
]

MAKERS: list[Callable[[], Any]] = [
    a_speaker,
    an_organization,
    an_event,
    an_article,
    lambda: Topic.objects.create(name="Trade", slug="trade"),
    lambda: SitePage.objects.create(name="About", slug="about", body="<p>Words</p>"),
]


def until_somebody_waits() -> None:
    """Return once a transaction waits for this one."""
    for _ in range(400):
        with connection.cursor() as cursor:
            cursor.execute("SELECT FROM pg_locks WHERE NOT granted")
            if cursor.rowcount:
                return
        time.sleep(0.05)
    raise AssertionError("nobody waits")


@pytest.mark.parametrize("in_list", [False, True], ids=["its page", "the list"])
@pytest.mark.parametrize("make", MAKERS)
def test_what_somebody_publishes_at_this_moment_stays_and_a_sentence_says_so(
    publisher: User, make: Callable[[], Any], in_list: bool
) -> None:
    row = make()
    if isinstance(row, Article):
        a_statement(row)
        save_version(row, by=publisher)
    name = f"admin:{row._meta.app_label}_{row._meta.model_name}"
    answers: list[Any] = []

    def delete() -> None:
        client = Client(raise_request_exception=False)
        client.force_login(publisher)
        if in_list:
            chosen = {"action": "delete_selected", "_selected_action": str(row.pk), "post": "yes"}
            answers.append(client.post(reverse(f"{name}_changelist"), chosen, follow=True))
        else:
            path = reverse(f"{name}_delete", args=[row.pk])
            answers.append(client.post(path, {"post": "yes"}, follow=True))
        connection.close()

    with transaction.atomic():
        if isinstance(row, Article):
            publish(row, by=publisher)
        else:
            publish_page(row, by=publisher)
        thread = threading.Thread(target=delete)
        thread.start()
        until_somebody_waits()
    thread.join(20)
    [answer] = answers
    assert answer.status_code == 200
    assert "so nothing is deleted" in answer.content.decode()
    assert type(row).objects.filter(pk=row.pk).exists()
    if not isinstance(row, Article):
        assert PublicPage.objects.live().filter(pk=row.pk).exists()
