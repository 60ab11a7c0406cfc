"""The desk for articles: write and link on one page, which keeps what two editors type apart."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, cast

from django import forms
from django.contrib import admin, messages
from django.contrib.auth.models import User
from django.contrib.postgres.forms import SimpleArrayField
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import Max, OuterRef, QuerySet, Subquery, prefetch_related_objects
from django.forms import BaseInlineFormSet, CharField, Media, Script, Textarea
from django.forms.models import BaseModelFormSet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.urls import reverse
from django.utils import timezone

from articles.admin.base import (
    NOT_SAVED,
    RESTORED,
    DeskForm,
    PublicPageAdmin,
    RowForm,
    count_of,
    note_saved_by,
)
from articles.admin.erase import ErasePages
from articles.admin.pages import ArticlePages
from articles.admin.pickers import PICTURE_WIDTH, record_field, resolve_words
from articles.admin.pictures import image_address
from articles.admin.rows import LoadedFormSet
from articles.editing import autosave
from articles.editing.approval import is_edited_since_approval, with_edited_since_approval
from articles.editing.conflicts import BYLINES, Conflict, merge_changes, set_field, take_theirs
from articles.editing.diff import count_differences
from articles.editing.new_records import free_slug
from articles.editing.quotation_marks import without_marks
from articles.editing.versions import save_initial_version, save_version
from articles.frozen import byline_of
from articles.models import Appearance, Article, Byline, Edition, Event, State, Statement, languages
from articles.publishing import erasure
from articles.publishing import publish as publishing
from articles.publishing.passages import EVERYWHERE, pairs_of
from articles.publishing.snapshot import is_readable, take_snapshot
from articles.publishing.workflow import PUBLISH_PERMISSION, Action, check_permission
from articles.richtext import clean, plain_text
from articles.templatetags.languages import direction
from people.folding import fold
from people.models import refuse_merged

#: The page's own script comes before the editor's, which tells it when it is ready.
PAGE_SCRIPTS: Any = [
    Script(path, type="module")
    for path in (
        "newsroom/desk/writing.js",
        "django_prose_editor/editor.js",
        "django_prose_editor/configurable.js",
        "newsroom/desk/autosave.js",
        "newsroom/desk/language.js",
    )
]


def write_in(language: str, field: forms.Field) -> None:
    """Let ``field`` be written in ``language``; ``desk/language.js`` follows the form's choice."""
    field.widget.attrs |= {
        "lang": language,
        "dir": direction(language),
        "data-in-language": "",
    }


