"""A page that stays open learns who is signed in, gets a new CSRF token, and keeps its session."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.contrib.auth.models import User
from django.contrib.sessions.models import Session
from django.test import Client
from django.utils import timezone
from pytest_django import Settings

from tests.builders import a_member_of, an_article

pytestmark = [pytest.mark.slow, pytest.mark.django_db]

SESSION = "/admin/session/"


@pytest.fixture
def reporter(db: None) -> User:
    return a_member_of("Reporter")


@pytest.fixture
def strict(reporter: User) -> Client:
    """Signed in as a browser is: without the token nothing is saved."""
    client = Client(enforce_csrf_checks=True)
    client.force_login(reporter)
    return client


def almost_ended() -> Session:
    """The one session there is, which ends in a minute."""
    Session.objects.update(expire_date=timezone.now() + timedelta(minutes=1))
    return Session.objects.get()


def test_it_gives_the_user_and_a_token_that_saves(strict: Client, reporter: User) -> None:
    answer = strict.get(SESSION)
    assert answer.json()["user"] == str(reporter.pk)
    assert "no-store" in answer.headers["Cache-Control"]
    form = {"csrfmiddlewaretoken": answer.json()["token"]}
    assert strict.post("/admin/people/speaker/add/", form).status_code == 200


def test_nobody_gets_no_token(client: Client) -> None:
    assert client.get(SESSION).json() == {"user": None}
    client.force_login(User.objects.create_user("a reader"))
    assert client.get(SESSION).json() == {"user": None}
    assert client.post(SESSION).status_code == 405


def test_asking_prolongs_the_session_once_in_a_while(strict: Client) -> None:
    almost_ended()
    strict.get(SESSION)
    prolonged = Session.objects.get().expire_date
    assert prolonged > timezone.now() + timedelta(days=13)
    strict.get(SESSION)
    assert Session.objects.get().expire_date == prolonged


def test_typing_prolongs_the_session_and_an_open_page_does_not(
    client: Client, reporter: User, settings: Settings
) -> None:
    client.force_login(reporter)
    path = f"/admin/articles/article/{an_article().pk}/autosave/"
    ends = almost_ended().expire_date
    client.post(path, {"base": "0"})
    assert Session.objects.get().expire_date == ends
    client.post(path, {"base": "0", "typed": "1"})
    assert Session.objects.get().expire_date > ends


def test_a_token_from_before_the_last_sign_in_is_refused_with_a_sentence(
    strict: Client, reporter: User
) -> None:
    old = strict.get(SESSION).json()["token"]
    other_tab = Client()
    other_tab.cookies = strict.cookies
    other_tab.post("/admin/login/", {"login": "reporter", "password": "secret-1-2-3"})
    response = strict.post("/admin/people/speaker/add/", {"csrfmiddlewaretoken": old})
    assert response.status_code == 403
    assert "it offers what you typed" in response.content.decode()
