"""The history of an article: versions, editions and the audit log as one list, and their texts."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast

from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import QuerySet
from django.http import (
    Http404,
    HttpRequest,
    HttpResponse,
    HttpResponsePermanentRedirect,
    HttpResponseRedirect,
)
from django.urls import URLPattern, reverse
from django.utils import timezone
from django.utils.dateparse import parse_datetime

from articles.admin.article_page import ArticlePage
from articles.editing import autosave, versions
from articles.editing.approval import approved_text
from articles.editing.diff import diff_snapshots, paragraphs
from articles.frozen import Snapshot
from articles.models import Article, AuditEntry, Edition, Version, is_sequence
from articles.publishing import workflow
from articles.publishing.snapshot import take_snapshot
from articles.publishing.workflow import Action

type Pieces = list[tuple[str, str]]

#: So many rows stand on a page of the history.
PAGE = 100
#: What the audit log says of these stands in the list as an edition.
_AS_EDITIONS = [Action.PUBLISH, Action.CORRECT, Action.WITHDRAW]
_WORDS = {
    "submit": "Sent to review",
    "send back": "Sent back to its writer",
    "schedule": "Scheduled",
    "schedule withdrawal": "Scheduled for withdrawal",
    "unschedule": "Taken off the schedule",
    "restore": "Brought an earlier text back",
    "override warnings": "Published although warnings stood",
}
_EDITIONS = {
    Edition.Status.USABLE: "Published",
    Edition.Status.WITHHELD: "Given to partners under embargo",
    Edition.Status.CANCELED: "Withdrawn",
}


#: The differences that are in the article's own language, by their labels.
_WRITTEN = ("Headline", "Standfirst", "Dateline", "Byline", "Source", "Body", "Statement")


@dataclass(frozen=True)
class HistoryRow:
    """One thing that happened to an article.

    ``name`` is the text that it left, as addresses name it (version-3, edition-2); "" for none.
    """

    at: datetime
    by: str
    what: str
    note: str
    name: str
    kind: str


def history_of(article: Article, *, before: datetime | None = None) -> list[HistoryRow]:
    """What happened to ``article``, the newest first: up to PAGE rows and one more.

    ``before`` leaves out what is as new or newer. Three queries.
    """

    def newest(found: QuerySet[Any], moment: str) -> QuerySet[Any]:
        found = found.filter(**{f"{moment}__lt": before}) if before else found
        return found.order_by(f"-{moment}", "-pk")[: PAGE + 1]

    saved = article.versions.select_related("saved_by").defer("snapshot")
    published = article.editions.select_related("published_by").defer("snapshot", "body", "ninjs")
    noted = AuditEntry.objects.filter(object_id=article.pk, kind="article")
    noted = noted.exclude(action__in=_AS_EDITIONS).select_related("by")
    found = [_saved(row) for row in newest(saved, "saved_at")]
    found += [_published(row) for row in newest(published, "published_at")]
    found += [_noted(row) for row in newest(noted, "at")]
    return sorted(found, key=lambda row: row.at, reverse=True)[: PAGE + 1]


def _saved(version: Version) -> HistoryRow:
    what = f"Saved version {version.number}" if version.saved_by else "Found as it was"
    by = str(version.saved_by or "")
    return HistoryRow(version.saved_at, by, what, "", f"version-{version.number}", "version")


def _published(edition: Edition) -> HistoryRow:
    word = _EDITIONS[Edition.Status(edition.status)]
    if edition.status == Edition.Status.USABLE and edition.note:
        word = "Corrected"
    return HistoryRow(
        edition.published_at,
        str(edition.published_by),
        f"{word}, edition {edition.version}",
        edition.note,
        "" if edition.status == Edition.Status.CANCELED else f"edition-{edition.version}",
        "edition",
    )


def _noted(entry: AuditEntry) -> HistoryRow:
    what = _WORDS.get(entry.action, entry.action.capitalize())
    return HistoryRow(entry.at, str(entry.by), what, entry.note, "", "audit")


def side_by_side(pieces: Pieces) -> list[tuple[Pieces, Pieces]]:
    """The pieces of a difference as paragraphs of the old text beside those of the new one.

    A paragraph ends where both texts have a line break, or where one has a paragraph of its own.
    """
    rows: list[tuple[Pieces, Pieces]] = [([], [])]
    for kind, text in pieces:
        sides = {"same": (0, 1), "del": (0,), "ins": (1,)}[kind]
        for n, line in enumerate(text.split("\n")):
            alone = len(sides) == 2 or not rows[-1][1 - sides[0]]
            if n and alone:
                rows.append(([], []))
            elif n:
                rows[-1][sides[0]].append((kind, "\n"))
            if line:
                for side in sides:
                    rows[-1][side].append((kind, line))
    return [row for row in rows if any(row)]


class HistoryPages(ArticlePage):
    """The article's admin class: its history."""

    def get_urls(self) -> list[URLPattern]:
        return [
            self.page_url("<path:object_id>/history/<str:name>/", self.text_view, "text"),
            self.page_url("<path:object_id>/versions/", self.versions_view, "versions"),
            self.page_url("<path:object_id>/diff/", self.diff_view, "diff"),
            *super().get_urls(),
        ]

    def versions_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """The address that the history had before."""
        return HttpResponsePermanentRedirect(
            reverse("admin:articles_article_history", args=[object_id])
        )

    def history_view(
        self, request: HttpRequest, object_id: str, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Everything that happened to an article; any text of it can be brought back."""
        article = self.article_of(request, object_id)
        if request.method == "POST":
            return self._bring_back(request, article)
        before = request.GET.get("before", "").replace(" ", "+")  # a plus that was not quoted
        try:
            moment = parse_datetime(before)
        except ValueError:
            moment = None
        if moment and timezone.is_naive(moment):
            moment = timezone.make_aware(moment)
        rows = history_of(article, before=moment)
        texts = [row.name for row in rows[:PAGE] if row.name]
        context = {
            "rows": rows[:PAGE],
            "older": rows[PAGE - 1].at.isoformat() if len(rows) > PAGE else "",
            "from": texts[0] if texts else "",
            "comparable": bool(texts),
        }
        return self.article_page(request, article, "History", "history", context)

    def text_view(self, request: HttpRequest, object_id: str, name: str) -> HttpResponse:
        """One text of an article as a page."""
        article = self.article_of(request, object_id)
        snapshot, words = self._text(article, name)
        context = {"snapshot": snapshot, "name": name, "words": words}
        return self.article_page(request, article, words.capitalize(), "text", context)

    def diff_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Two texts compared: what readers see and the working copy, unless told otherwise."""
        article = self.article_of(request, object_id)
        live = article.editions.live().first()
        default = f"edition-{live.version}" if live else "version-1"
        names = request.GET.get("from") or default, request.GET.get("to") or "working"
        (old, old_name), (new, new_name) = (self._text(article, name) for name in names)
        one_column = request.GET.get("view") == "one"
        found = [
            {
                "label": difference.label,
                "language": new["language"] if difference.label.startswith(_WRITTEN) else "",
                "paragraphs": paragraphs(difference.pieces) if one_column else [],
                "rows": [] if one_column else side_by_side(difference.pieces),
            }
            for difference in diff_snapshots(old, new)
        ]
        context = {
            "found": found,
            "old_name": old_name,
            "new_name": new_name,
            "names": names,
            "one_column": one_column,
            "may_discard": live and old_name == f"edition {live.version}" and names[1] == "working",
            "scheduled_actions": article.scheduled_actions.all(),
            "may_approve": old_name == "the approved text"
            and request.user.has_perm(workflow.PERMISSIONS[Action.SCHEDULE]),
        }
        return self.article_page(request, article, "Differences", "diff", context)

    def _bring_back(self, request: HttpRequest, article: Article) -> HttpResponse:
        user = cast(User, request.user)
        try:
            if "discard" in request.POST:
                versions.discard(article, by=user)
                message = "The working copy is what readers see again."
            else:
                text, name = self._text(article, request.POST.get("restore", ""))
                versions.restore(article, text, by=user)
                message = f"The working copy is {name} again. Readers see no change."
        except (PermissionDenied, ValidationError) as refused:
            self.refuse(request, refused, "Nothing has changed:")
        else:
            self.message_user(request, message)
        return HttpResponseRedirect(request.path)

    def _text(self, article: Article, name: str) -> tuple[Snapshot, str]:
        """The text ``name``: working, approved, version-3 or edition-2; Http404 otherwise."""
        if name == "working":
            return take_snapshot(article), "the working copy"
        if name == "approved" and (approved := approved_text(article)):
            return approved, "the approved text"
        kind, _, number = name.partition("-")
        found: Any = None
        if not is_sequence(number):
            raise Http404
        if kind == "version":
            found = article.versions.filter(number=autosave.number(number)).first()
        elif kind == "edition":
            shown = article.editions.exclude(status=Edition.Status.CANCELED)
            found = shown.filter(version=autosave.number(number)).first()
        if found is None:
            raise Http404
        return found.snapshot, f"{kind} {number}"
