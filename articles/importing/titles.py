"""Titles: where one begins and ends, and which body it names."""

from __future__ import annotations

from articles.importing.bodies import (
    RANKS,
    Range,
    body_end,
    names_body,
)
from articles.importing.names import (
    NATIONALITIES,
    NOT_NAMES,
    STATES,
    begins_sentence,
    is_title_part,
)
from articles.importing.sentences import (
    Token,
)
from articles.importing.words import (
    BODY_NOUNS,
    FUNCTION_WORDS,
    KINSHIP,
    ORG_JOINERS,
    ORG_WORDS,
    PLACES,
    PREPOSITIONS,
    SUBJECTS,
    TELLING_NOUNS,
    TITLE_MODIFIERS,
    WEAK_ORG,
    word_set,
)

AUXILIARIES = word_set(
    """
is are was were has have had will would can could did does do also who which whose whom that when
where while
"""
)


ALL_PREPOSITIONS = PREPOSITIONS | {"at", "besides", "in", "on"}


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


_NUMBERS = word_set(
    "two three four five six seven eight nine ten eleven twelve fifteen twenty thirty forty fifty "
    "more over almost nearly many several decades years"
)


_OF_STATES = word_set(
    "minister ambassador premier president secretary envoy consul chancellor senator delegate"
)


APPOINTING = word_set("appointed appoints appoint appointment named hired elected elects signed")


#: What a number follows before a title: Grade 11 learner, Ward 4 councillor.
_NUMBERED = word_set("grade class year form ward district level stage phase category")


#: Words that are subjects too, but make a body's name of a word before them.
_COURTS = word_set("court council committee board assembly senate mission delegation")


_SERVICES = word_set(
    "hub trust team service office force command administration headquarters corps"
)


#: Titles of which “of the” with a name is a part: Minister of the Blue Economy.
_OF_NO_BODY = word_set("minister secretary chief envoy commissioner ambassador guardian keeper")


#: Parts of a body: Head of the Mobile Care Department at Sheikh Maktoom Hospital.
_UNITS = word_set("department sector section unit division wing desk branch directorate cell")


#: Words that end the name of a part of a country.
_REGIONS = word_set(
    "region province district county state city oblast prefecture governorate emirate township "
    "village"
)


#: Bodies whose parts are named before them: Department of X of the Ministry of Y.
_WITH_UNITS = word_set("ministry agency government administration committee commission office")


#: Titles that are of a field rather than of a body: Head of Transplant Surgery.
_OF_FIELDS = word_set("head vice manager coordinator lead professor lecturer")
#: Words before a title that are no part of it.
_PASSING = word_set("newly newly-elected newly-appointed young elderly old middle-aged")


_LEGISLATURES = word_set("parliament assembly congress senate knesset")


#: Titles that a body's name follows after “for”, as after “of”.
_FOR_A_BODY = word_set("director manager coordinator representative head lawyer counsel officer")


#: Titles that are of a place or a country, where no word for a body follows.
_OF_PLACES = word_set(
    "mayor ambassador consul envoy representative sheriff bishop archbishop king queen "
    "prince emir sultan resident"
)


DETERMINERS = frozenset(["the", "a", "an", "its", "his", "her", "our", "their", "my"])


