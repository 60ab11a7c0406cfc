"""Checks beside the text: what an editor should look at before readers do.

Each check is a small function from a snapshot to findings; ``CHECKS`` lists them. Errors refuse
publication, as the rules of ``publishing.rules`` do; warnings ask once, and what was published
although they stood is in the audit log. Nothing here changes a text or fills a field.
"""

from __future__ import annotations

import itertools
import re
import uuid
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from functools import lru_cache
from html import unescape
from itertools import combinations, pairwise
from urllib.parse import unquote, urlsplit

from django.conf import settings
from django.contrib.auth.models import User
from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.http import QueryDict
from django.urls import Resolver404, resolve
from django.utils import timezone, translation
from django.utils.dates import MONTHS, MONTHS_3, MONTHS_ALT, MONTHS_AP, WEEKDAYS, WEEKDAYS_ABBR

from articles.editing.conflicts import BYLINES
from articles.frozen import (
    BylineCard,
    Snapshot,
    StatementCard,
    capacities_of,
    speakers_of,
    words_in_body,
)
from articles.models import (
    KIND_OF,
    Address,
    Article,
    AuditEntry,
    Edition,
    Event,
    Picture,
    PublicPage,
    Statement,
    Topic,
)
from articles.publishing import audit
from articles.publishing.quotes import unattributed
from articles.publishing.rules import (
    conflicts_with_others,
    embeds_unreadable,
    not_in_body,
    pictures_gone,
    statements_not_in_body,
)
from articles.publishing.snapshot import (
    add_body_records,
    byline_card,
    capacity_card,
    event_card,
    picture_card,
    take_snapshot,
    topic_card,
)
from articles.publishing.workflow import Refused, lock_article
from articles.richtext import plain_text, records_in, sanitize
from people.dates import FULL_LENGTH
from people.folding import UNSPACED, fold
from people.models import Affiliation, Speaker
from people.names import full_name

#: Search engines and other people's lists cut a headline after about so many characters.
LONGEST_HEADLINE = 110
#: So many different spellings of a text are looked up among the speakers; a text of 5,000 words has
#: about half as many.
MOST_SPELLINGS = 20_000
#: A name has no more words than this.
LONGEST_NAME = 5
#: What the audit log calls a publication although warnings stood.
OVERRIDE = "override warnings"


class Severity(StrEnum):
    """What a finding does: an error refuses publication, a warning asks once, an offer neither."""

    ERROR = "error"
    WARNING = "warning"
    OFFER = "offer"


@dataclass(frozen=True)
class Finding:
    """What one check found.

    ``check`` is the check's name, ``text`` the sentence for the editor, ``field`` the form's field
    that it is about, ``words`` the words in it as they stand there ("" for all of it), ``offer`` a
    value that the editor may take over.
    """

    check: str
    severity: Severity
    text: str
    field: str
    words: str = ""
    offer: str = ""


def check(article: Article) -> list[Finding]:
    """What the checks find in the working copy of ``article`` as it is saved, errors first."""
    return check_snapshot(take_snapshot(article), article.dismissed_passages)


def check_snapshot(snapshot: Snapshot, dismissed: Collection[str] = ()) -> list[Finding]:
    """What the checks find in ``snapshot``: errors, then warnings, then offers.

    ``dismissed`` are passages in quotation marks of which an editor said that they are titles or
    terms: nobody is missed as their speaker.
    """
    found = [*quotation_has_speaker(snapshot, dismissed)]
    found += [finding for one in CHECKS for finding in one(snapshot)]
    order = list(Severity)
    return sorted(dict.fromkeys(found), key=lambda finding: order.index(finding.severity))


# Errors: the rules of publishing ------------------------------------------------------------------


def body_written(snapshot: Snapshot) -> Iterator[Finding]:
    """The body has words."""
    if not plain_text(snapshot["body"]):
        yield Finding("body", Severity.ERROR, "The body is empty; write the article.", "body")


def statement_in_body(snapshot: Snapshot) -> Iterator[Finding]:
    """The words of every statement stand in the body."""
    for card in statements_not_in_body(snapshot):
        yield Finding(
            "statement in body",
            Severity.ERROR,
            not_in_body(card),
            "statements",
            words_in_body(card),
        )


def no_conflict(snapshot: Snapshot) -> Iterator[Finding]:
    """No other article has the address, or says the same in this language."""
    for reason in conflicts_with_others(snapshot):
        yield Finding("conflict", Severity.ERROR, reason, "slug")


