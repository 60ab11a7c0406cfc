from __future__ import annotations

import pytest

from articles.quotations import position, unattributed

BODY = "He said: “Among them is\u00a0the Mughal Legacy,” and that it’s all.\nThen he left."


@pytest.mark.parametrize(
    "words", ["Among them is the Mughal Legacy", "it's all", "all. Then he", "“Among them"]
)
def test_the_same_words_stand(words: str) -> None:
    assert position(words, BODY) >= 0


@pytest.mark.parametrize("words", ["Among those is", "the mughal legacy", "Mughal Legacies"])
def test_other_words_do_not(words: str) -> None:
    assert position(words, BODY) == -1


def test_a_covered_passage_is_attributed() -> None:
    assert unattributed(BODY, ["Among them is the Mughal Legacy"]) == []


def test_a_passage_nobody_claims_is_shown() -> None:
    body = 'The “Eight Wonders of SCO”, and «un mot», and "straight".'
    assert unattributed(body, []) == ["Eight Wonders of SCO", "un mot", "straight"]


def test_an_apostrophe_is_no_quotation() -> None:
    assert unattributed("Pakistan’s role in the ‘Shanghai Spirit’ of SCO’s states", []) == []
