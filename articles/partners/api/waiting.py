"""How many requests of this process may wait at the end of the log.

Each takes a thread of the server for as long as it waits, so their number is bounded: for the
process by the setting API_WAITING, and for one key and one address by half of it.
"""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager

from django.conf import settings

_lock = threading.Lock()
_waiting: Counter[str] = Counter()
_PROCESS = "process"


@contextmanager
def place(*clients: str) -> Iterator[bool]:
    """Take a place to wait for a request of ``clients`` (a key, an address); give it back after.

    Yields False, and takes none, when the process or one of the clients has no place left.
    """
    most = settings.API_WAITING
    limits = {_PROCESS: most} | dict.fromkeys(clients, (most + 1) // 2)
    with _lock:
        taken = all(_waiting[name] < limit for name, limit in limits.items())
        if taken:
            _waiting.update(limits.keys())
    try:
        yield taken
    finally:
        if taken:
            with _lock:
                _waiting.subtract(limits.keys())
                for name in limits:
                    if not _waiting[name]:
                        del _waiting[name]