# Warnings: statements and speakers ----------------------------------------------------------------


def quotation_has_speaker(snapshot: Snapshot, dismissed: Collection[str] = ()) -> Iterator[Finding]:
    """Every passage in quotation marks is covered by a statement, or was dismissed as a term."""
    texts = [*(card["text"] for card in snapshot["statements"]), *dismissed]
    for passage in dict.fromkeys(
        unattributed(plain_text(snapshot["body"]), texts, snapshot["language"])
    ):
        yield Finding(
            "quotation without speaker",
            Severity.WARNING,
            f"“{passage}” has no speaker; say whose words they are, unless it is a title or a "
            "term.",
            "body",
            passage,
        )


def speaker_linked(snapshot: Snapshot) -> Iterator[Finding]:
    """Nobody whom the database knows is named in the text without a statement or an event."""
    text, linked = plain_text(snapshot["body"]), speakers_of(snapshot)
    for name in sorted(_names_of(snapshot), key=len, reverse=True):
        text = text.replace(name, "\n")
    spellings = list(spellings_in(text))[:MOST_SPELLINGS]
    known: dict[str, list[Speaker]] = {}
    for speaker in speakers_spelled(spellings):
        if str(speaker.pk) in linked:
            continue
        for spelling in {speaker.name, *speaker.name_variants}.intersection(spellings):
            known.setdefault(spelling, []).append(speaker)
    for spelling in sorted(known, key=len, reverse=True):
        if any(spelling in longer and spelling != longer for longer in known):
            continue
        who = " or ".join(sorted(map(str, known[spelling])))
        yield Finding(
            "speaker not linked",
            Severity.WARNING,
            f"“{spelling}” is in the text, and {who} among the speakers, but no statement and no "
            "event of this article names that person.",
            "body",
            spelling,
        )


def capacity_held(snapshot: Snapshot) -> Iterator[Finding]:
    """Every capacity was held on the event's day, as far as both are known."""
    event = snapshot["event"]
    if not event or not event["start_date"]:
        return
    first, last = event["start_date"], event["end_date"] or event["start_date"]
    for card in capacities_of(snapshot).values():
        who = f"{full_name(card['speaker'])} as {card['title']}"
        if _before(last, card["since"]):
            why = f"only since {card['since']}, after the event ({last})"
        elif _before(card["until"], first):
            why = f"only until {card['until']}, before the event ({first})"
        else:
            continue
        yield Finding(
            "capacity on the day",
            Severity.WARNING,
            f"{who}: the capacity held {why}. Choose the one of that day, or correct the dates.",
            "statements",
            card["speaker"]["name"],
        )


def one_spelling(snapshot: Snapshot) -> Iterator[Finding]:
    """A name is spelled one way in the text."""
    body = plain_text(snapshot["body"])
    folded, seen = fold(body, keep_case=True), set[frozenset[str]]()
    for card in capacities_of(snapshot).values():
        names = [card["speaker"]["name"], *card["speaker"]["name_variants"]]
        standing = [name for name in dict.fromkeys(names) if _stands(name, folded)]
        for one, other in combinations(standing, 2):
            if len(one.split()) == len(other.split()) and frozenset((one, other)) not in seen:
                seen.add(frozenset((one, other)))
                yield _two_spellings(one, other, f"both name {card['speaker']['name']}")
    for one, other in near_spellings(body):
        if frozenset((one, other)) not in seen:
            seen.add(frozenset((one, other)))
            yield _two_spellings(one, other, "they may be one name")


def _two_spellings(one: str, other: str, why: str) -> Finding:
    text = (
        f"“{one}” and “{other}” are both in the text; {why}. Choose one spelling, unless you quote."
    )
    return Finding("name spelled two ways", Severity.WARNING, text, "body", other)


# Warnings: the text -------------------------------------------------------------------------------


def pictures_described(snapshot: Snapshot) -> Iterator[Finding]:
    """Every picture has an alternative text."""
    where = []
    if "picture" in snapshot and not snapshot["picture"]["alternative_text"].strip():
        where.append(("picture", "The picture"))
    where += [
        ("body", f"Picture {n} in the text")
        for n, card in enumerate(snapshot.get("body_pictures", []), start=1)
        if not card["alternative_text"].strip()
    ]
    for field, what in where:
        yield Finding(
            "alternative text",
            Severity.WARNING,
            f"{what} has no alternative text; say what it shows, for those who do not see it.",
            field,
        )


