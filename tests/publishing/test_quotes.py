from __future__ import annotations

import pytest

from articles.publishing.quotes import find_quotation, unattributed

BODY = "He said: “Among them is\u00a0the Mughal Legacy,” and that it’s all.\nThen he left."


@pytest.mark.parametrize(
    "words", ["Among them is the Mughal Legacy", "it's all", "all. Then he", "“Among them"]
)
def test_the_same_words_stand(words: str) -> None:
    assert find_quotation(words, BODY) >= 0


@pytest.mark.parametrize(
    "words", ["Among those is", "the mughal legacy", "Mughal Legacies", "mong them", "Mughal Lega"]
)
def test_other_words_do_not(words: str) -> None:
    assert find_quotation(words, BODY) == -1


def test_a_covered_passage_is_attributed() -> None:
    assert unattributed(BODY, ["Among them is the Mughal Legacy"]) == []


def test_a_passage_nobody_claims_is_shown() -> None:
    body = 'The “Eight Wonders of SCO”, and «un mot», and "straight".'
    assert unattributed(body, []) == ["Eight Wonders of SCO", "un mot", "straight"]


def test_an_apostrophe_is_no_quotation() -> None:
    assert unattributed("Pakistan’s role in the ‘Shanghai Spirit’ of SCO’s states", []) == []


def test_chinese_has_no_spaces_to_mark_a_word() -> None:
    assert find_quotation("上海精神", "成员国将坚定遵循上海精神。") > 0


def test_punctuation_at_an_end_cuts_no_word() -> None:
    assert find_quotation(",” and that", BODY) > 0
    assert find_quotation("Legacy,", BODY) > 0
