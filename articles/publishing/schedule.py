"""Moves at a set time: publication, the end of an embargo, withdrawal.

A move that has fallen due is done by whoever comes first: the worker, whose task is queued for
that moment, or any request, because ``keep_up`` runs before it. The article's row decides who.
"""

from __future__ import annotations

import logging
import time
from datetime import datetime
from typing import cast

from django.contrib.auth.models import User
from django.db import transaction
from django.tasks import task
from django.utils import timezone

from articles.frozen import Snapshot
from articles.log import TRUST, forget, position
from articles.models import Article, Due, Edition, State
from articles.publishing import audit
from articles.publishing.pages import claim
from articles.publishing.publish import not_alone, reasons_against, release, retract
from articles.publishing.snapshot import take_snapshot
from articles.publishing.workflow import Deed, Refused, keep_state, locked, move

logger = logging.getLogger(__name__)

PUBLISH, WITHDRAW = Due.Deed


@transaction.atomic
def schedule(
    article: Article,
    *,
    by: User,
    publish_at: datetime | None = None,
    embargo_until: datetime | None = None,
) -> Due:
    """Approve the working copy as it stands, to be published at ``publish_at``.

    With ``embargo_until`` partners who hold the right to embargoed items get it at once; readers
    at ``publish_at``, or when the embargo ends. What is edited later is not in it. A second call
    replaces the first. Raises PermissionDenied, and Refused for a text not fit to publish or a
    time that cannot be.
    """
    article = locked(article)
    move(article, Deed.SCHEDULE, by=by)
    not_alone(article, by)
    at = publish_at or embargo_until
    if at is None:
        raise Refused("Give the time to publish at, or the time at which the embargo ends.")
    for moment in (at, embargo_until):
        _must_be_ahead(moment)
    if embargo_until and at < embargo_until:
        raise Refused(
            f"The embargo ends on {_words(embargo_until)}, after the publication on {_words(at)}; "
            "publish when it has ended."
        )
    if embargo_until and article.editions.public().exists():
        raise Refused("Readers have seen this article already; an embargo comes too late.")
    withdrawal = article.dues.filter(deed=WITHDRAW).first()
    if withdrawal and withdrawal.at <= at:
        raise Refused(_wrong_order(at, withdrawal.at))
    snapshot = take_snapshot(article)
    if reasons := reasons_against(snapshot):
        raise Refused(reasons)
    claim("article", snapshot["slug"], article.pk)

    due, _ = article.dues.update_or_create(
        deed=PUBLISH,
        defaults={"at": at, "by": by, "snapshot": snapshot, "embargo_until": embargo_until},
    )
    held_back = _held_back(article)
    if embargo_until:
        same = held_back and (held_back.snapshot, held_back.embargoed_until)
        if same != (snapshot, embargo_until):
            release(article, snapshot, by=by, embargoed_until=embargo_until)
    elif held_back:
        retract(article, by=by, notice="The embargoed item was canceled.")
    keep_state(article)
    until = f", embargo until {_words(embargo_until)}" if embargo_until else ""
    audit.record("schedule", article, by=by, note=f"for {_words(at)}{until}")
    _wake_at(at)
    return due


@transaction.atomic
def schedule_withdrawal(article: Article, *, by: User, at: datetime, notice: str) -> Due:
    """Withdraw the article at ``at``, with this public ``notice``.

    A second call replaces the first. Raises PermissionDenied, and Refused when nothing is or
    will be public by then.
    """
    article = locked(article)
    move(article, Deed.SCHEDULE_WITHDRAWAL, by=by)
    if not notice.strip():
        raise Refused("Write the public notice: why the article is withdrawn.")
    _must_be_ahead(at)
    publication = article.dues.filter(deed=PUBLISH).first()
    if publication and at <= publication.at:
        raise Refused(_wrong_order(publication.at, at))
    if not publication and not article.editions.current().exists():
        raise Refused("Nothing of this article is public or scheduled; publish it first.")
    due, _ = article.dues.update_or_create(
        deed=WITHDRAW, defaults={"at": at, "by": by, "notice": notice.strip()}
    )
    audit.record("schedule withdrawal", article, by=by, note=f"for {_words(at)}")
    _wake_at(at)
    return due


