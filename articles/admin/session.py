"""The sign-in of a page that stays open: who is signed in, a new CSRF token, a longer session."""

from __future__ import annotations

import time

from django.conf import settings
from django.http import HttpRequest, JsonResponse
from django.middleware.csrf import get_token
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

#: Seconds within which a session is not prolonged twice: each time writes its row.
PROLONG_AFTER = 300


@never_cache
@require_safe
def session(request: HttpRequest) -> JsonResponse:
    """Say who is signed in (``user`` is null for nobody) and give the CSRF token to post with.

    A page asks before it sends a form, and every minute while somebody types: the session lives on.
    """
    user = request.user
    if not (user.is_authenticated and user.is_active and user.is_staff):
        return JsonResponse({"user": None})
    prolong(request)
    return JsonResponse(
        {"user": str(user.pk), "name": user.get_username(), "token": get_token(request)}
    )


def prolong(request: HttpRequest) -> None:
    """Let the session end SESSION_COOKIE_AGE seconds from now, not from when it began."""
    now = int(time.time())
    pause = min(PROLONG_AFTER, settings.SESSION_COOKIE_AGE // 4)
    if now - request.session.get("prolonged_at", 0) >= pause:
        request.session["prolonged_at"] = now
