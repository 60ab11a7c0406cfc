"""The rows of the tree of hashes: what is signed, read, proved and verified."""

from __future__ import annotations

import logging
from base64 import b64encode
from collections.abc import Iterator
from functools import cache

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.db import connection, transaction
from django.db.models import Max

from articles.models import Checkpoint, Leaf, PublicPage, Subtree
from articles.tlog import (
    WIDTH,
    Key,
    Tiles,
    Tree,
    checkpoint,
    full_root,
    inclusion_proof,
    leaf_hash,
    range_hash,
)

logger = logging.getLogger(__name__)

#: The key of the advisory lock of who signs ("tree" in ASCII). No writer of the log takes it.
LOCK = 0x74726565
#: So many leaves are read at a time.
STEP = WIDTH * 100


def keys() -> list[Key]:
    """The keys that sign, from ``LOG_KEYS``; none when the tree is not handed out.

    Raises ImproperlyConfigured for one that is none, and for keys of two names.
    """
    try:
        found = [Key.read(text) for text in settings.LOG_KEYS]
    except ValueError as error:
        raise ImproperlyConfigured(str(error)) from error
    if len({key.name for key in found}) > 1:
        raise ImproperlyConfigured("All keys in LOG_KEYS must have the name of the one log.")
    return found


def last_checkpoint() -> Checkpoint | None:
    """The checkpoint of the largest tree that was signed."""
    return Checkpoint.objects.first()


def entries(number: int, width: int) -> list[bytes]:
    """The entries of the bundle ``number``, which has ``width``."""
    first = number * WIDTH + 1
    rows = Leaf.objects.filter(pk__gte=first, pk__lt=first + width).order_by("pk")
    return [bytes(entry) for entry in rows.values_list("entry", flat=True)]


def tile(level: int, number: int, width: int) -> list[bytes]:
    """The hashes of a tile."""
    if level == 0:
        return [leaf_hash(entry) for entry in entries(number, width)]
    first = number * WIDTH
    rows = Subtree.objects.filter(level=level, number__range=(first, first + width - 1))
    return [bytes(one) for one in rows.order_by("number").values_list("hash", flat=True)]


@transaction.atomic
def sign() -> Checkpoint | None:
    """Sign the tree as it is, if it has grown; return the new checkpoint.

    Adds the subtrees that are full, ``STEP`` leaves at most; what is more is signed by the next
    call. Takes a lock of its own without waiting, and none of the log's. A tree that does not begin
    with the one signed last is not signed (C2SP tlog-checkpoint); the process's log says so.
    """
    if not (signers := keys()):
        return None
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [LOCK])
        if not cursor.fetchone()[0]:
            return None
    size = Leaf.objects.aggregate(last=Max("pk"))["last"] or 0
    last = last_checkpoint()
    size = min(size, (last.size if last else 0) + STEP)
    if not size or (last and last.size >= size):
        return None
    tiles = cached_tiles()
    if last and range_hash(0, last.size, last.size, tiles) != bytes(last.root):
        _complain(last.size)
        return None
    level = 0
    while many := size >> 8 * (level + 1):
        known = Subtree.objects.filter(level=level + 1).aggregate(last=Max("number"))["last"]
        first = 0 if known is None else known + 1
        Subtree.objects.bulk_create(
            Subtree(level=level + 1, number=number, hash=full_root(tile(level, number, WIDTH)))
            for number in range(first, many)
        )
        level += 1
    root = range_hash(0, size, size, cached_tiles())
    return Checkpoint.objects.create(size=size, root=root, note=checkpoint(signers, size, root))


@cache
def _complain(size: int) -> None:
    """Say once that nothing is signed any more."""
    logger.error(
        "The first %d rows of the log are not those that were signed, so nothing is signed; "
        "run manage.py verify, which says what was changed.",
        size,
    )


def cached_tiles() -> Tiles:
    """``tile``, which reads each tile once."""
    known: dict[tuple[int, int, int], list[bytes]] = {}

    def read(level: int, number: int, width: int) -> list[bytes]:
        asked = level, number, width
        if asked not in known:
            known[asked] = tile(*asked)
        return known[asked]

    return read


def proof_of(sequence: int, size: int) -> list[bytes]:
    """The proof that the row ``sequence`` of the log is in the tree of ``size`` leaves."""
    return inclusion_proof(sequence - 1, size, cached_tiles())


