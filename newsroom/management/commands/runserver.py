"""``manage.py runserver``: Django's own, on an embedded PostgreSQL that outlives its restarts."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.conf import settings
from whitenoise.runserver_nostatic.management.commands import (  # type: ignore[import-untyped]
    runserver,
)

from newsroom.database.base import start_server


class Command(runserver.Command):
    def run(self, **options: Any) -> None:
        """Use the server from the process that restarts the site, too.

        That one kills the site when it is itself ended, so it must be the last to use the server.
        """
        if not settings.DATABASE_URL:
            start_server(Path(settings.EMBEDDED_POSTGRES))
        super().run(**options)
