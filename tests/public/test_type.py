"""Fonts: every file that the style sheet names is there, small, and under its licence."""

from __future__ import annotations

import re

import pytest
from django.conf import settings
from django.contrib.auth.models import User
from django.test import Client

from articles.publishing.publish import publish
from tests.builders import an_article

STATIC = settings.BASE_DIR / "newsroom/static/newsroom"
#: A page in Latin letters loads at most its letters, those beyond English, and the italic ones.
MOST_LATIN = 100_000
#: An Urdu page without bold words loads one file, and names and figures in Latin letters.
MOST_URDU = 150_000


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


def test_an_urdu_page_without_bold_words_loads_less_than_150_kb() -> None:
    files = ("noto-nastaliq-urdu", "newsroom-serif-latin")
    assert sum((STATIC / f"fonts/{name}.woff2").stat().st_size for name in files) < MOST_URDU
    css = (STATIC / "site.css").read_text(encoding="utf-8")
    plain = next(line for line in css.splitlines() if "noto-nastaliq-urdu.woff2" in line)
    assert "font-weight: 400 600;" in plain, "headings are set in the file that the text has"


def test_licences_lie_beside_the_fonts() -> None:
    for name in ("newsroom-serif", "noto-nastaliq-urdu"):
        text = (STATIC / f"fonts/{name}-OFL.txt").read_text(encoding="utf-8")
        assert "SIL OPEN FONT LICENSE" in text


def asked_early(client: Client, path: str) -> list[tuple[str, bool]]:
    """The fonts that the page preloads, and whether each may wait for its pictures."""
    found = re.findall(
        r'rel="preload" href="/static/newsroom/fonts/(.*?).woff2"(.*?)>',
        client.get(path).content.decode(),
    )
    return [(name, 'fetchpriority="low"' in rest) for name, rest in found]


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("path", "font"),
    [
        ("/", "newsroom-serif-latin"),
        ("/ru/", "newsroom-serif-cyrillic"),
        ("/ur/", "noto-nastaliq-urdu"),
        ("/zh-hans/", "newsroom-serif-latin"),
    ],
)
def test_a_page_asks_early_for_the_font_of_its_language_then_of_the_site_s_name(
    client: Client, path: str, font: str
) -> None:
    later = [] if font == "newsroom-serif-latin" else [("newsroom-serif-latin", True)]
    assert asked_early(client, path) == [(font, False), *later]


@pytest.mark.django_db
def test_the_front_page_asks_for_the_fonts_of_what_it_lists_after_its_own(
    client: Client, publisher: User
) -> None:
    publish(an_article(language="ur"), by=publisher)
    assert asked_early(client, "/") == [
        ("newsroom-serif-latin", False),
        ("noto-nastaliq-urdu", True),
    ]
