"""The feed's resources: frozen items of editions and of the log."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from http import HTTPStatus
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db.models import QuerySet
from django.http import HttpResponse
from django.urls import reverse as path
from rest_framework.exceptions import NotFound, PermissionDenied
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request
from rest_framework.reverse import reverse

from articles.formats.ninjs_3_1 import urn
from articles.models import PLURALS, Edition, PublicPage
from articles.partners.access import CANCELED, handed_out
from articles.partners.api import pieces, schemas
from articles.partners.api.base import ApiView, with_query
from articles.partners.api.filters import ArticleQuery, ListQuery, Query, allowed, chosen, narrowed
from articles.partners.api.problems import Gone, unreadable
from articles.unreadable import leave_out
from people.models import Speaker

#: The column of each order of articles; its values are unique among latest editions.
ORDERS = {"changed": "change_id", "published": "first_sequence"}


class ListView(ApiView):
    """A list ordered by a unique number, largest first, paged by that number."""

    def page(
        self, request: Request, rows: QuerySet[Any], key: str, query: dict[str, Any]
    ) -> tuple[list[Any], str | None]:
        """Return the rows of the page that ``query`` asks for, and the next page's address."""
        if "cursor" in query:
            rows = rows.filter(**{f"{key}__lt": query["cursor"]})
        limit = query["limit"]
        found = list(rows.order_by(f"-{key}")[: limit + 1])
        if len(found) <= limit:
            return found, None
        last = getattr(found[limit - 1], key)
        return found[:limit], with_query(request, cursor=last)

    def listed(
        self, items: Mapping[UUID, bytes | None], kind: str, next_page: str | None
    ) -> HttpResponse:
        """A page of ``items``, JSON by identifier; those that cannot be shown (None) are named."""
        page: dict[str, Any] = {"next": next_page, "results": []}
        address = f"api-{kind}"
        if broken := [identifier for identifier, item in items.items() if item is None]:
            page["unreadable"] = [
                unreadable(urn(str(one)), settings.SITE_URL + path(address, args=[one]))
                for one in broken
            ]
        return self.json_list(page, list(filter(None, items.values())), next=next_page)


@schemas.described(
    "articles_list",
    "List articles",
    "ArticlePage",
    schemas.example_page("article"),
    *(400, 403),
    parameters=[ArticleQuery],
)
class ArticleList(ListView):
    """Published articles, the latest change first."""

    def answer(self, request: Request) -> HttpResponse:
        query = ArticleQuery.of(request)
        allowed(query, self.rights)
        editions = narrowed(self.rights.editions().exclude(status=CANCELED), query)
        rows = editions.select_related("change").only("first_sequence", "article", "change__at")
        found, next_page = self.page(request, rows, ORDERS[query["order"]], query)
        text = {edition.pk: edition.has_text for edition in found}

        def make(numbers: Collection[int]) -> dict[int, bytes]:
            made = {}
            for edition in Edition.objects.filter(pk__in=numbers).only("ninjs"):
                with leave_out(edition):
                    item = handed_out(edition.ninjs, has_text=text[edition.pk])
                    # Keys are chosen by their 3.1 names, whatever version is answered.
                    item = self.in_version(chosen(item, query))
                    made[edition.pk] = JSONRenderer().render(item)
            return made

        # Whoever chooses keys chooses among thousands of ways: those are not kept.
        given = query.get("fields")
        names = {
            row.pk: pieces.name(
                "edition", row.pk, row.change.at, row.erased_at, row.has_text, self.ninjs
            )
            for row in found
        }
        items = make(list(text)) if given else pieces.find(names, make)
        shown = {edition.article_id: items.get(edition.pk) for edition in found}
        return self.listed(shown, "article", next_page)


