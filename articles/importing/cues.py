"""Verbs of saying in a sentence, each with its source: before it, after it, or round an aside."""

from __future__ import annotations

from dataclasses import dataclass

from articles.importing.sentences import QUOTE, TERM, Sentence, Token
from articles.importing.sources import BLOCKING, INVERTED, Source, Sources
from articles.importing.words import (
    ADVERBS,
    FUNCTION_WORDS,
    PARTICLES,
    SAYING,
    SAYING_WITH,
    word_set,
)

_NOUNS_OF_SAYING = word_set(
    "advice answer verdict comment reply response message conclusion summary assessment reaction"
)


#: Forms of “to be”.
BE = frozenset(["is", "are", "was", "were", "be", "been", "being"])


#: Words that open an aside after a person: in charge of …; who was not there.
_ASIDES = word_set(
    "in on at with from who whose himself herself which both then now also formerly previously "
    "originally"
)


_OPENERS = word_set(
    """
in on here today yesterday earlier later while during at speaking addressing who also whose , ( —
– responding talking when after before as chairing
"""
)


#: After these a clause begins, with its subject.
SUBJECT_AFTER = word_set(
    """
, and but that while when as because where whereas if : ; — – • * although since after before then
or
"""
) | {QUOTE, TERM}


_PLAIN_PRESENT = word_set(
    """
says adds tells believes thinks explains insists argues stresses recalls emphasizes emphasises
advises warns reports
"""
)


#: Verbs that stand before a name, after a comma, as “said” does before any source.
_BEFORE_NAMES = word_set(
    """
warned stressed recalled admitted insisted argued emphasised emphasized concluded remarked observed
stated commented claimed cautioned predicted
"""
)


_CONVINCED = word_set(
    """
convinced confident proud sure pleased delighted grateful satisfied certain optimistic hopeful
glad happy concerned worried sorry thankful aware impressed
"""
)


_OF_THE_VIEW = (["of", "the", "view"], ["of", "the", "opinion"], ["of", "the", "belief"])


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
            closed = any(t.text == QUOTE for t in tokens[max(0, k - 12) : k])
            ends = k + 1 >= len(tokens) or tokens[k + 1].text == "." or tokens[k - 1].text == QUOTE
            comma = k > 1 and tokens[k - 1].text == "," and tokens[k - 2].text == QUOTE
            inverted = (comma or (k > 0 and tokens[k - 1].text == QUOTE)) and k + 1 < len(tokens)
            follows = inverted and (tokens[k + 1].cap or tokens[k + 1].low in ("the", "a", "an"))
            short = any(t.text == QUOTE for t in tokens[max(0, k - 4) : k])
            plain = token.low not in ("comments", "remarks", "observes", "responds")
            closed = closed and (short or not plain)
            if not (near and quoted) and not (closed and ends) and not follows:
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


def _opens_clause(token: Token) -> bool:
    """Whether a subject may follow this word or sign."""
    return token.text in SUBJECT_AFTER or token.low in SUBJECT_AFTER | {"that", "which"}


def _ends_opening(tokens: list[Token], end: int) -> bool:
    """Whether a comma ends “For X of the medical company, …” soon after the name at ``end``."""
    if "," in (tokens[end - 1].text, tokens[end].text):
        return True
    near = [t.text for t in tokens[end : end + 8]]
    return tokens[end].low in ("of", "from", "at") and "," in near


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


def _of_thing(tokens: list[Token], sources: list[Source], thing: Source) -> Source | None:
    """Who is of a thing with a name that stands before a verb: X of the rescue ship Y said."""
    if thing.kind not in ("body", "bare") or not tokens[thing.start].cap:
        return None
    for one in reversed([s for s in sources if s.end <= thing.start]):
        between = tokens[one.end : thing.start]
        small = all(t.word and not t.cap and t.low not in SAYING for t in between)
        led = (
            len(between) < 6 and between != [] and between[0].low in ("of", "from", "at", "aboard")
        )
        return one if one.kind == "person" and small and led else None
    return None


