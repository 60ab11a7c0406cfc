"""Public pages as bytes that are made once for all processes, and kept while they hold.

A page says what it depends on (``depends_on``): a text, a person, a list. Each of these has a
number of its own, that of the last change in the log that touched it (``log.touch``). A page that
was made when the log ended at number n holds until something that it depends on has a larger one.

A request finds its page in three places. *Hot*: this process has the bytes, and nothing else is
computed. *Cold*: another process made them, and one indexed read brings them. Else the page is
made. While one process makes a page anew, others serve the page before for ``MAX_STALE`` at most,
unless something was withdrawn from it.

The table is a cache: whatever is wrong with it, pages are made without it.
"""

from __future__ import annotations

import functools
import gzip
import hashlib
import json
import logging
import random
import sys
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any, cast
from urllib.parse import urlencode
from uuid import UUID
from weakref import WeakSet

from cachetools import LRUCache
from django.conf import settings
from django.core.exceptions import DisallowedHost, TooManyFieldsSent
from django.db import DatabaseError, Error, InterfaceError, OperationalError, connection
from django.http import HttpRequest, HttpResponse, HttpResponseNotModified, QueryDict
from django.http.response import ResponseHeaders
from django.urls import Resolver404, resolve
from django.utils import timezone
from django.utils.cache import get_conditional_response
from django.utils.http import http_date
from django.utils.translation import get_language_from_path, override

from articles import log, replica
from articles.models import is_sequence
from articles.unreadable import gather_left_out

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

type View = Callable[..., HttpResponse]

logger = logging.getLogger(__name__)

#: For so many seconds the page before is served while another thread or process makes the new one.
MAX_STALE = 1.0
#: A process keeps this many bytes of pages, the most recently used ones, and no page that is larger
#: than ``MAX_PAGE`` bytes. A sitemap of 50,000 addresses has about 6 MB, not compressed.
MAX_BYTES, MAX_PAGE = 20_000_000, 8_000_000
#: What a page takes beside its body, in bytes.
_OVERHEAD = 6_000
#: The table keeps about so many pages, the newest ones; one write in ``TRIM_EVERY`` looks.
MAX_STORED, TRIM_EVERY = 100_000, 1_000
#: Pages of fewer bytes are not compressed.
MIN_COMPRESSED = 500
#: Caches may keep the page and must ask each time whether it changed; the answer costs little.
REVALIDATE = "public, no-cache"
#: What a cache in front may do beyond that, in the header for such caches (RFC 9213; browsers do
#: not read it): a page may be a second old, a second more while it is renewed, and ten minutes old
#: while the site answers with errors (RFC 5861).
IN_FRONT = "CDN-Cache-Control"
IN_FRONT_PAGE = "max-age=1, stale-while-revalidate=1, stale-if-error=600"
#: The header that names what a page depends on; caches in front can be purged by it.
DEPENDENCIES = "Cache-Tag"
#: A page that depends on this is made anew each day.
DAY = "day"
#: A page that depends on nothing but code says this.
CODE = "code"

#: The key in ``request.META`` for where the log ended before the page is made.
_END = "newsroom.end_of_log"

COMPRESS: dict[str, Callable[[bytes], bytes]] = {
    "zstd": functools.partial(zstd.compress, level=6),
    "gzip": functools.partial(gzip.compress, compresslevel=6, mtime=0),
}