@schemas.described(
    "articles_retrieve",
    "Get an article",
    "Article",
    schemas.EXAMPLES["article"],
    *(400, 403, 404, 410),
    parameters=[schemas.identifier("article")],
)
class ArticleDetail(ApiView):
    """One published article."""

    def answer(self, request: Request) -> HttpResponse:
        Query.of(request)
        given = self.kwargs["id"]
        rows = self.rights.editions().filter(article=given)
        edition = rows.only("ninjs", "status", "note", "slug", "published_at").first()
        if edition is None and self.rights.subscription_only:
            raise PermissionDenied(
                f"Your subscription covers no article with the identifier {given}."
            )
        if edition is None:
            raise NotFound(f"No published article has the identifier {given}.")
        if edition.status == CANCELED:
            raise Gone(f"This article was withdrawn: {edition.note}")
        page = settings.SITE_URL + edition.get_absolute_url()
        item = self.one(
            edition, lambda: self.in_version(handed_out(edition.ninjs, has_text=edition.has_text))
        )
        return self.json(item, modified=edition.published_at.timestamp(), alternate=page)


class RecordList(ListView):
    """The published items of one ``kind``, the latest change first."""

    kind = ""

    def answer(self, request: Request) -> HttpResponse:
        pages = PublicPage.objects.live().filter(kind=self.kind)
        found, next_page = self.page(
            request, pages.only("sequence"), "sequence", ListQuery.of(request)
        )
        changes = self.changes([page.sequence for page in found])
        items: dict[UUID, bytes | None] = {page.pk: None for page in found}
        for page in found:
            with leave_out(page):
                items[page.pk] = JSONRenderer().render(self.item(changes[page.sequence]))
        return self.listed(items, self.kind, next_page)


class RecordDetail(ApiView):
    """One published speaker, organization, event or topic."""

    kind = ""

    def answer(self, request: Request) -> HttpResponse:
        Query.of(request)
        given = self.kwargs["id"]
        public = PublicPage.objects.filter(kind=self.kind, pk=given).first()
        if public and public.notice:
            raise Gone(f"This {self.kind} was withdrawn: {public.notice}")
        if public:
            change = self.changes([public.sequence])[public.sequence]
            item = self.one(change, lambda: self.item(change))
            return self.json(item, modified=change.at.timestamp(), alternate=item.get("url"))
        merged = Speaker.objects.filter(pk=given, merged_into__isnull=False).first()
        if merged and self.kind == "speaker":
            now = reverse("api-speaker", [merged.merged_into_id], request=request)
            return HttpResponse(status=HTTPStatus.MOVED_PERMANENTLY, headers={"Location": now})
        raise NotFound(f"No public {self.kind} has the identifier {given}.")


def _described_list(kind: str) -> Callable[[type[RecordList]], type[RecordList]]:
    """Describe a subclass of ``RecordList`` in the OpenAPI schema."""
    return schemas.described(
        f"{PLURALS[kind]}_list",
        f"List {PLURALS[kind]}",
        f"{kind.title()}Page",
        schemas.example_page(kind),
        400,
        parameters=[ListQuery],
    )


def _described_detail(kind: str) -> Callable[[type[RecordDetail]], type[RecordDetail]]:
    """Describe a subclass of ``RecordDetail`` in the OpenAPI schema."""
    article = "an" if kind[0] in "aeiou" else "a"
    return schemas.described(
        f"{PLURALS[kind]}_retrieve",
        f"Get {article} {kind}",
        kind.title(),
        schemas.EXAMPLES[kind],
        *(400, 404, 410),
        parameters=[schemas.identifier(kind)],
    )


@_described_list("event")
class EventList(RecordList):
    """Published events, the latest change first."""

    kind = "event"


@_described_detail("event")
class EventDetail(RecordDetail):
    """One published event."""

    kind = "event"


@_described_list("organization")
class OrganizationList(RecordList):
    """Published organizations, the latest change first."""

    kind = "organization"


@_described_detail("organization")
class OrganizationDetail(RecordDetail):
    """One published organization."""

    kind = "organization"


@_described_list("speaker")
class SpeakerList(RecordList):
    """Published speakers, the latest change first."""

    kind = "speaker"


@_described_detail("speaker")
class SpeakerDetail(RecordDetail):
    """One published speaker."""

    kind = "speaker"


@_described_list("topic")
class TopicList(RecordList):
    """Published topics, the latest change first."""

    kind = "topic"


@_described_detail("topic")
class TopicDetail(RecordDetail):
    """One published topic."""

    kind = "topic"
