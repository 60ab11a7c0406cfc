"""History at the desk: editions, the log, the audit log, the schedule. Nobody edits it."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db.models import Exists, OuterRef, QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html

from articles.admin.base import NameSearch
from articles.editing.approval import edited_since_approval
from articles.models import AuditEntry, Change, Edition, ScheduledAction


class ReadOnlyAdmin(NameSearch):
    """Rows that only actions write."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(Edition)
class EditionAdmin(ReadOnlyAdmin):
    list_display = ["headline", "version", "is_latest", "published_at", "published_by"]
    list_filter = ["is_latest", "published_at"]
    list_select_related = ["published_by"]
    search_fields = ["pk"]
    exclude = ["snapshot"]

    def view_on_site(self, row: Edition) -> str | None:
        """The public page of the article, while it has one."""
        live = Edition.objects.live().filter(article=row.article_id).first()
        return live.get_absolute_url() if live else None


@admin.register(Change)
class ChangeAdmin(ReadOnlyAdmin):
    list_display = ["sequence", "at", "kind", "object_id"]
    list_filter = ["kind"]


@admin.register(AuditEntry)
class AuditEntryAdmin(ReadOnlyAdmin):
    list_display = ["at", "by", "action", "title", "note"]
    list_filter = ["action", "kind", "at"]
    list_select_related = ["by"]
    search_fields = ["pk", "by"]


@admin.register(ScheduledAction)
class ScheduledActionAdmin(ReadOnlyAdmin):
    list_display = ["at", "action", "article", "text", "by", "embargo_until", "last_error"]
    list_filter = ["action"]
    list_select_related = ["article", "by"]
    ordering = ["at"]
    exclude = ["snapshot"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[ScheduledAction]:
        edited = edited_since_approval().filter(pk=OuterRef("pk"))
        return super().get_queryset(request).annotate(is_edited=Exists(edited))

    @admin.display(description="text that goes out")
    def text(self, scheduled: Any) -> str:
        if scheduled.action != ScheduledAction.Action.PUBLISH:
            return ""
        if not scheduled.is_edited:
            return "as it stands at the desk"
        return format_html(
            'as approved; <a href="{}?from=approved">edited since</a>',
            reverse("admin:articles_article_diff", args=[scheduled.article_id]),
        )
