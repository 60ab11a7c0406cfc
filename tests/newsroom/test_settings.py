"""Settings in processes of their own, as they start: development, production, refusals."""

from __future__ import annotations

from pathlib import Path

import pytest

from newsroom import settings
from tests import processes
from tests.processes import python

PRODUCTION = {
    "DATABASE_URL": "postgres://user:word@localhost/newsroom",
    "SECRET_KEY": "only-for-these-tests-" * 3,
    "ALLOWED_HOSTS": "news.example.org,www.example.org",
}

pytestmark = pytest.mark.slow  # each starts a process


def start(code: str = "", **settings: str) -> tuple[str, str]:
    """What a process prints, and its errors, when it reads the settings and runs ``code``."""
    process = python(f"from newsroom import settings; {code}", **settings)
    return process.communicate(timeout=60)


def test_development_needs_nothing() -> None:
    out, _ = start("print(settings.DEBUG, settings.DATABASES['default']['ENGINE'])")
    assert out.split() == ["True", "newsroom.database"]


def test_production_needs_three() -> None:
    code = "print(settings.DEBUG, settings.SITE_URL, settings.DATABASES['default']['NAME'])"
    out, _ = start(code, **PRODUCTION)
    assert out.split() == ["False", "https://news.example.org", "newsroom"]


@pytest.mark.parametrize("missing", ["SECRET_KEY", "ALLOWED_HOSTS"])
def test_production_refuses_to_start_without(missing: str) -> None:
    given = {name: value for name, value in PRODUCTION.items() if name != missing}
    _, error = start(**given)
    assert f"ImproperlyConfigured: Set {missing} in the environment" in error


@pytest.mark.parametrize(
    ("name", "key"),
    [
        ("SECRET_KEY", "x"),
        ("SECRET_KEY_FALLBACKS", "x"),
        ("SECRET_KEY", settings.DEVELOPMENT_KEY),
    ],
)
def test_production_refuses_a_key_that_is_easy_to_guess(name: str, key: str) -> None:
    _, error = start(**PRODUCTION | {name: key})
    assert f"ImproperlyConfigured: {name} is too easy to guess; make one with" in error


def test_a_secret_may_stand_in_a_file(tmp_path: Path) -> None:
    key = tmp_path / "key"
    key.write_text(PRODUCTION["SECRET_KEY"] + "\n", encoding="utf-8")
    given = {name: value for name, value in PRODUCTION.items() if name != "SECRET_KEY"}
    out, error = start("print(settings.SECRET_KEY)", **given, SECRET_KEY_FILE=str(key))
    assert out.strip() == PRODUCTION["SECRET_KEY"], error
    _, error = start(**given, SECRET_KEY_FILE=str(tmp_path / "none"))
    assert "ImproperlyConfigured: SECRET_KEY_FILE cannot be read: [Errno 2] No such" in error


def test_no_other_database() -> None:
    _, error = start(**PRODUCTION | {"DATABASE_URL": "sqlite:///db.sqlite3"})
    assert "Newsroom runs on PostgreSQL only" in error


@pytest.mark.slow
def test_a_command_says_what_is_missing_in_a_sentence() -> None:
    code = "import sys, runpy; sys.argv = ['manage.py', 'migrate']; "
    run = "runpy.run_path('manage.py', run_name='__main__')"
    _, error = python(code + run, DATABASE_URL=PRODUCTION["DATABASE_URL"]).communicate(timeout=60)
    assert error.startswith("Set SECRET_KEY in the environment")
    assert "Traceback" not in error


def test_a_domain_is_preloaded_into_browsers_only_by_choice() -> None:
    code = "print(settings.SECURE_HSTS_PRELOAD)"
    assert start(code, **PRODUCTION)[0].strip() == "False"
    assert start(code, **PRODUCTION | {"SECURE_HSTS_PRELOAD": "on"})[0].strip() == "True"


@pytest.mark.parametrize(
    ("kind", "seconds"),
    [("web", (5, 30, 30)), ("worker", (50, 300, 300)), ("command", None), ("owner", None)],
)
def test_each_kind_of_process_has_limits_of_its_own(
    kind: str, seconds: tuple[int, int, int] | None
) -> None:
    code = "print(settings.DATABASES['default']['OPTIONS'].get('options'))"
    said, _ = start(code, **PRODUCTION, PROCESS_KIND=kind)
    names = "lock_timeout", "statement_timeout", "idle_in_transaction_session_timeout"
    expected = "None"
    if seconds:
        pairs = zip(names, seconds, strict=True)
        expected = " ".join(f"-c {name}={number * 1000}" for name, number in pairs)
    assert said.strip() == expected


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ({"REPLICA_URL": "mysql://a@b/c"}, "REPLICA_URL must start with postgres://"),
        ({"REPLICA_URL": "postgres://a@b"}, "REPLICA_URL names no database"),
        ({"PROCESS_KIND": "owner", "PGBOUNCER": "on"}, "cannot work through PgBouncer"),
        ({"DATABASE_URL": "", "DEBUG": "on", "PGBOUNCER": "on"}, "stand beside DATABASE_URL"),
    ],
)
def test_an_address_that_is_wrong_is_refused_in_a_sentence(
    given: dict[str, str], sentence: str
) -> None:
    _, error = start(**PRODUCTION | given)
    assert sentence in error.strip().splitlines()[-1]


@pytest.mark.parametrize(
    ("name", "value", "sentence"),
    [
        ("DATABASE_POOL", "abc", "DATABASE_POOL is no number; write one."),
        ("DATABASE_LOCK_TIMEOUT", "5s", "DATABASE_LOCK_TIMEOUT is no number; write one."),
        ("FOUR_EYES", "ja", "FOUR_EYES is neither on nor off; write one of them."),
        ("TIME_ZONE", "Mars/X", "TIME_ZONE is no time zone; write one of the IANA's names"),
        ("TIME_ZONE", "../x", "TIME_ZONE is no time zone; write one of the IANA's names"),
        ("LOG_LEVEL", "loud", "Set LOG_LEVEL to DEBUG, INFO, WARNING, ERROR or CRITICAL."),
        ("CACHE_URL", "foo://x", "CACHE_URL cannot be read: "),
        ("EMAIL_URL", "foo://x", "EMAIL_URL cannot be read: "),
        ("EMAIL_URL", "smtp://host:port", "EMAIL_URL cannot be read: "),
        ("SECRET_KEY", "x", "SECRET_KEY is too easy to guess"),
        ("SITE_URL", "news", "SITE_URL is no address of a web server; write https://"),
        ("SITE_URL", "https://a.example/news", "https://a.example/news is not the address of one"),
        ("ALLOWED_HOSTS", ".example.org", "https://.example.org is not the address of one host"),
        ("ALLOWED_HOSTS", "https://a.example", "ALLOWED_HOSTS has 'https://a.example', which no"),
    ],
)
def test_a_wrong_value_is_one_sentence_to_commands_and_to_the_server(
    name: str, value: str, sentence: str
) -> None:
    given = PRODUCTION | {name: value}
    for process in (
        processes.start("manage.py", "check", **given),
        python("import newsroom.wsgi", **given),
    ):
        _, error = process.communicate(timeout=60)
        assert (process.returncode, error.count("\n")) == (1, 1), error
        assert error.startswith(sentence)
