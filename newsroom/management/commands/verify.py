"""``manage.py verify``: is the log as it was written and signed?"""

from __future__ import annotations

from typing import Any

from django.core.management import BaseCommand, CommandError

from articles.log import last_sequence
from articles.publishing.checkpoints import last_checkpoint, problems


class Command(BaseCommand):
    help = (
        "Recompute the tree of hashes from the log and compare it with what was signed. One "
        "sentence for each row that was changed; then the exit code is 1."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        found = 0
        for sentence in problems():
            found += 1
            self.stderr.write(sentence)
        if found:
            raise CommandError(
                f"{found} thing{'s'[: found > 1]} in the log differ from what was written; "
                "compare with a backup."
            )
        signed = last_checkpoint()
        self.stdout.write(
            f"The log is whole up to number {last_sequence()}; it is signed up to "
            f"{signed.size if signed else 0}."
        )
