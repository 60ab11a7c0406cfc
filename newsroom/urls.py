"""Every address of the site. They are a contract: readers and partners keep them."""

from django.conf.urls.i18n import i18n_patterns
from django.contrib import admin
from django.urls import include, path, register_converter

from articles.admin.session import session
from articles.public import calendars, embeds, feeds, guides, people, search, share_images, sitemaps
from articles.public import views as articles
from articles.public.caching import cached_until_next_change
from newsroom import views
from newsroom.sign_in import LimitedPasswordChangeForm

admin.site.site_header = admin.site.site_title = "Newsroom"
admin.site.index_title = "The desk"
admin.site.password_change_form = LimitedPasswordChangeForm


class PagesConverter:
    """The first part of the address of a public page."""

    regex = "articles|events|speakers|organizations|topics"

    def to_python(self, value: str) -> str:
        return value

    def to_url(self, value: str) -> str:
        return value


register_converter(PagesConverter, "pages")

#: What lists read from the query string: the page that ends before this sequence number.
LIST = ("before",)

urlpatterns = [
    # In one language: that of the text.
    path(
        "articles/<slug:slug>/",
        cached_until_next_change(articles.article, ("edition",)),
        name="article",
    ),
    path("articles/<slug:slug>/statements/<int:number>/", embeds.embed, name="embed"),
    path("events/<slug:slug>/", cached_until_next_change(articles.event, LIST), name="event"),
    path(
        "events/<slug:slug>.ics",
        cached_until_next_change(calendars.event_calendar),
        name="event-calendar",
    ),
    path(
        "<pages:pages>/<slug:slug>/share-image.png",
        cached_until_next_change(share_images.share_image),
        name="share-image",
    ),
    path("preview/<str:token>/", articles.preview, name="preview"),
    path("docs/sync.py", cached_until_next_change(guides.sync_client), name="sync-client"),
    path("docs/<slug:name>/", cached_until_next_change(guides.guide), name="guide"),
    # For programs.
    path(
        "oembed/",
        cached_until_next_change(embeds.oembed, ("url", "format", "maxwidth", "maxheight")),
        name="oembed",
    ),
    path(
        "feeds/articles.<str:format>",
        cached_until_next_change(feeds.site_feed, ("language",)),
        name="feed",
    ),
    path("feeds/events.ics", cached_until_next_change(calendars.calendar), name="calendar"),
    path(
        "feeds/<str:pages>/<slug:slug>.<str:format>",
        cached_until_next_change(feeds.feed_of, ("language",)),
        name="feed-of",
    ),
    path("api/v1/", include("articles.partners.api.urls")),
    path("sitemap.xml", cached_until_next_change(sitemaps.index), name="sitemap"),
    path("sitemap-pages.xml", cached_until_next_change(sitemaps.pages), name="sitemap-pages"),
    path(
        "sitemap-articles-<int:piece>.xml",
        cached_until_next_change(sitemaps.articles),
        name="sitemap-articles",
    ),
    path("news-sitemap.xml", cached_until_next_change(sitemaps.news), name="news-sitemap"),
    path("search/suggest/", cached_until_next_change(search.suggest, ("q",)), name="suggest"),
    path("media/<path:name>", views.media, name="media"),
    path("robots.txt", sitemaps.robots, name="robots"),
    path("admin/session/", session, name="admin-session"),
    path("admin/", admin.site.urls),
    path("healthz", views.healthz, name="healthz"),
    path("readyz", views.readyz, name="readyz"),
    # In each language, with its prefix.
    *i18n_patterns(
        path("", cached_until_next_change(articles.home, LIST), name="home"),
        path("archive/", cached_until_next_change(articles.archive), name="archive"),
        path(
            "archive/<int:year>/<int:month>/",
            cached_until_next_change(articles.archive_month, LIST),
            name="archive-month",
        ),
        path("corrections/", cached_until_next_change(articles.corrections), name="corrections"),
        path(
            "speakers/<slug:slug>/", cached_until_next_change(people.speaker, LIST), name="speaker"
        ),
        path(
            "organizations/<slug:slug>/",
            cached_until_next_change(people.organization, LIST),
            name="organization",
        ),
        path("topics/<slug:slug>/", cached_until_next_change(articles.topic, LIST), name="topic"),
        path(
            "search/", cached_until_next_change(search.search, ("q", "kind", "page")), name="search"
        ),
        prefix_default_language=False,
    ),
]

handler400 = "newsroom.views.bad_request"
handler403 = "newsroom.views.forbidden"
handler404 = "newsroom.views.not_found"
handler500 = "newsroom.views.server_error"
