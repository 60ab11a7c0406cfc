"""What breaks in a queue stops nothing else, and is tried again or dropped at the desk."""

from __future__ import annotations

import socket
from collections.abc import Callable
from datetime import timedelta
from itertools import product
from pathlib import Path
from uuid import uuid4

import pytest
from django.contrib.auth.models import User
from django.db import transaction
from django.tasks import TaskResultStatus
from django.test import Client
from django.utils import timezone
from django_tasks_db.management.commands.db_worker import Worker
from django_tasks_db.models import DBTaskResult
from pytest_django import DjangoAssertNumQueries, Settings

from articles import log
from articles.models import (
    AuditEntry,
    Change,
    Delivery,
    Endpoint,
    LogReader,
    PictureUpload,
    ScheduledAction,
)
from articles.models import Worker as WorkerRow
from articles.partners.webhooks import send_due_deliveries
from articles.partners.websub import HubError, notify_hub
from articles.pictures import prepare_due_pictures, save_upload
from articles.publishing.erasure import forget_stored_pages
from articles.publishing.publish import publish
from articles.publishing.schedule import run_due_actions, schedule
from newsroom import queues, workers
from newsroom.management.commands.worker import _LogLoop
from tests.builders import a_member_of, a_picture_row, an_article, an_upload
from tests.receiver import Receiver, receiver, sequences

pytestmark = pytest.mark.django_db

SOON = timedelta(hours=1)


def a_broken_action(by: User) -> Callable[[], bool]:
    """Two scheduled publications; the approved text of the first is no text."""
    for headline in ("Broken", "Whole"):
        schedule(an_article(headline), by=by, publish_at=timezone.now() + SOON)
    ScheduledAction.objects.update(at=timezone.now())
    ScheduledAction.objects.filter(article__slug="broken").update(snapshot={"v": 1})
    run_due_actions()
    return lambda: not ScheduledAction.objects.filter(article__slug="whole").exists()


def a_broken_delivery(by: User, endpoint: Endpoint, system: Receiver) -> Callable[[], bool]:
    """Two changes for a partner; the item of the first is none."""
    with transaction.atomic():
        log.append(Change(kind="topic", object_id=uuid4(), item=["no item"]))
    publish(an_article(), by=by)
    send_due_deliveries()
    return lambda: sequences(system.got) == [log.last_sequence()]


def a_broken_picture(by: User, media: Path) -> Callable[[], bool]:
    """Two uploads; the folder for the files of the first is a file."""
    broken, whole = a_picture_row(by), a_picture_row(by)
    save_upload(broken, an_upload((800, 600)))
    prepare_due_pictures()
    for folder in {path.parent for path in media.rglob("*.jpeg")}:
        for file in folder.iterdir():
            file.unlink()
        folder.rmdir()
        folder.write_text("in the way", encoding="utf-8")
    save_upload(broken, an_upload((800, 600)))
    save_upload(whole, an_upload((640, 480)))
    prepare_due_pictures()
    return lambda: not PictureUpload.objects.filter(picture=whole).exists()


def a_broken_task() -> Callable[[], bool]:
    """Two tasks; the first names no function, and ran as often as it is run."""
    forget_stored_pages.enqueue()
    DBTaskResult.objects.update(
        task_path="articles.gone", worker_ids=["worker"] * (queues.MOST_RUNS - 1)
    )
    forget_stored_pages.enqueue()
    run_tasks()
    done = DBTaskResult.objects.filter(status=TaskResultStatus.SUCCESSFUL)
    return lambda: done.count() == 1


def run_tasks() -> None:
    """Run what is ready as the worker does, in this transaction."""
    worker = Worker(
        queue_names=["*"],
        interval=0,
        batch=True,
        backend_name="default",
        startup_delay=False,
        max_tasks=None,
        worker_id="worker",
        excluded_queue_names=[],
    )
    for task in DBTaskResult.objects.ready():
        task.claim(worker.worker_id)
        worker.run_task(task)


