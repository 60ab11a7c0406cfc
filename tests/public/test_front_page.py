"""The front page: an editor's picks in their order, the newest in the rest; the site's pages."""

from __future__ import annotations

import re

import pytest
from django.contrib.auth.models import User
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from articles.models import FRONT_PAGE, Article, Change, FrontPage, FrontPick, SitePage, Topic
from articles.public.front import SECONDS
from articles.publishing.pages import publish_page, withdraw_page
from articles.publishing.publish import correct, publish, withdraw
from tests.builders import an_article, an_event, in_body
from tests.public.test_views import text_of

pytestmark = pytest.mark.django_db


def published(by: User, *headlines: str) -> list[Article]:
    articles = [an_article(headline) for headline in headlines]
    for article in articles:
        publish(article, by=by)
    return articles


def picked(by: User, *articles: Article) -> None:
    front, _ = FrontPage.objects.get_or_create(pk=FRONT_PAGE)
    front.picks.all().delete()
    for place, article in enumerate(articles):
        FrontPick.objects.create(front=front, article=article, position=place)
    publish_page(front, by=by)


def top(page: str) -> list[str]:
    return links(page.split('class="top"')[1].split("</section>")[0])


def links(part: str) -> list[str]:
    return re.findall(r'class="headline"[^>]*><a href="/articles/([^"/]*)/"', part)


def test_nobody_picks_then_the_newest_lead(client: Client, publisher: User) -> None:
    published(publisher, "a", "b", "c", "d", "e", "f")
    page = text_of(client, "/")
    assert top(page) == ["f", "e", "d", "c"]
    assert links(page)[1 + SECONDS :] == ["b", "a"]


def test_picks_lead_in_their_order_and_the_newest_fill_up(client: Client, publisher: User) -> None:
    a, b, *_rest = published(publisher, "a", "b", "c", "d", "e", "f")
    text_of(client, "/")
    picked(publisher, b, a)
    page = text_of(client, "/")
    assert top(page) == ["b", "a", "f", "e"]
    assert sorted(links(page)) == ["a", "b", "c", "d", "e", "f"]


def test_a_pick_is_public_with_the_front_page_only(client: Client, publisher: User) -> None:
    a, _b = published(publisher, "a", "b")
    front = FrontPage.objects.create()
    FrontPick.objects.create(front=front, article=a, position=1)
    assert top(text_of(client, "/")) == ["b", "a"]
    assert "preview" not in text_of(client, "/")
    client.force_login(publisher)
    assert top(client.get("/admin/articles/frontpage/preview/").content.decode()) == ["a", "b"]


def test_a_withdrawn_pick_falls_out_and_a_draft_never_shows(
    client: Client, publisher: User
) -> None:
    a, _b, _c = published(publisher, "a", "b", "c")
    picked(publisher, a, an_article("draft"))
    assert top(text_of(client, "/")) == ["a", "c", "b"]
    withdraw(a, by=publisher, notice="Not so.")
    assert top(text_of(client, "/")) == ["c", "b"]


def test_a_pick_stands_in_the_language_of_the_page(client: Client, publisher: User) -> None:
    a, _b = published(publisher, "a", "b")
    publish(an_article("urdu", language="ur", translation_of=a), by=publisher)
    picked(publisher, a)
    assert top(text_of(client, "/ur/")) == ["urdu", "b"]
    assert top(text_of(client, "/")) == ["a", "b"]


def test_a_text_that_is_picked_in_two_languages_stands_once(
    client: Client, publisher: User
) -> None:
    a, _b = published(publisher, "a", "b")
    urdu = an_article("urdu", language="ur", translation_of=a)
    publish(urdu, by=publisher)
    picked(publisher, urdu, a)
    assert top(text_of(client, "/")) == ["a", "b"]


def test_the_next_pick_takes_the_place_of_one_that_was_withdrawn(
    client: Client, publisher: User
) -> None:
    a, b, c, d, e, *_newer = published(publisher, "a", "b", "c", "d", "e", "f", "g")
    picked(publisher, a, b, c, d, e)
    assert top(text_of(client, "/")) == ["a", "b", "c", "d"]
    withdraw(a, by=publisher, notice="Not so.")
    assert top(text_of(client, "/")) == ["b", "c", "d", "e"]


def test_topics_of_the_navigation_have_their_newest(client: Client, publisher: User) -> None:
    names = ("Trade", "Sport")
    topics = [
        Topic.objects.create(name=name, slug=name.lower(), navigation=place)
        for place, name in enumerate(names)
    ]
    for number in range(16):
        article = an_article(f"n-{number}")
        article.topics.add(topics[number % 2])
        publish(article, by=publisher)
    page = text_of(client, "/")
    assert len(links(page)) == len(set(links(page))) == 16
    part = page.split('id="t-trade"')[1].split("</section>")[0]
    assert links(part) == ["n-2", "n-0"]


def test_corrections_stand_there(client: Client, publisher: User) -> None:
    a, b = published(publisher, "a", "b")
    correct(a, by=publisher, note="It was nine.")
    withdraw(b, by=publisher, notice="A hoax.")
    page = text_of(client, "/")
    assert "It was nine." in page
    assert "A hoax." not in page


