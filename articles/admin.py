"""The desk: write, link and publish an article on one page."""

from __future__ import annotations

from typing import Any, cast

from django.contrib import admin, messages
from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied
from django.db.models import Count, F, Max, OuterRef, QuerySet, Subquery
from django.forms import BaseInlineFormSet, Textarea
from django.forms.models import BaseModelFormSet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html

from articles import publishing
from articles.models import Appearance, Article, Change, Edition, Event, Statement, Topic
from people.admin import PublicPageAdmin


class StatementInline(admin.StackedInline):
    """Who said what, and as what."""

    model = Statement
    fields = [("capacity", "kind"), ("text", "passage")]
    autocomplete_fields = ["capacity"]
    extra = 0

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **kw: Any) -> Any:
        if db_field.name in ("text", "passage"):
            kw["widget"] = Textarea(attrs={"rows": 4, "cols": 50})
        return super().formfield_for_dbfield(db_field, request, **kw)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Statement]:
        return (
            super()
            .get_queryset(request)
            .select_related("capacity__speaker", "capacity__organization")
        )


class AppearanceInline(admin.TabularInline):
    """Who spoke at the event, and as what."""

    model = Appearance
    fields = ["capacity", "position"]
    autocomplete_fields = ["capacity"]
    extra = 0
    verbose_name = "speaker at the event"
    verbose_name_plural = "speakers at the event"

    def get_queryset(self, request: HttpRequest) -> QuerySet[Appearance]:
        return (
            super()
            .get_queryset(request)
            .select_related("capacity__speaker", "capacity__organization")
        )


class ArticleEventInline(AppearanceInline):
    """The same rows on the page of an article about that event."""

    def __init__(self, parent_model: type, admin_site: admin.AdminSite) -> None:
        super().__init__(Event, admin_site)


class PublishedFilter(admin.SimpleListFilter):
    title = "published"
    parameter_name = "published"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [("yes", "Published"), ("no", "Not published")]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        if self.value() is None:
            return queryset
        return queryset.filter(published_version__isnull=self.value() == "no")


@admin.register(Article)
class ArticleAdmin(PublicPageAdmin):
    change_form_template = "admin/articles/article/change_form.html"
    fieldsets = [
        (None, {"fields": ["headline", "standfirst", "body"]}),
        ("Where it comes from", {"fields": ["dateline", "byline", "source"]}),
        ("What it is about", {"fields": ["event", "topics"]}),
        ("Address", {"fields": ["slug", "language"]}),
    ]
    list_display = ["headline", "published", "event", "statement_count", "language", "modified_at"]
    list_filter = [PublishedFilter, "language", "topics"]
    list_select_related = ["event"]
    search_fields = [
        "headline",
        "standfirst",
        "body",
        "statements__capacity__speaker__name",
        "statements__capacity__speaker__name_variants",
    ]
    search_help_text = "Headline, text or the name of somebody quoted"
    date_hierarchy = "modified_at"
    ordering = ["-modified_at"]
    autocomplete_fields = ["event", "topics"]
    prepopulated_fields = {"slug": ["headline"]}
    save_on_top = True

    def get_queryset(self, request: HttpRequest) -> QuerySet[Article]:
        current = Edition.objects.current().filter(article=OuterRef("pk"))
        return (
            super()
            .get_queryset(request)
            .annotate(
                statements_count=Count("statements", distinct=True),
                published_version=Subquery(current.values("version")[:1]),
                published_at=Subquery(current.values("published_at")[:1]),
            )
        )

    @admin.display(description="published", ordering="published_at")
    def published(self, article: Any) -> str:
        if article.published_version is None:
            return "not yet"
        when = timezone.localtime(article.published_at)
        return f"edition {article.published_version}, {when:%-d %b %Y %H:%M}"

    @admin.display(description="statements", ordering="statements_count")
    def statement_count(self, article: Any) -> int:
        return int(article.statements_count)

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
            last = form.instance.statements.aggregate(last=Max("number"))["last"] or 0
            new = (row for row in formset.extra_forms if row.has_changed())
            for number, row in enumerate(new, start=last + 1):
                row.instance.number = number
        super().save_formset(request, form, formset, change)

    def has_publish_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm("articles.publish_article")

    def render_change_form(
        self,
        request: HttpRequest,
        context: dict[str, Any],
        add: bool = False,
        change: bool = False,
        form_url: str = "",
        obj: Article | None = None,
    ) -> HttpResponse:
        context["show_publish"] = self.has_publish_permission(request)
        if obj:
            context["edition"] = obj.editions.current().first()
            context["unattributed"] = publishing.passages_without_speaker(obj)
        return super().render_change_form(request, context, add, change, form_url, obj)

    # Publishing ----------------------------------------------------------------------------------

    def response_add(
        self, request: HttpRequest, obj: Article, post_url_continue: str | None = None
    ) -> HttpResponse:
        if "_publish" in request.POST:
            return self.publish(request, obj)
        return super().response_add(request, obj, post_url_continue)

    def response_change(self, request: HttpRequest, obj: Article) -> HttpResponse:
        if "_publish" in request.POST:
            return self.publish(request, obj)
        return super().response_change(request, obj)

    def publish(self, request: HttpRequest, article: Article) -> HttpResponse:
        """Publish what was just saved and stay on the page. A refusal keeps the working copy."""
        before = article.editions.current().first()
        try:
            edition = publishing.publish(article, by=cast(User, request.user))
        except PermissionDenied as denied:
            self.message_user(request, f"Saved, not published. {denied}", messages.ERROR)
        except publishing.PublishRefused as refused:
            self.message_user(request, "Saved, but not published:", messages.ERROR)
            for reason in refused.messages:
                self.message_user(request, reason, messages.ERROR)
        else:
            if edition == before:
                text = "Nothing has changed since edition {}; it stays as it is. {}"
            else:
                text = "Published as edition {}. {}"
            link = format_html('<a href="{}">See it on the site</a>', edition.get_absolute_url())
            self.message_user(request, format_html(text, edition.version, link), messages.SUCCESS)
        return HttpResponseRedirect(reverse("admin:articles_article_change", args=[article.pk]))


