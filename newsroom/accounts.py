"""How django-allauth serves the desk: who signs in, and for whom a second factor is compulsory."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.internal.flows.reauthentication import STATE_SESSION_KEY
from allauth.core.exceptions import ReauthenticationRequired
from allauth.core.internal.httpkit import serialize_request
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from allauth.mfa.signals import (
    authentication_failed,
    authenticator_added,
    authenticator_removed,
)
from allauth.mfa.utils import is_mfa_enabled
from allauth.mfa.webauthn.views import LoginWebAuthnView
from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.models import AnonymousUser, User
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.dispatch import receiver
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.http import urlencode

from articles.partners.api.counters import address_of, count
from articles.publishing import audit
from newsroom.addresses import client_address

logger = logging.getLogger(__name__)

#: What counts as a second factor. Recovery codes stand in for one of them.
FACTORS = [Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN]
#: A stranger who is asked for a passkey gets a session, which keeps the challenge: so many from one
#: address in a quarter of an hour, for so many seconds each.
MAX_PASSKEYS, PASSKEY_WINDOW, PASSKEY_SESSION = 60, 15 * 60, 10 * 60
#: So many mails with a link to a new password one user gets in an hour, whoever asks for them.
MAX_RESET_MAILS = 5


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
        """The client's address; the null address for a client of a Unix socket, which has none."""
        return client_address(request) or "0.0.0.0"  # noqa: S104 - nothing listens there

    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:
        """Leave the limits of passwords to ``sign_in.LimitedBackend``, which every form asks."""

    def authenticate(self, request: HttpRequest, **credentials: Any) -> User | None:
        """Return the member of staff, or None: for who is none as for a wrong password."""
        user = super().authenticate(request, **credentials)
        return user if user and user.is_staff else None

    def login(self, request: HttpRequest, user: User) -> None:
        """Sign ``user`` in; the session lasts as all do, also where a passkey began a short one."""
        super().login(request, user)
        request.session.set_expiry(None)

    def send_password_reset_mail(self, user: User, email: str, context: dict[str, Any]) -> None:
        """Send it, or nothing beyond ``MAX_RESET_MAILS``: the links sent before work still."""
        if count(f"reset-mail:{user.pk}", 3600).used <= MAX_RESET_MAILS:
            super().send_password_reset_mail(user, email, context)

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


class PasskeyLogin(LoginWebAuthnView):
    """Signing in with a passkey; strangers fill no table with sessions."""

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """The challenge; 429 where one address asks without end."""
        if count(f"passkey:{address_of(request)}", PASSKEY_WINDOW).used > MAX_PASSKEYS:
            text = "Too many attempts to sign in. Try again in a quarter of an hour."
            return HttpResponse(f"{text}\n", "text/plain; charset=utf-8", 429)
        answer = super().get(request, *args, **kwargs)
        if request.session.modified:
            request.session.set_expiry(PASSKEY_SESSION)
        return answer


class AskAgain:
    """Middleware that asks who is there where a view raises ReauthenticationRequired.

    A posted form waits in the session and is done after that, with the query of its address. In
    place of allauth's own way, by which a form that was given up is done when its page is opened
    later, a form with a query is lost, and a stranger's form is kept in a session.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """Answer ReauthenticationRequired, and nothing else."""
        if not isinstance(exception, ReauthenticationRequired):
            return None
        if not request.user.is_authenticated:
            return redirect_to_login(request.get_full_path())
        ways = AccountAdapter(request).get_reauthentication_methods(request.user)
        if not ways:
            raise PermissionDenied
        request.session.pop(STATE_SESSION_KEY, None)  # what waited until now was given up
        address = request.get_full_path()
        if any("password" in name for name in request.POST):  # may not stand in a session
            text = "Nothing was saved: type it again after you have said who you are."
            messages.warning(request, text)
        elif request.method == "POST":
            request.session[STATE_SESSION_KEY] = {"request": serialize_request(request)}
            address = request.path  # allauth finds by it what waits; its query waits with it
        return HttpResponseRedirect(f"{ways[0]['url']}?{urlencode({'next': address})}")


@receiver(authenticator_added)
def note_added(user: User, authenticator: Authenticator, request: HttpRequest, **_: Any) -> None:
    """Write a new second factor to the audit log; end the sessions that began without it.

    Whoever learned the password before would stay signed in by it. The session that added the
    factor goes on. New recovery codes are no new factor.
    """
    audit.record("add second factor", user, by=user, note=authenticator.get_type_display())
    if authenticator.type in FACTORS:
        others = UserSession.objects.filter(user=user)
        for other in others.exclude(session_key=request.session.session_key):
            other.end()


@receiver(authenticator_removed)
def note_removed(user: User, authenticator: Authenticator, **_: Any) -> None:
    """Write the end of a second factor to the audit log."""
    audit.record("end second factor", user, by=user, note=authenticator.get_type_display())


@receiver(authentication_failed)
def note_failed(user: User, authenticator: Authenticator, request: HttpRequest, **_: Any) -> None:
    """Write a wrong code to the audit log: who sent it knew the password."""
    note = f"{authenticator.get_type_display()}, from {client_address(request)}"
    logger.warning("second factor failed: %s, %s.", user, note)
    audit.record("second factor failed", user, by=None, note=note)
