"""Erasure: one person asks, another confirms, and a text is gone from every place that we keep.

What stays is a hash of each edition and version, the reason, who did it, and a row in the log whose
tombstone tells partners. The database lets nothing else take text out of history: ``history.sql``.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from uuid import UUID

from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import User
from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import F, Func, Q, QuerySet
from django.db.models.functions import Now
from django.tasks import task
from django.utils import timezone

from articles import log
from articles.formats.ninjs_3_1 import to_tombstone
from articles.frozen import ERASED, erased
from articles.models import (
    Article,
    AuditEntry,
    Edition,
    Erasure,
    Leaf,
    PreviewLink,
    ReceivedRelease,
    ScheduledAction,
    SourceDocument,
    State,
    StoredPage,
    Unreadable,
    Version,
)
from articles.publishing import audit
from articles.publishing.editions import release_withdrawal
from articles.publishing.snapshot import take_snapshot
from articles.publishing.workflow import Refused
from people.constraints import is_visible

PERMISSION = "articles.erase_article"

#: A page that somebody began to make before an erasure is stored within this time.
LONGEST_RENDERING = timedelta(minutes=2)


@transaction.atomic
def ask(
    article: Article,
    *,
    by: User,
    reason: str,
    notice: str,
    translations: Sequence[UUID] = (),
) -> Erasure:
    """Ask that the text of ``article`` is erased, and of those of its ``translations`` named.

    ``reason`` is for the desk, ``notice`` for readers and partners. Nothing is erased yet.
    Raises PermissionDenied, and Refused where something is missing or was asked for already.
    """
    _check_permission(by)
    article = Article.objects.select_for_update().get(pk=article.pk)
    if not (is_visible(reason) and is_visible(notice)):
        raise Refused("Write the reason and the public notice: both are kept in place of the text.")
    family = set(others_of(article).values_list("pk", flat=True))
    if unknown := set(translations) - family:
        raise Refused(f"{unknown.pop()} is no translation of this article.")
    if asked_for(article):
        raise Refused("This erasure was asked for already; somebody else has to confirm it.")
    erasure = Erasure.objects.create(
        article_ids=[article.pk, *sorted(set(translations))],
        reason=reason.strip(),
        notice=notice.strip(),
        asked_by=by,
    )
    audit.record("ask to erase", article, by=by, note=erasure.reason)
    return erasure


@transaction.atomic
def take_back(erasure: Erasure, *, by: User) -> None:
    """Take back what was asked for and not confirmed. Raises PermissionDenied or Refused."""
    _check_permission(by)
    if not Erasure.objects.filter(pk=erasure.pk, confirmed_by=None).delete()[0]:
        raise Refused("This erasure was confirmed or taken back meanwhile.")
    if article := Article.objects.filter(pk=erasure.article_ids[0]).first():
        audit.record("take back erasure", article, by=by)


@transaction.atomic
def confirm(erasure: Erasure, *, by: User) -> None:
    """Erase: ``by`` must be somebody else than who asked.

    Waits for whoever is at one of the articles: what they publish is erased too. Raises
    PermissionDenied, and Refused where it was confirmed or taken back meanwhile.
    """
    _check_permission(by)
    rows = Article.objects.filter(pk__in=erasure.article_ids).order_by("pk")
    articles = list(rows.select_for_update())
    open_ones = Erasure.objects.select_for_update().filter(pk=erasure.pk, confirmed_by=None)
    if (found := open_ones.first()) is None:
        raise Refused("This erasure was confirmed or taken back meanwhile.")
    if found.asked_by_id == by.pk:
        raise Refused("You asked for this erasure; somebody else has to confirm it.")
    open_ones.update(confirmed_by=by, confirmed_at=Now())
    for article in articles:
        _erase_drafts(article)
    # Another erasure that has the lock writes to the versions, previews and schedule of these.
    log.lock()
    for article in articles:
        _erase_versions(article, found, by)
        if article.editions.exists():
            release_withdrawal(article, by=by, notice=found.notice, erasure=found)
            _erase_editions(article, found)
            _erase_embeds(article, found)
        _erase_mentions(article)
        audit.record("erase", article, by=by, note=found.reason)
    transaction.on_commit(_forget_stored_pages)
    # Whoever began to make a page before the commit stores it after it.
    forget_stored_pages.using(run_after=timezone.now() + LONGEST_RENDERING).enqueue()


def asked_for(article: Article) -> Erasure | None:
    """The erasure of ``article`` that waits to be confirmed, if there is one."""
    return waiting().filter(article_ids__contains=[article.pk]).first()


def waiting() -> QuerySet[Erasure]:
    """What was asked for and not confirmed, the longest waiting first."""
    return Erasure.objects.filter(confirmed_by=None).order_by("asked_at")


def others_of(article: Article) -> QuerySet[Article]:
    """The other articles that say the same: translations, and the original."""
    group = Article.objects.filter(translation_group=article.translation_group)
    return group.exclude(pk=article.pk).order_by("language", "pk")


def erased_since(article: Article, base: int) -> bool:
    """Whether the text of ``article`` was erased after its version ``base`` was opened."""
    return article.versions.filter(erasure__isnull=False, number__gt=base).exists()


def _check_permission(by: User) -> None:
    if not by.has_perm(PERMISSION):
        raise PermissionDenied(f"{by} may not erase; ask somebody in the group Publisher.")


#: A hash of what stands there until now, computed by the database, which checks it.
_DIGEST = Func(F("snapshot"), function="newsroom_digest")


def _erase_drafts(article: Article) -> None:
    """Empty the working copy, unsaved texts and the originals."""
    article.edit_sessions.all().delete()
    article.statements.all().delete()
    article.bylines.all().delete()
    article.topics.clear()
    public = article.editions.exists()
    Article.objects.filter(pk=article.pk).update(
        headline=ERASED,
        standfirst="",
        dateline="",
        byline="",
        source="",
        body="",
        event=None,
        picture=None,
        dismissed_passages=[],
        state=State.WITHDRAWN if public else State.DRAFT,
        modified_at=timezone.now(),
    )
    article.refresh_from_db()
    own = SourceDocument.objects.filter(article=article)
    # The same release may lie in the tray once more: as this file, with these words, by mail.
    same = Q(digest__in=list(own.values_list("digest", flat=True)))
    same |= Q(text__in=list(own.exclude(text="").values_list("text", flat=True)))
    words = own.exclude(received__text_digest="").values_list("received__text_digest", flat=True)
    same |= Q(received__text_digest__in=[one for one in words if one])
    waiting = SourceDocument.objects.filter(same, article=None)
    kept = [row.pk for rows in (own, waiting) for row in rows.only("pk")]
    SourceDocument.objects.filter(pk__in=kept).update(
        content=b"", text=ERASED, name="", subject="", sender="", attachments=[], notes=[]
    )
    ReceivedRelease.objects.filter(document__in=kept).update(
        subject=ERASED, sender="", problem="", state=ReceivedRelease.State.DROPPED
    )


def _erase_versions(article: Article, erasure: Erasure, by: User) -> None:
    """Empty the versions, delete previews and the schedule. Called under the log's lock."""
    article.scheduled_actions.all().delete()
    article.preview_links.all().delete()
    last = 0
    for version in article.versions.filter(erasure=None):
        last = max(last, version.number)
        article.versions.filter(pk=version.pk).update(
            snapshot=erased(version.snapshot), digest=_DIGEST, erasure=erasure
        )
    # A form that was opened before has an older number: what it holds is not saved any more.
    article.versions.create(
        number=last + 1, saved_by=by, snapshot=take_snapshot(article), erasure=erasure
    )


