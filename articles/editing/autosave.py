"""Who has an article open, and what they typed there without saving it."""

from __future__ import annotations

from datetime import timedelta

from django.contrib.auth.models import User
from django.db.models import QuerySet
from django.http import QueryDict
from django.utils import timezone

from articles.models import Article, EditSession, is_sequence

#: Somebody who was heard of within this time still has the article open; browsers call every 5 s.
PRESENT = timedelta(seconds=15)
#: No version has a larger number (integer).
LARGEST = 2**31 - 1
#: Fields of a request that are no typing.
_NOT_TYPED = {"csrfmiddlewaretoken", "typed", "_save", "_continue", "_publish", "_submit"}


def store(article: Article | None, user: User, post: QueryDict) -> EditSession:
    """Store that ``user`` has ``article`` open, and the form's text if anything was typed."""
    now = timezone.now()
    heard = {"seen_at": now, "base": number(post.get("base"))}
    if post.get("typed"):
        fields = {name: values for name, values in post.lists() if name not in _NOT_TYPED}
        heard |= {"typed": fields, "typed_at": now}
    editing, _ = EditSession.objects.update_or_create(article=article, user=user, defaults=heard)
    return editing


def discard(article: Article | None, user: User) -> None:
    """Delete the unsaved text of ``user`` at ``article`` (None: a new one): saved or discarded."""
    EditSession.objects.filter(article=article, user=user).update(typed=None, typed_at=None)


def unsaved(article: Article | None, user: User) -> EditSession | None:
    """Return the unsaved text of ``user`` at ``article`` (None: a new one), if there is any."""
    return EditSession.objects.filter(article=article, user=user, typed__isnull=False).first()


def as_post(unsaved: EditSession) -> QueryDict:
    """Return the unsaved text as the browser would have posted it."""
    post = QueryDict(mutable=True)
    for name, values in (unsaved.typed or {}).items():
        post.setlist(name, values)
    return post


def others_at(article: Article, user: User) -> QuerySet[EditSession]:
    """Return who else has ``article`` open at this moment."""
    present = article.edit_sessions.filter(seen_at__gt=timezone.now() - PRESENT)
    return present.exclude(user=user).select_related("user").order_by("user__username")


def number(given: str | None) -> int:
    """A version's number as a form sends it; 0 when it is none."""
    return min(int(given), LARGEST) if given and is_sequence(given) else 0
