"""One table of texts and their quoted passages, for Python here and for the desk's JavaScript."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from articles.publishing.passages import PAIRS, quoted_passages

CASES = json.loads(Path(__file__).with_name("quoted_passages.json").read_text(encoding="utf-8"))


@pytest.mark.parametrize("case", CASES, ids=[case["name"] for case in CASES])
def test_quoted_passages(case: dict[str, Any]) -> None:
    found = quoted_passages(case["text"], case["language"])
    assert [
        {"start": p.start, "end": p.end, "words": p.words, "continued": [*p.continued]}
        for p in found
    ] == case["passages"]


@pytest.mark.parametrize("case", CASES, ids=[case["name"] for case in CASES])
def test_positions_include_the_marks(case: dict[str, Any]) -> None:
    for passage in quoted_passages(case["text"], case["language"]):
        inner = case["text"][passage.start + 1 : passage.end - 1]
        assert inner.strip().startswith(passage.words[:3])


@pytest.mark.parametrize("language", PAIRS)
def test_each_language_reads_its_own_marks(language: str) -> None:
    pair = PAIRS[language].split()[0]
    [passage] = quoted_passages(f"{pair[0]}Word{pair[1]}, she said.", language)
    assert passage.words == "Word"
