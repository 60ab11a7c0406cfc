"""Persons in sentences: their names, ranks, capacities, and who a later name or role means."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from difflib import SequenceMatcher
from functools import lru_cache

from articles.importing.sentences import LONGEST, QUOTE, TERM, Sentence, Token
from articles.importing.words import (
    ADVERBS,
    COMMON_SURNAMES,
    DOTTED,
    FUNCTION_WORDS,
    GENDER,
    GENDERED,
    HONORIFICS,
    KINSHIP,
    MONTHS,
    ORG_JOINERS,
    ORG_WORDS,
    PARTICLES,
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

type Range = tuple[int, int]

#: Words that are a rank before a name, and the head of a title otherwise.
_EITHER = word_set(
    """
general major captain colonel commander admiral brigadier justice ambassador senator engineer
advocate barrister commodore marshal judge king queen prince princess bishop archbishop imam
cardinal sergeant inspector superintendent pope emir sultan rabbi sheikh professor mufti maulana
"""
)
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
advocate registrar postmaster controller
"""
)
_NOT_NAMES = word_set(
    """
islam quran muslim christian christmas eid ramadan ramazan internet covid english urdu arabic
chinese pakistani indian american british russian european asian african french german spanish
italian turkish iranian afghan saudi japanese korean kazakh uzbek kyrgyz tajik ukrainian polish
dutch swedish norwegian danish finnish kenyan nigerian ghanaian egyptian moroccan emirati qatari
indonesian malaysian vietnamese filipino canadian mexican brazilian argentine chilean colombian
peruvian cuban australian israeli palestinian lebanese syrian iraqi jordanian punjabi sindhi
balochi kashmiri northern southern eastern western north south east west central street road
avenue square park river lake mount valley bay sea ocean island hotel day week month year act bill
law convention agreement treaty protocol declaration charter constitution resolution article
section chapter phase plan strategy vision agenda goals goal summit conference cup prize award
games olympics olympic series round final semi-final quarter-final tournament championship premier
league belt silk initiative corridor highway hall stadium ground airport building tower palace
house district province region city town village county state capital plaza market mall campus
government parliament cabinet opposition mr mrs excellency highness majesty
"""
)
#: First words of the names of countries.
_STATES = word_set(
    """
republic kingdom commonwealth sultanate emirate state states islamic people's principality duchy
"""
)
_UNNAMED_HEADS = word_set(
    """
spokesperson spokesman spokeswoman official source sources representative aide
"""
)
_RANKS = word_set(
    """
lt maj brig gen col capt dr mr mrs ms prof professor justice lieutenant brigadier colonel shri smt
"""
)
_POST_NOMINALS = word_set(
    """
ni hi si ti sj nsc m.d ph.d md phd obe cbe mbe kbe frs qc kc sc mbbs frcs fca cpa esq mba msc j.d
jd rn pe dds dvm bsc ba ma llm llb m dba mph r.n psc ndc cfa ca frcp mrcp am ao ac oam
"""
)
#: Degrees that stand after a name, also without a comma, and are never part of it.
_DEGREES = frozenset(["phd", "ph.d", "mbbs", "frcs", "frcp", "msc", "mba", "llm", "llb", "mph"])
#: The name of a body has no more tokens than this.
_LONGEST_NAME = 30
#: So many persons are told apart in one text.
_MOST_PEOPLE = 100
_SUFFIXES = frozenset(["jr", "sr", "ii", "iii", "iv"])
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


@dataclass
class Person:
    """Somebody whom the text names; positions are of the text."""

    name: Range
    words: list[str]
    honorific: Range | None = None
    title: Range | None = None
    organization: Range | None = None
    owner: Range | None = None
    gender: str = ""
    heads: set[str] = field(default_factory=set)
    title_words: set[str] = field(default_factory=set)
    spellings: list[Range] = field(default_factory=list)
    folded_spellings: set[str] = field(default_factory=set)
    doubt: str = ""


def is_org_word(token: Token) -> bool:
    """Whether the word makes a run of capitals the name of a body."""
    return token.cap and token.low in ORG_WORDS