class ArticleForm(DeskForm):
    """The text and what it names, written in its language and direction.

    A slug is made of the headline when none is written.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "language" not in self.fields:  # somebody who may only look
            for name in ("organizers", *BYLINES):
                self.fields.pop(name, None)
            return
        right_to_left = [code for code, _ in languages() if direction(code) == "rtl"]
        self.fields["language"].widget.attrs["data-right-to-left"] = " ".join(right_to_left)
        language = self["language"].value() or ""
        for name in ("headline", "standfirst", "body", "dateline", "byline", "source"):
            write_in(language, self.fields[name])
        self.fields["slug"].required = False
        # Read once, for the page and for the fields.
        if not self.instance._state.adding:
            prefetch_related_objects([self.instance], "topics", "event__organizers")
            self._show_rows("topics", self.instance.topics.all())
            bylines = list(
                self.instance.bylines.select_related("capacity__speaker", "capacity__organization")
            )
            for name, role in BYLINES.items():
                rows = [row.capacity for row in bylines if row.role == role]
                self._show_rows(name, rows)
                self.fields[name].initial = [row.pk for row in rows]
        if "organizers" in self.fields and (event := self.instance.event):
            self._show_rows("organizers", event.organizers.all())
            self.fields["organizers"].initial = [row.pk for row in event.organizers.all()]
        for name in ("event", "picture", "translation_of"):
            if row := getattr(self.instance, name):  # read once, for the page and for the field
                cast(Any, self.fields[name].widget).loaded = {str(row.pk): str(row)}

    def _show_rows(self, name: str, rows: Iterable[Any]) -> None:
        cast(Any, self.fields[name].widget).loaded = {str(row.pk): row for row in rows}

    def clean(self) -> dict[str, Any] | None:
        """Organizers are of the event that the form showed, and bylines of nobody merged."""
        cleaned = super().clean()
        event = self.cleaned_data.get("event")
        if event is None or str(event.pk) != self.data.get("organizers-of"):
            self.cleaned_data.pop("organizers", None)
        for name in BYLINES:
            for row in self.cleaned_data.get(name) or ():
                try:
                    refuse_merged(row.speaker, name)
                except ValidationError as refused:
                    self.add_error(None, refused)
        return cleaned

    def clean_headline(self) -> str:
        """A headline is one line, whatever was pasted."""
        return " ".join(self.cleaned_data["headline"].split())

    def clean_slug(self) -> str:
        slug = self.cleaned_data["slug"] or self.instance.slug
        return slug or free_slug(Article, self.cleaned_data.get("headline", ""))

    def clean_dismissed_passages(self) -> list[str]:
        """Merge with what another editor dismissed or took back meanwhile."""
        now = [" ".join(passage.split()) for passage in self.cleaned_data["dismissed_passages"]]
        was = self.data.get("dismissed_passages-was")
        if was is None:
            return now
        shown = was.split("\n")
        kept = [one for one in self.instance.dismissed_passages if one in now or one not in shown]
        return kept + [one for one in now if one not in kept and one not in shown]


def save_bylines(form: ArticleForm) -> None:
    """Save who stands in the byline, in the order in which the form has them."""
    article = form.instance
    wanted = []
    for name, role in BYLINES.items():
        if name not in form.cleaned_data:
            return
        posted = form.data.getlist(name) if isinstance(form.data, QueryDict) else []
        chosen = sorted(
            form.cleaned_data[name],
            key=lambda row: posted.index(str(row.pk)) if str(row.pk) in posted else len(posted),
        )
        wanted += [(row.pk, str(role)) for row in chosen]
    if list(article.bylines.values_list("capacity", "role")) != wanted:
        article.bylines.all().delete()
        Byline.objects.bulk_create(
            Byline(article=article, capacity_id=pk, role=role, position=position)
            for position, (pk, role) in enumerate(wanted)
        )


def save_organizers(form: ArticleForm, *, by: User) -> None:
    """Save which organizers ``by`` added to the article's event, and which ones were taken away.

    What somebody else changed since the form was shown stays.
    """
    event, chosen = form.cleaned_data.get("event"), form.cleaned_data.get("organizers")
    if event is None or chosen is None:
        return
    now = {str(row.pk) for row in chosen}
    shown = set(form.data.get("organizers-was", "").split())
    if now != shown:
        event.organizers.add(*(now - shown))
        event.organizers.remove(*(shown - now))
        note_saved_by(event, by)


class CapacityRowInline(admin.StackedInline):
    """Rows of the writing page that name a capacity: plain fields, and a picker."""

    form = RowForm
    formset: Any = LoadedFormSet
    template = "admin/articles/article/_rows.html"
    extra = 1  # without script there must be an empty row to write in

    @property
    def media(self) -> Media:
        return Media()  # Django's scripts for rows are not needed

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **kw: Any) -> Any:
        if db_field.name == "capacity":
            return record_field(db_field, request, self.admin_site)
        if db_field.name in ("text", "passage"):
            kw["widget"] = Textarea(attrs={"rows": 3})
        return super().formfield_for_dbfield(db_field, request, **kw)


class StatementFormSet(LoadedFormSet):
    """An article's statements, written in the article's language."""

    def add_fields(self, form: Any, index: int | None) -> None:
        super().add_fields(form, index)
        for name in ("text", "passage"):
            write_in(self.instance.language, form.fields[name])

    def clean(self) -> None:
        """Refuse two quotations of words that the body has once, as two editors may make them."""
        super().clean()
        body = fold(plain_text(self.data.get("body", "")))
        quoted: dict[str, list[Any]] = defaultdict(list)
        for row in self.forms:
            data = row.cleaned_data if row.is_valid() else {}
            if data.get("kind") == Statement.Kind.DIRECT and not data.get("DELETE"):
                quoted[fold(data["text"])].append(row)
        for text, rows in quoted.items():
            if len({row.cleaned_data["capacity"] for row in rows}) < 2:
                continue  # the same speaker twice: the database's rule says so
            for row in rows[max(1, body.count(text)) :]:
                words = "Another statement has these words, which the body has once; remove one."
                row.add_error("text", words)


class StatementForm(RowForm):
    """A statement; a direct quotation is stored without the marks around it."""

    def clean(self) -> dict[str, Any] | None:
        cleaned = super().clean()
        data = self.cleaned_data
        if data.get("kind") == Statement.Kind.DIRECT and "text" in data:
            data["text"] = without_marks(data["text"])
        return cleaned


class StatementInline(CapacityRowInline):
    """Who said what, and as what."""

    model = Statement
    form = StatementForm
    formset = StatementFormSet
    fields = ["capacity", "kind", "text", "passage"]
    autocomplete_fields = ["capacity"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Statement]:
        return (
            super()
            .get_queryset(request)
            .select_related("capacity__speaker", "capacity__organization")
        )


class ArticleEventInline(CapacityRowInline):
    """The event's speakers on the page of an article about it."""

    model = Appearance
    fields = ["capacity", "order"]
    autocomplete_fields = ["capacity"]
    verbose_name = "speaker at the event"
    verbose_name_plural = "speakers at the event"

    def __init__(self, parent_model: type, admin_site: admin.AdminSite) -> None:
        super().__init__(Event, admin_site)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Appearance]:
        return (
            super()
            .get_queryset(request)
            .select_related("capacity__speaker", "capacity__organization")
        )


