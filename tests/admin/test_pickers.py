"""The writing page's pickers: find by typing, make in place, and plain text without script."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth.models import Permission, User
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from articles.models import Article, Picture, Topic
from people.models import Affiliation
from tests.admin.test_articles import form_of
from tests.builders import (
    a_capacity,
    a_member_of,
    a_speaker,
    a_statement,
    an_article,
    an_event,
    an_organization,
    an_upload,
)

pytestmark = [pytest.mark.slow, pytest.mark.django_db]


@pytest.fixture
def desk(client: Client, publisher: User) -> Client:
    client.force_login(publisher)
    return client


def pick(client: Client, kind: str, words: str) -> Any:
    return client.get(f"/admin/articles/article/pick/{kind}/", {"q": words}).json()


def test_a_capacity_is_found_by_any_spelling_title_or_organization(desk: Client) -> None:
    speaker = a_speaker("Zahoor Ahmad", name_variants=["Zahoor Ahmed"])
    capacity = a_capacity("Secretary", speaker, organization=an_organization("Cabinet Division"))
    for words in ("zahoor", "Ahmed", "secret", "cabinet"):
        [found] = pick(desk, "affiliation", words)["results"]
        assert found["id"] == str(capacity.pk)
        assert found["detail"] == "also spelled Zahoor Ahmed"
    assert "comma and the title" in pick(desk, "affiliation", "Somebody")["hint"]


@pytest.mark.parametrize("kind", ["event", "topic", "organization"])
def test_a_name_that_is_new_is_made_in_place(desk: Client, kind: str) -> None:
    [proposal] = pick(desk, kind, "Something new")["new"]
    path = f"/admin/articles/article/pick/{kind}/"
    made = desk.post(path, proposal["values"]).json()
    assert made["label"] == "Something new"
    assert pick(desk, kind, "something NEW")["results"][0]["id"] == made["id"]
    assert pick(desk, kind, "Something new")["new"] == []


def test_a_refusal_is_a_sentence_and_makes_nothing(desk: Client, client: Client) -> None:
    path = "/admin/articles/article/pick/affiliation/"
    response = desk.post(path, {"name": "Ada"})
    assert response.status_code == 400
    assert response.json()["error"] == "Write the title: who speaks, and as what."
    gone = "00000000-0000-0000-0000-000000000000"
    assert desk.post(path, {"title": "Chair", "speaker_id": gone}).status_code == 400
    assert desk.post("/admin/articles/article/pick/article/", {"name": "x"}).status_code == 403
    assert desk.get("/admin/articles/article/pick/user/").status_code == 404
    client.logout()
    assert client.get(path).status_code == 302
    assert not Affiliation.objects.exists()


def test_without_script_what_was_typed_is_looked_up(desk: Client) -> None:
    article, event = an_article(), an_event("The Webinar")
    a_statement(article, capacity=a_capacity("Director", a_speaker("Ada Writer")))
    a_capacity("Chair", a_speaker("Somebody Else"))
    topic = Topic.objects.create(name="Diplomacy", slug="diplomacy")
    change = f"/admin/articles/article/{article.pk}/change/"
    typed = {
        "event__was": "",
        "event__words": "webinar",
        "topics__words": "diplom",
        "statements-0-capacity__was": "Ada Writer, Director",
        "statements-0-capacity__words": "Somebody Else, Chair",
        "_continue": "1",
    }
    desk.post(change, form_of(desk.get(change)) | typed)
    article = Article.objects.get()
    assert article.event == event
    assert list(article.topics.all()) == [topic]
    assert str(article.statements.get().capacity) == "Somebody Else, Chair"


def test_words_that_fit_several_or_none_are_refused_and_stay(desk: Client) -> None:
    article = an_article()
    a_capacity("Director", a_speaker("Ada Writer"))
    a_capacity("Chair", a_speaker("Ada Reader"))
    change = f"/admin/articles/article/{article.pk}/change/"
    data = form_of(desk.get(change)) | {
        "statements-0-capacity__was": "",
        "statements-0-capacity__words": "Ada",
        "statements-0-text": "we will go on",
        "event__was": "",
        "event__words": "No such event",
    }
    page = desk.post(change, data).content.decode()
    assert "“Ada” may be" in page
    assert "Nothing is called “No such event”" in page
    assert 'value="No such event"' in page
    assert 'value="Ada"' in page


def test_a_dismissed_passage_is_nobody_s_and_two_editors_dismiss_both(desk: Client) -> None:
    article = an_article(body="<p>The “Eight Wonders” and the “Spirit”.</p>")
    change = f"/admin/articles/article/{article.pk}/change/"
    first, second = form_of(desk.get(change)), form_of(desk.get(change))
    was = {"dismissed_passages-was": "", "_continue": "1"}
    desk.post(change, first | was | {"dismissed_passages": "Eight Wonders"})
    desk.post(change, second | was | {"dismissed_passages": "Spirit"})
    assert Article.objects.get().dismissed_passages == ["Eight Wonders", "Spirit"]


def test_a_slug_is_made_of_the_headline(desk: Client) -> None:
    a_member_of("Reporter")
    for headline in ("Talks go on", "Talks go on", "بات چیت"):
        article = {"headline": headline, "body": "<p>x</p>", "language": "en", "base": "0"}
        rows = {"statements-TOTAL_FORMS": "0", "statements-INITIAL_FORMS": "0"}
        desk.post("/admin/articles/article/add/", article | rows)
    slugs = list(Article.objects.order_by("created_at").values_list("slug", flat=True))
    assert slugs == ["talks-go-on", "talks-go-on-2", "article"]


def test_an_event_brings_its_organizers_and_what_is_changed_of_them_is_saved(desk: Client) -> None:
    kept, gone, new = (an_organization(name) for name in ("Kept", "Gone", "New"))
    event = an_event(name="The Webinar")
    event.organizers.set([kept, gone])
    [found] = pick(desk, "event", "webinar")["results"]
    assert {one["label"] for one in found["organizers"]} == {"Kept", "Gone"}
    article = an_article(event=event)
    path = f"/admin/articles/article/{article.pk}/change/"
    page = desk.get(path)
    shown = {"organizers-of": str(event.pk), "organizers-was": page.context["organizers_was"]}
    meanwhile = an_organization("Meanwhile")
    event.organizers.add(meanwhile)  # by another editor
    chosen = {"organizers": [str(kept.pk)], "organizers__words": "New"}
    desk.post(path, form_of(page) | shown | chosen)
    assert {row.name for row in event.organizers.all()} == {"Kept", "New", "Meanwhile"}
    event.refresh_from_db()
    assert str(event.saved_by) == "publisher"
    assert new in event.organizers.all()


def test_organizers_of_one_event_are_not_given_to_another(desk: Client) -> None:
    first, second = an_event("The First"), an_event("The Second")
    first.organizers.add(an_organization())
    article = an_article(event=first)
    path = f"/admin/articles/article/{article.pk}/change/"
    page = desk.get(path)
    shown = {"organizers-of": str(first.pk), "organizers-was": page.context["organizers_was"]}
    data = form_of(page) | shown | {"event": str(second.pk)}
    desk.post(path, data)
    article.refresh_from_db()
    assert article.event == second
    assert not second.organizers.exists()
    assert first.organizers.count() == 1


def test_who_may_not_change_events_is_not_asked_for_organizers(client: Client) -> None:
    reporter = a_member_of("Reporter")
    article = an_article(event=an_event())
    path = f"/admin/articles/article/{article.pk}/change/"
    client.force_login(reporter)
    assert "organizers" in client.get(path).context["adminform"].form.fields
    reporter.groups.clear()
    for name in ("view_article", "change_article"):
        reporter.user_permissions.add(Permission.objects.get(codename=name))
    assert "organizers" not in client.get(path).context["adminform"].form.fields


PICTURE = "/admin/articles/article/pick/picture/"


def test_a_picture_is_uploaded_in_place(desk: Client) -> None:
    described = {"alternative_text": "A hall", "credit": "The Institute", "caption": ""}
    values = described | {"focal_x": "20", "focal_y": "30", "upload": an_upload()}
    made = desk.post(PICTURE, values).json()
    picture = Picture.objects.get(pk=made["id"])
    assert made["label"] == "A hall"
    assert (picture.credit, picture.focal_x, picture.focal_y) == ("The Institute", 20, 30)
    assert str(picture.uploaded_by) == "publisher"


def test_a_picture_that_is_none_or_not_described_is_a_sentence(desk: Client) -> None:
    text = SimpleUploadedFile("hall.jpg", b"no picture", content_type="image/jpeg")
    answer = desk.post(PICTURE, {"focal_x": "50", "focal_y": "50", "upload": text})
    assert answer.status_code == 400
    assert "Alternative text" in answer.json()["error"]
    assert "File" in answer.json()["error"]
    assert not Picture.objects.exists()


def test_who_may_not_add_pictures_is_told_so(client: Client) -> None:
    user = a_member_of("Reporter")
    user.groups.clear()
    user.user_permissions.add(Permission.objects.get(codename="view_picture"))
    user.user_permissions.add(Permission.objects.get(codename="view_article"))
    client.force_login(user)
    answer = client.post(PICTURE, {"upload": an_upload()})
    assert answer.status_code == 403
    assert "may not add pictures" in answer.json()["error"]
