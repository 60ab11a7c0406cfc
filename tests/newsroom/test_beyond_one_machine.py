"""The site on more than one machine: two roles, PgBouncer, a streaming replica, killed processes.

All of it runs at once, on servers that this module starts: an owner that migrates, the site's role
behind PgBouncer, a replica of it all, two processes of the site and a worker.
"""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psutil
import psycopg
import pytest
from psycopg.errors import InsufficientPrivilege

from tests.newsroom.serving import PRODUCTION, free_port, get, wait_until_it_answers
from tests.postgres import Server, a_replica, a_server, folder, other_user
from tests.processes import ROOT, start, start_server
from tests.receiver import receiver

PGBOUNCER = shutil.which("pgbouncer", path=f"{os.environ.get('PATH', '')}:/usr/sbin")

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(os.name == "nt", reason="pg_ctl is called as on Linux and macOS"),
]
needs_pgbouncer = pytest.mark.skipif(
    PGBOUNCER is None, reason="needs pgbouncer (apt install pgbouncer)"
)

#: A process of the site that runs what it is told, and says what ``result`` is then.
CONSOLE = """
import json, sys
import django
django.setup()
from newsroom.database.connections import release
names = {}
for line in sys.stdin:
    try:
        names["result"] = None
        exec(json.loads(line), names)
        answer = {"result": names["result"]}
    except Exception as error:
        answer = {"error": f"{type(error).__name__}: {error}"}
    release()
    print(json.dumps(answer, default=str), flush=True)
"""
#: What the tests below tell it first.
WORDS = """
import re, time
from django.contrib.auth.models import Group, User
from django.db import connection, connections
from django.test import Client
from django.test.utils import CaptureQueriesContext
from articles import log, replica
from articles.models import *
from articles.publishing import publish as actions
from articles.public.page_store import hot
from articles.partners.api.caching import answers
from tests.builders import *

def asked(path):
    "Status and text at the address, made anew; and how many queries the replica was asked."
    hot.clear(), answers.clear(), log.invalidate_head()
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM articles_storedpage")
    log.head()
    there = connections["replica"]
    there.force_debug_cursor = True
    there.queries_log.clear()
    began = time.monotonic()
    response = Client(headers={"host": "localhost"}).get(path)
    seconds = time.monotonic() - began
    # One looks whether the replica has caught up.
    number = sum("SELECT" in query["sql"] for query in there.queries_log) - 1
    return response.status_code, re.sub("</?mark>", "", response.content.decode()), number, seconds

def published(headline):
    article = an_article(headline, body="<p>Grain and words.</p>")
    return actions.publish(article, by=by)
"""


class Console:
    """A process of the site; each call runs Python code in it."""

    def __init__(self, settings: dict[str, str], log: Path) -> None:
        with log.open("w", encoding="utf-8") as errors:
            self.process = subprocess.Popen(  # noqa: S603 - our own interpreter
                [sys.executable, "-c", CONSOLE],
                cwd=ROOT,
                env=os.environ | settings,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=errors,
                encoding="utf-8",
            )
        self(WORDS)

    def __call__(self, code: str) -> Any:
        """What ``result`` is after ``code``; AssertionError with what it raised."""
        assert self.process.stdin
        assert self.process.stdout
        self.process.stdin.write(json.dumps(code) + "\n")
        self.process.stdin.flush()
        answer = json.loads(self.process.stdout.readline())
        assert "error" not in answer, answer["error"]
        return answer["result"]