class PublicFilter(admin.SimpleListFilter):
    title = "public"
    parameter_name = "public"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [("yes", "Public"), ("no", "Not public")]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        if self.value() is None:
            return queryset
        return queryset.filter(live_version__isnull=self.value() == "no")


#: To who had the article open when its text was erased.
ERASED_MEANWHILE = (
    "The text of this article was erased while you had it open, so what you typed was not saved. "
    "This is the article as it stands now."
)


@admin.register(Article)
class ArticleAdmin(ErasePages, ArticlePages, PublicPageAdmin):
    change_form_template = "admin/articles/article/change_form.html"
    form = ArticleForm
    fields = [
        "headline",
        "standfirst",
        "dateline",
        "body",
        "byline",
        "source",
        "event",
        "topics",
        "picture",
        "slug",
        "language",
        "translation_of",
        "dismissed_passages",
    ]
    list_display = ["headline", "stands", "public", "event", "statement_count", "modified_at"]
    list_filter = ["state", PublicFilter, "language", "topics"]
    list_select_related = ["event"]
    search_fields = ["pk", "statements__capacity__speaker"]
    search_help_text = "Headline, text or the name of somebody quoted"
    date_hierarchy = "modified_at"
    ordering = ["-modified_at"]
    autocomplete_fields = ["event", "topics", "picture", "translation_of"]

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> HttpResponse:
        context["media"] = Media(js=PAGE_SCRIPTS) + context["media"]
        context["is_nav_sidebar_enabled"] = False
        context["quotation_marks"] = {
            "languages": {code: pairs_of(code) for code, _ in languages()},
            "everywhere": EVERYWHERE.split(),
        }
        return super().render_change_form(request, context, *args, **kwargs)

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **kw: Any) -> Any:
        if db_field.name in self.autocomplete_fields:  # searched, but by our own picker
            return record_field(db_field, request, self.admin_site)
        if db_field.name in ("headline", "standfirst"):
            kw["widget"] = Textarea(attrs={"rows": 1})
        if db_field.name == "dismissed_passages":
            return SimpleArrayField(
                CharField(),
                delimiter="\n",
                required=False,
                widget=Textarea(attrs={"rows": 3}),
                help_text=db_field.help_text,
            )
        return super().formfield_for_dbfield(db_field, request, **kw)

    def get_form(
        self, request: HttpRequest, obj: Article | None = None, change: bool = False, **kw: Any
    ) -> Any:
        """The form with the byline; who may change events chooses the organizers with it."""
        added = {}
        for name in BYLINES:
            added[name] = record_field(
                Event._meta.get_field("capacities"), request, self.admin_site
            )
            added[name].label, added[name].required = name.capitalize(), False
        if request.user.has_perm("articles.change_event"):
            added["organizers"] = record_field(
                Event._meta.get_field("organizers"), request, self.admin_site
            )
        kw["form"] = type("ArticleForm", (ArticleForm,), added)
        return super().get_form(request, obj, change, **kw)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Article]:
        live = Edition.objects.live().filter(article=OuterRef("pk"))
        erasures = erasure.waiting().filter(article_ids__contains=[OuterRef("pk")])
        articles = with_edited_since_approval(super().get_queryset(request))
        return articles.annotate(
            erasure_asked_by=Subquery(erasures.values("asked_by__username")[:1]),
            statements_count=count_of(Statement.objects.all(), "article"),
            live_version=Subquery(live.values("version")[:1]),
            live_since=Subquery(live.values("published_at")[:1]),
        )

    @admin.display(description="state", ordering="state")
    def stands(self, article: Any) -> str:
        state = str(article.get_state_display())
        return f"{state}, edited since it was approved" if article.is_edited else state

    @admin.display(description="readers see", ordering="public_since")
    def public(self, article: Any) -> str:
        if article.live_version is None:
            return "nothing"
        when = timezone.localtime(article.live_since)
        return f"edition {article.live_version}, {when:%-d %b %Y %H:%M}"

    @admin.display(description="statements", ordering="statements_count")
    def statement_count(self, article: Any) -> int:
        return int(article.statements_count)

    def public_path(self, row: Article) -> str | None:
        edition = row.editions.live().first()
        return edition.get_absolute_url() if edition else None

    def get_view_on_site_url(self, obj: Any = None) -> None:
        """The page links to what is public itself; Django's link would ask once more."""

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """What was published stays: it can be withdrawn, not deleted."""
        if obj and obj.editions.exists():
            return False
        return super().has_delete_permission(request, obj)

    # The form ------------------------------------------------------------------------------------

    def get_inlines(self, request: HttpRequest, obj: Article | None) -> list[Any]:
        has_event = obj and Article.objects.filter(pk=obj.pk, event__isnull=False).exists()
        return [StatementInline, *([ArticleEventInline] if has_event else [])]

    def get_formset_kwargs(
        self, request: HttpRequest, obj: Article, inline: Any, prefix: str
    ) -> dict[str, Any]:
        kwargs = super().get_formset_kwargs(request, obj, inline, prefix)
        if isinstance(inline, ArticleEventInline):
            # The event as saved: the form may just have chosen another one.
            kwargs["instance"] = Event.objects.get(articles=obj.pk)
        return kwargs

    def save_formset(
        self, request: HttpRequest, form: Any, formset: BaseModelFormSet[Any, Any], change: bool
    ) -> None:
        """Number new statements: a number is given once and is part of the statement's address."""
        if isinstance(formset, BaseInlineFormSet) and formset.model is Statement:
            article = form.instance
            new = [row for row in formset.extra_forms if row.has_changed()]
            highest = article.statements.aggregate(highest=Max("number"))["highest"] or 0
            last = max(article.last_number, highest)
            for number, row in enumerate(new, start=last + 1):
                row.instance.number = number
            article.last_number = last + len(new)
            Article.objects.filter(pk=article.pk).update(last_number=article.last_number)
        super().save_formset(request, form, formset, change)
        if formset.model is Appearance and formset.has_changed():
            note_saved_by(cast(Any, formset).instance, cast(User, request.user))

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        """Keep the saved text as a version, and drop the unsaved text that led to it."""
        super().save_related(request, form, formsets, change)
        user = cast(User, request.user)
        save_organizers(form, by=user)
        save_bylines(form)
        save_version(form.instance, by=user)
        slot = autosave.slot(request.POST.get(autosave.SLOT))
        autosave.discard(form.instance if change else None, user, slot)
        if dropped := clean(form.data.get("body", "")).dropped:
            words = ", ".join(f"“{text}”" for text in dropped)
            text = f"Left out of the body, because it was struck out, deleted or hidden: {words}."
            self.message_user(request, text, messages.WARNING)

    def page_context(self, request: HttpRequest, row: Article | None) -> dict[str, Any]:
        user = cast(User, request.user)
        last = row.versions.first() if row else None
        context: dict[str, Any] = {
            "may_erase": user.has_perm(erasure.PERMISSION),
            "erasure_asked_by": getattr(row, "erasure_asked_by", None),
            "base": last.number if last else 0,
            "since": request.POST.get("since", ""),
            "unsaved": [
                text
                for text in autosave.unsaved(row, user)
                if str(text.slot) != request.POST.get(autosave.SLOT)
            ],
            "scheduled_actions": row.scheduled_actions.all() if row else [],
            "may_add_pictures": user.has_perm("articles.add_picture"),
            "shown": {"language": "English"},
            "organizers_of": request.POST.get("organizers-of", ""),
            "organizers_was": request.POST.get("organizers-was", ""),
        }
        if row and row.event and "organizers-of" not in request.POST:
            context["organizers_of"] = row.event.pk
            context["organizers_was"] = " ".join(str(one.pk) for one in row.event.organizers.all())
        if row is None:
            return context | _next_actions(None, user, live=False)
        latest = row.editions.latest().first()
        edition = latest
        if latest and latest.status != Edition.Status.USABLE:
            edition = row.editions.live().first()
        context |= _next_actions(row, user, live=edition is not None)
        snapshot = take_snapshot(row)
        return context | {
            "article": row,
            "last_version": last,
            "originals": row.source_documents.defer("content", "text"),
            "edition": edition,
            "latest_edition": latest,
            "differing": count_differences(edition.snapshot, snapshot)
            if edition and is_readable(edition)
            else 0,
            "picture_address": row.picture and image_address(row.picture, PICTURE_WIDTH),
            "public_path": edition and edition.get_absolute_url(),
            "edited_since_approval": is_edited_since_approval(row, snapshot),
            "dismissed": "\n".join(row.dismissed_passages),
            "shown": {
                "event": row.event or "",
                "topics": ", ".join(topic.name for topic in row.topics.all()),
                "picture": row.picture or "",
                "language": row.get_language_display(),
                "source": byline_of(snapshot) or row.source,
                "slug": row.slug,
            },
        }

    # Two editors ---------------------------------------------------------------------------------

    def save_view(
        self,
        request: HttpRequest,
        object_id: str | None,
        form_url: str,
        extra_context: dict[str, Any] | None,
    ) -> HttpResponse:
        """Save, unless somebody else saved meanwhile: then show both, with all that was typed."""
        if request.method != "POST":
            return super().save_view(request, object_id, form_url, extra_context)
        if "_discard" in request.POST:
            article = Article.objects.filter(pk=object_id).first() if object_id else None
            slot = autosave.slot(request.POST["_discard"])
            autosave.discard(article, cast(User, request.user), slot)
            return HttpResponseRedirect(request.path)
        with transaction.atomic():
            article = None
            if object_id:
                article = Article.objects.select_for_update().filter(pk=object_id).first()
            if article:
                opened = request.POST.get("since") or request.POST.get("base")
                if erasure.erased_since(article, autosave.number(opened)):
                    self.message_user(request, ERASED_MEANWHILE, messages.ERROR)
                    return HttpResponseRedirect(request.path)
                save_initial_version(article)
            post, conflicts = self.merge_posted(request, article)
            cast(Any, request).POST = post  # Django's admin reads the form from there
            context = {**(extra_context or {}), "conflicts": conflicts}
            return super().save_view(request, object_id, form_url, context)

    def merge_posted(
        self, request: HttpRequest, article: Article | None
    ) -> tuple[QueryDict, list[Conflict]]:
        """The posted form, merged with what others saved meanwhile, and the conflicts.

        When it must be looked at before it is saved, it has a reason in ``NOT_SAVED``.
        """
        user, reasons = cast(User, request.user), []
        post, conflicts = request.POST.copy(), list[Conflict]()
        kept = autosave.unsaved(article, user).filter(slot=autosave.slot(post.get("_restore")))
        if "_restore" in post and (unsaved := kept.first()):
            post = autosave.as_post(unsaved)
            reasons.append(RESTORED)
        elif "_restored" in post:
            reasons.append(RESTORED)
        resolve_words(post)
        last = article.versions.first() if article else None
        if article and last:
            since = post.get("since") if "_take" in post else None
            base = autosave.number(since or post.get("base"))
            if "_take" in post:
                take_theirs(post, str(post["_take"]), last.snapshot)
                reasons.append("The saved text is in the form now. Nothing is saved yet.")
            elif base != last.number:
                when = timezone.localtime(last.saved_at)
                reasons.append(
                    f"{last.saved_by} saved version {last.number} at {when:%H:%M} while you were "
                    "writing. Nothing of yours is lost; nothing is saved yet."
                )
            if base != last.number:
                was = article.versions.filter(number=base).first()
                conflicts = merge_changes(post, was.snapshot if was else None, last.snapshot)
                reasons.append(
                    "Both texts stand side by side below where you both changed the same thing. "
                    "Take one or join them in the form, then save."
                    if conflicts
                    else "What each of you changed is joined in the form; look it over and save."
                )
                set_field(post, "since", str(base))
        set_field(post, NOT_SAVED, " ".join(reasons))
        return post, conflicts

    def after_saving(self, request: HttpRequest, row: Any, response: HttpResponse) -> HttpResponse:
        """Go on to the action that was asked for; its page sums up what it does."""
        action = request.POST.get("_then")
        if action is None:
            return response
        page = "change" if action == "submit" else action if action == "publish" else "publishing"
        try:
            if action == "submit":
                publishing.submit(row, by=cast(User, request.user))
                self.message_user(request, "Sent to review.")
            if action == "publish":
                check_permission(cast(User, request.user), Action.PUBLISH)
        except (PermissionDenied, ValidationError) as refused:
            page = "change"
            what = "sent to review" if action == "submit" else "published"
            self.refuse(request, refused, f"Saved, but not {what}:")
        path = reverse(f"admin:articles_article_{page}", args=[row.pk])
        return HttpResponseRedirect(f"{path}#{action}" if page == "publishing" else path)


