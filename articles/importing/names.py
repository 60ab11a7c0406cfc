"""Names of persons in sentences, with the ranks and forms of address before them."""

from __future__ import annotations

from dataclasses import dataclass

from articles.importing.bodies import (
    Range,
)
from articles.importing.sentences import (
    QUOTE,
    TERM,
    Token,
)
from articles.importing.words import (
    ADVERBS,
    COMMON_SURNAMES,
    DOTTED,
    FUNCTION_WORDS,
    GENDER,
    HONORIFICS,
    MONTHS,
    ORG_WORDS,
    PARTICLES,
    PLACES,
    SAYING,
    SUBJECTS,
    TITLE_HEADS,
    TITLE_MODIFIERS,
    WEAK_ORG,
    WEEKDAYS,
    word_set,
)

#: Words that are a rank before a name, and the head of a title otherwise.
EITHER = word_set(
    """
general major captain colonel commander admiral brigadier justice ambassador senator engineer
advocate barrister commodore marshal judge
countess baroness duchess king queen prince princess bishop archbishop imam
cardinal sergeant inspector superintendent pope emir sultan rabbi sheikh professor mufti maulana
"""
)


#: Forms of address that stand for somebody: Her Excellency said.
STYLES = word_set("excellency highness majesty holiness eminence lordship ladyship honour")
#: Ranks that are one only before another rank.
_ONLY_BEFORE_RANK = word_set(
    """
air field rear vice squadron wing group flight lieutenant his her royal lt maj brig major
assistant sub deputy tan lance petty warrant detective chief
"""
)


#: Words before General that make an office of it.
_OFFICES = word_set(
    """
secretary director attorney inspector consul solicitor auditor surveyor accountant governor
advocate registrar postmaster controller prosecutor
"""
)


#: Ranks that are an office after a word such as “chief”, “former” or “team”.
_OFFICE_AFTER_MODIFIER = frozenset(["captain", "engineer", "advocate", "judge"])
_SHIPS_RANKS = word_set("captain commander commodore rear vice admiral lieutenant")
_SIDES = word_set("team club side squad vice skipper cricket football")


#: Adjectives of countries, peoples and languages.
NATIONALITIES = word_set(
    """
chinese pakistani indian american british russian european asian african french german spanish
english urdu arabic portuguese belgian swiss austrian greek hungarian romanian bulgarian serbian
croatian czech slovak slovenian irish scottish welsh icelandic estonian latvian lithuanian
italian turkish iranian afghan saudi japanese korean kazakh uzbek kyrgyz tajik ukrainian polish
dutch swedish norwegian danish finnish kenyan nigerian ghanaian egyptian moroccan emirati qatari
indonesian malaysian vietnamese filipino canadian mexican brazilian argentine chilean colombian
peruvian cuban australian israeli palestinian lebanese syrian iraqi jordanian punjabi sindhi
balochi kashmiri ethiopian ugandan tanzanian senegalese algerian tunisian bangladeshi nepali
"""
)
NOT_NAMES = NATIONALITIES | word_set(
    """
guest islam quran muslim christian christmas eid ramadan ramazan internet covid northern southern
eastern western north south east west central street road
avenue square block ward gate terminal park river lake mount valley bay sea ocean island hotel day
week month year act bill
law convention agreement treaty protocol declaration charter constitution resolution article
section chapter phase plan strategy vision agenda goals goal summit conference cup prize award
games olympics olympic series round final semi-final quarter-final tournament championship premier
league belt silk initiative corridor highway hall stadium ground airport building tower palace
house district province region city town village county state capital plaza market mall campus
government parliament cabinet opposition mr mrs excellency highness majesty
"""
)


#: First words of the names of countries.
STATES = word_set(
    """
republic kingdom commonwealth sultanate emirate state states islamic people's principality duchy
"""
)


POST_NOMINALS = word_set(
    """
ni hi si ti sj nsc m.d ph.d md phd obe cbe mbe kbe frs qc kc sc mbbs frcs fca cpa esq mba msc j.d
jd rn pe dds dvm san ofr mfr vsm pvsm avsm uysm ysm vrc tbt tqa bsc ba ma llm llb m dba mph r.n
psc ndc cfa ca frcp mrcp am ao ac oam ptm tm nm ysm sm hsc hsw ogw ebs cbs mbs kc cmg kcmg gcmg
cvo dso dsc dfc afc tbt hj sbt bt fcmi fcipr frics fimeche ceng ias ips ifs irs pas psp csp
"""
)


