"""What whoever asks for the feed may read: the public, or a partner with its subscription."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet

from articles.formats.ninjs import QUOTATION, REPORTED_SPEECH
from articles.models import Change, Edition, Partner

CANCELED = Edition.Status.CANCELED


@dataclass(frozen=True)
class Rights:
    """The rights of one reader. No topics or no languages means all of them.

    A subscription narrows articles only. An article that was ever in it stays in it, so that its
    corrections and its withdrawal reach everybody who has it.
    """

    embargoed: bool = False
    full_text: bool = True
    topics: tuple[UUID, ...] = ()
    languages: tuple[str, ...] = ()

    @property
    def narrowed(self) -> bool:
        """Whether there are articles outside the subscription."""
        return bool(self.topics or self.languages)

    def editions(self) -> QuerySet[Edition]:
        """The standing edition of each article that may be read, withdrawals included."""
        editions = Edition.objects.latest()
        if not self.embargoed:
            editions = editions.ever_public()
        if self.narrowed:
            editions = editions.filter(Exists(self._subscribed(OuterRef("article_id"))))
        return editions

    def changes(self) -> QuerySet[Change]:
        """The rows of the log that may be read."""
        changes = Change.objects.all()
        if not self.embargoed:
            changes = changes.filter(embargoed=False)
        if self.narrowed:
            changes = changes.filter(
                ~Q(kind="article") | Exists(self._subscribed(OuterRef("object_id")))
            )
        return changes

    def redacted(self, item: dict[str, Any]) -> dict[str, Any]:
        """``item`` as it may be handed out: whole, or without what makes up the text."""
        if self.full_text or item.get("type") != "text":
            return item
        item = {key: value for key, value in item.items() if key != "bodies"}
        if "associations" in item:
            item["associations"] = [
                part
                for part in item["associations"]
                if part.get("profile") not in (QUOTATION, REPORTED_SPEECH)
            ]
        return item | {"representationType": "partial"}

    def _subscribed(self, article: OuterRef) -> QuerySet[Edition]:
        editions = Edition.objects.filter(article=article)
        if not self.embargoed:
            editions = editions.ever_public()
        if self.topics:
            editions = editions.filter(topics__in=self.topics)
        if self.languages:
            editions = editions.filter(language__in=self.languages)
        return editions


#: Everybody without a key.
PUBLIC = Rights()


def rights_of(partner: Partner, topics: list[UUID] | None = None) -> Rights:
    """The rights of ``partner``; ``topics`` are its topics' identifiers if they are known."""
    if topics is None:
        topics = list(partner.topics.values_list("pk", flat=True))
    return Rights(
        embargoed=partner.reads_embargoed,
        full_text=partner.full_text,
        topics=tuple(sorted(topics)),
        languages=tuple(sorted(partner.languages)),
    )
