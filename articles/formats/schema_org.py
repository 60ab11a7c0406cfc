"""Articles, events and topics as schema.org data for search engines (JSON-LD)."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils.safestring import SafeString

from articles.formats.ninjs_3_1 import EVENT_STATUS, event_dates
from articles.frozen import CapacityCard, EventCard, Snapshot, StatementCard
from articles.models import Edition
from articles.pictures import image_of
from people.names import capacity_line, full_name

_ATTENDANCE = {
    "online": "OnlineEventAttendanceMode",
    "offline": "OfflineEventAttendanceMode",
    "mixed": "MixedEventAttendanceMode",
}


def news_article(edition: Edition, others: Mapping[str, Edition]) -> Node:
    """``NewsArticle`` with its corrections, quotations, event, picture and translations.

    ``others`` are the public editions of the same in other languages, by language.
    """
    snapshot = edition.snapshot
    event = snapshot["event"]
    address = url("article", snapshot["slug"])
    return {
        "@type": "NewsArticle",
        "@id": address,
        "url": address,
        "mainEntityOfPage": address,
        "headline": snapshot["headline"],
        "description": snapshot["standfirst"],
        "inLanguage": snapshot["language"],
        "datePublished": edition.first_published_at.isoformat(),
        "dateModified": edition.published_at.isoformat(),
        "version": edition.version,
        "dateline": snapshot["dateline"],
        "author": [*_contributors(snapshot, "reporter"), *_agency(snapshot)],
        "editor": _contributors(snapshot, "editor"),
        "translator": _contributors(snapshot, "translator"),
        "publisher": {
            "@type": "Organization",
            "name": settings.SITE_NAME,
            "url": settings.SITE_URL + "/",
        },
        "articleSection": [topic["name"] for topic in snapshot["topics"]],
        "image": _image(edition),
        **_translations(edition, others),
        "about": link("Event", "event", event) if event else {},
        "citation": [
            _quotation(statement, address)
            for statement in snapshot["statements"]
            if statement["kind"] == "direct"
        ],
        "correction": [
            {"@type": "CorrectionComment", "text": row["note"], "datePublished": row["at"]}
            for row in edition.corrections
        ],
        "speakable": {
            "@type": "SpeakableSpecification",
            "cssSelector": ["article h1", "article .standfirst"],
        },
    }


def _contributors(snapshot: Snapshot, role: str) -> list[Node]:
    rows = snapshot.get("bylines", [])
    return [_person(row["capacity"]) for row in rows if row["role"] == role]


def _agency(snapshot: Snapshot) -> list[Node]:
    name = snapshot["byline"]
    return [{"@type": "Organization", "name": name}] if name else []


def event_node(event: EventCard) -> Node:
    """``Event`` with what the source tells: no date that it does not give."""
    address = url("event", event["slug"])
    dates = event_dates(event)
    mode = _ATTENDANCE.get(_format(event))
    return {
        "@type": "Event",
        "@id": address,
        "url": address,
        "name": event["name"],
        "startDate": dates.get("startDate") or dates.get("expectedStartDate"),
        "endDate": dates.get("endDate") or dates.get("expectedEndDate"),
        "eventStatus": EVENT_STATUS[event["status"]],
        "eventAttendanceMode": f"https://schema.org/{mode}" if mode else "",
        "location": _locations(event),
        "organizer": [link("Organization", "organization", body) for body in event["organizers"]],
        "performer": [_person(capacity) for capacity in event["capacities"]],
    }


def _format(event: EventCard) -> str:
    """How people take part: what was moved online is online."""
    return "online" if event["status"] == "moved online" else event["format"]


def _locations(event: EventCard) -> Node | list[Node]:
    """The place, the page of an event that is online, or both; a list only when they are two."""
    found: list[Node] = []
    if event["place"] and event["status"] != "moved online":
        found.append({"@type": "Place", "name": event["place"], "address": event["place"]})
    if _format(event) in ("online", "mixed"):
        found.append({"@type": "VirtualLocation", "url": url("event", event["slug"])})
    return found[0] if len(found) == 1 else found


def _image(edition: Edition) -> Node:
    """The picture, or the card that is drawn where there is none."""
    card: Any = edition.snapshot.get("picture", {})
    image = image_of(edition)
    return {
        "@type": "ImageObject",
        "url": image["url"],
        "width": _pixels(image["width"]),
        "height": _pixels(image["height"]),
        "caption": card.get("caption") or image["alt"],
        "creditText": card.get("credit"),
        "copyrightNotice": card.get("copyright_holder"),
    }


def _pixels(number: int) -> Node:
    """A length in pixels: E37 is their code (UN/CEFACT)."""
    return {"@type": "QuantitativeValue", "value": number, "unitCode": "E37"}


def _translations(edition: Edition, others: Mapping[str, Edition]) -> Node:
    """The original of a translation, or the translations of an original."""
    nodes = [
        {"@type": "NewsArticle", "@id": url("article", other.slug), "inLanguage": language}
        for language, other in others.items()
        if "translation_of" not in edition.snapshot or other.article_id == edition.translation_group
    ]
    key = "translationOfWork" if "translation_of" in edition.snapshot else "workTranslation"
    return {key: nodes}


def _quotation(statement: StatementCard, article: str) -> Node:
    return {
        "@type": "Quotation",
        "url": f"{article}#s-{statement['number']}",
        "text": statement["text"],
        "creator": _person(statement["capacity"]),
    }


def _person(capacity: CapacityCard) -> Node:
    """A speaker in the capacity spoken in."""
    speaker = capacity["speaker"]
    return {
        **link("Person", "speaker", speaker),
        "name": full_name(speaker),
        "jobTitle": capacity_line(capacity),
    }


type Node = dict[str, Any]


def script(*nodes: Node) -> SafeString:
    """``nodes`` for a script element, which no text in them can end; empty values are left out."""
    graph = {"@context": "https://schema.org", "@graph": [_said(node) for node in nodes]}
    return SafeString(json.dumps(graph, ensure_ascii=False).replace("<", "\\u003c"))


def url(kind: str, slug: str) -> str:
    """The public address of the page of ``kind`` at ``slug``."""
    return str(settings.SITE_URL + reverse(kind, args=[slug]))


def breadcrumbs(*trail: tuple[str, str]) -> Node:
    """``BreadcrumbList``: the front page, then ``trail``, each a name and its address."""
    steps = [(settings.SITE_NAME, settings.SITE_URL + reverse("home")), *trail]
    return {
        "@type": "BreadcrumbList",
        "itemListElement": [
            {"@type": "ListItem", "position": number, "name": name, "item": address}
            for number, (name, address) in enumerate(steps, start=1)
        ],
    }


def person(speaker: Mapping[str, Any]) -> Node:
    """``Person`` with every capacity that is public."""
    address = url("speaker", speaker["slug"])
    employers = {
        capacity["organization"]["id"]: capacity["organization"]
        for capacity in speaker["capacities"]
        if capacity["organization"]
    }
    return {
        "@type": "Person",
        "@id": address,
        "url": address,
        "name": speaker["name"],
        "honorificPrefix": speaker["honorific_prefix"],
        "alternateName": speaker["name_variants"],
        "jobTitle": [capacity_line(capacity) for capacity in speaker["capacities"]],
        "affiliation": [link("Organization", "organization", body) for body in employers.values()],
    }


def organization(card: Mapping[str, Any], parts: Sequence[Mapping[str, Any]] = ()) -> Node:
    """``Organization`` with the body it belongs to and those that belong to it."""
    address = url("organization", card["slug"])
    return {
        "@type": "Organization",
        "@id": address,
        "url": address,
        "name": card["name"],
        "alternateName": card["short_name"],
        "location": {"@type": "Place", "name": card["place"]} if card["place"] else {},
        "parentOrganization": link("Organization", "organization", card["parent"])
        if card["parent"]
        else {},
        "subOrganization": [link("Organization", "organization", part) for part in parts],
    }


def link(type: str, kind: str, card: Mapping[str, Any]) -> Node:
    """Another page's thing by its name and address."""
    address = url(kind, card["slug"])
    return {"@type": type, "@id": address, "url": address, "name": card["name"]}


def _said(node: Node) -> Node:
    said = {key: _said(value) if isinstance(value, dict) else value for key, value in node.items()}
    return {key: value for key, value in said.items() if value not in ("", [], {}, None)}
