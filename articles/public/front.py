"""The slots of the front page: what an editor picked, and what the rule puts in the rest."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from articles.models import Edition, PublicPage, Topic
from articles.models.published import Page, readable
from articles.public.navigation import in_navigation

#: Beside the lead so many; in the list of the newest; under each topic; of the corrections.
SECONDS, NEWEST, IN_TOPIC, CORRECTIONS = 3, 8, 3, 3
#: No more picks than these have a place.
MOST_PICKS = 1 + SECONDS
#: So many topics of the navigation have a part of their own.
_TOPICS = 6


def front_page(page: Page, picks: list[str], language: str) -> dict[str, Any]:
    """The lead, the seconds, the newest, and parts by topic: each article once.

    ``page`` has the newest; ``picks`` are identifiers of translation groups: two texts that were
    picked may be one in two languages. Corrections are those of what readers see.
    """
    groups = dict.fromkeys(map(UUID, picks))
    rows = Edition.objects.once(language).filter(translation_group__in=groups)
    found = {row.translation_group: row for row in readable(rows.defer("body", "ninjs"))}
    chosen = [found[group] for group in groups if group in found][:MOST_PICKS]
    shown = {row.translation_group for row in chosen}
    for row in page.editions[: MOST_PICKS + len(chosen)]:
        if len(chosen) < MOST_PICKS and row.translation_group not in shown:
            chosen.append(row)
            shown.add(row.translation_group)
    newest = [row for row in page.editions if row.translation_group not in shown]
    shown |= {row.translation_group for row in newest[:NEWEST]}
    last = newest[:NEWEST][-1] if newest[NEWEST:] else None
    parts = _by_topic(language, shown)
    listed = [*chosen, *newest[:NEWEST], *(row for _topic, rows in parts for row in rows)]
    corrected = Edition.objects.corrections().filter(status=Edition.Status.USABLE)
    return {
        "lead": chosen[0] if chosen else None,
        "seconds": chosen[1:],
        "newest": newest[:NEWEST],
        "before": last.first_sequence if last else page.before,
        "parts": parts,
        "languages_shown": {row.language for row in listed},
        "corrected": corrected.defer("body", "ninjs")[:CORRECTIONS],
    }


def _by_topic(language: str, shown: set[UUID]) -> list[tuple[PublicPage, list[Edition]]]:
    """The newest under each topic of the navigation that stand nowhere else, in one query."""
    chosen = PublicPage.objects.live().filter(kind="topic", card__has_key="navigation")
    topics = in_navigation(chosen)[:_TOPICS]
    # What stands elsewhere on the page may be the newest of a topic too.
    most = IN_TOPIC + MOST_PICKS + NEWEST
    lists = [
        Edition.objects.once(language)
        .filter(topics=topic.pk)
        .order_by("-first_sequence")
        .values_list("pk", flat=True)[:most]
        for topic in topics
    ]
    if not lists:
        return []
    ids = lists[0].union(*lists[1:], all=True).order_by() if lists[1:] else lists[0]
    links = Topic.editions.through.objects.filter(
        edition__in=list(ids), topic__in=[topic.pk for topic in topics]
    )
    links = links.select_related("edition").defer("edition__body", "edition__ninjs")
    under: dict[UUID, list[Edition]] = {}
    for link in links.order_by("-edition__first_sequence"):
        under.setdefault(link.topic_id, []).append(link.edition)
    parts = []
    for topic in topics:
        new = [row for row in under.get(topic.pk, []) if row.translation_group not in shown]
        own = readable(new)
        shown |= {row.translation_group for row in own[:IN_TOPIC]}
        if own:
            parts.append((topic, own[:IN_TOPIC]))
    return parts
