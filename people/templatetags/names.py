"""The template filter for capacities."""

from __future__ import annotations

from django import template

from people.names import capacity_line

register = template.Library()
register.filter(capacity_line)
