"""What the database refuses about articles, statements and topics, and what it cleans."""

from __future__ import annotations

import pytest
from django.db import IntegrityError

from articles.models import Article, Topic
from articles.richtext import plain_text, sanitize
from tests.builders import a_capacity, a_statement, an_article

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("headline", ["", " \t"])
def test_an_article_needs_a_headline(headline: str) -> None:
    with pytest.raises(IntegrityError, match="article_has_a_headline"):
        an_article(headline, slug="x")


def test_two_articles_do_not_share_an_address() -> None:
    an_article(slug="same")
    with pytest.raises(IntegrityError, match="slug"):
        an_article(slug="same")


def test_reported_speech_names_its_passage() -> None:
    with pytest.raises(IntegrityError, match="statement_passage_fits_its_kind"):
        a_statement(an_article(), kind="reported")


def test_a_quotation_is_its_own_passage() -> None:
    with pytest.raises(IntegrityError, match="statement_passage_fits_its_kind"):
        a_statement(an_article(), kind="direct", passage="She said we will go on")


def test_a_statement_stands_once() -> None:
    article, capacity = an_article(), a_capacity()
    a_statement(article, "we will go on", capacity)
    with pytest.raises(IntegrityError, match="statement_unique"):
        a_statement(article, "we will go on", capacity)


def test_a_statement_may_be_longer_than_an_index_entry() -> None:
    assert a_statement(an_article(), "x" * 20_000).pk


def test_a_concept_has_one_topic_and_many_topics_have_none() -> None:
    Topic.objects.create(name="One", slug="one")
    Topic.objects.create(name="Two", slug="two")
    Topic.objects.create(name="Three", slug="three", uri="https://example.org/concept")
    with pytest.raises(IntegrityError, match="topic_uri_unique"):
        Topic.objects.create(name="Four", slug="four", uri="https://example.org/concept")


HOSTILE = (
    "<p onclick=evil()>Fair <script>evil()</script><b>words</b>"
    "<a href='javascript:evil()'>link</a><img src=x onerror=evil()></p>"
)


@pytest.mark.parametrize("write", ["create", "update", "bulk_create"])
def test_script_survives_no_way_of_writing(write: str) -> None:
    if write == "create":
        an_article(body=HOSTILE)
    elif write == "update":
        an_article()
        Article.objects.update(body=HOSTILE)
    else:
        Article.objects.bulk_create([Article(headline="A", slug="a", body=HOSTILE)])
    body = Article.objects.get().body
    assert "evil" not in body
    assert "Fair" in body


def test_the_editor_s_own_markup_stays() -> None:
    body = (
        "<h2>Heading</h2><p><strong>bold</strong> <em>italic</em><br>"
        '<a href="https://example.org/">link</a></p><ul><li><p>item</p></li></ul>'
        "<blockquote><p>quoted</p></blockquote>"
    )
    assert sanitize(body) == body


def test_plain_text_keeps_words_and_blocks_apart() -> None:
    assert (
        plain_text("<p>One &amp; <em>two</em></p><p>three<br>four</p>") == "One & two\nthree\nfour"
    )
