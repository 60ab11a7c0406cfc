"""Template filters for the language and direction of a text."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection

from django import template
from django.conf import settings
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language_info

register = template.Library()


#: Written from right to left, beyond what Django knows.
_RIGHT_TO_LEFT = {"ps", "sd", "yi", "dv", "ks"}


@register.filter
def local_name(code: str) -> str:
    """Return the language's name in that language, or the name in LANGUAGES."""
    try:
        return str(get_language_info(code)["name_local"])
    except KeyError:
        return str(dict(settings.LANGUAGES).get(code, code))


#: The font of a language's letters. Chinese is set in the reader's own.
_FONTS = {
    "en": "newsroom-serif-latin",
    "ru": "newsroom-serif-cyrillic",
    "ur": "noto-nastaliq-urdu",
}


@register.simple_tag
def fonts_of(page_language: str, languages_shown: Collection[str]) -> list[str]:
    """The static files of the fonts that a page needs, that of its own language first.

    Latin letters stand on every page, in the site's name. A browser that finds the others by itself
    takes them for more urgent than the picture that leads.
    """
    languages = dict.fromkeys([page_language, "en", *sorted(languages_shown)])
    return [f"newsroom/fonts/{_FONTS[code]}.woff2" for code in languages if code in _FONTS]


def direction(code: str) -> str:
    """Return "rtl" or "ltr", the direction of the language ``code`` (BCP 47)."""
    try:
        rtl = get_language_info(code)["bidi"]
    except KeyError:
        rtl = code in _RIGHT_TO_LEFT
    return "rtl" if rtl else "ltr"


def direction_of(text: str) -> str:
    """Return "rtl" or "ltr", the direction of most letters of ``text``; "" where it has none."""
    kinds = [unicodedata.bidirectional(letter) for letter in text]
    left, right = kinds.count("L"), kinds.count("R") + kinds.count("AL")
    if left == right == 0:
        return ""
    return "rtl" if right > left else "ltr"


#: A block of rich text that contains no other block.
_BLOCK = re.compile(r"<(p|h2|h3|li)>((?:(?!<(?:p|h2|h3|li|ul|ol|blockquote)>).)*?)</\1>", re.DOTALL)
_TAG = re.compile(r"<[^>]*>")


@register.filter
def with_directions(body: str, language: str) -> SafeString:
    """Return clean rich text in which blocks that run against ``language`` carry a direction."""
    usual = direction(language)

    def block(found: re.Match[str]) -> str:
        own = direction_of(_TAG.sub("", found[2])) or usual
        return found[0] if own == usual else f'<{found[1]} dir="{own}">{found[2]}</{found[1]}>'

    return SafeString(_BLOCK.sub(block, body))


@register.filter
def in_language(code: str) -> SafeString:
    """Return the attributes ``lang`` and ``dir`` for a text in the language ``code`` (BCP 47).

    Without a code the direction follows the text's first letter.
    """
    if not code:
        return format_html('dir="{}"', "auto")
    return format_html('lang="{}" dir="{}"', code, direction(code))
