"""Pages of the site as a whole: home, health, errors."""

from __future__ import annotations

import sys

from django.core.exceptions import RequestDataTooBig, SuspiciousFileOperation
from django.core.files.storage import default_storage
from django.db import DatabaseError, InterfaceError, OperationalError, connection
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe
from psycopg.errors import DiskFull, LockNotAvailable, QueryCanceled

from articles.partners.api.problems import problem_page
from newsroom.storage import CACHE


@require_safe
def media(request: HttpRequest, name: str) -> FileResponse | HttpResponse:
    """A picture's file, to be kept for a year: another content has another name.

    404 is one line of text: whoever asks for a picture sees no page.
    """
    try:
        file = default_storage.open(name)
    except (OSError, ValueError, SuspiciousFileOperation):
        return HttpResponse("There is no such file.\n", "text/plain; charset=utf-8", 404)
    return FileResponse(file, headers={"Cache-Control": CACHE})


@require_safe
def healthz(request: HttpRequest) -> HttpResponse:
    """The process answers."""
    return HttpResponse("ok\n", content_type="text/plain")


@require_safe
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


def body_too_large(request: HttpRequest) -> HttpResponse:
    """413: the request says that its body is larger than the sender may send."""
    text = _("What you sent is too large. Send less, or sign in first.")
    return _error(request, 413, _("Too large"), text)


def too_many_bodies(request: HttpRequest) -> HttpResponse:
    """503: too many requests are being received at once."""
    return _unavailable(request, _("Too many people are sending something. Try again in a moment."))


def _unavailable(request: HttpRequest, text: str) -> HttpResponse:
    response = _error(request, 503, _("Try again in a moment"), text)
    response["Retry-After"] = "2"
    return response


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    if isinstance(exception, RequestDataTooBig):  # only the desk has forms so large
        text = "What was typed or pasted is too long, so nothing was saved. Go back and shorten it."
        return _error(request, 400, _("We could not read that"), text)
    return _error(request, 400, _("We could not read that"), _("The request is malformed."))


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    text = _("This page needs rights that you do not have.")
    return _error(request, 403, _("Not for everyone"), text)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """403: the form's CSRF token is not the browser's: it is older than the last sign-in."""
    text = (
        "You signed in again after this form was opened, so nothing was saved. Go back and open "
        "the form anew: it offers what you typed, which this browser has kept."
    )
    return _error(request, 403, "This form is out of date", text)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    text = _("Nothing is published at this address. It may be mistyped, or not be public yet.")
    return _error(request, 404, _("Not found"), text)


def server_error(request: HttpRequest) -> HttpResponse:
    """500, or 503 with a sentence where the database is the reason."""
    error = sys.exc_info()[1]
    if isinstance(error, OperationalError | InterfaceError):
        if isinstance(error.__cause__, LockNotAvailable):
            text = _("Somebody else is saving the same. Go back and try again in a moment.")
        elif isinstance(error.__cause__, QueryCanceled):
            text = _("This took too long. Try again in a moment.")
        elif isinstance(error.__cause__, DiskFull):
            text = _(
                "Our database has no room left, so nothing was saved. Tell who runs this site."
            )
        else:
            text = _("Our database does not answer. Try again in a moment.")
        return _unavailable(request, text)
    text = _("Something broke on our side. You did nothing wrong; try again in a moment.")
    return _error(request, 500, _("Our mistake"), text)
