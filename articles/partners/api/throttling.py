"""How often the feed can be asked, by key or by address.

The header fields are those of the IETF draft “RateLimit header fields for HTTP”.
"""

from __future__ import annotations

import time
from typing import Any

from django.conf import settings
from django.core.cache import cache
from rest_framework.request import Request
from rest_framework.throttling import BaseThrottle

from articles.partners.api.authentication import Credentials

#: Requests are counted in windows of this many seconds.
WINDOW = 60


class PerMinute(BaseThrottle):
    """Counts requests a minute: a key's by its partner's limit, others by where they come from."""

    limit = used = 0
    left = WINDOW  # seconds until the window ends

    def allow_request(self, request: Request, view: Any) -> bool:
        window, second = divmod(int(time.time()), WINDOW)
        self.left = WINDOW - second
        if isinstance(request.auth, Credentials):
            key = request.auth.key
            self.limit, who = key.partner.per_minute, f"key-{key.pk}"
        else:
            self.limit, who = settings.API_PER_MINUTE, self.get_ident(request)
        if not self.limit:
            return True
        name = f"feed:{who}:{window}"
        cache.add(name, 0, 2 * WINDOW)
        try:
            self.used = cache.incr(name)
        except ValueError:  # a full cache let go of it since
            self.used = 1
        return self.used <= self.limit

    def wait(self) -> float:
        return self.left

    @property
    def headers(self) -> dict[str, str]:
        """What to tell the client; nothing where there is no limit."""
        if not self.limit:
            return {}
        return {
            "RateLimit-Policy": f'"minute";q={self.limit};w={WINDOW}',
            "RateLimit": f'"minute";r={max(self.limit - self.used, 0)};t={self.left}',
        }
