"""Public pages of articles, events and topics: drawn from editions, never working copies."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from articles.models import Edition, Event, Topic
from people.views import latest_page


@require_safe
def article(request: HttpRequest, slug: str) -> HttpResponse:
    """One published article, as its current edition froze it."""
    edition = get_object_or_404(Edition.objects.current(), slug=slug)
    return render(request, "articles/article.html", {"edition": edition})


@require_safe
def event(request: HttpRequest, slug: str) -> HttpResponse:
    """An event as the newest edition about it describes it, and everything published about it."""
    page = latest_page(request, get_object_or_404(Event, slug=slug))
    card = page.newest.snapshot["event"]
    return render(request, "articles/event.html", {"event": card, "page": page})


@require_safe
def topic(request: HttpRequest, slug: str) -> HttpResponse:
    """Everything published under a topic."""
    row = get_object_or_404(Topic, slug=slug)
    page = latest_page(request, row)
    cards = page.newest.snapshot["topics"]
    card = next(card for card in cards if card["id"] == str(row.pk))
    return render(request, "articles/topic.html", {"topic": card, "page": page})
