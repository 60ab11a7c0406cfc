"""Two editors at one release that came, on two connections at once."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client

from articles.importing.drafts import Draft, create_draft, drop
from articles.models import Article, ReceivedRelease, SourceDocument
from articles.publishing.workflow import Refused
from tests.admin.test_tray import TRAY, a_release
from tests.builders import a_member_of
from tests.publishing.test_concurrency import together

pytestmark = [
    pytest.mark.slow,
    pytest.mark.django_db(transaction=True, serialized_rollback=True),
]
TURNS = range(5)
PASTED = {"kind": "text", "text": "The bridge is open.", "content": b"The bridge is open."}


@pytest.fixture
def other() -> User:
    return a_member_of("Publisher", "olga")


def pasted() -> SourceDocument:
    return SourceDocument.objects.create(**PASTED, digest="0" * 64)


def drafting(document: SourceDocument, by: User) -> Callable[[], object]:
    return partial(create_draft, document, Draft("The bridge is open"), by=by)


def in_the_tray(step: str, row: ReceivedRelease, by: User) -> Callable[[], Any]:
    def press() -> Any:
        client = Client()
        client.force_login(by)
        return client.post(TRAY, {step: row.pk}, follow=True)

    return press


def test_two_drafts_of_one_release_are_one(publisher: User, other: User) -> None:
    for _ in TURNS:
        document, before = pasted(), Article.objects.count()

        raised = together(drafting(document, publisher), drafting(document, other))

        assert [type(error) for error in raised] == [Refused]
        assert "Somebody made an article of this release" in str(raised[0])
        assert Article.objects.count() == before + 1


def test_a_pasted_release_is_drafted_or_dropped_and_an_article_keeps_its_original(
    publisher: User, other: User
) -> None:
    for _ in TURNS:
        document, before = pasted(), Article.objects.count()

        raised = together(drafting(document, publisher), partial(drop, document, by=other))

        assert [type(error) for error in raised] == [Refused]
        kept = SourceDocument.objects.filter(pk=document.pk).first()
        made = Article.objects.count() - before
        assert (kept is not None) == bool(made)
        assert kept is None or kept.article_id is not None


def test_a_mail_is_drafted_or_dropped_never_both(publisher: User, other: User) -> None:
    for number in TURNS:
        row, before = a_release(f"Bridge {number}"), Article.objects.count()
        assert row.document is not None

        together(drafting(row.document, publisher), in_the_tray("drop", row, other))

        row.refresh_from_db()
        made = Article.objects.count() - before
        assert row.state == ("done" if made else "dropped")


def test_two_who_drop_one_release_are_told_apart(publisher: User, other: User) -> None:
    for _ in TURNS:
        document = pasted()
        raised = together(*(partial(drop, document, by=by) for by in (publisher, other)))
        assert [str(error) for error in raised] == ["['Somebody dropped this release meanwhile.']"]


def test_of_two_who_take_and_drop_a_mail_the_second_is_told(publisher: User, other: User) -> None:
    for number in TURNS:
        row = a_release(f"Bridge {number}")

        assert together(in_the_tray("take", row, publisher), in_the_tray("drop", row, other)) == []

        row.refresh_from_db()
        assert (row.state, row.taken_by) in (("taken", publisher), ("dropped", None))


@pytest.mark.django_db
def test_nobody_drops_what_somebody_else_has_taken(publisher: User, other: User) -> None:
    row = a_release()
    in_the_tray("take", row, publisher)()
    page = in_the_tray("drop", row, other)().content.decode()
    assert f"“Bridge opens” is taken by {publisher}." in page
    assert row.document is not None
    with pytest.raises(Refused, match=f"{publisher} has taken this mail"):
        drop(row.document, by=other)
    row.refresh_from_db()
    assert row.state == "taken"


@pytest.mark.django_db
def test_no_draft_is_made_of_a_mail_that_was_dropped(publisher: User, other: User) -> None:
    row = a_release()
    assert row.document is not None
    in_the_tray("drop", row, other)()
    with pytest.raises(Refused, match="Somebody dropped this mail meanwhile"):
        create_draft(row.document, Draft("The bridge is open"), by=publisher)
    assert not Article.objects.exists()
