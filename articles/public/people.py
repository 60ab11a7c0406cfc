"""Public pages of speakers and organizations: a record of who said what, when and where."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from articles.formats import schema_org
from articles.frozen import CapacityCard, EventCard, SpeakerCapacityCard
from articles.models import Edition, PublicPage
from articles.public.languages import language_of_page
from articles.public.page_store import depends_on
from articles.public.record import Record, by_event, records
from articles.public.withdrawn import page_view
from articles.search.statements import Wanted
from articles.unreadable import each
from people.models import Organization, Speaker
from people.names import full_name

#: So many articles tell what others of the same organization said.
OF_OTHERS = 3


@page_view("speaker")
def speaker(request: HttpRequest, public: PublicPage) -> HttpResponse:
    """A speaker: the capacities that are public in time, and every statement with its article."""
    language = language_of_page()
    names = {public.card["id"], *public.card["replaces"]}
    page = Wanted(speaker=public.pk, speakers=names).kept_page(
        request.GET.get("before"), language=language
    )
    written = (
        Speaker(pk=public.pk)
        .bylined.all()
        .page(request.GET.get("written"), language=language, size=10)
    )
    name = full_name(public.card)
    # Of whom articles are, and whom none names otherwise, is no speaker.
    only_writes = bool(written.editions) and not Speaker(pk=public.pk).editions.live().exists()
    if only_writes:
        description = _("Everything about {name} at {site}.")
    else:
        description = _("What {name} said, where, and in which capacity.")
    capacities = in_time(public.card["capacities"])
    body = next((one["organization"] for one in capacities if one["organization"]), None)
    others: list[Record] = []
    if body:
        colleagues = Wanted(organization=UUID(body["id"]), but_not=names)
        others = records(colleagues.kept_page(language=language, size=OF_OTHERS))
    response = render(
        request,
        "people/speaker.html",
        {
            "title": public.card["name"],
            "description": description.format(name=name, site=settings.SITE_NAME),
            "og_type": "profile",
            "jsonld": schema_org.script(
                schema_org.person(public.card),
                schema_org.breadcrumbs((name, schema_org.url("speaker", public.slug))),
            ),
            "speaker": public.card,
            "only_writes": only_writes,
            "capacities": capacities,
            "groups": list(by_event(records(page))),
            "body": body,
            "others": others,
            "page": page,
            "written": written,
        },
    )
    return depends_on(response, public.pk, *([body["id"]] if body else ()))


@page_view("organization")
def organization(request: HttpRequest, public: PublicPage) -> HttpResponse:
    """An organization: who speaks for it, what was said in its name, and what it organizes."""
    language, before = language_of_page(), request.GET.get("before")
    page = Organization(pk=public.pk).editions.all().page(before, language=language)
    said = Wanted(organization=public.pk).kept_page(language=language, size=OF_OTHERS)
    own, name = public.card["id"], public.card["name"]
    children = list(PublicPage.objects.live().filter(kind="organization", card__parent__id=own))
    named = each(page.editions, lambda edition: _speaking_for(own, edition))
    capacities = {one["id"]: one for speaking in named for one in speaking}
    response = render(
        request,
        "people/organization.html",
        {
            "title": name,
            "description": _("{name} in the news: its people, its events.").format(name=name),
            "jsonld": schema_org.script(
                schema_org.organization(public.card, list(each(children, PublicPage.read_card))),
                schema_org.breadcrumbs((name, schema_org.url("organization", public.slug))),
            ),
            "organization": public.card,
            "children": children,
            "capacities": list(capacities.values()),
            "events": organized_by(own, page.events()),
            "groups": list(by_event(records(said))) if not before else [],
            "more_said": said.before,
            "page": page,
        },
    )
    return depends_on(response, public.pk)


def _speaking_for(organization: str, edition: Edition) -> list[CapacityCard]:
    """The capacities in ``edition`` in the organization with this identifier."""
    return [
        capacity
        for capacity in edition.capacities().values()
        if capacity["organization"] and capacity["organization"]["id"] == organization
    ]


def in_time(capacities: Iterable[SpeakerCapacityCard]) -> list[SpeakerCapacityCard]:
    """``capacities`` as a time line, the newest first; those of which no time is known lead.

    What has not ended as far as the source says stands before what has.
    """
    return sorted(
        capacities, key=lambda one: (not one["until"], one["until"], one["since"]), reverse=True
    )


def organized_by(organization: str, events: list[EventCard]) -> list[Any]:
    """Those of ``events`` that the organization with this identifier organizes."""
    return [
        event
        for event in events
        if any(body.get("id") == organization for body in event.get("organizers", ()))
    ]
