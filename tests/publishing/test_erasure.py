"""Erasure: two people take a text out of every place; a hash, a reason, a row in the log stay."""

from __future__ import annotations

import hashlib
import json
from datetime import timedelta
from uuid import uuid4

import pytest
from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.auth.models import User
from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import PermissionDenied
from django.db import DatabaseError, connection, transaction
from django.db.models.signals import pre_save
from django.http import QueryDict
from django.test import Client
from django.utils import timezone
from psycopg.sql import SQL, Identifier
from pytest_django import DjangoCaptureOnCommitCallbacks

from articles.editing import autosave, preview
from articles.editing.versions import restore, save_version
from articles.log import invalidate_head
from articles.models import (
    Article,
    AuditEntry,
    Change,
    Delivery,
    Edition,
    EditSession,
    Endpoint,
    Erasure,
    ReceivedRelease,
    SourceDocument,
    State,
    StoredPage,
    Unreadable,
)
from articles.partners.webhooks import send_due_deliveries
from articles.publishing import erasure
from articles.publishing.publish import correct, publish, withdraw
from articles.publishing.schedule import run_due_actions, schedule
from articles.publishing.workflow import Refused
from tests.builders import a_member_of, a_statement, an_article, an_event, confirm, in_body
from tests.receiver import Received, Receiver
from tests.rows import dump

WORD = "Quetzalcoatl"
REASON, NOTICE = "Judgment of 3 November 2026", "Erased by order of a court."


class Undone(Exception):
    """The database took it; it is rolled back."""


@pytest.fixture
def other(db: None) -> User:
    return a_member_of("Publisher", "another publisher")


@pytest.fixture
def article(publisher: User) -> Article:
    """An article whose every text has the word, in every place where we keep texts."""
    found = an_article(
        f"{WORD} spoke",
        slug="spoke",
        standfirst=f"{WORD} again",
        body=f"<p>{WORD} said “{WORD} will go on” and left.</p>",
        dateline=WORD,
        source=WORD,
        dismissed_passages=[WORD],
    )
    a_statement(found, f"{WORD} will go on")
    save_version(found, by=publisher)
    publish(found, by=publisher)
    Article.objects.filter(pk=found.pk).update(headline=f"{WORD} spoke twice")
    save_version(found, by=publisher)
    correct(found, by=publisher, note=f"{WORD} spoke twice.")
    preview.share(found, by=publisher)
    content = f"{WORD} release".encode()
    document = SourceDocument.objects.create(
        article=found,
        content=content,
        text=WORD,
        subject=WORD,
        name=f"{WORD}.txt",
        kind="text",
        digest=hashlib.sha256(content).hexdigest(),
    )
    ReceivedRelease.objects.create(document=document, digest="d", subject=WORD, sender="a@b.c")
    Article.objects.filter(pk=found.pk).update(headline=f"{WORD} spoke thrice")
    save_version(found, by=publisher)
    schedule(found, by=publisher, publish_at=timezone.now() + timedelta(days=1))
    found.edit_sessions.create(
        user=publisher,
        slot=autosave.NO_SLOT,
        seen_at=timezone.now(),
        typed={"body": [WORD]},
        typed_at=timezone.now(),
    )
    LogEntry.objects.create(
        user=publisher,
        content_type=ContentType.objects.get_for_model(Article),
        object_id=str(found.pk),
        object_repr=WORD,
        action_flag=CHANGE,
        change_message=WORD,
    )
    last = Change.objects.filter(object_id=found.pk).latest("sequence")
    Unreadable.objects.create(change=last, error=f"ValueError: {WORD}", at=timezone.now())
    found.refresh_from_db()
    return found


def erase(article: Article, by: User, other: User) -> Erasure:
    asked = erasure.ask(article, by=by, reason=REASON, notice=NOTICE)
    erasure.confirm(asked, by=other)
    asked.refresh_from_db()
    invalidate_head()
    return asked


def test_no_row_of_the_database_holds_the_text(
    article: Article,
    publisher: User,
    other: User,
    client: Client,
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:
    for path in ("/articles/spoke/", "/", "/api/v1/changes/?after=0", "/api/v1/articles/"):
        assert WORD in client.get(path).content.decode(), path
    held = [table for table, lines in dump().items() if WORD.encode() in b"".join(lines)]
    assert len(held) > 8
    with django_capture_on_commit_callbacks(execute=True):
        erase(article, publisher, other)
    # Nothing at all: generated columns, search documents, stored pages and audit log included.
    assert [table for table, lines in dump().items() if WORD.encode() in b"".join(lines)] == []
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM articles_article t WHERE t::text ILIKE %s", [f"%{WORD}%"]
        )
        assert cursor.fetchone()[0] == 0
    assert not StoredPage.objects.exists()


