"""Two people at one article: nothing typed is lost, nothing saved is overwritten unseen."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.utils import timezone

from articles.models import Article, EditSession
from tests.admin.test_articles import form_of
from tests.builders import a_capacity, a_member_of, a_statement, an_article

pytestmark = [pytest.mark.slow, pytest.mark.django_db]


def logged_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


@pytest.fixture
def mine(publisher: User) -> Client:
    return logged_in(publisher)


@pytest.fixture
def theirs(db: None) -> Client:
    return logged_in(a_member_of("Editor", "colleague"))


@pytest.fixture
def article(db: None) -> Article:
    article = an_article(standfirst="A standfirst.")
    a_statement(article)
    return article


def at(article: Article, page: str = "change") -> str:
    return f"/admin/articles/article/{article.pk}/{page}/"


def opened(client: Client, article: Article) -> dict[str, Any]:
    """The form as the browser has it, hidden fields included."""
    response = client.get(at(article))
    hidden = {name: str(response.context[name]) for name in ("base", "since")}
    return form_of(response) | hidden | {"_continue": "1"}


def shown(response: Any) -> dict[str, Any]:
    """What a browser would send from a form that is shown again."""
    hidden = {name: str(response.context[name]) for name in ("base", "since")}
    return form_of(response) | hidden | {"_continue": "1"}


def reloaded(article: Article) -> Article:
    return Article.objects.get(pk=article.pk)


# Two saves ----------------------------------------------------------------------------------------


def test_the_second_save_does_not_overwrite_the_first(
    mine: Client, theirs: Client, article: Article
) -> None:
    form = opened(mine, article)
    theirs.post(at(article), opened(theirs, article) | {"headline": "Theirs"})
    response = mine.post(at(article), form | {"headline": "Mine"})
    page = response.content.decode()
    assert reloaded(article).headline == "Theirs"
    assert "colleague saved version 1 at" in page
    [conflict] = response.context["conflicts"]
    assert (conflict.ours, conflict.theirs) == ("Mine", "Theirs")
    assert shown(response)["headline"] == "Mine"


def test_what_only_one_of_them_touched_is_joined(
    mine: Client, theirs: Client, article: Article
) -> None:
    form = opened(mine, article)
    theirs.post(at(article), opened(theirs, article) | {"headline": "Theirs"})
    response = mine.post(at(article), form | {"standfirst": "Mine."})
    assert response.context["conflicts"] == []
    joined = shown(response)
    assert (joined["headline"], joined["standfirst"]) == ("Theirs", "Mine.")
    mine.post(at(article), joined)
    assert (
        reloaded(article).headline,
        reloaded(article).standfirst,
    ) == ("Theirs", "Mine.")


def test_taking_the_other_s_text(mine: Client, theirs: Client, article: Article) -> None:
    form = opened(mine, article)
    theirs.post(at(article), opened(theirs, article) | {"headline": "Theirs"})
    response = mine.post(at(article), form | {"headline": "Mine", "standfirst": "Mine."})
    response = mine.post(at(article), shown(response) | {"_take": "headline"})
    taken = shown(response)
    assert (taken["headline"], taken["standfirst"]) == ("Theirs", "Mine.")
    mine.post(at(article), taken)
    assert (
        reloaded(article).headline,
        reloaded(article).standfirst,
    ) == ("Theirs", "Mine.")


def test_saving_again_says_that_mine_was_chosen(
    mine: Client, theirs: Client, article: Article
) -> None:
    form = opened(mine, article)
    theirs.post(at(article), opened(theirs, article) | {"headline": "Theirs"})
    response = mine.post(at(article), form | {"headline": "Mine"})
    mine.post(at(article), shown(response))
    assert reloaded(article).headline == "Mine"
    assert article.versions.count() == 3  # as it was found, theirs, mine


def test_statements_are_joined_one_by_one(mine: Client, theirs: Client, article: Article) -> None:
    capacity = a_capacity("Chair", article.statements.get().capacity.speaker)
    form = opened(mine, article)
    new = {
        "statements-TOTAL_FORMS": "2",
        "statements-1-capacity": str(capacity.pk),
        "statements-1-kind": "direct",
        "statements-1-text": "we will",
    }
    theirs.post(at(article), opened(theirs, article) | new)
    response = mine.post(at(article), form | {"statements-0-text": "will go on"})
    assert response.context["conflicts"] == []
    mine.post(at(article), shown(response))
    texts = article.statements.values_list("text", flat=True)
    assert {*texts} == {"will go on", "we will"}


def test_a_statement_that_both_changed_stands_side_by_side(
    mine: Client, theirs: Client, article: Article
) -> None:
    form = opened(mine, article)
    theirs.post(at(article), opened(theirs, article) | {"statements-0-text": "we will"})
    response = mine.post(at(article), form | {"statements-0-text": "will go on"})
    [conflict] = response.context["conflicts"]
    assert (conflict.ours, conflict.theirs) == ("will go on", "we will")
    taken = mine.post(at(article), shown(response) | {"_take": conflict.key})
    assert shown(taken)["statements-0-text"] == "we will"


def test_a_refused_form_says_which_field_and_saves_nothing(mine: Client, article: Article) -> None:
    response = mine.post(at(article), opened(mine, article) | {"headline": " "})
    assert "This field is required" in response.content.decode()
    assert not article.versions.filter(number__gt=0).exists()
    assert reloaded(article).headline == "A headline"


@pytest.mark.parametrize("base", ["", "x", "99", "-1"])
def test_a_form_that_does_not_know_its_version_overwrites_nothing(
    mine: Client, theirs: Client, article: Article, base: str
) -> None:
    form = opened(mine, article)
    theirs.post(at(article), opened(theirs, article) | {"headline": "Theirs"})
    mine.post(at(article), form | {"headline": "Mine", "base": base})
    assert reloaded(article).headline == "Theirs"


# Presence and autosave ----------------------------------------------------------------------------


def test_each_sees_who_else_is_here(mine: Client, theirs: Client, article: Article) -> None:
    assert mine.post(at(article, "autosave"), {"base": "0"}).json()["others"] == []
    assert theirs.post(at(article, "autosave"), {"base": "0"}).json()["others"] == ["publisher"]
    EditSession.objects.update(seen_at=timezone.now() - timedelta(seconds=16))
    assert mine.post(at(article, "autosave"), {"base": "0"}).json()["others"] == []


def test_each_hears_of_a_newer_version(mine: Client, theirs: Client, article: Article) -> None:
    theirs.post(at(article), opened(theirs, article) | {"headline": "Theirs"})
    answer = mine.post(at(article, "autosave"), {"base": "0"}).json()
    assert answer["newer"] == {"number": 1, "by": "colleague"}


def test_typing_survives_a_crash(mine: Client, article: Article) -> None:
    typed = opened(mine, article) | {"headline": "Typed, not saved", "typed": "1"}
    answer = mine.post(at(article, "autosave"), typed).json()
    assert answer["kept_at"]
    assert reloaded(article).headline == "A headline"

    page = mine.get(at(article))
    assert "that was never saved" in page.content.decode()
    restored = mine.post(at(article), {"_restore": ""})
    assert shown(restored)["headline"] == "Typed, not saved"
    assert reloaded(article).headline == "A headline"
    mine.post(at(article), shown(restored))
    assert reloaded(article).headline == "Typed, not saved"
    assert "that was never saved" not in mine.get(at(article)).content.decode()


def test_typing_of_a_new_article_survives_too(mine: Client) -> None:
    page = mine.get("/admin/articles/article/add/")
    typed = form_of(page) | {"headline": "Not there yet", "typed": "1"}
    mine.post("/admin/articles/article/add/autosave/", typed)
    assert not Article.objects.exists()
    restored = mine.post("/admin/articles/article/add/", {"_restore": ""})
    assert form_of(restored)["headline"] == "Not there yet"


def test_typing_can_be_let_go(mine: Client, theirs: Client, article: Article) -> None:
    mine.post(at(article, "autosave"), {"headline": "Typed", "typed": "1"})
    assert "that was never saved" not in theirs.get(at(article)).content.decode()
    mine.post(at(article), {"_discard": ""})
    assert "that was never saved" not in mine.get(at(article)).content.decode()


def test_whoever_may_not_write_keeps_nothing(client: Client, article: Article) -> None:
    assert client.post(at(article, "autosave")).status_code == 302
    nobody = User.objects.create_user("nobody", is_staff=True)
    assert logged_in(nobody).post(at(article, "autosave")).status_code == 403
    assert not EditSession.objects.exists()
