"""What all views of the feed have in common: rights, limits, formats, caching."""

from __future__ import annotations

import time
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.http.request import MediaType
from django.http.response import HttpResponseBase
from django.utils.cache import patch_vary_headers
from django.utils.http import http_date
from rest_framework.exceptions import NotAcceptable
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request
from rest_framework.views import APIView

from articles.formats import ninjs_2_2 as ninjs_2_2
from articles.formats.ninjs import with_absolute_links
from articles.models import Key
from articles.partners.access import PUBLIC, Rights
from articles.partners.api.authentication import Credentials, note
from articles.partners.api.throttling import PerMinute
from articles.public.caching import respond

#: The versions of ninjs that can be asked for, as in ``Accept: application/json; ninjs=2.2``.
NINJS = ("3.1", "2.2")
#: Caches may hand out what is a second old, and a little more while they ask us.
BRIEFLY = "public, max-age=1, stale-while-revalidate=10"
FOR_ONE = "private, no-cache"


class ApiView(APIView):
    """A resource that is read with GET; a view says in ``answer`` what it hands out."""

    throttle_classes = [PerMinute]
    control = BRIEFLY
    rights: Rights = PUBLIC
    ninjs = NINJS[0]
    began = 0.0

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        self.began = time.monotonic()
        super().initial(request, *args, **kwargs)
        asked = str(MediaType(request.accepted_media_type).params.get("ninjs", self.ninjs))
        if asked not in NINJS:
            raise NotAcceptable(
                f"There is no ninjs {asked[:10]} here; choose {' or '.join(NINJS)}."
            )
        self.ninjs = asked
        if isinstance(request.auth, Credentials):
            self.rights = request.auth.rights

    def get_throttles(self) -> Any:
        """One for the request, so that its count can be told afterwards."""
        self.throttle = PerMinute()
        return [self.throttle]

    def get(self, request: Request, **kwargs: Any) -> HttpResponse:
        keyed = isinstance(request.auth, Credentials)
        made: Any = request  # stands in for the HttpRequest around which it is built
        return respond(
            made,
            lambda: self.answer(request),
            audience=f"{self.ninjs} {self.rights}",
            control=FOR_ONE if keyed else self.control,
        )

    def answer(self, request: Request) -> HttpResponse:
        """What there is; the parts of the address are in ``self.kwargs``. Raises as DRF does."""
        raise NotImplementedError

    def json(
        self, data: Any, *, modified: float | None = None, **links: str | None
    ) -> HttpResponse:
        """``data`` as JSON with Link headers by relation; ``modified`` is Unix time."""
        kind = (
            "application/json"
            if self.ninjs == NINJS[0]
            else f"application/json; ninjs={self.ninjs}"
        )
        response = HttpResponse(JSONRenderer().render(data), content_type=kind)
        if modified:
            response["Last-Modified"] = http_date(modified)
        if there := [f'<{link}>; rel="{rel}"' for rel, link in links.items() if link]:
            response["Link"] = ", ".join(there)
        return response

    def for_reader(self, item: dict[str, Any]) -> dict[str, Any]:
        """``item`` by the rights and in the version of ninjs of whoever asks."""
        item = with_absolute_links(self.rights.redacted(item))
        return item if self.ninjs == NINJS[0] else ninjs_2_2.to_ninjs_2_2(item)

    def finalize_response(  # type: ignore[override]
        self, request: Request, response: HttpResponseBase, *args: Any, **kwargs: Any
    ) -> HttpResponseBase:
        final: Any = super().finalize_response(request, response, *args, **kwargs)  # type: ignore[arg-type]
        patch_vary_headers(final, ["Authorization", "Accept"])
        if throttle := getattr(self, "throttle", None):
            for name, value in throttle.headers.items():
                final[name] = value
            # Beyond the limit the first request is kept, not the flood behind it.
            flood = throttle.limit and throttle.used > throttle.limit + 1
            if isinstance(request.auth, Credentials) and not flood:
                self._note(request, request.auth.key, final.status_code)
        return final

    def _note(self, request: Request, key: Key, status: int) -> None:
        milliseconds = round((time.monotonic() - self.began) * 1000)
        address = request.get_full_path()
        note(key, address=address, status=status, milliseconds=milliseconds)


def with_query(request: HttpRequest | Request, **changed: Any) -> str:
    """The address of ``request`` with these parameters in place of its own."""
    query = {**request.GET.dict(), **changed}
    return f"{settings.SITE_URL}{request.path}?{urlencode(query)}"
