"""The event of a release, and the bodies that it names."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from articles.importing.bodies import Range, body_end, names_body
from articles.importing.layout import Layout
from articles.importing.proposal import ProposedEvent, Value
from articles.importing.sentences import LONGEST, QUOTE, TERM, Body, Sentence, Token
from articles.importing.words import (
    EVENT_KINDS,
    FUNCTION_WORDS,
    HAPPENING,
    INITIALS,
    MONTHS,
    NAMED_KINDS,
    ORG_WORDS,
    PLACES,
    SUBJECTS,
    TITLE_HEADS,
    WEAK_ORG,
    WEEKDAYS,
    word_set,
)
from articles.publishing.passages import Passage
from people.folding import fold

_INTRODUCERS = word_set(
    """
titled entitled called named themed theme dubbed title on topic subject under of styled
"""
)
_BY = word_set(
    """
organized organised hosted convened arranged held co-hosted co-organized co-organised cohosted
sponsored staged run
"""
)
_WITH = frozenset(
    ["collaboration", "partnership", "cooperation", "coordination", "association", "conjunction"]
)
_MONTH = (
    r"(?:January|February|March|April|May|June|July|August|September|October|November|December"
    r"|(?:Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sept|Sep|Oct|Nov|Dec)\.?)"
)
_NUMBER = r"\d{1,2}(?:st|nd|rd|th)?"
_SPAN = r"(?:\s?[-–—/]\s?| to | and | until | till | through )"
_ONE_DATE = (
    rf"{_NUMBER}(?:{_SPAN}{_NUMBER})?(?: of)? {_MONTH}(?:,? \d{{4}})?"
    rf"|{_MONTH} {_NUMBER}(?:{_SPAN}{_NUMBER}(?! {_MONTH}))?(?:,? \d{{4}})?"
)
_WEEKDAY = r"(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day"
_PART = r"(?: (?:morning|afternoon|evening|night))?"
_ONE_DAY = rf"(?:{_WEEKDAY}{_PART},? (?:the )?)?(?:{_ONE_DATE})|{_WEEKDAY}{_PART}"
#: The day of an event as stated, in the order of what it is worth: dates, weekdays, “yesterday”.
_DAYS = tuple(
    re.compile(pattern)
    for pattern in (
        rf"\b(?:(?:on|from|between|until|since|by|starting|beginning) )?(?:the )?"
        rf"(?:{_WEEKDAY}{_PART},? (?:the )?)?(?:{_ONE_DATE})(?:{_SPAN}(?:{_ONE_DAY}))?(?!\w)",
        rf"\b(?:(?:on|from|between|until|since|by|this|last|next|late) )*{_WEEKDAY}{_PART}"
        rf"(?:{_SPAN}{_WEEKDAY}{_PART})?(?!\w)",
        r"\b(?:(?:earlier |later |late )?(?:[Tt]oday|[Yy]esterday|[Tt]omorrow)"
        r"(?: (?:morning|afternoon|evening|night))?|[Tt]onight|on the same day"
        r"|(?:[Tt]his|[Ll]ast|[Nn]ext) (?:week(?:end)?|month|morning|afternoon|evening|year)"
        r"|(?:over|at) the weekend)\b",
        rf"\bin {_MONTH}(?: \d{{4}})?\b",
    )
)
_FORMATS = {
    "online": re.compile(
        r"\b(?:webinar|online|virtual(?:ly)?|via zoom|video ?conference|video link)\b",
        re.IGNORECASE,
    ),
    "mixed": re.compile(r"\bhybrid\b", re.IGNORECASE),
    "offline": re.compile(r"\b(?:in person|in-person)\b", re.IGNORECASE),
}
_ATTENDANCE = re.compile(
    r"\b(?:attended by|participation of|drew|brought together|gathered|joined by|welcomed|"
    r"attracted)"
    r" (?:about |around |over |more than |nearly |some |almost |at least |as many as |up "
    r"to )?(?P<number>\d[\d,]*|[a-z]+(?:-[a-z]+)?(?: hundred| thousand))"
    r"(?: [\w-]+){0,4}? (?:participants|people|delegates|guests|students|experts|visitors|"
    r"attendees|persons|researchers|representatives|scientists|spectators|fans|members|"
    r"companies)\b"
    r"|\b(?:about |around |over |more than |nearly |some |almost )?(?P<count>\d[\d,]*)(?: "
    r"[\w-]+){0,3}? (?:participants|people|delegates|guests|students|attendees|visitors|"
    r"persons) (?:attended|took part|participated|joined)",
    re.IGNORECASE,
)
_LIVE = re.compile(
    r"\b(?:covered live|broadcast live|live[- ]?streamed|streamed live|telecast live|aired "
    r"live|shown live)(?: (?:on|via|through|by) (?P<where>[^.,;]{3,90}))?",
    re.IGNORECASE,
)
_ORDINAL = re.compile(r"\d+(?:st|nd|rd|th)$")


def find_event(page: Layout, body: Body) -> tuple[ProposedEvent | None, list[Range]]:
    """Return the event with a name of its own that the release is about, and its organizers."""
    best: tuple[float, int, Range, int, Range | None] | None = None
    for n, sentence in enumerate(body.sentences):
        for score, name, kind in _names(sentence, body, page):
            rated = (score - n * 0.05, -n, name, n, kind)
            if best is None or rated[:2] > best[:2]:
                best = rated
    if best is None:
        return None, []
    _, _, name, n, kind = best
    start = body.sentences[n].start
    near = list(body.sentences[max(0, n - 1) : n + 4])
    sentence = body.sentences[n]
    flat = page.flat

    def first(pattern: re.Pattern[str], group: str | int = 0, reading: str = "") -> Value | None:
        for one in near:
            if found := pattern.search(flat, one.start, one.end):
                part = found.span(group)
                if part[0] >= 0:
                    return page.value(part[0], part[1], reading=reading)
        return None

    form = None
    for reading, pattern in _FORMATS.items():
        form = form or first(pattern, 0, reading)
    attendance = None
    for one in near:
        if found := _ATTENDANCE.search(flat, one.start, one.end):
            group = "number" if found["number"] else "count"
            digits = found[group].replace(",", "")
            attendance = page.value(*found.span(group), reading=digits if digits.isdigit() else "")
            break
    organizers = _organizers(body, n, name, flat)
    event = ProposedEvent(
        page.value(*name),
        page.maybe(kind),
        form,
        tuple(page.value(*one) for one in organizers),
        attendance,
        first(_LIVE),
        first(_LIVE, "where"),
        page.maybe(_event_place(sentence, name)),
        page.maybe(_day(page, body, n, name, start)),
    )
    return event, organizers


def _names(sentence: Sentence, body: Body, page: Layout) -> list[tuple[float, Range, Range | None]]:
    tokens = sentence.tokens if len(sentence.tokens) <= LONGEST else []
    found: list[tuple[float, Range, Range | None]] = []
    for k, token in enumerate(tokens):
        if token.text in (TERM, QUOTE):
            passage = (body.terms if token.text == TERM else body.quotations).get(token.start)
            if passage is None:
                continue
            if token.text == QUOTE:
                continue
            kind = _kind_before(tokens, k) or _kind_after(tokens, k)
            words = passage.words
            if len(words.split()) < 2:
                continue
            if kind is None:
                own = {fold(word) for word in words.split()} & (EVENT_KINDS.keys() | NAMED_KINDS)
                held = {t.low for t in tokens[max(0, k - 5) : k]} & _OPENING
                if own or held:
                    score = 2.0 + 0.4 * bool(held) + 0.3 * bool(own)
                    found.append((score, _trim(page.flat, _inner(passage)), None))
                continue
            close = k - kind[0] <= 4
            inner = _trim(page.flat, _inner(passage))
            found.append(
                (3.0 if close else 2.5, inner, (tokens[kind[0]].start, tokens[kind[0]].end))
            )
        elif token.cap and token.word and (k == 0 or not _part_of_name(tokens[k - 1])):
            end = _name_end(tokens, k)
            run = tokens[k:end]
            first = 0
            while first < len(run) and run[first].low in _NOT_IN_NAMES:
                first += 1
            run = run[first:]
            kinds = [t for t in run if (t.low in EVENT_KINDS or t.low in NAMED_KINDS) and t.cap]
            caps = [t for t in run if t.cap or t.text[0].isdigit()]
            least = 2 if {t.low for t in tokens[max(0, k - 4) : k]} & _OPENING else 3
            if not kinds or len(caps) < least or run[-1].low in TITLE_HEADS:
                continue
            lead = [t.low for t in tokens[max(0, k - 3) : k]]
            if "of" in lead[-2:] and lead and set(lead) & TITLE_HEADS:
                continue  # the secretary of the Pilots' Forum
            kind_token = kinds[-1]
            after_kind = run[run.index(kind_token) + 1 :]
            if (
                kind_token.low
                in word_set(
                    """
