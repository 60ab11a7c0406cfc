"""Fonts: every file that the style sheet names is there, small, and under its licence."""

from __future__ import annotations

import re

import pytest
from django.conf import settings
from django.test import Client

STATIC = settings.BASE_DIR / "newsroom/static/newsroom"
#: A page in Latin letters loads at most its letters, those beyond English, and the italic ones.
MOST_LATIN = 100_000


def test_every_font_is_there_and_lets_text_be_read_meanwhile() -> None:
    faces = re.findall(r"@font-face {(.*?)}", (STATIC / "site.css").read_text(encoding="utf-8"))
    named = {name for face in faces for name in re.findall(r'url\("(.*?)"\)', face)}
    assert named == {f"fonts/{file.name}" for file in (STATIC / "fonts").glob("*.woff2")}
    for face in faces:
        assert "unicode-range" in face
        assert "font-display: swap" in face or "local(" in face


def test_a_latin_page_loads_less_than_100_kb() -> None:
    latin = (STATIC / "fonts").glob("newsroom-serif-latin*.woff2")
    assert sum(file.stat().st_size for file in latin) < MOST_LATIN


def test_licences_lie_beside_the_fonts() -> None:
    for name in ("newsroom-serif", "noto-nastaliq-urdu"):
        text = (STATIC / f"fonts/{name}-OFL.txt").read_text(encoding="utf-8")
        assert "SIL OPEN FONT LICENSE" in text


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("path", "font"),
    [
        ("/", "newsroom-serif-latin"),
        ("/ru/", "newsroom-serif-cyrillic"),
        ("/ur/", "noto-nastaliq-urdu"),
        ("/zh-hans/", ""),
    ],
)
def test_a_page_asks_early_for_the_font_of_its_language(
    client: Client, path: str, font: str
) -> None:
    asked = re.findall(
        r'rel="preload" href="/static/newsroom/fonts/(.*?).woff2"',
        client.get(path).content.decode(),
    )
    assert asked == [font] * bool(font)