@dataclass
class Machines:
    """What runs: two servers of PostgreSQL, and how processes of the site reach them."""

    primary: Server
    replica: Server
    settings: dict[str, str]
    ask: Console

    def wait_for_replica(self) -> None:
        with self.primary.connect() as here, self.replica.connect() as there:
            [[end]] = here.execute("SELECT pg_current_wal_lsn()::text").fetchall()
            for _ in range(200):
                query = "SELECT pg_last_wal_replay_lsn() >= %s::pg_lsn"
                if there.execute(query, [end]).fetchall() == [(True,)]:
                    return
                time.sleep(0.02)
        raise AssertionError("the replica does not follow")

    def wait_until_replica_is_read(self) -> None:
        for _ in range(100):
            if self.ask(f"result = asked({SEARCH!r})")[2] > 0:
                return
            time.sleep(0.1)
        raise AssertionError("the replica is not read again")

    @contextmanager
    def replica_behind(self) -> Iterator[None]:
        """The replica replays nothing meanwhile."""
        with self.replica.connect() as there:
            there.execute("SELECT pg_wal_replay_pause()")
            while there.execute("SELECT pg_get_wal_replay_pause_state()").fetchone() != ("paused",):
                time.sleep(0.02)
            try:
                yield
            finally:
                there.execute("SELECT pg_wal_replay_resume()")


@pytest.fixture(scope="module")
def machines() -> Iterator[Machines]:
    with folder() as place, ExitStack() as stack:
        primary = a_server(place / "primary")
        stack.callback(primary.stop)
        with primary.connect(database="postgres") as root:
            root.execute("CREATE ROLE owner LOGIN")
            root.execute("CREATE ROLE newsroom LOGIN")
            root.execute("CREATE DATABASE newsroom OWNER owner")
        settings = PRODUCTION | {
            "DATABASE_URL": primary.url("newsroom"),
            "DATABASE_OWNER_URL": primary.url("owner"),
            "WEBHOOKS_TO_PRIVATE": "on",
            "METRICS_TOKEN": "only-for-these-tests",
        }
        made = start("manage.py", "migrate", "-v0", **settings)
        assert made.wait(timeout=120) == 0, made.communicate()
        replica = a_replica(primary, place / "replica")
        stack.callback(replica.stop)
        settings["REPLICA_URL"] = replica.url("newsroom")
        if PGBOUNCER:
            port = a_pgbouncer(place, primary, stack)
            settings["DATABASE_URL"] = f"postgres://newsroom:word@127.0.0.1:{port}/newsroom"
            settings["PGBOUNCER"] = "on"
        ask = Console(settings, place / "console.log")
        stack.callback(ask.process.kill)
        ask("by = a_member_of('Publisher')")
        yield Machines(primary, replica, settings, ask)


def a_pgbouncer(place: Path, primary: Server, stack: ExitStack, *, size: int = 20) -> int:
    """PgBouncer with our configuration before ``primary``, ``size`` connections for each name."""
    ours, port = (ROOT / "deploy/pgbouncer.ini").read_text(encoding="utf-8"), free_port()
    users = place / "users"
    users.write_text('"newsroom" "word"\n', encoding="utf-8")
    for name, value in {
        "host": "127.0.0.1",
        "port": primary.port,
        "listen": port,
        "users": users,
    }.items():
        ours = ours.replace(f"<{name}>", str(value))
    assert "default_pool_size = 20\n" in ours
    ours = ours.replace("default_pool_size = 20\n", f"default_pool_size = {size}\n")
    (place / "pgbouncer.ini").write_text(f"{ours}\nunix_socket_dir =\n", encoding="utf-8")
    output = stack.enter_context((place / "pgbouncer.log").open("w", encoding="utf-8"))
    process = subprocess.Popen(  # noqa: S603 - the PgBouncer of this machine
        [str(PGBOUNCER), place / "pgbouncer.ini"], user=other_user(), stdout=output, stderr=output
    )
    stack.callback(process.wait)
    stack.callback(process.terminate)
    for _ in range(100):
        with suppress(psycopg.OperationalError):
            psycopg.connect(f"postgres://newsroom:word@127.0.0.1:{port}/newsroom").close()
            return port
        time.sleep(0.05)
    raise AssertionError((place / "pgbouncer.log").read_text(encoding="utf-8"))


