from __future__ import annotations

import pytest

from articles.publishing.quotes import find_quotation, unattributed

BODY = "He said: “Among them is\u00a0the Mughal Legacy,” and that it’s all.\nThen he left."

#: Words, and a text in which they stand.
STANDS = [
    ("we will go on", "“we will go on”"),
    ("One. Two.", "“One.\n“Two.”"),
    ("One. Two.", "“One.\n“Two.” End"),
    ("we go", "we go—now"),
    ("we go", "we go – now"),
    ("we go", "we go¹ and"),
    ("in 2020", "in 2020¹ we"),
    ("in 2020", "in 2020, 5 people"),
    ("since 2019", "since 2019 500 people"),
    ("上海精神", "成员国将坚定遵循上海精神。"),
    ("the boys", "‘the boys’ said"),
    ("cost 5,000", "cost 5,000, he said"),
    ("Yes", "Yes.No"),
    ("India", "India/Pakistan"),
    ("-5 percent", "fall of −5 percent"),
    ("5", "it was 5. Then"),
    ("5", "it was 5."),
    ("we can", "(we can)"),
    ("5%", "growth of 5% is"),
    ("5 percent", "growth of ۵ percent"),
    ("GDP grew 3.5%", "“GDP grew 3.5%”"),
    ("we can’t", "we can't"),
    ("One. Two.", "« One.\n« Two. »"),
    ("Windows", "Windows™ is"),
    ("北京", "在2020年北京大学"),
    ("Aid of $5 million", "“Aid of $5 million”"),
    ("the end", "the end…"),
    ("One. “Two", "“One.\n“Two.”"),
    ("we go", "we go: he"),
    ("he", "go: he went"),
    ("5", "grew by 5; 6"),
    ("five", "five—six"),
    ("won 3", "they won 3. 5 people"),
]
#: Words, and a text that cuts a word or a number of it to have them.
CUTS = [
    ("We will help you if we can", "We will help you if we can't be stopped"),
    ("cost us 5", "It cost us 5,000,000 rupees"),
    ("growth of 3", "a growth of 3.5"),
    ("5 percent", "a fall of −5 percent"),
    ("we are non", "we are non-aligned"),
    ("5", "5٫5"),
    ("۵", "قیمت ۵٬۰۰۰ روپے"),
    ("قیمت ۵", "قیمت ۵٬۰۰۰ روپے"),
    ("growth of 5", "growth of 5%"),
    ("growth of 5", "growth of ٥٪"),
    ("growth of 5", "growth of 5 %"),
    ("5 million", "it cost $5 million"),
    ("5 million", "it cost € 5 million"),
    ("7 percent", "5–7 percent"),
    ("cost 5", "cost 5–7 rupees"),
    ("on 16", "on 16/7/2020"),
    ("on 2020", "on 2020-07-16"),
    ("cost 5", "cost 5 000 rupees"),
    ("cost 5", "cost 5\u202f000\u202f000 rupees"),
    ("000 rupees", "cost 5,000 rupees"),
    ("花了5", "花了5万元"),
    ("花了五", "花了五百万元"),
    ("增长百分之", "增长百分之五"),
    ("10", "10⁶ people"),
    ("at 5", "at 5:30"),
    ("cost us 5", "cost us 5 million"),
    ("قیمت 5", "قیمت 5 فیصد"),
    ("the U", "the U.S. said"),
    ("info", "info@example.org"),
    ("the R", "the R&D budget"),
    ("Brien said", "O’Brien said"),
    ("we are pre", "we are pre- and post-war"),
    ("5", "5½ years"),
    ("area of 5 m", "area of 5 m²"),
    ("example", "www.example.org"),
    ("5", "−5"),
    ("-5", "-5.5"),
    ("5.", "5.5"),
    ("can'", "can't"),
    ("\u200b", "abc"),
    ("we go", "we gone"),
    ("aligned", "non-aligned"),
    ("12", "12,5"),
    ("19 cases", "COVID‑19 cases"),
    ("हिन्द", "हिन्दी भाषा"),
    ("aid of $5", "aid of $5bn"),
    ("5 bn", "-5 bn"),
    ("million", "$5 million"),
    ("ex", "ex-minister"),
    ("by Ahmed", "by Ahmed's team"),
]


@pytest.mark.parametrize(("words", "body"), STANDS)
def test_words_stand(words: str, body: str) -> None:
    assert find_quotation(words, body) >= 0


@pytest.mark.parametrize(("words", "body"), CUTS)
def test_a_quotation_cuts_no_word_and_no_number(words: str, body: str) -> None:
    assert find_quotation(words, body) == -1


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
    body = "Pakistan’s role in the ‘Shanghai Spirit’ of SCO’s states, don’t, ’90s, the boys’"
    assert unattributed(body, []) == ["Shanghai Spirit"]


def test_chinese_has_no_spaces_to_mark_a_word() -> None:
    assert find_quotation("上海精神", "成员国将坚定遵循上海精神。") > 0


def test_punctuation_at_an_end_cuts_no_word() -> None:
    assert find_quotation(",” and that", BODY) > 0
    assert find_quotation("Legacy,", BODY) > 0


def test_a_statement_over_two_paragraphs_covers_its_passage() -> None:
    assert unattributed("He said: “One.\n“Two.”", ["One. Two."]) == []


def test_part_of_a_word_covers_nothing() -> None:
    assert unattributed("He said: “We can’t go.”", ["We can"]) == ["We can’t go."]


def test_the_article_s_language_says_what_a_mark_is() -> None:
    assert unattributed("”ہاں“ اور ”نہیں“", ["ہاں"], "ur") == ["نہیں"]
