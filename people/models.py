"""Who speaks, and as what.

A capacity (``Affiliation``) is what events and statements point to, so that a speaker who changes
jobs never rewrites history. Every field holds what a source said; what it did not say stays empty.
"""

from __future__ import annotations

import uuid
from datetime import date

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import CheckConstraint, F, Q, UniqueConstraint
from django.db.models.functions import Lower
from django.urls import reverse

from people.constraints import VISIBLE, ConstrainedModel, says
from people.dates import Earliest, Latest, PartialDateField, well_formed


class SpeakerQuerySet(models.QuerySet["Speaker"]):
    def unmerged(self) -> SpeakerQuerySet:
        """Return the speakers that were not merged into another."""
        return self.filter(merged_into=None)


class Speaker(ConstrainedModel):
    """A person who is quoted or appears at events (schema.org ``Person``)."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    slug = models.SlugField(max_length=120, unique=True)
    name = models.CharField(max_length=200, help_text="As most sources spell it, without titles.")
    honorific_prefix = models.CharField(
        max_length=80, blank=True, help_text="Rank or title before the name: Major General (r)."
    )
    name_variants = ArrayField(
        models.CharField(max_length=200),
        default=list,
        blank=True,
        help_text="Other spellings that sources use, one a line.",
    )
    saved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, editable=False, related_name="+"
    )
    merged_into = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, editable=False, related_name="merged"
    )

    objects = SpeakerQuerySet.as_manager()

    class Meta:
        ordering = ["name"]
        constraints = [
            CheckConstraint(
                condition=Q(name__regex=VISIBLE),
                name="speaker_has_a_name",
                **says("name", "Write the speaker's name."),
            ),
            CheckConstraint(
                condition=Q(merged_into=None) | ~Q(merged_into=F("id")),
                name="speaker_not_merged_into_itself",
                **says("merged_into", "A speaker cannot be merged into itself."),
            ),
        ]
        # A text is searched for speakers by their spellings.
        indexes = [
            models.Index(fields=["name"], name="speaker_name"),
            GinIndex(fields=["name_variants"], name="speaker_name_variants"),
        ]

    def __str__(self) -> str:
        return f"{self.honorific_prefix} {self.name}".strip()

    def get_absolute_url(self) -> str:
        return reverse("speaker", args=[self.slug])

    def capacities_on(self, day: date) -> models.QuerySet[Affiliation]:
        """The capacities that held on ``day``, as far as is known.

        A bound that no source gives excludes nothing, and neither does one that is only known
        to the year or month as long as ``day`` may lie within.
        """
        return self.affiliations.filter(
            Q(since_earliest=None) | Q(since_earliest__lte=day),
            Q(until_latest=None) | Q(until_latest__gte=day),
        )


def refuse_merged(speaker: Speaker, field: str) -> None:
    """Raise ValidationError at ``field`` when ``speaker`` was merged: no page shows that one."""
    if speaker.merged_into_id:
        into = speaker.merged_into
        raise ValidationError({field: f"{speaker} was merged into {into}; choose {into} instead."})


class Organization(ConstrainedModel):
    """A body that employs, organizes or is spoken for (schema.org ``Organization``)."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    slug = models.SlugField(max_length=120, unique=True)
    name = models.CharField(max_length=300)
    short_name = models.CharField(max_length=80, blank=True, help_text="SCO, CGSS.")
    place = models.CharField(
        max_length=200, blank=True, help_text="Where the source says it sits: Beijing, China."
    )
    saved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, editable=False, related_name="+"
    )
    parent = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="children"
    )

    class Meta:
        ordering = ["name"]
        constraints = [
            CheckConstraint(
                condition=Q(name__regex=VISIBLE),
                name="organization_has_a_name",
                **says("name", "Write the organization's name."),
            ),
            UniqueConstraint(
                Lower("name"),
                name="organization_name_unique",
                **says("name", "An organization with this name exists already."),
            ),
            CheckConstraint(
                condition=~Q(parent=F("id")),
                name="organization_not_its_own_parent",
                **says("parent", "An organization cannot be its own parent."),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("organization", args=[self.slug])

    def clean(self) -> None:
        """Refuse a parent that is itself below this organization."""
        seen = set[uuid.UUID]()
        above = self.parent
        while above is not None and above.pk not in seen:
            if above.pk == self.pk:
                raise ValidationError(
                    {"parent": f"{self.parent} already stands below {self.name}; choose another."}
                )
            seen.add(above.pk)
            above = above.parent


class Affiliation(ConstrainedModel):
    """A capacity: what a speaker speaks as, for whom if the source says so, and when if known."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    speaker = models.ForeignKey(Speaker, models.CASCADE, related_name="affiliations")
    title = models.CharField(max_length=300, help_text="As the source words it: Vice President.")
    organization = models.ForeignKey(
        Organization,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="affiliations",
        help_text="Leave empty when the source names no employer.",
    )
    since = PartialDateField(help_text="2020, July 2020 or 16 July 2020; empty when unknown.")
    until = PartialDateField(help_text="The last day it held; empty when unknown or still held.")
    since_earliest = models.GeneratedField(
        expression=Earliest("since"), output_field=models.DateField(null=True), db_persist=True
    )
    until_latest = models.GeneratedField(
        expression=Latest("until"), output_field=models.DateField(null=True), db_persist=True
    )

    class Meta:
        verbose_name = "capacity"
        verbose_name_plural = "capacities"
        ordering = ["speaker__name", "title"]
        constraints = [
            CheckConstraint(
                condition=Q(title__regex=VISIBLE),
                name="affiliation_has_a_title",
                **says("title", "Write the title, as the source words it."),
            ),
            UniqueConstraint(
                fields=["speaker", "title", "organization", "since"],
                nulls_distinct=False,
                name="affiliation_unique",
                **says("title", "This speaker has this capacity already."),
            ),
            CheckConstraint(
                condition=well_formed("since") & well_formed("until"),
                name="affiliation_dates_well_formed",
                **says("since", "Write dates as 2020, 2020-07 or 2020-07-16."),
            ),
            CheckConstraint(
                condition=Q(until_latest__isnull=True)
                | Q(since_earliest__isnull=True)
                | Q(until_latest__gte=F("since_earliest")),
                name="affiliation_ends_after_it_begins",
                **says("until", "A capacity cannot end before it begins."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.speaker}, {self.capacity}"

    def clean(self) -> None:
        """Refuse a speaker who was merged into another."""
        if self.speaker_id:
            refuse_merged(self.speaker, "speaker")

    @property
    def capacity(self) -> str:
        """The title with its organization, the way a byline gives it."""
        return f"{self.title}, {self.organization}" if self.organization else self.title
