"""``manage.py doctor`` says in a sentence each what an installation lacks."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from io import StringIO
from pathlib import Path

import pytest
from django.contrib.auth.models import Group, User
from django.core.management import CommandError, call_command
from django.db import connection
from django.utils import timezone
from pytest_django import Settings

from articles.models import Worker
from newsroom import workers
from newsroom.management.commands import doctor
from newsroom.workers import worker_seen
from tests.processes import start
from tests.receiver import Receiver

Doctor = Callable[[], str]


@pytest.fixture
def doctor_says(db: None, settings: Settings) -> Doctor:
    User.objects.create_superuser("root")

    def ask() -> str:
        out = StringIO()
        code = 0
        try:
            call_command("doctor", stdout=out, no_color=True)
        except SystemExit as ended:
            code = int(str(ended.code))
        said = out.getvalue()
        assert code == int("Missing" in said)
        assert ("to put right." if code else "has all that it needs") in said
        return said

    return ask


def test_a_whole_installation_lacks_nothing(doctor_says: Doctor, settings: Settings) -> None:
    settings.DEBUG = True
    assert "Missing" not in doctor_says()


def test_a_database_of_a_newer_release_is_named(doctor_says: Doctor) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO django_migrations (app, name, applied)"
            " VALUES ('articles', '0099_later', now())"
        )
    sentence = "of a newer release: it has the migration articles.0099_later"
    assert sentence in doctor_says()
    with pytest.raises(CommandError, match=sentence):
        call_command("migrate", verbosity=0)


def test_migrations_that_are_missing_are_counted(doctor_says: Doctor) -> None:
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM django_migrations WHERE app = 'articles'")
    assert "migrations are not applied; run manage.py migrate" in doctor_says()


def test_a_half_restored_database_is_named(doctor_says: Doctor) -> None:
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE articles_delivery")
    assert "The table articles_delivery is missing: the database is half restored" in doctor_says()


def test_a_right_that_is_missing_is_named(doctor_says: Doctor) -> None:
    with connection.cursor() as cursor:
        cursor.execute("CREATE ROLE reader")
        cursor.execute("GRANT SELECT, INSERT ON ALL TABLES IN SCHEMA public TO reader")
        cursor.execute("REVOKE INSERT ON articles_delivery FROM reader")
        cursor.execute("SET LOCAL ROLE reader")
    assert "The database's user may not INSERT in articles_delivery; GRANT it" in doctor_says()


def test_a_guard_that_is_missing_is_named(doctor_says: Doctor) -> None:
    with connection.cursor() as cursor:
        cursor.execute("DROP TRIGGER edition_immutable ON articles_edition")
    assert "Published history is not guarded: edition_immutable" in doctor_says()


def test_groups_and_a_superuser_are_needed(doctor_says: Doctor) -> None:
    Group.objects.get(name="Editor").delete()
    User.objects.all().delete()
    said = doctor_says()
    assert "The group Editor is gone" in said
    assert "run manage.py createsuperuser" in said


def test_pictures_need_a_folder_that_takes_them(
    doctor_says: Doctor, settings: Settings, tmp_path: Path
) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    settings.MEDIA_ROOT = str(tmp_path / "file")
    assert f"The folder {tmp_path / 'file'} takes no pictures" in doctor_says()


@pytest.mark.parametrize(
    ("address", "sentence"),
    [
        ("https://other.example", "SITE_URL names other.example, which ALLOWED_HOSTS does not"),
        ("http://news.example.org", "SITE_URL begins with http://"),
    ],
)
def test_the_site_has_an_address_of_its_own(
    doctor_says: Doctor, settings: Settings, address: str, sentence: str
) -> None:
    settings.DEBUG, settings.SITE_URL = False, address
    settings.ALLOWED_HOSTS = ["news.example.org"]
    assert sentence in doctor_says()


def test_an_address_in_numbers_is_among_the_hosts(doctor_says: Doctor, settings: Settings) -> None:
    settings.DEBUG, settings.SITE_URL, settings.ALLOWED_HOSTS = False, "https://[::1]", ["[::1]"]
    assert "SITE_URL" not in doctor_says()


def test_production_needs_static_files_and_a_long_key(
    doctor_says: Doctor, settings: Settings, tmp_path: Path
) -> None:
    settings.DEBUG, settings.STATIC_ROOT, settings.SECRET_KEY = False, tmp_path, "short"
    said = doctor_says()
    assert "run manage.py collectstatic --no-input" in said
    assert "Your SECRET_KEY has less than 50 characters" in said


def test_limits_that_each_process_counts_by_itself_can_wait(
    doctor_says: Doctor, settings: Settings
) -> None:
    settings.DEBUG = False
    assert "Look at: CACHE_URL is not set: each process counts wrong passwords" in doctor_says()


def test_a_full_disk_and_a_wrong_clock_are_named(
    doctor_says: Doctor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(doctor, "FREE", 10**18)
    monkeypatch.setattr(doctor, "CLOCK", -10.0)
    said = doctor_says()
    assert "MB left; make room" in said
    assert "seconds apart; run NTP on both" in said


def test_mail_that_cannot_be_sent_and_a_worker_that_is_away_can_wait(
    doctor_says: Doctor, settings: Settings
) -> None:
    backend = "django.core.mail.backends.smtp.EmailBackend"
    options = {"host": "127.0.0.1", "port": 1, "timeout": 1}
    settings.MAILERS = {"default": {"BACKEND": backend, "OPTIONS": options}}
    said = doctor_says()
    assert "Look at: The mail server does not answer" in said
    assert "Look at: No worker has asked the database lately" in said


def test_receivers_of_errors_and_traces_that_refuse_can_wait(
    doctor_says: Doctor, settings: Settings, system: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.SENTRY_DSN = system.url.replace("://", "://key@") + "7"
    settings.OTLP_TRACES = system.url
    monkeypatch.setenv("OTEL_EXPORTER_OTLP_ENDPOINT", system.url)
    said = doctor_says()
    assert "Sentry" not in said
    assert "traces" not in said
    assert [one.path for one in system.got] == ["/api/7/envelope/", "/v1/traces"]
    system.answer = lambda received: 403
    said = doctor_says()
    assert "Look at: Sentry refuses errors with the code 403" in said
    assert f"Look at: {system.url} takes no traces; check OTEL_EXPORTER_OTLP_ENDPOINT" in said


def test_a_sentry_that_is_away_can_wait(doctor_says: Doctor, settings: Settings) -> None:
    settings.SENTRY_DSN = "http://key@127.0.0.1:1/7"
    assert "Look at: Sentry does not answer" in doctor_says()


def test_a_worker_is_seen_by_what_it_writes(db: None) -> None:
    assert worker_seen() is None
    workers.beat("newsroom worker one")
    workers.beat("newsroom worker two")
    Worker.objects.filter(name="newsroom worker two").update(
        seen_at=timezone.now() - timedelta(days=2)
    )
    assert (worker_seen() or 99) < workers.GONE
    workers.leave("newsroom worker one")
    assert worker_seen() is None, "who is long gone goes too"


@pytest.mark.slow
@pytest.mark.parametrize(
    ("address", "sentence"),
    [
        ("postgres://x:y@127.0.0.1:1/none", "The database does not answer: connection failed"),
        ("postgres://u:p@localhost:port/x", "DATABASE_URL cannot be read"),
        ("postgres://localhost", "DATABASE_URL names no database"),
        ("nonsense", "DATABASE_URL must start with postgres://"),
    ],
)
def test_a_wrong_address_of_the_database_is_a_sentence(address: str, sentence: str) -> None:
    process = start("manage.py", "migrate", DATABASE_URL=address, DEBUG="on")
    _, error = process.communicate(timeout=60)
    assert process.returncode == 1
    assert sentence in error
    assert "Traceback" not in error
