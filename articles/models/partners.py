"""Partners, their keys, and what they asked for."""

from __future__ import annotations

import hashlib
import secrets
import uuid

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils import timezone

from articles.models.working import Topic, languages


class Partner(models.Model):
    """A publication or system that takes the feed."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    name = models.CharField(max_length=200, unique=True)
    contact = models.EmailField(blank=True)
    reads_embargoed = models.BooleanField(
        "reads embargoed items",
        default=False,
        help_text="Items under embargo, before everybody else. They must be kept until its end.",
    )

    full_text = models.BooleanField(
        default=True, help_text="Without it: headline, standfirst and facts, no body and no quotes."
    )
    topics = models.ManyToManyField(
        Topic, blank=True, help_text="Only articles that were ever filed under these; none for all."
    )
    languages = ArrayField(
        models.CharField(max_length=10, choices=languages),
        default=list,
        blank=True,
        help_text="Only articles in these languages; none for all.",
    )
    per_minute = models.PositiveIntegerField(
        "requests a minute", default=600, help_text="By one key; 0 for no limit."
    )

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class Key(models.Model):
    """A partner's key. It is shown once; the database holds its hash alone."""

    partner = models.ForeignKey(Partner, models.CASCADE, related_name="keys")
    hash = models.CharField(max_length=64, unique=True, editable=False)
    prefix = models.CharField("begins with", max_length=8, editable=False)
    active = models.BooleanField(default=True, help_text="Untick to revoke it at once.")
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
        secret = secrets.token_urlsafe(32)
        cls.objects.create(partner=partner, hash=cls.hash_of(secret), prefix=secret[:8])
        return secret


class ApiRequest(models.Model):
    """A request by a partner, kept for some days so that the desk can see what they read."""

    key = models.ForeignKey(Key, models.CASCADE, related_name="api_requests")
    at = models.DateTimeField(default=timezone.now)
    address = models.CharField(max_length=500, help_text="Path and query.")
    status = models.PositiveSmallIntegerField()
    milliseconds = models.PositiveIntegerField()

    class Meta:
        ordering = ["-at"]
        indexes = [models.Index(fields=["key", "-at"], name="api_request_latest")]

    def __str__(self) -> str:
        return f"{self.address} ({self.status})"
