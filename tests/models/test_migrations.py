"""A migration after the first can run while the site serves: squawk reads the SQL of each."""

from __future__ import annotations

import shutil
import subprocess
import sys
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import call_command
from django.db.migrations.loader import MigrationLoader

#: Matters of taste, and limits that ``manage.py migrate`` does without (settings.PROCESS_KIND).
NOT_ASKED = [
    "prefer-bigint-over-int",
    "prefer-bigint-over-smallint",
    "prefer-identity",
    "prefer-robust-stmts",
    "prefer-text-field",
    "prefer-timestamptz",
    "require-lock-timeout",
    "require-statement-timeout",
    "transaction-nesting",
]
OURS = {"articles", "people"}


def judge(sql: str) -> str:
    """What squawk finds in ``sql``; "" where it may run beside the site."""
    squawk = shutil.which("squawk", path=str(Path(sys.executable).parent))
    assert squawk
    done = subprocess.run(  # noqa: S603 - the program of our own environment
        [squawk, "--pg-version=15", f"--exclude={','.join(NOT_ASKED)}", "--reporter=gcc"],
        input=sql,
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    return "" if done.returncode == 0 else done.stdout + done.stderr


# Without a transaction of the test around it: an index that is made beside the site refuses one.
@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_every_migration_after_the_first_runs_beside_the_site() -> None:
    found = {}
    for app, name in MigrationLoader(None).disk_migrations:
        if app in OURS and name != "0001_initial":
            out = StringIO()
            call_command("sqlmigrate", app, name, stdout=out)
            found[app, name] = judge(out.getvalue())
    assert not any(found.values()), found


@pytest.mark.parametrize(
    ("sql", "rule"),
    [
        ("CREATE INDEX x ON articles_edition (slug);", "require-concurrent-index-creation"),
        ("ALTER TABLE articles_edition DROP COLUMN note;", "ban-drop-column"),
        ("ALTER TABLE people_speaker RENAME COLUMN name TO called;", "renaming-column"),
        ("ALTER TABLE people_speaker ADD COLUMN mood text NOT NULL;", "adding-required-field"),
        ("ALTER TABLE people_speaker ADD CHECK (slug <> '');", "constraint-missing-not-valid"),
    ],
)
def test_what_would_stop_the_site_is_refused(sql: str, rule: str) -> None:
    assert rule in judge(sql)


def test_a_column_that_the_code_before_can_do_without_is_accepted() -> None:
    assert judge("ALTER TABLE people_speaker ADD COLUMN mood text DEFAULT '' NOT NULL;") == ""
