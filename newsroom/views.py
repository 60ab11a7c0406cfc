"""Pages of the site as a whole: home, health, errors."""

from __future__ import annotations

import sys

from django.core.exceptions import SuspiciousFileOperation
from django.core.files.storage import default_storage
from django.db import DatabaseError, connection
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from articles.partners.api.problems import DATABASE_IS_LOST, problem_page, unavailable_page
from newsroom.storage import CACHE


@require_safe
def media(request: HttpRequest, name: str) -> FileResponse:
    """A picture's file. What a name stands for never changes, so it is asked for once."""
    try:
        file = default_storage.open(name)
    except (OSError, ValueError, SuspiciousFileOperation) as error:
        raise Http404 from error
    return FileResponse(file, headers={"Cache-Control": CACHE})


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
    if request.path.startswith("/api/") and isinstance(sys.exception(), DATABASE_IS_LOST):
        return unavailable_page(request)
    text = _("Something broke on our side. You did nothing wrong; try again in a moment.")
    return _error(request, 500, _("Our mistake"), text)
