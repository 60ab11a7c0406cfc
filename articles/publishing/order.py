"""The order in which index pages list what is public: by name, and events by day."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from typing import Any

#: Divides the parts of a key; smaller than any character of a name.
DIVIDER = "\t"
#: So many letters of a name are compared.
_LETTERS = 300


def order_key(kind: str, card: Mapping[str, Any]) -> str:
    """The place of a page on the index page of its ``kind``; no two pages have the same.

    Keys are compared by code point. An event's begins with the last day that is known of it, as
    far as it is known (2020, 2020-07), and with nothing where no source gives one.
    """
    parts = [name_key(card["name"]), card["slug"]]
    if kind == "event":
        parts.insert(0, card["end_date"] or card["start_date"])
    return DIVIDER.join(parts)


def name_key(name: str) -> str:
    """``name`` as it is sorted: without marks, accents and capitals.

    >>> name_key("“Élan” Institute")
    'elan institute'
    """
    decomposed = unicodedata.normalize("NFKD", name.casefold())
    letters = (letter for letter in decomposed if not unicodedata.combining(letter))
    words = "".join(letter if letter.isalnum() else " " for letter in letters).split()
    return " ".join(words)[:_LETTERS]
