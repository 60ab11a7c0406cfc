"""Pages of ours that a body can link to, found by typing."""

from __future__ import annotations

from typing import Any, cast

from django.contrib.admin import AdminSite
from django.db.models import Model
from django.http import HttpRequest, JsonResponse
from django.urls import reverse

from articles.admin.pickers import MOST_LETTERS, find
from articles.models import Article, Edition, Event, PublicPage, Topic
from people.models import Organization, Speaker

#: What has pages, in the order in which they are listed.
LINKED: list[type[Model]] = [Article, Speaker, Organization, Event, Topic]
#: So many records of each are listed.
MOST_OF_EACH = 4


def find_pages(site: AdminSite, request: HttpRequest) -> JsonResponse:
    """GET ``?q=``: pages with their path, as {"results": [{label, detail, href}], "new": []}.

    The path is the public one: it redirects when the page's slug changes. What is not public yet
    has the path that it will have.
    """
    words = request.GET.get("q", "").replace("\x00", "").strip()[:MOST_LETTERS]
    found: list[Any] = []
    for model in LINKED:
        if words and cast(Any, site.get_model_admin(model)).has_view_permission(request):
            found += find(site, request, model, words)[:MOST_OF_EACH]
    ids = [row.pk for row in found]
    slugs = dict(PublicPage.objects.live().filter(pk__in=ids).values_list("pk", "slug"))
    slugs |= dict(Edition.objects.live().filter(article__in=ids).values_list("article_id", "slug"))
    results = []
    for row in found:
        kind = row._meta.model_name
        results.append(
            {
                "label": str(row),
                "detail": kind if row.pk in slugs else f"{kind}, not public yet",
                "href": reverse(kind, args=[slugs.get(row.pk, row.slug)]),
            }
        )
    return JsonResponse({"results": results, "new": []})
