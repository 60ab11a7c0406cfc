"""The tray: releases that came by mail, until somebody took, finished or dropped them."""

from __future__ import annotations

from typing import Any, cast
from urllib.parse import urlencode
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied
from django.db.models import F, Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, reverse
from django.utils.dateparse import parse_datetime

from articles.admin.article_page import ArticlePage
from articles.models import ReceivedRelease

#: So many mails are on a page of the tray.
ROWS = 50
_State = ReceivedRelease.State
#: What can be done with a mail: from which states it leads to which.
STEPS = {
    "take": ((_State.NEW,), _State.TAKEN),
    "return": ((_State.TAKEN, _State.DROPPED), _State.NEW),
    "drop": ((_State.NEW, _State.TAKEN), _State.DROPPED),
}


class TrayPages(ArticlePage):
    """The article's admin class: the tray of releases."""

    def get_urls(self) -> list[URLPattern]:
        address = self.page_url("import/received/", self.tray_view, "received")
        return [address, *super().get_urls()]

    def tray_view(self, request: HttpRequest) -> HttpResponse:
        """The mails of one state, the newest first; POST takes, drops or returns one of them."""
        if not self.has_add_permission(request):
            raise PermissionDenied
        if request.method == "POST":
            return self._step(request)
        state = request.GET.get("state", "")
        states = [_State.NEW, _State.TAKEN] if state not in _State.values else [_State(state)]
        rows = ReceivedRelease.objects.filter(state__in=states)
        rows = rows.select_related("taken_by", "document__article").defer(
            "document__content", "document__text", "document__article__body"
        )
        found = list(_before(rows, request.GET.get("before", ""))[: ROWS + 1])
        more = ""
        if len(found) > ROWS:
            last = found[ROWS - 1]
            query = {"state": state, "before": f"{last.received_at.isoformat()} {last.pk}"}
            more = urlencode(query)
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": "Releases by mail",
            "is_nav_sidebar_enabled": False,
            "rows": found[:ROWS],
            "more": more,
            "state": state if state in _State.values else "",
            "states": [("", "New and taken"), ("done", "Done"), ("dropped", "Dropped")],
        }
        return TemplateResponse(request, "admin/articles/article/received.html", context)

    def _step(self, request: HttpRequest) -> HttpResponse:
        name = next((name for name in STEPS if name in request.POST), None)
        if name is None:
            raise Http404
        try:
            key = UUID(request.POST[name])
        except ValueError as error:
            raise Http404 from error
        before, after = STEPS[name]
        user = cast(User, request.user)
        rows = ReceivedRelease.objects.filter(pk=key)
        # One statement, so that of two who take the same mail one does.
        free = Q(state__in=before)
        if name == "drop":  # not what somebody else has taken, perhaps a moment ago
            free &= ~Q(state=_State.TAKEN) | Q(taken_by=user)
        done = rows.filter(free).update(
            state=after, taken_by=user if after == _State.TAKEN else None
        )
        row = rows.select_related("taken_by").first()
        if row is None:
            raise Http404
        if not done and not (name == "take" and row.taken_by_id == user.pk):
            by = f" by {row.taken_by}" if row.taken_by else ""
            self.message_user(
                request, f"“{row}” is {row.get_state_display().lower()}{by}.", messages.WARNING
            )
        elif name == "take" and row.document_id and not row.problem:
            path = reverse("admin:articles_article_review", args=[row.document_id])
            return HttpResponseRedirect(path)
        else:
            said = {"take": "yours", "return": "back in the tray", "drop": "dropped"}[name]
            self.message_user(request, f"“{row}” is {said}.")
        return HttpResponseRedirect(reverse("admin:articles_article_received"))


def _before(rows: QuerySet[ReceivedRelease], cursor: str) -> QuerySet[Any]:
    """The rows after the one that ``cursor`` names by its time and key."""
    rows = rows.order_by(F("received_at").desc(), "pk")
    time, _, key = cursor.partition(" ")
    try:
        at, last = parse_datetime(time), UUID(key)
    except ValueError:
        return rows
    if at is None or at.tzinfo is None:
        return rows
    return rows.filter(Q(received_at__lt=at) | Q(received_at=at, pk__gt=last))
