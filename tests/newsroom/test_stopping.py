"""The embedded PostgreSQL is stopped by whoever uses it last, however that process ends."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from newsroom.database.base import drop_ended_processes
from tests.newsroom.serving import (
    Site,
    close_the_terminal,
    free_port,
    press_ctrl_c,
    wait_for,
    wait_until_it_answers,
)
from tests.processes import ROOT, start

type Process = subprocess.Popen[str]
type Serve = Callable[[tuple[str, ...]], Process]

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(os.name == "nt", reason="Windows ends programs without signals"),
]

#: Commands that serve the site, as their arguments.
DEMO = ("demo", "--port", "{port}")
RUNSERVER = ("runserver", "{port}")
WITHOUT_RELOADER = ("runserver", "--noreload", "{port}")


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The data of one server that these tests start and stop in turn; its tables are made."""
    folder = tmp_path_factory.mktemp("server") / "postgres"
    made = start("manage.py", "demo", "--no-server", EMBEDDED_POSTGRES=str(folder))
    out, error = made.communicate(timeout=120)
    assert made.returncode == 0, (out, error)
    return folder


@pytest.fixture
def started() -> Iterator[list[Process]]:
    """What a test starts. Where it fails, nothing is left running."""
    processes: list[Process] = []
    yield processes
    for process in processes:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
            process.communicate()


