"""Telling a WebSub hub that the feeds have changed (W3C WebSub, section 7: publishing)."""

from __future__ import annotations

from urllib.parse import urlencode

import urllib3
from django.conf import settings
from django.urls import reverse

#: How long the hub may take, in seconds.
TIMEOUT = 10


class HubError(Exception):
    """The hub did not take the news; its text says why."""


def notify_hub() -> None:
    """Tell the hub of the setting WEBSUB_HUB about the site's feeds; nothing without a hub.

    Raises NotAnnounced when the hub cannot be reached or refuses.
    """
    if not settings.WEBSUB_HUB:
        return
    for name in ("atom", "rss", "json"):
        feed = settings.SITE_URL + reverse("feed", args=[name])
        try:
            response = urllib3.request(
                "POST",
                settings.WEBSUB_HUB,
                body=urlencode({"hub.mode": "publish", "hub.url": feed}),
                headers={"Content-Type": "application/x-www-form-urlencoded"},
                timeout=TIMEOUT,
                retries=False,
                redirect=False,
            )
        except urllib3.exceptions.HTTPError as error:
            raise HubError(f"The hub {settings.WEBSUB_HUB} was not reached: {error}") from error
        if not 200 <= response.status < 300:
            raise HubError(f"The hub {settings.WEBSUB_HUB} answered {response.status} to {feed}.")
