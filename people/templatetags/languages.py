"""How templates mark the language of a text."""

from __future__ import annotations

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language_info

register = template.Library()


@register.filter
def in_language(code: str) -> SafeString:
    """The attributes of an element whose text is in the language ``code`` (BCP 47)."""
    try:
        rtl = get_language_info(code)["bidi"]
    except KeyError:
        rtl = False
    return format_html('lang="{}" dir="{}"', code, "rtl" if rtl else "ltr")