@admin.register(Event)
class EventAdmin(PublicPageAdmin):
    fieldsets = [
        (None, {"fields": ["name", "kind", "format", "place", "organizers"]}),
        (
            "When",
            {
                "fields": [
                    "date_words",
                    ("start_date", "start_time"),
                    ("end_date", "end_time"),
                    "time_zone",
                ],
                "description": "Write only what the source says; leave the rest empty.",
            },
        ),
        ("How it was attended", {"fields": ["attendance", "covered_live", "live_coverage"]}),
        ("Address", {"fields": ["slug"]}),
    ]
    list_display = ["name", "kind", "when", "place", "speaker_count", "article_count"]
    list_filter = ["format", "covered_live"]
    ordering = [F("starts_earliest").desc(nulls_last=True), "name"]
    search_fields = ["name", "organizers__name", "organizers__short_name"]
    autocomplete_fields = ["organizers"]
    prepopulated_fields = {"slug": ["name"]}
    inlines = [AppearanceInline]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Event]:
        return (
            super()
            .get_queryset(request)
            .annotate(
                speakers_count=Count("appearances", distinct=True),
                articles_count=Count("articles", distinct=True),
            )
        )

    @admin.display(ordering=F("starts_earliest"))
    def when(self, event: Event) -> str:
        return event.start_date or event.date_words

    @admin.display(description="speakers", ordering="speakers_count")
    def speaker_count(self, event: Any) -> int:
        return int(event.speakers_count)

    @admin.display(description="articles", ordering="articles_count")
    def article_count(self, event: Any) -> int:
        return int(event.articles_count)


@admin.register(Topic)
class TopicAdmin(PublicPageAdmin):
    fields = ["name", "uri", "slug"]
    list_display = ["name", "uri", "article_count"]
    ordering = ["name"]
    search_fields = ["name"]
    prepopulated_fields = {"slug": ["name"]}

    def get_queryset(self, request: HttpRequest) -> QuerySet[Topic]:
        return super().get_queryset(request).annotate(articles_count=Count("articles"))

    @admin.display(description="articles", ordering="articles_count")
    def article_count(self, topic: Any) -> int:
        return int(topic.articles_count)


class ReadOnlyAdmin(admin.ModelAdmin):
    """History is looked at, never edited."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(Edition)
class EditionAdmin(ReadOnlyAdmin):
    list_display = ["headline", "version", "current", "published_at", "published_by"]
    list_filter = ["current", "published_at"]
    list_select_related = ["published_by"]
    search_fields = ["headline", "standfirst"]
    exclude = ["snapshot"]


@admin.register(Change)
class ChangeAdmin(ReadOnlyAdmin):
    list_display = ["sequence", "at", "kind", "object_id"]
    list_filter = ["kind"]
