"""The log of changes and the editions that it numbers."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from django.conf import settings
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import (
    Case,
    CheckConstraint,
    Exists,
    F,
    OuterRef,
    Q,
    UniqueConstraint,
    Value,
    When,
)
from django.db.models.expressions import Combinable
from django.db.models.fields.json import KT, KeyTransform
from django.db.models.functions import Cast, Coalesce
from django.urls import reverse

from articles.frozen import CapacityCard, EventCard, Snapshot, StatementCard, capacities_of
from articles.models.fields import FrozenField
from articles.models.search import names_vector
from articles.models.working import Article, Event, Topic
from articles.unreadable import each
from people.models import Organization, Speaker


def is_sequence(text: str) -> bool:
    """Whether ``text`` is a whole number from 0 up that a sequence can hold, in plain digits."""
    return text.isascii() and text.isdigit() and len(text) <= 18


class Change(models.Model):
    """One row of the log of public changes; ``articles.log`` is the only writer.

    Sequence numbers run without a gap in the order in which transactions commit. ``embargoed``
    rows are for partners with the right to embargoed items only. ``item`` is what partners are
    handed, frozen; an article's stands in its edition.
    """

    sequence = models.PositiveBigIntegerField(primary_key=True)
    at = models.DateTimeField()
    kind = models.CharField(max_length=20)
    object_id = models.UUIDField()
    embargoed = models.BooleanField(default=False)
    item = FrozenField(null=True)

    class Meta:
        ordering = ["sequence"]
        constraints = [
            CheckConstraint(
                condition=Q(kind="article", item__isnull=True)
                | ~Q(kind="article") & Q(item__isnull=False),
                name="change_item_unless_article",
            )
        ]
        indexes = [models.Index(fields=["object_id", "sequence"], name="change_of_one")]

    def __str__(self) -> str:
        return f"{self.sequence}: {self.kind} {self.object_id}"


#: What readers see of an article: ``EditionQuerySet.live`` as the condition of an index.
_LIVE = Q(is_latest=True, status="usable")
#: A part of the sitemap lists the articles whose first number is in a range of so many.
SITEMAP_PART = 50_000


@dataclass(frozen=True)
class Page:
    """A page of a list of editions; ``before`` leads to the next page and is None on the last."""

    editions: list[Edition]
    before: int | None

    def events(self) -> list[EventCard]:
        """Return the events that these editions report, each once."""
        cards = each(self.editions, lambda edition: edition.snapshot["event"])
        return list({card.get("id"): card for card in cards if card}.values())


class EditionQuerySet(models.QuerySet["Edition"]):
    """Reads of what is public."""

    def latest(self) -> EditionQuerySet:  # type: ignore[override] # ours is a filter
        """Return the last edition of each article: a text, one under embargo, or a withdrawal."""
        return self.filter(is_latest=True)

    def live(self) -> EditionQuerySet:
        """Return the editions that readers see."""
        return self.latest().filter(status=Edition.Status.USABLE)

    def ever_public(self) -> EditionQuerySet:
        """Return everything that was ever public, withdrawals included."""
        return self.filter(change__embargoed=False)

    def corrections(self) -> EditionQuerySet:
        """Return corrections of live articles, and withdrawals, the newest first.

        What was corrected before a withdrawal was taken back with it.
        """
        latest = Edition.objects.latest().filter(article=OuterRef("article"))
        taken_back = latest.filter(status=Edition.Status.CANCELED, change__gt=OuterRef("change"))
        noted = self.ever_public().exclude(note="").filter(~Exists(taken_back))
        return noted.order_by("-change")

    def once(self, language: str) -> EditionQuerySet:
        """Return of each translation group one live edition of this list.

        That is the one in ``language``, else the original, else the translation that came first.
        """
        place = Case(
            When(language=language, then=Value(0)),
            When(article=F("translation_group"), then=Value(1)),
            default=F("first_sequence") + 1,
            output_field=models.BigIntegerField(),
        )
        group = self.live().filter(translation_group=OuterRef("translation_group"))
        better = group.order_by().annotate(place=place).filter(place__lt=OuterRef("place"))
        return self.live().annotate(place=place).filter(~Exists(better))

    def page(
        self,
        before: str | None = None,
        *,
        language: str,
        size: int = 20,
        last: Combinable | None = None,
    ) -> Page:
        """Return up to ``size`` live editions by first publication, the newest first.

        Each translation group is there once, in ``language`` if it can be. ``before`` is the last
        page's ``Page.before`` as the query string gives it back; what is not a number asks for the
        first page. Nothing is read whose ``first_sequence`` is less than ``last``.
        """
        rows = self.once(language).order_by("-first_sequence").defer("body", "ninjs")
        if before and is_sequence(before):
            rows = rows.filter(first_sequence__lt=int(before))
        if last is not None:
            rows = rows.filter(first_sequence__gte=last)
        found = list(rows[: size + 1])
        shown = readable(found[:size])
        return Page(shown, found[size - 1].first_sequence if found[size:] else None)


def readable(editions: Iterable[Edition]) -> list[Edition]:
    """``editions`` without those whose frozen text cannot be read (``articles.unreadable``)."""
    return [edition for edition, _ in each(editions, lambda one: (one, one.snapshot["id"]))]


class Edition(models.Model):
    """What was published, frozen. The database lets nothing but ``is_latest`` change.

    The one exception is an erasure: then ``erasure`` names it, and ``digest`` is what is left of
    the text (``newsroom_digest`` of the snapshot). A withdrawal that an erasure made names it too.
    A correction is an edition with a ``note``; a withdrawal is one with the status canceled.
    """

    class Status(models.TextChoices):
        """ninjs ``pubStatus``."""

        USABLE = "usable", "Usable"
        WITHHELD = "withheld", "Under embargo"
        CANCELED = "canceled", "Withdrawn"

    change = models.OneToOneField(
        Change, models.PROTECT, primary_key=True, db_column="sequence", related_name="edition"
    )
    # edition_version_unique is its index.
    article = models.ForeignKey(Article, models.PROTECT, related_name="editions", db_index=False)
    version = models.PositiveIntegerField()
    is_latest = models.BooleanField(default=True)
    status = models.CharField(max_length=10, choices=Status, default=Status.USABLE)
    embargoed_until = models.DateTimeField(null=True)
    note = models.TextField(blank=True, help_text="Public: what was corrected, why withdrawn.")
    corrections = models.JSONField(default=list, help_text="Up to this one: version, at, note.")
    first_sequence = models.PositiveBigIntegerField()
    first_published_at = models.DateTimeField()
    published_at = models.DateTimeField()
    published_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="editions"
    )
    slug = models.SlugField(max_length=120, db_index=False)
    headline = models.CharField(max_length=200)
    standfirst = models.TextField(blank=True)
    body = models.TextField()
    snapshot: models.JSONField[Snapshot, Snapshot] = FrozenField()
    ninjs = FrozenField()
    language = models.GeneratedField(
        expression=KT("snapshot__language"),
        output_field=models.CharField(max_length=35),
        db_persist=True,
    )
    translation_group = models.GeneratedField(
        expression=Coalesce(Cast(KT("snapshot__translation_of"), models.UUIDField()), F("article")),
        output_field=models.UUIDField(),
        db_persist=True,
        help_text="What it says in its language: the original's identifier.",
    )
    erasure = models.ForeignKey(
        "articles.Erasure", models.PROTECT, null=True, related_name="+", db_index=False
    )
    digest = models.CharField(max_length=64, blank=True)
    # Where to find it: these rows may move (two speakers merge), the edition stays.
    event = models.ForeignKey(Event, models.PROTECT, null=True, related_name="editions")
    speakers = models.ManyToManyField(Speaker, related_name="editions")
    authors = models.ManyToManyField(Speaker, related_name="bylined")
    organizations = models.ManyToManyField(Organization, related_name="editions")
    topics = models.ManyToManyField(Topic, related_name="editions")

    objects = EditionQuerySet.as_manager()

    class Meta:
        ordering = ["-change"]
        indexes = [
            models.Index(fields=["translation_group"], name="edition_translation_group"),
            models.Index(fields=["-change"], condition=~Q(note=""), name="edition_corrections"),
            GinIndex(
                names_vector("headline", "standfirst"), name="edition_names", fastupdate=False
            ),
            models.Index(KT("snapshot__picture__id"), name="edition_picture"),
            GinIndex(
                KeyTransform("body_pictures", "snapshot"),
                name="edition_body_pictures",
                fastupdate=False,
            ),
            models.Index(
                fields=["language", "-change"],
                condition=Q(is_latest=True),
                name="edition_language_changed",
            ),
            models.Index(
                fields=["language", "-first_sequence"],
                condition=Q(is_latest=True),
                name="edition_language_published",
            ),
            models.Index(
                fields=["translation_group"],
                condition=Q(is_latest=True) & ~Q(translation_group=F("article")),
                name="edition_translations",
            ),
            models.Index(
                fields=["first_published_at", "first_sequence"],
                condition=_LIVE,
                name="edition_first_published",
            ),
            models.Index(
                (F("first_sequence") - 1) / SITEMAP_PART,
                "published_at",
                condition=_LIVE,
                name="edition_sitemap_part",
            ),
            models.Index(
                fields=["-change"],
                condition=Q(is_latest=True, status="canceled"),
                name="edition_withdrawn",
            ),
        ]
        constraints = [
            UniqueConstraint(fields=["article", "version"], name="edition_version_unique"),
            UniqueConstraint(
                fields=["article"], condition=Q(is_latest=True), name="edition_one_latest"
            ),
            UniqueConstraint(
                fields=["slug"], condition=Q(is_latest=True), name="edition_one_at_an_address"
            ),
            UniqueConstraint(
                fields=["translation_group", "language"],
                condition=Q(is_latest=True) & ~Q(status="canceled"),
                name="edition_once_a_language",
            ),
            UniqueConstraint(
                fields=["first_sequence"], condition=Q(is_latest=True), name="edition_list_order"
            ),
            CheckConstraint(
                condition=Q(status="withheld", embargoed_until__isnull=False)
                | Q(status__in=["usable", "canceled"], embargoed_until=None),
                name="edition_embargo_has_an_end",
            ),
            CheckConstraint(
                condition=~Q(status="canceled") | Q(note__regex=r"\S"),
                name="edition_withdrawal_has_a_notice",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.headline} (edition {self.version})"

    def get_absolute_url(self) -> str:
        return reverse("article", args=[self.slug])

    @property
    def updated(self) -> bool:
        """Whether readers saw an earlier edition before this one."""
        return self.published_at > self.first_published_at

    def capacities(self) -> dict[str, CapacityCard]:
        """The capacities frozen here, by id: who spoke at the event, then who is quoted."""
        return capacities_of(self.snapshot)

    def statement(self, number: int) -> StatementCard | None:
        """The frozen statement with this number, if there is one."""
        return next((s for s in self.snapshot["statements"] if s["number"] == number), None)

    def statements_by(self, speakers: Collection[str]) -> list[StatementCard]:
        """The frozen statements of a speaker, in the order of the body.

        ``speakers`` are the identifiers under which editions know that person: more than one
        after a merge.
        """
        return [
            statement
            for statement in self.snapshot["statements"]
            if statement["capacity"]["speaker"]["id"] in speakers
        ]
