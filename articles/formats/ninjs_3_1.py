"""An edition as IPTC ninjs 3.1, the news industry's JSON.

ninjs has no key for a quotation or a job title, and unknown keys fail. So capacities and
statements travel as ``associations`` of type ``component``; docs/feed.md describes the profiles.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from datetime import datetime, time
from html import escape
from typing import Any
from urllib.parse import urljoin
from zoneinfo import ZoneInfo

from django.conf import settings
from django.core.files.storage import default_storage
from django.urls import reverse

from articles import machines
from articles.formats.body import full_body
from articles.frozen import (
    CapacityCard,
    Correction,
    EventCard,
    OrganizationCard,
    PictureCard,
    Snapshot,
    SpeakerCard,
    StatementCard,
    TopicCard,
    byline_of,
    capacities_of,
)
from articles.richtext import plain_text
from people.names import capacity_line, full_name

type Item = dict[str, Any]

#: schema.org's terms for what became of an event.
EVENT_STATUS = {
    "scheduled": "https://schema.org/EventScheduled",
    "postponed": "https://schema.org/EventPostponed",
    "cancelled": "https://schema.org/EventCancelled",
    "moved online": "https://schema.org/EventMovedOnline",
}

#: A link or a picture in a body: the allow-list of rich text writes attributes in quotation marks.
_LINK = re.compile(r'(<a [^>]*?\bhref=|<img src=)"([^"]*)"')

STANDARD: Item = {
    "name": "ninjs",
    "version": "3.1",
    "schema": "http://www.iptc.org/std/ninjs/ninjs-schema_3.1.json#",
}
#: Profiles of the associations, by what they carry.
CAPACITY, QUOTATION, REPORTED_SPEECH, EVENT = "capacity", "quotation", "reported-speech", "event"


def urn(id: str) -> str:
    """The permanent identifier of anything we publish; not a link, and the same on any host."""
    return f"urn:uuid:{id}"


def to_ninjs(
    snapshot: Snapshot,
    *,
    version: int,
    at: datetime,
    first_published_at: datetime,
    embargoed_until: datetime | None = None,
    corrections: Sequence[Correction] = (),
) -> Item:
    """Return ``snapshot`` as a ninjs 3.1 item: edition number ``version``, made at ``at``.

    ``firstCreated`` is the time of the first edition, not that of the draft.
    """
    event = snapshot["event"]
    capacities = capacities_of(snapshot)
    text = plain_text(snapshot["body"])
    return without_empty(
        {
            "uri": urn(snapshot["id"]),
            "type": "text",
            "representationType": "full",
            "version": str(version),
            "firstCreated": first_published_at.isoformat(),
            "versionCreated": at.isoformat(),
            "embargoedUntil": embargoed_until.isoformat() if embargoed_until else "",
            "pubStatus": "withheld" if embargoed_until else "usable",
            "edNote": " ".join(row["note"] for row in corrections if row["version"] == version),
            "language": snapshot["language"],
            "slugline": snapshot["slug"],
            "by": byline_of(snapshot),
            "located": snapshot["dateline"],
            "headlines": [
                {"role": "main", "contentType": "text/plain", "value": snapshot["headline"]}
            ],
            "descriptions": [
                *_described(standfirst=snapshot["standfirst"]),
                *_corrected(corrections),
            ],
            "bodies": [
                {
                    "role": "main",
                    "contentType": "text/html",
                    "charCount": len(text),
                    "wordCount": len(text.split()),
                    "value": full_body(snapshot, lambda row: row["name"]),
                }
            ],
            "people": [
                *{c["speaker"]["id"]: _person(c["speaker"]) for c in capacities.values()}.values(),
                *(
                    _person(row["capacity"]["speaker"], row["role"])
                    for row in snapshot.get("bylines", [])
                ),
            ],
            "organisations": _organisations(event, capacities),
            "subjects": [_subject(topic) for topic in snapshot["topics"]],
            "events": [{"name": event["name"], "rel": "about", "uri": urn(event["id"])}]
            if event
            else [],
            "infoSources": [{"name": snapshot["source"], "role": "source"}]
            if snapshot["source"]
            else [],
            "renditions": _page("article", snapshot["slug"]),
            "associations": [
                *([_event(event)] if event else []),
                *map(_capacity, capacities.values()),
                *map(_statement, snapshot["statements"]),
                *([_picture(snapshot["picture"])] if "picture" in snapshot else []),
                *(_picture(card, "picture") for card in snapshot.get("body_pictures", [])),
                *([_original(snapshot["translation_of"])] if "translation_of" in snapshot else []),
            ],
            "standard": STANDARD,
        }
    )


def to_tombstone(
    snapshot: Snapshot, *, version: int, at: datetime, first_published_at: datetime, notice: str
) -> Item:
    """Return what is left of a withdrawn article: that it is canceled, when and why."""
    return {
        "uri": urn(snapshot["id"]),
        "type": "text",
        "version": str(version),
        "firstCreated": first_published_at.isoformat(),
        "versionCreated": at.isoformat(),
        "pubStatus": "canceled",
        "edNote": notice,
        "language": snapshot["language"],
        "slugline": snapshot["slug"],
        "descriptions": _described(withdrawal=notice),
        "standard": STANDARD,
    }


def event_item(event: EventCard) -> Item:
    """Return an event as a ninjs 3.1 item of its own."""
    item = {key: value for key, value in _event(event).items() if key not in ("name", "rel")}
    return {
        **item,
        "representationType": "full",
        "pubStatus": "usable",
        "renditions": _page("event", event["slug"]),
        "standard": STANDARD,
    }


def without_references(item: Item, unknown: Collection[str]) -> Item:
    """Return ``item`` without references to the ``unknown`` identifiers.

    People and things stay with their names; associations with something unknown are left out.
    """
    urns = set(map(urn, unknown))

    def known(part: Item) -> Item:
        if part.get("uri") in urns:
            return {key: value for key, value in part.items() if key != "uri"}
        return part

    cut: Item = {
        key: [known(part) for part in item[key]]
        for key in ("people", "organisations", "subjects", "events")
        if key in item
    }
    if "associations" in item:
        cut["associations"] = [
            without_references(part, unknown)
            for part in item["associations"]
            if part["uri"] not in urns
        ]
    return item | cut


def without_text(item: Item) -> Item:
    """Return an item without body, its pictures and statements; what is no text is unchanged."""
    if item.get("type") != "text" or item.get("pubStatus") == "canceled":
        return item
    item = {key: value for key, value in item.items() if key != "bodies"}
    if "associations" in item:
        item["associations"] = [
            part
            for part in item["associations"]
            if part.get("profile") not in (QUOTATION, REPORTED_SPEECH)
            and part.get("rel") != "picture"
        ]
    return item | {"representationType": "partial"}


def with_terms(item: Item) -> Item:
    """Return a ninjs item with the terms of the settings USAGE_TERMS, COPYRIGHT_HOLDER, MACHINES.

    Tombstones and plain records are returned unchanged; a picture in the item has its own terms.
    """
    if "standard" not in item or item["pubStatus"] == "canceled":
        return item
    year = item.get("firstCreated", "")[:4]
    return item | _terms(settings.USAGE_TERMS, settings.COPYRIGHT_HOLDER, year, machines.terms())


def _terms(usage_terms: str, holder: str, year: str = "", also: str = "") -> Item:
    """``usage_terms`` are words, or the address of a licence; ``also`` are words beside them."""
    linked = usage_terms.startswith(("https://", "http://"))
    return without_empty(
        {
            "rightsInfo": {"linkedRights": usage_terms} if linked else {},
            "usageTerms": " ".join(filter(None, ("" if linked else usage_terms, also))),
            "copyrightHolder": holder,
            "copyrightNotice": f"© {year} {holder}".replace("  ", " ") if holder else "",
        }
    )


def with_absolute_links(item: Item) -> Item:
    """Return a frozen item as it is handed out today, on today's domain and storage.

    A frozen item holds paths of the site (with a slash in front) and names of files in the
    storage, so that a new domain or bucket changes nothing frozen.
    """
    item = {**item}
    if "url" in item:
        item["url"] = _absolute(item["url"])
    if "renditions" in item:
        item["renditions"] = [{**row, "href": _absolute(row["href"])} for row in item["renditions"]]
    if "bodies" in item:
        page = next((row["href"] for row in item.get("renditions", [])), settings.SITE_URL + "/")
        item["bodies"] = [
            {**body, "value": _LINK.sub(lambda link: _full(link, page), body["value"])}
            if body["contentType"] == "text/html"
            else body
            for body in item["bodies"]
        ]
    if "associations" in item:
        item["associations"] = [with_absolute_links(part) for part in item["associations"]]
    return item


def _full(link: re.Match[str], page: str) -> str:
    """A link of a body in full; relative ones are relative to the article's ``page``."""
    if link[1].startswith("<img"):
        return f'{link[1]}"{escape(_absolute(link[2]))}"'
    try:
        return f'{link[1]}"{urljoin(page, link[2])}"'
    except ValueError:  # not an address: nothing to complete
        return link[0]


