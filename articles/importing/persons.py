"""The persons of a text: found in its sentences, and who a later name means."""

from __future__ import annotations

from dataclasses import dataclass, field
from difflib import SequenceMatcher
from functools import lru_cache

from articles.importing.bodies import (
    Range,
    body_before_name,
)
from articles.importing.capacities import read_mention, share_title
from articles.importing.names import (
    EITHER,
    STYLES,
    Mention,
    find_name,
    words_of,
)
from articles.importing.sentences import (
    LONGEST,
    Sentence,
    Token,
)
from articles.importing.words import (
    GENDER,
    GENDERED,
    KINSHIP,
    ORG_JOINERS,
    ORG_WORDS,
    TITLE_HEADS,
    WEAK_ORG,
)

#: Ranks and styles in short.
_STYLE_OF = {
    "h.h": "highness",
    "h.r.h": "highness",
    "hrh": "highness",
    "h.e": "excellency",
    "gen": "general",
    "col": "colonel",
    "capt": "captain",
    "maj": "major",
    "brig": "brigadier",
    "adm": "admiral",
    "cdr": "commander",
    "prof": "professor",
    "sen": "senator",
    "amb": "ambassador",
    "sgt": "sergeant",
}
#: When so many persons are named, the rest of the text is not read for who says what: each name is
#: compared with each.
MOST_PEOPLE = 100


@dataclass
class Person:
    """Somebody whom the text names; positions are of the text."""

    name: Range
    words: list[str]
    honorific: Range | None = None
    title: Range | None = None
    organization: Range | None = None
    owner: Range | None = None
    kinship: Range | None = None  # mother of four: a title when there is no other
    gender: str = ""
    heads: set[str] = field(default_factory=set)
    title_words: set[str] = field(default_factory=set)
    spellings: list[Range] = field(default_factory=list)
    folded_spellings: set[str] = field(default_factory=set)
    doubt: str = ""


class Reader:
    """The persons of one body of text: found in all sentences first, then asked for again."""

    def __init__(self, sentences: list[Sentence]) -> None:
        self.people: list[Person] = []
        self.mentions: list[list[Mention]] = []
        raw = [self._mentions_of(sentence.tokens) for sentence in sentences]
        for n, (sentence, mentions) in enumerate(zip(sentences, raw, strict=True)):
            for mention in mentions:
                if mention.strong:
                    mention.person = self._register(sentence.tokens, mention)
            if len(self.people) >= MOST_PEOPLE:
                sentences, raw = sentences[: n + 1], raw[: n + 1]
                break
        #: The sentences that are read: not those after the one with the last of MOST_PEOPLE.
        self.sentences = sentences
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
                and tokens[at].low in ORG_WORDS
                and (tokens[at].low not in WEAK_ORG or tokens[at - 1].low == "the")
                and at + 2 < len(tokens)
                and tokens[at + 1].low in ("of", "for", "de", "on", "del", "da")
                and (tokens[at + 2].cap or tokens[at + 2].low in ORG_JOINERS)
            ):
                at = max(body_before_name(tokens, at), at + 1)
                continue
            run = find_name(tokens, at)
            if run is None:
                at += 1
                continue
            floor = next((one.end for one in reversed(found) if one.strong), 0)
            mention = read_mention(tokens, run, floor)
            at = run[1]
            if mention:
                while found and found[-1].end > mention.start:
                    found.pop()
                if found:
                    share_title(tokens, found[-1], mention)
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
        words = words_of(tokens, mention.name)
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
            person.heads |= {t.low for t in part if t.head}
            person.title_words |= {t.low for t in part if t.word}
        if mention.honorific:
            person.heads |= {
                _STYLE_OF.get(t.low, t.low)
                for t in tokens[slice(*mention.honorific)]
                if t.low in TITLE_HEADS | EITHER | STYLES | _STYLE_OF.keys()
            }
        heads = [t.low for t in tokens[slice(*mention.title)] if t.head] if mention.title else []
        if mention.title and heads and all(low in KINSHIP for low in heads):
            if any(t.low == "of" for t in tokens[slice(*mention.title)]):
                person.kinship = person.kinship or _span(tokens, mention.title)
            mention.title = mention.organization = None
        if person.title is None and mention.title:
            person.title = _span(tokens, mention.title)
            person.owner = _span(tokens, mention.owner) if mention.owner else None
            if person.organization is None and mention.organization:
                person.organization = _span(tokens, mention.organization)
        elif person.organization is None and person.title is None and mention.organization:
            person.organization = _span(tokens, mention.organization)

    def learn_office(
        self, person: int, tokens: list[Token], title: Range | None, organization: Range | None
    ) -> None:
        """Give a person the title that another sentence tells."""
        if title is not None:
            self.people[person].title = _span(tokens, title)
            self.people[person].organization = _span(tokens, organization) if organization else None
            self.people[person].heads |= {t.low for t in tokens[slice(*title)] if t.head}

    def _known(self, tokens: list[Token], mention: Mention) -> int | None:
        words = words_of(tokens, mention.name)
        known = self._same(
            words, _gender(tokens, mention), strong=False, mention=mention, tokens=tokens
        )
        if known is not None:
            person = self.people[known]
            if len(person.words) == 1 < len(words) and person.words[0] == words[-1]:
                person.name, person.words = _span(tokens, mention.name), words
                person.folded_spellings.add(" ".join(words))
            self._learn(person, tokens, mention, words)
        return known

    def add(self, tokens: list[Token], mention: Mention, doubt: str = "") -> int | None:
        """Make a person of a mention that only its verb shows to be one; None if there are many."""
        if len(self.people) >= MOST_PEOPLE:
            return None
        mention.person = self._register(tokens, mention)
        person = self.people[mention.person]
        if not person.title:
            person.doubt = doubt
        if len(person.words) == 1:
            self._find_full_name(mention.person)
        return mention.person

    def _find_full_name(self, number: int) -> None:
        """Give somebody whom a verb showed by the surname the full name that comes later."""
        person = self.people[number]
        for sentence, mentions in zip(self.sentences, self.mentions, strict=True):
            for one in mentions:
                words = words_of(sentence.tokens, one.name)
                if one.person is None and len(words) > 1 and words[-1] == person.words[-1]:
                    one.person = number
                    person.spellings.append(person.name)
                    person.name, person.words = _span(sentence.tokens, one.name), words
                    person.folded_spellings.add(" ".join(words))
                    return

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
                heads = {t.low for t in tokens[slice(*mention.title)] if t.head}
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


def _span(tokens: list[Token], part: Range) -> Range:
    """The characters of a range of tokens, without a possessive ending."""
    return tokens[part[0]].start, tokens[part[1] - 1].bare_end


def _gender(tokens: list[Token], mention: Mention) -> str:
    for part in (mention.honorific, mention.title):
        if part:
            for token in tokens[slice(*part)]:
                if token.low in GENDERED:
                    return GENDERED[token.low]
    return GENDER.get(tokens[mention.name[0]].low, "")
