"""Records made while writing: a speaker with a capacity, an event, an organization, a topic.

An editor types “Zahoor Ahmad, Additional Foreign Secretary”. ``propose_capacities`` says what that
may mean, near spellings first, so that nobody is entered twice; ``create_capacity`` makes it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Any
from uuid import UUID

from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Model, Q
from django.utils.text import slugify

from articles.models import Address, Event, Topic
from articles.publishing import audit
from people.folding import fold
from people.models import Affiliation, Organization, Speaker
from people.names import split_honorific

#: Two names with at least this share of equal letters may be one person's.
NEAR = 0.8
#: So many speakers are compared with a typed name; those that share its beginnings come first.
COMPARED = 200
#: What stands between a title and its organization.
_OF = re.compile(r" (?:of|at|for) (?:the )?", re.IGNORECASE)
#: No more proposals than this are shown for what was typed.
MOST = 5


@dataclass(frozen=True)
class Proposal:
    """A capacity that can be made from what was typed; what exists already has an identifier."""

    name: str
    title: str
    organization: str = ""
    honorific_prefix: str = ""
    speaker_id: UUID | None = None
    organization_id: UUID | None = None
    spelling: str = ""  # a spelling of the known speaker's name that is new

    @property
    def label(self) -> str:
        """What the editor is offered, in words."""
        person = f"{self.honorific_prefix} {self.name}".strip()
        place = f", {self.organization}" if self.organization else ""
        return f"{person}, {self.title}{place}"

    @property
    def detail(self) -> str:
        """What choosing it makes, in words."""
        made = [f"new {'capacity' if self.speaker_id else 'speaker'}: {self.title}"]
        if self.organization:
            made.append(
                f"{'' if self.organization_id else 'new '}organization: {self.organization}"
            )
        if self.spelling:
            made.append(f"“{self.spelling}” becomes a spelling of {self.name}")
        return "; ".join(made)


def propose_capacities(words: str) -> list[Proposal]:
    """Return the capacities that could be made from “name, title” or “name, title, organization”.

    Without a title there is none to propose: nobody speaks as nothing.
    """
    name, *rest = [part.strip() for part in re.split(r"[,،，]", words) if part.strip()] or [""]
    if not name or not rest:
        return []
    prefix, bare = split_honorific(name)
    readings = [(", ".join(rest[:n]), ", ".join(rest[n:])) for n in range(1, len(rest))]
    readings.append((", ".join(rest), ""))
    if len(rest) == 1:  # “Director of the Institute” may name the organization too
        parts = [match for match in _OF.finditer(rest[0]) if match.start()]
        readings += [(rest[0][: match.start()], rest[0][match.end() :]) for match in parts]
    known = _organizations({organization for _, organization in readings if organization})
    # An organization that is known decides where the title ends; else the first comma does.
    readings.sort(key=lambda reading: fold(reading[1]) not in known)
    proposals = []
    for title, organization in readings[:2]:
        found = known.get(fold(organization))
        common: dict[str, Any] = {
            "title": title,
            "organization": found.name if found else organization,
            "organization_id": found.pk if found else None,
        }
        for speaker in near_speakers(bare):
            spelled = [fold(one) for one in (speaker.name, *speaker.name_variants)]
            proposals.append(
                Proposal(
                    name=speaker.name,
                    honorific_prefix=speaker.honorific_prefix,
                    speaker_id=speaker.pk,
                    spelling="" if fold(bare) in spelled else bare,
                    **common,
                )
            )
        proposals.append(Proposal(name=bare, honorific_prefix=prefix, **common))
    return proposals[:MOST]


def near_speakers(name: str) -> list[Speaker]:
    """Return the speakers with this name or nearly this one, by any spelling, the nearest first."""
    wanted = fold(name)
    beginnings = [word[:3] for word in name.split() if len(word) > 2]
    if not beginnings:
        return []
    alike = Q()
    for beginning in beginnings:
        alike |= Q(name__icontains=beginning) | Q(name_variants__icontains=beginning)
    candidates = Speaker.objects.unmerged().filter(alike)[:COMPARED]
    rated = [
        (max(_likeness(wanted, fold(one)) for one in _spellings(row)), row) for row in candidates
    ]
    return [row for rate, row in sorted(rated, key=lambda pair: -pair[0]) if rate >= NEAR][:2]


@transaction.atomic
def create_capacity(
    *,
    by: User,
    title: str,
    name: str = "",
    honorific_prefix: str = "",
    organization: str = "",
    speaker_id: UUID | None = None,
    organization_id: UUID | None = None,
    spelling: str = "",
) -> Affiliation:
    """Make a capacity, with its speaker and its organization where these are new.

    ``spelling`` is added to a known speaker's spellings. One that exists already is returned.
    Raises PermissionDenied, ValidationError, or DoesNotExist for an identifier of nothing.
    """
    _check_permission(by, Affiliation)
    if speaker_id:
        speaker = Speaker.objects.unmerged().select_for_update().get(pk=speaker_id)
        if spelling and spelling not in _spellings(speaker):
            speaker.name_variants = [*speaker.name_variants, spelling]
            _save(speaker, by)
    else:
        speaker = _create(Speaker, name, by, honorific_prefix=honorific_prefix)
    employer = None
    if organization_id:
        employer = Organization.objects.get(pk=organization_id)
    elif organization:
        employer = create_record(Organization, organization, by=by)
    same = Affiliation.objects.filter(speaker=speaker, title=title, organization=employer, until="")
    if found := same.first():
        return found
    capacity = Affiliation(speaker=speaker, title=title, organization=employer)
    capacity.full_clean()
    capacity.save()
    audit.record("create", capacity, by=by)
    return capacity


@transaction.atomic
def create_record[Record: (Event, Organization, Topic)](
    model: type[Record], name: str, *, by: User
) -> Record:
    """Make an event, an organization or a topic of which only the name is known yet.

    An organization or a topic of this name is returned as it is. Raises PermissionDenied or
    ValidationError.
    """
    if model is not Event:
        found = model._default_manager.filter(name__iexact=name.strip()).first()
        if found is not None:
            return found
    return _create(model, name, by)


def free_slug(model: type[Model], name: str) -> str:
    """Return a slug for ``name`` that no record of ``model`` has or had in public.

    A name in a script that has no Latin letters gets the kind and a number.
    """
    kind = str(model._meta.model_name)
    stem = slugify(name)[:100].strip("-") or kind
    taken = set(
        model._default_manager.filter(slug__startswith=stem).values_list("slug", flat=True)
    ) | set(Address.objects.filter(kind=kind, slug__startswith=stem).values_list("slug", flat=True))
    number, slug = 2, stem
    while slug in taken:
        slug, number = f"{stem}-{number}", number + 1
    return slug


def _create(model: Any, name: str, by: User, **fields: Any) -> Any:
    _check_permission(by, model)
    row = model(name=name.strip(), slug=free_slug(model, name), **fields)
    _save(row, by)
    audit.record("create", row, by=by)
    return row


def _save(row: Any, by: User) -> None:
    row.saved_by = by
    row.full_clean()
    row.save()


def _check_permission(by: User, model: type[Model]) -> None:
    options = model._meta
    if not by.has_perm(f"{options.app_label}.add_{options.model_name}"):
        raise PermissionDenied(f"{by} may not add {options.verbose_name_plural}; ask a publisher.")


def _organizations(names: set[str]) -> dict[str, Organization]:
    wanted = Q(pk=None)
    for name in names:
        wanted |= Q(name__iexact=name) | Q(short_name__iexact=name)
    rows = Organization.objects.filter(wanted)
    return {fold(name): row for row in rows for name in (row.name, row.short_name) if name}


def _spellings(speaker: Speaker) -> list[str]:
    return [speaker.name, *speaker.name_variants]


def _likeness(one: str, other: str) -> float:
    return 1.0 if one == other else SequenceMatcher(None, one, other).ratio()
