from __future__ import annotations

import logging
import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from django.contrib.auth.models import Group, User
from django.core.cache import caches
from django.core.management import call_command
from django.db import connection, transaction
from django.test import Client, override_settings
from pytest_django import DjangoAssertNumQueries, DjangoDbBlocker, Settings

from articles.log import drop_last_head, invalidate_head
from articles.models import Article, Change, Edition, Endpoint, Partner
from articles.partners.api import pieces
from articles.partners.api.caching import answers
from articles.public.page_store import hot
from articles.publishing.publish import publish
from tests.builders import RELEASE_ARTICLE, a_member_of, confirm
from tests.pages import a_site
from tests.receiver import Receiver, receiver
from tests.rows import Rows, added, dump, emptying, put_back, start_anew


class SiteMade(NamedTuple):
    """What ``site`` makes the first time."""

    paths: dict[str, str]
    rows: Rows
    media: Path


#: A slow hash is for production.
QUICK = "django.contrib.auth.hashers.MD5PasswordHasher"


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> None:
    """Empty and refill the test database in our own way: Django's takes twenty times as long."""
    with django_db_blocker.unblock():
        first = dump()
        connection.ops.sql_flush = lambda *_, **__: emptying()  # type: ignore[method-assign] # no setting names it
        connection.creation.deserialize_db_from_string = (  # type: ignore[method-assign] # nor this
            lambda data: start_anew(first)
        )


@pytest.fixture(autouse=True)
def _quick_passwords(settings: Settings) -> None:
    settings.PASSWORD_HASHERS = [QUICK]


@pytest.fixture
def django_assert_num_queries(
    django_assert_num_queries: DjangoAssertNumQueries, monkeypatch: pytest.MonkeyPatch
) -> DjangoAssertNumQueries:
    """The same number on a slow machine: the head of the log is not read again after a second."""
    monkeypatch.setattr("articles.log.HEAD_MAX_AGE", 600.0)
    return django_assert_num_queries


@pytest.fixture(autouse=True)
def _no_limit(settings: Settings) -> None:
    """All tests come from one address; those about limits set their own."""
    settings.API_PER_MINUTE = 0


