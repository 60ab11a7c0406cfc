"""Public pages that are rendered once, compressed once, and served until the log changes.

Everything public is made from what the log numbers. So the log's last number, which is part of the
ETag, tells whether a page still holds: there is no expiry to choose and nothing to delete.
"""

from __future__ import annotations

import functools
import gzip
import hashlib
import sys
import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse, HttpResponseNotModified, QueryDict
from django.template.response import SimpleTemplateResponse
from django.utils import timezone
from django.utils.cache import get_conditional_response, patch_vary_headers
from django.utils.http import http_date, parse_etags, parse_http_date_safe
from django.utils.translation import get_language

from articles.log import Head, head, last_head
from articles.models import is_sequence

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

type View = Callable[..., HttpResponse]

#: Caches may keep the page and must ask each time whether it changed; the answer costs little.
REVALIDATE = "public, no-cache"
#: Pages of fewer bytes are not compressed.
MIN_COMPRESSED = 500
#: A process keeps this many bytes of pages, the most recently used ones, and no page that is larger
#: than ``MAX_PAGE`` bytes. A sitemap of 50,000 addresses has about 6 MB.
MAX_BYTES, MAX_PAGE = 64_000_000, 8_000_000

_COMPRESS: dict[str, Callable[[bytes], bytes]] = {
    "zstd": functools.partial(zstd.compress, level=6),
    "gzip": functools.partial(gzip.compress, compresslevel=6, mtime=0),
}


