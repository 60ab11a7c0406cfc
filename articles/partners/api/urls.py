"""The partner feed, version 1. A breaking change gets a new number; these addresses stay."""

from django.urls import path
from drf_spectacular.views import SpectacularAPIView, SpectacularSwaggerSplitView

from articles.partners.api import changes, views

urlpatterns = [
    path("articles/", views.ArticleList.as_view(), name="api-articles"),
    path("articles.ndjson", changes.ArticleStream.as_view(), name="api-stream"),
    path("articles/<uuid:id>/", views.ArticleDetail.as_view(), name="api-article"),
    *[
        page
        for kind in ("event", "organization", "speaker", "topic")
        for page in (
            path(f"{kind}s/", views.record_list(kind), name=f"api-{kind}s"),
            path(f"{kind}s/<uuid:id>/", views.record_detail(kind), name=f"api-{kind}"),
        )
    ],
    path("changes/", changes.ChangeList.as_view(), name="api-changes"),
    path("schema/", SpectacularAPIView.as_view(), name="api-schema"),
    path(
        "docs/",
        # Its OPTIONS has no template and is a 500.
        SpectacularSwaggerSplitView.as_view(
            url_name="api-schema", http_method_names=["get", "head"]
        ),
        name="api-docs",
    ),
]
