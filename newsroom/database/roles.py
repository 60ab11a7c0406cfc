"""Two roles: one owns the tables and migrates, the other is the site's.

Who owns a table can disable its triggers, empty it and drop it; so what guards history in the
database guards it from the site only where another role owns the tables. ``migrate`` and
``restore`` give the site's role what it needs, and no more, each time.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable

from django.conf import settings
from django.db import connection
from psycopg import sql

#: What the site may do with the rows of a table, where it is not all of ``ALL``.
RIGHTS = {
    "articles_auditentry": ("SELECT", "INSERT", "UPDATE"),  # an erasure empties titles and notes
    "articles_change": ("SELECT", "INSERT"),
    "articles_checkpoint": ("SELECT", "INSERT"),
    "articles_edition": ("SELECT", "INSERT", "UPDATE"),
    "articles_edition_organizations": ("SELECT", "INSERT", "DELETE"),  # an erasure deletes
    "articles_edition_topics": ("SELECT", "INSERT"),
    "articles_leaf": ("SELECT", "UPDATE"),  # a trigger inserts; an erasure takes salts away
    "articles_subtree": ("SELECT", "INSERT"),
    "auth_permission": ("SELECT",),
    "django_content_type": ("SELECT",),
    "django_migrations": ("SELECT",),
}
ALL = ("SELECT", "INSERT", "UPDATE", "DELETE")


def owns_the_tables() -> bool:
    """Whether this connection's role owns the log's table, or can become who does."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_has_role(relowner, 'MEMBER') FROM pg_class"
            " WHERE oid = to_regclass('articles_change')"
        )
        row = cursor.fetchone()
    return bool(row and row[0])


def may_make_tables() -> bool:
    """Whether this connection's role may make tables and functions in the schema ``public``."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT has_schema_privilege('public', 'CREATE')")
        return bool(cursor.fetchone()[0])


def missing_right(tables: Iterable[str]) -> tuple[str, str] | None:
    """A right that the site needs on one of ``tables`` and that this role has not, and the table.

    Raises ProgrammingError where a table is not there.
    """
    named = list(tables)
    needed = [(right, table) for right in ALL for table in named if right in RIGHTS.get(table, ALL)]
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT needed, name FROM unnest(%s::text[], %s::text[]) AS one (needed, name)"
            " WHERE NOT has_table_privilege(name, needed) LIMIT 1",
            [[right for right, _ in needed], [table for _, table in needed]],
        )
        found: tuple[str, str] | None = cursor.fetchone()
    return found


def grant_sql(tables: Collection[str] = RIGHTS) -> str:
    """The SQL by which the owner gives the site's role its rights; "" where they are one role.

    It takes back what the role had before on the tables of the schema ``public``, and from
    everybody the right to make tables there. ``tables`` are those that are there.
    """
    role = settings.SITE_ROLE
    if not role or role == settings.DATABASES["default"].get("USER", ""):
        return ""
    rules = [
        "REVOKE ALL ON ALL TABLES IN SCHEMA public FROM {role}",
        # Everybody may make tables there in a database that an older PostgreSQL (14) has made.
        "REVOKE CREATE ON SCHEMA public FROM PUBLIC, {role}",
        "GRANT USAGE ON SCHEMA public TO {role}",
        "GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO {role}",
        f"GRANT {', '.join(ALL)} ON ALL TABLES IN SCHEMA public TO {{role}}",
    ]
    for table, rights in RIGHTS.items():
        if table not in tables:
            continue
        rules.append(f"REVOKE ALL ON public.{table} FROM {{role}}")
        rules.append(f"GRANT {', '.join(rights)} ON public.{table} TO {{role}}")
    named = sql.Identifier(role).as_string()
    return "".join(f"{rule.format(role=named)};\n" for rule in rules)
