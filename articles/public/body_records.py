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

from articles.models import Edition
from articles.publishing.snapshot import public_records
from articles.richtext import RECORD, records_in


def show_records(markup: str, edition: Edition) -> tuple[SafeString, set[object]]:
    """Return ``markup``, the body of ``edition``, with its records in place of the references.

    The second value says what they depend on (``page_store.depends_on``).
    """
    snapshot = edition.snapshot
    records = records_in(markup)
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
            about = {"event": events[identifier].card} if identifier in events else {}
        else:
            source = edition if record.startswith(own) else editions.get(identifier)
            if source is None:
                keys.add("article")  # it is shown once it is public
            elif kind == "article":
                about = {"article": source}
            elif statement := source.statement(int(number[0])):
                about = {"statement": statement, "source": source, "own": source is edition}
        if any(about.values()):
            shown[record] = about

    def render(found: re.Match[str]) -> str:
        if found[1] not in shown:
            return ""
        context = {"LANGUAGE_CODE": get_language(), **shown[found[1]]}
        return render_to_string("articles/_body_record.html", context)

    return SafeString(RECORD.sub(render, markup)), keys
