"""The tree of hashes: made by the database, signed by the worker, whole after an erasure."""

from __future__ import annotations

from base64 import b64decode
from hashlib import sha256

import pytest
from django.contrib.auth.models import User
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection, transaction
from django.test import Client
from pytest_django import Settings

from articles.models import Edition, Leaf
from articles.publishing import checkpoints, erasure
from articles.tlog import Key
from tests.builders import a_member_of


def execute(sql: str) -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql)


@pytest.fixture
def signed(edition: Edition, settings: Settings) -> Edition:
    """The published release, in a signed tree."""
    settings.LOG_KEYS = [Key.new("news.example/log")[0]]
    execute("SET CONSTRAINTS ALL IMMEDIATE; SET CONSTRAINTS ALL DEFERRED")
    assert checkpoints.sign()
    return edition


def test_the_proof_of_an_edition_has_its_record_and_its_document(
    signed: Edition, client: Client
) -> None:
    lines = client.get(f"/log/{signed.pk}.tlog-proof").content.decode().split("\n")
    assert lines[2] == f"index {signed.pk - 1}"
    record = b64decode(lines[1].removeprefix("extra "))
    assert bytes(Leaf.objects.get(pk=signed.pk).entry) == sha256(record).digest()
    answer = client.get(f"/log/{signed.pk}.json")
    salt = Leaf.objects.get(pk=signed.pk).salt or ""
    assert sha256(salt.encode() + answer.content).hexdigest() in record.decode()
    size = checkpoints.sign() or checkpoints.last_checkpoint()
    assert size
    bundle = client.get(f"/log/tile/entries/000.p/{size.size}").content
    assert bundle[2:34] == bytes(Leaf.objects.get(pk=1).entry)
    assert client.get("/log/tile/0/000").status_code == 404
    assert "Vary" not in client.get("/log/checkpoint").headers


def test_a_proof_that_is_not_signed_yet_says_so(
    edition: Edition, settings: Settings, client: Client
) -> None:
    """The page that leads to it may be made before the first signature, or before the next."""
    settings.LOG_KEYS = [Key.new("news.example/log")[0]]
    address = f"/log/{edition.pk}.tlog-proof"
    assert address in client.get(edition.get_absolute_url()).content.decode()
    execute("SET CONSTRAINTS ALL IMMEDIATE; SET CONSTRAINTS ALL DEFERRED")
    answer = client.get(address)
    assert (answer.status_code, answer["Retry-After"]) == (503, "1")
    assert answer.content.decode().startswith("Not signed yet")
    assert answer["Cache-Control"] == "no-store"
    assert checkpoints.sign()
    assert client.get(address).status_code == 200
    assert client.get(f"/log/{edition.pk + 1}.tlog-proof").status_code == 404


def test_without_a_key_there_is_no_tree(
    signed: Edition, client: Client, settings: Settings
) -> None:
    settings.LOG_KEYS = []
    assert client.get("/log/checkpoint").status_code == 404


def test_verify_finds_one_changed_letter_and_says_where(
    signed: Edition, capsys: pytest.CaptureFixture[str]
) -> None:
    call_command("verify")
    execute(
        "ALTER TABLE articles_edition DISABLE TRIGGER USER;"
        "UPDATE articles_edition SET body = overlay(body placing 'x' from 20 for 1);"
        "SET CONSTRAINTS ALL IMMEDIATE; ALTER TABLE articles_edition ENABLE TRIGGER USER"
    )
    with pytest.raises(CommandError, match="1 thing in the log"):
        call_command("verify")
    assert f"Number {signed.pk}, article “{signed.slug}”" in capsys.readouterr().err


def test_verify_finds_a_checkpoint_whose_signature_is_not_of_the_key(
    signed: Edition, capsys: pytest.CaptureFixture[str]
) -> None:
    execute(
        "ALTER TABLE articles_checkpoint DISABLE TRIGGER USER;"
        "UPDATE articles_checkpoint SET note = replace(note, 'news.example/log' || chr(10), "
        "'another.example/log' || chr(10)); ALTER TABLE articles_checkpoint ENABLE TRIGGER USER"
    )
    with pytest.raises(CommandError, match="1 thing in the log"):
        call_command("verify")
    assert "is not that of its key" in capsys.readouterr().err


def test_verify_finds_a_checkpoint_without_its_signature(
    signed: Edition, capsys: pytest.CaptureFixture[str]
) -> None:
    execute(
        "ALTER TABLE articles_checkpoint DISABLE TRIGGER USER;"
        "UPDATE articles_checkpoint SET note = split_part(note, '—', 1);"
        "ALTER TABLE articles_checkpoint ENABLE TRIGGER USER"
    )
    with pytest.raises(CommandError, match="1 thing in the log"):
        call_command("verify")
    assert "is signed by no key of LOG_KEYS" in capsys.readouterr().err


def test_a_leaf_is_neither_changed_nor_written_by_hand(signed: Edition) -> None:
    for sql in (
        "UPDATE articles_leaf SET salt = 'x'",
        "DELETE FROM articles_leaf",
        "INSERT INTO articles_leaf (sequence, salt, entry) VALUES (99, 'x', '')",
        "UPDATE articles_checkpoint SET note = ''",
    ):
        with pytest.raises(DatabaseError, match=r"for ever|Published history"):
            execute(sql)


def test_an_erasure_takes_the_salt_and_leaves_the_tree_whole(
    signed: Edition, publisher: User, client: Client
) -> None:
    before = bytes(Leaf.objects.get(pk=signed.pk).entry)
    asked = erasure.ask(signed.article, by=publisher, reason="Judgment", notice="Erased.")
    erasure.confirm(asked, by=a_member_of("Publisher", "another publisher"))
    execute("SET CONSTRAINTS ALL IMMEDIATE; SET CONSTRAINTS ALL DEFERRED")
    assert checkpoints.sign()
    leaf = Leaf.objects.get(pk=signed.pk)
    assert (leaf.salt, bytes(leaf.entry)) == (None, before)
    call_command("verify")
    assert client.get(f"/log/{signed.pk}.tlog-proof").status_code == 404
