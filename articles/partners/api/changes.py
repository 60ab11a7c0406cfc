"""The log for partners: page by page, waiting at its end, or all articles as lines."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from typing import Any

from django.db import connection
from django.db.models import Exists, OuterRef, QuerySet
from django.http import HttpResponse
from rest_framework.exceptions import ValidationError
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request

from articles import log
from articles.log import head
from articles.models import Change
from articles.partners.api import schemas
from articles.partners.api.authentication import KeyAuthentication
from articles.partners.api.base import ApiView, with_query
from articles.partners.api.filters import BulkQuery, ChangeQuery
from articles.partners.api.throttling import client_names
from articles.partners.api.waiting import place

#: How often a waiting request reads the log's head, in seconds. Most reads cost no query.
LOOK_AGAIN = 0.2
#: So many articles of ``articles.ndjson`` are read with one query.
CHUNK = 50
#: An answer of ``articles.ndjson`` ends with the line that reaches this many bytes.
LONGEST_ANSWER = 2_000_000


class LogView(ApiView):
    """A resource whose rows are those of the log."""

    control = "public, no-cache"


@schemas.described(
    "changes_list",
    "Follow the log of changes",
    "ChangePage",
    schemas.example_changes(),
    400,
    parameters=[ChangeQuery],
)
class ChangeList(LogView):
    """The log of public changes after a sequence number, in order."""

    def get(self, request: Request, **kwargs: Any) -> HttpResponse:
        query = ChangeQuery.of(request)
        _must_be_ours(query["after"])
        if query["wait"] and head().sequence <= query["after"]:
            with place(*client_names(request)) as taken:
                if taken:
                    _wait(query["after"], query["wait"])
                    # By now a key may have ended or been revoked, or reads less.
                    if found := KeyAuthentication().authenticate(request):
                        _, request.auth = found
                    self.find_rights(request)
        return super().get(request, **kwargs)

    def answer(self, request: Request) -> HttpResponse:
        query = ChangeQuery.of(request)
        after, limit = query["after"], query["limit"]
        end = head().sequence
        rows = _rows(self.rights.changes(), after, latest=query["latest"])
        changes = list(self.rights.to_name(rows)[: limit + 1])
        more = len(changes) > limit
        changes = changes[:limit]
        # Up to the end there is nothing else for this reader: the next call need not look again.
        last = changes[-1].sequence if changes else after
        cursor = last if more else max(last, end)
        next_page = with_query(request, after=cursor)
        page = {"results": [], "cursor": cursor, "more": more, "next": next_page}
        return self.json_list(page, self.rows(changes), next=next_page)


class NdjsonRenderer(JSONRenderer):
    """The media type of ``articles.ndjson``, so that clients can ask for it."""

    media_type = schemas.NDJSON


@schemas.described(
    "articles_stream",
    "Get all articles as lines",
    "Change",
    json.dumps(schemas.EXAMPLES["change"]),
    400,
    parameters=[BulkQuery],
    media_type=schemas.NDJSON,
    tag="articles",
)
class ArticleStream(LogView):
    """All articles as they stand, withdrawals included: a row of the log on each line.

    An answer is complete in memory before it is sent, and so bounded: a client that reads slowly
    takes no thread. The header Link leads to the next one while there is more.
    """

    renderer_classes = [JSONRenderer, NdjsonRenderer]

    def answer(self, request: Request) -> HttpResponse:
        after = BulkQuery.of(request)["after"]
        _must_be_ours(after)
        lines, size, last = [], 0, after
        for sequence, line in self.articles(after):
            if size >= LONGEST_ANSWER:
                next_part = with_query(request, after=last)
                break
            lines.append(line + b"\n")
            size, last = size + len(lines[-1]), sequence
        else:
            next_part = None
        return self.respond_with(b"".join(lines), schemas.NDJSON, next=next_part)

    def articles(self, after: int) -> Iterator[tuple[int, bytes]]:
        """Number and line of the last row of each article after ``after``, read in chunks."""
        rows = self.rights.changes().filter(kind="article")
        chunk = None
        while chunk is None or len(chunk) == CHUNK:
            chunk = list(self.rights.to_name(_rows(rows, after, latest=True))[:CHUNK])
            yield from zip((row.sequence for row in chunk), self.rows(chunk), strict=True)
            after = chunk[-1].sequence if chunk else after


def _wait(after: int, seconds: float) -> None:
    """Wait until the log ends after number ``after``, or for ``seconds``."""
    until = time.monotonic() + seconds
    while head().sequence <= after and time.monotonic() < until:
        _release_connection()
        time.sleep(LOOK_AGAIN)


def _must_be_ours(after: int) -> None:
    """Raise ValidationError when ``after`` is beyond the end of the log."""
    if after > head().sequence and after > log.last_sequence():
        refusal = f"The log ends before {after}; begin anew with after=0."
        raise ValidationError({"after": [refusal]})


def _rows(changes: QuerySet[Change], after: int, *, latest: bool) -> QuerySet[Change]:
    rows = changes.filter(sequence__gt=after)
    if latest:
        later = changes.filter(object_id=OuterRef("object_id"), sequence__gt=OuterRef("sequence"))
        rows = rows.exclude(Exists(later))
    return rows.order_by("sequence")


def _release_connection() -> None:
    """Return the connection to the pool while nothing is asked of the database."""
    if not connection.in_atomic_block:
        connection.close()
