"""Writing the search documents: one for each public article and page."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from articles.models import Edition, SearchDocument
from articles.richtext import plain_text


def index_edition(edition: Edition) -> None:
    """Have searches find ``edition``, which readers see from now on."""
    snapshot = edition.snapshot
    names = [card["name"] for card in edition.organization_cards()]
    for capacity in edition.capacities().values():
        speaker = capacity["speaker"]
        names += [speaker["name"], *speaker["name_variants"]]
    names += [topic["name"] for topic in snapshot["topics"]]
    if snapshot["event"]:
        names.append(snapshot["event"]["name"])
    SearchDocument.objects.update_or_create(
        pk=edition.article_id,
        defaults={
            "kind": "article",
            "slug": edition.slug,
            "title": edition.headline,
            "names": "\n".join(dict.fromkeys(names)),
            "summary": edition.standfirst,
            "text": plain_text(edition.body),
            "language": snapshot["language"],
            "at": edition.first_published_at,
            "sequence": edition.first_sequence,
        },
    )


def index_page(kind: str, card: Mapping[str, Any], *, at: datetime, sequence: int) -> None:
    """Have searches find the page of a speaker, organization, event or topic."""
    names = [*card.get("name_variants", ()), card.get("short_name", ""), card.get("place", "")]
    names += [held["title"] for held in card.get("capacities", ()) if kind == "speaker"]
    names += [held["speaker"]["name"] for held in card.get("capacities", ()) if kind == "event"]
    SearchDocument.objects.update_or_create(
        pk=card["id"],
        defaults={
            "kind": kind,
            "slug": card["slug"],
            "title": card["name"],
            "names": "\n".join(filter(None, names)),
            "at": at,
            "sequence": sequence,
        },
    )


def remove(id: UUID) -> None:
    """Have searches find this no more."""
    SearchDocument.objects.filter(pk=id).delete()
