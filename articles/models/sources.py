"""What articles are made from: releases as they came."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from articles.models.working import Article


class SourceDocument(models.Model):
    """A release as it came, byte for byte, with the text that was read in it.

    Without an ``article`` it waits to be looked at. ``sender``, ``subject`` and ``sent_at`` are a
    mail's own, and so are the names of its ``attachments``; ``name`` is the file's, empty for what
    was pasted. ``notes`` are the sentences that an editor was told about the reading.
    ``received_by`` is empty for what came by mail.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    article = models.ForeignKey(
        Article, models.CASCADE, null=True, related_name="source_documents", editable=False
    )
    content = models.BinaryField()
    name = models.CharField(max_length=255, blank=True)
    kind = models.CharField(max_length=10)
    text = models.TextField()
    notes = ArrayField(models.TextField(), default=list)
    sender = models.CharField(max_length=300, blank=True)
    subject = models.CharField(max_length=300, blank=True)
    sent_at = models.DateTimeField(null=True)
    attachments = ArrayField(models.TextField(), default=list)
    digest = models.CharField(max_length=64, help_text="SHA-256 of the content.")
    received_at = models.DateTimeField(db_default=Now())
    received_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )

    class Meta:
        ordering = ["-received_at", "pk"]
        default_permissions = ()
        indexes = [
            models.Index(fields=["digest"], name="source_document_digest"),
            models.Index(
                fields=["-received_at"],
                condition=Q(article=None),
                name="source_document_waiting",
            ),
        ]

    def __str__(self) -> str:
        first = self.text.split("\n", 1)[0]
        return self.name or self.subject or (first if len(first) <= 80 else f"{first[:79]}…")


class ReceivedRelease(models.Model):
    """A mail of the mailbox, as a line in the tray; one row a mail, whatever became of it.

    ``document`` is the mail with its text. It is empty when the mail was not fetched, because it is
    too large or its sender is not allowed; ``problem`` is the sentence that says so, or why it has
    no text. ``digest`` is SHA-256 of the mail, of its header when it was not fetched;
    ``text_digest`` that of its words and of its attachments' names, by which the same release in
    another mail is recognised.
    """

    class State(models.TextChoices):
        NEW = "new"
        TAKEN = "taken"
        DONE = "done"
        DROPPED = "dropped"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    document = models.OneToOneField(
        SourceDocument, models.SET_NULL, null=True, related_name="received", editable=False
    )
    message_id = models.CharField(max_length=300, blank=True)
    digest = models.CharField(max_length=64, unique=True)
    text_digest = models.CharField(max_length=64, blank=True)
    sender = models.CharField(max_length=300, blank=True)
    subject = models.CharField(max_length=300, blank=True)
    problem = models.TextField(blank=True)
    state = models.CharField(max_length=10, choices=State, default=State.NEW)
    taken_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    received_at = models.DateTimeField(db_default=Now())

    class Meta:
        ordering = ["-received_at", "pk"]
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(
                fields=["message_id"], condition=~Q(message_id=""), name="received_release_once"
            ),
            models.CheckConstraint(
                condition=~Q(state="taken") | Q(taken_by__isnull=False),
                name="received_release_taken_by",
            ),
        ]
        indexes = [
            models.Index(fields=["state", "-received_at", "id"], name="received_release_list"),
            models.Index(fields=["text_digest"], name="received_release_text"),
        ]

    def __str__(self) -> str:
        return self.subject or (f"Mail from {self.sender}" if self.sender else "A mail")
