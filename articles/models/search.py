"""The search documents: one row for each public article and page; and the desk's indexes."""

from __future__ import annotations

from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVectorField
from django.db import models
from django.db.models import F, Func, GeneratedField, Value
from django.db.models.expressions import Combinable

_NOTHING = Value("")


def names_vector(title: Combinable | str, names: Combinable | str = _NOTHING) -> Func:
    """The words of a row's fields ``title`` and ``names``, folded, as the desk searches them.

    The index of a model has this expression, and ``search.names`` asks for the same.
    """
    fields = [F(field) if isinstance(field, str) else field for field in (title, names)]
    return Func(*fields, function="newsroom_title_vector", output_field=SearchVectorField())


def markup_words(field: str) -> Func:
    """The words of the rich text in ``field``, without tags."""
    return Func(F(field), function="newsroom_markup_words", output_field=models.TextField())


class SearchDocument(models.Model):
    """A public article, event, speaker, organization or topic as a search finds it.

    ``search.index`` is the only writer. ``names`` are further names under which it is looked
    for: variants of a speaker's, and everybody whom an article names. PostgreSQL generates the
    vectors: ``search_vector`` of everything, stemmed, by weight; ``title_vector`` of title and
    names, not stemmed.
    """

    id = models.UUIDField(primary_key=True)
    kind = models.CharField(max_length=20)
    slug = models.SlugField(max_length=120)
    title = models.TextField()
    names = models.TextField(blank=True)
    summary = models.TextField(blank=True)
    text = models.TextField(blank=True)
    language = models.CharField(max_length=35, blank=True)
    at = models.DateTimeField()
    sequence = models.PositiveBigIntegerField(help_text="The log's number, by which it is new.")
    search_vector = GeneratedField(
        expression=Func(
            *map(F, ("title", "names", "summary", "text")),
            function="newsroom_search_vector",
        ),
        output_field=SearchVectorField(),
        db_persist=True,
    )
    title_vector = GeneratedField(
        expression=Func(F("title"), F("names"), function="newsroom_title_vector"),
        output_field=SearchVectorField(),
        db_persist=True,
    )

    class Meta:
        ordering = ["-sequence"]
        indexes = [
            GinIndex(fields=["search_vector"], name="search_document_vector"),
            GinIndex(fields=["title_vector"], name="search_document_titles"),
            models.Index(fields=["-sequence"], name="search_document_newest"),
            models.Index(fields=["kind", "-sequence"], name="search_document_newest_kind"),
        ]

    def __str__(self) -> str:
        return self.title
