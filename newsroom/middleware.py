"""What happens around every request."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable

from django.conf import settings
from django.http import (
    HttpRequest,
    HttpResponse,
    HttpResponseNotAllowed,
    HttpResponsePermanentRedirect,
)
from django.utils import translation

from articles import machines
from articles.public import page_store
from articles.public.page_store import REVALIDATE
from articles.public.redirects import current_path
from articles.publishing.schedule import run_due_actions_on_request
from articles.renditions import MOST_BYTES
from newsroom.addresses import client_address
from newsroom.database.connections import release
from newsroom.monitoring import PATH as METRICS_PATH
from newsroom.monitoring import SOURCE
from newsroom.views import body_too_large, too_many_bodies

type View = Callable[[HttpRequest], HttpResponse]

#: These answer also when the database does not.
HEALTH_PATHS = {"/healthz", "/readyz", METRICS_PATH}

#: Below these paths answers are for one person.
PERSONAL_PATHS = ("/admin/", "/preview/")

#: Below these paths scripts of other origins may read, and these headers too.
CROSS_ORIGIN_PATHS = ("/api/v1/", "/feeds/")
EXPOSED_HEADERS = "ETag, Link, RateLimit, RateLimit-Policy, Retry-After"
PREFLIGHT_HEADERS = {
    "Access-Control-Allow-Methods": "GET, HEAD, OPTIONS",
    "Access-Control-Allow-Headers": "Accept, If-None-Match, If-Modified-Since",
    "Access-Control-Max-Age": "86400",
}

#: What browsers send to the desk.
DESK_METHODS = ["GET", "HEAD", "POST"]

#: The largest body of a request in bytes: of anybody, and of a member of staff at the desk, who
#: uploads pictures.
MAX_BODY = 64 * 1024
MAX_DESK_BODY = MOST_BYTES + 5 * 2**20
#: The most threads of a process that wait for a body at once: in all, for one address, and in all
#: when a member of staff sends the next one. Readers need the other threads. WSGI gives no way to
#: end such a wait; a proxy in front of the site (docs/settings.md) has a time limit for it.
MAX_WAITING, MAX_WAITING_PER_ADDRESS, MAX_WAITING_DESK = 8, 2, 16


def serve_stored_pages(get_response: View) -> View:
    """Answer with a page that is kept, before anything else is computed; keep what was made.

    Before anything is read, scheduled actions that are due are run: the site needs no worker.
    The database connection is given back before the answer is sent: the client may be slow.
    """

    def middleware(request: HttpRequest) -> HttpResponse:
        if request.path not in HEALTH_PATHS:
            run_due_actions_on_request()
        found = page_store.find(request)
        if isinstance(found, HttpResponse):
            response = found
            request.META[SOURCE] = "kept"
        else:
            response = get_response(request)
            if found is not None:
                request.META[SOURCE] = "made"
                response = page_store.keep(found, request, response)
        release()
        return response

    return middleware


def add_cache_control(get_response: View) -> View:
    """Say in every answer how long it may be kept; browsers keep 301 and 410 for good without it.

    An address that redirects today may have a page tomorrow: so caches must ask each time.
    """

    def middleware(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        if "Cache-Control" not in response:
            if response.status_code >= 500 or request.path in HEALTH_PATHS:
                control = "no-store"
            elif request.path.startswith(PERSONAL_PATHS) or "Authorization" in request.headers:
                control = "private, no-cache"
            else:
                control = REVALIDATE
            response["Cache-Control"] = control
        return response

    return middleware


def add_security_headers(get_response: View) -> View:
    """Say what browsers may do with an answer, beside what Django's own middleware says.

    Everybody may show what is public (pictures, embedded statements); what one person sees is for
    our own pages (Cross-Origin-Resource-Policy). The desk runs alone in its process
    (Cross-Origin-Embedder-Policy); its pictures may come from S3, so ``credentialless``.
    """

    def middleware(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        personal = request.path.startswith(PERSONAL_PATHS)
        response["Permissions-Policy"] = settings.PERMISSIONS_POLICY
        response["Cross-Origin-Resource-Policy"] = "same-origin" if personal else "cross-origin"
        if request.path.startswith("/admin/"):
            response["Cross-Origin-Embedder-Policy"] = "credentialless"
        return response

    return middleware


def say_what_machines_may_do(get_response: View) -> View:
    """Say in the headers of every answer but the desk's what machines may do with it."""

    def middleware(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        if request.path.startswith("/admin/"):
            return response
        said = machines.headers()
        if own := response.get("X-Robots-Tag"):  # a page may say more than the site does
            said["X-Robots-Tag"] = ", ".join(dict.fromkeys([own, *machines.robots().split(", ")]))
            said["X-Robots-Tag"] = said["X-Robots-Tag"].rstrip(", ")
        for name, value in said.items():
            response[name] = value
        return response

    return middleware


def refuse_other_methods(get_response: View) -> View:
    """Answer 405 at the desk to what no browser's form sends; Django's admin would show the page.

    OPTIONS is none of them: scripts of other origins have nothing to ask there.
    """

    def middleware(request: HttpRequest) -> HttpResponse:
        if request.path.startswith("/admin/") and request.method not in DESK_METHODS:
            return HttpResponseNotAllowed(DESK_METHODS)
        return get_response(request)

    return middleware


def receive_body(get_response: View) -> View:
    """Receive the body of a POST before anything else, within limits and without a connection.

    Answers 413 to a request that announces too large a body, before it is read; 503 while too
    many threads wait for the bodies of others.
    """
    waiting: Counter[str] = Counter()
    lock = threading.Lock()

    def middleware(request: HttpRequest) -> HttpResponse:
        length = request.META.get("CONTENT_LENGTH") or "0"
        size = int(length) if length.isascii() and length.isdigit() else 0
        if size > MAX_BODY and not (size <= MAX_DESK_BODY and _is_at_the_desk(request)):
            return body_too_large(request)
        if size and request.method == "POST":  # nothing here reads the body of another method
            address = client_address(request)
            total, own = waiting.total(), waiting[address]
            is_full = total >= MAX_WAITING or own >= MAX_WAITING_PER_ADDRESS
            if is_full and (total >= MAX_WAITING_DESK or not _is_at_the_desk(request)):
                return too_many_bodies(request)
            with lock:
                waiting[address] += 1
            try:
                release()
                _read_body(request)
            finally:
                with lock:
                    waiting.subtract([address])
                    if not waiting[address]:
                        del waiting[address]
        return get_response(request)

    return middleware


def _read_body(request: HttpRequest) -> None:
    """Read the body into memory, or the files of a form into temporary files."""
    is_form = request.content_type == "multipart/form-data"
    _ = request.POST if is_form else request.body  # asking for it reads it


def _is_at_the_desk(request: HttpRequest) -> bool:
    return request.path.startswith("/admin/") and request.user.is_active and request.user.is_staff


def allow_cross_origin(get_response: View) -> View:
    """Let scripts of any origin read what is public (CORS). They cannot send keys."""

    def middleware(request: HttpRequest) -> HttpResponse:
        if not request.path.startswith(CROSS_ORIGIN_PATHS):
            return get_response(request)
        if request.method == "OPTIONS" and "Access-Control-Request-Method" in request.headers:
            response = HttpResponse(status=204, headers=PREFLIGHT_HEADERS)
        else:
            response = get_response(request)
        response["Access-Control-Allow-Origin"] = "*"
        response["Access-Control-Expose-Headers"] = EXPOSED_HEADERS
        return response

    return middleware


def speak_language_of_address(get_response: View) -> View:
    """Answer in the language that the address begins with; English where it begins with none.

    What a page shows may be in another language: then its view says so. Cookies and
    Accept-Language play no part: everybody sees the same at one address.
    """

    def middleware(request: HttpRequest) -> HttpResponse:
        code = translation.get_language_from_path(request.path_info) or settings.LANGUAGE_CODE
        request.LANGUAGE_CODE = code
        with translation.override(code):
            response = get_response(request)
        is_page = response.headers.get("Content-Type", "").startswith("text/html")
        if is_page and not request.path.startswith("/admin/"):
            response.headers.setdefault("Content-Language", request.LANGUAGE_CODE)
        return response

    return middleware


def redirect_old_addresses(get_response: View) -> View:
    """Redirect from an earlier slug to the current one (301) where a page is not found."""

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
