"""The query parameters of the feed; unknown ones are refused with the list of valid ones."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers
from rest_framework.exceptions import PermissionDenied
from rest_framework.request import Request

from articles.models import Edition, languages
from articles.partners.access import ALL, Rights
from articles.search.query import matching
from people.models import Speaker

#: Items a page unless told, and at most.
PAGE, MOST = 20, 100
#: The longest time to wait for a change, in seconds.
LONGEST = 30
#: No number of the log is larger (bigint).
LARGEST = 2**63 - 1

#: The keys of an item that ``fields`` can choose; ``uri`` is always included.
FIELDS = [
    *("type", "representationType", "version", "firstCreated", "versionCreated", "pubStatus"),
    *("embargoedUntil", "edNote", "language", "slugline", "by", "located", "headlines"),
    *("descriptions", "bodies", "infoSources", "people", "organisations", "subjects", "events"),
    *("rightsInfo", "usageTerms", "copyrightHolder", "copyrightNotice"),
    *("renditions", "associations", "standard"),
]


class Number(serializers.IntegerField):
    """A whole number from 0 up in ASCII digits; larger ones become ``clamp``."""

    default_error_messages = {"invalid": "“{given}” is not a whole number from 0 up."}

    def __init__(self, *, clamp: int = LARGEST, **kwargs: Any) -> None:
        self.clamp = clamp
        super().__init__(min_value=0, required=False, **kwargs)

    def to_internal_value(self, data: Any) -> int:
        given = str(data)
        if not (given.isascii() and given.isdigit()) or len(given) > 1000:
            self.fail("invalid", given=given[:40])
        return min(int(given), self.clamp)


@extend_schema_field({"type": "array", "items": {"type": "string", "enum": ["uri", *FIELDS]}})
class Fields(serializers.CharField):
    """Keys of an item, separated by commas."""

    def to_internal_value(self, data: Any) -> Any:
        names = [name.strip() for name in str(data).split(",")]
        if unknown := [name for name in names if name not in (*FIELDS, "uri")]:
            raise serializers.ValidationError(
                f"There is no field “{unknown[0][:40]}”; choose from {', '.join(FIELDS)}."
            )
        return names


def _any_case(word: str) -> str:
    """A regular expression that matches ``word`` in capital and small letters."""
    return "".join(f"[{c.upper()}{c.lower()}]" if c.isalpha() else c for c in word)


@extend_schema_field(
    {"type": "string", "pattern": f"^({'|'.join(_any_case(code) for code, _ in languages())})?$"}
)
class Language(serializers.CharField):
    """A language that articles are written in, whatever its letters' case (BCP 47)."""

    def to_internal_value(self, data: Any) -> str:
        codes = [code for code, _ in languages()]
        found = next((code for code in codes if code.lower() == str(data).lower()), None)
        if data and found is None:
            raise serializers.ValidationError(
                f"There is no language “{str(data)[:40]}” here; choose from {', '.join(codes)}."
            )
        return found or ""


class Query(serializers.Serializer):
    """The query string of an address. This one takes no parameters; subclasses add them."""

    def to_internal_value(self, data: Any) -> Any:
        for name in data:
            if name not in self.fields:
                valid = ", ".join(sorted(self.fields)) or "none"
                raise serializers.ValidationError(
                    {name[:40]: [f"There is no such parameter; choose from {valid}."]}
                )
        return super().to_internal_value(data)

    @classmethod
    def of(cls, request: Request) -> dict[str, Any]:
        """Return the parameters of ``request``. Raises ValidationError, a sentence each."""
        # An empty value is not a missing one. Repeated values are joined, so none is dropped.
        given = {name: ",".join(values) for name, values in request.query_params.lists()}
        query = cls(data=given)
        query.is_valid(raise_exception=True)
        return query.validated_data


class ListQuery(Query):
    """Which page of a list."""

    cursor = Number(help_text="From `next`: the number behind which the page begins.")
    limit = Number(clamp=MOST, default=PAGE, help_text=f"Items a page; {MOST} at most.")

    def validate_limit(self, limit: int) -> int:
        return limit or PAGE


