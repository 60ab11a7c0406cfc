"""Public pages of speakers, organizations, events and topics, and every address ever public."""

from __future__ import annotations

from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q, UniqueConstraint
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
#: Kinds of which readers have pages and partners are handed nothing: the site's own.
OWN_KINDS = ("frontpage", "sitepage")


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
    slug = models.SlugField(max_length=120, db_index=False)
    card = FrozenField()
    notice = models.TextField(blank=True, help_text="Public: why it was withdrawn.")
    sequence = models.PositiveBigIntegerField(unique=True)
    order_key = models.CharField(
        max_length=700,
        db_collation="C",
        help_text="Its place on the index page of its kind; publishing.order has the rule.",
    )

    objects = PublicPageQuerySet.as_manager()

    class Meta:
        constraints = [UniqueConstraint(fields=["kind", "slug"], name="public_page_unique")]
        indexes = [
            models.Index(fields=["kind", "-sequence"], name="public_page_latest"),
            # The index pages, in both directions.
            models.Index(
                fields=["kind", "order_key"], condition=Q(notice=""), name="public_page_in_order"
            ),
            # Every page of the site shows these: chosen topics, and the site's own pages.
            models.Index(
                fields=["kind"],
                condition=Q(notice="", card__has_key="navigation"),
                name="public_page_navigation",
            ),
        ]

    def __str__(self) -> str:
        return str(self.card["name"])

    def get_absolute_url(self) -> str:
        return reverse(self.kind, args=[self.slug])

    def read_card(self) -> dict[str, Any]:
        """A copy of ``card``. Raises here, not where it is shown, if it cannot be read."""
        return dict(self.card)


class Address(models.Model):
    """An address that is, was or will be public. It belongs to its row for ever."""

    kind = models.CharField(max_length=20)
    slug = models.SlugField(max_length=120, db_index=False)
    object_id = models.UUIDField(db_index=True)

    class Meta:
        # Its index also finds the addresses that begin with a name (editing.new_records.free_slug).
        constraints = [
            UniqueConstraint(
                fields=["kind", "slug"],
                name="address_unique",
                opclasses=["varchar_ops", "varchar_pattern_ops"],
            )
        ]

    def __str__(self) -> str:
        return reverse(self.kind, args=[self.slug])


class LastChange(models.Model):
    """The number of the last change in the log that touched something that pages depend on.

    ``log.touch`` is the only writer, in the transaction of the change. ``key`` is an identifier, a
    kind, or one of the constants in ``articles.log``. ``removed`` is the last change that withdrew
    something.
    """

    key = models.CharField(max_length=40, primary_key=True)
    sequence = models.PositiveBigIntegerField(db_index=True)
    removed = models.PositiveBigIntegerField(default=0)
    at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.key}: {self.sequence}"


class StoredPage(models.Model):
    """A public page as bytes, for all processes; ``public.page_store`` reads and writes it.

    It was made when the log ended with the change ``sequence``, made ``at`` that time, and holds
    until something in ``dependencies`` has a larger number. ``id`` is a digest of its address and
    of our code. The table is a cache that a crash of the database empties (UNLOGGED).
    """

    id = models.UUIDField(primary_key=True)
    sequence = models.PositiveBigIntegerField()
    at = models.DateTimeField(null=True)
    dependencies = ArrayField(models.TextField())
    day = models.DateField(null=True, help_text="It holds on this day only.")
    headers = models.TextField(help_text="JSON.")
    etag = models.CharField(max_length=24)
    modified = models.DateTimeField(null=True)
    plain = models.BinaryField(null=True, help_text="What is not compressed.")
    zstd = models.BinaryField(null=True)
    gzip = models.BinaryField(null=True)
    claimed_for = models.PositiveBigIntegerField(
        help_text="The change after which somebody began to make it anew."
    )
    claimed_at = models.DateTimeField(null=True)
    stored_at = models.DateTimeField(db_index=True)

    def __str__(self) -> str:
        return f"{self.id} at {self.sequence}"
