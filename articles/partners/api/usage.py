"""What partners ask for, kept for the desk at the cost of few writes."""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass
from datetime import timedelta

from django.utils import timezone

from articles.models import ApiRequest, Key

#: A kind of request writes one row in so many seconds at most.
EVERY = 60
#: For how long requests are kept.
KEEP = timedelta(days=7)
#: So many kinds of requests are counted at once; beyond that, counting begins anew.
MOST_KINDS = 10_000


@dataclass
class _Pending:
    """The requests of one kind since its last row."""

    window: int = -1
    count: int = 0
    slowest: int = 0


_lock = threading.Lock()
_pending: dict[tuple[int, str, int], _Pending] = {}


def note(key: Key, *, route: str, address: str, status: int, milliseconds: int) -> None:
    """Count a request of ``key``; write a row for the first of its kind in each minute.

    A kind is a key, a ``route`` (the pattern of the address) and a status. The row counts the
    request and those since the row before, so that all rows together count every request but the
    last ones of a kind that does not come again.
    """
    window = int(time.time()) // EVERY
    with _lock:
        if len(_pending) > MOST_KINDS:
            _pending.clear()
        pending = _pending.setdefault((key.pk, route, status), _Pending())
        pending.count += 1
        pending.slowest = max(pending.slowest, milliseconds)
        if pending.window == window:
            return
        count, slowest = pending.count, pending.slowest
        pending.window, pending.count, pending.slowest = window, 0, 0
    now = timezone.now()
    ApiRequest.objects.create(
        key=key, at=now, address=address[:500], status=status, count=count, milliseconds=slowest
    )
    if key.last_used_at is None or key.last_used_at < now - timedelta(seconds=EVERY):
        Key.objects.filter(pk=key.pk).update(last_used_at=now)
        ApiRequest.objects.filter(key=key, at__lt=now - KEEP).delete()
