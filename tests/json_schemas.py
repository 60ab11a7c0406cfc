"""Validators of JSON Schema."""

from __future__ import annotations

from typing import Any


def validator(schema: dict[str, Any], **options: Any) -> Any:
    """A validator of ``schema`` by the draft that it names (else 2020-12), formats included."""
    # Loaded when it is needed: the grammar of addresses takes four seconds in every process.
    from jsonschema import Draft202012Validator, FormatChecker, validators

    draft = validators.validator_for(schema, default=Draft202012Validator)
    return draft(schema, format_checker=FormatChecker(), **options)