_LINK = re.compile(r"""<a\b[^>]*\bhref="([^"]*)\"""", re.IGNORECASE)


def links_lead_somewhere(snapshot: Snapshot) -> Iterator[Finding]:
    """Every link to a page of ours leads to something public."""
    links = list(dict.fromkeys(map(unescape, _LINK.findall(snapshot["body"]))))
    paths = {link: path for link in links if (path := _path_here(link)) is not None}
    own = ("article", snapshot["slug"])
    wanted = {link: target for link, path in paths.items() if (target := _target(path)) != own}
    public = _public_targets([target for target in wanted.values() if isinstance(target, tuple)])
    for link, target in wanted.items():
        if target is None or (isinstance(target, tuple) and target not in public):
            yield Finding(
                "dead link",
                Severity.WARNING,
                f"The link {link} leads to nothing public on this site; correct it or take it out.",
                "body",
                link,
            )


def pictures_there(snapshot: Snapshot) -> Iterator[Finding]:
    """Every picture in the body is still there."""
    for reason in pictures_gone(snapshot):
        yield Finding("picture", Severity.ERROR, reason, "body")


def embeds_show_something(snapshot: Snapshot) -> Iterator[Finding]:
    """Every statement, article and event in the body is shown to readers."""
    if reasons := embeds_unreadable(snapshot):
        yield from (Finding("dead link", Severity.ERROR, one, "body") for one in reasons)
        return
    shown = {card["record"] for card in snapshot.get("embeds", [])}
    shown |= {f"statement/{snapshot['id']}/{card['number']}" for card in snapshot["statements"]}
    for record in records_in(snapshot["body"]):
        kind, _, rest = record.partition("/")
        if kind == "picture" or record in shown:
            continue
        if kind == "statement" and rest.startswith(f"{snapshot['id']}/"):
            what = f"statement {rest.split('/')[1]} of this article, which is gone"
        else:
            article = "an" if kind in ("article", "event") else "a"
            what = f"{article} {kind} that is not public"
        yield Finding(
            "dead link",
            Severity.WARNING,
            f"The text embeds {what}: readers see nothing there. Take it out, or publish that "
            "first.",
            "body",
        )


def headline_fits(snapshot: Snapshot) -> Iterator[Finding]:
    """The headline is no longer than others show."""
    if (length := len(snapshot["headline"])) > LONGEST_HEADLINE:
        yield Finding(
            "headline length",
            Severity.WARNING,
            f"The headline has {length} characters; after about {LONGEST_HEADLINE} search engines "
            "and lists cut it.",
            "headline",
        )


_DOUBLED = re.compile(r"\b([^\W\d_]+)\s+(\1)\b", re.IGNORECASE)
#: Doubled rightly: by language, or as a figure of speech.
_RIGHTLY_DOUBLED = {"had", "that", "so", "very", "bye", "no", "yes", "ha", "очень"}
#: Languages in which a word is doubled to say more.
_DOUBLING_LANGUAGES = {"ur", "hi", "id", "ms", "fa", "pa"}


def no_doubled_words(snapshot: Snapshot) -> Iterator[Finding]:
    """No word stands twice in a row; names such as Duran Duran may."""
    if snapshot["language"].split("-")[0] in _DOUBLING_LANGUAGES:
        return
    for field in ("headline", "standfirst", "body"):
        text = str(snapshot.get(field))
        for line in (plain_text(text) if field == "body" else text).splitlines():
            for match in _DOUBLED.finditer(line):
                one, again = match.groups()
                is_name = one == again and one[0].isupper()
                if is_name or one.lower() in _RIGHTLY_DOUBLED:
                    continue
                yield Finding(
                    "doubled word",
                    Severity.WARNING,
                    f"“{match[0]}”: the word stands twice.",
                    field,
                    match[0],
                )


# Warnings and an offer: dates ---------------------------------------------------------------------


