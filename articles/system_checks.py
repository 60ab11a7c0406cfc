"""System checks of the database: every trigger that guards published history is in place."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from django.apps import AppConfig
from django.core.checks import CheckMessage, Error
from django.db import connections

_SQL = Path(__file__).parent / "migrations" / "sql" / "history.sql"

_ENABLED = """
    SELECT tgname FROM pg_trigger WHERE NOT tgisinternal AND tgenabled IN ('O', 'A')
        AND tgrelid IN (
            SELECT oid FROM pg_class WHERE relnamespace = current_schema()::regnamespace
        )
"""


def guards() -> set[str]:
    """The names of the triggers that guard published history."""
    sql = _SQL.read_text(encoding="utf-8")
    return set(re.findall(r"CREATE (?:CONSTRAINT )?TRIGGER (\w+)", sql))


def check_guards(
    app_configs: Sequence[AppConfig] | None, databases: Sequence[str] | None = None, **kwargs: Any
) -> list[CheckMessage]:
    """Report each guard that is missing or disabled, once the tables are there."""
    messages: list[CheckMessage] = []
    for alias in databases or ():
        with connections[alias].cursor() as cursor:
            cursor.execute("SELECT to_regclass('articles_edition') IS NOT NULL")
            if not cursor.fetchone()[0]:
                continue
            cursor.execute(_ENABLED)
            missing = guards() - {name for (name,) in cursor.fetchall()}
        if missing:
            messages.append(
                Error(
                    f"Published history is not guarded: {', '.join(sorted(missing))} is missing "
                    f"or disabled in the database “{alias}”.",
                    hint="Restore from a backup made by pg_dump, or run the statements of "
                    "articles/migrations/sql/history.sql for what is missing.",
                    id="articles.E001",
                )
            )
    return messages
