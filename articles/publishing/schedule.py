"""The schedule: publication, the end of an embargo, withdrawal at a set time.

A scheduled action whose time has come by the database's clock is run by whoever comes first: the
worker, or any request, because ``run_due_actions_on_request`` stands before it. Neither waits for
an editor: an article that somebody has locked is left for the next call.
"""

from __future__ import annotations

import logging
import threading
from datetime import datetime, timedelta

from django.contrib.auth.models import User
from django.db import DatabaseError, transaction
from django.db.models import F, Q, QuerySet
from django.db.models.functions import Now
from django.utils import timezone

from articles import log
from articles.frozen import Snapshot
from articles.models import Article, Edition, ScheduledAction, State
from articles.publishing import audit
from articles.publishing.editions import (
    release_as_approved,
    release_under_embargo,
    release_withdrawal,
)
from articles.publishing.pages import (
    CHANGED_MEANWHILE,
    claim_addresses,
    named_by_snapshot,
    plan_missing,
)
from articles.publishing.publish import read_to_publish
from articles.publishing.rules import reasons_not_to_publish
from articles.publishing.snapshot import take_snapshot
from articles.publishing.workflow import (
    Action,
    Refused,
    check_four_eyes,
    lock_article,
    save_state,
    transition,
)
from people.constraints import is_visible

logger = logging.getLogger(__name__)

PUBLISH = ScheduledAction.Action.PUBLISH
WITHDRAW = ScheduledAction.Action.WITHDRAW

#: The notice of an embargoed item that is taken back.
_CANCELED = "The embargoed item was canceled."

#: How long an action that broke is left alone, by the number of its attempts; then the last one.
RETRY_AFTER = [timedelta(seconds=5), timedelta(minutes=1), timedelta(minutes=15)]


@transaction.atomic
def schedule(
    article: Article,
    *,
    by: User,
    publish_at: datetime | None = None,
    embargo_until: datetime | None = None,
) -> ScheduledAction:
    """Approve the working copy as it is now, to be published at ``publish_at``.

    With ``embargo_until`` partners who hold the right to embargoed items get it at once; readers
    at ``publish_at``, or when the embargo ends. What is edited later is not in it. A second call
    replaces the first. Raises PermissionDenied, and Refused for a text not fit to publish or a
    time that cannot be.
    """
    article = lock_article(article)
    transition(article, Action.SCHEDULE, by=by)
    working = read_to_publish(article, by)
    snapshot = working.snapshot
    at = publish_at or embargo_until
    if at is None:
        raise Refused("Give the time to publish at, or the time at which the embargo ends.")
    for moment in (at, embargo_until):
        _check_ahead(moment)
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
    if reasons := reasons_not_to_publish(snapshot):
        raise Refused(reasons)
    new_pages = plan_missing(named_by_snapshot(snapshot))
    new_rows = [page.row for page in new_pages if not page.is_shown]
    check_four_eyes(by, *((row, row.saved_by_id) for row in new_rows))
    withheld = _withheld_edition(article)
    same = withheld and (withheld.snapshot, withheld.embargoed_until) == (snapshot, embargo_until)
    if embargo_until and not same:
        release_under_embargo(article, working, by=by, until=embargo_until)
    else:
        log.lock()
        if not working.behind.are_unchanged():
            raise Refused(CHANGED_MEANWHILE)
        if withheld and not embargo_until:
            release_withdrawal(article, by=by, notice=_CANCELED)
    claim_addresses([("article", snapshot["slug"], article.pk)])
    # Under the log's lock, as wherever more is written after the schedule: an erasure that has it
    # writes to the schedule of other articles.
    scheduled, _ = article.scheduled_actions.update_or_create(
        action=PUBLISH,
        defaults={
            "at": at,
            "by": by,
            "snapshot": snapshot,
            "embargo_until": embargo_until,
            "attempts": 0,
            "last_error": "",
            "retry_at": None,
        },
    )
    save_state(article)
    until = f", embargo until {_words(embargo_until)}" if embargo_until else ""
    audit.record(Action.SCHEDULE, article, by=by, note=f"for {_words(at)}{until}")
    transaction.on_commit(log.invalidate_head)
    return scheduled


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
    if not is_visible(notice):
        raise Refused("Write the public notice: why the article is withdrawn.")
    _check_ahead(at)
    publication = article.scheduled_actions.filter(action=PUBLISH).first()
    if publication and at <= publication.at:
        raise Refused(_wrong_order(publication.at, at))
    if not publication and not article.editions.live().exists():
        raise Refused("Nothing of this article is public or scheduled; publish it first.")
    scheduled, _ = article.scheduled_actions.update_or_create(
        action=WITHDRAW,
        defaults={
            "at": at,
            "by": by,
            "notice": notice.strip(),
            "attempts": 0,
            "last_error": "",
            "retry_at": None,
        },
    )
    audit.record(Action.SCHEDULE_WITHDRAWAL, article, by=by, note=f"for {_words(at)}")
    transaction.on_commit(log.invalidate_head)
    return scheduled


