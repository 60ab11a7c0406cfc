"""Who speaks in a Russian, Urdu or Chinese release, by the plainest of rules.

Somebody is a speaker who has a full name beside a verb of saying: with a title before it, with a
form of address, or in Russian with two capitalised words. “He said” is the speaker before. Where no
rule fits, a quotation has no speaker.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from dataclasses import dataclass

from articles.importing.layout import Layout
from articles.importing.proposal import (
    ProposedOrganization,
    ProposedSpeaker,
    Quotation,
    Reported,
    Value,
)
from articles.importing.sentences import Body

#: Stands for each sign of a quotation: its first, those within, and its last where that ends a
#: sentence.
_OPEN, _WITHIN, _FULL = "\x01", "\x02", "\x03"
_SENTENCE = re.compile(r"[^.!?。！？۔…\x03]+[.!?。！？۔…\x03]*")
_ENDS = ".!?。！？۔…"
#: A sentence of more characters is not read, nor one with a word of so many letters: what is looked
#: for in them takes time that grows with the square.
_LONGEST = 2000
_NO_WORD = re.compile(r"\w{60}")


@dataclass(frozen=True)
class _Language:
    """The cues of a language: ``named`` has the groups name, title, organization, honorific."""

    named: tuple[re.Pattern[str], ...]
    pronoun: re.Pattern[str]
    #: What a later, shorter name of a speaker stands beside; {name} is put in.
    again: str
    #: The parts of a name by which its bearer is named again.
    short: re.Pattern[str]
    #: Whether blanks part its words.
    parted: bool = True


_RU_VERB = (
    r"(?:сказал|заявил|сообщил|отметил|рассказал|подчеркнул|добавил|пояснил|объяснил|напомнил|"
    r"уточнил|пообещал|обещал|признал|заметил|предупредил|призвал|поручил|поблагодарил|поздравил|"
    r"потребовал|ответил|вспомнил|подтвердил|предложил|возразил|пошутил|поделил|выразил)"
    r"(?:а|ся|ась)?|считает|говорит|уверена?|убежд[её]на?|надеется|утверждает|"
    r"(?:вспомин|рассказыв|объясн|отмеч|подч[её]ркив|поясн|добавл)(?:а|я)ет|призна[её]тся"
)
_RU_WORD = r"[А-ЯЁ][а-яё]+(?:-[А-ЯЁ][а-яё]+)?"
_RU_NAME = rf"(?P<name>{_RU_WORD}(?: {_RU_WORD}){{1,2}})"
_RU_OF = (
    r"(?: (?:компании|предприятия|организации|фонда|университета)(?: «(?P<org>[^»]{2,80})»)?"
    r"| (?P<body>[А-ЯЁ][а-яё-]+(?:ской|ского|ной|ного) [а-яё]{4,}))?"
)
#: Who said it, within the marks: «Мы едем, — сказал Иванов. — Завтра».
_RU_WITHIN = re.compile(
    rf"(?<=[,!?…])\s*[—–-]\s(?P<cue>(?:{_RU_VERB}) [^—–«»\n]{{2,90}}?)[.,]\s[—–-]\s"
)
_ZH_VERB = r"(?:表示|指出|介绍|强调|认为|透露|告诉|坦言|回忆|解释|补充|呼吁|说|称)"
_ZH_HEAD = (
    r"(?:新闻发言人|发言人|秘书长|董事长|总经理|总裁|理事长|负责人|研究员|工程师|总教练|教练|队长|校长|院长|"
    r"讲解员|驾驶员|飞行员|消防员|服务员|快递员|护士|司机|农民|牧民|渔民|工人|导演|作家|画家|演员|选手|"
    r"运动员|球员|博士|专家|学者|律师|法官|检察官|民警|战士|司令员|参谋长|首席执行官|创始人|代表|委员|"
    r"店主|老板|家长|母亲|父亲|茶农|果农|菜农|局长|厅长|处长|部长|主任|主席|会长|市长|县长|省长|区长|镇长|村长|书记|大使|馆长|所长|站长|教授|医生|老师|"
    r"学员|学生|村民|居民|志愿者|经理)"
)
_ZH_BODY = (
    r"[^，。：；、“”！？\s\x01-\x03]{2,24}?"
    r"(?:局|部|厅|委|会|公司|大学|学校|学院|医院|中心|集团|馆|所|银行|社)"
)
_ZH_PLACE = r"(?:在[^，。：“\x01]{1,16}|对[^，。：“\x01]{1,10}|向[^，。：“\x01]{1,10}|也|还|则)?"
_UR_HEAD = (
    r"(?:وزیر اعظم|وزیر اعلیٰ|وزیر خارجہ|وزیر خزانہ|وزیر تعلیم|وزیر صحت|وزیر|صدر|چیئرمین|چیئرپرسن|"
    r"ڈائریکٹر جنرل|ڈائریکٹر|سربراہ|سیکرٹری|سیکریٹری|ترجمان|گورنر|کمشنر|ڈپٹی کمشنر|"
    r"پرنسپل|وائس چانسلر|"
    r"سفیر|میئر|کپتان|کوچ|رکن|استاد|طالبہ|طالب علم|کسان|(?:[\u0621-\u06d3]+ )?ماہر)"
)
_UR_BODY = (
    r"(?P<org>(?:انجمن|وزارت|ادارہ|تنظیم|محکمہ) [\u0621-\u06d3 ]{2,40}?"
    r"|(?:[\u0621-\u06d3]+ ){1,3}(?:یونیورسٹی|فاؤنڈیشن|کمپنی|بینک|ہسپتال|کالج|کونسل))"
)
_UR_RANK = (
    r"(?:ڈاکٹر|پروفیسر|جسٹس|ماسٹر|مولانا|جناب|محترمہ|انجینئر|بریگیڈیئر|میجر جنرل|"
    r"لیفٹیننٹ جنرل|جنرل|کرنل|میجر|کیپٹن|سید|بیگم)"
)
_UR_NAME = r"(?P<name>[\u0621-\u06d3]{2,}(?: [\u0621-\u06d3]{2,}){1,2})"
_UR_VERB = (
    r"(?: نے (?:[\u0621-\u06d3]+ ){0,4}?(?:کہا|بتایا|مطالبہ|اعلان|واضح|زور|سراہا)"
    r"| کا کہنا (?:تھا|ہے)| کے مطابق)"
)

#: Who said it, after a quotation that ends with its own full stop: “……。”他说。
_ZH_AFTER = re.compile(rf"[^，。！？：\n]{{1,18}}{_ZH_VERB}[。，]")
#: Names of bodies in marks, after the word for one.
_RU_BODY = re.compile(
    r"(?i:компани|организаци|фонд|университет|клуб|театр|завод|верф|ассоциаци|концерн|холдинг|"
    r"издательств|банк|корпораци|агентств|музе)[а-яё]* «(?P<name>[^»\n]{2,80})»"
)

_LANGUAGES = {
    "ru": _Language(
        (
            re.compile(
                rf"(?:{_RU_VERB}) (?P<title>[а-яё-]+(?: [а-яё-]+){{0,4}}?){_RU_OF} {_RU_NAME}"
            ),
            re.compile(
                rf"^\W*(?P<title>[А-ЯЁ][а-яё-]+(?: [а-яё-]+){{0,4}}?){_RU_OF} {_RU_NAME}"
                rf"(?: также)? (?:{_RU_VERB})"
            ),
            re.compile(
                rf"(?:{_RU_VERB}) {_RU_NAME}(?:, (?P<title>[а-яё-]+(?: [а-яё-]+){{0,4}})(?=\W*$"
                rf"|[.,\x02]))?"
            ),
            re.compile(
                rf"[Пп]о словам (?:(?P<title>[а-яё-]+(?: [а-яё-]+){{0,4}}?){_RU_OF} )?{_RU_NAME}"
            ),
            re.compile(rf"^\W*{_RU_NAME}(?: также)? (?:{_RU_VERB})"),
        ),
        re.compile(
            rf"\b(?:{_RU_VERB}) (?:он|она)\b|\b(?:[Оо]н|[Оо]на) (?:также )?(?:{_RU_VERB})\b"
            r"|\b[Пп]о (?:его|её|ее) словам\b"
        ),
        rf"(?:{_RU_VERB}) {{name}}\b|\b{{name}} (?:также )?(?:{_RU_VERB})|[Пп]о словам {{name}}",
        re.compile(r"\S+$"),
    ),
    "zh": _Language(
        (
            re.compile(
                rf"(?P<org>{_ZH_BODY})?(?P<title>(?:常务副|副|总|[一二三四五六]年级)?{_ZH_HEAD})"
                rf"(?P<name>[\u4e00-\u9fff·]{{2,4}}?)(?={_ZH_PLACE}{_ZH_VERB})"
            ),
        ),
        re.compile(rf"[他她](?:在[^，。]{{1,12}})?(?:还|也|同时)?{_ZH_VERB}"),
        rf"{{name}}{_ZH_PLACE}{_ZH_VERB}",
        re.compile(r".+"),
        parted=False,
    ),
    "ur": _Language(
        (
            re.compile(
                rf"(?:{_UR_BODY} (?:کے|کی) )?(?P<title>{_UR_HEAD}) "
                rf"(?:(?P<honorific>{_UR_RANK}) )?{_UR_NAME}(?={_UR_VERB})"
            ),
            re.compile(rf"(?P<honorific>{_UR_RANK}) {_UR_NAME}(?={_UR_VERB})"),
        ),
        re.compile(rf"(?:انہوں|انھوں){_UR_VERB}|ان کا کہنا (?:تھا|ہے)|ان کے مطابق"),
        rf"{{name}}{_UR_VERB}",
        re.compile(r"\S+$"),
    ),
}


#: So many persons of one surname are told apart.
_MOST_OF_A_NAME = 20
_WORDS = re.compile(r"[^\s.,!?;:…()«»“”\"،۔؟—–\x01-\x03]+")


class _Names:
    """The names of the speakers so far, by the part that each later naming has.

    A sentence is looked up by its words, or its few characters where words are not parted, so that
    reading takes as long for thousands of names as for one.
    """

    def __init__(self, language: _Language) -> None:
        self.language = language
        self.names: list[str] = []
        self._by_part: dict[str, list[int]] = {}
        self._lengths: set[int] = set()

    def add(self, name: str) -> int:
        """Keep the name of a new speaker; return its number."""
        part = self._part(name)
        numbers = self._by_part.setdefault(part, [])
        if len(numbers) < _MOST_OF_A_NAME:
            numbers.append(len(self.names))
        self._lengths.add(len(part))
        self.names.append(name)
        return len(self.names) - 1

    def _part(self, name: str) -> str:
        short = self.language.short.search(name)
        return short[0] if short else name

    def find(self, text: str) -> tuple[int, re.Match[str]] | None:
        """Return the first known speaker who speaks again in ``text``, with the words for it."""
        if self.language.parted:
            parts = set(_WORDS.findall(text))
        else:
            starts = range(len(text))
            parts = {text[at : at + length] for length in self._lengths for at in starts}
        known = [number for part in parts for number in self._by_part.get(part, ())]
        for number in sorted(known):
            name = self.names[number]
            for words in (name, self._part(name)):
                again = self.language.again.replace("{name}", re.escape(words))
                if found := re.search(again, text):
                    return number, found
        return None


@dataclass
class Found:
    """The speakers, quotations and reported statements of a release."""

    speakers: tuple[ProposedSpeaker, ...]
    quotations: tuple[Quotation, ...]
    reported: tuple[Reported, ...]
    organizations: tuple[ProposedOrganization, ...]


def reads(language: str) -> bool:
    """Whether there are rules for this language here."""
    return language.partition("-")[0] in _LANGUAGES


def read(page: Layout, body: Body) -> Found:
    """Return who says what in a release in Russian, Urdu or Chinese."""
    language = _LANGUAGES[page.language.partition("-")[0]]
    masked = _masked(page, body)
    names = _Names(language)
    speakers: list[ProposedSpeaker] = []
    quotations: list[Quotation] = []
    reported: list[Reported] = []
    last: int | None = None
    starts = sorted(body.quotations)
    for first, end in page.paragraphs:
        open_ended = False  # the sentence before is a quotation and then who said it
        for part in _SENTENCE.finditer(masked, first, end):
            start, stop = part.span()
            while start < stop and masked[start].isspace():
                start += 1
            speaker, cue = _speaker(page, language, masked, (start, stop), names, speakers, last)
            passages = starts[bisect_left(starts, start) : bisect_left(starts, stop)]
            said = speaker if cue else last if passages and _alone(masked, start, stop) else None
            for at in passages:
                pieces = _pieces(page, body, at)
                goes_on = at != passages[0] or (open_ended and cue is None)
                before = quotations[-1] if quotations and goes_on else None
                if before is not None and before.speaker == said is not None:
                    quotations[-1] = Quotation(before.pieces + pieces, said, before.cue)
                elif pieces:
                    quotations.append(Quotation(pieces, said, cue))
            after = page.value(passages[-1], passages[-1] + 1).span.start if passages else 0
            open_ended = bool(passages) and cue is not None and cue.span.start > after
            if cue is not None and speaker is not None:
                last = speaker
                if not passages:
                    passage = page.value(start, stop)
                    reported.append(Reported(speaker, passage, passage, cue))
    bodies = [one.organization for one in speakers if one.organization]
    for start, stop in page.paragraphs:
        for body_name in _RU_BODY.finditer(masked, start, stop):
            bodies.append(page.value(*body_name.span("name")))
    distinct = {one.text: ProposedOrganization(one) for one in reversed(bodies)}
    organizations = sorted(distinct.values(), key=lambda one: one.name.span.start)
    return Found(tuple(speakers), tuple(quotations), tuple(reported), tuple(organizations))


def _masked(page: Layout, body: Body) -> str:
    signs = list(page.flat)
    for passage in body.quotations.values():
        for at in range(passage.start, passage.end):
            signs[at] = _WITHIN
        signs[passage.start] = _OPEN
        if within := _within(page, passage.start, passage.end):
            signs[slice(*within.span("cue"))] = within["cue"]
        after = page.flat[passage.end : passage.end + 4].lstrip()
        ends = passage.words.rstrip()[-1:] in _ENDS and after[:1] not in (",", "，", "،", "—", "–")
        ends = ends and not _ZH_AFTER.match(page.flat, passage.end)
        if ends:
            signs[passage.end - 1] = _FULL
    return "".join(signs)


def _within(page: Layout, start: int, end: int) -> re.Match[str] | None:
    """Where a Russian quotation has within its marks who said it."""
    return _RU_WITHIN.search(page.flat, start, end) if page.language == "ru" else None


def _speaker(
    page: Layout,
    language: _Language,
    masked: str,
    sentence: tuple[int, int],
    names: _Names,
    speakers: list[ProposedSpeaker],
    last: int | None,
) -> tuple[int | None, Value | None]:
    """Who speaks in a sentence, and the words that say so; a new speaker is added."""
    start, stop = sentence
    if stop - start > _LONGEST or (language.parted and _NO_WORD.search(masked, start, stop)):
        return None, None
    text = masked[start:stop]
    if again := names.find(text):
        number, words = again
        return number, page.value(start + words.start(), start + words.end())
    for pattern in language.named:
        found = pattern.search(text)
        if found is None:
            continue
        groups = found.groupdict()

        def value(group: str, found: re.Match[str] = found) -> Value | None:
            span = found.span(group) if found.groupdict().get(group) else None
            return page.value(start + span[0], start + span[1]) if span else None

        name_value = value("name")
        if name_value is None:
            continue
        speakers.append(
            ProposedSpeaker(
                name_value, value("honorific"), value("title"), value("org") or value("body")
            )
        )
        return names.add(groups["name"]), page.value(start + found.start(), start + found.end())
    found = language.pronoun.search(text)
    if found and last is not None:
        return last, page.value(start + found.start(), start + found.end())
    return None, None


def _alone(masked: str, start: int, stop: int) -> bool:
    """Whether a sentence is a quotation and nothing else."""
    return not re.search(r"[^\W\d_]", masked[start:stop])


def _pieces(page: Layout, body: Body, at: int) -> tuple[Value, ...]:
    """The words of a quotation, line by line, without the comma of the sentence around it."""
    passage = body.quotations[at]
    within = _within(page, passage.start, passage.end)
    parts = [(passage.start + 1, passage.end - 1)]
    if within:
        parts = [(passage.start + 1, within.start()), (within.end(), passage.end - 1)]
    found = []
    for begin, end in parts:
        for line in page.flat[begin:end].split("\n"):
            words = line.rstrip().rstrip(",،，")
            if words.strip():
                found.append(page.value(begin, begin + len(words)))
            begin += len(line) + 1
    return tuple(found)
