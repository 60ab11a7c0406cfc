"""The desk for partners: rights, keys, webhooks, requests and deliveries."""

from __future__ import annotations

from typing import Any, cast

from django import forms
from django.contrib import admin, messages
from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import URLPattern, path

from articles.admin.base import NameSearch
from articles.models import ApiRequest, Delivery, Endpoint, Key, Partner, is_sequence, languages
from articles.partners import outbound, webhooks
from articles.publishing import audit
from articles.publishing.workflow import Refused

#: So many requests and deliveries the traffic page lists.
LATEST = 100


class KeyInline(admin.TabularInline):
    """A partner's keys; several may be active, so that one can replace another without a pause."""

    model = Key
    fields = ["prefix", "scope", "ends_at", "created_at", "last_used_at", "active"]
    readonly_fields = ["prefix", "created_at", "last_used_at"]
    extra = 0

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Keys are created with the button alone, which shows them."""
        return False


class EndpointForm(forms.ModelForm):
    new_secret = forms.BooleanField(
        required=False, help_text="Tick and save: the old one signs beside it for a day."
    )

    def clean_url(self) -> str:
        url = str(self.cleaned_data["url"])
        try:
            outbound.check(url)
        except outbound.NotAllowed as error:
            raise ValidationError(str(error)) from error
        return url


class EndpointInline(admin.TabularInline):
    """A partner's webhooks."""

    model = Endpoint
    form = EndpointForm
    fields = ["url", "active", "secret", "new_secret", "failing_since", "notice"]
    readonly_fields = ["secret", "failing_since", "notice"]
    extra = 0


class PartnerForm(forms.ModelForm):
    languages = forms.MultipleChoiceField(
        choices=languages,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=Partner._meta.get_field("languages").help_text,
    )

    def clean(self) -> dict[str, Any]:
        """Refuse “all” together with a choice: it would not be clear which of them is meant."""
        data = super().clean() or self.cleaned_data
        for name in ("topics", "languages"):
            if data.get(f"all_{name}") and data.get(name):
                self.add_error(name, f"Untick “all {name}”, or choose no {name}.")
        return data


@admin.register(Partner)
class PartnerAdmin(NameSearch):
    form = PartnerForm
    change_form_template = "admin/articles/partner/change_form.html"
    fieldsets = [
        (None, {"fields": ["name", "contact"]}),
        ("Rights", {"fields": ["reads_embargoed", "full_text", "per_minute"]}),
        (
            "Subscription",
            {
                "fields": ["all_topics", "topics", "all_languages", "languages"],
                "description": "Articles have to be in both: under the topics and in the "
                "languages. Whatever the public may read, a partner may read too.",
            },
        ),
    ]
    autocomplete_fields = ["topics"]
    list_display = ["name", "contact", "reads_embargoed", "full_text", "per_minute"]
    search_fields = ["pk"]
    inlines = [KeyInline, EndpointInline]

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(self.traffic)
        page = path("<uuid:id>/traffic/", view, name="articles_partner_traffic")
        return [page, *super().get_urls()]

    def save_formset(self, request: HttpRequest, form: Any, formset: Any, change: bool) -> None:
        """Save keys and webhooks, with an audit entry for each that was added, changed or ended."""
        super().save_formset(request, form, formset, change)
        by, partner = cast(User, request.user), form.instance
        name = str(formset.model._meta.verbose_name)
        for row in formset.new_objects:
            audit.record(f"add {name}", partner, by=by, note=str(row))
        for row in formset.deleted_objects:
            audit.record(f"delete {name}", partner, by=by, note=str(row))
        for row, changed in formset.changed_objects:
            self.after_change(row, changed, partner, by)

    def after_change(
        self, row: Key | Endpoint, changed: list[str], partner: Partner, by: User
    ) -> None:
        """Do and record what a change to a key or webhook brings with it."""
        name = str(row._meta.verbose_name)
        if "active" in changed:
            action = "resume" if row.active else "end"
            audit.record(f"{action} {name}", partner, by=by, note=str(row))
        if {"url", "scope", "ends_at"}.intersection(changed):
            audit.record(f"change {name}", partner, by=by, note=str(row))
        if isinstance(row, Endpoint) and "active" in changed and row.active:
            webhooks.resume(row)
        if isinstance(row, Endpoint) and "new_secret" in changed:
            webhooks.rotate_secret(row, by=by)

    def save_model(self, request: HttpRequest, obj: Partner, form: Any, change: bool) -> None:
        super().save_model(request, obj, form, change)
        if form.changed_data:
            action, changed = "change" if change else "add", ", ".join(form.changed_data)
            audit.record(f"{action} partner", obj, by=cast(User, request.user), note=changed)

    def delete_model(self, request: HttpRequest, obj: Partner) -> None:
        audit.record("delete partner", obj, by=cast(User, request.user), note="with all its keys")
        super().delete_model(request, obj)

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[Partner]) -> None:
        for partner in queryset:
            self.delete_model(request, partner)

    def response_add(
        self, request: HttpRequest, obj: Partner, post_url_continue: str | None = None
    ) -> HttpResponse:
        return self.issue_key(request, obj) or super().response_add(request, obj, post_url_continue)

    def response_change(self, request: HttpRequest, obj: Partner) -> HttpResponse:
        return self.issue_key(request, obj) or super().response_change(request, obj)

    def issue_key(self, request: HttpRequest, partner: Partner) -> HttpResponse | None:
        """Create a key if that button was pressed, and show it the only time."""
        if "_key" not in request.POST:
            return None
        secret = Key.issue(partner)
        audit.record("add key", partner, by=cast(User, request.user), note=f"{secret[:12]}…")
        # In the answer itself: a message would keep it in a cookie.
        context = {
            **self.admin_site.each_context(request),
            "title": "New key",
            "opts": self.opts,
            "partner": partner,
            "secret": secret,
        }
        page = "admin/articles/partner/key.html"
        return TemplateResponse(request, page, context, headers={"Cache-Control": "no-store"})

    def traffic(self, request: HttpRequest, id: Any) -> HttpResponse:
        """The latest requests of a partner and deliveries to it; a POST sends one again."""
        partner = get_object_or_404(Partner, pk=id)
        if not self.has_change_permission(request, partner):
            raise PermissionDenied
        deliveries = Delivery.objects.filter(endpoint__partner=partner)
        if request.method == "POST":
            chosen = request.POST.get("resend", "")
            delivery = get_object_or_404(deliveries, pk=chosen if is_sequence(chosen) else None)
            self.resend(request, delivery)
            return HttpResponseRedirect(request.path)
        context = {
            **self.admin_site.each_context(request),
            "title": "Requests and deliveries",
            "partner": partner,
            "opts": self.opts,
            "api_requests": ApiRequest.objects.filter(key__partner=partner).select_related("key")[
                :LATEST
            ],
            "deliveries": deliveries.select_related("endpoint", "change")[:LATEST],
        }
        return TemplateResponse(request, "admin/articles/partner/traffic.html", context)

    def resend(self, request: HttpRequest, delivery: Delivery) -> None:
        """Send ``delivery`` again and tell the user."""
        try:
            webhooks.resend(delivery, by=cast(User, request.user))
        except Refused as refused:
            self.message_user(request, " ".join(refused.messages), messages.ERROR)
        else:
            self.message_user(request, f"Change {delivery.change_id} is sent again at once.")
