"""``manage.py import_release``: what press releases say, as JSON or as drafts."""

from __future__ import annotations

import json
import re
import sys
from pathlib import Path
from typing import Any

from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.management import BaseCommand, CommandError, CommandParser
from django.db import transaction

from articles.importing.configured import extractor
from articles.importing.documents import MOST_BYTES, NotADocument, read_document
from articles.importing.drafts import create_draft, keep
from articles.importing.matching import known_names
from articles.importing.proposal import Extractor, Known, Unreadable, to_json
from articles.importing.review import accepted, cards
from articles.publishing.workflow import Refused

#: Signs of a text file that is something else: HTML, a mail, bytes.
_NOT_PLAIN = re.compile(
    r"[\x00-\x08\x0e-\x1f]|\s*<|(?im:\A(?:[\w-]+: .*\n)*(?:received|return-path|mime-version|"
    r"message-id|delivered-to|content-type):)"
)


class Command(BaseCommand):
    help = (
        "Read press releases (text, HTML, mail, .docx, .odt, PDF with text) and make a draft of "
        "each, with its speakers, statements and event. With --json print what they say, an object "
        "a line, and save nothing."
    )
    requires_system_checks = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("files", nargs="+", type=Path, metavar="FILE")
        parser.add_argument("--json", action="store_true", help="print proposals, save nothing")
        parser.add_argument(
            "--known", action="store_true", help="with --json: look into the newsroom's names too"
        )
        parser.add_argument("--by", default="", metavar="USER", help="whose drafts they become")

    def handle(self, *args: Any, files: list[Path], by: str, **options: Any) -> None:
        extract = extractor()
        user = None if options["json"] else _user(by)
        known = known_names() if options["known"] or not options["json"] else Known()
        refused = 0
        for file in files:
            try:
                data = _read(file)
                if user is None:
                    line = json.dumps(_read_out(file, data, extract, known), ensure_ascii=False)
                else:
                    line = _draft(file, data, extract, known, user)
            except (NotADocument, Unreadable, Refused, PermissionDenied) as refusal:
                self.stderr.write(f"{file}: {refusal}")
                refused += 1
            except ValidationError as error:
                self.stderr.write(f"{file}: {' '.join(error.messages)}")
                refused += 1
            else:
                self.stdout.write(line)
        if refused:
            sys.exit(1)


def _read_out(file: Path, data: bytes, extract: Extractor, known: Known) -> dict[str, Any]:
    text, notes = _plain(file, data), tuple[str, ...]()
    if text is None:
        document = read_document(data, file.name)
        text, notes = document.text, document.notes
    told = to_json(extract(text, known), file.name)
    return told | {"notes": [*notes, *told["notes"]]}


def _plain(file: Path, data: bytes) -> str | None:
    """The text of a plain file in UTF-8 as it is, so that offsets are the file's; else None."""
    if file.suffix.lower() not in (".txt", "") or len(data) > MOST_BYTES or not data.strip():
        return None
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError:
        return None
    return None if _NOT_PLAIN.match(text[:5000]) or "\0" in text else text


def _read(file: Path) -> bytes:
    try:
        with file.open("rb") as opened:
            return opened.read(MOST_BYTES + 1)
    except OSError as error:
        raise NotADocument(f"It cannot be read ({error.strerror}).") from error


def _user(name: str) -> User:
    if not name:
        raise CommandError("Say whose drafts they become: --by USER. Or print them with --json.")
    try:
        return User.objects.get(username=name)
    except User.DoesNotExist as error:
        raise CommandError(f"There is no user {name}.") from error


@transaction.atomic
def _draft(file: Path, data: bytes, extract: Extractor, known: Known, user: User) -> str:
    """Keep the file and make a draft of all that is proposed; a sentence that says so."""
    document = read_document(data, file.name)
    proposal = extract(document.text, known)
    form = {}
    for card in cards(proposal, document.text):
        if card.accepted:
            form[f"{card.key}-accept"] = "on"
        form |= {one.name: one.value for one in card.fields}
    form["headline-headline"] = form.get("headline-headline") or file.stem
    draft, notes = accepted(proposal, document.text, form)
    told = [*document.notes, *proposal.notes, *notes]
    article = create_draft(keep(document, data, file.name, by=user), draft, by=user)
    return " ".join([f"{file}: draft “{article.headline}” ({article.pk}).", *told])