forum congress assembly panel session council campaign series training course show week award
awards fair camp meeting talk launch exercise
"""
                )
                and kind_token is not run[-1]
                and not (after_kind and after_kind[0].low in ("on", "of", "for", "20"))
                and not any(t.text[0].isdigit() for t in run)
            ) and not (kind_token.low in ("forum", "exercise") and kind_token is run[0]):
                continue
            if any(t.low in TITLE_HEADS for t in run[: run.index(kind_token)]):
                continue
            if any(t.low in ORG_WORDS - WEAK_ORG - EVENT_KINDS.keys() for t in after_kind[:1]):
                continue  # Conference Board, Festival Committee
            score = (
                2.0
                + 0.1 * min(len(caps), 6)
                + (0.3 if any(t.text[0].isdigit() for t in run) else 0)
            )
            before = [t.low for t in tokens[max(0, k - 8) : k]]
            if word_set(
                """
attended addressed addressing opened inaugurated hosted hosting opening inaugural at during
organized organised held concluded opens
"""
            ) & set(before):
                score += 0.4
            if {"last", "previous", "upcoming", "next", "former", "won"} & set(before[-3:]):
                score -= 0.6
            name = (run[0].start, _end(run[-1]))
            if page.headline and fold(page.flat[slice(*name)]) in fold(
                page.text[slice(*page.headline)]
            ):
                score += 0.5
            if kind_token.low in ("day", "match", "night"):
                score -= 0.3
            found.append((score, name, (kind_token.start, kind_token.end)))
    return found


def _inner(passage: Passage) -> Range:
    return passage.start + 1, passage.end - 1


#: Capitalised words before an event's name that are not part of it: The Third Lake Forum.
_NOT_IN_NAMES = (
    FUNCTION_WORDS
    - word_set(
        """
