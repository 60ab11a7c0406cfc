"""Every address of the site. They are a contract: readers and partners keep them."""

from django.conf.urls.i18n import i18n_patterns
from django.contrib import admin
from django.urls import include, path, register_converter

from articles.admin.session import session
from articles.public import (
    calendars,
    embeds,
    feeds,
    guides,
    index_pages,
    machines,
    people,
    search,
    share_images,
    sitemaps,
    statements,
    tlog,
)
from articles.public import views as articles
from articles.public.page_store import stored
from newsroom import monitoring, views
from newsroom.sign_in import LimitedPasswordChangeForm

admin.site.password_change_form = LimitedPasswordChangeForm


class PagesConverter:
    """The first part of the address of a public page."""

    regex = "articles|events|speakers|organizations|topics"

    def to_python(self, value: str) -> str:
        return value

    def to_url(self, value: str) -> str:
        return value


class NumberConverter:
    """A number as we write it: 007 would be another address of the page of 7, and stored again."""

    regex = "0|[1-9][0-9]{0,17}"

    def to_python(self, value: str) -> int:
        return int(value)

    def to_url(self, value: int) -> str:
        return str(value)


register_converter(PagesConverter, "pages")
register_converter(NumberConverter, "number")

#: What lists read from the query string: the page that ends before this sequence number.
LIST = ("before",)
#: What index pages read from it: where the page begins.
INDEX = ("from",)

urlpatterns = [
    # In one language: that of the text.
    path("articles/<slug:slug>/", stored(articles.article, ("edition",)), name="article"),
    path("articles/<slug:slug>/statements/<number:number>/", stored(embeds.embed), name="embed"),
    path("events/<slug:slug>/", stored(articles.event, LIST), name="event"),
    path(
        "events/<slug:slug>.ics",
        stored(calendars.event_calendar),
        name="event-calendar",
    ),
    path(
        "<pages:pages>/<slug:slug>/share-image.png",
        stored(share_images.share_image),
        name="share-image",
    ),
    path("pages/<slug:slug>/", stored(articles.site_page), name="sitepage"),
    path("preview/<str:token>/", articles.preview, name="preview"),
    path("docs/sync.py", stored(guides.sync_client), name="sync-client"),
    path("docs/check_log.py", stored(guides.log_client), name="log-client"),
    path("docs/<slug:name>/", stored(guides.guide), name="guide"),
    # For programs.
    path(
        "oembed/",
        stored(embeds.oembed, ("url", "format", "maxwidth", "maxheight"), shared=False),
        name="oembed",
    ),
    path(
        "feeds/articles.<str:format>",
        stored(feeds.site_feed, ("language",)),
        name="feed",
    ),
    path(
        "feeds/statements.<str:format>",
        stored(feeds.statements_feed, statements.PARAMETERS, shared=False),
        name="statements-feed",
    ),
    path(
        "feeds/corrections.<str:format>",
        stored(feeds.corrections_feed, ("language",)),
        name="corrections-feed",
    ),
    path("feeds/events.ics", stored(calendars.calendar), name="calendar"),
    path(
        "feeds/<str:pages>/<slug:slug>.<str:format>",
        stored(feeds.feed_of, ("language",)),
        name="feed-of",
    ),
    path("api/v1/", include("articles.partners.api.urls")),
    # The log as a tree of hashes (C2SP tlog-tiles).
    path("log/checkpoint", tlog.checkpoint, name="log-checkpoint"),
    path("log/tile/<str:level>/<path:tile>", tlog.tile, name="log-tile"),
    path("log/<number:sequence>.tlog-proof", tlog.proof, name="log-proof"),
    path("log/<number:sequence>.json", tlog.document, name="log-document"),
    path("sitemap.xml", stored(sitemaps.index), name="sitemap"),
    path("sitemap-lists.xml", stored(sitemaps.lists), name="sitemap-lists"),
    path("sitemap-pages-<number:part>.xml", stored(sitemaps.pages), name="sitemap-pages"),
    path(
        "sitemap-articles-<number:part>.xml",
        stored(sitemaps.articles),
        name="sitemap-articles",
    ),
    path("news-sitemap.xml", stored(sitemaps.news), name="news-sitemap"),
    path("search/suggest/", stored(search.suggest, ("q",), shared=False), name="suggest"),
    path("media/<path:name>", views.media, name="media"),
    # What machines may do.
    path("robots.txt", machines.robots, name="robots"),
    path("ai.txt", machines.ai, name="ai-txt"),
    path("trust.txt", machines.trust, name="trust-txt"),
    path(".well-known/trust.txt", machines.trust),
    path(".well-known/tdmrep.json", machines.tdmrep, name="tdmrep"),
    path("admin/session/", session, name="admin-session"),
    path("admin/status/", admin.site.admin_view(monitoring.status), name="admin-status"),
    path("admin/", include("newsroom.account_urls")),
    path("admin/", admin.site.urls),
    path("healthz", views.healthz, name="healthz"),
    path("readyz", views.readyz, name="readyz"),
    path("metrics", monitoring.metrics, name="metrics"),
    # In each language, with its prefix.
    *i18n_patterns(
        path("", stored(articles.home, LIST), name="home"),
        path("archive/", stored(articles.archive), name="archive"),
        path(
            "archive/<number:year>/<number:month>/",
            stored(articles.archive_month, LIST),
            name="archive-month",
        ),
        path("corrections/", stored(articles.corrections, LIST), name="corrections"),
        path("speakers/<slug:slug>/", stored(people.speaker, (*LIST, "written")), name="speaker"),
        path(
            "organizations/<slug:slug>/",
            stored(people.organization, LIST),
            name="organization",
        ),
        path("speakers/", stored(index_pages.people, INDEX), name="people"),
        path("organizations/", stored(index_pages.organizations, INDEX), name="organizations"),
        path("topics/", stored(index_pages.topics, INDEX), name="topics"),
        path("events/", stored(index_pages.events, ("when", *INDEX)), name="events"),
        path("topics/<slug:slug>/", stored(articles.topic, LIST), name="topic"),
        # What is asked for has no end, so only this process keeps what it made.
        path(
            "statements/",
            stored(statements.statements, (*LIST, *statements.PARAMETERS), shared=False),
            name="statements",
        ),
        path("search/", stored(search.search, search.PARAMETERS, shared=False), name="search"),
        prefix_default_language=False,
    ),
]

handler400 = "newsroom.views.bad_request"
handler403 = "newsroom.views.forbidden"
handler404 = "newsroom.views.not_found"
handler500 = "newsroom.views.server_error"
