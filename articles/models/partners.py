"""Partners, their keys, and what they asked for."""

from __future__ import annotations

import hashlib
import secrets
import uuid

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import CheckConstraint, Q
from django.utils import timezone

from articles.models.working import Topic, languages
from people.constraints import VISIBLE, ConstrainedModel, says


class Partner(ConstrainedModel):
    """A publication or system that takes the feed.

    Its subscription is the articles under its topics and in its languages. What is empty grants
    nothing; everything is said by ``all_topics`` and ``all_languages``. Beside it a partner reads
    whatever the public reads (setting PUBLIC_FEED).
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    name = models.CharField(max_length=200, unique=True)
    contact = models.EmailField(blank=True)
    reads_embargoed = models.BooleanField(
        "reads embargoed items",
        default=False,
        help_text="Items of the subscription under embargo, before everybody else.",
    )
    full_text = models.BooleanField(
        default=True,
        help_text="The subscription with body and quotations; without it headline, standfirst and "
        "facts.",
    )
    all_topics = models.BooleanField(
        default=False, help_text="Articles under any topic, or under none."
    )
    topics = models.ManyToManyField(
        Topic,
        blank=True,
        help_text="Articles that were ever filed under one of these. "
        "Without “all topics”, no topic here means no article.",
    )
    all_languages = models.BooleanField(default=False, help_text="Articles in any language.")
    languages = ArrayField(
        models.CharField(max_length=35, choices=languages),
        default=list,
        blank=True,
        help_text="Articles in one of these languages. "
        "Without “all languages”, no language here means no article.",
    )
    per_minute = models.PositiveIntegerField(
        "requests a minute", default=600, help_text="By one key; 0 for no limit."
    )

    class Meta:
        ordering = ["name"]
        constraints = [
            CheckConstraint(
                condition=Q(name__regex=VISIBLE),
                name="partner_has_a_name",
                **says("name", "Write the partner's name."),
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Key(models.Model):
    """A partner's key. It is shown once; the database holds its hash alone.

    Several may be valid at once, so that one replaces another without a pause.
    """

    class Scope(models.TextChoices):
        ALL = "all", "all that the partner may read"
        NO_EMBARGO = "no embargo", "nothing under embargo"

    #: What each key begins with: programs that look for lost secrets know it by that.
    MARK = "nrk_"

    partner = models.ForeignKey(Partner, models.CASCADE, related_name="keys")
    hash = models.CharField(max_length=64, unique=True, editable=False)
    prefix = models.CharField("begins with", max_length=12, editable=False)
    active = models.BooleanField(default=True, help_text="Untick to revoke it at once.")
    scope = models.CharField("reads", max_length=20, choices=Scope, default=Scope.ALL)
    ends_at = models.DateTimeField("ends", null=True, blank=True, help_text="Empty: it has no end.")
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    last_used_at = models.DateTimeField(null=True, editable=False)

    class Meta:
        ordering = ["-created_at"]

    def __str__(self) -> str:
        return f"{self.prefix}…"

    @staticmethod
    def hash_of(secret: str) -> str:
        """Return the hash of a key: SHA-256 is enough, because keys are random and long."""
        return hashlib.sha256(secret.encode()).hexdigest()

    @classmethod
    def issue(cls, partner: Partner) -> str:
        """Create a key for ``partner`` and return it in clear, the only time."""
        secret = cls.MARK + secrets.token_urlsafe(32)
        cls.objects.create(partner=partner, hash=cls.hash_of(secret), prefix=secret[:12])
        return secret

    @property
    def has_ended(self) -> bool:
        """Whether its end is over."""
        return self.ends_at is not None and self.ends_at <= timezone.now()


class ApiRequest(models.Model):
    """Requests of a key for one kind of address with one status, kept for some days.

    Each minute has one row at most, written with its first request: so ``count`` holds that
    request and those of earlier minutes that came after the row before. ``address`` is the last
    one asked for, ``milliseconds`` the slowest answer.
    """

    key = models.ForeignKey(Key, models.CASCADE, related_name="api_requests")
    at = models.DateTimeField(default=timezone.now)
    address = models.CharField(max_length=500, help_text="Path and query.")
    status = models.PositiveSmallIntegerField()
    count = models.PositiveIntegerField(default=1)
    milliseconds = models.PositiveIntegerField()

    class Meta:
        ordering = ["-at"]
        indexes = [models.Index(fields=["key", "-at"], name="api_request_latest")]

    def __str__(self) -> str:
        return f"{self.address} ({self.status})"
