"""Records made while writing: what is proposed for a typed name, and what choosing it makes."""

from __future__ import annotations

from uuid import uuid4

import pytest
from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection

from articles.editing.new_records import (
    create_capacity,
    create_record,
    free_slug,
    near_speakers,
    propose_capacities,
)
from articles.models import Address, AuditEntry, Event, Topic
from people.models import Affiliation, Organization, Speaker
from people.names import split_honorific
from tests.builders import a_capacity, a_member_of, a_speaker, an_organization

pytestmark = pytest.mark.django_db


def test_a_name_with_a_title_is_proposed_as_a_new_speaker() -> None:
    [proposal] = propose_capacities("Zahoor Ahmad, Additional Foreign Secretary")
    assert proposal.label == "Zahoor Ahmad, Additional Foreign Secretary"
    assert proposal.detail == "new speaker: Additional Foreign Secretary"


@pytest.mark.parametrize("words", ["", " , ", "Zahoor Ahmad", "Zahoor Ahmad,", ", Director"])
def test_nobody_is_proposed_who_speaks_as_nothing(words: str) -> None:
    assert propose_capacities(words) == []


def test_a_near_spelling_is_proposed_first_and_keeps_the_new_one(publisher: User) -> None:
    known = a_speaker("Zahoor Ahmad")
    first, second = propose_capacities("Zahoor Ahmed, Additional Foreign Secretary")
    assert (first.speaker_id, first.spelling, second.speaker_id) == (known.pk, "Zahoor Ahmed", None)
    assert "“Zahoor Ahmed” becomes a spelling of Zahoor Ahmad" in first.detail
    capacity = create_capacity(
        by=publisher, title=first.title, speaker_id=known.pk, spelling=first.spelling
    )
    assert capacity.speaker == known
    assert capacity.speaker.name_variants == ["Zahoor Ahmed"]
    again = create_capacity(by=publisher, title=first.title, speaker_id=known.pk)
    assert again == capacity


def test_a_known_organization_decides_where_the_title_ends() -> None:
    center = an_organization("Center for Global & Strategic Studies", short_name="CGSS")
    first, *_ = propose_capacities("Ada Writer, Vice President, Research, CGSS")
    assert first.title == "Vice President, Research"
    assert first.organization_id == center.pk


def test_an_organization_after_of_is_offered_and_decides_once_it_is_known() -> None:
    words = "Mira Oldfield, Director of the Lake Institute"
    assert [(one.title, one.organization) for one in propose_capacities(words)] == [
        ("Director of the Lake Institute", ""),
        ("Director", "Lake Institute"),
    ]
    lake = an_organization("Lake Institute")
    first, *_ = propose_capacities(words)
    assert (first.title, first.organization_id) == ("Director", lake.pk)


def test_ranks_before_a_name_are_no_part_of_it(publisher: User) -> None:
    first, *_ = propose_capacities("Major General (r) Hafiz Masroor Ahmed, Vice President, CGSS")
    assert (first.honorific_prefix, first.name) == ("Major General (r)", "Hafiz Masroor Ahmed")
    assert split_honorific("Majid Khan") == ("", "Majid Khan")


@pytest.mark.parametrize("name", ["ظہور احمد", "Олег Иванов", "王毅", "Łukasz Żak", "x" * 120])
def test_a_speaker_of_any_script_gets_a_slug(publisher: User, name: str) -> None:
    for _ in range(2):
        create_capacity(by=publisher, name=name, title="Director", organization="The Institute")
    slugs = set(Speaker.objects.values_list("slug", flat=True))
    assert len(slugs) == 2
    assert Organization.objects.count() == 1
    assert AuditEntry.objects.filter(action="create").count() == 5


def test_a_slug_that_is_taken_is_numbered() -> None:
    a_speaker("Ada Writer")
    assert free_slug(Speaker, "Ada Writer") == "ada-writer-2"


def test_a_topic_that_exists_is_not_made_twice(publisher: User) -> None:
    first = create_record(Topic, "Diplomacy", by=publisher)
    assert create_record(Topic, "diplomacy ", by=publisher) == first
    assert create_record(Event, "Webinar", by=publisher) != create_record(
        Event, "Webinar", by=publisher
    )


def test_nothing_is_made_half_or_without_a_name(publisher: User) -> None:
    with pytest.raises(ValidationError):
        create_capacity(by=publisher, name=" ", title="Director", organization="The Institute")
    with pytest.raises(ValidationError):
        create_capacity(by=publisher, name="Ada", title="x" * 301, organization="The Institute")
    assert not Speaker.objects.exists()
    assert not Organization.objects.exists()


def test_who_may_not_add_speakers_adds_none() -> None:
    nobody = User.objects.create_user("nobody", is_staff=True)
    with pytest.raises(PermissionDenied, match="may not add"):
        create_capacity(by=nobody, name="Ada", title="Director")
    assert not Affiliation.objects.exists()


def test_a_speaker_that_was_merged_is_not_near() -> None:
    kept = a_speaker("Zahoor Ahmad")
    a_speaker("Zahoor Ahmed", slug="gone", merged_into=kept)
    assert near_speakers("Zahoor Ahmed") == [kept]
    assert a_capacity(speaker=kept).speaker == kept
    assert a_member_of("Reporter")


def test_addresses_that_begin_with_a_name_are_found_by_the_index() -> None:
    Address.objects.bulk_create(
        [Address(kind="speaker", slug=f"name-{n}", object_id=uuid4()) for n in range(500)]
    )
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE articles_address")
        cursor.execute("SET LOCAL enable_seqscan = off")
    plan = Address.objects.filter(kind="speaker", slug__startswith="name-1").explain()
    assert "Index Cond" in plan
    assert "(slug)::text ~>=~ 'name-1'" in plan
    assert free_slug(Speaker, "Name 1") == "name-1-2"
