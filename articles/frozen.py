"""The shapes of frozen data, and pure readers of them.

Site pages and partner items are made from these documents, never from the working copy.
Dates are ISO 8601 strings; ``""`` and ``None`` mean that the source does not say.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any, NoReturn, NotRequired, TypedDict

#: The version in which frozen documents are written; it is stored in them under the key ``v``.
VERSION = 1


class UnknownVersion(Exception):
    """A frozen document that newer code than this has written; the text names both versions.

    No ValueError: templates show nothing in place of those, and half a text would be shown.
    """


class Unread(Mapping[str, Any]):
    """A frozen document that cannot be read: whoever uses it gets the reason as an exception.

    Not who reads its row: a list reads many rows at once, and shows the others.
    """

    def __init__(self, why: Exception) -> None:
        self.why = why

    def _refuse(self, *_: object) -> NoReturn:
        raise self.why

    def __getitem__(self, key: str) -> NoReturn:
        self._refuse()

    def __iter__(self) -> Iterator[str]:
        self._refuse()

    def __len__(self) -> NoReturn:
        self._refuse()

    # It equals nothing but itself, and to compare it does not raise: publishing anew compares.
    __eq__ = object.__eq__
    __hash__ = object.__hash__


def upgrade(document: dict[str, Any]) -> dict[str, Any]:
    """Return a stored document in today's shape, without the key ``v``.

    Every read of frozen data goes through here. When a shape changes, raise ``VERSION`` and turn
    the version before into it here: what is frozen is never rewritten.
    Raises UnknownVersion for a document that newer code has written.
    """
    stored = document.get("v", VERSION)
    if stored > VERSION:
        raise UnknownVersion(
            f"A frozen document has version {stored}, this code reads up to {VERSION}; "
            "run the newer release."
        )
    return {key: value for key, value in document.items() if key != "v"}


_BLANKS = re.compile(r"[ \t]{2,}")


def collapse_blanks[T](document: T) -> T:
    """Return ``document`` with one blank where a text in it has several: readers see no more.

    So a blank typed twice makes no other version, and no new edition.
    """
    value: Any = document
    if isinstance(value, str):
        if "  " in value or "\t" in value:  # most texts have none
            value = _BLANKS.sub(" ", value)
    elif isinstance(value, dict):
        value = {key: collapse_blanks(one) for key, one in value.items()}
    elif isinstance(value, list):
        value = [collapse_blanks(one) for one in value]
    return value


class Link(TypedDict):
    """Enough to name a thing and link to its page."""

    id: str
    slug: str
    name: str


class TopicCard(Link):
    uri: str


class TopicPage(TopicCard):
    """What is public of a topic; ``navigation`` is its place there, if it has one."""

    navigation: NotRequired[int]


class OrganizationCard(Link):
    short_name: str
    place: str
    parent: Link | None


class SpeakerCard(Link):
    honorific_prefix: str
    name_variants: list[str]


class SpeakerCapacityCard(TypedDict):
    """A capacity without its speaker, as it stands among that speaker's others."""

    id: str
    title: str
    since: str
    until: str
    organization: OrganizationCard | None


class SpeakerPage(SpeakerCard):
    """What is public of a speaker: the capacities editions named, the speakers merged into it."""

    capacities: list[SpeakerCapacityCard]
    replaces: list[str]


class CapacityCard(TypedDict):
    id: str
    title: str
    since: str
    until: str
    speaker: SpeakerCard
    organization: OrganizationCard | None


class StatementCard(TypedDict):
    id: str
    number: int
    kind: str
    text: str
    passage: str
    capacity: CapacityCard


class BylineCard(TypedDict):
    """Somebody of whom an article is: reporter, editor or translator, in a capacity."""

    role: str
    capacity: CapacityCard


class EventCard(Link):
    kind: str
    format: str
    status: str
    place: str
    start_date: str
    start_time: str | None
    end_date: str
    end_time: str | None
    time_zone: str
    date_words: str
    attendance: int | None
    covered_live: bool | None
    live_coverage: str
    organizers: list[OrganizationCard]
    capacities: list[CapacityCard]


