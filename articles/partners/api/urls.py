"""The partner feed, version 1. A breaking change gets a new number; these addresses stay."""

from django.conf import settings
from django.urls import path
from django.views.decorators.csp import csp_override
from drf_spectacular.views import SpectacularAPIView, SpectacularSwaggerSplitView

from articles.partners.api import changes, views

urlpatterns = [
    path("articles/", views.ArticleList.as_view(), name="api-articles"),
    path("articles.ndjson", changes.ArticleStream.as_view(), name="api-stream"),
    path("articles/<uuid:id>/", views.ArticleDetail.as_view(), name="api-article"),
    path("events/", views.EventList.as_view(), name="api-events"),
    path("events/<uuid:id>/", views.EventDetail.as_view(), name="api-event"),
    path("organizations/", views.OrganizationList.as_view(), name="api-organizations"),
    path("organizations/<uuid:id>/", views.OrganizationDetail.as_view(), name="api-organization"),
    path("speakers/", views.SpeakerList.as_view(), name="api-speakers"),
    path("speakers/<uuid:id>/", views.SpeakerDetail.as_view(), name="api-speaker"),
    path("topics/", views.TopicList.as_view(), name="api-topics"),
    path("topics/<uuid:id>/", views.TopicDetail.as_view(), name="api-topic"),
    path("changes/", changes.ChangeList.as_view(), name="api-changes"),
    path("schema/", SpectacularAPIView.as_view(), name="api-schema"),
    path(
        "docs/",
        # Its OPTIONS has no template and is a 500.
        csp_override(settings.CSP_WITH_INLINE_STYLES)(
            SpectacularSwaggerSplitView.as_view(
                url_name="api-schema", http_method_names=["get", "head"]
            )
        ),
        name="api-docs",
    ),
]
