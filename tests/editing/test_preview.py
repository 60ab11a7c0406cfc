"""A preview shows the text that was shared to whoever holds the link, until it ends."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.contrib.auth.models import User
from django.core import signing
from django.core.exceptions import PermissionDenied
from django.test import Client
from django.utils import timezone

from articles.editing.preview import call_back, preview_path, share
from articles.models import Article, AuditEntry, Edition, PreviewLink
from articles.publishing.publish import publish
from articles.publishing.workflow import Refused
from tests.builders import a_member_of, a_statement, an_article

pytestmark = [pytest.mark.slow, pytest.mark.django_db]


@pytest.fixture
def reporter(db: None) -> User:
    return a_member_of("Reporter")


def test_it_is_the_page_that_readers_would_see(
    client: Client, publisher: User, reporter: User
) -> None:
    article = an_article()
    a_statement(article)
    preview = client.get(preview_path(share(article, by=reporter))).content.decode()
    assert not Edition.objects.exists()
    page = client.get(publish(article, by=publisher).get_absolute_url()).content.decode()

    def lines(text: str) -> set[str]:
        body = text[text.index("<article") : text.index("</main>")]
        apart = r'<span class="keep".*?</span>|<details class="about".*?</details>'
        apart += r'|<p class="share".*?</p>'
        body = re.sub(apart, "", body, flags=re.DOTALL)
        return {line for line in body.splitlines() if "<time" not in line}

    assert lines(preview) == lines(page)


def test_it_shows_what_was_shared_and_not_what_is_typed_later(
    client: Client, reporter: User
) -> None:
    article = an_article("Shared")
    path = preview_path(share(article, by=reporter))
    Article.objects.update(headline="Typed later", body="<p>Typed later too.</p>")
    page = client.get(path).content.decode()
    assert "Shared" in page
    assert "Typed later" not in page


def test_it_says_for_whom_it_is_and_how_long(client: Client, reporter: User) -> None:
    page = client.get(preview_path(share(an_article(), by=reporter))).content.decode()
    assert "Anybody who has the link can open it until" in page


def test_opening_it_is_counted_with_its_time(client: Client, reporter: User) -> None:
    link = share(an_article(), by=reporter)
    before = timezone.now()
    client.get(preview_path(link))
    client.get(preview_path(link))
    client.head(preview_path(link))  # a program that only looks whether it is there
    link.refresh_from_db()
    assert link.openings == 2
    assert [before < opening.at < timezone.now() for opening in link.opened.all()] == [True, True]


def test_it_is_neither_cached_nor_indexed(client: Client, reporter: User) -> None:
    response = client.get(preview_path(share(an_article(), by=reporter)))
    assert "no-store" in response.headers["Cache-Control"]
    assert "noindex" in response.headers["X-Robots-Tag"]
    assert '<meta name="robots" content="noindex">' in response.content.decode()
    assert response.headers["Referrer-Policy"] == "same-origin"


def test_it_expires(client: Client, reporter: User) -> None:
    link = share(an_article(), by=reporter)
    assert link.expires_at - timezone.now() > timedelta(days=2, hours=23)
    PreviewLink.objects.update(expires_at=timezone.now())
    response = client.get(preview_path(link))
    assert response.status_code == 410
    assert "Ask for a new one" in response.content.decode()


def test_it_is_called_back(client: Client, reporter: User) -> None:
    article = an_article()
    link = share(article, by=reporter)
    another = share(article, by=reporter)
    call_back(article, str(link.pk), by=reporter)
    assert client.get(preview_path(link)).status_code == 410
    assert client.get(preview_path(another)).status_code == 200
    for gone in (str(link.pk), "x", ""):
        with pytest.raises(Refused):
            call_back(article, gone, by=reporter)
    with pytest.raises(Refused):
        call_back(an_article("Another"), str(another.pk), by=reporter)


def test_who_shared_and_called_back_stands_in_the_audit_log(reporter: User) -> None:
    article = an_article()
    call_back(article, str(share(article, by=reporter).pk), by=reporter)
    entries = AuditEntry.objects.filter(object_id=article.pk).values_list("action", "by")
    assert [*entries] == [("call a preview back", reporter.pk), ("share a preview", reporter.pk)]


def test_who_may_not_write_shares_nothing(db: None) -> None:
    nobody = User.objects.create_user("nobody", is_staff=True)
    with pytest.raises(PermissionDenied):
        share(an_article(), by=nobody)
    assert not PreviewLink.objects.exists()


def test_a_link_of_somebody_else_s_making_opens_nothing(client: Client, reporter: User) -> None:
    path = preview_path(share(an_article(), by=reporter))
    for wrong in (path[:-3] + "xx/", "/preview/x/", "/preview/" + signing.dumps("x") + "/"):
        assert client.get(wrong).status_code == 404


# At the desk --------------------------------------------------------------------------------------


def test_the_desk_shares_sees_and_calls_back(client: Client, reporter: User) -> None:
    article = an_article()
    client.force_login(reporter)
    at = f"/admin/articles/article/{article.pk}/"
    page = client.post(f"{at}previews/", follow=True).content.decode()
    link = PreviewLink.objects.get()
    assert preview_path(link) in page
    assert "It is for anybody who has it" in page
    Client().get(preview_path(link))
    assert "Opened 1 time, last on" in client.get(f"{at}publishing/").content.decode()
    page = client.post(f"{at}previews/", {"call_back": str(link.pk)}, follow=True).content.decode()
    assert "its link opens nothing any more" in page
    assert preview_path(link) not in page


def test_the_desk_s_own_preview_is_the_working_copy(client: Client, reporter: User) -> None:
    article = an_article()
    path = f"/admin/articles/article/{article.pk}/preview/"
    assert client.get(path).status_code == 302
    client.force_login(reporter)
    Article.objects.update(headline="Being written")
    page = client.get(path).content.decode()
    assert "Being written" in page
    assert "Only the desk can open this page." in page
    assert client.get(f"/admin/articles/article/{article.pk}/previews/").status_code == 405
