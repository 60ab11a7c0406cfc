"""Who may be the source of words in a sentence, and whom it means: a name, a role, a pronoun."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cached_property

from articles.importing.bodies import body_end, describes_body, names_body
from articles.importing.names import EITHER, NATIONALITIES, STYLES, Mention
from articles.importing.persons import Person, Reader
from articles.importing.sentences import QUOTE, Body, Token
from articles.importing.titles import ALL_PREPOSITIONS
from articles.importing.words import (
    ADVERBS,
    FUNCTION_WORDS,
    GENDER,
    GENDERED,
    NOBODY,
    PREPOSITIONS,
    SAYING,
    SUBJECTS,
    TELLING_NOUNS,
    TITLE_HEADS,
    TITLE_MODIFIERS,
    word_set,
)

#: Nouns that say something and are nobody: the statement said.
WRITINGS = word_set(
    """
sentence sign message banner plaque inscription text motto clause note label poster headline
preamble card caption slogan leaflet placard board sticker title paragraph proverb saying song
verse line stone badge
"""
)


_THINGS = WRITINGS | word_set(
    """
statement report release ministry company government department court bank university organization
organisation agency commission committee council association union club team group communique
declaration resolution document spokesperson spokesman spokeswoman official officials embassy
foundation institute police army navy authority board firm party judgment judgement order verdict
ruling letter study survey data figures notice notification handout ispr sides parties delegates
participants experts members speakers students residents farmers officers ministers leaders bench
secretariat centre center school college hospital airline operator regulator fund mission
delegation office newspaper paper source sources meeting conference tribunal panel federation
league tweet post message charity network coalition
"""
)


#: Nouns for somebody whom the text has named before.
_PEOPLE = word_set(
    """
man woman girl boy child youngster teenager native pensioner retiree newcomer mother father
grandmother grandfather widow widower brother sister daughter son
"""
)


#: What stands after one of these is no source, but a part of another phrase.
BLOCKING = PREPOSITIONS | {"among"}


#: Words that make another office of a title.
_DEPUTIES = word_set("prime deputy vice assistant former")


_SAME_ROLE = {
    role: word_set(others)
    for role, _, others in (
        line.partition(":")
        for line in """
envoy: ambassador envoy representative
diplomat: ambassador consul envoy secretary
premier: premier prime
ceo: ceo chief
pm: prime
vc: chancellor vice-chancellor
judge: judge justice
skipper: captain
captain: captain skipper
coach: coach manager trainer
chief: chairman chief commander director general head marshal president secretary-general
boss: ceo chairman chief manager
head: chief director head
scientist: biologist chemist geologist physicist professor researcher scientist
researcher: fellow professor researcher scientist
academic: dean lecturer professor
official: director officer official secretary
executive: ceo chief director executive president
chair: chair chairman chairperson chairwoman
chairman: chair chairman chairperson
chairperson: chair chairman chairperson chairwoman
chairwoman: chair chairperson chairwoman
leader: chairman leader minister president
lawmaker: member mna mp mpa senator
founder: co-founder cofounder founder
secretary-general: secretary secretary-general
doctor: cardiologist doctor physician surgeon
player: batsman captain midfielder player striker
commander: admiral commander general marshal
general: general
admiral: admiral
""".strip().split("\n")
    )
}


#: Verbs that often stand before their source, after a comma.
INVERTED = frozenset(["said", "says", "added", "adds", "explained", "explains", "noted", "wrote"])


@dataclass(slots=True)
class Source:
    """A noun phrase that may be the source of words: a range of tokens and what it is."""

    start: int
    end: int
    kind: str  # person, bare, pronoun, role, body
    mention: Mention | None = None
    words: set[str] = field(default_factory=set)


def _described_end(tokens: list[Token], at: int) -> int:
    """Where “the 44-year-old”, “the Portuguese” or “the girl” ends, right at a verb of saying.

    0 for no such words. ``at`` is the article.
    """
    end = at + 1
    while end < min(at + 4, len(tokens)) and (
        tokens[end].low.endswith("-year-old")
        or tokens[end].low in NATIONALITIES | _PEOPLE | TITLE_MODIFIERS
    ):
        end += 1
    if end == at + 1 or end >= len(tokens):
        return 0
    last = tokens[end - 1]
    person = last.low.endswith("-year-old") or last.low in NATIONALITIES | _PEOPLE
    verb = end
    while verb < len(tokens) and tokens[verb].low in ADVERBS:
        verb += 1
    said = verb < len(tokens) and tokens[verb].low in SAYING
    after = at > 0 and tokens[at - 1].low in SAYING
    return end if person and (said or after) else 0


_UNNAMED_HEADS = word_set(
    """
