"""Dates as far as a source gives them: ``2020``, ``2020-07``, ``2020-07-16``, or nothing.

The spelling is ISO 8601's reduced precision, which ninjs takes as it is (``expectedStartDate``).
"""

from __future__ import annotations

from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.db import models
from django.db.models.functions import Length

PATTERN = r"^[1-9]\d{3}(-(0[1-9]|1[0-2])(-(0[1-9]|[12]\d|3[01]))?)?$"
FULL_LENGTH = len("2020-07-16")


def validate_day(value: str) -> None:
    """Raise ValidationError for a full date that the calendar does not have (2021-02-30)."""
    try:
        if len(value) == FULL_LENGTH:
            date.fromisoformat(value)
    except ValueError as error:
        raise ValidationError(f"There is no day {value} in the calendar.") from error


def well_formed(field: str) -> models.Q:
    """The check that a column of partial dates holds nothing else."""
    return models.Q(**{field: ""}) | models.Q(**{f"{field}__regex": PATTERN})


class PartialDateField(models.CharField):
    """A year, a month or a day as text; empty when the source gives none.

    Pair it with a GeneratedField of ``Earliest`` or ``Latest`` to compare and sort: the database
    then refuses a day that does not exist.
    """

    default_validators = [
        RegexValidator(PATTERN, "Write a date as 2020, 2020-07 or 2020-07-16."),
        validate_day,
    ]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **({"max_length": FULL_LENGTH, "blank": True} | kwargs))


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
