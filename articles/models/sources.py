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
    mail's own; ``name`` is the file's, empty for what was pasted. ``notes`` are the sentences that
    an editor was told about the reading.
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
    digest = models.CharField(max_length=64, help_text="SHA-256 of the content.")
    received_at = models.DateTimeField(db_default=Now())
    received_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")

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
