"""A partner's copy, kept by the client in docs/, equals the source whatever happens to it."""

from __future__ import annotations

import json
import random
import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.utils import timezone
from pytest_django.live_server_helper import LiveServer

from articles import frozen
from articles.log import last_sequence
from articles.models import Article, Edition, fields
from articles.publishing import erasure
from articles.publishing.merge_speakers import merge_speakers
from articles.publishing.pages import publish_page
from articles.publishing.publish import correct, publish, withdraw
from articles.publishing.schedule import run_due_actions, schedule
from people.models import Speaker
from tests.builders import a_capacity, a_member_of, a_speaker, a_statement, an_article, an_event
from tests.partners.api.test_articles import KINDS
from tests.processes import ROOT

pytestmark = pytest.mark.django_db(transaction=True, serialized_rollback=True)

EDITS = 1000


def start(site: str, copy: Path) -> subprocess.Popen[bytes]:
    command = [sys.executable, str(ROOT / "docs/sync.py"), site, str(copy)]
    return subprocess.Popen(command, stderr=subprocess.PIPE)  # noqa: S603 - our own client


def end_of(copy: Path) -> int:
    """The cursor of ``copy``; 0 while there is none."""
    try:
        with sqlite3.connect(f"file:{copy}?mode=ro", uri=True, timeout=10) as database:
            return database.execute("SELECT max(after) FROM cursor").fetchone()[0] or 0
    except sqlite3.OperationalError:
        return 0


def wait_until_it_has_all(copy: Path) -> None:
    patience = time.monotonic() + 30
    while end_of(copy) < last_sequence():
        assert time.monotonic() < patience, "the copy did not catch up"
        time.sleep(0.05)


def dump(rows: dict[str, str]) -> bytes:
    return "\n".join(f"{uri} {rows[uri]}" for uri in sorted(rows)).encode()


def held(copy: Path) -> bytes:
    with sqlite3.connect(copy) as database:
        return dump(dict(database.execute("SELECT uri, json FROM item")))


def source() -> bytes:
    """Everything that the feed's lists hold."""
    client, found = Client(), dict[str, str]()
    for kind in ("article", *KINDS):
        address: Any = f"/api/v1/{kind}s/?limit=100"
        while address:
            page = client.get(address).json()
            found |= {item["uri"]: json.dumps(item, sort_keys=True) for item in page["results"]}
            address = page["next"]
    return dump(found)


class Newsroom:
    """Editors who do whatever comes to their minds."""

    def __init__(self, by: User, chance: random.Random) -> None:
        self.by, self.chance = by, chance
        self.made = 0

    def edits(self) -> Iterator[Callable[[], object]]:
        while True:
            yield self.chance.choices(
                [
                    self.write,
                    self.rewrite,
                    self.correct,
                    self.withdraw,
                    self.rename,
                    self.merge,
                    self.embargo,
                ],
                [20, 40, 15, 10, 8, 3, 4],
            )[0]

    def name(self) -> str:
        self.made += 1
        return f"Number {self.made}"

    def any(self, rows: Any) -> Any:
        found = list(rows.order_by("pk").values_list("pk", flat=True))
        return rows.get(pk=self.chance.choice(found)) if found else None

    def write(self) -> None:
        name = self.name()
        event = an_event(f"Event {name}") if self.chance.random() < 0.3 else None
        article = an_article(name, event=event)
        speaker = self.any(Speaker.objects.unmerged()) if self.chance.random() < 0.6 else None
        speaker = speaker or a_speaker(f"Speaker {name}")
        a_statement(article, capacity=a_capacity(f"Director {name}", speaker=speaker))
        publish(article, by=self.by)

    def public(self) -> Article | None:
        edition = self.any(Edition.objects.live())
        return edition and edition.article

    def rewrite(self) -> None:
        if article := self.public():
            Article.objects.filter(pk=article.pk).update(headline=f"Rewritten {self.name()}")
            publish(article, by=self.by)

    def correct(self) -> None:
        if article := self.public():
            Article.objects.filter(pk=article.pk).update(headline=f"Corrected {self.name()}")
            correct(article, by=self.by, note="The headline was wrong.")

    def withdraw(self) -> None:
        if article := self.public():
            withdraw(article, by=self.by, notice="It was not so.")

    def rename(self) -> None:
        if speaker := self.any(Speaker.objects.unmerged()):
            speaker.name = f"Renamed {self.name()}"
            speaker.save()
            publish_page(speaker, by=self.by)

    def merge(self) -> None:
        gone, into = self.any(Speaker.objects.unmerged()), self.any(Speaker.objects.unmerged())
        if gone and gone != into:
            merge_speakers(gone, into=into, by=self.by)

    def embargo(self) -> None:
        """Rows of the log that this partner never sees, and what follows them."""
        article, soon = an_article(f"Embargoed {self.name()}"), timezone.now() + timedelta(hours=1)
        schedule(article, by=self.by, embargo_until=soon)
        if self.chance.random() < 0.5:
            run_due_actions(soon + timedelta(minutes=1))


