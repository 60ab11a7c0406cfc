"""What all views of the feed have in common: rights, limits, formats, caching."""

from __future__ import annotations

import time
from collections.abc import Callable, Collection
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.http.request import MediaType
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.cache import patch_vary_headers
from django.utils.http import http_date
from rest_framework.exceptions import NotAcceptable, NotAuthenticated
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request
from rest_framework.views import APIView

from articles.formats.ninjs_1_3 import to_ninjs_1_3
from articles.formats.ninjs_2_2 import to_ninjs_2_2
from articles.formats.partner_records import PLAIN_KINDS, change_row
from articles.models import Change, Edition
from articles.partners.access import NOTHING, Rights, change_item, public_rights
from articles.partners.api import pieces
from articles.partners.api.authentication import Credentials
from articles.partners.api.caching import respond
from articles.partners.api.problems import Unavailable, Unreadable, unreadable
from articles.partners.api.throttling import PerMinute
from articles.partners.api.usage import note
from articles.unreadable import gather_left_out, leave_out

if TYPE_CHECKING:
    from articles.partners.access import NamedChange, ReadableChange

#: The version of ninjs in which items are frozen.
LATEST = "3.1"
#: The versions that can be asked for (``Accept: application/json; ninjs=2.2``), by what makes them.
NINJS: dict[str, Callable[[dict[str, Any]], dict[str, Any]]] = {
    LATEST: lambda item: item,
    "2.2": to_ninjs_2_2,
    "1.3": to_ninjs_1_3,
}
#: Caches may hand out what is a second old, and a little more while they ask us.
BRIEFLY = "public, max-age=1, stale-while-revalidate=10"
FOR_ONE = "private, no-cache"
_NO_RESULTS = b'"results":[]'


