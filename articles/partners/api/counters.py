"""Counters in windows of time, and the addresses that requests are counted by."""

from __future__ import annotations

import contextlib
import ipaddress
import time
from typing import NamedTuple, cast

from django.core.cache import cache
from django.http import HttpRequest
from rest_framework.request import Request
from rest_framework.throttling import BaseThrottle

#: Requests to the feed are counted in windows of this many seconds.
WINDOW = 60


class Count(NamedTuple):
    """How often in this window, and the seconds until it ends."""

    used: int
    seconds_left: int


def count(name: str, window: int = WINDOW) -> Count:
    """Count one more of ``name`` in this window, in the cache of the setting CACHE_URL.

    ``window`` is its length in seconds.
    """
    key, seconds_left = _key(name, window)
    cache.add(key, 0, 2 * window)
    try:
        used = cache.incr(key)
    except ValueError:  # a full cache has dropped it
        used = 1
    return Count(used, seconds_left)


def uncount(name: str, window: int = WINDOW) -> None:
    """Count one less of ``name`` in this window."""
    with contextlib.suppress(ValueError):  # the window has ended, or a full cache has dropped it
        cache.decr(_key(name, window)[0])


def _key(name: str, window: int) -> tuple[str, int]:
    """The cache's key of ``name`` in this window, and the seconds until it ends."""
    number, second = divmod(int(time.time()), window)
    return f"count:{name}:{number}", window - second


def address_of(request: Request | HttpRequest) -> str:
    """The client's address, as the proxies of the setting PROXIES report it.

    One subscriber has a whole /64 of IPv6 addresses, so those count as one.
    """
    ident = BaseThrottle().get_ident(cast(Request, request)) or ""  # it reads META alone
    try:
        ip = ipaddress.ip_address(ident)
    except ValueError:
        return ident
    if isinstance(ip, ipaddress.IPv6Address) and not ip.ipv4_mapped:
        return str(ipaddress.ip_network((ip, 64), strict=False))
    return ident
