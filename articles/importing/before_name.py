"""The title before a name: Foreign Minister X; the Minister for Finance, X."""

from __future__ import annotations

from articles.importing.bodies import (
    Range,
    list_within_name,
    names_body,
)
from articles.importing.names import (
    EITHER,
    NOT_NAMES,
    Mention,
    begins_sentence,
    is_title_part,
)
from articles.importing.sentences import (
    QUOTE,
    TERM,
    Token,
)
from articles.importing.titles import (
    ALL_PREPOSITIONS,
    AUXILIARIES,
    DETERMINERS,
    is_title_segment,
    split_title,
)
from articles.importing.words import (
    ADVERBS,
    FUNCTION_WORDS,
    HONORIFICS,
    KINSHIP,
    MONTHS,
    ORG_JOINERS,
    ORG_WORDS,
    PLACES,
    SAYING,
    SUBJECTS,
    TELLING_NOUNS,
    TITLE_MODIFIERS,
    WEEKDAYS,
)


def is_kinship(tokens: list[Token], title: Range | None) -> bool:
    """Whether a title says only whose relative somebody is: the girl’s father."""
    heads = [t.low for t in tokens[slice(*title)] if t.head] if title else []
    return bool(heads) and all(low in KINSHIP for low in heads)


def read_small_rank(tokens: list[Token], mention: Mention, at: int, floor: int) -> None:
    """Read “Its chairman, captain X”, where a rank in small letters stands beside the title."""
    rank = tokens[at]
    if rank.cap or rank.low not in EITHER or at < 2 or tokens[at - 1].text != ",":
        return
    before, mention.title, mention.honorific = mention.title, None, (at, at + 1)
    look_left(tokens, mention, at, floor)
    if mention.title is None:
        mention.title, mention.honorific = before, None


def look_left(tokens: list[Token], mention: Mention, begin: int, floor: int) -> None:
    """Read the title before a name: Foreign Minister X; the Minister for Finance, X."""
    if begin > 1 and tokens[begin - 1].low in ("is", "was"):
        _read_predicate(tokens, mention, begin - 1)
        return
    begin = _before_degree(tokens, begin, floor)
    if mention.honorific and begin - 1 > floor and tokens[begin - 1].low == "retired":
        begin -= 1  # The manager, retired Air Commodore X
    comma = begin - 1 > floor and tokens[begin - 1].text == ","
    stop = begin - 1 if comma else begin
    at = _segment_before(tokens, stop, floor) if comma else _phrase_before(tokens, stop, floor)
    if at is None:
        return
    while at < stop and (
        tokens[at].low in ORG_JOINERS
        or tokens[at].text in ("&", "/", "-", "–", ",", ")", "(")
        or tokens[at].low in ("at", "with")
    ):
        at += 1
    part = tokens[at:stop]
    heads = [n for n, token in enumerate(part) if token.head or token.low in ("general",)]
    if not heads:
        _read_owner(tokens, mention, at, stop)
        return
    if comma:
        before = tokens[at - 1] if at else None
        opens = (
            before is None
            or before.text in (",", QUOTE, ";", ":", "—", "–")
            or before.text.isdigit()
            or before.low in FUNCTION_WORDS
            or before.low in SAYING
            or before.possessive
        )
        after = tokens[mention.end] if mention.end < len(tokens) else None
        closes = (
            mention.honorific is not None
            or at == 0
            or tokens[at - 1].low == "the"
            or after is None
            or after.text in (",", ".", ";", "(", QUOTE)
            or after.low in ADVERBS
            or after.low in SAYING
        )
        if not (opens and closes):
            return
        # “the president, Khan and Ali” names three; “with the minister, Khan said” two.
    elif not _may_touch_name(part):
        return
    title, organization = split_title(tokens, at, stop)
    if title is None:
        return
    mention.strong = True
    mention.title, mention.organization = title, organization
    mention.start = at
    before_at = at - 1
    while (
        before_at >= floor
        and tokens[before_at].low in ("the", "a", "an", "its", "their", "our", "his", "her")
    ) or (before_at >= floor and tokens[before_at].possessive and not tokens[before_at].cap):
        mention.start = before_at
        before_at -= 1


def _before_degree(tokens: list[Token], begin: int, floor: int) -> int:
    """Where the title stands that a degree parts from its name: Rector of the Academy, Doctor of
    Technical Sciences, Professor X."""
    comma = begin - 1
    if comma - 3 < floor or tokens[comma].text != ",":
        return begin
    before = next((k for k in range(comma - 1, floor, -1) if tokens[k].text == ","), floor)
    words = [t.low for t in tokens[before + 1 : comma]]
    degree = words[:2] in (["doctor", "of"], ["candidate", "of"]) and "scien" in words[-1]
    return before + 1 if degree and before > floor else begin