def names_body(tokens: list[Token]) -> bool:
    """Whether the words are a body's name: a strong word of bodies, or an abbreviation."""
    caps = [token for token in tokens if token.cap]
    if not caps or all(token.low in PLACES for token in caps):
        return False
    strong = any(t.low in ORG_WORDS - WEAK_ORG for t in caps)
    weak = sum(t.low in WEAK_ORG for t in caps)
    acronym = any(t.acronym and t.low not in PLACES and len(t.text) < 9 for t in caps)
    return strong or acronym or bool(weak and len(caps) > 1)


class Reader:
    """The persons of one body of text: found in all sentences first, then asked for again."""

    def __init__(self, sentences: list[Sentence]) -> None:
        self.sentences = sentences
        self.people: list[Person] = []
        self.mentions: list[list[Mention]] = []
        raw = [self._mentions_of(sentence.tokens) for sentence in sentences]
        for sentence, mentions in zip(sentences, raw, strict=True):
            for mention in mentions:
                if mention.strong and len(self.people) < _MOST_PEOPLE:
                    mention.person = self._register(sentence.tokens, mention)
        for sentence, mentions in zip(sentences, raw, strict=True):
            for mention in mentions:
                if mention.person is None:
                    mention.person = self._known(sentence.tokens, mention)
            self.mentions.append(mentions)

    # Finding

    def _mentions_of(self, tokens: list[Token]) -> list[Mention]:
        found: list[Mention] = []
        at = 0 if len(tokens) <= LONGEST else len(tokens)
        while at < len(tokens):
            if (
                tokens[at].cap
                and tokens[at].low in ORG_WORDS - WEAK_ORG
                and at + 2 < len(tokens)
                and tokens[at + 1].low in ("of", "for", "de", "on", "del", "da")
                and (tokens[at + 2].cap or tokens[at + 2].low in ORG_JOINERS)
            ):
                at = max(_body_before_name(tokens, at), at + 1)
                continue
            run = _name_run(tokens, at)
            if run is None:
                at += 1
                continue
            floor = next((one.end for one in reversed(found) if one.strong), 0)
            mention = _mention(tokens, run, floor)
            at = run[1]
            if mention:
                while found and found[-1].end > mention.start:
                    found.pop()
                found.append(mention)
                at = max(at, mention.end) if mention.strong else at
        return found

    def named(self) -> list[Range]:
        """Return where persons are named, with their ranks; positions are of the text."""
        return [
            _span(sentence.tokens, ((mention.honorific or mention.name)[0], mention.name[1]))
            for sentence, mentions in zip(self.sentences, self.mentions, strict=True)
            for mention in mentions
            if mention.person is not None
        ]

    # Who it is

    def _register(self, tokens: list[Token], mention: Mention) -> int:
        words = _words_of(tokens, mention.name)
        known = self._same(
            words, _gender(tokens, mention), strong=True, mention=mention, tokens=tokens
        )
        span = _span(tokens, mention.name)
        if known is None:
            self.people.append(Person(span, words))
            known = len(self.people) - 1
            self.people[known].folded_spellings.add(" ".join(words))
        person = self.people[known]
        if len(words) > len(person.words) and set(person.words) <= set(words):
            person.spellings.append(person.name)
            person.name, person.words = span, words
            person.folded_spellings.add(" ".join(words))
        self._learn(person, tokens, mention, words)
        return known

    def _learn(
        self, person: Person, tokens: list[Token], mention: Mention, words: list[str]
    ) -> None:
        spelled = " ".join(words)
        if len(words) > 1 and spelled not in person.folded_spellings:
            person.folded_spellings.add(spelled)
            person.spellings.append(_span(tokens, mention.name))
        person.gender = person.gender or _gender(tokens, mention)
        if mention.honorific and not person.honorific:
            rank = " ".join(t.low for t in tokens[slice(*mention.honorific)])
            first = len(person.words) == len(words) or rank not in ("mr", "ms", "mrs", "miss")
            if first or not person.title:
                person.honorific = _span(tokens, mention.honorific)
        if mention.title:
            part = tokens[slice(*mention.title)]
            person.heads |= {t.low for t in part if t.low in TITLE_HEADS}
            person.title_words |= {t.low for t in part if t.word}
        if mention.honorific:
            person.heads |= {
                t.low for t in tokens[slice(*mention.honorific)] if t.low in TITLE_HEADS | _EITHER
            }
        if mention.title and all(
            t.low in KINSHIP for t in tokens[slice(*mention.title)] if t.low in TITLE_HEADS
        ):
            mention.title = None
        if person.title is None and mention.title:
            person.title = _span(tokens, mention.title)
            person.owner = _span(tokens, mention.owner) if mention.owner else None
            if person.organization is None and mention.organization:
                person.organization = _span(tokens, mention.organization)
        elif person.organization is None and person.title is None and mention.organization:
            person.organization = _span(tokens, mention.organization)

    def _known(self, tokens: list[Token], mention: Mention) -> int | None:
        words = _words_of(tokens, mention.name)
        known = self._same(
            words, _gender(tokens, mention), strong=False, mention=mention, tokens=tokens
        )
        if known is not None:
            self._learn(self.people[known], tokens, mention, words)
        return known

    def add(self, tokens: list[Token], mention: Mention, doubt: str = "") -> int:
        """Make a person of a mention that only its verb shows to be one."""
        mention.person = self._register(tokens, mention)
        if not self.people[mention.person].title:
            self.people[mention.person].doubt = doubt
        return mention.person

    def _same(
        self, words: list[str], gender: str, *, strong: bool, mention: Mention, tokens: list[Token]
    ) -> int | None:
        """The person that these words name, the latest of those that fit best."""
        best: tuple[float, int] | None = None
        for n, person in enumerate(self.people):
            fit = _fit(words, person)
            if not fit or (gender and person.gender and gender != person.gender and len(words) < 2):
                continue
            if len(words) == 1 and mention.title and person.title_words and strong:
                heads = {t.low for t in tokens[slice(*mention.title)] if t.low in TITLE_HEADS}
                if person.heads and not heads & person.heads:
                    fit -= 0.2
            if best is None or fit >= best[0]:
                best = (fit, n)
        return best[1] if best else None