_RECORD = """
    SELECT newsroom_leaf(c, e, leaf.salt), newsroom_document(c, e, leaf.salt)
    FROM articles_change AS c JOIN articles_leaf AS leaf USING (sequence)
    LEFT JOIN articles_edition AS e USING (sequence)
    WHERE c.sequence = %s AND leaf.salt IS NOT NULL
"""


def record_of(sequence: int) -> tuple[str, str] | None:
    """The record of the leaf ``sequence`` and the document that it names; None if erased."""
    with connection.cursor() as cursor:
        cursor.execute(_RECORD, [sequence])
        return cursor.fetchone()


# Verifying ----------------------------------------------------------------------------------------

#: Rows whose leaf is missing, is not theirs, or has no salt although nothing was erased.
_CHANGED = """
    SELECT c.sequence, c.kind, c.object_id, e.slug, leaf.sequence IS NULL
    FROM articles_change AS c
    LEFT JOIN articles_leaf AS leaf ON leaf.sequence = c.sequence
    LEFT JOIN articles_edition AS e ON e.sequence = c.sequence
    LEFT JOIN articles_erasure AS erasure ON erasure.id = leaf.erasure_id
    WHERE leaf.entry IS NULL
        OR CASE WHEN leaf.salt IS NULL THEN erasure.confirmed_at IS NULL
        ELSE leaf.entry <> sha256(convert_to(newsroom_leaf(c, e, leaf.salt), 'UTF8')) END
"""


def problems() -> Iterator[str]:
    """A sentence for each thing that is not as it was logged or signed.

    Recomputes each leaf from its row, then the tree, and compares it with what was signed.
    """
    with connection.cursor() as cursor:
        cursor.execute(_CHANGED)
        found = cursor.fetchall()
    slugs = dict(PublicPage.objects.filter(pk__in=[r[2] for r in found]).values_list("pk", "slug"))
    for sequence, kind, pk, slug, missing in found:
        what = "has no leaf" if missing else "was changed after it was logged"
        yield f"Number {sequence}, {kind} “{slug or slugs.get(pk, '')}” ({pk}), {what}."
    subtrees = {(row.level, row.number): bytes(row.hash) for row in Subtree.objects.iterator()}
    signed = {row.size: row for row in Checkpoint.objects.only("size", "root", "note").iterator()}
    yield from _tree_problems(subtrees, signed)


def _tree_problems(
    subtrees: dict[tuple[int, int], bytes], signed: dict[int, Checkpoint]
) -> Iterator[str]:
    tree, levels, signers = Tree(), [list[bytes]()], keys()
    largest = max(signed, default=0)
    rows = Leaf.objects.order_by("pk").values_list("pk", "entry")
    for sequence, entry in rows.iterator(chunk_size=20_000):
        if sequence != tree.size + 1:
            yield f"Number {tree.size + 1} is missing: the next leaf is of number {sequence}."
            return
        one, level = leaf_hash(bytes(entry)), 0
        tree.add(one)
        levels[0].append(one)
        while len(levels[level]) == WIDTH:
            one = full_root(levels[level])
            levels[level].clear()
            level += 1
            place = level, (tree.size >> 8 * level) - 1
            stored = subtrees.pop(place, None)
            if stored != one and (stored or tree.size <= largest):
                what = "differs from" if stored else "has nothing of"
                yield (
                    f"The stored tile of level {level} {what} the leaves "
                    f"{tree.size - WIDTH**level + 1} to {tree.size}."
                )
            if level == len(levels):
                levels.append([])
            levels[level].append(one)
        if row := signed.pop(tree.size, None):
            text = [str(tree.size), b64encode(tree.root).decode()]
            by = [key.has_signed(row.note) for key in signers]
            if False in by:
                yield f"The signature of the log up to number {tree.size} is not that of its key."
            elif by and tree.size == largest and True not in by:
                yield f"The log up to number {tree.size} is signed by no key of LOG_KEYS."
            if bytes(row.root) != tree.root or row.note.split("\n")[1:3] != text:
                yield f"The leaves up to number {tree.size} are not those that were signed."
    for size in signed:
        yield f"A log of {size} rows was signed; there are {tree.size} now."
    for level, number in subtrees:
        yield f"The stored tile of level {level} has a hash {number} beyond the log's end."