def _read_predicate(tokens: list[Token], mention: Mention, stop: int) -> None:
    """Read “Its new chairman is X”, where the sentence begins with the title."""
    led = tokens[0].low in DETERMINERS or any(t.possessive for t in tokens[: min(5, stop)])
    if led and stop < 9 and is_title_segment(tokens[:stop]):
        mention.title, mention.organization = split_title(tokens, 0, stop)
        mention.strong = mention.title is not None


def _read_owner(tokens: list[Token], mention: Mention, at: int, stop: int) -> None:
    """Read “Acme Solar’s Lena Fuchs said”: a body of two words or an abbreviation before a name."""
    part = tokens[at:stop]
    after = tokens[mention.end] if mention.end < len(tokens) else None
    if (
        part
        and part[-1].possessive
        and all(t.cap and t.low not in PLACES | NOT_NAMES | FUNCTION_WORDS for t in part)
        and (len(part) > 1 or part[0].acronym or part[0].low in ORG_WORDS)
        and mention.name[1] - mention.name[0] > 1
        and ((after is not None and after.low in SAYING) or (at and tokens[at - 1].low in SAYING))
    ):
        mention.strong = True
        mention.start = at
        mention.organization = (at, stop)


def _phrase_before(tokens: list[Token], stop: int, floor: int) -> int | None:
    """Where a title begins that touches a name: Foreign Minister of Pakistan X."""
    at = stop
    while at > floor:
        token = tokens[at - 1]
        ahead = tokens[at] if at < stop else None
        if (
            token.text == ","
            and at - 2 >= floor
            and tokens[at - 2].head
            and ahead is not None
            and is_title_part(ahead)
            and any(t.low == "and" for t in tokens[at:stop])
        ):
            at -= 1  # founder, president and chief executive X
            continue
        if token.text in (QUOTE, TERM) or token.text in ".;:!?,":
            break
        if (
            is_title_part(token)
            or (token.low in HONORIFICS and token.cap and not begins_sentence(tokens, at - 1))
            or (
                token.cap and token.low not in FUNCTION_WORDS and token.low not in WEEKDAYS | MONTHS
            )
        ):
            at -= 1
        elif token.low in ORG_JOINERS | {"at"} or token.text in ("&", "/", "-", "–"):
            joined = token.low == "and" and any(t.head for t in tokens[at : min(at + 2, stop)])
            if ahead is None or not (
                joined or ahead.cap or is_title_part(ahead) or ahead.low in ORG_JOINERS | SUBJECTS
            ):
                break
            if token.low == "and" and not (
                at - 2 >= floor and (tokens[at - 2].cap or is_title_part(tokens[at - 2]))
            ):
                break
            at -= 1
        elif (
            token.text == ")"
            and at - 3 >= floor
            and tokens[at - 3].text == "("
            and tokens[at - 2].acronym
        ):
            at -= 3
        elif token.text == ")" and (opened := _bracket_start(tokens, at - 1, floor)) is not None:
            at = opened  # Director General (Exports) X
        elif (
            token.text.isdigit()
            and ahead is not None
            and (
                (ahead.cap and ahead.low in ORG_WORDS)
                or (is_title_part(ahead) and at - 2 >= floor and tokens[at - 2].cap)
            )
        ):
            at -= 1  # Commander 11 Corps X; Dockers Local 12 agent X
        elif ahead is not None and ahead.head and _is_plain_modifier(tokens, at - 1):
            at -= 1  # tournament director X
        else:
            break
        if stop - at > 24:
            return None
    return at


def _is_plain_modifier(tokens: list[Token], at: int) -> bool:
    """Whether a noun that no list has belongs to the title after it: tournament director."""
    token = tokens[at]
    if not token.low.replace("-", "").isalpha() or (token.cap and not begins_sentence(tokens, at)):
        return False
    if token.low.endswith("ly") or token.low in (
        FUNCTION_WORDS | ALL_PREPOSITIONS | ADVERBS | SAYING | AUXILIARIES | ORG_JOINERS
    ):
        return False
    before = tokens[at - 1] if at else None
    return (
        before is None
        or not before.word
        or before.possessive
        or before.low in DETERMINERS | SAYING | TITLE_MODIFIERS | ALL_PREPOSITIONS | {"that"}
        or (before.low == "and" and at > 1 and tokens[at - 2].head)
    )


