"""Settings in processes of their own, as they start: development, production, refusals."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
PRODUCTION = {
    "DATABASE_URL": "postgres://user:word@localhost/newsroom",
    "SECRET_KEY": "k" * 60,
    "ALLOWED_HOSTS": "news.example.org,www.example.org",
}


def start(code: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(  # noqa: S603 - our own interpreter
        [sys.executable, "-c", f"from newsroom import settings; {code}"],
        cwd=ROOT,
        env={"PATH": os.environ["PATH"]} | environment,
        capture_output=True,
        text=True,
        check=False,
    )


def test_development_needs_nothing() -> None:
    result = start("print(settings.DEBUG, settings.DATABASES['default']['ENGINE'])")
    assert result.stdout.split() == ["True", "newsroom.database"]


def test_production_needs_three() -> None:
    code = "print(settings.DEBUG, settings.SITE_URL, settings.DATABASES['default']['NAME'])"
    result = start(code, **PRODUCTION)
    assert result.stdout.split() == ["False", "https://news.example.org", "newsroom"]


@pytest.mark.parametrize("missing", ["SECRET_KEY", "ALLOWED_HOSTS"])
def test_production_refuses_to_start_without(missing: str) -> None:
    result = start("", **{name: value for name, value in PRODUCTION.items() if name != missing})
    assert result.returncode != 0
    assert f"ImproperlyConfigured: Set {missing} in the environment" in result.stderr


def test_no_other_database() -> None:
    result = start("", **PRODUCTION | {"DATABASE_URL": "sqlite:///db.sqlite3"})
    assert "Newsroom runs on PostgreSQL only" in result.stderr
