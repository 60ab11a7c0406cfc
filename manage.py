#!/usr/bin/env python
"""Newsroom's command line: ``uv run manage.py help`` lists the commands."""

import io
import logging
import os
import secrets
import sys

from django.core.exceptions import ImproperlyConfigured
from django.core.management import execute_from_command_line
from django.db import OperationalError, ProgrammingError
from psycopg.errors import UndefinedColumn, UndefinedTable

from newsroom.database.connections import WORKER, first_line, why_unreachable

#: What a command is to the database (settings.PROCESS_KIND); any other is a "command".
KINDS = {
    **dict.fromkeys(("demo", "runserver"), "web"),
    "worker": "worker",
    **dict.fromkeys(("backup", "migrate", "restore"), "owner"),
}

if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "newsroom.settings")
    kind = KINDS.get("".join(sys.argv[1:2]), "command")
    os.environ.setdefault("PROCESS_KIND", kind)
    if kind == "worker":
        # By this the database's own views name its connections, the first one too.
        os.environ["PGAPPNAME"] = f"{WORKER} {secrets.token_hex(6)}"
    if isinstance(sys.stdout, io.TextIOWrapper):
        # A headline in Urdu on a terminal that has no Urdu: print codes, do not fail.
        sys.stdout.reconfigure(errors="backslashreplace")
    try:
        execute_from_command_line(sys.argv)
    except ImproperlyConfigured as error:
        sys.exit(f"{error}")  # the sentence that helps, without the way it came
    except OperationalError as error:
        if logging.getLogger().isEnabledFor(logging.DEBUG):
            raise
        sys.exit(f"The database does not answer: {why_unreachable(error)}")
    except ProgrammingError as error:
        if not isinstance(error.__cause__, (UndefinedColumn, UndefinedTable)):
            raise
        sys.exit(
            f"The database has not the tables of this release ({first_line(error)}): it is empty, "
            "half restored or of another release; run manage.py doctor, which says what to do."
        )
    except KeyboardInterrupt:
        sys.exit(130)  # Ctrl-C, as shells count it; nobody needs a traceback
