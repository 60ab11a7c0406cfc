"""Who said it, at the words: the body of an article with its statements' speakers beside it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from html import unescape
from typing import Any

from django.template.loader import render_to_string
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from articles.frozen import StatementCard, words_in_body
from people.folding import fold

_TOKEN = re.compile(
    r"""<(?:[^<>"']|"[^"]*"|'[^']*')*>|&(?:\#\d+|\#x[\da-f]+|\w+);|.""", re.I | re.S
)
_TAG = re.compile(r"</?([a-z]+\d?)", re.I)
_EMPTY_TAGS = {"br", "hr", "img", "wbr", "col"}
_INLINE_TAGS = {"a", "b", "em", "i", "strong", "sub", "sup", "bdi", "span", "s", "del", "u"}
#: The link to a note stands behind these signs, of which there are a few at most.
_CLOSING, _MOST_SIGNS = "”’»」\"'“,.;:!?،۔。，、！？", 3


#: A body is folded sign by sign, and the same few come again and again.
_fold_sign = lru_cache(5_000)(fold)


@dataclass(slots=True)
class _Token:
    """A tag or one character of the body as it is written, and what it means here."""

    source: str
    #: The name of a tag; "" for a character.
    tag: str = ""
    #: The numbers of the statements whose words this character is part of.
    said: tuple[int, ...] = ()
    #: The numbers of the statements that end after this character.
    ends: tuple[int, ...] = ()


def annotate(body: str, statements: list[StatementCard], dateline: str = "") -> SafeString:
    """Return ``body`` (clean rich text) with a note beside each paragraph in which somebody spoke.

    ``dateline`` is put before the first paragraph's words. Each table stands in a box that scrolls
    on a narrow screen, by keyboard too.

    The words of a statement stand in ``<span class="said" data-said="3">``, followed by a link to
    the note with the identifier ``n-3``. A statement whose words are not found has no note; the
    list under the article has it all the same.
    """
    tokens = _tokens(body)
    folded, places = _folded(tokens)
    for statement in statements:
        _mark(tokens, folded, places, statement)
    if dateline:
        _put_dateline(tokens, dateline)
    # The notes are numbered in the order of the text; a statement's own number may leave gaps.
    ended = (number for token in tokens for number in token.ends)
    notes = {number: note for note, number in enumerate(ended, start=1)}
    by_number = {statement["number"]: statement for statement in statements}
    markup = "".join(_blocks(tokens, by_number, notes))
    boxed = markup.replace("<table>", '<div class="scrolls" tabindex="0"><table>')
    return SafeString(boxed.replace("</table>", "</table></div>"))


def _put_dateline(tokens: list[_Token], dateline: str) -> None:
    words = format_html('<span class="dateline">{}</span> ', dateline)
    first = next((token for token in tokens if token.tag != "figure"), None)
    if first and first.tag == "p":
        first.source += words
    else:
        tokens.insert(0, _Token(f"<p>{words}</p>", "p"))


def _tokens(body: str) -> list[_Token]:
    tokens = []
    for source in _TOKEN.findall(body):
        tag = _TAG.match(source) if source.startswith("<") and len(source) > 1 else None
        tokens.append(_Token(source, tag[1].lower() if tag else ""))
    return tokens


def _folded(tokens: list[_Token]) -> tuple[str, list[int]]:
    """The folded text of the body, and for each letter of it the token that it comes from."""
    letters: list[str] = []
    places: list[int] = []
    for number, token in enumerate(tokens):
        if token.tag:
            text = "" if token.tag in _INLINE_TAGS else " "
        else:
            char = unescape(token.source) if len(token.source) > 1 else token.source
            text = " " if char.isspace() else _fold_sign(char)
        if text == " " and (not letters or letters[-1] == " "):
            continue
        letters.extend(text)
        places.extend([number] * len(text))
    return "".join(letters), places


def _mark(tokens: list[_Token], folded: str, places: list[int], statement: StatementCard) -> None:
    """Find the words of ``statement``, in quotation marks if it is a quotation, and note them."""
    wanted = fold(words_in_body(statement))
    marked = f'"{wanted}"' if statement["kind"] == "direct" else wanted
    at = folded.find(marked) + (marked != wanted) if marked in folded else folded.find(wanted)
    if not wanted or at < 0:
        return
    first, last = places[at], places[at + len(wanted) - 1]
    for token in tokens[first : last + 1]:
        if not token.tag:
            token.said += (statement["number"],)
    end = last
    while end + 1 < len(tokens) and not tokens[end + 1].tag and end - last < _MOST_SIGNS:
        if unescape(tokens[end + 1].source) not in _CLOSING:
            break
        end += 1
    tokens[end].ends += (statement["number"],)


def _blocks(
    tokens: list[_Token], statements: Mapping[int, StatementCard], notes: Mapping[int, int]
) -> Iterator[str]:
    """The parts of the body, each block that has notes together with them."""
    depth, part = 0, list[_Token]()
    for token in tokens:
        part.append(token)
        if token.tag and token.tag not in _EMPTY_TAGS:
            depth += -1 if token.source.startswith("</") else 1
        if depth <= 0 and token.tag and token.tag not in _INLINE_TAGS:
            yield _block(part, statements, notes)
            part = []
    yield _block(part, statements, notes)


def _block(
    part: list[_Token], statements: Mapping[int, StatementCard], notes: Mapping[int, int]
) -> str:
    markup = "".join(_written(part, notes))
    ended = [number for token in part for number in token.ends]
    if not ended:
        return markup
    capacities: dict[str, list[dict[str, Any]]] = {}
    for number in ended:
        shown = {**statements[number], "note": notes[number]}
        capacities.setdefault(statements[number]["capacity"]["id"], []).append(shown)
    context = {"notes": list(capacities.values()), "LANGUAGE_CODE": get_language()}
    beside = render_to_string("articles/_notes.html", context)
    return f'<div class="noted">{markup}{beside}</div>'


def _written(part: list[_Token], notes: Mapping[int, int]) -> Iterator[str]:
    said: tuple[int, ...] = ()
    waiting: tuple[int, ...] = ()
    in_link = False
    for token in part:
        if token.said != said:
            if said:
                yield "</span>"
            if token.said and not token.tag:
                numbers = " ".join(map(str, token.said))
                yield format_html('<span class="said" data-said="{}">', numbers)
            said = token.said
        yield token.source
        if token.tag == "a":
            in_link = not token.source.startswith("</")
        waiting += token.ends
        if waiting and not in_link:  # no link stands in another
            if said:
                yield "</span>"
                said = ()
            for number in waiting:
                note = notes[number]
                label = _("Who said this: note {number}").format(number=note)
                yield format_html(
                    '<a class="ref" href="#n-{}" aria-label="{}">{}</a>', number, label, note
                )
            waiting = ()
    if said:
        yield "</span>"
