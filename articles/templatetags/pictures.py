"""The template tag for a picture, in every format and width for the browser to choose from."""

from __future__ import annotations

from typing import Any

from django import template
from django.utils.safestring import SafeString

from articles import pictures
from articles.formats.body import full_body
from articles.frozen import PictureCard, Snapshot

register = template.Library()


@register.filter(name="full_body")
def shown_body(snapshot: Snapshot) -> SafeString:
    """The frozen body of ``snapshot`` with its pictures and what else stands in it by reference."""
    return SafeString(full_body(snapshot, pictures.address))


@register.inclusion_tag("articles/_picture.html")
def picture(card: PictureCard, sizes: str, *, lazy: bool = True, alt: str | None = None) -> Any:
    """``card`` as a picture element. ``sizes`` is how wide it is shown (HTML ``sizes``).

    ``alt`` replaces the alternative text: empty where the picture only goes with a link's words.
    A preview may show a picture whose files are still being made.
    """
    jpeg = pictures.of_type(card, "image/jpeg")
    if not jpeg:
        return {"card": card}
    middle = jpeg[len(jpeg) // 2]
    return {
        "card": card,
        "sizes": sizes,
        "lazy": lazy,
        "alt": card["alternative_text"] if alt is None else alt,
        "sources": [
            (kind, pictures.srcset(pictures.of_type(card, kind)))
            for kind in ("image/avif", "image/webp")
        ],
        "srcset": pictures.srcset(jpeg),
        "src": pictures.address(middle),
        "width": middle["width"],
        "height": middle["height"],
    }
