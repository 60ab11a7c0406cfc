"""Template tags of the desk."""

from __future__ import annotations

from typing import Any

from django import template

from articles.admin import my_work as desk

register = template.Library()


@register.simple_tag(takes_context=True)
def my_work(context: dict[str, Any]) -> desk.MyWork:
    """What the user of this request should see first."""
    return desk.my_work(context["request"].user)
