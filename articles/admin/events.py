"""The desk for events and topics."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db.models import F, QuerySet
from django.http import HttpRequest

from articles.admin.base import NamedPageAdmin, RowForm, count_of
from articles.admin.rows import LoadedRows
from articles.models import Appearance, Article, Event, Topic


class AppearanceInline(LoadedRows, admin.TabularInline):
    """Who spoke at the event, and as what."""

    model = Appearance
    form = RowForm
    fields = ["capacity", "order"]
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


@admin.register(Event)
class EventAdmin(NamedPageAdmin):
    fieldsets = [
        (None, {"fields": ["name", "kind", "format", "status", "place", "organizers"]}),
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
    list_filter = ["status", "format", "covered_live"]
    ordering = [F("starts_earliest").desc(nulls_last=True), "name"]
    search_fields = ["pk", "organizers"]
    autocomplete_fields = ["organizers"]
    prepopulated_fields = {"slug": ["name"]}
    inlines = [AppearanceInline]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Event]:
        return (
            super()
            .get_queryset(request)
            .annotate(
                speakers_count=count_of(Appearance.objects.all(), "event"),
                articles_count=count_of(Article.objects.all(), "event"),
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
class TopicAdmin(NamedPageAdmin):
    fields = ["name", "uri", "navigation", "slug"]
    list_display = ["name", "uri", "navigation", "article_count"]
    ordering = ["name"]
    search_fields = ["pk"]
    prepopulated_fields = {"slug": ["name"]}

    def get_queryset(self, request: HttpRequest) -> QuerySet[Topic]:
        filed = count_of(Article.topics.through.objects.all(), "topic")
        return super().get_queryset(request).annotate(articles_count=filed)

    @admin.display(description="articles", ordering="articles_count")
    def article_count(self, topic: Any) -> int:
        return int(topic.articles_count)
