"""The desk for partners and their keys."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.html import format_html

from articles.models import Key, Partner, languages


class KeyInline(admin.TabularInline):
    """A partner's keys: several at a time, so that one can take the place of another."""

    model = Key
    fields = ["hint", "created_at", "last_used_at", "active"]
    readonly_fields = ["hint", "created_at", "last_used_at"]
    extra = 0

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Keys are made with the button, which shows them."""
        return False


class PartnerForm(forms.ModelForm):
    languages = forms.MultipleChoiceField(
        choices=languages,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text="Only articles in these languages; none for all.",
    )


@admin.register(Partner)
class PartnerAdmin(admin.ModelAdmin):
    form = PartnerForm
    change_form_template = "admin/articles/partner/change_form.html"
    fieldsets = [
        (None, {"fields": ["name", "contact"]}),
        ("Rights", {"fields": ["reads_embargoed", "full_text", "per_minute"]}),
        ("Subscription", {"fields": ["topics", "languages"]}),
    ]
    autocomplete_fields = ["topics"]
    list_display = ["name", "contact", "reads_embargoed", "full_text", "per_minute"]
    search_fields = ["name", "contact"]
    inlines = [KeyInline]

    def response_add(
        self, request: HttpRequest, obj: Partner, post_url_continue: str | None = None
    ) -> HttpResponse:
        return self.make_key(request, obj) or super().response_add(request, obj, post_url_continue)

    def response_change(self, request: HttpRequest, obj: Partner) -> HttpResponse:
        return self.make_key(request, obj) or super().response_change(request, obj)

    def make_key(self, request: HttpRequest, partner: Partner) -> HttpResponse | None:
        """Make a key, if that was asked for, and show it for the only time."""
        if "_key" not in request.POST:
            return None
        words = "The new key of {} is shown this once; copy it now: <code>{}</code>"
        self.message_user(request, format_html(words, partner, Key.make(partner)), messages.SUCCESS)
        return HttpResponseRedirect(reverse("admin:articles_partner_change", args=[partner.pk]))
