"""What a reader of the feed may read: the public, or a partner with its subscription.

A right that is empty grants nothing; everything is said by ``ALL``. A partner never reads less
than the public: its rights are the union of its subscription and of the public feed.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, Literal, TypedDict
from uuid import UUID

from django.conf import settings
from django.db.models import (
    BooleanField,
    Exists,
    ExpressionWrapper,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Value,
)
from django.db.models.expressions import Combinable
from django.db.models.functions import Coalesce

from articles.formats.ninjs_3_1 import with_absolute_links, with_terms, without_text
from articles.models import OWN_KINDS, Change, Edition, Erasure, Partner
from articles.models.fields import FrozenField

if TYPE_CHECKING:
    from datetime import datetime

    from django_stubs_ext import WithAnnotations

    class _Text(TypedDict):
        has_text: bool

    class _Item(_Text):
        tombstone: dict[str, Any] | None
        first_at: datetime

    class _Named(_Text):
        erased_at: datetime | None

    class _NamedChange(_Named):
        withdrawn_at: datetime | None

    type NamedChange = WithAnnotations[Change, _NamedChange]
    type ReadableEdition = WithAnnotations[Edition, _Named]
    type ReadableChange = WithAnnotations[Change, _Item]

CANCELED = Edition.Status.CANCELED

type Item = dict[str, Any]
type All = Literal["all"]
ALL: Final = "all"

#: The values of the setting PUBLIC_FEED.
FULL, HEADLINES, NOTHING = "full", "headlines", "nothing"


@dataclass(frozen=True)
class Rights:
    """The rights of one reader: a subscription, and what the public feed gives.

    The subscription is the articles under one of ``topics`` and in one of ``languages``, with
    their text if ``full_text``, under embargo too if ``embargoed``. An article that was ever in
    it stays in it, so that its corrections and its withdrawal reach everybody who has it.
    ``public_feed`` is what everybody reads of what is public: FULL, HEADLINES or NOTHING.
    """

    public_feed: str
    embargoed: bool = False
    full_text: bool = False
    topics: tuple[UUID, ...] | All = ()
    languages: tuple[str, ...] | All = ()

    @property
    def reads_everything(self) -> bool:
        """Whether the subscription covers every article."""
        return self.topics == ALL and self.languages == ALL

    @property
    def subscription_only(self) -> bool:
        """Whether there are public articles that this reader may not read."""
        return self.public_feed == NOTHING and not self.reads_everything

    @property
    def reads_text(self) -> bool:
        """Whether this reader may read the text of any article."""
        return self.full_text or self.public_feed == FULL

    def editions(self) -> QuerySet[ReadableEdition]:
        """The latest edition of each article that may be read, withdrawals included.

        ``erased_at`` is the time of the last erasure: what is frozen may have changed then.
        """
        public, article = Q(change__embargoed=False), OuterRef("article_id")
        editions = Edition.objects.latest().filter(self._visible(public, article))
        return editions.annotate(
            has_text=self._has_text(public, article), erased_at=_last_erasure()
        )

    def changes(self) -> QuerySet[Change]:
        """The rows of the log that may be read."""
        public = Q(embargoed=False)
        article = Q(kind="article") & self._visible(public, OuterRef("object_id"))
        return Change.objects.filter(~Q(kind__in=("article", *OWN_KINDS)) & public | article)

    def with_items(self, changes: QuerySet[Change]) -> QuerySet[ReadableChange]:
        """Add to rows of the log what ``change_item`` needs; it stays one query."""
        has_text = self._has_text(Q(embargoed=False), OuterRef("object_id"))
        rows = changes.select_related("edition").defer("edition__snapshot")
        return rows.annotate(has_text=has_text, tombstone=_tombstone(), first_at=_first_at())

    def to_name(self, changes: QuerySet[Change]) -> QuerySet[NamedChange]:
        """Rows of the log with what tells how their items are handed out, but without the items.

        ``withdrawn_at`` is the time of the withdrawal whose tombstone stands for the item,
        ``erased_at`` that of the last erasure, of whatever it was.
        """
        has_text = self._has_text(Q(embargoed=False), OuterRef("object_id"))
        withdrawn_at = Subquery(_withdrawals().values("at")[:1])
        rows: Any = changes.annotate(
            has_text=has_text, withdrawn_at=withdrawn_at, erased_at=_last_erasure()
        )
        return rows.only("sequence", "at")

    def _visible(self, public: Q, article: OuterRef) -> Q:
        """The condition on rows of articles; ``public`` is the condition for public rows."""
        if self.public_feed == NOTHING:
            subscribed = Q(self._subscribed(article))
            return subscribed if self.embargoed else subscribed & public
        if not self.embargoed:
            return public
        return public | Q(self._subscribed(article))

    def _has_text(self, public: Q, article: OuterRef) -> Combinable:
        """Whether a visible row comes with its text. A row that is not public is subscribed to."""
        if self.public_feed == FULL and not self.full_text:
            return ExpressionWrapper(public, output_field=BooleanField())
        if self.public_feed == HEADLINES and self.full_text:
            return self._subscribed(article)
        return Value(self.reads_text, output_field=BooleanField())

    def _subscribed(self, article: OuterRef) -> Exists | Value:
        if self.reads_everything:
            return Value(True, output_field=BooleanField())
        editions = Edition.objects.filter(article=article)
        if not self.embargoed:
            editions = editions.ever_public()
        if self.topics != ALL:
            editions = editions.filter(topics__in=self.topics)
        if self.languages != ALL:
            editions = editions.filter(language__in=self.languages)
        return Exists(editions)


def public_rights() -> Rights:
    """The rights of everybody without a key."""
    return Rights(public_feed=settings.PUBLIC_FEED)


def rights_of(partner: Partner, topics: list[UUID] | None = None) -> Rights:
    """The rights of ``partner``; ``topics`` are its topics' identifiers if they are known."""
    if topics is None:
        topics = list(partner.topics.values_list("pk", flat=True))
    return Rights(
        public_feed=settings.PUBLIC_FEED,
        embargoed=partner.reads_embargoed,
        full_text=partner.full_text,
        topics=ALL if partner.all_topics else tuple(sorted(topics)),
        languages=ALL if partner.all_languages else tuple(sorted(partner.languages)),
    )


