"""A preview shows the working copy to whoever holds the link, for a while, and to nobody else."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.contrib.auth.models import User
from django.core import signing
from django.test import Client
from django.utils import timezone

from articles.editing.preview import preview_path
from articles.models import Article, Edition
from articles.publishing.publish import publish
from tests.builders import a_statement, an_article

pytestmark = pytest.mark.django_db


def test_it_is_the_page_that_readers_would_see(client: Client, publisher: User) -> None:
    article = an_article()
    a_statement(article)
    preview = client.get(preview_path(article)).content.decode()
    assert not Edition.objects.exists()
    page = client.get(publish(article, by=publisher).get_absolute_url()).content.decode()

    def lines(text: str) -> set[str]:
        body = text[text.index("<article") : text.index("</main>")]
        body = re.sub(r'<span class="keep".*?</span>', "", body, flags=re.DOTALL)
        return {line for line in body.splitlines() if "<time" not in line}

    assert lines(preview) == lines(page)


def test_it_follows_the_working_copy(client: Client, publisher: User) -> None:
    article = an_article()
    publish(article, by=publisher)
    Article.objects.update(headline="Being written")
    assert "Being written" in client.get(preview_path(article)).content.decode()


def test_it_is_neither_cached_nor_indexed(client: Client) -> None:
    response = client.get(preview_path(an_article()))
    assert "no-store" in response.headers["Cache-Control"]
    assert "noindex" in response.headers["X-Robots-Tag"]
    assert '<meta name="robots" content="noindex">' in response.content.decode()
    assert response.headers["Referrer-Policy"] == "same-origin"


def test_it_expires(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    path = preview_path(an_article())
    then = (timezone.now() + timedelta(days=3, seconds=5)).timestamp()
    monkeypatch.setattr("django.core.signing.time.time", lambda: then)
    response = client.get(path)
    assert response.status_code == 410
    assert "Ask for a new one" in response.content.decode()


def test_a_link_of_somebody_else_s_making_opens_nothing(client: Client) -> None:
    path = preview_path(an_article())
    for wrong in (path[:-3] + "xx/", "/preview/x/", "/preview/" + signing.dumps("x") + "/"):
        assert client.get(wrong).status_code == 404
