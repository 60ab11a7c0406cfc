"""What differs between two texts of an article: fields, their paragraphs, their words."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Any

from articles.frozen import CapacityCard, EventCard, PictureCard, Snapshot, StatementCard
from articles.richtext import RECORD, plain_text
from people.folding import NOT_WORD
from people.names import capacity_line, full_name

type Pieces = list[tuple[str, str]]

#: Chinese and Japanese characters. Ranges of a class.
_HAN = (
    "\u3005-\u3007\u3041-\u309f\u30a1-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"
    "\U00020000-\U0003ffff"
)
_WORD = f"[^{NOT_WORD}{_HAN}]+"
#: What is compared, each with the white space after it: a number, a word (don't, non-aligned), a
#: Chinese or Japanese character, a tag of markup, any other sign.
_TOKENS = re.compile(
    rf"(?:\d+(?:[.,٫٬]\d+)+|{_WORD}(?:['’‑-]{_WORD})*|</?\w[^<>]*>|.)\s*|\s+", re.DOTALL
)
#: A paragraph of plain text, or a block of markup.
_PARAGRAPHS = re.compile(
    r".*?(?:\n|</(?:p|h\d|li|ul|ol|blockquote|table|tr|figure)>|\Z)", re.DOTALL
)
#: Two texts are compared word by word while they have so few pairs of equal words. The time that
#: SequenceMatcher takes grows with these; beyond it a paragraph is shown as replaced whole.
MOST_PAIRS = 20_000
#: So many pairs of equal words in the whole of two texts.
MOST_PAIRS_IN_ALL = 100_000
#: A paragraph that changed is looked for among so many of the other text's; fewer in long texts.
_NEAR = 30
#: The label of what stands in the body by reference.
_RECORDS = "Pictures and embeds in the text"
_FIELDS = ("headline", "standfirst", "dateline", "byline", "source", "language", "slug")
#: In this order, because JSON columns give keys in one of their own.
_EVENT_FIELDS = (
    *(
        "kind",
        "format",
        "status",
        "place",
        "date_words",
        "start_date",
        "start_time",
        "end_date",
        "end_time",
    ),
    *("time_zone", "attendance", "covered_live", "live_coverage"),
)


@dataclass(frozen=True)
class FieldDiff:
    """One field that differs, as pieces: ("same" | "del" | "ins", text)."""

    label: str
    pieces: list[tuple[str, str]]


def diff_snapshots(old: Snapshot, new: Snapshot) -> list[FieldDiff]:
    """The fields in which ``new`` differs from ``old``, in the order of an article."""
    return [FieldDiff(label, words(a, b)) for label, a, b in _differing(old, new)]


def count_differences(old: Snapshot, new: Snapshot) -> int:
    """How many fields ``diff_snapshots`` names, without comparing their words."""
    return sum(1 for _ in _differing(old, new))


def _differing(old: Snapshot, new: Snapshot) -> Iterator[tuple[str, str, str]]:
    """Each field that differs: its label and both texts."""
    before, after = _texts(old), _texts(new)
    for label in dict.fromkeys([*after, *before]):
        if before.get(label, "") != after.get(label, ""):
            yield label, before.get(label, ""), after.get(label, "")
    same = all(before.get(label) == after.get(label) for label in ("Body", _RECORDS))
    if old["body"] != new["body"] and same:
        yield "Body, as markup", old["body"], new["body"]


def words(old: str, new: str) -> Pieces:
    """Both texts as one, in pieces that are the same, deleted or inserted, whole words each.

    No piece goes over the end of a paragraph. The work is bounded: in a paragraph of very many
    words that differ, the whole paragraph is deleted and inserted.
    """
    pieces: Pieces = []
    for kind, text in _Comparison().pieces(_paragraphs(old), _paragraphs(new)):
        if pieces and pieces[-1][0] == kind and not pieces[-1][1].endswith("\n"):
            pieces[-1] = (kind, pieces[-1][1] + text)
        else:
            pieces.append((kind, text))
    return pieces


def _paragraphs(text: str) -> list[str]:
    return [match for match in _PARAGRAPHS.findall(text) if match]


class _Comparison:
    """One comparison of two texts, with what is left of its budget."""

    def __init__(self) -> None:
        self.pairs_left = MOST_PAIRS_IN_ALL

    def pieces(self, old: list[str], new: list[str]) -> Pieces:
        """Compare paragraphs; those that differ, word by word."""
        found: Pieces = []
        for kind, i, j, k, m in self._opcodes(old, new) or [("replace", 0, len(old), 0, len(new))]:
            if kind == "equal":
                found += [("same", paragraph) for paragraph in old[i:j]]
            else:
                found += self._replaced(old[i:j], new[k:m])
        return found

    def _replaced(self, old: list[str], new: list[str]) -> Pieces:
        """Paragraphs that differ: all together if they are few, else each with its likeliest."""
        if len(old) != len(new) and (together := self._by_words("".join(old), "".join(new))):
            return together
        found: Pieces = []
        for before, after in _pairs(old, new):
            by_words = self._by_words(before, after) if before and after else None
            found += by_words or _whole(before, after)
        return found

    def _by_words(self, old: str, new: str) -> Pieces | None:
        """Compare word by word; None where that takes too long."""
        a, b = _TOKENS.findall(old), _TOKENS.findall(new)
        opcodes = self._opcodes(a, b)
        if opcodes is None:
            return None
        found: Pieces = []
        for kind, i, j, k, m in opcodes:
            if kind == "equal":
                found += _split("same", "".join(a[i:j]))
            else:
                found += _whole("".join(a[i:j]), "".join(b[k:m]))
        return found

    def _opcodes(
        self, old: Sequence[str], new: Sequence[str]
    ) -> list[tuple[str, int, int, int, int]] | None:
        """SequenceMatcher's opcodes, or None when the budget does not allow to compute them."""
        start = _common(old, new)
        end = _common(old[start:][::-1], new[start:][::-1])
        a, b = old[start : len(old) - end], new[start : len(new) - end]
        counts = Counter(a)
        pairs = sum(counts[word] * n for word, n in Counter(b).items())
        if pairs > min(MOST_PAIRS, self.pairs_left):
            return None
        self.pairs_left -= pairs
        found = SequenceMatcher(None, a, b, autojunk=False).get_opcodes()
        opcodes = [(kind, i + start, j + start, k + start, m + start) for kind, i, j, k, m in found]
        first = [("equal", 0, start, 0, start)] if start else []
        last = [("equal", len(old) - end, len(old), len(new) - end, len(new))] if end else []
        return [*first, *opcodes, *last]


