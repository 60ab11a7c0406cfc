"""A name in which nothing is seen is no name: blanks, U+200B and their like."""

from __future__ import annotations

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.models import Model

from articles.models import Article, Event, Picture, SitePage, Statement, Topic
from people.models import Affiliation, Organization, Speaker

pytestmark = pytest.mark.django_db

NAMES = [
    (Speaker, "name"),
    (Organization, "name"),
    (Affiliation, "title"),
    (Event, "name"),
    (Topic, "name"),
    (SitePage, "name"),
    (Article, "headline"),
    (Statement, "text"),
    (Picture, "alternative_text"),
    (Picture, "credit"),
]


@pytest.mark.parametrize(("model", "field"), NAMES)
@pytest.mark.parametrize(
    "name", ["\u200b", " \u2060\ufeff\u00ad ", "\U000e0041", "\u2800", "\u0301"]
)
def test_a_name_in_which_nothing_is_seen_is_refused_at_its_field(
    model: type[Model], field: str, name: str
) -> None:
    row = model(**{field: name})
    with pytest.raises(ValidationError) as refused:
        row.full_clean()
    sentences = refused.value.message_dict[field]
    assert [one for one in sentences if one.startswith(("Write", "Say"))]


@pytest.mark.parametrize("name", ["خبر\u200cنامہ", "上海", "\u200bAda"])
def test_a_name_may_have_them_beside_letters(name: str) -> None:
    Speaker.objects.create(name=name, slug="ada")


def test_the_database_refuses_it_too() -> None:
    with pytest.raises(IntegrityError, match="speaker_has_a_name"), transaction.atomic():
        Speaker.objects.create(name="\u200b", slug="nobody")