def _fit(words: list[str], person: Person) -> float:
    """How well ``words`` name ``person``: 1 for the same words, 0 for not."""
    own = person.words
    if words == own:
        return 1.0
    if " ".join(words) in person.folded_spellings:
        return 0.98
    if len(words) == 1:
        word = words[0]
        if len(word) < 2:
            return 0.0
        if word != own[-1] and len(word) > 5 and _close(word, own[-1]):
            return 0.6
        if word == own[-1]:
            return 0.9
        if word == own[0]:
            return 0.8
        return 0.7 if word in own else 0.0
    if set(words) <= set(own) or (set(own) <= set(words) and len(own) > 1):
        return 0.9
    if own and len(own) == 1 and own[0] in (words[0], words[-1]):
        return 0.6
    if len(words) == len(own) and {w[0] for w in words} & {w[0] for w in own}:
        pairs = list(zip(words, own, strict=True))
        unequal = [(a, b) for a, b in pairs if a != b]
        if (
            any(
                (len(a) == 1 and b.startswith(a)) or (len(b) == 1 and a.startswith(b))
                for a, b in unequal
            )
            and len(unequal) == 1
        ):
            return 0.85
        if len(unequal) == 1 and _close(*unequal[0]):
            return 0.8
        if (
            all(a[0] == b[0] for a, b in unequal)
            and all(_close(a, b) for a, b in unequal)
            and len(words) > 1
            and len(unequal) <= 2
            and SequenceMatcher(None, " ".join(words), " ".join(own)).ratio() > 0.88
        ):
            return 0.75
    short, long = sorted((words, own), key=len)
    if (
        len(short) > 1
        and len(long) == len(short) + 1
        and (
            (short[0] == long[0] and _close(short[-1], long[-1]))
            or (_close(short[0], long[0]) and short[-1] == long[-1])
        )
    ):
        return 0.7
    if "".join(words) == "".join(own):
        return 0.95
    return 0.0


@lru_cache(maxsize=50_000)
def _close(one: str, other: str) -> bool:
    """Whether two words may be spellings of one name: Ahmed, Ahmad; Zhanar, Janar."""
    if one == other:
        return True
    if min(len(one), len(other)) < 4:
        return False
    if GENDER.get(one, "m") != GENDER.get(other, "m"):
        return False
    if abs(len(one) - len(other)) > 2 or len(set(one) & set(other)) < 3:
        return False
    return SequenceMatcher(None, one, other).ratio() >= 0.72