two three four five six seven eight nine ten first second third new
"""
    )
) | {"speaking", "addressing", "opening"}
#: Verbs and prepositions whose object is often the event of a release.
_OPENING = word_set(
    """
opened opens opening inaugurated inaugurating hosted hosts hosting held convened organized
organised staged concluded closed addressed addressing attended attending launched celebrated
marked during
"""
)


def _part_of_name(token: Token) -> bool:
    return (
        token.cap and token.word and token.low not in FUNCTION_WORDS and not token.possessive
    ) or bool(_ORDINAL.match(token.text))


def _end(token: Token) -> int:
    if token.possessive:
        return token.end - (1 if token.text[-1] in "'’" else 2)
    return token.end


def _name_end(tokens: list[Token], at: int) -> int:
    """Where a name of capitals ends: International Conference on Climate and Water 2026."""
    end = at + 1
    while end < min(len(tokens), at + 30):
        token = tokens[end]
        if (token.cap and token.word and token.low not in WEEKDAYS) or (
            token.text.isdigit() and len(token.text) == 4
        ):
            end += 1
        elif (
            token.low
            in ("of", "on", "for", "and", "the", "in", "de", "del", "la", "to", "with", "a")
            or token.text in ("&", ":", "-", "–", "/")
        ) and end + 1 < len(tokens):
            ahead = end + 1
            while ahead < len(tokens) and tokens[ahead].low in (
                "the",
                "of",
                "for",
                "a",
                "and",
                "on",
            ):
                ahead += 1
            if (
                ahead < len(tokens)
                and tokens[ahead].cap
                and tokens[ahead - 1].text != "."
                and tokens[ahead].low not in WEEKDAYS | MONTHS
            ):
                if token.low in ("in", "to", "with") and tokens[ahead].low in PLACES:
                    return end
                if token.low == "in" or (
                    token.low == "and"
                    and names_body(tokens[ahead : ahead + 4])
                    and tokens[ahead].low not in SUBJECTS
                ):
                    return end
                end = ahead + 1
            else:
                return end
        elif (
            token.text == "("
            and end + 2 < len(tokens)
            and tokens[end + 2].text == ")"
            and tokens[end + 1].acronym
        ):
            end += 3
        elif token.text[0].isdigit() and tokens[end - 1].cap and len(token.text) <= 4:
            end += 1
        else:
            return end
    return end


def _kind_before(tokens: list[Token], at: int) -> tuple[int, bool] | None:
    """The kind of event that introduces a title in marks: a webinar on the topic “…”."""
    for k in range(at - 1, max(-1, at - 9), -1):
        token = tokens[k]
        if token.low in EVENT_KINDS or token.low in ("webinars", "workshops", "seminars"):
            between = tokens[k + 1 : at]
            if all(
                t.low in _INTRODUCERS | {"the", "a", "as", "held", "with", "and", "here", "today"}
                or not t.word
                or t.cap
                for t in between
            ):
                return k, True
            if any(t.low in _INTRODUCERS - {"on", "of", "under"} for t in between):
                return k, True
            return None
        if token.text in (".", ";", QUOTE):
            return None
    return None


def _kind_after(tokens: list[Token], at: int) -> tuple[int, bool] | None:
    for k in range(at + 1, min(len(tokens), at + 3)):
        if tokens[k].low in EVENT_KINDS and tokens[k].low not in word_set(
            """
