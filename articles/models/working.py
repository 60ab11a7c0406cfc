"""The working copy: articles, statements, events and topics. Readers never see it."""

from __future__ import annotations

import uuid
from zoneinfo import available_timezones

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import CheckConstraint, F, Q, UniqueConstraint
from django.db.models.functions import MD5, Coalesce, Lower
from django.urls import reverse
from django.utils import timezone

from articles.models.pictures import Picture
from articles.models.search import markup_words, names_vector
from articles.richtext import RichTextField
from people.constraints import VISIBLE, ConstrainedModel, says
from people.dates import FULL_LENGTH, Earliest, Latest, PartialDateField, well_formed
from people.models import Affiliation, Organization, refuse_merged


def languages() -> list[tuple[str, str]]:
    """The languages that articles are written in: the setting LANGUAGES (BCP 47 codes)."""
    return list(settings.LANGUAGES)


def validate_time_zone(value: str) -> None:
    """Raise ValidationError unless ``value`` is an IANA zone name."""
    if value not in available_timezones():
        raise ValidationError(f"{value} is not a time zone; write one like Asia/Karachi.")


class Topic(ConstrainedModel):
    """A subject that articles are filed under (ninjs ``subjects``)."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    slug = models.SlugField(max_length=120, unique=True)
    name = models.CharField(max_length=120)
    uri = models.URLField(
        "URI", blank=True, help_text="The concept's address in IPTC Media Topics, if it has one."
    )
    navigation = models.PositiveSmallIntegerField(
        "place in the navigation",
        null=True,
        blank=True,
        help_text="1 stands first at the head of every page. Empty: the topic is not there.",
    )
    saved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, editable=False, related_name="+"
    )

    class Meta:
        ordering = ["name"]
        indexes = [GinIndex(names_vector("name"), name="topic_names", fastupdate=False)]
        constraints = [
            CheckConstraint(
                condition=Q(name__regex=VISIBLE),
                name="topic_has_a_name",
                **says("name", "Write the topic's name."),
            ),
            UniqueConstraint(
                Lower("name"),
                name="topic_name_unique",
                **says("name", "A topic with this name exists already."),
            ),
            UniqueConstraint(
                fields=["uri"],
                condition=~Q(uri=""),
                name="topic_uri_unique",
                **says("uri", "Another topic has this URI already."),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("topic", args=[self.slug])


class Event(ConstrainedModel):
    """Something that took or takes place, with the capacities in which people spoke there."""

    class Format(models.TextChoices):
        """schema.org ``EventAttendanceModeEnumeration``."""

        ONLINE = "online", "Online"
        OFFLINE = "offline", "In person"
        MIXED = "mixed", "In person and online"

    class Status(models.TextChoices):
        """schema.org ``EventStatusType``."""

        SCHEDULED = "scheduled", "As planned"
        POSTPONED = "postponed", "Postponed"
        CANCELLED = "cancelled", "Cancelled"
        MOVED_ONLINE = "moved online", "Moved online"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    slug = models.SlugField(max_length=120, unique=True)
    name = models.CharField(max_length=300)
    kind = models.CharField(max_length=60, blank=True, help_text="In the source's word: webinar.")
    format = models.CharField(max_length=10, choices=Format, blank=True)
    status = models.CharField(max_length=12, choices=Status, default=Status.SCHEDULED)
    place = models.CharField(max_length=200, blank=True)
    organizers = models.ManyToManyField(Organization, blank=True, related_name="events")
    capacities = models.ManyToManyField(Affiliation, through="Appearance", related_name="events")
    attendance = models.PositiveIntegerField(
        null=True, blank=True, help_text="How many took part, if the source says."
    )
    covered_live = models.BooleanField(null=True, blank=True)
    live_coverage = models.CharField(
        max_length=200, blank=True, help_text="Where it was covered live, in the source's words."
    )
    start_date = PartialDateField(help_text="2020, July 2020 or 16 July 2020; empty when unknown.")
    start_time = models.TimeField(null=True, blank=True)
    end_date = PartialDateField(help_text="Empty when unknown or the same day.")
    end_time = models.TimeField(null=True, blank=True)
    time_zone = models.CharField(
        max_length=60,
        blank=True,
        validators=[validate_time_zone],
        help_text="The zone of the times above: Asia/Karachi.",
    )
    date_words = models.CharField(
        "date in the source's words", max_length=120, blank=True, help_text="on Thursday"
    )
    saved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, editable=False, related_name="+"
    )
    starts_earliest = models.GeneratedField(
        expression=Earliest("start_date"), output_field=models.DateField(null=True), db_persist=True
    )
    ends_latest = models.GeneratedField(
        expression=Latest("end_date"), output_field=models.DateField(null=True), db_persist=True
    )

    class Meta:
        ordering = [F("starts_earliest").desc(nulls_last=True), "name"]
        indexes = [GinIndex(names_vector("name"), name="event_names", fastupdate=False)]
        constraints = [
            CheckConstraint(
                condition=Q(name__regex=VISIBLE),
                name="event_has_a_name",
                **says("name", "Write the event's name."),
            ),
            CheckConstraint(
                condition=well_formed("start_date") & well_formed("end_date"),
                name="event_dates_well_formed",
                **says("start_date", "Write dates as 2020, 2020-07 or 2020-07-16."),
            ),
            CheckConstraint(
                condition=Q(ends_latest__isnull=True)
                | Q(starts_earliest__isnull=False, ends_latest__gte=F("starts_earliest")),
                name="event_ends_after_it_starts",
                **says("end_date", "An event cannot end before it starts, or without a start."),
            ),
            CheckConstraint(
                condition=Q(start_time__isnull=True)
                | (Q(start_date__length=FULL_LENGTH) & ~Q(time_zone="")),
                name="event_start_time_has_day_and_zone",
                **says("start_time", "A start time needs a full start date and a time zone."),
            ),
            CheckConstraint(
                condition=Q(end_time__isnull=True)
                | Q(start_time__isnull=False)
                & (
                    Q(end_date__length=FULL_LENGTH) & ~Q(end_date=F("start_date"))
                    | (Q(end_date="") | Q(end_date=F("start_date")))
                    & Q(end_time__gte=F("start_time"))
                ),
                name="event_end_time_follows_start",
                **says(
                    "end_time",
                    "An end time needs a start time before it, and a full end date or none.",
                ),
            ),
            CheckConstraint(
                condition=Q(live_coverage="") | Q(covered_live__isnull=False, covered_live=True),
                name="event_live_coverage_was_live",
                **says("covered_live", "Choose “Yes” for covered live when you say where it was."),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("event", args=[self.slug])


class Appearance(ConstrainedModel):
    """One capacity in which somebody spoke at an event."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    event = models.ForeignKey(Event, models.CASCADE, related_name="appearances")
    capacity = models.ForeignKey(Affiliation, models.PROTECT, related_name="appearances")
    order = models.PositiveSmallIntegerField(default=0, help_text="Order among the speakers.")

    class Meta:
        ordering = ["order", "capacity__speaker__name"]
        constraints = [
            UniqueConstraint(
                fields=["event", "capacity"],
                name="appearance_unique",
                **says("capacity", "This capacity is among the event's speakers already."),
            ),
        ]

    def __str__(self) -> str:
        return str(self.capacity)

    def clean(self) -> None:
        """Refuse a speaker who was merged into another."""
        if self.capacity_id:
            refuse_merged(self.capacity.speaker, "capacity")


