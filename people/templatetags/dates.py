"""Template filters for dates."""

from __future__ import annotations

from datetime import date, datetime

from django import template
from django.utils import timezone
from django.utils.formats import date_format

register = template.Library()

_FORMATS = {4: "Y", 7: "YEAR_MONTH_FORMAT", 10: "DATE_FORMAT"}


@register.filter
def partial_date(value: str) -> str:
    """Return a partial date in words: 2020, July 2020 or 16 July 2020."""
    if not value:
        return ""
    first_day = date.fromisoformat(value + "-01-01"[len(value) - 4 :])
    return date_format(first_day, _FORMATS[len(value)])


@register.filter
def moment(value: str) -> datetime:
    """Return a frozen document's ISO 8601 text as a datetime, for the ``date`` filter."""
    return datetime.fromisoformat(value)


@register.filter
def clock(value: datetime) -> str:
    """Return a datetime in words with its time zone: 16 July 2020, 10:00 UTC."""
    local = timezone.localtime(value)
    return f"{date_format(local, 'DATETIME_FORMAT')} {local:%Z}"


@register.filter
def stamp(value: datetime) -> str:
    """Return a datetime as ISO 8601 to the second; HTML takes nothing finer than milliseconds."""
    return timezone.localtime(value).isoformat(timespec="seconds")
