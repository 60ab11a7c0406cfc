"""Workers killed in the middle of each job, without room on the disk, and a clock that jumps."""

from __future__ import annotations

import signal
import subprocess
import threading
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest

from tests.newsroom.serving import WORKER, connect, start_worker, wait_until
from tests.processes import start
from tests.receiver import Received, Receiver, receiver

resource = pytest.importorskip("resource", reason="Windows ends programs without signals")

#: The worker with a clock of its own, so many days from the real one as stand in a file.
WITH_ITS_CLOCK = """
import os, runpy, sys
from datetime import timedelta
from pathlib import Path
from django.utils import timezone
real, days = timezone.now, Path(os.environ["CLOCK"])
timezone.now = lambda: real() + timedelta(days=float(days.read_text()))
sys.argv = ["manage.py", "worker"]
runpy.run_path("manage.py", run_name="__main__")
"""

pytestmark = pytest.mark.slow

SET_UP = """
from datetime import timedelta
from django.contrib.auth.models import User
from django.utils import timezone
from articles.models import Endpoint, Partner, PictureUpload, PictureUploadPart
from articles.publishing.schedule import schedule
from tests.builders import a_picture_row, an_article, an_upload
by, later = User.objects.get(username="editor"), timezone.now() + timedelta(days=1)
schedule(an_article("Planned"), by=by, publish_at=later)
partner = Partner.objects.create(name="The Agency", all_topics=True, all_languages=True)
Endpoint.objects.create(partner=partner, url="{url}hook", cursor=0, active=False)
for size in ((800, 600), (810, 600)):
    picture = a_picture_row(by)
    upload = PictureUpload.objects.create(picture=picture, retry_at=later)
    PictureUploadPart.objects.create(upload=upload, number=0, content=an_upload(size).read())
"""

MAIL = b"""From: press@example.org
Subject: A release
Message-ID: <one@example.org>

The institute opens on Monday, its director said.
"""


class Newsroom:
    """A database with work for a worker, a partner's system, and the workers that were started."""

    def __init__(self, folder: Path, system: Receiver) -> None:
        self.data, self.mail = folder / "postgres", folder / "mail"
        self.system, self.workers = system, list[subprocess.Popen[str]]()
        for name in ("cur", "new", "tmp"):
            (self.mail / name).mkdir(parents=True)
        self.settings = {
            "MEDIA_ROOT": str(folder / "media"),
            "IMPORT_MAIL": f"maildir:{self.mail}",
            "IMPORT_MAIL_SENDERS": "everybody",
            "IMPORT_MAIL_EVERY": "1",
        }

    def start(self, arguments: Sequence[str] = WORKER, **settings: str) -> subprocess.Popen[str]:
        self.workers.append(start_worker(self.data, arguments, **self.settings | settings))
        return self.workers[-1]

    def kill(self) -> None:
        """End all workers as the kernel does when memory is short."""
        while self.workers:
            worker = self.workers.pop()
            worker.kill()
            worker.wait()

    def sql(self, query: str) -> list[tuple[Any, ...]]:
        with connect(self.data) as connection:
            cursor = connection.execute(query)
            return cursor.fetchall() if cursor.description else []

    def one(self, query: str) -> Any:
        return self.sql(query)[0][0]

    def ids(self) -> list[str]:
        """The identifiers of the messages that the partner's system got, in their order."""
        return [received.headers["webhook-id"] for received in self.system.got]


@pytest.fixture(scope="module")
def newsroom(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Newsroom]:
    with receiver() as system:
        here = Newsroom(tmp_path_factory.mktemp("worker"), system)
        made = start("manage.py", "demo", "--no-server", EMBEDDED_POSTGRES=str(here.data))
        out, error = made.communicate(timeout=240)
        assert made.returncode == 0, (out, error)
        try:
            here.start()  # keeps the embedded server up
            code = SET_UP.format(url=system.url)
            done = start("manage.py", "shell", "-c", code, EMBEDDED_POSTGRES=str(here.data))
            assert done.wait(timeout=120) == 0, done.communicate()
            yield here
        finally:
            here.kill()
            last = here.start()
            last.send_signal(signal.SIGTERM)  # the last one out stops the server
            last.wait(timeout=30)


BLOCKED = """SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock'
    AND starts_with(application_name, 'newsroom worker')"""
UNDONE = """SELECT (SELECT count(*) FROM articles_scheduledaction WHERE at < now()),
    (SELECT count(*) FROM articles_pictureupload WHERE retry_at < now() + interval '1 hour'),
    (SELECT count(*) FROM articles_delivery WHERE due_at IS NOT NULL),
    (SELECT 1 - count(*) FROM articles_receivedrelease),
    (SELECT count(*) FROM django_tasks_database_dbtaskresult WHERE status = 'RUNNING')"""

ALL_DELIVERED = """SELECT endpoint.cursor = (SELECT max(sequence) FROM articles_change)
    AND EXISTS (SELECT FROM articles_delivery)
    AND NOT EXISTS (SELECT FROM articles_delivery WHERE due_at IS NOT NULL)
    FROM articles_endpoint AS endpoint"""