def test_no_word_is_left_in_a_search_vector_or_another_computed_column(
    article: Article, publisher: User, other: User
) -> None:
    """``dump`` has no computed columns; and the words in vectors are stems in small letters."""

    def tables_with_the_word() -> set[str]:
        found = set()
        with connection.cursor() as cursor:
            for table in connection.introspection.table_names(cursor):
                asked = SQL("SELECT count(*) FROM {} AS row WHERE row::text ILIKE %s")
                cursor.execute(asked.format(Identifier(table)), [f"%{WORD}%"])
                if cursor.fetchone()[0]:
                    found.add(table)
        return found

    with connection.cursor() as cursor:
        vectors = "SELECT search_vector::text, title_vector::text FROM articles_searchdocument"
        cursor.execute(f"{vectors} WHERE id = %s", [article.pk])
        assert all(WORD.lower() in vector for vector in cursor.fetchone())
    assert {"articles_searchdocument", "articles_edition"} <= tables_with_the_word()
    erase(article, publisher, other)
    assert tables_with_the_word() == set()


def test_readers_and_partners_find_the_notice(
    article: Article, publisher: User, other: User, client: Client
) -> None:
    urn = f"urn:uuid:{article.pk}"
    before = client.get("/api/v1/changes/?after=0").content.decode()
    assert WORD in before
    client.get("/articles/spoke/?edition=1")
    erase(article, publisher, other)
    for path in ("/articles/spoke/", "/articles/spoke/?edition=1", "/articles/spoke/?edition=2"):
        answer = client.get(path)
        assert answer.status_code == 410
        text = answer.content.decode()
        assert (NOTICE in text, "This text was erased" in text, WORD in text) == (True, True, False)
    for path in (
        *("/", "/search/?q=spoke", "/feeds/articles.atom", "/sitemap.xml", "/statements/"),
        *("/api/v1/articles/", "/api/v1/articles.ndjson", "/api/v1/changes/?after=0&latest=true"),
        *("/corrections/", "/feeds/corrections.atom"),
    ):
        assert WORD not in client.get(path).content.decode(), path
    rows = json.loads(client.get("/api/v1/changes/?after=0&limit=100").content)["results"]
    items = [row["item"] for row in rows if urn in row["uri"] or str(article.pk) in row["uri"]]
    assert len(items) == 3
    assert {item["pubStatus"] for item in items} == {"canceled"}
    assert WORD not in json.dumps(rows)


def test_what_stays_is_a_hash_a_reason_and_who(
    article: Article, publisher: User, other: User
) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT snapshot::text FROM articles_edition ORDER BY sequence")
        texts = [row for (row,) in cursor.fetchall()]
    numbers = list(Change.objects.values_list("sequence", "at"))
    asked = erase(article, publisher, other)
    editions = list(Edition.objects.order_by("change"))
    assert [row.digest for row in editions[:2]] == [
        hashlib.sha256(text.encode()).hexdigest() for text in texts
    ]
    assert [row.erasure for row in editions] == [asked] * 3
    assert list(Change.objects.values_list("sequence", "at"))[: len(numbers)] == numbers
    assert Change.objects.count() == len(numbers) + 1
    assert (asked.asked_by, asked.confirmed_by, asked.reason) == (publisher, other, REASON)
    last = AuditEntry.objects.filter(object_id=article.pk).latest("at", "pk")
    assert (last.action, last.by, last.note, last.title) == ("erase", other, REASON, "Erased")
    article.refresh_from_db()
    assert (article.state, article.headline, article.body) == (State.WITHDRAWN, "Erased", "")
    assert all(row.digest for row in article.versions.order_by("number")[:2])


