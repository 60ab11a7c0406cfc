"""Whatever the database refuses, the form says in a sentence at its field, and keeps the typing."""

from __future__ import annotations

from typing import Any

import pytest
from django.apps import apps
from django.contrib import admin
from django.db import models
from django.db.models import BaseConstraint
from django.test import Client

from articles.models import Event, Topic
from people.constraints import field_of
from people.models import Affiliation, Organization, Speaker
from tests.builders import a_capacity, a_member_of, a_speaker, an_article, an_organization

pytestmark = [pytest.mark.slow, pytest.mark.django_db]

#: Constraints that no form can violate: actions alone write what they guard.
WRITTEN_BY_ACTIONS = {"endpoint_fails_since"}


def in_forms() -> list[tuple[type[models.Model], BaseConstraint]]:
    """The constraints of each model that has a form, by itself or inside another."""
    found: dict[type[models.Model], None] = {}
    for model, desk in admin.site._registry.items():
        if model._meta.app_label in ("articles", "people") and not hasattr(desk, "read_only"):
            found[model] = None
            found |= dict.fromkeys(inline.model for inline in desk.inlines)
    return [(model, row) for model in found for row in model._meta.constraints]


@pytest.mark.parametrize(
    ("model", "constraint"), in_forms(), ids=lambda value: getattr(value, "name", "")
)
def test_each_constraint_has_a_sentence_at_a_field(
    model: type[models.Model], constraint: BaseConstraint
) -> None:
    if constraint.name in WRITTEN_BY_ACTIONS or model.__name__ in HISTORY:
        return
    message = str(constraint.get_violation_error_message())
    assert constraint.name not in message
    assert message.endswith(".")
    assert model._meta.get_field(field_of(constraint))


#: Models that the desk shows and nobody edits.
HISTORY = {"Edition", "Change", "AuditEntry", "ScheduledAction"}


@pytest.fixture
def desk(client: Client) -> Client:
    client.force_login(a_member_of("Publisher"))
    return client


def rows(prefix: str, *forms: dict[str, Any], initial: int = 0) -> dict[str, Any]:
    """An inline formset as a browser posts it."""
    data: dict[str, Any] = {
        f"{prefix}-TOTAL_FORMS": len(forms),
        f"{prefix}-INITIAL_FORMS": initial,
        f"{prefix}-MIN_NUM_FORMS": 0,
        f"{prefix}-MAX_NUM_FORMS": 1000,
    }
    for number, form in enumerate(forms):
        data |= {f"{prefix}-{number}-{name}": value for name, value in form.items()}
    return data


def a_post(kind: str, **fields: Any) -> dict[str, Any]:
    """The least that the form of ``kind`` takes, with ``fields`` in it."""
    least: dict[str, dict[str, Any]] = {
        "event": {"name": "E", "slug": "e", "status": "scheduled", **rows("appearances")},
        "topic": {"name": "T", "slug": "t"},
        "speaker": {"name": "S", "slug": "s", **rows("affiliations")},
        "organization": {"name": "O", "slug": "o"},
    }
    return least[kind] | fields


SPEAKS = {"title": "Director", "since": "", "until": ""}

REFUSED = {
    "an event that ends before its start": (
        "articles/event",
        a_post("event", start_date="2021-05-02", end_date="2021-05-01"),
        "An event cannot end before it starts",
    ),
    "a start time without a day": (
        "articles/event",
        a_post("event", start_time="10:00", time_zone="Asia/Karachi"),
        "A start time needs a full start date",
    ),
    "a capacity that ends before it begins": (
        "people/speaker",
        a_post("speaker", **rows("affiliations", SPEAKS | {"since": "2021", "until": "2020"})),
        "A capacity cannot end before it begins.",
    ),
    "a speaker with one capacity twice": (
        "people/speaker",
        a_post("speaker", **rows("affiliations", SPEAKS, SPEAKS)),
        "This speaker has this capacity already.",
    ),
    "a name of blanks": ("people/speaker", a_post("speaker", name=" \u00a0 "), "required"),
    "a topic of the same name": (
        "articles/topic",
        a_post("topic", name="TOURISM"),
        "A topic with this name exists already.",
    ),
    "an organization of the same name": (
        "people/organization",
        a_post("organization", name="the INSTITUTE"),
        "An organization with this name exists already.",
    ),
}


@pytest.mark.parametrize("mistake", REFUSED)
def test_an_ordinary_mistake_is_a_sentence(desk: Client, mistake: str) -> None:
    Topic.objects.create(name="Tourism", slug="tourism")
    an_organization()
    path, data, sentence = REFUSED[mistake]
    response = desk.post(f"/admin/{path}/add/", data)
    page = response.content.decode()
    assert response.status_code == 200
    assert sentence in page
    assert f'value="{data["name"].strip() or data["slug"]}"' in page or data["slug"] in page
    assert not Speaker.objects.exists()
    assert not Event.objects.exists()


def test_an_article_with_one_statement_twice(desk: Client) -> None:
    article, capacity = an_article(), a_capacity()
    statement = {"capacity": capacity.pk, "kind": "direct", "text": "we will go on", "passage": ""}
    data = {
        **{name: getattr(article, name) for name in ("headline", "slug", "body", "language")},
        **rows("statements", statement, statement),
        "base": "0",
    }
    response = desk.post(f"/admin/articles/article/{article.pk}/change/", data)
    assert response.status_code == 200
    assert "This article has this statement already." in response.content.decode()
    assert not article.statements.exists()


@pytest.mark.parametrize("count", ["abc", "3000000", "-1", "9" * 30])
def test_a_number_of_rows_that_no_form_has_is_refused_at_once(desk: Client, count: str) -> None:
    article = an_article()
    data = {"headline": "H", **rows("statements"), "statements-TOTAL_FORMS": count, "base": "0"}
    response = desk.post(f"/admin/articles/article/{article.pk}/change/", data)
    assert response.status_code == 400


@pytest.mark.parametrize("base", ["9" * 18, "9" * 40, "abc", "-1", ""])
def test_an_odd_base_is_no_error(desk: Client, base: str) -> None:
    article = an_article()
    for page in ("autosave", "change"):
        data = {"headline": "H", **rows("statements"), "base": base, "typed": "1"}
        response = desk.post(f"/admin/articles/article/{article.pk}/{page}/", data)
        assert response.status_code == 200


def test_a_circle_of_parents_ends(desk: Client) -> None:
    """Two editors can make one at the same moment; nothing that walks it hangs."""
    first, second, third = (an_organization(name) for name in ("First", "Second", "Third"))
    Organization.objects.filter(pk=first.pk).update(parent=second)
    Organization.objects.filter(pk=second.pk).update(parent=first)
    data = a_post("organization", name="Third", slug="third", parent=first.pk)
    assert desk.post(f"/admin/people/organization/{third.pk}/change/", data).status_code == 302
    data |= {"_publish": "1"}
    assert desk.post(f"/admin/people/organization/{third.pk}/change/", data).status_code == 302


def test_what_somebody_else_saved_first_is_a_sentence(
    desk: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As when both passed the check at the same moment: only the database knows."""
    speaker = a_speaker()
    a_capacity("Director", speaker)
    monkeypatch.setattr(Affiliation, "validate_constraints", lambda self, exclude=None: None)
    data = a_post("speaker", name=speaker.name, slug=speaker.slug) | rows("affiliations", SPEAKS)
    response = desk.post(f"/admin/people/speaker/{speaker.pk}/change/", data)
    assert response.status_code == 200
    assert "This speaker has this capacity already." in response.content.decode()
    assert apps.get_model("people", "Affiliation").objects.count() == 1
