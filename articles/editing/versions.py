"""Versions of the working copy: every save is kept, any can be compared and brought back.

One small table of our own rather than a history library: an article is spread over its own row,
statements and topics, and the snapshot that publishing needs anyway gathers all of it. So one
document serves versions, differences, conflicts and editions alike.
"""

from __future__ import annotations

from typing import Any

from django.contrib.auth.models import User
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Manager

from articles.frozen import CapacityCard, Snapshot, StatementCard
from articles.models import Article, Byline, State, Statement, Topic, Version
from articles.publishing import audit
from articles.publishing.snapshot import take_snapshot
from articles.publishing.workflow import (
    Action,
    Refused,
    check_permission,
    lock_article,
    save_state,
    transition,
)
from people.models import Affiliation


@transaction.atomic
def save_version(article: Article, *, by: User) -> Version:
    """Save the working copy as a version of ``by``; return the last version if nothing changed.

    Moves the article's state along: what differs from the public edition is a draft.
    Raises PermissionDenied when ``by`` may not write.
    """
    article = lock_article(article)
    snapshot = take_snapshot(article)
    last = article.versions.first()
    if last and last.snapshot == snapshot:
        return last
    transition(article, Action.EDIT, by=by)
    live = article.editions.live().first()
    if article.state == State.DRAFT and live and live.snapshot == snapshot:
        article.state = State.PUBLISHED
    save_state(article)
    number = last.number + 1 if last else 1
    return article.versions.create(number=number, saved_by=by, snapshot=snapshot)


def save_initial_version(article: Article) -> None:
    """Save version 0 of an article that has none, before it is changed."""
    if not article.versions.exists():
        article.versions.create(number=0, snapshot=take_snapshot(article))


@transaction.atomic
def restore(article: Article, snapshot: Snapshot, *, by: User) -> Version:
    """Make an earlier text the working copy again; save it as a new version.

    The event itself is not the article's: it stays as it is. Raises PermissionDenied, and Refused
    when something that the text names is gone.
    """
    article = lock_article(article)
    check_permission(by, Action.EDIT)
    if not _is_kept(snapshot, article):
        raise Refused("This text was erased meanwhile; it cannot be brought back.")
    save_initial_version(article)
    for name in (
        "slug",
        "language",
        "headline",
        "standfirst",
        "dateline",
        "byline",
        "source",
        "body",
    ):
        setattr(article, name, snapshot[name])
    article.event_id = snapshot["event"] and snapshot["event"]["id"]
    article.translation_of_id = snapshot.get("translation_of")
    article.picture_id = snapshot["picture"]["id"] if "picture" in snapshot else None
    statements = [_statement(article, card) for card in snapshot["statements"]]
    bylines = [
        Byline(article=article, capacity=capacity, role=card["role"], position=position)
        for position, card in enumerate(snapshot.get("bylines", []))
        if (capacity := _current(card["capacity"]))
    ]
    try:
        article.full_clean()
    except ValidationError as error:
        raise Refused([f"It cannot be brought back: {why}" for why in error.messages]) from error
    article.save()
    topics = [card["id"] for card in snapshot["topics"]]
    article.topics.set(Topic.objects.filter(pk__in=topics))
    article.statements.all().delete()
    Statement.objects.bulk_create(statements)
    article.bylines.all().delete()
    Byline.objects.bulk_create(bylines, ignore_conflicts=True)
    audit.record("restore", article, by=by)
    return save_version(article, by=by)


def _is_kept(snapshot: Snapshot, article: Article) -> bool:
    """Whether nothing of ``article`` was erased, or ``snapshot`` is a text that it still has."""
    if not article.versions.filter(erasure__isnull=False).exists():
        return True
    texts: tuple[Manager[Any], ...] = article.versions, article.editions, article.scheduled_actions
    return any(row.snapshot == snapshot for rows in texts for row in rows.all())


def discard(article: Article, *, by: User) -> Version:
    """Discard the changes of the working copy: it becomes what readers see.

    Raises PermissionDenied, and Refused when nothing is public.
    """
    live = article.editions.live().first()
    if live is None:
        raise Refused("Nothing of this article is public; there is nothing to go back to.")
    return restore(article, live.snapshot, by=by)


def _statement(article: Article, card: StatementCard) -> Statement:
    return Statement(
        id=card["id"],
        article=article,
        capacity=_capacity(card),
        number=card["number"],
        kind=card["kind"],
        text=card["text"],
        passage=card["passage"],
    )


def _capacity(card: StatementCard) -> Affiliation:
    """Return the statement's capacity. Raises Refused when it is gone."""
    found = _current(card["capacity"])
    if found is None:
        who = card["capacity"]
        raise Refused(
            f"Statement {card['number']} was spoken by {who['speaker']['name']} as "
            f"{who['title']}; that capacity is gone, so it cannot be brought back."
        )
    return found


def _current(card: CapacityCard) -> Affiliation | None:
    """Return the capacity, also when its speaker was merged into another; None when it is gone."""
    found = Affiliation.objects.filter(pk=card["id"]).select_related("speaker").first()
    if found and found.speaker.merged_into_id:
        found = Affiliation.objects.filter(
            speaker=found.speaker.merged_into_id,
            title=found.title,
            organization=found.organization_id,
            since=found.since,
        ).first()
    return found
