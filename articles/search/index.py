"""Writing the search documents: one for each public article and page."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from django.db import connection

from articles.frozen import Snapshot, capacities_of, organizations_of, speakers_of
from articles.log import in_one_round_trip, sql_with_values
from articles.models import Edition, SearchDocument
from articles.richtext import plain_text


def of_edition(edition: Edition) -> SearchDocument:
    """The search document of ``edition``, which readers see from now on.

    Of the first edition the number is that of its change.
    """
    snapshot = edition.snapshot
    names = [card["name"] for card in organizations_of(snapshot)]
    for capacity in capacities_of(snapshot).values():
        speaker = capacity["speaker"]
        names += [speaker["name"], *speaker["name_variants"]]
    names += [topic["name"] for topic in snapshot["topics"]]
    if snapshot["event"]:
        names.append(snapshot["event"]["name"])
    return SearchDocument(
        id=edition.article_id,
        kind="article",
        slug=edition.slug,
        title=edition.headline,
        names="\n".join(dict.fromkeys(names)),
        summary=edition.standfirst,
        text=plain_text(edition.body),
        language=snapshot["language"],
        named=_named(snapshot),
        translation_group=UUID(snapshot.get("translation_of") or str(edition.article_id)),
        at=edition.first_published_at,
        sequence=edition.first_sequence,
    )


def of_page(kind: str, identifier: UUID, card: Mapping[str, Any]) -> SearchDocument:
    """The search document of a live page; number and time are those of its change."""
    return SearchDocument(
        id=identifier,
        kind=kind,
        slug=card["slug"],
        title=card["name"],
        names="\n".join(filter(None, _names(card))),
        summary="\n".join(filter(None, _facts(kind, card))),
        named=_of_page(kind, identifier, card),
        translation_group=identifier,
    )


def remove_sql(ids: Sequence[UUID]) -> str:
    """The SQL that deletes the search documents of what is no longer public."""
    return sql_with_values(
        "DELETE FROM articles_searchdocument WHERE id = ANY(%s::uuid[])", [list(ids)]
    )


def _named(snapshot: Snapshot) -> list[str]:
    """The speakers, organizations and topics that an article names."""
    bodies = {card["id"] for card in organizations_of(snapshot)}
    return [*speakers_of(snapshot), *bodies, *(topic["id"] for topic in snapshot["topics"])]


def _of_page(kind: str, identifier: UUID, card: Mapping[str, Any]) -> list[str]:
    """The speakers and organizations that a page names: itself, and those of its capacities."""
    capacities = card.get("capacities", ())
    bodies = [*card.get("organizers", ()), *(one["organization"] for one in capacities)]
    named = [str(identifier), *(body["id"] for body in bodies if body)]
    named += [body["parent"]["id"] for body in bodies if body and body["parent"]]
    if kind == "event":
        named += [one["speaker"]["id"] for one in capacities]
    return list(dict.fromkeys(named))


def _names(card: Mapping[str, Any]) -> list[str]:
    """Further names of what a page is about."""
    return [*card.get("name_variants", ()), card.get("short_name", "")]


def _facts(kind: str, card: Mapping[str, Any]) -> list[str]:
    """What else a page is looked for by: its place, who spoke, the titles of capacities."""
    capacities = card.get("capacities", ())
    if kind == "event":
        return [card["place"], *(one["speaker"]["name"] for one in capacities)]
    return [card.get("place", ""), *(one["title"] for one in capacities)]


_VECTORS = """
    SELECT search_vector::text, title_vector::text
    FROM unnest(
        %s::text[], %s::text[], %s::timestamptz[], %s::text[], %s::text[], %s::text[], %s::text[],
        %s::text[]
    ) WITH ORDINALITY AS row (kind, language, at, named, title, names, summary, text, place),
        newsroom_document_vectors(kind, language, at, named::uuid[], title, names, summary, text)
    ORDER BY place
"""
#: The same for what is written already.
_VECTORS_ANEW = """
    UPDATE articles_searchdocument AS row SET (search_vector, title_vector) = (
        SELECT * FROM newsroom_document_vectors(
            row.kind, row.language, row.at, row.named, row.title, row.names, row.summary, row.text
        )
    )
"""

_WRITE = """
    INSERT INTO articles_searchdocument (id, kind, slug, title, names, summary, text, language,
        named, translation_group, at, sequence, search_vector, title_vector)
    SELECT row.id, row.kind, row.slug, row.title, row.names, row.summary, row.text, row.language,
        row.named::uuid[], row.translation_group,
        coalesce(row.at, change.at), coalesce(row.sequence, change.sequence),
        row.search_vector::tsvector, row.title_vector::tsvector
    FROM unnest(
        %s::uuid[], %s::text[], %s::text[], %s::text[], %s::text[], %s::text[], %s::text[],
        %s::text[], %s::uuid[], %s::text[], %s::timestamptz[], %s::bigint[], %s::text[], %s::text[]
    ) AS row (id, kind, slug, title, names, summary, text, language, translation_group, named, at,
        sequence, search_vector, title_vector)
    JOIN (
        SELECT object_id, at, sequence FROM articles_change ORDER BY sequence DESC LIMIT %s
    ) AS change ON change.object_id = row.id
    ON CONFLICT (id) DO UPDATE SET kind = excluded.kind, slug = excluded.slug,
        title = excluded.title, names = excluded.names, summary = excluded.summary,
        text = excluded.text, language = excluded.language, named = excluded.named,
        translation_group = excluded.translation_group, at = excluded.at,
        sequence = excluded.sequence, search_vector = excluded.search_vector,
        title_vector = excluded.title_vector
"""


def write_sql(documents: Sequence[SearchDocument], *, changes: int) -> str:
    """The SQL that writes ``documents``, each in the place of the one before it.

    A document without a number or a time has those of its change, which is among the last
    ``changes`` of the log. Asks the database for the vectors: call it before the log's lock is
    taken.
    """
    names = ["id", "kind", "slug", "title", "names", "summary", "text", "language"]
    names.append("translation_group")
    columns: list[list[Any]] = [[getattr(row, name) for row in documents] for name in names]
    columns.append([f"{{{','.join(map(str, row.named))}}}" for row in documents])
    columns += [[row.at for row in documents], [row.sequence or None for row in documents]]
    _, kind, _, title, names_, summary, text, language, _, named, at, _ = columns
    of = [kind, language, at, named, title, names_, summary, text]
    [vectors] = in_one_round_trip(sql_with_values(_VECTORS, of))
    columns += [[row[place] for row in vectors] for place in range(2)]
    return sql_with_values(_WRITE, [*columns, changes])


def compute_vectors() -> None:
    """Compute the vectors of all search documents anew, where something else has changed them."""
    with connection.cursor() as cursor:
        cursor.execute(_VECTORS_ANEW)
