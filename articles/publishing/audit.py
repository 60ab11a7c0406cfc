"""The audit log: who did what, and when."""

from __future__ import annotations

from django.contrib.auth.models import User
from django.db.models import Model

from articles.models import AuditEntry


def record(action: str, row: Model, *, by: User | None, note: str = "") -> AuditEntry:
    """Add an entry: ``by`` did ``action`` to ``row`` (an article, a speaker, a webhook, a key).

    Where nobody was signed in, ``by`` is None. ``note`` says what the action's name does not, in a
    few words.
    """
    return AuditEntry.objects.create(
        by=by,
        action=action,
        kind=str(row._meta.model_name),
        object_id=row.pk,
        title=str(row)[:300],
        note=note,
    )
