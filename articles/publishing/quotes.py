"""Do the words stand in the body, and whose are the quoted passages?"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

_TYPOGRAPHIC = str.maketrans("‘’‚‛“”„‟«»", '\'\'\'\'""""""')
#: Single quotation marks are left out: the same sign is an apostrophe.
_QUOTED = re.compile(r"“([^“”]+)”|«([^«»]+)»|\"([^\"]+)\"")


#: A letter or digit of a script that puts spaces between words, which Chinese does not.
_LETTER = r"[^\W\u2e80-\u9fff]"


def fold(text: str) -> str:
    """Make texts comparable word for word: Unicode form, white space and quotation marks alike."""
    return " ".join(unicodedata.normalize("NFC", text).translate(_TYPOGRAPHIC).split())


def find_quotation(words: str, body: str) -> int:
    """Where ``words`` begin in the plain text ``body``, both folded; -1 when they do not stand.

    Neither end may cut a word of the body: “we go” does not stand in “we gone”.
    """
    whole = rf"(?<!{_LETTER}(?={_LETTER})){re.escape(fold(words))}(?!(?<={_LETTER}){_LETTER})"
    found = re.search(whole, fold(body))
    return found.start() if found else -1


def unattributed(body: str, quotations: Iterable[str]) -> list[str]:
    """Return the passages that ``body`` puts in quotation marks and no quotation covers.

    A title or a term may be among them: they are for the editor to look at, not an error.
    """
    covered = [fold(quotation) for quotation in quotations]
    passages = ("".join(match.groups("")) for match in _QUOTED.finditer(body))
    return [
        passage
        for passage in passages
        if not any(
            fold(passage).rstrip(".,;!?") in words or words in fold(passage) for words in covered
        )
    ]
