"""How templates write dates."""

from __future__ import annotations

from datetime import date, datetime

from django import template
from django.utils import timezone
from django.utils.formats import date_format

register = template.Library()

_FORMATS = {4: "Y", 7: "YEAR_MONTH_FORMAT", 10: "DATE_FORMAT"}


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


@register.filter
def clock(value: datetime) -> str:
    """A moment with its time of day and zone: 16 July 2020, 10:00 UTC."""
    local = timezone.localtime(value)
    return f"{date_format(local, 'DATETIME_FORMAT')} {local:%Z}"


@register.filter
def stamp(value: datetime) -> str:
    """A moment for machines, to the second; HTML takes no finer one than milliseconds."""
    return timezone.localtime(value).isoformat(timespec="seconds")
