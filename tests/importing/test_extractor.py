"""What the rules read in a release; tests/importing/releases measures them at large."""

import json
import re
import time
from pathlib import Path

import pytest

from articles.importing.extractor import extract
from articles.importing.proposal import (
    LONGEST_TEXT,
    Known,
    KnownRecord,
    KnownSpeaker,
    Proposal,
    Unreadable,
    stands,
    to_json,
    values,
)

FIXTURES = Path(__file__).parents[2] / "articles" / "fixtures"
RELEASE = (FIXTURES / "sco_gateway.txt").read_text(encoding="utf-8")


def fixture_rows(model: str) -> list[dict]:
    rows = json.loads((FIXTURES / "sco_gateway.json").read_text(encoding="utf-8"))
    return [row["fields"] | {"pk": row["pk"]} for row in rows if row["model"] == model]


def speakers(proposal: Proposal) -> list[tuple[str | None, ...]]:
    """The honorific, name, title and organization of each speaker."""
    keys = ("honorific", "name", "title", "organization")
    return [tuple(one[key] for key in keys) for one in to_json(proposal)["speakers"]]


def quotations(text: str) -> list[tuple[str, str | None]]:
    return [(one["text"], one["speaker"]) for one in to_json(extract(text))["quotations"]]


def reported(text: str) -> list[str | None]:
    return [one["speaker"] for one in to_json(extract(text))["reported"]]


def test_the_release_gives_the_speakers_of_the_fixture() -> None:
    organizations = {row["pk"]: row["name"] for row in fixture_rows("people.organization")}
    capacities = {row["speaker"]: row for row in fixture_rows("people.affiliation")}
    wanted = [
        (
            row["honorific_prefix"] or None,
            row["name"],
            capacities[row["pk"]]["title"],
            organizations.get(capacities[row["pk"]]["organization"]),
        )
        for row in fixture_rows("people.speaker")
    ]

    proposal = extract(RELEASE)

    assert speakers(proposal) == wanted
    assert [one.text for one in proposal.speakers[1].spellings] == ["Zahoor Ahmad"]


def test_the_release_gives_the_statements_of_the_fixture() -> None:
    proposal = extract(RELEASE)
    rows = sorted(fixture_rows("articles.statement"), key=lambda row: row["number"])

    assert [one.text for one in proposal.quotations] == [
        row["text"] for row in rows if row["kind"] == "direct"
    ]
    assert [(one.text.text, one.passage.text) for one in proposal.reported] == [
        (row["text"], row["passage"]) for row in rows if row["kind"] == "reported"
    ]


def test_the_release_gives_the_event_of_the_fixture() -> None:
    event = extract(RELEASE).event
    (row,) = fixture_rows("articles.event")

    assert event is not None
    assert event.name.text == row["name"]
    assert event.kind is not None
    assert event.kind.text == row["kind"]
    assert event.format is not None
    assert event.format.reading == row["format"]
    assert event.attendance is not None
    assert event.attendance.reading == str(row["attendance"])
    assert event.live_coverage is not None
    assert event.live_coverage.text == row["live_coverage"]
    assert event.day is not None
    assert event.day.text == row["date_words"]
    assert len(event.organizers) == len(row["organizers"])


def test_every_value_stands_at_its_span_also_among_invisible_signs() -> None:
    text = "\ufeff" + RELEASE.replace(" ", " \u200b").replace("\n", "\r\n")

    proposal = extract(text)

    assert speakers(proposal) == speakers(extract(RELEASE))
    assert [path for path, value in values(proposal) if not stands(value, text)] == []


@pytest.mark.parametrize(
    ("words", "wanted"),
    [
        ("“We will build it this year,” said Dr. Anna Lind, head of Orvik Institute.", "Anna Lind"),
        ("Dr. Anna Lind said: “We will build it this year.”", "Anna Lind"),
        ('According to Mayor Anna Lind, "we will build it this year".', "Anna Lind"),
        ("The mayor, Anna Lind, promised, «We will build it this year.»", "Anna Lind"),
        ("„We will build it this year“, Mayor Anna Lind told reporters.", "Anna Lind"),
    ],
)
def test_a_quotation_finds_its_speaker_before_after_and_in_any_marks(
    words: str, wanted: str
) -> None:
    assert quotations(f"Orvik gets a bridge over the river.\n\n{words}") == [
        ("We will build it this year" + ("." if ".”" in words or ".»" in words else ""), wanted)
    ] or quotations(f"Orvik gets a bridge over the river.\n\n{words}") == [
        ("we will build it this year", wanted)
    ]