def test_a_new_text_can_be_published_at_the_address(
    article: Article, publisher: User, other: User, client: Client
) -> None:
    erase(article, publisher, other)
    Article.objects.filter(pk=article.pk).update(headline="Another", body="<p>All is new.</p>")
    save_version(article, by=publisher)
    publish(article, by=publisher)
    invalidate_head()
    assert "All is new." in client.get("/articles/spoke/").content.decode()
    answer = client.get("/articles/spoke/?edition=1")
    assert (answer.status_code, NOTICE in answer.content.decode()) == (410, True)
    changes = client.get("/api/v1/changes/?after=0").content.decode()
    assert ("All is new." in changes, WORD in changes) == (True, False)


def test_who_asked_cannot_confirm(article: Article, publisher: User) -> None:
    asked = erasure.ask(article, by=publisher, reason=REASON, notice=NOTICE)
    with pytest.raises(Refused, match="somebody else has to confirm it"):
        erasure.confirm(asked, by=publisher)
    assert Edition.objects.live().get().headline == f"{WORD} spoke twice"


def test_the_right_is_needed_for_each_step(article: Article, publisher: User) -> None:
    editor = a_member_of("Editor")
    with pytest.raises(PermissionDenied):
        erasure.ask(article, by=editor, reason=REASON, notice=NOTICE)
    asked = erasure.ask(article, by=publisher, reason=REASON, notice=NOTICE)
    with pytest.raises(PermissionDenied):
        erasure.confirm(asked, by=editor)
    with pytest.raises(PermissionDenied):
        erasure.take_back(asked, by=editor)


@pytest.mark.parametrize(("reason", "notice"), [("", NOTICE), (REASON, " \n"), (" ", " ")])
def test_it_needs_a_reason_and_a_notice(
    article: Article, publisher: User, reason: str, notice: str
) -> None:
    with pytest.raises(Refused, match="Write the reason and the public notice"):
        erasure.ask(article, by=publisher, reason=reason, notice=notice)


def test_it_is_asked_for_and_confirmed_once(article: Article, publisher: User, other: User) -> None:
    asked = erasure.ask(article, by=publisher, reason=REASON, notice=NOTICE)
    with pytest.raises(Refused, match="asked for already"):
        erasure.ask(article, by=other, reason=REASON, notice=NOTICE)
    erasure.confirm(asked, by=other)
    for again in (erasure.confirm, erasure.take_back):
        with pytest.raises(Refused, match="meanwhile"):
            again(asked, by=other)


def test_what_is_taken_back_is_not_erased(article: Article, publisher: User, other: User) -> None:
    asked = erasure.ask(article, by=publisher, reason=REASON, notice=NOTICE)
    erasure.take_back(asked, by=publisher)
    with pytest.raises(Refused, match="taken back meanwhile"):
        erasure.confirm(asked, by=other)
    assert Edition.objects.live().get().headline == f"{WORD} spoke twice"


def test_translations_go_where_they_are_named(
    article: Article, publisher: User, other: User
) -> None:
    urdu = an_article("Urdu", slug="urdu", language="ur", translation_of=article)
    russian = an_article("Russian", slug="russian", language="ru", translation_of=article)
    for row in (urdu, russian):
        publish(row, by=publisher)
    asked = erasure.ask(article, by=publisher, reason=REASON, notice=NOTICE, translations=[urdu.pk])
    erasure.confirm(asked, by=other)
    live = Edition.objects.live().values_list("headline", flat=True)
    assert list(live) == ["Russian"]
    group = Edition.objects.filter(article=urdu).values_list("translation_group", flat=True)
    assert set(group) == {article.pk}
    with pytest.raises(Refused, match="is no translation"):
        erasure.ask(russian, by=publisher, reason=REASON, notice=NOTICE, translations=[russian.pk])


def test_a_draft_is_erased_without_a_word_to_anybody(publisher: User, other: User) -> None:
    draft = an_article(f"{WORD} draft")
    save_version(draft, by=publisher)
    erase(draft, publisher, other)
    assert not Change.objects.exists()
    draft.refresh_from_db()
    assert (draft.state, draft.headline) == (State.DRAFT, "Erased")


def test_what_was_withdrawn_is_erased_too(
    article: Article, publisher: User, other: User, client: Client
) -> None:
    withdraw(article, by=publisher, notice=f"{WORD} was wrong.")
    invalidate_head()
    assert WORD in client.get("/api/v1/changes/?after=0").content.decode()
    erase(article, publisher, other)
    answer = client.get("/articles/spoke/")
    assert (NOTICE in answer.content.decode(), WORD in answer.content.decode()) == (True, False)
    assert WORD not in client.get("/api/v1/changes/?after=0").content.decode()
    assert WORD.encode() not in b"".join(b"".join(lines) for lines in dump().values())


