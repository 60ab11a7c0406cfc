"""Folding: two spellings of the same words become one string, by the rules of each script.

``fold`` is the only folding of the project. Quotations, search, the desk's pickers and the check
for doubles compare folded text. The database function ``newsroom_fold``
(``articles/migrations/sql/search.sql``) does the same as ``fold``; a test compares both for every
character of Unicode.
"""

from __future__ import annotations

import re
import unicodedata

#: Accents that people type in place of an apostrophe; NFKD would make a blank of them.
_ACCENTS = re.compile("[\u00b4\u1fbd\u1fbf\u1ffd]")
#: A raised number keeps a sign before it, so that 10⁶ does not become 106; so do others.
_RAISED = re.compile("([^\x00-\x20²³¹⁰⁴-⁹⁺⁻])([²³¹⁰⁴-⁹⁺⁻])")
_LOWERED = re.compile("([0-9٠-٩۰-۹])([₀-₉])")
_FRACTION = re.compile("([0-9٠-٩۰-۹])([¼-¾⅐-⅟↉①-⒛⓪㈠-㋿㍘-㍰㏠-㏾\U0001f100-\U0001f10a])")
#: Trade marks; NFKD would make letters of them.
_TRADE_MARKS = re.compile("[™℠]")
#: Characters that are not seen: Unicode's format characters, joiners and variation selectors.
_FORMAT = re.compile(
    "[\u00ad\u034f\u0600-\u0605\u061c\u06dd\u070f\u0890\u0891\u08e2\u115f\u1160\u17b4\u17b5"
    "\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f\u3164\ufe00-\ufe0f\ufeff\uffa0"
    "\ufff0-\ufffb\U000110bd\U000110cd\U00013430-\U0001343f\U0001bca0-\U0001bca3"
    "\U0001d173-\U0001d17a\U000e0000-\U000e0fff]"
)
#: A mark over or under a letter, but not the stroke that makes = not equal. In Cyrillic a mark
#: makes another letter (й, ї, ў, ѓ), but for ё, also written е, and for a stress on a vowel.
_ALL_MARKS = "\u0300-\u0337\u0339-\u036f\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f"
_MARKS = re.compile(f"(^|[^{_ALL_MARKS}\u0400-\u052f])[{_ALL_MARKS}]+")
_CYRILLIC_MARKS = re.compile(
    "([еЕ])[\u0300\u0301\u0308]+|([аиоуыэюяіїєѣѵАИОУЫЭЮЯІЇЄѢѴ])[\u0300\u0301]+"
)
#: Arabic vowel signs, hamza on a carrier and the stretching sign; Hebrew points.
_SEMITIC_MARKS = re.compile(
    "[\u0591-\u05bd\u05bf\u05c1\u05c2\u05c4\u05c5\u05c7\u0610-\u061a\u0640\u064b-\u0652"
    "\u0654-\u065f\u0670\u06d6-\u06dc\u06df-\u06e4\u06e7\u06e8\u06ea-\u06ed]"
)
#: A dash between clauses stands apart, so that it is not taken for the hyphen of a compound.
_DASH = re.compile("[\u2014\u2015\u2e3a\u2e3b]|--+")
#: What stands between words: blanks, punctuation and symbols of folded text. Ranges of a class.
NOT_WORD = (
    "\x00-/:-@\\[-`{-\u00a9\u00ab-\u00b4\u00b6-\u00b9\u00bb-\u00bf\u00d7\u00f7\u02c2-\u02df\u037e\u0387"
    "\u055a-\u055f\u0589\u05be\u05c0\u05c3\u05f3\u05f4\u060b-\u060d\u061b\u061e\u061f\u066a-\u066d\u06d4"
    "\u0964\u0965\u0e4f\u0e5a\u104a-\u104f\u17d4-\u17da\u2010-\u206f\u20a0-\u20cf\u2190-\u2bff"
    "\u2e00-\u2e7f\u3001-\u3004\u3008-\u3020\u3030\u30a0\u30fb\ue000-\uf8ff\ufffc\ufffd"
    "\U0001f000-\U0001faff"
)
#: Scripts without blanks between words: Thai, Lao, Burmese, Khmer, kana, Han. Ranges of a class.
UNSPACED = (
    "\u0e01-\u0e4e\u0e80-\u0eff\u1000-\u1049\u1050-\u109f\u1780-\u17d3\u2e80-\u2fdf\u3005-\u3007"
    "\u3041-\u309f\u30a1-\u30fa\u30fc-\u30ff\u3105-\u312f\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff"
    "\uf900-\ufaff\U00020000-\U0003ffff"
)
_WORD = re.compile(f"[^{NOT_WORD}]+")
_BLANKS = re.compile("[\x00-\x20\x7f-\x9f\u1680\u2028\u2029]+")


