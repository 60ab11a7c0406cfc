"""How well an extractor reads labelled releases: precision, recall and F1 of each kind of value."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from articles.importing.proposal import Extractor, Known, Proposal, stands, to_json, values
from people.folding import fold

_SIGNS = re.compile(r"[\"'“”„«»‘’‚‹›「」『』]")
_LAST = re.compile(r"[\s.,;:!?…。，；：！？،۔]+$")


@dataclass
class Score:
    """Counts for one kind of value: labelled, proposed, and right ones of both."""

    labelled: int = 0
    proposed: int = 0
    right: int = 0

    @property
    def precision(self) -> float:
        """The share of what was proposed that is right; 1 when nothing was."""
        return self.right / self.proposed if self.proposed else 1.0

    @property
    def recall(self) -> float:
        """The share of what is labelled that was found; 1 when nothing is."""
        return self.right / self.labelled if self.labelled else 1.0

    @property
    def f1(self) -> float:
        """The harmonic mean of both."""
        both = self.precision + self.recall
        return 2 * self.precision * self.recall / both if both else 0.0


@dataclass
class Measured:
    """The scores of a set of releases, what was missed or wrong, and what was invented."""

    scores: dict[str, Score] = field(default_factory=dict)
    misses: list[str] = field(default_factory=list)
    invented: list[str] = field(default_factory=list)
    files: int = 0


def measure(files: Iterable[Path], extract: Extractor) -> Measured:
    """Compare what ``extract`` proposes for each release NAME.txt with its labels in NAME.json."""
    measured = Measured()
    for path in files:
        text = path.read_text(encoding="utf-8")
        labels = json.loads(path.with_suffix(".json").read_text(encoding="utf-8"))
        proposal = extract(text, Known())
        measured.files += 1
        measured.invented += [
            f"{path.stem}: {where}: {value.text}"
            for where, value in values(proposal)
            if not stands(value, text)
        ]
        _compare(path.stem, labels, proposal, measured)
    return measured


def _compare(name: str, labels: dict[str, Any], proposal: Proposal, measured: Measured) -> None:
    found = to_json(proposal)
    for kind, key in _KINDS.items():
        wanted, got = key(labels), key(found)
        right = Counter(wanted) & Counter(got)
        _count(name, kind, wanted, got, right, measured)
    labelled = [(_name(one["speaker"]), _flat(one["starts"])) for one in labels["reported"]]
    passages = [
        (_name(one["speaker"]), _flat(value.passage.text))
        for one, value in zip(found["reported"], proposal.reported, strict=True)
    ]
    hits = Counter[tuple[str, ...]]()
    left = list(passages)
    renamed: list[tuple[str, ...]] = []
    for speaker, starts in labelled:
        # The first eight words may go on past a short sentence.
        hit = next(
            (
                one
                for one in left
                if one[0] == speaker and (starts in one[1] or starts.startswith(one[1]))
            ),
            None,
        )
        if hit:
            left.remove(hit)
            hits[speaker, starts] += 1
            renamed.append((speaker, starts))
    renamed += [(speaker, passage[:70]) for speaker, passage in left]
    _count(name, "reported", [*labelled], renamed, hits, measured)


def _count(
    name: str,
    kind: str,
    wanted: list[tuple[str, ...]],
    got: list[tuple[str, ...]],
    right: Counter[tuple[str, ...]],
    measured: Measured,
) -> None:
    score = measured.scores.setdefault(kind, Score())
    score.labelled += len(wanted)
    score.proposed += len(got)
    score.right += right.total()
    for sign, items in (("-", Counter(wanted) - right), ("+", Counter(got) - right)):
        measured.misses += [f"{name}: {kind} {sign} {' | '.join(one)}" for one in items.elements()]


def _flat(words: str | None) -> str:
    return _SIGNS.sub("", fold(" ".join((words or "").split())))


def _name(words: str | None) -> str:
    return _flat(words)


def _bare(words: str | None) -> str:
    return _LAST.sub("", _flat(words))


def _day(words: str | None) -> str:
    return re.sub(r"^(?:on|in|from|at) ", "", _flat(words))


#: Each kind of value as comparable tuples of what ``to_json`` returns.
_KINDS: dict[str, Callable[[dict[str, Any]], list[tuple[str, ...]]]] = {
    "speakers": lambda j: [(_name(one["name"]),) for one in j["speakers"]],
    "capacities": lambda j: [
        (_name(one["name"]), _flat(one["title"]), _flat(one["organization"]))
        for one in j["speakers"]
        if one["title"] or one["organization"]
    ],
    "honorifics": lambda j: [
        (_name(one["name"]), _flat(one["honorific"])) for one in j["speakers"] if one["honorific"]
    ],
    "quotations": lambda j: [
        (_bare(one["text"]), _name(one["speaker"])) for one in j["quotations"]
    ],
    "quoted words": lambda j: [(_bare(one["text"]),) for one in j["quotations"]],
    "event": lambda j: [(_flat(j["event"]["name"]),)] if j["event"] else [],
    "event day": lambda j: (
        [(_day(j["event"]["day_as_stated"]),)] if j["event"] and j["event"]["day_as_stated"] else []
    ),
    "organizers": lambda j: [(_flat(one),) for one in (j["event"] or {}).get("organizers", [])],
    "organizations": lambda j: [(_flat(one),) for one in j["organizations"]],
    "dateline": lambda j: [
        (key, _flat(value)) for key, value in (j["dateline"] or {}).items() if value
    ],
    "headline": lambda j: [(_flat(j["headline"]),)] if j["headline"] else [],
    "paragraphs": lambda j: [(_flat(one),) for one in j["paragraphs"]],
}
