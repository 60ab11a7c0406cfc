"""Pictures: their files are made once from the upload and never change."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.contrib.postgres.indexes import GinIndex
from django.core.validators import MaxValueValidator
from django.db import models
from django.db.models import CheckConstraint, Q, UniqueConstraint
from django.db.models.functions import Now
from django.utils import timezone

from articles.models.search import names_vector
from people.constraints import VISIBLE, ConstrainedModel, says


class Picture(ConstrainedModel):
    """A picture with alternative text, credit and caption. ``articles.pictures`` makes its files.

    ``renditions`` are the files: content type, width, height (pixels) and name in the storage of
    each; empty while they are being made. The focal point is what stays in view where a picture is
    cut.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    alternative_text = models.CharField(
        max_length=300, help_text="What the picture shows, for those who do not see it."
    )
    credit = models.CharField(max_length=200, help_text="Who made it, or who gave it to us.")
    caption = models.CharField(max_length=400, blank=True)
    usage_terms = models.CharField(
        max_length=400,
        blank=True,
        help_text="How partners may use it: words, or the address of a licence.",
    )
    copyright_holder = models.CharField(max_length=200, blank=True)
    focal_x = models.PositiveSmallIntegerField(
        "focal point, from the left",
        default=50,
        validators=[MaxValueValidator(100)],
        help_text="Percent.",
    )
    focal_y = models.PositiveSmallIntegerField(
        "focal point, from the top",
        default=50,
        validators=[MaxValueValidator(100)],
        help_text="Percent.",
    )
    width = models.PositiveIntegerField(editable=False)
    height = models.PositiveIntegerField(editable=False)
    renditions = models.JSONField(default=list, editable=False)
    uploaded_at = models.DateTimeField(default=timezone.now, editable=False)
    uploaded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, editable=False, related_name="pictures"
    )

    saved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, editable=False, related_name="+"
    )

    class Meta:
        ordering = ["-uploaded_at"]
        indexes = [
            GinIndex(
                names_vector("alternative_text", "caption"), name="picture_names", fastupdate=False
            ),
            GinIndex(names_vector("credit"), name="picture_credit_words", fastupdate=False),
        ]
        constraints = [
            CheckConstraint(
                condition=Q(alternative_text__regex=VISIBLE),
                name="picture_has_alternative_text",
                **says("alternative_text", "Say what the picture shows."),
            ),
            CheckConstraint(
                condition=Q(credit__regex=VISIBLE),
                name="picture_has_a_credit",
                **says("credit", "Say who made the picture, or who gave it to us."),
            ),
            CheckConstraint(
                condition=Q(focal_x__lte=100, focal_y__lte=100),
                name="picture_focal_point_inside",
                **says("focal_x", "The focal point lies between 0 and 100 percent."),
            ),
        ]

    def __str__(self) -> str:
        return self.alternative_text


class PictureUpload(models.Model):
    """What was uploaded for a picture, until its files are made; readers never get it.

    It is due at ``retry_at``: at once, after a pause when an attempt broke, and never (null) when
    the file itself was refused; ``last_error`` says why. ``attempts`` counts the tries.
    """

    picture = models.OneToOneField(
        Picture, models.CASCADE, primary_key=True, related_name="waiting_upload"
    )
    uploaded_at = models.DateTimeField(db_default=Now())
    attempts = models.PositiveIntegerField(default=0)
    last_error = models.TextField(blank=True)
    retry_at = models.DateTimeField(null=True, db_default=Now())

    def __str__(self) -> str:
        return f"upload for {self.picture}"


class PictureUploadPart(models.Model):
    """A part of an uploaded file: no process holds more than one of it in memory."""

    upload = models.ForeignKey(PictureUpload, models.CASCADE, related_name="parts")
    number = models.PositiveIntegerField()
    content = models.BinaryField()

    class Meta:
        ordering = ["number"]
        constraints = [
            UniqueConstraint(fields=["upload", "number"], name="picture_upload_part_unique")
        ]

    def __str__(self) -> str:
        return f"part {self.number} of the {self.upload}"