#: Degrees that stand after a name, also without a comma, and are never part of it.
DEGREES = frozenset(["phd", "ph.d", "mbbs", "frcs", "frcp", "msc", "mba", "llm", "llb", "mph"])


_SUFFIXES = frozenset(["jr", "sr", "ii", "iii", "iv"])
#: Forms of address that are written in small letters too.
_SMALL = word_set("don dona senor senora fray sor dom")
#: What a doctor is of: Dr. med., Dr. rer. nat.
_DOCTORS = word_set("n hum techn ekon hab sc med phil rer nat jur habil theol oec vet pol hc h.c")
#: Particles that make a name of any word after them: bint Sultan, van Rensburg.
_BEFORE_ANY_NAME = word_set("bin bint ibn ben al el van de von der")


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


def words_of(tokens: list[Token], span: Range) -> list[str]:
    return [t.low for t in tokens[slice(*span)] if t.word]


def begins_sentence(tokens: list[Token], at: int) -> bool:
    return (
        at == 0
        or tokens[at - 1].text in (QUOTE, TERM, "“", '"', ":", "•", "-", "–", "—", "*")
        or tokens[at - 1].text in ".?!"
    )


def may_be_name(tokens: list[Token], at: int) -> bool:
    """Whether the word may be part of a person's name."""
    token = tokens[at]
    if not token.cap or not token.word:
        return False
    low = token.low
    if len(token.text) == 2 and token.text[1] == "." and token.text != "I.":
        return at + 1 < len(tokens) and tokens[at + 1].cap  # A. K. M. Rahman
    if token.text in ("Md.", "Mohd.", "Muhd.", "Ma.", "Abd."):
        return at + 1 < len(tokens) and tokens[at + 1].cap
    given = low == "bill" and tokens[at + 1 : at + 2] != [] and tokens[at + 1].cap
    if given and not (at and tokens[at - 1].cap):
        return tokens[at + 1].low not in ORG_WORDS
    if low in FUNCTION_WORDS | WEEKDAYS | NOT_NAMES | DEGREES or low.endswith("-year-old"):
        return False
    if low in MONTHS and not (
        low in ("april", "may", "june", "august", "jan", "mar")
        and at + 1 < len(tokens)
        and (tokens[at + 1].cap or (low == "jan" and tokens[at + 1].low in PARTICLES))
    ):
        return False
    if low in HONORIFICS and not (low in DOTTED and not token.text.endswith(".")):
        return False
    if low in TITLE_HEADS or low in TITLE_MODIFIERS or ("-" in low and token.head):
        return False
    if low.endswith("s") and low[:-1] in TITLE_HEADS | EITHER:
        plural = low[:-1] in EITHER and low not in COMMON_SURNAMES
        if plural or begins_sentence(tokens, at):
            return False  # Pupils of the school; Justices X and Y
    form = low in ("sa", "se", "as", "ag") and not token.acronym  # Sá, Sè
    if low in ORG_WORDS - WEAK_ORG and not form:
        return False
    if low in SUBJECTS:
        return False
    if begins_sentence(tokens, at) and (
        low in SAYING
        or low in ADVERBS
        or (low.endswith(("ing", "ly")) and low not in GENDER and len(low) > 5)
    ):
        return False
    if token.acronym and "." not in token.text:
        return _is_capital_name(tokens, at) or (
            len(token.text) > 3
            and at > 0
            and tokens[at - 1].cap
            and not tokens[at - 1].acronym
            and tokens[at - 1].low not in ORG_WORDS | TITLE_MODIFIERS | TITLE_HEADS
        )
    return True


def _is_capital_name(tokens: list[Token], at: int) -> bool:
    """Whether the word is one of a name in capitals throughout: MARIA LINDGREN."""
    if len(tokens[at].text) < 3:
        return False
    for k in (at - 1, at + 1):
        if 0 <= k < len(tokens):
            other = tokens[k]
            if (
                other.acronym
                and len(other.text) > 2
                and other.low not in ORG_WORDS | PLACES | TITLE_MODIFIERS | TITLE_HEADS | SUBJECTS
                and (len(other.text) + len(tokens[at].text) > 8)
                and {other.low, tokens[at].low} & GENDER.keys() | _vowelled(tokens[at], other)
            ):
                return True
    return False


def _vowelled(*tokens: Token) -> set[str]:
    """The words, when each can be spoken: an abbreviation often cannot."""
    vowels = [sum(sign in "aeiouy" for sign in token.low) for token in tokens]
    fits = all(
        n * 4 >= len(token.low) and n < len(token.low)
        for n, token in zip(vowels, tokens, strict=True)
    )
    return {token.low for token in tokens} if fits else set()


