"""What lists are narrowed by, read from the query string: people, organizations, topics, days.

The search and the list of statements read the same parameters and show the same fields
(``articles/_filters.html``). What cannot be understood is left out, and a sentence says so.
"""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.conf import settings
from django.core.validators import slug_re
from django.http import HttpRequest
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from articles.frozen import StatementCard
from articles.models import Address, PublicPage
from articles.search import query
from articles.templatetags.languages import local_name
from articles.unreadable import leave_out
from people.folding import fold

#: What is looked up by its address or its name, and as what.
LINKED = {"who": "speaker", "organization": "organization", "topic": "topic"}
#: The parameters that are read here.
PARAMETERS = (*LINKED, "language", "from", "until", "q")
#: What is typed into a field is cut to this many characters.
MOST_TYPED = 200
#: So many names are offered where several fit.
MOST_OFFERED = 8
#: A year or a month in the place of a day.
_PART = re.compile(r"(\d{4})(?:-(\d{2}))?", re.ASCII)


@dataclass(frozen=True)
class Chosen:
    """A filter that is on: its name and value as people read them, and the query without it."""

    name: str
    label: str
    value: str
    without: str


@dataclass
class Filters:
    """What somebody asks of a list, and what could not be understood.

    ``given`` has the understood parameters as an address has them; ``pages`` what they name, and
    ``written`` what a field shows for that: its name, or its address where the name is not enough.
    ``choices`` are pages to choose from, by parameter, where a name fits several. ``values`` has
    the values of parameters that are chosen from a few, with their names.
    """

    given: dict[str, str] = field(default_factory=dict)
    pages: dict[str, PublicPage] = field(default_factory=dict)
    written: dict[str, str] = field(default_factory=dict)
    days: dict[str, date | None] = field(default_factory=dict)
    problems: list[str] = field(default_factory=list)
    choices: dict[str, list[PublicPage]] = field(default_factory=dict)
    values: dict[str, Mapping[str, Any]] = field(default_factory=dict)

    @property
    def q(self) -> str:
        """The words."""
        return self.given.get("q", "")

    @property
    def language(self) -> str:
        """A language of the site, or ""."""
        return self.given.get("language", "")

    @property
    def speakers(self) -> frozenset[str]:
        """The identifiers under which editions know the person."""
        who = self.pages.get("who")
        return frozenset({who.card["id"], *who.card["replaces"]}) if who else frozenset()

    def key(self, name: str) -> UUID | None:
        """The page that the parameter ``name`` names."""
        return self.pages[name].pk if name in self.pages else None

    def having(self, **changed: str) -> str:
        """The query string with some parameters ``changed``; "" takes one away."""
        given = {name: value for name, value in {**self.given, **changed}.items() if value}
        return f"?{urlencode(given)}"

    @property
    def chosen(self) -> list[Chosen]:
        """The filters that are on, in the order of the fields."""
        labels = {
            "who": _("Person"),
            "organization": _("Organization"),
            "topic": _("Topic"),
            "kind": _("Kind"),
            "language": _("Language"),
            "from": _("Published from"),
            "until": _("until"),
        }
        return [
            Chosen(name, label, self._value(name), self.having(**{name: ""}))
            for name, label in labels.items()
            if name in self.given
        ]

    def _value(self, name: str) -> str:
        if name in self.pages:
            return str(self.pages[name])
        if day := self.days.get(name):
            return date_format(day)
        value = self.given[name]
        return str(self.values[name][value]) if name in self.values else local_name(value)

    def address(self, name: str = "statements", /, **parts: str) -> str:
        """The path of the page ``name``, asked for the same."""
        path = reverse(name, kwargs=parts)
        return f"{path}?{urlencode(self.given)}" if self.given else path

    def keys(self) -> tuple[object, ...]:
        """What the list depends on: articles, and the pages whose names and addresses it shows."""
        pages = [page.pk for page in self.pages.values()]
        # A page that is published may be what a name meant that was not understood, or be called
        # as another is.
        kinds = LINKED.values() if self.problems else [LINKED[name] for name in self.pages]
        return ("article", *pages, *kinds)

    @property
    def offered(self) -> list[tuple[PublicPage, str]]:
        """Pages to choose from, with the query that chooses each."""
        return [
            (page, self.having(**{name: page.slug}))
            for name, pages in self.choices.items()
            for page in pages
        ]


