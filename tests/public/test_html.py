"""Every page of the site is valid HTML, judged by the Nu checker of the W3C."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path

import pytest
from django.conf import settings
from django.test import Client

from tests.pages import in_urdu

NU = settings.BASE_DIR / "var/node/node_modules/vnu-jar/build/dist/vnu.jar"

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(
        not (shutil.which("java") and NU.exists()),
        reason="needs Java and the Nu checker (apt install default-jre-headless, "
        "npm install --no-save --prefix var/node vnu-jar)",
    ),
    pytest.mark.django_db,
]


@pytest.mark.parametrize("language", ["en", "ur"])
def test_the_nu_checker_has_nothing_to_say(
    client: Client, site: dict[str, str], tmp_path: Path, language: str
) -> None:
    folder = tmp_path / "pages"
    folder.mkdir()
    for name, path in (in_urdu(site) if language == "ur" else site).items():
        page = client.get(path).content.decode()
        assert page.startswith("<!doctype html>"), name
        (folder / f"{name}.html").write_text(page, encoding="utf-8")
    command = ["java", "-jar", str(NU), "--format", "json", "--exit-zero-always", str(folder)]
    done = subprocess.run(command, capture_output=True, check=True, encoding="utf-8")  # noqa: S603 - Nu
    said = [
        f"{Path(row['url']).stem}: {row['message']} … {row.get('extract', '')[:200]}"
        for row in json.loads(done.stderr)["messages"]
    ]
    assert not said, "\n".join(said)