def test_parts_round_an_attribution_are_one_quotation() -> None:
    text = "“We will build it,” said Mayor Anna Lind. “Nobody will stop us now.”"

    (one,) = extract(text).quotations

    assert [piece.text for piece in one.pieces] == ["We will build it", "Nobody will stop us now."]


def test_a_quotation_over_paragraphs_is_one_with_a_piece_for_each() -> None:
    text = (
        "Orvik builds\n\nThe bridge is planned at last.\n\n“We will build it this year.\n\n"
        "“Nobody will stop us,” Mayor Anna Lind said."
    )

    (one,) = extract(text).quotations

    assert [piece.text for piece in one.pieces] == [
        "We will build it this year.",
        "Nobody will stop us",
    ]


def test_he_she_and_a_role_mean_who_spoke_before() -> None:
    text = (
        "Foreign Minister Imran Sethi said that talks would go on. He added that trade came first. "
        "Ms. Sana Malik, director of the Trade Institute, urged patience. She praised the talks. "
        "The minister thanked the guests."
    )

    assert reported(text) == [
        "Imran Sethi",
        "Imran Sethi",
        "Sana Malik",
        "Sana Malik",
        "Imran Sethi",
    ]


@pytest.mark.parametrize(
    "words",
    [
        "The mayor opened the exhibition “A Hundred Years of the River and Its People”.",
        "It is the project “Eight Wonders of SCO”, which began in May.",
        "The so-called ‘split weekend’ ends in June.",
    ],
)
def test_titles_and_terms_are_no_quotations(words: str) -> None:
    assert quotations(words) == []


def test_who_is_not_named_is_nobody() -> None:
    text = "“The bridge is open to all again today,” a spokesperson for the ministry said."

    proposal = extract(text)

    assert proposal.speakers == ()
    assert [one.speaker for one in proposal.quotations] == [None]


def test_contacts_and_what_a_house_says_of_itself_are_not_the_body() -> None:
    text = (
        "FOR IMMEDIATE RELEASE\n\nOrvik opens its bridge to cars\n\nORVIK, March 3, 2026 -- The "
        "bridge over the river is open to cars from today.\n\nAbout Orvik\n\nOrvik is a "
        "town.\n\n###\n"
    )

    found = to_json(extract(text))

    assert found["headline"] == "Orvik opens its bridge to cars"
    assert found["dateline"] == {"place": "ORVIK", "date_as_stated": "March 3, 2026"}
    assert found["paragraphs"] == ["The bridge over the river is open to cars from today."]


def test_other_scripts_give_paragraphs_dateline_and_quoted_passages() -> None:
    text = (
        "新桥今天通车\n\n北京3月2日电 新桥今天通车，两岸居民不再需要绕行。"
        "王丽说：“我们等这座桥已经等了三十年。”"
    )

    found = to_json(extract(text))

    assert found["language"] == "zh-hans"
    assert found["dateline"] == {"place": "北京", "date_as_stated": "3月2日"}
    assert [one["text"] for one in found["quotations"]] == ["我们等这座桥已经等了三十年。"]


def test_known_names_are_matched_with_a_reason() -> None:
    known = Known(
        (KnownSpeaker("1", "Zahoor Ahmad"), KnownSpeaker("2", "Vladimir Norow")),
        (KnownRecord("3", "Center for Global & Strategic Studies", "CGSS"),),
        (KnownRecord("4", "Tourism"),),
    )

    proposal = extract(RELEASE, known)

    matches = [[(one.id, one.why) for one in speaker.matches] for speaker in proposal.speakers]
    assert matches == [[("2", "close spelling")], [("1", "same name")], []]
    assert "3" in [match.id for one in proposal.organizations for match in one.matches]
    assert [topic.match.id for topic in proposal.topics] == ["4"]


@pytest.mark.parametrize("text", ["", " \n ", "…—“”", "a" * (LONGEST_TEXT + 1)])
def test_what_is_no_release_is_refused_with_a_sentence(text: str) -> None:
    with pytest.raises(Unreadable, match=r"\.$"):
        extract(text)


@pytest.mark.parametrize(
    "piece",
    [
        *("(a", "Abc ", "“a ", '" a', "Khan, said ", "A-", "A. ", "Ministry of the ", "a\n"),
        *("ل", "Ж", "说汉"),
    ],
)
def test_a_hostile_text_is_read_all_the_same(piece: str) -> None:
    extract((piece * LONGEST_TEXT)[:20_000])