def a_broken_reader(settings: Settings, by: User) -> Callable[[], bool]:
    """A hub that nobody reaches; the other reader of the log is told."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        settings.WEBSUB_HUB = f"http://localhost:{free.getsockname()[1]}/"
    publish(an_article(), by=by)
    told = list[int]()
    _LogLoop("WebSub hub", notify_hub, HubError)()
    _LogLoop("cache in front", told.append, ValueError)()
    return lambda: told == [0]


QUEUES = ["Schedule", "Webhooks", "Pictures", "Tasks", "Told of changes"]


@pytest.fixture
def break_one(
    publisher: User, endpoint: Endpoint, system: Receiver, settings: Settings
) -> Callable[[str], Callable[[], bool]]:
    """Break a row of a queue that has another behind it; return whether that one is done."""

    def make(queue: str) -> Callable[[], bool]:
        made: dict[str, Callable[[], Callable[[], bool]]] = {
            "Schedule": lambda: a_broken_action(publisher),
            "Webhooks": lambda: a_broken_delivery(publisher, endpoint, system),
            "Pictures": lambda: a_broken_picture(publisher, Path(settings.MEDIA_ROOT)),
            "Tasks": a_broken_task,
            "Told of changes": lambda: a_broken_reader(settings, publisher),
        }
        return made[queue]()

    return make


@pytest.mark.slow
@pytest.mark.parametrize("queue", QUEUES)
@pytest.mark.parametrize("action", ["again", "drop"])
def test_what_breaks_stops_nothing_and_is_tried_again_or_dropped_at_the_desk(
    client: Client,
    publisher: User,
    break_one: Callable[[str], Callable[[], bool]],
    queue: str,
    action: str,
) -> None:
    other_is_done = break_one(queue)
    assert other_is_done()
    [stuck] = queues.stuck()
    assert (stuck.queue, bool(stuck.error), stuck.attempts > 0) == (queue, True, True)
    client.force_login(publisher)
    page = client.get("/admin/status/").content.decode()
    assert f'value="{stuck.key}"' in page
    sent = {"queue": queue, "key": stuck.key, "action": action}
    assert client.post("/admin/status/", sent).status_code == 302
    now = timezone.now() + timedelta(seconds=1)
    left = [row for row in queues.stuck() if row.retry_at is None or row.retry_at > now]
    assert not left  # due now, or gone
    if action == "drop":
        assert not queues.stuck()
    noted = ["try again", "drop", "resend", "unschedule"]
    assert AuditEntry.objects.filter(by=publisher, action__in=noted).exists()


def test_what_is_not_stuck_any_more_is_said(client: Client, publisher: User) -> None:
    client.force_login(publisher)
    asked = product((*queues.QUEUES, "No such queue"), (str(uuid4()), "7", "no key", ""))
    for queue, key in asked:
        sent = {"queue": queue, "key": key, "action": "drop"}
        answer = client.post("/admin/status/", sent, follow=True).content.decode()
        assert "open the page anew" in answer
    client.force_login(a_member_of("Editor"))
    assert client.post("/admin/status/", sent).status_code == 403


def test_looking_costs_a_query_for_each_queue(
    publisher: User, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    a_broken_action(publisher)
    with django_assert_num_queries(len(queues.QUEUES)):
        queues.stuck()


# Tasks --------------------------------------------------------------------------------------------


def test_a_task_whose_worker_is_gone_is_run_again_but_not_without_end() -> None:
    forget_stored_pages.enqueue()
    task = DBTaskResult.objects.get()
    for run in range(1, queues.MOST_RUNS + 1):
        task.refresh_from_db()
        assert task.status == TaskResultStatus.READY
        task.claim("newsroom worker gone")
        queues.put_back_tasks()
        task.refresh_from_db()
        assert len(task.worker_ids) == run
    assert task.status == TaskResultStatus.FAILED
    [stuck] = queues.stuck()
    assert stuck.error == "Its worker ended while it ran."


def test_a_task_that_runs_is_left_alone() -> None:
    forget_stored_pages.enqueue()
    task = DBTaskResult.objects.get()
    workers.beat("newsroom worker here")
    task.claim("newsroom worker here")
    queues.put_back_tasks()
    task.refresh_from_db()
    assert task.status == TaskResultStatus.RUNNING
    queues.put_back_tasks(idle="newsroom worker here")
    task.refresh_from_db()
    assert task.status == TaskResultStatus.READY


def test_a_task_whose_worker_is_silent_is_run_again() -> None:
    forget_stored_pages.enqueue()
    task = DBTaskResult.objects.get()
    workers.beat("newsroom worker here")
    task.claim("newsroom worker here")
    silent = timedelta(seconds=workers.GONE + 1)
    WorkerRow.objects.update(seen_at=timezone.now() - silent)
    queues.put_back_tasks()
    task.refresh_from_db()
    assert task.status == TaskResultStatus.READY


def test_a_task_that_broke_is_run_again_after_a_minute() -> None:
    forget_stored_pages.enqueue()
    task = DBTaskResult.objects.get()
    task.claim("worker")
    task.set_failed(OSError("No space left on device"))
    queues.put_back_tasks()
    task.refresh_from_db()
    assert task.status == TaskResultStatus.FAILED
    DBTaskResult.objects.update(finished_at=timezone.now() - queues.RETRY_AFTER)
    queues.put_back_tasks()
    run_tasks()
    task.refresh_from_db()
    assert task.status == TaskResultStatus.SUCCESSFUL


# The log's readers --------------------------------------------------------------------------------


def test_of_two_workers_one_tells_and_the_next_goes_on_where_it_stopped(publisher: User) -> None:
    told = list[int]()
    workers = [_LogLoop("cache in front", told.append, ValueError) for _ in range(2)]
    publish(an_article("One"), by=publisher)
    for _ in range(2):
        for worker in workers:
            worker()
    end = log.last_sequence()
    assert told == [0]
    publish(an_article("Two"), by=publisher)
    _LogLoop("cache in front", told.append, ValueError)()  # a third, started later
    for worker in workers:
        worker()
    assert told == [0, end]


def test_who_is_killed_while_it_tells_is_followed_by_another_after_its_lease(
    publisher: User,
) -> None:
    def die(after: int) -> None:
        raise SystemExit

    told = list[int]()
    publish(an_article(), by=publisher)
    with pytest.raises(SystemExit):
        _LogLoop("cache in front", die, ValueError)()
    other = _LogLoop("cache in front", told.append, ValueError)
    other()
    assert told == []
    LogReader.objects.update(retry_at=timezone.now())
    other()
    assert told == [0]


@pytest.mark.slow
def test_a_feed_that_the_hub_refuses_keeps_it_from_no_other(
    settings: Settings, publisher: User
) -> None:
    publish(an_article(), by=publisher)
    with receiver() as hub:
        settings.WEBSUB_HUB = hub.url
        hub.answer = lambda received: 400 if b"atom" in received.body else 204
        with pytest.raises(HubError, match=r"answered 400 to .*atom"):
            notify_hub(0)
        assert any(b"rss" in received.body for received in hub.got)


def test_a_delivery_that_breaks_is_not_the_endpoint_s_failure(
    publisher: User, endpoint: Endpoint, system: Receiver
) -> None:
    assert a_broken_delivery(publisher, endpoint, system)()
    endpoint.refresh_from_db()
    assert (endpoint.failures, endpoint.active) == (0, True)
    broken = Delivery.objects.get(due_at__isnull=False)
    assert (broken.attempts, "TypeError" in broken.error) == (1, True)