# Two roles ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "statement",
    [
        "ALTER TABLE articles_edition DISABLE TRIGGER edition_immutable",
        "ALTER TABLE articles_edition DISABLE TRIGGER ALL",
        "DROP TRIGGER edition_immutable ON articles_edition",
        "CREATE OR REPLACE FUNCTION newsroom_refuse() RETURNS trigger LANGUAGE plpgsql AS"
        " 'BEGIN RETURN NEW; END'",
        "SET session_replication_role = replica",
        "TRUNCATE articles_storedpage",
        "DROP TABLE articles_edition",
        "ALTER TABLE articles_edition ADD COLUMN more text",
        "CREATE TABLE more (id int)",
        "UPDATE articles_edition_topics SET topic_id = topic_id",
        "DELETE FROM articles_edition_topics",
        "UPDATE articles_edition_organizations SET edition_id = 1",
        "TRUNCATE articles_edition_speakers",
        "DELETE FROM articles_edition",
        "DELETE FROM articles_change",
        "UPDATE articles_change SET item = NULL",
        "DELETE FROM articles_auditentry",
        "INSERT INTO articles_leaf (sequence, salt, entry) VALUES (99, 'x', '')",
        "DELETE FROM articles_leaf",
        "UPDATE articles_checkpoint SET note = ''",
        "DELETE FROM articles_subtree",
        "DELETE FROM django_migrations",
        "SET ROLE owner",
    ],
)
def test_the_site_s_role_may_not(machines: Machines, statement: str) -> None:
    with machines.primary.connect("newsroom") as site, pytest.raises(InsufficientPrivilege):
        site.execute(statement)


def test_migrate_takes_from_everybody_the_right_to_make_tables(machines: Machines) -> None:
    """PostgreSQL 14 gave it to everybody, and an upgrade keeps that."""
    with machines.primary.connect() as root:
        root.execute("GRANT CREATE ON SCHEMA public TO PUBLIC, newsroom")
    says = "from newsroom.management.commands import doctor\n"
    says += "result = [finding.text for finding in doctor._tables()]"
    [said] = machines.ask(says)
    assert "may make tables in the schema public" in said
    made = start("manage.py", "migrate", "-v0", **machines.settings)
    assert made.wait(timeout=120) == 0, made.communicate()
    with machines.primary.connect("newsroom") as site, pytest.raises(InsufficientPrivilege):
        site.execute("CREATE TABLE more (id int)")
    assert machines.ask(says) == []


def test_one_app_alone_is_migrated_and_the_others_later(machines: Machines) -> None:
    with machines.primary.connect(database="postgres") as root:
        root.execute("CREATE DATABASE alone OWNER owner")
    addresses = {
        name: machines.primary.url(role).removesuffix("newsroom") + "alone"
        for name, role in (("DATABASE_URL", "newsroom"), ("DATABASE_OWNER_URL", "owner"))
    }
    settings = machines.settings | addresses | {"PGBOUNCER": "", "REPLICA_URL": ""}
    for arguments, table, right in (
        (["people"], "people_speaker", "DELETE"),
        ([], "articles_edition", "INSERT"),
    ):
        made = start("manage.py", "migrate", "-v0", *arguments, **settings)
        _, error = made.communicate(timeout=120)
        assert made.returncode == 0, error
        with machines.primary.connect("newsroom", database="alone") as site:
            asked = f"SELECT has_table_privilege('{table}', '{right}')"
            assert site.execute(asked).fetchone() == (True,)