def _erase_editions(article: Article, erasure: Erasure) -> None:
    """Empty the editions before the tombstone. They keep their numbers, times and hashes."""
    _erase_salts(article.editions.filter(erasure=None), erasure)
    for edition in article.editions.filter(erasure=None):
        left = erased(edition.snapshot)
        canceled = edition.status == Edition.Status.CANCELED
        item = to_tombstone(
            left,
            version=edition.version,
            at=edition.published_at,
            first_published_at=edition.first_published_at,
            notice=erasure.notice,
        )
        item["standard"] = edition.ninjs["standard"]  # whichever it was made by
        Edition.objects.filter(pk=edition.pk).update(
            headline=ERASED,
            standfirst="",
            body="",
            note=erasure.notice if canceled else "",
            corrections=[],
            snapshot=left,
            ninjs=item,
            event=None,
            digest=_DIGEST,
            erasure=erasure,
        )
        # Topics stay: by them partners have a right to the tombstone.
        edition.speakers.clear()
        edition.authors.clear()
        edition.organizations.clear()


def _erase_embeds(article: Article, erasure: Erasure) -> None:
    """Take the headline of ``article`` out of all that embeds it, or a statement of it.

    Called under the log's lock: who publishes such a text meanwhile sees the tombstone.
    """
    changes = {"snapshot": Func(F("snapshot"), function="newsroom_without_erased_names")}
    embeds_it = Q(snapshot__embeds__icontains=str(article.pk))
    for rows in (Version.objects, ScheduledAction.objects, PreviewLink.objects):
        rows.filter(embeds_it).update(**changes)
    changes["ninjs"] = Func(
        F("ninjs"), F("snapshot"), function="newsroom_item_without_erased_names"
    )
    Edition.objects.filter(embeds_it).update(**changes)
    _erase_salts(Edition.objects.filter(embeds_it), erasure)


def _erase_salts(editions: QuerySet[Edition], erasure: Erasure) -> None:
    """Let nobody guess from the tree of hashes what ``editions`` said."""
    leaves = Leaf.objects.filter(change__edition__in=editions, erasure=None)
    leaves.update(salt=None, erasure=erasure)


def _erase_mentions(article: Article) -> None:
    """Empty what the audit log and Django's own say about ``article``: headlines, quoted words."""
    AuditEntry.objects.filter(object_id=article.pk).update(title=ERASED, note="")
    kind = ContentType.objects.get_for_model(Article)
    entries = LogEntry.objects.filter(content_type=kind, object_id=str(article.pk))
    entries.update(object_repr=ERASED, change_message="")
    Unreadable.objects.filter(change__object_id=article.pk).delete()  # an error may quote it


@task()
def forget_stored_pages() -> None:
    """Delete all stored pages: some may hold a text that was erased. They are made again."""
    _forget_stored_pages()


def _forget_stored_pages() -> None:
    StoredPage.objects.all().delete()
    log.invalidate_head()