@transaction.atomic
def unschedule(article: Article, *, by: User) -> None:
    """Delete every scheduled action of the article. Embargoed copies are canceled.

    Raises PermissionDenied, and Refused when nothing is scheduled.
    """
    article = lock_article(article)
    transition(article, Action.UNSCHEDULE, by=by)
    if not article.scheduled_actions.exists():
        raise Refused("Nothing is scheduled for this article.")
    if _withheld_edition(article):
        release_withdrawal(article, by=by, notice=_CANCELED)
    article.scheduled_actions.all().delete()
    save_state(article)
    audit.record(Action.UNSCHEDULE, article, by=by)
    transaction.on_commit(log.invalidate_head)


# Running -----------------------------------------------------------------------------------------


def run_due_actions(now: datetime | None = None) -> int:
    """Run every action that is due, in the order of their times; return how many were run.

    Due is what the database's clock says, unless ``now`` is given. An action of an article that
    somebody has locked, or while somebody writes to the log, is left for the next call. One that
    is refused goes back to draft, with the reason in the audit log; one that breaks is tried
    again later, and the desk shows the error.
    """
    run = 0
    for pk in list(_due(now).values_list("pk", flat=True)):
        try:
            with transaction.atomic():
                run += _run(pk, now)
        except log.Locked:
            continue
        except Exception as error:
            logger.exception("Scheduled action %s broke; it is tried again later.", pk)
            _note_error(pk, error)
    return run


_one_thread = threading.Lock()


def run_due_actions_on_request() -> None:
    """Run due actions before something is read; costs no query while none is due.

    One thread of a process does it, the others go on at once. Nothing raises: readers get what is
    public, and the next second tries again.
    """
    try:
        is_due = log.head().action_is_due
    except DatabaseError:
        return  # the page says so, or is served without the database
    if not is_due or not _one_thread.acquire(blocking=False):
        return
    try:
        run_due_actions()
    except DatabaseError:
        logger.exception("Scheduled actions could not be run.")
    finally:
        log.invalidate_head()
        _one_thread.release()


def _due(now: datetime | None) -> QuerySet[ScheduledAction]:
    moment = Now() if now is None else now
    ready = Q(retry_at=None) | Q(retry_at__lte=moment)
    return ScheduledAction.objects.filter(ready, at__lte=moment)


def _run(pk: int, now: datetime | None) -> bool:
    """Run the action with the key ``pk`` if it is still due and nobody is in the way.

    Raises ``log.Locked`` when somebody writes to the log.
    """
    scheduled = _due(now).filter(pk=pk).select_related("by").first()
    if scheduled is None:
        return False
    rows = Article.objects.select_for_update(skip_locked=True)
    article = rows.filter(pk=scheduled.article_id).first()
    if article is None:
        return False
    # Who had the row before us may have run it, changed its time or deleted it; an erasure takes
    # headlines out of it.
    locked = _due(now).select_for_update(skip_locked=True, of=("self",))
    scheduled = locked.filter(pk=pk).select_related("by").first()
    if scheduled is None:
        return False
    action, note = str(scheduled.action), f"as scheduled for {_words(scheduled.at)}"
    try:
        with transaction.atomic():
            if scheduled.action == WITHDRAW:
                _withdraw(article, scheduled)
            else:
                _publish(article, scheduled)
    except Refused as refused:
        article.state = State.DRAFT
        save_state(article)
        action, note = f"{action} failed", " ".join(refused.messages)
    scheduled.delete()
    audit.record(action, article, by=scheduled.by, note=note)
    return True


def _publish(article: Article, scheduled: ScheduledAction) -> None:
    """Publish the text as it was approved. What was edited since then is a draft."""
    approved: Snapshot | None = scheduled.snapshot
    if approved is None:
        raise Refused("The approved text is missing; schedule it again.")
    live = article.editions.live().first()
    as_approved = take_snapshot(article) == approved
    article.state = State.PUBLISHED if as_approved else State.DRAFT
    if live and live.snapshot == approved:
        save_state(article)
    else:
        release_as_approved(article, approved, by=scheduled.by, at=scheduled.at)


def _withdraw(article: Article, scheduled: ScheduledAction) -> None:
    article.state = State.WITHDRAWN
    notice, at = scheduled.notice, scheduled.at
    release_withdrawal(article, by=scheduled.by, notice=notice, at=at, wait=False)


def _note_error(pk: int, error: Exception) -> None:
    """Keep what went wrong, and leave the action alone for a while."""
    scheduled = ScheduledAction.objects.filter(pk=pk).first()
    if scheduled is None:
        return
    pause = RETRY_AFTER[min(scheduled.attempts, len(RETRY_AFTER) - 1)]
    ScheduledAction.objects.filter(pk=pk).update(
        attempts=F("attempts") + 1,
        last_error=f"{type(error).__name__}: {error}"[:500],
        retry_at=Now() + pause,
    )


def _withheld_edition(article: Article) -> Edition | None:
    return article.editions.latest().filter(status=Edition.Status.WITHHELD).first()


def _check_ahead(moment: datetime | None) -> None:
    if moment and moment <= timezone.now():
        raise Refused(f"{_words(moment)} has passed already; choose a time ahead.")


def _wrong_order(publication: datetime, withdrawal: datetime) -> str:
    return (
        f"The withdrawal on {_words(withdrawal)} does not come after the publication on "
        f"{_words(publication)}; choose other times."
    )


def _words(moment: datetime) -> str:
    return f"{timezone.localtime(moment):%-d %B %Y, %H:%M %Z}"
