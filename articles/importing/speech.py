"""Who said what: from the quotation to the verb of saying, from the verb to its source."""

from __future__ import annotations

from dataclasses import dataclass

from articles.importing.bodies import Range
from articles.importing.cues import BE, SUBJECT_AFTER, Cue, Cues
from articles.importing.names import Mention
from articles.importing.offices import read_office
from articles.importing.persons import Reader
from articles.importing.sentences import LONGEST, QUOTE, TERM, Body, Sentence, Token
from articles.importing.sources import BLOCKING, WRITINGS, Source
from articles.importing.words import (
    SAYING,
    word_set,
)

#: Verbs that no line has that only says who somebody is.
_VERBS = BE | word_set("has have had will would can could may might did does do came went took")


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


class Speech(Cues):
    """The statements of a body of text."""

    def __init__(self, body: Body, reader: Reader, text: str) -> None:
        super().__init__(body, reader, text)
        self.quotations: list[Said] = []
        self.reports: list[Report] = []
        self._last_said: Said | None = None
        self._last_paragraph = -1
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
        if not sentence.quotes and not cues and self._signs(n, sentence):
            return
        self._learn_office(tokens)
        self._report(sentence, cues, attributed)
        persons = [c.person for c in cues if c.person is not None]
        agent = self._agent(tokens, sources)
        if agent is not None and not persons and not sentence.quotes:
            self._remember(agent)
        if persons:
            self._paragraph_source = (True, persons[-1])
        elif cues and any(c.source for c in cues):
            self._paragraph_source = (True, None)
        elif not sentence.quotes:
            subject = self._subject_of(tokens, self._sources(n, tokens), len(tokens))
            if subject is not None and subject.kind in ("person", "pronoun", "role", "other words"):
                person, _ = self._resolve(subject, tokens)
                if person is not None:
                    self._paragraph_source = (True, person)
                    self._remember(person)
            elif (
                opening is not None
                and opening.person is not None
                and opening.strong
                and (tokens[opening.start - 1].low not in BLOCKING if opening.start else True)
            ):
                self._paragraph_source = (True, opening.person)
                self._remember(opening.person)

    def _agent(self, tokens: list[Token], mentions: list[Mention]) -> int | None:
        """By whom something was done or who is introduced, where the sentence names nobody else."""
        known = [m for m in mentions if m.person is not None]
        if len({m.person for m in known}) != 1:
            return None
        first = known[0]
        person = self.reader.people[first.person or 0]
        introduced = first.strong and person.name[0] == tokens[first.name[0]].start
        by = first.start > 0 and tokens[first.start - 1].low == "by"
        return first.person if introduced or by else None

    def _learn_office(self, tokens: list[Token]) -> None:
        """Read what somebody is from the sentence after: She has been director of the library."""
        if not self._recent or len(tokens) < 4 or tokens[0].low not in ("he", "she"):
            return
        person = self.reader.people[self._recent[-1]]
        if person.title is None and tokens[1].low in ("is", "was", "has"):
            office = read_office(tokens, 1)
            self.reader.learn_office(self._recent[-1], tokens, *office)

    def _signs(self, n: int, sentence: Sentence) -> bool:
        """Whether the line names who said the quotation above it: — Amina Noor, chairwoman."""
        last = self._last_said
        before = self.body.sentences[n - 1] if n else None
        tokens = sentence.tokens
        if last is None or before is None or not before.quotes or last.named is not None:
            return False
        if any(t.word for t in before.tokens[before.quotes[-1] + 1 :]) or last.cue is not None:
            return False
        first = next((k for k, t in enumerate(tokens) if t.word), len(tokens))
        dash = any(t.text in "—–-―" for t in tokens[:first])
        mention = next((m for m in self.reader.mentions[n] if m.start <= first < m.end), None)
        if mention is None or not (dash or mention.strong):
            return False
        rest = [t for t in tokens[mention.end :] if t.word]
        if len(rest) > 8 or any(t.low in _VERBS for t in rest) or tokens[-1].text in "!?":
            return False
        if tokens[-1].text == "." and not dash:
            return False
        last.reason = last.doubt = ""
        return self._name_speaker(last, tokens, mention)

    def _cues_with_recency(self, n: int, sentence: Sentence, opening: Mention | None) -> list[Cue]:
        tokens = sentence.tokens
        if opening is not None and opening.person is not None:
            before = tokens[opening.start - 1].low if opening.start else ""
            if before not in BLOCKING and (
                opening.start == 0
                or before in SUBJECT_AFTER
                or tokens[opening.start - 1].text in SUBJECT_AFTER
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
            if noun in WRITINGS or tokens[chosen.at].low in ("reads", "read", "reading"):
                return
        earlier = self._last_in(sentence, q)
        if earlier is not None and self._goes_on(earlier, start):
            last = max(k for k in sentence.quotes if k < q)
            verbs = [tokens[c.at] for c in cues if last < c.at < q]
            parted = any(t.text == ";" for t in tokens[last:q])
            if not parted and [(verb.start, verb.end) for verb in verbs] == [earlier.cue]:
                earlier.passages.append(start)
                return
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
            elif (next_told := self._subject_after(sentence)) is not None:
                said.person = next_told
                said.doubt = "No attribution stands with it; the sentence after tells of them."
            elif (told := self._bare_subject()) is not None:
                said.person = told
                said.doubt = "No verb of saying shows that this person said it."
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
        if subject is not None and subject.kind in ("person", "pronoun", "role", "other words"):
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
        named = {m.person for m in self.reader.mentions[n] if m.end < q and m.person is not None}
        colon = subject is None and q > 1 and tokens[q - 1].text == ":"
        if said.person is None and colon and len(named) == 1:
            said.person = named.pop()  # To X the matter is simple: “…”
            said.doubt = "No verb of saying stands with it."
        if (
            said.person is None
            and q > 0
            and tokens[q - 1].text not in (",", ":", "：", "，")
            and tokens[q - 1].low not in ("saying", "adding", "stating", "declaring")
            and passage.words[-1:] not in ",.!?。！？۔؟"
        ):
            return  # a term within a sentence that nobody says
        self._add_quotation(said)

    def _subject_after(self, sentence: Sentence) -> int | None:
        """Whom the sentence after a quotation that opens a paragraph tells of, without a verb of
        saying: “…” Head nurse X does not raise her voice."""
        n = self._number
        after = self.body.sentences[n + 1] if n + 1 < len(self.body.sentences) else None
        if sentence.paragraph == self._last_paragraph or after is None or after.quotes:
            return None
        if after.paragraph != sentence.paragraph or any(t.low in SAYING for t in after.tokens):
            return None
        how = 3 if [t.low for t in after.tokens[1:3]] == ["is", "how"] else 0
        mentions = self.reader.mentions[n + 1]
        mention = next((m for m in mentions if m.start == how and m.strong), None)
        return mention.person if mention else None

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

    def _goes_on(self, earlier: Said, start: int) -> bool:
        """Whether a passage in small letters goes on after one that ends with a comma."""
        before = self.body.quotations[earlier.passages[-1]].words
        return before.endswith(",") and self.body.quotations[start].words[:1].islower()

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
        if tokens[-1].text == ":" and cue.at == len(tokens) - 2:
            return False  # Commenting on the law, X said:
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
                if tokens[later[0] - 1].low in ("that", "as"):
                    return False  # she wrote on the site that “every driver …”
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
