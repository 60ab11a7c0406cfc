"""Public pages of speakers and organizations: their cards, and the editions that name them."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from people.models import Organization, PublicPage, Speaker


@require_safe
def speaker(request: HttpRequest, slug: str) -> HttpResponse:
    """A speaker: the capacities that are public, and every statement with its article."""
    public = get_object_or_404(PublicPage, kind="speaker", slug=slug)
    page = Speaker(pk=public.pk).editions.all().page(request.GET.get("before"))
    names = {public.card["id"], *public.card["replaces"]}
    return render(
        request,
        "people/speaker.html",
        {
            "speaker": public.card,
            "statements": [(edition, edition.statements_by(names)) for edition in page.editions],
            "events": page.events(),
            "page": page,
        },
    )


@require_safe
def organization(request: HttpRequest, slug: str) -> HttpResponse:
    """An organization: who speaks for it, what it organizes, and where it is in the news."""
    public = get_object_or_404(PublicPage, kind="organization", slug=slug)
    page = Organization(pk=public.pk).editions.all().page(request.GET.get("before"))
    own = public.card["id"]
    capacities = {
        capacity["id"]: capacity
        for edition in page.editions
        for capacity in edition.capacities().values()
        if capacity["organization"] and capacity["organization"]["id"] == own
    }
    return render(
        request,
        "people/organization.html",
        {
            "organization": public.card,
            "children": PublicPage.objects.filter(kind="organization", card__parent__id=own),
            "capacities": list(capacities.values()),
            "events": [
                event
                for event in page.events()
                if any(body["id"] == own for body in event["organizers"])
            ],
            "page": page,
        },
    )
