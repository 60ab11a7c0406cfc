"""The parts of a release: head, dateline, body, and what stands after the body."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from itertools import pairwise

from articles.importing.proposal import INVISIBLE, Span, Value, plain
from articles.importing.words import FUNCTION_WORDS, MONTHS, ORG_WORDS, PLACES, word_set
from people.folding import fold

_MONTH = (
    r"(?:(?:January|Januar|janvier|February|Februar|March|Marzo|April|Aprile|May|June|July|August|"
    r"September|septembre|septiembre|October|octobre|octubre|November|noviembre|December|"
    r"März|Mai|Juni|Juli|Oktober|Dezember|enero|febrero|abril|mayo|junio|julio|agosto|diciembre|"
    r"fevereiro|março|maio|junho|julho|outubro|dezembro|février|mars|avril|juin|juillet|"
    r"août|décembre|stycznia|lutego|marca|kwietnia|maja|czerwca|lipca|"
    r"sierpnia|września|października|listopada|grudnia|"
    r"Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sept?|Oct|Nov|Dec)(?!\w)"
    r"(?:(?<=(?<!\w)(?i:jan|feb|mar|apr|jun|jul|aug|sep|oct|nov|dec))\.|(?<=(?i:sept))\.)?)"
)
_WEEKDAY = (
    r"(?:(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day|(?:Mon|Tues?|Wed|Thu(?:rs?)?|Fri|Sat|"
    r"Sun)\b\.?(?=,? \d))"
)
_DAY = r"(?:1er|\d{1,2}(?:st|nd|rd|th)?)"
_YEAR = r"(?:1[89]|20)\d\d"
#: A day as releases write it, with or without its weekday and year.
DATE = (
    rf"(?:{_WEEKDAY},? )?(?:(?:the |this |le )?{_DAY}(?: ?(?:[-–/]|to|and) ?{_DAY})?\.? (?:day "
    rf"of |of |de )?{_MONTH}(?:,? (?:de )?(?:{_YEAR}|\d\d(?= ?[:–—-]))(?: (?:r\.|г\.))?)?"
    rf"|{_DAY}-{_MONTH}-(?:{_YEAR}|\d\d)"
    rf"|{_MONTH} {_DAY}(?: ?(?:[-–/]|to|and) ?{_DAY})?(?!\d)(?:,? {_YEAR})?"
    rf"|\d{{1,2}}(?:[./-]|\. )\d{{1,2}}(?:[./-]|\. )(?:{_YEAR}|\d\d)"
    rf"|{_YEAR}-\d\d-\d\d|{_MONTH} {_YEAR})"
    rf"|{_WEEKDAY}"
    r"|\d{1,2} (?:января|февраля|марта|апреля|мая|июня|июля|августа|сентября|октября|"
    r"ноября|декабря)"
    r"(?: \d{4}(?: ?(?:года|г\.))?)?"
    r"|(?:\d{4}年)?\d{1,2}月\d{1,2}日"
    r"|[0-9۰-۹]{1,2} (?:جنوری|فروری|مارچ|اپریل|مئی|جون|جولائی|اگست|ستمبر|اکتوبر|نومبر|"
    r"دسمبر)(?:[،,]? [0-9۰-۹]{4})?ء?"
)
DATE = f"(?i:{DATE})"
_DATE_AT = re.compile(rf"\b{DATE}(?!\w)")
#: The first lines of a release that are no headline.
_LABEL = re.compile(
    r"(?:for )?immediate release|for release|(?:official )?(?:press|news|media|joint) "
    r"(?:release|statement|note|"
    r"communiqu[eé]|brief(?:ing)?|advisory)\b|embargo|under embargo|statement$|hand ?out|"
    r"posted on|embargoed|(?:no|ref|pr|release|date|place|venue|issued by|from|to|contact|"
    r"media contact|press contact|tel|"
    r"phone|email|e-mail|cc|distribution|category|sent)\b[^\w\s]|(?:pr|ref|release|press "
    r"release)?\s?(?:no|#)\.?\s?[\w/-]*\d|"
    r"not for|check against|unofficial translation|https?://|www\.|pressemitteilung|"
    r"medienmitteilung|communiqu[eé] de presse|comunicado|nota de prensa|comunicato|"
    r"пресс-релиз|پریس ریلیز|新闻稿|新闻发布",
    re.IGNORECASE,
)
_NAMED_HEADLINE = re.compile(r"(?:subject|headline|title|re|sub)\s?:\s*", re.IGNORECASE)
_NAMED_PLACE = re.compile(r"(?:place|venue|location|date)\s?:", re.IGNORECASE)
_END = re.compile(
    r"(?:[#*\-–—=_\s.·•]|\b(?:ends?|30|end of (?:press )?release)\b)+\.?", re.IGNORECASE
)
_AFTER_BODY = re.compile(
    r"(?:about (?:the |us\b)?[^.!?]{0,90}[:.]?$|about [A-ZÀ-Ý][^.!?]{0,80}:\s|notes? (?:to|"
    r"for) (?:the )?(?:news ?)?editors?\b|editors?['’]? notes?\b|"
    r"(?:for )?(?:more|further|additional) (?:information|details|enquir|inquir|media)|for "
    r"(?:media|press|all|any) "
    r"(?:inquir|enquir|quer|contact|information|interview)|(?:media|press|public relations|"
    r"news) (?:contacts?|"
    r"enquir\w+|inquir\w+|relations|office|officer|liaison|cell)\b\s?[:|–—-]?|"
    r"contacts?\b\s?(?:information|details|person|for (?:media|press))?\s?(?:[:|–—-]|$)|"
    r"forward[- ]looking statements?|safe harbou?r|issued by\b[^.]{0,80}$|director(?:ate)? "
    r"(?:of )?(?:public relations|media)\b[^.]{0,60}$|"
    r"background(?: information)?\s?:?$|boilerplate|source\s?:|photo caption|disclaimer|"
    r"медиаконтакт|контакт(?:ы|ная)|о компании|رابطہ|关于我们|媒体联系)",
    re.IGNORECASE,
)
_EMAIL_OR_PHONE = re.compile(
    r"[\w.+-]{1,60}@[\w-]{1,60}\.\w|\+\d[\d ()-]{7,20}|\b(?:tel|phone|mobile|fax|"
    r"cell)\b\.?\s?:|\(\d{3}\) \d{3}|\b\d{3}[-–]\d{4}\b",
    re.IGNORECASE,
)
_SENTENCE_END = re.compile(r"[.!?…:;][\"'”’»“)\]]*$|[。！？”」۔]$")
_LATIN = re.compile(r"[A-Za-z]")
_SCRIPTS = (
    ("zh-hans", re.compile("[\u4e00-\u9fff]")),
    ("ur", re.compile("[\u0600-\u06ff]")),
    ("ru", re.compile("[\u0400-\u04ff]")),
)
_STOPWORDS = {
    "de": word_set(
        """
