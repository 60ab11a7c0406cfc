"""Public pages of speakers and organizations: their cards, and the editions that name them."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from articles.formats import schema_org
from articles.models import PublicPage
from articles.public.languages import language_of_page
from articles.public.page_store import depends_on
from articles.public.withdrawn import page_view
from people.models import Organization, Speaker
from people.names import full_name


@page_view("speaker")
def speaker(request: HttpRequest, public: PublicPage) -> HttpResponse:
    """A speaker: the capacities that are public, and every statement with its article."""
    page = (
        Speaker(pk=public.pk)
        .editions.all()
        .page(request.GET.get("before"), language=language_of_page())
    )
    written = (
        Speaker(pk=public.pk)
        .bylined.all()
        .page(request.GET.get("written"), language=language_of_page(), size=10)
    )
    name = full_name(public.card)
    names = {public.card["id"], *public.card["replaces"]}
    response = render(
        request,
        "people/speaker.html",
        {
            "title": public.card["name"],
            "description": _("What {name} said, where, and in which capacity.").format(name=name),
            "og_type": "profile",
            "jsonld": schema_org.script(
                schema_org.person(public.card),
                schema_org.breadcrumbs((name, schema_org.url("speaker", public.slug))),
            ),
            "speaker": public.card,
            "statements": [(edition, edition.statements_by(names)) for edition in page.editions],
            "events": page.events(),
            "page": page,
            "written": written,
        },
    )
    return depends_on(response, public.pk)


@page_view("organization")
def organization(request: HttpRequest, public: PublicPage) -> HttpResponse:
    """An organization: who speaks for it, what it organizes, and where it is in the news."""
    page = (
        Organization(pk=public.pk)
        .editions.all()
        .page(request.GET.get("before"), language=language_of_page())
    )
    own, name = public.card["id"], public.card["name"]
    children = list(PublicPage.objects.live().filter(kind="organization", card__parent__id=own))
    capacities = {
        capacity["id"]: capacity
        for edition in page.editions
        for capacity in edition.capacities().values()
        if capacity["organization"] and capacity["organization"]["id"] == own
    }
    response = render(
        request,
        "people/organization.html",
        {
            "title": name,
            "description": _("{name} in the news: its people, its events.").format(name=name),
            "jsonld": schema_org.script(
                schema_org.organization(public.card, [child.card for child in children]),
                schema_org.breadcrumbs((name, schema_org.url("organization", public.slug))),
            ),
            "organization": public.card,
            "children": children,
            "capacities": list(capacities.values()),
            "events": [
                event
                for event in page.events()
                if any(body["id"] == own for body in event["organizers"])
            ],
            "page": page,
        },
    )
    return depends_on(response, public.pk)
