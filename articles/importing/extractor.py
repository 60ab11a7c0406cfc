"""The extractor by rules and dictionaries: a pure function from a text to a proposal."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import pairwise

from articles.importing import other_languages
from articles.importing.bodies import Range, with_point
from articles.importing.employers import name_employer
from articles.importing.events import find_event
from articles.importing.layout import Layout, lay_out
from articles.importing.matching import with_matches
from articles.importing.organizations import (
    BodyName,
    find_organizations,
    meant_body,
    named_bodies,
    subject_bodies,
)
from articles.importing.persons import MOST_PEOPLE, Person, Reader
from articles.importing.proposal import (
    NO_NAMES,
    Dateline,
    Known,
    Proposal,
    ProposedOrganization,
    ProposedSpeaker,
    Quotation,
    Reported,
    Value,
    check_length,
)
from articles.importing.sentences import MOST_MARKS, MOST_TOKENS, Body, read_body
from articles.importing.speech import Said, Speech
from people.folding import fold


def extract(text: str, known: Known = NO_NAMES) -> Proposal:
    """Return what the release ``text`` proposes; ``known`` are the newsroom's names.

    Raises Unreadable for a text that is empty or longer than LONGEST_TEXT.
    """
    check_length(text)
    page = lay_out(text)
    body = read_body(page)
    reader = Reader(body.sentences)
    body = replace(body, sentences=reader.sentences)
    speech = Speech(body, reader, page.text)
    event, organizers = find_event(page, body)
    order = _order(speech)
    learned = [one for one in organizers if not page.text[slice(*one)].islower()]
    employers = [one for n in order if (one := reader.people[n].organization)]
    bodies = named_bodies(page, body, [*employers, *learned], reader.named())
    subjects = subject_bodies(body, reader.named())
    names = {word for one in reader.people if len(one.words) > 1 for word in one.words}
    for n in order:
        person = reader.people[n]
        name_employer(page, person, bodies, subjects, names)
        person.organization = person.organization and with_point(page.text, person.organization)
    meant = [one for one in subjects if one.span in {reader.people[n].organization for n in order}]
    bodies = sorted([*bodies, *meant], key=lambda one: one.span)
    organizations = find_organizations(bodies)
    event = event and replace(event, organizers=_named_organizers(page, organizers, bodies))
    numbers = {person: n for n, person in enumerate(order)}
    proposal = Proposal(
        language=page.language,
        headline=page.maybe(page.headline),
        dateline=Dateline(page.maybe(page.place), page.maybe(page.date)),
        source=page.maybe(page.source),
        paragraphs=tuple(page.value(*one) for one in page.paragraphs),
        event=event,
        speakers=tuple(_speaker(page, reader.people[person]) for person in order),
        quotations=tuple(_quotation(page, body, one, numbers) for one in speech.quotations),
        reported=tuple(
            Reported(
                numbers[one.person],
                page.value(*one.passage),
                page.value(*one.text),
                page.maybe(one.cue),
                page.maybe(one.named),
                doubt=one.doubt,
            )
            for one in speech.reports
        ),
        organizations=tuple(ProposedOrganization(page.value(*one)) for one in organizations),
        notes=tuple(_not_read(page, body, reader)),
    )
    if other_languages.reads(page.language):
        found = other_languages.read(page, body)
        proposal = replace(proposal, **vars(found))
    return with_matches(proposal, text, known)


def _not_read(page: Layout, body: Body, reader: Reader) -> Iterator[str]:
    """A sentence for the editor about each part of the text that is not read."""
    yield from page.not_read()
    if body.unmarked:
        yield f"It has {MOST_MARKS:,} quotation marks or apostrophes; no quotation is found."
    if other_languages.reads(page.language):
        return  # it reads all paragraphs
    if body.cut:
        yield f"Who says what is read in the first {MOST_TOKENS:,} words and signs only."
    if len(reader.people) >= MOST_PEOPLE:
        yield f"It names {MOST_PEOPLE} persons or more; who says what after the last is not read."


def _named_organizers(
    page: Layout, organizers: list[Range], bodies: list[BodyName]
) -> tuple[Value, ...]:
    """The organizers, each by its name: “the museum” is the one that the text names before."""
    named: list[Range] = []
    for start, end in organizers:
        words = page.text[start:end]
        span = meant_body(bodies, fold(words), start, page) if words.islower() else (start, end)
        if span and span not in named:
            named.append(span)
    return tuple(page.value(*span) for span in named)


def _order(speech: Speech) -> list[int]:
    """The persons who say something, in the order of their names in the text."""
    said = {one.person for one in speech.quotations} | {one.person for one in speech.reports}
    people = speech.reader.people
    return sorted((one for one in said if one is not None), key=lambda one: people[one].name)


def _speaker(page: Layout, person: Person) -> ProposedSpeaker:
    def maybe(part: Range | None) -> Value | None:
        return page.maybe(part)

    return ProposedSpeaker(
        page.value(*person.name),
        maybe(person.honorific),
        maybe(person.title),
        maybe(person.organization),
        tuple(page.value(*one) for one in person.spellings),
        doubt=person.doubt,
    )


def _quotation(page: Layout, body: Body, said: Said, numbers: dict[int, int]) -> Quotation:
    pieces: list[Value] = []
    for start in said.passages:
        passage = body.quotations[start]
        edges = [passage.start, *passage.continued, passage.end - 1]
        for a, b in pairwise(edges):
            first = a + 1
            for line in page.flat[first:b].split("\n"):
                words = line.rstrip()
                if b == passage.end - 1 and first + len(line) == b and len(words) > 1:
                    # the comma of the sentence around it is not part of what was said
                    words = words[:-1] if words[-1] in ",،，" else words
                if words.strip():
                    pieces.append(page.value(first, first + len(words)))
                first += len(line) + 1
    return Quotation(
        tuple(pieces),
        None if said.person is None else numbers[said.person],
        page.maybe(said.cue),
        page.maybe(said.named),
        said.reason,
        said.doubt,
    )
