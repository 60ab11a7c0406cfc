"""``manage.py doctor``: is everything there that this installation needs?"""

from __future__ import annotations

import shutil
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.auth.models import Group, User
from django.core import checks
from django.core.cache import cache
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.management import BaseCommand
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.http.request import split_domain_port, validate_host

from articles import replica
from newsroom import telemetry
from newsroom.backups import BackupError, program, server_release, unknown_migrations
from newsroom.database.connections import why_unreachable
from newsroom.database.roles import may_make_tables, missing_right, owns_the_tables
from newsroom.database.tables import expected_tables, half_restored, missing_tables
from newsroom.workers import worker_seen

#: The oldest PostgreSQL that we promise.
OLDEST = 15
#: So far may this machine's clock and the database's be apart, in seconds.
CLOCK = 2.0
#: Free space below which a disk is called full, in bytes.
FREE = 1_000_000_000
#: A worker asks the database twice a second; one that was not seen for so many seconds is away.
WORKER = 30.0
#: A replica may be so many seconds behind the log before somebody should look.
BEHIND = 60.0


@dataclass(frozen=True)
class Finding:
    """What is wrong and what to do, in a sentence; ``fails`` unless it can wait."""

    text: str
    fails: bool = True


class Command(BaseCommand):
    help = (
        "Check this installation: database, migrations, rights, pictures, addresses, mail, worker, "
        "static files, disks, clocks. One sentence for each thing that is missing; the exit code "
        "is 1 when one of them must be put right. It changes nothing."
    )
    requires_system_checks = ()
    requires_migrations_checks = False

    def handle(self, *args: Any, **options: Any) -> None:
        found = list(_settings())
        database = list(_database())
        found += database
        if not any(finding.fails for finding in database):
            for check in (_tables, _replica, _people, _clock, _worker, _backup_programs, _django):
                found += _guarded(check)
        for check in (_pictures, _cache, _mail, _telemetry, _static_files, _disks):
            found += _guarded(check)
        for finding in found:
            style = self.style.ERROR if finding.fails else self.style.WARNING
            word = "Missing" if finding.fails else "Look at"
            self.stdout.write(f"{style(word)}: {finding.text}")
        failed = sum(finding.fails for finding in found)
        if failed:
            self.stdout.write(f"{failed} to put right.")
            raise SystemExit(1)
        self.stdout.write(self.style.SUCCESS("This newsroom has all that it needs."))


def _guarded(check: Callable[[], Iterator[Finding]]) -> list[Finding]:
    """What ``check`` finds; a sentence where it breaks itself."""
    try:
        return list(check())
    except Exception as error:
        return [Finding(f"{check.__name__.strip('_')} could not be checked: {_words(error)}")]


def _words(error: BaseException) -> str:
    lines = str(error).strip().splitlines()
    return lines[0] if lines else type(error).__name__


# Settings -----------------------------------------------------------------------------------------


def _settings() -> Iterator[Finding]:
    address = urlsplit(settings.SITE_URL)
    if settings.DEBUG:
        yield Finding(
            "DEBUG is on: pages show our code and settings; set DATABASE_URL, or DEBUG=off, where "
            "others can reach this site.",
            fails=False,
        )
    host, _ = split_domain_port(address.netloc)
    if not validate_host(host, settings.ALLOWED_HOSTS):
        yield Finding(f"SITE_URL names {host}, which ALLOWED_HOSTS does not have; add it there.")
    elif address.scheme == "http" and not settings.DEBUG:
        yield Finding(
            "SITE_URL begins with http://: every published item would say so; write https://."
        )


def _django() -> Iterator[Finding]:
    """Django's own checks, with those for production, and ours."""
    found = checks.run_checks(include_deployment_checks=not settings.DEBUG, databases=["default"])
    for message in found:
        if message.level >= checks.WARNING and not message.is_silenced():
            text = " ".join(f"{message.msg} {message.hint or ''}".split())
            yield Finding(f"{text} ({message.id})", fails=message.level >= checks.ERROR)


# Database -----------------------------------------------------------------------------------------


def _database() -> Iterator[Finding]:
    try:
        connection.ensure_connection()
    except DatabaseError as error:
        yield Finding(f"The database does not answer: {why_unreachable(error)}")
        return
    release = server_release()
    with connection.cursor() as cursor:
        cursor.execute("SHOW server_encoding")
        encoding = cursor.fetchone()[0]
        cursor.execute("SELECT rolsuper FROM pg_roles WHERE rolname = current_user")
        superuser = cursor.fetchone()[0]
    if release < OLDEST:
        yield Finding(f"The database is PostgreSQL {release}; {OLDEST} or newer is needed.")
    if encoding != "UTF8":
        yield Finding(f"The database's encoding is {encoding}; create it with ENCODING 'UTF8'.")
    if superuser and settings.DATABASE_URL:
        yield Finding(
            "The database's user is a superuser, who can switch off what guards history; give the "
            "site a user of its own.",
            fails=False,
        )
    executor = MigrationExecutor(connection)
    applied = [".".join(key) for key in executor.loader.applied_migrations]
    if unknown := unknown_migrations(applied):
        yield Finding(
            f"The database is of a newer release: it has the migration {unknown[0]}, which this "
            "code does not know; run that release."
        )
    elif plan := executor.migration_plan(executor.loader.graph.leaf_nodes()):
        yield Finding(f"{len(plan)} migrations are not applied; run manage.py migrate.")


