"""Settings in processes of their own, as they start: development, production, refusals."""

from __future__ import annotations

import pytest

from newsroom import settings
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
