"""The image of a page that is shared without a picture: its title, drawn (Open Graph)."""

from __future__ import annotations

import io
from collections.abc import Iterator
from functools import cache
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_safe
from PIL import Image, ImageDraw, ImageFont, features

from articles.models import KIND_OF, Edition, PublicPage
from articles.pictures import SHARE_HEIGHT, SHARE_WIDTH
from articles.templatetags.languages import direction, direction_of

#: Fonts of the system in order of preference; the first one that has every letter is used.
_FONTS = (
    "DejaVuSerif-Bold.ttf",
    "DejaVuSans-Bold.ttf",
    "NotoSerif-Bold.ttf",
    "LiberationSerif-Bold.ttf",
    "NotoNaskhArabic-Bold.ttf",
    "NotoSansArabic-Bold.ttf",
    "NotoSerifCJK-Bold.ttc",
    "NotoSansCJK-Bold.ttc",
    "NotoSansCJK-Regular.ttc",
    "DroidSansFallbackFull.ttf",
)
_BACKGROUND, _TEXT, _MUTED, _ACCENT = "#fdfcf9", "#1c1d1f", "#5c6066", "#0b5468"
_MARGIN, _MAX_LINES = 80, 5

type Font = ImageFont.FreeTypeFont


@require_safe
def share_image(request: HttpRequest, pages: str, slug: str) -> HttpResponse:
    """The image of an article, event, speaker, organization or topic, as a PNG."""
    if pages == "articles":
        edition = get_object_or_404(Edition.objects.live(), slug=slug)
        title, line = edition.headline, edition.snapshot["dateline"]
        along = direction(edition.language)
    else:
        page = get_object_or_404(PublicPage.objects.live(), kind=KIND_OF.get(pages), slug=slug)
        title, line = str(page), page.card.get("place", "")
        along = direction_of(title)
    return HttpResponse(draw(title, line, along), content_type="image/png")


def draw(title: str, line: str = "", along: str = "ltr") -> bytes:
    """A PNG with ``title`` in large letters, ``line`` and the site's name below.

    ``along`` is the direction in which ``title`` runs, "ltr" or "rtl". A text is left out when no
    font on this machine has all its letters.
    """
    image = Image.new("RGB", (SHARE_WIDTH, SHARE_HEIGHT), _BACKGROUND)
    canvas = ImageDraw.Draw(image)
    canvas.rectangle((0, 0, SHARE_WIDTH, 14), _ACCENT)
    top = 90
    if lines := _fitted(title):
        font, rows = lines
        for row in rows:
            _write(canvas, row, top, font, _TEXT, along)
            top += round(font.size * 1.25)
    foot = " · ".join(part for part in (line, settings.SITE_NAME) if part)
    for text in (foot, settings.SITE_NAME):
        if small := _font(text, 32):
            row = next(_wrapped(text, small), "")
            _write(canvas, row, SHARE_HEIGHT - 100, small, _MUTED, direction_of(text))
            break
    buffer = io.BytesIO()
    image.quantize(64, Image.Quantize.FASTOCTREE).save(buffer, "PNG")
    return buffer.getvalue()


def _fitted(title: str) -> tuple[Font, list[str]] | None:
    """The largest font in which ``title`` fits, and its lines."""
    for size in (72, 64, 56, 48, 40):
        if (font := _font(title, size)) is None:
            break
        rows = list(_wrapped(title, font))
        if len(rows) <= _MAX_LINES:
            return font, rows
        if size == 40:
            return font, [*rows[: _MAX_LINES - 1], rows[_MAX_LINES - 1][:-1] + "…"]
    return None


def _wrapped(text: str, font: Font) -> Iterator[str]:
    """``text`` in lines that fit; words longer than a line are cut (Chinese has no spaces)."""
    row = ""
    for word in text.split():
        joined = f"{row} {word}".strip()
        if font.getlength(joined) <= SHARE_WIDTH - 2 * _MARGIN:
            row = joined
            continue
        if row:
            yield row
        row = ""
        for letter in word:
            if font.getlength(row + letter) > SHARE_WIDTH - 2 * _MARGIN:
                yield row
                row = ""
            row += letter
    if row:
        yield row


def _write(
    canvas: ImageDraw.ImageDraw, text: str, top: int, font: Font, color: str, along: str
) -> None:
    if not features.check("raqm"):  # then nothing can be put in order
        canvas.text((_MARGIN, top), text, color, font)
    elif along == "rtl":
        at = (SHARE_WIDTH - _MARGIN, top)
        canvas.text(at, text, color, font, anchor="ra", direction="rtl")
    else:
        canvas.text((_MARGIN, top), text, color, font, direction="ltr")


def _font(text: str, size: int) -> Font | None:
    return next((font for font in _fonts(size) if _has_all(font, text)), None)


@cache
def _fonts(size: int) -> list[Font]:
    found: list[Any] = []
    for name in _FONTS:
        try:
            found.append(ImageFont.truetype(name, size))
        except OSError:  # not on this machine
            continue
    return [*found, ImageFont.load_default(size)]


def _has_all(font: Font, text: str) -> bool:
    missing = bytes(font.getmask("\uffff"))
    letters = (letter for letter in set(text) if letter.isprintable() and letter != " ")
    return all(bytes(font.getmask(letter)) != missing for letter in letters)
