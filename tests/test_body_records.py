"""Pictures, statements, events and articles in a body: by reference, frozen, shown, refused."""

from __future__ import annotations

import json
import re
from typing import Any
from uuid import uuid4

import pytest
from django.contrib.auth.models import User
from django.http import QueryDict
from django.test import Client

from articles.editing.checks import check, check_snapshot, typed_snapshot
from articles.editing.conflicts import merge_changes
from articles.editing.diff import diff_snapshots
from articles.editing.preview import preview_path, share
from articles.editing.versions import restore, save_version
from articles.formats.ninjs_3_1 import without_text
from articles.models import Article, Edition, Picture, SearchDocument
from articles.public.page_store import hot
from articles.publishing.pages import publish_page, withdraw_page
from articles.publishing.publish import correct, publish, withdraw
from articles.publishing.snapshot import take_snapshot
from articles.publishing.workflow import Refused
from articles.richtext import records_in, sanitize
from tests.builders import (
    a_capacity,
    a_member_of,
    a_picture_row,
    a_speaker,
    a_statement,
    an_article,
    an_event,
    in_body,
)
from tests.partners.api.test_articles import assert_ninjs

pytestmark = pytest.mark.django_db

WORDS = "<p>She said “we will go on” and left.</p>"
ID = "0b5468ab-1111-4222-8333-444455556666"
PICTURE = f'<figure data-record="picture/{ID}"></figure>'


def page_of(client: Client, edition: Edition) -> str:
    response = client.get(edition.get_absolute_url())
    assert response.status_code == 200
    return response.content.decode()


def body_of(client: Client, edition: Edition) -> str:
    [body] = re.findall(r'<div class="body">(.*?)</article>', page_of(client, edition), re.DOTALL)
    return body


def article_with(*records: Any, headline: str = "With records", **fields: Any) -> Article:
    return an_article(headline, body=WORDS + "".join(map(in_body, records)), **fields)


def item_of(client: Client, edition: Edition) -> dict[str, Any]:
    item: dict[str, Any] = client.get(f"/api/v1/articles/{edition.article_id}/").json()
    return item


def html_of(item: dict[str, Any]) -> str:
    value: str = item["bodies"][0]["value"]
    return value


def write(article: Article, body: str) -> None:
    Article.objects.filter(pk=article.pk).update(body=body)
    article.refresh_from_db()


@pytest.fixture
def quoted(publisher: User) -> Edition:
    """Another article that is public, with one quotation."""
    article = an_article("The other article", standfirst="What it is about")
    a_statement(article, capacity=a_capacity("Director"))
    return publish(article, by=publisher)


# The allow-list -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("posted", "kept"),
    [
        (PICTURE, PICTURE),
        (f"{WORDS}{PICTURE}{PICTURE}", f"{WORDS}{PICTURE}{PICTURE}"),
        (f'<figure data-record="statement/{ID}/12"></figure>',) * 2,
        (f"<p>one {PICTURE} two</p>", f"<p>one </p>{PICTURE}<p>two</p><p></p>"),
        (PICTURE.replace("></", "><figcaption>Why?</figcaption></"), f"{PICTURE}<p>Why?</p>"),
        (f'<figure data-record="picture/{ID}" onclick="evil()" class="x"></figure>', PICTURE),
        ("<figure></figure>", ""),
        ('<figure data-record="picture/../../evil"></figure>', ""),
        (f'<figure data-record="picture/{ID.upper()}"></figure>', ""),
        (f'<figure data-record="statement/{ID}/0"></figure>', ""),
        (f'<figure data-record="user/{ID}"></figure>', ""),
        ('<figure><img src="http://evil.example/x.png" onerror="evil()"></figure>', ""),
        ("<p>a<img src=\"data:image/png;base64,AAAA\" onerror='evil()'>b</p>", "<p>ab</p>"),
        ('<figure><img src="/x"><figcaption>Words</figcaption></figure>', "<p>Words</p>"),
    ],
)
def test_a_body_keeps_references_and_nothing_else_of_a_figure(posted: str, kept: str) -> None:
    assert sanitize(posted) == kept
    assert sanitize(kept) == kept


