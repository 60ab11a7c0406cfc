"""What lists of the feed can be asked for; anything else is refused with what there is."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from rest_framework import serializers
from rest_framework.request import Request

#: These are the cursor's own.
PAGING = {"cursor", "limit"}

#: The keys of an item that can be asked for alone; ``uri`` always comes along.
FIELDS = [
    *("type", "representationType", "version", "firstCreated", "versionCreated", "pubStatus"),
    *("embargoedUntil", "edNote", "language", "slugline", "by", "located", "headlines"),
    *("descriptions", "bodies", "infoSources", "people", "organisations", "subjects", "events"),
    *("renditions", "associations", "standard"),
]


class Fields(serializers.CharField):
    """Keys with commas between them."""

    def to_internal_value(self, data: Any) -> Any:
        names = [name.strip() for name in str(data).split(",") if name.strip()]
        if unknown := [name for name in names if name not in (*FIELDS, "uri")]:
            raise serializers.ValidationError(
                f"There is no field “{unknown[0][:40]}”; choose from {', '.join(FIELDS)}."
            )
        return names


class Query(serializers.Serializer):
    """The query string of a list."""

    def to_internal_value(self, data: Any) -> Any:
        valid = sorted({*self.fields, *PAGING})
        for name in data:
            if name not in valid:
                raise serializers.ValidationError(
                    {name[:40]: [f"There is no such parameter; choose from {', '.join(valid)}."]}
                )
        return super().to_internal_value(data)

    @classmethod
    def of(cls, request: Request) -> dict[str, Any]:
        """What ``request`` asks for; ValidationError, a sentence each, for what it cannot."""
        query = cls(data=request.query_params)
        query.is_valid(raise_exception=True)
        return query.validated_data


class ArticleQuery(Query):
    """Which articles, in which order, and which of their keys."""

    speaker = serializers.UUIDField(required=False, help_text="Quoted in it, or at its event.")
    organization = serializers.UUIDField(required=False)
    event = serializers.UUIDField(required=False)
    topic = serializers.UUIDField(required=False)
    language = serializers.CharField(required=False, max_length=35, help_text="BCP 47.")
    published_since = serializers.DateTimeField(required=False)
    published_until = serializers.DateTimeField(required=False)
    updated_since = serializers.DateTimeField(required=False)
    order = serializers.ChoiceField(["changed", "published"], default="changed")
    fields_ = Fields(required=False)

    def get_fields(self) -> dict[str, Any]:
        """``fields`` is a name of the serializer's own, so it is declared with an underscore."""
        fields = super().get_fields()
        fields["fields"] = fields.pop("fields_")
        return fields


#: How each filter is asked of the editions.
LOOKUPS = {
    "speaker": "speakers",
    "organization": "organizations",
    "event": "event",
    "topic": "topics",
    "language": "snapshot__language",
    "published_since": "first_published_at__gte",
    "published_until": "first_published_at__lt",
    "updated_since": "published_at__gte",
}


def narrowed(editions: QuerySet[Any], query: dict[str, Any]) -> QuerySet[Any]:
    """Only the editions that ``query`` asks for."""
    return editions.filter(
        **{LOOKUPS[name]: value for name, value in query.items() if name in LOOKUPS}
    )


def chosen(item: dict[str, Any], query: dict[str, Any]) -> dict[str, Any]:
    """``item`` with the keys that ``query`` asks for; all of it when it does not say."""
    names = query.get("fields")
    if not names:
        return item
    return {name: value for name, value in item.items() if name in (*names, "uri")}
