"""Text without the characters that XML and iCalendar forbid."""

from __future__ import annotations

import re

_UNPRINTABLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ufffe\uffff]")


def printable(text: str) -> str:
    """``text`` without the characters that XML and iCalendar forbid; tabs and line ends stay."""
    return _UNPRINTABLE.sub("", text)
