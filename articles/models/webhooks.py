"""Partners' endpoints, the deliveries to them, and who else is told of the log."""

from __future__ import annotations

import base64
import secrets
import uuid

from django.db import models
from django.db.models import Max, Q, UniqueConstraint
from django.utils import timezone

from articles.models.partners import Partner
from articles.models.published import Change
from people.constraints import ConstrainedModel, says


def new_secret() -> str:
    """Return a random secret in the form of the Standard Webhooks specification."""
    return "whsec_" + base64.b64encode(secrets.token_bytes(24)).decode()


def end_of_log() -> int:
    """The last number of the log; a new endpoint is sent what comes after it."""
    return Change.objects.aggregate(last=Max("sequence"))["last"] or 0


class Endpoint(ConstrainedModel):
    """A partner's address to which every change is sent.

    ``cursor`` is the number in the log up to which deliveries exist. No sender uses the endpoint
    before ``paused_until``: a sender sets it as its lease, a failure as a pause.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    partner = models.ForeignKey(Partner, models.CASCADE, related_name="endpoints")
    url = models.URLField("URL", max_length=500, help_text="Begins with https://")
    secret = models.CharField(max_length=100, default=new_secret, editable=False)
    previous_secret = models.CharField(max_length=100, blank=True, editable=False)
    previous_secret_until = models.DateTimeField(
        null=True, editable=False, help_text="The secret before signs too until then."
    )
    active = models.BooleanField(default=True)
    cursor = models.PositiveBigIntegerField(default=end_of_log, editable=False)
    paused_until = models.DateTimeField(null=True, editable=False)
    failures = models.PositiveIntegerField(default=0, editable=False)
    failing_since = models.DateTimeField(null=True, editable=False)
    notice = models.TextField(blank=True, editable=False, help_text="Why it was switched off.")
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        ordering = ["created_at"]
        verbose_name = "webhook"
        constraints = [
            UniqueConstraint(
                fields=["partner", "url"],
                name="endpoint_once",
                **says("url", "This partner has this address already."),
            ),
            models.CheckConstraint(
                condition=Q(failures=0, failing_since__isnull=True)
                | Q(failures__gt=0, failing_since__isnull=False),
                name="endpoint_fails_since",
            ),
        ]

    def __str__(self) -> str:
        return self.url


class Delivery(models.Model):
    """One change for one endpoint; ``due_at`` is empty once it was delivered or given up."""

    endpoint = models.ForeignKey(Endpoint, models.CASCADE, related_name="deliveries")
    change = models.ForeignKey(Change, models.PROTECT, related_name="deliveries")
    object_id = models.UUIDField()
    attempts = models.PositiveIntegerField(default=0)
    due_at = models.DateTimeField(null=True, default=timezone.now)
    delivered_at = models.DateTimeField(null=True)
    status = models.PositiveSmallIntegerField(null=True, help_text="What the endpoint answered.")
    error = models.TextField(blank=True)

    class Meta:
        ordering = ["-change"]
        verbose_name_plural = "deliveries"
        constraints = [UniqueConstraint(fields=["endpoint", "change"], name="delivery_once")]
        indexes = [
            models.Index(
                fields=["endpoint", "object_id", "change"],
                condition=Q(due_at__isnull=False),
                name="delivery_unfinished",
            )
        ]

    def __str__(self) -> str:
        return f"change {self.change_id} to {self.endpoint}"


class LogReader(models.Model):
    """A system that the worker tells of every change: the WebSub hub, the cache in front.

    ``sequence`` is the last number of the log that it was told of. No worker tells it before
    ``retry_at``: one that is at it sets this as its lease, a failure as a pause.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    name = models.CharField(max_length=20, unique=True)
    sequence = models.PositiveBigIntegerField()
    attempts = models.PositiveIntegerField(default=0)
    last_error = models.TextField(blank=True)
    retry_at = models.DateTimeField(null=True)

    class Meta:
        default_permissions = ()

    def __str__(self) -> str:
        return self.name
