"""A quotation typed with its marks is stored without them."""

from __future__ import annotations

import pytest

from articles.editing.quotation_marks import without_marks


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("“We will go on.”", "We will go on."),
        (' "We will go on." ', "We will go on."),
        ("„Ja“", "Ja"),
        ("”Ja”", "Ja"),
        ("»Ja«", "Ja"),
        ("«Да»", "Да"),
        ("”ہاں“", "ہاں"),
        ("「是」", "是"),
        ("‘I don’t know,’", "I don’t know,"),
        ("“One.\n\n“Two.”", "One.\n\nTwo."),
    ],
)
def test_marks_around_all_of_it_go(typed: str, words: str) -> None:
    assert without_marks(typed) == words


@pytest.mark.parametrize(
    "text",
    ["We will go on.", "“Yes” and “no”", "The “Eight Wonders”", "don’t", "“", "", '6" by 8"'],
)
def test_marks_within_stay(text: str) -> None:
    assert without_marks(text) == text