@dataclass(frozen=True)
class NextAction:
    """A button of the writing page: it saves, then goes on to the action's page."""

    value: str
    label: str
    help: str = ""
    key: str = ""
    dangerous: bool = False


_PUBLISH = NextAction(
    "publish", "Publish…", "Saves, and shows what changes for readers.", "Control+Shift+Enter"
)
_PUBLISH_AGAIN = NextAction(
    "publish", "Publish the changes…", "Saves, and shows what changes for readers.", _PUBLISH.key
)
_SUBMIT = NextAction("submit", "Send to review", "Tells publishers that it is ready to be read.")
_SCHEDULE = NextAction("schedule", "Schedule…")
_SEND_BACK = NextAction("send-back", "Send back…")
_UNSCHEDULE = NextAction("unschedule", "Take off the schedule…")
_WITHDRAW = NextAction("withdraw", "Withdraw…", dangerous=True)


def _next_actions(article: Article | None, user: User, *, live: bool) -> dict[str, Any]:
    """The one action that ``user`` should take next, and the others that are possible.

    ``live`` is whether readers see an edition of the article.
    """
    may_publish = user.has_perm(PUBLISH_PERMISSION)
    state = State(article.state) if article else State.DRAFT
    offered = []
    if may_publish and state != State.SCHEDULED:
        offered.append(_PUBLISH_AGAIN if live else _PUBLISH)
    if state in (State.DRAFT, State.WITHDRAWN):
        offered.append(_SUBMIT)
    if state == State.REVIEW:
        offered.append(_SEND_BACK)
    if may_publish:
        if state == State.SCHEDULED:
            offered += [_UNSCHEDULE, _SCHEDULE, _PUBLISH]
        elif state != State.PUBLISHED:
            offered.append(_SCHEDULE)
        if live:
            offered.append(_WITHDRAW)
    first = next((one for one in offered[:1] if one not in (_SEND_BACK, _UNSCHEDULE)), None)
    return {
        "next": first,
        "others": [one for one in offered if one != first],
        # Readers see this text: there is nothing to do next until something is typed.
        "when_typed": state == State.PUBLISHED,
    }
