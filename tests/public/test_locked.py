"""Readers do not wait for an editor, and a web process waits for nobody for long."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

import pytest
from django.contrib.auth.models import User
from django.db import OperationalError, connection, transaction
from django.test import Client
from django.utils import timezone

from articles.log import invalidate_head
from articles.models import Article, Edition, ScheduledAction
from articles.publishing.schedule import schedule
from tests.builders import an_article
from tests.processes import python

pytestmark = pytest.mark.slow


@contextmanager
def locked(article: Article) -> Iterator[None]:
    """Hold the row of ``article`` in another transaction, as an editor's save does."""
    holds, done = threading.Event(), threading.Event()

    def hold() -> None:
        with transaction.atomic():
            Article.objects.select_for_update().get(pk=article.pk)
            holds.set()
            done.wait(20)
        connection.close()

    thread = threading.Thread(target=hold)
    thread.start()
    assert holds.wait(20)
    try:
        yield
    finally:
        done.set()
        thread.join(20)


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_a_reader_does_not_wait_for_the_row_of_what_is_due(client: Client, publisher: User) -> None:
    article = an_article()
    schedule(article, by=publisher, publish_at=timezone.now() + timedelta(hours=1))
    ScheduledAction.objects.update(at=timezone.now() - timedelta(seconds=1))
    invalidate_head()
    with locked(article):
        began = time.monotonic()
        assert client.get("/").status_code == 200
        assert time.monotonic() - began < 1
        assert not Edition.objects.exists()
    invalidate_head()
    assert article.headline in client.get("/").content.decode()


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_a_web_process_waits_for_a_lock_for_a_limited_time() -> None:
    article = an_article()
    with locked(article), pytest.raises(OperationalError), transaction.atomic():
        Article.objects.select_for_update().get(pk=article.pk)
    with connection.cursor() as cursor:
        cursor.execute("SHOW statement_timeout")
        assert cursor.fetchone() == ("30s",)


def test_commands_that_serve_no_pages_have_no_limit() -> None:
    code = (
        "import runpy, sys; sys.argv = ['manage.py', {!r}, '--help']\n"
        "try: runpy.run_path('manage.py', run_name='__main__')\n"
        "except SystemExit: pass\n"
        "from django.conf import settings\n"
        "print(settings.DATABASES['default']['OPTIONS'].get('options', 'no limit'))"
    )
    limits = [
        python(code.format(command)).communicate(timeout=60)[0].splitlines()[-1]
        for command in ("migrate", "runserver")
    ]
    assert limits == [
        "no limit",
        "-c lock_timeout=5000 -c statement_timeout=30000"
        " -c idle_in_transaction_session_timeout=30000",
    ]
