"""Errors of the feed as problem details (RFC 9457)."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import InterfaceError, OperationalError
from django.http import Http404, HttpRequest, JsonResponse
from rest_framework.exceptions import APIException, NotFound, ValidationError
from rest_framework.exceptions import PermissionDenied as Forbidden
from rest_framework.response import Response
from rest_framework.views import exception_handler

MEDIA_TYPE = "application/problem+json"
#: The member ``type`` is this and one of ``TYPES``. It is an identifier, not an address.
TYPE_PREFIX = "urn:newsroom:problem:"
#: What a problem's ``type`` ends with, and the status that it comes with.
TYPES = {
    "invalid": HTTPStatus.BAD_REQUEST,
    "parse-error": HTTPStatus.BAD_REQUEST,
    "not-authenticated": HTTPStatus.UNAUTHORIZED,
    "authentication-failed": HTTPStatus.UNAUTHORIZED,
    "permission-denied": HTTPStatus.FORBIDDEN,
    "not-found": HTTPStatus.NOT_FOUND,
    "method-not-allowed": HTTPStatus.METHOD_NOT_ALLOWED,
    "not-acceptable": HTTPStatus.NOT_ACCEPTABLE,
    "gone": HTTPStatus.GONE,
    "throttled": HTTPStatus.TOO_MANY_REQUESTS,
    "error": HTTPStatus.INTERNAL_SERVER_ERROR,
    "unreadable": HTTPStatus.INTERNAL_SERVER_ERROR,
    "unavailable": HTTPStatus.SERVICE_UNAVAILABLE,
}
#: What the database raises when it cannot be reached.
DATABASE_IS_LOST = (OperationalError, InterfaceError)


class Gone(APIException):
    """410: the item was withdrawn."""

    status_code = HTTPStatus.GONE
    default_detail = "This was withdrawn."
    default_code = "gone"


class Unavailable(APIException):
    """503: the database cannot be reached."""

    status_code = HTTPStatus.SERVICE_UNAVAILABLE
    default_detail = "The feed cannot reach its database; try again in a few seconds."
    default_code = "unavailable"
    #: Retry-After, in seconds.
    wait = 5


class Unreadable(APIException):
    """500: the item is there and cannot be shown; others can."""

    status_code = HTTPStatus.INTERNAL_SERVER_ERROR
    default_detail = (
        "This item cannot be shown now, and who runs this site is told; keep what you have of it, "
        "and ask for it again later."
    )
    default_code = "unreadable"


def unreadable(uri: str, instance: str) -> dict[str, Any]:
    """The problem that stands for an item; ``instance`` is where to ask for it again."""
    status, name = Unreadable.status_code, Unreadable.default_code
    return problem(status, name, Unreadable.default_detail, instance=instance, uri=uri)


def problem(status: int, name: str, detail: str, **more: Any) -> dict[str, Any]:
    """The members of a problem document; ``name`` is one of ``TYPES``."""
    return {
        "type": TYPE_PREFIX + name,
        "title": HTTPStatus(status).phrase,
        "status": status,
        "detail": detail,
        **more,
    }


def problem_response(error: Exception, context: dict[str, Any]) -> Response | None:
    """DRF's exception handler: its answer as a problem document; 503 for a lost database."""
    error = _as_api_error(error)
    response = exception_handler(error, context)
    if response is None or not isinstance(error, APIException):
        return None
    name, status = str(error.default_code).replace("_", "-"), response.status_code
    if isinstance(error, ValidationError) and isinstance(response.data, dict):
        wrong = {name: " ".join(map(str, errors)) for name, errors in response.data.items()}
        detail = " ".join(f"{name}: {words}" for name, words in wrong.items())
        body = problem(status, name, detail, errors=wrong)
    else:
        body = problem(status, name, str(error.detail))
    # After a 406 no renderer is chosen; problems are always JSON.
    renderer = context["view"].get_renderers()[0]
    context["request"].accepted_renderer = renderer
    context["request"].accepted_media_type = renderer.media_type
    return Response(body, status, headers=_headers(response), content_type=MEDIA_TYPE)


def problem_page(request: HttpRequest, status: int, detail: str) -> JsonResponse:
    """A problem document for errors outside DRF, such as an unknown address."""
    name = next((name for name, of in TYPES.items() if of == status), "error")
    return JsonResponse(problem(status, name, detail), status=status, content_type=MEDIA_TYPE)


def unavailable_page(request: HttpRequest) -> JsonResponse:
    """The same answer as ``Unavailable``, for errors outside DRF."""
    response = problem_page(request, Unavailable.status_code, Unavailable.default_detail)
    response["Retry-After"] = str(Unavailable.wait)
    return response


def _as_api_error(error: Exception) -> Exception:
    if isinstance(error, DATABASE_IS_LOST):
        return Unavailable()
    if isinstance(error, Http404):
        return NotFound()
    if isinstance(error, PermissionDenied):
        return Forbidden()
    return error


def _headers(response: Response) -> dict[str, str]:
    return {name: value for name, value in response.headers.items() if name != "Content-Type"}
