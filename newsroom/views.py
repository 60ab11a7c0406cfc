"""Pages of the site as a whole: home, health, errors."""

from __future__ import annotations

from django.conf import settings
from django.core.exceptions import SuspiciousFileOperation, TooManyFieldsSent
from django.core.files.storage import default_storage
from django.db import DatabaseError, connection
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from articles import search as finder
from articles.calendars import upcoming
from articles.feed.problems import problem_page
from articles.models import Edition, is_sequence
from articles.search import KINDS
from newsroom.storage import CACHE
from people.jsonld import Node, script

#: Longer queries than this, in characters, are cut.
LONGEST_QUERY = 200
#: A search goes no further back than this page.
LAST_PAGE = 2 * finder.DEPTH // finder.PAGE


def site(request: HttpRequest) -> dict[str, str]:
    """Context of every template: the site's name, the page's one address, and its card's."""
    try:
        before = request.GET.get("before", "")
    except TooManyFieldsSent:  # the page that says so has an address too
        before = ""
    query = f"?before={before}" if is_sequence(before) else ""
    match, card = request.resolver_match, ""
    if match and match.url_name in KINDS:
        card = reverse("card", args=[f"{match.url_name}s", match.kwargs["slug"]])
    return {
        "site_name": settings.SITE_NAME,
        "canonical": settings.SITE_URL + request.path + query,
        "card": card and settings.SITE_URL + card,
    }


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """The latest articles, the events to come, and those that the articles report."""
    page = Edition.objects.all().page(request.GET.get("before"))
    ahead = upcoming(timezone.localdate())
    announced = {event["id"] for event in ahead}
    context = {
        "title": _("Latest"),
        "description": _("The latest from {site}.").format(site=settings.SITE_NAME),
        "page": page,
        "upcoming": ahead,
        "events": [event for event in page.events() if event["id"] not in announced][:5],
        "jsonld": script(_website()),
    }
    return render(request, "home.html", context)


@require_safe
def search(request: HttpRequest) -> HttpResponse:
    """What contains the words in ``q``; of one ``kind`` if that is asked for."""
    q = request.GET.get("q", "").replace("\x00", "").strip()[:LONGEST_QUERY]
    kind = request.GET.get("kind", "")
    kind = kind if kind in KINDS else ""
    given = request.GET.get("page", "1")
    page = min(int(given) if is_sequence(given) else 1, LAST_PAGE) or 1
    found = finder.search(q, kind=kind, page=page) if q else None
    context = {
        "title": _("Search for {words}").format(words=q) if q else _("Search"),
        "noindex": True,
        "q": q,
        "kind": kind,
        "found": found,
        "kinds": [(name, KINDS[name], found.counts[name]) for name in KINDS if name in found.counts]
        if found
        else [],
        "meant": finder.meant(q) if found and not found.hits else "",
        "previous": page - 1,
        "next": page + 1 if found and found.more and page < LAST_PAGE else None,
    }
    return render(request, "search.html", context)


@require_safe
def suggest(request: HttpRequest) -> JsonResponse:
    """Titles and names that begin with what is typed in the header, as a JSON list."""
    typed = request.GET.get("q", "").replace("\x00", "")[:LONGEST_QUERY]
    return JsonResponse(finder.suggest(typed), safe=False)


@require_safe
def corrections(request: HttpRequest) -> HttpResponse:
    """The newsroom's rules on corrections."""
    description = _("What {site} does when something was wrong.").format(site=settings.SITE_NAME)
    context = {"title": _("How we correct"), "description": description}
    return render(request, "corrections.html", context)


@require_safe
def media(request: HttpRequest, name: str) -> FileResponse:
    """A picture's file. What a name stands for never changes, so it is asked for once."""
    try:
        file = default_storage.open(name)
    except (OSError, ValueError, SuspiciousFileOperation) as error:
        raise Http404 from error
    return FileResponse(file, headers={"Cache-Control": CACHE})


@require_safe
def robots(request: HttpRequest) -> HttpResponse:
    """What search engines may read, and where they find a list of it (RFC 9309)."""
    lines = ["User-agent: *", "Disallow: /admin/", "Disallow: /preview/", ""]
    lines += [f"Sitemap: {settings.SITE_URL}/{name}.xml" for name in ("sitemap", "news-sitemap")]
    return HttpResponse("\n".join(lines) + "\n", content_type="text/plain")


def healthz(request: HttpRequest) -> HttpResponse:
    """The process answers."""
    return HttpResponse("ok\n", content_type="text/plain")


def readyz(request: HttpRequest) -> HttpResponse:
    """The process answers and reaches its database; 503 while it does not."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError:
        return HttpResponse("no database\n", content_type="text/plain", status=503)
    return HttpResponse("ready\n", content_type="text/plain")


def _error(request: HttpRequest, status: int, title: str, text: str) -> HttpResponse:
    if request.path.startswith("/api/"):
        return problem_page(request, status, text)
    return render(
        request, "error.html", {"title": title, "text": text, "noindex": True}, status=status
    )


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    return _error(request, 400, _("We could not read that"), _("The request is malformed."))


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    text = _("This page needs rights that you do not have.")
    return _error(request, 403, _("Not for everyone"), text)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    text = _("Nothing is published at this address. It may be mistyped, or not be public yet.")
    return _error(request, 404, _("Not found"), text)


def server_error(request: HttpRequest) -> HttpResponse:
    text = _("Something broke on our side. You did nothing wrong; try again in a moment.")
    return _error(request, 500, _("Our mistake"), text)


def _website() -> Node:
    home = settings.SITE_URL + "/"
    return {"@type": "WebSite", "@id": home, "url": home, "name": settings.SITE_NAME}
