"""Text without the characters that XML, iCalendar, PostgreSQL or UTF-8 cannot hold."""

from __future__ import annotations

import re

_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")


def printable(text: str) -> str:
    """``text`` without control characters and halves of characters; tabs and line ends stay."""
    return _CONTROL.sub("", text)
