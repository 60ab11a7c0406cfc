"""The desk for pictures: upload one, say what it shows and whose it is, set its focal point."""

from __future__ import annotations

from typing import Any, cast

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.utils import unquote
from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import Q, QuerySet
from django.db.models.fields.json import KT
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString

from articles import pictures
from articles.admin.base import DeskAdmin, DeskForm, count_of
from articles.models import Article, Edition, Picture, PictureUpload, ScheduledAction, Version
from articles.publishing.snapshot import picture_card
from articles.renditions import NotAPicture


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
        self.uploaded: Any = None
        waiting = _waiting(self.instance)
        if waiting is not None and not waiting.retry_at:
            self.fields["upload"].required = False
        elif not self.instance._state.adding:
            del self.fields["upload"]  # another file is another picture: editions keep this one

    def clean_upload(self) -> Any:
        upload = self.cleaned_data["upload"]
        if not upload:
            return upload
        try:
            self.instance.width, self.instance.height = pictures.check_upload(upload)
            self.uploaded = upload
        except NotAPicture as error:
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
        js = [
            forms.Script("newsroom/focus.js", defer=True),
            forms.Script("newsroom/preparing.js", defer=True),
        ]

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        pictures.prepare_in_background()  # what was left when its process ended
        return super().changelist_view(request, extra_context)

    def change_view(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        pictures.prepare_in_background()
        return super().change_view(request, *args, **kwargs)

    def get_fieldsets(self, request: HttpRequest, obj: Picture | None = None) -> Any:
        waiting = _waiting(obj) if obj else None
        is_refused = waiting is not None and not waiting.retry_at
        first = ["shown"] if obj else ["upload"]
        return [
            (
                None,
                {
                    "fields": [
                        *first,
                        *(["upload"] if is_refused else []),
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
        rows = super().get_queryset(request).select_related("waiting_upload")
        return rows.annotate(articles_count=count_of(Article.objects.all(), "picture"))

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """What an edition or a version shows stays, so that each can be brought back."""
        if obj and shown_in(obj):
            return False
        return super().has_delete_permission(request, obj)

    def delete_view(
        self, request: HttpRequest, object_id: str, extra_context: Any = None
    ) -> HttpResponse:
        picture = self.get_object(request, unquote(object_id))
        article = shown_in(picture) if picture else None
        if picture is None or article is None or not super().has_delete_permission(request):
            return super().delete_view(request, object_id, extra_context)
        words = f"“{picture}” is not deleted: a text of “{article}” shows it, or did."
        self.message_user(request, words, messages.ERROR)
        return HttpResponseRedirect(reverse("admin:articles_picture_change", args=[picture.pk]))

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
        save_picture(obj, form.uploaded, by=cast(User, request.user))

    @staticmethod
    def _image(picture: Picture, width: int, css: str) -> SafeString:
        if not picture.renditions:
            return _progress(picture)
        return format_html(
            '<img class="{}" id="picture-{}" src="{}" alt="{}" width="{}" height="{}">',
            css,
            picture.pk,
            image_address(picture, width),
            picture.alternative_text,
            width,
            round(picture.height * width / picture.width),
        )


def shown_in(picture: Picture) -> Article | None:
    """An article of which an edition, a version or an approved text shows ``picture``, if any."""
    lead = KT("snapshot__picture__id")  # as the indexes have it
    in_body = Q(snapshot__body_pictures__contains=[{"id": str(picture.pk)}])
    for rows in (Edition.objects, Version.objects, ScheduledAction.objects):
        found = cast(Any, rows).alias(lead=lead).filter(Q(lead=str(picture.pk)) | in_body)
        if row := found.defer("snapshot").order_by().select_related("article").first():
            article: Article = row.article
            return article
    return None


def image_address(picture: Picture, width: int) -> str:
    """The address of a file that fills ``width`` pixels; "" until the files are made."""
    if not picture.renditions:
        return ""
    smallest, *_, largest = pictures.of_type(picture_card(picture), "image/jpeg") * 2
    return pictures.address(smallest if width <= smallest["width"] else largest)


def upload_picture(request: HttpRequest) -> Picture:
    """Make the picture that is posted, as the form of the desk's pictures does.

    Raises ValidationError with a sentence for each field that is wrong.
    """
    form = PictureForm(request.POST, request.FILES)
    if not form.is_valid():
        raise forms.ValidationError(
            [
                f"{form.fields[name].label}: {error}"
                for name, errors in form.errors.items()
                for error in errors
            ]
        )
    picture: Picture = form.save(commit=False)
    save_picture(picture, form.uploaded, by=cast(User, request.user))
    return picture


@transaction.atomic
def save_picture(picture: Picture, file: Any, *, by: User) -> None:
    """Save what ``by`` wrote of ``picture``, and its ``file`` if there is a new one."""
    if picture._state.adding:
        picture.uploaded_by = by
    picture.saved_by = by
    picture.save()
    if file is not None:
        pictures.save_upload(picture, file)


def _waiting(picture: Picture) -> PictureUpload | None:
    """The upload whose files are not made yet, or were refused."""
    if picture._state.adding:
        return None
    return PictureUpload.objects.filter(picture=picture).first()


def _progress(picture: Picture) -> SafeString:
    """What becomes of the files that are not there yet; ``preparing.js`` looks again."""
    waiting = getattr(picture, "waiting_upload", None)
    css, words = "preparing", "Being prepared …"
    if waiting is None:
        css, words = "", "There is no file."
    elif waiting.retry_at is None:
        css, words = "", f"{waiting.last_error} Upload another file."
    elif waiting.last_error:
        words += f" Attempt {waiting.attempts} broke and is repeated: {waiting.last_error}"
    return format_html(
        '<strong class="{}" id="picture-{}" role="status">{}</strong>', css, picture.pk, words
    )
