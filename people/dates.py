"""Dates as far as a source gives them: ``2020``, ``2020-07``, ``2020-07-16``, or nothing.

The spelling is ISO 8601's reduced precision, which ninjs takes as it is (``expectedStartDate``).
"""

from __future__ import annotations

import re
from datetime import date
from functools import cache
from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.db import models
from django.db.models.functions import Length
from django.utils import dates, translation

PATTERN = r"^[1-9]\d{3}(-(0[1-9]|1[0-2])(-(0[1-9]|[12]\d|3[01]))?)?$"
FULL_LENGTH = len("2020-07-16")


_looks_like_a_date = RegexValidator(
    PATTERN, "Write a date as 2020, July 2020, 16 July 2020 or 2020-07-16."
)


def validate_day(value: str) -> None:
    """Raise ValidationError for a full date that the calendar does not have (2021-02-30)."""
    try:
        if len(value) == FULL_LENGTH:
            date.fromisoformat(value)
    except ValueError as error:
        raise ValidationError(f"There is no day {value} in the calendar.") from error


@cache
def _names() -> tuple[dict[str, int], dict[str, int]]:
    """The numbers of months and of weekdays (Monday is 0) by their names in every language."""
    months: dict[str, int] = {}
    weekdays: dict[str, int] = {}
    for code, _ in settings.LANGUAGES:
        with translation.override(code):
            for names in (dates.MONTHS, dates.MONTHS_ALT, dates.MONTHS_3, dates.MONTHS_AP):
                for number, name in names.items():
                    months[str(name).casefold().strip(".")] = int(number)
            for day_names in (dates.WEEKDAYS, dates.WEEKDAYS_ABBR):
                for number, name in day_names.items():
                    weekdays[str(name).casefold().strip(".")] = number
    return months, weekdays


def from_words(text: str) -> str:
    """Return the partial date that ``text`` says in words: 12 November 2026, November 2026.

    Months by their names in any language of LANGUAGES; figures alone (12/11/2026) say no date, as
    nobody knows which is the month. What is no date comes back as it is. Raises ValidationError
    when it names another weekday than that date has.
    """
    text = re.sub(r"\d", lambda digit: str(int(digit[0])), text.strip())
    if found := re.fullmatch(r"(\d{4})\s*年(?:\s*(\d\d?)\s*月(?:\s*(\d\d?)\s*日)?)?", text):
        return "-".join(part.zfill(2) for part in found.groups() if part)
    months, weekdays = _names()
    year = month = day = weekday = ""
    for word in re.findall(r"[^\s,.،，]+", text.casefold()):
        if word in months and not month:
            month = str(months[word])
        elif word in weekdays and not weekday:
            weekday = word
        elif re.fullmatch(r"[1-9]\d{3}", word) and not year:
            year = word
        elif (ordinal := re.fullmatch(r"(\d\d?)(?:st|nd|rd|th)?", word)) and not day:
            day = ordinal[1]
        elif word not in {"of", "the"}:
            return text
    if not (year and month) or (weekday and not day):
        return text
    found_date = "-".join(part.zfill(2) for part in (year, month, day) if part)
    validate_day(found_date)
    if weekday and date.fromisoformat(found_date).weekday() != weekdays[weekday]:
        raise ValidationError(
            f"{text} is wrong: that day is a {date.fromisoformat(found_date):%A}."
        )
    return found_date


class PartialDateFormField(forms.CharField):
    """A partial date as people type it: 2026-11-12, 12 November 2026, November 2026 or 2026."""

    default_validators = [_looks_like_a_date, validate_day]

    def to_python(self, value: Any) -> str:
        return from_words(super().to_python(value) or "")


def well_formed(field: str) -> models.Q:
    """The check that a column of partial dates holds nothing else."""
    return models.Q(**{field: ""}) | models.Q(**{f"{field}__regex": PATTERN})


class PartialDateField(models.CharField):
    """A year, a month or a day as text; empty when the source gives none.

    Pair it with a GeneratedField of ``Earliest`` or ``Latest`` to compare and sort: the database
    then refuses a day that does not exist.
    """

    default_validators = [_looks_like_a_date, validate_day]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **({"max_length": FULL_LENGTH, "blank": True} | kwargs))

    def formfield(self, **kwargs: Any) -> Any:
        """Return a form field that takes words too; they are longer than what is stored."""
        return super().formfield(
            **{"form_class": PartialDateFormField, **kwargs, "max_length": None}
        )


PartialDateField.register_lookup(Length)


class Earliest(models.Func):
    """The first day a partial date can mean, as a SQL date; NULL for an empty one."""

    template = (
        "CASE WHEN %(expressions)s = '' THEN NULL ELSE make_date(left(%(expressions)s, 4)::int, "
        "COALESCE(NULLIF(substr(%(expressions)s, 6, 2), ''), '1')::int, "
        "COALESCE(NULLIF(substr(%(expressions)s, 9, 2), ''), '1')::int) END"
    )
    output_field = models.DateField()

    def as_sql(self, *args: Any, **kwargs: Any) -> tuple[str, Any]:
        """The template names its one expression several times, so its parameters repeat."""
        sql, params = super().as_sql(*args, **kwargs)
        return sql, tuple(params) * self.template.count("%(expressions)s")


class Latest(Earliest):
    """The last day a partial date can mean, as a SQL date; NULL for an empty one."""

    template = (
        f"(({Earliest.template}) + CASE length(%(expressions)s) WHEN 4 THEN interval '1 year' "
        "WHEN 7 THEN interval '1 month' ELSE interval '1 day' END - interval '1 day')::date"
    )