def test_records_are_named_once_in_the_order_of_the_body() -> None:
    event = f'<figure data-record="event/{ID}"></figure>'
    assert records_in(PICTURE + WORDS + event + PICTURE) == [f"picture/{ID}", f"event/{ID}"]


# Pictures -----------------------------------------------------------------------------------------


def test_a_picture_in_the_body_is_frozen_and_shown_in_every_size(
    client: Client, publisher: User
) -> None:
    picture = a_picture_row(publisher, caption="ہال میں تین مقرر", alternative_text='A "hall"')
    edition = publish(article_with(picture, picture), by=publisher)
    picture.caption = "Changed afterwards"
    picture.save()
    body = body_of(client, edition)
    assert body.count("<figure") == body.count('loading="lazy"') == 2
    assert 'alt="A &quot;hall&quot;"' in body
    assert "<bdi>ہال میں تین مقرر</bdi>" in body
    assert "Changed afterwards" not in body
    assert body.count("480w") == 6
    assert 'width="960" height="480"' in body
    assert len(edition.snapshot["body_pictures"]) == 1


def test_partners_get_the_picture_with_full_addresses_and_every_file(
    client: Client, publisher: User
) -> None:
    one, two = a_picture_row(publisher, caption="In the hall"), a_picture_row(publisher)
    edition = publish(article_with(one, two, one), by=publisher)
    item = item_of(client, edition)
    assert_ninjs(item)
    assert html_of(item).count("<img ") == 3
    assert "data-record" not in html_of(item)
    assert re.findall(r'<img src="http://localhost:8000/media/pictures/aa/', html_of(item))
    assert "<figcaption>In the hall (CGSS)</figcaption>" in html_of(item)
    found = [row for row in item["associations"] if row["type"] == "picture"]
    assert [row["rel"] for row in found] == ["picture", "picture"]
    assert len(found[0]["renditions"]) == 6
    assert "/media/" not in json.dumps(Edition.objects.get(pk=edition.pk).ninjs)


@pytest.mark.parametrize("format", ["atom", "rss", "json"])
def test_feeds_show_the_picture_with_its_full_address(
    client: Client, publisher: User, format: str
) -> None:
    publish(article_with(a_picture_row(publisher)), by=publisher)
    feed = client.get(f"/feeds/articles.{format}").content.decode()
    assert re.search(r"img src=\W*http://localhost:8000/media/pictures/aa/", feed)
    assert "data-record" not in feed


def test_search_finds_nothing_of_a_reference(publisher: User) -> None:
    edition = publish(article_with(a_picture_row(publisher)), by=publisher)
    assert SearchDocument.objects.get(pk=edition.article_id).text == (
        "She said “we will go on” and left."
    )


def test_an_article_has_a_picture_an_event_and_an_original_and_more_of_each_in_its_body(
    publisher: User,
) -> None:
    original, other = an_article("Original"), an_article("Other")
    for row in (original, other):
        publish(row, by=publisher)
    event, picture = an_event("Other event"), a_picture_row(publisher)
    publish_page(event, by=publisher)
    translation = article_with(
        picture,
        event,
        other,
        language="ru",
        translation_of=original,
        picture=a_picture_row(publisher),
        event=an_event(),
    )
    snapshot = publish(translation, by=publisher).snapshot
    assert [row["id"] for row in snapshot["body_pictures"]] == [str(picture.pk)]
    assert [row["name"] for row in snapshot["embeds"]] == ["Other event", "Other"]


def test_a_picture_without_files_or_that_is_gone_is_not_published(publisher: User) -> None:
    waiting = article_with(a_picture_row(publisher, renditions=[]), headline="Waiting")
    with pytest.raises(Refused, match="“A hall” has no files yet"):
        publish(waiting, by=publisher)
    picture = a_picture_row(publisher)
    gone = article_with(picture, headline="Gone")
    picture.delete()
    with pytest.raises(Refused, match="Picture 1 in the text was deleted meanwhile"):
        publish(gone, by=publisher)
    assert [row.severity for row in check(gone) if row.check == "picture"] == ["error"]


def test_a_picture_in_the_text_says_what_it_shows(publisher: User) -> None:
    described = a_picture_row(publisher)
    snapshot = take_snapshot(an_article(body=f"<p>x</p>{in_body(described)}"))
    [card] = snapshot["body_pictures"]
    snapshot["body_pictures"] = [card, {**card, "alternative_text": " "}]
    texts = [row.text for row in check_snapshot(snapshot) if row.check == "alternative text"]
    assert [words.split(" has")[0] for words in texts] == ["Picture 2 in the text"]


