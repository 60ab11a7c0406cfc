"""``manage.py worker``: runs the schedule, queued tasks and pictures, and tells partners."""

from __future__ import annotations

import logging
import os
import threading
from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta
from functools import partial
from typing import Any

from django.conf import settings
from django.contrib.sessions.backends.db import SessionStore
from django.core.management import BaseCommand, CommandError, call_command
from django.db import InterfaceError, OperationalError, close_old_connections, connection
from django.db.models import F, Q
from django.db.models.functions import Now
from django.utils import timezone
from django.utils.crypto import get_random_string

from articles.importing.mail import queue_mail
from articles.log import head
from articles.models import LogReader
from articles.partners.purging import PurgeError, purge
from articles.partners.webhooks import send_due_deliveries
from articles.partners.websub import HubError, notify_hub
from articles.pictures import prepare_due_pictures
from articles.publishing import checkpoints
from articles.publishing.schedule import run_due_actions
from newsroom import telemetry
from newsroom.database.connections import WORKER, first_line
from newsroom.database.tables import half_restored, missing_tables
from newsroom.queues import put_back_tasks
from newsroom.workers import EVERY, beat, leave

logger = logging.getLogger(__name__)

#: So many endpoints of partners are served at once; one that is slow holds up none of the others.
SENDERS = 4
#: How often to look for something to do, in seconds.
INTERVAL = 0.5
#: A hub or a cache that is new is told of so many changes before it, too.
LOG_START = 50
#: How often a worker asks whether it is time to look into the mailbox, and looks for tasks whose
#: worker was killed, in seconds.
MAIL_INTERVAL = TASKS_INTERVAL = 5.0
#: How often sessions that have ended are deleted, in seconds.
SESSIONS_INTERVAL = 3600.0
#: A worker that tells a hub or a cache has it alone for so long; then another may go on.
LEASE = timedelta(seconds=60)
#: The longest pause after a hub or a cache that did not answer, in seconds.
LONGEST_PAUSE = 600.0


class Command(BaseCommand):
    help = (
        "Run scheduled publications, ends of embargoes and withdrawals within a second of their "
        "time; run queued tasks; make the files of pictures; send webhooks, notify the WebSub "
        "hub, purge a cache in front; sign the tree of hashes; read the mailbox of "
        "releases. Start as many as you like: each action is run once. It outlives a database "
        "that is away for a while."
    )

    def execute(self, *args: Any, **options: Any) -> str | None:
        """Run the command, watched from before the system checks open a connection."""
        telemetry.start()
        return super().execute(*args, **options)

    def handle(self, *args: Any, **options: Any) -> None:
        stop = threading.Event()
        name = os.environ.setdefault("PGAPPNAME", f"{WORKER} {get_random_string(12)}")  # manage.py
        jobs: list[Callable[[], object]] = [run_due_actions, prepare_due_pictures]
        jobs += [send_due_deliveries] * SENDERS
        if checkpoints.keys():
            jobs.append(checkpoints.sign)
        jobs.append(_Every(EVERY, partial(beat, name)))
        jobs.append(_Every(TASKS_INTERVAL, put_back_tasks))
        jobs.append(_Every(SESSIONS_INTERVAL, SessionStore.clear_expired))
        if settings.WEBSUB_HUB:
            jobs.append(_LogLoop("WebSub hub", notify_hub, HubError))
        if settings.PURGE_URL:
            jobs.append(_LogLoop("cache in front", purge, PurgeError))
        if settings.IMPORT_MAIL:
            jobs.append(_Every(MAIL_INTERVAL, queue_mail))
        with suppress(OperationalError, InterfaceError):
            beat(name)  # a database without our tables ends it here, with a sentence
            if missing := missing_tables():
                raise CommandError(half_restored(missing))
        for job in jobs:
            # What is cut off when the process ends is done again by the next worker.
            threading.Thread(target=repeat, args=[job, stop], daemon=True).start()
        self.stdout.write(
            f"{timezone.localtime():%H:%M:%S} worker ready: schedule, pictures, webhooks, tasks. "
            "Press Ctrl-C to stop."
        )
        try:
            away = False
            while True:
                try:
                    beat(name)  # before it takes a task, or another would take that for left over
                    put_back_tasks(idle=name)  # what was cut off when the database went away
                    away = False
                    call_command(
                        "db_worker",
                        worker_id=name,
                        interval=INTERVAL,
                        startup_delay=False,
                        reload=False,
                        queue_name="*",
                    )
                    return
                except (OperationalError, InterfaceError) as error:
                    if not away:
                        logger.warning("Tasks wait for the database: %s", first_line(error))
                    away = True
                    stop.wait(1)
        finally:
            stop.set()
            with suppress(OperationalError, InterfaceError):
                leave(name)


