"""``import_release`` and ``measure_import`` at the command line."""

import json
from io import StringIO
from pathlib import Path

import pytest
from django.contrib.auth.models import User
from django.core.management import call_command

from articles.models import Article, SourceDocument

RELEASE = Path(__file__).parents[2] / "articles" / "fixtures" / "sco_gateway.txt"


def import_release(*files: Path) -> tuple[list[dict], str, int]:
    """What the command prints, its errors and its exit code."""
    out, err, code = StringIO(), StringIO(), 0
    try:
        call_command("import_release", *map(str, files), "--json", stdout=out, stderr=err)
    except SystemExit as ended:
        code = int(ended.code or 0)
    return [json.loads(line) for line in out.getvalue().splitlines()], err.getvalue(), code


def test_json_is_an_object_a_file_and_line_without_the_database(tmp_path: Path) -> None:
    other = tmp_path / "other.txt"
    other.write_text("Mayor Anna Lind said that the bridge was open.", encoding="utf-8")

    printed, errors, code = import_release(RELEASE, other)

    assert [one["file"] for one in printed] == ["sco_gateway.txt", "other.txt"]
    assert printed[1]["speakers"][0]["name"] == "Anna Lind"
    assert (errors, code) == ("", 0)


def test_offsets_are_of_the_file_as_it_is(tmp_path: Path) -> None:
    file = tmp_path / "a.txt"
    text = "\ufeffOrvik\r\n\r\nMayor Anna Lind said that the new bridge was open to all."
    file.write_bytes(text.encode())

    (found,), _, _ = import_release(file)

    start, end = found["spans"]["speakers.0.name"]
    assert text[start:end] == "Anna Lind"


def test_what_of_a_file_was_not_read_stands_in_its_notes(tmp_path: Path) -> None:
    long, page = tmp_path / "long.txt", tmp_path / "page.html"
    long.write_text(
        "A bridge\n\nMayor Anna Lind said that it was open.\n\n" * 1001, encoding="utf-8"
    )
    page.write_text("<p>Mayor Anna Lind said so.<p style='display: none'>Not so.", encoding="utf-8")

    printed, _, _ = import_release(RELEASE, long, page)

    assert [one["notes"] for one in printed] == [
        [],
        ["It has more than 2,000 paragraphs; the others are not in the draft."],
        ["Words that the page hides from its readers were left out."],
    ]


@pytest.mark.django_db
def test_a_draft_is_made_with_the_same_notes(tmp_path: Path, publisher: User) -> None:
    page, out = tmp_path / "page.html", StringIO()
    page.write_text("<p>Mayor Anna Lind said so.<p style='display: none'>Not so.", encoding="utf-8")
    call_command("import_release", str(page), by=publisher.username, stdout=out)
    assert "Words that the page hides from its readers were left out." in out.getvalue()


@pytest.mark.parametrize(
    "data", [b"", b"\n \n", bytes(range(256)) * 40, b"a b " * 1_500_000, "…—“”".encode()]
)
def test_a_bad_file_is_one_sentence_and_the_others_are_read(data: bytes, tmp_path: Path) -> None:
    bad = tmp_path / "bad.txt"
    bad.write_bytes(data)

    printed, errors, code = import_release(bad, RELEASE)

    assert [one["file"] for one in printed] == ["sco_gateway.txt"]
    assert len(errors.splitlines()) == 1
    assert errors.startswith(f"{bad}: ")
    assert code == 1


def test_measure_prints_a_table_and_no_invented_value(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text(
        "Mayor Anna Lind said that the bridge was open.", encoding="utf-8"
    )
    labels = {
        "headline": None,
        "dateline": None,
        "speakers": [
            {"name": "Anna Lind", "honorific": None, "title": "Mayor", "organization": None}
        ],
        "quotations": [],
        "reported": [
            {"speaker": "Anna Lind", "starts": "Mayor Anna Lind said that the bridge was"}
        ],
        "event": None,
        "organizations": [],
        "paragraphs": ["Mayor Anna Lind said that the bridge was open."],
    }
    (tmp_path / "a.json").write_text(json.dumps(labels), encoding="utf-8")
    out = StringIO()

    call_command("measure_import", tmp_path, misses=True, stdout=out)

    lines = {line.split("  ")[0].strip(): line.split() for line in out.getvalue().splitlines()}
    assert lines["speakers"][-3:] == ["1.000", "1.000", "1.000"]
    assert lines["reported"][-3:] == ["1.000", "1.000", "1.000"]
    assert "invented values: 0" in out.getvalue()


@pytest.mark.django_db
def test_a_file_becomes_a_draft_with_all_that_it_says() -> None:
    publisher = User.objects.create_superuser("anna")
    out = StringIO()

    call_command("import_release", RELEASE, by="anna", stdout=out)

    article = Article.objects.get()
    assert article.headline == "sco_gateway"
    assert article.dateline == "Islamabad"
    assert article.event is not None
    assert article.event.organizers.count() == 2
    assert article.statements.count() == 7
    assert {str(one.capacity.speaker) for one in article.statements.all()} == {
        "Vladimir Norov",
        "Zahoor Ahmed",
        "Major General (r) Hafiz Masroor Ahmed",
    }
    assert SourceDocument.objects.get().received_by == publisher
    assert str(article.pk) in out.getvalue()
