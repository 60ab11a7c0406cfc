"""Previews: a text that is not published, for anybody who holds a link to it, for a few days."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from django.conf import settings
from django.contrib.auth.models import User
from django.core import signing
from django.db import transaction
from django.db.models import F
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone

from articles.frozen import Snapshot
from articles.models import Article, Edition, PreviewLink, PreviewOpening
from articles.publishing import audit
from articles.publishing.snapshot import take_snapshot
from articles.publishing.workflow import Action, Refused, check_permission, lock_article

SALT = "articles.preview"
#: The times of so many openings of a link are kept; more are only counted.
MOST_OPENINGS = 1000


@transaction.atomic
def share(article: Article, *, by: User) -> PreviewLink:
    """Make a link that shows the working copy as it stands now, for PREVIEW_DAYS days.

    Raises PermissionDenied when ``by`` may not write.
    """
    check_permission(by, Action.EDIT)
    article = lock_article(article)  # its text may be erased meanwhile
    expires_at = timezone.now() + timedelta(days=settings.PREVIEW_DAYS)
    link = article.preview_links.create(
        snapshot=take_snapshot(article), shared_by=by, expires_at=expires_at
    )
    audit.record("share a preview", article, by=by, note=f"until {expires_at:%Y-%m-%d %H:%M %Z}")
    return link


@transaction.atomic
def call_back(article: Article, link: str, *, by: User) -> None:
    """Let the ``link`` of ``article`` open nothing from now on.

    Raises PermissionDenied when ``by`` may not write, and Refused when there is no such link.
    """
    check_permission(by, Action.EDIT)
    open_links = article.preview_links.filter(revoked_at=None).defer("snapshot")
    found = [row.pk for row in open_links if str(row.pk) == link]  # it may be no identifier
    if not open_links.filter(pk__in=found).update(revoked_at=timezone.now()):
        raise Refused("There is no such preview any more.")
    audit.record("call a preview back", article, by=by)


def preview_path(link: PreviewLink) -> str:
    """The path of ``link``, signed: nobody can guess another."""
    return reverse("preview", args=[signing.Signer(salt=SALT).sign_object(str(link.pk))])


class Closed(Exception):
    """A link that was called back, or has expired."""


def open_link(token: str, *, count: bool) -> tuple[PreviewLink, Edition]:
    """The link behind ``token``, and the edition that it shows; ``count`` notes that it was opened.

    Raises Closed for a link that has expired or was called back, BadSignature for one that is not
    ours, and Http404 when the article is gone.
    """
    pk = UUID(signing.Signer(salt=SALT).unsign_object(token))
    links = PreviewLink.objects.select_related("article")
    link = get_object_or_404(links, pk=pk)
    if link.revoked_at or link.expires_at <= timezone.now():
        raise Closed
    if count:
        PreviewLink.objects.filter(pk=link.pk).update(openings=F("openings") + 1)
        if link.openings < MOST_OPENINGS:
            PreviewOpening.objects.create(link=link)
    return link, next_edition(link.article, link.snapshot)


def next_edition(article: Article, snapshot: Snapshot) -> Edition:
    """The edition, never saved, that publishing would make of ``snapshot`` now."""
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