def _absolute(link: str) -> str:
    """``link`` in full: a path of the site, or the name of a file in the storage."""
    return urljoin(settings.SITE_URL, link if link[0] == "/" else default_storage.url(link))


def to_event_tombstone(event: EventCard, *, notice: str) -> Item:
    """Return what is left of an event whose page was withdrawn: that it is canceled, and why."""
    return {
        "uri": urn(event["id"]),
        "type": "event",
        "pubStatus": "canceled",
        "edNote": notice,
        "slugline": event["slug"],
        "standard": STANDARD,
    }


def _page(kind: str, slug: str) -> list[Item]:
    return [{"name": "web", "contentType": "text/html", "href": reverse(kind, args=[slug])}]


def _corrected(corrections: Sequence[Correction]) -> list[Item]:
    """Each note behind its time: the schema has no key for either."""
    return [
        {"role": "correction", "contentType": "text/plain", "value": f"{row['at']} {row['note']}"}
        for row in corrections
    ]


def _capacity(capacity: CapacityCard) -> Item:
    return without_empty(
        {
            "name": f"{full_name(capacity['speaker'])}, {capacity_line(capacity)}",
            "rel": "capacity",
            "uri": urn(capacity["id"]),
            "type": "component",
            "profile": CAPACITY,
            **_who(capacity),
            "descriptions": _described(since=capacity["since"], until=capacity["until"]),
        }
    )


