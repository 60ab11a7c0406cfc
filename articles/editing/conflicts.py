"""Two editors saved the same article: what one typed is joined with what the other saved.

A field that only one of them touched is taken from that one. Where both did, the typing stays in
the form and stands beside the saved text, for the editor to choose or to join.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db.models import Model
from django.http import QueryDict

from articles.editing.diff import words
from articles.frozen import Snapshot
from articles.models import Article, Event, Picture, Topic
from articles.richtext import plain_text, sanitize

type Value = str | list[str]
type Row = dict[str, str]

#: The form's fields by their names in a snapshot.
TEXTS = ("headline", "standfirst", "body", "dateline", "byline", "source", "slug", "language")
#: Fields that hold an identifier, and what it is one of.
_NAMED: dict[str, type[Model]] = {"event": Event, "picture": Picture, "translation_of": Article}
STATEMENT = ("capacity", "kind", "text", "passage")
PREFIX = "statements"


@dataclass(frozen=True)
class Conflict:
    """A field that both changed: what was typed here, and what the other saved."""

    key: str
    label: str
    ours: str
    theirs: str

    @property
    def pieces(self) -> list[tuple[str, str]]:
        """From the saved text to the typed one, word by word."""
        return words(self.theirs, self.ours)


def merge_changes(post: QueryDict, base: Snapshot | None, saved: Snapshot) -> list[Conflict]:
    """Join the form in ``post`` with ``saved``, both made from ``base``; return what clashes.

    ``post`` is changed in place, so that its form shows the joined text. Without ``base`` nobody
    knows who changed what, and whatever differs clashes.
    """
    conflicts = []
    values_of_base = _values(base) if base else None
    for key, theirs in _values(saved).items():
        mine = _posted(post, key)
        before = values_of_base[key] if values_of_base else None
        if mine == theirs or theirs == before:
            continue
        if mine == before:
            set_field(post, key, theirs)
        else:
            conflicts.append(_conflict(key, mine, theirs))
    return conflicts + _merge_statements(post, base, saved)


def take_theirs(post: QueryDict, key: str, saved: Snapshot) -> None:
    """Put the saved text of the field ``key``, as a ``Clash`` names it, into the form."""
    values = _values(saved)
    if key in values:
        set_field(post, key, values[key])
    else:
        rows, new = _posted_rows(post)
        theirs = _rows(saved).get(key)
        _write_rows(post, rows | {key: theirs} if theirs else _without(rows, key), new, saved)


def set_field(post: QueryDict, key: str, value: Value) -> None:
    """Set one field of a posted form."""
    post.setlist(key, value if isinstance(value, list) else [value])


def _values(snapshot: Snapshot) -> dict[str, Value]:
    values: dict[str, Value] = {name: _plain(str(snapshot.get(name))) for name in TEXTS}
    values["topics"] = sorted(topic["id"] for topic in snapshot["topics"])
    values["event"] = snapshot["event"]["id"] if snapshot["event"] else ""
    values["translation_of"] = snapshot.get("translation_of", "")
    values["picture"] = snapshot["picture"]["id"] if "picture" in snapshot else ""
    return values


def _posted(post: QueryDict, key: str) -> Value:
    if key == "topics":
        return sorted(post.getlist(key))
    text = _plain(post.get(key) or "")
    return sanitize(text) if key == "body" else text


def _plain(text: str) -> str:
    return text.replace("\r\n", "\n").strip()


def _conflict(key: str, mine: Value, theirs: Value) -> Conflict:
    return Conflict(key, key.replace("_", " ").capitalize(), _shown(key, mine), _shown(key, theirs))


def _shown(key: str, value: Value) -> str:
    if key == "topics":
        return ", ".join(Topic.objects.filter(pk__in=value).values_list("name", flat=True))
    if key in _NAMED:
        return str(_NAMED[key]._default_manager.filter(pk=value or None).first() or "")
    return plain_text(str(value)) if key == "body" else str(value)


# Statements: rows of the form, known by their identifiers ----------------------------------------


def _rows(snapshot: Snapshot) -> dict[str, Row]:
    return {
        card["id"]: {
            "capacity": card["capacity"]["id"],
            "kind": card["kind"],
            "text": _plain(card["text"]),
            "passage": _plain(card["passage"]),
        }
        for card in sorted(snapshot["statements"], key=lambda card: card["number"])
    }


def _posted_rows(post: QueryDict) -> tuple[dict[str, Row], list[Row]]:
    """The form's statements that were saved before, without deleted ones, and its new ones."""
    rows: dict[str, Row] = {}
    new: list[Row] = []
    for n in range(int(post.get(f"{PREFIX}-TOTAL_FORMS") or 0)):
        row = {name: _plain(post.get(f"{PREFIX}-{n}-{name}") or "") for name in STATEMENT}
        if post.get(f"{PREFIX}-{n}-DELETE"):
            continue
        if pk := post.get(f"{PREFIX}-{n}-id"):
            rows[pk] = row
        elif row["text"] or row["capacity"]:
            new.append(row)
    return rows, new


def _merge_statements(post: QueryDict, base: Snapshot | None, saved: Snapshot) -> list[Conflict]:
    mine, new = _posted_rows(post)
    theirs = _rows(saved)
    before = _rows(base) if base else {}
    numbers = {card["id"]: card["number"] for card in [*(base or saved)["statements"]]}
    numbers |= {card["id"]: card["number"] for card in saved["statements"]}
    merged: dict[str, Row] = {}
    conflicts = []
    for pk in dict.fromkeys([*theirs, *mine]):
        ours, other, was = mine.get(pk), theirs.get(pk), before.get(pk)
        row = other if ours in (was, other) else ours
        if ours not in (was, other) and other != was:
            label = f"Statement {numbers.get(pk, '')}".strip()
            conflicts.append(Conflict(pk, label, _said(ours), _said(other)))
        if row is None:
            continue
        if pk in theirs:
            merged[pk] = row
        else:
            new.append(row)  # deleted by the other, changed here: it becomes a new one
    _write_rows(post, merged, new, saved)
    return conflicts


def _said(row: Row | None) -> str:
    return "\n".join(filter(None, (row["text"], row["passage"]))) if row else "(deleted)"


def _without(rows: dict[str, Row], key: str) -> dict[str, Row]:
    return {pk: row for pk, row in rows.items() if pk != key}


def _write_rows(post: QueryDict, rows: dict[str, Row], new: list[Row], saved: Snapshot) -> None:
    """Lay the statements' forms anew: the saved ones first, deleted where ``rows`` lacks them."""
    for name in [name for name in post if name.startswith(f"{PREFIX}-")]:
        if not name.endswith(("MIN_NUM_FORMS", "MAX_NUM_FORMS")):
            del post[name]
    latest = _rows(saved)
    forms: list[dict[str, Any]] = [
        {**(rows.get(pk) or row), "id": pk} | ({} if pk in rows else {"DELETE": "on"})
        for pk, row in latest.items()
    ]
    set_field(post, f"{PREFIX}-INITIAL_FORMS", str(len(forms)))
    forms += [{**row, "id": ""} for row in new]
    set_field(post, f"{PREFIX}-TOTAL_FORMS", str(len(forms)))
    for n, form in enumerate(forms):
        for name, value in {**form, "article": saved["id"]}.items():
            set_field(post, f"{PREFIX}-{n}-{name}", value)