#: The head of the log; the page with this key, if there is one of this log; the largest numbers of
#: what it depends on; how long ago somebody began to make it anew, and for which number. A function
#: of the database, because that keeps its plan: planning takes longer than reading.
_READ = "SELECT * FROM newsroom_stored_page(%s, %s)"
_CLAIM = """
    UPDATE articles_storedpage SET claimed_for = %s, claimed_at = clock_timestamp()
    WHERE id = %s AND claimed_for < %s
"""
_WRITE = """
    INSERT INTO articles_storedpage AS page (id, sequence, at, dependencies, day, headers, etag,
        modified, plain, zstd, gzip, claimed_for, claimed_at, stored_at)
    VALUES (%(id)s, %(sequence)s, %(at)s, %(dependencies)s, %(day)s, %(headers)s, %(etag)s,
        (SELECT max(at) FROM articles_lastchange WHERE key = ANY(%(dependencies)s)),
        %(plain)s, %(zstd)s, %(gzip)s, 0, NULL, clock_timestamp())
    ON CONFLICT (id) DO UPDATE SET sequence = excluded.sequence, at = excluded.at,
        dependencies = excluded.dependencies, day = excluded.day, headers = excluded.headers,
        etag = excluded.etag, modified = excluded.modified, plain = excluded.plain,
        zstd = excluded.zstd, gzip = excluded.gzip, claimed_for = 0, claimed_at = NULL,
        stored_at = excluded.stored_at
    WHERE page.sequence <= excluded.sequence
        OR page.at IS DISTINCT FROM (SELECT at FROM articles_change WHERE sequence = page.sequence)
    RETURNING modified
"""
_TRIM = """
    DELETE FROM articles_storedpage WHERE id IN (
        SELECT id FROM articles_storedpage ORDER BY stored_at DESC OFFSET %s
    )
"""


# What views say ----------------------------------------------------------------------------------


@dataclass(frozen=True)
class Stored:
    """How a view's pages are kept: by which parameters, and whether processes share them."""

    parameters: tuple[str, ...]
    shared: bool