@transaction.atomic
def unschedule(article: Article, *, by: User) -> None:
    """Take every move of the article off the schedule. Embargoed copies are canceled.

    Raises PermissionDenied, and Refused when nothing is scheduled.
    """
    article = locked(article)
    move(article, Deed.UNSCHEDULE, by=by)
    if not article.dues.all().delete()[0]:
        raise Refused("Nothing is scheduled for this article.")
    if _held_back(article):
        retract(article, by=by, notice="The embargoed item was canceled.")
    keep_state(article)
    audit.record("unschedule", article, by=by)
    transaction.on_commit(forget)


def bring_forward(now: datetime | None = None) -> int:
    """Do every move that has fallen due by ``now``, in the order of their times; return how many.

    Whoever comes second waits for the first and then finds nothing left. A publication that has
    become impossible goes back to draft, with the reason in the article's history.
    """
    now = now or timezone.now()
    done = 0
    for due in Due.objects.filter(at__lte=now).only("pk", "article_id"):
        with transaction.atomic():
            done += _do(due, now)
    return done


def keep_up() -> None:
    """Bring due moves forward before something is read. Asks the database once a second at most."""
    due = position().next_due
    if due is None or due > timezone.now() or time.monotonic() < _pause.until:
        return
    try:
        bring_forward()
    except Exception:
        # Readers come first: they get what is public, and the next second tries again.
        logger.exception("A move that has fallen due could not be done.")
        _pause.until = time.monotonic() + TRUST
    forget()


@task
def do_due() -> int:
    """The worker's task: ``schedule`` queues it for the moment at which a move falls due."""
    return bring_forward()


class _Pause:
    """Until when this process leaves alone what it could not do."""

    until = 0.0


_pause = _Pause()


def _wake_at(at: datetime) -> None:
    do_due.using(run_after=at).enqueue()
    transaction.on_commit(forget)


def _do(due: Due, now: datetime) -> bool:
    article = Article.objects.select_for_update().filter(pk=due.article_id).first()
    # Whoever had the row before us may have done it, moved it or taken it away.
    due_now = Due.objects.filter(pk=due.pk, at__lte=now).select_related("by").first()
    if article is None or due_now is None:
        return False
    due_now.delete()
    deed, note = str(due_now.deed), f"as scheduled for {_words(due_now.at)}"
    try:
        with transaction.atomic():
            _withdraw(article, due_now) if deed == WITHDRAW else _publish(article, due_now)
    except Refused as refused:
        article.dues.all().delete()
        article.state = State.DRAFT
        keep_state(article)
        deed, note = f"{deed} failed", " ".join(refused.messages)
    audit.record(deed, article, by=due_now.by, note=note)
    return True


def _publish(article: Article, due: Due) -> None:
    """Release the text as it was approved. What was edited since then is a draft."""
    approved = cast(Snapshot, due.snapshot)
    public = article.editions.current().first()
    as_approved = take_snapshot(article) == approved
    article.state = State.PUBLISHED if as_approved else State.DRAFT
    if public and public.snapshot == approved:
        keep_state(article)
    else:
        release(article, approved, by=due.by, at=due.at, approved=True)


def _withdraw(article: Article, due: Due) -> None:
    article.state = State.WITHDRAWN
    retract(article, by=due.by, notice=due.notice, at=due.at)


def _held_back(article: Article) -> Edition | None:
    return article.editions.standing().filter(status=Edition.Status.WITHHELD).first()


def _must_be_ahead(moment: datetime | None) -> None:
    if moment and moment <= timezone.now():
        raise Refused(f"{_words(moment)} has passed already; choose a time ahead.")


def _wrong_order(publication: datetime, withdrawal: datetime) -> str:
    return (
        f"The withdrawal on {_words(withdrawal)} does not come after the publication on "
        f"{_words(publication)}; choose other times."
    )


def _words(moment: datetime) -> str:
    return f"{timezone.localtime(moment):%-d %B %Y, %H:%M %Z}"
