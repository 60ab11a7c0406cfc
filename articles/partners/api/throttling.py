"""Limits of requests to the feed, by key or by address.

The header fields are those of the IETF draft “RateLimit header fields for HTTP”.
"""

from __future__ import annotations

import ipaddress
import time
from typing import Any

from django.conf import settings
from django.core.cache import cache
from rest_framework.request import Request
from rest_framework.throttling import BaseThrottle

from articles.partners.api.authentication import Credentials

#: Requests are counted in windows of this many seconds.
WINDOW = 60


def client_names(request: Request) -> list[str]:
    """What a request is counted by: its key if it has one, and its address."""
    names = [f"address-{address_of(request)}"]
    if isinstance(request.auth, Credentials):
        names.append(f"key-{request.auth.key.pk}")
    return names


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


class PerMinute(BaseThrottle):
    """Limits requests a minute: of a key by its partner's limit, others by their address."""

    limit = used = 0
    left = WINDOW  # seconds until the window ends

    def allow_request(self, request: Request, view: Any) -> bool:
        window, second = divmod(int(time.time()), WINDOW)
        self.left = WINDOW - second
        if isinstance(request.auth, Credentials):
            key = request.auth.key
            self.limit, who = key.partner.per_minute, f"key-{key.pk}"
        else:
            self.limit, who = settings.API_PER_MINUTE, address_of(request)
        if not self.limit:
            return True
        name = f"feed:{who}:{window}"
        cache.add(name, 0, 2 * WINDOW)
        try:
            self.used = cache.incr(name)
        except ValueError:  # a full cache has dropped it
            self.used = 1
        return self.used <= self.limit

    def wait(self) -> float:
        return self.left

    @property
    def headers(self) -> dict[str, str]:
        """The limit and what is left of it; empty without a limit."""
        if not self.limit:
            return {}
        return {
            "RateLimit-Policy": f'"minute";q={self.limit};w={WINDOW}',
            "RateLimit": f'"minute";r={max(self.limit - self.used, 0)};t={self.left}',
        }
