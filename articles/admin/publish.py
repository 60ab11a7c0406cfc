"""The checks of an article as JSON, and the page that asks before it is published."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from typing import Any, cast

from django.contrib import messages
from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.urls import URLPattern, reverse
from django.utils.html import format_html
from django.views.decorators.http import require_http_methods

from articles.admin.article_page import ArticlePage
from articles.editing import checks
from articles.editing.checks import Severity
from articles.editing.diff import diff_snapshots, paragraphs
from articles.frozen import Snapshot
from articles.models import Article, Edition, PublicPage
from articles.publishing import pages
from articles.publishing import publish as publishing
from articles.publishing.snapshot import is_readable, take_snapshot
from articles.publishing.workflow import PERMISSIONS, Action

#: The kinds of public pages as the publish page groups them.
_GROUPS = {"speaker": "People", "organization": "Organizations", "event": "Events"}
_GROUPS |= {"topic": "Topics"}


@dataclass(frozen=True)
class PageChange:
    """A page of somebody or something that publishing an article makes public or changes."""

    group: str
    name: str
    is_new: bool


def page_changes(snapshot: Snapshot) -> list[PageChange]:
    """What else readers will see when ``snapshot`` is published, and do not see so now."""
    updates = pages.plan_all(pages.named_by_snapshot(snapshot))
    before = PublicPage.objects.in_bulk([update.id for update in updates])
    changes = [
        PageChange(_GROUPS[update.kind], str(update.row), update.id not in before)
        for update in updates
        if update.id not in before or before[update.id].card != update.card
    ]
    order = list(_GROUPS.values())
    return sorted(changes, key=lambda change: (order.index(change.group), not change.is_new))


class PublishPages(ArticlePage):
    """The article's admin class: its checks and its publication."""

    def get_urls(self) -> list[URLPattern]:
        checked = require_http_methods(["GET", "HEAD", "POST"])(self.checks_view)
        return [
            self.page_url("add/checks/", checked, "add_checks"),
            self.page_url("<path:object_id>/checks/", checked, "checks"),
            self.page_url("<path:object_id>/publish/", self.publish_view, "publish"),
            *super().get_urls(),
        ]

    def checks_view(self, request: HttpRequest, object_id: str | None = None) -> HttpResponse:
        """The findings as JSON: of the saved text, or of the form that is posted. Saves nothing."""
        article = self.article_or_new(request, object_id)
        if request.method == "POST" or article is None:
            dismissed = request.POST.get("dismissed_passages", "").splitlines()
            findings = checks.check_snapshot(
                checks.typed_snapshot(article, request.POST), dismissed
            )
        else:
            findings = checks.check(article)
        return JsonResponse({"findings": [asdict(finding) for finding in findings]})

    def publish_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """What publishing would do, with what to look at first; POST does it.

        With ``?fragment=1`` it answers with the part for a dialog, and 422 when it was refused.
        """
        article, user = self.article_of(request, object_id), cast(User, request.user)
        if not user.has_perm(PERMISSIONS[Action.PUBLISH]):
            raise PermissionDenied
        # The box counts for the warnings that the page showed, and for no others.
        accepted = request.POST.getlist("seen") if "despite" in request.POST else []
        note = request.POST.get("note", "")
        refused: ValidationError | PermissionDenied | None = None
        if request.method == "POST":
            try:
                message = self._release(article, user, accepted, note)
            except (PermissionDenied, ValidationError) as error:
                refused = error
            else:
                self.message_user(request, message, messages.SUCCESS)
                back = reverse("admin:articles_article_change", args=[article.pk])
                return HttpResponseRedirect(back)
        context = self._publish_context(article) | {
            "accepted": accepted,
            "note": note,
            "refused": _sentences(refused),
            "missed": isinstance(refused, checks.WarningsStand),
        }
        fragment = "fragment" in request.GET
        return self.article_page(
            request,
            article,
            "Publish",
            "publish#part" if fragment else "publish",
            context,
            status=422 if refused and fragment else 200,
        )

    def _release(self, article: Article, user: User, accepted: list[str], note: str) -> str:
        before = article.editions.live().first()

        def act() -> Edition:
            if note.strip():
                return publishing.correct(article, by=user, note=note)
            return publishing.publish(article, by=user)

        edition = checks.despite_warnings(act, article, by=user, accepted=accepted)
        if edition == before:
            text = "Nothing has changed since edition {}; it stays as it is. {}"
        elif note.strip():
            text = "Corrected: readers see edition {} and the note. {}"
        else:
            text = "Published as edition {}. {}"
        link = format_html('<a href="{}">See it on the site</a>', edition.get_absolute_url())
        return format_html(text, edition.version, link)

    def _publish_context(self, article: Article) -> dict[str, Any]:
        snapshot = take_snapshot(article)
        live = article.editions.live().first()
        differs = live is not None and (not is_readable(live) or live.snapshot != snapshot)
        findings = checks.check_snapshot(snapshot, article.dismissed_passages)
        warnings = [row for row in findings if row.severity is Severity.WARNING]
        asked = checks.questions(article, warnings)
        changes, scheduled = page_changes(snapshot), list(article.scheduled_actions.all())
        errors = [row for row in findings if row.severity is Severity.ERROR]
        return {
            "live": live,
            "found": [
                {
                    "label": difference.label,
                    "paragraphs": paragraphs(difference.pieces, only_changed=True),
                }
                for difference in (
                    diff_snapshots(live.snapshot, snapshot) if live and is_readable(live) else []
                )
            ],
            "differs": differs,
            "new_pages": _grouped(row for row in changes if row.is_new),
            "changed_pages": _grouped(row for row in changes if not row.is_new),
            "errors": errors,
            "asked": asked,
            "asked_checks": list(dict.fromkeys(row.check for row in asked)),
            "accepted_before": [row for row in warnings if row not in asked],
            "scheduled_actions": scheduled,
            "would_change": not errors
            and bool(live is None or differs or changes or asked or scheduled),
        }


def _grouped(changes: Iterator[PageChange]) -> dict[str, list[str]]:
    groups: dict[str, list[str]] = {}
    for change in changes:
        groups.setdefault(change.group, []).append(change.name)
    return groups


def _sentences(refused: ValidationError | PermissionDenied | None) -> list[str]:
    if refused is None or isinstance(refused, checks.WarningsStand):
        return []  # the warnings themselves stand on the page
    return refused.messages if isinstance(refused, ValidationError) else [str(refused)]
