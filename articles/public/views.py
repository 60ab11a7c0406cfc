"""Public pages of articles, events and topics. They read editions, never the working copy."""

from __future__ import annotations

from datetime import date, datetime, time
from typing import Any, cast

from django.conf import settings
from django.core.signing import BadSignature
from django.db import connection
from django.db.models import F, Max, Min
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from articles import log
from articles.editing import preview as preview_links
from articles.editing.diff import diff_snapshots, paragraphs
from articles.formats.schema_org import Node, breadcrumbs, event_node, news_article, script, url
from articles.frozen import EventCard
from articles.models import Edition, Event, PreviewLink, PublicPage, Topic, is_sequence
from articles.pictures import image_of
from articles.public import embeds
from articles.public.annotations import annotate
from articles.public.body_records import show_records, with_public_names
from articles.public.calendars import has_day
from articles.public.front import front_page
from articles.public.index_pages import to_come
from articles.public.languages import in_each_language, language_of_page, speaking
from articles.public.page_store import DAY, depends_on
from articles.public.related import neighbours, related
from articles.public.withdrawn import page_view
from articles.richtext import plain_text
from articles.templatetags.languages import with_directions
from articles.unreadable import each
from people.templatetags.dates import partial_date

#: A page of the list of corrections has so many.
CORRECTIONS = 20


@require_safe
def article(request: HttpRequest, slug: str) -> HttpResponse:
    """One article as its last public edition froze it; 410 with the notice once withdrawn."""
    edition = get_object_or_404(Edition.objects.latest().ever_public(), slug=slug)
    if edition.status != Edition.Status.CANCELED:
        if "edition" in request.GET:
            return _earlier(request, edition, request.GET["edition"])
        return _article(request, edition)
    return _withdrawn(request, edition)


def _withdrawn(request: HttpRequest, tombstone: Edition) -> HttpResponse:
    """410 with the notice of a withdrawal, or of an erasure."""
    erased = tombstone.erasure_id is not None
    with speaking(request, tombstone.language):
        context = {
            "title": _("Erased") if erased else _("Withdrawn"),
            "heading": _("This text was erased") if erased else _("This article was withdrawn"),
            "notice": tombstone.note,
            "language": tombstone.language,
            "published_at": tombstone.first_published_at,
            "withdrawn_at": tombstone.published_at,
            "noindex": True,
        }
        return render(request, "withdrawn.html", context, status=410)


def _earlier(request: HttpRequest, current: Edition, number: str) -> HttpResponse:
    """An earlier edition of a live article, marked as such; 404 for one that is none.

    What stood before a withdrawal is not shown: it was taken back. 410 for one that was erased.
    """
    texts = current.article.editions.ever_public()
    if not is_sequence(number) or int(number) > current.version:
        raise Http404
    if int(number) == current.version:
        return _article(request, current)
    if erased := texts.filter(version=int(number), erasure__isnull=False).first():
        tombstones = texts.filter(erasure=erased.erasure_id, status=Edition.Status.CANCELED)
        return _withdrawn(request, tombstones.order_by("-version")[0])
    edition = get_object_or_404(texts, version=int(number), status=Edition.Status.USABLE)
    if texts.filter(status=Edition.Status.CANCELED, version__gt=edition.version).exists():
        raise Http404
    return _article(request, edition, current=current)


@require_safe
@never_cache
def preview(request: HttpRequest, token: str) -> HttpResponse:
    """The text that was shared as readers would see it, for everybody who has the signed link."""
    try:
        link, edition = preview_links.open_link(token, count=request.method == "GET")
    except preview_links.Closed:
        context = {
            "title": _("This preview has ended"),
            "text": _("Preview links open for some days only. Ask for a new one."),
            "noindex": True,
        }
        return render(request, "error.html", context, status=410)
    except BadSignature as error:
        raise Http404 from error
    response = render_preview(request, edition, link)
    response["X-Robots-Tag"] = "noindex, nofollow, noarchive"
    return response


def render_preview(
    request: HttpRequest, edition: Edition, link: PreviewLink | None = None
) -> HttpResponse:
    """The page of an ``edition`` that is not published: by ``link``, or for the desk alone."""
    return _article(request, edition, preview=True, link=link)


