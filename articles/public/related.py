"""Ways on from an article: others with the same event, people and topics; its neighbours."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import connections, router
from django.urls import reverse

from articles.models import Edition, Topic

#: A page shows so many related articles.
MOST_SHOWN = 4
#: People beyond these count as no ties: a text may name hundreds.
MOST_PEOPLE = 30
#: Of what is listed under one person or topic, so many of the newest are looked at.
_MOST_TIED = 200

#: The live editions of other groups by the number of their ties; of each group one: in the page's
#: language, else the original.
_RELATED = """
    WITH topics AS (
        SELECT topic_id AS id FROM articles_edition_topics WHERE edition_id = %(edition)s
    ), people AS (
        SELECT speaker_id AS id FROM articles_edition_speakers WHERE edition_id = %(edition)s
        ORDER BY articles_edition_speakers.id LIMIT %(people)s
    ), tied AS (
        SELECT listed.edition_id AS sequence FROM topics AS named, LATERAL (
            SELECT edition_id FROM articles_edition_topics
            JOIN articles_edition ON sequence = edition_id AND is_latest AND status = 'usable'
            WHERE topic_id = named.id ORDER BY edition_id DESC LIMIT %(most)s
        ) AS listed
        UNION ALL
        SELECT listed.edition_id FROM people AS named, LATERAL (
            SELECT edition_id FROM articles_edition_speakers
            JOIN articles_edition ON sequence = edition_id AND is_latest AND status = 'usable'
            WHERE speaker_id = named.id ORDER BY edition_id DESC LIMIT %(most)s
        ) AS listed
        UNION ALL
        (SELECT sequence FROM articles_edition
            WHERE event_id = %(event)s AND is_latest AND status = 'usable'
            ORDER BY sequence DESC LIMIT %(most)s)
    ), counted AS (
        SELECT edition.sequence, count(*) AS ties, row_number() OVER (
            PARTITION BY edition.translation_group ORDER BY edition.language = %(language)s DESC,
                edition.article_id = edition.translation_group DESC, edition.sequence
        ) AS place
        FROM tied JOIN articles_edition AS edition USING (sequence)
        WHERE edition.translation_group <> %(group)s GROUP BY edition.sequence
    )
    SELECT headline, slug, language, first_published_at, translation_group
    FROM counted JOIN articles_edition USING (sequence)
    WHERE place = 1 ORDER BY ties DESC, first_sequence DESC LIMIT %(shown)s
"""


@dataclass(frozen=True)
class Way:
    """Another article, as a link shows it."""

    headline: str
    slug: str
    language: str
    first_published_at: datetime
    translation_group: UUID

    def get_absolute_url(self) -> str:
        return reverse("article", args=[self.slug])


def related(edition: Edition) -> list[Way]:
    """The live articles with the most ties to ``edition``, the newest first where these are equal.

    Its event, and each topic and person that it is listed under, is a tie.
    """
    given = {
        "edition": edition.pk,
        "people": MOST_PEOPLE,
        "event": edition.event_id,
        "most": _MOST_TIED,
        "language": edition.language,
        "group": edition.translation_group,
        "shown": MOST_SHOWN,
    }
    with connections[router.db_for_read(Edition)].cursor() as cursor:
        cursor.execute(_RELATED, given)
        return [Way(*row) for row in cursor.fetchall()]


def neighbours(edition: Edition) -> dict[str, Way]:
    """The articles ``before`` and ``after`` this one in its first topic, in its language."""
    topics = edition.snapshot["topics"]
    if not topics:
        return {}
    listed = Topic(pk=topics[0]["id"]).editions.live().filter(language=edition.language)
    own = edition.first_sequence
    earlier = listed.filter(first_sequence__lt=own).order_by("-first_sequence")
    later = listed.filter(first_sequence__gt=own).order_by("first_sequence")
    shown = ("headline", "slug", "language", "first_published_at", "translation_group")
    columns = ("first_sequence", *shown)
    both = earlier.values_list(*columns)[:1].union(later.values_list(*columns)[:1], all=True)
    both = both.order_by("first_sequence")
    return {"before" if row[0] < own else "after": Way(*row[1:]) for row in both}