def test_a_picture_that_a_body_shows_is_not_deleted(client: Client) -> None:
    publisher = a_member_of("Publisher")
    used, unused = a_picture_row(publisher), a_picture_row(publisher)
    save_version(article_with(used), by=publisher)
    client.force_login(publisher)
    for picture in (used, unused):
        address = f"/admin/articles/picture/{picture.pk}/delete/"
        assert client.post(address, {"post": "yes"}).status_code == 302
    assert list(Picture.objects.all()) == [used]
    page = client.get(f"/admin/articles/picture/{used.pk}/change/").content.decode()
    assert "“A hall” is not deleted: a text of “With records” shows it, or did." in page
    selected = {"action": "delete_selected", "_selected_action": used.pk, "post": "yes"}
    client.post("/admin/articles/picture/", selected)
    assert Picture.objects.filter(pk=used.pk).exists()


def test_four_eyes_look_at_the_pictures_in_a_body_too(settings: Any, publisher: User) -> None:
    settings.FOUR_EYES = True
    article = article_with(a_picture_row(publisher, saved_by=publisher))
    save_version(article, by=a_member_of("Reporter"))
    with pytest.raises(Refused):
        publish(article, by=publisher)
    write(article, WORDS)
    save_version(article, by=User.objects.get(username="reporter"))
    publish(article, by=publisher)


# Statements, articles and events ------------------------------------------------------------------


def test_a_pull_quotation_of_the_article_s_own_is_frozen_with_it(
    client: Client, publisher: User
) -> None:
    article = an_article("Own")
    statement = a_statement(article)
    write(article, WORDS + in_body(statement))
    edition = publish(article, by=publisher)
    body = body_of(client, edition)
    assert '<figure class="pull"' in body
    assert "<blockquote><p>“we will go on”</p></blockquote>" in body
    assert body.count('class="said"') == 1  # the quotation is not marked a second time
    assert "<blockquote><p>“we will go on”</p></blockquote>" in html_of(item_of(client, edition))
    assert "embeds" not in edition.snapshot


def test_a_statement_of_another_article_shows_what_that_says_now(
    client: Client, publisher: User, quoted: Edition
) -> None:
    statement = quoted.article.statements.get()
    edition = publish(article_with(statement), by=publisher)
    body = body_of(client, edition)
    assert "“we will go on”</p></blockquote>" in body
    assert 'href="/articles/the-other-article/#s-1"' in body
    write(quoted.article, "<p>She said “we will stop” and left.</p>")
    quoted.article.statements.update(text="we will stop")
    correct(quoted.article, by=publisher, note="She was misquoted.")
    body = body_of(client, edition)
    assert "“we will stop”</p></blockquote>" in body
    assert "“we will go on”</p></blockquote>" not in body
    withdraw(quoted.article, by=publisher, notice="It was wrong.")
    assert "blockquote" not in body_of(client, edition)
    assert "the-other-article" not in page_of(client, edition)


def test_an_article_and_an_event_are_shown_until_they_are_withdrawn(
    client: Client, publisher: User, quoted: Edition
) -> None:
    event = an_event("The Summit", place="Astana")
    publish(an_article("About the summit", event=event), by=publisher)
    edition = publish(article_with(quoted.article, event), by=publisher)
    body = body_of(client, edition)
    assert "What it is about" in body
    assert '<a href="/events/the-summit/"><bdi>The Summit</bdi></a>' in body
    withdraw(quoted.article, by=publisher, notice="It was wrong.")
    withdraw_page(event, by=publisher, notice="There was none.")
    body = body_of(client, edition)
    assert "other" not in body
    assert "Summit" not in body


def test_partners_get_a_link_and_none_of_the_words_of_another_article(
    client: Client, publisher: User, quoted: Edition
) -> None:
    statement = quoted.article.statements.get()
    statement.article.statements.update(text="we will go on")
    edition = publish(
        an_article("Linking", body="<p>Words.</p>" + in_body(statement) + in_body(quoted.article)),
        by=publisher,
    )
    address = "http://localhost:8000/articles/the-other-article/"
    assert html_of(item_of(client, edition)) == (
        f'<p>Words.</p><p><a href="{address}#s-1">Ada Writer: The other article</a></p>'
        f'<p><a href="{address}">The other article</a></p>'
    )


