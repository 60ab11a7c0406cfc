"""``manage.py worker``: runs the schedule, queued tasks and pictures, and tells partners."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.core.management import BaseCommand, call_command
from django.db import close_old_connections, connection
from django.utils import timezone

from articles.importing.mail import queue_mail
from articles.log import head
from articles.partners.purging import PurgeError, purge
from articles.partners.webhooks import send_due_deliveries
from articles.partners.websub import HubError, notify_hub
from articles.pictures import prepare_due_pictures
from articles.publishing.schedule import run_due_actions

logger = logging.getLogger(__name__)

#: So many endpoints of partners are served at once; one that is slow holds up none of the others.
SENDERS = 4
#: How often to look for something to do, in seconds.
INTERVAL = 0.5
#: At its start a worker tells of so many changes: another one may have left them.
LOG_START = 50
#: How often a worker asks whether it is time to look into the mailbox, in seconds.
MAIL_INTERVAL = 5.0
#: The longest pause after a hub or a cache that did not answer, in seconds.
LONGEST_PAUSE = 600.0


class Command(BaseCommand):
    help = (
        "Run scheduled publications, ends of embargoes and withdrawals within a second of their "
        "time; run queued tasks; make the files of pictures; send webhooks, notify the WebSub "
        "hub, purge a cache in front; read the mailbox of releases. Start as many as you like: "
        "each action is run once. It "
        "outlives a database that is away for a while."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        stop = threading.Event()
        jobs: list[Callable[[], object]] = [run_due_actions, prepare_due_pictures]
        jobs += [send_due_deliveries] * SENDERS
        if settings.WEBSUB_HUB:
            jobs.append(_LogLoop(notify_hub, HubError).step)
        if settings.PURGE_URL:
            jobs.append(_LogLoop(purge, PurgeError).step)
        if settings.IMPORT_MAIL:
            jobs.append(_MailLoop().step)
        for job in jobs:
            # What is cut off when the process ends is done again by the next worker.
            threading.Thread(target=repeat, args=[job, stop], daemon=True).start()
        self.stdout.write(
            f"{timezone.localtime():%H:%M:%S} worker ready: schedule, pictures, webhooks, tasks. "
            "Press Ctrl-C to stop."
        )
        try:
            call_command(
                "db_worker", interval=INTERVAL, startup_delay=False, reload=False, queue_name="*"
            )
        finally:
            stop.set()


def repeat(job: Callable[[], object], stop: threading.Event) -> None:
    """Call ``job`` every ``INTERVAL`` seconds until ``stop``; log what breaks, and go on."""
    while not stop.is_set():
        try:
            close_old_connections()
            job()
        except Exception:
            logger.exception("%s broke; it is called again.", getattr(job, "__name__", job))
        finally:
            connection.close()
        stop.wait(INTERVAL)


class _LogLoop:
    """Calls ``tell`` whenever the log has grown, and for the last changes at the start.

    ``tell`` takes the number after which changes are new. ``failure`` is what it raises when nobody
    answered.
    """

    def __init__(self, tell: Callable[[int], None], failure: type[Exception]) -> None:
        self.tell, self.failure = tell, failure
        self.told: int | None = None
        self.pause = INTERVAL
        self.skip = 0.0

    def step(self) -> None:
        """Tell of what is new, if anything is, with longer pauses while nobody answers."""
        self.skip -= INTERVAL
        if self.skip > 0:
            return
        sequence = head().sequence
        if sequence == self.told:
            return
        try:
            self.tell(max(sequence - LOG_START, 0) if self.told is None else self.told)
        except self.failure as error:
            self.pause = min(self.pause * 2, LONGEST_PAUSE)
            self.skip = self.pause
            logger.warning("%s Trying again in %d seconds.", error, self.pause)
        else:
            self.told, self.pause = sequence, INTERVAL


class _MailLoop:
    """Queues the task that reads the mailbox, whenever it is time."""

    def __init__(self) -> None:
        self.skip = 0.0

    def step(self) -> None:
        """Ask every few seconds."""
        self.skip -= INTERVAL
        if self.skip <= 0:
            self.skip = MAIL_INTERVAL
            queue_mail()
