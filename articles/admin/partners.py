"""The desk for partners: rights, keys, webhooks, requests and deliveries."""

from __future__ import annotations

from typing import Any, cast

from django import forms
from django.contrib import admin, messages
from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html

from articles.models import ApiRequest, Delivery, Endpoint, Key, Partner, is_sequence, languages
from articles.partners import outbound, webhooks
from articles.publishing.workflow import Refused

#: So many requests and deliveries the traffic page lists.
LATEST = 100


class KeyInline(admin.TabularInline):
    """A partner's keys; several may be active, so that one can replace another without a pause."""

    model = Key
    fields = ["prefix", "created_at", "last_used_at", "active"]
    readonly_fields = ["prefix", "created_at", "last_used_at"]
    extra = 0

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Keys are created with the button alone, which shows them."""
        return False


class EndpointForm(forms.ModelForm):
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
    fields = ["url", "active", "secret", "failing_since", "notice"]
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
class PartnerAdmin(admin.ModelAdmin):
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
    search_fields = ["name", "contact"]
    inlines = [KeyInline, EndpointInline]

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(self.traffic)
        page = path("<uuid:id>/traffic/", view, name="articles_partner_traffic")
        return [page, *super().get_urls()]

    def save_formset(self, request: HttpRequest, form: Any, formset: Any, change: bool) -> None:
        """Save, and reset the failures of endpoints that were switched on again."""
        super().save_formset(request, form, formset, change)
        for endpoint, changed in getattr(formset, "changed_objects", ()):
            if isinstance(endpoint, Endpoint) and "active" in changed and endpoint.active:
                webhooks.resume(endpoint)

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
        words = "The new key of {} is shown this once; copy it now: <code>{}</code>"
        self.message_user(
            request, format_html(words, partner, Key.issue(partner)), messages.SUCCESS
        )
        return HttpResponseRedirect(reverse("admin:articles_partner_change", args=[partner.pk]))

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