def test_further_back_is_a_list_without_gaps(client: Client, publisher: User) -> None:
    published(publisher, *(f"n-{number}" for number in range(30)))
    page = text_of(client, "/")
    seen = links(page)
    more = re.search(r'rel="next" href="([^"]*)"', page)
    assert more
    seen += links(text_of(client, f"/{more[1]}"))
    assert set(seen) >= {f"n-{number}" for number in range(1, 30)}


def test_the_number_of_queries_is_constant(
    client: Client, publisher: User, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    topics = [Topic.objects.create(name=f"T{n}", slug=f"t{n}", navigation=n) for n in range(5)]
    articles = published(publisher, *(f"n-{number}" for number in range(12)))
    for number, article in enumerate(articles):
        article.topics.add(topics[number % 5])
        publish(article, by=publisher)
    picked(publisher, *articles[:4])
    with django_assert_max_num_queries(15):
        text_of(client, "/")


def test_the_desk_picks_in_order(client: Client, publisher: User) -> None:
    a, b = published(publisher, "first", "second")
    client.force_login(publisher)
    address = client.get("/admin/articles/frontpage/").headers["Location"]
    given = {"picks": [str(b.pk)], "picks__words": "first", "_publish": "1"}
    answer = client.post(address, given)
    assert answer.status_code == 302, answer.content.decode()
    assert list(FrontPick.objects.values_list("article", flat=True)) == [b.pk, a.pk]
    assert top(text_of(client, "/")) == ["second", "first"]


def test_a_refused_form_keeps_the_picks_in_their_order(client: Client, publisher: User) -> None:
    articles = published(publisher, "first", "second", "third")
    client.force_login(publisher)
    address = client.get("/admin/articles/frontpage/").headers["Location"]
    for chosen in (articles, articles[::-1]):
        ids = [str(row.pk) for row in chosen]
        answer = client.post(address, {"picks": ids, "picks__words": "Nowhere"})
        page = answer.content.decode()
        assert "Nothing is called “Nowhere”" in page
        assert re.findall(r'name="picks" value="([^"]*)"', page) == ids
        assert 'value="Nowhere"' in page


def test_partners_are_not_handed_the_site_s_own_pages(client: Client, publisher: User) -> None:
    published(publisher, "a")
    before = client.get("/api/v1/changes/?after=0").json()
    picked(publisher)
    publish_page(
        SitePage.objects.create(slug="about", name="About", body="<p>Us</p>"), by=publisher
    )
    assert Change.objects.filter(kind__in=["frontpage", "sitepage"]).count() == 2
    after = client.get("/api/v1/changes/?after=0").json()
    assert [row["uri"] for row in after["results"]] == [row["uri"] for row in before["results"]]


# Pages of the site -------------------------------------------------------------------------------


def test_a_page_of_the_site_is_edited_published_and_withdrawn(
    client: Client, publisher: User
) -> None:
    row = SitePage.objects.create(
        slug="imprint", name="Imprint", body="<p>We</p><script>x</script>"
    )
    assert "Imprint" not in text_of(client, "/corrections/")
    assert client.get("/pages/imprint/").status_code == 404
    publish_page(row, by=publisher)
    assert 'href="/pages/imprint/"' in text_of(client, "/corrections/")
    page = text_of(client, "/pages/imprint/")
    assert "<p>We</p>" in page
    assert "<script>x" not in page
    assert "/pages/imprint/" in text_of(client, "/sitemap-pages-0.xml")
    SitePage.objects.filter(pk=row.pk).update(body="<p>They</p>", slug="who")
    publish_page(SitePage.objects.get(pk=row.pk), by=publisher)
    assert client.get("/pages/imprint/").headers["Location"] == "/pages/who/"
    assert "They" in text_of(client, "/pages/who/")
    withdraw_page(SitePage.objects.get(pk=row.pk), by=publisher, notice="We moved.")
    assert client.get("/pages/who/").status_code == 410
    assert "Imprint" not in text_of(client, "/corrections/")


def test_nothing_stands_by_reference_in_a_page_of_the_site(client: Client, publisher: User) -> None:
    event = an_event()
    row = SitePage.objects.create(slug="about", name="About", body=f"<p>We</p>{in_body(event)}")
    publish_page(row, by=publisher)
    assert "<figure" not in text_of(client, "/pages/about/")
    client.force_login(publisher)
    editor = client.get(f"/admin/articles/sitepage/{row.pk}/change/").context["adminform"].form
    assert "Record" not in editor.fields["body"].widget.config["extensions"]
    editor = client.get("/admin/articles/article/add/").context["adminform"].form
    assert "Record" in editor.fields["body"].widget.config["extensions"]


def test_the_foot_has_the_pages_of_its_language(client: Client, publisher: User) -> None:
    for slug, name, language in (("about", "About", "en"), ("ur-about", "تعارف", "ur")):
        row = SitePage.objects.create(slug=slug, name=name, language=language, body="<p>x</p>")
        publish_page(row, by=publisher)
    assert "تعارف" in text_of(client, "/ur/topics/")
    assert ">About<" not in text_of(client, "/ur/topics/")
    assert ">About<" in text_of(client, "/ru/topics/")
    assert 'lang="ur"' in text_of(client, "/pages/ur-about/")
