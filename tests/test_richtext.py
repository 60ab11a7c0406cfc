"""One table of pasted markup and what is kept of it; one of markup and its plain text."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse

from articles.models import Article
from articles.richtext import clean, plain_text, sanitize
from tests.builders import an_article

WORD_LIST = """
<p class=MsoListParagraphCxSpFirst style='text-indent:-.25in;mso-list:l0 level1 lfo1'>
<![if !supportLists]><span style='font-family:Symbol'><span style='mso-list:Ignore'>·<span
style='font:7.0pt "Times New Roman"'>&nbsp;&nbsp;&nbsp; </span></span></span><![endif]>First</p>
<p class=MsoListParagraph style='mso-list:l0 level2 lfo1'><span style='mso-list:Ignore'>o<span>
&nbsp;</span></span>Inner</p>
<p class=MsoListParagraph style='mso-list:l0 level1 lfo1'><span style='mso-list:Ignore'>·<span>
&nbsp;</span></span>Second</p>
<p class=MsoListParagraph style='mso-list:l1 level1 lfo2'><span style='mso-list:Ignore'>3.<span>
&nbsp;</span></span>Third</p>
<p class=MsoListParagraph style='mso-list:l1 level1 lfo2'><span style='mso-list:Ignore'>4.<span>
&nbsp;</span></span>Fourth</p>
<p class=MsoNormal>After</p>"""
WORD_NOTE = (
    "<p>road<a href='#_ftn1' name='_ftnref1'><span class=MsoFootnoteReference>"
    "<span style='vertical-align:super'>[1]</span></span></a></p>"
)
#: What is pasted, what is kept, and the words that are dropped.
CLEANED: list[tuple[str, str, list[str]]] = [
    # Deleted, hidden, comments
    ("<p>He was <s>not</s> guilty</p>", "<p>He was guilty</p>", ["not"]),
    ("<p>He was <del>not</del> guilty</p>", "<p>He was guilty</p>", ["not"]),
    ("<p>He was <strike><b>not</b></strike> guilty</p>", "<p>He was guilty</p>", ["not"]),
    (
        "<p>4<span style='color:red;text-decoration:underline line-through'>6</span>8</p>",
        "<p>48</p>",
        ["6"],
    ),
    ("<p>a<span style='text-decoration-line: LINE-THROUGH'>b</span></p>", "<p>a</p>", ["b"]),
    ("<s><p>One</p><p>Two</p></s><p>Three</p>", "<p>Three</p>", ["One Two"]),
    (
        "<ul><li>One</li><li style='text-decoration:line-through'>Two</li></ul>",
        "<ul><li>One</li></ul>",
        ["Two"],
    ),
    ("<p>a</p><p style='display:none'>b</p><p style='mso-hide:all'>c</p>", "<p>a</p>", ["b", "c"]),
    (
        "<p>a<a class=msocomanchor href='#_msocom_1'>[AM1]</a></p>"
        "<div style='mso-element:comment-list'><p class=MsoCommentText>Really?</p></div>",
        "<p>a</p>",
        ["[AM1]", "Really?"],
    ),
    # Raised and lowered
    ("<p>10<sup>6</sup> CO<sub>2</sub></p>", "<p>10<sup>6</sup> CO<sub>2</sub></p>", []),
    ("<p>10<span style='vertical-align:super'>6</span></p>", "<p>10<sup>6</sup></p>", []),
    # Tables
    (
        "<table><thead><tr><th>One<th rowspan=2><p>Two</p><p>three</p></tr></thead>"
        "<tr><td>12</td><td style='text-decoration:line-through'>500</td></tr></table>",
        '<table><tbody><tr><th><p>One</p></th><th rowspan="2"><p>Two</p><p>three</p></th></tr>'
        "<tr><td><p>12</p></td><td><p></p></td></tr></tbody></table>",
        ["500"],
    ),
    (
        "<table><tr><td>One<table><tr><td>two</td></tr></table></td></tr></table>",
        "<p>One</p><p>two</p>",
        [],
    ),
    ("<p>One</p><hr><p dir='rtl'>Two</p>", '<p>One</p><hr><p dir="rtl">Two</p>', []),
    # Blocks that are not allowed
    ("<h1>One</h1>two<div>three</div>", "<h2>One</h2><p>two</p><p>three</p>", []),
    ("<h1>One</h1><h2>Two</h2><h5>Three</h5>", "<h2>One</h2><h3>Two</h3><h4>Three</h4>", []),
    ("<h2>Two</h2><h3>Three</h3>", "<h2>Two</h2><h3>Three</h3>", []),
    ("<figure><figcaption>Caption</figcaption></figure>Text", "<p>Caption</p><p>Text</p>", []),
    ("<dl><dt>One</dt><dd>Two</dd></dl>", "<p>One</p><p>Two</p>", []),
    ("<p><b>One</b> <i>two</i></p>", "<p><strong>One</strong> <em>two</em></p>", []),
    ("<b style='font-weight:normal'><p>One</p></b>", "<p>One</p>", []),
    # Lists
    (
        WORD_LIST,
        "<ul><li><p>First</p><ul><li><p>Inner</p></li></ul></li><li><p>Second</p></li></ul>"
        '<ol start="3"><li><p>Third</p></li><li><p>Fourth</p></li></ol><p>After</p>',
        [],
    ),
    (
        "<p>·   First</p><p>•\xa0Second</p><p>Third · fourth</p>",
        "<ul><li><p>First</p></li><li><p>Second</p></li></ul><p>Third · fourth</p>",
        [],
    ),
    (
        "<p>1.\xa0\xa0 <em>One</em></p><p>2.\xa0\xa0 Two</p>",
        "<ol><li><p><em>One</em></p></li><li><p>Two</p></li></ol>",
        [],
    ),
    # What somebody typed stays
    ("<p>- one</p><p>1. One</p>", "<p>- one</p><p>1. One</p>", []),
    ("<p>§ 5: 5 * 3 * 2</p>", "<p>§ 5: 5 * 3 * 2</p>", []),
    ("<p>o governo</p>", "<p>o governo</p>", []),
    # Links into the pasted document
    (WORD_NOTE, "<p>road<sup>[1]</sup></p>", []),
    ("<p><a name='x'>One</a> <a href='file:///c:/x'>two</a></p>", "<p>One two</p>", []),
    (
        "<p><a href='https://example.org/?a=1&amp;b'>One</a></p>",
        '<p><a href="https://example.org/?a=1&amp;b">One</a></p>',
        [],
    ),
    ("", "", []),
]
#: Sanitized markup, and its plain text.
PLAIN = [
    ("<p>10<sup>6</sup></p>", "10⁶"),
    ("<p>10<sup>-6</sup> 5 m<sup>2</sup></p>", "10⁻⁶ 5 m²"),
    ("<p>2020<sup>1</sup> road<sup>2,3</sup></p>", "2020¹ road²,³"),
    ("<p>2020<sup>[1]</sup></p>", "2020[1]"),
    ("<p>5<sup>th</sup> n<sup>o</sup></p>", "5th no"),
    ("<p>2<sup>k</sup> 2<sup>k+1</sup> x<sub>i</sub></p>", "2^k 2^(k+1) x_i"),
    ("<p>CO<sub>2</sub></p>", "CO₂"),
    ("<p>Acme<sup>TM</sup></p>", "Acme™"),
    ("<figure><figcaption>Caption</figcaption></figure><p>Text</p>", "Caption\nText"),
    ("<table><tr><td>One</td><td>Two</td></tr></table>", "One\nTwo"),
    ("<p>One<br>two</p><h2>Three</h2>four", "One\ntwo\nThree\nfour"),
    ("<ul><li>One</li><li><p>Two</p></li></ul>", "One\nTwo"),
]


@pytest.mark.parametrize(("pasted", "kept", "dropped"), CLEANED)
def test_cleaning_changes_no_meaning(pasted: str, kept: str, dropped: list[str]) -> None:
    assert clean(pasted) == (kept, dropped)


@pytest.mark.parametrize(("pasted", "kept", "dropped"), CLEANED)
def test_cleaning_what_is_clean_changes_nothing(pasted: str, kept: str, dropped: list[str]) -> None:
    assert clean(kept) == (kept, [])


@pytest.mark.parametrize(("markup", "text"), PLAIN)
def test_plain_text(markup: str, text: str) -> None:
    assert plain_text(markup) == text


def test_markup_that_is_nested_without_end_is_read() -> None:
    assert plain_text(sanitize("<div>" * 2000 + "words")) == "words"


@pytest.mark.django_db
def test_the_desk_says_what_was_left_out(client: Client, publisher: User) -> None:
    client.force_login(publisher)
    article = an_article()
    address = reverse("admin:articles_article_change", args=[article.pk])
    form = client.get(address).context["adminform"].form
    post = {name: form[name].value() or "" for name in form.fields} | {
        "body": "<p>He was <s>not</s> guilty</p>",
        "base": "0",
        "topics": [],
        "statements-TOTAL_FORMS": "0",
        "statements-INITIAL_FORMS": "0",
    }
    answer = client.post(address, post, follow=True)
    assert "struck out, deleted or hidden: “not”" in answer.content.decode()
    assert Article.objects.get().body == "<p>He was guilty</p>"
