"""Who has an article open, and what they typed there without saving it."""

from __future__ import annotations

import uuid
from datetime import timedelta
from typing import Any

from django.contrib.auth.models import User
from django.db.models import QuerySet
from django.http import QueryDict
from django.utils import timezone

from articles.models import Article, EditSession, is_sequence
from articles.publishing.erasure import erased_since

#: Somebody who was heard of within this time still has the article open; browsers call every 5 s.
PRESENT = timedelta(seconds=15)
#: What was typed and neither saved nor discarded is kept for so long.
KEPT = timedelta(days=30)
#: No version has a larger number (integer).
LARGEST = 2**31 - 1
#: The field of a form that names its slot.
SLOT = "_slot"
#: The slot of a form that names none.
NO_SLOT = uuid.UUID(int=0)
#: Fields of a request that are no typing.
_NOT_TYPED = {"csrfmiddlewaretoken", "typed", "_save", "_continue", "_publish", "_submit"}


def store(article: Article | None, user: User, post: QueryDict) -> EditSession:
    """Store that ``user`` has ``article`` open, and the form's text if anything was typed.

    The text is kept in the form's own slot: it replaces nothing that was typed in another tab, or
    before a crash. Nothing is kept of a form that was opened before the text was erased. Rows of
    this user that nobody needs any more are deleted.
    """
    now = timezone.now()
    base = number(post.get("base"))
    heard: dict[str, Any] = {"seen_at": now, "base": base}
    if post.get("typed"):
        fields = {name: values for name, values in post.lists() if name not in _NOT_TYPED}
        heard |= {"typed": fields, "typed_at": now}
    editing, is_new = EditSession.objects.update_or_create(
        article=article, user=user, slot=slot(post.get(SLOT)), defaults=heard
    )
    # Afterwards: a new row waits for an erasure that is under way, and would outlive it.
    if article and erased_since(article, base):
        discard(article, user, editing.slot)
        editing.typed = editing.typed_at = None
    if is_new:
        own = EditSession.objects.filter(user=user).exclude(pk=editing.pk)
        own.filter(typed__isnull=True, seen_at__lt=now - PRESENT).delete()
        own.filter(typed_at__lt=now - KEPT).delete()
    return editing


def discard(article: Article | None, user: User, slot: uuid.UUID) -> None:
    """Delete the unsaved text in ``slot`` of ``user`` at ``article`` (None: a new one)."""
    EditSession.objects.filter(article=article, user=user, slot=slot).update(
        typed=None, typed_at=None
    )


def unsaved(article: Article | None, user: User) -> QuerySet[EditSession]:
    """Return the unsaved texts of ``user`` at ``article`` (None: a new one), the newest first."""
    rows = EditSession.objects.filter(article=article, user=user, typed__isnull=False)
    return rows.order_by("-typed_at")


def as_post(unsaved: EditSession) -> QueryDict:
    """Return the unsaved text as the browser would have posted it."""
    post = QueryDict(mutable=True)
    for name, values in (unsaved.typed or {}).items():
        post.setlist(name, values)
    post[SLOT] = str(unsaved.slot)
    return post


def others_at(article: Article, user: User) -> list[str]:
    """Return the names of the others who have ``article`` open at this moment."""
    present = article.edit_sessions.filter(seen_at__gt=timezone.now() - PRESENT).exclude(user=user)
    return sorted({str(row.user) for row in present.select_related("user")})


def slot(given: str | None) -> uuid.UUID:
    """A form's slot as the form sends it; ``NO_SLOT`` when it is none."""
    try:
        return uuid.UUID(given or "")
    except ValueError:
        return NO_SLOT


def number(given: str | None) -> int:
    """A version's number as a form sends it; 0 when it is none."""
    return min(int(given), LARGEST) if given and is_sequence(given) else 0
