"""Rows that are made once and copied back: publishing in every test takes half of a run's time.

The copies pass every rule of the database. What it fills by itself, it fills again: an audit entry
is of the moment at which it is written.
"""

from __future__ import annotations

from django.apps import apps
from django.db import connection, transaction

#: Each table's rows, a line each as COPY writes them; the primary key stands first.
type Rows = dict[str, list[bytes]]


def _tables() -> dict[str, tuple[str, str]]:
    """Each table with its columns, ready for COPY, and its primary key."""
    found = {}
    for model in apps.get_models(include_auto_created=True):
        key = str(model._meta.pk.column)
        fields = model._meta.local_concrete_fields
        columns = [f.column for f in fields if not f.generated and not f.has_db_default()]
        ordered = [key, *(column for column in columns if column != key)]
        found[model._meta.db_table] = ", ".join(f'"{column}"' for column in ordered), key
    return found


def dump() -> Rows:
    """Everything that the database holds."""
    rows: Rows = {}
    with connection.cursor() as cursor:
        for table, (columns, _) in _tables().items():
            if table == "articles_leaf":  # the database makes each from its row of the log
                rows[table] = []
                continue
            with cursor.copy(f'COPY "{table}" ({columns}) TO STDOUT') as lines:
                rows[table] = b"".join(bytes(line) for line in lines).splitlines(keepends=True)
    return rows


def added(before: Rows, after: Rows) -> Rows:
    """The rows that are new or other in ``after``."""
    rows = {table: [line for line in after[table] if line not in before[table]] for table in after}
    return {table: lines for table, lines in rows.items() if lines}


def emptying() -> list[str]:
    """The statements that delete every row. TRUNCATE would make new files for each table."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT DISTINCT tgrelid::regclass::text FROM pg_trigger WHERE NOT tgisinternal"
        )
        guarded = [table for (table,) in cursor.fetchall()]
    return [
        *(f"ALTER TABLE {table} DISABLE TRIGGER USER" for table in guarded),
        *(f'DELETE FROM "{table}"' for table in _tables()),  # noqa: S608 - our own names
        "SET CONSTRAINTS ALL IMMEDIATE",  # a table with deferred checks cannot be altered
        *(f"ALTER TABLE {table} ENABLE TRIGGER USER" for table in guarded),
    ]


def start_anew(rows: Rows) -> None:
    """Let the database hold ``rows`` and nothing else."""
    connection.ops.execute_sql_flush(emptying())
    put_back(rows)


def put_back(rows: Rows) -> None:
    """Write ``rows``; each replaces the row that has its primary key."""
    tables = _tables()
    with transaction.atomic(), connection.cursor() as cursor:
        for table, lines in rows.items():
            columns, key = tables[table]
            keys = [line.split(b"\t")[0].decode() for line in lines]
            delete = f'DELETE FROM "{table}" WHERE "{key}"::text = ANY(%s)'  # noqa: S608 - our own names
            cursor.execute(delete, [keys])
            with cursor.copy(f'COPY "{table}" ({columns}) FROM STDIN') as copy:
                copy.write(b"".join(lines))
