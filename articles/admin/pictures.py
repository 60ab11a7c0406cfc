"""The desk for pictures: upload one, say what it shows and whose it is, set its focal point."""

from __future__ import annotations

from typing import Any, cast

from django import forms
from django.contrib import admin
from django.contrib.auth.models import User
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.html import format_html
from django.utils.safestring import SafeString

from articles import pictures
from articles.admin.base import DeskAdmin, DeskForm, count_of
from articles.models import Article, Edition, Picture, ScheduledAction, Version
from articles.publishing.snapshot import picture_card


class PictureForm(DeskForm):
    """A picture; its file is judged before anything is stored."""

    upload = forms.FileField(
        label="File",
        help_text="JPEG, PNG, WebP or AVIF, up to 20 MB. Place and camera are not passed on.",
        widget=forms.FileInput(attrs={"accept": "image/jpeg,image/png,image/webp,image/avif"}),
    )

    class Meta:
        model = Picture
        fields = [
            "alternative_text",
            "credit",
            "caption",
            "usage_terms",
            "copyright_holder",
            "focal_x",
            "focal_y",
        ]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.picture: Any = None
        if not self.instance._state.adding:
            del self.fields["upload"]  # another file is another picture: editions keep this one

    def clean_upload(self) -> Any:
        upload = self.cleaned_data["upload"]
        try:
            self.picture = pictures.read(upload)
        except pictures.NotAPicture as error:
            raise forms.ValidationError(str(error)) from error
        return upload


@admin.register(Picture)
class PictureAdmin(DeskAdmin):
    form = PictureForm
    list_display = ["thumbnail", "alternative_text", "credit", "size", "article_count"]
    list_display_links = ["thumbnail", "alternative_text"]
    search_fields = ["pk"]
    search_help_text = "What it shows, its caption or its credit"
    ordering = ["-uploaded_at"]

    class Media:
        js = [forms.Script("newsroom/focus.js", defer=True)]

    def get_fieldsets(self, request: HttpRequest, obj: Picture | None = None) -> Any:
        first = "shown" if obj else "upload"
        return [
            (
                None,
                {
                    "fields": [
                        first,
                        "alternative_text",
                        "credit",
                        "caption",
                        "usage_terms",
                        "copyright_holder",
                    ]
                },
            ),
            (
                "Focal point",
                {
                    "fields": [("focal_x", "focal_y")],
                    "description": "What stays in view where the picture is cut. "
                    "Once it is saved, click into the picture.",
                },
            ),
        ]

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        return ["shown"] if obj else []

    def get_queryset(self, request: HttpRequest) -> QuerySet[Picture]:
        return (
            super()
            .get_queryset(request)
            .annotate(articles_count=count_of(Article.objects.all(), "picture"))
        )

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """What an edition or a version shows stays, so that each can be brought back."""
        if obj:
            shown = {"snapshot__picture__id": str(obj.pk)}
            for rows in (Edition.objects, Version.objects, ScheduledAction.objects):
                if cast(Any, rows).filter(**shown).exists():
                    return False
        return super().has_delete_permission(request, obj)

    @admin.display(description="picture")
    def shown(self, picture: Picture) -> SafeString:
        return self._image(picture, 640, "focus")

    @admin.display(description="picture")
    def thumbnail(self, picture: Picture) -> SafeString:
        return self._image(picture, 120, "thumbnail")

    @admin.display(description="pixels")
    def size(self, picture: Picture) -> str:
        return f"{picture.width} × {picture.height}"

    @admin.display(description="articles", ordering="articles_count")
    def article_count(self, picture: Any) -> int:
        return int(picture.articles_count)

    def save_model(self, request: HttpRequest, obj: Picture, form: Any, change: bool) -> None:
        if not change:
            image, digest = form.picture
            obj.width, obj.height = image.size
            obj.renditions = pictures.create_renditions(image, digest)
            obj.uploaded_by = cast(User, request.user)
        obj.saved_by = cast(User, request.user)
        super().save_model(request, obj, form, change)

    @staticmethod
    def _image(picture: Picture, width: int, css: str) -> SafeString:
        smallest, *_, largest = pictures.of_type(picture_card(picture), "image/jpeg") * 2
        return format_html(
            '<img class="{}" src="{}" alt="{}" width="{}" height="{}">',
            css,
            pictures.address(smallest if width <= smallest["width"] else largest),
            picture.alternative_text,
            width,
            round(picture.height * width / picture.width),
        )
