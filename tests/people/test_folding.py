"""One table of spellings that are the same, and of those that are not."""

from __future__ import annotations

import sys
import unicodedata
from itertools import batched

import pytest
from django.db import connection

from articles.public.xml_text import printable
from people.folding import fold, words

SAME = [
    # Latin: accents, strokes, ligatures
    ("Müller", "Muller"),
    ("Zürich", "Zurich"),
    ("Łukasz", "Lukasz"),
    ("ŁUKASZ", "lukasz"),
    ("Søren", "Soren"),
    ("Đặng", "Dang"),
    ("Straße", "Strasse"),
    ("STRAẞE", "Strasse"),
    ("Æsop", "Aesop"),
    ("İstanbul", "Istanbul"),
    ("Diyarbakır", "Diyarbakir"),
    ("ﬁnance", "finance"),
    ("e\u0301te\u0301", "été"),
    # Signs
    ("O’Brien", "O'Brien"),
    ("Oʼ´Brien", "O''Brien"),
    ("“so”", '"so"'),
    ("「so」", '"so"'),
    ("＂so＂", '"so"'),
    ("co\u00adoperate", "cooperate"),
    ("no\u200bth\u2060ing\ufeff", "nothing"),
    ("non\u2011aligned", "non-aligned"),
    ("2019–20", "2019-20"),
    ("−5", "-5"),
    ("and so…", "and so..."),
    ("we go—now", "we go - now"),
    ("a\u00a0b\u202fc\u3000d\te\nf", "a b c d e f"),
    ("５０％", "50%"),
    ("5½", "5 1/2"),
    ("CO₂", "CO2"),
    ("Windows™", "Windows"),
    # Arabic script
    ("ظهور", "ظہور"),
    ("كراچي", "کراچی"),
    ("پاكستان", "پاکستان"),
    ("مُحَمَّد", "محمد"),
    ("أحمد", "احمد"),
    ("على", "علی"),
    ("ﷺ", "صلى الله عليه وسلم"),
    ("محمـــد", "محمد"),
    ("می‌خواهم", "میخواهم"),
    ("٥٠٪", "50%"),
    ("۵۰", "50"),
    # Hebrew, Greek, Cyrillic
    ("שָׁלוֹם", "שלום"),
    ("Ὀδυσσεύς", "ΟΔΥΣΣΕΥΣ"),
    ("ёлка", "елка"),
    ("за́мок", "замок"),
    ("МУЗЕЙ", "музей"),
    ("и\u0306", "й"),
    # Kana, Hangul
    ("ｶﾞ", "ガ"),
    ("한", "한"),
]
DIFFERENT = [
    ("музей", "музеи"),
    ("їжак", "іжак"),
    ("ѓ", "г"),
    ("آم", "ام"),
    ("ھ", "ہ"),
    ("ے", "ی"),
    ("が", "か"),
    ("कि", "क"),
    ("10⁶", "106"),
    ("2020¹", "20201"),
    ("5½", "51/2"),
    ("5①", "51"),
    ("≠ 5", "= 5"),
    ("non-aligned", "nonaligned"),
]
TEXTS = [text for pair in SAME + DIFFERENT for text in pair]


@pytest.mark.parametrize(("one", "other"), SAME)
def test_two_spellings_of_the_same(one: str, other: str) -> None:
    assert fold(one) == fold(other)


@pytest.mark.parametrize(("one", "other"), DIFFERENT)
def test_what_differs_stays_different(one: str, other: str) -> None:
    assert fold(one) != fold(other)


def test_case_is_kept_where_it_counts() -> None:
    assert fold("Łukasz’", keep_case=True) == "Lukasz'"
    assert fold("Mughal", keep_case=True) != fold("mughal", keep_case=True)


def test_words_are_what_signs_stand_between() -> None:
    assert words(fold("India/Pakistan, COVID-19: “R&D”")) == [
        *("india", "pakistan", "covid", "19", "r", "d")
    ]


@pytest.mark.slow
def test_what_is_folded_stays_as_it_is() -> None:
    for text in [*TEXTS, *characters()]:
        once = fold(text)
        assert fold(once) == once, ascii(text)


@pytest.mark.slow
def test_no_invisible_character_is_left() -> None:
    for sign in characters():
        if unicodedata.category(sign) == "Cf":
            assert fold(f"a{sign}b") == "ab", ascii(sign)


@pytest.mark.slow
@pytest.mark.django_db
def test_postgresql_folds_every_character_as_python_does() -> None:
    with connection.cursor() as cursor:
        for batch in batched([*TEXTS, *(f"5{c}e{c} A{c}" for c in characters())], 20_000):
            cursor.execute("SELECT newsroom_fold(t) FROM unnest(%s::text[]) AS t", [list(batch)])
            for text, (folded,) in zip(batch, cursor.fetchall(), strict=True):
                assert folded == fold(text), ascii(text)


#: Capitals that came with Unicode 16 and 17: newer Pythons know their small letters.
_NEW_CAPITALS = {
    *(0x1C89, 0xA7CB, 0xA7CC, 0xA7CE, 0xA7D2, 0xA7D4, 0xA7DA, 0xA7DC),
    *range(0x10D50, 0x10D66),
    *range(0x16EA0, 0x16EB9),
}


def characters() -> list[str]:
    """Every character that this Python knows and the project stores."""
    every = (chr(code) for code in range(1, sys.maxunicode + 1) if code not in _NEW_CAPITALS)
    known = (sign for sign in every if unicodedata.category(sign) not in ("Cn", "Cs", "Co"))
    return [sign for sign in known if printable(sign)]
