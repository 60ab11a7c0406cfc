"""``manage.py worker``: does what falls due, when it falls due."""

from __future__ import annotations

from typing import Any

from django.core.management import BaseCommand, call_command
from django.utils import timezone

from articles.schedule import bring_forward


class Command(BaseCommand):
    help = (
        "Do queued work: scheduled publications, ends of embargoes and withdrawals, within a "
        "second of their time. Run as many as you like; each move is done once."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        done = bring_forward()
        self.stdout.write(
            f"{timezone.localtime():%H:%M:%S} worker ready; {done} overdue moves done. "
            "Press Ctrl-C to stop."
        )
        call_command("db_worker", interval=0.5, startup_delay=False, reload=False, queue_name="*")