def _statement(statement: StatementCard) -> Item:
    capacity = statement["capacity"]
    direct = statement["kind"] == "direct"
    return without_empty(
        {
            "name": f"Statement {statement['number']}",
            "rel": "statement",
            "uri": urn(statement["id"]),
            "type": "component",
            "profile": QUOTATION if direct else REPORTED_SPEECH,
            **_who(capacity),
            "bodies": [
                {"role": "statement", "contentType": "text/plain", "value": statement["text"]},
                *(
                    [
                        {
                            "role": "passage",
                            "contentType": "text/plain",
                            "value": statement["passage"],
                        }
                    ]
                    if statement["passage"]
                    else []
                ),
            ],
            "altIds": [{"role": "capacity", "value": urn(capacity["id"])}],
        }
    )


def _picture(picture: PictureCard, rel: str = "leadPicture") -> Item:
    """A picture; its focal point is each file's point of interest, in pixels."""
    return without_empty(
        {
            "name": picture["alternative_text"],
            "rel": rel,
            "uri": urn(picture["id"]),
            "type": "picture",
            "by": picture["credit"],
            **_terms(picture["usage_terms"], picture["copyright_holder"]),
            "descriptions": _described(
                alternativeText=picture["alternative_text"], caption=picture["caption"]
            ),
            "renditions": [
                {
                    "name": f"{row['type'].removeprefix('image/')}-{row['width']}",
                    "href": row["name"],
                    "contentType": row["type"],
                    "width": row["width"],
                    "height": row["height"],
                    "poi": {
                        "x": round(row["width"] * picture["focal_x"] / 100),
                        "y": round(row["height"] * picture["focal_y"] / 100),
                    },
                }
                for row in picture["renditions"]
            ],
        }
    )


