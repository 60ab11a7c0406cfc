"""Quotation marks around what somebody typed or pasted as a quotation."""

from __future__ import annotations

import re

#: An opening mark and the closing one that goes with it, in the languages that we know of.
_PAIRS = [
    *("“”", "”“", "„“", "„”", "””", "‟”", "«»", "»«", "»»", "‹›", "›‹"),
    *("‘’", "‚‘", "‚’", "’’", '""', "''", "「」", "『』", "《》", "＂＂"),
]
_APOSTROPHE = re.compile(r"(?<=\w)['’](?=\w)")


def without_marks(text: str) -> str:
    """Return ``text`` without the marks that stand around all of it: “Yes.” is Yes.

    Marks around a part of it stay, and an opening mark that is repeated at the start of each
    paragraph goes with the first one.
    """
    text = text.strip()
    for pair in _PAIRS:
        opening, closing = pair[0], pair[1]
        if len(text) < 2 or not (text.startswith(opening) and text.endswith(closing)):
            continue
        inner = re.sub(rf"(\n\s*){re.escape(opening)}", r"\1", text[1:-1])
        if not {opening, closing} & set(_APOSTROPHE.sub("", inner)):
            return inner.strip()
    return text
