"""History at the desk: editions, the log, who did what. It is looked at, never edited."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from articles.models import Act, Change, Due, Edition


class ReadOnlyAdmin(admin.ModelAdmin):
    """Rows that only the deeds write."""

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


@admin.register(Act)
class ActAdmin(ReadOnlyAdmin):
    list_display = ["at", "by", "deed", "title", "note"]
    list_filter = ["deed", "kind", "at"]
    list_select_related = ["by"]
    search_fields = ["title", "note", "by__username"]


@admin.register(Due)
class DueAdmin(ReadOnlyAdmin):
    list_display = ["at", "deed", "article", "by", "embargo_until"]
    list_filter = ["deed"]
    list_select_related = ["article", "by"]
    ordering = ["at"]
    exclude = ["snapshot"]
