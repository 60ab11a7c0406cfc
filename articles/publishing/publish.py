"""Publishing: the working copy becomes an edition; corrections and withdrawals are editions too.

Each deed is one transaction. It locks the article's row first and takes the log last.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from django.conf import settings
from django.contrib.auth.models import User
from django.db import models, transaction
from django.utils import timezone

from articles import log
from articles.formats.ninjs import to_ninjs, to_tombstone
from articles.frozen import Snapshot, StatementCard, words_in_body
from articles.models import Address, Article, Edition, Event, ScheduledAction, Topic
from articles.publishing import audit
from articles.publishing.pages import address_taken_message, claim_address, publish_named_pages
from articles.publishing.quotes import find_quotation, unattributed
from articles.publishing.snapshot import take_snapshot
from articles.publishing.workflow import Action, Refused, lock_article, save_state, transition
from articles.richtext import plain_text
from articles.search import index
from people.models import Affiliation, Organization, Speaker

USABLE, WITHHELD, CANCELED = Edition.Status


@transaction.atomic
def submit(article: Article, *, by: User) -> None:
    """Send the working copy to review. Raises PermissionDenied or Refused."""
    _transition_only(article, Action.SUBMIT, by)


@transaction.atomic
def send_back(article: Article, *, by: User, note: str = "") -> None:
    """Return the working copy from review to its writer, who finds ``note`` in the history."""
    _transition_only(article, Action.SEND_BACK, by, note)


@transaction.atomic
def publish(article: Article, *, by: User) -> Edition:
    """Freeze the working copy of ``article`` into a new edition for everybody and return it.

    When nothing changed since the edition that readers see, that one is returned and nothing is
    written to the log. Raises PermissionDenied when ``by`` may not publish, and Refused when
    the article is not fit to publish; the working copy stays as it is either way.
    """
    article = lock_article(article)
    transition(article, Action.PUBLISH, by=by)
    check_four_eyes(article, by)
    snapshot = take_snapshot(article)
    live = article.editions.live().first()
    _supersede_schedule(article)
    if live and live.snapshot == snapshot:
        save_state(article)
        return live
    edition = release(article, snapshot, by=by)
    audit.record("publish", article, by=by, note=f"edition {edition.version}")
    return edition


@transaction.atomic
def correct(article: Article, *, by: User, note: str) -> Edition:
    """Publish the working copy as a correction, whose public ``note`` says what was wrong.

    Raises as ``publish`` does, and Refused when there is no note or nothing public to correct.
    """
    article = lock_article(article)
    transition(article, Action.CORRECT, by=by)
    check_four_eyes(article, by)
    if not article.editions.live().exists():
        raise Refused("Nothing of this article is public; publish it instead of correcting it.")
    if not note.strip():
        raise Refused("Write the public note: what was wrong, and what is right.")
    _supersede_schedule(article)
    edition = release(article, take_snapshot(article), by=by, note=note.strip())
    audit.record("correct", article, by=by, note=edition.note)
    return edition


@transaction.atomic
def withdraw(article: Article, *, by: User, notice: str) -> Edition:
    """Take the article from readers; its address answers with the public ``notice`` from now on.

    The working copy stays. Raises PermissionDenied, and Refused when there is no notice or
    nothing public to withdraw.
    """
    article = lock_article(article)
    transition(article, Action.WITHDRAW, by=by)
    if not notice.strip():
        raise Refused("Write the public notice: why the article is withdrawn.")
    if not article.editions.live().exists():
        raise Refused("Nothing of this article is public; so there is nothing to withdraw.")
    article.scheduled_actions.all().delete()
    edition = retract(article, by=by, notice=notice.strip())
    audit.record("withdraw", article, by=by, note=edition.note)
    return edition


# What the deeds share, here and in articles.schedule ----------------------------------------------


def check_four_eyes(article: Article, by: User) -> None:
    """With the setting FOUR_EYES, refuse to let go out what ``by`` was the last to write."""
    last = article.versions.first()
    if settings.FOUR_EYES and last and last.saved_by_id == by.pk:
        raise Refused(
            f"{by} wrote the last version; two pairs of eyes are needed, "
            "so another publisher has to let it out."
        )


def release(
    article: Article,
    snapshot: Snapshot,
    *,
    by: User,
    note: str = "",
    at: datetime | None = None,
    embargoed_until: datetime | None = None,
    approved: bool = False,
) -> Edition:
    """Make ``snapshot`` the standing edition of the locked ``article`` and save its state.

    ``at`` is the time it was due, if that was not now. ``embargoed_until`` keeps it to partners
    with the right to embargoed items. ``approved`` says that the text was approved earlier: what
    it names is not shown anew, because that may have been edited since.
    Raises Refused when the text is not fit to publish.
    """
    if reasons := reasons_not_to_publish(snapshot):
        raise Refused(reasons)
    log.lock()
    now = at or timezone.now()
    seen = article.editions.ever_public().first()
    version = _next_version(article)
    corrections = list(seen.corrections) if seen else []
    if note:
        corrections.append({"version": version, "at": now.isoformat(), "note": note})
    claim_address("article", snapshot["slug"], article.pk)
    edition = Edition(
        article=article,
        version=version,
        status=WITHHELD if embargoed_until else USABLE,
        embargoed_until=embargoed_until,
        note=note,
        corrections=corrections,
        first_published_at=seen.first_published_at if seen else now,
        published_at=now,
        published_by=by,
        snapshot=snapshot,
        ninjs=to_ninjs(
            snapshot,
            version=version,
            at=now,
            embargoed_until=embargoed_until,
            corrections=corrections,
        ),
    )
    named = _Named(edition)
    if not embargoed_until:
        publish_named_pages(
            capacities=named.capacities,
            organizations=named.organizations,
            rows=[*named.topics, *([named.event] if named.event else [])],
            again=not approved,
        )
    _put_in_place(article, edition, seen)
    named.index(edition)
    return edition


def retract(article: Article, *, by: User, notice: str, at: datetime | None = None) -> Edition:
    """Put a tombstone in the place of the locked ``article``'s edition and save its state.

    What only partners under embargo saw is canceled before them alone.
    """
    log.lock()
    now = at or timezone.now()
    last = article.editions.latest().get()
    seen = article.editions.ever_public().first()
    version = _next_version(article)
    emptied = last.snapshot | {"body": "", "topics": [], "event": None, "statements": []}
    emptied.pop("picture", None)
    tombstone = Edition(
        article=article,
        version=version,
        status=CANCELED,
        note=notice,
        corrections=last.corrections,
        first_published_at=seen.first_published_at if seen else now,
        published_at=now,
        published_by=by,
        snapshot=emptied,
        ninjs=to_tombstone(last.snapshot, version=version, at=now, notice=notice),
    )
    _put_in_place(article, tombstone, seen, embargoed=last.status == WITHHELD)
    return tombstone


def reasons_not_to_publish(snapshot: Snapshot) -> list[str]:
    """Why this text cannot be published, a sentence each; empty when it can."""
    body = plain_text(snapshot["body"])
    if not body:
        return ["The body is empty; write the article before publishing it."]
    reasons = [
        _missing(statement)
        for statement in snapshot["statements"]
        if find_quotation(words_in_body(statement), body) < 0
    ]
    address = Address.objects.filter(kind="article", slug=snapshot["slug"]).first()
    if address and str(address.object_id) != snapshot["id"]:
        reasons.append(address_taken_message(address))
    same = Edition.objects.latest().filter(
        translation_group=snapshot.get("translation_of", snapshot["id"]),
        snapshot__language=snapshot["language"],
    )
    if other := same.exclude(article_id=UUID(snapshot["id"])).exclude(status=CANCELED).first():
        reasons.append(f"“{other}” is published in this language already; change or withdraw it.")
    return reasons


def passages_without_speaker(article: Article) -> list[str]:
    """The quoted passages of the working copy that no statement covers yet."""
    texts = article.statements.values_list("text", flat=True)
    return unattributed(plain_text(article.body), texts)


class _Named:
    """The rows that an edition names, as far as they still exist; merged speakers as one."""

    def __init__(self, edition: Edition) -> None:
        capacities = edition.capacities()
        self.capacities = Affiliation.objects.filter(
            pk__in=capacities, speaker__merged_into=None
        ).select_related("speaker", "organization__parent")
        speakers = Speaker.objects.filter(
            pk__in={card["speaker"]["id"] for card in capacities.values()}
        ).select_related("merged_into")
        self.speakers = {speaker.merged_into or speaker for speaker in speakers}
        self.organizations = Organization.objects.filter(
            pk__in={card["id"] for card in edition.organization_cards()}
        ).select_related("parent")
        self.topics: Iterable[Topic] = Topic.objects.filter(
            pk__in={card["id"] for card in edition.snapshot["topics"]}
        )
        event = edition.snapshot["event"]
        self.event = Event.objects.filter(pk=event["id"]).first() if event else None

    def index(self, edition: Edition) -> None:
        """Note whom and what the edition names, for the pages that list it."""
        edition.speakers.set(self.speakers)
        edition.organizations.set(self.organizations)
        edition.topics.set(self.topics)


def _put_in_place(
    article: Article, edition: Edition, seen: Edition | None, *, embargoed: bool | None = None
) -> None:
    if embargoed is None:
        embargoed = edition.status == WITHHELD
    snapshot = edition.snapshot
    edition.change = log.append("article", article.pk, embargoed=embargoed)
    edition.first_sequence = seen.first_sequence if seen else edition.change.sequence
    edition.slug = snapshot["slug"]
    edition.headline = snapshot["headline"]
    edition.standfirst = snapshot["standfirst"]
    edition.body = snapshot["body"]
    if snapshot["event"]:
        edition.event = Event.objects.filter(pk=snapshot["event"]["id"]).first()
    article.editions.latest().update(is_latest=False)
    edition.save(force_insert=True)
    if edition.status == CANCELED:
        index.remove(article.pk)
    elif edition.status == USABLE:
        index.index_edition(edition)
    save_state(article)


def _next_version(article: Article) -> int:
    last = article.editions.aggregate(last=models.Max("version"))["last"]
    return (last or 0) + 1


def _supersede_schedule(article: Article) -> None:
    """A text that goes out now leaves no earlier one on the schedule to replace it."""
    article.scheduled_actions.filter(action=ScheduledAction.Action.PUBLISH).delete()


def _transition_only(article: Article, action: Action, by: User, note: str = "") -> None:
    article = lock_article(article)
    transition(article, action, by=by)
    save_state(article)
    audit.record(action, article, by=by, note=note)


def _missing(statement: StatementCard) -> str:
    what = "passage for the reported statement" if statement["passage"] else "quotation"
    speaker = statement["capacity"]["speaker"]["name"]
    return (
        f"Statement {statement['number']}: the {what} by {speaker}, "
        f"“{words_in_body(statement)}”, does not stand in the body word for word. "
        "Correct the statement or the body."
    )
