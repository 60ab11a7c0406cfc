"""What an editor accepted of a proposal becomes a draft, in one transaction."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils.dateparse import parse_datetime
from django.utils.html import escape

from articles.editing.new_records import create_capacity, create_record, free_slug
from articles.editing.versions import save_version
from articles.importing.documents import Document
from articles.models import (
    Appearance,
    Article,
    Event,
    ReceivedRelease,
    SourceDocument,
    Statement,
    Topic,
)
from articles.publishing import audit
from articles.publishing.workflow import Refused
from people.folding import fold
from people.models import Affiliation, Organization

#: The short name that stands in brackets after a name: (CGSS).
_SHORT_NAME = re.compile(r"\(([^\W\d_][\w&.-]{1,15})\)")


@dataclass(frozen=True)
class AcceptedSpeaker:
    """A person and the capacity spoken in; ``record`` is a known speaker's identifier."""

    name: str
    title: str
    honorific: str = ""
    organization: str = ""
    record: str = ""
    spellings: tuple[str, ...] = ()
    at_event: bool = False


@dataclass(frozen=True)
class AcceptedStatement:
    """What somebody said; ``speaker`` is an index of ``Draft.speakers``."""

    speaker: int
    kind: str
    text: str
    passage: str = ""


@dataclass(frozen=True)
class AcceptedEvent:
    """What took place; ``record`` is a known event's identifier, which stays as it is."""

    name: str
    record: str = ""
    kind: str = ""
    format: str = ""
    place: str = ""
    day: str = ""
    attendance: int | None = None
    covered_live: bool | None = None
    live_coverage: str = ""
    organizers: tuple[str, ...] = ()


@dataclass(frozen=True)
class Draft:
    """All that an editor accepted, as it was when the form was sent."""

    headline: str
    language: str = "en"
    standfirst: str = ""
    dateline: str = ""
    source: str = ""
    paragraphs: tuple[str, ...] = ()
    speakers: tuple[AcceptedSpeaker, ...] = ()
    statements: tuple[AcceptedStatement, ...] = ()
    event: AcceptedEvent | None = None
    topics: tuple[str, ...] = ()
    dismissed: tuple[str, ...] = field(default=())


def keep(document: Document, content: bytes, name: str, *, by: User | None) -> SourceDocument:
    """Keep a release that was read, byte for byte, until somebody makes an article of it.

    ``by`` is None for what came by mail. Raises PermissionDenied.
    """
    if by and not by.has_perm("articles.add_article"):
        raise PermissionDenied("You may not add articles; ask a publisher.")
    return SourceDocument.objects.create(
        content=content,
        name=storable(name)[:255],
        kind=document.kind,
        text=storable(document.text),
        notes=[storable(note) for note in document.notes],
        sender=storable(document.sender),
        subject=storable(document.subject),
        attachments=[storable(one) for one in document.attachments],
        sent_at=_sent_at(document.sent),
        digest=hashlib.sha256(content).hexdigest(),
        received_by=by,
    )


def storable(words: str) -> str:
    """Return ``words`` without what PostgreSQL does not take: U+0000 and halves of a sign."""
    return words.replace("\0", "").encode("utf-8", "replace").decode()


def _sent_at(sent: str) -> Any:
    """The time of a mail, if it says from which zone: an instant is not guessed."""
    found = parse_datetime(sent) if sent else None
    return found if found and found.tzinfo else None


@transaction.atomic
def create_draft(document: SourceDocument, draft: Draft, *, by: User) -> Article:
    """Make an article of what was accepted, with all that it names; all of it or nothing.

    Speakers, organizations and topics that exist already are used. A speaker without a title has
    no capacity, so nothing is made of it and of its words. Raises Refused when somebody else made
    an article of ``document`` meanwhile or dropped it, PermissionDenied and ValidationError.
    """
    if not by.has_perm("articles.add_article"):
        raise PermissionDenied("You may not add articles; ask a publisher.")
    found = SourceDocument.objects.select_for_update().filter(pk=document.pk).first()
    if found is None:
        raise Refused("Somebody dropped this release meanwhile; import it again.")
    if found.article_id:
        raise Refused("Somebody made an article of this release meanwhile; look among the drafts.")
    mail = ReceivedRelease.objects.filter(document=found)
    if mail.filter(state=ReceivedRelease.State.DROPPED).select_for_update().exists():
        raise Refused("Somebody dropped this mail meanwhile; put it back in the tray first.")
    capacities = [_capacity(one, by) if one.title else None for one in draft.speakers]
    event = _event(draft.event, by) if draft.event else None
    if event and draft.event and not draft.event.record:
        speaking = [
            capacity
            for one, capacity in zip(draft.speakers, capacities, strict=True)
            if one.at_event and capacity
        ]
        for order, capacity in enumerate(dict.fromkeys(speaking), start=1):
            Appearance.objects.create(event=event, capacity=capacity, order=order)
    article = Article(
        slug=free_slug(Article, draft.headline),
        headline=draft.headline,
        standfirst=draft.standfirst,
        dateline=draft.dateline,
        source=draft.source,
        language=draft.language,
        body="".join(f"<p>{escape(words)}</p>" for words in draft.paragraphs),
        event=event,
        dismissed_passages=list(dict.fromkeys(draft.dismissed)),
    )
    statements = _statements(article, draft, capacities)
    article.last_number = len(statements)
    article.full_clean()
    article.save()
    article.topics.set(Topic.objects.filter(pk__in=draft.topics))
    Statement.objects.bulk_create(statements)
    save_version(article, by=by)
    found.article = article
    found.save(update_fields=["article"])
    mail.update(state=ReceivedRelease.State.DONE, taken_by=by)
    audit.record("import", article, by=by, note=str(found)[:300])
    return article


