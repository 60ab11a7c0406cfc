"""An edition as schema.org data for search engines (JSON-LD)."""

from __future__ import annotations

import json
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils.safestring import SafeString

from articles.models import Edition
from articles.ninjs import capacity_line, full_name, without_empty
from articles.snapshot import CapacityCard, EventCard, StatementCard


def news_article(edition: Edition) -> SafeString:
    """``NewsArticle`` with its corrections, quotations and event, ready for a script element."""
    snapshot = edition.snapshot
    event = snapshot["event"]
    data = without_empty(
        {
            "@context": "https://schema.org",
            "@type": "NewsArticle",
            "@id": _url("article", snapshot["slug"]),
            "url": _url("article", snapshot["slug"]),
            "headline": snapshot["headline"],
            "description": snapshot["standfirst"],
            "inLanguage": snapshot["language"],
            "datePublished": edition.first_published_at.isoformat(),
            "dateModified": edition.published_at.isoformat(),
            "version": edition.version,
            "dateline": snapshot["dateline"],
            "author": {"@type": "Organization", "name": snapshot["byline"]}
            if snapshot["byline"]
            else {},
            "publisher": {
                "@type": "Organization",
                "name": settings.SITE_NAME,
                "url": settings.SITE_URL + "/",
            },
            "articleSection": [topic["name"] for topic in snapshot["topics"]],
            "about": _event(event) if event else {},
            "citation": [
                _quotation(statement)
                for statement in snapshot["statements"]
                if statement["kind"] == "direct"
            ],
            "correction": [
                {"@type": "CorrectionComment", "text": row["note"], "datePublished": row["at"]}
                for row in edition.corrections
            ],
        }
    )
    # No text can end the script element.
    return SafeString(json.dumps(data, ensure_ascii=False).replace("<", "\\u003c"))


def _event(event: EventCard) -> dict[str, Any]:
    url = _url("event", event["slug"])
    return {"@type": "Event", "@id": url, "url": url, "name": event["name"]}


def _quotation(statement: StatementCard) -> dict[str, Any]:
    return {
        "@type": "Quotation",
        "text": statement["text"],
        "creator": _person(statement["capacity"]),
    }


def _person(capacity: CapacityCard) -> dict[str, Any]:
    return {
        "@type": "Person",
        "name": full_name(capacity["speaker"]),
        "url": _url("speaker", capacity["speaker"]["slug"]),
        "jobTitle": capacity_line(capacity),
    }


def _url(kind: str, slug: str) -> str:
    return settings.SITE_URL + reverse(kind, args=[slug])
