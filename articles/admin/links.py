"""What of ours a body can link to or show, found by typing."""

from __future__ import annotations

from collections import defaultdict
from typing import Any, cast

from django.contrib.admin import AdminSite
from django.db.models import Model
from django.http import HttpRequest, JsonResponse
from django.urls import reverse
from django.utils.text import Truncator

from articles.admin.pickers import MOST_LETTERS, PICTURE_WIDTH, find
from articles.admin.pictures import image_address
from articles.frozen import StatementCard
from articles.models import Article, Edition, Event, Picture, PublicPage, Topic
from articles.publishing.snapshot import is_readable, public_records
from articles.richtext import is_record
from people.folding import fold
from people.models import Organization, Speaker
from people.names import capacity_line, full_name

#: What has pages, in the order in which they are listed.
LINKED: list[type[Model]] = [Article, Speaker, Organization, Event, Topic]
#: So many records of each are listed.
MOST_OF_EACH = 4
#: What a body shows as a card.
_SHOWN: list[type[Model]] = [Article, Event]
#: So many letters of a statement are listed.
_EXCERPT = 120


def find_pages(site: AdminSite, request: HttpRequest) -> JsonResponse:
    """GET ``?q=``: pages with their path, as {"results": [{label, detail, href}], "new": []}.

    The path is the public one: it redirects when the page's slug changes. What is not public yet
    has the path that it will have.
    """
    words = request.GET.get("q", "").replace("\x00", "").strip()[:MOST_LETTERS]
    found: list[Any] = []
    for model in LINKED:
        if words and cast(Any, site.get_model_admin(model)).has_view_permission(request):
            found += find(site, request, model, words)[:MOST_OF_EACH]
    ids = [row.pk for row in found]
    slugs = dict(PublicPage.objects.live().filter(pk__in=ids).values_list("pk", "slug"))
    slugs |= dict(Edition.objects.live().filter(article__in=ids).values_list("article_id", "slug"))
    results = []
    for row in found:
        kind = row._meta.model_name
        results.append(
            {
                "label": str(row),
                "detail": kind if row.pk in slugs else f"{kind}, not public yet",
                "href": reverse(kind, args=[slugs.get(row.pk, row.slug)]),
            }
        )
    return JsonResponse({"results": results, "new": []})


def find_records(site: AdminSite, request: HttpRequest) -> JsonResponse:
    """GET ``?q=``: statements of published articles, articles and events that a body can show.

    GET ``?record=…``, several times: what these references (``richtext.records_in``) stand for, as
    {"records": {reference: {kind, label, detail, image, address}}}; what is gone is left out.
    """
    if records := request.GET.getlist("record"):
        allowed = [one for one in dict.fromkeys(records) if is_record(one)]
        return JsonResponse({"records": _described(site, request, allowed)})
    words = request.GET.get("q", "").replace("\x00", "").strip()[:MOST_LETTERS]
    results = []
    for model in _SHOWN:
        if not words or not _may_view(site, request, model):
            continue
        rows = list(find(site, request, model, words)[:MOST_OF_EACH])
        if model is Article:
            results += _statements(rows, words)
        named = [f"{model._meta.model_name}/{row.pk}" for row in rows]
        described = _described(site, request, named)
        results += [{**described[one], "record": one} for one in named if one in described]
    return JsonResponse({"results": results, "new": []})


def _may_view(site: AdminSite, request: HttpRequest, model: type[Model]) -> bool:
    return bool(cast(Any, site.get_model_admin(model)).has_view_permission(request))


def _statements(articles: list[Any], words: str) -> list[dict[str, Any]]:
    """The public statements of the found ``articles``, those with the ``words`` first."""
    editions = Edition.objects.live().filter(article__in=[row.pk for row in articles])
    found = []
    for edition in filter(is_readable, editions.defer("ninjs", "body")):
        for card in edition.snapshot["statements"]:
            about = _statement(card, edition.headline)
            text = fold(f"{card['text']} {about['detail']}")
            record = f"statement/{edition.article_id}/{card['number']}"
            rank = sum(fold(word) not in text for word in words.split())
            found.append((rank, {**about, "record": record}))
    return [about for _, about in sorted(found, key=lambda one: one[0])[: 2 * MOST_OF_EACH]]


def _statement(card: StatementCard, headline: str) -> dict[str, Any]:
    label = Truncator(card["text"]).chars(_EXCERPT)
    who = f"{full_name(card['capacity']['speaker'])}, {capacity_line(card['capacity'])}"
    return {
        "kind": "statement",
        "label": f"“{label}”" if card["kind"] == "direct" else label,
        "detail": f"{who} · {headline}",
    }


def _described(site: AdminSite, request: HttpRequest, records: list[str]) -> dict[str, Any]:
    """What each of ``records`` stands for, as far as it is there and may be seen."""
    models: dict[str, type[Model]] = {"event": Event, "picture": Picture}
    ids: dict[type[Model], list[str]] = defaultdict(list)
    for record in records:
        kind, identifier, *_ = record.split("/")
        ids[models.get(kind, Article)].append(identifier)
    rows: dict[str, Any] = {}
    for model, wanted in ids.items():
        if _may_view(site, request, model):
            rows |= {str(row.pk): row for row in model._default_manager.filter(pk__in=wanted)}
    editions, events = public_records(records)
    found: dict[str, Any] = {}
    for record in records:
        kind, identifier, *number = record.split("/")
        if (row := rows.get(identifier)) is None:
            continue
        about = {
            "kind": kind,
            "label": str(row),
            "address": reverse(f"admin:articles_{row._meta.model_name}_change", args=[row.pk]),
        }
        if isinstance(row, Picture):
            image = image_address(row, PICTURE_WIDTH)
            about |= {"caption": row.caption, "detail": row.credit, "image": image}
        elif kind == "statement":
            edition = editions.get(identifier)
            if edition is None or not is_readable(edition):
                continue
            card = edition.statement(int(number[0]))
            if card is None:
                continue
            about |= _statement(card, edition.headline)
        else:
            is_public = identifier in editions or identifier in events
            about["detail"] = kind if is_public else f"{kind}, not public yet"
        found[record] = about
    return found
