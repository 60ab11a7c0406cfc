"""The client in docs/ that checks the log complains when a row was changed or taken away."""

from __future__ import annotations

import importlib.util
import sqlite3
import subprocess
import sys
import time
from http.server import BaseHTTPRequestHandler, HTTPServer
from io import StringIO
from pathlib import Path
from threading import Thread
from types import ModuleType
from uuid import uuid4

import pytest
from django.contrib.auth.models import User
from django.core.management import call_command
from django.db import connection, transaction
from pytest_django import Settings
from pytest_django.live_server_helper import LiveServer

from articles import log
from articles.models import Article, Change
from articles.publishing import checkpoints
from articles.publishing.publish import publish
from articles.tlog import Key
from tests.builders import an_article
from tests.newsroom.serving import free_port
from tests.pages import a_site
from tests.partners.test_sync import start, wait_until_it_has_all
from tests.processes import ROOT

pytestmark = pytest.mark.django_db(transaction=True, serialized_rollback=True)


def client() -> ModuleType:
    spec = importlib.util.spec_from_file_location("check_log", ROOT / "docs/check_log.py")
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def without_triggers(sql: str) -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute(sql)


@pytest.mark.slow
def test_a_log_that_grew_is_accepted_and_one_that_was_rewritten_is_not(
    live_server: LiveServer, settings: Settings, publisher: User, tmp_path: Path
) -> None:
    private, key = Key.new("news.example/log")
    settings.LOG_KEYS = [private]

    def checked(public: str = key.public, copy: str = "log.sqlite") -> str:
        program = ROOT / "docs/check_log.py"
        command = [sys.executable, str(program), live_server.url, str(tmp_path / copy)]
        done = subprocess.run(  # noqa: S603 - our own client
            [*command, public], capture_output=True, encoding="utf-8", check=False
        )
        assert bool(done.returncode) == bool(done.stderr)
        return done.stderr

    assert "hands out no signed log" in checked()
    for number in range(3):
        publish(an_article(f"Number {number}"), by=publisher)
        assert checkpoints.sign()
        assert checked() == ""
    assert "is not signed by that key" in checked(Key.new("news.example/log")[1].public)

    publish(an_article("One more"), by=publisher)
    without_triggers("UPDATE articles_leaf SET entry = sha256('another') WHERE sequence = 1")
    assert checkpoints.sign() is None, "the newsroom does not sign another beginning"
    without_triggers("DELETE FROM articles_checkpoint")
    assert checkpoints.sign()
    assert "of the log of" in checked()
    assert "were changed" in checked()
    assert checked(copy="new.sqlite") == "", "who kept nothing cannot know"

    without_triggers(
        "DELETE FROM articles_checkpoint; DELETE FROM articles_leaf WHERE sequence > 1"
    )
    assert checkpoints.sign()
    assert "rows and has 1 now" in checked()


@pytest.mark.slow
def test_each_item_of_a_copy_is_the_leaf_of_its_number(
    live_server: LiveServer,
    settings: Settings,
    release: Article,
    publisher: User,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    private, key = Key.new("news.example/log")
    settings.LOG_KEYS, settings.SITE_URL = [private], "https://news.example"
    settings.USAGE_TERMS = "Ask first."
    published = publish(release, by=publisher)
    a_site(publisher, published)
    assert checkpoints.sign()
    syncing = start(live_server.url, tmp_path / "copy.sqlite")
    try:
        wait_until_it_has_all(tmp_path / "copy.sqlite")
    finally:
        syncing.kill()
        syncing.wait()
        publish(an_article("Another"), by=publisher)  # so that the server waits no longer
        time.sleep(0.5)
    held = sqlite3.connect(tmp_path / "copy.sqlite")
    [number] = held.execute("SELECT count(*) FROM item").fetchone()
    assert number > 10

    def check(copy: str = "log.sqlite") -> str:
        client().main(
            live_server.url, str(tmp_path / copy), key.public, str(tmp_path / "copy.sqlite")
        )
        return capsys.readouterr().out

    assert f"{number} more of {number} items are what the log says" in check()
    assert f"0 more of {number} items" in check(), "each is compared once"

    uri = f"urn:uuid:{release.pk}"
    whole = held.execute("SELECT json FROM item WHERE uri = ?", [uri]).fetchone()[0]
    for was, then in (
        ("Shanghai Spirit", "Shanghai Wind"),
        (' "type": "text", ', ' "type": "text", "edNote": "More", '),
        (f'"uri": "{uri}"', f'"uri": "urn:uuid:{uuid4()}"'),
    ):
        assert was in whole
        held.execute("UPDATE item SET json = ? WHERE uri = ?", [whole.replace(was, then), uri])
        held.commit()
        with pytest.raises(SystemExit, match=f"is not what number {published.pk} of the log"):
            check(f"{uuid4()}.sqlite")
    held.execute("UPDATE item SET json = ? WHERE uri = ?", [whole, uri])
    held.execute("UPDATE item SET number = 1 WHERE uri = ?", [uri])
    held.commit()
    with pytest.raises(SystemExit, match="is not what number 1 of the log"):
        check("other.sqlite")
    held.execute("UPDATE item SET number = ? WHERE uri = ?", [published.pk, uri])
    held.commit()
    # The newsroom hands out another text under the old number, to everybody, and changes no leaf.
    without_triggers(
        "UPDATE articles_edition SET"
        " ninjs = replace(ninjs::text, 'Shanghai Spirit', 'Shanghai Wind')::jsonb,"
        " snapshot = replace(snapshot::text, 'Shanghai Spirit', 'Shanghai Wind')::jsonb"
    )
    with pytest.raises(SystemExit, match=f"is not what number {published.pk} of the log"):
        check("third.sqlite")


@pytest.mark.parametrize("answer", [None, b"", b"news.example/log\nmany\n", b"\xff"])
def test_a_site_that_gives_no_log_is_a_sentence(answer: bytes | None, tmp_path: Path) -> None:
    port = free_port()
    if answer is not None:

        class Site(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                self.send_response(200)
                self.end_headers()
                self.wfile.write(answer or b"")

            def log_message(self, *args: object) -> None:
                pass

        server = HTTPServer(("127.0.0.1", port), Site)
        Thread(target=server.handle_request, daemon=True).start()
    with pytest.raises(SystemExit, match="hands out no log that can be read"):
        client().main(f"http://127.0.0.1:{port}", str(tmp_path / "log.sqlite"))


@pytest.mark.slow
def test_a_log_of_more_than_one_tile_is_followed(
    live_server: LiveServer, settings: Settings, tmp_path: Path
) -> None:
    private, key = Key.new("news.example/log")
    settings.LOG_KEYS = [private]
    check = client()
    for more in (1, 1, 6, 247, 1, 1, 300):  # one tile, a full one, the begin of the next, a third
        with transaction.atomic():
            log.append(*(Change(kind="topic", object_id=uuid4(), item={}) for _ in range(more)))
        assert checkpoints.sign()
        check.main(live_server.url, str(tmp_path / "log.sqlite"), key.public)
    call_command("verify", stdout=StringIO())
    without_triggers("DELETE FROM articles_subtree WHERE number = 0")
    assert "has nothing of the leaves 1 to 256" in "".join(checkpoints.problems())