def _table(*rows: tuple[str, str]) -> dict[int, str]:
    """One table of ``rows``: signs, and as many others for them or one for them all."""
    table: dict[int, str] = {}
    for signs, others in rows:
        pairs = zip(signs, others if len(others) > 1 else others * len(signs), strict=True)
        table |= {ord(sign): other for sign, other in pairs}
    return table


#: Signs that become one other sign.
_SIGNS = _table(
    ("‐‑‒–−\u05be", "-"),
    ("‘’‚‛′‵‹›`\u02b9\u02bb\u02bc\u02bd\u05f3", "'"),
    ("“”„‟«»〝〞〟「」『』\u05f4", '"'),
    ("⁄∕،؛؟۔٪٫٬", "//,;?.%.,"),
    ("٠١٢٣٤٥٦٧٨٩۰۱۲۳۴۵۶۷۸۹", "01234567890123456789"),
    ("كڪيىهەةٱ", "ککییہہۃا"),
    ("ŁłØøĐđÐðĦħŦŧıȷƀɃƉɖƗɨȺⱥȻȼɆɇǤǥ", "LlOoDdDdHhTtijbBDdIiAaCcEeGg"),
    ("ɈɉⱣᵽɌɍȾⱦɄʉɎɏƵƶƟɵ", "JjPpRrTtUuYyZzOo"),
    ("ς", "σ"),
)
#: Letters that become two.
_PAIRS = {"ß": "ss", "ẞ": "SS", "æ": "ae", "Æ": "AE", "œ": "oe", "Œ": "OE", "þ": "th", "Þ": "TH"}
_TABLE = _SIGNS | {ord(letter): pair for letter, pair in _PAIRS.items()}


def fold(text: str, *, keep_case: bool = False) -> str:
    """Return ``text`` in the form in which spellings are compared.

    The form has no accents, no invisible characters, one kind of blank, hyphen, apostrophe and
    quotation mark; Arabic letters are Urdu's; ``ß`` is ``ss``, ``ł`` is ``l``. A letter that a mark
    makes another one (``й``, ``آ``, Japanese and Indian letters) stays. The case goes too unless
    ``keep_case``. Folding what is folded changes nothing.
    """
    text = _TRADE_MARKS.sub("", _ACCENTS.sub("'", text))
    text = _FRACTION.sub(r"\1 \2", _LOWERED.sub(r"\1_\2", _RAISED.sub(r"\1^\2", text)))
    text = _FORMAT.sub("", unicodedata.normalize("NFKD", text))
    if not keep_case:
        text = text.lower()
    text = _CYRILLIC_MARKS.sub(r"\1\2", _MARKS.sub(r"\1", text))
    text = _DASH.sub(" - ", _SEMITIC_MARKS.sub("", text).translate(_TABLE))
    return unicodedata.normalize("NFC", _BLANKS.sub(" ", text).strip(" "))


def words(folded: str) -> list[str]:
    """Return the words of folded text; those of a script without blanks are not cut apart."""
    return _WORD.findall(folded)
