"""The event of a release, and the bodies that it names."""

from __future__ import annotations

import re

from articles.importing.bodies import Range, body_end, names_body
from articles.importing.layout import Layout
from articles.importing.proposal import ProposedEvent, Value
from articles.importing.sentences import LONGEST, QUOTE, TERM, Body, Sentence, Token
from articles.importing.words import (
    BODY_NOUNS,
    EVENT_KINDS,
    FUNCTION_WORDS,
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
organized organised hosted convened arranged held conducted co-hosted co-organized co-organised
cohosted staged run
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
        rf"(?:{_SPAN}{_WEEKDAY}{_PART})?(?: (?:last|this|next) week)?(?!\w)",
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
        (),  # the extractor names them
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
            beside = k > 0 and tokens[k - 1].cap and tokens[k - 1].end + 1 == token.start
            if len(words.split()) < 2 or (beside and kind and tokens[kind[0]].cap):
                continue  # Forum of Railway Engineers “Steel Silk” is one name, read below
            if kind is None:
                own = {fold(word) for word in words.split()} & (EVENT_KINDS.keys() | _PLURAL_KINDS)
                held = {t.low for t in tokens[max(0, k - 5) : k]} & _OPENING
                if own or held:
                    score = 2.0 + 0.4 * bool(held) + 0.3 * bool(own)
                    found.append((score, _trim(page.flat, _inner(passage)), None))
                continue
            themed = any(t.low in ("themed", "theme") for t in tokens[max(0, k - 3) : k])
            close = k - kind[0] <= 4 and not themed
            inner = _trim(page.flat, _inner(passage))
            found.append(
                (
                    3.0 if close else 1.9 if themed else 2.5,
                    inner,
                    (tokens[kind[0]].start, tokens[kind[0]].end),
                )
            )
        elif _begins_name(tokens, k) and (k == 0 or not _part_of_name(tokens[k - 1])):
            end = _name_end(tokens, k)
            run = tokens[k:end]
            first = 0
            while first < len(run) and run[first].low in _NOT_IN_NAMES:
                first += 1
            run = run[first:]
            kinds = [t for t in run if (t.low in EVENT_KINDS or t.low in NAMED_KINDS) and t.cap]
            caps = [t for t in run if t.cap or t.text[0].isdigit()]
            opened = {t.low for t in tokens[max(0, k - 4) : k]} & _OPENING
            opens = end < len(tokens) and tokens[end].low in _TAKING_PLACE
            least = 2 if opened or opens else 3
            if not kinds or len(caps) < least or run[-1].low in TITLE_HEADS:
                continue
            while run[-1].low in BODY_NOUNS and [t.low for t in run[-3:-1]] == ["of", "the"]:
                run = run[:-3]  # the 19th Congress of the League
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
            of = next((m for m in (k - 1, k - 2) if m > 0 and tokens[m].low == "of"), None)
            if of and tokens[of - 1].low not in _OF_AN_EVENT:
                score -= 1.0
            if {"last", "previous", "upcoming", "next", "former", "won"} & set(before[-3:]):
                score -= 0.6
            if run[0].low in ("world", "international") and run[-1].low == "day":
                continue  # World Water Day is no gathering
            name = (run[0].start, run[-1].bare_end)
            if (
                end < len(tokens)
                and tokens[end].text == TERM
                and run[-1].end + 1 == tokens[end].start
            ):
                name = (name[0], tokens[end].end)  # Forum of Railway Engineers “Steel Silk”
            if page.headline and fold(page.flat[slice(*name)]) in fold(
                page.text[slice(*page.headline)]
            ):
                score += 0.5
            if score > 1.7:
                found.append((score, name, (kind_token.start, kind_token.end)))
        if token.low == "exercise" and k + 1 < len(tokens) and tokens[k + 1].acronym:
            end = k + 1
            while end < len(tokens) and tokens[end].acronym:
                end += 1
            if end - k > 2 or "-" in tokens[k + 1].text:  # Exercise COAST WATCH-VI
                name = (tokens[k + 1].start, tokens[end - 1].bare_end)
                found.append((2.6, name, (token.start, token.end)))
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
organised staged concluded closed addressed addressing attended attending launched delivered
delivers completed celebrated marked during
"""
)


#: Verbs whose subject is often an event: the Reef Run drew 900 people.
_TAKING_PLACE = word_set(
    "drew draws takes took opened opens concluded concludes ended ends begins began starts returns "
    "attracted brought closes closed"
)


def _begins_name(tokens: list[Token], k: int) -> bool:
    """Whether a name may begin: a capital, or the ordinal before one (the 5th Lake Summit)."""
    token = tokens[k]
    if _ORDINAL.match(token.text):
        return k + 1 < len(tokens) and tokens[k + 1].cap
    return token.cap and token.word


def _part_of_name(token: Token) -> bool:
    return (
        token.cap and token.word and token.low not in FUNCTION_WORDS and not token.possessive
    ) or bool(_ORDINAL.match(token.text))


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
        elif token.text == "(" and end + 2 < len(tokens) and tokens[end + 1].acronym:
            close = end + 2 + tokens[end + 2].text.isdigit()  # (LC), (LC 2026)
            if close >= len(tokens) or tokens[close].text != ")":
                return end
            end = close + 1
        elif token.text[0].isdigit() and tokens[end - 1].cap and len(token.text) <= 4:
            end += 1
        else:
            return end
    return end


#: “Heat Days”: more than one of a kind.
_PLURAL_KINDS = word_set("days games talks nights weeks")
#: Kinds that are told by a title beside them; a campaign or a series is often a thing.
_KINDS_BEFORE = (
    EVENT_KINDS.keys()
    | word_set("webinars workshops seminars concert season evening afternoon gathering match")
    | word_set("tour rally parade drill contest vigil fete")
) - word_set("campaign series show award awards training course")
#: Before “of the Lake Forum”: what is of an event, not of something else.
_OF_AN_EVENT = word_set(
    """
part day days edition session opening eve sidelines occasion ceremony close end start round guest
guests participants organisers organizers match game final draw stage leg race winner winners
champions holders speakers hosts
"""
)


def _kind_before(tokens: list[Token], at: int) -> tuple[int, bool] | None:
    """The kind of event that introduces a title in marks: a webinar on the topic “…”."""
    for k in range(at - 1, max(-1, at - 9), -1):
        token = tokens[k]
        if token.low in _KINDS_BEFORE:
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
    """The kind of event after a title: “…”, a workshop of …; the “…” chess afternoon."""
    last = at + 3
    if [t.low for t in tokens[at + 1 : at + 3]] in ([",", "a"], [",", "an"], [",", "the"]):
        last = at + 8
    elif at + 1 < len(tokens) and not tokens[at + 1].word:
        return None
    for k in range(at + 1, min(len(tokens), last)):
        if tokens[k].low in ("of", "for", "by", "with"):
            return None
        if tokens[k].low in _KINDS_BEFORE:
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
    if found := _bodies_of_kind(sentences[n].tokens, name):
        return found

    def others(found: list[Range]) -> list[Range]:
        return [one for one in found if one[1] <= name[0] or name[1] <= one[0]]

    for verbs in (_BY, _SPONSORED):  # who pays for it is asked only where nobody else holds it
        for sentence in (*near, *again):
            tokens = sentence.tokens
            by = others(_bodies_by(tokens, verbs))
            if found := by or others(_bodies_that_hold(tokens, name)):
                return found
    return []


_SPONSORED = frozenset(["sponsored", "presented"])


def _bodies_of_kind(tokens: list[Token], name: Range) -> list[Range]:
    """The bodies in “…”, a workshop of the A and the B."""
    title = next((k for k, t in enumerate(tokens) if t.text == TERM and t.end > name[1]), -1)
    if title < 0 or tokens[title].start > name[0]:
        return []
    for k in range(title + 1, min(title + 8, len(tokens) - 1)):
        if tokens[k].low in _KINDS_BEFORE and tokens[k + 1].low in ("of", "by"):
            found = _bodies(tokens, k + 2)
            first = [t for t in tokens[k + 2 :] if found and t.start < found[0][1]]
            return found if names_body(first) else []
    return []


def _bodies_by(tokens: list[Token], verbs: frozenset[str]) -> list[Range]:
    """The bodies in “organised jointly by the A and B, in collaboration with C”."""
    found: list[Range] = []
    for k, token in enumerate(tokens):
        begin = None
        if token.low == "by" and k:
            back = k - 1
            while back > 0 and k - back < 7 and tokens[back].low not in verbs:
                if tokens[back].text in (",", ".", ";", QUOTE):
                    break
                back -= 1
            if tokens[back].low in verbs:
                begin = k + 1
        elif token.low == "with" and k and tokens[k - 1].low in _WITH | {"together", "jointly"}:
            near = {t.low for t in tokens[max(0, k - 5) : k]}
            if found or (near & verbs and near & {"was", "were", "is", "been", "being"}):
                begin = k + 1
        elif token.low == "auspices" and k + 1 < len(tokens) and tokens[k + 1].low == "of":
            begin = k + 2
        if begin is not None:
            found += [one for one in _bodies(tokens, begin) if one not in found]
    return found


_HOLD = word_set(
    """
organized organised hosted convened arranged hosts organizes organises hosting held holds staged
stages opened opens convenes launched inaugurated host hold organise organize convene stage
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
        elif token.low in _WITH and not token.cap:
            at += 1
        elif token.low in BODY_NOUNS and not token.cap and tokens[at - 1].low in ("the", "its"):
            found.append((token.start, token.bare_end))  # by the museum
            at += 1
        elif token.cap and token.low not in WEEKDAYS | MONTHS:
            end = body_end(tokens, at, len(tokens))
            run = tokens[at:end]
            if not all(t.low in PLACES for t in run if t.cap):
                found.append((tokens[at].start, tokens[end - 1].bare_end))
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
                return tokens[begin].start, tokens[end - 1].bare_end
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
