"""The log as a transparency log: checkpoint, tiles, proofs (C2SP tlog-tiles, tlog-proof).

All of it is made from the last checkpoint: nothing here signs or takes a lock.
"""

from __future__ import annotations

import re

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from articles.models import OWN_KINDS, Change, Edition, PublicPage
from articles.models import Checkpoint as Signed
from articles.publishing import checkpoints
from articles.tlog import WIDTH, proof_file

#: A full tile never changes; one that is not full is replaced by the next.
FOR_GOOD = "public, max-age=31536000, immutable"
FOR_MINUTES = "public, max-age=600"
FOR_SECONDS = "public, max-age=2"

_TILE = re.compile(r"((?:x\d{3}/){0,3})(\d{3})(?:\.p/([1-9]\d{0,2}))?", re.ASCII)


@require_safe
def checkpoint(request: HttpRequest) -> HttpResponse:
    """The last signed checkpoint."""
    return _answer(_signed().note, "text/plain; charset=utf-8", FOR_SECONDS)


@require_safe
def tile(request: HttpRequest, level: str, tile: str) -> HttpResponse:
    """A tile of hashes, or a bundle of entries; 404 for one that no checkpoint has needed."""
    size = _signed().size
    bundle = level == "entries"
    if not (found := _TILE.fullmatch(tile)) or not re.fullmatch(
        r"entries|\d|[1-5]\d|6[0-3]", level
    ):
        raise Http404
    number = int(found[1].replace("x", "").replace("/", "") + found[2])
    if found[1].startswith("x000/"):
        raise Http404
    height = 0 if bundle else int(level)
    full, width = found[3] is None, int(found[3] or WIDTH)
    if (full and width != WIDTH) or (not full and width >= WIDTH):
        raise Http404
    if number * WIDTH + width > size >> 8 * height:
        raise Http404
    if bundle:
        rows = [len(one).to_bytes(2) + one for one in checkpoints.entries(number, width)]
    else:
        rows = checkpoints.tile(height, number, width)
    return _answer(b"".join(rows), "application/octet-stream", FOR_GOOD if full else FOR_MINUTES)


@require_safe
def proof(request: HttpRequest, sequence: int) -> HttpResponse:
    """The proof that a row of the log is in the signed tree; 404 for what readers may not see."""
    record, _document = _record(sequence)
    signed = checkpoints.last_checkpoint()
    if signed is None or sequence > signed.size:
        # The page that leads here may be older than the first signature.
        said = "Not signed yet: the worker signs each second, while it runs. Try again.\n"
        response = _answer(said, "text/plain", "no-store")
        response.status_code, response["Retry-After"] = 503, "1"
        return response
    hashes = checkpoints.proof_of(sequence, signed.size)
    text = proof_file(sequence - 1, hashes, signed.note, record.encode())
    return _answer(text, "text/plain; charset=utf-8", "no-cache")


@require_safe
def document(request: HttpRequest, sequence: int) -> HttpResponse:
    """The bytes whose salted hash stands in the record of a proof.

    Its ``item`` is what the feed gives: where that gives less to strangers, there is none here.
    """
    if settings.PUBLIC_FEED != "full":
        raise Http404
    return _answer(_record(sequence)[1], "application/json", "no-cache")


def _signed() -> Signed:
    last = checkpoints.last_checkpoint() if settings.LOG_KEYS else None
    if last is None:
        raise Http404
    return last


def _record(sequence: int) -> tuple[str, str]:
    """The record and the document of a row that readers may see.

    Not one under embargo, withdrawn, erased, or from before a withdrawal; nor our own pages.
    """
    if not settings.LOG_KEYS:
        raise Http404
    rows = Change.objects.exclude(kind__in=OWN_KINDS).filter(pk=sequence, embargoed=False)
    change = rows.select_related("edition").first() if sequence < 1 << 63 else None
    if change is None:
        raise Http404
    if change.kind == "article":
        editions = Edition.objects.filter(article=change.object_id)
        canceled = editions.filter(status=Edition.Status.CANCELED, change__gte=sequence)
        is_shown = editions.live().exists() and not canceled.exists()
    else:
        is_shown = PublicPage.objects.live().filter(pk=change.object_id).exists()
    record = checkpoints.record_of(sequence) if is_shown else None
    if record is None:
        raise Http404
    return record


def _answer(body: str | bytes, kind: str, control: str) -> HttpResponse:
    return HttpResponse(body, kind, headers={"Cache-Control": control})
