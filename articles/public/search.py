"""The search page, and suggestions while somebody types."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from articles.models import is_sequence
from articles.public.languages import language_of_page
from articles.search import query
from articles.search.query import KINDS

#: Queries are cut to this many characters.
MAX_QUERY = 200
#: The last page of results that can be asked for.
LAST_PAGE = 2 * query.DEPTH // query.PAGE


@require_safe
def search(request: HttpRequest) -> HttpResponse:
    """The results for the words in ``q``; of one ``kind`` if it is given."""
    q = request.GET.get("q", "").replace("\x00", "").strip()[:MAX_QUERY]
    kind = request.GET.get("kind", "")
    kind = kind if kind in KINDS else ""
    given = request.GET.get("page", "1")
    page = min(int(given) if is_sequence(given) else 1, LAST_PAGE) or 1
    found = query.search(q, language=language_of_page(), kind=kind, page=page) if q else None
    context = {
        "title": _("Search for {words}").format(words=q) if q else _("Search"),
        "noindex": True,
        "q": q,
        "kind": kind,
        "found": found,
        "kinds": [(name, KINDS[name], found.counts[name]) for name in KINDS if name in found.counts]
        if found
        else [],
        "did_you_mean": query.did_you_mean(q) if found and not found.hits else "",
        "previous": page - 1,
        "next": page + 1 if found and found.more and page < LAST_PAGE else None,
    }
    return render(request, "search.html", context)


@require_safe
def suggest(request: HttpRequest) -> JsonResponse:
    """Titles and names that begin with ``q``, as a JSON list, for the search field."""
    typed = request.GET.get("q", "").replace("\x00", "")[:MAX_QUERY]
    return JsonResponse(query.suggest(typed), safe=False)