def test_what_only_partners_under_embargo_saw_is_canceled_before_them_alone(
    publisher: User, other: User, client: Client
) -> None:
    secret = an_article(f"{WORD} secret", slug="secret")
    schedule(secret, by=publisher, embargo_until=timezone.now() + timedelta(days=1))
    erase(secret, publisher, other)
    assert list(Change.objects.values_list("embargoed", flat=True)) == [True, True]
    assert client.get("/articles/secret/").status_code == 404
    assert json.loads(client.get("/api/v1/changes/?after=0").content)["results"] == []


def test_the_same_release_in_the_tray_goes_too(
    article: Article, publisher: User, other: User
) -> None:
    ReceivedRelease.objects.update(text_digest="the same words")
    for number, said in enumerate((WORD, f"{WORD}  with other blanks")):
        document = SourceDocument.objects.create(
            content=said.encode() * 2, text=said, subject=WORD, kind="mail", digest=f"{number}"
        )
        digests = {"digest": f"{number}", "text_digest": "the same words" if number else ""}
        ReceivedRelease.objects.create(document=document, subject=WORD, **digests)
    another = SourceDocument.objects.create(content=b"else", text="Else", kind="text", digest="e")
    erase(article, publisher, other)
    for rows in (SourceDocument.objects.all(), ReceivedRelease.objects.all()):
        assert [row for row in rows if WORD in str(vars(row))] == []
    another.refresh_from_db()
    assert another.text == "Else"


