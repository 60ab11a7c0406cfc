"""The fixture says what the release says, and nothing more."""

from __future__ import annotations

import pytest
from django.core.management import call_command
from django.core.serializers import serialize

from articles.models import Appearance, Article, Event, Statement, Topic
from articles.richtext import plain_text
from people.models import Affiliation, Organization, Speaker
from tests.processes import ROOT

SOURCE = (ROOT / "articles/fixtures/sco_gateway.txt").read_text(encoding="utf-8")
MODELS = [Organization, Speaker, Affiliation, Topic, Event, Appearance, Article, Statement]

pytestmark = pytest.mark.django_db


def test_every_paragraph_of_the_body_is_the_source_s(release: Article) -> None:
    paragraphs = plain_text(release.body).splitlines()
    assert f"{release.dateline} : " + "\n\n".join(paragraphs) == SOURCE.strip()


def test_every_statement_stands_in_the_source_word_for_word(release: Article) -> None:
    for statement in release.statements.all():
        assert statement.text in SOURCE
        assert statement.passage in SOURCE
        assert statement.passage in plain_text(release.body)


def test_the_one_direct_quotation_stands_in_quotation_marks(release: Article) -> None:
    [quotation] = release.statements.filter(kind="direct")
    assert f"“{quotation.text},”" in SOURCE
    assert quotation.capacity.speaker.name == "Vladimir Norov"


def test_three_speakers_in_three_capacities(release: Article) -> None:
    assert [str(capacity) for capacity in Affiliation.objects.order_by("appearances__order")] == [
        "Vladimir Norov, Secretary-General, Shanghai Cooperation Organization (SCO) Secretariat",
        "Zahoor Ahmed, Additional Foreign Secretary and National Coordinator for SCO",
        "Major General (r) Hafiz Masroor Ahmed, Vice President, "
        "Center for Global & Strategic Studies (CGSS)",
    ]
    assert Speaker.objects.count() == 3


def test_every_name_and_title_is_the_source_s(release: Article) -> None:
    for speaker in Speaker.objects.all():
        assert str(speaker) in SOURCE
    for capacity in Affiliation.objects.select_related("organization"):
        assert capacity.title in SOURCE
        assert capacity.organization is None or capacity.organization.name in SOURCE
        assert capacity.since == capacity.until == ""


def test_two_spellings_are_one_speaker(release: Article) -> None:
    speaker = Speaker.objects.get(name="Zahoor Ahmed")
    assert speaker.name_variants == ["Zahoor Ahmad"]
    assert "Zahoor Ahmad" in SOURCE
    assert not Speaker.objects.filter(name="Zahoor Ahmad").exists()


def test_an_employer_the_source_does_not_name_stays_open(release: Article) -> None:
    assert Affiliation.objects.get(speaker__name="Zahoor Ahmed").organization is None


def test_the_event_has_the_source_s_words_and_no_date(release: Article) -> None:
    event = release.event
    assert event is not None
    assert event.name in SOURCE
    assert (event.kind, event.format, event.attendance) == ("webinar", "online", 200)
    assert event.date_words == "on Thursday"
    assert event.start_date == event.end_date == event.place == ""
    assert event.covered_live
    assert event.live_coverage in SOURCE
    assert {organizer.short_name for organizer in event.organizers.all()} == {
        "SCO Secretariat",
        "CGSS",
    }


def test_loading_it_twice_changes_nothing(release: Article) -> None:
    before = [serialize("json", model._default_manager.order_by("pk")) for model in MODELS]
    call_command("loaddata", "sco_gateway", verbosity=0)
    assert [serialize("json", model._default_manager.order_by("pk")) for model in MODELS] == before
