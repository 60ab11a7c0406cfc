"""ninjs 2.2 for systems that do not read 3.1 yet.

2.x spells keys in lower case and has no items of type ``event`` and no dates of events; events
become components, their dates ``descriptions``.
"""

from __future__ import annotations

from typing import Any

STANDARD = {
    "name": "ninjs",
    "version": "2.2",
    "schema": "http://www.iptc.org/std/ninjs/ninjs-schema_2.2.json#",
}
_RENAMED = {"embargoedUntil": "embargoed"}
#: Keys that 2.x does not have.
_UNKNOWN = {"poi"}


def to_ninjs_2_2(item: dict[str, Any]) -> dict[str, Any]:
    """Return a ninjs 3.1 ``item``, or some of its keys, as ninjs 2.2."""
    return _item(item) | ({"standard": STANDARD} if "standard" in item else {})


def _item(item: dict[str, Any]) -> dict[str, Any]:
    old = {_name(key): _value(value) for key, value in item.items()}
    old.pop("rel", None)
    if old.get("type") == "event":
        old["type"] = "component"
    if details := old.pop("eventdetails", None):
        old["descriptions"] = [
            *old.get("descriptions", []),
            *(
                {"role": role, "contenttype": "text/plain", "value": value}
                for role, value in details["dates"].items()
            ),
        ]
    if "associations" in item:
        old["associations"] = [_item(part) for part in item["associations"]]
    return old


def _value(value: Any) -> Any:
    if isinstance(value, list):
        return [_value(entry) for entry in value]
    if isinstance(value, dict):
        return {_name(key): _value(entry) for key, entry in value.items() if key not in _UNKNOWN}
    return value


def _name(key: str) -> str:
    return _RENAMED.get(key, key.lower())
