"""What a form says when the database would refuse: a sentence, at the field that it is about."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from typing import Any

from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.db import models
from django.db.models import BaseConstraint

#: ``violation_error_code`` of a constraint whose message belongs to the field named after this.
AT = "at:"


def says(field: str, message: str) -> dict[str, Any]:
    """The arguments of a constraint that answers with ``message`` at ``field``."""
    return {"violation_error_code": AT + field, "violation_error_message": message}


def field_of(constraint: BaseConstraint) -> str:
    """The field at which ``constraint`` answers; "" when it names none."""
    return str(constraint.violation_error_code or "").removeprefix(AT)


class ConstrainedModel(models.Model):
    """A model whose constraints are all checked by its forms, and answer at their fields."""

    class Meta:
        abstract = True

    def validate_constraints(self, exclude: Collection[str] | None = None) -> None:
        """Raise ValidationError with a message for each constraint that is violated.

        Django leaves out constraints on generated columns, because no form has such a field; the
        columns are computed here from what the form has.
        """
        generated = {field.name for field in self._meta.local_fields if field.generated}
        try:
            super().validate_constraints(exclude=set(exclude or ()) - generated)
        except ValidationError as error:
            raise ValidationError(_at_fields(error)) from error


def _at_fields(error: ValidationError) -> dict[str, list[ValidationError]]:
    found: dict[str, list[ValidationError]] = defaultdict(list)
    for field, errors in error.error_dict.items():
        for one in errors:
            code = str(one.code or "")
            name = code.removeprefix(AT) if code.startswith(AT) else field
            found[name or NON_FIELD_ERRORS].append(one)
    return found
