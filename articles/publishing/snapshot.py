"""Taking a snapshot: what an edition freezes, read from the working copy as plain data.

The site's pages and the ninjs document are both made from it, never from the working copy.
Dates are ISO 8601 strings; ``""`` and ``None`` mean that the source does not say.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, NamedTuple, Self
from uuid import UUID

from django.urls import reverse

from articles.frozen import (
    BylineCard,
    CapacityCard,
    EmbedCard,
    EventCard,
    Link,
    OrganizationCard,
    PictureCard,
    Snapshot,
    SpeakerCapacityCard,
    SpeakerCard,
    SpeakerPage,
    StatementCard,
    TopicCard,
    TopicPage,
    authors_of,
    capacities_of,
    collapse_blanks,
    organizations_of,
    words_in_body,
)
from articles.log import in_one_round_trip, sql_with_values
from articles.models import Edition, Picture, PublicPage
from articles.publishing.quotes import find_quotation
from articles.richtext import RECORD, plain_text, records_in, sanitize
from people.names import full_name

if TYPE_CHECKING:
    from articles.models import Article, Event, FrontPage, SitePage, Statement, Topic
    from people.models import Affiliation, Organization, Speaker


#: A function of the database, whose plan is kept: it is asked under the log's lock, too.
_ROWS_BEHIND = """
    SELECT newsroom_rows_behind(
        %(article)s, %(event)s, %(row)s, %(pictures)s::uuid[], %(articles)s::uuid[],
        %(events)s::uuid[], %(capacities)s::uuid[], %(bodies)s::uuid[], %(topics)s::uuid[]
    )
