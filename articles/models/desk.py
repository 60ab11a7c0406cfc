"""What the desk keeps: versions, unsaved text, previews, scheduled actions, the audit log."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import CheckConstraint, F, Q, UniqueConstraint
from django.db.models.fields.json import KT, KeyTransform
from django.db.models.functions import Now
from django.utils import timezone

from articles.frozen import Snapshot
from articles.models.fields import FrozenField
from articles.models.search import names_vector
from articles.models.working import Article


class Version(models.Model):
    """The working copy as somebody saved it. Not public; never changed afterwards but by erasure.

    Number 0, which nobody saved, is how an article was found that came without versions.
    """

    article = models.ForeignKey(Article, models.CASCADE, related_name="versions")
    number = models.PositiveIntegerField()
    saved_at = models.DateTimeField(default=timezone.now)
    saved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", db_index=False
    )
    snapshot: models.JSONField[Snapshot, Snapshot] = FrozenField()
    erasure = models.ForeignKey(
        "Erasure", models.PROTECT, null=True, related_name="+", db_index=False
    )
    digest = models.CharField(max_length=64, blank=True, help_text="Of the text that was erased.")

    class Meta:
        ordering = ["-number"]
        constraints = [UniqueConstraint(fields=["article", "number"], name="version_number_unique")]
        indexes = [
            models.Index(KT("snapshot__picture__id"), name="version_picture"),
            GinIndex(
                KeyTransform("body_pictures", "snapshot"),
                name="version_body_pictures",
                fastupdate=False,
            ),
            # My work: what somebody saved last.
            models.Index(
                fields=["saved_by", "-saved_at"], include=["article"], name="version_saved"
            ),
        ]

    def __str__(self) -> str:
        return f"version {self.number}"


class Erasure(models.Model):
    """A text that a court, or a person's right, takes away: who asked, why, and who confirmed it.

    ``article_ids`` are the articles, translations among them. Once it is confirmed the database
    lets this row stand for ever, and lets ``publishing.erasure`` take the texts of those articles,
    and nothing else, out of rows that otherwise never change. ``notice`` is public.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    article_ids = ArrayField(models.UUIDField())
    reason = models.TextField(help_text="Not public: the judgment or the request, with its date.")
    notice = models.TextField(help_text="Public: stands at the address, and partners get it.")
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    asked_at = models.DateTimeField(db_default=Now())
    confirmed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    confirmed_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-asked_at"]
        default_permissions = ()
        indexes = [GinIndex(fields=["article_ids"], name="erasure_of_article")]
        constraints = [
            CheckConstraint(
                condition=Q(reason__regex=r"\S", notice__regex=r"\S"),
                name="erasure_has_reason_and_notice",
            ),
            CheckConstraint(
                condition=Q(confirmed_by=None, confirmed_at=None)
                | Q(confirmed_by__isnull=False, confirmed_at__isnull=False),
                name="erasure_confirmed_by_somebody",
            ),
            CheckConstraint(
                condition=Q(confirmed_by=None) | ~Q(confirmed_by=F("asked_by")),
                name="erasure_takes_two",
            ),
        ]

    def __str__(self) -> str:
        return f"erasure asked for by {self.asked_by} on {self.asked_at:%Y-%m-%d}"


class EditSession(models.Model):
    """A user has an article open at the desk; with the text that is typed and not yet saved.

    ``article`` is empty for one that was never saved. ``slot`` is one form in one tab: a form that
    is opened again has a new one, so that nothing typed there replaces what was kept before.
    ``base`` is the number of the version that was opened; ``typed`` holds the form's fields as the
    browser sends them.
    """

    article = models.ForeignKey(Article, models.CASCADE, null=True, related_name="edit_sessions")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    slot = models.UUIDField()
    seen_at = models.DateTimeField()
    base = models.PositiveIntegerField(default=0)
    typed = models.JSONField(null=True)
    typed_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            UniqueConstraint(
                fields=["article", "user", "slot"],
                nulls_distinct=False,
                name="edit_session_unique",
            )
        ]

    def __str__(self) -> str:
        return f"{self.user} at {self.article or 'a new article'}"