@page_view("event")
def event(request: HttpRequest, public: PublicPage) -> HttpResponse:
    """The latest public page of an event, and the articles about it."""
    page = (
        Event(pk=public.pk)
        .editions.all()
        .page(request.GET.get("before"), language=language_of_page())
    )
    card = cast(EventCard, public.card)
    context = {
        "title": card["name"],
        "description": _event_description(card),
        "event": card,
        "page": page,
        "has_day": has_day(card),
        "jsonld": script(event_node(card), breadcrumbs((card["name"], url("event", public.slug)))),
    }
    return depends_on(render(request, "articles/event.html", context), public.pk)


def _event_description(card: EventCard) -> str:
    """The event's facts in one line: kind, date, place and organizers, as far as they are known."""
    bodies = [body["name"] for body in card["organizers"]]
    date = partial_date(card["start_date"]) or card["date_words"]
    facts = [card["kind"].capitalize(), date, card["place"], *bodies]
    if known := ", ".join(fact for fact in facts if fact):
        return f"{card['name']}: {known}"
    return _("Everything about {name} at {site}.").format(
        name=card["name"], site=settings.SITE_NAME
    )


@page_view("topic")
def topic(request: HttpRequest, public: PublicPage) -> HttpResponse:
    """A topic and its articles, 20 a page."""
    page = (
        Topic(pk=public.pk)
        .editions.all()
        .page(request.GET.get("before"), language=language_of_page())
    )
    name = public.card["name"]
    context = {
        "title": name,
        "description": _("Everything about {name} at {site}.").format(
            name=name, site=settings.SITE_NAME
        ),
        "topic": public.card,
        "page": page,
        "jsonld": script(breadcrumbs((name, url("topic", public.slug)))),
    }
    return depends_on(render(request, "articles/topic.html", context), public.pk)


#: The months in which a live article was first published, the newest first: one look into an index
#: for each month.
_MONTHS = """
    WITH RECURSIVE months AS (
        (SELECT date_trunc('month', first_published_at AT TIME ZONE %(zone)s) AS month
            FROM articles_edition WHERE is_latest AND status = 'usable'
            ORDER BY first_published_at DESC LIMIT 1)
        UNION ALL
        SELECT (SELECT date_trunc('month', first_published_at AT TIME ZONE %(zone)s)
            FROM articles_edition WHERE is_latest AND status = 'usable'
            AND first_published_at < month AT TIME ZONE %(zone)s
            ORDER BY first_published_at DESC LIMIT 1)
        FROM months WHERE month IS NOT NULL
    )
    SELECT month::date FROM months WHERE month IS NOT NULL
"""


def _months() -> list[date]:
    with connection.cursor() as cursor:
        cursor.execute(_MONTHS, {"zone": timezone.get_current_timezone_name()})
        return [month for (month,) in cursor.fetchall()]


@require_safe
def archive(request: HttpRequest) -> HttpResponse:
    """The months of first publication of all live articles."""
    context = {
        "title": _("Archive"),
        "description": _("Everything that {site} has published, by month.").format(
            site=settings.SITE_NAME
        ),
        "months": _months(),
    }
    return depends_on(render(request, "articles/archive.html", context), "article")


