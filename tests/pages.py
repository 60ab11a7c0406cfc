"""One page of every type."""

from __future__ import annotations

from datetime import date, time, timedelta

from django.contrib.auth.models import User

from articles.models import Article, Edition, Event, SitePage
from articles.publishing.pages import publish_page
from articles.publishing.publish import correct, publish, withdraw
from people.models import Organization
from tests.builders import a_picture, a_statement, an_article, an_event, an_upload


def a_site(publisher: User, edition: Edition) -> dict[str, str]:
    """Rows for a page of every type beside the published release; the paths by type."""
    picture = a_picture(publisher, an_upload((1400, 900)), caption="In the hall")
    event = edition.article.event
    body = "<p>She said “we will go on” and left.</p><h2>And then</h2><ul><li>One</li></ul>"
    pictured = an_article("Pictured", picture=picture, event=event, body=body, byline="A Reporter")
    a_statement(pictured)
    publish(pictured, by=publisher)
    urdu = an_article("In Urdu", language="ur", translation_of=pictured, picture=picture)
    Article.objects.filter(pk=urdu.pk).update(headline="اردو میں")
    publish(Article.objects.get(pk=urdu.pk), by=publisher)
    Article.objects.filter(pk=pictured.pk).update(headline="Pictured and corrected")
    correct(Article.objects.get(pk=pictured.pk), by=publisher, note="The headline was too short.")
    gone = an_article("Withdrawn")
    publish(gone, by=publisher)
    withdraw(gone, by=publisher, notice="It rests on a release that its sender took back.")
    first = (date.today() + timedelta(days=9)).isoformat()
    hours = {"start_time": time(10), "end_time": time(12, 30), "time_zone": "Asia/Karachi"}
    coming = an_event("To come", start_date=first, place="Islamabad", format="mixed", **hours)
    publish_page(coming, by=publisher)
    imprint = SitePage.objects.create(slug="imprint", name="Imprint", body="<p>Who we are.</p>")
    publish_page(imprint, by=publisher)
    body_above = Organization.objects.filter(children__isnull=False).first()
    return {
        "home": "/",
        "article": edition.get_absolute_url(),
        "article with a picture": "/articles/pictured/",
        "article in Urdu": "/articles/in-urdu/",
        "event": Event.objects.get(articles=edition.article).get_absolute_url(),
        "event to come": coming.get_absolute_url(),
        "speaker": "/speakers/vladimir-norov/",
        "organization": body_above.get_absolute_url() if body_above else "/",
        "topic": edition.article.topics.all()[0].get_absolute_url(),
        "people": "/speakers/?from=a",
        "events": "/events/",
        "page of the site": "/pages/imprint/",
        "archive": "/archive/",
        "month": f"/archive/{edition.published_at:%Y/%-m}/",
        "statements": "/statements/?kind=direct&who=nobody",
        "search": "/search/?q=sco",
        "search without a word": "/search/",
        "search without a result": "/search/?q=norav",
        "corrections": "/corrections/",
        "partners' guide": "/docs/feed/",
        "withdrawn": "/articles/withdrawn/",
        "not found": "/articles/nothing/",
        "embedded statement": "/articles/pictured/statements/1/",
    }


def in_urdu(paths: dict[str, str]) -> dict[str, str]:
    """Those of ``paths`` that have an Urdu address, and the article that is in Urdu."""
    urdu = {"article in Urdu": paths["article in Urdu"]}
    for name, path in paths.items():
        one_address = (
            path.startswith(("/articles/", "/events/", "/docs/", "/pages/")) and path != "/events/"
        )
        if not one_address or name == "not found":
            urdu[name] = "/ur" + path
    return urdu
