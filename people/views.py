"""Public pages of speakers and organizations, drawn from the editions that name them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from people.models import Organization, Speaker

if TYPE_CHECKING:
    from articles.models import Event, Page, Topic


def latest_page(request: HttpRequest, row: Speaker | Organization | Event | Topic) -> Page:
    """The page of ``row``'s editions that ``?before=`` asks for; Http404 while there is none."""
    page = row.editions.all().page(request.GET.get("before"))
    if not page.editions:
        raise Http404
    return page


@require_safe
def speaker(request: HttpRequest, slug: str) -> HttpResponse:
    """A speaker: the capacities editions show them in, and every statement with its article."""
    row = get_object_or_404(Speaker, slug=slug)
    page = latest_page(request, row)
    capacities = {
        card["id"]: card
        for edition in reversed(page.editions)
        for card in edition.capacities().values()
        if card["speaker"]["id"] == str(row.pk)
    }
    named = page.newest.capacities().values()
    return render(
        request,
        "people/speaker.html",
        {
            "speaker": next(c["speaker"] for c in named if c["speaker"]["id"] == str(row.pk)),
            "capacities": list(capacities.values()),
            "statements": [(edition, edition.statements_by(row.pk)) for edition in page.editions],
            "events": page.events(),
            "page": page,
        },
    )


@require_safe
def organization(request: HttpRequest, slug: str) -> HttpResponse:
    """An organization: who speaks for it, what it organizes, and where it is in the news."""
    row = get_object_or_404(Organization, slug=slug)
    page = latest_page(request, row)
    cards = [card for edition in page.editions for card in edition.organization_cards()]
    named = page.newest.organization_cards()
    capacities = {
        capacity["id"]: capacity
        for edition in page.editions
        for capacity in edition.capacities().values()
        if capacity["organization"] and capacity["organization"]["id"] == str(row.pk)
    }
    return render(
        request,
        "people/organization.html",
        {
            "organization": next(card for card in named if card["id"] == str(row.pk)),
            "children": {
                c["id"]: c for c in cards if c.get("parent") and c["parent"]["id"] == str(row.pk)
            }.values(),
            "capacities": list(capacities.values()),
            "events": [
                event
                for event in page.events()
                if any(body["id"] == str(row.pk) for body in event["organizers"])
            ],
            "page": page,
        },
    )