"""


class RowsBehind(NamedTuple):
    """What a snapshot or a page is made from: the SQL that asks, and what the database answered."""

    sql: str
    version: str | None

    @classmethod
    def read(cls, **of: object) -> Self:
        """Those of an ``article``, with its ``event`` and what its body embeds, or of a ``row``.

        ``capacities``, ``bodies`` and ``topics`` are further ones, by their identifiers.

        Read them first: what is read after them may be newer, never older.
        """
        nothing = dict.fromkeys(("article", "event", "row"))
        lists = ("pictures", "articles", "events", "capacities", "bodies", "topics")
        sql = sql_with_values(_ROWS_BEHIND, nothing | {name: [] for name in lists} | of)
        [[(version,)]] = in_one_round_trip(sql)
        return cls(sql, version)

    def are_unchanged(self) -> bool:
        """Whether the database would answer the same now."""
        return in_one_round_trip(self.sql) == [[(self.version,)]]


class WorkingCopy(NamedTuple):
    """A snapshot, and what it was made from as that was before."""

    snapshot: Snapshot
    behind: RowsBehind


def read_working_copy(article: Article) -> WorkingCopy:
    """Take a snapshot of ``article``, whose row is locked; so that later changes are noticed."""
    behind = _rows_behind_article(article)
    return WorkingCopy(take_snapshot(article), behind)


def rows_behind_page(
    row: Organization | Speaker | Event | Topic | SitePage | FrontPage,
) -> RowsBehind:
    """The rows that the page of ``row`` is made from."""
    kind = row._meta.model_name
    return RowsBehind.read(row=row.pk, event=row.pk if kind == "event" else None)


def rows_behind_names(snapshot: Snapshot) -> RowsBehind:
    """The rows that a ``snapshot`` names, as far as pages are made from them."""
    return RowsBehind.read(
        event=snapshot["event"]["id"] if snapshot["event"] else None,
        capacities=[*capacities_of(snapshot), *(card["id"] for card in authors_of(snapshot))],
        bodies=[card["id"] for card in organizations_of(snapshot)],
        topics=[topic["id"] for topic in snapshot["topics"]],
    )


def _rows_behind_article(article: Article) -> RowsBehind:
    wanted: dict[str, list[UUID | None]] = {
        "article": [article.translation_of_id],
        "event": [article.event_id],
        "picture": [article.picture_id],
    }
    for record in records_in(sanitize(article.body)):
        kind, identifier, *_ = record.split("/")
        wanted["article" if kind == "statement" else kind].append(UUID(identifier))
    return RowsBehind.read(
        article=article.pk,
        event=article.event_id,
        pictures=wanted["picture"],
        articles=wanted["article"],
        events=wanted["event"],
    )


def take_snapshot(article: Article) -> Snapshot:
    """Read the working copy of ``article`` and what it refers to, statements in body order."""
    body = sanitize(article.body)
    statements = article.statements.select_related(
        "capacity__speaker", "capacity__organization__parent"
    )
    snapshot: Snapshot = {
        "id": str(article.id),
        "slug": article.slug,
        "language": article.language,
        "headline": article.headline,
        "standfirst": article.standfirst,
        "dateline": article.dateline,
        "byline": article.byline,
        "source": article.source,
        "body": body,
        "created_at": article.created_at.isoformat(),
        "topics": [topic_card(topic) for topic in article.topics.all()],
        "event": event_card(article.event) if article.event else None,
        "statements": _in_body_order(
            [_statement(row) for row in statements], plain_text(body), article.language
        ),
    }
    bylines = article.bylines.select_related("capacity__speaker", "capacity__organization__parent")
    if found := [byline_card(row.role, row.capacity) for row in bylines]:
        snapshot["bylines"] = found
    if article.translation_of_id:
        snapshot["translation_of"] = str(article.translation_of_id)
    if article.picture:
        snapshot["picture"] = picture_card(article.picture)
    add_body_records(snapshot)
    return collapse_blanks(snapshot)


def add_body_records(snapshot: Snapshot) -> None:
    """Put into ``snapshot`` the pictures in its body, and what its body embeds and is public now.

    Its own statements are there already. What is gone or not public is left out.
    """
    snapshot.pop("body_pictures", None)
    snapshot.pop("embeds", None)
    if pictures := body_pictures(snapshot["body"]):
        snapshot["body_pictures"] = [picture_card(row) for row in pictures]
    if embeds := embed_cards(snapshot):
        snapshot["embeds"] = embeds


def body_pictures(body: str) -> list[Picture]:
    """The pictures that stand in the sanitized ``body``, each once, in its order."""
    wanted = [one.split("/")[1] for one in records_in(body) if one.startswith("picture/")]
    found = {str(row.pk): row for row in Picture.objects.filter(pk__in=wanted)} if wanted else {}
    return [found[one] for one in wanted if one in found]


def embed_cards(snapshot: Snapshot) -> list[EmbedCard]:
    """The events, articles and their statements that a body embeds, as far as they are public."""
    cards: list[EmbedCard] = []
    own = f"statement/{snapshot['id']}/"
    embedded = [one for one in records_in(snapshot["body"]) if not one.startswith(own)]
    editions, events = public_records(embedded)
    for record in embedded:
        kind, identifier, *number = record.split("/")
        if snapshot["event"] and comes_with(record, snapshot):
            path = reverse("event", args=[snapshot["event"]["slug"]])
            cards.append({"record": record, "path": path, "name": snapshot["event"]["name"]})
        elif kind == "event" and (event := events.get(identifier)) and is_readable(event):
            cards.append({"record": record, "path": event.get_absolute_url(), "name": str(event)})
        elif (edition := editions.get(identifier)) and is_readable(edition):
            path, name = edition.get_absolute_url(), edition.headline
            if kind == "statement":
                statement = edition.statement(int(number[0]))
                if statement is None:
                    continue
                path += f"#s-{number[0]}"
                name = f"{full_name(statement['capacity']['speaker'])}: {name}"
            cards.append({"record": record, "path": path, "name": name})
    return cards


def unreadable_records(snapshot: Snapshot) -> list[str]:
    """What the body embeds and is public, but cannot be shown (``articles.unreadable``)."""
    editions, events = public_records(records_in(snapshot["body"]))
    own = snapshot["id"]
    return [
        edition.headline
        for identifier, edition in editions.items()
        if identifier != own and not is_readable(edition)
    ] + [event.slug for event in events.values() if not is_readable(event)]


def is_readable(row: Edition | PublicPage) -> bool:
    """Whether this code can show what was frozen in ``row``."""
    try:
        if isinstance(row, Edition):
            return bool(row.snapshot["id"]) and row.snapshot["statements"] is not None
        return bool(row.card["name"])
    except Exception:  # whatever is wrong with it, it cannot be shown
        return False


def comes_with(record: str, snapshot: Snapshot) -> bool:
    """Whether ``record`` is the article's own event, which is public once the article is.

    A withdrawn page stays withdrawn.
    """
    event = snapshot["event"]
    if event is None or record != f"event/{event['id']}":
        return False
    return not PublicPage.objects.filter(pk=event["id"]).exclude(notice="").exists()


def public_records(records: Iterable[str]) -> tuple[dict[str, Edition], dict[str, PublicPage]]:
    """What readers see of ``records``: editions by their article's id, pages by their event's."""
    of_kind: dict[str, set[UUID]] = {"article": set(), "event": set()}
    for record in records:
        kind, identifier, *_ = record.split("/")
        if kind == "picture":
            continue
        of_kind["event" if kind == "event" else "article"].add(UUID(identifier))
    editions = Edition.objects.live().filter(article__in=of_kind["article"]).defer("ninjs", "body")
    pages = PublicPage.objects.live().filter(kind="event", pk__in=of_kind["event"])
    return (
        {str(row.article_id): row for row in editions} if of_kind["article"] else {},
        {str(row.pk): row for row in pages} if of_kind["event"] else {},
    )


def _in_body_order(
    statements: list[StatementCard], body: str, language: str
) -> list[StatementCard]:
    return sorted(
        statements, key=lambda s: (find_quotation(words_in_body(s), body, language), s["number"])
    )


def byline_card(role: str, capacity: Affiliation) -> BylineCard:
    """Somebody of whom an article is."""
    return {"role": role, "capacity": capacity_card(capacity)}


def _link(row: Organization | Speaker | Event | Topic) -> Link:
    return {"id": str(row.id), "slug": row.slug, "name": row.name}


def topic_card(topic: Topic) -> TopicCard:
    """What an article says of a topic."""
    card: TopicCard = {**_link(topic), "uri": topic.uri}
    return collapse_blanks(card)


def topic_page(topic: Topic) -> TopicCard | TopicPage:
    """What is public of a topic on its own page and in the navigation."""
    if topic.navigation is None:
        return {**topic_card(topic)}
    return {**topic_card(topic), "navigation": topic.navigation}


def site_page(page: SitePage) -> dict[str, Any]:
    """What is public of a page of the site; ``navigation`` is its place at the foot of pages."""
    card = {"id": str(page.pk), "slug": page.slug, "name": page.name, "language": page.language}
    body = RECORD.sub("", sanitize(page.body))
    return collapse_blanks({**card, "body": body, "navigation": page.position})


def front_page(front: FrontPage) -> dict[str, Any]:
    """What is public of the front page: the translation groups of what an editor picked."""
    picks = front.picks.select_related("article")
    return {
        "id": str(front.pk),
        "slug": "front",
        "name": str(front),
        "picks": [str(pick.article.translation_group) for pick in picks],
    }


def picture_card(picture: Picture) -> PictureCard:
    """What is public of a picture."""
    card: PictureCard = {
        "id": str(picture.id),
        "alternative_text": picture.alternative_text,
        "credit": picture.credit,
        "usage_terms": picture.usage_terms,
        "copyright_holder": picture.copyright_holder,
        "caption": picture.caption,
        "focal_x": picture.focal_x,
        "focal_y": picture.focal_y,
        "width": picture.width,
        "height": picture.height,
        "renditions": picture.renditions,
    }
    return collapse_blanks(card)


def organization_card(organization: Organization) -> OrganizationCard:
    """What is public of an organization."""
    card: OrganizationCard = {
        **_link(organization),
        "short_name": organization.short_name,
        "place": organization.place,
        "parent": _link(organization.parent) if organization.parent else None,
    }
    return collapse_blanks(card)


def speaker_page(speaker: Speaker, capacities: Iterable[Affiliation]) -> SpeakerPage:
    """What is public of a speaker, showing these ``capacities`` and no others."""
    card: SpeakerPage = {
        **_speaker(speaker),
        "capacities": [speaker_capacity_card(capacity) for capacity in capacities],
        "replaces": sorted(str(row.pk) for row in speaker.merged.all()),
    }
    return collapse_blanks(card)


def _speaker(speaker: Speaker) -> SpeakerCard:
    return {
        **_link(speaker),
        "honorific_prefix": speaker.honorific_prefix,
        "name_variants": speaker.name_variants,
    }


def speaker_capacity_card(capacity: Affiliation) -> SpeakerCapacityCard:
    """A capacity as its speaker's page lists it."""
    organization = capacity.organization
    return {
        "id": str(capacity.id),
        "title": capacity.title,
        "since": capacity.since,
        "until": capacity.until,
        "organization": organization_card(organization) if organization else None,
    }


