"""The search page measured: ``uv run python -m benchmarks.search``.

Articles have texts of 100 words out of 50,000, drawn as words of a language are (Zipf), and name
people out of 50,000, organizations and topics out of a hundred; one in 500 is in Chinese.
Each page is made anew, the whole request in this process, with no network.
"""

from __future__ import annotations

import argparse
import random
import statistics
import time
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from itertools import accumulate
from pathlib import Path
from typing import Any
from urllib.parse import urlencode
from uuid import UUID, uuid5

from benchmarks.feed import get, say, set_up

VOCABULARY, PEOPLE, TOPICS, WORDS = 50_000, 50_000, 100, 100
#: Syllables of the words; each number is another word.
_SYLLABLES = [first + then for first in "bdfgklmnprstvz" for then in "aeiou"]
_SPACE = UUID("6d4b2a53-7b1a-4a56-9c0e-5d3f6f1d8f10")


def main() -> None:
    """Print the median and the 95th percentile of each kind of query."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--editions", type=int, default=200_000)
    parser.add_argument(
        "--documents", type=int, default=0, help="articles that can be found; unset, all editions"
    )
    parser.add_argument("--turns", type=int, default=30, help="for each query")
    options = parser.parse_args()
    set_up()

    from django.conf import settings

    from benchmarks.rows import prepare

    documents = options.documents or options.editions
    prepare(options.editions, say, searched=False)
    fill(documents)
    settings.DEBUG, settings.ALLOWED_HOSTS = False, ["testserver"]
    say(f"\nThe page of a search among {documents:,} articles, made anew each time (ms)")
    say("waited: what the clock says; worked: processor time of this process and the database")
    queries = list(_queries(documents))
    taken: dict[str, list[tuple[float, float]]] = {name: [] for name, _ in queries}
    for _ in range(options.turns + 1):  # in turns: what else the machine does meets all alike
        for name, asked in queries:
            taken[name].append(time_page(f"/search/?{urlencode(asked)}"))
    taken = {name: times[1:] for name, times in taken.items()}
    taken["all without filters"] = [one for name in taken if "," not in name for one in taken[name]]
    taken["all with filters"] = [one for name in taken if "," in name for one in taken[name]]
    for name, times in taken.items():
        waited, worked = zip(*times, strict=True)
        say(
            f"  {name:<38} waited {statistics.median(waited):6.1f}  95 % {high(waited):6.1f}"
            f"   worked {statistics.median(worked):6.1f}  95 % {high(worked):6.1f}"
        )


def _queries(documents: int) -> Iterator[tuple[str, dict[str, str]]]:
    """What is asked, by its name; with a comma where it is narrowed."""
    common, often, sometimes, rare = (word(rank) for rank in (1, 40, 800, 30_000))
    now = datetime.now(UTC)
    year = str(now.year - 1)
    yield "a word of nearly all articles", {"q": common}
    yield "a common word", {"q": often}
    yield "a usual word", {"q": sometimes}
    yield "a rare word", {"q": rare}
    yield "two common words", {"q": f"{common} {often}"}
    yield "three words", {"q": f"{often} {sometimes} {word(60)}"}
    yield "a common and a rare word", {"q": f"{common} {rare}"}
    yield "a phrase", {"q": f'"{common} {often}"'}
    yield "a word without another", {"q": f"{often} -{common}"}
    yield "a person's name", {"q": _name(777)}
    yield "the beginning of a name", {"q": _name(777)[:-2]}
    yield "two letters", {"q": "ba"}
    yield "a word that stands nowhere", {"q": "cricket"}
    yield "a common word, of one person", {"q": common, "who": _slug(50)}
    yield "a common word, of a rare person", {"q": common, "who": _slug(40_000)}
    yield "a common word, of one topic", {"q": often, "topic": "topic-1"}
    yield "a common word, in Chinese", {"q": common, "language": "zh-hans"}
    yield "a common word, of one year", {"q": often, "from": year, "until": year}
    yield "a common word, the oldest", {"q": often, "sort": "oldest"}
    yield "a usual word, of a topic and a year", {"q": sometimes, "topic": "topic-3", "from": year}
    yield "no word, of one topic", {"topic": "topic-1"}
    yield (
        "a rare word, in Chinese, of a topic",
        {
            "q": rare,
            "language": "zh-hans",
            "topic": "topic-3",
        },
    )


def time_page(address: str) -> tuple[float, float]:
    """How long a page made anew takes by the clock, and of processor time, in milliseconds."""
    database = _backends()
    worked, began = _worked(database), time.perf_counter()
    get(address, anew=True)
    taken = time.perf_counter() - began
    return taken * 1000, (_worked(database) - worked) / 1e6


def _backends() -> list[Path]:
    """Where Linux says how long each of the database's processes for us has worked."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SELECT pid FROM pg_stat_activity WHERE backend_type = 'client backend'")
        return [Path(f"/proc/{pid}/schedstat") for (pid,) in cursor.fetchall()]


