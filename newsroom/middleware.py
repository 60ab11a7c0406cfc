"""What happens around every request."""

from __future__ import annotations

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponsePermanentRedirect
from django.middleware.locale import LocaleMiddleware
from django.utils import translation
from django.utils.cache import patch_vary_headers

from articles.public.redirects import current_path
from articles.publishing.schedule import run_due_actions_on_request

type View = Callable[[HttpRequest], HttpResponse]

#: These answer also when the database does not.
HEALTH = {"/healthz", "/readyz"}

#: Here everybody gets the same language.
ONE_LANGUAGE = (
    "/admin/",
    "/api/",
    "/feeds/",
    "/sitemap",
    "/news-sitemap",
    "/robots.txt",
    "/media/",
)

#: What scripts of other origins may read, and the headers that they get to see.
PUBLIC_DATA = ("/api/v1/", "/feeds/")
EXPOSED = "ETag, Link, RateLimit, RateLimit-Policy, Retry-After"
PREFLIGHT = {
    "Access-Control-Allow-Methods": "GET, HEAD, OPTIONS",
    "Access-Control-Allow-Headers": "Accept, If-None-Match, If-Modified-Since",
    "Access-Control-Max-Age": "86400",
}


def allow_cross_origin(get_response: View) -> View:
    """Let scripts of any origin read what is public (CORS). Keys do not travel this way."""

    def middleware(request: HttpRequest) -> HttpResponse:
        if not request.path.startswith(PUBLIC_DATA):
            return get_response(request)
        if request.method == "OPTIONS" and "Access-Control-Request-Method" in request.headers:
            response = HttpResponse(status=204, headers=PREFLIGHT)
        else:
            response = get_response(request)
        response["Access-Control-Allow-Origin"] = "*"
        response["Access-Control-Expose-Headers"] = EXPOSED
        return response

    return middleware


class ReaderLanguageMiddleware(LocaleMiddleware):
    """Speak the language that the reader has chosen, or else that the browser asks for.

    The desk and what machines read are in the site's own language.
    """

    def process_request(self, request: HttpRequest) -> None:
        if request.path.startswith(ONE_LANGUAGE):
            translation.activate(settings.LANGUAGE_CODE)
            request.LANGUAGE_CODE = settings.LANGUAGE_CODE
        else:
            super().process_request(request)

    def process_response[R: HttpResponseBase](self, request: HttpRequest, response: R) -> R:
        if request.path.startswith(ONE_LANGUAGE):
            return response  # items in many languages may be in it
        patch_vary_headers(response, ["Accept-Language", "Cookie"])
        response.headers.setdefault("Content-Language", translation.get_language())
        return response


def run_scheduled_actions(get_response: View) -> View:
    """Do what has fallen due before anything is read: so site and feed need no worker."""

    def middleware(request: HttpRequest) -> HttpResponse:
        if request.path not in HEALTH:
            run_due_actions_on_request()
        return get_response(request)

    return middleware


def redirect_old_addresses(get_response: View) -> View:
    """Lead from an earlier address to today's, for good, where a page is not found."""

    def middleware(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        match = request.resolver_match
        if response.status_code != 404 or not match or "slug" not in match.kwargs:
            return response
        if path := current_path(str(match.url_name), match.kwargs):
            query = request.META["QUERY_STRING"]
            return HttpResponsePermanentRedirect(f"{path}?{query}" if query else path)
        return response

    return middleware