der die das und ist nicht mit von für auf ein eine den dem sich
"""
    ),
    "fr": word_set(
        """
le la les des et est dans pour une que sur pas aux du
"""
    ),
    "es": frozenset(
        ["el", "la", "los", "las", "y", "es", "en", "para", "una", "que", "del", "con", "por"]
    ),
    "en": word_set(
        """
the of and to in is that for on with was has by at
"""
    ),
}
_JOINERS = frozenset(
    ["of", "the", "for", "and", "de", "del", "la", "y", "et", "und", "at", "in", "on", "&"]
)
_OFFICES = frozenset(
    ["republic", "government", "directorate", "secretariat", "state", "muzeum", "universidad"]
)
_HEADLINE_VERBS = word_set(
    """
to opens open gives give launches launch wins win signs sign names name appoints takes take raises
returns return leads lead stays stay draws draw calls call visits visit receives receive marks
mark hosts host holds hold builds starts begins ends joins unveils plans seeks gets brings makes
finds becomes cuts reduces increases extends will closes close closed awards announces announce
publishes introduces celebrates completes expands reopens delivers offers buys sells sends says
said urges warns welcomes condemns asks ask vows passes approves adopts rejects backs beats
defeats pledges inaugurates inaugurated held launched opened signed won appointed named is are was
has have meets met moves hands helps tests reach reaches agree agrees elects elected reports
confirms confirmed rules orders ordered arrives arrive concludes concluded resumes strengthens
strengthen deepen boost boosts discuss discusses need needs must can should for-all secures
acquires partners appeals thanks
"""
)
#: So many paragraphs of a text are read.
MOST_PARAGRAPHS = 2000
#: Lines between these lengths that follow each other are one paragraph, broken by a mail program.
_WRAPPED = (40, 130)


@dataclass
class Layout:
    """A release taken apart. Positions are of ``text``, the source without invisible signs.

    ``flat`` is as long as ``text``: each paragraph of the body on one line, blanks elsewhere.
    ``cut`` says that there are more than MOST_PARAGRAPHS, and the others are not here.
    """

    text: str
    offsets: list[int] | None
    language: str = "en"
    headline: tuple[int, int] | None = None
    place: tuple[int, int] | None = None
    date: tuple[int, int] | None = None
    source: tuple[int, int] | None = None
    paragraphs: list[tuple[int, int]] = field(default_factory=list)
    letterheads: list[tuple[int, int]] = field(default_factory=list)
    flat: str = ""
    cut: bool = False

    def value(self, start: int, end: int, **more: str) -> Value:
        """Return the value of the words at ``start`` to ``end``, its span in the source itself."""
        words = self.text[start:end]
        start += len(words) - len(words.lstrip())
        end -= len(words) - len(words.rstrip())
        if self.offsets is None:
            span = Span(start, end)
        else:
            span = Span(self.offsets[start], self.offsets[end - 1] + 1)
        return Value(plain(self.text[start:end]), span, **more)

    def not_read(self) -> list[str]:
        """The sentence for the editor where the text has more paragraphs than are read."""
        more = f"It has more than {MOST_PARAGRAPHS:,} paragraphs; the others are not in the draft."
        return [more] if self.cut else []

    def maybe(self, span: tuple[int, int] | None) -> Value | None:
        """Return the value of ``span``, or None for none."""
        return self.value(*span) if span and self.text[span[0] : span[1]].strip() else None


def lay_out(source: str) -> Layout:
    """Return the parts of ``source``."""
    offsets = None
    text = source
    if INVISIBLE.search(source):
        gaps = [(0, 0), *(one.span() for one in INVISIBLE.finditer(source)), (len(source),) * 2]
        offsets = [at for (_, a), (b, _) in pairwise(gaps) for at in range(a, b)]
        text = INVISIBLE.sub("", source)
    page = Layout(text, offsets, language=language_of(text))
    blocks = _paragraphs(text)
    page.cut = len(blocks) > MOST_PARAGRAPHS
    blocks = blocks[:MOST_PARAGRAPHS]
    first = _find_body(page, blocks)
    body = blocks[first:]
    for n, (start, end) in enumerate(body):
        if n and _is_after_body(text[start:end]):
            for rest in body[n:]:
                if page.date is None and len(text[slice(*rest)]) < 60:
                    _date_line(page, *rest)
            body = body[:n]
            break
    while len(body) > 1:
        if _is_note(text[slice(*body[-1])]):
            body.pop()
        elif len(text[slice(*body[-1])]) < 60 and _date_line(page, *body[-1]):
            body.pop()
            if len(body) > 1 and page.place is None and _is_place_by_date(text[slice(*body[-1])]):
                page.place = body.pop()
        else:
            break
    page.paragraphs = [
        (start, end)
        for n, (start, end) in enumerate(body)
        if not (n == 0 and start >= end) and not _END.fullmatch(text[start:end])
    ]
    flat = ["\n"] * len(text)
    for start, end in page.paragraphs:
        flat[start:end] = re.sub(r"\s", " ", text[start:end])
    page.flat = "".join(flat)
    if page.source is None:
        page.source = _source_attribution(page.flat)
    return page


def language_of(text: str) -> str:
    """Return the language that ``text`` is most likely in, as a BCP 47 code."""
    sample = text[:20_000]
    letters = len(_LATIN.findall(sample))
    for code, script in _SCRIPTS:
        if len(script.findall(sample)) > letters * (0.3 if code == "zh-hans" else 1):
            return code
    words = fold(sample[:5_000]).split()
    counts = {code: sum(word in stop for word in words) for code, stop in _STOPWORDS.items()}
    best = max(counts, key=lambda code: counts[code])
    return best if counts[best] > 1.5 * counts["en"] else "en"


def _paragraphs(text: str) -> list[tuple[int, int]]:
    """The paragraphs: parted by empty lines; lines within are joined where a program broke them."""
    lines = [(one.start(), one.end()) for one in re.finditer(r"[^\r\n\u2028\u2029\x0b\x0c]+", text)]
    lines = [
        (a + len(t) - len(t.lstrip()), b - len(t) + len(t.rstrip()))
        for a, b in lines
        if (t := text[a:b]).strip()
    ]
    found: list[tuple[int, int]] = []
    block: list[tuple[int, int]] = []

    def close() -> None:
        lengths = [b - a for a, b in block[:-1]]
        wrapped = (
            len(block) > 1
            and _WRAPPED[0] <= min(lengths)
            and max(b - a for a, b in block) <= _WRAPPED[1]
            and max(lengths) - min(lengths) <= 32
        )
        if wrapped and len(block) == 2:
            first, second = (text[a:b] for a, b in block)
            wrapped = second[0].islower() or (
                not _SENTENCE_END.search(first)
                and (
                    fold(first.split()[-1]) in FUNCTION_WORDS
                    or len(first) > 60
                    or _SENTENCE_END.search(second) is not None
                )
            )
        if wrapped:
            found.append((block[0][0], block[-1][1]))
        else:
            kept: list[tuple[int, int]] = []
            for a, b in block:  # a line that goes on in the next one
                if kept and text[a].islower() and not _SENTENCE_END.search(text[slice(*kept[-1])]):
                    kept[-1] = (kept[-1][0], b)
                else:
                    kept.append((a, b))
            found.extend(kept)
        block.clear()

    for line in lines:
        if (
            block
            and len(re.findall(r"\r\n|\r|\n|\u2028|\u2029|\x0b|\x0c", text[block[-1][1] : line[0]]))
            > 1
        ):
            close()
        block.append(line)
    if block:
        close()
    return found


def _find_body(page: Layout, blocks: list[tuple[int, int]]) -> int:
    """Read the head into ``page``; return the number of the body's first paragraph.

    Cuts the dateline off that paragraph.
    """
    text = page.text
    candidates: list[tuple[int, int]] = []
    beside_date = set[tuple[int, int]]()
    first = len(blocks)
    for n, (start, end) in enumerate(blocks):
        words = text[start:end]
        if named := _NAMED_HEADLINE.match(words):
            candidates = [(start + named.end(), end)]
            continue
        label = bool(_LABEL.match(words)) and len(words) < 160
        if label and _NAMED_PLACE.match(words):
            _date_line(page, start, end)
            continue
        if not label and _date_line(page, start, end):
            beside_date |= {*blocks[max(0, n - 1) : n], *blocks[n + 1 : n + 2]}
            continue
        after = None if label and ":" in words[:16] else _dateline(page, start, end)
        if after is not None and len(words) - (after - start) > 30:
            blocks[n] = (after, end)
            first = n
            break
        if _is_body(words) and not label:
            first = n
            break
        if label or (len(words) < 90 and _EMAIL_OR_PHONE.search(words)):
            if page.date is None:
                _date_within(page, start, end)
            last = re.search(rf"[,|–—-] ?({_PLACE.pattern})$", words)
            if last and page.place is None and {fold(w) for w in last[1].split()} & PLACES:
                page.place = (start + last.start(1), start + last.end(1))
            continue
        candidates.append((start, end))
        if n > 12:
            break
    if first == len(blocks) and candidates:  # short lines only: all but the first are the text
        first = min(n for n, block in enumerate(blocks) if block[1] >= candidates[0][1])
        first += len(candidates) > 1
        candidates = candidates[:1] if len(candidates) > 1 else []
    for n, (start, end) in enumerate(candidates):
        is_place = _is_place_by_date if (start, end) in beside_date else _is_place_line
        if len(candidates) > 1 and page.place is None and is_place(text[start:end]):
            page.place = candidates.pop(n)
            break
    page.headline = _headline(text, candidates)
    page.letterheads = [
        one
        for one in candidates
        if one != page.headline and _is_letterhead(text[slice(*one)].split())
    ]
    if page.date is None:
        for start, end in blocks[:first]:
            if (start, end) != page.headline and _date_within(page, start, end):
                break
    return first


def _date_within(page: Layout, start: int, end: int) -> bool:
    """Whether a line that says more has a place and a day: Bulletin 12 · Harare · 4 May 2026."""
    words = page.text[start:end]
    if len(words) > 140:
        return False
    for cut in re.finditer(r"[|:–—,·•(-]\s*|\s{2,}", words):
        stated = _read_dateline(words[cut.end() :])
        if stated and stated.whole and stated.date:
            after = start + cut.end()
            page.date = (after + stated.date[0], after + stated.date[1])
            if stated.place and page.place is None:
                page.place = (after + stated.place[0], after + stated.place[1])
            return True
    dates = [one for one in _DATE_AT.finditer(words) if re.search(r"\d", one[0])]
    if dates:
        page.date = (start + dates[0].start(), start + dates[0].end())
    return bool(dates)


def _headline(text: str, candidates: list[tuple[int, int]]) -> tuple[int, int] | None:
    """The first of the lines of the head that reads like a headline, else the likeliest."""
    rated: list[tuple[float, int, tuple[int, int]]] = []
    for n, (start, end) in enumerate(candidates):
        line = text[start:end]
        words = line.split()
        unspaced = _SCRIPTS[0][1].search(line) is not None
        if (len(words) < 2 and not unspaced) or line.endswith(":") or not _LETTERS.search(line):
            continue
        folded = [fold(word).strip(",.()·|:“”") for word in words]
        verb = any(
            word in _HEADLINE_VERBS or (word.endswith(("ed", "ing")) and word not in ORG_WORDS)
            for word in folded[1:]
        )
        small = any(
            w[:1].islower() and f not in _JOINERS for w, f in zip(words, folded, strict=True)
        )
        rate = 2.0 * verb + 1.0 * small + 1.0 * (len(words) > 4) + 2.0 * unspaced
        rate -= (
            3.0 * _is_letterhead(words)
            + 1.0 * bool(set("·|•/") & set(line))
            + 1.0 * (len(words) < 4)
        )
        rate -= 2.0 * bool(
            re.match(
                r"(?i)(?:information|news|press|media|communications|public|office|"
                r"bulletin|newsletter|issue|vol)\b",
                line,
            )
            and len(words) < 7
        )
        if rate >= 2:
            return start, end
        rated.append((rate, -n, (start, end)))
    best = max(rated, default=None)
    return best[2] if best and best[0] > -2 else None


_LETTERS = re.compile(r"[^\W\d_]{2}")


def _is_letterhead(words: list[str]) -> bool:
    """Whether a line is the name of a body or of its office, not a headline."""
    folded = [fold(word).strip(",.()·|:") for word in words]
    small = [
        word
        for word, low in zip(words, folded, strict=True)
        if word[:1].islower() and low not in _JOINERS
    ]
    if small and not {"information", "office", "communications", "service", "press", "media"} & set(
        folded
    ):
        return False
    if any(word in _HEADLINE_VERBS for word in folded[1:]):
        return False
    return len(words) < 14 and bool(
        set(folded) & (ORG_WORDS | _OFFICES) or "·" in words or "|" in words
    )


def _is_body(words: str) -> bool:
    count = len(words.split())
    if _SCRIPTS[0][1].search(words):
        return len(words) > 60 or (len(words) > 25 and words[-1] in "。！？”」")
    return count > 34 or (count >= 9 and bool(_SENTENCE_END.search(words)) and words[-1] != ":")


def _is_after_body(words: str) -> bool:
    if _END.fullmatch(words) and (re.search(r"#|\w", words) or len(words) > 2):
        return True
    if _AFTER_BODY.match(words):
        return True
    return len(words) < 220 and bool(_EMAIL_OR_PHONE.search(words)) and '"' not in words


_NOTE = re.compile(
    r"(?:[^\W\d_][\w’']{0,30}[ -]){0,4}[^\W\d_][\w’']{0,30}\s?:\s\S|https?://|www\.|©|\(?c\) "
)


def _is_note(words: str) -> bool:
    """Whether a last line is an address or a note, not part of the text."""
    return len(words) < 160 and bool(_NOTE.match(words)) and not _SENTENCE_END.search(words)


_NO_DATE = rf"(?!(?i:{_WEEKDAY}|{_MONTH})\b)"
_PLACE_WORD = (
    rf"{_NO_DATE}(?:(?:al|ar|as|ash|az|el|an|ad|ed)-[^\W\d_a-z][\w’']{{0,30}}|"
    rf"(?:[A-Z]\.){{2,4}}|(?:St|Ft|Mt)\. |[^\W\d_a-zà-ÿ](?:[\w’']|-(?=\w)){{0,30}})"
)
#: Date: 02-12-2026  Place: Patna
_BOTH_NAMED = re.compile(
    rf"(?i:dated?)\s?:\s?(?P<date>{DATE})[\s,;|]+(?i:place|venue)\s?:\s?(?P<place>.{{2,40}})"
)
#: A place, or a state or country after it: COLDWATER, Mich. and Rio de Janeiro.
_PLACE = re.compile(
    rf"{_PLACE_WORD}(?: ?(?:\b(?:de|la|of|el|al|da|do|del|am|an|der|sur|and(?= [A-Z])|and the)\b|"
    rf"{_PLACE_WORD})){{0,5}}"
)
_DATED = re.compile(
    rf"(?:(?i:dated?(?: of issue)?|dt\.?|date|den|on|el|am|released|issued|posted on|"
    rf"posted|published|embargoed until)\s?:?\s?)?(?P<date>{DATE})(?:,? (?:at "
    rf")?(?:\d{{1,2}}(?:[.:h]\d\d(?: ?[APap]\.?[Mm]\.?)?| [APap]\.?[Mm]\.?))"
    rf"(?: (?:[A-Z]{{2,4}}|hrs|hours))?)?"
)
_SOURCE_MARK = re.compile(
    r"\((?P<a>[^()\d]{2,40})\)|/(?P<b>[A-Z][\w ]{1,24})/|\[(?P<c>[^\[\]\d]{2,40})\]"
)
_BETWEEN = re.compile(r"[\s,;:|/–—.*_―)\]\[(·•●▪~-]*")
_STRONG = re.compile(r"[:|–—―·•]|--|\s-\s|-$|\.-")
_DASH = r"\s*(?:–|—|--|―|\s-)\s*"
_OTHER_DATELINES = [
    # 伊斯兰堡3月12日电 · ИСЛАМАБАД, 12 марта. · اسلام آباد (12 مارچ):
    re.compile(
        rf"(?P<place>[\u4e00-\u9fff]{{2,6}}?)[，,（(]?(?P<date>{DATE})(?P<source>(?!))?(?P<sign>）?(?:电|"
        rf"讯|：|—+)\s*)"
    ),
    re.compile(
        rf"（(?P<place>[\u4e00-\u9fff]{{2,8}}?)[，, ]\s?(?P<date>{DATE})"
        r"(?P<source>(?!))?(?P<sign>）\s*)"
    ),
    re.compile(
        rf"(?:（)?(?P<source>[\u4e00-\u9fff]{{2,6}}社)(?P<place>[\u4e00-\u9fff]{{2,6}}?)(?P<date>{DATE})(?P<sign>电|"
        rf"讯)(?:（[^）]{{1,20}}）)?\s*"
    ),
    re.compile(
        rf"(?P<place>[А-ЯЁ][\w-]+(?:[ -][А-ЯЁ][\w-]+){{0,2}})\s?[,.(]?\s?(?P<date>{DATE})?\)?\.?"
        rf"\s?(?:[/(](?P<source>[\w .]{{2,20}})[/)])?(?P<sign>[.:]\s|"
        rf"{_DASH})"
    ),
    re.compile(
        rf"(?P<place>[\u0621-\u06d3]+(?: "
        rf"[\u0621-\u06d3]+)?)\s?[،,(]?\s?(?P<date>{DATE})?\s?\)?"
        rf"\s?(?:\((?P<source>[\u0600-\u06ff .]{{2,30}})\))?(?P<sign>\s?[:۔]\s*|"
        rf"{_DASH})"
    ),
]


@dataclass
class _Stated:
    """A place, a day and an agency at the beginning of a line, as positions in it."""

    place: tuple[int, int] | None = None
    date: tuple[int, int] | None = None
    source: tuple[int, int] | None = None
    end: int = 0
    whole: bool = False


def _read_dateline(words: str) -> _Stated | None:
    """Read ISLAMABAD, 12 March (APP): · NEW DELHI — March 3, 2026 — · 12 March | Vienna."""
    stated = _Stated()
    words = re.sub(r"(?<=[ ,])г\.(?= [А-ЯЁ])", "  ", words)
    opened = _BETWEEN.match(words)
    at = opened.end() if opened else 0
    wrapped = words[:at].strip()[-1:] in ("(", "[") or words[:at].strip().startswith("*")
    last = ""
    for _ in range(8):
        strong = bool(_STRONG.search(last))
        found = _DATED.match(words, at)
        if found and stated.date is None:
            stated.date = found.span("date")
        elif (
            mark := _SOURCE_MARK.match(words, max(at - 1, 0)) or _SOURCE_MARK.match(words, at)
        ) and (stated.place or stated.date):
            found = mark
            group = next(n for n in ("a", "b", "c") if mark[n])
            if stated.place and {fold(w) for w in mark[group].split()} & PLACES:
                stated.place = (stated.place[0], mark.end())
            elif stated.source is None:
                stated.source = mark.span(group)
        else:
            found = (
                None
                if (stated.place and (strong or "." in last))
                or stated.source
                or (stated.date and ":" in last)
                else _PLACE.match(words, at)
            )
            if found is None or not found[0].strip():
                break
            piece = found[0].rstrip()
            end = at + len(piece)
            short = len(piece.split()[-1]) < 6 and (stated.place or " " in piece)
            if short and re.match(r"\.(?:,| ?[(;:–—-])", words[end:]):
                end += 1  # Mich., Calif.
            if not _may_be_place(piece):
                break
            if stated.place is None:
                begin = at + (len("Dated ") if piece.startswith("Dated ") else 0)
                stated.place = (begin, end)
            elif re.fullmatch(r"\.?, ?| ?/ ?", last):
                stated.place = (stated.place[0], end)
            else:
                break
            stated.end = end
            between = _BETWEEN.match(words, end)
            last = between[0] if between else ""
            at = end + len(last)
            continue
        stated.end = found.end()
        between = _BETWEEN.match(words, stated.end)
        last = between[0] if between else ""
        at = stated.end + len(last)
    rest = words[at:]
    stated.whole = not rest.strip()
    if not (stated.place or stated.date):
        return None
    if stated.whole:
        return stated
    place = words[slice(*stated.place)] if stated.place else ""
    known = bool({fold(word) for word in re.findall(r"\w+", place)} & PLACES)
    strong = (
        bool(_STRONG.search(last))
        or (stated.date is not None and "/" in last)
        or (wrapped and re.search(r"[)\]*]", last) is not None)
    )
    if rest[:1].islower():
        return None
    if last in ("-", "–", "—") and not (place.isupper() or stated.date or stated.source):
        return None  # Caspian–Indus Forum opens
    dated = bool(stated.date and re.search(_YEAR, words[slice(*stated.date)]))
    if place and dated and not last.strip() and re.match(r"[A-Z][\w’'-]* \w", rest):
        stated.end = at  # Novi Brod, 24 November 2026 The club will …
        return stated
    if strong:
        if ":" in last and not (stated.date or stated.source or known or place.isupper()):
            return None
        if not place and not (stated.date and stated.date[0] < 4):
            return None
    elif ("." in words[stated.end - 1 : at] and stated.date and place) or (
        stated.source
        and place
        and (place.isupper() or stated.date or words[slice(*stated.source)].isupper())
    ):
        pass
    else:
        return None
    stated.end = at
    return stated


def _is_place_line(words: str) -> bool:
    """Whether a line is a known place and nothing else: New Delhi."""
    folded = [fold(word) for word in re.findall(r"\w+", words)]
    return 0 < len(folded) < 5 and all(word in PLACES for word in folded)


def _is_place_by_date(words: str) -> bool:
    """Whether a line above or below a day is a place, also one that no list has."""
    parts = words.split(", ")
    return (
        len(words.split()) < 6
        and len(parts) < 3
        and all(_PLACE.fullmatch(part) and _may_be_place(part) for part in parts)
        and not {fold(word) for word in words.split()} & _HEADLINE_VERBS
    )


def _date_line(page: Layout, start: int, end: int) -> bool:
    """Whether the line is nothing but a place and a day; they are kept."""
    words = page.text[start:end]
    inner = words.strip("*_ \t")
    start += words.find(inner)
    end = start + len(inner)
    if len(inner) > 100:
        return False
    # (19.08.2026; for immediate use)
    if inner.startswith("(") and (found := _DATED.match(inner, 1)) and ";" in inner[found.end() :]:
        page.date = (start + found.start("date"), start + found.end("date"))
        return inner.endswith(")")
    named = re.fullmatch(r"(?:place|venue|location)\s?:\s?(?P<place>.{2,60})", inner, re.IGNORECASE)
    if named:
        page.place = (start + named.start("place"), end)
        return True
    if both := _BOTH_NAMED.fullmatch(inner):
        page.place = (start + both.start("place"), start + both.end("place"))
        page.date = (start + both.start("date"), start + both.end("date"))
        return True
    stated = _read_dateline(inner)
    if (
        stated is None
        or stated.date is None
        or not (stated.whole or (len(inner) - stated.end < 28 and "|" in inner))
    ):
        return False
    page.date = page.date or (start + stated.date[0], start + stated.date[1])
    if stated.place:
        page.place = page.place or (start + stated.place[0], start + stated.place[1])
    return True


def _dateline(page: Layout, start: int, end: int) -> int | None:
    """Where the text goes on after a dateline at the beginning of a paragraph; None without one."""
    words = re.sub(r"\s", " ", page.text[start : min(end, start + 160)])
    if _LATIN.match(words.lstrip("*_([ ")) or words[:1].isdigit():
        stated = _read_dateline(words)
        if stated is None or stated.whole:
            return None
        if stated.place:
            place = (start + stated.place[0], start + stated.place[1])
            fuller = page.place and fold(page.text[slice(*page.place)]).startswith(
                fold(page.text[slice(*place)]) + ","
            )
            page.place = page.place if fuller else place
        if stated.date:
            page.date = (start + stated.date[0], start + stated.date[1])
        if stated.source:
            page.source = (start + stated.source[0], start + stated.source[1])
        return start + stated.end
    for pattern in _OTHER_DATELINES:
        found = pattern.match(words)
        if not found or found.end() == len(words):
            continue
        page.place = (start + found.start("place"), start + found.end("place"))
        if found["date"]:
            page.date = (start + found.start("date"), start + found.end("date"))
        if found["source"]:
            page.source = (start + found.start("source"), start + found.end("source"))
        return start + found.end()
    return None


def _may_be_place(words: str) -> bool:
    folded = {fold(word) for word in re.findall(r"[\w’']+", words)}
    if folded <= {"the", "one", "two", "three", "all", "more", "some"}:
        return False
    if folded <= PLACES | {"the"}:
        return True
    return (
        len(words) < 60
        and not folded
        & (
            ORG_WORDS
            - {"port", "united", "city", "mission", "station", "fund", "group", "power", "watch"}
            | MONTHS - {"march", "may"}
        )
        and not folded & _NO_PLACE
        and (
            not words.startswith("The ")
            or (len(words.split()) == 2 and words.split()[1][0].isupper() and len(words) < 12)
        )
    )


_NO_PLACE = word_set(
    """
release no statement press note update dear dated released posted date updated published issued
subject contact embargoed headline title speaking according today yesterday addressing when while
after in on at a an this these it he she we they i our his her
"""
)


_SOURCE = re.compile(
    r"\b(?:says?|said|according to|stated in|reads?|as per|in)\s(?P<source>(?:a|an|the) "
    r"(?:[\w-]+ ){0,3}?"
    r"(?:press release|news release|media release|press statement|communiqu[eé]|handout|"
    r"statement|press note)"
    r"(?: (?:issued|released|shared) by [^.,;]{3,80}| (?:from|of) [^.,;]{3,80}?(?= said| "
    r"says|[.,;]))?)"
    r"|\b(?P<first>[Aa]n? (?:[\w-]+ ){0,2}?(?:press release|news release|media release|"
    r"press statement|handout|communiqu[eé]|statement)"
    r"(?: (?:issued|released) by [^.,;]{3,60}?)?)(?: here)?(?: on \w+)? (?:said|says|stated)\b"
)


def _source_attribution(flat: str) -> tuple[int, int] | None:
    found = _SOURCE.search(flat[:100_000])
    if not found:
        return None
    return found.span("source") if found["source"] else found.span("first")