def _worked(database: list[Path]) -> int:
    """Processor time of this process and the database until now, in nanoseconds."""
    found = [path.read_text(encoding="utf-8").split()[0] for path in database if path.exists()]
    return time.process_time_ns() + sum(map(int, found))


def high(times: Sequence[float]) -> float:
    """The 95th percentile."""
    return statistics.quantiles(times, n=20)[-1]


# Rows ---------------------------------------------------------------------------------------------


def fill(documents: int) -> None:
    """Write so many search documents of articles, and those of people and topics, if they lack."""
    from django.contrib.postgres.indexes import GinIndex
    from django.db import connection

    from articles.models import PublicPage, SearchDocument

    have = SearchDocument.objects.filter(kind="article").count()
    if have >= documents and PublicPage.objects.filter(slug=_slug(1)).exists():
        return
    indexes = [index for index in SearchDocument._meta.indexes if isinstance(index, GinIndex)]
    with connection.schema_editor() as editor:  # all at once afterwards takes a fraction of it
        for index in indexes:
            editor.remove_index(SearchDocument, index)
    draw = random.Random(have)  # noqa: S311 - no secret
    with connection.cursor() as cursor:
        if not SearchDocument.objects.filter(slug=_slug(1), kind="speaker").exists():
            _copy_in(cursor, _pages())
        _public_pages(cursor)
        for first in range(have, documents, 10_000):
            last = min(first + 10_000, documents)
            _copy_in(cursor, (_article(n, draw) for n in range(first, last)))
            say(f"{last:,} of {documents:,} search documents")
        say("indexes")
        with connection.schema_editor() as editor:
            for index in indexes:
                editor.add_index(SearchDocument, index)
        _list_editions(cursor)
        cursor.execute("VACUUM ANALYZE")


_COLUMNS = (
    *("id", "kind", "slug", "title", "names", "summary", "text", "language", "named"),
    *("translation_group", "at", "sequence"),
)


def _copy_in(cursor: Any, rows: Iterator[tuple[Any, ...]]) -> None:
    names = ", ".join(_COLUMNS)
    cursor.execute("DROP TABLE IF EXISTS copied")
    cursor.execute(
        f"CREATE TEMP TABLE copied AS SELECT {names} FROM articles_searchdocument"  # noqa: S608 - names of columns
        " WITH NO DATA"
    )
    with cursor.copy(f"COPY copied ({names}) FROM STDIN") as copy:
        for row in rows:
            copy.write_row(row)
    cursor.execute(
        f"INSERT INTO articles_searchdocument ({names}, search_vector, title_vector)"  # noqa: S608 - names of columns
        " SELECT copied.*, vectors.* FROM copied, newsroom_document_vectors("
        "kind, language, at, named, title, names, summary, text) AS vectors"
    )


def _article(n: int, draw: random.Random) -> tuple[Any, ...]:
    """The ``n``-th article, five minutes older than the one before: its edition is a copy's."""
    from hashlib import md5

    one = UUID(md5(f"article{n}".encode(), usedforsecurity=False).hexdigest())
    text = draw.choices(_WORDS, cum_weights=_WEIGHTS, k=WORDS)
    people = {min(int(draw.paretovariate(0.6)), PEOPLE) for _ in range(3)}
    topics = {min(int(draw.paretovariate(0.8)), TOPICS) for _ in range(2)}
    names = [_name(person) for person in people] + [f"Topic {topic}" for topic in topics]
    language = "zh-hans" if n % 500 == 1 else "ur" if n % 20 == 2 else "en"
    named = [*(_person(person) for person in people), *(_topic(topic) for topic in topics)]
    at = _NOW - timedelta(minutes=5 * n)
    title = " ".join(draw.choices(_WORDS, cum_weights=_WEIGHTS, k=9))
    return (
        *(one, "article", f"copy-{n}", title, "\n".join(names), " ".join(text[:20])),
        *(" ".join(text), language, named, one, at, 10_000_000 - n),
    )