def capacity_card(capacity: Affiliation) -> CapacityCard:
    """A capacity with its speaker, as statements and events name it."""
    return {**speaker_capacity_card(capacity), "speaker": _speaker(capacity.speaker)}


def _statement(statement: Statement) -> StatementCard:
    return {
        "id": str(statement.id),
        "number": statement.number,
        "kind": statement.kind,
        "text": statement.text,
        "passage": statement.passage,
        "capacity": capacity_card(statement.capacity),
    }


def event_card(event: Event) -> EventCard:
    """What is public of an event, speakers in their order."""
    appearances = event.appearances.select_related(
        "capacity__speaker", "capacity__organization__parent"
    )
    card: EventCard = {
        **_link(event),
        "kind": event.kind,
        "format": event.format,
        "status": event.status,
        "place": event.place,
        "start_date": event.start_date,
        "start_time": event.start_time.isoformat() if event.start_time else None,
        "end_date": event.end_date,
        "end_time": event.end_time.isoformat() if event.end_time else None,
        "time_zone": event.time_zone,
        "date_words": event.date_words,
        "attendance": event.attendance,
        "covered_live": event.covered_live,
        "live_coverage": event.live_coverage,
        "organizers": [organization_card(row) for row in event.organizers.select_related("parent")],
        "capacities": [capacity_card(row.capacity) for row in appearances],
    }
    return collapse_blanks(card)