def _bracket_start(tokens: list[Token], close: int, floor: int) -> int | None:
    """Where a bracket of a few capitalised words opens that follows the head of a title."""
    for k in range(close - 1, max(floor, close - 7), -1):
        if tokens[k].text == "(":
            before = tokens[k - 1]
            titled = is_title_part(before) or (before.cap and before.low in ORG_WORDS | SUBJECTS)
            return k if k > floor and titled else None
        if not (tokens[k].cap or tokens[k].low in ORG_JOINERS or tokens[k].text in "&/-"):
            return None
    return None


def _segment_before(tokens: list[Token], stop: int, floor: int) -> int | None:
    """Where a title begins that a comma parts from its name: The chair of selectors, X."""
    best: int | None = None
    first = max(floor, stop - 30)
    while first and tokens[first].text not in (",", ".") and first > floor:
        first -= 1
    for lead in (first, first + 1):
        if (
            lead + 2 < stop
            and tokens[lead].low in DETERMINERS
            and tokens[lead + 1].head
            and tokens[lead + 2].low == "who"
        ):
            return lead + 1
    for at in range(stop - 1, max(floor, stop - 30) - 1, -1):
        token = tokens[at]
        if token.text in (QUOTE, TERM) or token.text in ".;:!?":
            break
        if token.text == ",":
            between = tokens[at + 1 : stop]
            if not (
                names_body(between) and not any(t.head for t in between)
            ) and not list_within_name(tokens, max(floor, at - 6), at, stop):
                break
            continue
        if (
            not token.cap
            and (token.low in AUXILIARIES or token.low in SAYING)
            and token.low not in ("that",)
        ):
            break
        if not token.cap and (
            token.low.endswith("ing") and token.low not in TITLE_MODIFIERS | SUBJECTS
        ):
            break
        if (
            token.low in DETERMINERS
            or (token.possessive and not token.cap)
            or at == 0
            or tokens[at - 1].text in (",", QUOTE, TERM, ";", "—", "–")
            or tokens[at - 1].low in ALL_PREPOSITIONS | ADVERBS | FUNCTION_WORDS
            or (token.cap and not tokens[at - 1].cap and tokens[at - 1].low not in ORG_JOINERS)
        ):
            head = next(
                (
                    k
                    for k in range(at, min(at + 14, stop))
                    if tokens[k].head or tokens[k].low == "general"
                ),
                None,
            )
            if head is None:
                continue
            words = tokens[at:head]
            if any(t.low in ALL_PREPOSITIONS - {"of", "for", "at"} for t in words) or (
                any(t.low in ALL_PREPOSITIONS for t in words) and not words[0].cap
            ):
                continue
            if token.low in DETERMINERS:
                before = tokens[at - 1] if at else None
                if before is None or not (
                    before.low in ("of", "for", "to", "at", "by", "from")
                    and at - 2 >= 0
                    and (tokens[at - 2].head)
                ):
                    return at
            best = at
    return best


def describe_before(tokens: list[Token], mention: Mention, begin: int) -> None:
    """Read “ferry pilot Anna Lind said”, “said kit man Joe Bloggs” by a noun that no list has."""
    at = begin
    while at > 0 and begin - at < 4:
        token = tokens[at - 1]
        if not token.word or token.cap or (not token.low.isalpha() and "-" not in token.low):
            break
        if (
            token.low
            in FUNCTION_WORDS | ALL_PREPOSITIONS | ADVERBS | SAYING | AUXILIARIES | ORG_JOINERS
        ):
            break
        at -= 1
    last = tokens[begin - 1].low
    if at == begin or last.endswith(("ing", "ed", "ly", "s")) or last in TELLING_NOUNS:
        return
    before = tokens[at - 1] if at else None
    after = tokens[mention.end] if mention.end < len(tokens) else None
    asked = before is not None and (
        before.low in SAYING
        or (before.low == "the" and at > 1 and tokens[at - 2].low in SAYING | {"to"})
    )
    spoken = (
        after is not None
        and after.low in SAYING | {"also", "has", "had"}
        and before is not None
        and (before.low in ("the", "a", "an") or not before.word)
    )
    if (asked or spoken) and not names_body(tokens[slice(*mention.name)]):
        mention.strong = True
        mention.title = (at, begin)
        mention.start = at - (before is not None and before.low in DETERMINERS)


def _may_touch_name(part: list[Token]) -> bool:
    """Whether a title phrase may stand right before a name."""
    last = part[-1]
    if last.head or last.low == "general":
        return True
    of = [n for n, token in enumerate(part) if token.low in ("of", "for", "to", "at", "on", "in")]
    if of and any(token.head for token in part[: of[0]]):
        return True
    return any(token.head for token in part) and (
        last.low in TITLE_MODIFIERS | SUBJECTS | PLACES
        or last.acronym
        or last.text == ")"
        or names_body(part[-3:])
    )