def _original(id: str) -> Item:
    return {"name": "Original", "rel": "translationOf", "uri": urn(id), "type": "text"}


def _who(capacity: CapacityCard) -> Item:
    organization = capacity["organization"]
    return {
        "by": capacity_line(capacity),
        "people": [_person(capacity["speaker"])],
        "organisations": [_organisation(organization, "affiliation")] if organization else [],
    }


def _event(event: EventCard) -> Item:
    """The event as a ninjs event item; what the schema has no key for stands in descriptions."""
    live = {True: "yes", False: "no", None: ""}[event["covered_live"]]
    dates = event_dates(event)
    return without_empty(
        {
            "name": event["name"],
            "rel": "about",
            "uri": urn(event["id"]),
            "type": "event",
            "profile": EVENT,
            "slugline": event["slug"],
            "located": event["place"],
            "headlines": [{"role": "main", "contentType": "text/plain", "value": event["name"]}],
            "descriptions": _described(
                kind=event["kind"],
                format=event["format"],
                date=event["date_words"],
                attendance="" if event["attendance"] is None else str(event["attendance"]),
                liveCoverage=event["live_coverage"] or live,
            ),
            "people": [_person(capacity["speaker"]) for capacity in event["capacities"]],
            "organisations": [_organisation(row, "organiser") for row in event["organizers"]],
            "eventDetails": without_empty(
                {
                    # That it is as planned goes without saying; the source seldom says it.
                    "eventStatus": EVENT_STATUS[event["status"]]
                    if event["status"] != "scheduled"
                    else "",
                    "dates": dates,
                }
            ),
        }
    )


def event_dates(event: EventCard) -> Item:
    """The event's dates by their ninjs keys: moments where known, partial dates where not."""
    dates: Item = {}
    for key, day, at in (
        ("Start", event["start_date"], event["start_time"]),
        (
            "End",
            event["end_date"] or (event["end_time"] and event["start_date"]),
            event["end_time"],
        ),
    ):
        if day and at:
            moment = datetime.combine(
                datetime.fromisoformat(day), time.fromisoformat(at), ZoneInfo(event["time_zone"])
            )
            dates[f"{key.lower()}Date"] = moment.isoformat()
        elif day:
            dates[f"expected{key}Date"] = day
    return dates


def _person(speaker: SpeakerCard, rel: str = "speaker") -> Item:
    return {"name": full_name(speaker), "rel": rel, "uri": urn(speaker["id"])}


def _organisation(organization: OrganizationCard, rel: str) -> Item:
    return {"name": organization["name"], "rel": rel, "uri": urn(organization["id"])}


def _organisations(event: EventCard | None, capacities: dict[str, CapacityCard]) -> list[Item]:
    cards = [c["organization"] for c in capacities.values() if c["organization"]]
    found = {card["id"]: _organisation(card, "affiliation") for card in cards}
    if event:
        found |= {card["id"]: _organisation(card, "organiser") for card in event["organizers"]}
    return list(found.values())


def _subject(topic: TopicCard) -> Item:
    return {"name": topic["name"], "rel": "about", "uri": topic["uri"] or urn(topic["id"])}


def _described(**values: str) -> list[Item]:
    return [
        {"role": role, "contentType": "text/plain", "value": value}
        for role, value in values.items()
        if value
    ]


def without_empty(item: Item) -> Item:
    """ninjs says nothing by leaving a key out, never by an empty value."""
    return {key: value for key, value in item.items() if value not in ("", [], {})}