campaign series course exhibition show award training
"""
        ):
            return k, True
    return None


def _trim(flat: str, span: Range) -> Range:
    start, end = span
    while end > start and (flat[end - 1].isspace() or flat[end - 1] in ",."):
        end -= 1
    while start < end and flat[start].isspace():
        start += 1
    return start, end


def _organizers(body: Body, n: int, name: Range, flat: str) -> list[Range]:
    """Who holds the event: near its name first, then wherever its name or kind comes again."""
    sentences = body.sentences
    words = flat[slice(*name)]
    kinds = {fold(word) for word in words.split()} & (EVENT_KINDS.keys() | NAMED_KINDS)
    kinds |= {t.low for t in sentences[n].tokens if t.low in EVENT_KINDS and not t.cap}
    near = sentences[max(0, n - 1) : n + 3]
    again = [
        one
        for one in sentences
        if words in flat[one.start : one.end]
        or (one.tokens[0].low in ("the", "it") and kinds & {t.low for t in one.tokens[:3]})
    ][:6]
    for sentence in (*near, *again):
        tokens = sentence.tokens
        found = _bodies_by(tokens) or _bodies_that_hold(tokens, name)
        if found:
            return found
    return []


def _bodies_by(tokens: list[Token]) -> list[Range]:
    """The bodies in “organised jointly by the A and B, in collaboration with C”."""
    found: list[Range] = []
    for k, token in enumerate(tokens):
        begin = None
        if token.low == "by" and k:
            back = k - 1
            while back > 0 and k - back < 7 and tokens[back].low not in _BY:
                if tokens[back].text in (",", ".", ";", QUOTE):
                    break
                back -= 1
            if tokens[back].low in _BY:
                begin = k + 1
        elif found and token.low == "with" and k and tokens[k - 1].low in _WITH:
            begin = k + 1
        elif token.low == "auspices" and k + 1 < len(tokens) and tokens[k + 1].low == "of":
            begin = k + 2
        if begin is not None:
            found += [one for one in _bodies(tokens, begin) if one not in found]
    return found


_HOLD = word_set(
    """
