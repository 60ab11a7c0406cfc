"""Every address of the site. They are a contract: readers and partners keep them."""

from django.contrib import admin
from django.urls import include, path
from django.views.decorators.csrf import csrf_exempt
from django.views.i18n import set_language

from articles.public import calendars, embeds, feeds, people, search, share_images, sitemaps
from articles.public import views as articles
from articles.public.caching import fresh
from newsroom import views

admin.site.site_header = admin.site.site_title = "Newsroom"
admin.site.index_title = "The desk"

urlpatterns = [
    path("", fresh(articles.home), name="home"),
    path("articles/<slug:slug>/", fresh(articles.article), name="article"),
    path("articles/<slug:slug>/statements/<int:number>/", embeds.embed, name="embed"),
    path("<str:pages>/<slug:slug>/card.png", fresh(share_images.card), name="card"),
    path("oembed/", fresh(embeds.oembed), name="oembed"),
    path("archive/", fresh(articles.archive), name="archive"),
    path("archive/<int:year>/<int:month>/", fresh(articles.archive_month), name="archive-month"),
    path("corrections/", fresh(articles.corrections), name="corrections"),
    path("preview/<str:token>/", articles.preview, name="preview"),
    path("events/<slug:slug>.ics", fresh(calendars.event_calendar), name="event-calendar"),
    path("events/<slug:slug>/", fresh(articles.event), name="event"),
    path("speakers/<slug:slug>/", fresh(people.speaker), name="speaker"),
    path("organizations/<slug:slug>/", fresh(people.organization), name="organization"),
    path("topics/<slug:slug>/", fresh(articles.topic), name="topic"),
    path("feeds/articles.<str:format>", fresh(feeds.site_feed), name="syndication"),
    path("feeds/events.ics", fresh(calendars.calendar), name="calendar"),
    path(
        "feeds/<str:pages>/<slug:slug>.<str:format>",
        fresh(feeds.feed_of),
        name="syndication-of",
    ),
    path("api/v1/", include("articles.partners.api.urls")),
    path("sitemap.xml", fresh(sitemaps.index), name="sitemap"),
    path("sitemap-pages.xml", fresh(sitemaps.pages), name="sitemap-pages"),
    path("sitemap-articles-<int:piece>.xml", fresh(sitemaps.articles), name="sitemap-articles"),
    path("news-sitemap.xml", sitemaps.news, name="news-sitemap"),
    # Nothing but a preference is set, and pages that all share carry no token.
    path("language/", csrf_exempt(set_language), name="set_language"),
    path("search/", fresh(search.search), name="search"),
    path("search/suggest/", fresh(search.suggest), name="suggest"),
    path("media/<path:name>", views.media, name="media"),
    path("robots.txt", sitemaps.robots, name="robots"),
    path("admin/", admin.site.urls),
    path("healthz", views.healthz, name="healthz"),
    path("readyz", views.readyz, name="readyz"),
]

handler400 = "newsroom.views.bad_request"
handler403 = "newsroom.views.forbidden"
handler404 = "newsroom.views.not_found"
handler500 = "newsroom.views.server_error"
