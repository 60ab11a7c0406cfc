"""Answers kept while the log stands still: made once, compressed once, tagged with its number.

What the public reads is made from what the log numbers, so the number says whether an answer still
holds: no expiry to tune, nothing to invalidate.
"""

from __future__ import annotations

import functools
import gzip
import hashlib
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.cache import caches
from django.http import HttpRequest, HttpResponse, HttpResponseNotModified
from django.template.response import SimpleTemplateResponse
from django.utils import timezone
from django.utils.cache import get_conditional_response, patch_vary_headers
from django.utils.http import http_date, parse_etags, parse_http_date_safe
from django.utils.translation import get_language

from articles.log import head

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

type View = Callable[..., HttpResponse]

#: Readers' browsers ask whether anything changed; the question costs next to nothing.
ALWAYS_ASK = "public, no-cache"
#: Below this many bytes compression gains nothing.
WORTH_COMPRESSING = 500
#: Larger answers than this, in bytes, are made anew each time.
WORTH_KEEPING = 500_000

_COMPRESS: dict[str, Callable[[bytes], bytes]] = {
    "zstd": functools.partial(zstd.compress, level=6),
    "gzip": functools.partial(gzip.compress, compresslevel=6, mtime=0),
}


def cached_until_next_change(view: View) -> View:
    """A public page whose answer holds until the log moves."""

    @functools.wraps(view)
    def kept(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return respond(request, lambda: view(request, *args, **kwargs))

    return kept


def respond(
    request: HttpRequest,
    render: Callable[[], HttpResponse],
    *,
    audience: str = "",
    control: str = ALWAYS_ASK,
) -> HttpResponse:
    """What ``make`` answers, or that the client has it already (304).

    ``audience`` tells apart what differs for the same address: who asks, or in which format.
    ``control`` is the Cache-Control header. Only answers with status 200 are kept and tagged; a
    response that brings a Last-Modified header of its own keeps it.
    """
    if settings.DEBUG:  # templates change while the log stands still
        return render()
    encoding = chosen_encoding(request)
    tag = _tag(request, audience, encoding)
    if tag in parse_etags(request.headers.get("If-None-Match", "")):
        response: HttpResponse = HttpResponseNotModified(headers={"ETag": tag})
    else:
        response = _stored(tag) or _render(tag, render, encoding)
        if response.status_code != 200:
            return response
        modified = _moment(response)
        response = get_conditional_response(request, tag, modified, response) or response
    response["Cache-Control"] = control
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
    """A digest of our own code, templates and settings: another version may answer otherwise."""
    chosen = (settings.SITE_NAME, settings.SITE_URL, settings.TIME_ZONE, settings.WEBSUB_HUB)
    digest = hashlib.sha256(" ".join(chosen).encode())
    for folder in ("articles", "newsroom", "people", "templates"):
        for path in sorted(Path(settings.BASE_DIR, folder).rglob("*")):
            if path.suffix in (".py", ".html", ".css", ".js", ".mo"):
                digest.update(path.read_bytes())
    return digest.hexdigest()


def _tag(request: HttpRequest, audience: str, encoding: str) -> str:
    """A strong ETag. The time beside the number tells one database from another.

    A new day is a new state: pages tell what is upcoming.
    """
    now, today = head(), timezone.localdate()
    asked = request.build_absolute_uri()
    language = get_language() or ""
    parts = [code_digest(), str(now.at), str(today), asked, audience, encoding, language]
    digest = hashlib.sha256("\n".join(parts).encode(errors="surrogateescape")).hexdigest()
    return f'"{now.sequence}-{digest[:20]}"'


def _stored(tag: str) -> HttpResponse | None:
    kept = caches["pages"].get(tag)
    return HttpResponse(kept[0], headers=kept[1]) if kept else None


def _render(tag: str, render: Callable[[], HttpResponse], encoding: str) -> HttpResponse:
    response = render()
    if response.status_code != 200:
        return response
    if isinstance(response, SimpleTemplateResponse):
        response.render()
    worth = len(response.content) >= WORTH_COMPRESSING
    if encoding and worth and not response["Content-Type"].startswith("image/"):
        response.content = _COMPRESS[encoding](response.content)
        response["Content-Encoding"] = encoding
    response["ETag"] = tag
    if "Last-Modified" not in response and (at := head().at):
        response["Last-Modified"] = http_date(at.timestamp())
    if len(response.content) <= WORTH_KEEPING:
        caches["pages"].set(tag, (response.content, dict(response.headers)))
    return response


def _moment(response: HttpResponse) -> int | None:
    """Last-Modified in seconds. It goes out when no later change can fall into the same second."""
    moment = parse_http_date_safe(response.get("Last-Modified", ""))
    if moment is not None and time.time() - moment < 2:
        del response["Last-Modified"]
        return None
    return moment
