"""The bodies that a release names, and which of them “its” and “the company” mean."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import pairwise

from articles.importing.bodies import Range, body_end, describes_body, names_body, with_point
from articles.importing.layout import Layout
from articles.importing.names import NOT_NAMES
from articles.importing.sentences import LONGEST, Body, Token, read_line
from articles.importing.words import (
    ANY_BODY,
    BODY_NOUNS,
    COMPANY_FORMS,
    EVENT_KINDS,
    FUNCTION_WORDS,
    HAPPENING,
    INITIALS,
    MONTHS,
    NAMED_KINDS,
    ORG_WORDS,
    PLACES,
    SMALL_FORMS,
    TELLING_NOUNS,
    TITLE_HEADS,
    TITLE_MODIFIERS,
    TRANSLATED,
    WEAK_ORG,
    WEEKDAYS,
    word_set,
)
from people.folding import fold

#: So many namings of bodies are told apart in one text: each is compared with each.
_MOST_NAMES = 400


@dataclass(frozen=True)
class BodyName:
    """A body as the text names it somewhere: its place, its words, and the nouns said of it."""

    span: Range
    folded: str
    words: tuple[str, ...]
    nouns: frozenset[str] = frozenset()

    def is_called(self, noun: str) -> bool:
        """Whether a noun is one of its name, or said of it: the bank, the chain."""
        return noun in self.words or noun in self.nouns


def named_bodies(
    page: Layout, body: Body, learned: Iterable[Range], persons: Iterable[Range]
) -> list[BodyName]:
    """Return every naming of a body in the text, in order; ``learned`` are names of bodies that
    other rules found (the employer of a speaker), ``persons`` the words that name somebody."""
    named = {at for span in persons for at in range(*span)}
    texts = [one.tokens for one in body.sentences if len(one.tokens) <= LONGEST]
    found: dict[Range, set[str]] = {}
    for start, end in page.letterheads:
        for line in re.finditer(r"[^/|·•–—]+", page.text[start:end]):
            tokens = read_line(page, start + line.start(), start + line.end())
            found |= {span: set() for span in _capitals(tokens, set(), letterhead=True)}
    for tokens in texts:
        for span in _capitals(tokens, named):
            found.setdefault(span, set())
    described = [one for tokens in texts for one in _described(tokens, named)]
    for words in {page.text[slice(*span)] for span in [*learned, *(one for one, _ in described)]}:
        for span in _again(page, words, found):
            found[span] = set()
    for span, noun in described:
        found.setdefault(span, set()).add(noun)
    for tokens in texts:
        for span in _with_legal_form(tokens):
            within = [one for one in found if span[0] <= one[0] and one[1] <= span[1]]
            found[span] = set().union(*(found.pop(one) for one in within))
    first = sorted(found.items())[:_MOST_NAMES]
    return [_body_name(page, with_point(page.text, span), nouns) for span, nouns in first]


def _capitals(tokens: list[Token], named: set[int], *, letterhead: bool = False) -> Iterator[Range]:
    """Runs of capitals that are a body's name by one of their words, or by their initials."""
    at = 0
    while at < len(tokens):
        token = tokens[at]
        small = token.low in FUNCTION_WORDS | WEEKDAYS | MONTHS
        if (
            not (token.cap and token.word)
            or small
            or token.start in named
            or (token.low in TITLE_HEADS and token.low not in ORG_WORDS)
            or (token.low.endswith("s") and token.low[:-1] in TITLE_HEADS - ORG_WORDS)
            or token.low in ("troops", "soldiers", "units")
        ):
            at += 1
            continue
        end = body_end(tokens, at, len(tokens))
        run = tokens[at:end]
        if owner_end := next((n for n in range(1, len(run)) if _is_owned_title(run, n)), 0):
            run, end = run[:owner_end], at + owner_end  # the Board’s Chief Executive
        if (part := _of_a_board(run)) and names_body(run[part:]):
            at, run = at + part, run[part:]
            token = run[0]
        caps = [t for t in run if t.cap]
        strong = [t for t in caps if t.low in ORG_WORDS - WEAK_ORG - EVENT_KINDS.keys()]
        titled = [n for n, t in enumerate(run) if t.low in TITLE_HEADS]
        engineers = [t.low for t in run[1:2]] and run[0].low == "engineer" and run[1].low in _UNITS
        if strong and titled and (run[titled[0] - 1].low in ("of", "for") or engineers):
            titled = []  # Association of Resident Doctors, 7th Engineer Brigade
        if titled and strong and titled[-1] + 1 < len(run):
            last = titled[-1]
            of = run[last + 1].low == "of" or run[last].low == "general"
            if not of and run[titled[0]].low not in ("chief", "chamber"):
                owner = run[: titled[0]]  # Meridian Bank Chief Economist
                if names_body(owner) and (len(owner) > 1 or owner[0].acronym):
                    yield owner[0].start, owner[-1].bare_end
                at += last + 1
                continue
            if run[titled[0]].low not in ("chief", "chamber"):
                at += titled[0] + 1
                continue
        if all(t.low in _OFFICE_WORDS | COMPANY_FORMS for t in caps):
            at = max(end, at + 1)  # Office of Public Information
            continue
        weak = [t for t in caps if t.low in WEAK_ORG]
        bracket = run[-1].text == ")"
        event = run[-1].low in NAMED_KINDS or (
            not strong and any(t.low in EVENT_KINDS for t in caps)
        )
        if not event and (
            (strong and len(caps) > 1)
            or (bracket and len(caps) > 2)
            or (weak and len(caps) > 2 and (weak[-1] is caps[-1] or letterhead))
            or (len(run) == 1 and token.acronym and token.low in INITIALS)
        ):
            numbered = at and tokens[at - 1].text[0].isdigit() and len(tokens[at - 1].text) < 5
            unit = numbered and _UNITS & {t.low for t in caps}
            first = tokens[at - 1] if unit else run[0]  # the 27 Engineer Brigade
            yield first.start, run[-1].end if bracket else run[-1].bare_end
        at = max(end, at + 1)


