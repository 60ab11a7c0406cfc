"""Pages beside an article's form: what can be done to it, and autosave."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast

from django import forms
from django.conf import settings
from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.urls import URLPattern, reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from articles.admin import links, pickers
from articles.admin.article_history import HistoryPages
from articles.admin.imports import ImportPages
from articles.admin.publish import PublishPages
from articles.admin.session import prolong
from articles.editing import autosave, checks, preview
from articles.editing.approval import is_edited_since_approval
from articles.editing.diff import count_differences
from articles.models import Article, State
from articles.public.views import render_preview
from articles.publishing import publish as publishing
from articles.publishing import schedule, workflow
from articles.publishing.snapshot import is_readable, take_snapshot
from articles.publishing.workflow import Action


class When(forms.DateTimeField):
    """A moment in the newsroom's time zone; one that a clock change skips or repeats is refused."""

    widget = forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")


class NoteForm(forms.Form):
    note = forms.CharField(
        required=False, widget=forms.Textarea(attrs={"rows": 2}), help_text="For the writer."
    )


class ScheduleForm(forms.Form):
    publish_at = When(required=False)
    embargo_until = When(
        required=False,
        help_text="Partners with the right to embargoed items get it now, readers not before this.",
    )
    seen = forms.CharField(required=False, widget=forms.HiddenInput)
    despite = forms.BooleanField(
        required=False,
        label="Approve it although there are warnings",
        help_text="The page Publish has them. The audit log keeps that you did.",
    )


class WithdrawalForm(forms.Form):
    notice = forms.CharField(
        label="Public notice",
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="Why it is withdrawn. The address stays and shows this.",
    )
    at = When(required=False, help_text="Leave empty to withdraw now.")


@dataclass(frozen=True)
class Choice:
    """One thing that can be done on the publishing page.

    ``does`` runs with the article, the user and the form's data, and returns the message for the
    editor.
    """

    action: Action
    heading: str
    explanation: str
    form: type[forms.Form]
    does: Callable[[Article, User, dict[str, Any]], str]


def _submit(article: Article, by: User, data: dict[str, Any]) -> str:
    publishing.submit(article, by=by)
    return "Sent to review."


def _send_back(article: Article, by: User, data: dict[str, Any]) -> str:
    publishing.send_back(article, by=by, note=data["note"])
    return "Sent back to its writer."


def _schedule(article: Article, by: User, data: dict[str, Any]) -> str:
    seen, despite = data.pop("seen"), data.pop("despite")
    scheduled = checks.despite_warnings(
        lambda: schedule.schedule(article, by=by, **data),
        article,
        by=by,
        accepted=seen.split(",") if despite else [],
    )
    return f"Scheduled for {_clock(scheduled.at)}."


def _unschedule(article: Article, by: User, data: dict[str, Any]) -> str:
    schedule.unschedule(article, by=by)
    return "Taken off the schedule."


def _withdraw(article: Article, by: User, data: dict[str, Any]) -> str:
    if data["at"]:
        schedule.schedule_withdrawal(article, by=by, at=data["at"], notice=data["notice"])
        return f"Scheduled for withdrawal on {_clock(data['at'])}."
    publishing.withdraw(article, by=by, notice=data["notice"])
    return "Withdrawn: its address shows the notice."


def _clock(moment: datetime) -> str:
    return f"{timezone.localtime(moment):%-d %B %Y, %H:%M %Z}"


#: In the order of the page.
CHOICES = [
    Choice(
        Action.SUBMIT,
        "Send to review",
        "Tells publishers that the working copy is ready to be read.",
        forms.Form,
        _submit,
    ),
    Choice(
        Action.SEND_BACK, "Send back", "Returns it from review to its writer.", NoteForm, _send_back
    ),
    Choice(
        Action.SCHEDULE,
        "Schedule",
        "Approves the text as it stands, to go out at that time. Later edits are not in it.",
        ScheduleForm,
        _schedule,
    ),
    Choice(
        Action.UNSCHEDULE,
        "Take off the schedule",
        "Nothing happens by itself any more. Copies under embargo are canceled.",
        forms.Form,
        _unschedule,
    ),
    Choice(
        Action.WITHDRAW,
        "Withdraw",
        "Takes the article from readers and tells partners to drop it.",
        WithdrawalForm,
        _withdraw,
    ),
]


