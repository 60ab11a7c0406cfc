"""A proposal as cards that an editor accepts, changes or drops, and back to what was accepted.

``cards`` has each proposed value as a field with the offsets of its words; ``accepted`` reads the
form that was sent. Both know the same names of fields: a card's key and a field's name.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

from django.core.exceptions import ValidationError

from articles.importing.drafts import AcceptedEvent, AcceptedSpeaker, AcceptedStatement, Draft
from articles.importing.proposal import Proposal, Quotation, Span, Value, values
from articles.models import Event, Statement, languages
from articles.publishing.passages import quoted_passages
from articles.publishing.quotes import unattributed
from people.folding import fold

#: The speaker of a quotation that nobody said: a title or a term.
NOBODY = "-"
#: A person who stands twice in a proposal is chosen by this before the other's number.
SAME_AS = "="


@dataclass
class Field:
    """One value of a card; ``spans`` is where its words stand: 12-30 41-50.

    ``input`` is text, area, folded, select, check or hidden.
    """

    name: str
    label: str
    value: str = ""
    input: str = "text"
    choices: list[tuple[str, str]] = field(default_factory=list)
    spans: str = ""
    help: str = ""
    required: bool = False
    wide: bool = False


@dataclass
class Card:
    """What is accepted or dropped as one thing; ``start`` is its place in the source."""

    key: str
    title: str
    start: int
    fields: list[Field]
    spans: str = ""
    accepted: bool = True
    droppable: bool = True
    shows: str = ""
    reason: str = ""
    doubt: str = ""

    @property
    def kind(self) -> str:
        """The key without its number: speaker, quotation, event."""
        return self.key.partition("-")[0]

    @property
    def about(self) -> str:
        """Which one of its kind it is: the name, the words said."""
        wanted = {"speaker": "name", "quotation": "text", "reported": "text", "event": "name"}
        name = f"{self.key}-{wanted.get(self.kind, '')}"
        return self.shows or next((one.value for one in self.fields if one.name == name), "")


@dataclass(frozen=True)
class Piece:
    """Words of the source with what was seen in them: person, said, reported, event, fact."""

    text: str
    start: int
    end: int
    kind: str = ""


def cards(proposal: Proposal, text: str, post: Mapping[str, str] | None = None) -> list[Card]:
    """Return the cards of ``proposal`` in reading order, with what was typed in ``post``."""
    found = [
        _headline(proposal),
        *_facts(proposal),
        *_paragraphs(proposal),
        *_event(proposal),
        *[_speaker(proposal, n) for n in range(len(proposal.speakers))],
        *_quotations(proposal, text),
        *_reported(proposal),
        *_asides(proposal, text),
        *_topics(proposal),
    ]
    ranks = {"speaker": 0, "event": 1}  # who speaks comes before what is said
    found[1:] = sorted(found[1:], key=lambda card: (card.start, ranks.get(card.kind, 2)))
    if post is not None:
        for card in found:
            card.accepted = not card.droppable or f"{card.key}-accept" in post
            for one in card.fields:
                one.value = post.get(one.name, "").replace("\0", "").strip()
                if one.choices and one.value not in dict(one.choices):
                    one.value = ""
    return found


def untouched(shown: list[Card]) -> dict[str, str]:
    """Return what a browser sends of the cards ``shown`` when nothing was touched."""
    sent = {f"{card.key}-accept": "1" for card in shown if card.droppable and card.accepted}
    for card in shown:
        for one in card.fields:
            if one.input != "check" or one.value:
                sent[one.name] = one.value
    return sent


def accepted(proposal: Proposal, text: str, post: Mapping[str, str]) -> tuple[Draft, list[str]]:
    """Return what the form accepts, and sentences about what was left out and why.

    Raises ValidationError for what cannot be read.
    """
    found = {card.key: card for card in cards(proposal, text, post) if card.accepted}

    def said(key: str, name: str) -> str:
        card = found.get(key)
        given = [one.value for one in card.fields if one.name == f"{key}-{name}"] if card else []
        return " ".join(given[0].split()) if given else ""

    people, same, notes = [], dict[int, int](), list[str]()
    for n in range(len(proposal.speakers)):
        record = said(f"speaker-{n}", "record")
        if record.startswith(SAME_AS) and record[1:].isdigit() and int(record[1:]) < n:
            same[n] = same.get(int(record[1:]), int(record[1:]))
            record = ""
        title = said(f"speaker-{n}", "title")
        people.append(
            AcceptedSpeaker(
                name=said(f"speaker-{n}", "name"),
                title="" if n in same else title,
                honorific=said(f"speaker-{n}", "honorific"),
                organization=said(f"speaker-{n}", "organization"),
                record=record,
                spellings=_listed(said(f"speaker-{n}", "spellings")),
                at_event=bool(said(f"speaker-{n}", "event")),
            )
        )
        if f"speaker-{n}" in found and not people[n].name:
            raise ValidationError("A speaker has no name; write it, or drop the speaker.")
    for n, first in same.items():
        one = people[first]
        spellings = (*one.spellings, people[n].name) if people[n].name else one.spellings
        people[first] = AcceptedSpeaker(**{**vars(one), "spellings": spellings})
    statements, dismissed, wordless = [], list[str](), dict[str, int]()
    for card in found.values():
        kind = card.kind
        if kind == "aside":
            dismissed.append(card.shows)
        if kind not in ("quotation", "reported"):
            continue
        who = said(card.key, "speaker")
        if who == NOBODY:
            dismissed.append(said(card.key, "text"))
        if not who.isdigit() or int(who) >= len(people):
            continue
        speaker = same.get(int(who), int(who))
        if not people[speaker].title:
            name = people[speaker].name or proposal.speakers[speaker].name.text
            wordless[name] = wordless.get(name, 0) + 1
            continue
        statements.append(
            AcceptedStatement(
                speaker,
                Statement.Kind.DIRECT if kind == "quotation" else Statement.Kind.REPORTED,
                said(card.key, "text"),
                said(card.key, "passage"),
            )
        )
    for name, count in wordless.items():
        notes.append(
            f"{count} statement{'s' if count > 1 else ''} of {name} stand{'' if count > 1 else 's'}"
            " in the text alone: nobody speaks as nothing, and no title was accepted."
        )
    body = found.get("body")
    paragraphs = [
        value.text
        for value, one in zip(proposal.paragraphs, body.fields if body else [], strict=False)
        if one.value
    ]
    draft = Draft(
        headline=said("headline", "headline"),
        standfirst=said("headline", "standfirst"),
        language=said("headline", "language"),
        dateline=said("dateline", "place"),
        source=said("source", "source"),
        paragraphs=tuple(paragraphs),
        speakers=tuple(people),
        statements=tuple(statements),
        event=_accepted_event(found["event"]) if "event" in found else None,
        topics=tuple(said(key, "record") for key in found if key.startswith("topic-")),
        dismissed=tuple(dismissed),
    )
    if not draft.headline:
        raise ValidationError("Write a headline; the release may have none.")
    return draft, notes


def pieces(proposal: Proposal, text: str, shown: list[Card]) -> list[Piece]:
    """Return ``text`` cut at every edge of what the cards ``shown`` rest on."""
    kinds = {"speakers": "person", "quotations": "said", "reported": "reported", "event": "event"}
    kinds["named"] = "person"
    spans: list[tuple[Span, str]] = []
    for path, value in values(proposal):
        head, _, last = path.partition(".")
        if last.endswith(("cue", ".text", "spellings")):
            continue  # within a passage that is shown already
        head = "named" if last.endswith("named") else head
        if head not in ("paragraphs", "organizations", "topics"):
            spans.append((value.span, kinds.get(head, "fact")))
    spans.sort(key=lambda pair: pair[0].start - pair[0].end)  # the longest first
    edges = {0, len(text)}
    for card in shown:
        for spans_of in (card.spans, *(one.spans for one in card.fields)):
            edges |= {int(edge) for edge in re.findall(r"\d+", spans_of)}
    kind_at = [""] * len(text)
    for span, kind in spans:
        kind_at[span.start : span.end] = [kind] * (span.end - span.start)
    return [Piece(text[a:b], a, b, kind_at[a]) for a, b in pairwise(sorted(edges))]


# Cards --------------------------------------------------------------------------------------------


def _spans(*found: Value | None) -> str:
    return " ".join(f"{one.span.start}-{one.span.end}" for one in found if one)


def _doubts(found: Iterable[Value | None], *more: str) -> str:
    return " ".join(dict.fromkeys(filter(None, [*more, *(one.doubt for one in found if one)])))


def _text(key: str, name: str, label: str, value: Value | None, **more: Any) -> Field:
    shown = value.text if value else ""
    return Field(f"{key}-{name}", label, shown, spans=_spans(value), **more)


def _headline(proposal: Proposal) -> Card:
    known = [code for code, _ in languages()]
    base = proposal.language.partition("-")[0]
    language = next((code for code in known if code.partition("-")[0] == base), "en")
    headline = proposal.headline
    return Card(
        "headline",
        "Headline",
        -1,
        [
            _text(
                "headline",
                "headline",
                "Headline",
                headline,
                input="area",
                wide=True,
                required=True,
                help="" if headline else "The release has none; write it.",
            ),
            Field("headline-standfirst", "Standfirst", input="area", wide=True),
            Field("headline-language", "Language", language, "select", languages()),
        ],
        spans=_spans(headline),
        droppable=False,
        doubt=_doubts([headline], "" if headline else "The release has no headline; write one."),
        reason=headline.reason if headline else "",
    )


def _facts(proposal: Proposal) -> list[Card]:
    found = []
    place, date = proposal.dateline.place, proposal.dateline.date
    if place:
        # Isolated (U+2068, U+2069): the date may be of a script that is written from the right.
        shown = f"The release is dated “\u2068{date.text}\u2069”." if date else ""
        one = _text("dateline", "place", "Dateline", place, help=shown)
        found.append(
            Card(
                "dateline",
                "Dateline",
                place.span.start,
                [one],
                _spans(place, date),
                reason=place.reason,
                doubt=_doubts([place]),
            )
        )
    if source := proposal.source:
        one = _text("source", "source", "Source", source)
        found.append(
            Card(
                "source",
                "Source",
                source.span.start,
                [one],
                _spans(source),
                reason=source.reason,
                doubt=_doubts([source]),
            )
        )
    return found


def _paragraphs(proposal: Proposal) -> list[Card]:
    if not proposal.paragraphs:
        return []
    rows = [
        Field(f"body-{n}", value.text, "1", "check", spans=_spans(value))
        for n, value in enumerate(proposal.paragraphs)
    ]
    count = len(rows)
    return [
        Card(
            "body",
            f"Text, {count} paragraph{'s' if count > 1 else ''}",
            proposal.paragraphs[0].span.start,
            rows,
            doubt=_doubts(proposal.paragraphs),
        )
    ]


def _event(proposal: Proposal) -> list[Card]:
    event = proposal.event
    if event is None:
        return []
    same = Event.objects.filter(name__iexact=event.name.text)[:3]
    records = [("", "A new event"), *((str(row.pk), f"{row} (same name)") for row in same)]
    live = event.covered_live
    fields = [
        _text("event", "name", "Name", event.name, input="area", wide=True),
        _text("event", "kind", "Kind", event.kind),
        Field(
            "event-format",
            "Format",
            event.format.reading if event.format else "",
            "select",
            [("", "not said"), *Event.Format.choices],
            _spans(event.format),
        ),
        _text("event", "day", "Day, as stated", event.day),
        _text("event", "place", "Place", event.place),
        Field(
            "event-organizers",
            "Organizers, one a line",
            "\n".join(one.text for one in event.organizers),
            "area",
            wide=True,
            spans=_spans(*event.organizers),
        ),
        Field(
            "event-attendance",
            "How many took part",
            event.attendance.reading if event.attendance else "",
            spans=_spans(event.attendance),
        ),
        Field("event-live", "Covered live", "1" if live else "", "check", spans=_spans(live)),
        _text("event", "coverage", "Where it was covered", event.live_coverage, input="area"),
    ]
    if len(records) > 1:
        choice = Field("event-record", "Record", records[1][0], "select", records)
        fields.insert(0, choice)
    own = [value for _, value in values(event)]
    return [
        Card("event", "Event", event.name.span.start, fields, _spans(*own),
             reason=event.name.reason, doubt=_doubts(own))
    ]  # fmt: skip


def _speaker(proposal: Proposal, n: int) -> Card:
    one, key = proposal.speakers[n], f"speaker-{n}"
    records = [("", "A new person")]
    records += [(match.id, f"{match.name} ({match.why})") for match in one.matches]
    words = set(fold(one.name.text).split())
    for k, other in enumerate(proposal.speakers[:n]):
        if words & set(fold(other.name.text).split()):
            records.append((f"{SAME_AS}{k}", f"The same person as {other.name.text} above"))
    sure = one.matches and one.matches[0].why.startswith(("same name", "known spelling"))
    fields = [
        _text(key, "honorific", "Honorific", one.honorific),
        _text(key, "name", "Name", one.name),
        _text(key, "title", "Title", one.title, input="area"),
        _text(
            key,
            "organization",
            "Organization",
            one.organization,
            input="area",
            help=_known(proposal, one.organization),
        ),
        Field(
            f"{key}-spellings",
            "Also spelled",
            ", ".join(spelling.text for spelling in one.spellings),
            spans=_spans(*one.spellings),
        ),
    ]
    if len(records) > 1:
        chosen = one.matches[0].id if sure else ""
        fields.insert(0, Field(f"{key}-record", "Record", chosen, "select", records))
    if proposal.event:
        fields.append(Field(f"{key}-event", "Spoke at the event", "1", "check"))
    own = [one.name, one.honorific, one.title, one.organization, *one.spellings]
    doubts = [one.doubt]
    if one.matches and not sure:
        doubts.append(f"May be {one.matches[0].name}, whom the newsroom knows: choose the record.")
    if not one.title:
        doubts.append("No title is given. Without one, what is said stays in the text alone.")
    if one.spellings:
        spelled = "”, “".join(spelling.text for spelling in one.spellings)
        doubts.append(f"Also spelled “{spelled}”.")
    return Card(
        key,
        "Speaker",
        min(value.span.start for value in own if value),
        fields,
        _spans(*own),
        reason=one.name.reason,
        doubt=_doubts(own, *doubts),
    )


def _known(proposal: Proposal, employer: Value | None) -> str:
    """What the newsroom knows about an organization, in words."""
    if employer is None:
        return ""
    for one in proposal.organizations:
        if fold(one.name.text) == fold(employer.text) and one.matches:
            return f"Known: {one.matches[0].name} ({one.matches[0].why})."
    return ""


def _who(proposal: Proposal, *, nobody: bool) -> list[tuple[str, str]]:
    people = [(str(n), one.name.text) for n, one in enumerate(proposal.speakers)]
    last = [(NOBODY, "Nobody: a title or a term")] if nobody else []
    return [("", "Not known yet"), *people, *last]


def _passages(quotation: Quotation, text: str) -> list[list[Value]]:
    """The pieces of a quotation; those of paragraphs that follow each other are one passage."""
    passages: list[list[Value]] = []
    for piece in quotation.pieces:
        if passages:
            between = text[passages[-1][-1].span.end : piece.span.start]
            if "\n" in between and not re.search(r"\w", between):
                passages[-1].append(piece)
                continue
        passages.append([piece])
    return passages


def _quotations(proposal: Proposal, text: str) -> list[Card]:
    found = []
    for n, one in enumerate(proposal.quotations):
        who = "" if one.speaker is None else str(one.speaker)
        for k, passage in enumerate(_passages(one, text)):
            key = f"quotation-{n}-{k}"
            words = " ".join(piece.text for piece in passage)
            doubt = "" if who else "Nobody is named as its speaker; choose, or leave it."
            found.append(
                Card(
                    key,
                    "Quotation",
                    passage[0].span.start,
                    [
                        Field(f"{key}-speaker", "Speaker", who, "select",
                              _who(proposal, nobody=True), _spans(one.named)),
                        Field(f"{key}-text", "Words", words, "area",
                              spans=_spans(*passage), wide=True),
                    ],
                    _spans(*passage, one.cue, one.named),
                    reason=one.reason,
                    doubt=_doubts(one.pieces, one.doubt, doubt),
                )
            )  # fmt: skip
    return found


def _reported(proposal: Proposal) -> list[Card]:
    found = []
    for n, one in enumerate(proposal.reported):
        key = f"reported-{n}"
        found.append(
            Card(
                key,
                "Reported speech",
                one.passage.span.start,
                [
                    Field(f"{key}-speaker", "Speaker", str(one.speaker), "select",
                          _who(proposal, nobody=False), _spans(one.named)),
                    _text(key, "text", "What is said", one.text, input="area", wide=True),
                    _text(key, "passage", "Reported in", one.passage, input="folded", wide=True),
                ],
                _spans(one.passage),
                reason=one.reason,
                doubt=_doubts([one.passage, one.text], one.doubt),
            )
        )  # fmt: skip
    return found


def _asides(proposal: Proposal, text: str) -> list[Card]:
    """Passages in quotation marks that nobody said: the checks do not ask for their speaker."""
    body = "\n".join(value.text for value in proposal.paragraphs)
    said = [piece.text for one in proposal.quotations for piece in one.pieces]
    passages = {passage.words: passage for passage in quoted_passages(text, proposal.language)}
    found = []
    for n, words in enumerate(dict.fromkeys(unattributed(body, said, proposal.language))):
        at = passages.get(words)
        found.append(
            Card(
                f"aside-{n}",
                "Title or term",
                at.start if at else len(text),
                [],
                f"{at.start}-{at.end}" if at else "",
                shows=words,
                reason="It stands in quotation marks, but nobody says it.",
            )
        )
    return found


def _topics(proposal: Proposal) -> list[Card]:
    return [
        Card(
            f"topic-{n}",
            "Topic",
            one.words.span.start,
            [Field(f"topic-{n}-record", "Topic", one.match.id, "hidden", spans=_spans(one.words))],
            _spans(one.words),
            shows=one.match.name,
            reason=one.match.why,
        )
        for n, one in enumerate(proposal.topics)
    ]


def _listed(words: str) -> tuple[str, ...]:
    return tuple(filter(None, (part.strip() for part in re.split(r"[,،，]", words))))


def _accepted_event(found: Card) -> AcceptedEvent:
    given = {one.name.partition("-")[2]: one.value.strip() for one in found.fields}
    attendance = re.sub(r"[\s,.]", "", given["attendance"])
    if attendance and not attendance.isdecimal():
        raise ValidationError("How many took part is a number; write digits, or leave it empty.")
    if not given["name"]:
        raise ValidationError("The event has no name; write it, or drop the event.")
    return AcceptedEvent(
        name=" ".join(given["name"].split()),
        record=given.get("record", ""),
        kind=given["kind"],
        format=given["format"],
        place=given["place"],
        day=given["day"],
        attendance=int(attendance) if attendance else None,
        covered_live=True if given["live"] or given["coverage"] else None,
        live_coverage=given["coverage"],
        organizers=tuple(
            dict.fromkeys(filter(None, (row.strip() for row in given["organizers"].split("\n"))))
        ),
    )