def find_name(tokens: list[Token], at: int) -> Range | None:
    """The tokens from ``at`` on that may be one person's name."""
    if not may_be_name(tokens, at):
        return None
    if (
        at
        and tokens[at].low in PLACES
        and tokens[at - 1].low
        in ("of", "to", "in", "for", "from", "at", "the", "and", ",", "near", "across")
    ):
        return None
    if (
        at
        and at + 2 < len(tokens)
        and may_be_name(tokens, at + 1)
        and may_be_name(tokens, at + 2)
        and (
            (
                tokens[at].low in PLACES
                and tokens[at - 1].low in TITLE_HEADS | SUBJECTS | ORG_WORDS
                and tokens[at - 1].cap
            )
            or (
                tokens[at - 1].low in ("of", "to", "in")
                and at > 1
                and tokens[at - 2].low in STATES | TITLE_HEADS | SUBJECTS | ORG_WORDS
                and tokens[at - 2].cap
                and tokens[at].low not in GENDER
            )
        )
    ):
        return None  # Governor Punjab X; Mayor of Alcora X
    end = at + 1
    while end < len(tokens) and not tokens[end - 1].possessive:
        token = tokens[end]
        nickname = token.text == TERM and end + 1 < len(tokens) and may_be_name(tokens, end + 1)
        if nickname and tokens[end + 1].start - tokens[end - 1].end < 20:
            end += 2  # Josefina “Pining” Abad
        elif token.low == "islam" and end > at:
            end += 1  # Md. Shafiqul Islam Majumder
        elif may_be_name(tokens, end):
            end += 1
        elif token.low in PARTICLES and not (token.low == "y" and not token.text.islower()):
            ahead = end + 1
            while ahead < len(tokens) and tokens[ahead].low in PARTICLES:
                ahead += 1
            if (
                ahead < len(tokens)
                and (
                    may_be_name(tokens, ahead)
                    or (tokens[ahead].cap and token.low in _BEFORE_ANY_NAME)
                )
                and token.text != "and"
            ):
                end = ahead + 1
            else:
                break
        elif (
            (token.low in _SUFFIXES and token.cap)
            or (
                token.cap
                and token.low in NOT_NAMES
                and token.low.endswith(("i", "an", "ese", "ish"))
                and (tokens[at].low in GENDER or end - at > 1)
                and not (end + 1 < len(tokens) and tokens[end + 1].cap)
            )
            or (
                token.cap
                and token.low in COMMON_SURNAMES
                and not (
                    end + 1 < len(tokens)
                    and tokens[end + 1].cap
                    and tokens[end + 1].low in ORG_WORDS
                )
            )
        ):
            end += 1
        elif (
            token.cap
            and token.low in (TITLE_HEADS | TITLE_MODIFIERS | SUBJECTS | ORG_WORDS | NOT_NAMES)
            and end == at + 1
            and tokens[at].low in GENDER
            and not token.acronym
            and token.low not in (HONORIFICS | {"minister", "president", "secretary"})
        ) or (token.cap and (_ends_ranked_name(tokens, at, end) or _ends_in_rank(tokens, at, end))):
            end += 1
            break
        else:
            break
        if end - at > 7:
            break
    if end - at == 1 and tokens[at].low in PLACES:
        return None
    if end - at == 1 and at and tokens[at].low in WEAK_ORG and tokens[at - 1].cap:
        return None  # Public Services Hub
    if all(t.low in PLACES for t in tokens[at:end]):
        return None
    return at, end


def _ends_ranked_name(tokens: list[Token], at: int, last: int) -> bool:
    """Whether a word of another list is a surname: Dr. Ivo Brand said; Col. Asha Law, who."""
    token = tokens[last]
    if (
        token.low in ORG_WORDS | FUNCTION_WORDS | WEEKDAYS | MONTHS | PLACES | HONORIFICS
        or token.low in DEGREES | POST_NOMINALS
        or token.acronym
        or last + 1 >= len(tokens)
    ):
        return False
    before, after = tokens[at - 1] if at else None, tokens[last + 1]
    ranks = HONORIFICS if token.low in TITLE_HEADS else HONORIFICS | TITLE_HEADS
    ranked = before is not None and before.cap and before.low in ranks
    return ranked and not after.cap and (after.text in (",", "(", ".") or after.low in SAYING)


