"""The feed as one writes it at first: ModelSerializers over the working copy, fairly prefetched."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers
from rest_framework.generics import ListAPIView
from rest_framework.pagination import CursorPagination

from articles.models import Article, Event, Statement, Topic
from benchmarks.rows import WRITTEN
from people.models import Affiliation, Organization, Speaker


class OrganizationSerializer(serializers.ModelSerializer):
    class Meta:
        model = Organization
        fields = ["id", "slug", "name", "short_name", "place"]


class SpeakerSerializer(serializers.ModelSerializer):
    class Meta:
        model = Speaker
        fields = ["id", "slug", "name", "honorific_prefix"]


class CapacitySerializer(serializers.ModelSerializer):
    speaker = SpeakerSerializer()
    organization = OrganizationSerializer()

    class Meta:
        model = Affiliation
        fields = ["id", "title", "since", "until", "speaker", "organization"]


class StatementSerializer(serializers.ModelSerializer):
    capacity = CapacitySerializer()

    class Meta:
        model = Statement
        fields = ["id", "number", "kind", "text", "passage", "capacity"]


class TopicSerializer(serializers.ModelSerializer):
    class Meta:
        model = Topic
        fields = ["id", "slug", "name", "uri"]


class EventSerializer(serializers.ModelSerializer):
    organizers = OrganizationSerializer(many=True)
    capacities = CapacitySerializer(many=True)

    class Meta:
        model = Event
        fields = [
            *("id", "slug", "name", "kind", "format", "place", "start_date", "start_time"),
            *("end_date", "end_time", "time_zone", "date_words", "attendance", "covered_live"),
            *("live_coverage", "organizers", "capacities"),
        ]


class ArticleSerializer(serializers.ModelSerializer):
    topics = TopicSerializer(many=True)
    event = EventSerializer()
    statements = StatementSerializer(many=True)

    class Meta:
        model = Article
        fields = [
            *("id", "slug", "language", "headline", "standfirst", "dateline", "byline", "source"),
            *("body", "created_at", "topics", "event", "statements"),
        ]


class BySlug(CursorPagination):
    page_size = 20
    ordering = "slug"


class PlainFeed(ListAPIView):
    """Twenty articles a page, everything they name inside them, in as few queries as Django can."""

    serializer_class = ArticleSerializer
    pagination_class: Any = BySlug
    queryset = (
        Article.objects.filter(slug__in=[f"copy-{n}" for n in range(1, WRITTEN + 1)])
        .select_related("event")
        .prefetch_related(
            "topics",
            "event__organizers",
            "event__capacities__speaker",
            "event__capacities__organization",
            "statements__capacity__speaker",
            "statements__capacity__organization",
        )
    )
