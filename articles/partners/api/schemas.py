"""The OpenAPI description of the feed's answers; the items themselves are frozen in editions."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiExample, OpenApiParameter, OpenApiResponse

from articles.formats.ninjs import STANDARD
from articles.partners.api.problems import MEDIA_TYPE

#: What the feed answers for the press release of the fixture; a test compares them.
EXAMPLES_FILE = Path(__file__).with_name("examples.json")
EXAMPLES: dict[str, Any] = json.loads(EXAMPLES_FILE.read_text(encoding="utf-8"))

NINJS: dict[str, Any] = {
    "type": "object",
    "description": "An IPTC ninjs 3.1 item. docs/feed.md describes the profiles of associations.",
    "externalDocs": {"description": "The ninjs 3.1 JSON Schema", "url": STANDARD["schema"]},
    "required": ["uri", "type", "pubStatus", "standard"],
    "properties": {
        "uri": {"type": "string", "format": "uri", "description": "Permanent, over all versions."},
        "type": {"type": "string", "enum": ["text", "event"]},
        "version": {"type": "string", "description": "The edition's number, from 1."},
        "firstCreated": {"type": "string", "format": "date-time"},
        "versionCreated": {"type": "string", "format": "date-time"},
        "pubStatus": {"type": "string", "enum": ["usable", "withheld", "canceled"]},
        "language": {"type": "string", "description": "BCP 47."},
        "headlines": {"type": "array", "items": {"type": "object"}},
        "bodies": {"type": "array", "items": {"type": "object"}},
        "associations": {
            "type": "array",
            "description": "The event, the capacities, the statements: see their `profile`.",
            "items": {"type": "object"},
        },
        "standard": {"type": "object"},
    },
    "additionalProperties": True,
}

RECORD: dict[str, Any] = {
    "type": "object",
    "description": "A speaker, an organization or a topic, in the words of schema.org.",
    "required": ["uri", "type", "slug", "name", "url"],
    "properties": {
        "uri": {"type": "string", "format": "uri"},
        "type": {"type": "string", "enum": ["organization", "speaker", "topic"]},
        "slug": {"type": "string"},
        "name": {"type": "string"},
        "url": {"type": "string", "format": "uri"},
        "replaces": {
            "type": "array",
            "description": "Speakers that were merged into this one: drop yours.",
            "items": {"type": "string", "format": "uri"},
        },
    },
    "additionalProperties": True,
}

_NEXT = {"type": ["string", "null"], "format": "uri"}


def page_of(item: dict[str, Any]) -> dict[str, Any]:
    """The schema of a page of a list."""
    return {
        "type": "object",
        "required": ["next", "results"],
        "properties": {
            "next": _NEXT,
            "results": {"type": "array", "items": item},
        },
    }


def record(kind: str) -> dict[str, Any]:
    """The schema of one item of ``kind``."""
    return NINJS if kind == "event" else RECORD


def record_page(kind: str) -> dict[str, Any]:
    """The schema of a page of the list of ``kind``."""
    return page_of(record(kind))


#: With `fields` an item has only what was asked for.
ARTICLE_PAGE = page_of({**NINJS, "required": ["uri"]})

CHANGE_PAGE: dict[str, Any] = {
    "type": "object",
    "required": ["results", "cursor", "more", "next"],
    "properties": {
        "results": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["sequence", "at", "type", "uri", "item"],
                "properties": {
                    "sequence": {"type": "integer", "description": "Gapless, in commit order."},
                    "at": {"type": "string", "format": "date-time"},
                    "type": {
                        "type": "string",
                        "enum": ["article", "event", "organization", "speaker", "topic"],
                    },
                    "uri": {"type": "string", "format": "uri"},
                    "item": {"oneOf": [NINJS, RECORD]},
                },
            },
        },
        "cursor": {"type": "integer", "description": "Keep it: the next call's `after`."},
        "more": {"type": "boolean", "description": "Whether changes follow at once."},
        "next": {"type": "string", "format": "uri"},
    },
}

_PROBLEM: dict[str, Any] = {
    "type": "object",
    "description": "Problem details, RFC 9457.",
    "required": ["title", "status", "detail"],
    "properties": {
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string", "description": "What was wrong, in one sentence."},
        "errors": {"type": "object", "additionalProperties": {"type": "string"}},
    },
}


#: Newline-delimited JSON.
NDJSON = "application/x-ndjson"
#: The problems that every address can answer: wrong key, unknown format, too many requests.
_ALWAYS = (401, 406, 429)


def answers(body: dict[str, Any], *statuses: int) -> dict[Any, Any]:
    """The responses of a view: ``body`` with 200, not modified, and problems with ``statuses``."""
    return {200: body, 304: OpenApiResponse(description="Not modified.")} | _problems(*statuses)


def stream(*statuses: int) -> dict[Any, Any]:
    """The responses of a stream of lines, each a row of the log."""
    line = {"type": "string", "description": "On each line a row as in `changes/`."}
    return {(200, NDJSON): line} | _problems(*statuses)


def _problems(*statuses: int) -> dict[Any, Any]:
    return {
        (status, MEDIA_TYPE): OpenApiResponse(response=_PROBLEM)
        for status in sorted({*statuses, *_ALWAYS})
    }


def example(value: Any, media_type: str = "application/json") -> list[OpenApiExample]:
    """The example of a view's answer."""
    shown = OpenApiExample(
        "The press release", value, response_only=True, status_codes=["200"], media_type=media_type
    )
    return [shown]


def example_page(kind: str) -> list[OpenApiExample]:
    """The example of a list of ``kind``: a page with one item."""
    return example({"next": None, "results": [EXAMPLES[kind]]})


def example_changes() -> list[OpenApiExample]:
    """The example of the log: its end after the release was published."""
    row = EXAMPLES["change"]
    following = f"https://news.example.org/api/v1/changes/?after={row['sequence']}"
    page = {"results": [row], "cursor": row["sequence"], "more": False, "next": following}
    return example(page)


def identifier(kind: str) -> OpenApiParameter:
    """The path parameter ``id`` of one item, with the example's identifier."""
    given = EXAMPLES[kind]["uri"].removeprefix("urn:uuid:")
    return OpenApiParameter(
        "id",
        OpenApiTypes.UUID,
        OpenApiParameter.PATH,
        description="The item's `uri` without `urn:uuid:`.",
        examples=[OpenApiExample("The press release", given)],
    )
