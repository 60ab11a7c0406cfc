"""In what capacity somebody is named: the title and the body beside a name."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from articles.importing.bodies import (
    RANKS,
    Range,
    body_end,
    body_goes_on,
    end_of_bodies,
    list_within_name,
    names_body,
    only_name,
)
from articles.importing.names import (
    DEGREES,
    EITHER,
    NOT_NAMES,
    POST_NOMINALS,
    STATES,
    begins_sentence,
    is_title_part,
    may_be_name,
    read_honorific,
    words_of,
)
from articles.importing.sentences import (
    QUOTE,
    TERM,
    Token,
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
    PREPOSITIONS,
    SAYING,
    SUBJECTS,
    TITLE_HEADS,
    TITLE_MODIFIERS,
    WEAK_ORG,
    WEEKDAYS,
    word_set,
)

_UNNAMED_HEADS = word_set(
    """
spokesperson spokesman spokeswoman official source sources representative aide
"""
)


_AUXILIARIES = word_set(
    """
is are was were has have had will would can could did does do also who which whose whom that when
where while
"""
)


_PREPOSITIONS = PREPOSITIONS | {"at", "besides", "in", "on"}


_CORPORATE = word_set(
    """
president ceo cfo cto coo cio director chairman chairwoman chairperson chair head founder
co-founder cofounder owner manager spokesperson spokesman spokeswoman secretary-general
director-general dean rector chancellor vice-chancellor provost principal coordinator member
captain coach editor partner chief officer commander registrar representative president-elect
treasurer secretary general leader executive curator governor commissioner vice-president trustee
professor researcher analyst fellow patron chief-executive judge justice
"""
)


_LEGISLATURES = word_set("parliament assembly congress senate knesset")
#: Titles that a body's name follows after “for”, as after “of”.
_FOR_A_BODY = word_set("director manager coordinator representative head lawyer counsel officer")
#: Titles that are of a place or a country, where no word for a body follows.
_OF_PLACES = word_set(
    "mayor ambassador consul envoy representative sheriff bishop archbishop king queen "
    "prince emir sultan resident"
)


@dataclass(slots=True)
class Mention:
    """A noun phrase that names somebody, as ranges of the sentence's tokens.

    ``start`` to ``end`` is all of it, with title and apposition; ``name`` the name alone.
    """

    start: int
    end: int
    name: Range
    honorific: Range | None = None
    title: Range | None = None
    organization: Range | None = None
    owner: Range | None = None  # “its”, “the company’s” before a title
    strong: bool = False
    person: int | None = None


def read_mention(tokens: list[Token], run: Range, floor: int) -> Mention | None:
    """The noun phrase round a name, with what shows that it is a person's."""
    start, end = run
    following = tokens[end] if end < len(tokens) else None
    # The name of a body or a thing goes on after these words.
    if following is not None and not tokens[end - 1].possessive:
        if (
            following.cap
            and following.low in ORG_WORDS | NOT_NAMES
            and following.low not in TITLE_HEADS
        ):
            return None
        if (
            following.low in ("of", "for", "&")
            and end + 1 < len(tokens)
            and tokens[end + 1].cap
            and names_body(tokens[end + 1 : end + 5])
            and following.low == "&"
        ):
            return None
    if (
        following is not None
        and tokens[end - 1].text[-1] in "'’"
        and following.cap
        and following.low in ORG_WORDS
    ):
        return None  # Law Practitioners’ Guild
    rank = read_honorific(tokens, start, floor)
    begin = rank[0] if rank else start
    mention = Mention(begin, end, run, rank)
    mention.strong = rank is not None
    _look_left(tokens, mention, begin, floor)
    if not tokens[end - 1].possessive:
        _look_right(tokens, mention, end)
    if (
        mention.title is None
        and not rank
        and end - start > 1
        and begin > 0
        and not tokens[begin - 1].cap
    ):
        _describe_before(tokens, mention, begin)
    if mention.title and mention.organization and mention.organization[1] <= mention.title[0]:
        # Norland's Deputy Minister: the owner of a minister is a country
        owner = tokens[slice(*mention.organization)]
        of_state = {t.low for t in tokens[slice(*mention.title)]} & {"minister", "ambassador"}
        if of_state and owner[-1].possessive and not names_body(owner):
            mention.organization = None
    if mention.title and mention.title[0]:
        before = tokens[mention.title[0] - 1]
        if before.low in ("its", "their", "our") or (before.possessive and not before.cap):
            mention.owner = (mention.title[0] - 1, mention.title[0])
    if (
        begin
        and tokens[begin - 1].cap
        and tokens[begin - 1].low in ORG_WORDS
        and not mention.title
        and not rank
    ):
        return None
    if len(words_of(tokens, run)) == 1 and not rank and mention.strong and run[1] - run[0] == 1:
        # One word and a title: a name, unless it is the abbreviation of a body or a place.
        token = tokens[start]
        if token.low in PLACES:
            return None
    return mention


