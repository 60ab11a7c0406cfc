"""What somebody typed into a search field, as queries in the syntax of PostgreSQL's ``to_tsquery``.

The words are those that the database function ``newsroom_words`` (``migrations/sql/search.sql``)
puts into the index.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from people.folding import UNSPACED, fold, words

#: So many words of a query count; the others are left out.
MOST_WORDS = 32

#: A phrase, closed or not, or anything up to a blank; each may follow a minus sign.
_TOKEN = re.compile(r'(-?)(?:"([^"]*)"?|([^\s"]+))')
#: What is written as one word, though signs stand within it.
_COMPOUND = re.compile(r"[^\s,;:/()|!?<>\[\]{}]+")
_UNSPACED = f"{UNSPACED}\uac00-\ud7a3"
_RUN = re.compile(f"[{_UNSPACED}]+|[^{_UNSPACED}]+")
_RUN_IS_UNSPACED = re.compile(f"[{_UNSPACED}]")
#: Russian words like музей, whose forms the stemmer takes for those of two words.
_RUSSIAN_NOUN = re.compile("([а-я]{2,}[аеиоуыэюя])(?:й|я|ю|е|и|ем|ев|ям|ями|ях)")
_LETTERS_AND_DIGITS = re.compile(r"([^\W\d_]+)(\d+)|(\d+)([^\W\d_]+)")


@dataclass(frozen=True)
class Asked:
    """A query taken apart. Each part is "" where it asks for nothing.

    ``text`` is for vectors with stems: what must stand, without what must not. ``title`` is for
    vectors of words as written: what must stand, its last word as a beginning. ``without`` is what
    must not stand. ``loose`` finds at least what ``text`` finds, by an index alone: it is another
    where phrases are asked for, of which an index knows only the words, and "" where nothing must
    stand. ``runs`` are what must stand in a script without blanks, whose words only our own
    vectors know.
    """

    text: str
    title: str
    without: str
    loose: str
    runs: tuple[str, ...] = ()


def parse(q: str) -> Asked:
    """Read ``q`` as search engines do: all words, "phrases", ``or``, ``-`` before what is not
    wanted. No text is an error."""
    alternatives: list[list[tuple[str, str]]] = [[]]
    unwanted: list[str] = []
    left = MOST_WORDS
    runs: list[str] = []
    for minus, phrase, plain in _TOKEN.findall(fold(q)):
        if plain == "or" and not minus:
            alternatives.append([])
            continue
        given = [phrase] if phrase else _COMPOUND.findall(plain)
        for text in given:
            terms = words(text)[:left]
            left -= len(terms)
            if not terms:
                continue
            wanted = _phrase(terms) if phrase else _compound(terms)
            if minus:
                unwanted.append(wanted)
            else:
                runs += [one for one in _runs(terms) if _RUN_IS_UNSPACED.match(one)]
                beginning = "" if phrase else _compound(terms, beginning=True)
                alternatives[-1].append((wanted, beginning or wanted))
    groups = [group for group in alternatives if group]
    without = " | ".join(unwanted)
    text = _any([[wanted for wanted, _ in group] for group in groups])
    loose = text.replace(" <-> ", " & ")
    if without:
        text = f"{text} & !({without})" if text else f"!({without})"
        if " <-> " not in without:
            loose = f"{loose} & !({without})" if loose else ""
    last = groups[-1] if groups else []
    titles = [[wanted for wanted, _ in group] for group in groups]
    if last:
        titles[-1][-1] = last[-1][1]
    return Asked(text, _any(titles), without, loose, tuple(dict.fromkeys(runs)))


def beginnings(typed: str) -> list[str]:
    """A query for each word of ``typed``, which begins a word: ``muh iq`` finds Muhammad Iqbal."""
    found = [words(part)[:MOST_WORDS] for part in _COMPOUND.findall(fold(typed).replace('"', " "))]
    return [_compound(terms, beginning=True) for terms in found if terms][:MOST_WORDS]


def _any(groups: list[list[str]]) -> str:
    together = [f"({' & '.join(group)})" for group in groups]
    return f"({' | '.join(together)})" if together else ""


def _compound(terms: list[str], *, beginning: bool = False) -> str:
    """Words that signs join (COVID-19), also as one word; letters and digits also apart (G20)."""
    ways = [_phrase(terms, beginning=beginning)]
    if len(terms) > 1:
        ways.append(_phrase(["".join(terms)], beginning=beginning))
    elif match := _LETTERS_AND_DIGITS.fullmatch(terms[0]):
        ways.append(_phrase([part for part in match.groups() if part], beginning=beginning))
    return f"({' | '.join(ways)})" if len(ways) > 1 else ways[0]


def _phrase(terms: list[str], *, beginning: bool = False) -> str:
    """Words one after the other; with ``beginning`` the last one may go on."""
    runs = _runs(terms)
    lexemes = [lexeme for run in runs for lexeme in _lexemes(run)]
    if beginning:
        last = runs[-1][-2:] if _RUN_IS_UNSPACED.match(runs[-1]) else runs[-1]
        lexemes[-1] = f"'{last}':*"
    return f"({' <-> '.join(lexemes)})" if len(lexemes) > 1 else lexemes[0]


def _runs(terms: list[str]) -> list[str]:
    """``terms`` cut where a script without blanks begins or ends."""
    return [run for term in terms for run in _RUN.findall(term)]


def _lexemes(run: str) -> list[str]:
    """The words of the index for a run of characters of one kind."""
    if match := _RUSSIAN_NOUN.fullmatch(run):
        forms = dict.fromkeys([run, f"{match[1]}й", f"{match[1]}я"])
        return [f"({' | '.join(f"'{form}'" for form in forms)})"]
    if not _RUN_IS_UNSPACED.match(run):
        return [f"'{run}'"]
    if len(run) == 1:
        return [f"'{run}':*"]
    return [f"'{run[i : i + 2]}'" for i in range(len(run) - 1)]
