"""The desk for people: speakers with their capacities, organizations."""

from __future__ import annotations

from contextlib import suppress
from typing import Any, cast
from uuid import UUID

from django.contrib import admin, messages
from django.contrib.admin.utils import unquote
from django.contrib.auth.models import User
from django.contrib.postgres.forms import SimpleArrayField
from django.core.cache import cache
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import Q, QuerySet
from django.forms import CharField, Textarea
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse

from articles.admin.base import DeskAdmin, NamedPageAdmin, RowForm, count_of, note_saved_by
from articles.admin.my_work import DOUBLES
from articles.admin.rows import LoadedRows
from articles.models import Edition, Event
from articles.publishing.merge_speakers import merge_speakers
from people.constraints import is_visible
from people.models import Affiliation, Organization, Speaker


class LinesField(SimpleArrayField):
    """Texts, one a line. Lines without a visible sign, blanks around, repetitions are dropped."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(
            CharField(max_length=200),
            delimiter="\n",
            required=False,
            widget=Textarea(attrs={"rows": 3}),
            **kwargs,
        )

    def to_python(self, value: Any) -> Any:
        lines = value.splitlines() if isinstance(value, str) else value or []
        return super().to_python(list(dict.fromkeys(filter(is_visible, map(str.strip, lines)))))


class AffiliationInline(LoadedRows, admin.TabularInline):
    """A speaker's capacities."""

    model = Affiliation
    form = RowForm
    fields = ["title", "organization", "since", "until"]
    autocomplete_fields = ["organization"]
    extra = 0
    verbose_name = "capacity"
    verbose_name_plural = "capacities"

    def get_queryset(self, request: HttpRequest) -> QuerySet[Affiliation]:
        return super().get_queryset(request).select_related("speaker", "organization")


@admin.register(Speaker)
class SpeakerAdmin(NamedPageAdmin):
    fields = ["honorific_prefix", "name", "name_variants", "slug"]
    list_display = ["name", "honorific_prefix", "variants", "capacity_count", "edition_count"]
    ordering = ["name"]
    search_fields = ["pk", "affiliations"]
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
            merge_speakers(gone, into=kept, by=cast(User, request.user))
            cache.delete(DOUBLES)
        except (PermissionDenied, ValidationError) as refused:
            self.refuse(request, refused, "Nothing has changed:")
        else:
            self.message_user(request, f"Merged {gone} into {kept}.", messages.SUCCESS)
        return None

    def change_view(
        self, request: HttpRequest, object_id: str, *args: Any, **kwargs: Any
    ) -> HttpResponse:
        """A speaker's page; that of who was merged leads to the speaker who stays."""
        with suppress(ValidationError):  # the address has no identifier
            gone = Speaker.objects.select_related("merged_into").filter(pk=unquote(object_id))
            into = next((one.merged_into for one in gone), None)
            if into and self.has_view_permission(request):
                self.message_user(request, f"{gone[0]} was merged into {into}.", messages.WARNING)
                return redirect("admin:people_speaker_change", into.pk)
        return super().change_view(request, object_id, *args, **kwargs)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Speaker]:
        return (
            super()
            .get_queryset(request)
            .filter(merged_into=None)
            .annotate(
                capacities_count=count_of(Affiliation.objects.all(), "speaker"),
                editions_count=count_of(Edition.speakers.through.objects.all(), "speaker"),
            )
        )

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **kw: Any) -> Any:
        if db_field.name == "name_variants":
            return LinesField(help_text=db_field.help_text)
        return super().formfield_for_dbfield(db_field, request, **kw)

    @admin.display(description="also spelled")
    def variants(self, speaker: Speaker) -> str:
        return ", ".join(speaker.name_variants)

    @admin.display(description="capacities", ordering="capacities_count")
    def capacity_count(self, speaker: Any) -> int:
        return int(speaker.capacities_count)

    @admin.display(description="in editions", ordering="editions_count")
    def edition_count(self, speaker: Any) -> int:
        return int(speaker.editions_count)


@admin.register(Organization)
class OrganizationAdmin(NamedPageAdmin):
    fields = ["name", "short_name", "place", "parent", "slug"]
    list_display = ["name", "short_name", "place", "parent", "people", "event_count"]
    list_select_related = ["parent"]
    ordering = ["name"]
    search_fields = ["pk"]
    autocomplete_fields = ["parent"]
    prepopulated_fields = {"slug": ["name"]}

    def get_queryset(self, request: HttpRequest) -> QuerySet[Organization]:
        return (
            super()
            .get_queryset(request)
            .annotate(
                people_count=count_of(Affiliation.objects.all(), "organization", "speaker"),
                events_count=count_of(Event.organizers.through.objects.all(), "organization"),
            )
        )

    @admin.display(ordering="people_count")
    def people(self, organization: Any) -> int:
        return int(organization.people_count)

    @admin.display(description="events", ordering="events_count")
    def event_count(self, organization: Any) -> int:
        return int(organization.events_count)


@admin.register(Affiliation)
class AffiliationAdmin(DeskAdmin):
    """Capacities by themselves: what autocomplete searches when a statement is written."""

    fields = ["speaker", "title", "organization", "since", "until"]
    list_display = ["speaker", "title", "organization", "since", "until"]
    list_select_related = ["speaker", "organization"]
    search_fields = ["pk", "speaker", "organization"]
    autocomplete_fields = ["speaker", "organization"]

    def save_view(
        self,
        request: HttpRequest,
        object_id: str | None,
        form_url: str,
        extra_context: dict[str, Any] | None,
    ) -> HttpResponse:
        """Save while nobody merges its speaker: it is locked first, as a merge locks it."""
        if request.method != "POST":
            return super().save_view(request, object_id, form_url, extra_context)
        with transaction.atomic():
            wanted = Q(pk__in=_identifiers(request.POST.get("speaker")))
            for pk in _identifiers(object_id and unquote(object_id)):
                wanted |= Q(pk__in=Affiliation.objects.filter(pk=pk).values("speaker"))
            speakers = Speaker.objects.filter(wanted).order_by("pk")
            list(speakers.select_for_update(no_key=True).values_list("pk"))
            return super().save_view(request, object_id, form_url, extra_context)

    def save_model(self, request: HttpRequest, obj: Affiliation, form: Any, change: bool) -> None:
        super().save_model(request, obj, form, change)
        if form.has_changed():
            note_saved_by(obj.speaker, cast(User, request.user))

    def get_queryset(self, request: HttpRequest) -> QuerySet[Affiliation]:
        rows = super().get_queryset(request).filter(speaker__merged_into=None)
        return rows.select_related("speaker", "organization")


def _identifiers(given: str | None) -> list[UUID]:
    """``given`` as an identifier; none when it is no such thing."""
    try:
        return [UUID(given or "")]
    except ValueError:
        return []