organized organised hosted convened arranged hosts organizes organises hosting held holds staged
stages opened opens convenes launched inaugurated
"""
)


def _bodies_that_hold(tokens: list[Token], name: Range) -> list[Range]:
    """The bodies in “A, in collaboration with B, held …” and “which A convened with B”."""
    for k, token in enumerate(tokens):
        if token.low not in _HOLD or not k:
            continue
        if any(t.low in ("was", "were", "is", "being", "be") for t in tokens[max(0, k - 2) : k]):
            continue
        after = tokens[k + 1 : k + 25]
        before = next(
            (b for b in range(k - 1, -1, -1) if tokens[b].low in ("which", "that", "where")), -1
        )
        event = any(
            t.text == TERM or t.low in EVENT_KINDS or name[0] <= t.start < name[1] for t in after
        ) or (before > 0)
        if not event:
            continue
        found = _bodies_before(tokens, k, before + 1)
        if not found:
            continue
        for m, other in enumerate(tokens[k + 1 : k + 40], k + 1):
            if other.low == "with" and tokens[m - 1].low in _WITH | {"together", "jointly"}:
                found += [one for one in _bodies(tokens, m + 1) if one not in found]
        return found
    return []


_BETWEEN_BODIES = frozenset(
    ["the", "and", "with", "in", "jointly", "its", "as", "well", "together", "both"]
)


def _past_apposition(tokens: list[Token], comma: int) -> int | None:
    """Past what a body is called between commas: A, the Finnish association of owners, and B."""
    if comma + 2 >= len(tokens) or tokens[comma + 1].low not in ("the", "a", "an", "its"):
        return None
    close = next(
        (k for k in range(comma + 2, min(comma + 14, len(tokens))) if tokens[k].text == ","), None
    )
    if close is None or not any(not t.cap and len(t.text) > 3 for t in tokens[comma + 2 : close]):
        return None
    following = tokens[close + 1].low if close + 1 < len(tokens) else ""
    return close + 1 if following in ("and", "with", "in") else None


def _bodies(tokens: list[Token], begin: int) -> list[Range]:
    """The list of bodies that begins at ``begin``: A, Beijing, China and B (C), D."""
    found: list[Range] = []
    at = begin
    while at < len(tokens):
        token = tokens[at]
        if found and token.text == "," and (past := _past_apposition(tokens, at)):
            at = past
        elif token.low in _BETWEEN_BODIES or token.text in (",", "&"):
            if token.low == "in" and not (at + 1 < len(tokens) and tokens[at + 1].low in _WITH):
                break
            at += 1
        elif token.low in _WITH:
            at += 1
        elif token.cap and token.low not in WEEKDAYS | MONTHS:
            end = body_end(tokens, at, len(tokens))
            if end < len(tokens) and tokens[end].low in _SUFFIXES and len(tokens[end].low) < 4:
                end += 1  # Kotitalo ry
            run = tokens[at:end]
            if not all(t.low in PLACES for t in run if t.cap):
                found.append((tokens[at].start, _end(tokens[end - 1])))
            at = end
        else:
            break
    return found


def _bodies_before(tokens: list[Token], k: int, start: int) -> list[Range]:
    """The bodies that are the subject of the verb at ``k``, in the clause from ``start`` on."""
    for at in range(start, k):
        if tokens[at].cap and tokens[at].low not in FUNCTION_WORDS:
            found = _bodies(tokens[:k], at)
            first = [t for t in tokens[at:k] if found and t.start < found[0][1]]
            subject = (
                at == start or tokens[at - 1].low in ("the", ",") or tokens[at - 1].text == ","
            )
            if found and (names_body(first) or (start > 0 and subject)):
                return found
    return []


def _event_place(sentence: Sentence, name: Range) -> Range | None:
    tokens = sentence.tokens
    for k, token in enumerate(tokens[:-1]):
        if token.low in ("in", "at") and tokens[k + 1].start >= name[1]:
            begin = k + 1 + (tokens[k + 1].low == "the")
            if (
                begin < len(tokens)
                and tokens[begin].cap
                and tokens[begin].low not in MONTHS | WEEKDAYS
            ):
                end = body_end(tokens, begin, len(tokens))
                return tokens[begin].start, _end(tokens[end - 1])
    return None


def _day(page: Layout, body: Body, n: int, name: Range, start: int) -> Range | None:
    """The day that is stated nearest to the event's name: beside it, or where the text begins."""
    sentences = body.sentences
    words = page.flat[slice(*name)]
    again = [one for one in sentences if words in page.flat[one.start : one.end]][:4]
    order = [sentences[n], *again, *sentences[max(0, n - 1) : n], *sentences[n + 1 : n + 3]]
    order += [one for one in sentences[:4] if one.paragraph == sentences[0].paragraph]
    seen = set[int]()
    for one in order:
        if one.start in seen:
            continue
        seen.add(one.start)
        for pattern in _DAYS:
            best: Range | None = None
            for found in pattern.finditer(page.flat, one.start, one.end):
                if name[0] <= found.start() < name[1] or _in_quotation(body, found.start()):
                    continue
                if best is None or (found.start() > name[1] and best[0] < name[0]):
                    best = found.span()
            if best:
                return best
    return None


