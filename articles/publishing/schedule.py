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
from articles.log import HEAD_MAX_AGE, head, invalidate_head
from articles.models import Article, Edition, ScheduledAction, State
from articles.publishing import audit
from articles.publishing.pages import claim_address
from articles.publishing.publish import check_four_eyes, reasons_not_to_publish, release, retract
from articles.publishing.snapshot import take_snapshot
from articles.publishing.workflow import Action, Refused, lock_article, save_state, transition

logger = logging.getLogger(__name__)

PUBLISH, WITHDRAW = ScheduledAction.Action


@transaction.atomic
def schedule(
    article: Article,
    *,
    by: User,
    publish_at: datetime | None = None,
    embargo_until: datetime | None = None,
) -> ScheduledAction:
    """Approve the working copy as it stands, to be published at ``publish_at``.

    With ``embargo_until`` partners who hold the right to embargoed items get it at once; readers
    at ``publish_at``, or when the embargo ends. What is edited later is not in it. A second call
    replaces the first. Raises PermissionDenied, and Refused for a text not fit to publish or a
    time that cannot be.
    """
    article = lock_article(article)
    transition(article, Action.SCHEDULE, by=by)
    check_four_eyes(article, by)
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
    if embargo_until and article.editions.ever_public().exists():
        raise Refused("Readers have seen this article already; an embargo comes too late.")
    withdrawal = article.scheduled_actions.filter(action=WITHDRAW).first()
    if withdrawal and withdrawal.at <= at:
        raise Refused(_wrong_order(at, withdrawal.at))
    snapshot = take_snapshot(article)
    if reasons := reasons_not_to_publish(snapshot):
        raise Refused(reasons)
    claim_address("article", snapshot["slug"], article.pk)

    due, _ = article.scheduled_actions.update_or_create(
        action=PUBLISH,
        defaults={"at": at, "by": by, "snapshot": snapshot, "embargo_until": embargo_until},
    )
    held_back = _withheld_edition(article)
    if embargo_until:
        same = held_back and (held_back.snapshot, held_back.embargoed_until)
        if same != (snapshot, embargo_until):
            release(article, snapshot, by=by, embargoed_until=embargo_until)
    elif held_back:
        retract(article, by=by, notice="The embargoed item was canceled.")
    save_state(article)
    until = f", embargo until {_words(embargo_until)}" if embargo_until else ""
    audit.record("schedule", article, by=by, note=f"for {_words(at)}{until}")
    _wake_at(at)
    return due


@transaction.atomic
def schedule_withdrawal(
    article: Article, *, by: User, at: datetime, notice: str
) -> ScheduledAction:
    """Withdraw the article at ``at``, with this public ``notice``.

    A second call replaces the first. Raises PermissionDenied, and Refused when nothing is or
    will be public by then.
    """
    article = lock_article(article)
    transition(article, Action.SCHEDULE_WITHDRAWAL, by=by)
    if not notice.strip():
        raise Refused("Write the public notice: why the article is withdrawn.")
    _must_be_ahead(at)
    publication = article.scheduled_actions.filter(action=PUBLISH).first()
    if publication and at <= publication.at:
        raise Refused(_wrong_order(publication.at, at))
    if not publication and not article.editions.live().exists():
        raise Refused("Nothing of this article is public or scheduled; publish it first.")
    due, _ = article.scheduled_actions.update_or_create(
        action=WITHDRAW, defaults={"at": at, "by": by, "notice": notice.strip()}
    )
    audit.record("schedule withdrawal", article, by=by, note=f"for {_words(at)}")
    _wake_at(at)
    return due


@transaction.atomic
def unschedule(article: Article, *, by: User) -> None:
    """Take every move of the article off the schedule. Embargoed copies are canceled.

    Raises PermissionDenied, and Refused when nothing is scheduled.
    """
    article = lock_article(article)
    transition(article, Action.UNSCHEDULE, by=by)
    if not article.scheduled_actions.all().delete()[0]:
        raise Refused("Nothing is scheduled for this article.")
    if _withheld_edition(article):
        retract(article, by=by, notice="The embargoed item was canceled.")
    save_state(article)
    audit.record("unschedule", article, by=by)
    transaction.on_commit(invalidate_head)


def run_due_actions(now: datetime | None = None) -> int:
    """Do every move that has fallen due by ``now``, in the order of their times; return how many.

    Whoever comes second waits for the first and then finds nothing left. A publication that has
    become impossible goes back to draft, with the reason in the article's history.
    """
    now = now or timezone.now()
    done = 0
    for due in ScheduledAction.objects.filter(at__lte=now).only("pk", "article_id"):
        with transaction.atomic():
            done += _do(due, now)
    return done


def run_due_actions_on_request() -> None:
    """Bring due moves forward before something is read. Asks the database once a second at most."""
    due = head().next_action_at
    if due is None or due > timezone.now() or time.monotonic() < _pause.until:
        return
    try:
        run_due_actions()
    except Exception:
        # Readers come first: they get what is public, and the next second tries again.
        logger.exception("A move that has fallen due could not be done.")
        _pause.until = time.monotonic() + HEAD_MAX_AGE
    invalidate_head()


@task
def run_due_actions_task() -> int:
    """The worker's task: ``schedule`` queues it for the moment at which a move falls due."""
    return run_due_actions()


class _Pause:
    """Until when this process leaves alone what it could not do."""

    until = 0.0


_pause = _Pause()


def _wake_at(at: datetime) -> None:
    run_due_actions_task.using(run_after=at).enqueue()
    transaction.on_commit(invalidate_head)


def _do(due: ScheduledAction, now: datetime) -> bool:
    article = Article.objects.select_for_update().filter(pk=due.article_id).first()
    # Whoever had the row before us may have done it, moved it or taken it away.
    action_now = ScheduledAction.objects.filter(pk=due.pk, at__lte=now).select_related("by").first()
    if article is None or action_now is None:
        return False
    action_now.delete()
    action, note = str(action_now.action), f"as scheduled for {_words(action_now.at)}"
    try:
        with transaction.atomic():
            _withdraw(article, action_now) if action == WITHDRAW else _publish(article, action_now)
    except Refused as refused:
        article.scheduled_actions.all().delete()
        article.state = State.DRAFT
        save_state(article)
        action, note = f"{action} failed", " ".join(refused.messages)
    audit.record(action, article, by=action_now.by, note=note)
    return True


def _publish(article: Article, due: ScheduledAction) -> None:
    """Release the text as it was approved. What was edited since then is a draft."""
    approved = cast(Snapshot, due.snapshot)
    live = article.editions.live().first()
    as_approved = take_snapshot(article) == approved
    article.state = State.PUBLISHED if as_approved else State.DRAFT
    if live and live.snapshot == approved:
        save_state(article)
    else:
        release(article, approved, by=due.by, at=due.at, approved=True)


def _withdraw(article: Article, due: ScheduledAction) -> None:
    article.state = State.WITHDRAWN
    retract(article, by=due.by, notice=due.notice, at=due.at)


def _withheld_edition(article: Article) -> Edition | None:
    return article.editions.latest().filter(status=Edition.Status.WITHHELD).first()


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
