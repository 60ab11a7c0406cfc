"""Second factors, sessions, forgotten passwords, and what asks again who is there."""

from __future__ import annotations

import re
import threading
import time
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import (
    TOTP,
    format_hotp_value,
    hotp_value,
    yield_hotp_counters_from_time,
)
from django.contrib.auth.models import User
from django.contrib.sessions.models import Session
from django.core import mail
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoCaptureOnCommitCallbacks, Settings

from articles.models import AuditEntry, Partner
from newsroom import accounts
from tests.builders import a_member_of, an_article, confirm

PASSWORD = "secret-1-2-3"
FACTORS, DESK = "/admin/account/factors/", "/admin/"
CONFIRM = "/admin/account/confirm/"

pytestmark = [pytest.mark.django_db]


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def log_in(client: Client, name: str, password: str = PASSWORD) -> Any:
    given = {"login": name, "password": password, "next": DESK}
    return client.post("/admin/login/", given)


def code_of(secret: str) -> str:
    """What an authenticator app shows now."""
    return format_hotp_value(hotp_value(secret, next(iter(yield_hotp_counters_from_time()))))


def with_totp(user: User) -> str:
    """Give ``user`` an authenticator app; return its secret."""
    secret = "JBSWY3DPEHPK3PXP"
    TOTP.activate(user, secret)
    return secret


def test_with_an_authenticator_app_the_password_alone_opens_nothing() -> None:
    secret, client = with_totp(a_member_of("Publisher", "pat")), Client()
    assert log_in(client, "pat").url == "/admin/account/factors/authenticate/"
    assert client.get(DESK).status_code == 302
    wrong = client.post("/admin/account/factors/authenticate/", {"code": "000000"})
    assert "Incorrect code" in wrong.content.decode()
    done = client.post("/admin/account/factors/authenticate/", {"code": code_of(secret)})
    assert done.headers["Location"] == DESK
    assert client.get(DESK).status_code == 200


def test_a_recovery_code_lets_in_once() -> None:
    user = a_member_of("Publisher", "pat")
    with_totp(user)
    code = RecoveryCodes.activate(user).get_unused_codes()[0]
    for works in (True, False):
        client = Client()
        log_in(client, "pat")
        client.post("/admin/account/factors/authenticate/", {"code": code})
        assert (client.get(DESK).status_code == 200) is works


def test_codes_cannot_be_tried_without_end() -> None:
    secret, client = with_totp(a_member_of("Publisher", "pat")), Client()
    log_in(client, "pat")
    for _ in range(6):
        client.post("/admin/account/factors/authenticate/", {"code": "000000"})
    last = client.post("/admin/account/factors/authenticate/", {"code": code_of(secret)})
    assert "Too many failed" in last.content.decode()
    failed = AuditEntry.objects.filter(action="second factor failed", title="pat", by=None)
    assert failed.count() == 5


@pytest.mark.parametrize(
    ("setting", "group", "opens"),
    [
        ("choice", "Publisher", True),
        ("publishers", "Editor", True),
        ("publishers", "Publisher", False),
        ("everybody", "Reporter", False),
    ],
)
def test_a_setting_makes_a_second_factor_compulsory(
    settings: Settings, setting: str, group: str, opens: bool
) -> None:
    settings.SECOND_FACTOR = setting
    user = a_member_of(group)
    client = signed_in(user)
    answer = client.get("/admin/articles/article/")
    assert (answer.status_code == 200) is opens
    if not opens:
        assert answer.headers["Location"] == FACTORS
        assert "Add a second factor first" in client.get(FACTORS).content.decode()
        with_totp(user)
        assert client.get("/admin/articles/article/").status_code == 200


def test_the_last_factor_stays_where_one_is_compulsory(settings: Settings) -> None:
    settings.SECOND_FACTOR = "publishers"
    user = a_member_of("Publisher")
    with_totp(user)
    client = signed_in(user)
    confirm(client, user)
    client.post(f"{FACTORS}totp/deactivate/")
    assert Authenticator.objects.filter(type="totp").exists()
    settings.SECOND_FACTOR = "choice"
    client.post(f"{FACTORS}totp/deactivate/")
    assert not Authenticator.objects.exists()


def test_factors_are_changed_only_after_the_password_was_given_again() -> None:
    client = signed_in(a_member_of("Publisher"))
    for path in ("totp/activate/", "webauthn/add/", "recovery-codes/generate/"):
        assert client.get(FACTORS + path).headers["Location"].startswith(CONFIRM), path


