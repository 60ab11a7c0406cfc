"""Answers of the feed that are made once, compressed once, and served until the log changes.

Everything in them is numbered by the log. So the log's last number, which is part of the ETag,
tells whether an answer still holds: there is no expiry to choose and nothing to delete.
"""

from __future__ import annotations

import hashlib
import threading
import time
from collections.abc import Callable

from cachetools import LRUCache
from django.conf import settings
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse, HttpResponseNotModified
from django.template.response import SimpleTemplateResponse
from django.utils.cache import get_conditional_response, patch_vary_headers
from django.utils.http import http_date, parse_etags, parse_http_date_safe

from articles.log import Head, head, last_head
from articles.public import page_store
from articles.replica import read

#: Caches may keep the answer and must ask each time whether it changed; the answer costs little.
REVALIDATE = page_store.REVALIDATE
#: A process keeps this many bytes of answers, the most recently used ones, and none that is larger
#: than ``MAX_ANSWER`` bytes.
MAX_BYTES, MAX_ANSWER = 8_000_000, 4_000_000

type Answer = tuple[bytes, dict[str, str]]

#: The answers that this process keeps, by ETag: body and headers.
answers: LRUCache[str, Answer] = LRUCache(MAX_BYTES, lambda answer: len(answer[0]) + 3_000)
_one_thread = threading.Lock()


def _kept(tag: str) -> HttpResponse | None:
    """The answer with this ETag as a new response, or None."""
    with _one_thread:
        found = answers.get(tag)
    return HttpResponse(found[0], headers=found[1]) if found else None


def _keep(tag: str, response: HttpResponse) -> None:
    if len(response.content) <= MAX_ANSWER:
        with _one_thread:
            answers[tag] = response.content, dict(response.headers)


def respond(
    request: HttpRequest,
    render: Callable[[], HttpResponse],
    *,
    audience: str = "",
    control: str = REVALIDATE,
) -> HttpResponse:
    """What ``render`` returns, from memory if the log stands still; 304 if the client has it.

    ``audience`` tells apart what differs for the same address: who asks, or in which format.
    ``control`` is the Cache-Control header. Only answers with status 200 are kept and tagged,
    and none that says no-store; a response that brings a Last-Modified header of its own keeps it.

    While the database is away, an answer that this process keeps is served with a Cache-Status
    header (RFC 9211) that says so. Raises OperationalError or InterfaceError when there is none.
    """
    if settings.DEBUG:  # templates change while the log stands still
        return render()
    encoding = page_store.chosen_encoding(request)
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
        response = _kept(tag) or read(state, lambda: _render(tag, state, render, encoding))
        if "ETag" not in response:
            return response
        modified = _last_modified(response)
        response = get_conditional_response(request, tag, modified, response) or response
    response["Cache-Control"] = control
    if stale_seconds is not None:
        response["Cache-Status"] = f"Newsroom; hit; ttl=-{round(stale_seconds)}; detail=database"
    patch_vary_headers(response, ["Accept-Encoding"])
    return response


def _tag(request: HttpRequest, state: Head, audience: str, encoding: str) -> str:
    """A strong ETag. The time beside the number tells one database from another.

    The host is not part of it: answers link to ``SITE_URL``, whatever the Host header says.
    """
    path = request.get_full_path()
    parts = [page_store.code_digest(), str(state.at), path, audience, encoding]
    digest = hashlib.sha256("\n".join(parts).encode(errors="surrogateescape")).hexdigest()
    return f'"{state.sequence}-{digest[:20]}"'


def _render(
    tag: str, state: Head, render: Callable[[], HttpResponse], encoding: str
) -> HttpResponse:
    response = render()
    if response.status_code != 200 or "no-store" in response.get("Cache-Control", ""):
        return response
    if isinstance(response, SimpleTemplateResponse):
        response.render()
    is_long = len(response.content) >= page_store.MIN_COMPRESSED
    if encoding and is_long and not response["Content-Type"].startswith("image/"):
        response.content = page_store.COMPRESS[encoding](response.content)
        response["Content-Encoding"] = encoding
    response["ETag"] = tag
    if "Last-Modified" not in response and state.at:
        response["Last-Modified"] = http_date(state.at.timestamp())
    _keep(tag, response)
    return response


def _last_modified(response: HttpResponse) -> int | None:
    """Last-Modified in seconds, unless a later change can fall into the same second."""
    moment = parse_http_date_safe(response.get("Last-Modified", ""))
    if moment is not None and time.time() - moment < 2:
        del response["Last-Modified"]
        return None
    return moment
