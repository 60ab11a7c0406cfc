"""Paragraphs as sentences of tokens; what stands in quotation marks is one token of its own."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import islice

from articles.importing.layout import Layout
from articles.importing.words import (
    ADVERBS,
    EVENT_KINDS,
    FUNCTION_WORDS,
    OCCUPATION_ENDINGS,
    SAYING,
    TITLE_HEADS,
    TITLE_INTRODUCERS,
    word_set,
)
from articles.publishing.passages import Passage, quoted_passages
from people.folding import UNSPACED, fold

#: Tokens that stand for a quotation and for a title or term in quotation marks.
QUOTE, TERM = "\x01", "\x03"
_HIDDEN = "\x02"
_TOKEN = re.compile(
    r"\((?i:\s?(?:r|retd?|ret|rtd|retired)\.?\s?)\)"
    r"|A/S\b"
    r"|(?:Dr|Dipl)\.-Ing\.|(?i:univ|ao)\.-Prof\."
    r"|(?<=[Dr]r\.\s)(?:sc|med|phil|rer|jur|habil|theol|oec|vet|pol|hc|h\.c)\."
    r"|(?<=Dr\s)n\.|(?<=\bn\.\s)(?:med|hum|techn|ekon|o)\."
    r"|(?<=rer\.\s)(?:nat|pol|oec)\."
    r"|Ph\.\s?D\.?|[MB]\.Sc\.?"
    r"|(?:[^\W\d_]\.){2,}"
    r"|[^\W\d_]\.(?=[ -]?[^\W\d_])(?<!\w\w\.)"
    r"|(?:Dr|Mr|Mrs|Ms|Prof|Gen|Lt|Col|Maj|Capt|Brig|Sen|Amb|Rev|Hon|St|Engr|Eng|Adm|Cdr|Sgt|Jr|Sr|"
    r"Govt|Dept|Fr|Mt|Smt|Messrs|vs|No|Mme|Insp|Sqn|Cmdr|Dipl|Rt|Bro|Retd|retd|Ret|Ing|"
    r"Acad|Rep|Gov|Barr|Adv|Advs|Comdr|Cdre|Supt|Asst|Addl|Dy|Lieut|Pte|Cpl|Cllr|Mgr|Msgr|Sra|"
    r"Srta|Dra|Dna|Mlle|Hr|Fru|Dhr|Mevr|Pharm|Arc|Dott|Avv|Lic|Arq|Profa|Ven|Shri|Mag|Inż|Ir|"
    r"Com|Revd|Hj|Hjh|Thiru|Tmt|Vdm|Sh|Sk|Md|Mohd|Muhd|Abd|Ch|Pt|Pvt|Ens|Spc|Atty|Ma)\.(?=[\s)])"
    r"|(?:[Dd]ato|DATO)[’'](?=\s)"
    r"|(?:Jr|Sr)\.(?=[\s,)])|(?:Yu|Ya|Ye|Zh|Kh|Ts)\.(?=\s[^\W\d_])"
    r"|(?:Inc|Ltd|Corp|Co|Bros)\.(?=[\s,])"
    r"|\d+(?:[.,:]\d+)*(?:[^\W\d_]+)?(?:-[^\W_]+)*"
    r"|[^\W_]+(?:[-‐‑’'][^\W_]+)*[’'](?=\s)(?<=[sS][’'])"
    r"|[^\W_]+(?:(?:[-‐‑’'ʻʼ]|(?<=[oOgG])‘)[^\W_]+)*"
    rf"|[^\w\s{_HIDDEN}]|_"
)
_POSSESSIVE = re.compile(r"(?:['’][sS]|(?<=[sS])['’])$")
#: A text with more marks than this is no release; its passages are not looked for.
MOST_MARKS = 3000
_MARKS = re.compile("[\"'“”„‟«»‘’‚‹›「」『』〝〟＂]")
#: Sentences of more tokens than this are not read.
LONGEST = 400
#: So many tokens of a text are read for who says what: twenty times a long release.
MOST_TOKENS = 15_000
_FINAL = frozenset(".!?…。！？۔؟")
_SMALL = word_set(
    """
