"""The page on which one person asks for an erasure and another confirms it."""

from __future__ import annotations

from typing import Any, cast

from django import forms
from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import URLPattern, reverse

from articles.admin.article_page import ArticlePage
from articles.models import Article, Erasure
from articles.publishing import erasure


class ErasureForm(forms.Form):
    """What is kept in place of a text, and which translations go with it."""

    reason = forms.CharField(
        widget=forms.Textarea(attrs={"rows": 3}),
        max_length=2000,
        help_text="For the desk alone: the judgment or the request, with its date. Do not repeat "
        "what must be forgotten; the reason stays for ever.",
    )
    notice = forms.CharField(
        label="Public notice",
        widget=forms.Textarea(attrs={"rows": 3}),
        max_length=600,
        help_text="Stands at the address, and partners get it: “Erased by order of a court.”",
    )
    translations = forms.ModelMultipleChoiceField(
        Article.objects.none(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        label="In other languages",
        help_text="Only what is ticked is erased too.",
    )

    def __init__(self, article: Article, data: Any = None) -> None:
        super().__init__(data)
        field = cast(forms.ModelMultipleChoiceField, self.fields["translations"])
        field.queryset = erasure.others_of(article)
        if not field.queryset.exists():
            del self.fields["translations"]


class ErasePages(ArticlePage):
    """The article's admin class: its erasure."""

    def get_urls(self) -> list[URLPattern]:
        return [
            self.page_url("<path:object_id>/erase/", self.erase_view, "erase"),
            *super().get_urls(),
        ]

    def erase_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Ask for an erasure; or, where one waits, confirm it or take it back."""
        article, user = self.article_of(request, object_id), cast(User, request.user)
        if not user.has_perm(erasure.PERMISSION):
            raise PermissionDenied
        waiting = erasure.asked_for(article)
        form = ErasureForm(article, request.POST if "ask" in request.POST else None)
        if request.method == "POST":
            try:
                message = self._erase(request, article, waiting, form)
            except (PermissionDenied, ValidationError) as refused:
                self.refuse(request, refused, "Nothing has changed:")
                return HttpResponseRedirect(request.path)
            if message:
                self.message_user(request, message)
                back = reverse("admin:articles_article_change", args=[article.pk])
                return HttpResponseRedirect(back)
        context = {
            "form": form,
            "waiting": waiting,
            "is_mine": waiting is not None and waiting.asked_by_id == user.pk,
            "articles": Article.objects.filter(pk__in=waiting.article_ids) if waiting else [],
            "counts": {
                "editions": article.editions.count(),
                "versions": article.versions.count(),
                "originals": article.source_documents.count(),
            },
        }
        return self.article_page(request, article, "Erase", "erase", context)

    def _erase(
        self, request: HttpRequest, article: Article, waiting: Erasure | None, form: ErasureForm
    ) -> str:
        """Do what was asked for and return what to say; "" where the form has to be shown again."""
        user = cast(User, request.user)
        if "ask" in request.POST:
            if not form.is_valid():
                return ""
            asked = form.cleaned_data
            erasure.ask(
                article,
                by=user,
                reason=asked["reason"],
                notice=asked["notice"],
                translations=[row.pk for row in asked.get("translations", ())],
            )
            return "Asked for. Nothing is erased before somebody else confirms it."
        # The button names what its page showed: another one may have been asked for since.
        named = request.POST.get("confirm") or request.POST.get("take_back")
        if waiting is None or str(waiting.pk) != named:
            raise ValidationError("This erasure was confirmed or taken back meanwhile.")
        if "confirm" in request.POST:
            erasure.confirm(waiting, by=user)
            return "Erased. The address shows the notice, and partners are told."
        erasure.take_back(waiting, by=user)
        return "Taken back. Nothing was erased."
