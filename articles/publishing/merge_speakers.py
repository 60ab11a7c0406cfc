"""Merging two speakers that turn out to be one person."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import Q

from articles import log
from articles.models import Address, Appearance, Byline, Edition, PublicPage, Statement
from articles.publishing import audit, pages
from articles.publishing.pages import Publication
from articles.publishing.snapshot import speaker_page
from articles.publishing.touched import touch_pages_sql
from articles.publishing.workflow import Action, Refused, check_permission
from articles.search import index
from people.models import Affiliation, Speaker


@transaction.atomic
def merge_speakers(gone: Speaker, *, into: Speaker, by: User) -> None:
    """Make ``gone`` one with ``into``: names, capacities, statements and appearances move there.

    Editions stay as they were published; the pages that list them follow. The address of ``gone``
    leads to ``into``. The log gets one row, if either was public. Raises PermissionDenied, and
    Refused when the two are the same row or one was merged before.
    """
    check_permission(by, Action.PUBLISH)
    gone, into = _lock_both(gone, into)
    if not into.honorific_prefix:
        into.honorific_prefix = gone.honorific_prefix
    names = dict.fromkeys([*into.name_variants, gone.name, *gone.name_variants])
    into.name_variants = [name for name in names if name != into.name]
    into.save(update_fields=["name_variants", "honorific_prefix"])
    Speaker.objects.filter(Q(pk=gone.pk) | Q(merged_into=gone)).update(merged_into=into)
    kept = {str(row.pk): str(_move(row, into).pk) for row in gone.affiliations.all()}
    log.lock()
    _move_editions(gone, into)
    _publish_merged(gone, into, kept, by)
    Address.objects.filter(kind="speaker", object_id=gone.pk).update(object_id=into.pk)
    # Also where nobody had it: a publication that was planned before would make a page of ``gone``.
    gone_address = Address(kind="speaker", slug=gone.slug, object_id=into.pk)
    Address.objects.bulk_create([gone_address], ignore_conflicts=True)
    audit.record("merge", into, by=by, note=f"with {gone} ({gone.slug})")


def _lock_both(gone: Speaker, into: Speaker) -> tuple[Speaker, Speaker]:
    """Lock both rows, always in the same order. Publishing may still refer to them meanwhile."""
    rows = Speaker.objects.select_for_update(no_key=True).order_by("pk")
    found = {row.pk: row for row in rows.filter(pk__in=[gone.pk, into.pk])}
    if len(found) < 2:
        raise Refused("Choose two different speakers to merge.")
    gone, into = found[gone.pk], found[into.pk]
    if merged := next((row for row in (gone, into) if row.merged_into_id), None):
        raise Refused(f"{merged} was merged into {merged.merged_into} before.")
    return gone, into


def _move(capacity: Affiliation, into: Speaker) -> Affiliation:
    """Give the capacity to ``into``; where that one holds the same, what points to it moves.

    Returns the capacity that is left.
    """
    same = into.affiliations.filter(
        title=capacity.title, organization=capacity.organization, since=capacity.since
    ).first()
    if same is None:
        capacity.speaker = into
        capacity.save(update_fields=["speaker"])
        return capacity
    if capacity.until and not same.until:
        same.until = capacity.until
        same.save(update_fields=["until"])
    for statement in capacity.statements.all():
        twin = Statement.objects.filter(
            article=statement.article_id, capacity=same, text=statement.text
        )
        if twin.exists():
            statement.delete()
        else:
            Statement.objects.filter(pk=statement.pk).update(capacity=same)
    for appearance in capacity.appearances.all():
        if Appearance.objects.filter(event=appearance.event_id, capacity=same).exists():
            appearance.delete()
        else:
            Appearance.objects.filter(pk=appearance.pk).update(capacity=same)
    for byline in capacity.bylines.all():
        if Byline.objects.filter(
            article=byline.article_id, capacity=same, role=byline.role
        ).exists():
            byline.delete()
        else:
            Byline.objects.filter(pk=byline.pk).update(capacity=same)
    return same


def _move_editions(gone: Speaker, into: Speaker) -> None:
    """List the editions that name ``gone`` under ``into``: in two queries for each list."""
    for link in (Edition.speakers.through, Edition.authors.through):
        listed: Any = link.objects
        ours = listed.filter(speaker=into).values("edition")
        listed.filter(speaker=gone, edition__in=ours).delete()
        listed.filter(speaker=gone).update(speaker=into)


def _publish_merged(gone: Speaker, into: Speaker, kept: dict[str, str], by: User) -> None:
    """Put both on the page of ``into``, if either was public. Call it under the log's lock.

    ``kept`` maps each capacity of ``gone`` to the one that is left, by their identifiers.
    """
    public = PublicPage.objects.in_bulk([gone.pk, into.pk])
    if not public:
        return
    shown = [card["id"] for page in public.values() for card in page.card["capacities"]]
    capacities = into.affiliations.filter(pk__in=[kept.get(pk, pk) for pk in shown])
    PublicPage.objects.filter(pk=gone.pk).delete()
    pages.send(lambda: Publication([pages.plan_card(into, speaker_page(into, capacities))], by=by))
    touched = touch_pages_sql(public.values(), removed=True)
    log.in_one_round_trip(index.remove_sql([gone.pk]), touched)
