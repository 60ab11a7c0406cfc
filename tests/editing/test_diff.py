"""Two texts compared: by whole words in every script, paragraphs apart, in bounded time."""

from __future__ import annotations

import random
import time

import pytest

from articles.editing.diff import Pieces, words

#: Two texts, and what is deleted and inserted.
CASES = [
    ("We go on.", "We went on.", ["go"], ["went"]),
    ("They don't go.", "They do go.", ["don't"], ["do"]),
    ("It cost 5,000 rupees.", "It cost 6,000 rupees.", ["5,000"], ["6,000"]),
    ("a non-aligned state", "a neutral state", ["non-aligned"], ["neutral"]),
    ("وہ اسلام آباد گئے۔", "وہ لاہور گئے۔", ["اسلام آباد"], ["لاہور"]),
    ("مُحَمَّد آئے", "مُحَمَّد گئے", ["آئے"], ["گئے"]),
    ("我们去北京。", "我们去上海。", ["北京"], ["上海"]),
    ("हिन्दी में", "हिन्दी का", ["में"], ["का"]),
    ("One\nTwo\nThree", "One\nThree", ["Two\n"], []),
    ("One\nThree", "One\nTwo\nThree", [], ["Two\n"]),
    ("", "New", [], ["New"]),
    ("Old", "", ["Old"], []),
    ("Same", "Same", [], []),
    ("<p>One</p><p>Two</p>", "<p><em>One</em></p><p>Two</p>", [], ["<em>", "</em>"]),
]


def side(pieces: Pieces, *kinds: str) -> str:
    return "".join(text for kind, text in pieces if kind in kinds)


@pytest.mark.parametrize(("old", "new", "deleted", "inserted"), CASES)
def test_what_differs(old: str, new: str, deleted: list[str], inserted: list[str]) -> None:
    pieces = words(old, new)
    assert [text for kind, text in pieces if kind == "del"] == deleted
    assert [text for kind, text in pieces if kind == "ins"] == inserted
    assert (side(pieces, "same", "del"), side(pieces, "same", "ins")) == (old, new)


def test_a_paragraph_that_is_cut_in_two_keeps_its_words() -> None:
    pieces = words("One two three. Four five six.\nEnd.", "One two three.\nFour five six.\nEnd.")
    assert "Four five six." in side(pieces, "same")


def test_no_piece_goes_over_the_end_of_a_paragraph() -> None:
    pieces = words("One.\nTwo.\nThree.\nEnd.", "Other.\nWords.\nEnd.")
    assert all("\n" not in text[:-1] for _, text in pieces)
    assert ("same", "End.") in pieces


def a_text(length: int, by_paragraph: int = 60) -> list[list[str]]:
    """Paragraphs of ``length`` words in all, some of which are common as in a language."""
    source = random.Random(length)  # noqa: S311 - no secret
    vocabulary = [f"word{n}" for n in range(3000)]
    chosen = source.choices(vocabulary, [1 / (n + 1) for n in range(3000)], k=length)
    return [chosen[n : n + by_paragraph] for n in range(0, length, by_paragraph)]


def joined(paragraphs: list[list[str]]) -> str:
    return "\n".join(" ".join(paragraph) for paragraph in paragraphs)


@pytest.mark.parametrize("length", [4_000, 20_000])
def test_a_long_text_is_compared_in_well_under_a_second(length: int) -> None:
    old = a_text(length)
    new = [[word if n % 40 else "other" for n, word in enumerate(row)] for row in old[1:]]
    new.insert(len(new) // 2, ["A", "new", "paragraph"])
    began = time.process_time()
    pieces = words(joined(old), joined(new))
    assert time.process_time() - began < 0.7
    assert len(side(pieces, "same")) > 0.9 * len(joined(old))
    assert (side(pieces, "same", "del"), side(pieces, "same", "ins")) == (joined(old), joined(new))


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("a " * 20_000, "a " * 19_000 + "b " * 1_000),
        ("a\n" * 20_000, "b\n" + "a\n" * 19_000 + "b\n"),
        ("x a " * 5_000, "x b " * 5_000),
        (joined(a_text(20_000, 20_000)), joined(a_text(19_000, 19_000))),
        (joined(a_text(20_000)), joined(a_text(19_000))),
        ("\n".join(["x a " * 60] * 300), "\n".join(["x b " * 60] * 300)),
    ],
)
def test_no_text_takes_long(old: str, new: str) -> None:
    began = time.process_time()
    pieces = words(old, new)
    assert time.process_time() - began < 1.5
    assert (side(pieces, "same", "del"), side(pieces, "same", "ins")) == (old, new)
