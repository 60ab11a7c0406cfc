"""Telling a WebSub hub that the feeds have changed (W3C WebSub, section 7: publishing)."""

from __future__ import annotations

from urllib.parse import urlencode

import urllib3
from django.conf import settings
from django.db.models import Q
from django.urls import reverse

from articles.models import KIND_OF, PLURALS, Change, Edition, PublicPage
from articles.public.feeds import FORMATS, PAGES
from people.models import Speaker

#: How long the hub may take, in seconds.
TIMEOUT = 10


def changed_feeds(after: int) -> list[str]:
    """The addresses of the feeds that have changed since change ``after``, each once.

    That is each feed of an article that was published or withdrawn, also of what an earlier
    edition named, and the feeds of pages that changed; each in all formats, and by language too.
    """
    changes = Change.objects.filter(sequence__gt=after, embargoed=False)
    articles = changes.filter(kind="article").values("object_id")
    editions = Edition.objects.ever_public().filter(article__in=articles)
    languages = list(editions.order_by().values_list("language", flat=True).distinct())
    pages = PublicPage.objects.live().filter(kind__in=[KIND_OF[page] for page in PAGES])
    touched = Q(sequence__gt=after)
    for model in PAGES.values():
        named = model.objects.filter(editions__in=editions).values("pk")
        touched |= Q(pk__in=named)
    touched |= Q(pk__in=Speaker.objects.filter(bylined__in=editions).values("pk"))
    paths = []
    for name in FORMATS:
        if languages:
            paths.append(reverse("feed", args=[name]))
        for kind, slug in (
            pages.filter(touched).order_by("kind", "slug").values_list("kind", "slug")
        ):
            paths.append(reverse("feed-of", args=[PLURALS[kind], slug, name]))
    by_language = [""] + [f"?{urlencode({'language': code})}" for code in sorted(languages)]
    return [settings.SITE_URL + path + query for path in paths for query in by_language]


class HubError(Exception):
    """The hub did not take the news; its text says why."""


def notify_hub(after: int) -> None:
    """Tell the hub of the setting WEBSUB_HUB which feeds have changed since change ``after``.

    Does nothing without a hub. Raises HubError when the hub cannot be reached, and when it refuses
    a feed, once it was told of the others.
    """
    if not settings.WEBSUB_HUB:
        return
    refusals = []
    for feed in changed_feeds(after):
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
            refusals.append(f"answered {response.status} to {feed}")
    if refusals:
        raise HubError(f"The hub {settings.WEBSUB_HUB} {refusals[0]}.")