class Rendition(TypedDict):
    """A file of a picture: content type, pixels, and its name in the storage."""

    type: str
    width: int
    height: int
    name: str


class PictureCard(TypedDict):
    id: str
    alternative_text: str
    credit: str
    usage_terms: str
    copyright_holder: str
    caption: str
    focal_x: int
    focal_y: int
    width: int
    height: int
    renditions: list[Rendition]


class EmbedCard(TypedDict):
    """Enough to link to a record that stands in a body: its reference (``richtext.records_in``),
    the path of its page and its name. Nothing of what it says: that may be withdrawn.
    """

    record: str
    path: str
    name: str


class Correction(TypedDict):
    """A correction: the edition that made it, when (ISO 8601), and its public note."""

    version: int
    at: str
    note: str


class Snapshot(TypedDict):
    """An article as it stands, with all it refers to.

    What came later than the first editions is left out where there is none, so that a text frozen
    before compares equal.
    """

    id: str
    slug: str
    language: str
    headline: str
    standfirst: str
    dateline: str
    byline: str
    source: str
    body: str
    created_at: str
    topics: list[TopicCard]
    event: EventCard | None
    statements: list[StatementCard]
    translation_of: NotRequired[str]
    picture: NotRequired[PictureCard]
    #: The pictures in the body, and what is embedded in it and public, in the order of the body.
    body_pictures: NotRequired[list[PictureCard]]
    embeds: NotRequired[list[EmbedCard]]
    bylines: NotRequired[list[BylineCard]]


#: The headline of a text that was erased.
ERASED = "Erased"


def erased(snapshot: Snapshot) -> Snapshot:
    """What is left of ``snapshot`` when its text is erased: identifier, address and language."""
    left: Snapshot = {
        "id": snapshot["id"],
        "slug": snapshot["slug"],
        "language": snapshot["language"],
        "headline": ERASED,
        "standfirst": "",
        "dateline": "",
        "byline": "",
        "source": "",
        "body": "",
        "created_at": snapshot["created_at"],
        "topics": [],
        "event": None,
        "statements": [],
    }
    if "translation_of" in snapshot:
        left["translation_of"] = snapshot["translation_of"]
    return left


def capacities_of(snapshot: Snapshot) -> dict[str, CapacityCard]:
    """The capacities in ``snapshot`` by id: who spoke at the event, then who is quoted."""
    event = snapshot["event"]
    cards = [*(event["capacities"] if event else ())]
    cards += [statement["capacity"] for statement in snapshot["statements"]]
    return {card["id"]: card for card in cards}


def authors_of(snapshot: Snapshot) -> list[CapacityCard]:
    """The capacities of the byline, in its order."""
    return [row["capacity"] for row in snapshot.get("bylines", [])]


def byline_of(snapshot: Snapshot) -> str:
    """The byline as one line: who reported it, by name, then the agency."""
    names = [
        f"{speaker['honorific_prefix']} {speaker['name']}".strip()
        for row in snapshot.get("bylines", [])
        if row["role"] == "reporter"
        for speaker in [row["capacity"]["speaker"]]
    ]
    return ", ".join([*names, *([snapshot["byline"]] if snapshot["byline"] else [])])


def organizations_of(snapshot: Snapshot) -> list[Link]:
    """The organizations in ``snapshot``: employers, organizers, then the bodies they belong to."""
    event = snapshot["event"]
    employers = [card["organization"] for card in capacities_of(snapshot).values()]
    cards = [card for card in employers if card] + (event["organizers"] if event else [])
    return [*cards, *(card["parent"] for card in cards if card["parent"])]


def speakers_of(snapshot: Snapshot) -> set[str]:
    """The identifiers of the speakers in ``snapshot``."""
    return {card["speaker"]["id"] for card in capacities_of(snapshot).values()}


def words_in_body(statement: StatementCard) -> str:
    """The words of a statement that must stand in the body."""
    return statement["passage"] or statement["text"]