def test_the_dateline_stands_before_the_first_words(client: Client, publisher: User) -> None:
    body = in_body(a_picture_row(publisher)) + WORDS
    edition = publish(an_article("Dated", body=body, dateline="Islamabad"), by=publisher)
    assert '<p><span class="dateline">Islamabad</span> She said' in body_of(client, edition)


def test_what_is_not_public_is_warned_about_and_not_shown(
    client: Client, publisher: User, quoted: Edition
) -> None:
    draft = an_article("A secret draft")
    secret = a_statement(draft, capacity=quoted.article.statements.get().capacity)
    article = article_with(draft, secret, an_event("A secret event"))
    own = f'<figure data-record="statement/{article.pk}/7"></figure>'
    write(article, f"{article.body}{own}{in_body(quoted.article)}")
    found = [row.text for row in check(article) if row.check == "dead link"]
    assert [words.split(":")[0] for words in found] == [
        "The text embeds an article that is not public",
        "The text embeds a statement that is not public",
        "The text embeds an event that is not public",
        "The text embeds statement 7 of this article, which is gone",
    ]
    edition = publish(article, by=publisher)
    assert "ecret" not in page_of(client, edition)
    assert "ecret" not in json.dumps(item_of(client, edition))
    publish(draft, by=publisher)
    assert "A secret draft" in body_of(client, edition)


def test_the_own_event_of_an_article_may_stand_in_its_body(publisher: User) -> None:
    event = an_event("The Summit")
    edition = publish(article_with(event, event=event), by=publisher)
    assert [row["path"] for row in edition.snapshot["embeds"]] == ["/events/the-summit/"]


def test_the_own_event_is_previewed_before_it_is_public(client: Client, publisher: User) -> None:
    event = an_event("The Summit")
    article = article_with(event, event=event)
    shared = preview_path(share(article, by=publisher))
    assert '<div class="embedded">' in client.get(shared).content.decode()
    publish(article, by=publisher)
    withdraw_page(event, by=publisher, notice="There was none.")
    assert "dead link" in {row.check for row in check(article)}
    edition = publish(article, by=publisher)
    assert '<div class="embedded">' not in body_of(client, edition)
    assert "embeds" not in edition.snapshot


def test_what_has_changed_since_tells_no_headline_that_was_withdrawn(
    client: Client, publisher: User, quoted: Edition
) -> None:
    article = an_article("Linking")
    publish(article, by=publisher)
    write(article, WORDS + in_body(quoted.article))
    correct(article, by=publisher, note="One word.")
    earlier = "/articles/linking/?edition=1"
    assert "The other article" in client.get(earlier).content.decode()
    withdraw(quoted.article, by=publisher, notice="It was wrong.")
    assert "The other article" not in client.get(earlier).content.decode()
    publish(quoted.article, by=publisher)
    assert "The other article" in client.get(earlier).content.decode()


def test_a_page_is_made_anew_when_what_it_embeds_changes(
    client: Client, publisher: User, quoted: Edition
) -> None:
    edition = publish(article_with(quoted.article), by=publisher)
    hot.clear()
    assert "What it is about" in page_of(client, edition)
    quoted.article.standfirst = "What it is really about"
    quoted.article.save()
    publish(quoted.article, by=publisher)
    assert "What it is really about" in page_of(client, edition)


def test_nothing_of_the_records_is_left_when_an_article_is_withdrawn(
    publisher: User, quoted: Edition
) -> None:
    article = article_with(a_picture_row(publisher), quoted.article)
    publish(article, by=publisher)
    tombstone = withdraw(article, by=publisher, notice="It was wrong.")
    assert not {"body_pictures", "embeds"} & set(tombstone.snapshot)


# The desk -----------------------------------------------------------------------------------------