def _is_owned_title(run: list[Token], n: int) -> bool:
    """Whether a possessive ends before ``n`` and a title begins: Board’s Chief Executive."""
    last = n
    while last < len(run) and run[last].low in TITLE_MODIFIERS - TITLE_HEADS:
        last += 1
    head = last < len(run) and run[last].low in TITLE_HEADS - ORG_WORDS
    return head and run[n - 1].possessive


def _of_a_board(run: list[Token]) -> int:
    """Where the body begins in “Board of Trustees of the Medical City”; 0 without a board."""
    words = [t.low for t in run]
    if words[:2] != ["board", "of"]:
        return 0
    of = 1
    if words[2:4] and words[2] in ("trustees", "directors", "governors") and words[3:4] == ["of"]:
        of = 3
    return of + 1 + (words[of + 1 : of + 2] == ["the"])


_OFFICE_WORDS = word_set(
    "office department section directorate unit desk cell division public information press media "
    "communications communication culture relations service services affairs bureau board "
    "management"
)
_UNITS = word_set("brigade regiment battalion division corps squadron company wing fleet hospital")


def _described(tokens: list[Token], named: set[int]) -> Iterator[tuple[Range, str]]:
    """Names that a noun beside them tells to be a body's, with the noun.

    The charity Lamp & Kettle; Lampárna, a cooperative of people.
    """
    for at, token in enumerate(tokens):
        if not (token.cap and token.word) or token.start in named or token.low in FUNCTION_WORDS:
            continue
        if at and tokens[at - 1].cap and tokens[at - 1].low not in FUNCTION_WORDS:
            continue
        end = body_end(tokens, at, len(tokens))
        end = next((k for k in range(at, end) if tokens[k].low in ("of", "from", "in")), end)
        run = [t for t in tokens[at:end] if t.cap]
        if (
            len(run[0].text) < 2
            or all(t.low in PLACES for t in run)
            or any(t.low in TITLE_HEADS | MONTHS for t in run)
        ):
            continue
        span = token.start, tokens[end - 1].bare_end
        if noun := describes_body(tokens, end):
            yield span, noun
        before = at - 1
        if before > 1 and tokens[before].text == ",":  # the supplier, Bonvoisin of Lyon, has
            before -= 1
            after = tokens[end] if end < len(tokens) else None
            if after is None or not (after.text == "," or after.low in ("of", "from", "in")):
                continue
        noun = tokens[before].low if before > 0 else ""
        led = {t.low for t in tokens[max(0, before - 4) : before]} & {"the", "a", "an", "its"}
        if noun in TELLING_NOUNS and not tokens[before].cap and led:
            yield span, noun


