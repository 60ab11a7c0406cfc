"""The field in which frozen documents are kept."""

from __future__ import annotations

from typing import Any

from django.db import models

from articles.frozen import VERSION, UnknownVersion, Unread, upgrade


class FrozenField(models.JSONField):
    """A frozen document as JSON: written with its version, read through ``frozen.upgrade``."""

    def get_prep_value(self, value: Any) -> Any:
        """Return ``value`` with its version, as it is stored."""
        return super().get_prep_value({"v": VERSION, **value} if isinstance(value, dict) else value)

    def from_db_value(self, value: Any, expression: Any, connection: Any) -> Any:
        """Return the stored document in today's shape; what is not one stays as it is.

        One that cannot be read is an ``Unread``.
        """
        try:
            value = super().from_db_value(value, expression, connection)
            return upgrade(value) if isinstance(value, dict) and "v" in value else value
        except (UnknownVersion, ValueError, RecursionError) as error:
            return Unread(error)