def test_the_site_s_role_does_all_that_editors_do(machines: Machines) -> None:
    editions = machines.ask("""
edition = published("First")
article = edition.article
article.headline = "First, corrected"; article.save()
actions.correct(article, by=by, note="A word was wrong.")
actions.withdraw(article, by=by, notice="It was not so.")
from articles.publishing import erasure
User.objects.filter(pk=by.pk).update(is_superuser=True)
by = User.objects.get(pk=by.pk)
other = User.objects.create_superuser("other", password="words and words")
erasure.confirm(erasure.ask(article, by=by, reason="A court.", notice="Removed."), by=other)
from articles.publishing import checkpoints
from articles.tlog import Key
from django.test import override_settings
with override_settings(LOG_KEYS=[Key.new("news.example/log")[0]]):
    assert checkpoints.sign()
assert Leaf.objects.filter(change__edition__article=article.pk, salt=None).count() == 3
assert not list(checkpoints.problems())
from articles.publishing.merge_speakers import merge_speakers
from tests.builders import a_capacity, a_speaker, a_statement
twins = a_speaker("Ada One"), a_speaker("Ada Two")
for number, twin in enumerate(twins):
    one = an_article(f"Said by twin {number}")
    a_statement(one, capacity=a_capacity("Director", twin))
    last = actions.publish(one, by=by)
merge_speakers(twins[1], into=twins[0], by=by)
assert [row.pk for row in last.speakers.all()] == [twins[0].pk]
a_draft = an_article("Never published")
a_draft.delete()
client = Client(headers={"host": "localhost"})
typed = {"login": "other", "password": "words and words"}
assert client.post("/admin/login/", typed).status_code == 302
assert client.get("/admin/").status_code == 200
editions = Edition.objects.filter(article=article.pk)
result = sorted(editions.values_list("headline", "is_latest"))
""")
    assert editions == [*[["Erased", False]] * 3, ["Erased", True]]


def test_doctor_knows_whose_the_tables_are(machines: Machines) -> None:
    code = """
from newsroom.management.commands import doctor
result = [finding.text for finding in [*doctor._tables(), *doctor._replica()]]
"""
    assert machines.ask(code) == []
    with machines.primary.connect() as root:
        root.execute("GRANT owner TO newsroom")
        try:
            [said] = machines.ask(code)
        finally:
            root.execute("REVOKE owner FROM newsroom")
    assert "The site's role owns the tables" in said


# PgBouncer ----------------------------------------------------------------------------------------


@needs_pgbouncer
def test_each_kind_of_process_has_its_limits_through_pgbouncer(machines: Machines) -> None:
    names = "lock_timeout", "statement_timeout", "idle_in_transaction_session_timeout"
    for database, expected in (
        ("newsroom", ["5s", "30s", "30s"]),
        ("newsroom_worker", ["50s", "5min", "5min"]),
    ):
        url = machines.settings["DATABASE_URL"].removesuffix("newsroom") + database
        with psycopg.connect(url, autocommit=True) as through:
            said = [through.execute(f"SHOW {name}").fetchone() for name in names]
            assert said == [(one,) for one in expected]


@needs_pgbouncer
def test_many_rows_are_read_through_pgbouncer_outside_a_transaction(machines: Machines) -> None:
    machines.ask("""
for number in range(5):
    an_article(f"Of many {number}")
rows = Article.objects.iterator(chunk_size=1)
first = next(rows)
""")
    with psycopg.connect(machines.settings["DATABASE_URL"]) as other:
        other.execute("SELECT 1")  # has the connection that the first row came from
        assert machines.ask("result = len(list(rows))") >= 4


@needs_pgbouncer
def test_a_command_that_changes_tables_goes_past_pgbouncer_or_says_why_not(
    machines: Machines, tmp_path: Path
) -> None:
    without = machines.settings | {"DATABASE_OWNER_URL": ""}
    refused = start("manage.py", "migrate", **without)
    _, error = refused.communicate(timeout=60)
    assert error.startswith("This command cannot work through PgBouncer; set DATABASE_OWNER_URL")
    assert refused.returncode


# A replica ----------------------------------------------------------------------------------------

SEARCH = "/search/?q=grain"
CHANGES = "/api/v1/changes/?after=0&limit=500"


def test_pages_and_the_feed_are_made_from_a_replica_that_has_caught_up(machines: Machines) -> None:
    machines.ask("edition = published('Grain from the sea')")
    machines.wait_for_replica()
    article = machines.ask("result = edition.get_absolute_url()")
    for path in (SEARCH, CHANGES, "/", "/topics/", "/api/v1/articles/", article):
        status, text, queries, _ = machines.ask(f"result = asked({path!r})")
        assert (status, "Grain from the sea" in text or path == "/topics/") == (200, True), path
        assert queries > 0, path


