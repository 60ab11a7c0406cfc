"""What is stuck in the worker's queues: shown at the desk, tried again or dropped there.

A row that breaks stops no other: it keeps what went wrong and is tried again ever later. Here those
of all queues are together.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.contrib.auth.models import User
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import QuerySet
from django.db.models.functions import Now
from django.tasks import TaskResultStatus
from django.urls import reverse
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from articles import log
from articles.models import (
    Article,
    Change,
    Delivery,
    Event,
    FrontPage,
    LogReader,
    PictureUpload,
    ScheduledAction,
    SitePage,
    Topic,
    Unreadable,
)
from articles.partners import webhooks
from articles.publishing import audit, schedule
from articles.publishing.workflow import Refused
from newsroom.workers import GONE, workers
from people.models import Organization, Speaker

#: So many rows of a queue are shown.
MOST_SHOWN = 20
#: A task that broke, or whose worker was killed, is run so often by itself; then it waits for
#: somebody at the desk.
MOST_RUNS = 5
RETRY_AFTER = timedelta(minutes=1)


def put_back_tasks(idle: str = "") -> None:
    """Queue tasks again: those that broke, and those whose worker is gone, or is called ``idle``.

    django-tasks-db leaves both as they are. So a task must do no harm when it runs twice. One that
    ran ``MOST_RUNS`` times stays failed: it may be what kills the worker.
    """
    running = list(DBTaskResult.objects.filter(status=TaskResultStatus.RUNNING))
    if running:
        alive = {name for name, seconds in workers().items() if seconds < GONE and name != idle}
        for task in running:
            if not task.worker_ids or task.worker_ids[-1] not in alive:
                same = DBTaskResult.objects.filter(pk=task.pk, started_at=task.started_at)
                same.filter(status=TaskResultStatus.RUNNING).update(
                    status=TaskResultStatus.FAILED,
                    finished_at=timezone.now() - RETRY_AFTER,  # again at once: nothing is known
                    traceback="Its worker ended while it ran.",
                )
    failed = DBTaskResult.objects.filter(status=TaskResultStatus.FAILED)
    again = {f"worker_ids__{MOST_RUNS - 1}__isnull": True}
    failed.filter(**again, finished_at__lte=timezone.now() - RETRY_AFTER).update(
        status=TaskResultStatus.READY
    )


# At the desk --------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Stuck:
    """A row that broke. ``retry_at`` is when it is tried again by itself; None for never."""

    queue: str
    key: str
    what: str
    error: str
    attempts: int
    retry_at: datetime | None
    path: str


@dataclass(frozen=True)
class _Queue:
    """A queue: its rows that broke, how one is shown, and what the desk does with it."""

    broken: Callable[[], QuerySet[Any]]
    show: Callable[[Any], dict[str, Any]]
    again: Callable[[Any, User], None]
    drop: Callable[[Any, User], None]


def stuck() -> list[Stuck]:
    """The rows of all queues that broke, ``MOST_SHOWN`` of each at most."""
    return [
        Stuck(queue=name, key=str(row.pk), **queue.show(row))
        for name, queue in QUEUES.items()
        for row in queue.broken()[:MOST_SHOWN]
    ]


def act(queue: str, key: str, action: str, *, by: User) -> None:
    """Try a stuck row again (``again``) or ``drop`` it. Raises PermissionDenied, and Refused.

    It is refused where the row is not stuck any more: the worker, or another, was faster.
    """
    if queue not in QUEUES or action not in ("again", "drop"):
        raise Refused("There is no such queue or action; open the page anew.")
    with transaction.atomic():
        chosen = QUEUES[queue]
        # Locked: a worker must not take meanwhile what is dropped, nor finish what is tried again.
        rows = chosen.broken().select_for_update(of=("self",))
        try:
            row = rows.filter(pk=key).first()
        except (ValueError, ValidationError):  # no key of such a row
            row = None
        if row is None:
            raise Refused("That is not stuck any more; open the page anew.")
        (chosen.again if action == "again" else chosen.drop)(row, by)


def _actions() -> QuerySet[ScheduledAction]:
    return ScheduledAction.objects.filter(attempts__gt=0).select_related("article")


def _show_action(row: ScheduledAction) -> dict[str, Any]:
    return {
        "what": str(row),
        "error": row.last_error,
        "attempts": row.attempts,
        "retry_at": row.retry_at or row.at,
        "path": reverse("admin:articles_article_publishing", args=[row.article_id]),
    }


def _action_again(row: ScheduledAction, by: User) -> None:
    ScheduledAction.objects.filter(pk=row.pk).update(retry_at=None)
    transaction.on_commit(log.invalidate_head)
    audit.record("try again", row.article, by=by, note=row.get_action_display())


def _drop_action(row: ScheduledAction, by: User) -> None:
    schedule.unschedule(row.article, by=by)


def _deliveries() -> QuerySet[Delivery]:
    rows = Delivery.objects.filter(due_at__isnull=False, attempts__gt=0, endpoint__active=True)
    return rows.exclude(error="").select_related("endpoint__partner").order_by("due_at")


def _show_delivery(row: Delivery) -> dict[str, Any]:
    return {
        "what": f"Change {row.change_id} to {row.endpoint.partner}, {row.endpoint}",
        "error": row.error,
        "attempts": row.attempts,
        "retry_at": row.due_at,
        "path": reverse("admin:articles_partner_change", args=[row.endpoint.partner_id]),
    }


def _drop_delivery(row: Delivery, by: User) -> None:
    error = f"{row.error} Dropped at the desk."
    Delivery.objects.filter(pk=row.pk).update(due_at=None, error=error)
    audit.record("drop", row.endpoint, by=by, note=f"change {row.change_id}")


def _uploads() -> QuerySet[PictureUpload]:
    rows = PictureUpload.objects.filter(attempts__gt=0, retry_at__isnull=False)
    return rows.exclude(last_error="").select_related("picture").order_by("retry_at")


def _show_upload(row: PictureUpload) -> dict[str, Any]:
    return {
        "what": str(row.picture),
        "error": row.last_error,
        "attempts": row.attempts,
        "retry_at": row.retry_at,
        "path": reverse("admin:articles_picture_change", args=[row.pk]),
    }


def _upload_again(row: PictureUpload, by: User) -> None:
    PictureUpload.objects.filter(pk=row.pk, retry_at=row.retry_at).update(retry_at=Now())
    audit.record("try again", row.picture, by=by)


def _drop_upload(row: PictureUpload, by: User) -> None:
    audit.record("drop", row.picture, by=by, note="its upload")
    row.delete()


def _tasks() -> QuerySet[DBTaskResult]:
    rows = DBTaskResult.objects.filter(status=TaskResultStatus.FAILED)
    return rows.order_by("-finished_at")


def _show_task(row: DBTaskResult) -> dict[str, Any]:
    comes_back = row.finished_at and len(row.worker_ids) < MOST_RUNS
    return {
        "what": row.task_path.rpartition(".")[2].replace("_", " "),
        "error": row.traceback.strip().rpartition("\n")[2][:500],
        "attempts": len(row.worker_ids),
        "retry_at": row.finished_at + RETRY_AFTER if comes_back else None,
        "path": reverse("admin:django_tasks_database_dbtaskresult_change", args=[row.pk]),
    }


def _task_again(row: DBTaskResult, by: User) -> None:
    DBTaskResult.objects.filter(pk=row.pk).update(status=TaskResultStatus.READY)
    audit.record("try again", row, by=by, note=row.task_path)


def _drop_task(row: DBTaskResult, by: User) -> None:
    audit.record("drop", row, by=by, note=row.task_path)
    row.delete()


def _readers() -> QuerySet[LogReader]:
    return LogReader.objects.exclude(last_error="").order_by("name")


def _show_reader(row: LogReader) -> dict[str, Any]:
    return {
        "what": f"Changes after {row.sequence} to the {row}",
        "error": row.last_error,
        "attempts": row.attempts,
        "retry_at": row.retry_at or timezone.now(),
        "path": "",
    }


def _reader_again(row: LogReader, by: User) -> None:
    LogReader.objects.filter(pk=row.pk).update(retry_at=None)
    audit.record("try again", row, by=by)


def _drop_reader(row: LogReader, by: User) -> None:
    """It goes on with what comes after now."""
    end = log.last_sequence()
    LogReader.objects.filter(pk=row.pk).update(
        sequence=end, attempts=0, last_error="", retry_at=None
    )
    audit.record("drop", row, by=by, note=f"changes {row.sequence + 1} to {end}")


def _unreadable() -> QuerySet[Unreadable]:
    return Unreadable.objects.select_related("change__edition")


def _show_unreadable(row: Unreadable) -> dict[str, Any]:
    change = row.change
    edition = getattr(change, "edition", None)
    return {
        "what": f"Change {row.pk}, {change.kind}: {getattr(edition, 'headline', change.object_id)}",
        "error": row.error,
        "attempts": row.times,
        "retry_at": timezone.now(),  # by whoever asks next
        "path": _page_of(change),
    }


def _page_of(change: Change) -> str:
    """The desk's page of what was changed; "" for a kind that only a newer release knows."""
    model = _PUBLIC.get(change.kind)
    name = f"admin:{model._meta.app_label}_{model._meta.model_name}_change" if model else ""
    return reverse(name, args=[change.object_id]) if name else ""


def _forget_unreadable(row: Unreadable, by: User) -> None:
    """Whoever asks next tries it; if it breaks again, it is noted again."""
    model = _PUBLIC.get(row.change.kind)
    for public in model.objects.filter(pk=row.change.object_id) if model else ():
        audit.record("try again", public, by=by, note=f"change {row.pk}")
    row.delete()


_PUBLIC: dict[str, Any] = {
    str(model._meta.model_name): model
    for model in (Article, Event, FrontPage, Organization, SitePage, Speaker, Topic)
}

#: All queues by the names that the desk shows.
QUEUES = {
    "Schedule": _Queue(_actions, _show_action, _action_again, _drop_action),
    "Webhooks": _Queue(
        _deliveries, _show_delivery, lambda row, by: webhooks.resend(row, by=by), _drop_delivery
    ),
    "Pictures": _Queue(_uploads, _show_upload, _upload_again, _drop_upload),
    "Tasks": _Queue(_tasks, _show_task, _task_again, _drop_task),
    "Told of changes": _Queue(_readers, _show_reader, _reader_again, _drop_reader),
    "Shown to readers": _Queue(
        _unreadable, _show_unreadable, _forget_unreadable, _forget_unreadable
    ),
}
