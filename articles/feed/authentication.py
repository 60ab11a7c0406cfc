"""Partners' keys, sent as ``Authorization: Bearer <key>`` (RFC 6750)."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.utils import timezone
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from rest_framework.authentication import BaseAuthentication, get_authorization_header
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.request import Request

from articles.models import Key, Partner

#: ``last_used_at`` is no more exact than this, so that reading does not mean writing.
USED_WITHIN = timedelta(minutes=1)


class KeyAuthentication(BaseAuthentication):
    """Who sends a key is that partner; who sends none is the public."""

    def authenticate(self, request: Request) -> tuple[Partner, Key] | None:
        scheme, _, secret = get_authorization_header(request).decode("latin-1").partition(" ")
        if not scheme:
            return None
        if scheme.lower() != "bearer":
            raise AuthenticationFailed("Send your key as “Authorization: Bearer <key>”.")
        keys = Key.objects.filter(hash=Key.hash_of(secret.strip()), active=True)
        key = keys.select_related("partner").first()
        if key is None:
            raise AuthenticationFailed("This key is unknown or revoked; ask us for another.")
        now = timezone.now()
        if key.last_used_at is None or key.last_used_at < now - USED_WITHIN:
            Key.objects.filter(pk=key.pk).update(last_used_at=now)
        return key.partner, key

    def authenticate_header(self, request: Request) -> str:
        return "Bearer"


class KeyScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]
    """The same in OpenAPI."""

    target_class = KeyAuthentication
    name = "key"

    def get_security_definition(self, auto_schema: Any) -> dict[str, str]:
        return {"type": "http", "scheme": "bearer"}


def reads_embargoed(request: Request) -> bool:
    """Whether whoever asks has the right to items under embargo."""
    return isinstance(request.user, Partner) and request.user.reads_embargoed
