"""Speakers, organizations, events, topics and rows of the log as JSON for partners.

ninjs 3.1 has an item for events; the others are plain JSON with the terms of schema.org.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.urls import reverse

from articles.formats.ninjs_3_1 import event_item, to_event_tombstone, urn, without_empty
from articles.frozen import Link, SpeakerCapacityCard
from articles.models import OWN_KINDS, Change

type Record = dict[str, Any]

#: The kinds that are plain JSON, the same in every version of ninjs.
PLAIN_KINDS = frozenset({"organization", "speaker", "topic"})


def to_record(kind: str, card: Mapping[str, Any]) -> Record:
    """Return the JSON of the public ``card`` of a row of this ``kind``."""
    if kind == "event":
        return event_item(card)  # type: ignore[arg-type]
    if kind in OWN_KINDS:  # nobody is handed it; the log keeps what stood there
        return {"uri": urn(card["id"]), "type": kind, "pubStatus": "usable", **card}
    return without_empty(
        {
            "uri": urn(card["id"]),
            "type": kind,
            "slug": card["slug"],
            "pubStatus": "usable",
            "name": card["name"],
            "url": reverse(kind, args=[card["slug"]]),
            **_MORE[kind](card),
        }
    )


def to_tombstone_record(kind: str, card: Mapping[str, Any], *, notice: str) -> Record:
    """Return the tombstone of a withdrawn page of this ``kind`` with its public ``notice``."""
    if kind == "event":
        return to_event_tombstone(card, notice=notice)  # type: ignore[arg-type]
    return {
        "uri": urn(card["id"]),
        "type": kind,
        "slug": card["slug"],
        "pubStatus": "canceled",
        "edNote": notice,
    }


def change_row(change: Change, item: Record | None) -> Record:
    """Return a row of the log as JSON, with ``item`` as the reader gets it; None for none."""
    return {
        "sequence": change.sequence,
        "at": change.at.isoformat(),
        "type": change.kind,
        "uri": urn(str(change.object_id)),
        "item": item,
    }


def _speaker(card: Mapping[str, Any]) -> Record:
    return {
        "honorificPrefix": card["honorific_prefix"],
        "alternateName": card["name_variants"],
        "capacities": [_capacity(capacity) for capacity in card["capacities"]],
        "replaces": list(map(urn, card["replaces"])),
    }


def _organization(card: Mapping[str, Any]) -> Record:
    return {
        "alternateName": card["short_name"],
        "location": card["place"],
        "parentOrganization": _link(card["parent"]) if card["parent"] else {},
    }


def _topic(card: Mapping[str, Any]) -> Record:
    return {"sameAs": card["uri"]}


def _capacity(capacity: SpeakerCapacityCard) -> Record:
    return without_empty(
        {
            "uri": urn(capacity["id"]),
            "roleName": capacity["title"],
            "organization": _link(capacity["organization"]) if capacity["organization"] else {},
            "startDate": capacity["since"],
            "endDate": capacity["until"],
        }
    )


def _link(link: Link) -> Record:
    return {"uri": urn(link["id"]), "name": link["name"]}


_MORE = {"speaker": _speaker, "organization": _organization, "topic": _topic}
