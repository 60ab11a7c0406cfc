"""Announcing: what is public of a speaker, an organization, an event or a topic changes.

Their rows are a working copy like an article's. They become public when an edition first names
them, and change in public when somebody publishes them: each time with a row in the log.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Any
from uuid import UUID

from django.contrib.auth.models import User
from django.db import transaction

from articles import log
from articles.formats.partner_records import to_record
from articles.models import Address, Event, PublicPage, Topic
from articles.publishing import audit
from articles.publishing.snapshot import (
    event_card,
    organization_card,
    speaker_capacity_card,
    speaker_page,
    topic_card,
)
from articles.publishing.workflow import Action, Refused, check_permission
from articles.search import index
from people.models import Affiliation, Organization, Speaker

type Publishable = Speaker | Organization | Event | Topic


@transaction.atomic
def publish_page(row: Publishable, *, by: User) -> bool:
    """Put ``row`` on its public page as it stands now; False when nothing has changed.

    Whatever it names becomes public with it. Raises PermissionDenied, and Refused when its
    address belongs to another.
    """
    check_permission(by, Action.PUBLISH)
    log.lock()
    match row:
        case Speaker():
            publish_named_pages(capacities=row.affiliations.select_related("organization__parent"))
        case Organization():
            publish_named_pages(organizations=[row.parent] if row.parent else [])
        case Event():
            publish_named_pages(capacities=row.capacities.all(), organizations=row.organizers.all())
    changed = _put(row, _card(row))
    if changed:
        audit.record("announce", row, by=by)
    return changed


def has_unpublished_changes(row: Publishable) -> bool:
    """Whether ``row`` has something that its public page does not show."""
    page = _page(row)
    return page is None or page.card != _card(row)


def publish_named_pages(
    *,
    capacities: Iterable[Affiliation] = (),
    organizations: Iterable[Organization] = (),
    rows: Iterable[Event | Topic] = (),
    again: bool = False,
) -> None:
    """Make public what an edition names, as far as it is not; all of it anew with ``again``.

    Of a speaker only the capacities given join those that are public: others may belong to a
    story that is still being written. Call it with the log held.
    """
    capacities = list(capacities)
    bodies = [*organizations, *(row.organization for row in capacities if row.organization)]
    for body in _with_parents(bodies):
        if again or not _page(body):
            _put(body, _card(body))
    named = defaultdict(list)
    for capacity in capacities:
        named[capacity.speaker].append(capacity)
    for speaker, theirs in named.items():
        page = _page(speaker)
        shown = {card["id"]: card for card in page.card["capacities"]} if page else {}
        if again or not page:
            ids = [*shown, *(row.pk for row in theirs)]
            _put(speaker, speaker_page(speaker, speaker.affiliations.filter(pk__in=ids)))
        elif new := [speaker_capacity_card(row) for row in theirs if str(row.pk) not in shown]:
            _put(speaker, {**page.card, "capacities": [*shown.values(), *new]})
    for row in rows:
        if again or not _page(row):
            _put(row, _card(row))


def publish_merged_speaker(gone: Speaker, into: Speaker, moved: Mapping[str, str]) -> None:
    """Put both on the page of ``into``, if either was public. Call it with the log held.

    ``moved`` says which capacity took the place of which, by their identifiers.
    """
    pages = [page for page in (_page(into), _page(gone)) if page]
    if not pages:
        return
    shown = [card["id"] for page in pages for card in page.card["capacities"]]
    kept = into.affiliations.filter(pk__in=[moved.get(pk, pk) for pk in shown])
    PublicPage.objects.filter(pk=gone.pk).delete()
    index.remove(gone.pk)
    _put(into, speaker_page(into, kept))


def claim_address(kind: str, slug: str, object_id: UUID) -> None:
    """Take an address for good; Refused when it is or was another's."""
    address, _ = Address.objects.get_or_create(
        kind=kind, slug=slug, defaults={"object_id": object_id}
    )
    if address.object_id != object_id:
        raise Refused(address_taken_message(address))


def address_taken_message(address: Address) -> str:
    """The sentence for somebody who asks for another's address."""
    return f"The address {address} belongs to another {address.kind}; choose another slug."


def _page(row: Publishable) -> PublicPage | None:
    return PublicPage.objects.filter(pk=row.pk).first()


def _card(row: Publishable) -> Mapping[str, Any]:
    match row:
        case Speaker():
            capacities = row.affiliations.select_related("organization__parent")
            return speaker_page(row, capacities)
        case Organization():
            return organization_card(row)
        case Event():
            return event_card(row)
        case Topic():
            return topic_card(row)


def _put(row: Publishable, card: Mapping[str, Any]) -> bool:
    page = _page(row)
    if page and page.card == card:
        return False
    kind = str(row._meta.model_name)
    claim_address(kind, card["slug"], row.pk)
    change = log.append(kind, row.pk, item=to_record(kind, card))
    PublicPage.objects.update_or_create(
        pk=row.pk,
        defaults={
            "kind": kind,
            "slug": card["slug"],
            "card": card,
            "sequence": change.sequence,
        },
    )
    index.index_page(kind, card, at=change.at, sequence=change.sequence)
    return True


def _with_parents(bodies: Iterable[Organization]) -> list[Organization]:
    """Each once, the bodies that others belong to first: partners can then follow every link."""
    found: dict[UUID, Organization] = {}

    def add(body: Organization) -> None:
        if body.parent:
            add(body.parent)
        found.setdefault(body.pk, body)

    for body in bodies:
        add(body)
    return list(found.values())