def _ends_in_rank(tokens: list[Token], at: int, last: int) -> bool:
    """Whether a form of address is the surname: Marguerite Tan, a principal analyst."""
    token, first = tokens[last], tokens[at]
    after = tokens[last + 1] if last + 1 < len(tokens) else None
    return (
        token.low in HONORIFICS
        and not token.text.endswith(".")
        and not token.acronym
        and len(token.text) > 2
        and first.low not in PLACES
        and not begins_sentence(tokens, last)
        and after is not None
        and (after.text in (",", ".", "(") or after.low in SAYING)
    )


def read_honorific(tokens: list[Token], start: int, floor: int) -> Range | None:
    """The ranks and forms of address right before a name."""
    at = start
    while at > floor:
        token = tokens[at - 1]
        low = token.low
        if token.text == ")" and (opened := _ranked_bracket(tokens, at - 1, floor)) is not None:
            at = opened
            continue
        if token.text == "(" or token.text == ")":
            break
        if (token.text.startswith("(") and len(token.text) > 2) or (
            low == "chief"
            and token.cap
            and (
                _is_form_of_address(tokens, at - 1, start)
                or (at < start and tokens[at].low == "marshal" and tokens[at - 2].low == "air")
            )
        ):
            at -= 1
        elif low in _DOCTORS and token.text.endswith(".") and at - 2 >= floor:
            if tokens[at - 2].low not in _DOCTORS | {"dr"}:
                break
            at -= 1  # Prof. Dr. sc. X
        elif low in _SMALL and at == start:
            at -= 1  # doña X
        elif (low in HONORIFICS and token.cap) or (low in ("h.e", "h.h", "h.r.h") and token.word):
            if low in DOTTED and not token.text.endswith("."):
                break
            if (
                low in _ONLY_BEFORE_RANK
                and low not in ("major", "maj", "lt", "brig", "lieutenant")
                and at == start
            ):
                break
            if (
                low in ("lord", "justice", "judge")
                and at - 2 >= 0
                and tokens[at - 2].low == "chief"
            ):
                break
            if low == "justice" and at - 2 >= 0 and tokens[at - 2].low in ("of", "for"):
                break  # Minister of Justice X
            if low == "general" and at - 2 >= 0 and tokens[at - 2].low in _OFFICES:
                break
            if (
                low in ("leader", "group", "flight", "wing", "force")
                and not (at - 2 >= 0 and tokens[at - 2].low in ("squadron",))
                and (at == start or low == "leader")
            ):
                break
            if (
                low in _OFFICE_AFTER_MODIFIER
                and at - 2 >= floor
                and tokens[at - 2].low in (TITLE_MODIFIERS | _SIDES) - _ONLY_BEFORE_RANK | {"chief"}
            ):
                break
            if low == "commander" and at - 2 >= floor:
                before = tokens[at - 2]
                office = before.word and before.cap and before.low not in HONORIFICS | {"surgeon"}
                if office and before.low not in SAYING:
                    break  # Brigade Commander Brigadier X, Incident Commander X
            if low == "emeritus" and not (at - 2 >= floor and tokens[at - 2].low in HONORIFICS):
                break
            at -= 1
        elif (low == "surgeon" and token.cap and at < start and tokens[at].low in _SHIPS_RANKS) or (
            token.text == "."
            and at - 2 >= floor
            and tokens[at - 2].low in HONORIFICS
            and tokens[at - 2].end == token.start
        ):
            at -= 1
        else:
            break
    if at == start:
        return None
    return at, start


def _ranked_bracket(tokens: list[Token], close: int, floor: int) -> int | None:
    """Where a bracket of one word after a rank opens: Dr. (Mrs.) X, Colonel (Navy) X."""
    for k in range(close - 1, max(floor, close - 4), -1):
        if tokens[k].text == "(":
            before = k - 1 - (tokens[k - 1].text == ".")
            ranked = before >= floor and tokens[before].cap
            ranked = ranked and tokens[before].low in HONORIFICS | {"chief"}
            office = before > floor and tokens[before - 1].low in TITLE_MODIFIERS
            ranked = ranked and not (office and tokens[before].low in _OFFICE_AFTER_MODIFIER)
            return k if ranked else None
    return None


def _is_form_of_address(tokens: list[Token], at: int, start: int) -> bool:
    """Whether “Chief” is one before the name or rank that follows, as in Chief Mrs. Eze."""
    before = tokens[at - 1] if at else None
    if before is not None and (before.cap or is_title_part(before) or before.text == "-"):
        return before.text in (".", ",", QUOTE)
    following = tokens[at + 1].low
    if at + 1 < start:
        return following not in ("justice", "judge", "engineer", "commander")
    return before is None or not before.word or before.low in SAYING


def is_title_part(token: Token) -> bool:
    return token.head or token.low in TITLE_MODIFIERS