def _in_quotation(body: Body, at: int) -> bool:
    return any(p.start <= at < p.end for p in body.quotations.values())


@dataclass(frozen=True)
class BodyName:
    """A body as the text names it somewhere: its place, its words, and the nouns said of it."""

    span: Range
    folded: str
    words: tuple[str, ...]
    nouns: frozenset[str] = frozenset()


#: Nouns for a body, by which a text speaks of it: the association, its chairwoman.
_GENERIC = word_set(
    """
company firm group start-up startup manufacturer maker producer operator retailer club team
charity trust foundation association union federation society agency commission committee council
board bank university college school institute centre center academy hospital museum library
festival embassy ministry department court bar airline railway port authority cooperative
co-operative publisher organisation organization party newspaper network alliance brewery bakery
theatre studio laboratory fund insurer lender developer non-profit ngo body secretariat assembly
senate parliament guild chamber corporation carrier utility broadcaster orchestra zoo city
municipality army
"""
)
_SUFFIXES = word_set(
    """
inc ltd llc plc gmbh ag sa se ab oy as nv bv kg co corp a/s ry pvt srl spa kft sarl pjsc jsc llp
e.v s.a
"""
)


def named_bodies(
    page: Layout, body: Body, learned: Iterable[Range], persons: Iterable[Range]
) -> list[BodyName]:
    """Return every naming of a body in the text, in order; ``learned`` are names of bodies that
    other rules found (the employer of a speaker), ``persons`` the words that name somebody."""
    named = {at for span in persons for at in range(*span)}
    runs: list[tuple[Range, str, list[str]]] = []
    texts = [one.tokens for one in body.sentences if len(one.tokens) <= LONGEST]
    for tokens in texts:
        at = 0
        while at < len(tokens):
            token = tokens[at]
            small = token.low in FUNCTION_WORDS | WEEKDAYS | MONTHS
            if not token.cap or not token.word or (small and token.text != "WHO"):
                at += 1
                continue
            if token.start in named:
                at += 1
                continue
            if token.low in TITLE_HEADS and token.low not in ORG_WORDS:
                at += 1
                continue
            end = body_end(tokens, at, len(tokens))
            run = tokens[at:end]
            strong = [
                t for t in run if t.cap and t.low in ORG_WORDS - WEAK_ORG - EVENT_KINDS.keys()
            ]
            weak = [t for t in run if t.cap and t.low in WEAK_ORG]
            caps = [t for t in run if t.cap]
            bracket = run[-1].text == ")"
            titled = [n for n, t in enumerate(run) if t.low in TITLE_HEADS]
            if (
                titled
                and strong
                and titled[-1] + 1 < len(run)
                and run[titled[0]].low not in ("chief", "chamber")
            ):
                last = titled[-1]
                if run[last].low not in ("general",) and not (
                    last + 1 < len(run) and run[last + 1].low == "of"
                ):
                    owner = run[: titled[0]]
                    if owner and names_body(owner):
                        at_owner = (owner[0].start, _end(owner[-1]))
                        runs.append(
                            (
                                at_owner,
                                fold(page.flat[slice(*at_owner)]),
                                [t.low for t in owner if t.cap],
                            )
                        )
                    at = at + last + 1
                    continue
                at += titled[0] + 1
                continue
            known_event = any(t.low in EVENT_KINDS and t.cap for t in run) and not strong
            known_event = known_event or run[-1].low in NAMED_KINDS
            if not known_event and (
                (strong and len(caps) > 1)
                or (bracket and len(caps) > 2)
                or (len(weak) > 0 and len(caps) > 2 and weak[-1] is caps[-1])
                or (len(run) == 1 and token.acronym and token.low in INITIALS)
            ):
                span = (run[0].start, run[-1].end if bracket else _end(run[-1]))
                runs.append((span, fold(page.flat[slice(*span)]), [t.low for t in caps]))
            at = max(end, at + 1)
    for span in learned:
        words = page.text[slice(*span)]
        if (
            len(words) > 2
            and words[:1].isupper()
            and fold(words) not in _GENERIC | PLACES
            and not fold(words).startswith("the ")
        ):
            name = re.compile(rf"(?<!\w){re.escape(words)}(?!\w)")
            taken = [one for one, _, _ in runs]
            for found in name.finditer(page.flat):
                if not any(a <= found.start() < b for a, b in taken):
                    runs.append((found.span(), fold(words), fold(words).split()))
    for tokens in texts:
        for k, token in enumerate(tokens[:-1]):
            following = tokens[k + 1]
            if (
                token.cap
                and token.word
                and following.low in _SUFFIXES
                and following.text[:1].isalpha()
                and (following.text[0].isupper() or following.low == "ry")
                and following.low not in ("as", "co")
            ):
                first = k
                while (
                    first
                    and tokens[first - 1].cap
                    and tokens[first - 1].word
                    and tokens[first - 1].low not in FUNCTION_WORDS
                ):
                    first -= 1
                span = (tokens[first].start, tokens[k + 1].end)
                runs = [one for one in runs if not (span[0] <= one[0][0] and one[0][1] <= span[1])]
                runs.append(
                    (span, fold(page.flat[slice(*span)]), [t.low for t in tokens[first : k + 2]])
                )
    names: list[BodyName] = []
    for span, folded, parts in sorted(runs, key=lambda one: one[0]):
        said = re.match(
            r",? (?:a|an|the|its)?((?: [\w’'-]+){1,6})", page.flat[span[1] : span[1] + 80]
        )
        comma = page.flat[span[1] : span[1] + 1] == ","
        nouns = set(fold(said[1]).split()) & _GENERIC if said and comma else set()
        names.append(BodyName(span, folded, tuple(parts), frozenset(nouns)))
    return names


