"""Who said what: from the quotation to the verb of saying, from the verb to its source."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from articles.importing.bodies import Range, body_end, describes_body, names_body
from articles.importing.capacities import Mention, is_unnamed, roles
from articles.importing.names import EITHER, STYLES
from articles.importing.persons import Person, Reader
from articles.importing.sentences import LONGEST, QUOTE, TERM, Body, Sentence, Token
from articles.importing.words import (
    ADVERBS,
    FUNCTION_WORDS,
    GENDER,
    GENDERED,
    NOBODY,
    PREPOSITIONS,
    SAYING,
    SAYING_WITH,
    TITLE_HEADS,
    word_set,
)

#: Nouns that say something and are nobody: the statement said.
_WRITINGS = word_set(
    """
sentence sign message banner plaque inscription text motto clause note label poster headline
preamble card caption slogan leaflet placard board sticker title paragraph proverb saying song
verse line stone badge
"""
)
_THINGS = _WRITINGS | word_set(
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
_PREPOSITIONS = PREPOSITIONS | {"among"}
_BE = frozenset(["is", "are", "was", "were", "be", "been", "being"])
_OPENERS = word_set(
    """
in on here today yesterday earlier later while during at speaking addressing who also whose , ( —
– responding talking when after before as chairing
"""
)
_SUBJECT_AFTER = word_set(
    """
, and but that while when as because where whereas if : ; — – • * although since after before then
or
"""
) | {QUOTE, TERM}
_SAME_ROLE = {
    "envoy": {"ambassador", "representative", "envoy"},
    "diplomat": {"ambassador", "envoy", "secretary", "consul"},
    "premier": {"premier", "prime"},
    "ceo": {"ceo", "chief"},
    "pm": {"prime"},
    "vc": {"chancellor", "vice-chancellor"},
    "judge": {"justice", "judge"},
    "skipper": {"captain"},
    "captain": {"captain", "skipper"},
    "coach": {"coach", "trainer", "manager"},
    "chief": word_set(
        """
chief chairman head director commander president marshal general secretary-general
"""
    ),
    "boss": {"chief", "chairman", "ceo", "manager"},
    "head": {"head", "chief", "director"},
    "scientist": word_set(
        """
scientist researcher professor biologist chemist physicist geologist
"""
    ),
    "researcher": {"researcher", "scientist", "professor", "fellow"},
    "academic": {"professor", "lecturer", "dean"},
    "official": {"official", "officer", "director", "secretary"},
    "executive": {"executive", "chief", "director", "ceo", "president"},
    "chair": {"chair", "chairman", "chairwoman", "chairperson"},
    "chairman": {"chairman", "chair", "chairperson"},
    "chairperson": {"chairperson", "chair", "chairman", "chairwoman"},
    "chairwoman": {"chair", "chairwoman", "chairperson"},
    "leader": {"leader", "president", "minister", "chairman"},
    "lawmaker": {"mna", "mpa", "mp", "senator", "member"},
    "founder": {"founder", "co-founder", "cofounder"},
    "secretary-general": {"secretary-general", "secretary"},
    "doctor": {"doctor", "physician", "surgeon", "cardiologist"},
    "player": {"captain", "striker", "midfielder", "batsman", "player"},
    "commander": {"commander", "general", "admiral", "marshal"},
    "general": {"general"},
    "admiral": {"admiral"},
}


_PLAIN_PRESENT = word_set(
    """
says adds tells believes thinks explains insists argues stresses recalls emphasizes emphasises
"""
)
#: Verbs that often stand before their source, after a comma.
_INVERTED = frozenset(["said", "says", "added", "adds", "explained", "explains", "noted", "wrote"])
_CONVINCED = word_set(
    """
convinced confident proud sure pleased delighted grateful satisfied certain optimistic hopeful
glad happy concerned worried sorry thankful aware impressed
"""
)
_OF_THE_VIEW = (["of", "the", "view"], ["of", "the", "opinion"], ["of", "the", "belief"])


@dataclass(slots=True)
class Source:
    """A noun phrase that may be the source of words: a range of tokens and what it is."""

    start: int
    end: int
    kind: str  # person, bare, pronoun, role, body
    mention: Mention | None = None
    words: set[str] = field(default_factory=set)


@dataclass(slots=True)
class Cue:
    """A verb of saying with its source; ``person`` is None when nobody is named."""

    at: int
    source: Source | None
    person: int | None
    end: int = 0
    trailing: bool = False  # the source stands after what is said
    according: bool = False
    doubt: str = ""


@dataclass
class Said:
    """A quotation: its passages by their start, and who said it."""

    passages: list[int]
    person: int | None
    cue: Range | None = None
    named: Range | None = None
    doubt: str = ""
    reason: str = ""
    settled: bool = True


@dataclass
class Report:
    """A sentence of reported speech; positions are of the text."""

    person: int
    passage: Range
    text: Range
    cue: Range
    named: Range | None
    doubt: str = ""


def _is_verb(tokens: list[Token], k: int) -> bool:
    """Whether the token is a verb of saying, used as one."""
    token = tokens[k]
    if token.low not in SAYING or (token.cap and k > 0 and tokens[k - 1].text not in (QUOTE, TERM)):
        return False
    if token.cap and not token.low.endswith("ing") and token.low not in ("said", "added"):
        return False
    if token.low in SAYING_WITH:
        after = " ".join(t.text.lower() for t in tokens[k + 1 : k + 6]) + " "
        if not any(after.startswith(words + " ") for words in SAYING_WITH[token.low]):
            quoted = (
                k + 1 < len(tokens)
                and tokens[k + 1].text in (QUOTE, ":", ",")
                and k + 2 <= len(tokens)
            )
            near = any(t.text == QUOTE for t in tokens[max(0, k - 4) : k + 4])
            closed = any(t.text == QUOTE for t in tokens[max(0, k - 4) : k])
            ends = k + 1 >= len(tokens) or tokens[k + 1].text == "." or tokens[k - 1].text == QUOTE
            if not (near and quoted) and not (closed and ends):
                return False
    before = tokens[k - 1].low if k else ""
    if before in word_set(
        """
a an the to of his her its their our my for by be in on with this these no any some more from
without not- your
"""
    ):
        return before == "by" and token.low.endswith("ing")
    return not (k and tokens[k - 1].possessive and tokens[k - 1].text not in (QUOTE, TERM))


def _in_relative_clause(tokens: list[Token], sources: list[Source], body: Source) -> bool:
    """Whether a body stands in what is told of a person: X, who leads the team, said."""
    return any(
        one.kind in ("person", "bare")
        and one.end <= body.start
        and any(t.low in ("who", "whose") for t in tokens[one.end : body.start])
        and not any(t.text in (".", ";", QUOTE) for t in tokens[one.end : body.start])
        for one in sources
    )


def _head_of_clause(tokens: list[Token], sources: list[Source], source: Source) -> Source | None:
    """Whom a clause without commas tells of, where ``source`` is the last of its words."""
    for at in range(source.start - 1, max(0, source.start - 12), -1):
        if not tokens[at].word:
            return None
        if tokens[at].low == "who":
            return next((one for one in sources if one.end == at), None)
    return None


class Speech:
    """The statements of a body of text."""

    def __init__(self, body: Body, reader: Reader, text: str) -> None:
        self.text = text
        self.body = body
        self.reader = reader
        self.quotations: list[Said] = []
        self.reports: list[Report] = []
        self._recent: list[int] = []  # persons, the latest last
        self._last_said: Said | None = None
        self._last_paragraph = -1
        self._number = 0
        self._subject: int | None = None
        self._paragraph_source: tuple[bool, int | None] = (False, None)
        self._told_of: int | None = None  # whom a paragraph before without a quotation is about
        begins = 0
        for n, sentence in enumerate(body.sentences):
            if sentence.paragraph != self._last_paragraph:
                quoted = self._last_said is not None and self._last_said.passages[-1] >= begins
                self._told_of = None if quoted else self._paragraph_source[1]
                self._paragraph_source = (False, None)
                begins = sentence.start
            self._number = n
            self._read(n, sentence)
            self._last_paragraph = sentence.paragraph

    # Sources

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
        if source.kind == "pronoun":
            gender = "m" if "he" in source.words else "f"
            for n in reversed(self._recent):
                if people[n].gender in ("", gender):
                    people[n].gender = people[n].gender or gender
                    return n, ""
            return None, ""
        if source.kind == "role":
            person = self._by_role(source.words)
            if (
                person is None
                and self._recent
                and tokens[source.start].low == "the"
                and not is_unnamed(source.words)
            ):
                known = (
                    set().union(*(one.heads | one.title_words for one in people))
                    if people
                    else set()
                )
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

    def _by_role(self, words: set[str]) -> int | None:
        people = self.reader.people
        for acronym in words:
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
            missing = len(other - own)
            if missing and other & own == set() and len(other) > 0 and exact < 1:
                continue
            age = (
                len(self._recent)
                - 1
                - max((k for k, m in enumerate(self._recent) if m == n), default=-50)
            )
            ranked = len(heads & person.heads & EITHER)  # the General is no Director General
            scored.append((exact * 2 - missing * 0.5 + len(other & own) * 0.5 + ranked, -age, n))
        return max(scored)[2] if scored else None

    # Cues

    def _cues(self, n: int, sentence: Sentence) -> list[Cue]:
        tokens = sentence.tokens
        sources = self._sources(n, tokens)
        found: list[Cue] = []
        for k in range(len(tokens)):
            low = tokens[k].low
            if opinion := self._opinion(tokens, k):
                found.append(opinion)
                continue
            if low == "according" and k + 2 < len(tokens) and tokens[k + 1].low == "to":
                source = next(
                    (
                        s
                        for s in sources
                        if s.start in (k + 2, k + 3)
                        and s.start - k - 2 <= (tokens[k + 2].low == "the")
                    ),
                    None,
                )
                if source and source.kind != "body":
                    person, doubt = self._person(source, tokens, quoted=False)
                    found.append(
                        Cue(
                            k,
                            source,
                            person,
                            source.end,
                            trailing=k > 0,
                            according=True,
                            doubt=doubt,
                        )
                    )
                else:
                    found.append(Cue(k, source, None, k + 2, trailing=k > 0, according=True))
                continue
            if low in ("is", "was") and (
                [t.low for t in tokens[k + 1 : k + 4]] in _OF_THE_VIEW
                or (
                    k + 2 < len(tokens)
                    and tokens[k + 1].low in _CONVINCED
                    and tokens[k + 2].low in ("that", "to", "of", "about", "with", "by")
                )
            ):
                if cue := self._left(tokens, k, sources, found):
                    cue.end = k + 4
                    found.append(cue)
                continue
            if low not in SAYING or not _is_verb(tokens, k):
                continue
            cue = None
            if low in _INVERTED and k and tokens[k - 1].text == ",":
                cue = self._right(tokens, k, sources)  # The fund is open, said X
                cue = cue if cue and cue.source and cue.source.kind != "body" else None
            cue = cue or self._left(tokens, k, sources, found) or self._right(tokens, k, sources)
            if cue:
                found.append(cue)
        first = next((s for s in sources if s.kind == "person"), None)
        opens = not found and tokens[0].low == "for" and first is not None and first.start < 3
        if opens and first and "," in (tokens[first.end - 1].text, tokens[first.end].text):
            person, doubt = self._resolve(first, tokens)  # For X, head of Y, it is …
            found.append(Cue(0, first, person, first.end, according=True, doubt=doubt))
        return found

    def _opinion(self, tokens: list[Token], k: int) -> Cue | None:
        """Read “in her view” and “according to him”, which say whose words the sentence has."""
        low = [t.low for t in tokens[k : k + 3]]
        own = low[:1] == ["in"] and low[2:] and low[2] in ("view", "opinion", "words", "judgment")
        if not (own or low[:2] == ["according", "to"]) or len(low) < 3:
            return None
        pronoun = low[1] if own else low[2]
        if pronoun not in ("his", "her", "him"):
            return None
        at = k + (1 if own else 2)
        source = Source(at, at + 1, "pronoun", words={"she" if pronoun == "her" else "he"})
        person, doubt = self._resolve(source, tokens)
        return Cue(k, source, person, k + 3, trailing=k > 0, according=True, doubt=doubt)

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
            tokens[at - 1].low in _INVERTED
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
        if describes_body(tokens, b):
            return False
        name = self.text[tokens[a].start : tokens[b - 1].end]
        start = self.body.sentences[0].start
        used = re.search(
            rf"\b(?:at|by|for|of|with|from|about) (?:the )?{re.escape(name)}",
            self.text,
            re.IGNORECASE,
        )
        in_head = name.lower() in self.text[:start].lower()
        return not used and (quoted or not in_head) and b - a <= 4

    def _left(
        self, tokens: list[Token], k: int, sources: list[Source], earlier: list[Cue]
    ) -> Cue | None:
        p = k
        while p > 0 and (
            tokens[p - 1].low in ADVERBS
            or (tokens[p - 1].low.endswith("ly") and not tokens[p - 1].cap and tokens[p - 1].word)
        ):
            p -= 1
        auxiliaries = [t.low for t in tokens[p:k]]
        verb = tokens[k].low
        if any(a in _BE for a in auxiliaries) and not verb.endswith("ing"):
            return None
        if (
            verb == "saying"
            and p >= 2
            and tokens[p - 1].low == "as"
            and tokens[p - 2].low == "quoted"
        ):
            p -= 2
            while p > 0 and tokens[p - 1].low in ADVERBS:
                p -= 1
        quoted = any(t.text == QUOTE for t in tokens)
        participle = verb.endswith("ing") and not any(a in _BE for a in auxiliaries)
        if participle:
            if (
                not earlier
                and k > 0
                and tokens[k - 1].text != ","
                and tokens[k - 1].low not in ("and", "while", "by")
            ):
                return None
            if k == 0 or (not earlier and all(s.start > k for s in sources)):
                return None
            last = next((c for c in reversed(earlier) if c.source), None)
            if last:
                return Cue(k, last.source, last.person, k + 1, doubt=last.doubt)
            subject = self._subject_of(tokens, sources, k)
            if subject is None:
                return None
            person, doubt = self._person(subject, tokens, quoted=quoted)
            return Cue(k, subject, person, k + 1, doubt=doubt)
        if p > 1 and tokens[p - 1].low == "and" and tokens[p - 2].text == "," and earlier:
            last = earlier[-1]
            if last.source is not None and last.person is not None and not last.trailing:
                return Cue(k, last.source, last.person, k + 1, doubt=last.doubt)
        conjoined = (p > 0 and tokens[p - 1].low in ("and", "but", "then", "or")) or (
            p > 0 and tokens[p - 1].text == ","
        )
        for source in reversed([s for s in sources if s.end <= p]):
            gap = tokens[source.end : p]
            if all(t.text == "," or t.low in ADVERBS for t in gap):
                gap = []  # X, however, cautioned
            if len(gap) > 40:
                break
            before = tokens[source.start - 1] if source.start else None
            blocked = before is not None and before.low in _PREPOSITIONS | {"as"}
            if (
                gap
                and verb.endswith("s")
                and verb not in _PLAIN_PRESENT
                and gap[-1].text not in (",", ")")
            ):
                break
            if gap and source.kind == "role" and tokens[source.start].low in ("a", "an"):
                continue
            if not gap and (head := _head_of_clause(tokens, sources, source)):
                # a senior official who accompanies the envoy added
                person, doubt = self._person(head, tokens, quoted=quoted)
                return Cue(k, head, person, k + 1, doubt=doubt)
            if not gap:
                if blocked:
                    # a spokesman for Khan said
                    head = self._head_before(sources, source, tokens)
                    if head is None:
                        return Cue(k, source, None, k + 1)
                    if head.kind == "body":
                        return Cue(k, head, None, k + 1)
                    person, doubt = self._person(head, tokens, quoted=quoted)
                    return Cue(k, head, person, k + 1, doubt=doubt)
                if source.kind == "body":
                    return Cue(k, source, None, k + 1)
                person, doubt = self._person(source, tokens, quoted=quoted)
                return Cue(k, source, person, k + 1, doubt=doubt)
            if blocked:
                continue
            first = gap[0].low if gap[0].word else gap[0].text
            subject_place = (
                before is None
                or before.low in _SUBJECT_AFTER
                or before.text in _SUBJECT_AFTER
                or before.low in ADVERBS
                or before.low in FUNCTION_WORDS
            )
            ending_comma = tokens[source.end - 1].text == ","
            if not subject_place and not (source.mention and source.start == 0):
                continue
            if any(t.text in (";",) for t in gap):
                break
            if source.kind == "body" and not conjoined and first not in (",", "("):
                continue
            if source.kind == "body" and _in_relative_clause(tokens, sources, source):
                continue
            if first in _OPENERS or ending_comma or conjoined:
                if source.kind == "body":
                    # a thing within an opening phrase is nobody's source
                    if not (
                        source.start == 0 or (before is not None and before.low in ("the", "a"))
                    ):
                        continue
                    return Cue(k, source, None, k + 1)
                person, doubt = self._person(source, tokens, quoted=quoted)
                return Cue(k, source, person, k + 1, doubt=doubt)
        if conjoined and earlier and earlier[-1].source is not None:
            last = earlier[-1]
            return Cue(k, last.source, last.person, k + 1, doubt=last.doubt)
        return None

    def _head_before(
        self, sources: list[Source], source: Source, tokens: list[Token]
    ) -> Source | None:
        """The noun phrase that a source belongs to: the minister for X, a spokesman for Y."""
        for other in reversed([s for s in sources if s.end <= source.start]):
            between = tokens[other.end : source.start]
            if len(between) <= 4 and all(
                t.low in _PREPOSITIONS | {"the", "a"} or t.cap for t in between
            ):
                if tokens[other.start - 1].low in _PREPOSITIONS if other.start else False:
                    continue
                return other
            break
        return None

    def _subject_of(self, tokens: list[Token], sources: list[Source], before: int) -> Source | None:
        for source in sources:
            if source.end > before:
                return None
            prev = tokens[source.start - 1] if source.start else None
            if prev is not None and (
                prev.low in _PREPOSITIONS
                or (prev.low in ("in", "at", "on", "the") and source.kind == "body")
            ):
                continue
            if (
                prev is None
                or prev.low in _SUBJECT_AFTER
                or prev.text in _SUBJECT_AFTER
                or prev.low in FUNCTION_WORDS
            ):
                return source
        return None

    def _right(self, tokens: list[Token], k: int, sources: list[Source]) -> Cue | None:
        before = tokens[k - 1].text if k else ""
        if k and before not in (QUOTE, ",", "—", "–", ".") and tokens[k - 1].low != "as":
            return None
        if tokens[k].low.endswith("ing"):
            return None
        for source in sources:
            if source.start == k + 1 or (
                source.start == k + 2 and tokens[k + 1].low in ("the", "a", "an")
            ):
                if source.kind == "body":
                    return Cue(k, source, None, source.end, trailing=True)
                person, doubt = self._person(source, tokens, quoted=True)
                return Cue(k, source, person, source.end, trailing=True, doubt=doubt)
        return None

    # Sentences

    def _read(self, n: int, sentence: Sentence) -> None:
        tokens = sentence.tokens
        if len(tokens) > LONGEST:
            for q in sentence.quotes:
                self._add_quotation(
                    Said([tokens[q].start], None, doubt="This sentence is too long to read.")
                )
            return
        sources = self.reader.mentions[n]
        # The person that a sentence begins with is what “he” means in it.
        opening = next((m for m in sources if m.person is not None), None)
        cues = self._cues_with_recency(n, sentence, opening)
        attributed: set[int] = set()
        for q in sentence.quotes:
            self._attribute(sentence, q, cues, attributed)
        self._report(sentence, cues, attributed)
        persons = [c.person for c in cues if c.person is not None]
        if persons:
            self._paragraph_source = (True, persons[-1])
        elif cues and any(c.source for c in cues):
            self._paragraph_source = (True, None)
        elif not sentence.quotes:
            subject = self._subject_of(tokens, self._sources(n, tokens), len(tokens))
            if subject is not None and subject.kind in ("person", "pronoun", "role"):
                person, _ = self._resolve(subject, tokens)
                if person is not None:
                    self._paragraph_source = (True, person)
                    self._remember(person)
            elif (
                opening is not None
                and opening.person is not None
                and opening.strong
                and (tokens[opening.start - 1].low not in _PREPOSITIONS if opening.start else True)
            ):
                self._paragraph_source = (True, opening.person)
                self._remember(opening.person)

    def _cues_with_recency(self, n: int, sentence: Sentence, opening: Mention | None) -> list[Cue]:
        tokens = sentence.tokens
        if opening is not None and opening.person is not None:
            before = tokens[opening.start - 1].low if opening.start else ""
            if before not in _PREPOSITIONS and (
                opening.start == 0
                or before in _SUBJECT_AFTER
                or tokens[opening.start - 1].text in _SUBJECT_AFTER
            ):
                he = next((k for k, t in enumerate(tokens) if t.low in ("he", "she")), -1)
                if he > opening.end:
                    self._remember(opening.person)
        cues = self._cues(n, sentence)
        kept: list[Cue] = []
        for cue in cues:
            if cue.person is not None:
                self._remember(cue.person)
            kept.append(cue)
        if cues and cues[0].person is not None:
            self._remember(cues[0].person)
        return kept

    def _remember(self, person: int) -> None:
        if person in self._recent:
            self._recent.remove(person)
        self._recent.append(person)

    def _attribute(self, sentence: Sentence, q: int, cues: list[Cue], attributed: set[int]) -> None:
        tokens = sentence.tokens
        start = tokens[q].start
        after = q + 1
        while after < len(tokens) and tokens[after].text in (",", ".", "—", "–", "-", "―"):
            after += 1
        chosen: Cue | None = None
        for cue in cues:
            first = min(cue.at, cue.source.start if cue.source else cue.at)
            if cue.at > q and first >= q and first <= after + (1 if first == cue.at else 0):
                # “…,” he said: “…” may belong to the next one; a comma inside says to this one
                chosen = cue
                break
        if chosen is None:
            before = [c for c in cues if c.at < q]
            chosen = before[-1] if before else None
            later = [
                c for c in cues if c.at > q and c.source and c.source.start > q and c.at - q < 12
            ]
            if chosen is None and later and not later[0].according:
                chosen = None
        said = Said([start], None)
        if (
            chosen is not None
            and chosen.person is None
            and chosen.source
            and chosen.source.kind == "body"
        ):
            noun = tokens[chosen.source.end - 1].low
            if noun in _WRITINGS or tokens[chosen.at].low in ("reads", "read", "reading"):
                return
        earlier = self._last_in(sentence, q)
        if chosen is not None:
            said.person = chosen.person
            said.cue = (tokens[chosen.at].start, tokens[chosen.at].end)
            said.doubt = chosen.doubt
            if chosen.source:
                said.named = _range(tokens, chosen.source)
            attributed.add(chosen.at)
            between_only = earlier is not None and earlier.cue == said.cue
            if (
                between_only
                and earlier is not None
                and self._only_attribution(tokens, sentence, q, chosen)
            ):
                earlier.passages.append(start)
                return
            self._add_quotation(said)
            return
        if self._by_sign(sentence, q, said):
            self._add_quotation(said)
            return
        alone = all(not t.word or t.low in ("and", "but") for t in tokens[:q]) and q <= 2
        rest = [t for t in tokens[q + 1 :] if t.word]
        if (alone and not rest) or (alone and len(sentence.quotes) > 1):
            previous = self._last_said
            if self._paragraph_source[0] and sentence.paragraph == self._last_paragraph:
                said.person = self._paragraph_source[1]
                said.reason = "The speaker of the sentence before."
                if (
                    previous is not None
                    and previous.person == said.person
                    and previous.settled
                    and self._follows(previous, sentence)
                ):
                    previous.passages.append(start)
                    return
            elif self._told_of is not None and self._told_of != (previous and previous.person):
                said.person = self._told_of
                said.doubt = "No attribution stands with it; the paragraph before tells of them."
            elif previous is not None:
                said.person = previous.person
                said.reason = "Without attribution: the speaker before."
                said.doubt = (
                    "No attribution stands with it."
                    if sentence.paragraph != self._last_paragraph
                    else ""
                )
            elif self._recent:
                said.person = self._recent[-1]
                said.doubt = "No attribution stands with it."
            self._add_quotation(said)
            return
        # Within a sentence without a verb of saying: its subject, if that is a person.
        n = self._number
        sources = self._sources(n, tokens)
        subject = self._subject_of(tokens, sources, q)
        if tokens[0].low == "for" and sources and sources[0].start <= 2:
            subject = sources[0]
        if subject is not None and subject.kind in ("person", "pronoun", "role"):
            said.person, _ = self._resolve(subject, tokens)
            said.named = _range(tokens, subject)
            said.doubt = "No verb of saying stands with it."
            if said.person is not None:
                self._remember(said.person)
        elif (
            subject is None
            and self._paragraph_source[0]
            and sentence.paragraph == self._last_paragraph
        ):
            said.person = self._paragraph_source[1]
            said.doubt = "No verb of saying stands with it."
        elif subject is None and self._last_said is not None:
            said.person = self._last_said.person
            said.doubt = "No attribution stands with it."
        passage = self.body.quotations[start]
        if (
            said.person is None
            and q > 0
            and tokens[q - 1].text not in (",", ":", "：", "，")
            and passage.words[-1:] not in ",.!?。！？۔؟"
        ):
            return  # a term within a sentence that nobody says
        self._add_quotation(said)

    def _add_quotation(self, said: Said) -> None:
        self.quotations.append(said)
        self._last_said = said
        if said.person is not None:
            self._remember(said.person)
        self._paragraph_source = (True, said.person)

    def _last_in(self, sentence: Sentence, q: int) -> Said | None:
        """The quotation before the token ``q`` in the same sentence."""
        last = self._last_said
        if last is not None and sentence.start <= last.passages[-1] < sentence.tokens[q].start:
            return last
        return None

    def _only_attribution(self, tokens: list[Token], sentence: Sentence, q: int, cue: Cue) -> bool:
        """Whether between this quotation and the one before stands only who said them."""
        before = max((k for k in sentence.quotes if k < q), default=None)
        if before is None or not before < cue.at < q:
            return False
        named = cue.source
        between = [
            t
            for k, t in enumerate(tokens[before + 1 : q], before + 1)
            if t.word and k != cue.at and not (named and named.start <= k < named.end)
        ]
        return len(between) <= 9 and not any(
            t.low in ("that", "while", "and") or t.low in SAYING for t in between
        )

    def _follows(self, previous: Said, sentence: Sentence) -> bool:
        """Whether between the quotation before and this sentence stands only who said it."""
        if previous.cue is None:
            return False
        n = self._number
        if n == 0 or self.body.sentences[n - 1].paragraph != sentence.paragraph:
            return False
        before = self.body.sentences[n - 1]
        if not before.quotes or before.tokens[before.quotes[-1]].start != previous.passages[-1]:
            return False
        last = before.quotes[-1]
        tail = before.tokens[last + 1 :]
        words = [t for t in tail if t.word]
        if not words or before.tokens[last].end > previous.cue[0]:
            return False
        low = [t.low for t in words]
        return not ({"that", "adding", "while", "noting", "saying"} & set(low)) and len(low) < 40

    def _by_sign(self, sentence: Sentence, q: int, said: Said) -> bool:
        """Attribute by a colon before or a dash after: Khan: “…” · “…” — Khan, chairman."""
        tokens = sentence.tokens
        n = self._number
        mentions = self.reader.mentions[n]
        if q >= 2 and tokens[q - 1].text == ":":
            for mention in reversed([m for m in mentions if m.end <= q]):
                stands = tokens[mention.end].text == ":" or mention.end == q or mention.start == 0
                if stands and self._name_speaker(said, tokens, mention):
                    return True
        if q + 2 < len(tokens) and tokens[q + 1].text in ("—", "–", "-", "―", "("):
            for mention in mentions:
                stands = mention.start in (q + 2, q + 3)
                if stands and self._name_speaker(said, tokens, mention):
                    return True
        return False

    def _name_speaker(self, said: Said, tokens: list[Token], mention: Mention) -> bool:
        """Give ``said`` to who is mentioned, as a new person if the name has two words."""
        first, last = mention.name
        person = mention.person
        if person is None and sum(token.word for token in tokens[first:last]) > 1:
            person = self.reader.add(tokens, mention)
        if person is None:
            return False
        said.person = person
        said.named = tokens[first].start, tokens[last - 1].end
        return True

    def _report(self, sentence: Sentence, cues: list[Cue], attributed: set[int]) -> None:
        tokens = sentence.tokens
        seen: set[int] = set()
        for n, cue in enumerate(cues):
            if cue.person is None or cue.person in seen:
                continue
            if (
                n
                and cue.source
                and cues[0].source is not cue.source
                and not self._new_clause(tokens, cue)
            ):
                continue
            if sentence.quotes and not self._has_content(sentence, cue, cues, cue.at in attributed):
                continue
            if not sentence.quotes and not self._says_more(tokens, cue):
                continue
            seen.add(cue.person)
            text = self._said_text(sentence, cue)
            self.reports.append(
                Report(
                    cue.person,
                    (sentence.start, sentence.end),
                    text,
                    (tokens[cue.at].start, tokens[cue.at].end),
                    _range(tokens, cue.source) if cue.source else None,
                    cue.doubt,
                )
            )

    def _new_clause(self, tokens: list[Token], cue: Cue) -> bool:
        source = cue.source
        if source is None or source.start == 0 or source.start > cue.at:
            return True
        before = tokens[source.start - 1]
        return before.low in ("while", "and", "but", "whereas") or before.text in (",", ";")

    def _says_more(self, tokens: list[Token], cue: Cue) -> bool:
        """Whether words of what was said stand with the verb, not the verb alone."""
        named = range(cue.source.start, cue.source.end) if cue.source else range(0)
        return sum(t.word and k != cue.at and k not in named for k, t in enumerate(tokens)) >= 1

    def _has_content(self, sentence: Sentence, cue: Cue, cues: list[Cue], attributed: bool) -> bool:
        """Whether a sentence with a quotation also reports in its own words by this verb."""
        tokens = sentence.tokens
        quotes = sentence.quotes
        later = [q for q in quotes if q > cue.at]
        earlier = [q for q in quotes if q < cue.at]
        if attributed and earlier and not later:
            return False
        begin = max(cue.end, cue.at + 1)
        stop = later[0] if later else len(tokens)
        words = [t for t in tokens[begin:stop] if t.word]
        if attributed and later:
            words_quoted = self.body.quotations[tokens[later[0]].start].words.lstrip()
            if words_quoted[:1].islower():
                return len(words) >= 3  # she said that it was over, “for good”
            if tokens[later[0] - 1].text in (":", ",") or earlier:
                return len(words) >= 8 and "that" in {t.low for t in words}
            rest = [t for t in tokens[later[-1] + 1 :] if t.word]
            return len(words) + len(rest) >= 3
        return len(words) >= 3

    def _said_text(self, sentence: Sentence, cue: Cue) -> Range:
        tokens = sentence.tokens
        last = len(tokens)
        while (
            last > 1
            and not tokens[last - 1].word
            and tokens[last - 1].text not in (")", TERM, QUOTE)
        ):
            last -= 1
        for k in range(max(cue.at + 1, last - 10), last - 3):
            if (
                tokens[k].text == ","
                and tokens[k + 1].low in ("says", "said", "according")
                and any(
                    t.low in ("release", "statement", "report", "communique", "handout")
                    for t in tokens[k + 2 : last]
                )
            ):
                last = k
                break
        begin = max(cue.end, cue.at + 1)
        if cue.trailing or (cue.at >= last - 3 and cue.source and cue.source.start > 2):
            first = min(cue.at, cue.source.start if cue.source else cue.at)
            if not (cue.according and first == 0) and first > 1:
                end = first
                while (
                    end > 1
                    and not tokens[end - 1].word
                    and tokens[end - 1].text not in (TERM, QUOTE, ")")
                ):
                    end -= 1
                return tokens[0].start, tokens[end - 1].end
        while begin < last - 1 and (
            tokens[begin].text in (",", ":") or tokens[begin].low == "that"
        ):
            begin += 1
        if begin >= last:
            return sentence.start, sentence.end
        return tokens[begin].start, tokens[last - 1].end


def _range(tokens: list[Token], source: Source) -> Range:
    if source.mention is not None:
        return tokens[source.mention.name[0]].start, tokens[source.mention.name[1] - 1].end
    return tokens[source.start].start, tokens[source.end - 1].end