class ApiView(APIView):
    """A resource that is read with GET; a view says in ``answer`` what it hands out."""

    throttle_classes = [PerMinute]
    control = BRIEFLY
    rights: Rights
    ninjs = LATEST
    began = 0.0

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        self.began = time.monotonic()
        super().initial(request, *args, **kwargs)
        asked = str(MediaType(request.accepted_media_type).params.get("ninjs", self.ninjs))
        if asked not in NINJS:
            raise NotAcceptable(f"There is no ninjs {asked[:10]} here; choose {', '.join(NINJS)}.")
        self.ninjs = asked
        self.find_rights(request)

    def find_rights(self, request: Request) -> None:
        """Keep in ``rights`` what may be read by whoever asks. Raises NotAuthenticated."""
        if isinstance(request.auth, Credentials):
            self.rights = request.auth.rights
        else:
            self.rights = public_rights()
            if self.rights.public_feed == NOTHING:
                raise NotAuthenticated(
                    "This feed is for partners; send your key as “Authorization: Bearer <key>”."
                )

    def get_throttles(self) -> Any:
        """One for the request, so that its count can be told afterwards."""
        self.throttle = PerMinute()
        return [self.throttle]

    def get(self, request: Request, **kwargs: Any) -> HttpResponse:
        keyed = isinstance(request.auth, Credentials)
        terms = settings.USAGE_TERMS, settings.COPYRIGHT_HOLDER, settings.MACHINES
        return respond(
            request._request,
            lambda: self._answer(request),
            audience=f"{self.ninjs} {self.rights} {terms}",
            control=FOR_ONE if keyed else self.control,
        )

    def _answer(self, request: Request) -> HttpResponse:
        """What there is; where something in it cannot be shown, nobody keeps it."""
        with gather_left_out() as left_out:
            response = self.answer(request)
        if left_out:
            response["Cache-Control"] = "no-store"
        return response

    def answer(self, request: Request) -> HttpResponse:
        """What there is; the parts of the address are in ``self.kwargs``. Raises as DRF does."""
        raise NotImplementedError

    def json(
        self, data: Any, *, modified: float | None = None, **links: str | None
    ) -> HttpResponse:
        """``data`` as JSON with Link headers by relation; ``modified`` is Unix time."""
        body = JSONRenderer().render(data)
        return self.respond_with(body, "application/json", modified=modified, **links)

    def json_list(
        self, page: dict[str, Any], items: Collection[bytes], *, next: str | None
    ) -> HttpResponse:
        """``page`` as JSON whose empty list ``results`` has ``items``, which are JSON already."""
        before, after = JSONRenderer().render(page).split(_NO_RESULTS, 1)
        body = b"".join((before, b'"results":[', b",".join(items), b"]", after))
        return self.respond_with(body, "application/json", next=next)

    def respond_with(
        self, body: bytes, media_type: str, *, modified: float | None = None, **links: str | None
    ) -> HttpResponse:
        """``body`` with its media type, naming the version of ninjs unless it is the latest."""
        version = "" if self.ninjs == LATEST else f"; ninjs={self.ninjs}"
        response = HttpResponse(body, content_type=media_type + version)
        if modified:
            response["Last-Modified"] = http_date(modified)
        if there := [f'<{link}>; rel="{rel}"' for rel, link in links.items() if link]:
            response["Link"] = ", ".join(there)
        return response

    def one(self, row: Change | Edition, make: Callable[[], dict[str, Any]]) -> dict[str, Any]:
        """What ``make`` returns, the item of ``row``. Raises Unreadable where that breaks."""
        with leave_out(row):
            return make()
        raise Unreadable

    def changes(self, sequences: Collection[int]) -> dict[int, ReadableChange]:
        """The rows of the log with these numbers, by number."""
        rows = self.rights.with_items(Change.objects.filter(sequence__in=sequences))
        return {row.sequence: row for row in rows}

    def item(self, change: ReadableChange) -> dict[str, Any]:
        """The item of a row of the log for whoever asks."""
        return self.in_version(change_item(change))

    def rows(self, rows: Collection[NamedChange]) -> list[bytes]:
        """Rows of the log as JSON, in their order.

        Each has what ``Rights.to_name`` adds. What is not kept is read with one query. A row whose
        item cannot be shown says so in its place: whoever follows the log must not miss it.
        """
        texts = {row.sequence: row.has_text for row in rows}
        names = {
            row.sequence: pieces.name(
                *("row", row.sequence, row.at, row.withdrawn_at, row.erased_at),
                *(row.has_text, self.ninjs),
            )
            for row in rows
        }

        def make(sequences: Collection[int]) -> dict[int, bytes]:
            made = {}
            for number, change in self.changes(sequences).items():
                # As the name says, though a publication may have changed it since.
                change.has_text = texts[number]
                with leave_out(change):
                    made[number] = JSONRenderer().render(change_row(change, self.item(change)))
            return made

        found = pieces.find(names, make)
        return [found.get(row.sequence) or self._unreadable_row(row) for row in rows]

    def _unreadable_row(self, row: NamedChange) -> bytes:
        again = f"{settings.SITE_URL}{reverse('api-changes')}?after={row.sequence - 1}&limit=1"
        told = change_row(row, None)
        told["problem"] = unreadable(told["uri"], again)
        return bytes(JSONRenderer().render(told))

    def in_version(self, item: dict[str, Any]) -> dict[str, Any]:
        """``item`` in the version of ninjs that was asked for."""
        return item if item.get("type") in PLAIN_KINDS else NINJS[self.ninjs](item)

    def finalize_response(  # type: ignore[override]
        self, request: Request, response: HttpResponseBase, *args: Any, **kwargs: Any
    ) -> HttpResponseBase:
        final: Any = super().finalize_response(request, response, *args, **kwargs)  # type: ignore[arg-type]
        patch_vary_headers(final, ["Authorization", "Accept"])
        if throttle := getattr(self, "throttle", None):
            for name, value in throttle.headers.items():
                final[name] = value
            # Not request.auth: it would authenticate again when that failed for want of a database.
            credentials = getattr(request, "_auth", None)
            if (
                isinstance(credentials, Credentials)
                and final.status_code != Unavailable.status_code
            ):
                note(
                    credentials.key,
                    route=request.resolver_match.route if request.resolver_match else "",
                    address=request.get_full_path(),
                    status=final.status_code,
                    milliseconds=round((time.monotonic() - self.began) * 1000),
                )
        return final


def with_query(request: HttpRequest | Request, **changed: Any) -> str:
    """The address of ``request`` with these parameters in place of its own."""
    query = request.GET.copy()  # a parameter may be given twice
    for name, value in changed.items():
        query[name] = value
    return f"{settings.SITE_URL}{request.path}?{query.urlencode()}"