a an the of for and or in on to at by with from as is & vs de la el und der
"""
)


#: What a hyphen ties to the head of a title: Patron-in-Chief, vice-captain.
_RANKED_AFTER = word_set("in-chief in-charge at-large at-law elect designate general of-staff")
_RANKED_BEFORE = word_set("vice co ex deputy sub pro under head non assistant joint")


@dataclass(frozen=True, slots=True)
class Token:
    """A word or a sign. ``low`` is the word folded, without a final point or possessive."""

    text: str
    low: str
    start: int
    end: int
    possessive: bool

    @property
    def cap(self) -> bool:
        """Whether it is a word that begins with a capital (or al-Thani, d'Ivoire)."""
        text = self.text
        return (
            text[:1].isupper()
            or (
                text[:1].islower()
                and "-" in text
                and text.rpartition("-")[2][:1].isupper()
                and text.partition("-")[0]
                in ("al", "el", "ur", "ul", "as", "ad", "an", "ar", "az", "at", "bin", "ash")
            )
            or (text[:2] in ("d’", "d'", "l’", "o’") and text[2:3].isupper())
            or (text[:4] in ("dell", "dall", "sant") and text[4:5] in "’'" and text[5:6].isupper())
        )

    @property
    def bare_end(self) -> int:
        """Where it ends without a possessive: Khan’s, the Ministers’."""
        return self.end - (2 if self.text[-1] in "sS" else 1) if self.possessive else self.end

    @property
    def head(self) -> bool:
        """Whether it is the head of a title: minister, Patron-in-Chief, clockmaker."""
        low = self.low
        if low in TITLE_HEADS:
            return True
        first, hyphen, last = low.partition("-")
        if hyphen:
            return (first in TITLE_HEADS and last in _RANKED_AFTER) or (
                first in _RANKED_BEFORE and last in TITLE_HEADS
            )
        return len(low) > 6 and not self.cap and low.endswith(OCCUPATION_ENDINGS)

    @property
    def word(self) -> bool:
        """Whether it is a word or number, not a sign."""
        return self.text[0].isalnum()

    @property
    def acronym(self) -> bool:
        """Whether it is an abbreviation of capitals: SCO, U.S."""
        letters = [sign for sign in _POSSESSIVE.sub("", self.text) if sign.isalpha()]
        return len(letters) > 1 and all(map(str.isupper, letters))


@dataclass
class Sentence:
    """A sentence of the body: its tokens, and the place of its paragraph among the paragraphs."""

    tokens: list[Token]
    paragraph: int
    start: int
    end: int
    quotes: list[int] = field(default_factory=list)  # indexes of QUOTE tokens


@dataclass
class Body:
    """The body of a release: its sentences, and the passages in quotation marks by their start."""

    sentences: list[Sentence]
    quotations: dict[int, Passage]
    terms: dict[int, Passage]
    cut: bool = False  # whether it is longer than MOST_TOKENS, and its end is not here
    unmarked: bool = False  # whether it has MOST_MARKS, and its quotations are not here


def read_body(page: Layout) -> Body:
    """Return the sentences of the body, with quotations and terms masked."""
    flat = page.flat
    passages: list[Passage] = []
    unmarked = len(_MARKS.findall(flat)) >= MOST_MARKS
    if not unmarked:
        passages = quoted_passages(flat, page.language)
    quotations, terms = dict[int, Passage](), dict[int, Passage]()
    masked = list(flat)
    for passage in passages:
        is_term = _is_term(flat, passage, page.language)
        (terms if is_term else quotations)[passage.start] = passage
        for at in range(passage.start, passage.end):
            if masked[at] != "\n":
                masked[at] = _HIDDEN
        masked[passage.start] = TERM if is_term else QUOTE
    text = "".join(masked)
    sentences: list[Sentence] = []
    goes_on_to = count = 0
    cut = False
    tokens: list[Token] = []
    first = 0
    for n, (start, end) in enumerate(page.paragraphs):
        if start >= goes_on_to and tokens:
            sentences += _sentences(tokens, first, flat, quotations)
            tokens = []
        if count > MOST_TOKENS:
            cut = True
            break
        if not tokens:
            first = n
        found = [
            _token(one[0], one.start(), one.end(), quotations, terms)
            for one in islice(_TOKEN.finditer(text, start, end), MOST_TOKENS)
        ]
        tokens += found
        count += len(found)
        cut = cut or len(found) == MOST_TOKENS
        goes_on_to = max([goes_on_to, *(t.end for t in found if t.text in (QUOTE, TERM))])
    if tokens:
        sentences += _sentences(tokens, first, flat, quotations)
    return Body(sentences, quotations, terms, cut, unmarked)


def read_line(page: Layout, start: int, end: int) -> list[Token]:
    """Return the tokens of a line of the head."""
    return [
        _token(one[0], one.start(), one.end(), {}, {})
        for one in _TOKEN.finditer(page.text, start, end)
    ]


def _token(
    words: str, start: int, end: int, quotations: dict[int, Passage], terms: dict[int, Passage]
) -> Token:
    if words == QUOTE:
        end = quotations[start].end
    elif words == TERM:
        end = terms[start].end
    return Token(words, _folded(words), start, end, bool(_POSSESSIVE.search(words)))


@lru_cache(maxsize=20_000)
def _folded(words: str) -> str:
    if words == "WHO":
        return "w.h.o"  # the body, not the pronoun
    folded = fold(_POSSESSIVE.sub("", words))
    return folded.rstrip(".") or folded


def _sentences(
    tokens: list[Token], paragraph: int, flat: str, quotations: dict[int, Passage]
) -> list[Sentence]:
    found: list[Sentence] = []
    begin = 0
    for n, token in enumerate(tokens):
        last = n + 1 == len(tokens)
        following = None if last else tokens[n + 1]
        ends = last
        if following is not None:
            if token.text in _FINAL or (
                token.text in (")", "]") and n and tokens[n - 1].text in _FINAL
            ):
                ends = not following.text[0].islower() and following.text not in (
                    ",",
                    ";",
                    ")",
                    "]",
                    ".",
                )
                if ends and token.text == "." and n and _is_abbreviation(tokens, n):
                    ends = False
            elif token.text == QUOTE:
                inner = quotations[token.start].words.rstrip("’'”\"» ")
                ends = (
                    inner[-1:] in _FINAL
                    and (
                        following.cap
                        or following.text in (QUOTE, TERM)
                        or following.text[0].isdigit()
                    )
                    # X said: “…” The officer added: “…”
                    and (_is_introduced(tokens, n) or not _is_attribution(tokens, n + 1))
                )
            elif token.text == TERM:
                ends = (
                    flat[token.end - 2 : token.end - 1] in (".", "!", "?")
                    and following.cap
                    and flat[token.end - 2] == "."
                )
        if ends or n - begin > 2 * LONGEST:
            part = tokens[begin : n + 1]
            found.append(
                Sentence(
                    part,
                    paragraph,
                    part[0].start,
                    part[-1].end,
                    [k for k, one in enumerate(part) if one.text == QUOTE],
                )
            )
            begin = n + 1
    return found


def _is_abbreviation(tokens: list[Token], n: int) -> bool:
    before = tokens[n - 1]
    return (
        before.end == tokens[n].start
        and len(before.text) == 1
        and before.text.isupper()
        and n > 1
        and tokens[n - 2].cap
    )


def _is_introduced(tokens: list[Token], n: int) -> bool:
    """Whether who says a quotation stands before it: Khan said: “…”; Khan said, “…”"""
    sign = tokens[n - 1].text if n > 1 else ""
    return sign == ":" or (sign == "," and tokens[n - 2].low in SAYING)


def _is_attribution(tokens: list[Token], n: int) -> bool:
    """Whether what follows a closed quotation says who said it: “Why?” Khan asked."""
    for k in range(n, min(n + 14, len(tokens))):
        token = tokens[k]
        if token.text in _FINAL or token.text in (QUOTE, TERM, ";"):
            return False
        if token.low in SAYING and not token.cap and k > n:
            after = k + 1
            while after < len(tokens) and tokens[after].low in ADVERBS | {
                "in",
                "a",
                "statement",
                "reporters",
                "interview",
                "release",
            }:
                after += 1
            return after >= len(tokens) or tokens[after].text in (".", ",", ":", ";", QUOTE)
        if (
            not (
                token.cap
                or token.low in ADVERBS
                or token.low in FUNCTION_WORDS
                or token.text in (",", "(", ")")
            )
            and k == n
        ):
            return False
    return False


_WORD = re.compile(r"[^\s—–]+")
_INNER_WORD = re.compile(r"[^\W_]")


def _is_term(flat: str, passage: Passage, language: str) -> bool:
    """Whether a passage in marks is a title, a term or a word, not what somebody said."""
    words = [word for word in _WORD.findall(passage.words) if _INNER_WORD.search(word)]
    if not words:
        return True
    before = flat[max(0, passage.start - 60) : passage.start].rstrip()
    after = flat[passage.end : passage.end + 40]
    if re.search(f"[{UNSPACED}]", passage.words):
        signs = len(re.findall(r"\w", passage.words))
        said = before.endswith(("：", ":", "说", "称", "，")) or passage.words[-1:] in "。！？，；"
        return signs < (6 if said else 8)
    if language == "ur" and re.search("[\u0600-\u06ff]", passage.words):
        return len(words) < 4
    if language == "ru":
        following = re.match(r",?\s*[—–-]\s", after)
        return len(words) < 4 and not following
    attributed = passage.words[-1:] in ",.!?…" and _attributed(after)
    if len(words) < 4 and (_goes_on(flat, passage) or (attributed and _resumes(flat, passage))):
        return False
    if len(words) < 4:
        return True
    weighty = [
        w for n, w in enumerate(words) if fold(w).strip(".,:;!?'\"-") not in _SMALL or n == 0
    ]
    capitals = [
        w
        for w in weighty
        if not (c := next((s for s in w if s.isalpha()), "A")).islower() or c.isupper()
    ]
    capitalised = len(capitals) == len(weighty) or (
        len(weighty) >= 6 and len(capitals) >= len(weighty) - 1
    )
    # ADVERTISED TITLES end without a full stop
    if capitalised and not (attributed and passage.words[-1] in ",.?!"):
        return True
    last = [fold(word).strip(",:;()") for word in before.split()[-4:]]
    if words[0][:1].islower() and len(words) > 5 and len(capitals) * 2 < len(words):
        return False  # an operation “in which the only shot was fired by a camera”
    if before.endswith((",", ".")) and not before.endswith(("titled,", "entitled,")):
        return False
    if passage.words[-1:] in ",." and attributed:
        return False
    if last and last[-1] in TITLE_INTRODUCERS | EVENT_KINDS.keys():
        return True
    return (
        bool(
            re.match(
                r"\s+(?:project|programme|program|campaign|initiative|exhibition|award|"
                r"scheme|series|conference|webinar|seminar|theme|slogan)\b",
                after,
            )
        )
        and passage.words[-1:] not in ",."
    )


#: The end of a quotation, who said it, and a full stop: …,” she said.
_SAID_BEFORE = re.compile(r"(?:[,.?!…]\s?[”“\"»’‹]|[”“\"»‹],)\s[^“”„\"«»\n]{4,160}[.,]\s$")


#: Who said it, a full stop or comma, and the rest of the quotation: … she said. “I know.”
_SAID_AFTER = re.compile(r"[^“”\"«»„\n.]{4,110}[.,] [“\"«„]\w+(?: [^\s“”\"«»]+){2}")


def _resumes(flat: str, passage: Passage) -> bool:
    """Whether a few words begin a quotation: “Twenty years,” she said. “I was a girl then.”"""
    before = flat[max(0, passage.start - 2) : passage.start]
    opens = passage.start == 0 or before[-1] == "\n" or before in (". ", "” ", '" ', "» ")
    return opens and bool(_SAID_AFTER.match(flat, passage.end, passage.end + 200))


def _goes_on(flat: str, passage: Passage) -> bool:
    """Whether a few words are the rest of a quotation: “It is a number,” she said. “Nineteen.”"""
    before = flat[max(0, passage.start - 170) : passage.start]
    found = _SAID_BEFORE.search(before)
    following = flat[passage.end : passage.end + 1]
    return bool(
        found
        and passage.words[-1:] in ".?!"
        and following in ("", "\n")
        and any(_folded(word.strip(",.")) in SAYING for word in found[0].split())
    )


def _attributed(after: str) -> bool:
    """Whether the words after a passage begin with a verb of saying, or a short source and it."""
    following = [_folded(word.strip(",.;:")) for word in after.split()[:5]]
    return any(word in SAYING for word in following) or following[:2] == ["according", "to"]