def _common(old: Sequence[str], new: Sequence[str]) -> int:
    """How many items are the same from the beginning."""
    n = 0
    for a, b in zip(old, new, strict=False):
        if a != b:
            break
        n += 1
    return n


def _pairs(old: list[str], new: list[str]) -> Iterator[tuple[str, str]]:
    """Each paragraph with the one that it became, "" for none: in order, by common words."""
    if len(old) == len(new) == 1:
        yield old[0], new[0]
        return
    near = max(1, min(_NEAR, 20_000 // max(1, len(old))))
    bags = [set(_TOKENS.findall(paragraph)) for paragraph in new]
    k = 0
    for paragraph in old:
        bag = set(_TOKENS.findall(paragraph))
        likeness = [
            len(bag & bags[n]) / len(bag | bags[n]) for n in range(k, min(k + near, len(new)))
        ]
        best = max(likeness, default=0.0)
        if best < 0.3:
            yield paragraph, ""
            continue
        at = k + likeness.index(best)
        yield from (("", inserted) for inserted in new[k:at])
        yield paragraph, new[at]
        k = at + 1
    yield from (("", inserted) for inserted in new[k:])


def _whole(old: str, new: str) -> Pieces:
    """Deleted and inserted text; the white space at the end of both stays."""
    end = _common(old[::-1], new[::-1])
    blank = old[len(old) - end :]
    blank = blank[len(blank.rstrip()) :]
    cut = len(blank)
    return [
        *_split("del", old[: len(old) - cut]),
        *_split("ins", new[: len(new) - cut]),
        *_split("same", blank),
    ]


def _split(kind: str, text: str) -> Pieces:
    """One piece for each paragraph of ``text``."""
    return [(kind, line) for line in text.splitlines(keepends=True)]


def statement_text(statement: StatementCard) -> str:
    """A statement with its speaker and capacity, as the desk shows it."""
    lines = [f"“{statement['text']}”" if statement["kind"] == "direct" else statement["text"]]
    if statement["passage"]:
        lines.append(f"Passage: {statement['passage']}")
    return "\n".join([*lines, _who(statement["capacity"])])


def _texts(snapshot: Snapshot) -> dict[str, str]:
    texts = {name.capitalize(): str(snapshot.get(name)) for name in _FIELDS}
    texts["Body"] = plain_text(snapshot["body"])
    texts[_RECORDS] = "\n".join(body_records(snapshot))
    for row in snapshot.get("bylines", []):
        label = row["role"].capitalize()
        texts[label] = "\n".join(filter(None, (texts.get(label), _who(row["capacity"]))))
    texts["Topics"] = ", ".join(topic["name"] for topic in snapshot["topics"])
    texts["Translation of"] = snapshot.get("translation_of", "")
    texts["Picture"] = "\n".join(_picture(snapshot["picture"])) if "picture" in snapshot else ""
    texts["Event"] = "\n".join(_event(snapshot["event"])) if snapshot["event"] else ""
    for statement in snapshot["statements"]:
        texts[f"Statement {statement['number']}"] = statement_text(statement)
    return texts


def body_records(snapshot: Snapshot) -> Iterator[str]:
    """What stands in the body by reference, a line each, in its order."""
    pictures = {f"picture/{card['id']}": card for card in snapshot.get("body_pictures", [])}
    embeds = {card["record"]: card["name"] for card in snapshot.get("embeds", [])}
    own = f"statement/{snapshot['id']}/"
    for record in RECORD.findall(snapshot["body"]):
        kind = record.split("/")[0].capitalize()
        if record in pictures:
            yield f"{kind}: {' · '.join(_picture(pictures[record]))}"
        elif record.startswith(own):
            yield f"{kind} {record.removeprefix(own)} of this article"
        else:
            yield f"{kind}: {embeds.get(record, 'not public')}"


def _picture(picture: PictureCard) -> list[str]:
    point = f"Focal point: {picture['focal_x']} %, {picture['focal_y']} %"
    terms = picture["usage_terms"], picture["copyright_holder"]
    words = (picture["alternative_text"], picture["caption"], picture["credit"], *terms, point)
    return [text for text in words if text]


def _event(event: EventCard) -> Iterator[str]:
    yield event["name"]
    fields: dict[str, Any] = {**event}
    for key in _EVENT_FIELDS:
        if value := fields[key]:
            yield f"{key.replace('_', ' ').capitalize()}: {value}"
    for body in event["organizers"]:
        yield f"Organizer: {body['name']}"
    for capacity in event["capacities"]:
        yield f"Speaker: {_who(capacity)}"


def _who(capacity: CapacityCard) -> str:
    return f"{full_name(capacity['speaker'])}, {capacity_line(capacity)}"


def paragraphs(pieces: Pieces, *, only_changed: bool = False) -> list[Pieces]:
    """The pieces of a difference by paragraphs, word by word; ``only_changed`` leaves out others.

    A paragraph ends where both texts have a line break.
    """
    found: list[Pieces] = [[]]
    for kind, text in pieces:
        for n, line in enumerate(text.split("\n") if kind == "same" else [text]):
            if n:
                found.append([])
            if line:
                found[-1].append((kind, line))
    if only_changed:
        return [row for row in found if any(kind != "same" for kind, _ in row)]
    return [row for row in found if row]
