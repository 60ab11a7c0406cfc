"""The tray of releases that came by mail: taken, put back, dropped, done."""

from __future__ import annotations

import hashlib
from email.message import EmailMessage
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.tasks import TaskResultStatus
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from django_tasks_db.models import DBTaskResult
from pytest_django import Settings

from articles.admin.my_work import ROWS, my_work
from articles.admin.tray import ROWS as TRAY_ROWS
from articles.importing.documents import read_document
from articles.importing.drafts import keep
from articles.importing.mail import receive_mail
from articles.importing.review import untouched
from articles.models import Article, ReceivedRelease
from tests.builders import a_member_of

pytestmark = [pytest.mark.slow, pytest.mark.django_db]

TRAY = "/admin/articles/article/import/received/"
TEXT = "Mayor Anna Lind said that the bridge was open.\n"


def a_mail(subject: str = "Bridge opens", **fields: Any) -> ReceivedRelease:
    """A row of the tray without a document."""
    digest = hashlib.sha256(f"{subject}{ReceivedRelease.objects.count()}".encode()).hexdigest()
    values = {"sender": "press@city.example", "subject": subject, "digest": digest}
    return ReceivedRelease.objects.create(**values | fields)


def a_release(subject: str = "Bridge opens") -> ReceivedRelease:
    """A row of the tray with its mail, to which a file is attached."""
    message = EmailMessage()
    message["From"], message["Subject"] = "press@city.example", subject
    message.set_content(TEXT * 20)
    message.add_attachment(
        b"%PDF-1.4 \xff", maintype="application", subtype="pdf", filename="ä.pdf"
    )
    content = message.as_bytes()
    document = read_document(content, "mail.eml")
    return a_mail(subject, document=keep(document, content, "mail.eml", by=None))


@pytest.fixture
def desk(client: Client, publisher: User) -> Client:
    client.force_login(publisher)
    return client


def state_of(row: ReceivedRelease) -> tuple[str, User | None]:
    row.refresh_from_db()
    return row.state, row.taken_by


def test_who_takes_a_release_reviews_it_and_the_draft_ends_it(
    desk: Client, publisher: User
) -> None:
    row = a_release()
    first = desk.get("/admin/").content.decode()
    assert "Releases by mail" in first
    assert "Bridge opens" in first

    taken = desk.post(TRAY, {"take": row.pk}, follow=True)

    assert state_of(row) == ("taken", publisher)
    page = taken.content.decode()
    assert "Anna Lind" in page
    assert "ä.pdf" in page
    assert f"taken by {publisher}" in desk.get("/admin/").content.decode()
    form = untouched(taken.context["cards"]) | {"headline-headline": "The bridge"}
    desk.post(taken.redirect_chain[-1][0], form)
    assert state_of(row) == ("done", publisher)
    assert Article.objects.get().source_documents.get().received == row
    assert "Bridge opens" not in desk.get("/admin/").content.decode()
    assert "Bridge opens" in desk.get(f"{TRAY}?state=done").content.decode()


def test_of_two_who_take_a_release_one_does(desk: Client, publisher: User, client: Client) -> None:
    row, other = a_release(), a_member_of("Reporter", "rita")
    desk.post(TRAY, {"take": row.pk})
    second = Client()
    second.force_login(other)

    page = second.post(TRAY, {"take": row.pk}, follow=True).content.decode()

    assert f"“Bridge opens” is taken by {publisher}." in page
    assert state_of(row) == ("taken", publisher)
    review = f"/admin/articles/article/import/{row.document_id}/"
    assert f"{publisher} has taken this mail." in second.get(review).content.decode()


def test_what_was_dropped_or_taken_can_be_put_back(desk: Client) -> None:
    row = a_release()
    desk.post(f"/admin/articles/article/import/{row.document_id}/", {"_drop": "1"})
    assert state_of(row) == ("dropped", None)
    assert row.document is not None
    desk.post(TRAY, {"return": row.pk})
    assert state_of(row) == ("new", None)
    desk.post(TRAY, {"take": row.pk})
    desk.post(TRAY, {"return": row.pk})
    assert state_of(row) == ("new", None)
    desk.post(TRAY, {"drop": row.pk})
    assert state_of(row) == ("dropped", None)


def test_a_mail_without_text_is_a_line_with_its_sentence(desk: Client) -> None:
    row = a_mail("", problem="The mail has 50.0 MB and was not fetched.", sender="")
    for address in ("/admin/", TRAY):
        page = desk.get(address).content.decode()
        assert "The mail has 50.0 MB and was not fetched." in page
    desk.post(TRAY, {"take": row.pk})
    assert state_of(row)[0] == "taken"


def test_attachments_and_the_mail_are_downloaded_as_they_came(desk: Client) -> None:
    row = a_release()
    address = f"/admin/articles/article/import/{row.document_id}/"

    response = desk.get(f"{address}attachment/0/")

    assert response.content == b"%PDF-1.4 \xff"
    assert response["Content-Type"] == "application/octet-stream"
    assert response["Content-Disposition"] == "attachment; filename*=UTF-8''%C3%A4.pdf"
    assert desk.get(f"{address}attachment/1/").status_code == 404
    assert b"filename" in desk.get(f"{address}original/").content


def test_a_stranger_and_a_wrong_step_are_refused(client: Client, desk: Client) -> None:
    row = a_release()
    assert desk.post(TRAY, {"take": "x"}).status_code == 404
    assert desk.post(TRAY, {"take": ReceivedRelease().pk}).status_code == 404
    assert desk.post(TRAY, {}).status_code == 404
    assert desk.post(TRAY, {"": row.pk}).status_code == 404
    client.force_login(User.objects.create_user("keeper", is_staff=True))
    assert client.get(TRAY).status_code == 403
    assert client.post(TRAY, {"take": row.pk}).status_code == 403
    address = f"/admin/articles/article/import/{row.document_id}/attachment/0/"
    assert client.get(address).status_code == 403
    assert state_of(row)[0] == "new"


def test_thousands_are_listed_page_by_page(desk: Client) -> None:
    for number in range(TRAY_ROWS + 3):
        a_mail(f"Mail {number}")
    with CaptureQueriesContext(connection) as queries:
        page = desk.get(TRAY)
    assert len(queries) <= 6  # session, user, rights
    assert len(page.context["rows"]) == TRAY_ROWS
    rest = desk.get(f"{TRAY}?{page.context['more']}")
    assert len(rest.context["rows"]) == 3
    assert desk.get(f"{TRAY}?before=x&state=y").status_code == 200


def test_the_first_page_lists_what_waits_without_another_query(
    desk: Client, publisher: User, settings: Settings
) -> None:
    settings.IMPORT_MAIL = "maildir:/nowhere"
    for number in range(ROWS + 2):
        a_mail(f"Mail {number}")
    a_mail("Dropped", state="dropped")
    for failed in ("", "The mail server is away."):
        DBTaskResult.objects.create(
            task_path=receive_mail.module_path,
            status=TaskResultStatus.SUCCESSFUL,
            args_kwargs={"args": [], "kwargs": {}},
            run_after=timezone.now(),
            finished_at=timezone.now(),
            return_value={"failed": failed},
        )
    publisher.has_perm("articles.change_article")  # remembered from here on
    with CaptureQueriesContext(connection) as queries:
        work = my_work(publisher)
    assert len(queries) <= 5
    assert len(work.received.rows) == ROWS
    assert work.received.more
    assert work.mail_failed == "The mail server is away."
    page = desk.get("/admin/").content.decode()
    assert "It could not be read: The mail server is away. It is tried again." in page