def weekday_fits(snapshot: Snapshot) -> Iterator[Finding]:
    """A weekday before a date is the date's."""
    language = snapshot["language"]
    for field in ("headline", "standfirst", "body"):
        text = str(snapshot.get(field))
        for words, weekday, day in dates_in(
            plain_text(text) if field == "body" else text, language
        ):
            if day is None:
                what = f"“{words}”: the calendar has no such day."
            elif day.weekday() != weekday:
                what = f"“{words}”: that day is a {day:%A}."
            else:
                continue
            yield Finding("weekday", Severity.WARNING, what, field, words)
    event = snapshot["event"]
    if event and len(event["start_date"]) == FULL_LENGTH:
        day = date.fromisoformat(event["start_date"])
        said = _weekday_in(event["date_words"], language)
        if said is not None and said != day.weekday():
            yield Finding(
                "weekday",
                Severity.WARNING,
                f"The event's date {event['start_date']} is a {day:%A}; the source says "
                f"“{event['date_words']}”.",
                "event",
                event["date_words"],
            )


def date_offered(snapshot: Snapshot) -> Iterator[Finding]:
    """The date that “on Thursday” may mean, where the event has none. Nothing sets it."""
    event = snapshot["event"]
    if not event or event["start_date"]:
        return
    weekday = _weekday_in(event["date_words"], snapshot["language"])
    if weekday is None:
        return
    begun = timezone.localtime(datetime.fromisoformat(snapshot["created_at"])).date()
    day = begun - timedelta(days=(begun.weekday() - weekday) % 7)
    yield Finding(
        "event date",
        Severity.OFFER,
        f"The source says “{event['date_words']}”. Counted back from {_long(begun)}, when this "
        f"article was begun, that is {_long(day)}; enter it only if the source bears it out.",
        "event",
        event["date_words"],
        day.isoformat(),
    )


#: All checks, in the order in which their findings are shown.
CHECKS: list[Callable[[Snapshot], Iterable[Finding]]] = [
    body_written,
    statement_in_body,
    no_conflict,
    speaker_linked,
    capacity_held,
    one_spelling,
    pictures_described,
    pictures_there,
    links_lead_somewhere,
    embeds_show_something,
    headline_fits,
    no_doubled_words,
    weekday_fits,
    date_offered,
]


# Asking, once -------------------------------------------------------------------------------------


class WarningsStand(Refused):
    """Nothing was done: there are warnings that nobody has accepted yet."""


def questions(article: Article, findings: Iterable[Finding]) -> list[Finding]:
    """The warnings among ``findings`` that were not accepted for this article before."""
    notes = AuditEntry.objects.filter(object_id=article.pk, action=OVERRIDE)
    accepted = {line for note in notes.values_list("note", flat=True) for line in note.split("\n")}
    return [
        finding
        for finding in findings
        if finding.severity is Severity.WARNING and finding.text not in accepted
    ]


@transaction.atomic
def despite_warnings[Done](
    act: Callable[[], Done], article: Article, *, by: User, accepted: Collection[str]
) -> Done:
    """Call ``act``, which publishes or approves the saved text of ``article``; return its result.

    ``accepted`` are the names of the checks whose warnings ``by`` has seen and publishes although
    they stand; each goes into the audit log as a line, and is not asked about again. Raises
    WarningsStand for other warnings, and whatever ``act`` raises; nothing has changed then.
    """
    article = lock_article(article)
    asked = questions(article, check(article))
    done = act()  # what refuses it comes first: an error says more than a warning
    if left := [finding.text for finding in asked if finding.check not in accepted]:
        raise WarningsStand(left)
    if asked:
        audit.record(OVERRIDE, article, by=by, note="\n".join(finding.text for finding in asked))
    return done


# What is typed and not saved ----------------------------------------------------------------------


def typed_snapshot(article: Article | None, post: QueryDict) -> Snapshot:
    """The text in the posted form ``post``, over the saved one of ``article`` (None: a new one).

    Reads the form's texts, statements, event, picture and topics; what names no row of ours is left
    out.
    """
    snapshot = take_snapshot(article) if article else _blank()
    for name in (
        "headline",
        "standfirst",
        "dateline",
        "body",
        "byline",
        "source",
        "language",
        "slug",
    ):
        if name in post:
            text = str(post[name]).replace("\r\n", "\n").strip()
            snapshot[name] = sanitize(text) if name == "body" else text
    if "event" in post:
        event = _row(Event, str(post["event"]))
        snapshot["event"] = event_card(event) if event else None
    if "picture" in post:
        snapshot.pop("picture", None)
        if picture := _row(Picture, str(post["picture"])):
            snapshot["picture"] = picture_card(picture)
    if "topics" in post or "topics__words" in post:
        chosen = [pk for pk in map(_uuid, post.getlist("topics")) if pk]
        snapshot["topics"] = [topic_card(row) for row in Topic.objects.filter(pk__in=chosen)]
    if any(name in post or f"{name}__words" in post for name in BYLINES):
        snapshot.pop("bylines", None)
        if bylines := _typed_bylines(post):
            snapshot["bylines"] = bylines
    if "statements-TOTAL_FORMS" in post:
        numbers = {card["id"]: card["number"] for card in snapshot["statements"]}
        last = max(article.last_number if article else 0, *numbers.values(), 0)
        snapshot["statements"] = _typed_statements(post, numbers, last)
    add_body_records(snapshot)
    return snapshot


