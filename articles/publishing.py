"""Publishing: the working copy becomes an edition."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone

from articles import log
from articles.models import Article, Edition
from articles.ninjs import to_ninjs
from articles.quotations import position, unattributed
from articles.richtext import plain_text
from articles.snapshot import Snapshot, StatementCard, standing_words, take_snapshot


class PublishRefused(ValidationError):
    """Why an article cannot be published: one sentence for each thing to mend."""


@transaction.atomic
def publish(article: Article, *, by: User) -> Edition:
    """Freeze the working copy of ``article`` into a new current edition and return it.

    When nothing changed since the current edition, that edition is returned and nothing is
    written. Raises PermissionDenied when ``by`` may not publish, and PublishRefused when the
    article is not fit to publish; the working copy stays as it is either way.
    """
    if not by.has_perm("articles.publish_article"):
        raise PermissionDenied(f"{by} may not publish; ask somebody in the group Publisher.")
    article = Article.objects.select_for_update().get(pk=article.pk)
    snapshot = take_snapshot(article)
    previous = article.editions.current().first()
    if previous and previous.snapshot == snapshot:
        return previous
    if reasons := reasons_against(snapshot):
        raise PublishRefused(reasons)

    now = timezone.now()
    first_published_at = previous.first_published_at if previous else now
    version = previous.version + 1 if previous else 1
    change = log.append("article", article.pk, at=now)
    article.editions.current().update(current=False)
    edition = Edition.objects.create(
        change=change,
        article=article,
        version=version,
        first_sequence=previous.first_sequence if previous else change.sequence,
        first_published_at=first_published_at,
        published_at=now,
        published_by=by,
        slug=snapshot["slug"],
        headline=snapshot["headline"],
        standfirst=snapshot["standfirst"],
        body=snapshot["body"],
        snapshot=snapshot,
        ninjs=to_ninjs(snapshot, version=version, at=now),
        event_id=snapshot["event"] and snapshot["event"]["id"],
    )
    _index(edition)
    return edition


def reasons_against(snapshot: Snapshot) -> list[str]:
    """Why this text cannot be published, a sentence each; empty when it can."""
    body = plain_text(snapshot["body"])
    if not body:
        return ["The body is empty; write the article before publishing it."]
    reasons = [
        _missing(statement)
        for statement in snapshot["statements"]
        if position(standing_words(statement), body) < 0
    ]
    taken = Edition.objects.current().filter(slug=snapshot["slug"])
    if other := taken.exclude(article__id=snapshot["id"]).first():
        reasons.append(
            f"The address “{snapshot['slug']}” belongs to “{other.headline}”; choose another slug."
        )
    return reasons


def passages_without_speaker(article: Article) -> list[str]:
    """The quoted passages of the working copy that no statement covers yet."""
    texts = article.statements.values_list("text", flat=True)
    return unattributed(plain_text(article.body), texts)


def _missing(statement: StatementCard) -> str:
    what = "passage for the reported statement" if statement["passage"] else "quotation"
    speaker = statement["capacity"]["speaker"]["name"]
    return (
        f"Statement {statement['number']}: the {what} by {speaker}, "
        f"“{standing_words(statement)}”, does not stand in the body word for word. "
        "Correct the statement or the body."
    )


def _index(edition: Edition) -> None:
    """Note whom and what the edition names, for the pages that list it."""
    speakers: set[Any] = {card["speaker"]["id"] for card in edition.capacities().values()}
    edition.speakers.set(speakers)
    edition.organizations.set({card["id"] for card in edition.organization_cards()})
    edition.topics.set({card["id"] for card in edition.snapshot["topics"]})
