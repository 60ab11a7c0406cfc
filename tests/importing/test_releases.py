"""The labelled releases are well formed, and each label stands in its release."""

import json
from pathlib import Path

import pytest

RELEASES = Path(__file__).parent / "releases"
NAMES = sorted(str(path.relative_to(RELEASES)) for path in RELEASES.glob("*/*.txt"))


def _words(text: str) -> str:
    return " ".join(text.split())


def _stands(text: str, source: str, parts: int = 4) -> bool:
    """Whether the words stand in the source, in at most so many parts one after the other."""
    if text in source:
        return True
    cuts = [place for place, sign in enumerate(text) if sign == " "]
    for cut in reversed(cuts if parts > 1 else []):
        start = source.find(text[:cut])
        if start >= 0:
            return _stands(text[cut + 1 :], source[start + cut :], parts - 1)
    return False


@pytest.mark.parametrize("name", NAMES)
def test_every_label_stands_in_its_release(name: str) -> None:
    source = _words((RELEASES / name).read_text(encoding="utf-8"))
    label = json.loads((RELEASES / name).with_suffix(".json").read_text(encoding="utf-8"))

    assert list(label) == [
        "file",
        "headline",
        "dateline",
        "speakers",
        "quotations",
        "reported",
        "event",
        "organizations",
        "paragraphs",
    ]
    assert label["file"] == Path(name).name
    values = [label["headline"], *label["organizations"], *label["paragraphs"]]
    values += [reported["starts"] for reported in label["reported"]]
    for record in (label["dateline"], label["event"], *label["speakers"]):
        for value in (record or {}).values():
            values += value if isinstance(value, list) else [value]
    assert [value for value in values if value is not None and value not in source] == []
    quotations = [quotation["text"] for quotation in label["quotations"]]
    assert [text for text in quotations if not _stands(text, source)] == []


@pytest.mark.parametrize("name", NAMES)
def test_whoever_says_something_is_a_speaker(name: str) -> None:
    label = json.loads((RELEASES / name).with_suffix(".json").read_text(encoding="utf-8"))
    speakers = {speaker["name"] for speaker in label["speakers"]}
    heard = {words["speaker"] for words in (*label["quotations"], *label["reported"])}
    assert heard - {None} == speakers
    assert None not in {words["speaker"] for words in label["reported"]}
    if label["event"]:
        assert set(label["event"]["organizers"]) <= set(label["organizations"])
