"""The site in a process of its own, at a port of its own."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import time
import urllib.error
import urllib.request
from pathlib import Path
from typing import NamedTuple

#: So long may a first start take, in seconds, on a machine that has much else to do.
PATIENCE = 120


class Answer(NamedTuple):
    status: int
    kind: str
    body: bytes


def free_port() -> int:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return int(taken.getsockname()[1])


def get(port: int, path: str) -> Answer:
    """What the site at ``port`` answers."""
    try:
        with urllib.request.urlopen(f"http://localhost:{port}{path}", timeout=60) as found:
            return Answer(found.status, found.headers.get_content_type(), found.read())
    except urllib.error.HTTPError as error:
        with error:
            return Answer(error.code, error.headers.get_content_type(), error.read())


def wait_for(file: Path, process: subprocess.Popen[str]) -> None:
    """Until ``file`` exists; fails where ``process`` ends before it does."""
    end = time.monotonic() + PATIENCE
    while not file.exists():
        assert process.poll() is None, process.communicate()
        assert time.monotonic() < end, f"{file} was not written"
        time.sleep(0.1)


def wait_until_it_answers(port: int, process: subprocess.Popen[str]) -> None:
    """Until the site at ``port`` answers; fails where ``process`` ends before it does."""
    end = time.monotonic() + PATIENCE
    while True:
        try:
            assert get(port, "/readyz").status == 200
        except OSError:
            assert process.poll() is None, process.communicate()
            assert time.monotonic() < end, f"nothing answers at {port}"
            time.sleep(0.1)
        else:
            return


def close_the_terminal(process: subprocess.Popen[str]) -> None:
    """Signal ``process`` and all that it has started, as a terminal does when it closes."""
    os.killpg(process.pid, signal.SIGHUP)


def press_ctrl_c(process: subprocess.Popen[str]) -> None:
    os.killpg(process.pid, signal.SIGINT)