@pytest.fixture(autouse=True)
def _files_of_its_own(settings: Settings, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path / "media"


@pytest.fixture(autouse=True)
def _nothing_remembered_from_another_test() -> None:
    invalidate_head()
    drop_last_head()
    hot.clear()
    pieces.kept.clear()
    answers.clear()
    for cache in caches.all():
        cache.clear()


class _Kept(logging.Handler):
    def __init__(self) -> None:
        super().__init__()
        self.said: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.said.append(record.getMessage())


@pytest.fixture(autouse=True)
def _nothing_is_left_out(request: pytest.FixtureRequest) -> Iterator[None]:
    """A page that leaves out what breaks would hide our own mistakes; see the mark ``breaks``."""
    kept = _Kept()
    logger = logging.getLogger("articles.unreadable")
    logger.addHandler(kept)
    yield
    logger.removeHandler(kept)
    assert not kept.said or request.node.get_closest_marker("breaks")


@pytest.fixture(scope="session")
def _made_once(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> dict[str, Rows]:
    """The rows of ``publisher``, ``release`` and ``edition``, made once and rolled back."""
    made: dict[str, Rows] = {}
    before: Rows = {}

    def keep(name: str) -> None:
        nonlocal before
        after = dump()
        made[name], before = added(before, after), after

    with (
        django_db_blocker.unblock(),
        override_settings(PASSWORD_HASHERS=[QUICK]),
        transaction.atomic(),
    ):
        if not Group.objects.exists():  # a test that emptied the database came first
            connection.creation.deserialize_db_from_string("")  # ours reads what it kept
        before = dump()
        publisher = a_member_of("Publisher")
        keep("publisher")
        call_command("loaddata", "sco_gateway", verbosity=0)
        keep("release")
        publish(Article.objects.get(pk=RELEASE_ARTICLE), by=publisher)
        keep("edition")
        transaction.set_rollback(True)
    return made


@pytest.fixture
def publisher(db: None, _made_once: dict[str, Rows]) -> User:
    put_back(_made_once["publisher"])
    return User.objects.get(username="publisher")


@pytest.fixture
def release(db: None, _made_once: dict[str, Rows]) -> Article:
    """The press release as the fixture structures it, not yet published."""
    put_back(_made_once["release"])
    return Article.objects.get(pk=RELEASE_ARTICLE)


@pytest.fixture
def edition(release: Article, publisher: User, _made_once: dict[str, Rows]) -> Edition:
    """The press release, published."""
    if Change.objects.exists():  # its numbers in the log are taken
        return publish(release, by=publisher)
    put_back(_made_once["edition"])
    release.refresh_from_db()
    return Edition.objects.get()


@pytest.fixture
def site(
    edition: Edition, publisher: User, settings: Settings, _site_made_once: dict[str, SiteMade]
) -> dict[str, str]:
    """A page of every type beside the published release; the paths by type."""
    made = _site_made_once.get("site")
    if made is None:
        before = dump()
        paths = a_site(publisher, edition)
        made = SiteMade(paths, added(before, dump()), Path(settings.MEDIA_ROOT))
        _site_made_once["site"] = made
    else:
        put_back(made.rows)
        shutil.copytree(made.media, settings.MEDIA_ROOT, dirs_exist_ok=True)
    return dict(made.paths)


@pytest.fixture(scope="session")
def _site_made_once() -> dict[str, SiteMade]:
    return {}


@pytest.fixture
def admin_client(admin_client: Client, admin_user: User) -> Client:
    """A superuser who has just said anew who that is, as pages about rights ask."""
    confirm(admin_client, admin_user)
    return admin_client


@pytest.fixture
def system(settings: Settings) -> Iterator[Receiver]:
    """A partner's system on this machine."""
    settings.WEBHOOKS_TO_PRIVATE = True
    with receiver() as running:
        yield running


@pytest.fixture
def partner(db: None) -> Partner:
    """A partner with the right to every article and its text, but to nothing under embargo."""
    return Partner.objects.create(
        name="The Agency",
        contact="desk@agency.example",
        all_topics=True,
        all_languages=True,
    )


@pytest.fixture
def endpoint(system: Receiver, partner: Partner) -> Endpoint:
    return Endpoint.objects.create(partner=partner, url=system.url + "hook?of=newsroom")


# The run ------------------------------------------------------------------------------------------

#: Reasons to skip that no installation helps against. For any other a run in CI fails.
SKIPPED_ANYWHERE = {
    "a minute ended meanwhile",
    "pg_dump is older than the server",  # the gate runs these on PostgreSQL 15
    "this machine has no IPv6",
    "Windows ends programs without signals",
}


def pytest_xdist_auto_num_workers(config: pytest.Config) -> int:
    """All tests: a process for each core, four at most. Tests that were named: this process."""
    whole = config.args_source is pytest.Config.ArgsSource.TESTPATHS
    return min(os.cpu_count() or 1, 4) if whole else 0


class Run:
    """What a run left out. With xdist each worker tells the process that reports."""

    def __init__(self, config: pytest.Config) -> None:
        self.config = config
        self.slow_left_out = 0
        self.skipped = set[str]()

    def pytest_deselected(self, items: list[pytest.Item]) -> None:
        self.slow_left_out += sum("slow" in item.keywords for item in items)

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        if report.skipped and isinstance(report.longrepr, tuple):
            self.skipped.add(report.longrepr[2].removeprefix("Skipped: "))

    @pytest.hookimpl(optionalhook=True)
    def pytest_testnodedown(self, node: Any) -> None:
        there = getattr(node, "workeroutput", {}).get("slow_left_out", 0)
        self.slow_left_out = max(self.slow_left_out, there)

    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        if hasattr(self.config, "workeroutput"):
            self.config.workeroutput["slow_left_out"] = self.slow_left_out
        elif os.environ.get("CI") and self.skipped - SKIPPED_ANYWHERE and not session.exitstatus:
            session.exitstatus = pytest.ExitCode.TESTS_FAILED

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        if self.slow_left_out:
            terminalreporter.write_line(
                f"{self.slow_left_out} slow tests were left out; `uv run pytest` runs them."
            )
        if self.skipped:
            why = "; ".join(sorted(self.skipped))
            terminalreporter.write_line(f"Some tests were skipped: {why}.")
            if os.environ.get("CI") and self.skipped - SKIPPED_ANYWHERE:
                terminalreporter.write_line("In CI nothing may be skipped: the run fails.")


def pytest_configure(config: pytest.Config) -> None:
    config.pluginmanager.register(Run(config))