def test_an_app_is_added_with_its_code_and_brings_recovery_codes(
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:
    user = a_member_of("Publisher")
    client = signed_in(user)
    confirm(client, user)
    page = client.get(f"{FACTORS}totp/activate/").content.decode()
    secret = client.session["mfa.totp.secret"]
    assert "data:image/svg+xml" in page
    assert secret in page
    with django_capture_on_commit_callbacks(execute=True):
        answer = client.post(f"{FACTORS}totp/activate/", {"code": code_of(secret)})
    assert answer.headers["Location"] == f"{FACTORS}recovery-codes/"
    assert AuditEntry.objects.filter(action="add second factor", by=user, note__startswith="TOTP")
    codes = client.get(f"{FACTORS}recovery-codes/").content.decode()
    assert (
        RecoveryCodes(Authenticator.objects.get(type="recovery_codes")).get_unused_codes()[0]
        in codes
    )


def test_a_new_factor_ends_the_sessions_that_began_without_it(
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:
    user = a_member_of("Publisher", "pat")
    own, other = Client(), Client()
    for client in (own, other):
        log_in(client, "pat")
    confirm(own, user)
    own.get(f"{FACTORS}totp/activate/")
    code = code_of(own.session["mfa.totp.secret"])
    with django_capture_on_commit_callbacks(execute=True):
        own.post(f"{FACTORS}totp/activate/", {"code": code})
    assert own.get(DESK).status_code == 200
    assert other.get(DESK).headers["Location"].startswith("/admin/login/")


def test_somebody_who_is_no_member_of_staff_is_told_what_a_wrong_password_is_told() -> None:
    User.objects.create_user("reader", password=PASSWORD)
    a_member_of("Reporter", "ann")
    pages = [
        log_in(Client(), "reader").content.decode(),
        log_in(Client(), "ann", "wrong").content.decode(),
        log_in(Client(), "nobody").content.decode(),
    ]
    told = {re.findall(r'<p class="errornote"[^>]*>(.*?)</p>', page)[0] for page in pages}
    assert told == {"The username and/or password you specified are not correct."}


def test_a_forgotten_password_is_set_anew_by_a_link_that_works_once(settings: Settings) -> None:
    user = a_member_of("Reporter", "ann")
    User.objects.filter(pk=user.pk).update(email="ann@example.org")
    client = Client()
    answer = client.post("/admin/account/password/", {"email": "ann@example.org"})
    assert answer.headers["Location"] == "/admin/account/password/sent/"
    [message] = mails(1)
    assert message.to == ["ann@example.org"]
    [path] = re.findall(r"https?://[^/]+(/\S+)", message.body)
    form = client.get(path, follow=True)
    new = {"password1": "another-1-2-3", "password2": "another-1-2-3"}
    answer = client.post(form.request["PATH_INFO"], new)
    assert answer.headers["Location"] == "/admin/account/password/changed/"
    assert log_in(Client(), "ann", "another-1-2-3").url == DESK
    assert "Bad Token" in Client().get(path, follow=True).content.decode()


def test_an_address_that_nobody_has_gets_the_same_answer_and_no_mail() -> None:
    User.objects.create_user("ann", email="ann@example.org", password=PASSWORD, is_staff=True)
    known, unknown = (
        Client().post("/admin/account/password/", {"email": email})
        for email in ("ann@example.org", "none@example.org")
    )
    assert (known.status_code, known.headers["Location"]) == (
        unknown.status_code,
        unknown.headers["Location"],
    )
    assert [message.to for message in mails(1)] == [["ann@example.org"]]


def test_nobody_gets_more_than_five_mails_an_hour(settings: Settings) -> None:
    User.objects.create_user("ann", email="ann@example.org", password=PASSWORD, is_staff=True)
    settings.ACCOUNT_RATE_LIMITS = {"login": None, "reset_password": None}  # as after a minute
    asked = [
        Client().post("/admin/account/password/", {"email": "ann@example.org"}) for _ in "abcdefg"
    ]
    assert {answer.headers["Location"] for answer in asked} == {"/admin/account/password/sent/"}
    mails(5)


def mails(count: int) -> list[Any]:
    """The mails that were sent; a thread sends them."""
    for thread in threading.enumerate():
        if thread is not threading.current_thread() and not thread.daemon:
            thread.join(5)
    assert len(mail.outbox) == count
    return mail.outbox


def test_sessions_are_listed_and_the_others_ended() -> None:
    a_member_of("Reporter", "ann")
    here, there = Client(headers={"user-agent": "Here"}), Client(headers={"user-agent": "There"})
    log_in(here, "ann")
    log_in(there, "ann")
    page = here.get("/admin/account/sessions/").content.decode()
    assert "Here" in page
    assert "There" in page
    here.post("/admin/account/sessions/")
    assert Session.objects.count() == 1
    assert here.get(DESK).status_code == 200
    assert there.get(DESK).status_code == 302


@pytest.mark.parametrize("query", ["", "?_changelist_filters=q%3Da"])
def test_a_page_about_keys_asks_again_and_then_does_what_was_sent(query: str) -> None:
    root = User.objects.create_superuser("root", password=PASSWORD)
    client, page = signed_in(root), f"/admin/articles/partner/add/{query}"
    assert client.get(page).headers["Location"].startswith(CONFIRM)
    rows = [f"{rows}-{n}_FORMS" for rows in ("keys", "endpoints") for n in ("TOTAL", "INITIAL")]
    form = {"name": "The Agency", "per_minute": "600"} | dict.fromkeys(rows, "0")
    asked = client.post(page, form).headers["Location"]
    assert not Partner.objects.exists()
    again = {"password": PASSWORD, "next": parse_qs(urlsplit(asked).query)["next"][0]}
    answer = client.post(asked, again)
    assert answer.headers["Location"] == "/admin/articles/partner/" + ("?q=a" if query else "")
    assert Partner.objects.get().name == "The Agency"
    assert client.get(page).status_code == 200


def test_what_was_sent_and_given_up_is_not_done_when_its_page_is_opened_again() -> None:
    root, ann = User.objects.create_superuser("root", password=PASSWORD), a_member_of("Reporter")
    with_totp(root)
    client = signed_in(root)
    for page in (f"/admin/auth/user/{ann.pk}/delete/", f"{FACTORS}totp/deactivate/"):
        assert client.post(page, {"post": "yes"}).headers["Location"].startswith(CONFIRM)
        asked = client.get(page).headers["Location"]
        confirmed = client.post(asked, {"password": PASSWORD, "next": page})
        assert confirmed.headers["Location"] == page
        session = client.session
        session["account_authentication_methods"] = []
        session.save()
    assert User.objects.filter(pk=ann.pk).exists()
    assert Authenticator.objects.exists()


def test_nothing_that_a_stranger_sends_is_kept() -> None:
    for path in ("totp/activate/", "webauthn/add/", "recovery-codes/generate/"):
        answer = Client().post(FACTORS + path, {"code": "x" * 1000})
        assert answer.headers["Location"] == f"/admin/login/?next={FACTORS}{path}"
    assert not Session.objects.exists()


def test_passkeys_of_strangers_fill_no_table(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(accounts, "MAX_PASSKEYS", 2)
    path, ajax = FACTORS + "webauthn/login/", {"Accept": "application/json"}
    answers = [Client().get(path, headers=ajax).status_code for _ in range(4)]
    assert answers == [200, 200, 429, 429]
    soon = timezone.now() + timedelta(seconds=accounts.PASSKEY_SESSION)
    assert [row.expire_date <= soon for row in Session.objects.all()] == [True, True]
    client = Client()
    client.cookies["sessionid"] = Session.objects.all()[0].pk
    reporter = a_member_of("Reporter")
    reporter.set_password(PASSWORD)
    reporter.save()
    log_in(client, reporter.username)
    assert client.session.get_expiry_date() > soon + timedelta(days=7)


def test_an_erasure_asks_again() -> None:
    path = f"/admin/articles/article/{an_article().pk}/erase/"
    user = a_member_of("Publisher")
    client = signed_in(user)
    assert client.get(path).headers["Location"].startswith(CONFIRM)
    confirm(client, user)
    assert client.get(path).status_code == 200
    assert signed_in(a_member_of("Editor")).get(path).status_code == 403


def test_a_new_password_does_not_wait_in_the_session() -> None:
    client = signed_in(User.objects.create_superuser("root", password=PASSWORD))
    form = {"username": "ann", "password1": "another-1-2-3", "password2": "another-1-2-3"}
    assert client.post("/admin/auth/user/add/", form).headers["Location"].startswith(CONFIRM)
    assert "another-1-2-3" not in str(dict(client.session))


def test_after_a_while_it_asks_again(settings: Settings) -> None:
    root = User.objects.create_superuser("root", password=PASSWORD)
    client = signed_in(root)
    confirm(client, root)
    assert client.get("/admin/auth/user/add/").status_code == 200
    session = client.session
    session["account_authentication_methods"][0]["at"] = time.time() - 15 * 60 - 1
    session.save()
    assert client.get("/admin/auth/user/add/").headers["Location"].startswith(CONFIRM)


def test_who_gives_rights_sees_second_factors_without_secrets_and_takes_them_away() -> None:
    root, user = User.objects.create_superuser("root", password=PASSWORD), a_member_of("Reporter")
    secret = with_totp(user)
    client = signed_in(root)
    confirm(client, root)
    factor = Authenticator.objects.get()
    page = client.get(f"/admin/mfa/authenticator/{factor.pk}/change/").content.decode()
    assert "TOTP Authenticator" in page
    assert secret not in page
    client.post(f"/admin/mfa/authenticator/{factor.pk}/delete/", {"post": "yes"})
    assert not Authenticator.objects.exists()
    entry = AuditEntry.objects.get(action="end second factor")
    assert (entry.title, entry.by, entry.note) == ("reporter", root, "TOTP Authenticator")


def test_nobody_signs_up() -> None:
    for path in ("/admin/signup/", "/admin/account/signup/"):
        assert Client().get(path).status_code in (302, 404)
        assert Client().post(path, {"username": "new"}).status_code in (302, 404)
    assert not User.objects.filter(username="new").exists()


def test_a_new_password_is_not_asked_for_without_end() -> None:
    client = Client()
    for _ in range(6):
        answer = client.post("/admin/account/password/", {"email": "none@example.org"})
    assert answer.status_code == 429
    assert "Try again in a minute" in answer.content.decode()