class ChangeQuery(Query):
    """Which part of the log."""

    after = Number(default=0, help_text="The last sequence number you have; 0 for everything.")
    limit = Number(clamp=MOST, default=PAGE, help_text=f"Changes a page; {MOST} at most.")
    wait = Number(
        clamp=LONGEST,
        default=0,
        help_text=f"Seconds to wait for a change when there is none yet; {LONGEST} at most.",
    )
    latest = serializers.BooleanField(
        default=False, help_text="Each item once, with its latest change only."
    )

    def validate_limit(self, limit: int) -> int:
        return limit or PAGE


class BulkQuery(Query):
    """Where the stream continues."""

    after = Number(default=0, help_text="The `sequence` of the last line you have; 0 for all.")


class ArticleQuery(ListQuery):
    """Which articles, in which order, and which of their keys."""

    q = serializers.RegexField(
        r"^[^\x00]*$",
        required=False,
        max_length=200,
        allow_blank=True,
        help_text="Words to find in headline, standfirst or body; “quoted” for a phrase.",
    )
    speaker = serializers.UUIDField(required=False, help_text="Quoted in it, or at its event.")
    organization = serializers.UUIDField(required=False)
    event = serializers.UUIDField(required=False)
    topic = serializers.UUIDField(required=False)
    language = Language(required=False, allow_blank=True, help_text="BCP 47, in any case.")
    published_since = serializers.DateTimeField(required=False)
    published_until = serializers.DateTimeField(required=False)
    updated_since = serializers.DateTimeField(required=False)
    order = serializers.ChoiceField(["changed", "published"], default="changed")
    fields_ = Fields(required=False, help_text="Only these keys of each item.")

    def get_fields(self) -> dict[str, Any]:
        """Rename ``fields_``: a serializer's attribute cannot be called ``fields``."""
        fields = super().get_fields()
        fields["fields"] = fields.pop("fields_")
        return fields


#: The lookup on editions for each parameter.
LOOKUPS = {
    "speaker": "speakers",
    "organization": "organizations",
    "event": "event",
    "topic": "topics",
    "language": "language",
    "published_since": "first_published_at__gte",
    "published_until": "first_published_at__lt",
    "updated_since": "published_at__gte",
}


def allowed(query: dict[str, Any], rights: Rights) -> None:
    """Raise PermissionDenied when ``query`` asks beyond ``rights``, whether or not it exists."""
    if rights.subscription_only:
        topic, language = query.get("topic"), query.get("language")
        if topic and rights.topics != ALL and topic not in rights.topics:
            raise PermissionDenied("Your subscription does not cover this topic.")
        if language and rights.languages != ALL and language not in rights.languages:
            raise PermissionDenied("Your subscription does not cover this language.")
    if not rights.reads_text and "bodies" in query.get("fields", ()):
        raise PermissionDenied("Your subscription does not cover the bodies of articles.")


def narrowed(editions: QuerySet[Edition], query: dict[str, Any]) -> QuerySet[Edition]:
    """Filter ``editions`` by ``query``. A speaker that was merged is the one that is left."""
    if speaker := query.get("speaker"):
        merged = Speaker.objects.filter(pk=speaker, merged_into__isnull=False)
        left = merged.values_list("merged_into", flat=True).first()
        query = query | {"speaker": left or speaker}
    asked = {LOOKUPS[name]: value for name, value in query.items() if name in LOOKUPS and value}
    editions = editions.filter(**asked)
    return editions.filter(matching(query["q"])) if query.get("q", "").strip() else editions


def chosen(item: dict[str, Any], query: dict[str, Any]) -> dict[str, Any]:
    """``item`` with the keys that ``query`` asks for; all of it when it does not say."""
    names = query.get("fields")
    if not names:
        return item
    return {name: value for name, value in item.items() if name in (*names, "uri")}
