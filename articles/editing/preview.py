"""Previews: the working copy for anybody who holds a signed link, for a few days."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from django.conf import settings
from django.core import signing
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone

from articles.models import Article, Edition
from articles.publishing.snapshot import take_snapshot

SALT = "articles.preview"


def preview_path(article: Article) -> str:
    """The path of a link that opens the working copy of ``article`` for PREVIEW_DAYS days."""
    return reverse("preview", args=[signing.dumps(str(article.pk), salt=SALT)])


def open_link(token: str) -> Edition:
    """The edition, never saved, that publishing would make of the working copy now.

    Raises SignatureExpired for a link that is too old, BadSignature for one that is not ours, and
    Http404 when the article is gone.
    """
    age = timedelta(days=settings.PREVIEW_DAYS)
    article = get_object_or_404(Article, pk=UUID(signing.loads(token, salt=SALT, max_age=age)))
    snapshot = take_snapshot(article)
    shown = article.editions.ever_public().first()
    now = timezone.now()
    return Edition(
        article=article,
        version=shown.version + 1 if shown else 1,
        first_published_at=shown.first_published_at if shown else now,
        published_at=now,
        corrections=shown.corrections if shown else [],
        slug=snapshot["slug"],
        headline=snapshot["headline"],
        standfirst=snapshot["standfirst"],
        body=snapshot["body"],
        snapshot=snapshot,
    )
