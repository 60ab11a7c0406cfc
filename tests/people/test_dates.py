"""Partial dates as people type them."""

from __future__ import annotations

import pytest
from django.core.exceptions import ValidationError

from people.dates import PartialDateField, from_words


@pytest.mark.parametrize(
    ("typed", "date"),
    [
        ("2026", "2026"),
        ("2026-11", "2026-11"),
        ("2026-11-12", "2026-11-12"),
        ("12 November 2026", "2026-11-12"),
        ("November 12, 2026", "2026-11-12"),
        ("  12th of Nov. 2026 ", "2026-11-12"),
        ("1 sept. 2026", "2026-09-01"),
        ("November 2026", "2026-11"),
        ("Thursday, 12 November 2026", "2026-11-12"),
        ("12 ноября 2026", "2026-11-12"),
        ("2026年11月12日", "2026-11-12"),
        ("2026年11月", "2026-11"),
        ("۱۲ نومبر ۲۰۲۶", "2026-11-12"),
        ("", ""),
    ],
)
def test_a_date_in_words_is_understood(typed: str, date: str) -> None:
    assert PartialDateField().formfield().clean(typed) == date


@pytest.mark.parametrize(
    "typed", ["12/11/2026", "on Thursday", "November", "12 November", "12 13 November 2026", "soon"]
)
def test_what_says_no_date_is_never_made_one(typed: str) -> None:
    assert from_words(typed) == typed
    with pytest.raises(ValidationError, match="16 July 2020"):
        PartialDateField().formfield().clean(typed)


def test_a_day_that_does_not_exist_is_refused() -> None:
    for typed in ("31 November 2026", "2026-02-30"):
        with pytest.raises(ValidationError, match="no day 2026"):
            PartialDateField().formfield().clean(typed)


def test_a_weekday_that_does_not_fit_is_refused() -> None:
    with pytest.raises(ValidationError, match="is a Thursday"):
        from_words("Friday, 12 November 2026")


def test_the_field_is_long_enough_for_words() -> None:
    assert "maxlength" not in str(PartialDateField().formfield().widget.attrs)
