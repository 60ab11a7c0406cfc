"""The feed's resources: they hand out what editions and the log froze."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from django.conf import settings
from django.db.models import QuerySet
from django.http import HttpResponse
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework.exceptions import NotFound, PermissionDenied
from rest_framework.request import Request
from rest_framework.reverse import reverse
from rest_framework.views import APIView

from articles.models import Change, PublicPage
from articles.partners.access import CANCELED
from articles.partners.api import schemas
from articles.partners.api.base import ApiView, with_query
from articles.partners.api.filters import ArticleQuery, ListQuery, Query, allowed, chosen, narrowed
from articles.partners.api.problems import Gone
from people.models import Speaker

#: What each order of the articles goes by; both are unique among what is listed.
ORDERS = {"changed": "change_id", "published": "first_sequence"}


class ListView(ApiView):
    """A list by a number that each row has alone, the largest first."""

    def page(
        self, request: Request, rows: QuerySet[Any], key: str, query: dict[str, Any]
    ) -> tuple[list[Any], str | None]:
        """The rows of the page that ``query`` asks for, and the address of the next one."""
        if "cursor" in query:
            rows = rows.filter(**{f"{key}__lt": query["cursor"]})
        limit = query["limit"]
        found = list(rows.order_by(f"-{key}")[: limit + 1])
        if len(found) <= limit:
            return found, None
        last = getattr(found[limit - 1], key)
        return found[:limit], with_query(request, cursor=last)

    def listed(self, items: list[Any], next_page: str | None) -> HttpResponse:
        """A page of ``items``."""
        return self.json({"next": next_page, "results": items}, next=next_page)


@extend_schema_view(
    get=extend_schema(
        operation_id="articles_list",
        parameters=[ArticleQuery],
        responses=schemas.answers(schemas.ARTICLE_PAGE, 400, 403),
        examples=schemas.example_page("article"),
    )
)
class ArticleList(ListView):
    """Published articles, the latest change first."""

    def answer(self, request: Request) -> HttpResponse:
        query = ArticleQuery.of(request)
        allowed(query, self.rights)
        editions = narrowed(self.rights.editions().exclude(status=CANCELED), query)
        rows = editions.only("ninjs", "first_sequence")
        found, next_page = self.page(request, rows, ORDERS[query["order"]], query)
        # The keys are chosen by their names of today, whatever version they are handed out in.
        items = [chosen(self.rights.redacted(edition.ninjs), query) for edition in found]
        return self.listed([self.for_reader(item) for item in items], next_page)


@extend_schema_view(
    get=extend_schema(
        operation_id="articles_retrieve",
        parameters=[schemas.identifier("article")],
        examples=schemas.example(schemas.EXAMPLES["article"]),
        responses=schemas.answers(schemas.NINJS, 400, 403, 404, 410),
    )
)
class ArticleDetail(ApiView):
    """One published article."""

    def answer(self, request: Request) -> HttpResponse:
        Query.of(request)
        given = self.kwargs["id"]
        rows = self.rights.editions().filter(article=given)
        edition = rows.only("ninjs", "status", "note", "slug", "published_at").first()
        if edition is None and self.rights.narrowed:
            raise PermissionDenied(
                f"Your subscription covers no article with the identifier {given}."
            )
        if edition is None:
            raise NotFound(f"No published article has the identifier {given}.")
        if edition.status == CANCELED:
            raise Gone(f"This article was withdrawn: {edition.note}")
        page = settings.SITE_URL + edition.get_absolute_url()
        item = self.for_reader(edition.ninjs)
        return self.json(item, modified=edition.published_at.timestamp(), alternate=page)


class RecordList(ListView):
    """What is public of one kind, the latest change first: speakers, say."""

    kind = ""

    def answer(self, request: Request) -> HttpResponse:
        pages = PublicPage.objects.live().filter(kind=self.kind)
        found, next_page = self.page(
            request, pages.only("sequence"), "sequence", ListQuery.of(request)
        )
        changes = Change.objects.in_bulk([page.sequence for page in found])
        items = [self.for_reader(changes[page.sequence].item or {}) for page in found]
        return self.listed(items, next_page)


class RecordDetail(ApiView):
    """What is public of one speaker, organization, event or topic."""

    kind = ""

    def answer(self, request: Request) -> HttpResponse:
        Query.of(request)
        given = self.kwargs["id"]
        public = PublicPage.objects.filter(kind=self.kind, pk=given).first()
        if public and public.notice:
            raise Gone(f"This {self.kind} was withdrawn: {public.notice}")
        if public:
            change = Change.objects.get(sequence=public.sequence)
            item = self.for_reader(change.item or {})
            return self.json(item, modified=change.at.timestamp(), alternate=item.get("url"))
        merged = Speaker.objects.filter(pk=given, merged_into__isnull=False).first()
        if merged and self.kind == "speaker":
            now = reverse("api-speaker", [merged.merged_into_id], request=request)
            return HttpResponse(status=HTTPStatus.MOVED_PERMANENTLY, headers={"Location": now})
        raise NotFound(f"No public {self.kind} has the identifier {given}.")


def record_list(kind: str) -> Any:
    """The list view of one ``kind``, described in the schema."""
    described = extend_schema(
        operation_id=f"{kind}s_list",
        parameters=[ListQuery],
        responses=schemas.answers(schemas.record_page(kind), 400),
        examples=schemas.example_page(kind),
    )
    return _view(RecordList, kind, described)


def record_detail(kind: str) -> Any:
    """The view of one row of ``kind``, described in the schema."""
    described = extend_schema(
        operation_id=f"{kind}s_retrieve",
        parameters=[schemas.identifier(kind)],
        examples=schemas.example(schemas.EXAMPLES[kind]),
        responses=schemas.answers(schemas.record(kind), 400, 404),
    )
    return _view(RecordDetail, kind, described)


def _view(base: type[APIView], kind: str, described: Any) -> Any:
    view: type[APIView] = type(f"{kind.title()}{base.__name__}", (base,), {"kind": kind})
    return extend_schema_view(get=described)(view).as_view()