def _blank() -> Snapshot:
    return {
        "id": str(uuid.uuid4()),
        "slug": "",
        "language": "en",
        "headline": "",
        "standfirst": "",
        "dateline": "",
        "byline": "",
        "source": "",
        "body": "",
        "created_at": timezone.now().isoformat(),
        "topics": [],
        "event": None,
        "statements": [],
    }


def _row[Row: models.Model](model: type[Row], pk: str) -> Row | None:
    try:
        return model._default_manager.filter(pk=pk or None).first()
    except ValidationError:  # no identifier
        return None


def _typed_bylines(post: QueryDict) -> list[BylineCard]:
    chosen = {name: [pk for pk in map(_uuid, post.getlist(name)) if pk] for name in BYLINES}
    capacities = Affiliation.objects.select_related("speaker", "organization__parent").in_bulk(
        {pk for found in chosen.values() for pk in found}
    )
    return [
        byline_card(str(role), capacities[pk])
        for name, role in BYLINES.items()
        for pk in chosen[name]
        if pk in capacities
    ]


def _typed_statements(
    post: QueryDict, numbers: Mapping[str, int], last: int
) -> list[StatementCard]:
    """The statements in the form: those that are saved with their ``numbers``, by identifier.

    New ones have the numbers after ``last``, as they will have once they are saved.
    """
    total = str(post["statements-TOTAL_FORMS"])
    prefixes = [f"statements-{n}" for n in range(min(int(total), 1000) if total.isdigit() else 0)]
    prefixes = [prefix for prefix in prefixes if not post.get(f"{prefix}-DELETE")]
    chosen = {prefix: _uuid(post.get(f"{prefix}-capacity", "")) for prefix in prefixes}
    capacities = (
        Affiliation.objects.filter(pk__in=[pk for pk in chosen.values() if pk])
        .select_related("speaker", "organization__parent")
        .in_bulk()
    )
    cards: list[StatementCard] = []
    new = itertools.count(last + 1)
    for prefix in prefixes:
        capacity = capacities.get(chosen[prefix])
        text = post.get(f"{prefix}-text", "").strip()
        if capacity is None or not text:
            continue
        kind = post.get(f"{prefix}-kind", Statement.Kind.DIRECT)
        passage = post.get(f"{prefix}-passage", "").strip()
        identifier = post.get(f"{prefix}-id", "")
        cards.append(
            {
                "id": identifier,
                "number": numbers[identifier] if identifier in numbers else next(new),
                "kind": kind,
                "text": text,
                "passage": passage if kind == Statement.Kind.REPORTED else "",
                "capacity": capacity_card(capacity),
            }
        )
    return cards


def _uuid(text: str) -> uuid.UUID | None:
    try:
        return uuid.UUID(text)
    except ValueError:
        return None


# Names in a text ----------------------------------------------------------------------------------

_EDGES = ".,;:!?…\"'“”„‘’«»()[]{}،؛؟۔।。，、；：！？–—-"
_UNSPACED_RUN = re.compile(f"[{UNSPACED}]{{2,}}")


def spellings_in(text: str) -> Iterator[str]:
    """What may be a name in plain ``text``, each once: one to five words of a line that lie side
    by side, the first and the last with no small letter at its beginning.

    Of a script without blanks between words it is any two to four characters.
    """
    seen = set[str]()
    for line in text.splitlines():
        for candidate in (*_runs_of_words(line), *_runs_of_signs(line)):
            if candidate not in seen:
                seen.add(candidate)
                yield candidate


def _runs_of_words(line: str) -> Iterator[str]:
    words = [(match.start(), match[0]) for match in re.finditer(r"\S+", line)]
    spans = []
    for start, word in words:
        core = re.sub(r"['’]s$", "", word.strip(_EDGES))
        if core:
            at = start + word.index(core)
            spans.append((at, at + len(core), not core[0].islower() and not core[0].isdigit()))
    for i, (start, _, is_first) in enumerate(spans):
        if not is_first:
            continue
        for _, end, is_last in spans[i : i + LONGEST_NAME]:
            if is_last:
                yield line[start:end]


