"""What the documents say is so: the drawing of the models is current, links lead somewhere."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from docs.models import TARGET, drawing
from tests.processes import ROOT, python

PAGES = [ROOT / "README.md", ROOT / "CHANGELOG.md", *sorted((ROOT / "docs").glob("*.md"))]


def test_the_drawing_of_the_models_is_current() -> None:
    """After a change of the models make it anew: uv run docs/models.py."""
    assert TARGET.read_text(encoding="utf-8") == drawing()


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_links_between_files_lead_somewhere(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    for link in re.findall(r"\]\(([^)#]+)", text):
        if "://" not in link:
            assert (page.parent / link).exists(), link


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_named_files_are_there(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    for name in re.findall(r"`((?:articles|people|newsroom|tests|docs|templates)/[\w/.-]+)`", text):
        assert (ROOT / name).exists(), name


def test_every_test_that_a_page_names_is_there() -> None:
    page = (ROOT / "docs/reliability.md").read_text(encoding="utf-8")
    named = set(re.findall(r"`(test_\w+)`", page))
    tests = "".join(path.read_text(encoding="utf-8") for path in ROOT.glob("tests/**/test_*.py"))
    assert len(named) > 20
    assert not named - set(re.findall(r"^def (test_\w+)", tests, re.MULTILINE))


@pytest.mark.slow
@pytest.mark.parametrize("script", sorted((ROOT / "docs").glob("*.py")), ids=lambda path: path.name)
def test_every_script_of_the_docs_can_be_read(script: Path) -> None:
    code = f"import runpy; runpy.run_path({str(script)!r}, run_name='read')"
    process = python(code)
    _, error = process.communicate(timeout=60)
    assert process.returncode == 0, error
