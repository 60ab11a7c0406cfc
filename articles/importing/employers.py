"""Of which body a speaker's title is, by what the rest of the text says."""

from __future__ import annotations

import re

from articles.importing.bodies import Range
from articles.importing.layout import Layout
from articles.importing.organizations import BodyName, meant_body, meant_subject
from articles.importing.persons import Person
from articles.importing.words import (
    BODY_NOUNS,
    ORG_WORDS,
    PLACES,
    SUBJECTS,
    TITLE_HEADS,
    TITLE_MODIFIERS,
    word_set,
)
from people.folding import fold

_OF_NOUN = re.compile(
    r"(?P<title>.+?),? (?:of|at|to|with|(?<=[Cc]ounsel )for|(?<=[Ll]awyer )for) "
    r"(?:the|its|this) (?P<noun>[\w-]+)"
    r"(?: and (?:[\w-]+ ){1,3}of its .+)?$",
    re.IGNORECASE,
)
#: A capitalised word before a title in small letters: Lancers skipper; Kasanga coach.
_LED = re.compile(r"(?P<body>[^\W\d_][\w’'-]*) (?P<title>[^\W\d_][\w-]*(?: [^\W\d_][\w-]*){0,2})$")
#: Forces and services that have no name of their own: Commander of the Fleet.
_UNNAMED = word_set("fleet forces staff navy army guard guards corrections prisons land armed")
#: A name that “whose” follows.
_BEFORE_WHOSE = re.compile(
    r"([A-Z][\w&’-]*(?: (?:of |& |and )?[A-Z][\w&’-]*)+?)(?:(?<=Ltd) of [A-Z]\w+)?, $"
)
#: Words of a sports report: its captain leads a team.
_SPORT = re.compile(
    r"\b(?:match|coach|league|season|tournament|semi-final|final|goals?|wicket|innings|points|"
    r"championship|cup|half-time|squad|fixture)\b",
    re.IGNORECASE,
)
_NO_SPORT = re.compile(
    r"\b(?:ship|vessel|frigate|flight|aircraft|regiment|battalion|army|navy|airline|crew|brigade)\b",
    re.IGNORECASE,
)
#: Titles of which a country or a field is a part.
_OF_OFFICES = word_set(
    "minister ambassador secretary consul envoy mayor governor premier president"
)
_RANK_OR_TITLE = frozenset(["captain", "engineer"])


def name_employer(
    page: Layout,
    person: Person,
    bodies: list[BodyName],
    subjects: list[BodyName],
    names: set[str],
) -> None:
    """Find the body that a title speaks of as “its”, “the company’s” or “of the association”.

    ``names`` are the words, folded, of the names of everybody in the text.
    """
    _rank_as_title(page, person)
    title, employer = person.title, person.organization
    if title is None:
        person.title = None if employer else person.kinship
        return
    if employer is not None:
        _settle(page, person, employer, bodies, names)
        return
    if person.owner is not None:
        noun = re.sub(r"['’]s?$", "", fold(page.text[slice(*person.owner)]))
        at = person.owner[0]
        if noun == "whose":
            noun = "its"
            if led := _BEFORE_WHOSE.search(page.flat, max(0, at - 80), at):
                person.organization = led.span(1)  # Kanto Metals, whose head of ventures, X
                return
        elif noun == "its":
            noun = _subject_noun(page, bodies, at) or noun
        found_body = meant_body(bodies, noun, at, page)
        subject = meant_subject(bodies, subjects, noun, at, page)
        near = found_body and found_body[0] > page.flat.rfind("\n", 0, at)
        person.organization = (found_body if near else None) or subject or found_body
        return
    words = page.text[slice(*title)]
    found = _OF_NOUN.match(words)
    body = found and (
        meant_body(bodies, fold(found["noun"]), title[0], page)
        or (
            fold(found["noun"]) != "board"
            and meant_subject(bodies, subjects, fold(found["noun"]), title[0], page)
        )
    )
    if found and body:
        person.title = (title[0], title[0] + found.end("title"))
        person.organization = body
        return
    others = [one for one in (*bodies, *subjects) if not title[0] <= one.span[0] < title[1]]
    if parted := _known_after(page, words, others):
        person.title = (title[0], title[0] + parted[0])
        person.organization = (title[0] + parted[1], title[1])
        return
    led = _LED.fullmatch(words)
    if led and led["body"][0].isupper() and led["title"].islower() and _is_team(page, led["body"]):
        person.organization = title[0], title[0] + led.end("body")
        person.title = title[0] + led.start("title"), title[1]


