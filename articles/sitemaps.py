"""Sitemaps (sitemaps.org): an index, pieces of 50,000, and the news of two days for Google News."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.sitemaps import Sitemap
from django.db.models import Max, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from articles.models import Change, Edition
from people.models import PublicPage

#: Google News wants articles of the last two days, a thousand at most.
NEWS_DAYS, NEWS_MOST = 2, 1000


class _Public(Sitemap):
    limit = 50_000
    protocol = urlsplit(settings.SITE_URL).scheme

    def get_domain(self, site: Any = None) -> str:
        return urlsplit(settings.SITE_URL).netloc


class Articles(_Public):
    """Every article that readers see."""

    def items(self) -> QuerySet[Edition]:
        # By the order of first publication, so that a piece stays as it is while others are added.
        return Edition.objects.current().order_by("first_sequence").only("slug", "published_at")

    def lastmod(self, item: Edition) -> datetime:
        return item.published_at

    def get_latest_lastmod(self) -> datetime | None:
        return self.items().aggregate(last=Max("published_at"))["last"]


class Pages(_Public):
    """Every page of a speaker, organization, event or topic."""

    def items(self) -> QuerySet[PublicPage]:
        return PublicPage.objects.order_by("sequence").defer("card")

    def location(self, item: PublicPage) -> str:
        return item.get_absolute_url()

    def get_latest_lastmod(self) -> datetime | None:
        last = PublicPage.objects.aggregate(last=Max("sequence"))["last"]
        return Change.objects.filter(sequence=last).values_list("at", flat=True).first()


SITEMAPS: dict[str, type[Sitemap]] = {"articles": Articles, "pages": Pages}


@require_safe
def news(request: HttpRequest) -> HttpResponse:
    """The articles first published in the last two days, with their titles."""
    since = timezone.now() - timedelta(days=NEWS_DAYS)
    editions = Edition.objects.current().filter(first_published_at__gte=since)
    rows = editions.order_by("-first_sequence").defer("ninjs", "body")[:NEWS_MOST]
    context = {"editions": rows, "site_url": settings.SITE_URL}
    return render(request, "news-sitemap.xml", context, content_type="application/xml")
