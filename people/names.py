"""Names and capacities as text, from the cards that pages and editions freeze."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any


def full_name(speaker: Mapping[str, Any]) -> str:
    """Return the speaker's name with the honorific prefix before it."""
    return f"{speaker['honorific_prefix']} {speaker['name']}".strip()


def capacity_line(capacity: Mapping[str, Any]) -> str:
    """Return the title, and the organization if the source names one, as a byline gives them."""
    organization = capacity["organization"]
    return f"{capacity['title']}, {organization['name']}" if organization else capacity["title"]