def test_each_job_of_a_killed_worker_is_done_once_by_two_others(newsroom: Newsroom) -> None:
    release = threading.Event()

    def hang(received: Received) -> int:
        release.wait(60)
        return 204

    newsroom.system.answer = hang
    before = newsroom.one("SELECT max(sequence) FROM articles_change")
    with connect(newsroom.data) as held, held.transaction():
        held.execute(
            "LOCK TABLE articles_edition, articles_picture, articles_receivedrelease"
            " IN SHARE ROW EXCLUSIVE MODE"
        )
        (newsroom.mail / "new" / "1").write_bytes(MAIL)
        newsroom.sql("UPDATE articles_scheduledaction SET at = now()")
        newsroom.sql(
            "UPDATE articles_pictureupload SET retry_at = now() WHERE picture_id ="
            " (SELECT min(picture_id::text)::uuid FROM articles_pictureupload)"
        )
        newsroom.sql("UPDATE articles_endpoint SET active = true")
        # Publication, picture and mail have begun and wait for a table, the webhook for an answer.
        wait_until(lambda: newsroom.one(BLOCKED) == 3 and newsroom.system.got)
        newsroom.kill()
    release.set()
    wait_until(lambda: newsroom.one(BLOCKED) == 0)
    newsroom.sql("INSERT INTO django_session VALUES ('old', '', now() - interval '1 day')")
    newsroom.start()
    newsroom.start()
    # Their leases of one minute and of three are over.
    newsroom.sql("UPDATE articles_endpoint SET paused_until = NULL")
    newsroom.sql("UPDATE articles_pictureupload SET retry_at = now() WHERE attempts > 0")
    wait_until(lambda: newsroom.sql(UNDONE) == [(0, 0, 0, 0, 0)])

    assert newsroom.one("SELECT count(*) FROM articles_edition WHERE slug = 'planned'") == 1
    assert newsroom.one("SELECT count(*) FROM articles_receivedrelease") == 1
    assert newsroom.one("SELECT count(*) FROM articles_picture WHERE width > 790") == 2
    after = newsroom.one("SELECT max(sequence) FROM articles_change")
    deliveries = newsroom.one("SELECT count(*) FROM articles_delivery")
    assert (before, deliveries) != (after, 0)
    # What was under way when the worker was killed came twice, and says that it is the same.
    ids = newsroom.ids()
    assert len(set(ids)) == deliveries < len(ids)
    assert ids[0] == ids[1]
    wait_until(lambda: newsroom.one("SELECT count(*) FROM django_session") == 0)


def test_a_picture_waits_for_room_on_the_disk(newsroom: Newsroom) -> None:
    newsroom.kill()
    worker = newsroom.start()
    _, most = resource.prlimit(worker.pid, resource.RLIMIT_FSIZE)
    resource.prlimit(worker.pid, resource.RLIMIT_FSIZE, (0, most))
    newsroom.sql("UPDATE articles_pictureupload SET retry_at = now()")
    wait_until(lambda: newsroom.one("SELECT last_error FROM articles_pictureupload"))
    error = str(newsroom.one("SELECT last_error FROM articles_pictureupload"))
    assert "OSError: [Errno 27] File too large" in error
    resource.prlimit(worker.pid, resource.RLIMIT_FSIZE, (most, most))
    newsroom.sql("UPDATE articles_pictureupload SET retry_at = now()")  # its pause is over
    wait_until(lambda: not newsroom.sql("SELECT 1 FROM articles_pictureupload"))
    made = newsroom.sql("SELECT jsonb_path_query(renditions, '$[*].name') FROM articles_picture")
    files = [Path(newsroom.settings["MEDIA_ROOT"], str(name)) for (name,) in made]
    assert all(file.stat().st_size for file in files if file.exists())


def test_a_worker_whose_clock_jumps_both_ways_does_what_is_due_and_nothing_else(
    newsroom: Newsroom, tmp_path: Path
) -> None:
    newsroom.kill()
    clock = tmp_path / "clock"
    clock.write_text("0", encoding="utf-8")
    newsroom.start(("-u", "-c", WITH_ITS_CLOCK), CLOCK=str(clock))
    newsroom.sql("UPDATE articles_endpoint SET active = true, paused_until = NULL")
    wait_until(lambda: newsroom.one(ALL_DELIVERED))
    newsroom.sql(
        "INSERT INTO articles_scheduledaction (article_id, action, at, by_id, notice, attempts,"
        " last_error) SELECT article_id, 'withdraw', now() + interval '1 hour', published_by_id,"
        " 'Wrong.', 0, '' FROM articles_edition WHERE slug = 'planned'"
    )
    for number, jump in enumerate(("2", "-2", "1")):
        jumped = tmp_path / "jumped"  # renamed: the worker never reads it half written
        jumped.write_text(jump, encoding="utf-8")
        jumped.replace(clock)
        newsroom.system.got.clear()
        (newsroom.mail / "new" / f"{number}").write_bytes(MAIL.replace(b"<one", jump.encode()))
        newsroom.sql("UPDATE articles_delivery SET due_at = now(), attempts = 0")
        wait_until(
            lambda: not newsroom.sql("SELECT 1 FROM articles_delivery WHERE due_at < 'infinity'")
        )
        assert len(newsroom.ids()) == newsroom.one("SELECT count(*) FROM articles_delivery")
        wait_until(lambda: not list((newsroom.mail / "new").iterdir()))
    assert newsroom.one("SELECT count(*) FROM articles_scheduledaction") == 1
    lag = "SELECT max(abs(extract(epoch FROM delivered_at - now()))) < 60 FROM articles_delivery"
    assert newsroom.one(lag)
