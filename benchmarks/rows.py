"""Many editions, quickly: the press release again and again, each with a number of its own."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

from django.core.management import call_command
from django.db import connection, transaction

from articles.models import Change, Edition
from newsroom.management.commands.demo import ARTICLE

STEP = 10_000
#: So many articles have a working copy with statements, for the feed that reads those.
WRITTEN = 200

_VECTORS = (
    "newsroom_document_vectors(kind, language, at - n * interval '5 minutes', named,"
    " title || ' ' || n, names, summary, text)"
)
#: One in five minutes, the last one now.
_AT = " - (%(editions)s - n) * interval '5 minutes'"
#: What differs from copy to copy, by table; every other column is the release's.
_COPIES: dict[str, dict[str, str | None]] = {
    "articles_article": {
        "id": "md5('article' || n)::uuid",
        "slug": "'copy-' || n",
        "headline": "headline || ' ' || n",
        # The desk's index of words takes most of the time, and readers do not see it.
        "body": f"CASE WHEN n < {WRITTEN} THEN body ELSE '' END",
    },
    "articles_change": {
        "sequence": "sequence + n + %(shift)s",
        "object_id": "md5('article' || n)::uuid",
        "at": f"at{_AT}",
    },
    "articles_edition": {
        "first_published_at": f"first_published_at{_AT}",
        "published_at": f"published_at{_AT}",
        "sequence": "sequence + n + %(shift)s",
        "first_sequence": "sequence + n + %(shift)s",
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
        "sequence": "sequence + n + %(shift)s",
        "at": "at - n * interval '5 minutes'",
        "search_vector": f"({_VECTORS}).search_vector",
        "title_vector": f"({_VECTORS}).title_vector",
    },
    "articles_edition_topics": {"id": None, "edition_id": "edition_id + n + %(shift)s"},
    "articles_edition_speakers": {"id": None, "edition_id": "edition_id + n + %(shift)s"},
    "articles_edition_organizations": {"id": None, "edition_id": "edition_id + n + %(shift)s"},
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
    ends_at = Change.objects.latest("sequence").sequence
    numbers = {"editions": editions, "shift": ends_at - release.pk - have + 1}
    for first in range(have, editions, STEP):
        last = min(first + STEP, editions) - 1
        with transaction.atomic():  # what an edition is listed under is written with it
            for table, changed in _COPIES.items():
                if searched or table != "articles_searchdocument":
                    _copy(table, changed, release, first, last, numbers)
        say(f"{last + 1:,} of {editions:,} editions")
    if have == 1:
        for table, changed in _WRITTEN.items():
            _copy(table, changed, release, 1, min(WRITTEN, editions - 1), {})
    if have < editions:  # it takes a minute: indexes on expressions compute them for each row
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")


def _copy(
    table: str,
    changed: dict[str, str | None],
    release: Edition,
    first: int,
    last: int,
    numbers: dict[str, int],
) -> None:
    which = {
        "articles_article": "id = %(article)s",
        "articles_change": "sequence = %(number)s",
        "articles_edition": "sequence = %(number)s",
        "articles_searchdocument": "id = %(article)s",
    }.get(table, "article_id = %(article)s" if table in _WRITTEN else "edition_id = %(number)s")
    names = [name for name in columns(table) if changed.get(name, "") is not None]
    values = ", ".join(changed.get(name) or f'"{name}"' for name in names)
    listed = ", ".join(f'"{name}"' for name in names)
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {table} ({listed}) SELECT {values} FROM {table},"  # noqa: S608 - our columns
            f" generate_series(%(first)s::int, %(last)s::int) AS n WHERE {which}",
            {
                "first": first,
                "last": last,
                "article": release.article_id,
                "number": release.pk,
                **numbers,
            },
        )


def columns(table: str) -> list[str]:
    """The columns of ``table`` that are written."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT column_name FROM information_schema.columns"
            " WHERE table_name = %s AND is_generated = 'NEVER'",
            [table],
        )
        return [name for (name,) in cursor.fetchall()]