def _words_of(tokens: list[Token], span: Range) -> list[str]:
    return [t.low for t in tokens[slice(*span)] if t.word]


def _span(tokens: list[Token], part: Range) -> Range:
    """The characters of a range of tokens, without a possessive ending."""
    last = tokens[part[1] - 1]
    end = last.end
    if last.possessive:
        end -= 1 if last.text[-1] in "'’" else 2
    return tokens[part[0]].start, end


def _gender(tokens: list[Token], mention: Mention) -> str:
    for part in (mention.honorific, mention.title):
        if part:
            for token in tokens[slice(*part)]:
                if token.low in GENDERED:
                    return GENDERED[token.low]
    for token in tokens[slice(*mention.name)]:
        if token.low in GENDER:
            return GENDER[token.low]
    return ""


def _begins_sentence(tokens: list[Token], at: int) -> bool:
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
    if low in FUNCTION_WORDS or low in WEEKDAYS or low in _NOT_NAMES or low in _DEGREES:
        return False
    if low in MONTHS and not (
        low in ("april", "may", "june", "august", "jan", "mar")
        and at + 1 < len(tokens)
        and tokens[at + 1].cap
    ):
        return False
    if low in HONORIFICS and not (low in DOTTED and not token.text.endswith(".")):
        return False
    if low in TITLE_HEADS or low in TITLE_MODIFIERS:
        return False
    if low in ORG_WORDS - WEAK_ORG:
        return False
    if low in SUBJECTS:
        return False
    if _begins_sentence(tokens, at) and (
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


def _name_run(tokens: list[Token], at: int) -> Range | None:
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
                tokens[at - 1].low == "of"
                and at > 1
                and tokens[at - 2].low in _STATES | TITLE_HEADS
                and tokens[at - 2].cap
                and tokens[at].low not in GENDER
            )
        )
    ):
        return None  # Governor Punjab X; Mayor of Alcora X
    end = at + 1
    while end < len(tokens) and not tokens[end - 1].possessive:
        token = tokens[end]
        if may_be_name(tokens, end):
            if token.low in PLACES and tokens[end - 1].low in PLACES:
                break
            end += 1
        elif token.low in PARTICLES and not (token.low == "y" and not token.text.islower()):
            ahead = end + 1
            while ahead < len(tokens) and tokens[ahead].low in PARTICLES:
                ahead += 1
            if (
                ahead < len(tokens)
                and (
                    may_be_name(tokens, ahead)
                    or (tokens[ahead].cap and token.low in ("bin", "al", "el", "van", "de", "von"))
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
                and token.low in _NOT_NAMES
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
            and token.low in (TITLE_HEADS | TITLE_MODIFIERS | SUBJECTS | ORG_WORDS | _NOT_NAMES)
            and end == at + 1
            and tokens[at].low in GENDER
            and not token.acronym
            and token.low not in (HONORIFICS | {"minister", "president", "secretary"})
        ) or (token.cap and _ends_ranked_name(tokens, at, end)):
            end += 1
            break
        else:
            break
        if end - at > 7:
            break
    if end - at == 1 and tokens[at].low in PLACES:
        return None
    if all(t.low in PLACES for t in tokens[at:end]):
        return None
    return at, end


def _ends_ranked_name(tokens: list[Token], at: int, last: int) -> bool:
    """Whether a word of another list is a surname: Dr. Ivo Brand said; Col. Asha Law, who."""
    token = tokens[last]
    if (
        token.low in ORG_WORDS | FUNCTION_WORDS | WEEKDAYS | MONTHS | PLACES | HONORIFICS
        or token.low in _DEGREES | _POST_NOMINALS
        or token.acronym
        or last + 1 >= len(tokens)
    ):
        return False
    before, after = tokens[at - 1] if at else None, tokens[last + 1]
    ranked = before is not None and before.cap and before.low in HONORIFICS | TITLE_HEADS
    return ranked and not after.cap and (after.text in (",", "(", ".") or after.low in SAYING)


def _mention(tokens: list[Token], run: Range, floor: int) -> Mention | None:
    """The noun phrase round a name, with what shows that it is a person's."""
    start, end = run
    following = tokens[end] if end < len(tokens) else None
    # The name of a body or a thing goes on after these words.
    if following is not None and not tokens[end - 1].possessive:
        if (
            following.cap
            and following.low in ORG_WORDS | _NOT_NAMES
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
    rank = _honorific(tokens, start, floor)
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
    if len(_words_of(tokens, run)) == 1 and not rank and mention.strong and run[1] - run[0] == 1:
        # One word and a title: a name, unless it is the abbreviation of a body or a place.
        token = tokens[start]
        if token.low in PLACES:
            return None
    return mention


def _honorific(tokens: list[Token], start: int, floor: int) -> Range | None:
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
            if low == "general" and at - 2 >= 0 and tokens[at - 2].low in _OFFICES:
                break
            if (
                low == "general"
                and at - 2 >= 0
                and tokens[at - 2].text == "-"
                and at - 3 >= 0
                and tokens[at - 3].low in _OFFICES
            ):
                break
            if (
                low in ("leader", "group", "flight", "wing", "force")
                and not (at - 2 >= 0 and tokens[at - 2].low in ("squadron",))
                and at == start
            ):
                break
            if (
                low == "captain"
                and at - 2 >= 0
                and tokens[at - 2].low
                in ("team", "club", "side", "squad", "vice", "skipper", "cricket", "football")
            ):
                break
            if low in ("his", "her") and not (
                at < start
                and tokens[at].low in ("excellency", "highness", "royal", "majesty", "holiness")
            ):
                break
            at -= 1
        elif (
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
            ranked = before >= floor and tokens[before].cap and tokens[before].low in HONORIFICS
            return k if ranked else None
    return None


def _is_form_of_address(tokens: list[Token], at: int, start: int) -> bool:
    """Whether “Chief” is one before the name or rank that follows, as in Chief Mrs. Eze."""
    before = tokens[at - 1] if at else None
    if before is not None and (before.cap or _is_title_part(before) or before.text == "-"):
        return before.text in (".", ",", QUOTE)
    following = tokens[at + 1].low
    if at + 1 < start:
        return following not in ("justice", "judge", "engineer", "commander")
    return before is None or not before.word or before.low in SAYING


def _is_title_part(token: Token) -> bool:
    return token.low in TITLE_HEADS or token.low in TITLE_MODIFIERS


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
    heads = [
        n for n, token in enumerate(part) if token.low in TITLE_HEADS or token.low in ("general",)
    ]
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
            t.low in PLACES | _NOT_NAMES for t in tokens[k : before_at + 1]
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
        and all(t.cap and t.low not in PLACES | _NOT_NAMES | FUNCTION_WORDS for t in part)
        and (len(part) > 1 or part[0].acronym)
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
        if _is_title_part(token) or (
            token.low in HONORIFICS and token.cap and not _begins_sentence(tokens, at - 1)
        ):
            at -= 1
        elif token.cap and token.low not in FUNCTION_WORDS and token.low not in WEEKDAYS | MONTHS:
            if (
                _begins_sentence(tokens, at - 1)
                and token.low.endswith("ing")
                and token.low not in SUBJECTS
            ):
                break
            at -= 1
        elif token.low in ORG_JOINERS | {"at"} or token.text in ("&", "/", "-", "–"):
            if ahead is None or not (
                ahead.cap or _is_title_part(ahead) or ahead.low in ORG_JOINERS | SUBJECTS
            ):
                break
            if token.low == "and" and not (
                at - 2 >= floor and (tokens[at - 2].cap or _is_title_part(tokens[at - 2]))
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
        else:
            break
        if stop - at > 24:
            return None
    return at


def _bracket_start(tokens: list[Token], close: int, floor: int) -> int | None:
    """Where a bracket of a few capitalised words opens that follows the head of a title."""
    for k in range(close - 1, max(floor, close - 7), -1):
        if tokens[k].text == "(":
            return k if k > floor and _is_title_part(tokens[k - 1]) else None
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
            and tokens[lead + 1].low in TITLE_HEADS
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
                names_body(between) and not any(t.low in TITLE_HEADS for t in between)
            ) and not _list_within_name(tokens, max(floor, at - 6), at, stop):
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
                    if tokens[k].low in TITLE_HEADS or tokens[k].low == "general"
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
                    and (tokens[at - 2].low in TITLE_HEADS)
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
    if last.low in TITLE_HEADS or last.low == "general":
        return True
    of = [n for n, token in enumerate(part) if token.low in ("of", "for", "to", "at", "on", "in")]
    if of and any(token.low in TITLE_HEADS for token in part[: of[0]]):
        return True
    return any(token.low in TITLE_HEADS for token in part) and (
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
    heads = [n for n, token in enumerate(part) if token.low in TITLE_HEADS]
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
        places = all(t.low in PLACES | _NOT_NAMES | TITLE_MODIFIERS for t in before)
        if possessive and places:
            start = first
        elif not places or names_body(before):
            generic = (
                len(before) == 1
                and (
                    before[0].low in ORG_WORDS
                    or (not tokens[first].cap and _begins_sentence(tokens, start))
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
        if tokens[k].cap and not all(t.low in PLACES | _NOT_NAMES for t in tokens[caps : k + 1]):
            owner = (caps, k + 1)
        start = k + 1
    # South Asian: Commander Southern Corps, Director General ISPR
    touching = head + 1
    while (
        touching < end
        and (_is_title_part(tokens[touching]) or tokens[touching].low == "general")
        and tokens[touching].cap
    ):
        touching += 1
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
        if tokens[n].text == "," and _list_within_name(tokens, max(start, n - 5), n, end):
            return (start, end), owner
    # What stands after it: at X; of the X; , X
    for n in range(head + 1, end):
        low = tokens[n].low
        if low == "of" and tokens[n - 1].low in _STATES and tokens[n - 1].cap:
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
            if low == "to" and any(t.low in TITLE_HEADS for t in tokens[begin:end]):
                continue
            last = body_end(tokens, begin, end)
            run = tokens[begin:last]
            if low == "of" and any(t.low == "staff" for t in run[1:3]) and len(run) < 7:
                continue
            if tokens[n].text == "," or low in ("at", "with"):
                good = not all(t.low in PLACES for t in run if t.cap)
                if tokens[n].text == "," and any(
                    t.low in TITLE_HEADS for t in run if not names_body(run)
                ):
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
                place = run[0].low in _STATES or all(
                    t.low in PLACES | {"the"} | ORG_JOINERS for t in run
                )
                if low == "for" and not any(t.low.startswith("spokes") for t in tokens[head:n]):
                    continue
                good = (
                    not subject
                    and not place
                    and (
                        names_body(run)
                        or (
                            bool({t.low for t in tokens[head:n]} & _CORPORATE)
                            and run[0].low not in SUBJECTS | _NOT_NAMES
                        )
                    )
                )
            if good:
                return (start, n), (begin, last)
    return (start, end), owner


def _closes_bracket(tokens: list[Token], start: int, end: int) -> bool:
    return tokens[end - 1].text == ")" and any(t.text == "(" for t in tokens[start:end])


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
                or (token.low in _RANKS and at + 1 < end and tokens[at + 1].cap)
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
        if token.low in ORG_JOINERS | {"at"} or token.text in ("&", "-", "–", "/"):
            ahead = at + 1
            while ahead < end and tokens[ahead].low in _AFTER_JOINER:
                ahead += 1
            if ahead < end and tokens[ahead].cap and tokens[ahead].low not in WEEKDAYS:
                if (
                    token.low in ("in", "at", "on", "to")
                    and not (
                        token.low in ("in", "at")
                        and tokens[ahead].low in ORG_WORDS - WEAK_ORG
                        and False
                    )
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
                        (names_body(tokens[begin:at]) and _own_body(tokens, ahead, end))
                        or all(t.low in PLACES for t in tokens[begin:at] if t.cap)
                    )
                ):
                    return last
                at = ahead
                continue
            return last
        if token.text == "," and _list_within_name(tokens, begin, at, end):
            at += 1
            continue
        return last
    return last


def _body_before_name(tokens: list[Token], begin: int) -> int:
    """Where a body's name ends; before the name of its spokesperson, if that touches it."""
    end = body_end(tokens, begin, len(tokens))
    titled = any(t.low in TITLE_HEADS for t in tokens[max(0, begin - 4) : begin])
    if not titled:
        return end
    last = max(
        (k for k in range(begin, end) if tokens[k].low in SUBJECTS | ORG_WORDS | PLACES),
        default=begin,
    )
    rest = tokens[last + 1 : end]
    return last + 1 if len(rest) > 1 and all(t.cap for t in rest) else end


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


def _list_within_name(tokens: list[Token], begin: int, at: int, end: int) -> bool:
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


def _look_right(tokens: list[Token], mention: Mention, end: int) -> None:
    """Read the apposition after a name: X, Vice President, CGSS, Islamabad stated."""
    while end < len(tokens) and tokens[end].low in _DEGREES:
        end += 1
        mention.end = end
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
    if sign not in (",", "(", "–", "—", "-"):
        if tokens[end].low in ("of", "from") and end + 1 < len(tokens):
            begin = end + 1 + (end + 2 < len(tokens) and tokens[end + 1].low == "the")
            known = mention.strong and tokens[begin].low not in PLACES | FUNCTION_WORDS
            known = known or _is_quoted_of(tokens, mention, begin)
            if tokens[begin].cap and (known or names_body(tokens[begin : begin + 6])):
                last = body_end(tokens, begin, len(tokens))
                mention.end = _end_of_bodies(tokens, last)
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
        sign == ","
        and at < len(tokens)
        and tokens[at].low in ("who", "whose")
        and end - mention.name[0] > 1
    ):
        mention.strong = True
        _read_relative_clause(tokens, mention, at)
        return
    if (
        sign == "("
        and at < len(tokens)
        and not _is_title_part(tokens[at])
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
            segments.append((begin, k))
            begin = k + 1
    else:
        if begin < min(at + 45, len(tokens)):
            segments.append((begin, min(at + 45, len(tokens))))
        stop = min(at + 45, len(tokens))
    if not closed or not segments:
        return
    while len(segments) > 1 and all(
        t.low in _POST_NOMINALS or not t.word for t in tokens[slice(*segments[0])]
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
                (_is_title_part(tokens[skip]) and not names_body(tokens[skip:b]))
                or any(t.low in TITLE_HEADS for t in part)
            )
            and (names_body(tokens[skip:b]) or not all(t.low in PLACES for t in tokens[skip:b]))
            and (names_body(tokens[skip:b]) or _only_name(tokens, skip, b))
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
heads leads chairs runs directs manages founded represents represented headed led chaired founds
co-founded cofounded established commands presides oversees coordinates
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
            and not _list_within_name(tokens, max(verb, k - 6), k, len(tokens))
        ),
        None,
    )
    if close is None or tokens[who].low != "who":
        return
    clause = tokens[verb:close]
    if not clause or any(token.low in SAYING for token in clause[:1]):
        return
    begin = verb + 1
    low = clause[0].low
    states = low in ("is", "was", "became") or (
        low in ("serves", "works", "served", "worked", "acts") and clause[1:2] != []
    )
    if states and begin < close and tokens[begin].low == "as":
        begin += 1
    if begin < close and tokens[begin].low in ("also", "currently", "now"):
        begin += 1
    if states and _is_title_segment(tokens[begin:close]):
        mention.title, mention.organization = _split_title(tokens, begin, close)
    elif low in _LEADING and begin < close:
        begin += tokens[begin].low in ("the", "over", "at")
        if begin < close and tokens[begin].cap:
            last = body_end(tokens, begin, close)
            if (
                last == close
                and not tokens[last - 1].possessive
                and (names_body(tokens[begin:last]) or last - begin < 4)
            ):
                mention.organization = (begin, last)
    if tokens[close].text == ",":
        mention.end = close + 1


def _end_of_bodies(tokens: list[Token], at: int) -> int:
    """Where “of the Department of Physics at the University of Lindau in Kiel” ends."""
    while at + 1 < len(tokens) and tokens[at].low in ("at", "in", "of", ","):
        begin = at + 1 + (tokens[at + 1].low == "the")
        if begin >= len(tokens) or not tokens[begin].cap:
            break
        run = tokens[begin : begin + 6]
        if not (names_body(run) or (tokens[at].low in ("in", ",") and run[0].low in PLACES)):
            break
        at = body_end(tokens, begin, len(tokens))
    return at


def _only_name(tokens: list[Token], begin: int, end: int) -> bool:
    return body_end(tokens, begin, end) == end


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
        if token.low in TITLE_HEADS or (token.low == "general" and n == len(part) - 1)
    ]
    if not heads or any(t.low in _RANKS and t.cap for t in part[1:]):
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
            if one.low in TITLE_HEADS or one.low in _EITHER:
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