class PreviewLink(models.Model):
    """A text of an article, as it stood when it was shared with people who have no account.

    ``revoked_at`` is set when the link was called back. ``openings`` counts how often the page was
    opened; ``PreviewOpening`` has the times.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    article = models.ForeignKey(Article, models.CASCADE, related_name="preview_links")
    snapshot: models.JSONField[Snapshot, Snapshot] = FrozenField()
    shared_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    shared_at = models.DateTimeField(default=timezone.now)
    expires_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True)
    openings = models.PositiveIntegerField(default=0)

    class Meta:
        ordering = ["-shared_at"]

    def __str__(self) -> str:
        return f"preview of “{self.snapshot['headline']}”, shared {self.shared_at:%Y-%m-%d %H:%M}"


class PreviewOpening(models.Model):
    """Somebody opened a preview link."""

    link = models.ForeignKey(PreviewLink, models.CASCADE, related_name="opened")
    at = models.DateTimeField(db_default=Now())

    class Meta:
        ordering = ["-at", "-pk"]

    def __str__(self) -> str:
        return f"opened {self.at:%Y-%m-%d %H:%M %Z}"


class ScheduledAction(models.Model):
    """Something to be done to an article at a set time; ``publishing.schedule`` runs it once.

    The row is deleted when the action was run. When it broke, ``attempts`` counts the tries,
    ``last_error`` keeps the last one's words, and nobody tries again before ``retry_at``.
    """

    class Action(models.TextChoices):
        PUBLISH = "publish", "Publish"
        WITHDRAW = "withdraw", "Withdraw"

    article = models.ForeignKey(Article, models.CASCADE, related_name="scheduled_actions")
    action = models.CharField(max_length=10, choices=Action)
    at = models.DateTimeField(db_index=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    # What was approved is what goes out, whatever is edited meanwhile.
    snapshot: models.JSONField[Snapshot | None, Snapshot | None] = FrozenField(null=True)
    embargo_until = models.DateTimeField(null=True)
    notice = models.TextField(blank=True)
    attempts = models.PositiveIntegerField(default=0)
    last_error = models.TextField(blank=True)
    retry_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["at", "pk"]
        verbose_name = "scheduled action"
        verbose_name_plural = "schedule"
        indexes = [
            models.Index(KT("snapshot__picture__id"), name="scheduled_action_picture"),
            GinIndex(
                KeyTransform("body_pictures", "snapshot"),
                name="scheduled_action_pictures",
                fastupdate=False,
            ),
        ]
        constraints = [
            UniqueConstraint(fields=["article", "action"], name="scheduled_action_once"),
            CheckConstraint(
                condition=Q(action="publish", snapshot__isnull=False)
                | Q(action="withdraw", notice__regex=r"\S"),
                name="scheduled_action_is_complete",
            ),
            CheckConstraint(
                condition=Q(embargo_until=None) | Q(embargo_until__lte=F("at")),
                name="scheduled_action_after_embargo",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_action_display()} “{self.article}” at {self.at:%Y-%m-%d %H:%M %Z}"


class AuditEntry(models.Model):
    """Who did what and when, beside the versions. The database lets nobody rewrite it."""

    at = models.DateTimeField(db_default=Now())
    # Empty for what a stranger did: a sign-in that failed.
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    action = models.CharField(max_length=20)
    kind = models.CharField(max_length=20)
    object_id = models.UUIDField()
    title = models.CharField(max_length=300)
    note = models.TextField(blank=True)

    class Meta:
        ordering = ["-at", "-pk"]
        verbose_name = "audit entry"
        verbose_name_plural = "audit log"
        indexes = [
            models.Index(fields=["object_id", "-at"], name="audit_entry_of_object"),
            GinIndex(names_vector("title", "note"), name="audit_entry_names", fastupdate=False),
        ]

    def __str__(self) -> str:
        return f"{self.by or 'Nobody signed in'}: {self.action} {self.title}"


class Worker(models.Model):
    """A worker, and when it last wrote that it lives; ``newsroom.workers`` reads and writes it."""

    name = models.CharField(max_length=64, primary_key=True)
    seen_at = models.DateTimeField()

    class Meta:
        default_permissions = ()

    def __str__(self) -> str:
        return self.name


class Unreadable(models.Model):
    """Something public that could not be shown; ``articles.unreadable`` notes it.

    ``change`` is the row of the log that made it public, ``at`` the last time that it was noted: at
    most once a minute.
    """

    change = models.OneToOneField(
        "articles.Change",
        models.PROTECT,
        primary_key=True,
        db_column="sequence",
        related_name="unreadable",
    )
    error = models.TextField()
    times = models.PositiveIntegerField(default=1)
    at = models.DateTimeField()

    class Meta:
        default_permissions = ()
        ordering = ["-at"]

    def __str__(self) -> str:
        return f"change {self.pk}"
