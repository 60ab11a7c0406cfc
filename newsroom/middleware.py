"""What happens around every request."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse, HttpResponsePermanentRedirect

from articles.addresses import moved_to
from articles.schedule import keep_up

type View = Callable[[HttpRequest], HttpResponse]

#: These answer also when the database does not.
HEALTH = {"/healthz", "/readyz"}


def schedule(get_response: View) -> View:
    """Do what has fallen due before anything is read: so site and feed need no worker."""

    def middleware(request: HttpRequest) -> HttpResponse:
        if request.path not in HEALTH:
            keep_up()
        return get_response(request)

    return middleware


def moved(get_response: View) -> View:
    """Lead from an earlier address to today's, for good, where a page is not found."""

    def middleware(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        match = request.resolver_match
        if response.status_code != 404 or not match or "slug" not in match.kwargs:
            return response
        if path := moved_to(str(match.url_name), match.kwargs["slug"]):
            query = request.META["QUERY_STRING"]
            return HttpResponsePermanentRedirect(f"{path}?{query}" if query else path)
        return response

    return middleware
