"""``manage.py import_mail``: the mailbox of releases is read into the tray."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from urllib.parse import quote

from django.conf import settings
from django.core.management import BaseCommand, CommandError, CommandParser

from articles.importing.mail import receive


class Command(BaseCommand):
    help = (
        "Read the mails that nobody has seen, of the mailbox that IMPORT_MAIL names or of a "
        "Maildir folder, into the tray on the desk's first page, and mark them as seen. "
        "`manage.py worker` does the same every IMPORT_MAIL_EVERY seconds."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("folder", nargs="?", type=Path, help="a Maildir folder to read instead")

    def handle(self, *args: Any, folder: Path | None, **options: Any) -> None:
        if folder is None and not settings.IMPORT_MAIL:
            raise CommandError("Name a Maildir folder, or set IMPORT_MAIL (docs/settings.md).")
        report = receive(f"maildir:{quote(str(folder.absolute()))}" if folder else "")
        failed, report.failed = report.failed, ""
        self.stdout.write(str(report))
        if failed:
            raise CommandError(failed)
