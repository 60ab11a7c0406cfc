"""Limits of requests to the feed, by key or by address.

The header fields are those of the IETF draft “RateLimit header fields for HTTP”.
"""

from __future__ import annotations

from typing import Any

from django.conf import settings
from rest_framework.request import Request
from rest_framework.throttling import BaseThrottle

from articles.partners.api.authentication import Credentials
from articles.partners.api.counters import WINDOW, address_of, count


def client_names(request: Request) -> list[str]:
    """What a request is counted by: its key if it has one, and its address."""
    names = [f"address-{address_of(request)}"]
    if isinstance(request.auth, Credentials):
        names.append(f"key-{request.auth.key.pk}")
    return names


class PerMinute(BaseThrottle):
    """Limits requests a minute: of a key by its partner's limit, others by their address."""

    limit = used = 0
    seconds_left = WINDOW

    def allow_request(self, request: Request, view: Any) -> bool:
        if isinstance(request.auth, Credentials):
            key = request.auth.key
            self.limit, who = key.partner.per_minute, f"key-{key.pk}"
        else:
            self.limit, who = settings.API_PER_MINUTE, address_of(request)
        if not self.limit:
            return True
        self.used, self.seconds_left = count(who)
        return self.used <= self.limit

    def wait(self) -> float:
        return self.seconds_left

    @property
    def headers(self) -> dict[str, str]:
        """The limit and what is left of it; empty without a limit."""
        if not self.limit:
            return {}
        left = max(self.limit - self.used, 0)
        return {
            "RateLimit-Policy": f'"minute";q={self.limit};w={WINDOW}',
            "RateLimit": f'"minute";r={left};t={self.seconds_left}',
        }
