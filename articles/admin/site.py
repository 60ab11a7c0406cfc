"""The desk for the front page and the site's own pages."""

from __future__ import annotations

from typing import Any, cast

from django import forms
from django.contrib import admin
from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.urls import URLPattern, path, reverse

from articles.admin.base import DeskForm, NamedPageAdmin, PublicPageAdmin, note_saved_by
from articles.admin.pickers import record_field
from articles.models import FRONT_PAGE, FrontPage, FrontPick, PublicPage, SitePage
from articles.public.front import MOST_PICKS
from articles.public.views import render_home
from articles.publishing.snapshot import front_page
from articles.richtext import WITHOUT_RECORDS


@admin.register(SitePage)
class SitePageAdmin(NamedPageAdmin):
    change_form_template = "admin/articles/sitepage/change_form.html"
    fields = ["name", "language", "body", "position", "slug"]
    list_display = ["name", "language", "position", "slug"]
    list_filter = ["language"]
    ordering = ["language", "position", "name"]
    search_fields = ["pk"]
    prepopulated_fields = {"slug": ["name"]}

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **kw: Any) -> Any:
        if db_field.name == "body":
            kw["config"] = {"extensions": WITHOUT_RECORDS}
        return super().formfield_for_dbfield(db_field, request, **kw)


class FrontPageForm(DeskForm):
    """What stands on the front page, in the order in which it was chosen."""

    class Meta:
        model = FrontPage
        fields: list[str] = []

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "picks" in self.fields:
            rows = [pick.article for pick in self.instance.picks.select_related("article")]
            cast(Any, self.fields["picks"].widget).loaded = {str(row.pk): row for row in rows}
            self.fields["picks"].initial = [row.pk for row in rows]


@admin.register(FrontPage)
class FrontPageAdmin(PublicPageAdmin):
    """One row: who may publish picks what leads, and publishes the page."""

    form = FrontPageForm
    fields = ["picks"]
    change_form_template = "admin/articles/frontpage/change_form.html"

    class Media:
        js = [forms.Script("newsroom/desk/front.js", type="module")]

    @admin.display(description="Articles")
    def picks(self, front: FrontPage) -> str:
        """What leads, for who may look and not choose."""
        return "; ".join(str(pick.article) for pick in front.picks.select_related("article"))

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(self.preview)
        return [path("preview/", view, name="articles_frontpage_preview"), *super().get_urls()]

    def get_form(
        self, request: HttpRequest, obj: Any = None, change: bool = False, **kw: Any
    ) -> Any:
        field: Any = record_field(FrontPage._meta.get_field("articles"), request, self.admin_site)
        field.is_ordered = True
        field.label, field.required = "Articles", False
        field.help_text = (
            f"In their order: the first leads, up to {MOST_PICKS - 1} stand beside it. The newest "
            "take the places that are left. To change the order, untick and choose again."
        )
        kw["form"] = type("FrontPageForm", (FrontPageForm,), {"picks": field})
        return super().get_form(request, obj, change, **kw)

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        """There is one front page: open it."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        row, _made = FrontPage.objects.get_or_create(pk=FRONT_PAGE)
        return HttpResponseRedirect(reverse("admin:articles_frontpage_change", args=[row.pk]))

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        super().save_related(request, form, formsets, change)
        if "picks" not in form.cleaned_data:
            return
        front = form.instance
        posted = form.data.getlist("picks") if isinstance(form.data, QueryDict) else []
        order = {key: place for place, key in enumerate(posted)}
        chosen = sorted(
            form.cleaned_data["picks"], key=lambda row: order.get(str(row.pk), len(order))
        )
        if list(front.picks.values_list("article", flat=True)) != [row.pk for row in chosen]:
            front.picks.all().delete()
            FrontPick.objects.bulk_create(
                FrontPick(front=front, article=row, position=place)
                for place, row in enumerate(chosen, start=1)
            )
            note_saved_by(front, cast(User, request.user))

    def public_path(self, row: Any) -> str | None:
        public = PublicPage.objects.live().filter(pk=row.pk).exists()
        return reverse("home") if public else None

    def preview(self, request: HttpRequest) -> HttpResponse:
        """The front page as readers would see it with what is saved here."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        row, _made = FrontPage.objects.get_or_create(pk=FRONT_PAGE)
        return render_home(request, front_page(row)["picks"])
