"""Bad files, one of each kind: one sentence or their text, in little memory."""

from __future__ import annotations

import sys

import pytest

from benchmarks.bad_input import measure
from tests.importing.bad_files import BAD

#: What the editor is told when a file took eight seconds; on a busy machine some do.
LATE = "The file cannot be read: it is damaged, or unpacks to far too much."


@pytest.mark.slow
@pytest.mark.skipif(sys.platform != "linux", reason="Linux tells the memory of a process.")
@pytest.mark.parametrize("kind", BAD)
def test_a_bad_file_is_one_sentence_or_its_text_in_little_memory(kind: str) -> None:
    sentence, _, _, peaks = measure(kind)

    expected = BAD[kind][2]
    if expected:
        assert expected in sentence or sentence.startswith(LATE)
    assert sentence.count("\n") == 0
    assert max(peaks) < 300, "MB"