spokesperson spokesman spokeswoman official source sources representative aide
"""
)


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
                and one.low not in ADVERBS | SAYING | ALL_PREPOSITIONS | FUNCTION_WORDS
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


_WORDS = re.compile(r"[\w’'-]+")
_BEFORE_OBJECTS = frozenset(["at", "by", "for", "of", "with", "from", "about"])


class Sources:
    """The noun phrases of each sentence that may say something, and the persons they mean."""

    def __init__(self, body: Body, reader: Reader, text: str) -> None:
        self.text = text
        self.body = body
        self.reader = reader
        self._recent: list[int] = []  # persons, the latest last
        self._number = 0  # of the sentence that is read

    def _sources(self, n: int, tokens: list[Token]) -> list[Source]:
        found: list[Source] = []
        taken = [False] * (len(tokens) + 1)
        for mention in self.reader.mentions[n]:
            kind = "person" if mention.person is not None else "bare"
            found.append(Source(mention.start, mention.end, kind, mention))
            for at in range(mention.start, mention.end):
                taken[at] = True
        for a, b, words in roles(tokens):
            if not any(taken[a:b]) and words & (TITLE_HEADS | EITHER | {"general"}):
                found.append(Source(a, b, "role", words=words))
                taken[a:b] = [True] * (b - a)
        at = 0
        while at < len(tokens):
            token = tokens[at]
            if taken[at]:
                at += 1
            elif token.low == "the" and (end := _described_end(tokens, at)) and not taken[end - 1]:
                found.append(Source(at, end, "other words"))
                at = end
            elif (
                token.low in ("his", "her")
                and at + 1 < len(tokens)
                and tokens[at + 1].low in STYLES
            ):
                found.append(Source(at, at + 2, "role", words={tokens[at + 1].low}))
                at += 2
            elif token.low in ("he", "she"):
                found.append(Source(at, at + 1, "pronoun", words={token.low}))
                at += 1
            elif (
                token.low in NOBODY
                and token.low
                not in word_set(
                    """
