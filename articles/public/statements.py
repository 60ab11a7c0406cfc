"""The list of statements: who said what, when and where, for readers and for their programs."""

from __future__ import annotations

from urllib.parse import urlencode

from django.conf import settings
from django.db.models import Exists, OuterRef
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from articles.formats.schema_org import breadcrumbs, script
from articles.models import Edition, EditionQuerySet, is_sequence
from articles.public import filters, record
from articles.public.filters import Filters
from articles.public.languages import language_of_page
from articles.public.page_store import depends_on
from articles.public.record import Record
from articles.search.statements import MOST_COUNTED, Found, Wanted

#: What the list reads from the query string, beside ``before``.
PARAMETERS = (*filters.PARAMETERS, "kind")
KINDS = {"direct": gettext_lazy("Quoted"), "reported": gettext_lazy("Reported")}


def wanted_by(asked: Filters) -> Wanted:
    """The statements that are asked for."""
    return Wanted(
        speaker=asked.key("who"),
        speakers=asked.speakers,
        organization=asked.key("organization"),
        topic=asked.key("topic"),
        language=asked.language,
        kind=asked.given.get("kind", ""),
        since=asked.days["from"],
        until=asked.days["until"],
        q=asked.q,
    )


@require_safe
def statements(request: HttpRequest) -> HttpResponse:
    """Statements of live editions, those of the newest articles first."""
    asked = filters.read(request, kind=KINDS)
    wanted = wanted_by(asked)
    given = request.GET.get("before", "")
    before = int(given) if is_sequence(given) else None
    language = language_of_page()
    page = wanted.page(given, language=language)
    # On a later page too it is said how many there are from the first one on.
    first = page if before is None else wanted.page(language=language, size=1)
    narrowed = asked.given.keys() - {"from", "until"}
    found = record.records(page, taken_out=not narrowed)
    if not narrowed:
        found = _with_withdrawn(found, wanted, before, page)
    context = {
        "title": _title(asked),
        "description": _(
            "Who said what, in which capacity, and where: every statement at {site}."
        ).format(site=settings.SITE_NAME),
        "asked": asked,
        "kinds": KINDS.items(),
        "languages_of_texts": [code for code, _name in settings.LANGUAGES],
        "names": filters.names_in(edition.snapshot for edition in page.editions),
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


def _title(asked: Filters) -> str:
    names = [str(asked.pages[name]) for name in filters.LINKED if name in asked.pages]
    if not names:
        return _("Statements")
    return _("Statements: {names}").format(names=", ".join(names))


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


def asked_of_feed(request: HttpRequest) -> Filters:
    """What a feed is asked for; 404 for what cannot be understood: no person reads a sentence."""
    asked = filters.read(request, kind=KINDS)
    if asked.problems:
        raise Http404
    return asked
