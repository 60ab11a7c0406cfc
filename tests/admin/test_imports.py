"""A release is pasted or dropped, looked over, and becomes a draft; or nothing is saved."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.test import Client
from django.urls import reverse

from articles.importing.review import untouched
from articles.models import Article, AuditEntry, Event, SourceDocument, Statement, Topic
from people.models import Affiliation, Organization, Speaker
from tests.builders import a_capacity, a_member_of, a_speaker
from tests.importing.files import a_docx, a_mail

pytestmark = [pytest.mark.slow, pytest.mark.django_db]

IMPORT = "/admin/articles/article/import/"
#: A release of which every rule is sure.
TEXT = """Institute opens a school

MULTAN, 12 March 2026: The Institute of Rural Studies opened a school on Thursday.

“We have waited for nine years,” said Ada Marlow, Director of the Institute of Rural Studies.

Ben Coster, Chair of the City Council, said that the road would follow in May.
"""
EVERYTHING: list[Any] = [Article, Event, Statement, Speaker, Organization, Affiliation]


@pytest.fixture
def desk(client: Client, publisher: User) -> Client:
    client.force_login(publisher)
    return client


def paste(desk: Client, text: str = TEXT) -> str:
    """Paste a release; return the address of its review."""
    response = desk.post(IMPORT, {"text": text})
    assert response.status_code == 302, response.content.decode()
    return str(response["Location"])


def form_of(desk: Client, address: str) -> dict[str, str]:
    """What a browser without script sends when nothing was touched."""
    return untouched(desk.get(address).context["cards"])


def key_of(form: dict[str, str], value: str) -> str:
    """The key of the card that has this value: speaker-0."""
    return next(name for name, given in form.items() if given == value).rpartition("-")[0]


def nothing_was_made() -> bool:
    return not any(model._default_manager.exists() for model in EVERYTHING)


def test_a_pasted_release_that_is_accepted_as_it_is_becomes_a_draft(desk: Client) -> None:
    address = paste(desk)
    assert nothing_was_made()
    response = desk.post(address, form_of(desk, address))
    article = Article.objects.get()
    assert response["Location"] == reverse("admin:articles_article_change", args=[article.pk])
    assert article.headline == "Institute opens a school"
    assert article.dateline == "MULTAN"
    assert article.body.startswith("<p>The Institute of Rural Studies opened a school")
    assert article.versions.count() == 1
    statements = {row.text: row for row in article.statements.all()}
    said = statements["We have waited for nine years"]
    assert (said.kind, str(said.capacity.speaker)) == ("direct", "Ada Marlow")
    assert said.capacity.capacity == "Director, Institute of Rural Studies"
    reported = next(row for row in statements.values() if row.kind == "reported")
    assert str(reported.capacity.speaker) == "Ben Coster"
    assert article.last_number == 2
    assert AuditEntry.objects.filter(action="import", object_id=article.pk).exists()


def test_what_is_dropped_or_changed_is_made_so(desk: Client) -> None:
    address = paste(desk)
    form = form_of(desk, address)
    ada, ben = key_of(form, "Ada Marlow"), key_of(form, "Ben Coster")
    del form[f"{ben}-accept"], form["dateline-accept"]
    form |= {f"{ada}-name": "Ada M. Marlow", "headline-headline": "Another headline"}
    response = desk.post(address, form, follow=True)
    article = Article.objects.get()
    assert (article.headline, article.dateline) == ("Another headline", "")
    assert [str(row) for row in Speaker.objects.all()] == ["Ada M. Marlow"]
    assert article.statements.count() == 1
    assert "1 statement of Ben Coster stands in the text alone" in response.content.decode()


def test_a_known_speaker_is_found_by_close_spelling_and_chosen(desk: Client) -> None:
    known = a_speaker("Ada Marlowe")
    address = paste(desk)
    shown = desk.get(address).content.decode()
    assert "May be Ada Marlowe, whom the newsroom knows" in shown
    form = form_of(desk, address)
    assert form["speaker-0-record"] == ""
    form["speaker-0-record"] = str(known.pk)
    desk.post(address, form)
    known.refresh_from_db()
    assert known.name_variants == ["Ada Marlow"]
    assert Speaker.objects.count() == 2
    assert known.affiliations.get().title == "Director"


def test_a_known_speaker_of_the_same_name_is_used(desk: Client) -> None:
    known = a_capacity("Director", a_speaker("Ada Marlow"))
    address = paste(desk)
    desk.post(address, form_of(desk, address))
    assert Speaker.objects.filter(name="Ada Marlow").count() == 1
    assert Statement.objects.filter(capacity__speaker=known.speaker).count() == 1


def test_two_speakers_who_are_one_are_joined(desk: Client) -> None:
    text = TEXT.replace("Ben Coster", "Adelaide Marlow")
    address = paste(desk, text)
    form = form_of(desk, address)
    form["speaker-1-record"] = "=0"
    desk.post(address, form)
    speaker = Speaker.objects.get()
    assert speaker.name_variants == ["Adelaide Marlow"]
    assert speaker.affiliations.get().statements.count() == 2


def test_a_headline_is_asked_for_and_nothing_is_lost_or_saved(desk: Client) -> None:
    address = paste(desk)
    form = form_of(desk, address) | {"headline-headline": " ", "speaker-0-name": "Ada Changed"}
    response = desk.post(address, form)
    assert response.status_code == 422
    shown = response.content.decode()
    assert "Write a headline" in shown
    assert "Ada Changed" in shown
    assert nothing_was_made()


@pytest.mark.parametrize(
    ("name", "value", "sentence"),
    [
        ("headline-headline", "a" * 201, "Headline: Ensure this value has at most 200 characters"),
        ("speaker-0-name", " ", "A speaker has no name; write it, or drop the speaker."),
        ("speaker-0-title", "a" * 301, "Title: Ensure this value has at most 300 characters"),
        ("headline-headline", "\0", "Write a headline"),
    ],
)
def test_what_the_database_cannot_keep_is_a_sentence(
    desk: Client, name: str, value: str, sentence: str
) -> None:
    address = paste(desk)
    response = desk.post(address, form_of(desk, address) | {name: value})
    assert response.status_code == 422
    assert sentence in response.content.decode()
    assert nothing_was_made()


def test_a_record_that_is_gone_meanwhile_is_a_sentence(desk: Client) -> None:
    known = a_speaker("Ada Marlow")
    address = paste(desk)
    form = form_of(desk, address)
    assert form["speaker-0-record"] == str(known.pk)
    known.delete()
    assert desk.post(address, form).status_code == 302  # made anew
    assert Speaker.objects.filter(name="Ada Marlow").count() == 1


def test_a_release_becomes_one_draft_also_when_it_is_sent_twice(desk: Client) -> None:
    address = paste(desk)
    form = form_of(desk, address)
    first, second = desk.post(address, form), desk.post(address, form)
    assert first["Location"] == second["Location"]
    assert Article.objects.count() == 1


def test_the_original_is_kept_byte_for_byte_with_sender_and_time(desk: Client) -> None:
    data = a_mail(TEXT).as_bytes()
    file = SimpleUploadedFile("Zeitung – März.eml", data, "message/rfc822")
    address = desk.post(IMPORT, {"file": file})["Location"]
    assert "Press Office" in desk.get(address).content.decode()
    desk.post(address, form_of(desk, address))
    kept = Article.objects.get().source_documents.get()
    assert bytes(kept.content) == data
    assert kept.sender == "Press Office <press@institute.example>"
    assert kept.sent_at is not None
    article = reverse("admin:articles_article_change", args=[Article.objects.get().pk])
    assert f"{IMPORT}{kept.pk}/original/" in desk.get(article).content.decode()
    response = desk.get(f"{IMPORT}{kept.pk}/original/")
    assert response.content == data
    assert response["Content-Type"] == "application/octet-stream"
    assert response["Content-Disposition"] == (
        "attachment; filename*=UTF-8''Zeitung%20%E2%80%93%20M%C3%A4rz.eml"
    )


def test_invisible_signs_are_in_the_original_alone(desk: Client) -> None:
    address = paste(desk, TEXT.replace("waited", "wai\u200bted"))
    assert "1 invisible sign was taken out of the text" in desk.get(address).content.decode()
    desk.post(address, form_of(desk, address))
    article = Article.objects.get()
    assert "\u200b" not in article.body
    assert "\u200b".encode() in bytes(article.source_documents.get().content)


def test_the_editor_is_told_what_of_a_long_release_is_not_read(desk: Client) -> None:
    parts = [
        "bar",
        "delm",
        "fint",
        "gosh",
        "hux",
        "jark",
        "kelp",
        "lomb",
        "mund",
        "nirg",
        "pow",
        "quist",
    ]
    names = [(a + b).title() for a in parts for b in reversed(parts)]
    crowd = [f"Minister {a} {b} said the road was new." for a, b in pairwise(names)]
    address = paste(desk, "The road is open\n\n" + "\n\n".join(crowd))

    page = desk.get(address).content.decode()
    assert "It names 100 persons or more; who says what after the last is not read." in page


@pytest.mark.parametrize(
    ("sent", "sentence"),
    [
        ({"text": " \n"}, "Paste the text of a release"),
        ({"text": "…!"}, "no words"),
        ({"text": "a" * 200_001}, "200,001 characters"),
        ({"file": SimpleUploadedFile("a.docx", a_docx("x")[:60])}, "damaged"),
        ({"file": SimpleUploadedFile("a.txt", b"a" * (5 * 2**20 + 1))}, "5 MB are the most"),
        ({"file": SimpleUploadedFile("a.txt", b"")}, "empty"),
    ],
)
def test_what_cannot_be_read_is_one_sentence_and_nothing_is_kept(
    desk: Client, sent: dict[str, Any], sentence: str
) -> None:
    if file := sent.get("file"):
        file.seek(0)
    response = desk.post(IMPORT, sent)
    assert response.status_code == 422
    assert sentence in response.content.decode()
    assert not SourceDocument.objects.exists()


def test_a_paste_beyond_every_bound_is_refused_with_a_sentence(desk: Client) -> None:
    response = desk.post(IMPORT, {"text": "a" * 6_000_000})
    assert response.status_code == 400
    assert "too long, so nothing was saved" in response.content.decode()


def test_a_release_that_waits_is_listed_and_can_be_dropped(desk: Client) -> None:
    address = paste(desk)
    assert address in desk.get(IMPORT).content.decode()
    desk.post(address, {"_drop": "1"})
    assert not SourceDocument.objects.exists()
    assert nothing_was_made()
    assert desk.get(address).status_code == 404


def test_the_same_release_again_is_pointed_out(desk: Client) -> None:
    address = paste(desk)
    desk.post(address, form_of(desk, address))
    again = desk.get(paste(desk)).content.decode()
    assert "The same release came before" in again
    assert reverse("admin:articles_article_change", args=[Article.objects.get().pk]) in again


def test_topics_and_organizations_that_exist_are_used(desk: Client) -> None:
    topic = Topic.objects.create(name="School", slug="school")
    council = Organization.objects.create(name="city council", slug="city-council")
    address = paste(desk)
    desk.post(address, form_of(desk, address))
    article = Article.objects.get()
    assert list(article.topics.all()) == [topic]
    assert Affiliation.objects.get(speaker__name="Ben Coster").organization == council


def test_only_who_may_add_articles_imports_or_reads_the_original(client: Client) -> None:
    reporter = a_member_of("Reporter")
    client.force_login(reporter)
    address = paste(client)
    looker = User.objects.create_user("looker", password="x", is_staff=True)
    client.force_login(looker)
    for path in (IMPORT, address, f"{address}original/"):
        assert client.get(path).status_code == 403
    client.logout()
    assert client.get(address).status_code == 302


def test_a_release_of_markup_is_text(desk: Client) -> None:
    address = paste(desk, TEXT.replace("nine years", "<script>alert(1)</script> & years"))
    assert "<script>alert" not in desk.get(address).content.decode()
    desk.post(address, form_of(desk, address))
    assert "&lt;script&gt;" in Article.objects.get().body


@pytest.mark.parametrize(
    "path",
    sorted((Path(__file__).parent.parent / "importing/releases/seen").glob("*.txt")),
    ids=lambda path: path.stem,
)
def test_every_release_that_is_accepted_as_it_is_makes_a_draft(desk: Client, path: Path) -> None:
    address = paste(desk, path.read_text(encoding="utf-8"))
    form = form_of(desk, address)
    form["headline-headline"] = form["headline-headline"] or "A headline"
    response = desk.post(address, form)
    assert response.status_code == 302, response.context and response.context["refused"]
    checks = reverse("admin:articles_article_checks", args=[Article.objects.get().pk])
    findings = desk.get(checks).json()["findings"]
    assert [one for one in findings if one["severity"] == "error"] == []


def test_the_command_makes_a_draft_of_each_file_and_keeps_it(
    publisher: User, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    good, bad = tmp_path / "release.txt", tmp_path / "bad.docx"
    good.write_text(TEXT, encoding="utf-8")
    bad.write_bytes(b"PK\x03\x04")
    with pytest.raises(SystemExit):
        call_command("import_release", str(bad), str(good), by="publisher")
    said = capsys.readouterr()
    assert "bad.docx: The file is damaged." in said.err
    assert "release.txt: draft “Institute opens a school”" in said.out
    article = Article.objects.get()
    assert article.statements.count() == 2
    assert bytes(article.source_documents.get().content) == TEXT.encode()