def test_what_embeds_it_has_its_headline_no_more(
    article: Article,
    publisher: User,
    other: User,
    client: Client,
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:
    Article.objects.filter(pk=article.pk).update(headline=f'{WORD} & <his> "son\'s"')
    correct(article, by=publisher, note="The headline.")
    statement = article.statements.get()
    kept = "<p>We said so.</p>"
    embedding = an_article("Later", slug="later", body=kept + in_body(article) + in_body(statement))
    save_version(embedding, by=publisher)
    edition = publish(embedding, by=publisher)
    preview.share(embedding, by=publisher)
    Article.objects.filter(pk=embedding.pk).update(headline="Later again", state="draft")
    embedding.refresh_from_db()
    schedule(embedding, by=publisher, publish_at=timezone.now() + timedelta(days=1))
    assert str(edition.ninjs).count(WORD) == 2
    pages = (
        *("/articles/later/", "/feeds/articles.json", f"/api/v1/articles/{embedding.pk}/"),
        *("/api/v1/articles/", "/api/v1/articles.ndjson", "/api/v1/changes/?after=0&limit=100"),
    )
    for page in pages:
        assert WORD in client.get(page).content.decode(), page
    with django_capture_on_commit_callbacks(execute=True):
        erase(article, publisher, other)
    assert [table for table, lines in dump().items() if WORD.encode() in b"".join(lines)] == []
    edition.refresh_from_db()
    assert kept in edition.ninjs["bodies"][0]["value"]
    assert edition.ninjs["bodies"][0]["value"].count(">Erased</a></p>") == 2
    assert [card["name"] for card in edition.snapshot["embeds"]] == ["Erased"] * 2
    for page in pages:
        assert WORD not in client.get(page).content.decode(), page
    assert run_due_actions(timezone.now() + timedelta(days=2)) == 1
    invalidate_head()
    assert "Later again" in client.get("/articles/later/").content.decode()
    assert WORD not in client.get("/api/v1/changes/?after=0&limit=100").content.decode()


# The desk -----------------------------------------------------------------------------------------


def test_two_people_do_it_at_the_desk(article: Article, publisher: User, other: User) -> None:
    first, second = Client(), Client()
    first.force_login(publisher)
    second.force_login(other)
    confirm(first, publisher)
    confirm(second, other)
    page = f"/admin/articles/article/{article.pk}/erase/"
    assert "Ask for the erasure" in first.get(page).content.decode()
    wrong = first.post(page, {"ask": "1", "reason": REASON, "notice": ""})
    assert (
        "This field is required" in wrong.content.decode(),
        REASON in wrong.content.decode(),
    ) == (
        True,
        True,
    )
    first.post(page, {"ask": "1", "reason": REASON, "notice": NOTICE})
    asked = Erasure.objects.get()
    shown = first.get(page).content.decode()
    assert ("somebody else has to confirm" in shown, "Confirm and erase" in shown) == (True, False)
    first.post(page, {"confirm": str(asked.pk)})
    assert Edition.objects.live().exists()
    assert "asked that it is erased" in second.get("/admin/").content.decode()
    form = second.get(f"/admin/articles/article/{article.pk}/change/").content.decode()
    assert f"{publisher} asked that this text is erased." in form
    assert "Confirm and erase" in second.get(page).content.decode()
    second.post(page, {"confirm": str(asked.pk)})
    assert not Edition.objects.live().exists()
    late = second.post(page, {"confirm": str(asked.pk)}, follow=True).content.decode()
    assert "confirmed or taken back meanwhile" in late
    editor = Client()
    editor.force_login(a_member_of("Editor"))
    assert editor.get(page).status_code == 403
    assert "asked that it is erased" not in editor.get("/admin/").content.decode()


def test_a_form_that_was_open_brings_nothing_back(
    article: Article, publisher: User, other: User
) -> None:
    writer = Client()
    writer.force_login(publisher)
    confirm(writer, publisher)
    page = f"/admin/articles/article/{article.pk}/change/"
    form = {"base": "2", "headline": WORD, "body": WORD, "slug": "spoke", "typed": "1"}
    erase(article, publisher, other)
    answer = writer.post(page, form, follow=True).content.decode()
    assert "was erased while you had it open" in answer
    kept = writer.post(page.replace("/change/", "/autosave/"), form)
    assert kept.json()["kept_at"] is None
    assert WORD.encode() not in b"".join(b"".join(lines) for lines in dump().values())


def test_what_is_typed_while_it_is_erased_is_not_kept(
    article: Article, publisher: User, other: User
) -> None:
    def erase_first(**_: object) -> None:
        pre_save.disconnect(erase_first, EditSession)
        erase(article, publisher, other)

    pre_save.connect(erase_first, EditSession)
    post = QueryDict(mutable=True)
    post.update({"base": "2", "body": WORD, "typed": "1", autosave.SLOT: str(uuid4())})
    assert autosave.store(article, publisher, post).typed is None
    assert not EditSession.objects.filter(typed__isnull=False).exists()


def test_what_was_read_before_is_neither_shared_nor_brought_back(
    article: Article, publisher: User, other: User
) -> None:
    first = article.versions.get(number=1).snapshot
    erase(article, publisher, other)
    preview.share(article, by=publisher)
    with pytest.raises(Refused, match="was erased meanwhile"):
        restore(article, first, by=publisher)
    assert WORD.encode() not in b"".join(b"".join(lines) for lines in dump().values())
    article.refresh_from_db()
    Article.objects.filter(pk=article.pk).update(headline="Another")
    another = save_version(article, by=publisher).snapshot
    Article.objects.filter(pk=article.pk).update(headline="Yet another")
    save_version(article, by=publisher)
    assert restore(article, another, by=publisher).snapshot["headline"] == "Another"


# What the database guards -------------------------------------------------------------------------


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE articles_edition SET headline = 'Erased', body = ''",
        "UPDATE articles_edition SET erasure_id = (SELECT id FROM articles_erasure)",
        "UPDATE articles_edition SET erasure_id = (SELECT id FROM articles_erasure), headline ="
        " 'Erased', standfirst = '', body = '', corrections = '[]', digest ="
        ' newsroom_digest(snapshot), ninjs = \'{"pubStatus": "canceled"}\', snapshot ='
        ' snapshot || \'{"headline": "Erased", "body": ""}\'',
        "UPDATE articles_version SET snapshot = '{}'",
        "UPDATE articles_auditentry SET title = 'Erased', note = ''",
        "INSERT INTO articles_erasure SELECT gen_random_uuid(), article_ids, reason, notice, now(),"
        " now(), asked_by_id, (SELECT max(id) FROM auth_user) FROM articles_erasure",
        "UPDATE articles_erasure SET article_ids = '{}'",
        "UPDATE articles_erasure SET confirmed_by_id = asked_by_id",
    ],
)
def test_nothing_but_a_confirmed_erasure_takes_text_out(
    article: Article, publisher: User, other: User, statement: str
) -> None:
    erasure.ask(article, by=publisher, reason=REASON, notice=NOTICE)
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)


