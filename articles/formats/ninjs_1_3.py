"""ninjs 1.3 for Superdesk and other systems that read 1.x.

1.x has one headline and one body as plain keys, and associations and renditions as objects by
name. Superdesk's parser reads times in whole seconds with Z only, makes an item of each
association, and downloads an item's first rendition as its picture: so of the associations the
lead picture alone is passed on, and an article has no renditions. Statements and capacities stay
in the text.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from articles.formats.ninjs_3_1 import without_empty

type Item = dict[str, Any]

_STANDARD = {
    "name": "ninjs",
    "version": "1.3",
    "schema": "http://www.iptc.org/std/ninjs/ninjs-schema_1.3.json",
}
#: Keys with the same value in both versions, by their names in 3.1.
_RENAMED = {
    "uri": "uri",
    "version": "version",
    "pubStatus": "pubstatus",
    "edNote": "ednote",
    "language": "language",
    "slugline": "slugline",
    "by": "byline",
    "located": "located",
    "usageTerms": "usageterms",
    "copyrightHolder": "copyrightholder",
    "copyrightNotice": "copyrightnotice",
}
_TIMES = {
    "firstCreated": "firstcreated",
    "versionCreated": "versioncreated",
    "embargoedUntil": "embargoed",
}
#: 1.x has no items of type ``event``.
_TYPES = {"text": "text", "picture": "picture", "event": "composite"}
_REPRESENTATION = {"full": "complete", "partial": "incomplete"}


def to_ninjs_1_3(item: Item) -> Item:
    """Return a ninjs 3.1 ``item``, or some of its keys, as ninjs 1.3."""
    return _item(item) | ({"standard": _STANDARD} if "standard" in item else {})


def _item(item: Item) -> Item:
    described = {row["role"]: row["value"] for row in item.get("descriptions", [])}
    body: Item = next((row for row in item.get("bodies", []) if row["role"] == "main"), {})
    associations = item.get("associations", [])
    picture = next((row for row in associations if row.get("rel") == "leadPicture"), None)
    return without_empty(
        {old: item.get(new, "") for new, old in _RENAMED.items()}
        | {old: _seconds(item[new]) for new, old in _TIMES.items() if new in item}
        | {
            "type": _TYPES.get(item.get("type", ""), ""),
            "representationtype": _REPRESENTATION.get(item.get("representationType", ""), ""),
            "usageterms": item.get("usageTerms")
            or item.get("rightsInfo", {}).get("linkedRights", ""),
            "headline": next((row["value"] for row in item.get("headlines", [])), ""),
            "description_text": described.get("standfirst") or described.get("caption", ""),
            "body_html": body.get("value", ""),
            "charcount": body.get("charCount", ""),
            "wordcount": body.get("wordCount", ""),
            "source": next((row["name"] for row in item.get("infoSources", [])), ""),
            "subject": [_coded(row) for row in item.get("subjects", [])],
            "person": [_coded(row) for row in item.get("people", [])],
            "organisation": [_coded(row) for row in item.get("organisations", [])],
            "event": [_coded(row) for row in item.get("events", [])],
            "associations": {"featuremedia": _picture(picture)} if picture else {},
        }
    )


def _picture(picture: Item) -> Item:
    alternative_text = picture["name"]
    return {
        **_item(picture),
        "headline": alternative_text,
        "body_text": alternative_text,
        "renditions": _renditions(picture["renditions"]),
    }


def _renditions(renditions: list[Item]) -> Item:
    """The files by name, the largest JPEG first: Superdesk downloads the first."""
    found = sorted(renditions, key=lambda row: (row["contentType"] != "image/jpeg", -row["width"]))
    return {
        "original" if number == 0 else row["name"]: {
            "href": row["href"],
            "mimetype": row["contentType"],
            "width": row["width"],
            "height": row["height"],
            "poi": row["poi"],
        }
        for number, row in enumerate(found)
    }


def _coded(named: Item) -> Item:
    return without_empty(
        {"name": named["name"], "rel": named.get("rel", ""), "code": named.get("uri", "")}
    )


def _seconds(time: str) -> str:
    """An ISO 8601 time in whole seconds of UTC: 2026-11-25T09:00:00Z."""
    return f"{datetime.fromisoformat(time).astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"
