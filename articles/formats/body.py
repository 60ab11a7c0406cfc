"""The body of an article for other systems: pictures, statements and links in place of references.

It is made of frozen data alone. Another article's statement, an article or an event is a link and
no more: whoever follows it sees what stands now, or that it was withdrawn.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from django.utils.html import format_html

from articles.frozen import PictureCard, Rendition, Snapshot, StatementCard
from articles.richtext import RECORD
from people.names import capacity_line, full_name


def full_body(snapshot: Snapshot, address: Callable[[Rendition], str]) -> str:
    """Return the body of ``snapshot`` as HTML that needs nothing beside it.

    ``address`` says where the file of a picture is. Paths of our site stay paths. What was not
    public when the snapshot was taken, and a picture without files, is left out.
    """
    pictures = {f"picture/{card['id']}": card for card in snapshot.get("body_pictures", [])}
    embeds = {card["record"]: card for card in snapshot.get("embeds", [])}
    statements = {
        f"statement/{snapshot['id']}/{card['number']}": card for card in snapshot["statements"]
    }

    def shown(found: re.Match[str]) -> str:
        record = found[1]
        if record in pictures:
            return _picture(pictures[record], address)
        if record in statements:
            return _statement(statements[record])
        if record in embeds:
            card = embeds[record]
            return format_html('<p><a href="{}">{}</a></p>', card["path"], card["name"])
        return ""

    return RECORD.sub(shown, snapshot["body"])


def _picture(card: PictureCard, address: Callable[[Rendition], str]) -> str:
    """The largest JPEG, which every reader's program shows."""
    files = [row for row in card["renditions"] if row["type"] == "image/jpeg"]
    if not files:
        return ""
    return format_html(
        '<figure><img src="{}" alt="{}" width="{}" height="{}">'
        "<figcaption>{}</figcaption></figure>",
        address(files[-1]),
        card["alternative_text"],
        files[-1]["width"],
        files[-1]["height"],
        " ".join(text for text in (card["caption"], f"({card['credit']})") if text),
    )


def _statement(card: StatementCard) -> str:
    words = f"“{card['text']}”" if card["kind"] == "direct" else card["text"]
    who = f"{full_name(card['capacity']['speaker'])}, {capacity_line(card['capacity'])}"
    return format_html(
        "<figure><blockquote><p>{}</p></blockquote><figcaption>{}</figcaption></figure>", words, who
    )
