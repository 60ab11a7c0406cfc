"""Rich text: the one allow-list, the field that enforces it, and the plain text behind it."""

from __future__ import annotations

import html
import re
from typing import Any

import nh3
from django.db import models
from django.db.backends.base.base import BaseDatabaseWrapper
from django_prose_editor.fields import ProseEditorField, create_sanitizer

#: What an editor can write. The editor's buttons and the sanitizer's allow-list both follow it.
EXTENSIONS: dict[str, Any] = {
    "Bold": True,
    "Italic": True,
    "Heading": {"levels": [2, 3]},
    "BulletList": True,
    "OrderedList": True,
    "ListItem": True,
    "Blockquote": True,
    "HardBreak": True,
    "Link": {"enableTarget": False, "protocols": ["http", "https", "mailto"]},
    "SpecialCharacters": True,
}

_sanitizer = create_sanitizer(EXTENSIONS)
_BLOCK_END = re.compile(r"</(?:p|h2|h3|li|blockquote)>|<br>")


def sanitize(markup: str) -> str:
    """Return ``markup`` with nothing in it but what ``EXTENSIONS`` allows."""
    return str(_sanitizer(markup))


def plain_text(markup: str) -> str:
    """Return the words of sanitized ``markup``, one block a line."""
    lines = nh3.clean(_BLOCK_END.sub("\n", markup), tags=set())
    return "\n".join(line.strip() for line in html.unescape(lines).splitlines() if line.strip())


class RichTextField(ProseEditorField):
    """HTML that is sanitized on every write to the database, whichever way it comes."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **({"extensions": EXTENSIONS, "sanitize": sanitize} | kwargs))

    def get_db_prep_save(self, value: Any, connection: BaseDatabaseWrapper) -> Any:
        if isinstance(value, str):
            value = sanitize(value)
        return models.TextField.get_db_prep_save(self, value, connection)
