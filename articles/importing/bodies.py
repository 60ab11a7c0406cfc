"""Names of bodies in sentences: what is one, and where it ends."""

from __future__ import annotations

import re

from articles.importing.sentences import (
    Token,
)
from articles.importing.words import (
    COMPANY_FORMS,
    HONORIFICS,
    ORG_JOINERS,
    ORG_WORDS,
    PARTICLES,
    PLACES,
    SMALL_FORMS,
    SUBJECTS,
    TELLING_NOUNS,
    TITLE_HEADS,
    TITLE_MODIFIERS,
    WEAK_ORG,
    WEEKDAYS,
    word_set,
)

type Range = tuple[int, int]


RANKS = word_set(
    """
lt maj brig gen col capt dr mr mrs ms prof professor justice lieutenant brigadier colonel shri smt
"""
)


#: The name of a body has no more tokens than this.
_LONGEST_NAME = 30


def names_body(tokens: list[Token]) -> bool:
    """Whether the words are a body's name: a strong word of bodies, or an abbreviation."""
    caps = [token for token in tokens if token.cap]
    if not caps or all(token.low in PLACES for token in caps):
        return False
    strong = any(t.low in ORG_WORDS - WEAK_ORG for t in caps)
    weak = sum(t.low in WEAK_ORG for t in caps)
    acronym = any(t.acronym and t.low not in PLACES and len(t.text) < 12 for t in caps)
    return strong or acronym or bool(weak and len(caps) > 1)


_AFTER_JOINER = ORG_JOINERS - {"and", "&", "on", "in", "to", "y", "und", "e"}


def body_end(tokens: list[Token], begin: int, end: int) -> int:
    """Where the name of a body that begins at ``begin`` ends: (SCO) Secretariat, Beijing."""
    at = begin
    last = begin + 1
    end = min(end, begin + _LONGEST_NAME)
    while at < end:
        token = tokens[at]
        if (
            at > begin
            and token.low in HONORIFICS
            and token.cap
            and (
                token.text.endswith(".")
                or (token.low in RANKS and at + 1 < end and tokens[at + 1].cap)
            )
        ):
            return last
        if token.cap or (token.text[0].isdigit() and at > begin and at - begin < 3):
            at += 1
            last = at
            if token.possessive and at < end and not tokens[at].cap:
                return last
            continue
        if token.text == "(":
            close = next(
                (k for k in range(at + 1, min(at + 4, end)) if tokens[k].text == ")"), None
            )
            if close is None or not tokens[at + 1].cap:
                return last
            at = last = close + 1
            continue
        if (
            at - begin > 1
            and token.low == "of"
            and tokens[at - 1].low in ("ltd", "plc", "inc", "llc")
        ):
            return last  # Karatasi Mills Ltd of Tangamano
        if token.low in ORG_JOINERS | {"at"} or token.text in ("&", "-", "–", "/"):
            ahead = at + 1
            while ahead < end and tokens[ahead].low in _AFTER_JOINER:
                ahead += 1
            if token.low == "and" and _is_title_of(tokens, ahead, end):
                return last  # Vice President of Acme Group and General Manager of …
            if ahead < end and tokens[ahead].cap and tokens[ahead].low not in WEEKDAYS:
                part = token.low == "at" and tokens[begin].low in _PARTS
                whole = part and _is_whole(tokens, ahead, end)
                if (
                    not whole
                    and token.low in ("in", "at", "on", "to")
                    and not (
                        token.low in ("on", "to")
                        and not all(t.low in PLACES for t in tokens[ahead : ahead + 1])
                        and any(t.low in ORG_WORDS for t in tokens[begin:at])
                    )
                ):
                    return last
                if token.low in ("and", "&", "y", "und") and (
                    token.text != "&"
                    and (
                        (
                            names_body(tokens[begin:at])
                            and (
                                _own_body(tokens, ahead, end)
                                or _has_article(tokens, at + 1, ahead, end)
                            )
                        )
                        or all(t.low in PLACES for t in tokens[begin:at] if t.cap)
                        or (
                            tokens[begin].low in ("kingdom", "republic", "government", "state")
                            and _has_article(tokens, at + 1, ahead, end)
                        )
                    )
                ):
                    return last
                at = ahead
                continue
            return last
        if token.text == "," and list_within_name(tokens, begin, at, end):
            at += 1
            continue
        if at > begin and token.low in SMALL_FORMS:
            return at + 1
        if token.text == "," and at + 1 < end:
            following = tokens[at + 1]
            if following.cap and following.low in COMPANY_FORMS and at > begin:
                return at + 2  # Lanternfish Energy, Inc.
            if tokens[begin].low in _PARTS and _is_whole(tokens, at + 1, end):
                return body_end(tokens, at + 1, end)
        return last
    return last


def _is_title_of(tokens: list[Token], at: int, end: int) -> bool:
    """Whether a title in capitals with what it is of begins here: General Manager of."""
    first = at
    while at < end and tokens[at].cap and tokens[at].low in TITLE_MODIFIERS | {"vice"}:
        at += 1
    head = at < end and tokens[at].cap and tokens[at].low in TITLE_HEADS - ORG_WORDS
    return head and at - first < 4 and at + 1 < end and tokens[at + 1].low in ("of", "at", "for")


#: Bodies that are named with the larger one that they are part of.
_PARTS = word_set("department faculty school division section laboratory dept institute centre")
_WHOLES = word_set("university universidad universite college polytechnic academy")