def repeat(job: Callable[[], object], stop: threading.Event) -> None:
    """Call ``job`` every ``INTERVAL`` seconds until ``stop``; log what breaks, and go on.

    A database that is away is logged once, not twice a second; so is what breaks each time.
    """
    away, broke = False, ""
    while not stop.is_set():
        try:
            close_old_connections()
            telemetry.run(_name(job), job)
            away, broke = False, ""
        except (OperationalError, InterfaceError) as error:
            if not away:
                logger.warning("%s waits for the database: %s", _name(job), first_line(error))
            away = True
        except Exception as error:
            if broke != (broke := f"{type(error).__name__}: {error}"):
                # Its name in the words: of those Sentry is told, of what is put into them not.
                logger.exception(f"{_name(job)} broke; it is called again.")
        finally:
            connection.close()
        stop.wait(INTERVAL)


def _name(job: Callable[[], object]) -> str:
    return getattr(job, "__name__", str(job))


class _LogLoop:
    """Calls ``tell`` whenever the log has grown: in one worker at a time, whichever comes first.

    ``tell`` takes the number after which changes are new. ``failure`` is what it raises when nobody
    answered. How far it came stands in the ``LogReader`` called ``name``.
    """

    def __init__(self, name: str, tell: Callable[[int], None], failure: type[Exception]) -> None:
        self.name, self.tell, self.failure = name, tell, failure
        self.told: int | None = None

    def __str__(self) -> str:
        return self.name

    def __call__(self) -> bool:
        """Tell of what is new, if anything is, with longer pauses while nobody answers.

        Returns whether it tried.
        """
        end = head().sequence
        if end == self.told:
            return False
        start = {"sequence": max(end - LOG_START, 0)}
        LogReader.objects.get_or_create(name=self.name, defaults=start)
        behind = LogReader.objects.filter(name=self.name, sequence__lt=end)
        free = behind.filter(Q(retry_at=None) | Q(retry_at__lte=Now()))
        if not free.update(retry_at=Now() + LEASE, attempts=F("attempts") + 1):
            if not behind.exists():
                self.told = end
            return False
        reader = LogReader.objects.get(name=self.name)
        try:
            self.tell(reader.sequence)
        except Exception as error:
            pause = min(INTERVAL * 2 ** min(reader.attempts, 20), LONGEST_PAUSE)
            if isinstance(error, self.failure):
                logger.warning("%s Trying again in %d seconds.", error, pause)
            else:
                logger.exception("The %s was not told; trying again.", self.name)
            words = f"{type(error).__name__}: {error}"[:500]
            behind.update(last_error=words, retry_at=Now() + timedelta(seconds=pause))
        else:
            behind.update(sequence=end, attempts=0, last_error="", retry_at=None)
        return True


class _Every:
    """Calls ``job`` every so many ``seconds``, at once the first time."""

    def __init__(self, seconds: float, job: Callable[[], object]) -> None:
        self.seconds, self.job = seconds, job
        self.skip = 0.0

    def __str__(self) -> str:
        return _name(self.job)

    def __call__(self) -> object:
        """Call it if it is time. ``repeat`` calls this every ``INTERVAL``."""
        self.skip -= INTERVAL
        if self.skip > 0:
            return None
        self.skip = self.seconds
        return self.job()