class PageStore:
    """Pages by their ETag, in this process's memory: body and headers."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._pages: OrderedDict[str, tuple[bytes, dict[str, str]]] = OrderedDict()
        self._bytes = 0

    def get(self, tag: str) -> HttpResponse | None:
        """The page with this ETag as a new response, or None."""
        with self._lock:
            page = self._pages.get(tag)
            if page is None:
                return None
            self._pages.move_to_end(tag)
        return HttpResponse(page[0], headers=page[1])

    def put(self, tag: str, response: HttpResponse) -> None:
        """Keep the page; drop those that were not used for the longest time."""
        if len(response.content) > MAX_PAGE:
            return
        with self._lock:
            self._drop(self._pages.pop(tag, None))
            self._pages[tag] = response.content, dict(response.headers)
            self._bytes += len(response.content)
            while self._bytes > MAX_BYTES:
                self._drop(self._pages.popitem(last=False)[1])

    def clear(self) -> None:
        """Drop all pages."""
        with self._lock:
            self._pages.clear()
            self._bytes = 0

    def _drop(self, page: tuple[bytes, dict[str, str]] | None) -> None:
        self._bytes -= len(page[0]) if page else 0


#: The pages that this process keeps.
pages = PageStore()


def cached_until_next_change(view: View, parameters: tuple[str, ...] = ()) -> View:
    """Make a view of a public page out of ``view`` that is called again once the log has changed.

    ``parameters`` are the names that ``view`` reads from the query string. It sees no others, so an
    address with others is the same page. Other methods than GET and HEAD go to ``view`` itself,
    which refuses them.
    """

    @functools.wraps(view)
    def cached(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if request.method not in ("GET", "HEAD"):
            return view(request, *args, **kwargs)
        _keep_parameters(request, parameters)
        return respond(request, lambda: view(request, *args, **kwargs))

    return cached


def _keep_parameters(request: HttpRequest, names: tuple[str, ...]) -> None:
    """Drop from the query string what is not in ``names``, is empty, or is no page of a list."""
    given = {name: request.GET.get(name, "") for name in names}
    if not is_sequence(given.get("before", "")):
        given.pop("before", None)
    query = urlencode({name: value for name, value in given.items() if value})
    if query != request.META["QUERY_STRING"]:
        request.META["QUERY_STRING"] = query
        request.GET = QueryDict(query)


def respond(
    request: HttpRequest,
    render: Callable[[], HttpResponse],
    *,
    audience: str = "",
    control: str = REVALIDATE,
) -> HttpResponse:
    """What ``render`` returns, from memory if the log stands still; 304 if the client has it.

    ``audience`` tells apart what differs for the same address: who asks, or in which format.
    ``control`` is the Cache-Control header. Only answers with status 200 are kept and tagged; a
    response that brings a Last-Modified header of its own keeps it.

    While the database is away, a page that this process keeps is served with a Cache-Status header
    (RFC 9211) that says so. Raises OperationalError or InterfaceError when there is none.
    """
    if settings.DEBUG:  # templates change while the log stands still
        return render()
    encoding = chosen_encoding(request)
    stale_seconds: float | None = None
    try:
        state = head()
    except (OperationalError, InterfaceError):
        if (last := last_head()) is None:
            raise
        state, stale_seconds = last
    tag = _tag(request, state, audience, encoding)
    if tag in parse_etags(request.headers.get("If-None-Match", "")):
        response: HttpResponse = HttpResponseNotModified(headers={"ETag": tag})
    else:
        response = pages.get(tag) or _render(tag, state, render, encoding)
        if response.status_code != 200:
            return response
        modified = _last_modified(response)
        response = get_conditional_response(request, tag, modified, response) or response
    response["Cache-Control"] = control
    if stale_seconds is not None:
        response["Cache-Status"] = f"Newsroom; hit; ttl=-{round(stale_seconds)}; detail=database"
    patch_vary_headers(response, ["Accept-Encoding"])
    return response


def chosen_encoding(request: HttpRequest) -> str:
    """The compression that the client prefers among ours; "" for none."""
    accepted = {}
    for part in request.headers.get("Accept-Encoding", "").lower().split(","):
        name, _, parameter = part.partition(";")
        accepted[name.strip()] = parameter.replace(" ", "") not in ("q=0", "q=0.0", "q=0.00")
    return next((name for name in _COMPRESS if accepted.get(name)), "")


@functools.cache
def code_digest() -> str:
    """A digest of our own code, templates and settings: another version may render otherwise."""
    chosen = (settings.SITE_NAME, settings.SITE_URL, settings.TIME_ZONE, settings.WEBSUB_HUB)
    digest = hashlib.sha256(" ".join(chosen).encode())
    for folder in ("articles", "docs", "newsroom", "people", "templates"):
        for path in sorted(Path(settings.BASE_DIR, folder).rglob("*")):
            if path.suffix in (".py", ".html", ".css", ".js", ".md", ".mo"):
                digest.update(path.read_bytes())
    return digest.hexdigest()


def _tag(request: HttpRequest, state: Head, audience: str, encoding: str) -> str:
    """A strong ETag. The time beside the number tells one database from another.

    A new day is a new state: pages list upcoming events. The host is not part of it: pages link
    to ``SITE_URL``, whatever the Host header says.
    """
    today, path = timezone.localdate(), request.get_full_path()
    language = get_language() or ""
    parts = [code_digest(), str(state.at), str(today), path, audience, encoding, language]
    digest = hashlib.sha256("\n".join(parts).encode(errors="surrogateescape")).hexdigest()
    return f'"{state.sequence}-{digest[:20]}"'


def _render(
    tag: str, state: Head, render: Callable[[], HttpResponse], encoding: str
) -> HttpResponse:
    response = render()
    if response.status_code != 200:
        return response
    if isinstance(response, SimpleTemplateResponse):
        response.render()
    is_long = len(response.content) >= MIN_COMPRESSED
    if encoding and is_long and not response["Content-Type"].startswith("image/"):
        response.content = _COMPRESS[encoding](response.content)
        response["Content-Encoding"] = encoding
    response["ETag"] = tag
    if "Last-Modified" not in response and state.at:
        response["Last-Modified"] = http_date(state.at.timestamp())
    pages.put(tag, response)
    return response


def _last_modified(response: HttpResponse) -> int | None:
    """Last-Modified in seconds, unless a later change can fall into the same second."""
    moment = parse_http_date_safe(response.get("Last-Modified", ""))
    if moment is not None and time.time() - moment < 2:
        del response["Last-Modified"]
        return None
    return moment