def subject_bodies(body: Body, persons: Iterable[Range]) -> list[BodyName]:
    """Return the names that sentences begin with and that are no person's: Nordlys has opened …

    They may be bodies; only “its” and “the company” ask for them.
    """
    named = {at for span in persons for at in range(*span)}
    found: list[BodyName] = []
    for sentence in body.sentences:
        tokens = sentence.tokens
        at = 1 if len(tokens) > 2 and tokens[0].low == "the" else 0
        end = at
        while end < min(len(tokens), at + 6) and tokens[end].cap and not tokens[end].possessive:
            end += 1
        run = tokens[at:end]
        if (
            not run
            or end >= len(tokens)
            or not run[0].word
            or run[0].start in named
            or any(t.low in FUNCTION_WORDS | WEEKDAYS | MONTHS | TITLE_HEADS for t in run)
            or all(t.low in PLACES for t in run)
            or not (tokens[end].text == "," or tokens[end].low in HAPPENING)
        ):
            continue
        words = tuple(t.low for t in run)
        found.append(BodyName((run[0].start, run[-1].end), " ".join(words), words))
    return found


def meant_body(names: list[BodyName], noun: str, at: int, page: Layout) -> Range | None:
    """The body that “its” or a noun (the bank’s, the Academy) means at the position ``at``."""
    before = [one for one in names if one.span[0] < at]
    distinct = {re.sub(r"\s*\(.*?\)", "", one.folded) for one in names}
    chosen: BodyName | None = None
    if noun == "its":
        start = page.flat.rfind("\n", 0, at)
        sentence = max(page.flat.rfind(". ", 0, at), page.flat.rfind("” ", 0, at), start)
        here = [one for one in before if one.span[0] > sentence]
        paragraph = [one for one in before if one.span[0] > start]
        chosen = (
            here[-1] if here else paragraph[-1] if paragraph else (before[-1] if before else None)
        )
    else:
        if noun not in _GENERIC:
            return None
        matching = [one for one in before if noun in one.words or noun in one.nouns]
        if matching:
            chosen = max(matching[-4:], key=lambda one: (noun in one.words, len(one.folded)))
        elif len(distinct) == 1 and before:
            chosen = before[0]
    if chosen is None:
        return None
    same = [
        one
        for one in before
        if _same_body(chosen.folded, list(chosen.words), (one.span, one.folded, list(one.words)))
    ]
    best = max([chosen, *same], key=lambda one: len(one.folded))
    return best.span


