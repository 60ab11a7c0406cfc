"""Every address of the site. They are a contract: readers and partners keep them."""

from django.contrib import admin
from django.urls import include, path
from django.views.decorators.csrf import csrf_exempt
from django.views.i18n import set_language

from articles import calendars, cards, quoting, sitemaps, syndication
from articles import views as articles
from articles.caching import fresh
from newsroom import views as site
from people import views as people

urlpatterns = [
    path("", fresh(site.home), name="home"),
    path("articles/<slug:slug>/", fresh(articles.article), name="article"),
    path("articles/<slug:slug>/statements/<int:number>/", quoting.embed, name="embed"),
    path("<str:pages>/<slug:slug>/card.png", fresh(cards.card), name="card"),
    path("oembed/", fresh(quoting.oembed), name="oembed"),
    path("archive/", fresh(articles.archive), name="archive"),
    path("archive/<int:year>/<int:month>/", fresh(articles.archive_month), name="archive-month"),
    path("corrections/", fresh(site.corrections), name="corrections"),
    path("preview/<str:token>/", articles.preview, name="preview"),
    path("events/<slug:slug>.ics", fresh(calendars.event_calendar), name="event-calendar"),
    path("events/<slug:slug>/", fresh(articles.event), name="event"),
    path("speakers/<slug:slug>/", fresh(people.speaker), name="speaker"),
    path("organizations/<slug:slug>/", fresh(people.organization), name="organization"),
    path("topics/<slug:slug>/", fresh(articles.topic), name="topic"),
    path("feeds/articles.<str:format>", fresh(syndication.site_feed), name="syndication"),
    path("feeds/events.ics", fresh(calendars.calendar), name="calendar"),
    path(
        "feeds/<str:pages>/<slug:slug>.<str:format>",
        fresh(syndication.feed_of),
        name="syndication-of",
    ),
    path("api/v1/", include("articles.feed.urls")),
    path("sitemap.xml", fresh(sitemaps.index), name="sitemap"),
    path("sitemap-pages.xml", fresh(sitemaps.pages), name="sitemap-pages"),
    path("sitemap-articles-<int:piece>.xml", fresh(sitemaps.articles), name="sitemap-articles"),
    path("news-sitemap.xml", sitemaps.news, name="news-sitemap"),
    # Nothing but a preference is set, and pages that all share carry no token.
    path("language/", csrf_exempt(set_language), name="set_language"),
    path("search/", fresh(site.search), name="search"),
    path("search/suggest/", fresh(site.suggest), name="suggest"),
    path("media/<path:name>", site.media, name="media"),
    path("robots.txt", site.robots, name="robots"),
    path("admin/", admin.site.urls),
    path("healthz", site.healthz, name="healthz"),
    path("readyz", site.readyz, name="readyz"),
]

handler400 = "newsroom.views.bad_request"
handler403 = "newsroom.views.forbidden"
handler404 = "newsroom.views.not_found"
handler500 = "newsroom.views.server_error"
