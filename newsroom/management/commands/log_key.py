"""``manage.py log_key``: a key that signs the tree of hashes of the log."""

from __future__ import annotations

from typing import Any

from django.core.management import BaseCommand, CommandError, CommandParser

from articles.publishing.checkpoints import keys
from articles.tlog import Key


class Command(BaseCommand):
    help = (
        "Print a new key for LOG_KEYS and the public key for partners. ORIGIN names the log: its "
        "address without https://, as news.example.org/log. Without it: the public keys in use."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("origin", nargs="?")

    def handle(self, *args: Any, origin: str | None, **options: Any) -> None:
        if origin is None:
            for key in keys():
                self.stdout.write(key.public)
            return
        try:
            text, key = Key.new(origin)
        except ValueError as error:
            raise CommandError("Give an origin without spaces and “+”.") from error
        self.stdout.write(f"LOG_KEYS={text}\npublic key: {key.public}")
