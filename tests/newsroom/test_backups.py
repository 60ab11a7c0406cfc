"""``manage.py backup`` and ``restore``: what is destroyed comes back, what is damaged does not."""

from __future__ import annotations

import hashlib
import json
import shutil
from pathlib import Path

import pytest
from django.contrib.auth.models import User
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.management import CommandError, call_command

from articles.publishing import erasure
from newsroom import backups
from newsroom.backups import DUMP, ERASURES, MANIFEST, MEDIA, BackupError, Manifest, Stored
from tests.builders import a_member_of, an_article
from tests.processes import start

#: ``rows`` is all that a backup must bring back, as text: the log, what it numbers, who did it.
BEGIN = """
import sys
import django; django.setup()
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection

def rows():
    found = []
    with connection.cursor() as cursor:
        for table in ("change", "edition", "version", "auditentry", "article", "lastchange"):
            cursor.execute(f"SELECT t::text FROM articles_{table} AS t ORDER BY 1")
            found += [row for (row,) in cursor.fetchall()]
    return chr(10).join(found)

def refusal(*command, **options):
    try:
        call_command(*command, **options)
    except CommandError as error:
        return str(error)

folder = sys.argv[1]
"""
BACK_UP = "call_command('backup', folder, stdout=sys.stderr); print(rows())"
RESTORE = """
call_command('restore', folder, stdout=sys.stderr)
print(rows())
call_command("migrate", check_unapplied=True, verbosity=0)
try:
    connection.cursor().execute("UPDATE articles_edition SET headline = 'Another'")
except DatabaseError as error:
    print(type(error.__cause__).__name__, file=sys.stderr)
print(refusal("restore", folder), file=sys.stderr)
"""
#: The manifest says that the log ends elsewhere: so the last step of the transaction fails.
FAIL_AND_REPLACE = """
from newsroom import backups
before = rows()
manifest = backups.Manifest.read(backups.chosen(backups.Path(folder)) / backups.MANIFEST)
wrong = backups.Manifest(**vars(manifest) | {"sequence": manifest.sequence + 1})
wrong.write(backups.chosen(backups.Path(folder)) / backups.MANIFEST)
print(refusal("restore", folder, replace=True), rows() == before, file=sys.stderr)
manifest.write(backups.chosen(backups.Path(folder)) / backups.MANIFEST)
call_command("restore", folder, replace=True, stdout=sys.stderr)
print(rows())
"""


@pytest.mark.slow
def test_everything_that_was_destroyed_comes_back(tmp_path: Path) -> None:
    here = {"EMBEDDED_POSTGRES": str(tmp_path / "pg"), "MEDIA_ROOT": str(tmp_path / "media")}

    def run(*arguments: str) -> tuple[str, str]:
        process = start(*arguments, **here)
        out, error = process.communicate(timeout=180)
        assert process.returncode == 0, error
        return out, error

    folder = str(tmp_path / "backups")
    run("manage.py", "demo", "--no-server")
    picture = tmp_path / "media/pictures/aa/picture.avif"
    picture.parent.mkdir(parents=True)
    picture.write_bytes(b"a picture")
    rows, told = run("-c", BEGIN + BACK_UP, folder)
    assert "Zahoor" in rows
    assert "1 files of pictures" in told

    shutil.rmtree(tmp_path / "pg")
    shutil.rmtree(tmp_path / "media")
    restored, told = run("-c", BEGIN + RESTORE, folder)
    assert restored == rows
    assert picture.read_bytes() == b"a picture"
    assert "RestrictViolation" in told
    assert "The database is not empty" in told

    restored, told = run("-c", BEGIN + FAIL_AND_REPLACE, folder)
    assert "The database was left as it was" in told
    assert "does not end where the backup says True" in told
    assert restored == rows


@pytest.fixture
def backup(tmp_path: Path) -> Path:
    """A backup of one file, put together by hand: its dump holds nothing that is a dump."""
    folder = tmp_path / "backups"
    files = {}
    for path, content in ((f"2026/{DUMP}", b"dump"), (f"{MEDIA}/pictures/a.avif", b"picture")):
        (folder / path).parent.mkdir(parents=True)
        (folder / path).write_bytes(content)
        files[path] = backups._stored(folder / path)
    dump, picture = files.values()
    manifest = Manifest(
        format=backups.FORMAT,
        at="2026-11-29T00:00:00+00:00",
        server=15,  # the oldest that we support
        client=15,
        sequence=7,
        migrations=["articles.0001_initial"],
        dump=dump,
        media={"pictures/a.avif": picture},
    )
    manifest.write(folder / "2026" / MANIFEST)
    return folder / "2026"