@pytest.fixture(autouse=True)
def hear_signals() -> Iterator[None]:
    """A run in the background ignores Ctrl+C and the terminal's end; so would what it starts."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    before_end = signal.signal(signal.SIGHUP, signal.SIG_DFL)
    yield
    signal.signal(signal.SIGINT, before)
    signal.signal(signal.SIGHUP, before_end)


@pytest.fixture
def serve(data: Path, started: list[Process]) -> Serve:
    def serve(command: tuple[str, ...]) -> Process:
        port = free_port()
        arguments = [word.format(port=port) for word in command]
        process = start("manage.py", *arguments, EMBEDDED_POSTGRES=str(data))
        started.append(process)
        wait_until_it_answers(port, process)
        assert runs(data)
        return process

    return serve


def runs(data: Path) -> bool:
    return (data / "postmaster.pid").exists()


def terminate(process: Process) -> None:
    process.terminate()


def kill_the_site_only(process: Process) -> None:
    """End the process that serves, and not the one that restarts it at every change."""
    import psutil

    (site,) = psutil.Process(process.pid).children()
    site.terminate()


@pytest.mark.parametrize(
    ("command", "end"),
    [
        (DEMO, close_the_terminal),
        (DEMO, press_ctrl_c),
        (RUNSERVER, terminate),
        (RUNSERVER, close_the_terminal),
        (RUNSERVER, press_ctrl_c),
        (RUNSERVER, kill_the_site_only),
    ],
    ids=lambda value: value[0] + value[1] if isinstance(value, tuple) else value.__name__,
)
def test_the_last_one_out_stops_it(
    data: Path, serve: Serve, command: tuple[str, ...], end: Callable[[Process], None]
) -> None:
    process = serve(command)
    end(process)
    _, error = process.communicate(timeout=30)
    assert not runs(data)
    assert "Traceback" not in error


@pytest.mark.parametrize("end", [terminate, close_the_terminal])
def test_a_test_run_that_is_ended_stops_it(
    data: Path, tmp_path: Path, started: list[Process], end: Callable[[Process], None]
) -> None:
    test, begun = tmp_path / "test_long.py", tmp_path / "begun"
    test.write_text(
        "import pathlib, pytest, time\n"
        "from django.contrib.auth.models import User\n"
        "@pytest.mark.django_db\n"
        "def test_that_takes_long():\n"
        f"    pathlib.Path({str(begun)!r}).write_text(str(User.objects.count()))\n"
        "    time.sleep(60)\n",
        encoding="utf-8",
    )
    pyproject = str(ROOT / "pyproject.toml")
    # With a folder of its own: pytest shuts the common one to the user who runs PostgreSQL.
    temporary = ("--basetemp", str(tmp_path / "temporary"))
    options = ("-p", "no:cacheprovider", "--reuse-db", "-n", "1", *temporary, "-c", pyproject)
    process = start("-m", "pytest", *options, str(test), EMBEDDED_POSTGRES=str(data))
    started.append(process)
    wait_for(begun, process)
    assert runs(data)
    end(process)
    out, _ = process.communicate(timeout=30)
    until = time.monotonic() + 10  # its worker, which uses the server too, ends by itself
    while runs(data) and time.monotonic() < until:
        time.sleep(0.1)
    assert not runs(data), out


def test_after_kill_9_the_next_start_goes_on(data: Path, serve: Serve) -> None:
    killed = serve(DEMO)
    killed.kill()
    killed.communicate()
    assert runs(data)
    process = serve(DEMO)
    terminate(process)
    _, error = process.communicate(timeout=30)
    assert not runs(data)
    assert "Traceback" not in error


def test_one_that_others_still_use_is_left_running(data: Path, serve: Serve) -> None:
    first, second = serve(DEMO), serve(WITHOUT_RELOADER)
    terminate(first)
    first.communicate(timeout=30)
    assert runs(data)
    terminate(second)
    _, error = second.communicate(timeout=30)
    assert not runs(data)
    assert "Traceback" not in error


def test_one_that_another_left_by_kill_9_is_stopped_by_the_last(data: Path, serve: Serve) -> None:
    last, killed = serve(DEMO), serve(WITHOUT_RELOADER)
    killed.kill()
    killed.communicate()
    terminate(last)
    last.communicate(timeout=30)
    assert not runs(data)


def test_one_that_was_restarted_is_stopped_by_the_last(data: Path, serve: Serve) -> None:
    last, site = serve(DEMO), Site(0, data)
    site.stop_database()
    site.start_database()
    terminate(last)
    last.communicate(timeout=30)
    is_left = runs(data)
    if is_left:
        site.stop_database()
    assert not is_left


def test_a_first_start_that_is_interrupted_leaves_a_folder_to_go_on_with(tmp_path: Path) -> None:
    data = tmp_path / "postgres"
    first = start("manage.py", "demo", "--no-server", EMBEDDED_POSTGRES=str(data))
    wait_for(data / "PG_VERSION", first)  # initdb is at it
    close_the_terminal(first)
    first.communicate(timeout=60)
    assert not runs(data)
    second = start("manage.py", "demo", "--no-server", EMBEDDED_POSTGRES=str(data))
    out, error = second.communicate(timeout=120)
    assert second.returncode == 0, (out, error)


def test_a_process_that_waits_for_its_parent_to_notice_its_end_uses_nothing(tmp_path: Path) -> None:
    ended = subprocess.Popen([sys.executable, "-c", ""], stdout=subprocess.PIPE)
    assert ended.stdout
    ended.stdout.read()
    os.waitid(os.P_PID, ended.pid, os.WEXITED | os.WNOWAIT)  # until it has ended
    (tmp_path / "postmaster.pid").write_text(f"{ended.pid}\n", encoding="utf-8")
    drop_ended_processes(tmp_path)
    assert not runs(tmp_path)
    ended.communicate()


def test_nobody_uses_a_server_that_does_not_run(tmp_path: Path) -> None:
    users = tmp_path / ".handle_pids.json"
    users.write_text(json.dumps([os.getpid()]), encoding="utf-8")  # a number that is given again
    drop_ended_processes(tmp_path)
    assert json.loads(users.read_text(encoding="utf-8")) == []


def test_nohup_keeps_what_it_is_for() -> None:
    code = (
        "import signal; signal.signal(signal.SIGHUP, signal.SIG_IGN); import django; "
        "django.setup(); print(signal.getsignal(signal.SIGHUP) is signal.SIG_IGN)"
    )
    out, error = start("-c", code).communicate(timeout=60)
    assert out == "True\n", error


def test_sigterm_ends_a_process_with_its_cleaning_up() -> None:
    code = (
        "import atexit, django, os, signal; django.setup(); "
        "atexit.register(print, 'cleaned up'); os.kill(os.getpid(), signal.SIGTERM)"
    )
    out, _ = start("-c", code).communicate(timeout=60)
    assert out == "cleaned up\n"