def _runs_of_signs(line: str) -> Iterator[str]:
    for run in _UNSPACED_RUN.findall(line):
        for length in (2, 3, 4):
            for at in range(len(run) - length + 1):
                yield run[at : at + length]


#: One query by two indexes. Both sides stand as arrays: thousands of parameters would be slow.
_SPELLED = """
    SELECT * FROM people_speaker
    WHERE merged_into_id IS NULL AND id IN (
        SELECT id FROM people_speaker WHERE name = ANY(%(spellings)s)
        UNION ALL
        SELECT speaker.id FROM unnest(%(spellings)s::varchar[]) AS spelled(words)
        JOIN people_speaker speaker ON speaker.name_variants @> ARRAY[spelled.words]
    )
"""


def speakers_spelled(spellings: list[str]) -> list[Speaker]:
    """The speakers whose name or a variant of it is one of ``spellings``."""
    return list(Speaker.objects.raw(_SPELLED, {"spellings": spellings})) if spellings else []


def _names_of(snapshot: Snapshot) -> set[str]:
    """Every spelling of the speakers in ``snapshot``."""
    return {
        name
        for card in capacities_of(snapshot).values()
        for name in (card["speaker"]["name"], *card["speaker"]["name_variants"])
        if name.strip()
    }


def _stands(name: str, folded: str) -> bool:
    """Whether ``name`` stands in folded text as whole words."""
    words = re.escape(fold(name, keep_case=True))
    return re.search(rf"(?<!\w){words}(?!\w)", folded) is not None or (
        _UNSPACED_RUN.fullmatch(name) is not None and name in folded
    )


_NAME_WORD = re.compile(r"[^\W\d_]+(?:[-'’][^\W\d_]+)*")


def near_spellings(text: str) -> Iterator[tuple[str, str]]:
    """Pairs of two words in a row, both with a capital, that differ in one letter of one word.

    An ending that one word has and the other has not makes another word of it: Asia, Asian.
    """
    pairs: dict[tuple[str, str], None] = {}
    for line in text.splitlines():
        words = [(m.start(), re.sub(r"['’]s$", "", m[0])) for m in _NAME_WORD.finditer(line)]
        for (at, one), (then, other) in pairwise(words):
            if line[at + len(one) : then] == " " and one[0].isupper() and other[0].isupper():
                pairs[one, other] = None
    for kept, changed in ((0, 1), (1, 0)):
        groups: dict[str, list[str]] = {}
        for pair in pairs:
            groups.setdefault(pair[kept], []).append(pair[changed])
        for word, others in groups.items():
            for one, other in combinations(others, 2):
                if _is_near(one, other):
                    first, second = [(word, w) if kept == 0 else (w, word) for w in (one, other)]
                    yield " ".join(first), " ".join(second)


def _is_near(one: str, other: str) -> bool:
    """Whether two words of four letters and more differ by one letter, or by two that changed
    places; not by their ending."""
    short, long = sorted((one.casefold(), other.casefold()), key=len)
    if len(short) < 4 or one.isupper() or other.isupper() or long.startswith(short):
        return False
    if len(short) == len(long):
        differing = [n for n, (a, b) in enumerate(zip(short, long, strict=True)) if a != b]
        if len(differing) == 2:
            m, n = differing
            return n == m + 1 and short[m] == long[n] and short[n] == long[m]
        return len(differing) == 1
    at = next(n for n, sign in enumerate(long) if n == len(short) or short[n] != sign)
    return len(long) == len(short) + 1 and long[at + 1 :] == short[at:]


# Links --------------------------------------------------------------------------------------------


def _path_here(link: str) -> str | None:
    """The path of a link to a page of ours; None for one that leads elsewhere."""
    parts = urlsplit(link)
    if parts.scheme not in ("", "http", "https"):
        return None
    if parts.netloc and parts.netloc.lower() != urlsplit(settings.SITE_URL).netloc.lower():
        return None
    if not parts.netloc and not parts.path.startswith("/"):
        return None  # an anchor of the same page
    first, _, rest = parts.path.lstrip("/").partition("/")
    if first in dict(settings.LANGUAGES):
        return unquote(f"/{rest}")
    return unquote(parts.path or "/")


