"""Names and capacities as text, from the cards that pages and editions freeze."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

#: Ranks and titles that stand before a name in reports; an addition in brackets belongs to them.
_HONORIFIC = re.compile(
    r"((?:(?:H\.?E|Dr|Prof|Professor|Mr|Mrs|Ms|Miss|Sir|Dame|Lord|Lady|Ambassador|Amb|Justice|"
    r"President|Hon|Rev|Sheikh|Field Marshal|Air (?:Chief |Vice )?Marshal|Air Commodore|"
    r"(?:Lieutenant|Lt|Major|Maj|Brigadier)?\.? ?(?:General|Gen)|Brigadier|Brig|"
    r"(?:Lieutenant|Lt)\.? (?:Colonel|Col|Commander|Cdr)|Colonel|Col|Major|Maj|Captain|Capt|"
    r"(?:Vice |Rear )?Admiral|Commodore)\b\.?(?: ?\((?:r|retd|ret)\.?\))?\s+)+)(?=\S)",
    re.IGNORECASE,
)


def full_name(speaker: Mapping[str, Any]) -> str:
    """Return the speaker's name with the honorific prefix before it."""
    return f"{speaker['honorific_prefix']} {speaker['name']}".strip()


def capacity_line(capacity: Mapping[str, Any]) -> str:
    """Return the title, and the organization if the source names one, as a byline gives them."""
    organization = capacity["organization"]
    return f"{capacity['title']}, {organization['name']}" if organization else capacity["title"]


def main_capacity(speaker: Mapping[str, Any]) -> Mapping[str, Any] | None:
    """Return the capacity that tells a speaker from others of that name, or None without any.

    That is one that did not end, and of these the one that began last, as far as it is known.
    """
    capacities = speaker["capacities"]
    return max(capacities, key=lambda one: (not one["until"], one["since"]), default=None)


def split_honorific(name: str) -> tuple[str, str]:
    """Return the ranks and titles before a name as a report gives it, and the name itself.

    >>> split_honorific("Major General (r) Raza Muhammad")
    ('Major General (r)', 'Raza Muhammad')
    """
    found = _HONORIFIC.match(name)
    return (found[1].strip(), name[found.end() :].strip()) if found else ("", name.strip())
