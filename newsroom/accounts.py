"""How django-allauth serves the desk: who signs in, and for whom a second factor is compulsory."""

from __future__ import annotations

import logging
import threading
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from allauth.mfa.signals import authenticator_added, authenticator_removed
from allauth.mfa.utils import is_mfa_enabled
from django.conf import settings
from django.contrib.auth.models import AnonymousUser, User
from django.dispatch import receiver
from django.http import HttpRequest

from articles.publishing import audit
from newsroom.addresses import client_address

logger = logging.getLogger(__name__)

#: What counts as a second factor. Recovery codes stand in for one of them.
FACTORS = [Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN]


def must_have_second_factor(user: User | AnonymousUser) -> bool:
    """Whether the setting SECOND_FACTOR demands a second factor of ``user``."""
    if settings.SECOND_FACTOR == "publishers":
        return user.has_perm("articles.publish_article")
    return settings.SECOND_FACTOR == "everybody" and user.is_authenticated


def lacks_second_factor(user: User | AnonymousUser) -> bool:
    """Whether ``user`` must have a second factor and has none."""
    return must_have_second_factor(user) and not is_mfa_enabled(user, FACTORS)


class AccountAdapter(DefaultAccountAdapter):
    """Only members of staff sign in, and nobody signs up."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def get_client_ip(self, request: HttpRequest) -> str:
        return client_address(request) or "0.0.0.0"  # noqa: S104 # no address: a Unix socket

    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:
        """Leave the limits of passwords to ``sign_in.LimitedBackend``, which every form asks."""

    def authenticate(self, request: HttpRequest, **credentials: Any) -> User | None:
        """Return the member of staff, or None: for who is none as for a wrong password."""
        user = super().authenticate(request, **credentials)
        return user if user and user.is_staff else None

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Send in a thread: an answer that waited for it would tell which addresses we know."""
        context = {
            "request": self.request,
            "email": email,
            "site_name": settings.SITE_NAME,
        } | context
        message = self.render_mail(template_prefix, email, context)
        threading.Thread(target=_send, args=[message]).start()

    def format_email_subject(self, subject: str) -> str:
        return f"{settings.SITE_NAME}: {subject}"


def _send(message: Any) -> None:
    try:
        message.send()
    except OSError as error:
        logger.error("A mail about signing in was not sent: %s", error)


class FactorAdapter(DefaultMFAAdapter):
    """The second factors of the desk."""

    def get_totp_issuer(self) -> str:
        return str(settings.SITE_NAME)

    def can_delete_authenticator(self, authenticator: Authenticator) -> bool:
        """Refuse to take away the last factor of who must have one."""
        others = Authenticator.objects.filter(user=authenticator.user, type__in=FACTORS)
        others = others.exclude(pk=authenticator.pk)
        return others.exists() or not must_have_second_factor(authenticator.user)


@receiver(authenticator_added)
def note_added(user: User, authenticator: Authenticator, **_: Any) -> None:
    """Write a new second factor to the audit log."""
    audit.record("add second factor", user, by=user, note=authenticator.get_type_display())


@receiver(authenticator_removed)
def note_removed(user: User, authenticator: Authenticator, **_: Any) -> None:
    """Write the end of a second factor to the audit log."""
    audit.record("end second factor", user, by=user, note=authenticator.get_type_display())
