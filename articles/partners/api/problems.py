"""Errors of the feed as problem details (RFC 9457)."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from django.http import HttpRequest, JsonResponse
from rest_framework.exceptions import APIException, ValidationError
from rest_framework.response import Response
from rest_framework.views import exception_handler

MEDIA_TYPE = "application/problem+json"


class Gone(APIException):
    """410: the item was withdrawn."""

    status_code = HTTPStatus.GONE
    default_detail = "This was withdrawn."
    default_code = "gone"


def problem(status: int, detail: str, **more: Any) -> dict[str, Any]:
    """The members of a problem document; ``type`` is left to its default, ``about:blank``."""
    return {"title": HTTPStatus(status).phrase, "status": status, "detail": detail, **more}


def problem_response(error: Exception, context: dict[str, Any]) -> Response | None:
    """DRF's exception handler: its answer as a problem document."""
    response = exception_handler(error, context)
    if response is None:
        return None
    if isinstance(error, ValidationError) and isinstance(response.data, dict):
        wrong = {name: " ".join(map(str, errors)) for name, errors in response.data.items()}
        detail = " ".join(f"{name}: {words}" for name, words in wrong.items())
        body = problem(response.status_code, detail, errors=wrong)
    elif isinstance(error, APIException):
        body = problem(response.status_code, str(error.detail))
    else:
        body = problem(response.status_code, str(response.data.get("detail", error)))
    # After a 406 no renderer is chosen; problems are always JSON.
    renderer = context["view"].get_renderers()[0]
    context["request"].accepted_renderer = renderer
    context["request"].accepted_media_type = renderer.media_type
    return Response(body, response.status_code, headers=_headers(response), content_type=MEDIA_TYPE)


def problem_page(request: HttpRequest, status: int, detail: str) -> JsonResponse:
    """A problem document for errors outside DRF, such as an unknown address."""
    return JsonResponse(problem(status, detail), status=status, content_type=MEDIA_TYPE)


def _headers(response: Response) -> dict[str, str]:
    return {name: value for name, value in response.headers.items() if name != "Content-Type"}
