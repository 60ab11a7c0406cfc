"""The desk for people: speakers with their capacities, organizations."""

from __future__ import annotations

from typing import Any, cast

from django.contrib import admin, messages
from django.contrib.postgres.forms import SimpleArrayField
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import Count, QuerySet
from django.forms import CharField, Textarea
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.html import format_html

from people.models import Affiliation, Organization, PublicPage, Speaker


class PublicPageAdmin(admin.ModelAdmin):
    """Something with a page of its own. Saving keeps it at the desk; publishing shows it."""

    change_form_template = "admin/public_change_form.html"

    def public_path(self, row: Any) -> str | None:
        """The path of its public page, while it has one."""
        page = PublicPage.objects.filter(pk=row.pk).first()
        return page.get_absolute_url() if page else None

    def view_on_site(self, row: Any) -> str | None:
        return self.public_path(row)

    def get_prepopulated_fields(self, request: HttpRequest, obj: Any = None) -> dict[str, Any]:
        """Typing another name does not move a page that is public."""
        return {} if obj and self.public_path(obj) else dict(self.prepopulated_fields)

    def has_publish_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm("articles.publish_article")

    def render_change_form(
        self,
        request: HttpRequest,
        context: dict[str, Any],
        add: bool = False,
        change: bool = False,
        form_url: str = "",
        obj: Any = None,
    ) -> HttpResponse:
        context["show_publish"] = self.has_publish_permission(request)
        return super().render_change_form(
            request, context | self.standing(request, obj), add, change, form_url, obj
        )

    def standing(self, request: HttpRequest, row: Any) -> dict[str, Any]:
        """Context for the change form: what is public of ``row`` (None while it is new)."""
        if row is None:
            return {}
        desk = cast(Any, self.admin_site)
        return {"public_path": self.public_path(row), "unannounced": desk.unannounced(row)}

    # Save, then publish: two deeds, two transactions ---------------------------------------------

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        response = self.save_view(request, object_id, form_url, extra_context)
        saved = getattr(request, "saved", None)
        return response if saved is None else self.after_saving(request, saved, response)

    def save_view(self, request: HttpRequest, object_id: str | None, *args: Any) -> HttpResponse:
        """The form, and what saves it."""
        return super().changeform_view(request, object_id, *args)

    def response_add(
        self, request: HttpRequest, obj: Any, post_url_continue: str | None = None
    ) -> HttpResponse:
        cast(Any, request).saved = obj
        return super().response_add(request, obj, post_url_continue)

    def response_change(self, request: HttpRequest, obj: Any) -> HttpResponse:
        cast(Any, request).saved = obj
        return super().response_change(request, obj)

    def after_saving(self, request: HttpRequest, row: Any, response: HttpResponse) -> HttpResponse:
        """Publish what was just saved, if that was asked for, and stay on the page."""
        if "_publish" not in request.POST:
            return response
        try:
            text = self.publish(request, row)
        except (PermissionDenied, ValidationError) as refused:
            self.refuse(request, refused, "Saved, but not published:")
        else:
            self.message_user(request, text, messages.SUCCESS)
        name = f"admin:{row._meta.app_label}_{row._meta.model_name}_change"
        return HttpResponseRedirect(reverse(name, args=[row.pk]))

    def refuse(self, request: HttpRequest, why: Exception, words: str) -> None:
        """Tell the editor what was not done, and each reason in a sentence of its own."""
        self.message_user(request, words, messages.ERROR)
        for reason in why.messages if isinstance(why, ValidationError) else [str(why)]:
            self.message_user(request, reason, messages.ERROR)

    def publish(self, request: HttpRequest, row: Any) -> str:
        """Put ``row`` on its public page and say so. Raises PermissionDenied, ValidationError."""
        changed = cast(Any, self.admin_site).announce(row, by=request.user)
        text = "Published. {}" if changed else "Nothing has changed since it was published. {}"
        link = format_html('<a href="{}">See it on the site</a>', self.public_path(row))
        return format_html(text, link)


class AffiliationInline(admin.TabularInline):
    """A speaker's capacities."""

    model = Affiliation
    fields = ["title", "organization", "since", "until"]
    autocomplete_fields = ["organization"]
    extra = 0
    verbose_name = "capacity"
    verbose_name_plural = "capacities"