def test_a_confirmed_erasure_erases_nothing_else_and_stands_for_ever(
    article: Article, publisher: User, other: User
) -> None:
    elsewhere = an_article("Elsewhere", slug="elsewhere")
    publish(elsewhere, by=publisher)
    asked = erase(article, publisher, other)
    for statement in (
        "DELETE FROM articles_erasure",
        "UPDATE articles_erasure SET reason = 'Another'",
        f"UPDATE articles_auditentry SET title = 'Erased', note = '' WHERE object_id ="  # noqa: S608 - a test
        f" '{elsewhere.pk}'",
        f"UPDATE articles_edition SET erasure_id = '{asked.pk}', digest ="  # noqa: S608 - a test
        " newsroom_digest(snapshot) WHERE erasure_id IS NULL",
    ):
        with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)


@pytest.mark.parametrize(
    "value",
    [
        'snapshot = newsroom_erased(snapshot) || \'{"slug": "another"}\'',
        'ninjs = \'{"pubStatus": "canceled", "edNote": "Another"}\'',
        "ninjs = jsonb_set(tombstone, '{bodies}', '[{\"value\": \"Another\"}]')",
        "ninjs = jsonb_set(tombstone, '{slugline}', '\"another\"')",
        "note = 'Another'",
        "event_id = (SELECT id FROM articles_event)",
    ],
)
def test_an_erasure_puts_nothing_in_the_place_of_a_text(
    article: Article, publisher: User, other: User, value: str
) -> None:
    an_event()
    asked = erasure.ask(article, by=publisher, reason=REASON, notice=NOTICE)
    tombstone = (
        "(ninjs - ARRAY['representationType', 'by', 'located', 'headlines', 'bodies', 'people',"
        " 'organisations', 'subjects', 'events', 'infoSources', 'renditions', 'associations',"
        " 'embargoedUntil'] || jsonb_build_object('pubStatus', 'canceled', 'edNote', '"
        f"{NOTICE}', 'descriptions', jsonb_build_array(jsonb_build_object('value', '{NOTICE}'))))"
    )
    values = {
        "headline": "'Erased'",
        "standfirst": "''",
        "body": "''",
        "note": "''",
        "corrections": "'[]'",
        "event_id": "NULL",
        "snapshot": "newsroom_erased(snapshot)",
        "ninjs": tombstone,
        "digest": "newsroom_digest(snapshot)",
        "erasure_id": f"'{asked.pk}'",
    }

    def erase_by_hand() -> None:
        told = ", ".join(f"{name} = {one}" for name, one in values.items())
        with transaction.atomic(), connection.cursor() as cursor:
            Erasure.objects.update(confirmed_by=other)
            cursor.execute(" ".join(["UPDATE articles_edition SET", told, "WHERE version = 1"]))
            raise Undone

    with pytest.raises(Undone):
        erase_by_hand()
    name, _, changed = value.partition(" = ")
    values[name] = changed.replace("tombstone", tombstone)
    with pytest.raises(DatabaseError, match="cannot be changed"):
        erase_by_hand()


# Webhooks -----------------------------------------------------------------------------------------


@pytest.mark.slow
@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_a_delivery_that_waits_or_is_tried_again_carries_the_tombstone(
    article: Article, publisher: User, other: User, endpoint: Endpoint, system: Receiver
) -> None:
    def erase_meanwhile(received: Received) -> int:
        if len(system.got) > 1:
            return 204
        try:  # the request is under way: it has the text
            erase(article, publisher, other)
        finally:
            connection.close()
        return 500

    Endpoint.objects.update(cursor=0)
    first = Change.objects.filter(kind="article").earliest("sequence")
    Delivery.objects.create(endpoint=endpoint, change=first, object_id=article.pk)
    Endpoint.objects.update(cursor=first.sequence)
    system.answer = erase_meanwhile
    send_due_deliveries()
    assert WORD.encode() in system.got[0].body
    Delivery.objects.filter(delivered_at=None).update(due_at=timezone.now())
    Endpoint.objects.update(paused_until=None)
    send_due_deliveries()
    told = [request.data["data"] for request in system.got[1:]]
    assert {row["item"]["pubStatus"] for row in told if str(article.pk) in row["uri"]} == {
        "canceled"
    }
    assert told[0]["sequence"] == first.sequence
    assert all(WORD.encode() not in request.body for request in system.got[1:])