@require_safe
def archive_month(request: HttpRequest, year: int, month: int) -> HttpResponse:
    """The articles first published in one month, newest first; 404 where there is no such month."""
    try:
        first = date(year, month, 1)
        after = date(year + month // 12, month % 12 + 1, 1)
    except (ValueError, OverflowError) as error:
        raise Http404 from error
    start, end = (timezone.make_aware(datetime.combine(day, time())) for day in (first, after))
    editions = Edition.objects.filter(first_published_at__gte=start, first_published_at__lt=end)
    # The numbers, too: so a page of a long month is read in the order of the list. (With + 0 they
    # are read from the index of times; else the index of numbers is read from its end.)
    number = F("first_sequence") + 0
    ends = editions.live().aggregate(first=Min(number), last=Max(number))
    editions = editions.filter(first_sequence__range=(ends["first"] or 0, ends["last"] or 0))
    title = date_format(first, "YEAR_MONTH_FORMAT")
    context = {
        "title": title,
        "description": _("Published by {site}: {month}.").format(
            site=settings.SITE_NAME, month=title
        ),
        "month": first,
        "page": editions.page(request.GET.get("before"), language=language_of_page()),
        "jsonld": script(
            breadcrumbs(
                (_("Archive"), settings.SITE_URL + reverse("archive")),
                (title, settings.SITE_URL + request.path),
            )
        ),
    }
    return depends_on(render(request, "articles/archive.html", context), log.month(start))


def _article(
    request: HttpRequest,
    edition: Edition,
    *,
    preview: bool = False,
    link: PreviewLink | None = None,
    current: Edition | None = None,
) -> HttpResponse:
    """The page of ``edition``, in its own language.

    ``current`` is what readers see now, where ``edition`` is an earlier one.
    """
    with speaking(request, edition.snapshot["language"]):
        context = _article_context(edition, preview=preview, link=link)
        embedded = context.pop("embedded")
        if current:
            before, _keys = with_public_names(edition)
            now, more = with_public_names(current)
            embedded |= more
            context |= {
                "current": current,
                "noindex": True,
                "changes": [
                    (difference.label, paragraphs(difference.pieces, only_changed=True))
                    for difference in diff_snapshots(before, now)
                ],
            }
        ways: list[object] = []
        if not preview and not current:
            context |= {"related": related(edition), "neighbours": neighbours(edition)}
            # What is withdrawn leaves the page at once. What is new joins it at once when it has
            # the same event, else on another day: or a topic's articles all became stale with it.
            shown = [*context["related"], *context["neighbours"].values()]
            ways = [
                DAY,
                *filter(None, [edition.event_id]),
                *(way.translation_group for way in shown),
            ]
        response = render(request, "articles/article.html", context)
    if preview:
        return response
    groups = {edition.translation_group, (current or edition).translation_group, *embedded}
    return depends_on(response, *groups, *ways)


def _said_by(edition: Edition) -> list[dict[str, Any]]:
    """Each capacity of the edition with its statements, in the order of the text."""
    said: dict[str, list[dict[str, Any]]] = {}
    for row in edition.snapshot["statements"]:
        shown = {
            **row,
            "attributed": embeds.with_attribution(row, edition),
            "embed": embeds.embed_html(edition.slug, row["number"], edition.headline),
        }
        said.setdefault(row["capacity"]["id"], []).append(shown)
    capacities = edition.capacities()
    return [{"capacity": card, "statements": said.get(one, [])} for one, card in capacities.items()]


def _article_context(
    edition: Edition, *, preview: bool, link: PreviewLink | None
) -> dict[str, Any]:
    topics = [(topic["name"], url("topic", topic["slug"])) for topic in edition.snapshot["topics"]]
    trail = [*topics[:1], (edition.headline, url("article", edition.slug))]
    snapshot = edition.snapshot
    history, others = ([], {}) if preview else _translation_group(edition)
    body, embedded = show_records(
        annotate(
            with_directions(edition.body, snapshot["language"]),
            snapshot["statements"],
            snapshot["dateline"],
        ),
        edition,
    )
    return {
        "title": edition.headline,
        "description": edition.standfirst,
        "proof": settings.LOG_KEYS and not preview and reverse("log-proof", args=[edition.pk]),
        "og_type": "article",
        "image": image_of(edition) if "picture" in snapshot else None,
        "preview_link": link,
        "history": history,
        # What stood before a withdrawal was taken back.
        "withdrawn_before": max(
            (row.version for row in history if row.status == Edition.Status.CANCELED), default=0
        ),
        "others": others,
        "alternates": _alternates(edition, others),
        "languages": _languages(edition, others),
        "body": body,
        #: What else the page depends on.
        "embedded": embedded,
        "said_by": _said_by(edition),
        "edition": edition,
        "preview": preview,
        "oembed": embeds.oembed_address(edition),
        "noindex": preview,
        "jsonld": script(news_article(edition, others), breadcrumbs(*trail)),
        # Newest first: what is wrong now matters before what was wrong once.
        "corrections": list(reversed(edition.corrections)),
    }


def _translation_group(edition: Edition) -> tuple[list[Edition], dict[str, Edition]]:
    """The public editions of this article, newest first, and its live translations by language."""
    rows = (
        Edition.objects.ever_public()
        .filter(translation_group=edition.translation_group)
        .order_by("-change")
    )
    light = rows.only(
        *("article", "translation_group", "language", "slug"),
        *("version", "status", "note", "published_at", "is_latest"),
    )
    history: list[Edition] = []
    others: dict[str, Edition] = {}
    for row in light:
        if row.article_id == edition.article_id:
            history.append(row)
        elif row.is_latest and row.status == Edition.Status.USABLE:
            others.setdefault(row.language, row)
    others.pop(edition.snapshot["language"], None)
    return history, dict(sorted(others.items()))


def _alternates(edition: Edition, others: dict[str, Edition]) -> list[tuple[str, str]]:
    """Languages and addresses for ``hreflang``; ``x-default`` is the original."""
    if not others:
        return []
    members = {edition.snapshot["language"]: edition, **others}
    pairs = [(language, url("article", row.slug)) for language, row in members.items()]
    original = [row for row in members.values() if row.article_id == row.translation_group]
    return [*pairs, *(("x-default", url("article", row.slug)) for row in original)]


def _languages(edition: Edition, others: dict[str, Edition]) -> list[tuple[str, str]]:
    """Languages and paths for the foot of the page: the article in each, or the front page."""
    members = {edition.snapshot["language"]: edition, **others}
    return [
        (code, members[code].get_absolute_url() if code in members else home)
        for code, home in in_each_language("home").items()
    ]


@page_view("sitepage")
def site_page(request: HttpRequest, public: PublicPage) -> HttpResponse:
    """A page of the site: About, Contact, Imprint."""
    card = public.card
    context = {
        "title": card["name"],
        "description": plain_text(card["body"])[:160],
        "page": card,
        "body": with_directions(card["body"], card["language"]),
    }
    return depends_on(render(request, "sitepage.html", context), public.pk)


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """The front page as an editor made it and published it; further back, a list."""
    front = PublicPage.objects.live().filter(kind="frontpage").first()
    response = render_home(request, front.card["picks"] if front else [])
    return depends_on(response, "article", "event", "frontpage", DAY)


def render_home(request: HttpRequest, picks: list[str]) -> HttpResponse:
    """The front page with these ``picks``, identifiers of translation groups, in this order.

    The first leads. A pick that readers do not see falls out; the newest take what is free.
    """
    before, language = request.GET.get("before"), language_of_page()
    page = Edition.objects.all().page(before, language=language)
    ahead = list(
        each(to_come(timezone.localdate())[:5], lambda row: row.read_card() | {"id": str(row.pk)})
    )
    announced = {event["id"] for event in ahead}
    context: dict[str, Any] = {
        "title": _("Latest"),
        "description": _("The latest from {site}.").format(site=settings.SITE_NAME),
        "page": page,
        "upcoming": ahead,
        "events": [event for event in page.events() if event["id"] not in announced][:5],
        "jsonld": script(_website()),
    }
    if not is_sequence(before or ""):
        context |= front_page(page, picks, language)
    return render(request, "home.html", context)


@require_safe
def corrections(request: HttpRequest) -> HttpResponse:
    """How errors are corrected, and what was corrected and withdrawn, the newest first."""
    description = _("What {site} does when something was wrong.").format(site=settings.SITE_NAME)
    rows = Edition.objects.corrections().defer("body", "ninjs")
    before = request.GET.get("before", "")
    if is_sequence(before):
        rows = rows.filter(change__lt=int(before))
    found = list(rows[: CORRECTIONS + 1])
    context = {
        "title": _("How we correct"),
        "description": description,
        "corrections": found[:CORRECTIONS],
        "before": found[CORRECTIONS - 1].pk if found[CORRECTIONS:] else None,
    }
    return depends_on(render(request, "corrections.html", context), "article")


def _website() -> Node:
    home = settings.SITE_URL + "/"
    return {"@type": "WebSite", "@id": home, "url": home, "name": settings.SITE_NAME}
