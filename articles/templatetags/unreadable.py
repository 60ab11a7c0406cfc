"""The template tag around what is shown of one thing among others."""

from __future__ import annotations

from typing import Any

from django import template
from django.template.base import FilterExpression, NodeList, Parser, Token
from django.utils.safestring import SafeString

from articles.unreadable import leave_out

register = template.Library()


class _UnlessBroken(template.Node):
    def __init__(self, row: FilterExpression, shown: NodeList) -> None:
        self.row, self.nodelist = row, shown

    def render(self, context: Any) -> SafeString:
        shown = SafeString("")
        depth = len(context.dicts)
        with leave_out(self.row.resolve(context)):
            shown = self.nodelist.render(context)
        del context.dicts[depth:]  # what a block that broke had put there
        return shown


@register.tag
def unless_broken(parser: Parser, token: Token) -> _UnlessBroken:
    """``{% unless_broken edition %}…{% endunless_broken %}``: nothing where showing it breaks."""
    _, row = token.split_contents()
    shown = parser.parse(("endunless_broken",))
    parser.delete_first_token()
    return _UnlessBroken(parser.compile_filter(row), shown)