def _pages() -> Iterator[tuple[Any, ...]]:
    people = [("speaker", _slug(n), _name(n), _person(n)) for n in range(1, PEOPLE + 1)]
    topics = [("topic", f"topic-{n}", f"Topic {n}", _topic(n)) for n in range(1, TOPICS + 1)]
    for kind, slug, name, one in [*people, *topics]:
        yield one, kind, slug, name, "", "Director", "", "", [one], one, _NOW, 0


def _public_pages(cursor: Any) -> None:
    """Pages for the people and topics, with rows in the log: copies of those of the release."""
    for kind in ("speaker", "topic"):
        cursor.execute(
            "INSERT INTO articles_change (sequence, at, kind, object_id, embargoed, item)"
            " SELECT (SELECT max(sequence) FROM articles_change) + row_number() OVER (),"
            " now(), entry.kind, entry.id, FALSE, one.item"
            " FROM articles_searchdocument AS entry, (SELECT item FROM articles_change"
            " WHERE kind = %(kind)s AND item IS NOT NULL LIMIT 1) AS one"
            " WHERE entry.kind = %(kind)s"
            " AND NOT EXISTS (SELECT FROM articles_publicpage WHERE id = entry.id)",
            {"kind": kind},
        )
        cursor.execute(
            "INSERT INTO articles_publicpage (id, kind, slug, card, notice, sequence, order_key)"
            " SELECT entry.id, entry.kind, entry.slug, one.card || jsonb_build_object("
            "'id', entry.id, 'slug', entry.slug, 'name', entry.title), '', change.sequence,"
            " entry.slug"
            " FROM articles_searchdocument AS entry"
            " JOIN articles_change AS change ON change.object_id = entry.id,"
            " (SELECT * FROM articles_publicpage"
            " WHERE kind = %(kind)s AND notice = '' LIMIT 1) AS one WHERE entry.kind = %(kind)s"
            " ON CONFLICT DO NOTHING",
            {"kind": kind},
        )


def _list_editions(cursor: Any) -> None:
    """List the editions under the people and topics that their search documents name."""
    from django.db import transaction

    from benchmarks.rows import columns

    for kind, table in (("speaker", "people_speaker"), ("topic", "articles_topic")):
        names = ", ".join(columns(table))
        cursor.execute(
            f"INSERT INTO {table} ({names}) SELECT {names} FROM ("  # noqa: S608 - names of columns
            f" SELECT (jsonb_populate_record(one, jsonb_build_object('id', entry.id,"
            " 'name', entry.title, 'slug', entry.slug))).*"
            f" FROM articles_searchdocument AS entry, (SELECT one FROM {table} AS one LIMIT 1)"
            " AS first WHERE entry.kind = %s) AS made ON CONFLICT DO NOTHING",
            [kind],
        )
        with transaction.atomic():
            # They are listed when they are published, and never later; here they are copies.
            cursor.execute("SET LOCAL session_replication_role = replica")
            cursor.execute(
                f"INSERT INTO articles_edition_{kind}s (edition_id, {kind}_id)"  # noqa: S608 - two kinds, above
                " SELECT edition.sequence, row.id FROM articles_searchdocument AS entry"
                " JOIN articles_edition AS edition ON edition.article_id = entry.id AND is_latest,"
                f" unnest(entry.named) AS one JOIN {table} AS row ON row.id = one"
                " WHERE entry.kind = 'article' ON CONFLICT DO NOTHING"
            )


def word(rank: int) -> str:
    """The word that is so common: a made one of at least three syllables."""
    made, rest = "", rank + len(_SYLLABLES) ** 2
    while rest:
        rest, syllable = divmod(rest, len(_SYLLABLES))
        made += _SYLLABLES[syllable]
    return made


def _name(n: int) -> str:
    return f"{word(60_000 + n % 900).capitalize()} {word(70_000 + n).capitalize()}"


def _slug(n: int) -> str:
    return f"person-{n}"


def _person(n: int) -> UUID:
    return uuid5(_SPACE, f"person {n}")


def _topic(n: int) -> UUID:
    return uuid5(_SPACE, f"topic {n}")


_NOW = datetime.now(UTC)
_WORDS = [word(rank) for rank in range(1, VOCABULARY + 1)]
_WEIGHTS = list(accumulate(1 / rank for rank in range(1, VOCABULARY + 1)))


if __name__ == "__main__":
    main()