def test_a_replica_that_is_behind_shows_nothing_old(machines: Machines) -> None:
    machines.ask("old = published('Grain of before')")
    machines.wait_for_replica()
    seen = machines.ask(f"result = asked({CHANGES!r})")[1]
    with machines.replica_behind():
        machines.ask("""
actions.withdraw(old.article, by=by, notice="It was not so.")
new = published("Grain of now")
""")
        _, text, queries, _ = machines.ask(f"result = asked({SEARCH!r})")
        assert ("Grain of now" in text, "Grain of before" in text, queries) == (True, False, 0)
        assert machines.ask("result = asked(old.get_absolute_url())")[0] == 410
        assert machines.ask("result = asked(new.get_absolute_url())")[0] == 200
        _, text, queries, _ = machines.ask(f"result = asked({CHANGES!r})")
        assert json.loads(text)["cursor"] == json.loads(seen)["cursor"] + 2
        assert queries == 0
        machines.ask("published('Grain a third time')")
        up, changes, seconds = machines.ask("""
from dataclasses import astuple
result = astuple(replica.state())
""")
        assert (up, changes, 0 < seconds < 60) == (True, 3, True)
    machines.wait_for_replica()
    assert machines.ask(f"result = asked({SEARCH!r})")[2] > 0


def test_the_feed_skips_nothing_while_a_replica_follows(machines: Machines) -> None:
    """Who reads on and on sees every number once, in order, while articles are published."""
    found = machines.ask("""
import threading
begun = log.last_sequence()
stop = threading.Event()
def publishing():
    for number in range(25):
        published(f"Article {number}")
    connection.close()
    stop.set()
thread = threading.Thread(target=publishing)
thread.start()
cursor, numbers, replica_read = begun, [], 0
client = Client(headers={"host": "localhost"})
there = connections["replica"]
there.force_debug_cursor = True
while True:
    ended = stop.is_set()
    there.queries_log.clear()
    answers.clear()
    page = client.get(f"/api/v1/changes/?after={cursor}&limit=3").json()
    replica_read += len(there.queries_log) > 4
    numbers += [row["sequence"] for row in page["results"]]
    assert page["cursor"] >= cursor
    cursor = page["cursor"]
    if ended and not page["more"] and cursor >= log.last_sequence():
        break
    time.sleep(0.005)
thread.join()
result = begun, numbers, log.last_sequence(), replica_read
""")
    begun, numbers, last, replica_read = found
    assert numbers == list(range(begun + 1, last + 1))
    assert replica_read > 0


def test_the_log_ends_for_a_reader_where_the_replica_was_asked_for(machines: Machines) -> None:
    """Else a cursor would step over what the snapshot has not."""
    machines.ask("published('There already')")
    machines.wait_for_replica()
    asked, found, newest = machines.ask("""
before = log.head()
def make():
    published("While it is read")
    return log.head().sequence
result = before.sequence, replica.read(before, make), log.head().sequence
""")
    assert (found, newest) == (asked, asked + 1)


def test_who_is_ahead_of_the_replica_is_not_told_to_begin_anew(machines: Machines) -> None:
    """A partner has a number from another process; this one's head is older and so is its page."""
    with machines.replica_behind():
        status, _, _, _ = machines.ask("""
before = log.head()
newest = published("Elsewhere")
log._Memory.newest = log._Reading(before, time.monotonic())
answers.clear()
response = Client(headers={"host": "localhost"}).get(f"/api/v1/articles.ndjson?after={newest.pk}")
result = response.status_code, 0, 0, 0
""")
        assert status == 200