class ArticlePages(ImportPages, PublishPages, HistoryPages):
    """The article's admin class: every page beside the form."""

    def get_urls(self) -> list[URLPattern]:
        autosave_view, page = require_POST(self.autosave_view), self.page_url
        preview_view = require_http_methods(["GET", "HEAD", "POST"])(self.preview_view)
        return [
            page("pick/page/", self.links_view, "links"),
            page("pick/record/", self.records_view, "records"),
            page("pick/<slug:kind>/", self.pick_view, "pick"),
            page("add/autosave/", autosave_view, "add_autosave"),
            page("<path:object_id>/autosave/", autosave_view, "autosave"),
            page("<path:object_id>/publishing/", self.publishing_view, "publishing"),
            page("add/preview/", require_POST(self.preview_view), "add_preview"),
            page("<path:object_id>/preview/", preview_view, "preview"),
            page("<path:object_id>/previews/", require_POST(self.previews_view), "previews"),
            *super().get_urls(),
        ]

    def links_view(self, request: HttpRequest) -> HttpResponse:
        """Find pages that a body can link to."""
        return links.find_pages(self.admin_site, request)

    def records_view(self, request: HttpRequest) -> HttpResponse:
        """Find what a body can show, or say what its references stand for."""
        return links.find_records(self.admin_site, request)

    def pick_view(self, request: HttpRequest, kind: str) -> HttpResponse:
        """Find or make a record that an article names."""
        return pickers.pick_view(self.admin_site, request, kind)

    def publishing_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Everything that can be done to an article besides writing and publishing it."""
        article, user = self.article_of(request, object_id), cast(User, request.user)
        asked = request.POST.get("action", "")
        warnings = checks.questions(article, checks.check(article))
        seen = {"seen": ",".join(dict.fromkeys(finding.check for finding in warnings))}
        choices = []
        for choice in CHOICES:
            chosen = choice.action == asked
            form = choice.form(
                request.POST if chosen else None,
                auto_id=f"{choice.action.name}_%s",
                initial=seen,
            )
            if chosen and form.is_valid() and self._do(request, article, choice, form):
                return HttpResponseRedirect(request.path)
            if not warnings:
                form.fields.pop("despite", None)
            if chosen or self._offers(choice.action, article, user):
                choices.append({"choice": choice, "form": form})
        edition = article.editions.live().first()
        snapshot = take_snapshot(article)
        context = {
            "choices": choices,
            "edition": edition,
            "latest_edition": article.editions.latest().first(),
            "scheduled_actions": article.scheduled_actions.all(),
            "edited_since_approval": is_edited_since_approval(article, snapshot),
            "may_publish": user.has_perm(workflow.PERMISSIONS[Action.PUBLISH])
            and State(article.state) in workflow.TRANSITIONS[Action.PUBLISH],
            "warnings": warnings,
            "may_approve": user.has_perm(workflow.PERMISSIONS[Action.SCHEDULE]),
            "differing": count_differences(edition.snapshot, snapshot)
            if edition and is_readable(edition)
            else 0,
            "previews": [
                (link, request.build_absolute_uri(preview.preview_path(link)))
                for link in article.preview_links.filter(
                    revoked_at=None, expires_at__gt=timezone.now()
                )
                .select_related("shared_by")
                .prefetch_related("opened")
            ],
            "days": settings.PREVIEW_DAYS,
            "zone": timezone.get_current_timezone_name(),
        }
        return self.article_page(request, article, "Publishing", "publishing", context)

    def preview_view(self, request: HttpRequest, object_id: str | None = None) -> HttpResponse:
        """The text as readers would see it, for people of the desk: saved, or the posted form's."""
        article = self.article_or_new(request, object_id)
        if request.method == "POST":
            snapshot = checks.typed_snapshot(article, request.POST)
            snapshot["slug"] = (
                snapshot["slug"] or "preview"
            )  # made of the headline when it is saved
        else:
            snapshot = take_snapshot(cast(Article, article))
        return render_preview(request, preview.next_edition(article or Article(), snapshot))

    def previews_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Share the working copy with people who have no account, or call a link back."""
        article, user = self.article_of(request, object_id), cast(User, request.user)
        try:
            if link := request.POST.get("call_back"):
                preview.call_back(article, link, by=user)
                done = "Called the preview back: its link opens nothing any more."
            else:
                preview.share(article, by=user)
                done = "Shared the working copy as it stands now. Copy the link below."
        except (PermissionDenied, ValidationError) as refused:
            self.refuse(request, refused, "Nothing has changed:")
        else:
            self.message_user(request, done)
        return HttpResponseRedirect(
            reverse("admin:articles_article_publishing", args=[article.pk]) + "#previews"
        )

    def autosave_view(self, request: HttpRequest, object_id: str | None = None) -> HttpResponse:
        """The browser calls every few seconds: keeps what is typed, tells who else is here."""
        article, user = self.article_or_new(request, object_id), cast(User, request.user)
        if "discard" in request.POST:
            autosave.discard(article, user, autosave.slot(request.POST["discard"]))
            return JsonResponse({})
        kept = autosave.store(article, user, request.POST)
        if "typed" in request.POST:
            prolong(request)
        last = article.versions.select_related("saved_by").first() if article else None
        newer = last if last and last.number != kept.base else None
        return JsonResponse(
            {
                "kept_at": kept.typed_at and f"{timezone.localtime(kept.typed_at):%H:%M:%S}",
                "others": autosave.others_at(article, user) if article else [],
                "newer": newer and {"number": newer.number, "by": str(newer.saved_by)},
            }
        )

    # Shared by the pages -------------------------------------------------------------------------

    def _do(self, request: HttpRequest, article: Article, choice: Choice, form: forms.Form) -> bool:
        try:
            message = choice.does(article, cast(User, request.user), form.cleaned_data)
        except (PermissionDenied, ValidationError) as refused:
            self.refuse(request, refused, "Nothing has changed:")
            return False
        self.message_user(request, message)
        return True

    def _offers(self, action: Action, article: Article, user: User) -> bool:
        """Whether the page offers ``action`` now; the action itself checks again."""
        live = article.editions.live().exists()
        return (
            user.has_perm(workflow.PERMISSIONS[action])
            and State(article.state) in workflow.TRANSITIONS[action]
            and (live or action != Action.WITHDRAW or article.scheduled_actions.exists())
            and (article.scheduled_actions.exists() or action != Action.UNSCHEDULE)
        )
