"""How people and capacities are written out, from the cards that pages and editions freeze."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any


def full_name(speaker: Mapping[str, Any]) -> str:
    """The speaker's name behind the honorific prefix."""
    return f"{speaker['honorific_prefix']} {speaker['name']}".strip()


def capacity_line(capacity: Mapping[str, Any]) -> str:
    """The capacity as a byline gives it: title, then the organization if the source names one."""
    organization = capacity["organization"]
    return f"{capacity['title']}, {organization['name']}" if organization else capacity["title"]