def split_title(
    tokens: list[Token], start: int, end: int, *, any_head: bool = False
) -> tuple[Range | None, Range | None]:
    """Part a title phrase into the title and the body that it names."""
    if start + 1 < end and tokens[start + 1].low == "who":
        end = start + 1
    while start < end and tokens[start].low in word_set(
        """
the a an its their our his her currently current now as also serving
"""
    ):
        start += 1
    if (
        start + 2 < end
        and tokens[start].low in KINSHIP | {"friend"}
        and tokens[start + 1].low == "and"
    ):
        start += 2  # his daughter and business partner
    while start + 1 < end and (
        tokens[start].low.endswith(("-year-old", "-born", "-based", "-trained", "-educated"))
        or tokens[start].low in APPOINTING
        or (tokens[start].low in _PASSING and not tokens[start].cap)
        or (tokens[start].low in NATIONALITIES and not tokens[start + 1].cap)
    ):
        start += 1  # a 27-year-old engineer; Dutch coach
    while end > start and (
        tokens[end - 1].text in (",", "(", ")", "-", "–", "—")
        and not _closes_bracket(tokens, start, end)
    ):
        end -= 1
    for n in range(start + 1, end - 1):
        if (
            tokens[n].low in ("for", "since")
            and (tokens[n + 1].low in _NUMBERS or tokens[n + 1].text[0].isdigit())
        ) or (tokens[n].low == "of" and tokens[n + 1].text.isdigit() and n + 2 == end):
            end = n  # a fisherman for forty years
            break
    for n in range(start + 1, end - 1):
        if tokens[n].low == "responsible" and tokens[n - 1].cap:
            end = n  # board member of Acme responsible for sales
            break
    for n in range(start + 1, end - 2):
        another = tokens[n].low == "and" and tokens[n + 1].low in ("a", "an", "now")
        titled = any(t.head for t in tokens[start:n]) and any(t.head for t in tokens[n + 2 : end])
        if another and titled:
            end = n  # prior of the abbey and a beekeeper
            break
    part = tokens[start:end]
    heads = [n for n, token in enumerate(part) if token.head]
    if not heads:
        heads = [
            n
            for n, t in enumerate(part)
            if t.low == "general" and not any(one.low in ORG_WORDS for one in part[n + 1 : n + 2])
        ]
    if not heads and any_head:
        plain = next(
            (n for n, t in enumerate(part) if t.low in ALL_PREPOSITIONS | {"who", ","}), len(part)
        )
        heads = [max(plain - 1, 0)]
    if not heads:
        return None, None
    if len(heads) > 1 and part[heads[0]].possessive and part[heads[0]].cap:
        start += heads[0] + 1  # the Prime Minister’s Special Adviser
        heads = [n - heads[0] - 1 for n in heads[1:]]
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
        first < head
        and (tokens[first].low in ORG_WORDS or tokens[first].low in SUBJECTS - TITLE_MODIFIERS)
        and first > start
        and tokens[first - 1].cap
        and tokens[first].cap
        and tokens[first].low not in ("executive", "general")
    ):
        first += 1
    if first > start and all(
        t.cap or t.low in ORG_JOINERS or t.text in "()&" or (n and t.text.isdigit())
        for n, t in enumerate(tokens[start:first])
    ):
        before = tokens[start:first]
        possessive = tokens[first - 1].possessive
        places = all(t.low in PLACES | NOT_NAMES | TITLE_MODIFIERS for t in before)
        if possessive and len(before) == 1 and before[0].low in BODY_NOUNS:
            owner = (start, first)  # the Council’s Secretary General
            start = first
        elif possessive and places:
            start = first
        elif len(before) == 1 and _is_of_country(before[0], tokens[first:end]):
            start = first  # Ardanian Foreign Minister
        elif not places or names_body(before):
            generic = (before[0].low in _NUMBERED and before[-1].text.isdigit()) or (
                len(before) == 1
                and (
                    before[0].low in ORG_WORDS
                    or (not tokens[first].cap and begins_sentence(tokens, start))
                )
                and not before[0].possessive
                and not before[0].acronym
            )
            generic = generic or before[-1].low in ("men", "women", "boys", "girls", "today")
            police = len(before) > 1 and before[-1].low == "police"
            generic = generic or (police and before[-2].low in TITLE_MODIFIERS)  # District Police
            if before[-1].low not in ORG_JOINERS and not generic:
                owner = (start, first)
                start = first
    elif first - start == 1 and not tokens[start].cap and tokens[start].text[-1] in "'’":
        pass  # fans’ representative
    elif first > start and any(t.possessive for t in tokens[start:first]):
        k = max(n for n in range(start, first) if tokens[n].possessive)
        caps = k
        while caps > start and tokens[caps - 1].cap:
            caps -= 1
        if tokens[k].cap and not all(t.low in PLACES | NOT_NAMES for t in tokens[caps : k + 1]):
            owner = (caps, k + 1)
        start = k + 1
    while owner is not None and start < head and tokens[start].low in ("current", "new"):
        start += 1
    head = joined_head(tokens, head, end)
    # South Asian: Commander Southern Corps, Director General ISPR
    touching = head + 1
    for n in range(touching, min(end, head + 4)):
        if tokens[n].cap and (tokens[n].head or tokens[n].low in ("general", "executive")):
            touching = n + 1
        elif not (tokens[n].cap and is_title_part(tokens[n])):
            break
    numbered = touching + 1 < end and tokens[touching].text.isdigit()
    if (
        touching < end
        and tokens[touching + numbered].cap
        and tokens[touching - 1].cap
        and tokens[touching].word
    ):
        last = body_end(tokens, touching, end)
        if last == end and names_body(tokens[touching:end]):
            return (start, touching), (touching, end)
    if board := _board_end(tokens, head + 1, end):
        after = board + 1
        while after < end and tokens[after].low in DETERMINERS:
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
        named = n + 1 + (low in ("from", "in") and n + 2 < end and tokens[n + 1].low == "the")
        if (
            low in ("in", "from", "based")
            and n + 1 < end
            and not names_body(tokens[named:end])
            and ((tokens[named].cap and (tokens[named].low not in SUBJECTS)) or low == "based")
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
            if low in ("of", "for") and _field_before_body(tokens, begin, end):
                continue  # Deputy Director for International Cooperation of the Institute X
            if begin + 1 < end and tokens[begin].possessive and not tokens[begin].cap:
                begin += tokens[begin + 1].cap  # chairman of the federation’s Medical Commission
            if (
                low in ("at", "with", "of", "from", "for", "in")
                and begin < end
                and not (tokens[begin].cap and names_body(tokens[begin : begin + 4]))
                and (told := employer_after(tokens, n, end))
            ):
                return (start, n), told
            numbered = tokens[begin : begin + 1] != [] and tokens[begin].text[0].isdigit()
            if low == "of" and numbered and names_body(tokens[begin + 1 : end]):
                return (start, n), (begin, body_end(tokens, begin + 1, end))  # 116 Field Hospital
            if begin >= end or not tokens[begin].cap:
                continue
            if low == "in" and not names_body(tokens[begin:end]):
                continue
            if low == "to" and (
                any(t.head for t in tokens[begin:end]) or is_of_place(tokens[start:n])
            ):
                continue
            last = body_end(tokens, begin, end)
            run = tokens[begin:last]
            board = run[-1].low in ("board", "committee", "council")
            unit_named = run[-1].low in _UNITS or board
            if low == "of" and len(run) > 1 and unit_named and last + 1 < end:
                whole = last + 1 + (tokens[last + 1].low == "the")
                if tokens[last].low in ("at", "in") and names_body(tokens[whole:end]):
                    return (start, last), (whole, body_end(tokens, whole, end))
            if low == "of" and run[0].low in _UNITS and (unit := _unit_end(tokens, begin, last)):
                whole = unit + 1 + (tokens[unit + 1].low == "the")
                return (start, unit), (whole, last)  # Director of the Department of X of the …
            for k in range(begin + 1, last - 2) if low == "of" else ():
                whole = k + 2 + (tokens[k + 2].low == "the")
                unit = tokens[k].low in _UNITS and tokens[k].cap and tokens[k + 1].low == "of"
                if unit and names_body(tokens[whole:last]):
                    return (start, k + 1), (whole, last)  # Head of the X Department of the Y
            if low == "of" and run[0].low == "police":
                continue  # Superintendent of Police (Operations)
            if low == "of" and any(t.low == "staff" for t in run[1:3]) and len(run) < 7:
                continue
            if tokens[n].text == "," or low in ("at", "with"):
                good = not all(t.low in PLACES for t in run if t.cap)
            else:
                field = all(t.low in SUBJECTS | TITLE_MODIFIERS for t in run if t.cap)
                subject = (
                    (run[0].low in SUBJECTS or field)
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
                        or any(t.cap and t.low in _COURTS for t in run[1:])
                        or (len(run) > 2 and run[-1].low in _SERVICES)
                    )
                )
                place = (
                    run[0].low in STATES
                    or run[-1].low in _REGIONS
                    or all(t.low in PLACES | {"the"} | ORG_JOINERS for t in run)
                )
                if tokens[n - 1].low == "member" and {t.low for t in run} & _LEGISLATURES:
                    continue  # Member of Parliament for Lakeside
                spokes = any(t.low.startswith("spokes") for t in tokens[start:n])
                of_body = tokens[n - 1].low in _FOR_A_BODY and names_body(run) and len(run) > 1
                of_field = any(t.low == "of" for t in tokens[head:n]) and len(run) > 1
                described = last < end and tokens[last].word and not tokens[last].cap
                if (
                    described
                    and low == "of"
                    and tokens[last].low not in (ALL_PREPOSITIONS | FUNCTION_WORDS | ORG_JOINERS)
                ):
                    continue  # commander of the Bangala engineer battalion
                seat = any(t.low in _LEGISLATURES for t in tokens[start:n])
                if low == "for" and (seat or not (spokes or of_body or of_field)):
                    continue
                of_field_head = low == "of" and bool({t.low for t in tokens[start:n]} & _OF_FIELDS)
                of_place = is_of_place(tokens[start:n]) and not names_body(run)
                heads_here = {t.low for t in tokens[start:n] if t.head}
                caps = sum(t.cap for t in run)
                named = after_the == n + 2 and caps > 1 and not heads_here & _OF_NO_BODY
                good = (
                    not subject
                    and not place
                    and not of_place
                    and (
                        (low == "of" and named and run[0].low not in SUBJECTS)
                        or names_body(run)
                        or (
                            bool({t.low for t in tokens[start:n]} & _CORPORATE)
                            and run[0].low not in SUBJECTS | NOT_NAMES
                            and not (of_field_head and len(run) > 1 and run[-1].low in SUBJECTS)
                        )
                    )
                )
            if good:
                return (start, n), (begin, last)
    return (start, end), owner