def meant_subject(
    bodies: list[BodyName], subjects: list[BodyName], noun: str, at: int, page: Layout
) -> Range | None:
    """The subject of a sentence that “its” or “the company” means where no known body does.

    “Its” means the subject of the sentence before; a noun the one name that the text is about.
    """
    before = [one for one in subjects if one.span[0] < at]
    if not before:
        return None
    if noun == "its":
        start = page.flat.rfind("\n", 0, at)
        return before[-1].span if before[-1].span[0] > start else None
    if noun not in _GENERIC or any(noun in one.words or noun in one.nouns for one in bodies):
        return None
    names = {one.folded for one in before}
    return before[0].span if len(names) == 1 else None


def find_organizations(names: list[BodyName]) -> list[Range]:
    """Return the bodies that the release names, each once, at its fullest form."""
    runs = [(one.span, one.folded, list(one.words)) for one in names]
    found: list[tuple[Range, str, list[str]]] = []
    for span, folded, words in sorted(runs, key=lambda one: one[0]):
        bare = re.sub(r"\s*\(.*?\)", "", folded)
        same = next((n for n, other in enumerate(found) if _same_body(bare, words, other)), None)
        if same is None:
            found.append((span, folded, words))
        elif len(folded) > len(found[same][1]):
            found[same] = (span, folded, words)
    return [span for span, _, _ in sorted(found)]


def _same_body(bare: str, words: list[str], other: tuple[Range, str, list[str]]) -> bool:
    other_bare = re.sub(r"\s*\(.*?\)", "", other[1])
    if bare == other_bare or bare in other_bare.split(" (") or f"({bare})" in other[1]:
        return True
    if other_bare.startswith(bare) and len(words) >= 2 and len(other[2]) - len(words) <= 1:
        return True
    return bare.startswith(other_bare) and len(other[2]) >= 2 and len(words) - len(other[2]) <= 1
