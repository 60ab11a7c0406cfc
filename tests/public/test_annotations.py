"""Who said it, at the words: notes beside the body of an article."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client

from articles.models import Article, Edition
from articles.public.annotations import annotate
from articles.publishing.publish import correct, publish, withdraw
from tests.builders import a_statement, an_article

ARTICLE = "/articles/sco-gateway-to-regional-cooperation/"


def said(number: int, words: str, *, kind: str = "direct", capacity: str = "a") -> Any:
    """A statement's card as ``annotate`` reads it."""
    speaker = {"id": capacity, "slug": "ada", "name": "Ada Writer", "honorific_prefix": ""}
    card = {"id": capacity, "title": "Director", "speaker": speaker, "organization": None}
    texts = {"text": words, "passage": words if kind == "reported" else ""}
    return {"id": str(number), "number": number, "kind": kind, "capacity": card, **texts}


def marked(markup: str) -> list[tuple[str, str]]:
    """The numbers and the words of each marked part."""
    return re.findall(r'<span class="said" data-said="([\d ]+)">(.*?)</span>', markup)


def test_the_words_of_a_statement_are_marked_and_lead_to_its_note() -> None:
    page = annotate("<p>She said “we go on” today.</p>", [said(3, "we go on")])
    assert marked(page) == [("3", "we go on")]
    assert '”<a class="ref" href="#n-3"' in page
    assert page.index("</p>") < page.index('<div class="notes"') < page.index('id="n-3"')
    assert "Ada Writer" in page


def test_the_link_to_a_note_stands_behind_the_marks_and_the_comma() -> None:
    page = annotate("<p>“We go on,” she said.</p>", [said(1, "We go on")])
    assert re.search(r'We go on</span>,”<a class="ref"', page)


def test_notes_are_numbered_in_the_order_of_the_text() -> None:
    page = annotate("<p>“One.” “Two.”</p>", [said(7, "Two."), said(4, "One.", capacity="b")])
    assert re.findall(r'href="#n-(\d)".*?>(\d)</a>', page) == [("4", "1"), ("7", "2")]
    assert re.findall(r'id="n-(\d)" class="number">(\d)<', page) == [("4", "1"), ("7", "2")]


def test_words_in_quotation_marks_come_before_the_same_words_without() -> None:
    page = annotate("<p>We go on. “We go on,” she said.</p>", [said(1, "We go on,")])
    assert page.startswith('<div class="noted"><p>We go on. “<span class="said"')


def test_statements_that_overlap_share_their_words() -> None:
    body = "<p>He said that “it is late” and left.</p>"
    whole = said(1, "He said that “it is late” and left.", kind="reported", capacity="b")
    assert marked(annotate(body, [whole, said(2, "it is late")])) == [
        ("1", "He said that “"),
        ("1 2", "it is late"),
        ("1", "”"),
        ("1", " and left."),
    ]


def test_markup_inside_a_passage_stays_well_formed() -> None:
    body = '<p>“We <em>go</em> on &amp; <a href="/x/">stay</a>,” she said.</p><ul><li>x</li></ul>'
    page = annotate(body, [said(1, "We go on & stay")])
    assert well_formed(page)
    ours = r'</?span[^>]*>|<a class="ref".*?</a>|<div class="notes".*?</div>\n?|</?div[^>]*>'
    assert re.sub(ours, "", page, flags=re.DOTALL) == body


@pytest.mark.parametrize("words", ["not there", "", "   ", "<p>", "ﷺ"])
def test_words_that_are_not_found_have_no_note(words: str) -> None:
    body = "<p>Nothing <b>of</b> it.</p>"
    assert annotate(body, [said(1, words)]) == body


def test_other_scripts_and_invisible_letters_are_found() -> None:
    for text in (
        "北京说“开放的大门”。",
        "وزیر نے کہا ”ہم تیار ہیں“۔",
        "He said “so\u200bft words”.",
    ):
        quoted = re.findall("[“”](.*?)[”“]", text)[0]
        assert marked(annotate(f"<p>{text}</p>", [said(1, quoted.replace("\u200b", ""))]))


def test_the_dateline_stands_before_the_first_words() -> None:
    assert annotate("<p>One.</p>", [], "Lahore") == (
        '<p><span class="dateline">Lahore</span> One.</p>'
    )
    assert annotate("<h2>One</h2>", [], "Lahore").startswith('<p><span class="dateline">Lahore')


def well_formed(markup: str) -> bool:
    """Whether every tag is closed in its order."""
    stack: list[str] = []
    ok = [True]

    class Reader(HTMLParser):
        def handle_starttag(self, tag: str, attrs: Any) -> None:
            stack.append(tag)

        def handle_endtag(self, tag: str) -> None:
            ok[0] &= bool(stack) and stack.pop() == tag

    Reader().feed(markup)
    return ok[0] and not stack


@pytest.mark.django_db
def test_each_statement_of_the_release_has_its_note(client: Client, edition: Edition) -> None:
    page = client.get(ARTICLE).content.decode()
    for statement in edition.snapshot["statements"]:
        assert f'id="n-{statement["number"]}"' in page
        assert f'id="s-{statement["number"]}"' in page
    assert well_formed(
        re.sub(r"<(meta|link|input|source|img|br)\b[^>]*>|<!doctype html>", "", page)
    )


# Earlier editions ---------------------------------------------------------------------------------


@pytest.mark.django_db
def test_an_earlier_edition_is_read_at_its_address_with_what_changed(
    client: Client, publisher: User
) -> None:
    article = an_article("First headline", body="<p>Five people came.</p>")
    publish(article, by=publisher)
    text = {"headline": "Second headline", "body": "<p>Six people came.</p>"}
    Article.objects.filter(pk=article.pk).update(**text)
    article.refresh_from_db()
    correct(article, by=publisher, note="It was six.")
    now = client.get(f"/articles/{article.slug}/").content.decode()
    assert f'href="/articles/{article.slug}/?edition=1" rel="nofollow"' in now
    assert now.index("</article>") < now.rindex("It was six.")
    page = client.get(f"/articles/{article.slug}/?edition=1").content.decode()
    assert "<h1>First headline</h1>" in page
    assert '<meta name="robots" content="noindex">' in page
    assert "It has been replaced." in page
    assert "<ins>Six</ins>" in page
    same = client.get(f"/articles/{article.slug}/?edition=2").content.decode()
    assert "noindex" not in same
    for number in ("0", "3", "-1", "x", "9" * 30):
        assert client.get(f"/articles/{article.slug}/?edition={number}").status_code == 404


@pytest.mark.django_db
def test_what_stood_before_a_withdrawal_is_not_shown_again(client: Client, publisher: User) -> None:
    article = an_article()
    a_statement(article)
    path = f"/articles/{article.slug}/"
    publish(article, by=publisher)
    withdraw(article, by=publisher, notice="It was wrong.")
    assert client.get(path + "?edition=1").status_code == 410
    article = Article.objects.get(pk=article.pk)
    article.headline = "Another"
    article.save()
    publish(article, by=publisher)
    path = Edition.objects.live().get(article=article).get_absolute_url()
    assert client.get(path).status_code == 200
    assert client.get(path + "?edition=1").status_code == 404
    assert client.get(path + "?edition=2").status_code == 404
    assert "?edition=1" not in client.get(path).content.decode()
