"""What the database refuses about speakers, organizations and capacities."""

from __future__ import annotations

from datetime import date

import pytest
from django.core.exceptions import ValidationError
from django.db import DataError, IntegrityError

from people.models import Affiliation, Organization
from tests.builders import a_capacity, a_speaker, an_organization

pytestmark = pytest.mark.django_db


def test_it_works() -> None:
    capacity = a_capacity("Vice President", organization=an_organization("CGSS"))
    assert str(capacity) == "Ada Writer, Vice President, CGSS"


def test_a_capacity_may_have_no_organization() -> None:
    assert a_capacity("Additional Foreign Secretary").capacity == "Additional Foreign Secretary"


@pytest.mark.parametrize("name", ["", "   "])
def test_a_speaker_needs_a_name(name: str) -> None:
    with pytest.raises(IntegrityError, match="speaker_has_a_name"):
        a_speaker(name=name, slug="x")


def test_organizations_differ_by_more_than_case() -> None:
    an_organization("The Institute")
    with pytest.raises(IntegrityError, match="organization_name_unique"):
        an_organization("THE INSTITUTE", slug="other")


def test_an_organization_is_not_its_own_parent() -> None:
    body = an_organization()
    with pytest.raises(IntegrityError, match="organization_not_its_own_parent"):
        Organization.objects.filter(pk=body.pk).update(parent=body)


def test_an_organization_does_not_stand_below_its_child() -> None:
    above = an_organization("Above")
    below = an_organization("Below", parent=above)
    above.parent = below
    with pytest.raises(ValidationError, match="already stands below"):
        above.full_clean()


def test_a_capacity_without_organization_stands_once() -> None:
    speaker = a_speaker()
    a_capacity("Director", speaker)
    with pytest.raises(IntegrityError, match="affiliation_unique"):
        a_capacity("Director", speaker)


def test_a_capacity_needs_a_title() -> None:
    with pytest.raises(IntegrityError, match="affiliation_has_a_title"):
        a_capacity(" ")


def test_a_capacity_does_not_end_before_it_begins() -> None:
    with pytest.raises(IntegrityError, match="affiliation_ends_after_it_begins"):
        a_capacity(since="2021", until="2020-12")


@pytest.mark.parametrize("until", ["2021", "2021-01", "2021-12-31"])
def test_a_partial_end_within_the_first_year_is_no_contradiction(until: str) -> None:
    assert a_capacity(since="2021", until=until).pk


def test_partial_dates_span_days() -> None:
    capacity = Affiliation.objects.get(pk=a_capacity(since="2020", until="2024-02").pk)
    assert capacity.since_earliest == date(2020, 1, 1)
    assert capacity.until_latest == date(2024, 2, 29)


@pytest.mark.parametrize("since", ["2021-02-30", "2021-13", "21", "2021-1-1", "Thursday"])
def test_a_day_that_does_not_exist_is_refused(since: str) -> None:
    speaker = a_speaker()
    with pytest.raises(ValidationError):
        Affiliation(speaker=speaker, title="Director", since=since).full_clean()
    with pytest.raises((DataError, IntegrityError)):
        a_capacity("Director", speaker, since=since)
