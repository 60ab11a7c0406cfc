"""History at the desk: editions, the log, the audit log, the schedule. Nobody edits it."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from articles.models import AuditEntry, Change, Edition, ScheduledAction


class ReadOnlyAdmin(admin.ModelAdmin):
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
    search_fields = ["headline", "standfirst"]
    exclude = ["snapshot"]


@admin.register(Change)
class ChangeAdmin(ReadOnlyAdmin):
    list_display = ["sequence", "at", "kind", "object_id"]
    list_filter = ["kind"]


@admin.register(AuditEntry)
class AuditEntryAdmin(ReadOnlyAdmin):
    list_display = ["at", "by", "action", "title", "note"]
    list_filter = ["action", "kind", "at"]
    list_select_related = ["by"]
    search_fields = ["title", "note", "by__username"]


@admin.register(ScheduledAction)
class ScheduledActionAdmin(ReadOnlyAdmin):
    list_display = ["at", "action", "article", "by", "embargo_until"]
    list_filter = ["action"]
    list_select_related = ["article", "by"]
    ordering = ["at"]
    exclude = ["snapshot"]