def _tables() -> Iterator[Finding]:
    if missing := missing_tables():
        yield Finding(half_restored(missing))
        return
    if lacking := missing_right(expected_tables()):
        yield Finding(
            f"The database's user may not {lacking[0]} in {lacking[1]}; GRANT it that, or run "
            "manage.py migrate with DATABASE_OWNER_URL."
        )
    elif settings.DATABASE_URL and not owns_the_tables() and may_make_tables():
        yield Finding(
            "The site's role may make tables in the schema public, and so functions that stand "
            "before ours; run manage.py migrate with DATABASE_OWNER_URL, which takes that away.",
            fails=False,
        )
    elif settings.DATABASE_URL and owns_the_tables():
        yield Finding(
            "The site's role owns the tables, so it can disable the triggers that guard history; "
            "give them to a role of their own (DATABASE_OWNER_URL).",
            fails=False,
        )


def _replica() -> Iterator[Finding]:
    found = replica.state()
    if found and not found.is_up:
        yield Finding(
            "The replica does not answer: pages are made from the primary; check REPLICA_URL.",
            fails=False,
        )
    elif found and found.seconds > BEHIND:
        yield Finding(
            f"The replica is {found.seconds:.0f} seconds behind: pages are made from the primary.",
            fails=False,
        )


def _people() -> Iterator[Finding]:
    missing = {"Reporter", "Editor", "Publisher"} - set(
        Group.objects.values_list("name", flat=True)
    )
    if missing:
        yield Finding(f"The group {min(missing)} is gone; make it anew at the desk, with rights.")
    if not User.objects.filter(is_superuser=True, is_active=True).exists():
        yield Finding("Nobody may administer the newsroom; run manage.py createsuperuser.")


def _clock() -> Iterator[Finding]:
    with connection.cursor() as cursor:
        before = datetime.now(UTC)
        cursor.execute("SELECT clock_timestamp()")
        there = cursor.fetchone()[0]
        after = datetime.now(UTC)
    apart = max((before - there).total_seconds(), (there - after).total_seconds())
    if apart > CLOCK:
        yield Finding(
            f"This machine's clock and the database's are {apart:.0f} seconds apart; run NTP on "
            "both."
        )


def _worker() -> Iterator[Finding]:
    seen = worker_seen()
    if seen is None or seen > WORKER:
        yield Finding(
            "No worker has asked the database lately: webhooks, pictures and mail wait; start "
            "manage.py worker.",
            fails=False,
        )


def _backup_programs() -> Iterator[Finding]:
    try:
        program("pg_dump", server_release())
    except BackupError as error:
        yield Finding(f"Backups cannot be made here: {error}", fails=False)


# Around it ----------------------------------------------------------------------------------------


def _pictures() -> Iterator[Finding]:
    name = f"doctor/{uuid.uuid4()}"
    try:
        saved = default_storage.save(name, ContentFile(b"written by manage.py doctor"))
        default_storage.delete(saved)
    except Exception as error:
        bucket = settings.S3_BUCKET
        place = f"The bucket {bucket}" if bucket else f"The folder {settings.MEDIA_ROOT}"
        yield Finding(f"{place} takes no pictures ({_words(error)}); see MEDIA_ROOT and S3_BUCKET.")


def _cache() -> Iterator[Finding]:
    if settings.CACHES["default"]["BACKEND"].endswith("LocMemCache") and not settings.DEBUG:
        yield Finding(
            "CACHE_URL is not set: each process counts wrong passwords, codes and requests by "
            "itself, so that two allow twice as many; set it to a Redis or Valkey that all share.",
            fails=False,
        )
    try:
        if ping := getattr(cache, "ping", None):
            ping()  # what does not answer is stood in for by memory
        cache.set("doctor", "well", 10)
        well = cache.get("doctor") == "well"
    except Exception as error:
        yield Finding(f"The cache does not answer ({_words(error)}); check CACHE_URL.")
    else:
        if not well:
            yield Finding("The cache forgets what it is told; check CACHE_URL.")


def _mail() -> Iterator[Finding]:
    from django.core.mail import mailers

    mailer = mailers["default"]
    try:
        mailer.open()
        mailer.close()
    except OSError as error:
        yield Finding(
            f"The mail server does not answer ({_words(error)}): nobody is told when a webhook is "
            "switched off; check EMAIL_URL.",
            fails=False,
        )


def _telemetry() -> Iterator[Finding]:
    for problem in telemetry.problems():
        yield Finding(problem, fails=False)


def _static_files() -> Iterator[Finding]:
    if not settings.DEBUG and not Path(settings.STATIC_ROOT, "staticfiles.json").exists():
        yield Finding("The static files are not collected; run manage.py collectstatic --no-input.")


def _disks() -> Iterator[Finding]:
    for folder in {Path(settings.BASE_DIR), Path(settings.MEDIA_ROOT)}:
        there = next(path for path in (folder, *folder.parents) if path.exists())
        free = shutil.disk_usage(there).free
        if free < FREE:
            yield Finding(f"The disk of {folder} has {free / 1e6:.0f} MB left; make room.")
