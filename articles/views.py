"""Public pages of articles, events and topics: drawn from what is public, never working copies."""

from __future__ import annotations

from typing import cast

from django.conf import settings
from django.core.signing import BadSignature, SignatureExpired
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from articles import previewing
from articles.calendars import has_day
from articles.jsonld import event_node, news_article
from articles.models import Edition, Event, Topic
from articles.snapshot import EventCard
from people.jsonld import breadcrumbs, script, url
from people.models import PublicPage


@require_safe
def article(request: HttpRequest, slug: str) -> HttpResponse:
    """One article as its last public edition froze it; 410 with the notice once withdrawn."""
    edition = get_object_or_404(Edition.objects.standing().public(), slug=slug)
    if edition.status == Edition.Status.CANCELED:
        context = {"edition": edition, "title": "Withdrawn", "noindex": True}
        return render(request, "articles/withdrawn.html", context, status=410)
    return _article(request, edition)


@require_safe
@never_cache
def preview(request: HttpRequest, token: str) -> HttpResponse:
    """The working copy as readers would see it, for whoever was sent the signed link."""
    try:
        edition = previewing.open_link(token)
    except SignatureExpired:
        context = {
            "title": "This preview has expired",
            "text": f"Preview links open for {settings.PREVIEW_DAYS} days. Ask for a new one.",
            "noindex": True,
        }
        return render(request, "error.html", context, status=410)
    except BadSignature as error:
        raise Http404 from error
    response = _article(request, edition, preview=True)
    response["X-Robots-Tag"] = "noindex, nofollow, noarchive"
    return response


@require_safe
def event(request: HttpRequest, slug: str) -> HttpResponse:
    """An event as it is known today, and everything published about it."""
    public = get_object_or_404(PublicPage, kind="event", slug=slug)
    page = Event(pk=public.pk).editions.all().page(request.GET.get("before"))
    card = cast(EventCard, public.card)
    context = {
        "title": card["name"],
        "event": card,
        "page": page,
        "has_day": has_day(card),
        "jsonld": script(event_node(card), breadcrumbs((card["name"], url("event", slug)))),
    }
    return render(request, "articles/event.html", context)


@require_safe
def topic(request: HttpRequest, slug: str) -> HttpResponse:
    """Everything published under a topic."""
    public = get_object_or_404(PublicPage, kind="topic", slug=slug)
    page = Topic(pk=public.pk).editions.all().page(request.GET.get("before"))
    name = public.card["name"]
    context = {
        "title": name,
        "description": f"Everything about {name} at {settings.SITE_NAME}.",
        "topic": public.card,
        "page": page,
        "jsonld": script(breadcrumbs((name, url("topic", slug)))),
    }
    return render(request, "articles/topic.html", context)


def _article(request: HttpRequest, edition: Edition, *, preview: bool = False) -> HttpResponse:
    topics = [(topic["name"], url("topic", topic["slug"])) for topic in edition.snapshot["topics"]]
    trail = [*topics[:1], (edition.headline, url("article", edition.slug))]
    context = {
        "title": edition.headline,
        "description": edition.standfirst,
        "og_type": "article",
        "edition": edition,
        "preview": preview,
        "noindex": preview,
        "jsonld": script(news_article(edition), breadcrumbs(*trail)),
        # Newest first: what is wrong now matters before what was wrong once.
        "corrections": list(reversed(edition.corrections)),
    }
    return render(request, "articles/article.html", context)
