"""Partners' keys, sent as ``Authorization: Bearer <key>`` (RFC 6750), and their rights."""

from __future__ import annotations

import logging
from dataclasses import replace
from typing import Any, NamedTuple

from django.contrib.postgres.aggregates import ArrayAgg
from django.db.models import Q
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from rest_framework.authentication import BaseAuthentication, get_authorization_header
from rest_framework.exceptions import APIException, AuthenticationFailed, Throttled
from rest_framework.request import Request

from articles.models import Key, Partner
from articles.partners.access import Rights, rights_of
from articles.partners.api.counters import address_of, count

logger = logging.getLogger(__name__)

#: So many wrong keys from one address are answered 401 in a minute, further ones 429.
WRONG_KEYS = 10


class Credentials(NamedTuple):
    """``request.auth`` of a partner: the key that was sent, and the partner's rights."""

    key: Key
    rights: Rights


class KeyAuthentication(BaseAuthentication):
    """A request with a key is its partner's; one without is the public's.

    Wrong keys are logged and counted by address; beyond ``WRONG_KEYS`` a minute the answer is 429.
    """

    def authenticate(self, request: Request) -> tuple[Partner, Credentials] | None:
        scheme, _, secret = get_authorization_header(request).decode("latin-1").partition(" ")
        if not scheme:
            return None
        if scheme.lower() != "bearer":
            raise AuthenticationFailed("Send your key as “Authorization: Bearer <key>”.")
        keys = Key.objects.filter(hash=Key.hash_of(secret.strip()))
        topics = ArrayAgg("partner__topics", filter=Q(partner__topics__isnull=False), default=[])
        key = keys.select_related("partner").annotate(topics=topics).first()
        if key is None or not key.active or key.has_ended:
            raise _refusal(request, key)
        rights = rights_of(key.partner, key.topics)
        if key.scope == Key.Scope.NO_EMBARGO:
            rights = replace(rights, embargoed=False)
        return key.partner, Credentials(key, rights)

    def authenticate_header(self, request: Request) -> str:
        return "Bearer"


def _refusal(request: Request, key: Key | None) -> APIException:
    """Count and log a wrong key, and return the answer; ``key`` is revoked or has ended, if any."""
    address = address_of(request)
    wrong = count(f"wrong-key:{address}")
    if wrong.used > WRONG_KEYS:
        return Throttled(wrong.seconds_left, "Too many wrong keys came from your address.")
    logger.warning(
        "Wrong API key from %s: %s.",
        address,
        f"{key} of {key.partner} {'has ended' if key.active else 'is revoked'}"
        if key
        else "it is unknown",
    )
    if key and key.active and key.ends_at:
        return AuthenticationFailed(
            f"This key ended on {key.ends_at:%Y-%m-%d}; ask us for another."
        )
    return AuthenticationFailed("This key is unknown or revoked; ask us for another.")


class KeyScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]
    """The description of ``KeyAuthentication`` in OpenAPI."""

    target_class = KeyAuthentication
    name = "key"

    def get_security_definition(self, auto_schema: Any) -> dict[str, str]:
        return {"type": "http", "scheme": "bearer"}
