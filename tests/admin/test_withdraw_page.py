"""At the desk what was public can be withdrawn, and not deleted."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import User
from django.db import DatabaseError, transaction
from django.test import Client
from django.urls import reverse

from articles.models import Edition, Event, PublicPage, Topic
from people.models import Organization, Speaker
from tests.builders import a_member_of, a_speaker

pytestmark = [pytest.mark.slow, pytest.mark.django_db]

MODELS = [Speaker, Organization, Event, Topic]


@pytest.fixture
def desk(client: Client, publisher: User) -> Client:
    client.force_login(publisher)
    return client


def at(row: Speaker | Organization | Event | Topic, page: str) -> str:
    return reverse(f"admin:{row._meta.app_label}_{row._meta.model_name}_{page}", args=[row.pk])


@pytest.mark.parametrize("model", MODELS)
def test_it_works(
    desk: Client, edition: Edition, model: type[Speaker | Organization | Event | Topic]
) -> None:
    row = model._default_manager.filter(pk__in=PublicPage.objects.values("pk"))[0]
    assert at(row, "withdraw") in desk.get(at(row, "change")).content.decode()
    assert desk.get(at(row, "withdraw")).status_code == 200
    answer = desk.post(at(row, "withdraw"), {"notice": "It was not so."}, follow=True)
    assert "Withdrew the page of" in answer.content.decode()
    assert "It was not so." in answer.content.decode()
    assert desk.get(row.get_absolute_url()).status_code == 410


def test_without_a_notice_the_form_says_so(desk: Client, edition: Edition) -> None:
    row = Topic.objects.all()[0]
    assert "This field is required" in desk.post(at(row, "withdraw"), {}).content.decode()
    assert PublicPage.objects.live().filter(pk=row.pk).exists()


def test_others_are_not_offered_it(client: Client, edition: Edition) -> None:
    client.force_login(a_member_of("Editor"))
    row = Topic.objects.all()[0]
    assert at(row, "withdraw") not in client.get(at(row, "change")).content.decode()
    assert client.post(at(row, "withdraw"), {"notice": "No."}).status_code == 403


@pytest.mark.parametrize("model", MODELS)
def test_what_was_public_cannot_be_deleted(
    desk: Client, edition: Edition, model: type[Speaker | Organization | Event | Topic]
) -> None:
    row = model._default_manager.filter(pk__in=PublicPage.objects.values("pk"))[0]
    assert desk.get(at(row, "delete")).status_code == 403
    answer = desk.post(
        reverse(f"admin:{row._meta.app_label}_{row._meta.model_name}_changelist"),
        {"action": "delete_selected", "_selected_action": [row.pk], "post": "yes"},
    )
    assert answer.status_code in (302, 403, 200)
    assert model._default_manager.filter(pk=row.pk).exists()
    with pytest.raises(DatabaseError, match="withdrawn, not deleted"), transaction.atomic():
        model._default_manager.filter(pk=row.pk)._raw_delete("default")


def test_what_never_was_public_can_be_deleted(desk: Client) -> None:
    speaker = a_speaker()
    assert desk.post(at(speaker, "delete"), {"post": "yes"}).status_code == 302
    assert not Speaker.objects.exists()
