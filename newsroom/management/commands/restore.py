"""``manage.py restore``: a backup becomes the database and the pictures' files again."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management import BaseCommand, CommandError, CommandParser

from newsroom import backups


class Command(BaseCommand):
    help = (
        "Restore FOLDER, a backup or a folder of backups (then the newest). Every sum is checked "
        "before anything is touched; the database changes in one transaction. Stop the site and "
        "the worker first."
    )
    requires_migrations_checks = False
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("folder", type=Path)
        parser.add_argument(
            "--replace", action="store_true", help="lose what the database holds now"
        )
        parser.add_argument(
            "--check", action="store_true", help="check the sums only; nothing is restored"
        )

    def handle(self, *args: Any, folder: Path, replace: bool, check: bool, **options: Any) -> None:
        try:
            backup = backups.chosen(folder)
            manifest = backups.verify(backup) if check else backups.restore(backup, replace=replace)
            again = [] if check else backups.erasures_to_repeat(backup)
        except backups.BackupError as error:
            raise CommandError(str(error)) from error
        what = "is whole" if check else "is restored"
        self.stdout.write(
            f"{backup} {what}: the log up to {manifest.sequence}, {len(manifest.media)} files of "
            "pictures."
        )
        for sentence in again:
            self.stderr.write(self.style.WARNING(sentence))