def _look_left(tokens: list[Token], mention: Mention, begin: int, floor: int) -> None:
    """Read the title before a name: Foreign Minister X; the Minister for Finance, X."""
    if begin > 1 and tokens[begin - 1].low in ("is", "was"):
        _read_predicate(tokens, mention, begin - 1)
        return
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
        if (
            before is not None
            and before.low in _PREPOSITIONS
            and after is not None
            and after.low in SAYING
            and mention.honorific is None
        ):
            return
    elif not _may_touch_name(part):
        return
    title, organization = _split_title(tokens, at, stop)
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
    if before_at >= floor and tokens[before_at].possessive and tokens[before_at].cap:
        k = before_at
        while k > floor and tokens[k - 1].cap and tokens[k - 1].low not in FUNCTION_WORDS:
            k -= 1
        mention.start = k
        if mention.organization is None and not all(
            t.low in PLACES | NOT_NAMES for t in tokens[k : before_at + 1]
        ):
            mention.organization = (k, before_at + 1)


def _read_predicate(tokens: list[Token], mention: Mention, stop: int) -> None:
    """Read “Its new chairman is X”, where the sentence begins with the title."""
    led = tokens[0].low in _DETERMINERS or any(t.possessive for t in tokens[: min(5, stop)])
    if led and stop < 9 and _is_title_segment(tokens[:stop]):
        mention.title, mention.organization = _split_title(tokens, 0, stop)
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
            and ahead is not None
            and ahead.cap
            and ahead.low in SUBJECTS
            and at - 2 >= floor
            and (tokens[at - 2].cap and tokens[at - 2].low in SUBJECTS)
        ):
            at -= 1
            continue
        if token.text in (QUOTE, TERM) or token.text in ".;:!?,":
            break
        if is_title_part(token) or (
            token.low in HONORIFICS and token.cap and not begins_sentence(tokens, at - 1)
        ):
            at -= 1
        elif token.cap and token.low not in FUNCTION_WORDS and token.low not in WEEKDAYS | MONTHS:
            if (
                begins_sentence(tokens, at - 1)
                and token.low.endswith("ing")
                and token.low not in SUBJECTS
            ):
                break
            at -= 1
        elif token.low in ORG_JOINERS | {"at"} or token.text in ("&", "/", "-", "–"):
            if ahead is None or not (
                ahead.cap or is_title_part(ahead) or ahead.low in ORG_JOINERS | SUBJECTS
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
    if not token.low.isalpha() or (token.cap and not begins_sentence(tokens, at)):
        return False
    if token.low.endswith("ly") or token.low in (
        FUNCTION_WORDS | _PREPOSITIONS | ADVERBS | SAYING | _AUXILIARIES | ORG_JOINERS
    ):
        return False
    before = tokens[at - 1] if at else None
    return (
        before is None
        or not before.word
        or before.possessive
        or before.low in _DETERMINERS | SAYING
    )


def _bracket_start(tokens: list[Token], close: int, floor: int) -> int | None:
    """Where a bracket of a few capitalised words opens that follows the head of a title."""
    for k in range(close - 1, max(floor, close - 7), -1):
        if tokens[k].text == "(":
            return k if k > floor and is_title_part(tokens[k - 1]) else None
        if not (tokens[k].cap or tokens[k].low in ORG_JOINERS or tokens[k].text in "&/-"):
            return None
    return None


_DETERMINERS = frozenset(["the", "a", "an", "its", "his", "her", "our", "their", "my"])


def _segment_before(tokens: list[Token], stop: int, floor: int) -> int | None:
    """Where a title begins that a comma parts from its name: The chair of selectors, X."""
    best: int | None = None
    first = max(floor, stop - 30)
    while first and tokens[first].text not in (",", ".") and first > floor:
        first -= 1
    for lead in (first, first + 1):
        if (
            lead + 2 < stop
            and tokens[lead].low in _DETERMINERS
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
            and (token.low in _AUXILIARIES or token.low in SAYING)
            and token.low not in ("that",)
        ):
            break
        if not token.cap and (
            token.low.endswith("ing") and token.low not in TITLE_MODIFIERS | SUBJECTS
        ):
            break
        if (
            token.low in _DETERMINERS
            or (token.possessive and not token.cap)
            or at == 0
            or tokens[at - 1].text in (",", QUOTE, TERM, ";", "—", "–")
            or tokens[at - 1].low in _PREPOSITIONS | ADVERBS | FUNCTION_WORDS
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
            if any(t.low in _PREPOSITIONS - {"of", "for", "at"} for t in words) or (
                any(t.low in _PREPOSITIONS for t in words) and not words[0].cap
            ):
                continue
            if token.low in _DETERMINERS:
                before = tokens[at - 1] if at else None
                if before is None or not (
                    before.low in ("of", "for", "to", "at", "by", "from")
                    and at - 2 >= 0
                    and (tokens[at - 2].head)
                ):
                    return at
            best = at
    return best


def _describe_before(tokens: list[Token], mention: Mention, begin: int) -> None:
    """Read “ferry pilot Anna Lind said”, “said kit man Joe Bloggs” by a noun that no list has."""
    at = begin
    while at > 0 and begin - at < 4:
        token = tokens[at - 1]
        if not token.word or token.cap or (not token.low.isalpha() and "-" not in token.low):
            break
        if (
            token.low
            in FUNCTION_WORDS | _PREPOSITIONS | ADVERBS | SAYING | _AUXILIARIES | ORG_JOINERS
        ):
            break
        at -= 1
    if at == begin or tokens[begin - 1].low.endswith(("ing", "ed", "ly", "s")):
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
        mention.start = at - (before is not None and before.low in _DETERMINERS)


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


def _is_described(
    tokens: list[Token], mention: Mention, a: int, b: int, stop: int, sign: str
) -> bool:
    """Whether “NAME, the club's kit man, said” describes a person in a word that no list has."""
    part = tokens[a:b]
    name = tokens[slice(*mention.name)]
    if (
        sign != ","
        or len(part) > 14
        or not part
        or sum(t.word for t in name) < 2
        or names_body(name)
    ):
        return False
    first = part[0]
    if (first.cap and not first.possessive) or not first.word or first.text.isdigit():
        return False
    led = first.low in _DETERMINERS or any(t.possessive for t in part[:5])
    if first.low in _PREPOSITIONS | _AUXILIARIES | ADVERBS | SAYING | word_set(
        """
and but or as including led based
"""
    ) or (first.low.endswith(("ing", "ed")) and not led):
        return False
    if any(
        not t.cap
        and t.low
        in ORG_WORDS
        | word_set(
            """
maker manufacturer charity firm start-up town village city river producer startup provider
supplier retailer
"""
        )
        for t in part[:4]
    ):
        return False
    after = (
        tokens[b + 1]
        if b + 1 < len(tokens) and tokens[b].text == ","
        else tokens[b]
        if b < len(tokens)
        else None
    )
    before = tokens[mention.start - 1] if mention.start else None
    spoken = after is not None and (
        after.low in SAYING or after.low in ("who", "also", "has", "had", "will")
    )
    asked = before is not None and before.low in SAYING
    return (spoken and (led or (after is not None and after.low in SAYING))) or asked


def _split_title(
    tokens: list[Token], start: int, end: int, *, any_head: bool = False
) -> tuple[Range | None, Range | None]:
    """Part a title phrase into the title and the body that it names."""
    if start + 1 < end and tokens[start + 1].low == "who":
        end = start + 1
    while start < end and tokens[start].low in word_set(
        """
the a an its their our his her currently now as also serving
"""
    ):
        start += 1
    while end > start and (
        tokens[end - 1].text in (",", "(", ")", "-", "–", "—")
        and not _closes_bracket(tokens, start, end)
    ):
        end -= 1
    part = tokens[start:end]
    heads = [n for n, token in enumerate(part) if token.head]
    if not heads:
        heads = [n for n, token in enumerate(part) if token.low == "general"]
    if not heads and any_head:
        plain = next(
            (n for n, t in enumerate(part) if t.low in _PREPOSITIONS | {"who", ","}), len(part)
        )
        heads = [max(plain - 1, 0)]
    if not heads:
        return None, None
    owner: Range | None = None
    head = start + heads[0]
    # What stands before the title: ISPR Director General, Acme's chief executive
    first = head
    while (
        first > start
        and tokens[first - 1].low in TITLE_MODIFIERS | SUBJECTS
        and not tokens[first - 1].possessive
        and not tokens[first - 1].acronym
    ):
        first -= 1
    if first > start and tokens[first - 1].low in ORG_JOINERS and not tokens[head].cap:
        first = head
        while (
            first > start and not tokens[first - 1].cap and tokens[first - 1].low in TITLE_MODIFIERS
        ):
            first -= 1
    while (
        first < head
        and (tokens[first].low in ORG_WORDS or tokens[first].low in SUBJECTS - TITLE_MODIFIERS)
        and first > start
        and tokens[first - 1].cap
        and tokens[first].cap
        and tokens[first].low not in ("executive", "general")
    ):
        first += 1
    if first > start and all(
        t.cap or t.low in ORG_JOINERS or t.text in "()&" for t in tokens[start:first]
    ):
        before = tokens[start:first]
        possessive = tokens[first - 1].possessive
        places = all(t.low in PLACES | NOT_NAMES | TITLE_MODIFIERS for t in before)
        if possessive and places:
            start = first
        elif not places or names_body(before):
            generic = (
                len(before) == 1
                and (
                    before[0].low in ORG_WORDS
                    or (not tokens[first].cap and begins_sentence(tokens, start))
                )
                and not before[0].possessive
                and not before[0].acronym
            )
            if before[-1].low not in ORG_JOINERS and not generic:
                owner = (start, first)
                start = first
    elif first > start and any(t.possessive for t in tokens[start:first]):
        k = max(n for n in range(start, first) if tokens[n].possessive)
        caps = k
        while caps > start and tokens[caps - 1].cap:
            caps -= 1
        if tokens[k].cap and not all(t.low in PLACES | NOT_NAMES for t in tokens[caps : k + 1]):
            owner = (caps, k + 1)
        start = k + 1
    # South Asian: Commander Southern Corps, Director General ISPR
    touching = head + 1
    for n in range(touching, min(end, head + 4)):
        if tokens[n].cap and (tokens[n].head or tokens[n].low == "general"):
            touching = n + 1
        elif not (tokens[n].cap and is_title_part(tokens[n])):
            break
    if (
        touching < end
        and tokens[touching].cap
        and tokens[touching - 1].cap
        and tokens[touching].word
    ):
        last = body_end(tokens, touching, end)
        if last == end and names_body(tokens[touching:end]):
            return (start, touching), (touching, end)
    # Minister for Planning, Development and Reform
    for n in range(head + 1, end):
        if tokens[n].text == "," and list_within_name(tokens, max(start, n - 5), n, end):
            return (start, end), owner
    if board := _board_end(tokens, head + 1, end):
        after = board + 1
        while after < end and tokens[after].low in _DETERMINERS:
            after += 1
        of = board < end and tokens[board].low in ("of", "at", "for")
        if of and after < end and tokens[after].cap:
            return (start, board), (after, body_end(tokens, after, end))
        return (start, board), owner
    # What stands after it: at X; of the X; , X
    for n in range(head + 1, end):
        low = tokens[n].low
        if low == "of" and tokens[n - 1].low in STATES and tokens[n - 1].cap:
            continue  # the President of the Republic of Malvania
        if (
            low in ("in", "from", "based")
            and n + 1 < end
            and not names_body(tokens[n + 1 : end])
            and ((tokens[n + 1].cap and (tokens[n + 1].low not in SUBJECTS)) or low == "based")
        ):
            end = n
            break
        if low in ("at", "with", "of", "for", "from", "in", "to") or tokens[n].text in (
            ",",
            "–",
            "—",
            "-",
        ):
            after_the = n + 1 + (n + 1 < end and tokens[n + 1].low == "the")
            if (
                low in ("of", "for", "from")
                and any(t.low in ("at", "with") for t in tokens[n + 1 : end])
                and not (
                    low == "of"
                    and names_body(
                        tokens[after_the : body_end(tokens, after_the, end)]
                        if after_the < end
                        else []
                    )
                )
            ):
                last_at = max(k for k in range(n + 1, end) if tokens[k].low in ("at", "with"))
                if last_at + 1 < end and (
                    tokens[last_at + 1].cap or (last_at + 2 < end and tokens[last_at + 2].cap)
                ):
                    continue
            begin = n + 1
            while begin < end and tokens[begin].low in ("the", "a", "an"):
                begin += 1
            if begin >= end or not tokens[begin].cap:
                continue
            if low == "in" and not names_body(tokens[begin:end]):
                continue
            if low == "to" and any(t.head for t in tokens[begin:end]):
                continue
            last = body_end(tokens, begin, end)
            run = tokens[begin:last]
            if low == "of" and any(t.low == "staff" for t in run[1:3]) and len(run) < 7:
                continue
            if tokens[n].text == "," or low in ("at", "with"):
                good = not all(t.low in PLACES for t in run if t.cap)
                if tokens[n].text == "," and any(t.head for t in run if not names_body(run)):
                    good = False
            else:
                subject = (
                    run[0].low in SUBJECTS
                    and run[0].low not in ORG_WORDS
                    and not (
                        (
                            names_body(run)
                            and len(run) > 1
                            and run[-1].low in ORG_WORDS - WEAK_ORG - {"parliamentary"}
                        )
                        or (
                            len(run) > 1
                            and any(t.low in ORG_WORDS - WEAK_ORG - SUBJECTS for t in run)
                        )
                    )
                )
                place = run[0].low in STATES or all(
                    t.low in PLACES | {"the"} | ORG_JOINERS for t in run
                )
                if tokens[n - 1].low == "member" and {t.low for t in run} & _LEGISLATURES:
                    continue  # Member of Parliament for Lakeside
                spokes = any(t.low.startswith("spokes") for t in tokens[head:n])
                of_body = tokens[n - 1].low in _FOR_A_BODY and names_body(run) and len(run) > 1
                if low == "for" and not (spokes or of_body):
                    continue
                of_place = {t.low for t in tokens[head:n]} & _OF_PLACES and not names_body(run)
                good = (
                    not subject
                    and not place
                    and not of_place
                    and (
                        names_body(run)
                        or (
                            bool({t.low for t in tokens[head:n]} & _CORPORATE)
                            and run[0].low not in SUBJECTS | NOT_NAMES
                        )
                    )
                )
            if good:
                return (start, n), (begin, last)
    return (start, end), owner


def _board_end(tokens: list[Token], at: int, end: int) -> int | None:
    """Where “of the Management Board”, “of the Board of Directors” ends: part of a title."""
    if at >= end or tokens[at].low != "of":
        return None
    at += 1 + (at + 1 < end and tokens[at + 1].low == "the")
    at += at < end and tokens[at].low in ("management", "supervisory", "executive", "advisory")
    if at >= end or tokens[at].low != "board":
        return None
    at += 1
    named = at + 1 < end and tokens[at].low == "of"
    if named and tokens[at + 1].low in ("directors", "trustees", "governors", "management"):
        at += 2
    return at


def _closes_bracket(tokens: list[Token], start: int, end: int) -> bool:
    return tokens[end - 1].text == ")" and any(t.text == "(" for t in tokens[start:end])


def _look_right(tokens: list[Token], mention: Mention, end: int) -> None:
    """Read the apposition after a name: X, Vice President, CGSS, Islamabad stated."""
    while end < len(tokens) and (
        tokens[end].low in DEGREES or (tokens[end].acronym and tokens[end].low in POST_NOMINALS)
    ):
        end += 1
        mention.end = end
    if mention.title and all(t.low in KINSHIP for t in tokens[slice(*mention.title)] if t.head):
        mention.title = mention.organization = None  # her sister X, the director
    if (
        end + 1 < len(tokens)
        and tokens[end].text == ","
        and tokens[end + 1].low in ("who", "whose")
    ):
        if mention.title is not None or end - mention.name[0] > 1:
            mention.strong = True
            _read_relative_clause(tokens, mention, end + 1)
        return
    if end >= len(tokens) or (mention.title is not None and tokens[end].low not in ("of", "from")):
        return
    sign = tokens[end].text
    if tokens[end].low == "as" and mention.title is None and end + 1 < len(tokens):
        last = next(
            (
                k
                for k in range(end + 1, min(end + 12, len(tokens)))
                if tokens[k].text in (".", ",", ";")
                or tokens[k].low
                in ("on", "until", "after", "who", "in", "from", "with", "and", "to")
            ),
            None,
        )
        if (
            last
            and _is_title_segment(tokens[end + 1 : last])
            and tokens[end + 1].low not in ("one", "part", "many", "well", "saying")
        ):
            mention.title, mention.organization = _split_title(tokens, end + 1, last)
            mention.strong = True
        return
    if tokens[end].low in ("is", "was", "has", "becomes") and end - mention.name[0] > 1:
        _read_statement_of_office(tokens, mention, end)
        return
    if sign not in (",", "(", "–", "—", "-"):
        if tokens[end].low in ("of", "from") and end + 1 < len(tokens):
            begin = end + 1 + (end + 2 < len(tokens) and tokens[end + 1].low == "the")
            known = mention.strong and tokens[begin].low not in PLACES | FUNCTION_WORDS
            known = known or _is_quoted_of(tokens, mention, begin)
            if mention.title and any(t.low in _OF_PLACES for t in tokens[slice(*mention.title)]):
                known = False
            if tokens[begin].cap and (known or names_body(tokens[begin : begin + 6])):
                last = body_end(tokens, begin, len(tokens))
                mention.end = end_of_bodies(tokens, last)
                mention.strong = True
                if mention.title is None or mention.organization is None:
                    mention.organization = mention.organization or (begin, last)
        return
    at = end + 1
    if (
        at + 1 < len(tokens)
        and tokens[at].cap
        and tokens[at].low in HONORIFICS
        and tokens[at + 1].low not in PLACES
        and may_be_name(tokens, at + 1)
    ):
        return  # another person: The governor of Green Delta, Captain X
    if (
        sign == "("
        and at < len(tokens)
        and not is_title_part(tokens[at])
        and not names_body(tokens[at : at + 6])
    ):
        close = next(
            (k for k in range(at, min(at + 8, len(tokens))) if tokens[k].text == ")"), None
        )
        if close is None:
            return
        mention.end = close + 1
        inner = tokens[at:close]
        if (
            len(inner) > 1
            and mention.name[1] - mention.name[0] > 1
            and not names_body(tokens[slice(*mention.name)])
            and all(t.cap or t.low in ORG_JOINERS for t in inner)
            and not any(t.low in PLACES for t in inner)
        ):
            mention.organization = mention.organization or (at, close)
        if close + 1 < len(tokens) and tokens[close + 1].text == ",":
            end, at = close + 1, close + 2
            mention.end = at
            sign = ","
        else:
            return
    if at + 1 < len(tokens) and tokens[at].low == "aged" and tokens[at + 1].text.isdigit():
        at += 1
    if at < len(tokens) and tokens[at].text.isdigit():  # an age
        mention.strong = True
        if at + 1 < len(tokens) and tokens[at + 1].text == ",":
            at += 2
        mention.end = at
        at += (
            at + 1 < len(tokens) and tokens[at].low in ("of", "from") and tokens[at - 1].text == ","
        )
    segments: list[Range] = []
    begin = at
    depth = 0
    closed = sign != "("
    stop = len(tokens)
    for k in range(at, min(at + 45, len(tokens))):
        token = tokens[k]
        if token.text == "(":
            depth += 1
        elif token.text == ")":
            if depth == 0:
                stop = k + 1 if sign == "(" else k
                segments.append((begin, k))
                closed = True
                begin = stop
                break
            depth -= 1
        elif depth == 0 and _ends_apposition(tokens, k, begin):
            stop = k
            if k > begin:
                segments.append((begin, k))
            begin = k
            break
        elif token.text == "," and depth == 0:
            if list_within_name(tokens, begin, k, len(tokens)) or (
                begin < k and body_goes_on(tokens, begin, k)
            ):
                continue
            segments.append((begin, k))
            begin = k + 1
    else:
        if begin < min(at + 45, len(tokens)):
            segments.append((begin, min(at + 45, len(tokens))))
        stop = min(at + 45, len(tokens))
    if not closed or not segments:
        return
    while len(segments) > 1 and all(
        t.low in POST_NOMINALS or not t.word for t in tokens[slice(*segments[0])]
    ):
        mention.strong = True
        mention.end = segments[0][1] + 1
        segments.pop(0)
    title: Range | None = None
    organization: Range | None = None
    used = 0
    for n, (a, b) in enumerate(segments):
        part = tokens[a:b]
        if not part:
            break
        if (
            n == 0
            and not _is_title_segment(part)
            and _is_described(tokens, mention, a, b, stop, sign)
        ):
            title, organization = _split_title(tokens, a, b, any_head=True)
            used = 1
            if title is None:
                break
            continue
        if n == 0:
            if not _is_title_segment(part):
                body = tokens[a + (tokens[a].low == "the") : b]
                if (
                    body
                    and body[0].cap
                    and names_body(body)
                    and body_end(tokens, b - len(body), b) == b
                    and len(segments) > 1
                ) or (sign == "(" and names_body(body)):
                    title2, _organization2 = (None, None)
                    if len(segments) > 1 and _is_title_segment(tokens[slice(*segments[1])]):
                        title2, _organization2 = _split_title(tokens, *segments[1])
                        used = 2
                        title, organization = title2, (b - len(body), b)
                        break
                    organization = (b - len(body), b)
                    used = 1
                break
            title, organization = _split_title(tokens, a, b)
            if title is None:
                break
            used = 1
            continue
        skip = a + (tokens[a].low in ("the", "of"))
        if (
            skip < b
            and tokens[skip].cap
            and organization is None
            and not (
                (is_title_part(tokens[skip]) and not names_body(tokens[skip:b]))
                or any(t.head for t in part)
            )
            and (names_body(tokens[skip:b]) or not all(t.low in PLACES for t in tokens[skip:b]))
            and (names_body(tokens[skip:b]) or only_name(tokens, skip, b))
        ):
            last = body_end(tokens, skip, b)
            if last < b and tokens[last].low in ("and", "with"):
                break
            person_list = (
                n == len(segments) - 1 and stop < len(tokens) and tokens[stop].low == "and"
            )
            if person_list and not names_body(tokens[skip:last]):
                break
            organization = (skip, last)
            used = n + 1
        elif title and organization is None and _is_field(tokens, segments, n):
            title = title[0], b  # Vice President, Public Policy, Lumen Inc.
            used = n + 1
        elif all(t.low in PLACES or not t.word for t in part):
            used = n + 1
        elif tokens[a].low == "and" and _is_title_segment(part) and organization is None:
            more, employer = _split_title(tokens, a + (tokens[a].low == "and"), b)
            if more and title:
                title, organization = (title[0], more[1]), employer
                used = n + 1
        elif _is_title_segment(part) and tokens[a].low in ("and",):
            used = n + 1
        else:
            break
    if not used:
        return
    mention.strong = True
    last_used = segments[used - 1][1]
    mention.end = last_used if used < len(segments) or last_used >= stop else stop
    if sign == "(" and used == len(segments):
        mention.end = stop
    if mention.end < len(tokens) and tokens[mention.end].text == "," and sign == ",":
        mention.end += 1
    if title and mention.title is None:
        mention.title = title
        mention.organization = organization or mention.organization
    elif organization and mention.organization is None:
        mention.organization = organization


def _is_field(tokens: list[Token], segments: list[Range], n: int) -> bool:
    """Whether a segment is the field of a title: subjects in capitals, and a body after them."""
    a, b = segments[n]
    field = all(t.cap and t.low in SUBJECTS | TITLE_MODIFIERS for t in tokens[a:b] if t.word)
    return field and n + 1 < len(segments) and tokens[segments[n + 1][0]].cap


def _read_statement_of_office(tokens: list[Token], mention: Mention, verb: int) -> None:
    """Read “X is the founder of Y.” and “X has been appointed chief executive of Y.”"""
    at = verb + 1
    while at < len(tokens) and tokens[at].low in ("been", "also", "appointed", "named", "elected"):
        at += 1
    at += at < len(tokens) and tokens[at].low in ("as",)
    if tokens[verb].low == "has" and tokens[at - 1].low == "has":
        return
    stop = next(
        (
            k
            for k in range(at, min(at + 16, len(tokens)))
            if tokens[k].text in ".,;" or tokens[k].low in ("and", "who", "after", "since")
        ),
        None,
    )
    after = at + (at < len(tokens) and tokens[at].low in _DETERMINERS)
    if stop and after < stop and _is_title_segment(tokens[after:stop]):
        head = next((k for k in range(after, stop) if tokens[k].head), stop)
        if head - after < 4:
            mention.title, mention.organization = _split_title(tokens, after, stop)
            mention.strong = mention.title is not None


def _is_quoted_of(tokens: list[Token], mention: Mention, begin: int) -> bool:
    """Whether it is “said X of Y”, where Y has two words or more and is no place."""
    spoken = mention.name[0] > 0 and tokens[mention.name[0] - 1].low in SAYING
    caps = tokens[begin : begin + 2]
    return (
        spoken
        and mention.name[1] - mention.name[0] > 1
        and len(caps) == 2
        and all(t.cap and t.low not in PLACES | FUNCTION_WORDS for t in caps)
    )


#: “X, who heads Y”: verbs whose object is the body that somebody speaks for.
_LEADING = word_set(
    """
heads leads chairs coaches captains edits runs directs manages founded represents represented
headed led chaired founds co-founded cofounded established commands presides oversees coordinates
"""
)


def _read_relative_clause(tokens: list[Token], mention: Mention, who: int) -> None:
    """Read “X, who heads the Y, said” and “X, who is director of the Y, said”."""
    verb = who + 1
    while verb < len(tokens) and tokens[verb].low in ADVERBS - _AUXILIARIES:
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
    if verb < close and tokens[verb].low not in SAYING and mention.title is None:
        for k in range(verb, close):
            _read_verb_of_office(tokens, mention, k, close)
    if verb < close and tokens[verb].low not in SAYING and tokens[close].text == ",":
        mention.end = close + 1


def _read_verb_of_office(tokens: list[Token], mention: Mention, verb: int, close: int) -> None:
    """Read an office from a verb: … heads the Y; … is its director; … came as an observer."""
    low, begin = tokens[verb].low, verb + 1
    while begin < close and tokens[begin].low in ("also", "currently", "now", "as"):
        begin += 1
    states = low in ("is", "was", "became", "serves", "served", "acts")
    if states or (low == "as" and tokens[begin].low in ("a", "an", "the")):
        after = begin + (tokens[begin].low in _DETERMINERS)
        if mention.title is None and _is_title_segment(tokens[after:close]):
            mention.title, employer = _split_title(tokens, begin, close)
            mention.organization = mention.organization or employer
            if mention.title and tokens[begin].low == "its" and mention.organization is None:
                mention.owner = (begin, begin + 1)
        return
    working = low in ("works", "worked", "teaches", "taught", "studies", "plays", "played")
    if working:
        begin = next((k + 1 for k in range(begin, close) if tokens[k].low in ("at", "for")), close)
    if not (working or low in _LEADING) or begin >= close or mention.organization is not None:
        return
    begin += tokens[begin].low in ("the", "over", "at")
    if begin < close and tokens[begin].cap:
        last = body_end(tokens, begin, close)
        ends = last == close or tokens[last].low in _PREPOSITIONS | {"and", "as", "with", "since"}
        named = names_body(tokens[begin:last]) or last - begin < 4
        if ends and named and not tokens[last - 1].possessive:
            mention.organization = (begin, last)


def _ends_apposition(tokens: list[Token], k: int, begin: int) -> bool:
    token = tokens[k]
    if token.text in (".", ";", ":", "!", "?", QUOTE, TERM, "–", "—"):
        return True
    if token.cap:
        return False
    if token.low in _AUXILIARIES:
        return True
    if token.low in SAYING and not (k > 0 and tokens[k - 1].low in ("a", "an", "the", "and", "of")):
        return True
    return k == begin and token.low in word_set(
        """
and in on at with while speaking addressing during but as
"""
    )


def _is_title_segment(part: list[Token]) -> bool:
    if not part or len(part) > 30:
        return False
    if (
        part[0].low
        in _PREPOSITIONS | _AUXILIARIES | {"and", "but", "while", "speaking", "addressing"}
        and part[0].low != "and"
    ):
        return False
    if part[0].low.endswith("ing") and not part[0].cap and part[0].low not in TITLE_MODIFIERS:
        return False
    heads = [
        n
        for n, token in enumerate(part)
        if token.head or (token.low == "general" and n == len(part) - 1)
    ]
    if not heads or any(
        t.low in RANKS and t.cap and not (t.head and is_title_part(part[n]))
        for n, t in enumerate(part[1:])
    ):
        return False
    before = part[: heads[0]]
    return not any(token.low in _PREPOSITIONS for token in before) or (heads[0] < 9 and part[0].cap)


def roles(tokens: list[Token]) -> Iterable[tuple[int, int, set[str]]]:
    """Yield the roles that stand for somebody: the minister, the foreign secretary, the CEO.

    Each with its first and last token and its words.
    """
    for at, token in enumerate(tokens):
        if (
            token.low
            not in word_set(
                """
the a an his her our its their
"""
            )
            or at + 1 >= len(tokens)
        ) and not (token.possessive and at + 1 < len(tokens)):
            continue
        end = at + 1
        last = 0
        while end < len(tokens) and end - at < 12:
            one = tokens[end]
            if one.head or one.low in EITHER:
                end += 1
                last = end
            elif one.low in TITLE_MODIFIERS | SUBJECTS or (
                one.cap and one.low not in FUNCTION_WORDS and last == 0
            ):
                end += 1
                if (last and tokens[end - 2].low in ("of", "for", "and")) or (
                    last and one.low in SUBJECTS
                ):
                    last = end
            elif last and one.low in ("of", "for", "to", "at", "and", "the"):
                end += 1
            elif (last and one.cap and tokens[end - 1].low in ("of", "for", "to", "at", "the")) or (
                last and one.cap and last == end
            ):
                end += 1
                last = end
            elif (
                not last
                and one.word
                and end - at < 4
                and not one.cap
                and one.low not in ADVERBS | SAYING | _PREPOSITIONS | FUNCTION_WORDS
                and (
                    one.text[-1].isdigit()
                    or "-" in one.text
                    or one.low
                    in word_set(
                        """
newly visiting outgoing incoming top young elder younger appointed company university team club
school hospital bank party
"""
                    )
                )
            ):
                end += 1
            else:
                break
        if last:
            words = {t.low for t in tokens[at + 1 : last]}
            yield at, last, words


def is_unnamed(words: set[str]) -> bool:
    """Whether a role is one that releases leave without a name: a spokesperson."""
    return bool(words & _UNNAMED_HEADS)
