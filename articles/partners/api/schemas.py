"""The OpenAPI description of the feed's answers; the items themselves are frozen in editions."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from http import HTTPStatus
from pathlib import Path
from typing import Any

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import (
    OpenApiExample,
    OpenApiParameter,
    OpenApiResponse,
    extend_schema,
    extend_schema_view,
)

from articles.formats.ninjs_3_1 import STANDARD
from articles.models import PLURALS
from articles.partners.api.problems import MEDIA_TYPE, TYPE_PREFIX, TYPES

type Schema = dict[str, Any]

#: What the feed answers for the press release of the fixture; a test compares them.
EXAMPLES_FILE = Path(__file__).with_name("examples.json")
EXAMPLES: dict[str, Any] = json.loads(EXAMPLES_FILE.read_text(encoding="utf-8"))

#: Newline-delimited JSON.
NDJSON = "application/x-ndjson"


def ref(name: str) -> Schema:
    """A reference to a named component."""
    return {"$ref": f"#/components/schemas/{name}"}


def _text(description: str = "", **more: Any) -> Schema:
    return {"type": "string", **({"description": description} if description else {}), **more}


def _object(description: str, required: Iterable[str], **properties: Schema) -> Schema:
    return {
        "type": "object",
        "description": description,
        "required": list(required),
        "properties": properties,
    }


def _list(item: Schema, description: str = "") -> Schema:
    about = {"description": description} if description else {}
    return {"type": "array", "items": item, **about}


def _page(item: Schema, description: str) -> Schema:
    return _object(
        description,
        ["next", "results"],
        next={"type": ["string", "null"], "format": "uri", "description": "Null on the last page."},
        results=_list(item),
        unreadable=_list(
            ref("Problem"), "Items of this page that cannot be shown now; left out of `results`."
        ),
    )


_URI = _text("Permanent, over all versions.", format="uri")
_TIME = {"type": "string", "format": "date-time"}
_VALUE = {
    "role": _text(),
    "contentType": _text("text/plain or text/html."),
    "value": _text(),
}
_VERSION = {
    "version": _text("Rises with each version."),
    "firstCreated": {**_TIME, "description": "When it was first published."},
    "versionCreated": {**_TIME, "description": "When this version was published."},
}
_STATUS = _text(enum=["usable"])
_TERMS = {
    "rightsInfo": ref("RightsInfo"),
    "usageTerms": _text("How the item may be used."),
    "copyrightHolder": _text(),
    "copyrightNotice": _text(),
}
_NINJS = {
    "representationType": _text(enum=["full", "partial"]),
    "slugline": _text("The last part of the item's address on the site."),
    "headlines": _list(ref("Headline")),
    "descriptions": _list(ref("Description")),
    "people": _list(ref("Reference")),
    "organisations": _list(ref("Reference")),
    "renditions": _list(ref("Rendition")),
    **_TERMS,
    "standard": ref("Standard"),
}
_ARTICLE = {
    "uri": _URI,
    "type": _text(enum=["text"]),
    **_VERSION,
    "embargoedUntil": _TIME,
    "pubStatus": _text(enum=["usable", "withheld"]),
    "edNote": _text("The public note of a correction."),
    "language": _text("BCP 47."),
    "by": _text("The byline."),
    "located": _text("The dateline."),
    **_NINJS,
    "bodies": _list(ref("Body")),
    "subjects": _list(ref("Reference")),
    "events": _list(ref("Reference")),
    "infoSources": _list(ref("InfoSource")),
    "associations": _list(
        ref("Association"),
        "The event, the capacities, the statements, the pictures, the original.",
    ),
}
_IDENTITY = ("uri", "type", "pubStatus", *_VERSION)


def _record(kind: str, description: str, **more: Schema) -> Schema:
    return _object(
        description,
        [*_IDENTITY, "slug", "name", "url"],
        uri=_URI,
        type=_text(enum=[kind]),
        pubStatus=_STATUS,
        **_VERSION,
        slug=_text(),
        name=_text(),
        url=_text("Its page on the site.", format="uri"),
        **more,
    )


#: The named components of the description.
COMPONENTS: dict[str, Schema] = {
    "Headline": _object("A headline.", _VALUE, **_VALUE),
    "Description": _object("A text about the item; `role` says which.", _VALUE, **_VALUE),
    "Body": _object(
        "A body, or the words of a statement.",
        _VALUE,
        **_VALUE,
        charCount={"type": "integer"},
        wordCount={"type": "integer"},
    ),
    "Reference": _object(
        "Somebody or something that the item names; with `uri` where the feed has it.",
        ["name"],
        name=_text(),
        rel=_text("speaker, affiliation, organiser, about."),
        uri=_text(format="uri"),
        role=_text(),
    ),
    "Rendition": _object(
        "The item's page on the site (`web`), or a file of a picture.",
        ["name", "href", "contentType"],
        name=_text(),
        href=_text(format="uri"),
        contentType=_text(),
        width={"type": "integer", "description": "Pixels."},
        height={"type": "integer", "description": "Pixels."},
        poi=ref("PointOfInterest"),
    ),
    "PointOfInterest": _object(
        "What must stay in view, in pixels.",
        ["x", "y"],
        x={"type": "integer"},
        y={"type": "integer"},
    ),
    "RightsInfo": _object(
        "Where the terms of use are.", ["linkedRights"], linkedRights=_text(format="uri")
    ),
    "InfoSource": _object("What the article rests on.", ["name"], name=_text(), role=_text()),
    "Standard": _object(
        "The standard of the item.",
        ["name", "version", "schema"],
        name=_text(),
        version=_text(),
        schema=_text(format="uri"),
    ),
    "EventDetails": _object(
        "When the event takes place, as far as known, and what became of it.",
        [],
        eventStatus=_text("A term of schema.org.", format="uri"),
        dates=ref("EventDates"),
    ),
    "EventDates": _object(
        "Moments (`startDate`), or a year, a month or a day (`expectedStartDate`).",
        [],
        startDate=_TIME,
        endDate=_TIME,
        expectedStartDate=_text(),
        expectedEndDate=_text(),
    ),
    "AltId": _object(
        "The capacity of a statement.", ["role", "value"], role=_text(), value=_text()
    ),
    "Association": _object(
        "A part of the item or something related; `profile` and `rel` say what.",
        ["name", "uri", "type"],
        name=_text(),
        uri=_text(format="uri"),
        type=_text(enum=["component", "event", "picture", "text"]),
        rel=_text("capacity, statement, about, leadPicture, picture, translationOf."),
        profile=_text("capacity, quotation, reported-speech, event."),
        by=_text("A capacity in one line, or a picture's credit."),
        located=_text(),
        eventDetails=ref("EventDetails"),
        altIds=_list(ref("AltId")),
        bodies=_list(ref("Body")),
        **{key: schema for key, schema in _NINJS.items() if key != "standard"},
    ),
    "Article": {
        **_object(
            "A published article: an IPTC ninjs 3.1 item.",
            [*_IDENTITY, "language", "slugline", "headlines", "standard"],
            **_ARTICLE,
        ),
        "externalDocs": {"description": "The ninjs 3.1 JSON Schema", "url": STANDARD["schema"]},
    },
    "PartialArticle": _object(
        "An article, or of it the keys that `fields` has chosen.", ["uri"], **_ARTICLE
    ),
    "Event": _object(
        "A published event: an IPTC ninjs 3.1 item.",
        [*_IDENTITY, "slugline", "headlines", "standard"],
        uri=_URI,
        type=_text(enum=["event"]),
        profile=_text(),
        pubStatus=_STATUS,
        **_VERSION,
        located=_text("The place."),
        eventDetails=ref("EventDetails"),
        **_NINJS,
    ),
    "Speaker": _record(
        "speaker",
        "A published speaker.",
        honorificPrefix=_text(),
        alternateName=_list(_text(), "Other spellings of the name."),
        capacities=_list(ref("Capacity")),
        replaces=_list(
            _text(format="uri"), "Merged into this one: drop those, keep their `uri` as aliases."
        ),
    ),
    "Capacity": _object(
        "In which a speaker speaks.",
        ["uri"],
        uri=_text(format="uri"),
        roleName=_text(),
        organization=ref("Reference"),
        startDate=_text("As precise as known: a year, a month or a day."),
        endDate=_text("As precise as known: a year, a month or a day."),
    ),
    "Organization": _record(
        "organization",
        "A published organization.",
        alternateName=_text(),
        location=_text(),
        parentOrganization=ref("Reference"),
    ),
    "Topic": _record(
        "topic",
        "A published topic.",
        sameAs=_text("The concept in IPTC Media Topics.", format="uri"),
    ),
    "Tombstone": _object(
        "What is left of an item that was withdrawn: drop yours.",
        _IDENTITY,
        uri=_URI,
        type=_text(enum=["text", "event", "organization", "speaker", "topic"]),
        pubStatus=_text(enum=["canceled"]),
        **_VERSION,
        edNote=_text("The public notice."),
        language=_text("BCP 47."),
        slugline=_text(),
        slug=_text(),
        descriptions=_list(ref("Description")),
        standard=ref("Standard"),
    ),
    "Change": _object(
        "A row of the log, with the item as that change left it.",
        ["sequence", "at", "type", "uri", "item"],
        sequence={"type": "integer", "description": "Without a gap, in commit order."},
        at=_TIME,
        type=_text(enum=sorted(PLURALS)),
        uri=_text(format="uri"),
        item={
            "description": "Null where it cannot be shown now: see `problem`.",
            "oneOf": [
                *(
                    ref(name)
                    for name in (
                        "Article",
                        "Event",
                        "Organization",
                        "Speaker",
                        "Topic",
                        "Tombstone",
                    )
                ),
                {"type": "null"},
            ],
        },
        problem=ref("Problem"),
    ),
    "ChangePage": _object(
        "A page of the log.",
        ["results", "cursor", "more", "next"],
        results=_list(ref("Change")),
        cursor={"type": "integer", "description": "Keep it: the next call's `after`."},
        more={"type": "boolean", "description": "Whether changes follow at once."},
        next=_text(format="uri"),
    ),
    "ArticlePage": _page(ref("PartialArticle"), "A page of articles."),
    "EventPage": _page(ref("Event"), "A page of events."),
    "OrganizationPage": _page(ref("Organization"), "A page of organizations."),
    "SpeakerPage": _page(ref("Speaker"), "A page of speakers."),
    "TopicPage": _page(ref("Topic"), "A page of topics."),
    "Problem": _object(
        "Problem details (RFC 9457).",
        ["type", "title", "status", "detail"],
        type=_text("Stays as it is.", enum=[TYPE_PREFIX + name for name in TYPES]),
        title=_text(),
        status={"type": "integer"},
        detail=_text("What was wrong, in one sentence."),
        instance=_text("Where to ask again for an item that could not be shown.", format="uri"),
        uri=_text("The item that could not be shown.", format="uri"),
        errors={
            "type": "object",
            "description": "A sentence for each wrong parameter.",
            "additionalProperties": {"type": "string"},
        },
    ),
}


def add_components(result: Schema, **kwargs: Any) -> Schema:
    """Add the named components to the description; a hook of drf-spectacular."""
    result["components"].setdefault("schemas", {}).update(COMPONENTS)
    return result


# Operations --------------------------------------------------------------------------------------

#: The problems that every address can answer: wrong key, unknown format, too many requests, no
#: database.
_ALWAYS = (401, 406, 429, 503)


def _header(name: str, description: str, *statuses: int) -> OpenApiParameter:
    return OpenApiParameter(
        name,
        OpenApiTypes.STR,
        OpenApiParameter.HEADER,
        description=description,
        response=list(statuses) or True,
    )


_HEADERS = [
    _header("ETag", "Send it back in `If-None-Match`.", 200, 304),
    _header("Last-Modified", "Send it back in `If-Modified-Since`.", 200, 304),
    _header("Link", "`next`: the next page. `alternate`: the item's page on the site.", 200),
    _header("RateLimit-Policy", "The limit: `q` requests in `w` seconds."),
    _header("RateLimit", "`r` requests are left, for `t` seconds."),
    _header("Retry-After", "Seconds.", 429, 503),
    _header("WWW-Authenticate", "`Bearer`.", 401),
]


def described[V](
    operation_id: str,
    summary: str,
    answer: str,
    example: Any,
    *statuses: int,
    parameters: Iterable[Any] = (),
    media_type: str = "application/json",
    tag: str = "",
) -> Callable[[type[V]], type[V]]:
    """Describe the GET of a view, whose ``answer`` is a named component.

    ``statuses`` are the problems that it can answer beside those that every address can.
    """
    responses: dict[Any, Any] = {(200, media_type): ref(answer)}
    responses[304] = OpenApiResponse(description="Not modified.")
    for status in sorted({*statuses, *_ALWAYS}):
        responses[status, MEDIA_TYPE] = OpenApiResponse(
            ref("Problem"), description=HTTPStatus(status).phrase
        )
    shown = OpenApiExample(
        "The press release",
        example,
        response_only=True,
        status_codes=["200"],
        media_type=media_type,
    )
    return extend_schema_view(
        get=extend_schema(
            operation_id=operation_id,
            summary=summary,
            tags=[tag] if tag else None,
            parameters=[*parameters, *_HEADERS],
            responses=responses,
            examples=[shown],
        )
    )


def example_page(kind: str) -> dict[str, Any]:
    """The example of a list of ``kind``: a page with one item."""
    return {"next": None, "results": [EXAMPLES[kind]]}


def example_changes() -> dict[str, Any]:
    """The example of the log: its end after the release was published."""
    row = EXAMPLES["change"]
    following = f"https://news.example.org/api/v1/changes/?after={row['sequence']}"
    return {"results": [row], "cursor": row["sequence"], "more": False, "next": following}


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
