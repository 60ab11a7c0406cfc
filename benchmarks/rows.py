"""Many editions, quickly: the press release again and again, each with a number of its own."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

from django.core.management import call_command
from django.db import connection

from articles.models import Edition
from newsroom.management.commands.demo import ARTICLE

STEP = 10_000
#: So many articles have a working copy with statements, for the feed that reads those.
WRITTEN = 200

#: What differs from copy to copy, by table; every other column is the release's.
_COPIES: dict[str, dict[str, str | None]] = {
    "articles_article": {
        "id": "md5('article' || n)::uuid",
        "slug": "'copy-' || n",
        "headline": "headline || ' ' || n",
    },
    "articles_change": {"sequence": "sequence + n", "object_id": "md5('article' || n)::uuid"},
    "articles_edition": {
        "sequence": "sequence + n",
        "first_sequence": "sequence + n",
        "article_id": "md5('article' || n)::uuid",
        "slug": "'copy-' || n",
        "headline": "headline || ' ' || n",
        "snapshot": "snapshot || jsonb_build_object('id', md5('article' || n)::uuid,"
        " 'slug', 'copy-' || n, 'headline', headline || ' ' || n)",
        "ninjs": "ninjs || jsonb_build_object('uri', 'urn:uuid:' || md5('article' || n)::uuid,"
        " 'slugline', 'copy-' || n)",
    },
    "articles_searchdocument": {
        "id": "md5('article' || n)::uuid",
        "slug": "'copy-' || n",
        "title": "title || ' ' || n",
        "translation_group": "md5('article' || n)::uuid",
        "sequence": "sequence + n",
        "at": "at - n * interval '5 minutes'",
    },
    "articles_edition_topics": {"id": None, "edition_id": "edition_id + n"},
    "articles_edition_speakers": {"id": None, "edition_id": "edition_id + n"},
    "articles_edition_organizations": {"id": None, "edition_id": "edition_id + n"},
}
#: The working copy of the first of them.
_WRITTEN: dict[str, dict[str, str | None]] = {
    "articles_article_topics": {"id": None, "article_id": "md5('article' || n)::uuid"},
    "articles_statement": {
        "id": "md5(id::text || n)::uuid",
        "article_id": "md5('article' || n)::uuid",
    },
}


def prepare(editions: int, say: Callable[[str], None], *, searched: bool = True) -> None:
    """Bring the database to ``editions`` editions, the release's included; keep what is there.

    ``searched`` is False for editions without search documents.
    """
    call_command("demo", no_server=True, verbosity=0)
    have = Edition.objects.filter(is_latest=True).count()
    release = Edition.objects.filter(article=UUID(ARTICLE)).earliest("change")
    for first in range(have, editions, STEP):
        last = min(first + STEP, editions) - 1
        for table, changed in _COPIES.items():
            if searched or table != "articles_searchdocument":
                _copy(table, changed, release, first, last)
        say(f"{last + 1:,} of {editions:,} editions")
    if have == 1:
        for table, changed in _WRITTEN.items():
            _copy(table, changed, release, 1, min(WRITTEN, editions - 1))
    if have < editions:  # it takes a minute: indexes on expressions compute them for each row
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")


def _copy(
    table: str, changed: dict[str, str | None], release: Edition, first: int, last: int
) -> None:
    which = {
        "articles_article": "id = %(article)s",
        "articles_change": "sequence = %(number)s",
        "articles_edition": "sequence = %(number)s",
        "articles_searchdocument": "id = %(article)s",
    }.get(table, "article_id = %(article)s" if table in _WRITTEN else "edition_id = %(number)s")
    names = [name for name in _columns(table) if changed.get(name, "") is not None]
    values = ", ".join(changed.get(name) or f'"{name}"' for name in names)
    columns = ", ".join(f'"{name}"' for name in names)
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {table} ({columns}) SELECT {values} FROM {table},"  # noqa: S608 - ours
            f" generate_series(%(first)s::int, %(last)s::int) AS n WHERE {which}",
            {
                "first": first,
                "last": last,
                "article": release.article_id,
                "number": release.pk,
            },
        )


def _columns(table: str) -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT column_name FROM information_schema.columns"
            " WHERE table_name = %s AND is_generated = 'NEVER'",
            [table],
        )
        return [name for (name,) in cursor.fetchall()]
