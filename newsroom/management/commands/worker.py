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
from articles.partners.webhooks import send_due_deliveries
from articles.partners.websub import HubError, notify_hub
from articles.pictures import prepare_due_pictures
from articles.publishing.schedule import run_due_actions

logger = logging.getLogger(__name__)

#: So many endpoints of partners are served at once; one that is slow holds up none of the others.
SENDERS = 4
#: How often to look for something to do, in seconds.
INTERVAL = 0.5
#: At its start a worker tells the hub of so many changes: another one may have left them.
HUB_START = 50
#: How often a worker asks whether it is time to look into the mailbox, in seconds.
MAIL_INTERVAL = 5.0
#: The longest pause after a hub that did not answer, in seconds.
LONGEST_PAUSE = 600.0


class Command(BaseCommand):
    help = (
        "Run scheduled publications, ends of embargoes and withdrawals within a second of their "
        "time; run queued tasks; make the files of pictures; send webhooks and notify the WebSub "
        "hub; read the mailbox of releases. Start as many as you like: each action is run once. It "
        "outlives a database that is away for a while."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        stop = threading.Event()
        hub = _HubLoop()
        jobs: list[Callable[[], object]] = [run_due_actions, prepare_due_pictures]
        jobs += [send_due_deliveries] * SENDERS
        if settings.WEBSUB_HUB:
            jobs.append(hub.step)
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


class _HubLoop:
    """Notifies the WebSub hub whenever the log has grown, and of the last changes at the start."""

    def __init__(self) -> None:
        self.notified: int | None = None
        self.pause = INTERVAL
        self.skip = 0.0

    def step(self) -> None:
        """Notify the hub if there is something new, with longer pauses while it does not answer."""
        self.skip -= INTERVAL
        if self.skip > 0:
            return
        sequence = head().sequence
        if sequence == self.notified:
            return
        try:
            notify_hub(max(sequence - HUB_START, 0) if self.notified is None else self.notified)
        except HubError as error:
            self.pause = min(self.pause * 2, LONGEST_PAUSE)
            self.skip = self.pause
            logger.warning("%s Trying again in %d seconds.", error, self.pause)
        else:
            self.notified, self.pause = sequence, INTERVAL


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
