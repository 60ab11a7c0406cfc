"""Published history is guarded by the database, and a missing guard is noticed."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth.models import User
from django.core.checks import run_checks
from django.db import DatabaseError, connection, transaction
from django.utils import timezone

from articles.editing.versions import save_version
from articles.models import Article, AuditEntry, Change, Edition, Version
from articles.publishing.publish import publish
from articles.system_checks import guards
from tests.builders import an_article

pytestmark = pytest.mark.django_db


def execute(sql: str, *values: Any) -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql, values)


def test_every_guard_is_in_place() -> None:
    assert len(guards()) >= 13
    assert run_checks(tags=["database"], databases=["default"]) == []


@pytest.mark.parametrize("name", sorted(guards()))
def test_a_guard_that_is_missing_is_named(name: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT tgrelid::regclass::text FROM pg_trigger WHERE tgname = %s", [name])
        [table] = cursor.fetchone()
    execute(f"ALTER TABLE {table} DISABLE TRIGGER {name}")
    [error] = run_checks(tags=["database"], databases=["default"])
    assert name in error.msg
    execute(f"DROP TRIGGER {name} ON {table}")
    [error] = run_checks(tags=["database"], databases=["default"])
    assert name in error.msg


@pytest.mark.parametrize("table", ["auditentry", "change", "edition", "version"])
def test_history_cannot_be_emptied(edition: Edition, table: str) -> None:
    with pytest.raises(DatabaseError, match="cannot be changed or deleted"):
        execute(f"SET CONSTRAINTS ALL IMMEDIATE; TRUNCATE articles_{table} CASCADE")


def test_no_edition_steps_back_without_a_later_one(edition: Edition) -> None:
    with pytest.raises(DatabaseError, match="no later one"):
        execute("UPDATE articles_edition SET is_latest = false; SET CONSTRAINTS ALL IMMEDIATE")


def test_a_version_is_deleted_with_its_article_only(publisher: User) -> None:
    article = an_article()
    save_version(article, by=publisher)
    with pytest.raises(DatabaseError, match="with its article only"):
        execute("DELETE FROM articles_version; SET CONSTRAINTS ALL IMMEDIATE")
    article.delete()
    execute("SET CONSTRAINTS ALL IMMEDIATE")
    assert not Version.objects.exists()


def test_a_number_beyond_the_end_is_refused(edition: Edition) -> None:
    last = edition.change_id
    for number in (last + 2, last, 0):
        change = Change(
            sequence=number, at=timezone.now(), kind="article", object_id=edition.article_id
        )
        with pytest.raises(DatabaseError), transaction.atomic():
            change.save(force_insert=True)


def test_an_audit_entry_of_another_day_is_refused(publisher: User, release: Article) -> None:
    values = {"by": publisher, "action": "publish", "kind": "article", "object_id": release.pk}
    for at in ("2001-01-01T00:00:00Z", "2101-01-01T00:00:00Z"):
        with pytest.raises(DatabaseError, match="of this moment"), transaction.atomic():
            AuditEntry.objects.create(at=at, title="x", **values)
    assert publish(release, by=publisher)
