"""What differs between two texts of an article: word by word, field by field."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Any

from articles.frozen import CapacityCard, EventCard, PictureCard, Snapshot, StatementCard
from articles.richtext import plain_text
from people.names import capacity_line, full_name

#: A run of white space, a word, or any other sign: what a difference is made of.
_TOKENS = re.compile(r"\s+|\w+|[^\w\s]")
_FIELDS = ("headline", "standfirst", "dateline", "byline", "source", "language", "slug")
#: In this order, because JSON columns give keys in one of their own.
_EVENT_FIELDS = (
    *(
        "kind",
        "format",
        "status",
        "place",
        "date_words",
        "start_date",
        "start_time",
        "end_date",
        "end_time",
    ),
    *("time_zone", "attendance", "covered_live", "live_coverage"),
)


@dataclass(frozen=True)
class FieldDiff:
    """One field that differs, as pieces: ("same" | "del" | "ins", text)."""

    label: str
    pieces: list[tuple[str, str]]


def diff_snapshots(old: Snapshot, new: Snapshot) -> list[FieldDiff]:
    """The fields in which ``new`` differs from ``old``, in the order of an article."""
    before, after = _texts(old), _texts(new)
    labels = dict.fromkeys([*after, *before])
    found = [
        FieldDiff(label, words(before.get(label, ""), after.get(label, "")))
        for label in labels
        if before.get(label, "") != after.get(label, "")
    ]
    if old["body"] != new["body"] and before["Body"] == after["Body"]:
        found.append(FieldDiff("Body, as markup", words(old["body"], new["body"])))
    return found


def words(old: str, new: str) -> list[tuple[str, str]]:
    """Both texts as one, in pieces that are the same, deleted or inserted, whole words each."""
    a, b = _TOKENS.findall(old), _TOKENS.findall(new)
    pieces: list[tuple[str, str]] = []
    for kind, i, j, k, m in SequenceMatcher(None, a, b, autojunk=False).get_opcodes():
        if kind == "equal":
            pieces.append(("same", "".join(a[i:j])))
        else:
            pieces += [("del", "".join(a[i:j])), ("ins", "".join(b[k:m]))]
    return [(kind, text) for kind, text in pieces if text]


def statement_text(statement: StatementCard) -> str:
    """A statement with its speaker and capacity, as the desk shows it."""
    lines = [f"“{statement['text']}”" if statement["kind"] == "direct" else statement["text"]]
    if statement["passage"]:
        lines.append(f"Passage: {statement['passage']}")
    return "\n".join([*lines, _who(statement["capacity"])])


def _texts(snapshot: Snapshot) -> dict[str, str]:
    texts = {name.capitalize(): str(snapshot.get(name)) for name in _FIELDS}
    texts["Body"] = plain_text(snapshot["body"])
    texts["Topics"] = ", ".join(topic["name"] for topic in snapshot["topics"])
    texts["Translation of"] = snapshot.get("translation_of", "")
    texts["Picture"] = "\n".join(_picture(snapshot["picture"])) if "picture" in snapshot else ""
    texts["Event"] = "\n".join(_event(snapshot["event"])) if snapshot["event"] else ""
    for statement in snapshot["statements"]:
        texts[f"Statement {statement['number']}"] = statement_text(statement)
    return texts


def _picture(picture: PictureCard) -> list[str]:
    point = f"Focal point: {picture['focal_x']} %, {picture['focal_y']} %"
    terms = picture["usage_terms"], picture["copyright_holder"]
    words = (picture["alternative_text"], picture["caption"], picture["credit"], *terms, point)
    return [text for text in words if text]


def _event(event: EventCard) -> Iterator[str]:
    yield event["name"]
    fields: dict[str, Any] = {**event}
    for key in _EVENT_FIELDS:
        if value := fields[key]:
            yield f"{key.replace('_', ' ').capitalize()}: {value}"
    for body in event["organizers"]:
        yield f"Organizer: {body['name']}"
    for capacity in event["capacities"]:
        yield f"Speaker: {_who(capacity)}"


def _who(capacity: CapacityCard) -> str:
    return f"{full_name(capacity['speaker'])}, {capacity_line(capacity)}"
