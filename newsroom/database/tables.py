"""Whether the database has all tables of this code."""

from __future__ import annotations

from django.apps import apps
from django.db import connection


def expected_tables() -> list[str]:
    """The tables of all models."""
    models = apps.get_models(include_auto_created=True)
    return sorted({model._meta.db_table for model in models})


def missing_tables() -> list[str]:
    """Those that the database has not."""
    return sorted(set(expected_tables()) - set(connection.introspection.table_names()))


def half_restored(missing: list[str]) -> str:
    """A sentence: which tables are ``missing``, and what to do."""
    return (
        f"The table {missing[0]} is missing"
        + (f", and {len(missing) - 1} more" if missing[1:] else "")
        + ": the database is half restored; restore a backup with --replace."
    )