def body_goes_on(tokens: list[Token], begin: int, comma: int) -> bool:
    """Whether the name of a larger body follows one of a part, after the comma."""
    parts = [k for k in range(begin, comma) if tokens[k].cap and tokens[k].low in _PARTS]
    return bool(parts) and _is_whole(tokens, comma + 1, len(tokens))


def _is_whole(tokens: list[Token], begin: int, end: int) -> bool:
    """Whether a larger body follows: Department of Plant Breeding, University of Crop Sciences."""
    run = []
    for token in tokens[begin : min(end, begin + 6)]:
        if not (token.cap or token.low in ORG_JOINERS) or token.head:
            break
        run.append(token.low)
    return bool(_WHOLES & set(run))


_SHORTENED = re.compile(r"\b(?:Co|Ltd|Inc|Corp|Bros)$")


def with_point(text: str, span: Range) -> Range:
    """The name of a body with the full stop of its legal form: Railway Group Co., Ltd."""
    start, end = span
    short = text[end : end + 1] == "." and _SHORTENED.search(text, start, end)
    return (start, end + 1) if short else span


_AFTER_NOUN = word_set("of from for that which based in with founded run and whose registered")


_NO_NOUN_AFTER = word_set("of for from in at with on who which that whose")


def describes_body(tokens: list[Token], at: int) -> str:
    """Return the noun by which “, a family-owned chain of 88 shops” at ``at`` tells of a body."""
    if at + 2 >= len(tokens) or tokens[at].text != ",":
        return ""
    if tokens[at + 1].low not in ("a", "an", "the"):
        return ""
    for k in range(at + 2, min(at + 9, len(tokens) - 1)):
        token = tokens[k]
        if token.low in TELLING_NOUNS and not token.cap and not token.possessive:
            following = tokens[k + 1]
            return token.low if not following.word or following.low in _AFTER_NOUN else ""
        if not token.word or token.head or token.low in _NO_NOUN_AFTER:
            return ""
    return ""


_STOPS = frozenset([",", ";", ":", "."])
#: How words for a field of study or work end: Institute of Gemmology X.
_FIELDS = ("ology", "ography", "onomy", "metry", "ics", "ture", "tion", "ment", "istry")


def body_before_name(tokens: list[Token], begin: int) -> int:
    """Where a body's name ends; before the name of its spokesperson, if that touches it."""
    end = body_end(tokens, begin, len(tokens))
    first = max(0, begin - 10)
    stops = [k for k in range(first, begin) if tokens[k].text in _STOPS]
    titled = any(t.head for t in tokens[stops[-1] if stops else first : begin])
    if not titled:
        return end
    last = max(
        (
            k
            for k in range(begin, end)
            if tokens[k].low in SUBJECTS | ORG_WORDS | PLACES
            or tokens[k].low.endswith(_FIELDS)
            or (tokens[k].low.endswith("s") and tokens[k].low[:-1] in TITLE_HEADS)
        ),
        default=begin,
    )
    rest = tokens[last + 1 : end]
    named = len(rest) > 1 and all(t.cap or t.low in PARTICLES for t in rest)
    return last + 1 if named else end


def _has_article(tokens: list[Token], the: int, begin: int, end: int) -> bool:
    """Whether “and the Union of Boatmen” is a body of its own, by its article."""
    last = next((k for k in range(begin, end) if not tokens[k].cap), end)
    return tokens[the].low == "the" and any(t.low in ORG_WORDS for t in tokens[begin:last])


def _own_body(tokens: list[Token], begin: int, end: int) -> bool:
    """Whether a body of its own begins here, rather than another word of the one before."""
    run = []
    for k in range(begin, min(end, begin + 8)):
        if not (tokens[k].cap or tokens[k].low in ("of", "for", "the", "&", "on")):
            break
        run.append(tokens[k])
    if not run:
        return False
    if run[0].acronym and len(run) == 1:
        return True
    return any(t.low in ORG_WORDS - WEAK_ORG - SUBJECTS for t in run)


def list_within_name(tokens: list[Token], begin: int, at: int, end: int) -> bool:
    """Whether a comma is one of a name: Ministry of Planning, Development and Reform."""
    if not any(
        t.low
        in word_set(
            """
ministry department committee faculty school minister institute commission secretary adviser
advisor assistant commissioner director directorate division chair chairman chairperson
spokesperson
"""
        )
        for t in tokens[begin:at]
    ):
        return False
    k = at + 1
    words = 0
    while k < end and k - at < 9:
        token = tokens[k]
        if token.cap and token.low in SUBJECTS:
            words += 1
        elif token.text in ("&", ",") or token.low == "and":
            if token.low == "and" or token.text == "&":
                return (
                    words > 0
                    and k + 1 < end
                    and tokens[k + 1].cap
                    and tokens[k + 1].low not in ORG_WORDS - SUBJECTS
                )
        elif not token.cap:
            return False
        else:
            return False
        k += 1
    return False


def end_of_bodies(tokens: list[Token], at: int) -> int:
    """Where “of the Department of Physics at the University of Lindau in Kiel” ends."""
    while at + 1 < len(tokens) and tokens[at].low in ("at", "in", "of", ","):
        begin = at + 1 + (tokens[at + 1].low == "the")
        if begin >= len(tokens) or not tokens[begin].cap:
            break
        run = tokens[begin : begin + 6]
        town = begin + 1 < len(tokens) and tokens[at].low == "in" and tokens[begin + 1].text == ","
        place = town or (tokens[at].low in ("in", ",") and run[0].low in PLACES)
        if not (names_body(run) or place):
            break
        at = body_end(tokens, begin, len(tokens))
    return at


def only_name(tokens: list[Token], begin: int, end: int) -> bool:
    return body_end(tokens, begin, end) == end