@transaction.atomic
def drop(document: SourceDocument, *, by: User) -> None:
    """Make nothing of a release: it is deleted, or its mail is marked, as that would come again.

    Raises Refused when somebody else made an article of it, dropped it or took its mail meanwhile.
    """
    found = SourceDocument.objects.select_for_update().filter(pk=document.pk).defer("content")
    release = found.first()
    if release is None:
        raise Refused("Somebody dropped this release meanwhile.")
    if release.article_id:
        raise Refused("Somebody made an article of this release meanwhile; look among the drafts.")
    mails = ReceivedRelease.objects.filter(document=release)
    mail = mails.select_for_update(of=("self",)).select_related("taken_by").first()
    if mail is None:
        release.delete()
        return
    if mail.taken_by and mail.taken_by != by:
        raise Refused(f"{mail.taken_by} has taken this mail; put it back in the tray first.")
    mails.update(state=ReceivedRelease.State.DROPPED, taken_by=None)


def _capacity(one: AcceptedSpeaker, by: User) -> Affiliation:
    employer = _organization(one.organization, by) if one.organization else None
    spellings = [one.name, *one.spellings] if one.record else list(one.spellings)
    capacity = create_capacity(
        by=by,
        title=one.title,
        name=one.name,
        honorific_prefix=one.honorific,
        organization_id=employer.pk if employer else None,
        speaker_id=UUID(one.record) if one.record else None,
    )
    speaker = capacity.speaker
    known = [fold(name, keep_case=True) for name in (speaker.name, *speaker.name_variants)]
    for spelling in spellings:
        if fold(spelling, keep_case=True) not in known:
            create_capacity(
                by=by,
                title=one.title,
                organization_id=employer.pk if employer else None,
                speaker_id=speaker.pk,
                spelling=spelling,
            )
    return capacity


def _organization(name: str, by: User) -> Organization:
    """The organization of this name or short name, or a new one."""
    bare = _SHORT_NAME.sub("", name).strip()
    for wanted in dict.fromkeys((name, bare)):
        if found := Organization.objects.filter(name__iexact=wanted).first():
            return found
    short = _SHORT_NAME.search(name)
    wanted = short[1] if short else name
    alike = Organization.objects.filter(short_name__iexact=wanted)
    if not short and (found := alike.first()):
        return found
    made = create_record(Organization, name, by=by)
    if short:
        made.short_name = short[1]
        made.full_clean()
        made.save()
    return made


def _event(one: AcceptedEvent, by: User) -> Event:
    if one.record:
        return Event.objects.get(pk=one.record)
    event = create_record(Event, one.name, by=by)
    event.kind, event.format, event.place = one.kind, one.format, one.place
    event.date_words, event.attendance = one.day, one.attendance
    event.covered_live, event.live_coverage = one.covered_live, one.live_coverage
    event.full_clean()
    event.save()
    event.organizers.set([_organization(name, by) for name in one.organizers])
    return event


def _statements(
    article: Article, draft: Draft, capacities: list[Affiliation | None]
) -> list[Statement]:
    made: dict[tuple[UUID, str], Statement] = {}
    for one in draft.statements:
        capacity = capacities[one.speaker]
        if capacity is None:
            continue
        row = Statement(
            article=article,
            capacity=capacity,
            number=len(made) + 1,
            kind=one.kind,
            text=one.text,
            passage="" if one.kind == Statement.Kind.DIRECT else one.passage,
        )
        if not row.text.strip():
            raise ValidationError("A statement has no words; write them, or drop it.")
        made.setdefault((capacity.pk, row.text), row)
    return list(made.values())