def _target(path: str) -> tuple[str, str] | str | None:
    """What a path shows: (kind, slug) of a page, the name of any other; None for nothing public."""
    if path.startswith(("/admin/", "/preview/")):
        return None
    try:
        match = resolve(path)
    except Resolver404:
        return None
    kind = KIND_OF.get(path.split("/")[1])
    if kind and "slug" in match.kwargs:
        return kind, match.kwargs["slug"]
    return str(match.url_name)


def _public_targets(targets: Collection[tuple[str, str]]) -> set[tuple[str, str]]:
    """Those of ``targets`` that lead to something public, also by an earlier address."""
    if not targets:
        return set()
    kinds, slugs = {kind for kind, _ in targets}, {slug for _, slug in targets}
    owners = {
        (row.kind, row.slug): row.object_id
        for row in Address.objects.filter(kind__in=kinds, slug__in=slugs)
    }
    ids = [owners[target] for target in targets if target in owners]
    public = set(Edition.objects.live().filter(article__in=ids).values_list("article", flat=True))
    public |= set(PublicPage.objects.live().filter(pk__in=ids).values_list("pk", flat=True))
    return {target for target in targets if owners.get(target) in public}


# Dates --------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Calendar:
    """The weekdays (0 is Monday) and months of a language by name, and its ways to write a date."""

    weekdays: dict[str, int]
    months: dict[str, int]
    dates: list[re.Pattern[str]]


@lru_cache(maxsize=16)
def _calendar(language: str) -> _Calendar:
    with translation.override(language):
        weekdays = {str(name).casefold(): n for n, name in WEEKDAYS.items()}
        short = {str(name).casefold().rstrip("."): n for n, name in WEEKDAYS_ABBR.items()}
        months = {
            str(name).casefold().rstrip("."): n
            for names in (MONTHS, MONTHS_ALT, MONTHS_3)
            for n, name in names.items()
        }
        months |= {
            str(name).casefold().rstrip("."): n for n, name in enumerate(MONTHS_AP.values(), 1)
        }
    weekday, month = _one_of([*weekdays, *(s for s in short if len(s) > 1)]), _one_of(months)
    day, year = r"(?P<day>\d{1,2})(?:st|nd|rd|th)?", r"(?P<year>\d{4})"
    before = rf"\b(?P<weekday>{weekday})\.?[,،]?\s+(?:the\s+)?"
    return _Calendar(
        weekdays | {name: n for name, n in short.items() if len(name) > 1},
        months,
        [
            re.compile(pattern, re.IGNORECASE)
            for pattern in (
                rf"{before}{day}\.?\s+(?:of\s+)?(?P<month>{month})\.?[,،]?\s+{year}\b",
                rf"{before}(?P<month>{month})\.?\s+{day}[,،]?\s+{year}\b",
                rf"{year}年(?P<month>\d{{1,2}})月(?P<day>\d{{1,2}})日\s*[（(]?(?P<weekday>{weekday})",
            )
        ],
    )


def _one_of(words: Iterable[str]) -> str:
    return "|".join(re.escape(word) for word in sorted(words, key=len, reverse=True))


def dates_in(text: str, language: str) -> Iterator[tuple[str, int, date | None]]:
    """The full dates with a weekday in ``text``: the words, the weekday (0 is Monday), the day.

    The day is None where the calendar has no such day.
    """
    calendar = _calendar(language)
    for pattern in calendar.dates:
        for match in pattern.finditer(text):
            month = match["month"].casefold()
            number = int(month) if month.isdigit() else calendar.months[month]
            try:
                day = date(int(match["year"]), number, int(match["day"]))
            except ValueError:
                day = None
            yield match[0], calendar.weekdays[match["weekday"].casefold()], day


def _weekday_in(words: str, language: str) -> int | None:
    """The one weekday that ``words`` name, in ``language`` or English; None for none or several."""
    found = {
        n
        for code in {language, "en"}
        for name, n in _calendar(code).weekdays.items()
        if len(name) > 3 and re.search(rf"(?<!\w){re.escape(name)}(?!\w)", words.casefold())
    }
    return found.pop() if len(found) == 1 else None


def _before(one: str, other: str) -> bool:
    """Whether a partial date certainly lies before another; not where either is unknown."""
    length = min(len(one), len(other))
    return one[:length] < other[:length]


def _long(day: date) -> str:
    return f"{day:%A, %-d %B %Y}"