def change_item(change: ReadableChange) -> Item:
    """Return the item of a row of the log: a tombstone if it was withdrawn since then.

    The version of an article is its edition's number, that of anything else the log's.
    """
    item = change.tombstone or change.item or change.edition.ninjs
    if change.kind != "article":
        item = item | {
            "version": str(change.sequence),
            "firstCreated": change.first_at.isoformat(),
            "versionCreated": change.at.isoformat(),
        }
    return handed_out(item, has_text=change.has_text)


def _first_at() -> Subquery:
    """When the item of a row of the log was first public."""
    changes = Change.objects.filter(object_id=OuterRef("object_id"))
    return Subquery(changes.order_by("sequence").values("at")[:1])


def _tombstone() -> Subquery:
    """The item of the last withdrawal after a row of the log; null without one.

    What was withdrawn does not stay readable in the log, also when it was published again. A
    withdrawal that only readers under embargo see takes back only what they alone had.
    """
    item = Coalesce("item", "edition__ninjs", output_field=FrozenField())
    return Subquery(_withdrawals().values(tombstone=item)[:1])


def _withdrawals() -> QuerySet[Change]:
    """The withdrawals after a row of the log, the last one first; see ``_tombstone``."""
    return Change.objects.filter(
        Q(edition__status=CANCELED) | Q(item__pubStatus=CANCELED),
        object_id=OuterRef("object_id"),
        sequence__gt=OuterRef("sequence"),
        embargoed__lte=OuterRef("embargoed"),
    ).order_by("-sequence")


def _last_erasure() -> Subquery:
    confirmed = Erasure.objects.exclude(confirmed_by=None).order_by("-confirmed_at")
    return Subquery(confirmed.values("confirmed_at")[:1])


def handed_out(item: Item, *, has_text: bool) -> Item:
    """Return a frozen ``item`` as a reader gets it today, without its text unless ``has_text``."""
    return with_absolute_links(with_terms(item if has_text else without_text(item)))