def _crowd(sentence: str) -> str:
    """A text as long as may be: the sentence again and again, with other names each time."""
    first = [
        "ba",
        "de",
        "fi",
        "go",
        "hu",
        "ja",
        "ke",
        "li",
        "mo",
        "nu",
        "pa",
        "re",
        "si",
        "to",
        "vu",
    ]
    names = [f"{a}{b}{c}".title() for a in first for b in first for c in first]
    text = "The road is open\n\n" + "".join(
        sentence.replace("A", name).replace("B", names[-n]) for n, name in enumerate(names)
    )
    return (text * (LONGEST_TEXT // len(text) + 1))[:LONGEST_TEXT]


@pytest.mark.parametrize(
    ("sentence", "told"),
    [
        ("Minister A B said the road was new. ", "100 persons or more"),
        ("The A Bank opened. Its chairwoman, A B, said it was new.\n\n", "100 persons or more"),
        ("Mr. Ahmed said it was new. A Ahmed said it was long. ", "100 persons or more"),
        ("The A Institute of B signed it with the B Fund. ", "15,000 words and signs"),
    ],
)
def test_the_longest_text_takes_the_processor_three_seconds_at_most(
    sentence: str, told: str
) -> None:
    text = _crowd(sentence)
    began = time.process_time()
    proposal = extract(text)
    assert time.process_time() - began < 3
    assert any(told in note for note in proposal.notes)


@pytest.mark.parametrize(
    ("sentence", "wanted"),
    [
        ("“We count every tree that we plant,” said Zainab Oduya of Green Delta.",
         ("Zainab Oduya", None, "Green Delta")),
        ("Its new chairman is Teuvo Kallas. He said that the firm would grow.",
         ("Teuvo Kallas", "new chairman", None)),
        ("Mayor of Alcora Juan Díaz Prado said that the bells would ring.",
         ("Juan Díaz Prado", "Mayor of Alcora", None)),
        ("President of the Republic of Malvania Ion Ceban said that it rained.",
         ("Ion Ceban", "President of the Republic of Malvania", None)),
        ("Acme Solar’s Lena Fuchs said that the plant would close.",
         ("Lena Fuchs", None, "Acme Solar")),
        ("Dr. (Mrs.) Folasade Adebanjo, Provost of Ibara College, said that it rained.",
         ("Folasade Adebanjo", "Provost", "Ibara College")),
        ("Dr. Yaw Mensah PhD, Director of the Volta Institute of Health, said that it rained.",
         ("Yaw Mensah", "Director", "Volta Institute of Health")),
        ("Air Chief Marshal Zaheer Sidhu, Chief of the Air Staff, praised the pilots.",
         ("Zaheer Sidhu", "Chief of the Air Staff", None)),
        ("The fund is open, said Tamar Gelashvili, head of research at Kartli Pharma.",
         ("Tamar Gelashvili", "head of research", "Kartli Pharma")),
        ("Dr. Sunil Kumar Thapa, a surgeon from Dharan who leads the team, said that it rained.",
         ("Sunil Kumar Thapa", "surgeon", None)),
        ("The Deputy Governor of Green Delta, Captain Ivo Tolvan, said that it rained.",
         ("Ivo Tolvan", "Deputy Governor", "Green Delta")),
        ("Dr. Ivo Brand said that it rained.", ("Ivo Brand", None, None)),
        ("Justice (Retd.) Ivo Tolvan, Patron-in-Chief, Lake Trust, said that it rained.",
         ("Ivo Tolvan", "Patron-in-Chief", "Lake Trust")),
        ("Ivo Tolvan, Chairperson Department of Law, University of Lipa, said that it rained.",
         ("Ivo Tolvan", "Chairperson", "Department of Law, University of Lipa")),
        ("Ivo Tolvan, Chairman of the Board of Directors of Lipa Bank, said that it rained.",
         ("Ivo Tolvan", "Chairman of the Board of Directors", "Lipa Bank")),
        ("Ivo Tolvan, who works for the Lake Trust as an observer, said that it rained.",
         ("Ivo Tolvan", "observer", "Lake Trust")),
        ("Ivo Tolvan has been appointed chief executive of Soil Bank. He said that it rained.",
         ("Ivo Tolvan", "chief executive", "Soil Bank")),
        ("Hon. Ivo Tolvan, Member of Parliament for Lipa, said that it rained.",
         ("Ivo Tolvan", "Member of Parliament for Lipa", None)),
        ("On Monday, tournament director Ivo Tolvan said that it rained.",
         ("Ivo Tolvan", "tournament director", None)),
        ("Lipa is a partner of Lampa, a cooperative of weavers. Its chairman, Ivo Tolvan, said "
         "that it rained.", ("Ivo Tolvan", "chairman", "Lampa")),
        ("The winner was Ivo Tolvan. He said that it rained.", ("Ivo Tolvan", "winner", None)),
        ("“We have asked the bank to answer,” said Suryanto.", ("Suryanto", None, None)),
        ("Nordlys has bought the bakery. Its managing director, Tor Hegge, said that it rained.",
         ("Tor Hegge", "managing director", "Nordlys")),
    ],
)  # fmt: skip
def test_capacities_are_read_in_many_forms(sentence: str, wanted: tuple[str | None, ...]) -> None:
    proposal = extract(f"Work goes on\n\nIt rained for the whole of the week.\n\n{sentence}")
    assert [one[1:] for one in speakers(proposal)] == [wanted]


@pytest.mark.parametrize(
    ("sentence", "name", "day", "organizers"),
    [
        ("They met on Friday at “In Many Words”, a workshop of the Lake Trust and the Soil Bank.",
         "In Many Words", "on Friday", ["Lake Trust", "Soil Bank"]),
        ("The annual Reef Run drew 900 people on Sunday. It was organised by the Lake Club.",
         "Reef Run", "on Sunday", ["Lake Club"]),
        ("Under the auspices of the Lake Ministry, the World Water Forum opened on Monday.",
         "World Water Forum", "on Monday", ["Lake Ministry"]),
        ("The 5th Lipa Summit, themed “From Lake to Table”, is hosted by the Soil Bank in "
         "partnership with the Lake Trust.", "5th Lipa Summit", None, ["Soil Bank", "Lake Trust"]),
        ("Multinational exercise COAST GUEST-IV ended on Friday.",
         "COAST GUEST-IV", "on Friday", []),
    ],
)  # fmt: skip
def test_an_event_has_its_name_its_day_and_who_holds_it(
    sentence: str, name: str, day: str | None, organizers: list[str]
) -> None:
    event = to_json(extract(f"Work goes on\n\nIt rained for the whole week.\n\n{sentence}"))[
        "event"
    ]
    assert (event["name"], event["day_as_stated"], event["organizers"]) == (name, day, organizers)


@pytest.mark.parametrize(
    ("start", "place", "date"),
    [
        ("Multan (PR): It", "Multan", None),
        ("MULTAN (PR) It", "MULTAN", None),
        ("Niamey, le 3 juin 2026 – It", "Niamey", "le 3 juin 2026"),
        ("ROTTERDAM, The Netherlands, 12 May. – It", "ROTTERDAM, The Netherlands", "12 May"),
        ("Lipa, 1. 10. 2026. It", "Lipa", "1. 10. 2026"),
        ("Lipa, Jan. 6, 2026 — It", "Lipa", "Jan. 6, 2026"),
    ],
)
def test_datelines_of_many_houses_are_read(start: str, place: str, date: str | None) -> None:
    text = f"Rain stops the work\n\n{start} rained for the whole week, and the bridge was closed."
    assert to_json(extract(text))["dateline"] == {"place": place, "date_as_stated": date}


def test_a_person_is_no_part_of_the_name_of_a_body() -> None:
    text = "Rain\n\nIt rained.\n\nDr. Anna Lind of the Institute of Rain in Bern said on Friday no."
    assert to_json(extract(text))["organizations"] == ["Institute of Rain"]


OTHER_LANGUAGES = {
    "ru": (
        "Мост открыт\n\nТВЕРДИНО, 3 июня — Компания «Речной путь» открыла мост через реку.\n\n"
        "«Мы строили его девять лет и очень устали», — сказала директор компании Вера Сомова. "
        "Она добавила, что перила ещё красят.\n\n"
        "Мэр города Олег Тишин сообщил, что проезд бесплатный.\n\n«Это слово», — так не говорят.",
        ["Вера Сомова", "Олег Тишин"],
        [("Мы строили его девять лет и очень устали", "Вера Сомова")],
        ["Вера Сомова", "Олег Тишин"],
    ),
    "zh": (
        "新桥通车\n\n江口6月3日电 江口镇的新桥今天通车，桥长三百米。从镇上到学校的路"
        "从此近了一半，公交车每十分钟一班。\n\n"
        "江口县交通局局长林大海表示，大桥建了九年。“我们终于等到了这一天，大家都很高兴。”他说。\n\n"
        "村民王小花说：“以前过河要等半天，现在只要五分钟。”",
        ["林大海", "王小花"],
        [
            ("我们终于等到了这一天，大家都很高兴。", "林大海"),
            ("以前过河要等半天，现在只要五分钟。", "王小花"),
        ],
        ["林大海"],
    ),
    "ur": (
        "نیا پل کھل گیا\n\nملتان (3 جون 2026): دریا پر نیا پل آج کھول دیا گیا ہے اور لوگ "
        "خوش ہیں۔\n\n"
        "ادارے کے سربراہ ڈاکٹر کامران ملک نے کہا: ”ہم نے یہ پل نو سال میں بنایا ہے۔“ "
        "انہوں نے مزید کہا کہ سڑک بھی بنے گی۔\n\nلوگوں نے پل پر چہل قدمی کی۔",
        ["کامران ملک"],
        [("ہم نے یہ پل نو سال میں بنایا ہے۔", "کامران ملک")],
        ["کامران ملک"],
    ),
}


@pytest.mark.parametrize("language", OTHER_LANGUAGES)
def test_russian_chinese_and_urdu_speakers_stand_beside_a_verb_of_saying(language: str) -> None:
    text, names, said, heard = OTHER_LANGUAGES[language]

    proposal = extract(text)
    found = to_json(proposal)

    assert proposal.language.startswith(language)
    assert found["dateline"]["place"] in text.split("\n\n")[1]
    assert len(found["paragraphs"]) == len(text.split("\n\n")) - 1
    assert [one["name"] for one in found["speakers"]] == names
    assert [(q["text"], q["speaker"]) for q in found["quotations"] if q["speaker"]] == said
    assert [one["speaker"] for one in found["reported"]] == heard
    assert [path for path, value in values(proposal) if not stands(value, text)] == []


def test_a_name_is_looked_for_only_in_the_sentences_that_have_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    letters = "абвгдежзик"
    names = [f"Иван{a}{b} Петров{a}{b}" for a in letters for b in letters]
    text = " ".join(f"Президент фонда {name} сказал, что мост открыт." for name in names)
    looked_for, search = 0, re.search

    def count(pattern: str, words: str) -> re.Match[str] | None:
        nonlocal looked_for
        looked_for += "Петров" in pattern
        return search(pattern, words)

    monkeypatch.setattr(re, "search", count)
    proposal = extract(f"Москва. {text}")
    assert [speaker.name.text for speaker in proposal.speakers] == names
    assert looked_for < len(names)


_QUOTED = [
    (
        "“The lake took my nets,” says Amadou Ba, “and the state took my licence.” He laughs.",
        ["Amadou Ba"],
    ),
    (
        "Lieutenant Hugh Prentice said: “We heard a child before we saw the boat.” "
        "The officer added: “I have children of that age.”",
        ["Hugh Prentice", "Hugh Prentice"],
    ),
    (
        "“Whoever breaks the reef pays twice,” Minister Tiare Faleolo is convinced.",
        ["Tiare Faleolo"],
    ),
    (
        "“Whoever breaks the reef pays twice.” That is how Minister Tiare Faleolo sums it up.",
        ["Tiare Faleolo"],
    ),
    (
        "“No flight was cancelled today,” Dr. Kenji Ito, the head, was quoted as saying.",
        ["Kenji Ito"],
    ),
    (
        "The ministry quoted Secretary Huda Karam as saying that “no flight had been cancelled”.",
        ["Huda Karam"],
    ),
    ("In the words of the chair, Salma Idris, it is “a map without a road”.", ["Salma Idris"]),
    (
        "Captain Jasur Aliev, to whom the president spoke, said: “I thought it was my cousin.”",
        ["Jasur Aliev"],
    ),
    ("“I thought it was my cousin,” said Aliev. Jasur Aliev has scored.", ["Jasur Aliev"]),
    (
        "The architects Marta Quintela and Bruno Stahl drew it. “We drew the windows first,” said "
        "Stahl.",
        ["Bruno Stahl"],
    ),
    ("The passengers’ association Pro Schiene welcomes the step.", []),
]


@pytest.mark.parametrize(("text", "speakers"), _QUOTED, ids=[one[0][:40] for one in _QUOTED])
def test_who_said_it_is_read_from_the_words_beside_it(text: str, speakers: list[str]) -> None:
    found = to_json(extract(f"New bridge opened\n\nMarapur, 5 May 2026 – It is open.\n\n{text}"))

    assert [one["speaker"] for one in found["quotations"]] == speakers
    assert {one["name"] for one in found["speakers"]} == set(speakers)


@pytest.mark.parametrize(
    ("line", "place", "date"),
    [
        (
            "RIJEKA NOVA and LEVANTO, 16 February 2027 - ",
            "RIJEKA NOVA and LEVANTO",
            "16 February 2027",
        ),
        ("Novi Brod, 24 November 2026 ", "Novi Brod", "24 November 2026"),
        ("SILVER MESA (Aug. 19, 2026, 6 p.m.) – ", "SILVER MESA", "Aug. 19, 2026"),
    ],
)
def test_a_dateline_has_two_towns_no_sign_or_an_hour(line: str, place: str, date: str) -> None:
    body = "The club will be without its captain for six weeks, the board said on Monday."
    found = to_json(extract(f"Captain out for weeks\n\n{line}{body}"))

    assert found["dateline"] == {"place": place, "date_as_stated": date}
    assert found["paragraphs"] == [body]


def test_a_dash_within_a_word_ends_no_dateline() -> None:
    body = "The Caspian–Indus Forum opened on Monday with more than 600 delegates from all states."
    found = to_json(extract(f"Fourth Caspian–Indus Forum opens in Shahrabad\n\nSHAHRABAD: {body}"))

    assert found["headline"] == "Fourth Caspian–Indus Forum opens in Shahrabad"
    assert (found["dateline"]["place"], found["paragraphs"]) == ("SHAHRABAD", [body])


@pytest.mark.parametrize(
    ("sentence", "name"),
    [
        ("World Water Day was marked with a walk on Monday.", None),
        (
            "Marapur hosted the III Forum of Railway Engineers “Steel Silk” on Monday.",
            "III Forum of Railway Engineers “Steel Silk”",
        ),
    ],
)
def test_an_event_has_the_title_after_it_and_is_no_day_of_the_year(
    sentence: str, name: str | None
) -> None:
    found = to_json(
        extract(f"Rails\n\nMarapur, 5 May 2026 – {sentence} It was a fine day for all.")
    )

    assert (found["event"] and found["event"]["name"]) == name


_PARTS = ["bar", "delm", "fint", "gosh", "hux", "jark", "kelp", "lomb", "mund", "nirg", "pow"]
_MAYOR = "Mayor Anna Lind said that the bridge was open"


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("He said so.", []),
        (f"A bridge\n\n{_MAYOR}.\n\n" * 1001, ["more than 2,000 paragraphs"]),
        ("Мост\n\n" + "Мост открыт для всех и каждого.\n\n" * 2100, ["more than 2,000 paragraphs"]),
        (
            f"A bridge\n\n{_MAYOR}, “so” she said. " * 1501,
            ["3,000 quotation marks or apostrophes", "15,000"],
        ),
        # Their rules read to the end.
        ("Мост\n\n" + "Директор Иван Петров сказал, что мост открыт. " * 4000, []),
        ("پل\n\n" + "وزیر خارجہ احمد علی نے کہا کہ پل کھلا ہے۔ " * 4000, []),
        ("桥\n\n" + "外交部发言人王毅表示，桥已开放。" * 9000, []),
    ],
)
def test_the_notes_say_what_is_not_read_and_nothing_else(text: str, told: list[str]) -> None:
    notes = extract(text).notes
    assert len(notes) == len(told), notes
    assert all(words in note for words, note in zip(told, notes, strict=True))


def test_what_a_release_says_to_its_end_is_read_in_other_languages() -> None:
    text = "Мост\n\n" + "Директор Иван Петров сказал, что мост открыт. " * 4000
    assert extract(text).reported[-1].text.span.end > len(text) - 10


def test_after_the_hundredth_person_nobody_is_read_and_the_note_says_so() -> None:
    parts = _PARTS
    names = [f"{a}{b} {b}{a}son".title() for a in parts for b in reversed(parts)]
    crowd = [f"Minister {name} said the road was new." for name in names]
    proposal = extract("\n\n".join(["The road is open", *crowd, crowd[0]]))
    assert len(proposal.reported) == 100
    assert proposal.notes == (
        "It names 100 persons or more; who says what after the last is not read.",
    )
