"""``manage.py migrate``: Django's own, which then gives the site's role what it needs."""

from __future__ import annotations

from typing import Any

from django.core.management import CommandError
from django.core.management.commands import migrate
from django.db import DatabaseError, connection
from django.db.migrations.recorder import MigrationRecorder

from newsroom.backups import unknown_migrations
from newsroom.database.roles import grant_sql
from newsroom.database.tables import half_restored, missing_tables


class Command(migrate.Command):
    help = (
        f"{migrate.Command.help} Where DATABASE_OWNER_URL is set, it works as that role and then "
        "gives the role of DATABASE_URL its rights. It refuses a database of a newer release."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        applied = MigrationRecorder(connection).applied_migrations()
        if unknown := unknown_migrations(".".join(key) for key in applied):
            raise CommandError(
                f"The database is of a newer release: it has the migration {unknown[0]}, which "
                "this code does not know; run that release."
            )
        super().handle(*args, **options)
        changes = not (options.get("plan") or options.get("check_unapplied"))
        whole = changes and not options.get("app_label")
        if whole and (missing := missing_tables()):
            raise CommandError(half_restored(missing))
        # One app alone leaves the tables of others for later.
        if changes and (rights := grant_sql(connection.introspection.table_names())):
            try:
                with connection.cursor() as cursor:
                    cursor.execute(rights)
            except DatabaseError as error:
                raise CommandError(
                    f"The tables are migrated, but the site's role got no rights: {error}"
                ) from error
