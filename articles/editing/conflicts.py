"""Two editors changed the same article: a three-way merge of base, ours and theirs.

A field that only one of them touched is taken from that one. Where both did, the typing stays in
the form and stands beside the saved text, for the editor to choose or to join.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from html import escape
from typing import Any

from django.db.models import Model
from django.http import QueryDict

from articles.editing.diff import words
from articles.frozen import Snapshot, collapse_blanks
from articles.models import Article, Byline, Event, Picture, Topic
from articles.publishing.snapshot import body_pictures
from articles.richtext import RECORD, plain_text, sanitize
from people.models import Affiliation

_UUID = re.compile(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")

type Value = str | list[str]
type Row = dict[str, str]

#: The form's fields by their names in a snapshot.
TEXTS = ("headline", "standfirst", "body", "dateline", "byline", "source", "slug", "language")
#: Fields that hold an identifier, and what it is one of.
_NAMED: dict[str, type[Model]] = {"event": Event, "picture": Picture, "translation_of": Article}
#: The form's fields of the byline, and the role that each stands for.
BYLINES = {
    "reporters": Byline.Role.REPORTER,
    "editors": Byline.Role.EDITOR,
    "translators": Byline.Role.TRANSLATOR,
}
STATEMENT = ("capacity", "kind", "text", "passage")
PREFIX = "statements"


@dataclass(frozen=True)
class Conflict:
    """A field that both editors changed, as ours (typed here) and theirs (saved) have it."""

    key: str
    label: str
    ours: str
    theirs: str

    @property
    def is_written(self) -> bool:
        """Whether it is text in the article's own language: no slug, choice or name of another."""
        return self.key not in {"slug", "language", "topics", *BYLINES, *_NAMED}

    @property
    def pieces(self) -> list[tuple[str, str]]:
        """Return the differences from theirs to ours, word by word."""
        return words(self.theirs, self.ours)


def merge_changes(post: QueryDict, base: Snapshot | None, saved: Snapshot) -> list[Conflict]:
    """Merge ``saved`` (theirs) into the form in ``post`` (ours); return the conflicts.

    ``post`` is changed in place, so that its form shows the merged text. Without ``base`` nobody
    knows who changed what, and every difference is a conflict.
    """
    conflicts = []
    base_values = _values(base) if base else None
    for key, theirs in _values(saved).items():
        ours = _posted(post, key)
        base_value = base_values[key] if base_values else None
        if ours == theirs or theirs == base_value:
            continue
        if ours == base_value:
            set_field(post, key, theirs)
        else:
            conflicts.append(_conflict(key, ours, theirs))
    return conflicts + _merge_statements(post, base, saved)


def take_theirs(post: QueryDict, key: str, saved: Snapshot) -> None:
    """Put their text of the field ``key`` (``Conflict.key``) into the form."""
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
    for key, role in BYLINES.items():
        rows = [row for row in snapshot.get("bylines", []) if row["role"] == role]
        values[key] = [row["capacity"]["id"] for row in rows]
    values["topics"] = sorted(topic["id"] for topic in snapshot["topics"])
    values["event"] = snapshot["event"]["id"] if snapshot["event"] else ""
    values["translation_of"] = snapshot.get("translation_of", "")
    values["picture"] = snapshot["picture"]["id"] if "picture" in snapshot else ""
    return values


def _posted(post: QueryDict, key: str) -> Value:
    if key == "topics":
        return sorted(post.getlist(key))
    if key in BYLINES:
        return post.getlist(key)
    text = _plain(post.get(key) or "")
    return sanitize(text) if key == "body" else text


def _identifiers(values: Value) -> list[str]:
    """Those of ``values`` that are identifiers: what is typed and not chosen is none yet."""
    return [value for value in values if _UUID.fullmatch(value)]


def _plain(text: str) -> str:
    return collapse_blanks(text.replace("\r\n", "\n")).strip()


def _conflict(key: str, ours: Value, theirs: Value) -> Conflict:
    return Conflict(key, key.replace("_", " ").capitalize(), _shown(key, ours), _shown(key, theirs))


def _shown(key: str, value: Value) -> str:
    if key == "topics":
        return ", ".join(Topic.objects.filter(pk__in=value).values_list("name", flat=True))
    if key in BYLINES:
        rows = Affiliation.objects.filter(pk__in=_identifiers(value))
        return "; ".join(map(str, rows.select_related("speaker", "organization")))
    if key in _NAMED:
        return str(_NAMED[key]._default_manager.filter(pk=value or None).first() or "")
    return _readable(str(value)) if key == "body" else str(value)


def _readable(body: str) -> str:
    """The words of ``body``, and in brackets what stands in it by reference."""
    names = {f"picture/{row.pk}": str(row) for row in body_pictures(body)}

    def named(found: re.Match[str]) -> str:
        kind = found[1].split("/")[0]
        return f"<p>[{kind}{escape(': ' + names[found[1]]) if found[1] in names else ''}]</p>"

    return plain_text(RECORD.sub(named, body))


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
    """Return the form's saved statements without deleted ones, and its new ones."""
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
    our_rows, new = _posted_rows(post)
    their_rows = _rows(saved)
    base_rows = _rows(base) if base else {}
    numbers = {card["id"]: card["number"] for card in [*(base or saved)["statements"]]}
    numbers |= {card["id"]: card["number"] for card in saved["statements"]}
    merged: dict[str, Row] = {}
    conflicts = []
    for pk in dict.fromkeys([*their_rows, *our_rows]):
        ours, theirs, before = our_rows.get(pk), their_rows.get(pk), base_rows.get(pk)
        row = theirs if ours in (before, theirs) else ours
        if ours not in (before, theirs) and theirs != before:
            label = f"Statement {numbers.get(pk, '')}".strip()
            conflicts.append(Conflict(pk, label, _shown_row(ours), _shown_row(theirs)))
        if row is None:
            continue
        if pk in their_rows:
            merged[pk] = row
        else:
            new.append(row)  # deleted there, changed here: it becomes a new one
    _write_rows(post, merged, new, saved)
    return conflicts


def _shown_row(row: Row | None) -> str:
    return "\n".join(filter(None, (row["text"], row["passage"]))) if row else "(deleted)"


def _without(rows: dict[str, Row], key: str) -> dict[str, Row]:
    return {pk: row for pk, row in rows.items() if pk != key}


def _write_rows(post: QueryDict, rows: dict[str, Row], new: list[Row], saved: Snapshot) -> None:
    """Write the statements' forms anew: the saved ones first, deleted where ``rows`` lacks them."""
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
