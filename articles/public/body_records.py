"""What stands in a body by reference, as readers see it: pictures, statements, events, articles.

A picture and the article's own statements are as this edition froze them. What belongs to another
article, and an event, is shown as readers find it on its own page now: corrected words where they
were corrected, and nothing once it was withdrawn.
"""

from __future__ import annotations

import re
from typing import Any

from django.template.loader import render_to_string
from django.utils.safestring import SafeString
from django.utils.translation import get_language

from articles.frozen import Snapshot
from articles.models import Edition
from articles.publishing.snapshot import comes_with, embed_cards, public_records
from articles.richtext import RECORD, records_in
from articles.unreadable import leave_out


def show_records(markup: str, edition: Edition) -> tuple[SafeString, set[object]]:
    """Return ``markup``, the body of ``edition``, with its records in place of the references.

    The second value says what they depend on (``page_store.depends_on``).
    """
    shown, keys = _shown(edition)

    def render(found: re.Match[str]) -> str:
        if found[1] not in shown:
            return ""
        about = shown[found[1]]
        context = {"LANGUAGE_CODE": get_language(), **about}
        if about.get("own") or "picture" in about:
            return render_to_string("articles/_body_record.html", context)
        with leave_out(about.get("source") or about.get("article") or about.get("event")):
            return render_to_string("articles/_body_record.html", context)
        return ""

    return SafeString(RECORD.sub(render, markup)), keys


def with_public_names(edition: Edition) -> tuple[Snapshot, set[object]]:
    """The snapshot of ``edition`` with the names that its embeds have for readers now.

    What was withdrawn has none. The second value says what they depend on.
    """
    snapshot = edition.snapshot
    if "embeds" not in snapshot:
        return snapshot, set()
    with leave_out(None):  # one of the embedded may be what breaks
        return {**snapshot, "embeds": embed_cards(snapshot)}, _shown(edition)[1]
    return {**snapshot, "embeds": []}, set()


def _shown(edition: Edition) -> tuple[dict[str, dict[str, Any]], set[object]]:
    """What the template shows of each record in the body, and what all of them depend on."""
    snapshot = edition.snapshot
    records = records_in(snapshot["body"])
    pictures = {f"picture/{card['id']}": card for card in snapshot.get("body_pictures", [])}
    own = f"statement/{snapshot['id']}/"
    embedded = [one for one in records if one not in pictures and not one.startswith(own)]
    editions, events = public_records(embedded)
    keys: set[object] = {row.translation_group for row in editions.values()}

    shown: dict[str, dict[str, Any]] = {}
    for record in records:
        kind, identifier, *number = record.split("/")
        about: dict[str, Any] = {}
        if kind == "picture":
            about = {"picture": pictures.get(record)}
        elif kind == "event":
            keys.add(identifier)
            if identifier in events:
                with leave_out(events[identifier]):
                    about = {"event": events[identifier].read_card()}
            elif comes_with(record, snapshot):  # in a preview
                about = {"event": snapshot["event"]}
        else:
            source = edition if record.startswith(own) else editions.get(identifier)
            if source is None:
                keys.add("article")  # it is shown once it is public
            elif kind == "article":
                about = {"article": source}
            elif source is edition:
                about = _about_statement(source, int(number[0]), own=True)
            else:
                with leave_out(source):
                    about = _about_statement(source, int(number[0]))
        if any(about.values()):
            shown[record] = about
    return shown, keys


def _about_statement(source: Edition, number: int, *, own: bool = False) -> dict[str, Any]:
    statement = source.statement(number)
    return {"statement": statement, "source": source, "own": own} if statement else {}
