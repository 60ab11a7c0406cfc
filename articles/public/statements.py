"""The list of statements: who said what, when and where, for readers and for their programs."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.conf import settings
from django.db.models import Exists, OuterRef
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from articles.formats.schema_org import breadcrumbs, script
from articles.models import Address, Edition, EditionQuerySet, PublicPage, is_sequence
from articles.public import record
from articles.public.languages import language_of_page
from articles.public.page_store import depends_on
from articles.public.record import Record
from articles.search import query
from articles.search.statements import MOST_COUNTED, Found, Wanted
from people.folding import fold

#: What the list reads from the query string, beside ``before``.
PARAMETERS = ("who", "organization", "topic", "kind", "from", "until", "q")
#: What is typed into a field is cut to this many characters.
MOST_TYPED = 200
#: So many names are offered where several fit.
MOST_OFFERED = 8
#: What is looked up by its address or its name, and as what.
_LINKED = {"who": "speaker", "organization": "organization", "topic": "topic"}
KINDS = {"direct": gettext_lazy("Quoted"), "reported": gettext_lazy("Reported")}


@dataclass
class Asked:
    """What somebody asks of the list: what is wanted, and what could not be understood.

    ``given`` has the understood parameters as an address has them; ``pages`` what they name.
    ``choices`` are pages to choose from, by parameter, where a name fits several or none.
    """

    wanted: Wanted = field(default_factory=Wanted)
    given: dict[str, str] = field(default_factory=dict)
    pages: dict[str, PublicPage] = field(default_factory=dict)
    problems: list[str] = field(default_factory=list)
    choices: dict[str, list[Any]] = field(default_factory=dict)

    def address(self, name: str = "statements", /, **parts: str) -> str:
        """The path of what was asked for."""
        path = reverse(name, kwargs=parts)
        return f"{path}?{urlencode(self.given)}" if self.given else path

    def keys(self) -> tuple[object, ...]:
        """What the list depends on: articles, and the pages whose names and addresses it shows."""
        pages = [page.pk for page in self.pages.values()]
        # A page that is published may be what a name meant that was not understood.
        return ("article", *pages, *(_LINKED.values() if self.problems else ()))


def ask(request: HttpRequest) -> Asked:
    """Read what is asked for from the query string; what cannot be understood is left out."""
    asked = Asked()
    typed = {
        name: request.GET.get(name, "").replace("\x00", "").strip()[:MOST_TYPED]
        for name in PARAMETERS
    }
    for name, kind in _LINKED.items():
        if typed[name]:
            _look_up(asked, name, kind, typed[name])
    if typed["kind"] in KINDS:
        asked.given["kind"] = typed["kind"]
    days = {name: _day(asked, name, typed[name]) for name in ("from", "until")}
    since, until = days["from"], days["until"]
    if since and until and since > until:
        asked.problems.append(_("The first day is after the last one, so nothing can be found."))
    if typed["q"]:
        asked.given["q"] = typed["q"]
    who = asked.pages.get("who")
    asked.wanted = Wanted(
        speaker=who.pk if who else None,
        speakers={who.card["id"], *who.card["replaces"]} if who else (),
        organization=_key(asked, "organization"),
        topic=_key(asked, "topic"),
        kind=asked.given.get("kind", ""),
        since=since,
        until=until,
        q=typed["q"],
    )
    return asked


def _key(asked: Asked, name: str) -> UUID | None:
    return asked.pages[name].pk if name in asked.pages else None


def _look_up(asked: Asked, name: str, kind: str, typed: str) -> None:
    """Find the page that is meant: by its address, an earlier address, or its name."""
    live = PublicPage.objects.live().filter(kind=kind)
    page = live.filter(slug=typed).first()
    if page is None:
        earlier = Address.objects.filter(kind=kind, slug=typed).values("object_id")
        page = live.filter(pk__in=earlier).first()
    if page is None:
        hits = query.search(typed, language=language_of_page(), kind=kind).hits
        found = list(live.filter(slug__in=[hit.slug for hit in hits]))
        same = [one for one in found if fold(str(one)) == fold(typed)]
        candidates = same or found
        if len(candidates) == 1:
            page = candidates[0]
        elif candidates:
            asked.problems.append(_("Several are called “{words}”:").format(words=typed))
            asked.choices[name] = candidates[:MOST_OFFERED]
        else:
            asked.problems.append(
                _("Nobody and nothing here is called “{words}”; it was left out.").format(
                    words=typed
                )
            )
    if page:
        asked.pages[name] = page
        asked.given[name] = page.slug


def _day(asked: Asked, name: str, typed: str) -> date | None:
    """The day that was typed; None, with a sentence, for what is none."""
    if not typed:
        return None
    try:
        day = date.fromisoformat(typed)
    except ValueError:
        asked.problems.append(
            _("“{words}” is no day; write 2026-11-28. It was left out.").format(words=typed)
        )
        return None
    asked.given[name] = day.isoformat()
    return day


@require_safe
def statements(request: HttpRequest) -> HttpResponse:
    """Statements of live editions, those of the newest articles first."""
    asked = ask(request)
    given = request.GET.get("before", "")
    before = int(given) if is_sequence(given) else None
    language = language_of_page()
    page = asked.wanted.page(given, language=language)
    # On a later page too it is said how many there are from the first one on.
    first = page if before is None else asked.wanted.page(language=language, size=1)
    narrowed = asked.given.keys() - {"from", "until"}
    found = record.records(page, taken_out=not narrowed)
    if not narrowed:
        found = _with_withdrawn(found, asked.wanted, before, page)
    context = {
        "title": _title(asked),
        "description": _(
            "Who said what, in which capacity, and where: every statement at {site}."
        ).format(site=settings.SITE_NAME),
        "asked": asked,
        "problems": asked.problems,
        "choices": [
            (other, _with(asked, name, other.slug))
            for name, others in asked.choices.items()
            for other in others
        ],
        "kinds": KINDS.items(),
        "names": _names(page),
        "records": found,
        "page": page,
        "count": min(first.count, MOST_COUNTED),
        "uncounted": first.count > MOST_COUNTED or not first.complete,
        "more": urlencode({**asked.given, "before": str(page.before)}),
        "feeds": [(ending, asked.address("statements-feed", format=ending)) for ending in FEEDS],
        # Any number of addresses shows the same statements: one is listed.
        "noindex": bool(asked.given or asked.problems),
        "jsonld": script(breadcrumbs((_("Statements"), settings.SITE_URL + reverse("statements")))),
    }
    response = render(request, "articles/statements.html", context)
    return depends_on(response, *asked.keys())


#: The formats of the feed, as its addresses end.
FEEDS = ("atom", "rss", "json")


def _title(asked: Asked) -> str:
    names = [str(asked.pages[name]) for name in _LINKED if name in asked.pages]
    if not names:
        return _("Statements")
    return _("Statements: {names}").format(names=", ".join(names))


def _names(page: Found) -> dict[str, list[str]]:
    """Names on this page, which the fields of the form offer."""
    names: dict[str, dict[str, None]] = {"people": {}, "organizations": {}, "topics": {}}
    for edition in page.editions:
        for capacity in edition.capacities().values():
            names["people"][capacity["speaker"]["name"]] = None
            if capacity["organization"]:
                names["organizations"][capacity["organization"]["name"]] = None
        names["topics"] |= dict.fromkeys(topic["name"] for topic in edition.snapshot["topics"])
    return {kind: sorted(found) for kind, found in names.items()}


def _with(asked: Asked, name: str, slug: str) -> str:
    return f"?{urlencode({**asked.given, name: slug})}"


def _with_withdrawn(
    found: list[Record], wanted: Wanted, before: int | None, page: Found
) -> list[Record]:
    """``found`` and, in their places, the withdrawn articles that had statements; no words.

    Of whom they spoke is not said: so they stand only in a list that asks for nobody.
    """
    rows = withdrawn(wanted.in_time())
    if before is not None:
        rows = rows.filter(first_sequence__lt=before)
    if page.before:
        rows = rows.filter(first_sequence__gt=page.before)
    gone = rows.order_by("-first_sequence").defer("body", "ninjs")[:20]
    records = [*found, *(Record(edition, withdrawn=True) for edition in gone)]
    return sorted(records, key=lambda record: -record.edition.first_sequence)


def withdrawn(editions: EditionQuerySet) -> EditionQuerySet:
    """The tombstones among ``editions`` of articles in which somebody had said something."""
    rows = editions.latest().ever_public().filter(status=Edition.Status.CANCELED)
    earlier = Edition.objects.ever_public().filter(article=OuterRef("article"))
    return rows.filter(Exists(earlier.exclude(snapshot__statements=[])))


def asked_of_feed(request: HttpRequest) -> Asked:
    """What a feed is asked for; 404 for what cannot be understood: no person reads a sentence."""
    asked = ask(request)
    if asked.problems:
        raise Http404
    return asked
