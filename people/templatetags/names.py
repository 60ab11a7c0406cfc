"""Template filters for names and capacities."""

from __future__ import annotations

from django import template

from people.names import capacity_line, full_name, main_capacity

register = template.Library()
register.filter(capacity_line)
register.filter(full_name)
register.filter(main_capacity)
