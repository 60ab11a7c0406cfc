"""Writers, pollers, workers and readers at once, on real connections; each proof runs 20 times."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from functools import partial
from typing import Any, cast

import pytest
from django.contrib.auth.models import User
from django.db import OperationalError, connection, transaction
from django.test import Client
from django.utils import timezone

from articles.log import invalidate_head, last_sequence
from articles.models import Article, AuditEntry, Change, ScheduledAction
from articles.publishing.publish import correct, publish, withdraw
from articles.publishing.schedule import run_due_actions, schedule, schedule_withdrawal
from tests.builders import an_article

pytestmark = [
    pytest.mark.slow,
    pytest.mark.django_db(transaction=True, serialized_rollback=True),
]

TURNS = range(20)


@pytest.fixture(autouse=True)
def _a_connection_each(transactional_db: None) -> Iterator[None]:
    """Every thread has a connection of its own; nobody waits for another's."""
    connection.ensure_connection()
    pool: Any = cast(Any, connection).pool
    before = pool.min_size, pool.max_size
    pool.resize(before[0], 40)
    yield
    pool.resize(*before)


def together(*actions: Callable[[], object]) -> list[Exception]:
    """Begin all ``actions`` at the same moment, each in a thread; return what they raised."""
    start, raised = threading.Barrier(len(actions)), list[Exception]()

    def run(action: Callable[[], object]) -> None:
        try:
            start.wait(20)
            action()
        except Exception as error:
            raised.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=[action]) for action in actions]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    return raised


def retitle(article: Article, headline: str) -> None:
    Article.objects.filter(pk=article.pk).update(headline=headline)


def publish_then_fail(article: Article, by: User) -> None:
    with transaction.atomic():
        publish(article, by=by)
        transaction.set_rollback(True)


@pytest.mark.parametrize("proof", ["pollers", "killed", "due", "same text"])
def test_twenty_times(publisher: User, proof: str) -> None:
    for turn in TURNS:
        PROOFS[proof](turn, publisher)
        assert Change.objects.count() == last_sequence()


def pollers_see_every_change_once_while_sixteen_write(turn: int, publisher: User) -> None:
    start, done = last_sequence(), threading.Event()
    articles = [an_article(f"Turn {turn} number {n}") for n in range(16)]
    left, seen = list(articles), (list[int](), list[int]())

    def write(n: int, article: Article) -> None:
        try:
            if n % 4 == 0:
                publish_then_fail(article, publisher)
            publish(article, by=publisher)
            if n % 2:
                withdraw(article, by=publisher, notice="It was not so.")
            else:
                retitle(article, "Put right")
                correct(article, by=publisher, note="Another headline.")
        finally:
            left.remove(article)
            if not left:
                done.set()

    def poll(into: list[int]) -> None:
        client, after = Client(), start
        while True:
            last_round = done.is_set()
            page = client.get(f"/api/v1/changes/?after={after}&limit=7").json()
            into += [row["sequence"] for row in page["results"]]
            after = page["cursor"]
            if last_round and not page["more"]:
                return
            time.sleep(0.01)

    writers = [partial(write, n, article) for n, article in enumerate(articles)]
    assert together(*writers, *(partial(poll, into) for into in seen)) == []
    assert seen[0] == seen[1] == list(range(start + 1, start + 33))


def a_killed_connection_leaves_no_gap_and_nothing_half(turn: int, publisher: User) -> None:
    start = last_sequence()
    killed, other = an_article(f"Killed {turn}"), an_article(f"Other {turn}")
    published, backend = threading.Event(), list[int]()

    def die() -> None:
        with transaction.atomic():
            publish(killed, by=publisher)
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_backend_pid()")
                backend.append(cursor.fetchone()[0])
                published.set()
                cursor.execute("SELECT pg_sleep(20)")

    def wait_behind() -> None:
        published.wait(20)
        publish(other, by=publisher)

    def kill() -> None:
        published.wait(20)
        time.sleep(0.05)  # the other writer waits for the log by now
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_terminate_backend(%s)", backend)

    [error] = together(die, wait_behind, kill)
    assert isinstance(error, OperationalError)
    assert not killed.editions.exists()
    assert other.editions.get().change_id == start + 1
    assert publish(killed, by=publisher).change_id == start + 2


def due_actions_run_once_however_many_race(turn: int, publisher: User) -> None:
    start = last_sequence()
    coming, going = an_article(f"Coming {turn}"), an_article(f"Going {turn}")
    publish(going, by=publisher)
    at = timezone.now() + timedelta(hours=1)
    schedule(coming, by=publisher, publish_at=at)
    schedule_withdrawal(going, by=publisher, at=at, notice="It was not so.")
    ScheduledAction.objects.update(at=timezone.now() - timedelta(seconds=1))
    invalidate_head()
    pages = [coming.get_absolute_url(), going.get_absolute_url()]
    feed = [f"/api/v1/articles/{article.pk}/" for article in (coming, going)]
    answers: list[list[int]] = []

    def read(addresses: list[str]) -> None:
        answers.append([Client().get(address).status_code for address in addresses])

    readers = [partial(read, pages)] * 5 + [partial(read, feed)] * 5
    assert together(*[run_due_actions] * 10, *readers) == []
    # A reader never waits for whoever runs an action: it sees the state before or the one after.
    assert {code for pair in answers for code in pair} <= {200, 404, 410}
    while run_due_actions():
        """What everybody left to somebody else."""
    invalidate_head()
    read(pages)
    read(feed)
    assert answers[-2:] == [[200, 410]] * 2
    assert last_sequence() == start + 3
    assert [*coming.editions.values_list("status", flat=True)] == ["usable"]
    assert {*going.editions.values_list("version", "status")} == {(1, "usable"), (2, "canceled")}
    actions = AuditEntry.objects.filter(
        object_id__in=[coming.pk, going.pk], note__startswith="as scheduled"
    )
    assert sorted(actions.values_list("action", flat=True)) == ["publish", "withdraw"]
    assert not ScheduledAction.objects.exists()


def the_same_text_from_four_makes_one_edition(turn: int, publisher: User) -> None:
    article = an_article(f"Once {turn}")
    assert together(*[partial(publish, article, by=publisher)] * 4) == []
    assert article.editions.count() == 1


PROOFS = {
    "pollers": pollers_see_every_change_once_while_sixteen_write,
    "killed": a_killed_connection_leaves_no_gap_and_nothing_half,
    "due": due_actions_run_once_however_many_race,
    "same text": the_same_text_from_four_makes_one_edition,
}
