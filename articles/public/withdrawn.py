"""What the address of something withdrawn answers: 410 with the public notice."""

from __future__ import annotations

import functools
from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from articles.models import Change, PublicPage
from articles.public.languages import language_of_event, speaking


def page_view(kind: str) -> Callable[..., Callable[..., HttpResponse]]:
    """Make a view of a public page out of one that takes the request and the ``PublicPage``.

    The view returned takes the slug. 404 when nothing of this ``kind`` was ever public there;
    410 with the notice once the page is withdrawn.
    """

    def decorate(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
        @require_safe
        @functools.wraps(view)
        def by_slug(request: HttpRequest, slug: str) -> HttpResponse:
            page = get_object_or_404(PublicPage, kind=kind, slug=slug)
            answer = _withdrawn if page.notice else view
            if kind not in ("event", "sitepage"):  # the address says the language
                return answer(request, page)
            language = page.card.get("language") or language_of_event(page.pk)
            with speaking(request, language):
                return answer(request, page)

        return by_slug

    return decorate


def _withdrawn(request: HttpRequest, page: PublicPage) -> HttpResponse:
    context = {
        "title": _("Withdrawn"),
        "heading": _("This page was withdrawn"),
        "notice": page.notice,
        "withdrawn_at": Change.objects.get(sequence=page.sequence).at,
        "noindex": True,
    }
    return render(request, "withdrawn.html", context, status=410)
