"""Template filter for the body of an article."""

from __future__ import annotations

from django import template
from django.utils.safestring import SafeString

register = template.Library()


@register.filter
def with_scrolling_tables(body: str) -> SafeString:
    """Return sanitized ``body`` as it is, each table in a box that scrolls on a narrow screen.

    The box takes the focus, so that it scrolls by keyboard too.
    """
    opened = body.replace("<table>", '<div class="scrolls" tabindex="0"><table>')
    return SafeString(opened.replace("</table>", "</table></div>"))