it that which who this these those
"""
                )
            ) or (token.low in _THINGS and not token.cap):
                found.append(Source(at, at + 1, "body"))
                at += 1
            elif (
                token.cap
                and token.word
                and token.low not in FUNCTION_WORDS
                and not (at == 0 and token.low in SAYING)
            ):
                end = body_end(tokens, at, len(tokens))
                acronym = end == at + 1 and token.acronym
                role = acronym and self._by_initials(token.low)
                found.append(Source(at, end, "role" if role else "body", words={token.low}))
                at = max(end, at + 1)
            else:
                at += 1
        return sorted(found, key=lambda one: (one.start, one.end))

    def _by_initials(self, acronym: str) -> list[int]:
        found = []
        for n, person in enumerate(self.reader.people):
            title = person.title
            if title is None:
                continue
            words = self._title_text(person)
            initials = "".join(word[0] for word in words)
            short = "".join(word[0] for word in words if word not in ("of", "the", "and", "for"))
            # “President and CEO” is a CEO; a “Coordinator for SCO” is no SCO.
            own = any(
                w == acronym and words[k - 1] not in ("of", "for", "at")
                for k, w in enumerate(words)
            )
            if acronym in (initials, short) or own:
                found.append(n)
        return found

    def _title_text(self, person: Person) -> list[str]:
        if person.title is None:
            return []
        text = self.text[slice(*person.title)].lower().replace("-", " ")
        return [word for word in text.split() if word[:1].isalnum()]

    def _resolve(self, source: Source, tokens: list[Token]) -> tuple[int | None, str]:
        """The person that a source means, and what is doubtful about it."""
        people = self.reader.people
        if source.mention is not None and source.mention.person is not None:
            mention = source.mention
            words = [t.low for t in tokens[slice(*mention.name)] if t.word]
            if len(words) == 1:
                alike = [n for n, one in enumerate(people) if words[0] == one.words[-1]]
                if len(alike) > 1:
                    recent = [n for n in reversed(self._recent) if n in alike]
                    gender = ""
                    if mention.honorific:
                        gender = next(
                            (
                                GENDERED[t.low]
                                for t in tokens[slice(*mention.honorific)]
                                if t.low in GENDERED
                            ),
                            "",
                        )
                    fitting = [
                        n for n in recent or alike if not gender or people[n].gender in ("", gender)
                    ]
                    rank = mention.title or mention.honorific
                    if rank:
                        heads = {t.low for t in tokens[slice(*rank)]}
                        ranked = [n for n in fitting if heads & people[n].heads]
                        fitting = ranked or fitting
                    if fitting:
                        return fitting[0], "Two persons have this surname."
            return mention.person, ""
        if source.kind in ("pronoun", "other words"):
            told = self._bare_subject()
            if told is not None:
                self._remember(told)
        if source.kind == "pronoun":
            gender = "m" if "he" in source.words else "f"
            for n in reversed(self._recent):
                if people[n].gender in ("", gender):
                    people[n].gender = people[n].gender or gender
                    return n, ""
            return None, ""
        if source.kind == "other words":
            if not self._recent:
                return None, ""
            return self._recent[-1], "These words may mean the speaker before."
        if source.kind == "role":
            person = self._by_role(source.words, tokens[source.start].start)
            if person is None and (told := self._bare_subject()) is not None:
                self._remember(told)
            if (
                person is None
                and self._recent
                and tokens[source.start].low == "the"
                and not is_unnamed(source.words)
            ):
                before = [p for p in people if p.name[0] <= tokens[source.start].start]
                known = set[str]().union(*(one.heads | one.title_words for one in before))
                if not source.words & known & TITLE_HEADS and not source.words & {
                    "official",
                    "head",
                    "minister",
                    "president",
                    "secretary",
                    "report",
                }:
                    return self._recent[
                        -1
                    ], "No speaker has this role; it may mean the speaker before."
            return person, ""
        return None, ""

    def _by_role(self, words: set[str], at: int) -> int | None:
        """Who has this role; ``at`` is where the text speaks of it."""
        people = self.reader.people
        for acronym in words - FUNCTION_WORDS - BLOCKING:
            if (
                (found := self._by_initials(acronym))
                and len(acronym) < 6
                and acronym not in TITLE_HEADS - {"ceo", "cfo", "cto", "coo", "vc", "dg", "md"}
            ):
                recent = [n for n in reversed(self._recent) if n in found]
                return recent[0] if recent else found[0]
        heads = words & (TITLE_HEADS | EITHER | STYLES | {"general", "prime"})
        if not heads:
            return None
        wanted = set[str]()
        for head in heads:
            wanted |= _SAME_ROLE.get(head, {head})
        scored: list[tuple[float, int, int]] = []
        for n, person in enumerate(people):
            own = (
                person.title_words
                | person.heads
                | {part for w in person.title_words for part in w.split("-")}
            )
            common = wanted & own
            if not common:
                continue
            exact = len(heads & own) / len(heads)
            other = {w for w in words if w not in heads and w not in ("the", "of", "for", "and")}
            if person.name[0] > at and self._recent:
                continue  # introduced only later
            missing = len(other - own)
            if missing and other & own == set() and len(other) > 0 and exact < 1:
                continue
            age = (
                len(self._recent)
                - 1
                - max((k for k, m in enumerate(self._recent) if m == n), default=-50)
            )
            if own & _DEPUTIES and not words & _DEPUTIES:
                missing += 1  # the Minister is not the Prime Minister
            ranked = len(heads & person.heads & EITHER)  # the General is no Director General
            scored.append((exact * 2 - missing * 0.5 + len(other & own) * 0.5 + ranked, -age, n))
        return max(scored)[2] if scored else None

    def _person(
        self, source: Source, tokens: list[Token], *, quoted: bool
    ) -> tuple[int | None, str]:
        if source.kind == "bare" and source.mention is not None:
            words = tokens[slice(*source.mention.name)]
            count = sum(t.word for t in words)
            known_given = any(t.low in GENDER for t in words)
            if count == 1 and quoted and self._is_one_word_name(source, tokens):
                doubt = "Only the verb shows that this is a person."
                return self.reader.add(tokens, source.mention, doubt), doubt
            if (
                count >= 2
                and not names_body(words)
                and (known_given or self._sounds_like_person(source, tokens, quoted=quoted))
            ):
                doubt = "" if known_given else "Only the verb shows that this is a person."
                return self.reader.add(tokens, source.mention, doubt), doubt
            return None, ""
        return self._resolve(source, tokens)

    def _is_one_word_name(self, source: Source, tokens: list[Token]) -> bool:
        """Whether it is “…,” said Suryanto. – after a quotation, and a body or place nowhere."""
        mention = source.mention
        if mention is None or mention.name[0] < 2 or mention.end >= len(tokens):
            return False
        at = mention.name[0]
        return (
            tokens[at - 1].low in INVERTED
            and tokens[at - 2].text in (QUOTE, ",")
            and any(t.text == QUOTE for t in tokens[:at])
            and tokens[mention.end].text in (".", ",")
            and not tokens[at].acronym
            and self._sounds_like_person(source, tokens, quoted=True)
        )

    def _sounds_like_person(self, source: Source, tokens: list[Token], *, quoted: bool) -> bool:
        """Whether a name that nothing introduces may be a person's: no body's name elsewhere."""
        if source.mention is None:
            return False
        a, b = source.mention.name
        noun = tokens[a - 1] if a else None
        told = noun is not None and noun.low in TELLING_NOUNS and not noun.cap
        if told or describes_body(tokens, b):
            return False  # the association Pro Schiene welcomes
        name = self.text[tokens[a].start : tokens[b - 1].end]
        start = self.body.sentences[0].start
        used = " ".join(_WORDS.findall(name.lower())) in self._objects
        in_head = name.lower() in self.text[:start].lower()
        return not used and (quoted or not in_head) and b - a <= 4

    @cached_property
    def _objects(self) -> set[str]:
        """Up to four words after each “at”, “of”, “with” of the text, which name no subject."""
        words = _WORDS.findall(self.text.lower())
        found = set[str]()
        for at, word in enumerate(words[:-1], 1):
            if word in _BEFORE_OBJECTS:
                first = at + (words[at] == "the")
                found |= {" ".join(words[first : first + n]) for n in (1, 2, 3, 4)}
        return found

    def _remember(self, person: int) -> None:
        if person in self._recent:
            self._recent.remove(person)
        self._recent.append(person)

    def _bare_subject(self) -> int | None:
        """Who the sentence before tells of that nothing introduces: X had lost her son. “…”"""
        n = self._number
        sentence = self.body.sentences[n]
        before = self.body.sentences[n - 1] if n else None
        if before is None or before.paragraph != sentence.paragraph or before.quotes:
            return None
        mention = next((m for m in self.reader.mentions[n - 1] if m.start == 0), None)
        if mention is None or mention.person is not None:
            return None
        words = before.tokens[slice(*mention.name)]
        own = any(t.low in ("his", "her", "he", "she") for t in before.tokens)
        given = any(t.low in GENDER for t in words)
        if sum(t.word for t in words) < 2 or names_body(words) or not (own or given):
            return None
        return self.reader.add(before.tokens, mention, "Only the quotation after it tells of it.")
