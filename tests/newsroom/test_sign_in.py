"""Signing in: failed attempts are limited and noted; hashing holds nothing that others need."""

from __future__ import annotations

import threading
import time
from typing import Any

import pytest
from django.contrib.auth.hashers import check_password, make_password
from django.contrib.auth.models import User
from django.core.cache import cache
from django.db import connection
from django.test import Client
from pytest_django import Settings

from articles.models import AuditEntry
from newsroom import sign_in
from newsroom.sign_in import MAX_FAILED_PER_ADDRESS, MAX_FAILED_PER_NAME, WINDOW
from tests.builders import a_member_of

RIGHT, WRONG = "secret-1-2-3", "wrong"

pytestmark = [pytest.mark.slow, pytest.mark.django_db]


@pytest.fixture(autouse=True)
def _one_window(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let no window end in the middle of a test."""
    monkeypatch.setattr("articles.partners.api.counters.time.time", lambda: 900 * 2_000_000 + 10.0)


def attempt(name: str, password: str = WRONG, address: str = "192.0.2.1") -> Any:
    given = {"login": name, "password": password}
    return Client(REMOTE_ADDR=address).post("/admin/login/?next=/admin/", given)


def test_the_right_password_signs_in_also_after_some_wrong_ones() -> None:
    a_member_of("Reporter", "ann")
    for _ in range(MAX_FAILED_PER_NAME - 1):
        assert "are not correct" in attempt("ann").content.decode()
    for _ in range(3):  # what succeeds is not counted
        assert attempt("ann", RIGHT).status_code == 302


def test_after_too_many_wrong_passwords_the_right_one_is_refused_with_the_time() -> None:
    a_member_of("Reporter", "ann")
    for number in range(60):
        attempt("ann", address=f"192.0.2.{number}")
    response = attempt("ann", RIGHT, address="198.51.100.1")
    assert response.status_code == 200
    page = response.content.decode()
    assert "Too many attempts to sign in failed for this name. Try again in 15 minutes, at " in page
    a_member_of("Reporter", "ben")
    assert attempt("ben", RIGHT).status_code == 302


def test_the_old_password_of_a_session_left_open_cannot_be_guessed_either() -> None:
    ann, client = a_member_of("Reporter", "ann"), Client()
    client.force_login(ann)
    new = {"new_password1": "another-1-2-3", "new_password2": "another-1-2-3"}
    path = "/admin/password_change/"
    for _ in range(MAX_FAILED_PER_NAME):
        page = client.post(path, new | {"old_password": WRONG}).content.decode()
        assert "entered incorrectly" in page
    assert "Too many attempts" in client.post(path, new | {"old_password": RIGHT}).content.decode()
    cache.clear()
    assert client.post(path, new | {"old_password": RIGHT}).status_code == 302


def test_an_address_that_tries_many_names_is_refused() -> None:
    a_member_of("Reporter", "ann")
    for number in range(MAX_FAILED_PER_ADDRESS):
        attempt(f"name {number}")
    assert "failed from your address" in attempt("ann", RIGHT).content.decode()
    assert attempt("ann", RIGHT, address="192.0.2.2").status_code == 302


def test_a_new_window_forgets(monkeypatch: pytest.MonkeyPatch) -> None:
    a_member_of("Reporter", "ann")
    for _ in range(MAX_FAILED_PER_NAME + 1):
        attempt("ann")
    later = 900 * 2_000_000 + WINDOW + 1.0
    monkeypatch.setattr("articles.partners.api.counters.time.time", lambda: later)
    assert attempt("ann", RIGHT).status_code == 302


def test_limits_outlive_a_thousand_other_addresses() -> None:
    a_member_of("Reporter", "ann")
    for _ in range(MAX_FAILED_PER_NAME):
        attempt("ann")
    for number in range(1000):
        cache.add(f"another-{number}", 1)
    assert attempt("ann", RIGHT).status_code == 200


def test_the_audit_log_says_who_failed_and_who_was_refused() -> None:
    ann = a_member_of("Reporter", "ann")
    for _ in range(MAX_FAILED_PER_NAME + 5):
        attempt("ann")
    entries = AuditEntry.objects.order_by("pk")
    assert [entry.action for entry in entries] == [
        *["sign-in failed"] * MAX_FAILED_PER_NAME,
        "sign-in refused",
    ]
    assert {entry.title for entry in entries} == {ann.username}
    assert entries[0].by is None
    assert entries[0].note == "from 192.0.2.1"
    client = Client()
    client.force_login(User.objects.create_superuser("root"))
    assert "sign-in refused" in client.get("/admin/articles/auditentry/").content.decode()


def test_a_password_typed_as_the_name_is_not_kept() -> None:
    attempt(RIGHT)
    entry = AuditEntry.objects.get()
    assert RIGHT not in f"{entry} {entry.title} {entry.note}"


def test_signing_in_takes_no_more_threads_than_leave_room_for_readers() -> None:
    a_member_of("Reporter", "ann")
    for _ in range(sign_in.MAX_SIGNING_IN):
        sign_in._signing_in.acquire()
    try:
        assert "Try again in a few seconds" in attempt("ann", RIGHT).content.decode()
    finally:
        for _ in range(sign_in.MAX_SIGNING_IN):
            sign_in._signing_in.release()
    assert attempt("ann", RIGHT).status_code == 302


@pytest.mark.slow
@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_hashing_holds_no_connection(settings: Settings) -> None:
    settings.PASSWORD_HASHERS = ["newsroom.sign_in.ReleasingPasswordHasher"]
    User.objects.create_user("ann", password=RIGHT)
    connection.ensure_connection()
    seen: list[bool] = []

    def watch() -> None:
        while not done.is_set():
            seen.append(connection_here.connection is None)
            time.sleep(0.01)

    connection_here, done = connection, threading.Event()
    watcher = threading.Thread(target=watch)
    encoded = User.objects.get(username="ann").password
    watcher.start()
    assert check_password(RIGHT, encoded)
    assert not check_password("wrong", encoded)
    done.set()
    watcher.join()
    assert seen.count(True) > seen.count(False)
    assert make_password(RIGHT).startswith("pbkdf2_sha256$")