def _again(page: Layout, words: str, found: dict[Range, set[str]]) -> Iterator[Range]:
    """Where a name that other rules found to be a body's stands elsewhere."""
    folded = fold(words)
    if (
        len(words) < 3
        or not words[:1].isupper()
        or folded in BODY_NOUNS | PLACES
        or folded.startswith("the ")
    ):
        return
    taken = list(found)
    for one in re.finditer(rf"(?<!\w){re.escape(words)}(?!\w)", page.flat):
        if not any(a <= one.start() < b for a, b in taken):
            yield one.span()


def _with_legal_form(tokens: list[Token]) -> Iterator[Range]:
    """Names before the legal form of a company or an association: Nordwind AG, Kotitalo ry."""
    for k, (token, form) in enumerate(pairwise(tokens)):
        if (
            token.cap
            and token.word
            and form.low in COMPANY_FORMS - {"as", "co"}
            and (form.text[0].isupper() or form.low in SMALL_FORMS)
        ):
            first = k
            while (
                first
                and tokens[first - 1].cap
                and tokens[first - 1].word
                and tokens[first - 1].low not in FUNCTION_WORDS
            ):
                first -= 1
            yield tokens[first].start, form.end


def _body_name(page: Layout, span: Range, nouns: set[str]) -> BodyName:
    folded = fold(page.text[slice(*span)])
    words = tuple(re.findall(r"[^\W_](?:[\w’'&/-]*\w)?", folded))
    said = re.match(r",? (?:a|an|the|its)?((?: [\w’'-]+){1,6})", page.flat[span[1] : span[1] + 80])
    if said and page.flat[span[1] : span[1] + 1] == ",":
        nouns = nouns | (set(fold(said[1]).split()) & BODY_NOUNS)
    if COMPANY_FORMS & set(words):
        nouns = nouns | {"company"}
    nouns = nouns | {TRANSLATED[word] for word in words if word in TRANSLATED}
    return BodyName(span, folded, words, frozenset(nouns))


def subject_bodies(body: Body, persons: Iterable[Range]) -> list[BodyName]:
    """Return the names that sentences begin with and that are no person's: Nordlys has opened …

    They may be bodies; only “its” and “the company” ask for them.
    """
    named = {at for span in persons for at in range(*span)}
    found: list[BodyName] = []
    for sentence in body.sentences:
        tokens = sentence.tokens
        at = 1 if len(tokens) > 2 and tokens[0].low == "the" else 0
        end = at
        while end < min(len(tokens), at + 6) and tokens[end].cap and not tokens[end].possessive:
            end += 1
        run = tokens[at:end]
        if (
            not run
            or end >= len(tokens)
            or not run[0].word
            or run[0].start in named
            or any(t.low in FUNCTION_WORDS | WEEKDAYS | MONTHS | TITLE_HEADS for t in run)
            or all(t.low in PLACES for t in run)
            or run[-1].low in NOT_NAMES
            or not (tokens[end].text == "," or tokens[end].low in HAPPENING)
        ):
            continue
        words = tuple(t.low for t in run)
        noun = describes_body(tokens, end)
        nouns = frozenset([noun] if noun else [])
        found.append(BodyName((run[0].start, run[-1].end), " ".join(words), words, nouns))
    return found


def meant_body(names: list[BodyName], noun: str, at: int, page: Layout) -> Range | None:
    """The body that “its” or a noun (the bank’s, the Academy) means at the position ``at``."""
    before = [one for one in names if one.span[0] < at]
    distinct = {re.sub(r"\s*\(.*?\)", "", one.folded) for one in before}
    chosen: BodyName | None = None
    if noun == "its":
        start = page.flat.rfind("\n", 0, at)
        sentence = max(page.flat.rfind(". ", 0, at), page.flat.rfind("” ", 0, at), start)
        here = [one for one in before if one.span[0] > sentence]
        paragraph = [one for one in before if one.span[0] > start]
        last = here or paragraph or before
        free = [one for one in last if not _is_of_another(page, one, last[0])]
        chosen = free[-1] if free else None
    else:
        matching = [one for one in before if one.is_called(noun)]
        if matching:
            chosen = max(matching[-4:], key=lambda one: (_led_by(one, noun), len(one.folded)))
            if noun in chosen.words and (part := _whole(page, chosen, noun)):
                return part
        elif len(distinct) == 1 and before and noun in BODY_NOUNS:
            other = set(before[0].words) & (ORG_WORDS - WEAK_ORG)
            chosen = None if other and noun not in ANY_BODY else before[0]
    if chosen is None:
        return None
    same = [
        one
        for one in before
        if _same_body(chosen.folded, list(chosen.words), (one.span, one.folded, list(one.words)))
    ]
    best = max([chosen, *same], key=lambda one: len(_without_form(one.folded)))
    return best.span


