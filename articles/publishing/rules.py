"""The rules that a text must meet before it is published, a sentence for each that it breaks.

Write a further rule as a function from the snapshot to sentences, and add it to
``reasons_not_to_publish``.
"""

from __future__ import annotations

from uuid import UUID

from django.db.models import QuerySet, Value

from articles.frozen import Snapshot, StatementCard, words_in_body
from articles.models import Address, Edition
from articles.publishing.pages import address_taken
from articles.publishing.quotes import find_quotation
from articles.publishing.snapshot import unreadable_records
from articles.richtext import plain_text, records_in


def reasons_not_to_publish(snapshot: Snapshot) -> list[str]:
    """Why this text cannot be published, a sentence each; empty when it can."""
    body = plain_text(snapshot["body"])
    if not body:
        return ["The body is empty; write the article before publishing it."]
    reasons = [not_in_body(statement) for statement in statements_not_in_body(snapshot)]
    reasons += _pictures_not_ready(snapshot) + pictures_gone(snapshot)
    reasons += embeds_unreadable(snapshot)
    return reasons + conflicts_with_others(snapshot)


def statements_not_in_body(snapshot: Snapshot) -> list[StatementCard]:
    """The statements whose words do not stand in the body word for word."""
    body = plain_text(snapshot["body"])
    return [
        statement
        for statement in snapshot["statements"]
        if find_quotation(words_in_body(statement), body, snapshot["language"]) < 0
    ]


def conflicts_with_others(snapshot: Snapshot) -> list[str]:
    """Why another article stands in the way: its address, or the same text in this language."""
    address = Address.objects.filter(kind="article", slug=snapshot["slug"])
    taken = address.exclude(object_id=snapshot["id"]).values_list("slug", Value(0))
    others = others_in_this_language(snapshot).order_by().values_list("headline", "version")
    # Of an address no version: one query asks for both.
    return [
        already_published(words, version)
        if version
        else address_taken(Address(kind="article", slug=words))
        for words, version in sorted(taken.union(others), key=lambda row: row[1])
    ]


def others_in_this_language(snapshot: Snapshot) -> QuerySet[Edition]:
    """The edition of another article that says the same in this language, if there is one."""
    same = Edition.objects.latest().filter(
        translation_group=snapshot.get("translation_of", snapshot["id"]),
        language=snapshot["language"],
    )
    return same.exclude(article_id=UUID(snapshot["id"])).exclude(status=Edition.Status.CANCELED)


def already_published(headline: str, version: int) -> str:
    """The sentence for a text that another article says in the same language."""
    other = Edition(headline=headline, version=version)
    return f"“{other}” is published in this language already; change or withdraw it."


def _pictures_not_ready(snapshot: Snapshot) -> list[str]:
    cards = {card["id"]: card for card in snapshot.get("body_pictures", [])}
    cards |= {card["id"]: card for card in [snapshot.get("picture")] if card}
    return [
        f"The picture “{card['alternative_text']}” has no files yet; wait for them, or see at the "
        "picture why."
        for card in cards.values()
        if not card["renditions"]
    ]


def pictures_gone(snapshot: Snapshot) -> list[str]:
    """A sentence for each picture in the body that is not there any more."""
    there = {f"picture/{card['id']}" for card in snapshot.get("body_pictures", [])}
    wanted = [one for one in records_in(snapshot["body"]) if one.startswith("picture/")]
    return [
        f"Picture {number} in the text was deleted meanwhile; take it out of the text."
        for number, one in enumerate(wanted, start=1)
        if one not in there
    ]


def embeds_unreadable(snapshot: Snapshot) -> list[str]:
    """A sentence for each thing in the body that is public and cannot be shown."""
    return [
        f"“{name}” stands in the text and cannot be shown at the moment; take it out of the text, "
        "or look at the page Status why."
        for name in unreadable_records(snapshot)
    ]


def not_in_body(statement: StatementCard) -> str:
    """The sentence for a statement whose words do not stand in the body."""
    what = "passage for the reported statement" if statement["passage"] else "quotation"
    speaker = statement["capacity"]["speaker"]["name"]
    return (
        f"Statement {statement['number']}: the {what} by {speaker}, "
        f"“{words_in_body(statement)}”, does not stand in the body word for word. "
        "Correct the statement or the body."
    )
