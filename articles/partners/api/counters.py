"""Counters of requests in windows of a minute, and the addresses that they are counted by."""

from __future__ import annotations

import ipaddress
import time
from typing import NamedTuple

from django.core.cache import cache
from rest_framework.request import Request
from rest_framework.throttling import BaseThrottle

#: Requests are counted in windows of this many seconds.
WINDOW = 60


class Count(NamedTuple):
    """How often in this window, and the seconds until it ends."""

    used: int
    seconds_left: int


def count(name: str) -> Count:
    """Count one more of ``name`` in this window, in the cache of the setting CACHE_URL."""
    window, second = divmod(int(time.time()), WINDOW)
    key = f"feed:{name}:{window}"
    cache.add(key, 0, 2 * WINDOW)
    try:
        used = cache.incr(key)
    except ValueError:  # a full cache has dropped it
        used = 1
    return Count(used, WINDOW - second)


def address_of(request: Request) -> str:
    """The client's address, as the proxies of the setting PROXIES report it.

    One subscriber has a whole /64 of IPv6 addresses, so those count as one.
    """
    ident = BaseThrottle().get_ident(request) or ""
    try:
        ip = ipaddress.ip_address(ident)
    except ValueError:
        return ident
    if isinstance(ip, ipaddress.IPv6Address) and not ip.ipv4_mapped:
        return str(ipaddress.ip_network((ip, 64), strict=False))
    return ident