def _unit_end(tokens: list[Token], begin: int, last: int) -> int | None:
    """Where “Department of X” ends before “of the Ministry of Y”."""
    for k in range(begin + 2, last - 2):
        whole = tokens[k + 1 : k + 3]
        if tokens[k].low == "of" and {t.low for t in whole} & _WITH_UNITS:
            return k
    return None


def _field_before_body(tokens: list[Token], begin: int, end: int) -> bool:
    """Whether words of a field stand here, and “of” or “at” with a body after them."""
    at = begin
    while at < end and tokens[at].low in SUBJECTS | TITLE_MODIFIERS | {"and"}:
        at += 1
    if at == begin or at + 1 >= end or tokens[at].low not in ("of", "at", "for"):
        return False
    first = at + 1 + (tokens[at + 1].low == "the")
    return first < end and tokens[first].cap and names_body(tokens[first : first + 6])


def joined_head(tokens: list[Token], head: int, end: int) -> int:
    """The last head of titles that “and” joins: Managing Director and Chief Executive Officer."""
    at = head + 1
    while at < end and is_title_part(tokens[at]):
        at += 1
    if at + 1 >= end or not (tokens[at].low == "and" or tokens[at].text in ("&", "/", ",")):
        return head
    listed = tokens[at].text == ","
    first = at + 1
    last = first
    while last < end and (is_title_part(tokens[last]) or tokens[last].low == "general"):
        last += 1
    if last == first or not any(t.head for t in tokens[first:last]):
        return head
    joined = next(k for k in range(last - 1, first - 1, -1) if tokens[k].head)
    further = joined_head(tokens, joined, end)
    return further if not listed or further > joined else head


