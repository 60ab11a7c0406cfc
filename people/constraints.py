"""What a form says when the database would refuse: a sentence, at the field that it is about."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Collection
from typing import Any

from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.db import models
from django.db.models import BaseConstraint

#: ``violation_error_code`` of a constraint whose message belongs to the field named after this.
AT = "at:"

#: PostgreSQL's pattern of a text in which something is seen: blanks and characters without a shape
#: (U+200B and its like) alone are nobody's name.
VISIBLE = (
    r"[^\s\u00ad\u0300-\u036f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u2028-\u202e"
    r"\u2060-\u206f\u2800\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufffb\U000e0000-\U000e0fff]"
)


#: What ends a line, or moves on in it as a table does.
LINE_ENDS = re.compile(r"\s*[\t\n\v\f\r\x1c-\x1e\x85\u2028\u2029]\s*")


def is_visible(text: str) -> bool:
    """Whether something is seen in ``text``: what ``VISIBLE`` asks of a column."""
    return re.search(VISIBLE, text) is not None


def says(field: str, message: str) -> dict[str, Any]:
    """The arguments of a constraint that answers with ``message`` at ``field``."""
    return {"violation_error_code": AT + field, "violation_error_message": message}


def field_of(constraint: BaseConstraint) -> str:
    """The field at which ``constraint`` answers; "" when it names none."""
    return str(constraint.violation_error_code or "").removeprefix(AT)


class ConstrainedModel(models.Model):
    """A model whose constraints are all checked by its forms, and answer at their fields.

    What is one line stays one, whatever was pasted; optional words without a visible sign are none.
    """

    class Meta:
        abstract = True

    def clean_fields(self, exclude: Collection[str] | None = None) -> None:
        """Put a blank in the place of each end of a line, in fields of one line."""
        for field in self._meta.local_fields:
            text = getattr(self, field.attname) if isinstance(field, models.CharField) else None
            if isinstance(text, str) and field.editable:
                text = LINE_ENDS.sub(" ", text).strip()
                setattr(self, field.attname, text if is_visible(text) or not field.blank else "")
        super().clean_fields(exclude=exclude)

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
