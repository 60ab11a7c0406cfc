"""Every text file and every pipe that we open names its encoding: a locale decides nothing.

Ruff's ``unspecified-encoding`` finds ``open()``; it does not see that ``FOLDER / "a"`` is a path.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

import pytest

from tests.processes import ROOT

FILES = sorted(
    path
    for path in ROOT.rglob("*.py")
    if not {".venv", "var", "node_modules"} & set(path.relative_to(ROOT).parts)
)


def without_encoding(code: str) -> Iterator[int]:
    """The lines of calls that read or write text in whatever encoding the locale has."""
    for call in ast.walk(ast.parse(code)):
        if not isinstance(call, ast.Call):
            continue
        given = {keyword.arg: keyword.value for keyword in call.keywords}
        name = getattr(call.func, "attr", "") or getattr(call.func, "id", "")
        as_text = name in ("read_text", "write_text") or any(
            isinstance(value := given.get(word), ast.Constant) and value.value is True
            for word in ("text", "universal_newlines")
        )
        if as_text and "encoding" not in given:
            yield call.lineno


@pytest.mark.slow
def test_text_is_read_and_written_in_a_named_encoding() -> None:
    places = [
        f"{path.relative_to(ROOT)}:{line}"
        for path in FILES
        for line in without_encoding(path.read_text(encoding="utf-8"))
    ]
    assert not places, "Write encoding='utf-8' there."


def test_the_rule_finds_what_it_is_for() -> None:
    code = "p.read_text()\nrun(x, text=True)\np.read_text(encoding='utf-8')\nrun(x)"
    assert list(without_encoding(code)) == [1, 2]
