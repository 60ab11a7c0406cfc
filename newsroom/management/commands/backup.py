"""``manage.py backup``: the database and the pictures' files, with sums of all."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management import BaseCommand, CommandError, CommandParser

from newsroom import backups


class Command(BaseCommand):
    help = (
        "Back the database and the pictures up into a new folder in FOLDER. Files of pictures are "
        "copied once for all backups there. Readers and editors go on meanwhile."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("folder", type=Path)
        parser.add_argument(
            "--keep", type=int, metavar="N", help="then delete all but the N newest backups"
        )

    def handle(self, *args: Any, folder: Path, keep: int | None, **options: Any) -> None:
        if keep is not None and keep < 1:
            raise CommandError("--keep takes 1 or more: a backup was just made to be kept.")
        try:
            made = backups.make(folder)
            manifest = backups.Manifest.read(made / backups.MANIFEST)
            old = backups.keep_newest(folder, keep) if keep else []
        except backups.BackupError as error:
            raise CommandError(str(error)) from error
        self.stdout.write(
            f"{made}: the log up to {manifest.sequence}, {len(manifest.media)} files of pictures."
            + (f" {len(old)} older ones were deleted." if old else "")
        )
