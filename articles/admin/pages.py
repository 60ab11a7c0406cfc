"""Pages beside an article's form: publishing, versions, differences, and autosave."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast

from django import forms
from django.conf import settings
from django.contrib.admin.utils import unquote
from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from articles.admin.session import prolong
from articles.editing import autosave, preview, versions
from articles.editing.approval import approved_text, is_edited_since_approval
from articles.editing.diff import diff_snapshots
from articles.frozen import Snapshot
from articles.models import Article, AuditEntry, Edition, State
from articles.public.views import render_preview
from articles.publishing import publish as publishing
from articles.publishing import schedule, workflow
from articles.publishing.snapshot import take_snapshot
from articles.publishing.workflow import Action


class When(forms.DateTimeField):
    """A moment in the newsroom's time zone; one that a clock change skips or repeats is refused."""

    widget = forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")


class NoteForm(forms.Form):
    note = forms.CharField(
        required=False, widget=forms.Textarea(attrs={"rows": 2}), help_text="For the writer."
    )


class CorrectionForm(forms.Form):
    note = forms.CharField(
        label="Public note",
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="What was wrong, and what is right. Readers and partners see it with its time.",
    )


class ScheduleForm(forms.Form):
    publish_at = When(required=False)
    embargo_until = When(
        required=False,
        help_text="Partners with the right to embargoed items get it now, readers not before this.",
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


def _publish(article: Article, by: User, data: dict[str, Any]) -> str:
    return f"Readers see edition {publishing.publish(article, by=by).version} now."


def _schedule(article: Article, by: User, data: dict[str, Any]) -> str:
    scheduled = schedule.schedule(article, by=by, **data)
    return f"Scheduled for {_clock(scheduled.at)}."


def _unschedule(article: Article, by: User, data: dict[str, Any]) -> str:
    schedule.unschedule(article, by=by)
    return "Taken off the schedule."


def _correct(article: Article, by: User, data: dict[str, Any]) -> str:
    edition = publishing.correct(article, by=by, note=data["note"])
    return f"Corrected: readers see edition {edition.version} and the note."


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
        Action.PUBLISH,
        "Publish now",
        "Freezes the working copy as an edition for everybody.",
        forms.Form,
        _publish,
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
        Action.CORRECT,
        "Publish as a correction",
        "Publishes the working copy with a note that says what was wrong.",
        CorrectionForm,
        _correct,
    ),
    Choice(
        Action.WITHDRAW,
        "Withdraw",
        "Takes the article from readers and tells partners to drop it.",
        WithdrawalForm,
        _withdraw,
    ),
]


def _is_written(label: str) -> bool:
    """Whether a difference with this label is in the article's own language."""
    written = ("Headline", "Standfirst", "Dateline", "Byline", "Source", "Body")
    return label.startswith((*written, "Statement"))


