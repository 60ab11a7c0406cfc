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
        "focus": _focus(card),
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


def _focus(card: PictureCard) -> str:
    """The classes that keep a picture's focal point in sight where it is cut: fx-30 fy-70.

    In steps of 5 %, and none for the middle. A style attribute would need ``unsafe-inline``.
    """
    points = (("fx", card["focal_x"]), ("fy", card["focal_y"]))
    near = [(name, 5 * round(percent / 5)) for name, percent in points]
    return " ".join(f"{name}-{percent}" for name, percent in near if percent != 50)
