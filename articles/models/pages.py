"""Public pages of speakers, organizations, events and topics, and every address ever public."""

from __future__ import annotations

from django.db import models
from django.db.models import UniqueConstraint
from django.urls import reverse

from articles.models.fields import FrozenField


class PublicPage(models.Model):
    """What readers see of a speaker, an organization, an event or a topic.

    The rows themselves are the working copy. ``articles.announcing`` is the only writer here:
    each time with a row in the log of changes, whose number is ``sequence``. ``id`` is the row's;
    ``kind`` is the model's name, which is also the name of the page's URL.
    """

    id = models.UUIDField(primary_key=True)
    kind = models.CharField(max_length=20)
    slug = models.SlugField(max_length=120)
    card = FrozenField()
    sequence = models.PositiveBigIntegerField(unique=True)

    class Meta:
        constraints = [UniqueConstraint(fields=["kind", "slug"], name="public_page_unique")]
        indexes = [models.Index(fields=["kind", "-sequence"], name="public_page_latest")]

    def __str__(self) -> str:
        return str(self.card["name"])

    def get_absolute_url(self) -> str:
        return reverse(self.kind, args=[self.slug])


class Address(models.Model):
    """An address that is, was or is promised to be public: it leads to its row for good."""

    kind = models.CharField(max_length=20)
    slug = models.SlugField(max_length=120)
    object_id = models.UUIDField()

    class Meta:
        constraints = [UniqueConstraint(fields=["kind", "slug"], name="address_unique")]

    def __str__(self) -> str:
        return reverse(self.kind, args=[self.slug])
