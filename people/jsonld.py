"""Pages as schema.org data (JSON-LD): people, organizations, and what all pages share."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils.safestring import SafeString

from people.names import capacity_line

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
        held["organization"]["id"]: held["organization"]
        for held in speaker["capacities"]
        if held["organization"]
    }
    return {
        "@type": "Person",
        "@id": address,
        "url": address,
        "name": speaker["name"],
        "honorificPrefix": speaker["honorific_prefix"],
        "alternateName": speaker["name_variants"],
        "jobTitle": [capacity_line(held) for held in speaker["capacities"]],
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
