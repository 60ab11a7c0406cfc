#!/usr/bin/env python
"""Newsroom's command line: ``uv run manage.py help`` lists the commands."""

import io
import logging
import os
import sys

from django.core.exceptions import ImproperlyConfigured
from django.core.management import execute_from_command_line
from django.db import OperationalError

from newsroom.database.connections import WORKER, why_unreachable

#: These commands are web processes: no statement may take long. Others may wait and work.
SERVES_PAGES = {"demo", "runserver"}

if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "newsroom.settings")
    if not SERVES_PAGES.intersection(sys.argv[1:2]):
        os.environ.setdefault("DATABASE_LOCK_TIMEOUT", "0")
        os.environ.setdefault("DATABASE_STATEMENT_TIMEOUT", "0")
    if sys.argv[1:2] == ["worker"]:
        os.environ.setdefault("PGAPPNAME", WORKER)  # by this others see that a worker lives
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
    except KeyboardInterrupt:
        sys.exit(130)  # Ctrl-C, as shells count it; nobody needs a traceback
