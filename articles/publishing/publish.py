"""Publishing: the working copy becomes an edition; corrections and withdrawals are editions too.

Each action is one transaction. It locks the article's row first and the log last.
"""

from __future__ import annotations

from functools import partial

from django.conf import settings
from django.contrib.auth.models import User
from django.db import transaction

from articles.models import Article, Edition, ScheduledAction
from articles.publishing import audit
from articles.publishing.editions import release, release_withdrawal
from articles.publishing.snapshot import (
    WorkingCopy,
    body_pictures,
    is_readable,
    picture_card,
    read_working_copy,
)
from articles.publishing.workflow import (
    Action,
    Refused,
    check_four_eyes,
    lock_article,
    save_state,
    transition,
)
from people.constraints import is_visible


@transaction.atomic
def submit(article: Article, *, by: User) -> None:
    """Send the working copy to review. Raises PermissionDenied or Refused."""
    article = lock_article(article)
    transition(article, Action.SUBMIT, by=by)
    save_state(article)
    audit.record(Action.SUBMIT, article, by=by)


@transaction.atomic
def send_back(article: Article, *, by: User, note: str = "") -> None:
    """Return the working copy from review to its writer, with a ``note`` in the audit log.

    Raises PermissionDenied or Refused.
    """
    article = lock_article(article)
    transition(article, Action.SEND_BACK, by=by)
    save_state(article)
    audit.record(Action.SEND_BACK, article, by=by, note=note)


@transaction.atomic
def publish(article: Article, *, by: User) -> Edition:
    """Publish the working copy of ``article`` and return the edition that readers see.

    When nothing changed since the live edition, that one is returned and the log gets no row.
    Raises PermissionDenied when ``by`` may not publish, and Refused when the article is not fit
    to publish; the working copy stays as it is either way.
    """
    article = lock_article(article)
    transition(article, Action.PUBLISH, by=by)
    latest = article.editions.latest().first()
    working = read_to_publish(article, by)
    scheduled = _scheduled_publication(article)
    if latest and latest.status == latest.Status.USABLE and latest.snapshot == working.snapshot:
        if scheduled:
            scheduled.delete()
        save_state(article)
        return latest
    version = latest.version + 1 if latest else 1
    audit.record(Action.PUBLISH, article, by=by, note=f"edition {version}")
    edition = release(article, working, partial(_read_again, article, by), by=by)
    if scheduled:
        scheduled.delete()
    return edition


@transaction.atomic
def correct(article: Article, *, by: User, note: str) -> Edition:
    """Publish the working copy as a correction, whose public ``note`` says what was wrong.

    Raises as ``publish`` does, and Refused when there is no note or nothing live to correct.
    """
    article = lock_article(article)
    transition(article, Action.CORRECT, by=by)
    working = read_to_publish(article, by)
    if not article.editions.live().exists():
        raise Refused("Nothing of this article is public; publish it instead of correcting it.")
    note = note.strip()
    if not is_visible(note):
        raise Refused("Write the public note: what was wrong, and what is right.")
    scheduled = _scheduled_publication(article)
    audit.record(Action.CORRECT, article, by=by, note=note)
    edition = release(article, working, partial(_read_again, article, by), by=by, note=note)
    if scheduled:
        scheduled.delete()
    return edition


@transaction.atomic
def withdraw(article: Article, *, by: User, notice: str) -> Edition:
    """Take the article from readers; its address answers with the public ``notice`` from now on.

    The working copy stays. Raises PermissionDenied, and Refused when there is no notice or
    nothing live to withdraw.
    """
    article = lock_article(article)
    transition(article, Action.WITHDRAW, by=by)
    check_written_by_another(article, by)
    if not is_visible(notice):
        raise Refused("Write the public notice: why the article is withdrawn.")
    if not article.editions.live().exists():
        raise Refused("Nothing of this article is public; so there is nothing to withdraw.")
    audit.record(Action.WITHDRAW, article, by=by, note=notice.strip())
    edition = release_withdrawal(article, by=by, notice=notice.strip())
    article.scheduled_actions.all().delete()
    return edition


def read_to_publish(article: Article, by: User) -> WorkingCopy:
    """The working copy of the locked ``article``. Raises Refused as ``check_written_by_another``.

    Nothing of it may be read before: what is changed then would not be noticed.
    """
    working = read_working_copy(article)
    check_written_by_another(article, by)
    return working


def _read_again(article: Article, by: User) -> WorkingCopy:
    article.refresh_from_db()  # lets go of the rows that it has read already
    return read_to_publish(article, by)


def check_written_by_another(article: Article, by: User) -> None:
    """With the setting FOUR_EYES, refuse to publish what ``by`` was the last to write.

    That is the article's last version, and its pictures unless readers see them like that already.
    ``pages.Publication`` checks the rows of the pages that are published with it.
    """
    if not settings.FOUR_EYES:
        return
    last = article.versions.first()
    rows: list[tuple[object, int | None]] = [(article, last.saved_by_id if last else None)]
    live = article.editions.live().first()
    seen = []
    if live and is_readable(live):
        seen = [live.snapshot.get("picture"), *live.snapshot.get("body_pictures", [])]
    shown = [*([article.picture] if article.picture else []), *body_pictures(article.body)]
    rows += [(row, row.saved_by_id) for row in shown if picture_card(row) not in seen]
    check_four_eyes(by, *rows)


def _scheduled_publication(article: Article) -> ScheduledAction | None:
    """What is deleted when a text is published now: an earlier one must not replace it later.

    Nobody adds to it while the article's row is locked. Delete it when nobody is waited for any
    more: an erasure that has the log's lock writes to the schedule of what embeds its text.
    """
    return article.scheduled_actions.filter(action=ScheduledAction.Action.PUBLISH).first()
