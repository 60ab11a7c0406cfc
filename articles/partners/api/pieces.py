"""Items of the feed as bytes that are made once: a page of a list is put together from them.

What is frozen changes by an erasure only, so a piece is named by the change in the log that it was
made from (its number, and its time: another database may have the same number), by the time of the
last erasure, and by all that decides how it is handed out: with or without its text, in which
version of ninjs, under which terms, by which code. It never has to be made anew, and nothing ever
has to be deleted.
A process keeps the pieces that it used last; the table of stored pages keeps them for all.
"""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Callable, Collection, Mapping
from itertools import batched
from uuid import UUID

from cachetools import LRUCache
from django.conf import settings
from django.db import Error, connection

from articles import log
from articles.public import page_store

#: A process keeps this many bytes of pieces, the most recently used ones.
MAX_BYTES = 6_000_000
#: The table keeps pieces of so many of the newest changes: who reads the whole log, in each version
#: of ninjs, as a change and as an article, with and without text, must not push pages out of it.
NEWEST = page_store.MAX_STORED // 20
#: So many pieces are made at once, the usual page of a list: a hundred items that were read left
#: twice the memory in a process (docs/performance.md).
AT_ONCE = 20

#: The pieces that this process keeps, by name.
kept: LRUCache[UUID, bytes] = LRUCache(MAX_BYTES, lambda piece: len(piece) + 200)
_one_thread = threading.Lock()

_READ = "SELECT id, plain, etag FROM articles_storedpage WHERE id = ANY(%s)"
_WRITE = """
    INSERT INTO articles_storedpage
        (id, sequence, dependencies, headers, etag, plain, claimed_for, stored_at)
    SELECT id, 0, '{}', '{}', etag, plain, 0, clock_timestamp()
    FROM unnest(%s::uuid[], %s::bytea[], %s::text[]) AS row (id, plain, etag)
    ORDER BY id  -- always the same, so that two who write the same ones cannot block each other
    ON CONFLICT (id) DO NOTHING
"""


def name(*parts: object) -> UUID:
    """The name of a piece: ``parts`` say what it is made from, and what differs for who asks."""
    terms = settings.USAGE_TERMS, settings.COPYRIGHT_HOLDER, settings.MEDIA_URL
    named = "\n".join(map(str, ("piece", page_store.code_digest(), *terms, *parts)))
    return UUID(bytes=hashlib.blake2b(named.encode(), digest_size=16).digest())


def find(
    wanted: Mapping[int, UUID], make: Callable[[Collection[int]], Mapping[int, bytes]]
) -> dict[int, bytes]:
    """The pieces with the names ``wanted``, by number in the log; ``make`` makes what is not kept.

    The table is a cache: whatever is wrong with it, pieces are made without it.
    """
    if settings.DEBUG:  # code changes while names stand still
        return dict(make(wanted))
    with _one_thread:
        found = {
            key: piece for key, named in wanted.items() if (piece := kept.get(named)) is not None
        }
    if missing := {named: key for key, named in wanted.items() if key not in found}:
        new = {missing[named]: piece for named, piece in _read(list(missing)).items()}
        if absent := [key for key in missing.values() if key not in new]:
            made = {
                key: piece for some in batched(absent, AT_ONCE) for key, piece in make(some).items()
            }
            oldest = log.head().sequence - NEWEST
            _write({wanted[key]: piece for key, piece in made.items() if key > oldest})
            new |= made
        with _one_thread:
            for key, piece in new.items():
                if len(piece) < MAX_BYTES // 10:
                    kept[wanted[key]] = piece
        found |= new
    return found


def _read(ids: list[UUID]) -> dict[UUID, bytes]:
    try:
        with connection.cursor() as cursor:
            cursor.execute(_READ, [ids])
            rows = [(named, bytes(piece or b""), tag) for named, piece, tag in cursor.fetchall()]
    except Error:
        return {}
    # A damaged piece would spoil each list that it stands in, and nothing would ever replace it.
    return {named: piece for named, piece, tag in rows if tag == _digest(piece)}


def _digest(piece: bytes) -> str:
    return hashlib.blake2b(piece, digest_size=12).hexdigest()


def _write(pieces: Mapping[UUID, bytes]) -> None:
    if not pieces:
        return
    small = {key: piece for key, piece in pieces.items() if len(piece) <= page_store.MAX_PAGE}
    try:
        with connection.cursor() as cursor:
            tags = [_digest(piece) for piece in small.values()]
            cursor.execute(_WRITE, [list(small), list(small.values()), tags])
        page_store.trim_now_and_then()
    except Error:
        pass  # page_store says so, once, for its own pages