def _is_of_country(word: Token, title: list[Token]) -> bool:
    """Whether a word before a title is the adjective of a country: Ardanian Foreign Minister."""
    adjective = word.low.endswith(("ian", "ish", "ese", "ean", "istani")) and not word.possessive
    return adjective and any(t.low in _OF_STATES for t in title)


def is_of_place(title: list[Token]) -> bool:
    """Whether somebody with this title is of a place, not of a body: High Commissioner of X."""
    words = {t.low for t in title}
    return bool(words & _OF_PLACES) or {"high", "commissioner"} <= words


def _board_end(tokens: list[Token], at: int, end: int) -> int | None:
    """Where “of the Management Board”, “of the Board of Directors” ends: part of a title."""
    if at >= end or tokens[at].low != "of":
        return None
    at += 1 + (at + 1 < end and tokens[at + 1].low == "the")
    at += at < end and tokens[at].low in ("management", "supervisory", "executive", "advisory")
    if at < end and tokens[at].low in ("trustees", "governors", "regents"):
        return at + 1
    if at >= end or tokens[at].low != "board":
        return None
    at += 1
    named = at + 1 < end and tokens[at].low == "of"
    if named and tokens[at + 1].low in ("directors", "trustees", "governors", "management"):
        at += 2
    return at


def _closes_bracket(tokens: list[Token], start: int, end: int) -> bool:
    return tokens[end - 1].text == ")" and any(t.text == "(" for t in tokens[start:end])


#: Nouns of things that are a body where a name that ends the phrase follows: the platform X.
_BODIES_BY_NAME = word_set("platform band brand team campaign initiative project weekly daily farm")


def employer_after(tokens: list[Token], begin: int, end: int) -> Range | None:
    """The body in “at the Danish energy group Nordlys Energi”, told by the noun before it."""
    if begin + 1 >= end or tokens[begin].low not in ("at", "with", "for", "of", "from", "in"):
        return None
    within = tokens[begin].low == "in"
    begin += 1 + (tokens[begin + 1].low in DETERMINERS)
    if begin < end and tokens[begin].cap and not within:
        last = body_end(tokens, begin, end)
        run = tokens[begin:last]
        known = len(run) > 1 and not any(t.low in PLACES | NOT_NAMES for t in run)
        if names_body(run) or (known and last == end and tokens[begin - 1].low in ("at", "with")):
            return begin, last
    for k in range(begin, min(begin + 6, end - 1)):
        token = tokens[k]
        if token.cap and token.low not in PLACES | NOT_NAMES and k > begin:
            return None
        if token.low in TELLING_NOUNS and not token.cap and tokens[k + 1].cap:
            return k + 1, body_end(tokens, k + 1, end)
        if (
            token.low in _BODIES_BY_NAME
            and tokens[k + 1].cap
            and body_end(tokens, k + 1, end) == end
        ):
            return k + 1, end
        if not token.word or token.low in ALL_PREPOSITIONS:
            return None
    return None


def is_title_segment(part: list[Token]) -> bool:
    if not part or len(part) > 30:
        return False
    if (
        part[0].low
        in ALL_PREPOSITIONS | AUXILIARIES | {"and", "but", "while", "speaking", "addressing"}
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
    return not any(token.low in ALL_PREPOSITIONS for token in before) or (
        heads[0] < 9 and part[0].cap
    )