#: What ties the name of a part to that of the whole: Department of History at the University.
_TIES = re.compile(r",? (?:of|at) (?:the )?|, ")


def _led_by(name: BodyName, noun: str) -> int:
    """How well a noun names a body: 2 as the head of its name, 1 as a word in it, 0 by a noun."""
    head = _TIES.split(name.folded)[0].split()
    return 2 if noun in head else int(noun in name.words)


def _whole(page: Layout, name: BodyName, noun: str) -> Range | None:
    """The larger body in a name that a noun means: the university of “Department of X at the
    University of Y”; None where the noun is the head of the name."""
    if _led_by(name, noun) == 2:
        return None
    start, end = name.span
    for tie in reversed(list(_TIES.finditer(page.text, start, end))):
        words = fold(page.text[tie.end() : end]).split()
        if noun in words and noun in _TIES.split(" ".join(words))[0].split():
            return tie.end(), end
    return None


def _is_of_another(page: Layout, name: BodyName, first: BodyName) -> bool:
    """Whether a body is named only to say of whom another is: a spin-off of the University."""
    before = page.flat[max(0, name.span[0] - 60) : name.span[0]]
    return name.span != first.span and bool(
        re.search(
            r"(?:spin-off|subsidiary|arm|part|unit|branch"
            r"|company|member|division)(?: company)? of (?:the )?$",
            before,
        )
    )


def meant_subject(
    bodies: list[BodyName], subjects: list[BodyName], noun: str, at: int, page: Layout
) -> Range | None:
    """The subject of a sentence that “its” or “the company” means where no known body does.

    “Its” means the subject of the sentence before; a noun the one name that the text is about.
    """
    before = [one for one in subjects if one.span[0] < at]
    if not before:
        return None
    if noun == "its":
        start = page.flat.rfind("\n", 0, at)
        return before[-1].span if before[-1].span[0] > start else None
    called = [one for one in before if one.is_called(noun)]
    if called:
        return called[-1].span
    if noun not in BODY_NOUNS or any(one.is_called(noun) for one in bodies):
        return None
    names = {one.folded for one in before}
    return before[0].span if len(names) == 1 else None


def find_organizations(names: list[BodyName]) -> list[Range]:
    """Return the bodies that the release names, each once, at its fullest form."""
    runs = [(one.span, one.folded, list(one.words)) for one in names]
    found: list[tuple[Range, str, list[str]]] = []
    for span, folded, words in sorted(runs, key=lambda one: one[0]):
        bare = re.sub(r"\s*\(.*?\)", "", folded)
        same = next((n for n, other in enumerate(found) if _same_body(bare, words, other)), None)
        if same is None:
            found.append((span, folded, words))
        elif len(folded) > len(found[same][1]):
            found[same] = (span, folded, words)
    return [span for span, _, _ in sorted(found)]


def _without_form(name: str) -> str:
    """A folded name without its legal form: Sahelcom S.A."""
    first, _, last = name.rpartition(" ")
    return first.rstrip(",") if last.rstrip(".") in COMPANY_FORMS else name


def _same_body(bare: str, words: list[str], other: tuple[Range, str, list[str]]) -> bool:
    other_bare = re.sub(r"\s*\(.*?\)", "", other[1])
    if _without_form(bare) == _without_form(other_bare):
        return True
    if bare == other_bare or bare in other_bare.split(" (") or f"({bare})" in other[1]:
        return True
    if other_bare.startswith(bare) and len(words) >= 2 and len(other[2]) - len(words) <= 1:
        return True
    for short, long, count in ((bare, other_bare, len(words)), (other_bare, bare, len(other[2]))):
        if count > 1 and long.startswith(f"{short} of "):
            return True
    return bare.startswith(other_bare) and len(other[2]) >= 2 and len(words) - len(other[2]) <= 1
