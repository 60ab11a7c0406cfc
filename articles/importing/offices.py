"""Offices that a verb tells: X, who heads the Y; X has been appointed head of Y."""

from __future__ import annotations

from articles.importing.bodies import (
    Range,
    body_end,
    list_within_name,
    names_body,
)
from articles.importing.names import (
    Mention,
    is_title_part,
)
from articles.importing.sentences import (
    QUOTE,
    Token,
)
from articles.importing.titles import (
    ALL_PREPOSITIONS,
    APPOINTING,
    AUXILIARIES,
    DETERMINERS,
    employer_after,
    is_title_segment,
    split_title,
)
from articles.importing.words import (
    ADVERBS,
    SAYING,
    word_set,
)

#: Titles whose holder may lead another body.
_OF_ANOTHER_TIME = word_set("former ex ex- outgoing retired minister senator ambassador mayor")


def read_office(tokens: list[Token], verb: int) -> tuple[Range | None, Range | None]:
    """The title and the body in “… is the founder of Y.” and “… has been appointed head of Y.”

    ``verb`` is the place of “is” or “has”.
    """
    at = verb + 1
    while at < len(tokens) and tokens[at].low in ("been", "also", "appointed", "named", "elected"):
        at += 1
    at += at < len(tokens) and tokens[at].low in ("as",)
    if tokens[verb].low == "has" and tokens[at - 1].low == "has":
        return None, None
    stop = next(
        (
            k
            for k in range(at, min(at + 16, len(tokens)))
            if tokens[k].text in ".,;" or tokens[k].low in _ENDS_OFFICE
        ),
        None,
    )
    after = at + (at < len(tokens) and tokens[at].low in DETERMINERS)
    if stop and after < stop and is_title_segment(tokens[after:stop]):
        head = next((k for k in range(after, stop) if tokens[k].head), stop)
        if head - after < 4:
            return split_title(tokens, after, stop)
    return None, None


_ENDS_OFFICE = frozenset(["and", "who", "after", "since", "for", "until"])


#: “X, who heads Y”: verbs whose object is the body that somebody speaks for.
_LEADING = word_set(
    """
heads leads chairs coaches captains edits runs directs manages founded represents represented
headed led chaired founds co-founded cofounded established commands presides oversees coordinates
advises joined speaks
"""
)


def read_relative_clause(tokens: list[Token], mention: Mention, who: int) -> None:
    """Read “X, who heads the Y, said” and “X, who is director of the Y, said”."""
    verb = who + 1
    while verb < len(tokens) and tokens[verb].low in ADVERBS - AUXILIARIES:
        verb += 1
    close = next(
        (
            k
            for k in range(verb + 1, min(verb + 30, len(tokens)))
            if tokens[k].text in (",", ".", ";", QUOTE)
            and not list_within_name(tokens, max(verb, k - 6), k, len(tokens))
        ),
        None,
    )
    if close is None or tokens[who].low != "who":
        return
    leads = verb < close and tokens[verb].low in _LEADING
    if verb < close and (leads or tokens[verb].low not in SAYING) and mention.organization is None:
        for k in range(verb, close):
            _read_verb_of_office(tokens, mention, k, close)
    if verb < close and (leads or tokens[verb].low not in SAYING) and tokens[close].text == ",":
        mention.end = close + 1


#: Verbs of what somebody does at a body.
_WORKING = word_set("works worked teaches taught studies plays played holds covers")


def _read_verb_of_office(tokens: list[Token], mention: Mention, verb: int, close: int) -> None:
    """Read an office from a verb: … heads the Y; … is its director; … came as an observer."""
    low, begin = tokens[verb].low, verb + 1
    while begin < close and tokens[begin].low in APPOINTING | {"also", "currently", "now", "as"}:
        begin += 1
    states = low in ("is", "was", "been", "became", "serves", "served", "acts")
    named_as = low == "as" and (
        tokens[begin].low in ("a", "an", "the")
        or (tokens[begin].cap and is_title_part(tokens[begin]))
    )
    if states or named_as:
        after = begin + (tokens[begin].low in DETERMINERS)
        if mention.title is None and is_title_segment(tokens[after:close]):
            mention.title, employer = split_title(tokens, begin, close)
            mention.organization = mention.organization or employer
        return
    if low == "took" and begin + 2 < close and tokens[begin].low == "over":
        low, begin = "leads", begin + 1 + (tokens[begin + 1].low == "the")
    working = low in _WORKING
    if working:
        begin = next((k + 1 for k in range(begin, close) if tokens[k].low in ("at", "for")), close)
    if not (working or low in _LEADING) or begin >= close or mention.organization is not None:
        return
    if mention.title and {t.low for t in tokens[slice(*mention.title)]} & _OF_ANOTHER_TIME:
        return  # the former minister X, who chairs the Chamber of Mines
    begin += tokens[begin].low in ("the", "over", "at")
    if begin < close and not tokens[begin].cap and not working:
        at = next((k for k in range(begin, close) if tokens[k].low in ("at", "for", "of")), close)
        mention.organization = employer_after(tokens, at, close)
        return
    if begin < close and tokens[begin].cap:
        last = body_end(tokens, begin, close)
        ends = last == close or tokens[last].low in ALL_PREPOSITIONS | {
            "and",
            "as",
            "with",
            "since",
        }
        named = names_body(tokens[begin:last])
        named = named or (last - begin < 4 and not low.startswith("represent"))
        if ends and named and not tokens[last - 1].possessive:
            mention.organization = (begin, last)
