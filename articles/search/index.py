"""Writing the search documents: one for each public article and page."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from articles.frozen import capacities_of, organizations_of
from articles.models import Edition, PublicPage, SearchDocument
from articles.richtext import plain_text


def of_edition(edition: Edition) -> SearchDocument:
    """The search document of ``edition``, which readers see from now on."""
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
        at=edition.first_published_at,
        sequence=edition.first_sequence,
    )


def of_page(page: PublicPage, *, at: datetime) -> SearchDocument:
    """The search document of a live ``page`` that changed ``at`` this time."""
    return SearchDocument(
        id=page.pk,
        kind=page.kind,
        slug=page.slug,
        title=page.card["name"],
        names="\n".join(_names(page)),
        at=at,
        sequence=page.sequence,
    )


def remove(*ids: UUID) -> None:
    """Delete the search documents of articles or pages that are no longer public."""
    if ids:
        SearchDocument.objects.filter(pk__in=ids).delete()


def _names(page: PublicPage) -> list[str]:
    """Further names under which a page is looked for."""
    card = page.card
    names = [*card.get("name_variants", ()), card.get("short_name", ""), card.get("place", "")]
    capacities = card.get("capacities", ())
    if page.kind == "speaker":
        names += [capacity["title"] for capacity in capacities]
    if page.kind == "event":
        names += [capacity["speaker"]["name"] for capacity in capacities]
    return [name for name in names if name]


def write(documents: list[SearchDocument]) -> None:
    """Write ``documents``, each in the place of the one before it."""
    if not documents:
        return
    SearchDocument.objects.bulk_create(
        documents,
        update_conflicts=True,
        unique_fields=["id"],
        update_fields=[
            *("kind", "slug", "title", "names", "summary", "text", "language", "at", "sequence")
        ],
    )
