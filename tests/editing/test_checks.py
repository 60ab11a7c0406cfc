"""The checks beside the text: each finds its kind, and is silent where all is well."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.http import QueryDict
from django.test.utils import CaptureQueriesContext

from articles.editing.checks import (
    Finding,
    Severity,
    WarningsStand,
    check,
    check_snapshot,
    dates_in,
    despite_warnings,
    near_spellings,
    spellings_in,
    typed_snapshot,
)
from articles.models import Article, AuditEntry, Edition
from articles.publishing.pages import publish_page
from articles.publishing.publish import publish, withdraw
from articles.publishing.workflow import Refused
from tests.builders import a_capacity, a_speaker, a_statement, an_article, an_event

pytestmark = pytest.mark.django_db


def found(article: Article, check_name: str) -> list[Finding]:
    return [finding for finding in check(article) if finding.check == check_name]


def words(article: Article, check_name: str) -> list[str]:
    return [finding.words for finding in found(article, check_name)]


def text(body: str, headline: str = "A headline", **fields: Any) -> Article:
    return an_article(headline, body=f"<p>{body}</p>", **fields)


def test_a_text_without_faults_has_no_findings() -> None:
    article = an_article()
    a_statement(article)
    assert check(article) == []


def test_the_release_is_told_its_two_spellings_and_offered_a_date(release: Article) -> None:
    findings = {(finding.check, finding.words): finding for finding in check(release)}
    assert set(findings) == {
        ("quotation without speaker", "Eight Wonders of SCO"),
        (
            "quotation without speaker",
            "SCO: A Gateway to Regional Cooperation & Integrated Development",
        ),
        ("name spelled two ways", "Zahoor Ahmad"),
        ("event date", "on Thursday"),
    }
    offer = findings["event date", "on Thursday"]
    assert (offer.severity, offer.offer) == (Severity.OFFER, "2026-11-19")
    release.refresh_from_db()
    assert release.event
    assert release.event.start_date == ""


def test_what_refuses_publication_is_an_error_in_the_same_words(publisher: User) -> None:
    article = an_article()
    a_statement(article, "we will never go")
    (error,) = [finding for finding in check(article) if finding.severity == Severity.ERROR]
    assert (error.field, error.words) == ("statements", "we will never go")
    with pytest.raises(Refused) as refused:
        publish(article, by=publisher)
    assert refused.value.messages == [error.text]
    assert [row.check for row in check(an_article("Empty", body=""))] == ["body"]
    Edition.objects.all()
    publish(an_article("Taken"), by=publisher)
    Article.objects.filter(slug="taken").update(slug="moved")
    other = an_article("Other", slug="taken")
    assert found(other, "conflict")[0].severity == Severity.ERROR


def test_a_quotation_needs_a_speaker() -> None:
    article = an_article()
    assert words(article, "quotation without speaker") == ["we will go on"]
    a_statement(article)
    assert words(article, "quotation without speaker") == []


def test_a_passage_that_was_dismissed_needs_no_speaker() -> None:
    article = an_article(body="<p>“We go on” and the “Eight Wonders”.</p>")
    a_statement(article, "We go on")
    assert words(article, "quotation without speaker") == ["Eight Wonders"]
    article.dismissed_passages = ["Eight Wonders"]
    assert words(article, "quotation without speaker") == []


def test_a_speaker_in_the_text_is_linked() -> None:
    norov = a_speaker("Vladimir Norov", name_variants=["Norov", "В. И. Норов"])
    a_speaker("Vladimir")
    article = text("In Tashkent Vladimir Norov’s words were heard; В. И. Норов agreed.")
    assert words(article, "speaker not linked") == ["Vladimir Norov", "В. И. Норов"]
    a_statement(article, "Tashkent", a_capacity(speaker=norov))
    assert words(article, "speaker not linked") == []


@pytest.mark.parametrize(
    "body", ["The norovirus spread.", "Ada said. Writer she was", "Adam Writer", "ada writer"]
)
def test_a_name_that_does_not_stand_whole_is_nobodys(body: str) -> None:
    a_speaker("Ada Writer")
    assert words(text(body), "speaker not linked") == []


def test_names_are_found_in_scripts_without_capitals_or_blanks() -> None:
    a_speaker("王毅", slug="wang-yi")
    a_speaker("ظہور احمد", slug="zahoor")
    assert words(text("外交部长王毅说", language="zh-hans"), "speaker not linked") == ["王毅"]
    urdu = text("سیکرٹری ظہور احمد، نے کہا", "Urdu", language="ur")
    assert words(urdu, "speaker not linked") == ["ظہور احمد"]


def test_a_merged_speaker_is_nobody_of_its_own() -> None:
    kept = a_speaker("Kept One")
    a_speaker("Gone One", merged_into=kept)
    assert words(text("Gone One came."), "speaker not linked") == []


def test_a_capacity_is_held_on_the_events_day() -> None:
    event = an_event(start_date="2020-07-16")
    article = an_article(event=event)
    capacity = a_capacity(since="2020-07", until="2021")
    a_statement(article, capacity=capacity)
    assert found(article, "capacity on the day") == []
    for since, until, why in [
        ("2020-08", "", "only since 2020-08, after the event (2020-07-16)"),
        ("", "2019", "only until 2019, before the event (2020-07-16)"),
    ]:
        type(capacity).objects.filter(pk=capacity.pk).update(since=since, until=until)
        (finding,) = found(article, "capacity on the day")
        assert why in finding.text
    type(event).objects.filter(pk=event.pk).update(start_date="")
    article.refresh_from_db()
    assert found(article, "capacity on the day") == []


def test_a_name_is_spelled_one_way() -> None:
    article = text("Zahoor Ahmed came. Zahoor Ahmad left with Sergey Lavrov and Sergei Lavrov.")
    assert words(article, "name spelled two ways") == ["Zahoor Ahmad", "Sergei Lavrov"]
    speaker = a_speaker("Сергей Лавров", slug="lavrov", name_variants=["Сергэ Лаврова", "Лавров"])
    other = text("Сергей Лавров и Сергэ Лаврова. Лавров", "Other", language="ru")
    a_statement(other, "Лавров", a_capacity(speaker=speaker))
    (finding,) = found(other, "name spelled two ways")
    assert "both name Сергей Лавров" in finding.text


@pytest.mark.parametrize(
    "body",
    [
        "Central Asia and Central Asian states",
        "Prime Minister and Prime Ministers",
        "Ali Raza met Zia Reza",
        "North Korea, South Korea",
        "The Foreign Office. Foreign Offices",
        "Zahoor Ahmed’s visit; Zahoor Ahmed went",
    ],
)
def test_other_words_are_no_second_spelling(body: str) -> None:
    assert list(near_spellings(body)) == []


def test_a_link_of_ours_leads_to_something_public(
    publisher: User, django_assert_max_num_queries: Any
) -> None:
    live = an_article("Live")
    publish(live, by=publisher)
    gone = an_article("Gone")
    publish(gone, by=publisher)
    withdraw(gone, by=publisher, notice="It was not so.")
    publish_page(an_event("Public event"), by=publisher)
    an_event("Private event")
    good = [
        "/articles/live/",
        "/events/public-event/",
        "/ur/articles/live/",
        "/",
        "/archive/",
        "/articles/with-links/",
        "https://example.org/articles/nothing/",
        "mailto:desk@example.org",
    ]
    dead = [
        "/articles/gone/",
        "/articles/nothing/",
        "/events/private-event/",
        "/no/such/page/",
        "/admin/",
        "/speakers/public-event/",
    ]
    body = "".join(f'<p><a href="{link}">here</a></p>' for link in good + dead)
    article = an_article("With links", body=body)
    assert words(article, "dead link") == dead
    with django_assert_max_num_queries(14):
        check(article)


def test_a_headline_is_not_cut() -> None:
    assert found(text("Body", "x" * 110), "headline length") == []
    assert "111 characters" in found(text("Body", "x" * 111), "headline length")[0].text


def test_a_word_stands_once() -> None:
    article = text("He said that the the plan had had time. Duran Duran played. It is is so.")
    assert words(article, "doubled word") == ["the the", "is is"]
    urdu = text("ساتھ ساتھ چلے", "Urdu", language="ur")
    assert words(urdu, "doubled word") == []
    assert words(text("one", "Other", standfirst="a a cat"), "doubled word") == ["a a"]


@pytest.mark.parametrize(
    ("language", "right", "wrong"),
    [
        ("en", "Thursday, 12 November 2026", "Friday, 12 November 2026"),
        ("en", "Thursday, November 12, 2026", "Mon, Nov. 12th, 2026"),
        ("en", "Thursday the 12th of November 2026", "Sunday 31 November 2026"),
        ("ru", "четверг, 12 ноября 2026", "пятница, 12 ноября 2026"),
        ("ur", "جمعرات، 12 نومبر 2026", "جمعہ، 12 نومبر 2026"),
        ("zh-hans", "2026年11月12日星期四", "2026年11月12日（星期五）"),
    ],
)
def test_a_weekday_fits_its_date(language: str, right: str, wrong: str) -> None:
    assert [day.weekday() for _, _, day in dates_in(right, language) if day] == [3]
    article = text(f"{right}. {wrong}", language=language)
    assert len(found(article, "weekday")) == 1


def test_the_events_date_is_the_sources_weekday() -> None:
    event = an_event(start_date="2026-11-12", date_words="on Thursday")
    assert found(an_article(event=event), "weekday") == []
    type(event).objects.update(start_date="2026-11-13")
    (finding,) = found(Article.objects.get(), "weekday")
    assert finding.field == "event"
    assert "is a Friday" in finding.text


def test_no_date_is_offered_for_several_days_or_where_one_stands() -> None:
    event = an_event(date_words="Thursday or Friday")
    article = an_article(event=event)
    assert found(article, "event date") == []
    type(event).objects.update(date_words="on Thursday", start_date="2026")
    assert found(Article.objects.get(), "event date") == []


# Asking once --------------------------------------------------------------------------------------


def test_a_warning_asks_once_and_the_override_is_in_the_audit_log(publisher: User) -> None:
    article = an_article()

    def release(*accepted: str) -> Edition:
        return despite_warnings(
            lambda: publish(article, by=publisher), article, by=publisher, accepted=accepted
        )

    with pytest.raises(WarningsStand) as asked:
        release()
    assert "“we will go on” has no speaker" in asked.value.messages[0]
    with pytest.raises(WarningsStand):
        release("headline length")
    assert not Edition.objects.exists()
    assert not AuditEntry.objects.exists()
    assert release("quotation without speaker").version == 1
    entry = AuditEntry.objects.get(action="override warnings")
    assert (entry.by, entry.note) == (publisher, asked.value.messages[0])
    Article.objects.update(headline="Changed")
    assert release().version == 2  # not asked again
    Article.objects.update(body="<p>“Another thing” and “we will go on”</p>")
    with pytest.raises(WarningsStand, match="Another thing"):
        release()


def test_an_error_comes_before_any_warning(publisher: User) -> None:
    article = an_article()
    a_statement(article, "nothing of that")
    with pytest.raises(Refused, match="does not stand in the body") as refused:
        despite_warnings(
            lambda: publish(article, by=publisher),
            article,
            by=publisher,
            accepted=["quotation without speaker"],
        )
    assert not isinstance(refused.value, WarningsStand)
    assert not AuditEntry.objects.exists()


# What is typed ------------------------------------------------------------------------------------


def test_what_is_typed_is_checked_before_it_is_saved() -> None:
    article = an_article()
    capacity = a_capacity()
    form = QueryDict(mutable=True)
    form.update(
        {
            "headline": "x" * 120,
            "body": "<p>“It is new”, and “so is this”.</p><script>no</script>",
            "event": "",
            "statements-TOTAL_FORMS": "3",
            "statements-0-capacity": str(capacity.pk),
            "statements-0-text": "It is new",
            "statements-1-text": "so is this",
            "statements-1-capacity": "no identifier",
            "statements-2-text": "so is this",
            "statements-2-capacity": str(capacity.pk),
            "statements-2-DELETE": "on",
        }
    )
    for base in (article, None):
        findings = check_snapshot(typed_snapshot(base, form))
        assert [(row.check, row.words) for row in findings] == [
            ("quotation without speaker", "so is this"),
            ("headline length", ""),
        ]
    article.refresh_from_db()
    assert article.headline == "A headline"


@pytest.mark.parametrize("total", ["", "-1", "x", "٣", "99999999999"])
def test_an_odd_form_is_no_error(total: str) -> None:
    form = QueryDict(mutable=True)
    form.update({"statements-TOTAL_FORMS": total, "event": "x", "picture": "y", "language": "??"})
    check_snapshot(typed_snapshot(None, form))


# Bounds -------------------------------------------------------------------------------------------


def test_a_long_text_costs_no_more_queries_than_a_short_one() -> None:
    short, long = an_article(), text("Ada Writer met Bo Other. " * 2500, "Long")
    counts = []
    for article in (short, long):
        with CaptureQueriesContext(
            connection,
        ) as queries:
            check(article)
        counts.append(len(queries))
    assert counts[0] == counts[1] <= 12


def test_spellings_of_a_long_text_are_bounded() -> None:
    assert len(list(spellings_in("Ada Writer met Bo Other. " * 2500))) < 60


def test_a_new_statement_is_named_by_the_number_that_it_will_have() -> None:
    article = an_article()
    saved = [
        a_statement(article),
        a_statement(article, "and left", a_capacity("Chair", a_speaker("Bo"))),
    ]
    form = QueryDict("statements-TOTAL_FORMS=3", mutable=True)
    for number, row in enumerate(saved):
        form[f"statements-{number}-id"] = str(row.pk)
        form[f"statements-{number}-capacity"] = str(row.capacity_id)
        form[f"statements-{number}-text"] = row.text
    form.update({"statements-2-capacity": str(saved[0].capacity_id), "statements-2-text": "new"})
    assert [card["number"] for card in typed_snapshot(article, form)["statements"]] == [1, 2, 3]
    Article.objects.filter(pk=article.pk).update(last_number=7)
    article.refresh_from_db()
    assert [card["number"] for card in typed_snapshot(article, form)["statements"]] == [1, 2, 8]
