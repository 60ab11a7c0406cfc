"""A text that was approved for a set time, and the working copy that was edited since."""

from __future__ import annotations

from typing import Any

from django.db.models import (
    Case,
    Exists,
    F,
    Func,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    TextField,
    When,
)
from django.db.models.lookups import Exact

from articles.frozen import Snapshot
from articles.models import Article, ScheduledAction, Version


class _OwnText(Func):
    """What a snapshot holds of the article itself, as text: events and pictures by identifier."""

    template = (
        "(%(expressions)s - '{v,event,picture}'::text[])::text"
        " || coalesce(%(expressions)s #>> '{event,id}', '')"
        " || coalesce(%(expressions)s #>> '{picture,id}', '')"
    )
    output_field = TextField()


def approved_text(article: Article) -> Snapshot | None:
    """The text of ``article`` that goes out at a set time; None when none is scheduled."""
    scheduled = article.scheduled_actions.filter(action=ScheduledAction.Action.PUBLISH).first()
    return scheduled.snapshot if scheduled else None


def is_edited_since_approval(article: Article, snapshot: Snapshot) -> bool:
    """Whether the text that goes out at a set time differs from the working copy, ``snapshot``."""
    approved = approved_text(article)
    return approved is not None and approved != snapshot


def edited_since_approval() -> QuerySet[ScheduledAction]:
    """The scheduled publications whose article was saved with another text since.

    One query, for lists. It compares the last saved version, so an event that was edited by itself
    is not seen here; ``is_edited_since_approval`` sees it.
    """
    return with_is_edited(ScheduledAction.objects.all()).filter(is_edited=True)


def with_is_edited(actions: QuerySet[ScheduledAction]) -> QuerySet[Any]:
    """Annotate ``actions`` with ``is_edited``; see ``edited_since_approval``.

    Computed for the rows that are shown alone, where a list is cut after some of them.
    """
    versions = Version.objects.filter(article=OuterRef("article")).order_by("-number")
    saved = Subquery(versions.annotate(text=_OwnText(F("snapshot"))).values("text")[:1])
    differs = ~Q(Exact(saved, _OwnText(F("snapshot")))) & Q(action=ScheduledAction.Action.PUBLISH)
    return actions.annotate(is_edited=Case(When(differs, then=True), default=False))


def with_edited_since_approval(articles: QuerySet[Article]) -> QuerySet[Article]:
    """Annotate ``articles`` with ``is_edited``; see ``edited_since_approval``."""
    return articles.annotate(
        is_edited=Exists(edited_since_approval().filter(article=OuterRef("pk")))
    )
