"""Partners' keys, sent as ``Authorization: Bearer <key>`` (RFC 6750), and what they may read."""

from __future__ import annotations

from datetime import timedelta
from typing import Any, NamedTuple

from django.contrib.postgres.aggregates import ArrayAgg
from django.db.models import Q
from django.utils import timezone
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from rest_framework.authentication import BaseAuthentication, get_authorization_header
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.request import Request

from articles.models import ApiRequest, Key, Partner
from articles.partners.access import Rights, rights_of

#: ``last_used_at`` is no more exact than this, so that reading does not mean writing.
USED_WITHIN = timedelta(minutes=1)
#: For how long a partner's requests are kept.
KEEP_API_REQUESTS = timedelta(days=7)


class Credentials(NamedTuple):
    """``request.auth`` of a partner: the key that was sent, and what it opens."""

    key: Key
    rights: Rights


class KeyAuthentication(BaseAuthentication):
    """Who sends a key is that partner; who sends none is the public."""

    def authenticate(self, request: Request) -> tuple[Partner, Credentials] | None:
        scheme, _, secret = get_authorization_header(request).decode("latin-1").partition(" ")
        if not scheme:
            return None
        if scheme.lower() != "bearer":
            raise AuthenticationFailed("Send your key as “Authorization: Bearer <key>”.")
        keys = Key.objects.filter(hash=Key.hash_of(secret.strip()), active=True)
        topics = ArrayAgg("partner__topics", filter=Q(partner__topics__isnull=False), default=[])
        key = keys.select_related("partner").annotate(topics=topics).first()
        if key is None:
            raise AuthenticationFailed("This key is unknown or revoked; ask us for another.")
        return key.partner, Credentials(key, rights_of(key.partner, key.topics))

    def authenticate_header(self, request: Request) -> str:
        return "Bearer"


class KeyScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]
    """The same in OpenAPI."""

    target_class = KeyAuthentication
    name = "key"

    def get_security_definition(self, auto_schema: Any) -> dict[str, str]:
        return {"type": "http", "scheme": "bearer"}


def note(key: Key, *, address: str, status: int, milliseconds: int) -> None:
    """Keep for the desk that ``key`` asked for ``address``, and clear away what is old."""
    now = timezone.now()
    ApiRequest.objects.create(
        key=key, at=now, address=address[:500], status=status, milliseconds=milliseconds
    )
    if key.last_used_at is None or key.last_used_at < now - USED_WITHIN:
        Key.objects.filter(pk=key.pk).update(last_used_at=now)
        ApiRequest.objects.filter(key=key, at__lt=now - KEEP_API_REQUESTS).delete()
