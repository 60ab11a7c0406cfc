"""The feed's views: they hand out what editions froze, and the log that orders it."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any
from uuid import UUID

from django.utils.cache import patch_vary_headers
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework.exceptions import NotFound, ValidationError
from rest_framework.pagination import Cursor, CursorPagination
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.reverse import reverse
from rest_framework.views import APIView

from articles.feed import schemas
from articles.feed.authentication import reads_embargoed
from articles.feed.filters import ArticleQuery, Query, chosen, narrowed
from articles.feed.problems import Gone
from articles.models import Change, Edition, is_sequence
from articles.ninjs import urn
from people.models import PublicPage, Speaker

CANCELED = Edition.Status.CANCELED
PAGE = 20
MOST = 100


class EditionCursor(CursorPagination):
    """Pages by key, so that the last one costs what the first one costs."""

    page_size_query_param = "limit"
    ordering = "-change_id"

    def get_page_size(self, request: Request) -> int:
        return page_size(request)

    def decode_cursor(self, request: Request) -> Cursor | None:
        """The cursor in the query string; ValidationError for one that is not of our making."""
        refusal = "This is no cursor of this feed; take it from `next` or `previous`."
        try:
            cursor = super().decode_cursor(request)
        except NotFound as error:
            raise ValidationError({"cursor": [refusal]}) from error
        if cursor and cursor.position is not None and not is_sequence(str(cursor.position)):
            raise ValidationError({"cursor": [refusal]})
        return cursor


class ChangeCursor(EditionCursor):
    ordering = "-sequence"


class FeedView(APIView):
    """What is handed out depends on who asks: caches between us must know."""

    def finalize_response(self, *args: Any, **kwargs: Any) -> Response:
        response = super().finalize_response(*args, **kwargs)
        patch_vary_headers(response, ["Authorization"])
        return response


class ArticleList(FeedView):
    """Published articles, the latest change first."""

    @extend_schema(
        operation_id="articles_list",
        parameters=[ArticleQuery, schemas.CURSOR, schemas.LIMIT],
        responses={200: schemas.ARTICLE_PAGE} | schemas.problems(400, 401, 404, 406),
    )
    def get(self, request: Request) -> Response:
        query = ArticleQuery.of(request)
        editions = Edition.objects.current()
        if reads_embargoed(request):
            editions = Edition.objects.standing().exclude(status=CANCELED)
        pages = EditionCursor()
        if query["order"] == "published":
            pages.ordering = "-first_sequence"
        rows = narrowed(editions, query).only("ninjs", "first_sequence")
        page = pages.paginate_queryset(rows, request, view=self)
        return pages.get_paginated_response(
            [chosen(edition.ninjs, query) for edition in page or ()]
        )


class ArticleDetail(FeedView):
    """One published article."""

    @extend_schema(
        operation_id="articles_retrieve",
        responses={200: schemas.NINJS} | schemas.problems(401, 404, 406, 410),
    )
    def get(self, request: Request, id: UUID) -> Response:
        standing = Edition.objects.standing().filter(article=id)
        if not reads_embargoed(request):
            standing = standing.public()
        edition = standing.only("ninjs", "status", "note").first()
        if edition is None:
            raise NotFound(f"No published article has the identifier {id}.")
        if edition.status == CANCELED:
            raise Gone(f"This article was withdrawn: {edition.note}")
        return Response(edition.ninjs)


class RecordList(FeedView):
    """What is public of one kind, the latest change first: speakers, say."""

    kind = ""

    def get(self, request: Request) -> Response:
        Query.of(request)
        pages = ChangeCursor()
        public = PublicPage.objects.filter(kind=self.kind).values("sequence")
        changes = Change.objects.filter(sequence__in=public).only("item")
        page = pages.paginate_queryset(changes, request, view=self)
        return pages.get_paginated_response([change.item for change in page or ()])


class RecordDetail(FeedView):
    """What is public of one speaker, organization, event or topic."""

    kind = ""

    def get(self, request: Request, id: UUID) -> Response:
        public = PublicPage.objects.filter(kind=self.kind, pk=id).values("sequence")
        if change := Change.objects.filter(sequence__in=public).only("item").first():
            return Response(change.item)
        merged = Speaker.objects.filter(pk=id, merged_into__isnull=False).first()
        if merged and self.kind == "speaker":
            now = reverse("feed-speaker", [merged.merged_into_id], request=request)
            return Response(status=HTTPStatus.MOVED_PERMANENTLY, headers={"Location": now})
        raise NotFound(f"No public {self.kind} has the identifier {id}.")


def record_list(kind: str) -> Any:
    """The list view of one ``kind``, described in the schema."""
    described = extend_schema(
        operation_id=f"{kind}s_list",
        parameters=[schemas.CURSOR, schemas.LIMIT],
        responses={200: schemas.record_page(kind)} | schemas.problems(400, 401, 404, 406),
    )
    return _view(RecordList, kind, described)


def record_detail(kind: str) -> Any:
    """The view of one row of ``kind``, described in the schema."""
    described = extend_schema(
        operation_id=f"{kind}s_retrieve",
        responses={200: schemas.record(kind)} | schemas.problems(401, 404, 406),
    )
    return _view(RecordDetail, kind, described)


def _view(base: type[APIView], kind: str, described: Any) -> Any:
    view: type[APIView] = type(f"{kind.title()}{base.__name__}", (base,), {"kind": kind})
    return extend_schema_view(get=described)(view).as_view()


class ChangeList(FeedView):
    """The log of public changes after a sequence number, in order."""

    @extend_schema(
        operation_id="changes_list",
        parameters=[schemas.AFTER, schemas.LIMIT],
        responses={200: schemas.CHANGE_PAGE} | schemas.problems(400, 401, 404, 406),
    )
    def get(self, request: Request) -> Response:
        after = whole_number(request, "after", default=0)
        limit = page_size(request)
        rows = Change.objects.filter(sequence__gt=after)
        if not reads_embargoed(request):
            rows = rows.filter(embargoed=False)
        rows = rows.select_related("edition").only(
            "at", "kind", "object_id", "item", "edition__ninjs"
        )
        changes = list(rows[: limit + 1])
        more = len(changes) > limit
        changes = changes[:limit]
        cursor = changes[-1].sequence if changes else after
        next_page = reverse("feed-changes", request=request) + f"?after={cursor}&limit={limit}"
        return Response(
            {
                "results": [as_json(change) for change in changes],
                "cursor": cursor,
                "more": more,
                "next": next_page,
            }
        )


def as_json(change: Change) -> dict[str, Any]:
    """One row of the log, with the item as it stood after it."""
    return {
        "sequence": change.sequence,
        "at": change.at.isoformat(),
        "type": change.kind,
        "uri": urn(str(change.object_id)),
        "item": change.item or change.edition.ninjs,
    }


def page_size(request: Request) -> int:
    """The query parameter ``limit``, clamped to what a page may hold."""
    return min(whole_number(request, "limit", default=PAGE) or PAGE, MOST)


def whole_number(request: Request, name: str, *, default: int) -> int:
    """The query parameter ``name`` as a whole number from 0 up; ValidationError otherwise."""
    given = request.query_params.get(name, str(default))
    if not is_sequence(given):
        raise ValidationError({name: [f"“{given[:40]}” is not a whole number from 0 up."]})
    return int(given)