def stored(view: View, parameters: tuple[str, ...] = (), *, shared: bool = True) -> View:
    """Make a view of a public page out of ``view`` whose pages are kept while they hold.

    ``parameters`` are the names that ``view`` reads from the query string. It sees no others, so an
    address with others is the same page. ``shared`` is False where anybody can ask for any number
    of pages: then only this process keeps them, in bounded memory.
    """

    @functools.wraps(view)
    def keeping(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if request.method in ("GET", "HEAD"):
            _keep_parameters(request, parameters)
        with gather_left_out() as left_out:
            if end := request.META.get(_END):
                response = replica.read(end, lambda: view(request, *args, **kwargs))
            else:
                response = view(request, *args, **kwargs)
        if left_out:  # what is mended without a publication comes back tomorrow
            keys = response.headers.get(DEPENDENCIES, log.ANY)
            response[DEPENDENCIES] = f"{keys},{DAY}"
        return response

    _stored[keeping] = Stored(parameters, shared)
    return keeping


_stored: dict[Callable[..., Any], Stored] = {}


def depends_on(response: HttpResponse, *keys: object) -> HttpResponse:
    """Say that the page in ``response`` holds while nothing touches ``keys`` (see ``log.touch``).

    A page that does not say so depends on every public change. With ``DAY`` among the keys it is
    made anew each day. What stands on every page (``log.FRAME``) is added to what people read.
    """
    if response.headers["Content-Type"].startswith("text/html"):
        keys = (*keys, log.FRAME)
    response[DEPENDENCIES] = ",".join(map(str, keys))
    return response


#: Parameters that are numbers of the log: where a page of a list begins.
_NUMBERS = {"before", "written"}


def _keep_parameters(request: HttpRequest, names: tuple[str, ...]) -> None:
    """Drop from the query string what is not in ``names``, is empty, or is no page of a list."""
    given = {name: request.GET.get(name, "") for name in names}
    for name in _NUMBERS & set(names):
        if not is_sequence(given[name]):
            del given[name]
    query = urlencode({name: value for name, value in given.items() if value})
    if query != request.META["QUERY_STRING"]:
        request.META["QUERY_STRING"] = query
        request.GET = QueryDict(query)


# What a process keeps ----------------------------------------------------------------------------


@dataclass(eq=False, slots=True, weakref_slot=True)
class Page:
    """A page in one encoding, as it is sent, and what tells whether it still holds.

    ``modified`` is Unix time. ``stale`` says that something it depends on has changed,
    ``withdrawn`` that something was withdrawn; ``renewed`` when a thread of this process began to
    make it anew (``time.monotonic``). ``prepared`` are the headers as Django sends them.
    """

    body: bytes
    headers: dict[str, str]
    etag: str
    modified: float | None
    sequence: int
    dependencies: frozenset[str]
    day: date | None
    stale: bool = False
    withdrawn: bool = False
    renewed: float | None = None
    prepared: ResponseHeaders | None = None

    def holds(self) -> bool:
        """Whether the page is what its address shows, as far as this process knows."""
        return not self.stale and (self.day is None or self.day == timezone.localdate())

    def may_stand_in(self) -> bool:
        """Whether the page may be served while a thread of this process makes the new one."""
        if self.withdrawn or self.renewed is None:
            return False
        return time.monotonic() - self.renewed < MAX_STALE


class HotPages:
    """The pages of this process: the most recently used ones, bounded in bytes."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.generation = 0
        self._head: log.Head | None = None
        self._pages: LRUCache[tuple[str, str, str], Page] = LRUCache(
            MAX_BYTES, lambda page: len(page.body) + _OVERHEAD
        )
        self._all: WeakSet[Page] = WeakSet()

    def get(self, key: tuple[str, str, str]) -> Page | None:
        """The page with this key, or None."""
        with self.lock:
            return self._pages.get(key)

    def put(self, key: tuple[str, str, str], page: Page, generation: int) -> None:
        """Keep ``page``, unless the log has changed since ``generation`` was read."""
        with self.lock:
            if generation == self.generation and len(page.body) <= MAX_PAGE:
                self._pages[key] = page
                self._all.add(page)

    def drop(self, key: tuple[str, str, str]) -> None:
        """Forget the page with this key."""
        with self.lock:
            self._pages.pop(key, None)

    def clear(self) -> None:
        """Forget all pages."""
        with self.lock:
            self._clear()
            self._head = None

    def follow(self, head: log.Head) -> None:
        """Learn what has changed until ``head``: mark what is stale, forget what was withdrawn."""
        if head is self._head:
            return
        with self.lock:
            before = self._head
            if before is None or (head.sequence, head.at) != (before.sequence, before.at):
                touched = log.touched_since(before) if before else None
                if touched is None or head.sequence < (before.sequence if before else 0):
                    self._clear()  # another log, or the first look at it
                else:
                    self._mark(touched)
                self.generation += 1
            self._head = head

    def _mark(self, touched: Mapping[str, log.Touch]) -> None:
        for page in list(self._all):
            found = [touched[key] for key in page.dependencies & touched.keys()]
            if any(touch.sequence > page.sequence for touch in found):
                page.stale = True
            if any(touch.removed > page.sequence for touch in found):
                page.withdrawn = True

    def _clear(self) -> None:
        self._pages.clear()
        self._all.clear()
        self.generation += 1


#: The pages that this process keeps.
hot = HotPages()


# Answering ---------------------------------------------------------------------------------------


@dataclass
class Rendering:
    """A page that a request is about to make, and where the log ended before it began."""

    key: tuple[str, str, str]
    shared: bool
    generation: int
    head: replica.End


@dataclass
class Found:
    """What the table says about a page."""

    head: replica.End
    page: Page | None = None
    touched: int = 0
    removed: int = 0
    claimed_for: int = 0
    claim_age: float = field(default=0.0)


def find(request: HttpRequest) -> HttpResponse | Rendering | None:
    """The page that ``request`` asks for, if it is kept; else how to keep it once it is made.

    None for what is not kept here. While the database is away, a page of this process is served
    with a Cache-Status header (RFC 9211) that says so.
    """
    if settings.DEBUG or request.method not in ("GET", "HEAD") or not _is_our_address(request):
        return None
    path, view = request.path_info, None
    if request.META["QUERY_STRING"]:
        if (view := _view_of(request)) is None:
            return None
        try:
            _keep_parameters(request, view.parameters)
        except TooManyFieldsSent:  # the view says so
            return None
        if query := request.META["QUERY_STRING"]:
            path += f"?{query}"
    key = path, chosen_encoding(request), cast(str, request.scheme)
    try:
        hot.follow(log.head())
    except (OperationalError, InterfaceError):
        return _without_database(request, key)
    page = hot.get(key)
    if page and page.holds():
        return answer(request, page)
    if page and page.may_stand_in():
        return answer(request, page)
    if page and page.renewed is None:
        page.renewed = time.monotonic()
    view = view or _view_of(request)
    if view is None:
        return None
    found = _cold(request, key, view)
    if isinstance(found, Rendering):
        request.META[_END] = found.head
    return found


def keep(rendering: Rendering, request: HttpRequest, response: HttpResponse) -> HttpResponse:
    """Keep the page in ``response`` for all, and return what is sent of it."""
    if not _can_be_kept(response):
        return response
    response.headers.setdefault(DEPENDENCIES, log.ANY)
    dependencies = response.headers[DEPENDENCIES].split(",")
    body = response.content
    headers = {name: value for name, value in response.items() if name != "Content-Length"}
    headers["Vary"] = "Accept-Encoding"
    headers.setdefault("Cache-Control", REVALIDATE)
    headers.setdefault(IN_FRONT, IN_FRONT_PAGE)
    row: dict[str, Any] = {
        "id": _identifier(rendering.key),
        "sequence": rendering.head.sequence,
        "at": rendering.head.at,
        "dependencies": dependencies,
        "day": timezone.localdate() if DAY in dependencies else None,
        "headers": (described := json.dumps(headers)),
        "etag": hashlib.sha256(body + described.encode()).hexdigest()[:24],
        "plain": None,
        "zstd": None,
        "gzip": None,
    }
    encoding = rendering.key[1]
    if len(body) >= MIN_COMPRESSED and not headers["Content-Type"].startswith("image/"):
        wanted = (
            COMPRESS if rendering.shared else {encoding: COMPRESS[encoding]} if encoding else {}
        )
        row |= {name: compress(body) for name, compress in wanted.items()}
        body = row[encoding] if encoding else body
    else:
        encoding, row["plain"] = "", body
    modified = _write(row) if rendering.shared else None
    page = _page(row, headers, body, encoding, modified)
    hot.put(rendering.key, page, rendering.generation)
    return answer(request, page)


def answer(request: HttpRequest, page: Page, **more: str) -> HttpResponse:
    """``page`` as the response to ``request``: whole, or 304 when the client has it."""
    asked = request.META
    if asked.get("HTTP_IF_NONE_MATCH") == page.etag:
        same = ("ETag", "Cache-Control", IN_FRONT, "Vary", "Last-Modified")
        kept = {name: page.headers[name] for name in same if name in page.headers}
        return HttpResponseNotModified(headers=kept | more)
    if page.modified and "Last-Modified" not in page.headers and time.time() - page.modified > 2:
        # Not sooner: a later change could fall into the same second.
        page.headers["Last-Modified"] = http_date(page.modified)
        page.prepared = None
    prepared = None if more else page.prepared
    if prepared is None:
        prepared = HttpResponse(headers=page.headers | more).headers
        page.prepared = None if more else prepared
    response = HttpResponse(page.body, content_type="")
    # Nobody changes them from here on; to check each of them again would take a third of the time.
    response.headers = prepared
    if not asked.keys().isdisjoint(_CONDITIONAL):
        modified = int(page.modified) if "Last-Modified" in page.headers and page.modified else None
        return cast(HttpResponse, get_conditional_response(request, page.etag, modified, response))
    return response


_CONDITIONAL = {
    "HTTP_IF_NONE_MATCH",
    "HTTP_IF_MODIFIED_SINCE",
    "HTTP_IF_MATCH",
    "HTTP_IF_UNMODIFIED_SINCE",
}


def _without_database(request: HttpRequest, key: tuple[str, str, str]) -> HttpResponse | None:
    last, page = log.last_head(), hot.get(key)
    if last is None or page is None or not page.holds():
        return None
    state = f"Newsroom; hit; ttl=-{round(last[1])}; detail=database"
    return answer(request, page, **{"Cache-Status": state})


def _cold(
    request: HttpRequest, key: tuple[str, str, str], view: Stored
) -> HttpResponse | Rendering:
    """The page from the table if it holds, or if another process is about to make it anew."""
    generation = hot.generation
    found = _read(key) if view.shared else None
    if found is None:
        head = log.head()
        return Rendering(key, view.shared, generation, head)
    page = found.page
    if page and found.touched <= page.sequence and page.holds():
        hot.put(key, page, generation)
        return answer(request, page)
    if page and page.holds() and found.removed <= page.sequence and not _claimed(key, found):
        return answer(request, page)
    return Rendering(key, True, generation, found.head)


def _claimed(key: tuple[str, str, str], found: Found) -> bool:
    """Whether this process is the one to make the page anew, or nobody has done so in time."""
    if found.claimed_for >= found.touched and found.claim_age > MAX_STALE:
        return True
    try:
        with connection.cursor() as cursor:
            cursor.execute(_CLAIM, [found.touched, _identifier(key), found.touched])
            return bool(cursor.rowcount)
    except DatabaseError:
        return True


def _read(key: tuple[str, str, str]) -> Found | None:
    """What the table says; None when it cannot be read."""
    encoding = key[1]
    try:
        row = log.fetch_row(_READ, [_identifier(key), encoding or "zstd"])
    except Error:
        _complain()
        return None
    head, at, sequence, dependencies, day, headers, plain, body, etag, modified, *rest = row
    found = Found(replica.End(head or 0, at))
    if sequence is None or body is None:
        return found
    try:
        raw = bytes(body)
        if plain:
            encoding = ""
        elif not encoding:
            raw = zstd.decompress(raw)
        values = {
            "sequence": sequence,
            "dependencies": dependencies,
            "day": day,
            "etag": etag,
        }
        when = modified.timestamp() if modified else None
        found.page = _page(values, _shared_strings(json.loads(headers)), raw, encoding, when)
    except (TypeError, ValueError, AttributeError, zstd.ZstdError):
        _complain()
        return found
    found.touched, found.removed, found.claimed_for, found.claim_age = (
        value or 0 for value in rest
    )
    return found


def _shared_strings(headers: dict[str, str]) -> dict[str, str]:
    """``headers`` with one string where many pages have the same."""
    return {sys.intern(name): sys.intern(value) for name, value in headers.items()}


def _write(row: dict[str, Any]) -> float | None:
    """Store the page; return the time of the last change that touched it, as Unix time."""
    if max(len(row[name] or b"") for name in ("plain", "zstd", "gzip")) > MAX_PAGE:
        return None
    try:
        with connection.cursor() as cursor:
            cursor.execute(_WRITE, row)
            written = cursor.fetchone()
        trim_now_and_then()
    except Error:
        _complain()
        return None
    return written[0].timestamp() if written and written[0] else None


def trim_now_and_then() -> None:
    """Once in ``TRIM_EVERY`` calls, delete the oldest pages beyond ``MAX_STORED``.

    Raises DatabaseError as the database does.
    """
    if random.randrange(TRIM_EVERY) == 0:  # noqa: S311 - a draw, no secret
        with connection.cursor() as cursor:
            cursor.execute(_TRIM, [MAX_STORED])


def _page(
    row: Mapping[str, Any],
    headers: dict[str, str],
    body: bytes,
    encoding: str,
    modified: float | None,
) -> Page:
    """The page in ``encoding`` as this process keeps it."""
    # A strong tag names these very bytes.
    etag = f'"{row["etag"]}{"-" if encoding else ""}{encoding}"'
    own = {"Content-Encoding": encoding} if encoding else {}
    headers = headers | own | {"ETag": etag, "Content-Length": str(len(body))}
    # What depends on the day changes without a change in the log.
    when = None if row["day"] else modified
    return Page(
        body, headers, etag, when, row["sequence"], frozenset(row["dependencies"]), row["day"]
    )


def _can_be_kept(response: HttpResponse) -> bool:
    """Whether the page is the same for everybody who asks for it."""
    vary = {name.strip() for name in response.headers.get("Vary", "").split(",") if name.strip()}
    return (
        response.status_code == 200
        and not response.streaming
        and not response.cookies
        and vary <= {"Accept-Encoding"}
        and "'nonce-" not in response.headers.get("Content-Security-Policy", "")
    )


def _is_our_address(request: HttpRequest) -> bool:
    """Whether the request is for this site, over HTTPS where the site insists on that."""
    if settings.SECURE_SSL_REDIRECT and not request.is_secure():
        return False
    host = request.META.get("HTTP_HOST", ""), tuple(settings.ALLOWED_HOSTS)
    if host not in _hosts:
        try:
            request.get_host()
        except DisallowedHost:
            return False
        with _one_thread:
            _hosts[host] = True
    return True


#: Host headers that were found right: to judge one takes a tenth of the time of an answer.
_one_thread = threading.Lock()
_hosts: LRUCache[tuple[str, tuple[str, ...]], bool] = LRUCache(100)


def _view_of(request: HttpRequest) -> Stored | None:
    """How pages at the address are kept; None where they are not, or where there are none."""
    language = get_language_from_path(request.path_info) or settings.LANGUAGE_CODE
    with override(language):
        try:
            return _stored.get(resolve(request.path_info).func)
        except Resolver404:
            return None


def _identifier(key: tuple[str, str, str]) -> UUID:
    """The page's key in the table: all encodings of it are one row."""
    path, _, scheme = key
    named = "\n".join((code_digest(), scheme, path)).encode(errors="surrogateescape")
    return UUID(bytes=hashlib.blake2b(named, digest_size=16).digest())


def chosen_encoding(request: HttpRequest) -> str:
    """The compression that the client prefers among ours; "" for none."""
    return _encoding(request.META.get("HTTP_ACCEPT_ENCODING", "")[:200])


@functools.lru_cache(maxsize=500)
def _encoding(header: str) -> str:
    accepted = {}
    for part in header.lower().split(","):
        name, _, parameter = part.partition(";")
        accepted[name.strip()] = parameter.replace(" ", "") not in ("q=0", "q=0.0", "q=0.00")
    return next((name for name in COMPRESS if accepted.get(name)), "")


@functools.cache
def code_digest() -> str:
    """A digest of our own code, templates and settings: another version may render otherwise."""
    chosen = (
        *(settings.SITE_NAME, settings.SITE_URL, settings.TIME_ZONE, settings.WEBSUB_HUB),
        *(settings.MACHINES, settings.USAGE_TERMS, "proofs" if settings.LOG_KEYS else ""),
    )
    digest = hashlib.sha256(" ".join(chosen).encode())
    for folder in ("articles", "docs", "locale", "newsroom", "people", "templates"):
        for path in sorted(Path(settings.BASE_DIR, folder).rglob("*")):
            if path.suffix in (".py", ".html", ".css", ".js", ".md", ".mo"):
                digest.update(path.read_bytes())
    return digest.hexdigest()


@functools.cache
def _complain() -> None:
    """Say once that pages are not shared between processes."""
    logger.warning("The table of stored pages cannot be used; pages are made without it.")
