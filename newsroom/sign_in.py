"""Signing in with a password: attempts are limited, and hashing stops nobody else.

Neither django-axes, which writes a row for each attempt of a stranger, nor allauth's own limits are
used: with both, hashing would still hold a database connection.
"""

from __future__ import annotations

import hashlib
import logging
import threading
from datetime import timedelta
from typing import Any

from asgiref.sync import sync_to_async
from django.contrib.admin.forms import AdminPasswordChangeForm
from django.contrib.auth import authenticate
from django.contrib.auth.backends import ModelBackend
from django.contrib.auth.hashers import PBKDF2PasswordHasher
from django.contrib.auth.models import User
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.utils import timezone

from articles.partners.api.counters import address_of, count, uncount
from articles.publishing import audit
from newsroom.database.connections import release

logger = logging.getLogger(__name__)

#: So many failed attempts are taken in ``WINDOW`` seconds: for one name, and from one address.
MAX_FAILED_PER_NAME, MAX_FAILED_PER_ADDRESS, WINDOW = 10, 30, 15 * 60
#: So many passwords are hashed at once in a process: each takes a core for a good part of a second.
#: So many threads sign somebody in or wait for that; readers need the others.
MAX_HASHING, MAX_SIGNING_IN = 1, 8

_hashing = threading.BoundedSemaphore(MAX_HASHING)
_signing_in = threading.BoundedSemaphore(MAX_SIGNING_IN)


class ReleasingPasswordHasher(PBKDF2PasswordHasher):
    """Django's own hash, computed by few threads at once, which hold no database connection.

    Inside a transaction the connection stays, for it cannot be given back.
    """

    def encode(self, password: str, salt: str, iterations: int | None = None) -> str:
        release()
        with _hashing:
            return super().encode(password, salt, iterations)


class LimitedBackend(ModelBackend):
    """Users and passwords of the database, with limits of failed attempts.

    They hold for every form that calls ``authenticate``. Attempts are counted before the password
    is tried, so that many at once count as many; one that succeeds is taken back.
    """

    def authenticate(
        self,
        request: HttpRequest | None,
        username: str | None = None,
        password: str | None = None,
        **kwargs: Any,
    ) -> User | None:
        """Return the user, or None for a wrong name or password.

        Raises ValidationError, which a form shows, beyond one of the limits: it says when to try
        again. Failed attempts within the limits stand in the audit log.
        """
        if username is None or password is None:
            return None
        if not _signing_in.acquire(blocking=False):
            raise ValidationError(
                "Too many people sign in at this moment. Try again in a few seconds.",
                code="busy",
            )
        try:
            return self._authenticate(request, username, password)
        finally:
            _signing_in.release()

    async def aauthenticate(
        self,
        request: HttpRequest | None,
        username: str | None = None,
        password: str | None = None,
        **kwargs: Any,
    ) -> User | None:
        """The same for asynchronous callers."""
        return await sync_to_async(self.authenticate)(request, username, password, **kwargs)

    def _authenticate(
        self, request: HttpRequest | None, username: str, password: str
    ) -> User | None:
        address = address_of(request) if request else ""
        digest = hashlib.sha256(username.casefold().encode(errors="replace")).hexdigest()
        counters = [(f"sign-in:name:{digest}", MAX_FAILED_PER_NAME, "for this name")]
        if address:
            per_address = (MAX_FAILED_PER_ADDRESS, "from your address")
            counters.append((f"sign-in:address:{address}", *per_address))
        for name, most, whose in counters:
            failed = count(name, WINDOW)
            if failed.used > most:
                if failed.used == most + 1:
                    self._note("sign-in refused", username, f"from {address}: too many {whose}")
                raise ValidationError(_refusal(whose, failed.seconds_left), code="limit")
        user = super().authenticate(request, username, password)
        if user is None:
            self._note("sign-in failed", username, f"from {address}")
            return None
        for name, _, _ in counters:
            uncount(name, WINDOW)
        return user

    @staticmethod
    def _note(action: str, username: str, note: str) -> None:
        """Write to the audit log. A name that nobody has is left out: it may be a password."""
        user = User.objects.filter(username=username).first()
        logger.warning("%s: %s, %s.", action, user or "unknown name", note)
        audit.record(action, user or User(pk=0, username="unknown name"), by=None, note=note)


class LimitedPasswordChangeForm(AdminPasswordChangeForm):
    """Change one's own password; the old one is tried within the limits of signing in."""

    def clean_old_password(self) -> str:
        """Refuse a wrong old password, and any beyond the limits. Raises ValidationError."""
        old = str(self.cleaned_data["old_password"])
        if authenticate(None, username=self.user.get_username(), password=old) is None:
            raise ValidationError(
                self.error_messages["password_incorrect"], code="password_incorrect"
            )
        return old


def _refusal(whose: str, seconds: int) -> str:
    at = timezone.localtime() + timedelta(seconds=seconds + 59)  # the minute after it is over
    minutes = seconds // 60 + 1
    again = f"in {minutes} minutes" if minutes > 1 else "in a minute"
    return f"Too many attempts to sign in failed {whose}. Try again {again}, at {at:%H:%M %Z}."
