"""Template tags of the desk."""

from __future__ import annotations

from django import template
from django.db.models import QuerySet

from articles.editing import approval
from articles.models import ScheduledAction

register = template.Library()


@register.simple_tag
def edited_since_approval() -> QuerySet[ScheduledAction]:
    """The scheduled publications whose text was edited since it was approved, the next first."""
    return approval.edited_since_approval().select_related("article").order_by("at")