@pytest.mark.slow
def test_a_thousand_edits_with_the_client_killed_again_and_again(
    live_server: LiveServer, publisher: User, tmp_path: Path
) -> None:
    chance, copy = random.Random(2026), tmp_path / "copy.sqlite"  # noqa: S311 - no secret
    done, kills = threading.Event(), list[int]()

    def keep_killing() -> None:
        killer = random.Random(7)  # noqa: S311 - no secret
        while not done.is_set():
            client = start(live_server.url, copy)
            time.sleep(killer.uniform(0.15, 0.8))
            client.kill()
            client.wait()
            kills.append(end_of(copy))

    killing = threading.Thread(target=keep_killing)
    killing.start()
    try:
        newsroom = Newsroom(publisher, chance)
        for number, edit in enumerate(newsroom.edits()):
            if number == EDITS:
                break
            edit()
    finally:
        done.set()
        killing.join()
    assert len(kills) >= 10
    assert len(set(kills)) >= 5  # it got further between the kills

    client = start(live_server.url, copy)
    try:
        wait_until_it_has_all(copy)
        assert held(copy) == source()
        newsroom.write()  # the end of the log moves once more, and whoever waits there is told
        wait_until_it_has_all(copy)
        assert held(copy) == source()
    finally:
        client.kill()
        client.wait()
    newsroom.write()  # so that the server waits no longer for what the client asked last
    time.sleep(0.5)


@pytest.mark.slow
@pytest.mark.breaks
def test_what_cannot_be_shown_stops_nothing_and_comes_with_the_next_start(
    live_server: LiveServer, publisher: User, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    copy = tmp_path / "copy.sqlite"
    first = publish(an_article("First"), by=publisher)
    for module in (frozen, fields):
        monkeypatch.setattr(module, "VERSION", 2)  # as a newer release does it
    newer = publish(an_article("Newer"), by=publisher)
    monkeypatch.undo()
    last = publish(an_article("Last"), by=publisher)

    def uris() -> set[str]:
        with sqlite3.connect(copy) as database:
            rows = database.execute("SELECT uri FROM item WHERE type = 'article'")
            return {uri.removeprefix("urn:uuid:") for (uri,) in rows}

    def run_until(ended: Callable[[], bool]) -> None:
        client = start(live_server.url, copy)
        try:
            patience = time.monotonic() + 30
            while not ended():
                assert time.monotonic() < patience
                time.sleep(0.05)
        finally:
            client.kill()
            client.wait()

    run_until(lambda: end_of(copy) == newer.pk - 1)
    assert uris() == {str(first.article_id), str(last.article_id)}
    for module in (frozen, fields):
        monkeypatch.setattr(module, "VERSION", 2)  # the site is updated
    run_until(lambda: end_of(copy) == last.pk)
    assert uris() == {str(one.article_id) for one in (first, newer, last)}
    publish(an_article("Another"), by=publisher)  # so that the server waits no longer
    time.sleep(0.5)


@pytest.mark.slow
def test_an_erased_text_leaves_the_copy(
    live_server: LiveServer, publisher: User, tmp_path: Path
) -> None:
    article, copy = an_article("Quetzalcoatl spoke"), tmp_path / "copy.sqlite"
    publish(article, by=publisher)
    client = start(live_server.url, copy)
    try:
        wait_until_it_has_all(copy)
        assert b"Quetzalcoatl" in copy.read_bytes()
        asked = erasure.ask(article, by=publisher, reason="A judgment", notice="Erased.")
        erasure.confirm(asked, by=a_member_of("Publisher", "another"))
        wait_until_it_has_all(copy)
        assert b"Quetzalcoatl" not in copy.read_bytes()
        assert held(copy) == source()
        publish(an_article("Another"), by=publisher)  # so that the server waits no longer
        time.sleep(0.5)
    finally:
        client.kill()
        client.wait()


@pytest.mark.slow
def test_the_guide_shows_this_client() -> None:
    guide = (ROOT / "docs/feed.md").read_text(encoding="utf-8")
    client = (ROOT / "docs/sync.py").read_text(encoding="utf-8")
    assert "docs/sync.py" in guide or "(sync.py)" in guide
    assert len(client.splitlines()) <= 40
