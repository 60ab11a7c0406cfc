"""``manage.py measure_import``: how well the importer reads labelled releases."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management import BaseCommand, CommandError, CommandParser

from articles.importing.configured import extractor
from articles.importing.measure import Measured, measure

#: The project's own labelled releases: rules are written with the first four folders, and nobody
#: who writes them looks at what is missing in the last two.
RELEASES = Path(__file__).parents[3] / "tests" / "importing" / "releases"
FOLDERS = ("seen", "seen-2", "seen-3", "seen-4", "unseen", "heldout", "heldout-2", "heldout-3")


class Command(BaseCommand):
    help = (
        "Compare what the importer proposes with labelled releases: precision, recall and F1 for "
        "each kind of value, and every invented value. Saves nothing."
    )
    requires_system_checks = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "folders", nargs="*", type=Path, help="folders of NAME.txt with NAME.json"
        )
        parser.add_argument("--misses", action="store_true", help="list what is missing or wrong")

    def handle(self, *args: Any, folders: list[Path], misses: bool, **options: Any) -> None:
        invented = 0
        for folder in folders or [RELEASES / name for name in FOLDERS]:
            files = sorted(one for one in folder.glob("*.txt") if one.with_suffix(".json").exists())
            if not files:
                raise CommandError(f"{folder} has no labelled releases (NAME.txt and NAME.json).")
            measured = measure(files, extractor())
            self._print(folder.name, measured)
            if misses:
                self.stdout.write("\n".join(measured.misses))
            invented += len(measured.invented)
        if invented:
            raise CommandError(f"{invented} values do not stand in their source.")

    def _print(self, title: str, measured: Measured) -> None:
        self.stdout.write(f"{title}: {measured.files} releases")
        self.stdout.write(f"{'':14} {'labelled':>8} {'precision':>9} {'recall':>6} {'F1':>6}")
        for kind, one in measured.scores.items():
            shares = f"{one.precision:>9.3f} {one.recall:>6.3f} {one.f1:>6.3f}"
            self.stdout.write(f"{kind:14} {one.labelled:>8} {shares}")
        self.stdout.write(f"invented values: {len(measured.invented)}")
        for line in measured.invented:
            self.stdout.write(f"  {line}")
