"""What a release says, as values that each stand in it.

``extract(text, known)`` returns a ``Proposal``. Every ``Value`` is made from a ``Span`` of the text
(``value_at``), so nothing in a proposal was invented. Indexes, not copies, say who said something:
``Quotation.speaker`` is the place in ``Proposal.speakers``.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, fields, is_dataclass
from typing import Any

from people.folding import UNSPACED, fold

_BLANKS = re.compile(r"\s+")
#: Signs that are not seen (watermarks, joiners of nothing); they stay in the source alone. The
#: joiners of Urdu and of pictures (U+200C, U+200D) are part of words. U+FE0F asks for a picture,
#: but not beside other signs of this kind, as in C2PA's manifests within text.
_UNSEEN = (
    "\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180e\u200b\u200e\u200f\u202a-\u202e"
    "\u2060-\u206f\u3164\ufe00-\ufe0e\ufeff\uffa0\ufff9-\ufffb\U000e0000-\U000e0fff"
)
INVISIBLE = re.compile(f"(?:[{_UNSEEN}]|(?<=[{_UNSEEN}])\ufe0f|\ufe0f(?=[{_UNSEEN}]))+")
#: ``Reported.starts`` has so many words of the passage, or characters without blanks.
FIRST_WORDS = 8
FIRST_CHARACTERS = 12


#: The longest release that is read, in characters: a book is none.
LONGEST_TEXT = 200_000


class Unreadable(Exception):
    """The text cannot be read as a release; the message is a sentence for the editor."""


def check_length(text: str) -> None:
    """Raise Unreadable for a text without words or longer than LONGEST_TEXT."""
    if len(text) > LONGEST_TEXT:
        raise Unreadable(
            f"The text has {len(text):,} characters; {LONGEST_TEXT:,} are the most. "
            "Paste the release alone."
        )
    if not any(sign.isalnum() for sign in text):
        raise Unreadable("There are no words in it; paste the text of a release.")


@dataclass(frozen=True, order=True)
class Span:
    """Characters of the source: from ``start`` up to, not including, ``end`` (from 0)."""

    start: int
    end: int


@dataclass(frozen=True)
class Value:
    """Words of the source.

    ``text`` is what stands at ``span``, without invisible signs and with one blank for each run of
    them. ``reading`` is the code that a field takes for these words (``online`` for “webinar”,
    ``200`` for “two hundred”), empty when the words are the value. ``reason`` says why they were
    proposed, ``doubt`` what an editor should look at; both are sentences or empty.
    """

    text: str
    span: Span
    reading: str = ""
    reason: str = ""
    doubt: str = ""


@dataclass(frozen=True)
class Match:
    """A record of the newsroom that a value may mean, and why: same name, close spelling."""

    id: str
    name: str
    why: str


@dataclass(frozen=True)
class Dateline:
    """Where and when the report comes from, as stated: ISLAMABAD, 12 March."""

    place: Value | None = None
    date: Value | None = None


@dataclass(frozen=True)
class ProposedOrganization:
    """A body that the release names, with other names for it in the release (its short name)."""

    name: Value
    other_names: tuple[Value, ...] = ()
    matches: tuple[Match, ...] = ()


@dataclass(frozen=True)
class ProposedTopic:
    """A topic of the newsroom that the release is about, and the words that say so."""

    words: Value
    match: Match


@dataclass(frozen=True)
class ProposedEvent:
    """What took place. ``format.reading`` is online, offline or mixed; ``attendance.reading`` a
    number; ``covered_live`` the words that say so, ``live_coverage`` where it was covered."""

    name: Value
    kind: Value | None = None
    format: Value | None = None
    organizers: tuple[Value, ...] = ()
    attendance: Value | None = None
    covered_live: Value | None = None
    live_coverage: Value | None = None
    place: Value | None = None
    day: Value | None = None


@dataclass(frozen=True)
class ProposedSpeaker:
    """A person who says something, and the capacity spoken in. ``spellings`` are other ones."""

    name: Value
    honorific: Value | None = None
    title: Value | None = None
    organization: Value | None = None
    spellings: tuple[Value, ...] = ()
    matches: tuple[Match, ...] = ()
    doubt: str = ""


@dataclass(frozen=True)
class Quotation:
    """A direct quotation without its marks.

    ``pieces`` are its words, several when they stand round their attribution (“We go,” she said.
    “Today.”) or in several paragraphs. A statement stands word for word in the body: paragraphs of
    one passage make one, pieces round an attribution one each.
    ``speaker`` is an index of ``Proposal.speakers``; ``cue`` the verb, ``named`` the words that
    name the speaker (he, the minister).
    """

    pieces: tuple[Value, ...]
    speaker: int | None = None
    cue: Value | None = None
    named: Value | None = None
    reason: str = ""
    doubt: str = ""

    @property
    def text(self) -> str:
        """The words, its pieces joined by a blank."""
        return " ".join(piece.text for piece in self.pieces)


@dataclass(frozen=True)
class Reported:
    """Reported speech: ``passage`` is the whole sentence, ``text`` what is said in it."""

    speaker: int
    passage: Value
    text: Value
    cue: Value | None = None
    named: Value | None = None
    reason: str = ""
    doubt: str = ""

    @property
    def starts(self) -> str:
        """The first words of the passage; of a script without blanks, its first characters."""
        words = self.passage.text.split(" ")
        if re.search(f"[{UNSPACED}]", self.passage.text):
            return self.passage.text[:FIRST_CHARACTERS]
        return " ".join(words[:FIRST_WORDS])


@dataclass(frozen=True)
class Proposal:
    """All that is proposed for one release, in the order of its text.

    ``language`` is a BCP 47 code. ``dropped`` counts what an extractor answered that does not
    stand in the source, and is not here. ``notes`` are sentences for the editor.
    """

    language: str = "en"
    headline: Value | None = None
    dateline: Dateline = Dateline()
    source: Value | None = None
    paragraphs: tuple[Value, ...] = ()
    event: ProposedEvent | None = None
    speakers: tuple[ProposedSpeaker, ...] = ()
    quotations: tuple[Quotation, ...] = ()
    reported: tuple[Reported, ...] = ()
    organizations: tuple[ProposedOrganization, ...] = ()
    topics: tuple[ProposedTopic, ...] = ()
    dropped: int = 0
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class KnownSpeaker:
    """A speaker of the newsroom; ``capacities`` are pairs of title and organization."""

    id: str
    name: str
    spellings: tuple[str, ...] = ()
    capacities: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class KnownRecord:
    """An organization or topic of the newsroom."""

    id: str
    name: str
    short_name: str = ""


@dataclass(frozen=True)
class Known:
    """The names that the newsroom has."""

    speakers: tuple[KnownSpeaker, ...] = ()
    organizations: tuple[KnownRecord, ...] = ()
    topics: tuple[KnownRecord, ...] = ()


#: Of a newsroom that has no names yet.
NO_NAMES = Known()
#: What the setting IMPORT_EXTRACTOR names.
type Extractor = Callable[[str, Known], Proposal]


def value_at(text: str, start: int, end: int, **more: str) -> Value:
    """Return the value of the words at ``text[start:end]``; blanks at both ends are left out."""
    words = text[start:end]
    start += len(words) - len(words.lstrip())
    end -= len(words) - len(words.rstrip())
    return Value(plain(text[start:end]), Span(start, end), **more)


def plain(words: str) -> str:
    """Return ``words`` without invisible signs, each run of blanks as one blank."""
    return _BLANKS.sub(" ", INVISIBLE.sub("", words)).strip()


def stands(value: Value, text: str) -> bool:
    """Whether ``value`` has the words that ``text`` has at its span."""
    span = value.span
    return 0 <= span.start < span.end <= len(text) and fold(
        plain(text[span.start : span.end]), keep_case=True
    ) == fold(value.text, keep_case=True)


def values(part: Any, path: str = "") -> Iterator[tuple[str, Value]]:
    """Yield every value of a proposal or a part of it, with its path: ``speakers.0.name``."""
    if isinstance(part, Value):
        yield path, part
    elif isinstance(part, tuple):
        for n, one in enumerate(part):
            yield from values(one, f"{path}.{n}")
    elif is_dataclass(part):
        for each in fields(part):
            yield from values(getattr(part, each.name), f"{path}.{each.name}".lstrip("."))


def to_json(proposal: Proposal, file: str = "") -> dict[str, Any]:
    """Return ``proposal`` as ``import_release --json`` prints it; ``file`` is the file's name.

    ``spans`` has for each value's path in a Proposal its first and last offset in the source.
    """

    def said(value: Value | None) -> str | None:
        return value.text if value else None

    def name(speaker: int | None) -> str | None:
        return None if speaker is None else proposal.speakers[speaker].name.text

    event = proposal.event
    return {
        "file": file,
        "language": proposal.language,
        "headline": said(proposal.headline),
        "dateline": {
            "place": said(proposal.dateline.place),
            "date_as_stated": said(proposal.dateline.date),
        },
        "source": said(proposal.source),
        "speakers": [
            {
                "name": one.name.text,
                "honorific": said(one.honorific),
                "title": said(one.title),
                "organization": said(one.organization),
                "spellings": [spelling.text for spelling in one.spellings],
            }
            for one in proposal.speakers
        ],
        "quotations": [
            {"text": one.text, "speaker": name(one.speaker)} for one in proposal.quotations
        ],
        "reported": [
            {"speaker": name(one.speaker), "starts": one.starts, "text": one.text.text}
            for one in proposal.reported
        ],
        "event": event
        and {
            "name": event.name.text,
            "kind": said(event.kind),
            "format": event.format.reading if event.format else None,
            "day_as_stated": said(event.day),
            "organizers": [one.text for one in event.organizers],
            "attendance": said(event.attendance),
            "live_coverage": said(event.live_coverage),
            "place": said(event.place),
        },
        "organizations": [one.name.text for one in proposal.organizations],
        "topics": [one.match.name for one in proposal.topics],
        "paragraphs": [one.text for one in proposal.paragraphs],
        "dropped": proposal.dropped,
        "notes": list(proposal.notes),
        "spans": {path: [value.span.start, value.span.end] for path, value in values(proposal)},
    }
