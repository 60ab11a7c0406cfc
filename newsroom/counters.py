"""Redis or Valkey as the cache of CACHE_URL, in which limits are counted for all processes.

While it is away each process counts by itself: a limit is then looser, and nobody is locked out.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from typing import Any

from django.core.cache.backends.locmem import LocMemCache
from django.core.cache.backends.redis import RedisCache
from redis import RedisError
from redis.backoff import NoBackoff
from redis.retry import Retry

logger = logging.getLogger(__name__)

#: So long may it take to connect and to answer, in seconds; a request waits for it.
TIMEOUT = 0.3
#: When it did not answer, nobody asks it again for so many seconds.
RETRY_AFTER = 5.0


class _Outage:
    """Until when this process does not ask, on ``time.monotonic``'s scale."""

    until = 0.0


class CountersCache(RedisCache):
    """Django's cache in Redis that goes on in memory."""

    def __init__(self, server: str, params: dict[str, Any]) -> None:
        options = {
            "socket_connect_timeout": TIMEOUT,
            "socket_timeout": TIMEOUT,
            "retry": Retry(NoBackoff(), 1),  # once: a connection that stood idle may be gone
        }
        super().__init__(server, params | {"OPTIONS": options | params.get("OPTIONS", {})})
        self.memory = LocMemCache("counters", {"OPTIONS": {"MAX_ENTRIES": 100_000}})

    def ping(self) -> None:
        """Raise RedisError while it does not answer."""
        self._cache.get_client().ping()


def _going_on(name: str) -> Callable[..., Any]:
    theirs, ours = getattr(RedisCache, name), getattr(LocMemCache, name)

    def method(self: CountersCache, *args: Any, **kwargs: Any) -> Any:
        if time.monotonic() >= _Outage.until:
            try:
                return theirs(self, *args, **kwargs)
            except RedisError as error:
                _Outage.until = time.monotonic() + RETRY_AFTER
                logger.warning("CACHE_URL does not answer; this process counts alone: %s", error)
        return ours(self.memory, *args, **kwargs)

    return method


for _name in ("add", "get", "set", "touch", "delete", "has_key", "incr", "get_many", "clear"):
    setattr(CountersCache, _name, _going_on(_name))