def read(request: HttpRequest, **values: Mapping[str, Any]) -> Filters:
    """Read what is asked for; ``values`` are further parameters and the values that they may have.

    Any other value of those is left out without a word, as it cannot have been typed.
    """
    asked = Filters(values=values)
    typed = {
        name: request.GET.get(name, "").replace("\x00", "").strip()[:MOST_TYPED]
        for name in (*PARAMETERS, *values)
    }
    for name, kind in LINKED.items():
        if typed[name]:
            _look_up(asked, name, kind, typed[name])
    for name, known in {**values, "language": dict(settings.LANGUAGES)}.items():
        if typed[name] and typed[name] in known:
            asked.given[name] = typed[name]
    asked.days = {name: _day(asked, name, typed[name]) for name in ("from", "until")}
    since, until = asked.days.values()
    if since and until and since > until:
        asked.problems.append(_("The first day is after the last one, so nothing can be found."))
    if typed["q"]:
        asked.given["q"] = typed["q"]
    return asked


def _look_up(asked: Filters, name: str, kind: str, typed: str) -> None:
    """Find the page that is meant, and the words that mean it and no other."""
    pages = _meant(kind, typed)
    if len(pages) > 1:
        asked.problems.append(_("Several are called “{words}”:").format(words=typed))
        asked.choices[name] = pages[:MOST_OFFERED]
    elif pages:
        [page] = pages
        called = str(page)
        asked.pages[name] = page
        asked.given[name] = page.slug
        # Others may have the name, in other letters too, or it may be another's address.
        alone = typed == called or _meant(kind, called[:MOST_TYPED]) == pages
        asked.written[name] = called if alone else page.slug
    else:
        asked.problems.append(
            _("Nobody and nothing here is called “{words}”; it was left out.").format(words=typed)
        )


def _meant(kind: str, typed: str) -> list[PublicPage]:
    """The pages that are meant: one by its address or an earlier address, or all of that name."""
    live = PublicPage.objects.live().filter(kind=kind)
    if slug_re.fullmatch(typed):
        if page := live.filter(slug=typed).first():
            return [page]
        earlier = Address.objects.filter(kind=kind, slug=typed).values("object_id")
        if page := live.filter(pk__in=earlier).first():
            return [page]
    found = live.in_bulk(query.called(typed, kind=kind, most=query.PAGE))
    same = [one for one in found.values() if fold(str(one)) == fold(typed)]
    return same or list(found.values())


def _day(asked: Filters, name: str, typed: str) -> date | None:
    """The day that was typed, or the first or last one of the year or month; None for none."""
    if not typed:
        return None
    text = fold(typed)
    try:
        if part := _PART.fullmatch(text):
            day = _end_of(*part.groups(), last=name == "until")
        else:
            day = date.fromisoformat(text)
    except ValueError:
        asked.problems.append(
            _("“{words}” is no day; write 2026-11-28 or 2026. It was left out.").format(words=typed)
        )
        return None
    asked.given[name] = day.isoformat()
    return day


def _end_of(year: str, month: str | None, *, last: bool) -> date:
    """The first or the last day of a year, or of a month in it; raises ValueError for neither."""
    number = int(month or (12 if last else 1))
    first = date(int(year), number, 1)
    return first.replace(day=monthrange(first.year, number)[1]) if last else first


def names_in(snapshots: Iterable[Any]) -> dict[str, list[str]]:
    """Names in these snapshots, which the fields of a form offer."""
    names: dict[str, dict[str, None]] = {"people": {}, "organizations": {}, "topics": {}}
    for snapshot in snapshots:
        with leave_out(snapshot):
            for card in _capacities(snapshot["statements"]):
                names["people"][card["speaker"]["name"]] = None
                if card["organization"]:
                    names["organizations"][card["organization"]["name"]] = None
            names["topics"] |= dict.fromkeys(topic["name"] for topic in snapshot["topics"])
    return {kind: sorted(found) for kind, found in names.items()}


def _capacities(statements: Iterable[StatementCard]) -> list[Any]:
    return [statement["capacity"] for statement in statements]
