"""Which passages of a text stand in quotation marks, by the language of the text.

The rules are data and few, so that the desk can have the same in JavaScript:
``tests/publishing/quoted_passages.json`` has the cases that both must meet.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import pairwise

from people.folding import NOT_WORD, UNSPACED

#: Pairs of opening and closing marks by language (its first subtag, or with the script), the usual
#: ones first. After Unicode CLDR's delimiters, with what people type besides.
PAIRS = {
    **dict.fromkeys(("en", "zh", "ko", "vi", "hi", "bn", "id", "ms", "th", "sw"), "“” ‘’ ''"),
    **dict.fromkeys(("ur", "sd", "pa-arab", "ar"), "”“ “” «» ’‘ ‘’"),
    **dict.fromkeys(("fa", "ps", "ckb"), "«» ‹› ”“"),
    **dict.fromkeys(("de", "cs", "sk", "sl", "sq"), "„“ ‚‘ »« ›‹"),
    **dict.fromkeys(("da",), "»« ›‹ ”” ’’ „“"),
    **dict.fromkeys(("no", "nb", "nn"), "«» ‘’ „“"),
    **dict.fromkeys(("sv", "fi"), "”” ’’ »»"),
    **dict.fromkeys(("fr", "es", "it", "pt", "ca", "gl", "el", "tr", "az"), "«» ‹› “” ‘’"),
    **dict.fromkeys(("pl", "ro", "hu", "hr", "sr", "bs"), "„” ‚’ «» »« ’’"),
    **dict.fromkeys(("bg", "mk", "lt", "lv", "et", "is", "ka", "hy"), "„“ ‚‘ «»"),
    **dict.fromkeys(("ru", "uk", "be", "kk", "ky", "tg", "uz"), "«» „“ ‹›"),
    **dict.fromkeys(("nl", "af"), "“” ‘’ „” ‚’ ''"),
    "he": "”” „”",
    "ja": "「」 『』",
    "zh-hant": "「」 『』 “” ‘’",
}
#: Pairs of double marks that are known in a text of any language.
EVERYWHERE = '“” „“ „” «» »« »» ”” ”“ "" ＂＂ 「」 『』 〝〟 ‹›'
#: Marks that are an apostrophe too.
SINGLE = "'‘’"
#: Words that begin with an apostrophe ('tis), and years ('90s).
_ELISION = re.compile(r"(?:tis|twas|em|cause|til|bout|round|n|\d\ds|\d\d-tal)\b", re.IGNORECASE)
#: A passage has no more marks in it than this; more are marks that nobody closed.
MOST_MARKS = 100

_ALL_PAIRS = " ".join([EVERYWHERE, *PAIRS.values()])
_MARK = re.compile(f"[{re.escape(''.join(sorted(set(_ALL_PAIRS.replace(' ', '')))))}]")
#: A letter or digit of a script that puts blanks between words.
_LETTER = re.compile(f"[^{NOT_WORD}{UNSPACED}]")
#: What may stand before an opening mark without a blank, and after a closing one.
_BEFORE = re.compile(r"[\s(\[{<—–―\-:;/=¿¡（：，]|" + _MARK.pattern)
_AFTER = re.compile(r"[\s.,;:!?…)\]}—–،؛؟۔।。，、；：！？）]|" + _MARK.pattern)
_SENTENCE_END = re.compile(r"[.,;:!?…—–]")


@dataclass(frozen=True)
class Passage:
    """A passage in quotation marks.

    ``text[start:end]`` is the passage with its marks (Unicode characters from 0), ``words`` what
    stands between them, paragraphs joined by a blank. ``continued`` are the positions of marks
    that only say, at the beginning of a paragraph, that the passage goes on.
    """

    start: int
    end: int
    words: str
    continued: tuple[int, ...] = ()


def quoted_passages(text: str, language: str = "en") -> list[Passage]:
    """Return the quoted passages of plain ``text`` (one paragraph a line), in their order.

    ``language`` is a BCP 47 code; one without a row in ``PAIRS`` is read as English. A passage
    within another is not listed. A mark that nobody closes opens nothing.
    """
    reader = _Reader(text, pairs_of(language))
    found: list[Passage] = []
    at = 0
    while at < len(reader.marks):
        passage, after = reader.passage_at(at)
        if passage:
            found.append(passage)
        at = after
    return found


def pairs_of(language: str) -> list[str]:
    """Return the pairs of opening and closing marks of ``language`` (BCP 47)."""
    code = language.lower()
    while code and code not in PAIRS:
        code = code.rpartition("-")[0]
    return PAIRS[code or "en"].split()


class _Reader:
    """The marks of one text, read by the pairs of its language."""

    def __init__(self, text: str, pairs: list[str]) -> None:
        self.text = text
        self.own_opening = {pair[0] for pair in pairs}
        self.own_closing = {pair[1] for pair in pairs}
        self.closing: dict[str, set[str]] = {}
        for pair in [*pairs, *EVERYWHERE.split()]:
            self.closing.setdefault(pair[0], set()).add(pair[1])
        found = (match.start() for match in _MARK.finditer(text))
        self.marks = [at for at in found if not self._is_apostrophe(at)]
        self.opening = [self._opens(at) for at in self.marks]

    def passage_at(self, n: int) -> tuple[Passage | None, int]:
        """Return the passage that the mark ``n`` opens, and the mark to go on from."""
        start = self.marks[n]
        mark = self.text[start]
        if not self.opening[n]:
            return None, n + 1
        depth, continued = 1, list[int]()
        for k in range(n + 1, min(n + MOST_MARKS, len(self.marks))):
            at = self.marks[k]
            if self.text[at] == mark and self._opens_within(k):
                if self._begins_paragraph(at):
                    continued.append(at)
                else:
                    depth += 1
            elif self.text[at] in self.closing[mark] and self._closes(k, mark):
                depth -= 1
            if not depth:
                return self._passage(start, at, continued), k + 1
        return None, n + 1

    def _passage(self, start: int, end: int, continued: list[int]) -> Passage:
        edges = [start, *continued, end]
        parts = [self.text[a + 1 : b].strip() for a, b in pairwise(edges)]
        words = re.sub(r"[^\S\n]*\n\s*", " ", " ".join(parts))
        return Passage(start, end + 1, words, tuple(continued))

    def _opens(self, at: int) -> bool:
        """Whether the mark may open a passage, by what stands before and after it."""
        mark, before, after = self._around(at)
        if mark not in self.closing or not after or after == "\n":
            return False
        if after.isspace():
            return mark in "«‹" and (not before or before.isspace())
        if mark in SINGLE and _ELISION.match(self.text, at + 1):
            return False
        if not before or _BEFORE.match(before):
            return after not in ",;:!?)]}"
        if _AFTER.match(after):
            return False
        directed = mark in self.own_opening and mark not in self.own_closing
        return (directed and mark not in SINGLE) or not _LETTER.match(before)

    def _closes(self, k: int, opened_by: str) -> bool:
        """Whether the mark ``k`` closes the passage, rather than opens another or stands for
        inches or a possessive (the boys’)."""
        at = self.marks[k]
        mark, before, after = self._around(at)
        if (mark == opened_by or mark in self.own_opening) and self._opens_within(k):
            return False
        if mark in SINGLE and after and _LETTER.match(after):
            return False
        following = self._next_closing(k, mark)
        if following is None:
            return True
        last = self.text[following - 1]
        if mark == '"' and before.isdigit():  # a 6" pipe
            return last.isdigit()
        if mark in SINGLE and before in "sSzZxX" and after == " ":
            return not _SENTENCE_END.match(last)
        return True

    def _next_closing(self, k: int, mark: str) -> int | None:
        """Where the same mark closes again in this paragraph, unless one opens before that."""
        end = self.text.find("\n", self.marks[k])
        for n in range(k + 1, min(k + MOST_MARKS, len(self.marks))):
            if 0 <= end < self.marks[n] or self.opening[n]:
                return None
            if self.text[self.marks[n]] == mark:
                return self.marks[n]
        return None

    def _opens_within(self, k: int) -> bool:
        """Whether the mark ``k`` opens within another passage: there is a blank before it."""
        before = self.text[self.marks[k] - 1]
        return self.opening[k] and (before.isspace() or before in "([{")

    def _is_apostrophe(self, at: int) -> bool:
        mark, before, after = self._around(at)
        if mark not in SINGLE and mark != '"':
            return False
        if before == "n" and at > 1 and self.text[at - 2] in SINGLE:  # rock 'n' roll
            return True
        return bool(before and after and _LETTER.match(before) and _LETTER.match(after))

    def _begins_paragraph(self, at: int) -> bool:
        line = self.text.rfind("\n", 0, at) + 1
        return line > 0 and not self.text[line:at].strip()

    def _around(self, at: int) -> tuple[str, str, str]:
        return self.text[at], self.text[at - 1 : at], self.text[at + 1 : at + 2]
