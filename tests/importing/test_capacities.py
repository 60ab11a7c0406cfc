"""Who speaks in a paragraph, and in what capacity: one paragraph for each form of words."""

from pathlib import Path

import pytest

from articles.importing.extractor import extract
from articles.importing.proposal import to_json

_LEAD = (
    "New bridge opened\n\n"
    "Marapur, 5 May 2026 – A new bridge was opened on Monday after two years of work.\n\n"
)
_BLOCKS = (Path(__file__).parent / "capacities.txt").read_text(encoding="utf-8").split("\n\n")
_FORMS = [block.strip().split("\n    ") for block in _BLOCKS if not block.startswith("#")]


@pytest.mark.parametrize(("paragraph", "speaker"), _FORMS, ids=[form[0][:60] for form in _FORMS])
def test_a_speaker_has_the_capacity_that_the_paragraph_states(paragraph: str, speaker: str) -> None:
    found = to_json(extract(_LEAD + paragraph))

    keys = ("name", "honorific", "title", "organization")
    speakers = [" | ".join(one[key] or "" for key in keys).strip() for one in found["speakers"]]
    assert speakers == [speaker.strip()]
    said_by = {one["speaker"] for one in found["quotations"]}
    assert said_by <= {found["speakers"][0]["name"]}
