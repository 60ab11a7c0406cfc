"""Full text on PostgreSQL: the editions that contain the words somebody types.

``newsroom_words`` and ``newsroom_fold`` are functions in the database (migration ``0008_search``);
the first has an index, the second writes letters small and without accents.
"""

from __future__ import annotations

from django.contrib.postgres.search import SearchQuery, SearchVectorExact, SearchVectorField
from django.db.models import F, Func, Value
from django.db.models.lookups import Lookup

_WORDS = Func(
    F("headline"),
    F("standfirst"),
    F("body"),
    function="newsroom_words",
    output_field=SearchVectorField(),
)


def matching(words: str) -> Lookup:
    """The condition that an edition contains ``words``: all of them, “quoted” as a phrase.

    ``or`` between two words and ``-`` before one mean what they mean to search engines.
    """
    folded = Func(Value(words), function="newsroom_fold")
    query = SearchQuery(folded, search_type="websearch", config="english")
    return SearchVectorExact(_WORDS, query)
