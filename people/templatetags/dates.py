"""How templates write dates."""

from __future__ import annotations

from datetime import date, datetime

from django import template
from django.utils.formats import date_format

register = template.Library()

_FORMATS = {4: "Y", 7: "F Y", 10: "j F Y"}


@register.filter
def partial_date(value: str) -> str:
    """A partial date in words: 2020, July 2020 or 16 July 2020."""
    if not value:
        return ""
    first_day = date.fromisoformat(value + "-01-01"[len(value) - 4 :])
    return date_format(first_day, _FORMATS[len(value)])


@register.filter
def moment(value: str) -> datetime:
    """An ISO 8601 moment out of a frozen document, for the ``date`` filter."""
    return datetime.fromisoformat(value)
