"""The desk's search: rows by the words of their names, in any spelling.

Lists and pickers of the admin use ``matching``. Each word that was typed begins a word of the row
or of a row that it is linked to; spellings are folded as everywhere (``people.folding``).
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, cast

from django.contrib.auth.models import User
from django.contrib.postgres.search import SearchQuery
from django.db.models import F, Func, Model, QuerySet

from articles.models import (
    Article,
    AuditEntry,
    Edition,
    Event,
    Partner,
    Picture,
    SitePage,
    Topic,
)
from articles.models.search import markup_words, names_vector
from articles.search.syntax import beginnings
from people.models import Affiliation, Organization, Speaker

#: What is searched of each model. All but the small tables (User, Partner) have an index with the
#: same expression: in ``Meta.indexes``, those of people in ``migrations/sql/search.sql``.
VECTORS: dict[type[Model], list[Func]] = {
    Speaker: [names_vector("name", Func(F("name_variants"), function="newsroom_lines"))],
    Organization: [names_vector("name", "short_name")],
    Affiliation: [names_vector("title")],
    Topic: [names_vector("name")],
    SitePage: [names_vector("name")],
    Event: [names_vector("name")],
    Picture: [names_vector("alternative_text", "caption"), names_vector("credit")],
    Article: [names_vector("headline", "standfirst"), names_vector(markup_words("body"))],
    Edition: [names_vector("headline", "standfirst")],
    AuditEntry: [names_vector("title", "note")],
    Partner: [names_vector("name", "contact")],
    User: [names_vector("username")],
}


def matching(rows: QuerySet[Any], typed: str, paths: Iterable[str]) -> QuerySet[Any]:
    """Return the ``rows`` that have every word of ``typed`` in their names.

    ``paths`` are lookups from the row to what is searched: ``pk`` for itself, or a relation to one
    of ``VECTORS`` (``speaker``, ``statements__capacity__speaker``). A row is returned once.
    """
    for query in beginnings(typed):
        found = [
            rows.model._base_manager.filter(**{f"{path}__in": names}).values("pk")
            for path in paths
            for names in _with_word(_model_at(rows.model, path), query)
        ]
        rows = rows.filter(pk__in=found[0].union(*found[1:]) if len(found) > 1 else found[0])
    return rows


def _with_word(model: type[Model], query: str) -> list[QuerySet[Any]]:
    """The rows of ``model`` that have one word, for each of its vectors."""
    word = SearchQuery(query, config="simple", search_type="raw")
    return [
        model._base_manager.alias(words=vector).filter(words=word).values("pk")
        for vector in VECTORS[model]
    ]


def _model_at(model: type[Model], path: str) -> type[Model]:
    if path == "pk":
        return model
    for name in path.split("__"):
        model = cast(type[Model], model._meta.get_field(name).related_model)
    return model