def _known_after(page: Layout, words: str, known: list[BodyName]) -> Range | None:
    """Where a title ends and a name begins that the text has elsewhere: CEO of Air Kestrel."""
    found = re.fullmatch(r"(.+?),? (?:of|at|for|with) (?:the )?([A-Z].*)", words)
    if not found or any(word in _OF_OFFICES for word in fold(found[1]).split()):
        return None
    tail = fold(found[2])
    elsewhere = [one for one in known if one.folded == tail or one.folded.startswith(f"{tail} ")]
    often = page.text.count(found[2]) > 2 and not set(tail.split()) <= SUBJECTS | PLACES
    if not (elsewhere or often) or _is_place(page, found[2]):
        return None
    return found.end(1), found.start(2)


def _settle(
    page: Layout, person: Person, employer: Range, bodies: list[BodyName], names: set[str]
) -> None:
    """Correct an employer: “the bank” by its name, no place, and nothing that has no name."""
    noun = page.text[slice(*employer)]
    if " " not in noun and (noun.islower() or fold(noun) in BODY_NOUNS):
        body = meant_body(bodies, fold(noun), employer[0], page)
        if body or noun.islower():
            person.organization = body or employer
            return
    title = person.title
    if title is None:
        return
    if employer[1] + 1 == title[0] and _is_part_of_title(page, noun):
        person.title, person.organization = (employer[0], title[1]), None
        return
    places = fold(page.text[slice(*page.place)]).split(" and ") if page.place else []
    if title[1] <= employer[0] and fold(noun) in places:
        person.organization = None  # shop steward at the town that the release is from
        return
    words = set(re.sub(r"['’]s?$", "", fold(noun)).split())
    if len(words) == 1 and words <= names:
        person.organization = None  # Shen’s professor
        return
    if words <= _UNNAMED:
        if title[1] < employer[0]:
            person.title = title[0], employer[1]
        person.organization = None


def _is_part_of_title(page: Layout, word: str) -> bool:
    """Whether a word right before a title belongs to it: Forest Officer, Subregional Coordinator.

    It does unless it is possessive, an abbreviation or stands elsewhere in the text.
    """
    if not re.fullmatch(r"[^\W\d_][^\W\d_-]*", word) or not word[1:].islower():
        return False
    if fold(word) in ORG_WORDS:
        return False
    return len(re.findall(rf"\b{re.escape(word)}\b", page.text, re.IGNORECASE)) == 1


def _rank_as_title(page: Layout, person: Person) -> None:
    """Read “Captain X” of a team, and “Engineer X” without another title, as a title."""
    if person.honorific is None or person.title is not None:
        return
    rank = fold(page.text[slice(*person.honorific)])
    if rank not in _RANK_OR_TITLE:
        return
    body = page.flat
    sport = len(_SPORT.findall(body)) > 1 and not _NO_SPORT.search(body)
    if rank == "engineer" or sport:
        person.title, person.honorific = person.honorific, None


def _subject_noun(page: Layout, bodies: list[BodyName], at: int) -> str | None:
    """The noun of a body that the sentence before is about: The student union … Its chairwoman."""
    start = page.flat.rfind("\n", 0, at) + 1
    before = page.flat[start:at].rstrip().rstrip(".")
    sentence = before[max(before.rfind(". "), before.rfind("” ")) + 1 :].lstrip()
    found = re.match(
        r"(?:The|A|An|(?P<owner>[A-Z][^\s]*(?: [A-Z][^\s]*){0,3}))((?: [a-z][\w’'-]*){1,4})",
        sentence,
    )
    if found and found["owner"] and not re.search(r"['’]s?$", found["owner"]):
        return None
    start = at - (len(page.flat[start:at]) - before.find(sentence))
    if not found or (not found["owner"] and any(start <= one.span[0] < at for one in bodies)):
        return None
    return next((word for word in found[2].split() if word in BODY_NOUNS), None)


def _is_team(page: Layout, word: str) -> bool:
    """Whether a word that opens a title is a name: the text writes it within sentences too."""
    low = fold(word)
    if low in PLACES | TITLE_HEADS | TITLE_MODIFIERS | SUBJECTS | ORG_WORDS | BODY_NOUNS:
        return False
    small = re.search(rf"\b{re.escape(word.lower())}\b", page.flat)
    within = re.search(rf"[\w,] {re.escape(word)}\b", page.text)
    often = len(re.findall(rf"\b{re.escape(word)}\b", page.text)) > 1
    return often and bool(within) and not small and not _is_place(page, word)


def _is_place(page: Layout, word: str) -> bool:
    """Whether the text speaks of a word as of a place: in Kasanga, from Kasanga."""
    if fold(word) in ORG_WORDS:
        return False
    bare = re.escape(re.sub(r"['’]s?$", "", word))
    return bool(re.search(rf"\b(?:in|from|near|across) {bare}\b(?! [A-Z])", page.text))