def test_a_changed_picture_is_said_in_a_comparison(publisher: User) -> None:
    one, two = a_picture_row(publisher), a_picture_row(publisher, alternative_text="A street")
    article = article_with(one)
    old = take_snapshot(article)
    write(article, WORDS + in_body(two))
    [difference] = diff_snapshots(old, take_snapshot(article))
    assert difference.label == "Pictures and embeds in the text"
    words = "".join(text for kind, text in difference.pieces if kind != "same")
    assert "hall" in words
    assert "street" in words


def test_two_editors_with_two_pictures_see_which_is_whose(publisher: User) -> None:
    one, two = a_picture_row(publisher), a_picture_row(publisher, alternative_text="A street")
    article = an_article("Both")
    base = take_snapshot(article)
    write(article, WORDS + in_body(one))
    client = Client()
    client.force_login(publisher)
    post = posted(article, body=WORDS + in_body(two))
    [conflict] = merge_changes(post, base, take_snapshot(article))
    assert conflict.ours.endswith("[picture: A street]")
    assert conflict.theirs.endswith("[picture: A hall]")


def posted(article: Article, **values: str) -> Any:
    post = QueryDict(mutable=True)
    for name in ("headline", "slug", "language", "standfirst", "dateline", "byline", "source"):
        post[name] = getattr(article, name)
    post.update({"statements-TOTAL_FORMS": "0", **values})
    return post


def test_the_text_that_is_typed_shows_its_pictures(publisher: User) -> None:
    picture = a_picture_row(publisher)
    snapshot = typed_snapshot(
        an_article(), posted(an_article("Other"), body=WORDS + in_body(picture))
    )
    assert [card["id"] for card in snapshot["body_pictures"]] == [str(picture.pk)]


def test_an_earlier_text_comes_back_with_its_pictures(publisher: User) -> None:
    picture = a_picture_row(publisher)
    article = article_with(picture)
    old = save_version(article, by=publisher)
    write(article, WORDS)
    save_version(article, by=publisher)
    restored = restore(article, old.snapshot, by=publisher)
    assert restored.snapshot["body_pictures"] == old.snapshot["body_pictures"]


def test_the_history_shows_a_text_with_its_pictures(client: Client) -> None:
    publisher = a_member_of("Publisher")
    article = article_with(a_picture_row(publisher))
    save_version(article, by=publisher)
    client.force_login(publisher)
    page = client.get(f"/admin/articles/article/{article.pk}/history/version-1/").content.decode()
    assert 'alt="A hall"' in page


def test_what_a_body_can_show_is_found_by_words_and_described(
    client: Client, quoted: Edition
) -> None:
    publisher = a_member_of("Publisher", "desk")
    picture = a_picture_row(publisher, caption="In the hall")
    a_statement(an_article("The other draft"), capacity=a_capacity("Editor", a_speaker("Bo")))
    client.force_login(publisher)
    address = "/admin/articles/article/pick/record/"
    found = client.get(address, {"q": "other"}).json()["results"]
    other = f"article/{quoted.article_id}"
    assert [(row["kind"], row["detail"]) for row in found] == [
        ("statement", "Ada Writer, Director · The other article"),
        ("article", "article, not public yet"),
        ("article", "article"),
    ]
    asked = [f"picture/{picture.pk}", f"statement/{quoted.article_id}/1", other]
    gone = [f"picture/{uuid4()}", f"statement/{quoted.article_id}/9", "user/1", "picture/x"]
    described = client.get(address, {"record": asked + gone}).json()["records"]
    assert list(described) == asked
    assert described[asked[0]]["caption"] == "In the hall"
    assert described[asked[1]]["label"] == "“we will go on”"
    assert client.get(address, {"q": "\x00", "record": "'"}).json() == {"records": {}}


def test_headlines_alone_carry_no_picture_of_the_body(publisher: User) -> None:
    lead, inner = a_picture_row(publisher), a_picture_row(publisher)
    item = publish(article_with(inner, picture=lead), by=publisher).ninjs
    kept = [row["uri"] for row in without_text(item)["associations"]]
    assert kept == [f"urn:uuid:{lead.pk}"]


def test_a_reference_to_nothing_breaks_no_page(client: Client, publisher: User) -> None:
    body = f'{WORDS}<figure data-record="event/{uuid4()}"></figure>'
    edition = publish(an_article("Odd", body=body), by=publisher)
    assert "figure" not in body_of(client, edition)