def test_what_is_whole_passes(backup: Path) -> None:
    assert backups.verify(backup).media == {"pictures/a.avif": Stored(7, sha256_of(b"picture"))}


def sha256_of(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


@pytest.mark.parametrize("name", [DUMP, f"../{MEDIA}/pictures/a.avif"])
@pytest.mark.parametrize("content", [b"dumq", b"picturE", b"", None])
def test_a_file_that_is_damaged_or_missing_is_named(
    backup: Path, name: str, content: bytes | None
) -> None:
    if content is None:
        (backup / name).unlink()
    else:
        (backup / name).write_bytes(content)
    said = "is missing" if content is None else "is damaged.*delete it and take another"
    with pytest.raises(BackupError, match=said):
        backups.verify(backup)


@pytest.mark.parametrize("content", ["", "{", "[]", "null", '{"sum": 1}', "\x00\xff"])
def test_a_manifest_that_is_no_manifest_is_refused(backup: Path, content: str) -> None:
    (backup / MANIFEST).write_text(content, encoding="latin-1")
    with pytest.raises(BackupError, match="cannot be read"):
        backups.verify(backup)


def test_a_manifest_that_was_changed_is_refused(backup: Path) -> None:
    told = json.loads((backup / MANIFEST).read_text(encoding="utf-8"))
    (backup / MANIFEST).write_text(json.dumps(told | {"sequence": 8}), encoding="utf-8")
    with pytest.raises(BackupError, match="its sum does not fit"):
        backups.verify(backup)


def test_a_backup_that_was_not_finished_is_refused(backup: Path) -> None:
    (backup / MANIFEST).unlink()
    with pytest.raises(BackupError, match="no finished backup"):
        backups.verify(backups.chosen(backup))
    with pytest.raises(BackupError, match="There is no finished backup"):
        backups.chosen(backup.parent)


def test_one_of_newer_code_is_refused(backup: Path) -> None:
    manifest = Manifest.read(backup / MANIFEST)
    newer = Manifest(**{**vars(manifest), "migrations": ["articles.0099_later"]})
    newer.write(backup / MANIFEST)
    with pytest.raises(BackupError, match=r"does not know the migration articles\.0099"):
        backups.verify(backup)
    Manifest(**{**vars(manifest), "format": backups.FORMAT + 1}).write(backup / MANIFEST)
    with pytest.raises(BackupError, match="newer release"):
        backups.verify(backup)


@pytest.mark.django_db
def test_one_of_a_newer_server_is_refused(backup: Path) -> None:
    manifest = Manifest.read(backup / MANIFEST)
    Manifest(**{**vars(manifest), "server": 99}).write(backup / MANIFEST)
    with pytest.raises(CommandError, match=r"backup is of PostgreSQL 99, the server is \d\d"):
        call_command("restore", str(backup), replace=True)


def test_a_program_older_than_the_server_is_refused() -> None:
    with pytest.raises(BackupError, match=r"older than the server \(99\); install"):
        backups.program("pg_dump", 99)
    with pytest.raises(BackupError, match="pg_nothing was not found"):
        backups.program("pg_nothing", 18)


def test_files_are_copied_once(tmp_path: Path) -> None:
    default_storage.save("pictures/a.avif", ContentFile(b"one"))
    media = backups._copy_media(tmp_path / MEDIA, {})
    (tmp_path / MEDIA / "pictures/a.avif").write_bytes(b"two")  # would be read again otherwise
    default_storage.save("pictures/b.avif", ContentFile(b"three"))
    again = backups._copy_media(tmp_path / MEDIA, media)
    assert again == media | {"pictures/b.avif": Stored(5, sha256_of(b"three"))}
    assert (tmp_path / MEDIA / "pictures/a.avif").read_bytes() == b"two"


def test_the_newest_are_kept_with_their_files(backup: Path) -> None:
    folder = backup.parent
    later = shutil.copytree(backup, folder / "2027")
    (folder / MEDIA / "pictures/b.avif").write_bytes(b"of no backup")
    assert backups.keep_newest(folder, 1) == [backup]
    assert backups.finished(folder) == [later]
    assert [path.name for path in (folder / MEDIA / "pictures").iterdir()] == ["a.avif"]


def test_two_at_once_are_refused(backup: Path) -> None:
    with backups._alone(backup.parent), pytest.raises(BackupError, match="Another backup"):
        backups.keep_newest(backup.parent, 1)


def test_nothing_is_deleted_while_somebody_restores_from_there(backup: Path) -> None:
    shutil.copytree(backup, backup.parent / "2027")
    with backups._reading(backup.parent):
        with pytest.raises(BackupError, match="somebody restores from there"):
            backups.keep_newest(backup.parent, 1)
        backups.verify(backup)  # several may read
    assert backups.keep_newest(backup.parent, 1) == [backup]


def test_an_old_backup_that_cannot_be_deleted_is_a_sentence(backup: Path) -> None:
    shutil.copytree(backup, backup.parent / "2027")
    in_the_way = backup.with_name(f"{backup.name}.unfinished") / "file"
    in_the_way.mkdir(parents=True)
    with pytest.raises(BackupError, match=r"older ones could not be deleted: .*not empty"):
        backups.keep_newest(backup.parent, 1)
    assert backups.verify(backup)


@pytest.mark.django_db
def test_an_erasure_that_a_backup_does_not_know_is_named(backup: Path) -> None:
    article = "7d0c1f5e-0000-4000-8000-000000000001"
    known = {"7d0c1f5e-0000-4000-8000-000000000002": {"at": "2026-11-03", "articles": [article]}}
    (backup.parent / ERASURES).write_text(json.dumps(known), encoding="utf-8")
    assert backups.erasures_to_repeat(backup) == [
        f"Erased on 2026-11-03 and back again now: article {article}."
    ]
    backups._note_erasures(backup.parent)
    assert json.loads((backup.parent / ERASURES).read_text(encoding="utf-8")) == known
    (backup.parent / ERASURES).write_text("{", encoding="utf-8")
    with pytest.raises(BackupError, match="it lists what was erased"):
        backups._note_erasures(backup.parent)


@pytest.mark.django_db
def test_an_erasure_after_the_last_backup_is_noted_before_it_is_replaced(
    backup: Path, publisher: User
) -> None:
    draft = an_article()
    asked = erasure.ask(draft, by=publisher, reason="A judgment", notice="Erased.")
    erasure.confirm(asked, by=a_member_of("Publisher", "another publisher"))
    Path(default_storage.path("pictures/a.avif")).mkdir(parents=True)
    with pytest.raises(CommandError, match="file could not be restored"):
        call_command("restore", str(backup), replace=True)
    listed = json.loads((backup.parent / ERASURES).read_text(encoding="utf-8"))
    assert [row["articles"] for row in listed.values()] == [[str(draft.pk)]]


@pytest.mark.parametrize("name", ["../../etc/passwd", "/etc/passwd"])
def test_a_name_that_leads_out_of_the_folder_is_refused(backup: Path, name: str) -> None:
    manifest = Manifest.read(backup / MANIFEST)
    Manifest(**{**vars(manifest), "media": {name: Stored(1, "")}}).write(backup / MANIFEST)
    with pytest.raises(BackupError, match="is outside of media/"):
        backups.verify(backup)


def test_a_damaged_picture_comes_into_the_next_backup_once_it_is_deleted(tmp_path: Path) -> None:
    default_storage.save("pictures/a.avif", ContentFile(b"one"))
    known = backups._copy_media(tmp_path / "backups" / MEDIA, {})
    copy = tmp_path / "backups" / MEDIA / "pictures/a.avif"
    copy.write_bytes(b"two")
    copy.unlink()
    assert backups._copy_media(tmp_path / "backups" / MEDIA, known) == known
    assert copy.read_bytes() == b"one"


def test_a_folder_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    with pytest.raises(CommandError, match="could not be written"):
        call_command("backup", str(tmp_path / "file"))