class State(models.TextChoices):
    """The state of a working copy; ``publishing.workflow`` has the transitions."""

    DRAFT = "draft", "Draft"
    REVIEW = "review", "In review"
    SCHEDULED = "scheduled", "Scheduled"
    PUBLISHED = "published", "Published"
    WITHDRAWN = "withdrawn", "Withdrawn"


class Article(ConstrainedModel):
    """The working copy of a piece. Readers see its editions, never this row."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    slug = models.SlugField(max_length=120, unique=True)
    headline = models.CharField(max_length=200)
    standfirst = models.TextField(max_length=600, blank=True, help_text="One or two sentences.")
    dateline = models.CharField(
        max_length=120, blank=True, help_text="Where the report comes from: Islamabad."
    )
    byline = models.CharField(
        "agency",
        max_length=200,
        blank=True,
        help_text="Who has no page here: an agency by its name, or the source's own byline.",
    )
    source = models.CharField(
        max_length=200, blank=True, help_text="What it rests on, in its own words: a press release."
    )
    body = RichTextField(blank=True)
    language = models.CharField(max_length=35, choices=languages, default="en")
    translation_of = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="translations",
        help_text="The article that this one says in another language.",
    )
    translation_group = models.GeneratedField(
        expression=Coalesce("translation_of", "id"),
        output_field=models.UUIDField(),
        db_persist=True,
    )
    picture = models.ForeignKey(
        Picture, models.PROTECT, null=True, blank=True, related_name="articles"
    )
    topics = models.ManyToManyField(Topic, blank=True, related_name="articles")
    event = models.ForeignKey(Event, models.PROTECT, null=True, blank=True, related_name="articles")
    state = models.CharField(max_length=10, choices=State, default=State.DRAFT, editable=False)
    dismissed_passages = ArrayField(
        models.TextField(),
        default=list,
        blank=True,
        help_text="Passages in quotation marks that nobody said: titles and terms, one a line.",
    )
    last_number = models.PositiveSmallIntegerField(
        default=0, editable=False, help_text="The last number given to a statement."
    )
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    modified_at = models.DateTimeField(auto_now=True)

    class Meta:
        ordering = ["-modified_at"]
        permissions = [
            ("publish_article", "Can publish articles"),
            ("erase_article", "Can ask for erasures and confirm those of others"),
        ]
        indexes = [
            # What waits in a state, the longest first.
            models.Index(fields=["state", "modified_at"], name="article_in_state"),
            GinIndex(
                names_vector("headline", "standfirst"), name="article_names", fastupdate=False
            ),
            GinIndex(names_vector(markup_words("body")), name="article_words"),
        ]
        constraints = [
            CheckConstraint(
                condition=Q(headline__regex=VISIBLE),
                name="article_has_a_headline",
                **says("headline", "Write a headline."),
            ),
            CheckConstraint(
                condition=Q(state__in=State.values),
                name="article_state_known",
                **says("state", "This is no state of an article."),
            ),
            CheckConstraint(
                condition=Q(translation_of=None) | ~Q(translation_of=F("id")),
                name="article_not_its_own_translation",
                **says("translation_of", "An article is no translation of itself."),
            ),
            UniqueConstraint(
                fields=["translation_group", "language"],
                name="article_once_a_language",
                **says("language", "This article exists in this language already."),
            ),
        ]

    def __str__(self) -> str:
        return self.headline

    def get_absolute_url(self) -> str:
        return reverse("article", args=[self.slug])

    def clean(self) -> None:
        """Refuse a second article in a language, and a translation of a translation.

        The constraints below say the first too; a form leaves them out, as ``work`` is no field.
        """
        translation_group = self.translation_of_id or self.pk
        if self.translation_of_id == self.pk:
            raise ValidationError({"translation_of": "An article is no translation of itself."})
        family = Article.objects.filter(translation_group=translation_group, language=self.language)
        if family.exclude(pk=self.pk).exists():
            raise ValidationError({"language": "This article exists in this language already."})
        if self.translation_of_id is None:
            return
        original = Article.objects.filter(pk=self.translation_of_id).first()
        if original is None:  # another message says so
            return
        if original.translation_of_id:
            raise ValidationError(
                {
                    "translation_of": f"“{original}” is itself a translation; choose the original, "
                    f"“{original.translation_of}”."
                }
            )
        if self.pk and self.translations.exists():
            raise ValidationError(
                {"translation_of": "Others are translations of this article; it is an original."}
            )


class Byline(ConstrainedModel):
    """Somebody of whom an article is, in a capacity: in the order in which the byline has them.

    An agency, or a byline in a source's words, stands in ``Article.byline``.
    """

    class Role(models.TextChoices):
        """In the order of a byline; schema.org ``author``, ``editor``, ``translator``."""

        REPORTER = "reporter", "Reporter"
        EDITOR = "editor", "Editor"
        TRANSLATOR = "translator", "Translator"

    article = models.ForeignKey(Article, models.CASCADE, related_name="bylines")
    capacity = models.ForeignKey(Affiliation, models.PROTECT, related_name="bylines")
    role = models.CharField(max_length=10, choices=Role)
    position = models.PositiveSmallIntegerField()

    class Meta:
        ordering = ["position"]
        constraints = [
            UniqueConstraint(
                fields=["article", "capacity", "role"],
                name="byline_unique",
                **says("capacity", "This person stands in the byline already."),
            ),
            CheckConstraint(
                condition=Q(role__in=["reporter", "editor", "translator"]),
                name="byline_role_known",
                **says("role", "This is no role in a byline."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_role_display()}: {self.capacity}"


class Statement(ConstrainedModel):
    """What somebody said, in a capacity: a direct quotation or reported speech."""

    class Kind(models.TextChoices):
        DIRECT = "direct", "Direct quotation"
        REPORTED = "reported", "Reported speech"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    article = models.ForeignKey(Article, models.CASCADE, related_name="statements")
    capacity = models.ForeignKey(
        Affiliation, models.PROTECT, related_name="statements", help_text="Who spoke, and as what."
    )
    number = models.PositiveSmallIntegerField(editable=False)
    kind = models.CharField(max_length=10, choices=Kind, default=Kind.DIRECT)
    text = models.TextField(
        help_text="A direct quotation stands word for word in the body, without quotation marks."
    )
    passage = models.TextField(
        blank=True,
        help_text="For reported speech: the body's sentence that reports it, word for word.",
    )

    class Meta:
        ordering = ["number"]
        constraints = [
            UniqueConstraint(
                fields=["article", "number"],
                name="statement_number_unique",
                **says("number", "Another statement of this article has this number; save again."),
            ),
            UniqueConstraint(
                "article",
                "capacity",
                MD5("text"),
                name="statement_unique",
                **says("text", "This article has this statement already."),
            ),
            CheckConstraint(
                condition=Q(text__regex=VISIBLE),
                name="statement_has_a_text",
                **says("text", "Write the statement's text."),
            ),
            CheckConstraint(
                condition=Q(kind="direct", passage="") | Q(kind="reported", passage__regex=VISIBLE),
                name="statement_passage_fits_its_kind",
                **says(
                    "passage",
                    "Reported speech needs the passage that reports it; a quotation needs none.",
                ),
            ),
        ]

    def __str__(self) -> str:
        return self.text if len(self.text) <= 80 else f"{self.text[:79]}…"

    def clean(self) -> None:
        """Refuse a speaker who was merged into another."""
        if self.capacity_id:
            refuse_merged(self.capacity.speaker, "capacity")