def test_a_lost_replica_is_no_error_and_no_wait(machines: Machines) -> None:
    machines.ask("published('Grain before the loss')")
    machines.wait_for_replica()
    assert machines.ask(f"result = asked({SEARCH!r})")[2] > 0
    machines.replica.stop()
    try:
        times = []
        for _ in range(5):
            status, text, _, seconds = machines.ask(f"result = asked({SEARCH!r})")
            assert (status, "Grain before the loss" in text) == (200, True)
            times.append(seconds)
        assert max(times) < 1.5
        assert sorted(times)[2] < 0.5
        code = "result = replica.state().is_up"
        assert machines.ask(code) is False
        said = machines.ask("""
from newsroom.management.commands import doctor
result = [finding.text for finding in doctor._replica()]
""")
        assert said[0].startswith("The replica does not answer")
    finally:
        machines.replica.start()
    machines.wait_until_replica_is_read()


def test_a_replica_that_hangs_is_no_error_and_no_wait(machines: Machines) -> None:
    machines.ask("published('Grain at last')")
    machines.wait_for_replica()
    assert machines.ask(f"result = asked({SEARCH!r})")[2] > 0
    pid = int((machines.replica.data / "postmaster.pid").read_text(encoding="utf-8").split()[0])
    stopped = [psutil.Process(pid), *psutil.Process(pid).children()]
    for process in stopped:
        process.suspend()
    try:
        times = []
        for _ in range(3):
            status, text, _, seconds = machines.ask(f"result = asked({SEARCH!r})")
            assert (status, "Grain at last" in text) == (200, True)
            times.append(seconds)
        assert max(times) < 2
        assert machines.ask("result = replica.state().is_up") is False
    finally:
        for process in stopped:
            process.resume()
    machines.wait_until_replica_is_read()


def test_a_replica_that_is_lost_in_the_middle_of_a_page_is_no_error(machines: Machines) -> None:
    machines.ask("published('Before it is lost')")
    machines.wait_for_replica()
    result = machines.ask("""
from django.db import router
calls = []
def make():
    calls.append(router.db_for_read(Change))
    if len(calls) == 1:
        with connections["replica"].cursor() as cursor:
            cursor.execute("SELECT pg_terminate_backend(pg_backend_pid())")
    return Change.objects.count()
result = replica.read(log.head(), make), calls, replica.reading()
""")
    assert result[0] > 0
    assert result[1:] == [["replica", "default"], None]


HANGS = """
import os, signal
from django.db import router
from django.db.utils import OperationalError
calls = []
def make():
    alias = router.db_for_read(Change)
    calls.append(alias)
    [[backend]] = one(alias, "SELECT pg_backend_pid()")
    if alias == "replica":
        {hang}
    return Change.objects.count()
def one(alias, query):
    with connections[alias].cursor() as cursor:
        cursor.execute(query)
        return cursor.fetchall()
def timed(action):
    began = time.monotonic()
    return action(), time.monotonic() - began
stopped = []
def stop(pid):
    stopped.append(pid)
    os.kill(pid, signal.SIGSTOP)
there = log.head()
try:
    first = timed(lambda: replica.read(there, make))
    second = timed(lambda: replica.read(there, Change.objects.count))
    silent = time.monotonic() < replica._Silence.until
finally:
    for pid in stopped:
        os.kill(pid, signal.SIGCONT)
result = first, calls, second, silent
"""


@pytest.mark.parametrize(
    ("hang", "calls"),
    [
        ("stop(backend)", ["replica", "default"]),
        # At the end: the page is made, and the commit is not answered.
        ("found = Change.objects.count(); stop(backend); return found", ["replica", "default"]),
    ],
    ids=["in the middle", "at the end"],
)
def test_a_replica_that_hangs_after_its_first_answer_keeps_nobody_waiting(
    machines: Machines, hang: str, calls: list[str]
) -> None:
    """It keeps the connection and says nothing more, as a stopped process or a dead disk does."""
    machines.ask(f"published('Grain before it hangs {len(hang)}')")
    machines.wait_for_replica()
    machines.wait_until_replica_is_read()
    first, called, second, silent = machines.ask(HANGS.replace("{hang}", hang))
    assert called == calls
    assert first[0] == second[0] > 0
    assert first[1] < 10, "a bound, whatever else this machine does"
    assert second[1] < 1, "the next one asks the primary"
    assert silent
    machines.wait_until_replica_is_read()


