"""What the pages beside an article's form share."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse

from articles.admin.base import PublicPageAdmin
from articles.models import Article


class ArticlePage(PublicPageAdmin):
    """One article, one page with the desk's frame: what the article's admin class begins with."""

    def page_url(self, route: str, view: Callable[..., Any], name: str) -> URLPattern:
        """The address of a page of the desk, named ``articles_article_<name>``."""
        return path(route, self.admin_site.admin_view(view), name=f"articles_article_{name}")

    def article_of(self, request: HttpRequest, object_id: str) -> Article:
        """The article that the request is about. Raises Http404 and PermissionDenied."""
        article: Article | None = self.get_object(request, unquote(object_id))
        if article is None:
            raise Http404
        if not self.has_change_permission(request, article):
            raise PermissionDenied
        return article

    def article_or_new(self, request: HttpRequest, object_id: str | None) -> Article | None:
        """The article that the request is about; None for one that is not saved yet."""
        if object_id:
            return self.article_of(request, object_id)
        if not self.has_add_permission(request):
            raise PermissionDenied
        return None

    def article_page(
        self,
        request: HttpRequest,
        article: Article,
        title: str,
        template: str,
        context: dict[str, Any],
        *,
        status: int = 200,
    ) -> HttpResponse:
        """A page about ``article``; ``template`` may name a part of one, as in ``publish#part``."""
        name, _, part = template.partition("#")
        shared = {
            **self.admin_site.each_context(request),
            "title": title,
            "subtitle": str(article),
            "opts": self.opts,
            "original": article,
            "article": article,
            "back": reverse("admin:articles_article_change", args=[article.pk]),
        }
        return TemplateResponse(
            request,
            f"admin/articles/article/{name}.html" + (part and f"#{part}"),
            shared | context,
            status=status,
        )