class ArticlePages:
    """A mixin for the article's admin class."""

    admin_site: Any
    model: type[Article]
    opts: Any

    def get_urls(self) -> list[URLPattern]:
        def page(route: str, view: Callable[..., Any], name: str) -> URLPattern:
            return path(route, self.admin_site.admin_view(view), name=f"articles_article_{name}")

        return [
            page("add/autosave/", require_POST(self.autosave_view), "add_autosave"),
            page("<path:object_id>/autosave/", require_POST(self.autosave_view), "autosave"),
            page("<path:object_id>/publishing/", self.publishing_view, "publishing"),
            page("<path:object_id>/preview/", require_safe(self.preview_view), "preview"),
            page("<path:object_id>/previews/", require_POST(self.previews_view), "previews"),
            page("<path:object_id>/versions/", self.versions_view, "versions"),
            page("<path:object_id>/diff/", self.diff_view, "diff"),
            *super().get_urls(),  # type: ignore[misc]
        ]

    def publishing_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Everything that can be done to an article besides writing it, and what was done."""
        article, user = self._article(request, object_id), cast(User, request.user)
        asked = request.POST.get("action", "")
        choices = []
        for choice in CHOICES:
            chosen = choice.action == asked
            form = choice.form(request.POST if chosen else None, auto_id=f"{choice.action.name}_%s")
            if chosen and form.is_valid() and self._do(request, article, choice, form):
                return HttpResponseRedirect(request.path)
            if chosen or self._offers(choice.action, article, user):
                choices.append({"choice": choice, "form": form})
        edition = article.editions.live().first()
        context = {
            "choices": choices,
            "edition": edition,
            "latest_edition": article.editions.latest().first(),
            "scheduled_actions": article.scheduled_actions.all(),
            "edited_since_approval": is_edited_since_approval(article),
            "may_approve": user.has_perm(workflow.PERMISSIONS[Action.SCHEDULE]),
            "differing": len(diff_snapshots(edition.snapshot, take_snapshot(article)))
            if edition
            else 0,
            "audit_entries": AuditEntry.objects.filter(object_id=article.pk).select_related("by")[
                :50
            ],
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
        return self._page(request, article, "Publishing", "publishing", context)

    def preview_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """The saved working copy as readers would see it, for people of the desk."""
        article = self._article(request, object_id)
        return render_preview(request, preview.next_edition(article, take_snapshot(article)))

    def previews_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Share the working copy with people who have no account, or call a link back."""
        article, user = self._article(request, object_id), cast(User, request.user)
        try:
            if link := request.POST.get("call_back"):
                preview.call_back(article, link, by=user)
                done = "Called the preview back: its link opens nothing any more."
            else:
                preview.share(article, by=user)
                done = "Shared the working copy as it stands now. Copy the link below."
        except (PermissionDenied, ValidationError) as refused:
            cast(Any, self).refuse(request, refused, "Nothing has changed:")
        else:
            cast(Any, self).message_user(request, done)
        return HttpResponseRedirect(
            reverse("admin:articles_article_publishing", args=[article.pk]) + "#previews"
        )

    def versions_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Every saved version and every edition; any of them can be brought back."""
        article, user = self._article(request, object_id), cast(User, request.user)
        if request.method == "POST":
            try:
                if "discard" in request.POST:
                    versions.discard(article, by=user)
                else:
                    text, name = self._text(article, request.POST.get("restore", ""))
                    versions.restore(article, text, by=user)
            except (PermissionDenied, ValidationError) as refused:
                cast(Any, self).refuse(request, refused, "Nothing has changed:")
            else:
                cast(Any, self).message_user(
                    request,
                    "The working copy is what readers see again."
                    if "discard" in request.POST
                    else f"The working copy is {name} again. Readers see no change.",
                )
            return HttpResponseRedirect(request.path)
        context = {
            "versions": article.versions.select_related("saved_by").defer("snapshot")[:200],
            "editions": article.editions.select_related("published_by", "change"),
        }
        return self._page(request, article, "Versions", "versions", context)

    def diff_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Two texts compared: what readers see and the working copy, unless told otherwise."""
        article = self._article(request, object_id)
        live = article.editions.live().first()
        default = f"edition-{live.version}" if live else "version-1"
        old, old_name = self._text(article, request.GET.get("from") or default)
        new, new_name = self._text(article, request.GET.get("to") or "working")
        context = {
            "found": [
                (difference, new["language"] if _is_written(difference.label) else "")
                for difference in diff_snapshots(old, new)
            ],
            "old_name": old_name,
            "new_name": new_name,
            "may_discard": live and old_name == f"edition {live.version}",
            "scheduled_actions": article.scheduled_actions.all(),
            "may_approve": old_name == "the approved text"
            and request.user.has_perm(workflow.PERMISSIONS[Action.SCHEDULE]),
        }
        return self._page(request, article, "Differences", "diff", context)

    def autosave_view(self, request: HttpRequest, object_id: str | None = None) -> HttpResponse:
        """The browser calls every few seconds: keeps what is typed, tells who else is here."""
        article = self._article(request, object_id) if object_id else None
        user = cast(User, request.user)
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

    def _article(self, request: HttpRequest, object_id: str) -> Article:
        article = cast(Any, self).get_object(request, unquote(object_id))
        if article is None:
            raise Http404
        if not cast(Any, self).has_change_permission(request, article):
            raise PermissionDenied
        return cast(Article, article)

    def _do(self, request: HttpRequest, article: Article, choice: Choice, form: forms.Form) -> bool:
        try:
            message = choice.does(article, cast(User, request.user), form.cleaned_data)
        except (PermissionDenied, ValidationError) as refused:
            cast(Any, self).refuse(request, refused, "Nothing has changed:")
            return False
        cast(Any, self).message_user(request, message)
        return True

    def _offers(self, action: Action, article: Article, user: User) -> bool:
        """Whether the page offers ``action`` now; the action itself checks again."""
        live = article.editions.live().exists()
        return (
            user.has_perm(workflow.PERMISSIONS[action])
            and State(article.state) in workflow.TRANSITIONS[action]
            and (
                live
                or action not in (Action.CORRECT, Action.WITHDRAW)
                or article.scheduled_actions.exists()
            )
            and (article.scheduled_actions.exists() or action != Action.UNSCHEDULE)
            and not (action == Action.PUBLISH and article.state == State.PUBLISHED)
        )

    def _text(self, article: Article, name: str) -> tuple[Snapshot, str]:
        """The text ``name``: working, approved, version-3 or edition-2; Http404 otherwise."""
        if name == "working":
            return take_snapshot(article), "the working copy"
        if name == "approved" and (approved := approved_text(article)):
            return approved, "the approved text"
        kind, _, number = name.partition("-")
        found: Any = None
        if kind == "version":
            found = article.versions.filter(number=autosave.number(number)).first()
        elif kind == "edition":
            shown = article.editions.exclude(status=Edition.Status.CANCELED)
            found = shown.filter(version=autosave.number(number)).first()
        if found is None:
            raise Http404
        return found.snapshot, f"{kind} {number}"

    def _page(
        self,
        request: HttpRequest,
        article: Article,
        title: str,
        template: str,
        context: dict[str, Any],
    ) -> HttpResponse:
        shared = {
            **self.admin_site.each_context(request),
            "title": title,
            "subtitle": str(article),
            "opts": self.opts,
            "original": article,
            "article": article,
            "back": reverse("admin:articles_article_change", args=[article.pk]),
        }
        return TemplateResponse(
            request, f"admin/articles/article/{template}.html", shared | context
        )
