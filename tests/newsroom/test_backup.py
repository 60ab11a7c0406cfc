"""A backup made by pg_dump restores whole: rows, and everything that guards them."""

from __future__ import annotations

import re
import shutil
import subprocess
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest
from django.db import connection

from articles.models import Edition
from articles.system_checks import guards

pytestmark = [
    pytest.mark.slow,
    pytest.mark.oldest,
    pytest.mark.django_db(transaction=True, serialized_rollback=True),
]

#: The embedded server comes without a pg_dump of its release; the gate has PostgreSQL 15 beside it.
OLDER = "pg_dump is older than the server"

#: What a restored database must have like the first one, each a query for lines of text.
SAME = {
    "triggers": "SELECT pg_get_triggerdef(oid), tgenabled::text FROM pg_trigger"
    " WHERE NOT tgisinternal",
    "constraints": "SELECT conrelid::regclass::text, pg_get_constraintdef(oid)"
    " FROM pg_constraint WHERE connamespace = 'public'::regnamespace",
    "indexes": "SELECT indexdef FROM pg_indexes WHERE schemaname = 'public'",
    "functions": "SELECT pg_get_functiondef(oid) FROM pg_proc"
    " WHERE pronamespace = 'public'::regnamespace",
    "columns": "SELECT table_name, column_name, data_type, generation_expression"
    " FROM information_schema.columns WHERE table_schema = 'public'",
}


def tool(name: str) -> str:
    """The path of a program of PostgreSQL; it reads servers up to its own release."""
    found = shutil.which(name)
    if found is None:
        pytest.skip(f"needs {name} (apt install postgresql-client)")
    command = [found, "--version"]
    told = subprocess.run(command, capture_output=True, check=True).stdout.decode()  # noqa: S603
    with connection.cursor() as cursor:
        cursor.execute("SHOW server_version")
        server = str(cursor.fetchone()[0])
    if int(re.findall(r"\d+", told)[0]) < int(server.split(".")[0]):
        pytest.skip(OLDER)
    return found


def restored_name() -> str:
    """The database that is restored: each of the processes that run tests has its own."""
    return f"restored_{connection.settings_dict['NAME']}"


def address(database: str) -> str:
    """How psycopg and PostgreSQL's programs reach ``database`` on the tests' server."""
    params = connection.get_connection_params()
    known = {key: params[key] for key in ("host", "port", "user", "password") if params.get(key)}
    return psycopg.conninfo.make_conninfo("", dbname=database, **known)


@pytest.fixture
def dump(edition: Edition, tmp_path: Path) -> Path:
    """A dump of the database in which the release is published."""
    target = tmp_path / "newsroom.dump"
    source = address(connection.settings_dict["NAME"])
    command = [tool("pg_dump"), "--format=custom", f"--file={target}", source]
    subprocess.run(command, check=True)  # noqa: S603 - PostgreSQL's own program
    return target


@pytest.fixture
def restored() -> Iterator[psycopg.Connection]:
    """A connection to a new, empty database."""
    name = restored_name()
    with psycopg.connect(address("postgres"), autocommit=True) as server:
        server.execute(f"DROP DATABASE IF EXISTS {name}")
        server.execute(f"CREATE DATABASE {name} TEMPLATE template0")
        with psycopg.connect(address(name), autocommit=True) as there:
            yield there
        server.execute(f"DROP DATABASE {name}")


def restore(dump: Path, *options: str) -> None:
    command = [tool("pg_restore"), f"--dbname={address(restored_name())}", *options, str(dump)]
    subprocess.run(command, check=True)  # noqa: S603 - PostgreSQL's own program


def spelled(rows: Iterable[tuple[Any, ...]]) -> list[str]:
    """The rows without type casts and brackets, which PostgreSQL spells anew when it restores."""
    return sorted(re.sub(r"::(character varying|\w+)(\[\])?|[()]", "", str(row)) for row in rows)


@pytest.mark.parametrize("option", ["--exit-on-error", "--single-transaction"])
def test_it_restores_whole(dump: Path, restored: psycopg.Connection, option: str) -> None:
    restore(dump, option)
    with psycopg.connect(address(connection.settings_dict["NAME"])) as here:
        for name, query in SAME.items():
            assert spelled(restored.execute(query)) == spelled(here.execute(query)), name
        tables = "SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY 1"
        for (table,) in here.execute(tables).fetchall():
            rows = f"SELECT t::text FROM {table} AS t ORDER BY 1"  # noqa: S608 - our own tables
            assert restored.execute(rows).fetchall() == here.execute(rows).fetchall(), table


def test_history_is_guarded_there_too(dump: Path, restored: psycopg.Connection) -> None:
    restore(dump)
    enabled = "SELECT tgname FROM pg_trigger WHERE NOT tgisinternal"
    assert guards() <= {name for (name,) in restored.execute(enabled)}
    for statement in (
        "UPDATE articles_edition SET headline = 'Another'",
        "DELETE FROM articles_edition",
        "UPDATE articles_change SET at = now()",
        "DELETE FROM articles_auditentry",
    ):
        with pytest.raises(psycopg.errors.RestrictViolation):
            restored.execute(statement)
