"""The feed keeps to its own description, whatever it is asked: schemathesis tries."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from django.contrib.auth.models import User
from django.core.management import call_command
from pytest_django.live_server_helper import LiveServer

from articles.models import Article
from articles.publishing.publish import publish
from tests.builders import RELEASE_ARTICLE
from tests.processes import ROOT

CASES = "10"


@pytest.mark.slow
@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_every_check_on_every_address(
    live_server: LiveServer, publisher: User, tmp_path: Path
) -> None:
    """By hand with more cases: see tests/schemathesis.toml."""
    call_command("loaddata", "sco_gateway", verbosity=0)
    publish(Article.objects.get(pk=RELEASE_ARTICLE), by=publisher)
    tried = subprocess.run(  # noqa: S603 - our own interpreter
        [
            *(sys.executable, "-m", "schemathesis.cli"),
            *("--config-file", str(ROOT / "tests/schemathesis.toml")),
            *("run", f"{live_server.url}/api/v1/schema/"),
            *("--checks", "all", "-n", CASES, "--generation-deterministic"),
        ],
        cwd=tmp_path,
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    assert tried.returncode == 0, tried.stdout[-5000:] + tried.stderr[-2000:]
