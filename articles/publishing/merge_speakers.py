"""Merging two speakers that turn out to be one person."""

from __future__ import annotations

from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import Q

from articles import log
from articles.models import Address, Appearance, Edition, Statement
from articles.publishing import audit
from articles.publishing.pages import publish_merged_speaker
from articles.publishing.workflow import Action, Refused, check_permission
from people.models import Affiliation, Speaker


@transaction.atomic
def merge_speakers(gone: Speaker, *, into: Speaker, by: User) -> None:
    """Make ``gone`` one with ``into``: names, capacities, statements and appearances move there.

    Editions stay as they were published; the pages that list them follow. The address of ``gone``
    leads to ``into``. The log gets one entry, if either was public. Raises PermissionDenied, and
    Refused when the two are the same row or one was merged before.
    """
    check_permission(by, Action.PUBLISH)
    rows = Speaker.objects.select_for_update().order_by("pk").filter(pk__in=[gone.pk, into.pk])
    found = {row.pk: row for row in rows}
    if len(found) < 2:
        raise Refused("Choose two different speakers to merge.")
    gone, into = found[gone.pk], found[into.pk]
    if merged := next((row for row in (gone, into) if row.merged_into_id), None):
        raise Refused(f"{merged} was merged into {merged.merged_into} before.")

    names = dict.fromkeys([*into.name_variants, gone.name, *gone.name_variants])
    into.name_variants = [name for name in names if name != into.name]
    into.save(update_fields=["name_variants"])
    Speaker.objects.filter(Q(pk=gone.pk) | Q(merged_into=gone)).update(merged_into=into)
    moved = {str(row.pk): str(_move(row, into).pk) for row in gone.affiliations.all()}
    log.lock()
    for edition in Edition.objects.filter(speakers=gone):
        edition.speakers.add(into)
        edition.speakers.remove(gone)
    publish_merged_speaker(gone, into, moved)
    Address.objects.filter(kind="speaker", object_id=gone.pk).update(object_id=into.pk)
    audit.record("merge", into, by=by, note=f"with {gone} ({gone.slug})")


def _move(capacity: Affiliation, into: Speaker) -> Affiliation:
    """Give the capacity to ``into``; where that one holds the same, what points to it moves.

    Returns the capacity that stands afterwards.
    """
    same = into.affiliations.filter(
        title=capacity.title, organization=capacity.organization, since=capacity.since
    ).first()
    if same is None:
        capacity.speaker = into
        capacity.save(update_fields=["speaker"])
        return capacity
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
    return same