def test_what_takes_long_on_a_replica_is_read_from_the_primary(machines: Machines) -> None:
    machines.wait_for_replica()
    machines.wait_until_replica_is_read()
    slow = "one(alias, 'SELECT pg_sleep(60)')"
    first, called, _second, silent = machines.ask(HANGS.replace("{hang}", slow))
    assert called == ["replica", "default"]
    assert first[1] < 10
    assert not silent, "it answers others"


def test_a_page_that_takes_long_to_make_keeps_its_replica(machines: Machines) -> None:
    machines.wait_for_replica()
    machines.wait_until_replica_is_read()
    long = "time.sleep(3.5)"
    _first, called, _second, silent = machines.ask(HANGS.replace("{hang}", long))
    assert called == ["replica"]
    assert not silent


def test_what_is_read_from_a_replica_is_of_one_moment(machines: Machines) -> None:
    machines.wait_for_replica()
    first, second = machines.ask("""
def make():
    assert replica.reading()
    first = Change.objects.count()
    published("Meanwhile")
    time.sleep(0.5)
    return first, Change.objects.count()
result = replica.read(log.head(), make)
""")
    assert first == second


# A backup, with two roles ------------------------------------------------------------------------


def test_the_site_s_role_backs_up_and_the_owner_restores_its_rights(
    machines: Machines, tmp_path: Path
) -> None:
    direct = machines.settings | {
        "DATABASE_URL": machines.primary.url("newsroom"),
        "PGBOUNCER": "off",
        "REPLICA_URL": "",
        "MEDIA_ROOT": str(tmp_path / "media"),
    }
    last = machines.ask("result = log.last_sequence()")
    for arguments, owner in (
        (("backup", tmp_path / "backups"), ""),
        (("restore", tmp_path / "backups", "--replace"), direct["DATABASE_OWNER_URL"]),
    ):
        done = start("manage.py", *map(str, arguments), **direct | {"DATABASE_OWNER_URL": owner})
        out, error = done.communicate(timeout=120)
        assert done.returncode == 0, (out, error)
    assert machines.ask("result = log.last_sequence()") == last
    machines.ask("published('After the restore')")
    with machines.primary.connect("newsroom") as site, pytest.raises(InsufficientPrivilege):
        site.execute("DELETE FROM articles_edition")


# Processes ----------------------------------------------------------------------------------------


@contextmanager
def the_unit(machines: Machines, *more: str) -> Iterator[tuple[int, psutil.Process]]:
    """The site as deploy/newsroom.service starts it, and ``more`` options; its port and process."""
    port = free_port()
    [command] = [
        line.partition("=")[2]
        for line in (ROOT / "deploy/newsroom.service").read_text(encoding="utf-8").splitlines()
        if line.startswith("ExecStart=")
    ]
    options = command.replace("--port 8000", f"--port {port}").split()[1:]
    with (machines.primary.data.parent / "site.log").open("w", encoding="utf-8") as output:
        process = start_server(["-m", "granian", *options, *more], machines.settings, output)
        try:
            wait_until_it_answers(port, process)
            yield port, psutil.Process(process.pid)
        finally:
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGTERM)
            process.wait(timeout=60)


@pytest.fixture(scope="module")
def site(machines: Machines) -> Iterator[tuple[int, psutil.Process]]:
    with the_unit(machines) as found:
        yield found


@pytest.fixture(scope="module")
def worker(machines: Machines) -> Iterator[subprocess.Popen[str]]:
    own = machines.settings["DATABASE_URL"] + ("_worker" if PGBOUNCER else "")
    settings = machines.settings | {"DATABASE_URL": own}
    with (machines.primary.data.parent / "worker.log").open("w", encoding="utf-8") as output:
        process = start_server(["manage.py", "worker"], settings, output)
        yield process
        os.killpg(process.pid, signal.SIGTERM)
        process.wait(timeout=60)


