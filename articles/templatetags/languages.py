"""How templates mark the language of a text."""

from __future__ import annotations

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
    """What the language ``code`` calls itself; LANGUAGES' name where Django does not know it."""
    try:
        return str(get_language_info(code)["name_local"])
    except KeyError:
        return str(dict(settings.LANGUAGES).get(code, code))


@register.filter
def in_language(code: str) -> SafeString:
    """The attributes of an element whose text is in the language ``code`` (BCP 47)."""
    try:
        rtl = get_language_info(code)["bidi"]
    except KeyError:
        rtl = code in _RIGHT_TO_LEFT
    return format_html('lang="{}" dir="{}"', code, "rtl" if rtl else "ltr")