@admin.register(Speaker)
class SpeakerAdmin(PublicPageAdmin):
    fields = ["honorific_prefix", "name", "name_variants", "slug"]
    list_display = ["name", "honorific_prefix", "variants", "capacities", "editions"]
    ordering = ["name"]
    search_fields = ["name", "name_variants", "affiliations__title"]
    prepopulated_fields = {"slug": ["name"]}
    inlines = [AffiliationInline]
    actions = ["merge"]

    @admin.action(description="Merge the selected speakers", permissions=["publish"])
    def merge(self, request: HttpRequest, queryset: QuerySet[Speaker]) -> HttpResponse | None:
        """Ask which of two speakers stays, then make them one."""
        speakers = list(queryset)
        if len(speakers) != 2:
            self.message_user(request, "Select the two speakers that are one.", messages.ERROR)
            return None
        kept = next((row for row in speakers if str(row.pk) == request.POST.get("kept")), None)
        if kept is None:
            context = {
                **self.admin_site.each_context(request),
                "title": "Merge two speakers",
                "opts": self.opts,
                "speakers": speakers,
            }
            return TemplateResponse(request, "admin/people/speaker/merge.html", context)
        [gone] = [row for row in speakers if row != kept]
        try:
            cast(Any, self.admin_site).merge(gone, into=kept, by=request.user)
        except (PermissionDenied, ValidationError) as refused:
            self.refuse(request, refused, "Nothing has changed:")
        else:
            self.message_user(request, f"{gone} is one with {kept} now.", messages.SUCCESS)
        return None

    def get_queryset(self, request: HttpRequest) -> QuerySet[Speaker]:
        return (
            super()
            .get_queryset(request)
            .filter(merged_into=None)
            .annotate(
                capacity_count=Count("affiliations", distinct=True),
                edition_count=Count("editions", distinct=True),
            )
        )

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **kw: Any) -> Any:
        if db_field.name == "name_variants":
            return SimpleArrayField(
                CharField(max_length=200),
                delimiter="\n",
                required=False,
                widget=Textarea(attrs={"rows": 3}),
                help_text=db_field.help_text,
            )
        return super().formfield_for_dbfield(db_field, request, **kw)

    @admin.display(description="also spelled")
    def variants(self, speaker: Speaker) -> str:
        return ", ".join(speaker.name_variants)

    @admin.display(ordering="capacity_count")
    def capacities(self, speaker: Any) -> int:
        return int(speaker.capacity_count)

    @admin.display(description="in editions", ordering="edition_count")
    def editions(self, speaker: Any) -> int:
        return int(speaker.edition_count)


@admin.register(Organization)
class OrganizationAdmin(PublicPageAdmin):
    fields = ["name", "short_name", "place", "parent", "slug"]
    list_display = ["name", "short_name", "place", "parent", "people", "event_count"]
    list_select_related = ["parent"]
    ordering = ["name"]
    search_fields = ["name", "short_name"]
    autocomplete_fields = ["parent"]
    prepopulated_fields = {"slug": ["name"]}

    def get_queryset(self, request: HttpRequest) -> QuerySet[Organization]:
        return (
            super()
            .get_queryset(request)
            .annotate(
                people_count=Count("affiliations__speaker", distinct=True),
                events_count=Count("events", distinct=True),
            )
        )

    @admin.display(ordering="people_count")
    def people(self, organization: Any) -> int:
        return int(organization.people_count)

    @admin.display(description="events", ordering="events_count")
    def event_count(self, organization: Any) -> int:
        return int(organization.events_count)


@admin.register(Affiliation)
class AffiliationAdmin(admin.ModelAdmin):
    """Capacities by themselves: what autocomplete searches when a statement is written."""

    fields = ["speaker", "title", "organization", "since", "until"]
    list_display = ["speaker", "title", "organization", "since", "until"]
    list_select_related = ["speaker", "organization"]
    search_fields = [
        "speaker__name",
        "speaker__name_variants",
        "title",
        "organization__name",
        "organization__short_name",
    ]
    autocomplete_fields = ["speaker", "organization"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Affiliation]:
        rows = super().get_queryset(request).filter(speaker__merged_into=None)
        return rows.select_related("speaker", "organization")