class Cues(Sources):
    """The verbs of saying of each sentence."""

    def _cues(self, n: int, sentence: Sentence) -> list[Cue]:
        tokens = sentence.tokens
        sources = self._sources(n, tokens)
        found: list[Cue] = []
        for k in range(len(tokens)):
            low = tokens[k].low
            if noun := self._noun_of_saying(tokens, k, sources):
                found.append(noun)
                continue
            if opinion := self._opinion(tokens, k):
                found.append(opinion)
                continue
            words_of = low == "words" and [t.low for t in tokens[max(k - 2, 0) : k]] == [
                "in",
                "the",
            ]
            to = k + 1 < len(tokens) and tokens[k + 1].low in ("to", "of")
            if (low == "according" or words_of) and to and k + 2 < len(tokens):
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
                    and (
                        tokens[k + 2].low in ("that", "to", "of", "about", "with", "by")
                        or (tokens[0].text == QUOTE and k + 3 == len(tokens))
                    )
                )
            ):
                if cue := self._left(tokens, k, sources, found):
                    cue.end = k + 4
                    found.append(cue)
                continue
            if low not in SAYING or not _is_verb(tokens, k):
                continue
            cue = None
            if low in INVERTED | _PLAIN_PRESENT | _BEFORE_NAMES and k and tokens[k - 1].text == ",":
                cue = self._right(tokens, k, sources)  # The fund is open, said X
                cue = cue if cue and self._may_follow(tokens, k, cue.source) else None
            cue = cue or self._left(tokens, k, sources, found) or self._right(tokens, k, sources)
            if cue:
                found.append(cue)
        first = next((s for s in sources if s.kind == "person"), None)
        opens = not found and tokens[0].low == "for" and first is not None and first.start < 3
        if opens and first and _ends_opening(tokens, first.end):
            person, doubt = self._resolve(first, tokens)  # For X, head of Y, it is …
            found.append(Cue(0, first, person, first.end, according=True, doubt=doubt))
        return found

    def _may_follow(self, tokens: list[Token], k: int, source: Source | None) -> bool:
        """Whether a source may stand after its verb: said X; not “X, said his accountant had”."""
        if source is None or source.kind == "body":
            return False
        if tokens[k].low not in INVERTED and source.kind != "person":
            return False
        return source.kind != "role" or tokens[source.start].low not in ("his", "her", "its")

    def _noun_of_saying(self, tokens: list[Token], k: int, sources: list[Source]) -> Cue | None:
        """Read “…” was the advice of X; “…” is X’s verdict: ``k`` is the verb."""
        if tokens[k].low not in ("is", "was") or not any(
            t.text == QUOTE for t in tokens[max(0, k - 2) : k]
        ):
            return None
        of = k + 1 + (tokens[k + 1 : k + 2] != [] and tokens[k + 1].low == "the")
        noun = of < len(tokens) and tokens[of].low in _NOUNS_OF_SAYING
        how = of == k + 1 and of < len(tokens) and tokens[of].low == "how"
        begin = (
            of + 1
            if how
            else of + 2
            if noun and [t.low for t in tokens[of + 1 : of + 2]] == ["of"]
            else k + 1
        )
        source = next((s for s in sources if s.start in (begin, begin + 1)), None)
        if source is None or source.kind == "body" or source.end > len(tokens):
            return None
        after = tokens[source.end : source.end + 1]
        if how and not (after and after[0].low in SAYING | {"summed", "sums"}):
            return None
        if begin == k + 1 and not (after and after[0].low in _NOUNS_OF_SAYING):
            return None
        person, doubt = self._person(source, tokens, quoted=True)
        return Cue(k, source, person, source.end, trailing=True, doubt=doubt)

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
        if any(a in BE for a in auxiliaries) and not verb.endswith("ing"):
            return None
        as_saying = verb == "saying" and k > 1 and tokens[k - 1].low == "as"
        if as_saying:  # The ministry quoted X as saying; X was quoted as saying
            told = next((s for s in sources if s.kind == "person" and s.end == k - 1), None)
            if told is not None:
                person, doubt = self._person(told, tokens, quoted=True)
                return Cue(k, told, person, k + 1, doubt=doubt)
            p = k - 2 if tokens[k - 2].low == "quoted" else p
            while p > 0 and tokens[p - 1].low in ADVERBS:
                p -= 1
        quoted = any(t.text == QUOTE for t in tokens)
        participle = verb.endswith("ing") and not any(a in BE for a in auxiliaries)
        participle = participle and not as_saying
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
        if p and tokens[p - 1].low == "who" and not verb.endswith("ing"):
            told = next((s for s in sources if s.mention and s.end in (p - 1, p - 2)), None)
            if told is not None and tokens[told.end - 1 : p - 1][-1:] and p - 2 >= told.end - 1:
                person, doubt = self._person(told, tokens, quoted=quoted)
                if person is not None:
                    return Cue(k, told, person, k + 1, doubt=doubt)
        if (about := self._before_aside(tokens, p, sources)) is not None:
            person, doubt = self._resolve(about, tokens)
            return Cue(k, about, person, k + 1, doubt=doubt)
        for source in reversed([s for s in sources if s.end <= p]):
            gap = tokens[source.end : p]
            if all(t.text == "," or t.low in ADVERBS for t in gap):
                gap = []  # X, however, cautioned
            if len(gap) > 40:
                break
            aside = source.kind == "body" and p > 0 and tokens[p - 1].text == ","
            if aside and source.start and tokens[source.start - 1].low in ("in", "on", "at"):
                continue  # X, in a post on Y, wrote
            before = tokens[source.start - 1] if source.start else None
            if before is not None and before.low == "the" and source.kind == "body" and not gap:
                before = tokens[source.start - 2] if source.start > 1 else None
            opens = source.start == 1 and tokens[0].low == "as"  # As X puts it: “…”
            blocked = before is not None and before.low in BLOCKING | {"as"} and not opens
            if (
                gap
                and verb.endswith("s")
                and verb not in _PLAIN_PRESENT
                and gap[-1].text not in (",", ")")
            ):
                break
            if gap and source.kind == "role" and tokens[source.start].low in ("a", "an"):
                continue
            if not gap and (
                head := _head_of_clause(tokens, sources, source)
                or _of_thing(tokens, sources, source)
            ):
                # a senior official who accompanies the envoy added
                person, doubt = self._person(head, tokens, quoted=quoted)
                return Cue(k, head, person, k + 1, doubt=doubt)
            if not gap:
                if blocked:
                    # a spokesman for Khan said
                    head = self._head_before(sources, source, tokens)
                    if head is None:
                        return Cue(k, source, None, k + 1)
                    person, doubt = self._person(head, tokens, quoted=quoted)
                    return Cue(k, head, person, k + 1, doubt=doubt)
                if source.kind == "body":
                    return Cue(k, source, None, k + 1)
                person, doubt = self._person(source, tokens, quoted=quoted)
                return Cue(k, source, person, k + 1, doubt=doubt)
            if blocked or (before is not None and before.low in ("whom", "which")):
                continue
            first = gap[0].low if gap[0].word else gap[0].text
            subject_place = (
                before is None
                or before.low in SUBJECT_AFTER
                or before.text in SUBJECT_AFTER
                or before.low in ADVERBS
                or before.low in FUNCTION_WORDS
            )
            ending_comma = tokens[source.end - 1].text == ","
            if not subject_place and not (source.mention and source.start == 0):
                continue
            if source.kind == "body" and not conjoined and first not in (",", "("):
                continue
            if source.kind == "body" and _in_relative_clause(tokens, sources, source):
                continue
            if first in _OPENERS or ending_comma or conjoined:
                if source.kind == "body":
                    # a thing within an opening phrase is nobody's source
                    led = before is not None and before.low in ("the", "a")
                    if not (source.start == 0 or led):
                        continue
                    lead = tokens[source.start - 2] if led and source.start > 1 else None
                    if lead is not None and conjoined and not _opens_clause(lead):
                        continue  # X laid the foundation stone and said
                    return Cue(k, source, None, k + 1)
                person, doubt = self._person(source, tokens, quoted=quoted)
                return Cue(k, source, person, k + 1, doubt=doubt)
        if conjoined and earlier and earlier[-1].source is not None:
            last = earlier[-1]
            return Cue(k, last.source, last.person, k + 1, doubt=last.doubt)
        return None

    def _before_aside(self, tokens: list[Token], p: int, sources: list[Source]) -> Source | None:
        """The person whom the clause is about, before an aside between commas that ends at ``p``:
        X, in charge of the nesting site, told; X, of the Institute Y, who was not there, warns."""
        if p < 3 or tokens[p - 1].text != ",":
            return None
        for source in reversed([s for s in sources if s.end < p - 1]):
            comma = source.end - (tokens[source.end - 1].text == ",")
            between = tokens[comma:p]
            opens = source.start == 0 or tokens[source.start - 1].text in (",", ";", QUOTE, ":")
            named = source.mention.name[1] if source.mention else source.end
            clause = [t.low for t in tokens[named : named + 2]] == [",", "who"]
            if clause and opens and source.kind == "person" and source.end < p:
                rest = tokens[source.end : p - 1]
                if rest and all(t.cap or not t.word or t.low in PARTICLES for t in rest):
                    return source  # X, who came with the chief of Y, Z, disclosed
            if (
                source.kind != "person"
                or not opens
                or between[0].text != ","
                or not between[1:]
                or not (
                    between[1].low in _ASIDES
                    or between[1].low == "of"
                    or (between[1].low.endswith("ing") and not between[1].cap)
                )
            ):
                continue
            broken = any(t.text in (QUOTE, ";", ":") for t in between)
            said = any(
                t.low in SAYING and not t.cap for t in between if between[1].low not in ("who",)
            )
            return None if broken or said else source
        return None

    def _head_before(
        self, sources: list[Source], source: Source, tokens: list[Token]
    ) -> Source | None:
        """The noun phrase that a source belongs to: the minister for X, a spokesman for Y."""
        for other in reversed([s for s in sources if s.end <= source.start]):
            between = tokens[other.end : source.start]
            if len(between) <= 4 and all(
                t.low in BLOCKING | {"the", "a"} or t.text == "," or t.cap for t in between
            ):
                return other
            break
        return None

    def _subject_of(self, tokens: list[Token], sources: list[Source], before: int) -> Source | None:
        for source in sources:
            if source.end > before:
                return None
            prev = tokens[source.start - 1] if source.start else None
            if source.mention and tokens[source.mention.name[1] - 1].possessive:
                continue  # Ms Lindgren’s deputy, X, was careful
            if prev is not None and (
                prev.low in BLOCKING
                or (prev.low in ("in", "at", "on", "the") and source.kind == "body")
            ):
                continue
            if (
                prev is None
                or prev.low in SUBJECT_AFTER
                or prev.text in SUBJECT_AFTER
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
            between = tokens[k + 1 : source.start]
            led = len(between) == 2 and between[0].low == "a" and not between[1].head
            tired = led and source.kind in ("person", "bare")  # said a tired X
            if source.start > k and (
                tired
                or all(t.low in ("the", "a", "an") or t.low.endswith("-year-old") for t in between)
            ):
                if source.kind == "body":
                    return Cue(k, source, None, source.end, trailing=True)
                person, doubt = self._person(source, tokens, quoted=True)
                return Cue(k, source, person, source.end, trailing=True, doubt=doubt)
        return None
