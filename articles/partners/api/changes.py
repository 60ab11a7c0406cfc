"""The log as partners follow it: page by page, waiting at its end, or all articles at once."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from django.db import connection
from django.db.models import Exists, OuterRef, QuerySet
from django.http import HttpResponse, StreamingHttpResponse
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework.exceptions import ValidationError
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request

from articles import log
from articles.formats.partner_records import change_row
from articles.log import head
from articles.models import Change
from articles.partners.access import change_item
from articles.partners.api import schemas
from articles.partners.api.base import ApiView, with_query
from articles.partners.api.filters import BulkQuery, ChangeQuery

if TYPE_CHECKING:
    from articles.partners.access import ReadableChange

#: How often somebody who waits looks again, in seconds. Looking costs no query of its own.
LOOK_AGAIN = 0.2
#: How many articles of the stream are in memory at once.
CHUNK = 200


@extend_schema_view(
    get=extend_schema(
        operation_id="changes_list",
        parameters=[ChangeQuery],
        responses=schemas.answers(schemas.CHANGE_PAGE, 400),
        examples=schemas.example_changes(),
    )
)
class ChangeList(ApiView):
    """The log of public changes after a sequence number, in order."""

    control = "public, no-cache"

    def get(self, request: Request, **kwargs: Any) -> HttpResponse:
        query = ChangeQuery.of(request)
        _must_be_ours(query["after"])
        until = time.monotonic() + query["wait"]
        while head().sequence <= query["after"] and time.monotonic() < until:
            _let_go()
            time.sleep(LOOK_AGAIN)
        return super().get(request, **kwargs)

    def answer(self, request: Request) -> HttpResponse:
        query = ChangeQuery.of(request)
        after, limit = query["after"], query["limit"]
        end = head().sequence
        rows = _rows(self.rights.changes(), after, latest=query["latest"])
        changes = list(self.rights.with_items(rows)[: limit + 1])
        more = len(changes) > limit
        changes = changes[:limit]
        # Up to the end there is nothing else for this reader: the next call need not look again.
        last = changes[-1].sequence if changes else after
        cursor = last if more else max(last, end)
        next_page = with_query(request, after=cursor)
        results = [self.row(change) for change in changes]
        page = {"results": results, "cursor": cursor, "more": more, "next": next_page}
        return self.json(page, next=next_page)

    def row(self, change: ReadableChange) -> dict[str, Any]:
        """One row of the log for whoever asks."""
        return change_row(change, self.in_version(change_item(change)))


@extend_schema_view(
    get=extend_schema(
        operation_id="articles_stream",
        tags=["articles"],
        parameters=[BulkQuery],
        responses=schemas.stream(400),
        examples=schemas.example(json.dumps(schemas.EXAMPLES["change"]), schemas.NDJSON),
    )
)
class ArticleStream(ChangeList):
    """All articles as they stand, withdrawals included: a row of the log on each line."""

    def get(self, request: Request, **kwargs: Any) -> Any:
        after = BulkQuery.of(request)["after"]
        _must_be_ours(after)
        return StreamingHttpResponse(self.lines(after), content_type=schemas.NDJSON)

    def lines(self, after: int) -> Iterator[bytes]:
        """Chunk by chunk: between two chunks no connection is held and nothing is kept."""
        render = JSONRenderer().render
        articles = self.rights.changes().filter(kind="article")
        while chunk := self.rights.with_items(_rows(articles, after, latest=True))[:CHUNK]:
            _let_go()
            for change in chunk:
                yield render(self.row(change)) + b"\n"
            after = change.sequence


def _must_be_ours(after: int) -> None:
    """Raise ValidationError for a number that this log has not given yet."""
    if after > head().sequence and after > log.last_sequence():
        refusal = f"The log ends before {after}; begin anew with after=0."
        raise ValidationError({"after": [refusal]})


def _rows(changes: QuerySet[Change], after: int, *, latest: bool) -> QuerySet[Change]:
    rows = changes.filter(sequence__gt=after)
    if latest:
        later = changes.filter(object_id=OuterRef("object_id"), sequence__gt=OuterRef("sequence"))
        rows = rows.exclude(Exists(later))
    return rows.only("at", "kind", "object_id", "item", "edition__ninjs").order_by("sequence")


def _let_go() -> None:
    """Give the connection back while there is nothing to ask."""
    if not connection.in_atomic_block:
        connection.close()
