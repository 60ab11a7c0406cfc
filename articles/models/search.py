"""The search documents: one row for each public article and page; and the desk's indexes."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVectorField
from django.db import models
from django.db.models import F, Func, Q, Value
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
    for: variants of a speaker's, and everybody whom an article names. ``named`` are the speakers,
    organizations and topics by which it is narrowed. The vectors are what the database function
    ``newsroom_document_vectors`` gives: ``search_vector`` of everything, stemmed, by weight;
    ``title_vector`` of title and names, not stemmed; both with marks: kind and ``named``, of an
    article also language, year and month.
    """

    id = models.UUIDField(primary_key=True)
    kind = models.CharField(max_length=20)
    slug = models.SlugField(max_length=120, db_index=False)
    title = models.TextField()
    names = models.TextField(blank=True)
    summary = models.TextField(blank=True)
    text = models.TextField(blank=True)
    language = models.CharField(max_length=35, blank=True)
    named = ArrayField(models.UUIDField(), default=list)
    translation_group = models.UUIDField(help_text="An article's; the identifier of anything else.")
    at = models.DateTimeField(help_text="When an article was first published, a page changed.")
    sequence = models.PositiveBigIntegerField(help_text="The log's number, by which it is new.")
    # No generated columns: they would be computed while the publication holds the log's lock.
    search_vector = SearchVectorField()
    title_vector = SearchVectorField()

    class Meta:
        ordering = ["-at"]
        # Articles and pages apart: what is looked for among few people does not read the words of
        # all articles. Without fastupdate no search reads what was written last row by row.
        indexes = [
            GinIndex(
                fields=["search_vector"],
                name="search_article_vector",
                condition=Q(kind="article"),
                fastupdate=False,
            ),
            GinIndex(
                fields=["title_vector"],
                name="search_article_titles",
                condition=Q(kind="article"),
                fastupdate=False,
            ),
            GinIndex(
                fields=["search_vector"],
                name="search_page_vector",
                condition=~Q(kind="article"),
                fastupdate=False,
            ),
            GinIndex(
                fields=["title_vector"],
                name="search_page_titles",
                condition=~Q(kind="article"),
                fastupdate=False,
            ),
            models.Index(fields=["kind", "-at"], name="search_document_newest"),
        ]

    def __str__(self) -> str:
        return self.title
