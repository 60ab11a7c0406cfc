"""``manage.py worker``: does what falls due, and tells partners' systems of changes."""

from __future__ import annotations

import logging
import threading
from typing import Any

from django.conf import settings
from django.core.management import BaseCommand, call_command
from django.db import connection
from django.utils import timezone

from articles.log import head
from articles.partners.webhooks import send_due_deliveries
from articles.partners.websub import HubError, notify_hub
from articles.publishing.schedule import run_due_actions

logger = logging.getLogger(__name__)

#: So many endpoints of partners are served at once; one that is slow holds up none of the others.
SENDERS = 4
#: How often to look for something to send, in seconds.
INTERVAL = 1.0


class Command(BaseCommand):
    help = (
        "Do queued work: scheduled publications, ends of embargoes and withdrawals, within a "
        "second of their time; send webhooks and tell the WebSub hub. Run as many as you like; "
        "each move is done once."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        done = run_due_actions()
        self.stdout.write(
            f"{timezone.localtime():%H:%M:%S} worker ready; {done} overdue moves done. "
            "Webhooks are sent. Press Ctrl-C to stop."
        )
        stop = threading.Event()
        senders = [
            threading.Thread(target=send_deliveries_until, args=[stop]) for _ in range(SENDERS)
        ]
        senders.append(threading.Thread(target=notify_hub_until, args=[stop]))
        for sender in senders:
            sender.daemon = True  # what is cut off is sent again by the next worker
            sender.start()
        try:
            call_command(
                "db_worker", interval=0.5, startup_delay=False, reload=False, queue_name="*"
            )
        finally:
            stop.set()


def send_deliveries_until(stop: threading.Event) -> None:
    """Send webhooks until ``stop``; what goes wrong is logged and tried again."""
    while not stop.wait(INTERVAL):
        try:
            send_due_deliveries()
        except Exception:
            logger.exception("Webhooks could not be sent; the next second tries again.")
        finally:
            connection.close()


def notify_hub_until(stop: threading.Event) -> None:
    """Tell the WebSub hub whenever the log has moved, and once at the start."""
    told, pause = -1, INTERVAL
    while settings.WEBSUB_HUB and not stop.wait(pause):
        try:
            sequence = head().sequence
            if sequence != told:
                notify_hub()
            told, pause = sequence, INTERVAL
        except HubError as error:
            pause = min(pause * 2, 600)
            logger.warning("%s Trying again in %d seconds.", error, pause)
        except Exception:
            logger.exception("The WebSub hub was not told; the next second tries again.")
        finally:
            connection.close()