def test_a_worker_behind_pgbouncer_publishes_and_tells_partners(
    machines: Machines, site: tuple[int, psutil.Process], worker: subprocess.Popen[str]
) -> None:
    with receiver() as system:
        machines.ask(f"""
from datetime import timedelta
from django.utils import timezone
from articles.publishing.schedule import schedule
partner = Partner(name="Agency", contact="desk@agency.example", all_topics=True)
partner.all_languages = True
partner.save()
Endpoint.objects.create(partner=partner, url="{system.url}hook", cursor=log.last_sequence())
waiting = an_article("On time")
schedule(waiting, by=by, publish_at=timezone.now() + timedelta(seconds=1))
""")
        for _ in range(200):
            if system.got:
                break
            time.sleep(0.1)
        assert system.got[0].data["data"]["item"]["headlines"][0]["value"] == "On time"
    for _ in range(20):
        assert machines.ask("from newsroom.workers import worker_seen; result = worker_seen()") < 5
        time.sleep(0.05)
    assert get(site[0], "/articles/on-time/").status == 200


@needs_pgbouncer
def test_two_workers_behind_pgbouncer_run_a_long_task_once(machines: Machines) -> None:
    """They have one connection between them, which has the name of whoever asked last."""
    with folder() as place, ExitStack() as stack:
        begun = place / "begun"
        place.chmod(0o777)
        port = a_pgbouncer(place, machines.primary, stack, size=1)
        url = f"postgres://newsroom:word@127.0.0.1:{port}/newsroom_worker"
        for number in range(2):
            output = stack.enter_context((place / f"worker-{number}").open("w", encoding="utf-8"))
            settings = machines.settings | {"DATABASE_URL": url}
            process = start_server(["manage.py", "worker"], settings, output)
            stack.callback(process.wait, timeout=60)
            stack.callback(os.killpg, process.pid, signal.SIGTERM)
        alive = "SELECT count(*) FROM articles_worker WHERE seen_at > now() - interval '5 seconds'"
        for _ in range(300):
            with machines.primary.connect() as root:
                if root.execute(alive).fetchone() == (2,):
                    break
            time.sleep(0.1)
        machines.ask(f"""
from tests.newsroom.slow_task import write_and_wait
write_and_wait.enqueue({str(begun)!r}, 13)
""")
        ended = "SELECT status FROM django_tasks_database_dbtaskresult WHERE task_path LIKE %s"
        for _ in range(600):
            with machines.primary.connect() as root:
                said = root.execute(ended, ["%write_and_wait"]).fetchall()
            if said == [("SUCCESSFUL",)]:
                break
            time.sleep(0.1)
        assert said == [("SUCCESSFUL",)]
        assert begun.read_text(encoding="utf-8") == "begun\n"


def test_a_killed_process_of_the_site_comes_back(
    machines: Machines, site: tuple[int, psutil.Process]
) -> None:
    port, parent = site
    before = {child.pid for child in parent.children()}
    for pid in before:
        os.kill(pid, signal.SIGKILL)
    end = time.monotonic() + 30
    while True:
        with suppress(OSError):
            if get(port, "/readyz").status == 200:
                break
        assert time.monotonic() < end
        time.sleep(0.1)
    now = {child.pid for child in parent.children()}
    assert parent.is_running()
    assert now
    assert not now & before


def test_the_site_ends_while_a_killed_process_starts_again(machines: Machines) -> None:
    """A process of granian's that is still importing the site does not hear SIGTERM."""
    with the_unit(machines, "--workers-kill-timeout", "2") as (_, parent):
        before = set(parent.children())
        for child in before:
            child.kill()
        end = time.monotonic() + 30
        while not (begun := set(parent.children()) - before):
            assert time.monotonic() < end
            time.sleep(0.01)
        parent.terminate()
        parent.wait(timeout=30)
        assert not any(child.is_running() for child in begun)
