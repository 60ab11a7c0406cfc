"""The audit log: who did what, and when."""

from __future__ import annotations

from datetime import datetime

from django.contrib.auth.models import User
from django.db.models import Model
from django.utils import timezone

from articles.models import AuditEntry


def record(
    action: str, row: Model, *, by: User, note: str = "", at: datetime | None = None
) -> AuditEntry:
    """Note that ``by`` did ``deed`` to ``row``: an article, a speaker, an event and so on."""
    return AuditEntry.objects.create(
        at=at or timezone.now(),
        by=by,
        action=action,
        kind=str(row._meta.model_name),
        object_id=row.pk,
        title=str(row)[:300],
        note=note,
    )
