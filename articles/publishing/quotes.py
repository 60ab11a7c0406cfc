"""Do the words stand in the body, and whose are the quoted passages?"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

from articles.publishing.passages import quoted_passages
from people.folding import NOT_WORD, UNSPACED, fold

#: A letter or digit of a script that puts blanks between words, in folded text.
_LETTER = f"[^{NOT_WORD}{UNSPACED}]"
_CURRENCY = "[$¢£¤¥\u058f\u060b\u09f2\u09f3\u0e3f\u17db\u20a0-\u20cf]"
_HAN_NUMERAL = "[〇零一二两兩三四五六七八九十百千万萬亿億兆]"
#: Words that are part of the number before them.
_SCALE = (
    "hundred|thousand|million|billion|trillion|lakh|crore|dozen|percent|per cent|"
    "bn|mn|тыс|млн|млрд|тысяч[аи]?|миллион(?:а|ов)?|миллиард(?:а|ов)?|процент(?:а|ов)?|"
    "سو|ہزار|لاکھ|کروڑ|ارب|کھرب|فیصد|فی صد"
)
#: What cannot be cut: a word or a number of folded text, with what belongs to it.
_UNIT = re.compile(
    rf"""
    # before a number: its sign, its currency, the point of .5
    (?: {_CURRENCY}\ ?(?=[-.\d]) )? (?: (?<!{_LETTER})[-+\xb1](?={_CURRENCY}?\d) )?
    (?: {_CURRENCY}(?=[.\d]) )? (?: \.(?=\d) )?
    {_LETTER}+
    (?:
        (?: [-'&@_·]                                  # don't, non-aligned, 5-7, R&D
        | (?<=\d)[.,:/](?=\d)                         # 3.5, 5,000, 10:30, 16/7
        | (?<!19\d\d)(?<!20\d\d)(?<=\d)\^(?=[-\d])    # 10⁶; what is raised after a year is a note
        | (?<={_LETTER})\.(?=[a-z\d])                 # example.org, Rs.5
        | (?<=[^{NOT_WORD}]\.{_LETTER})\.(?={_LETTER})        # U.S.A
        | (?<![^{NOT_WORD}]{_LETTER})(?<=[A-Z])\.(?=[A-Z])    # U.S
        | (?: (?<=\D\d)|(?<=\D\d\d)|(?<=\D\d\d\d) )\ (?=\d\d\d(?!{_LETTER}))  # 5 000 000
        | (?<=\d)\ (?=\d+/\d)                         # 5 1/2
        )
        {_LETTER}+
    )*
    (?:
        (?<=\d)\ ?(?:[%‰‱°+]|{_CURRENCY})             # 5 %, 5 €, 60+
        | (?<=\d)\ ?[ckmµ]?m\^[23]                    # 5 m²
        | (?<=\d)[ -](?:{_SCALE})(?!{_LETTER})        # 5 million
        | (?<=\d){_HAN_NUMERAL}+                      # 5万
        | -(?=\ )                                     # pre- and post-war
    )*
    | (?:百分之)?{_HAN_NUMERAL}{{2,}} | 百分之(?:[\d.]+|{_HAN_NUMERAL})
    | (?<=[א-ת])"(?=[א-ת])
    """,
    re.VERBOSE,
)


@dataclass(frozen=True)
class _Body:
    """A folded text with the spans of its words and numbers, in their order."""

    text: str
    starts: list[int]
    ends: list[int]

    def find(self, words: str) -> int:
        """Where ``words`` (folded) stand without cutting a word or a number; -1 if nowhere."""
        at = self.text.find(words)
        while words and at >= 0:
            if not (self._cuts(at) or self._cuts(at + len(words))):
                return at
            at = self.text.find(words, at + 1)
        return -1

    def _cuts(self, at: int) -> bool:
        """Whether a word or number stands on both sides of the position ``at``."""
        n = bisect_right(self.starts, at) - 1
        return n >= 0 and self.starts[n] < at < self.ends[n]


def find_quotation(words: str, body: str, language: str = "en") -> int:
    """Where ``words`` begin in the plain text ``body``, both folded; -1 when they do not stand.

    A quotation begins and ends where a word or a number does: “we can” does not stand in “we
    can't”, nor “5” in “−5 percent” or “5,000”. The marks that only say at a paragraph's beginning
    that a passage goes on are no part of the words. ``language`` is the body's BCP 47 code.
    """
    folded = fold(words, keep_case=True)
    return next((at for text in _ways(body, language) if (at := text.find(folded)) >= 0), -1)


def unattributed(body: str, quotations: Iterable[str], language: str = "en") -> list[str]:
    """Return the passages that ``body`` puts in quotation marks and no quotation covers.

    A title or a term may be among them: they are for the editor to look at, not an error.
    """
    covered = list(quotations)
    return [
        passage.words
        for passage in quoted_passages(body, language)
        if not any(_covers(quotation, passage.words, language) for quotation in covered)
    ]


def _covers(quotation: str, passage: str, language: str) -> bool:
    """Whether one of the two stands in the other, apart from the passage's last sign."""
    ending = re.compile(r"[\s.,;!?…،؛؟۔।。，；！？]+$")
    return (
        find_quotation(ending.sub("", passage), quotation, language) >= 0
        or find_quotation(ending.sub("", quotation), passage, language) >= 0
    )


@lru_cache(maxsize=8)
def _ways(body: str, language: str) -> list[_Body]:
    """``body`` folded: without the marks that say that a passage goes on, then as written."""
    continued = [at for passage in quoted_passages(body, language) for at in passage.continued]
    edges = [-1, *continued, len(body)]
    joined = "".join(body[a + 1 : b] for a, b in pairwise(edges))
    return [_spans(fold(text, keep_case=True)) for text in dict.fromkeys((joined, body))]


def _spans(folded: str) -> _Body:
    units = [match.span() for match in _UNIT.finditer(folded)]
    return _Body(folded, [start for start, _ in units], [end for _, end in units])
