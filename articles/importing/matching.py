"""What the newsroom knows already: records that a proposal's values may mean, each with why."""

from __future__ import annotations

from dataclasses import replace
from difflib import SequenceMatcher

from articles.importing.proposal import (
    Known,
    KnownRecord,
    KnownSpeaker,
    Match,
    Proposal,
    ProposedOrganization,
    ProposedSpeaker,
    ProposedTopic,
    Value,
    value_at,
)
from articles.models import Topic
from people.folding import fold, words
from people.models import Affiliation, Organization, Speaker

#: Two names with at least this share of equal letters may be one person's.
NEAR = 0.84
#: So many matches are offered for one value.
MOST = 3


def known_names() -> Known:
    """Return the names of the newsroom's speakers, organizations and topics, in three queries."""
    capacities: dict[str, list[tuple[str, str]]] = {}
    rows = Affiliation.objects.values_list("speaker_id", "title", "organization__name")
    for speaker, title, organization in rows:
        capacities.setdefault(str(speaker), []).append((title, organization or ""))
    return Known(
        tuple(
            KnownSpeaker(str(pk), name, tuple(variants), tuple(capacities.get(str(pk), ())))
            for pk, name, variants in Speaker.objects.unmerged().values_list(
                "pk", "name", "name_variants"
            )
        ),
        tuple(
            KnownRecord(str(pk), name, short)
            for pk, name, short in Organization.objects.values_list("pk", "name", "short_name")
        ),
        tuple(KnownRecord(str(pk), name) for pk, name in Topic.objects.values_list("pk", "name")),
    )


def with_matches(proposal: Proposal, text: str, known: Known) -> Proposal:
    """Return ``proposal`` with the records that its speakers and organizations may mean, and the
    topics whose names stand in ``text``."""
    if known == Known():
        return proposal
    return replace(
        proposal,
        speakers=tuple(
            replace(one, matches=_speakers(one, known.speakers)) for one in proposal.speakers
        ),
        organizations=tuple(
            replace(one, matches=_organizations(one, known.organizations))
            for one in proposal.organizations
        ),
        topics=tuple(_topics(text, known.topics)),
    )


def _speakers(one: ProposedSpeaker, known: tuple[KnownSpeaker, ...]) -> tuple[Match, ...]:
    spelled = [fold(value.text) for value in (one.name, *one.spellings)]
    initials = {part[:1] for name in spelled for part in name.split()}
    title = fold(one.title.text) if one.title else ""
    employer = fold(one.organization.text) if one.organization else ""
    found: list[tuple[float, Match]] = []
    for speaker in known:
        rate, why = 0.0, ""
        names = [fold(name) for name in (speaker.name, *speaker.spellings)]
        if names[0] in spelled:
            rate, why = 1.0, "same name"
        elif set(names) & set(spelled):
            rate, why = 0.99, "known spelling"
        elif initials & {part[:1] for name in names for part in name.split()}:
            near = max(_likeness(a, b) for a in spelled for b in names)
            if near >= NEAR:
                rate, why = near, "close spelling"
        if not rate:
            last = {name.split()[-1] for name in spelled if name}
            held = [(fold(t), fold(o)) for t, o in speaker.capacities]
            if title and (title, employer) in held and last & {name.split()[-1] for name in names}:
                rate, why = 0.8, "same surname and capacity"
        elif title and any(fold(t) == title for t, _ in speaker.capacities):
            rate, why = rate + 0.005, f"{why}, same title"
        if rate:
            found.append((rate, Match(speaker.id, speaker.name, why)))
    found.sort(key=lambda pair: -pair[0])
    return tuple(match for _, match in found[:MOST])


def _organizations(one: ProposedOrganization, known: tuple[KnownRecord, ...]) -> tuple[Match, ...]:
    spelled = fold(one.name.text)
    bare = fold(one.name.text.partition("(")[0])
    found: list[tuple[float, Match]] = []
    for record in known:
        names = [fold(record.name), fold(record.name.partition("(")[0])]
        if spelled in names:
            found.append((1.0, Match(record.id, record.name, "same name")))
        elif bare in names:
            found.append((0.99, Match(record.id, record.name, "same name, but for an addition")))
        elif record.short_name and fold(record.short_name) in (spelled, bare):
            found.append((0.98, Match(record.id, record.name, "its short name")))
        elif bare[:1] == names[0][:1] and (near := _likeness(bare, names[1])) >= 0.9:
            found.append((near, Match(record.id, record.name, "close spelling")))
    found.sort(key=lambda pair: -pair[0])
    return tuple(match for _, match in found[:MOST])


def _topics(text: str, known: tuple[KnownRecord, ...]) -> list[ProposedTopic]:
    lowered = text.lower()
    found: list[tuple[int, ProposedTopic]] = []
    for record in known:
        name = record.name.lower()
        at = lowered.find(name) if len(lowered) == len(text) else text.find(record.name)
        while at >= 0:
            around = text[at - 1 : at] + text[at + len(name) : at + len(name) + 1]
            if name.strip() and not any(sign.isalnum() for sign in around):
                words_at: Value = value_at(text, at, at + len(name))
                found.append(
                    (
                        at,
                        ProposedTopic(
                            words_at, Match(record.id, record.name, "its name stands in the text")
                        ),
                    )
                )
                break
            at = lowered.find(name, at + 1)
    return [topic for _, topic in sorted(found, key=lambda pair: pair[0])]


def _likeness(one: str, other: str) -> float:
    if one == other:
        return 1.0
    matcher = SequenceMatcher(None, one, other)
    if matcher.real_quick_ratio() < 0.8 or matcher.quick_ratio() < 0.8:
        return 0.0
    one_words, other_words = words(one), words(other)
    if (
        len(one_words) == len(other_words)
        and sum(a != b for a, b in zip(one_words, other_words, strict=True)) > 1
    ):
        return 0.0
    return matcher.ratio()
