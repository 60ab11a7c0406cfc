"""Public pages of speakers, organizations, events and topics, and every address ever public."""

from __future__ import annotations

from django.db import models
from django.db.models import UniqueConstraint
from django.urls import reverse

from articles.models.fields import FrozenField

#: The plural of each kind that has public pages: the first part of its addresses, on the site and
#: in the feed.
PLURALS = {
    "article": "articles",
    "event": "events",
    "organization": "organizations",
    "speaker": "speakers",
    "topic": "topics",
}
#: The kind behind each plural.
KIND_OF = {plural: kind for kind, plural in PLURALS.items()}


class PublicPageQuerySet(models.QuerySet["PublicPage"]):
    """Reads of public pages."""

    def live(self) -> PublicPageQuerySet:
        """Return the pages that readers see: those that were not withdrawn."""
        return self.filter(notice="")


class PublicPage(models.Model):
    """What readers see of a speaker, an organization, an event or a topic.

    The rows themselves are the working copy. ``publishing.pages`` is the only writer here, each
    time with a row in the log of changes, whose number is ``sequence``. ``id`` is the row's;
    ``kind`` is the model's name, which is also the name of the page's URL. A page with a
    ``notice`` is withdrawn: its address answers 410 with the notice, and lists leave it out.
    """

    id = models.UUIDField(primary_key=True)
    kind = models.CharField(max_length=20)
    slug = models.SlugField(max_length=120)
    card = FrozenField()
    notice = models.TextField(blank=True, help_text="Public: why it was withdrawn.")
    sequence = models.PositiveBigIntegerField(unique=True)

    objects = PublicPageQuerySet.as_manager()

    class Meta:
        constraints = [UniqueConstraint(fields=["kind", "slug"], name="public_page_unique")]
        indexes = [models.Index(fields=["kind", "-sequence"], name="public_page_latest")]

    def __str__(self) -> str:
        return str(self.card["name"])

    def get_absolute_url(self) -> str:
        return reverse(self.kind, args=[self.slug])


class Address(models.Model):
    """An address that is, was or will be public. It belongs to its row for ever."""

    kind = models.CharField(max_length=20)
    slug = models.SlugField(max_length=120)
    object_id = models.UUIDField(db_index=True)

    class Meta:
        constraints = [UniqueConstraint(fields=["kind", "slug"], name="address_unique")]

    def __str__(self) -> str:
        return reverse(self.kind, args=[self.slug])
