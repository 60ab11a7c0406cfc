"""Watching the newsroom: numbers for Prometheus, a line for each request, a page for the desk.

``METRICS_TOKEN`` switches ``/metrics`` on, ``LOG_FORMAT=json`` the structured log (``logs.py``);
with neither, requests pay nothing for it. What the database knows is asked when somebody asks for
the numbers.
"""

from __future__ import annotations

import logging
import os
import re
import time
import uuid
from collections.abc import Callable, Iterator
from typing import NamedTuple, cast

from django.conf import settings
from django.contrib import admin, messages
from django.contrib.auth.decorators import permission_required
from django.contrib.auth.models import User
from django.core.exceptions import MiddlewareNotUsed
from django.db import DatabaseError, connection
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.utils.crypto import constant_time_compare
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from prometheus_client import (
    CONTENT_TYPE_LATEST,
    REGISTRY,
    CollectorRegistry,
    Counter,
    Histogram,
    generate_latest,
    multiprocess,
)
from prometheus_client.core import GaugeMetricFamily, Metric

from articles import replica
from articles.publishing.workflow import Refused
from newsroom import queues
from newsroom.logs import request_id
from newsroom.workers import worker_seen

type View = Callable[[HttpRequest], HttpResponse]

PATH = "/metrics"
#: The key in ``request.META`` that says where a page came from: ``kept`` or ``made``.
SOURCE = "newsroom.page"
#: The first part of an address, and what it is counted as; the rest is ``pages``.
AREAS = {"admin": "desk", "api": "feed", "static": "static", "media": "media", "preview": "desk"}

#: Addresses that begin so open something to whoever has them.
OPENING = ("/preview/", "/admin/account/password/")

REQUESTS = Counter("newsroom_requests", "Requests answered", ["area", "method", "code", "page"])
SECONDS = Histogram(
    "newsroom_request_seconds",
    "How long an answer took",
    ["area"],
    buckets=(0.001, 0.005, 0.02, 0.1, 0.5, 2, 10, 30),
)
_METHODS = {"GET", "HEAD", "POST", "OPTIONS", "PUT", "PATCH", "DELETE"}

logger = logging.getLogger("newsroom.requests")


# Numbers from the database ------------------------------------------------------------------------


class Number(NamedTuple):
    """A number of the newsroom; ``label`` is a partner's name where there is one for each.

    ``name`` is the metric's without ``newsroom_``.
    """

    name: str
    label: str
    value: float


#: What each number means; with the name of its label, if it has one.
HELP = {
    "log_sequence": ("The last number of the log", ""),
    "actions_due": ("Scheduled actions whose time has come", ""),
    "action_oldest_seconds": ("How long the oldest of them has been due", ""),
    "actions_broken": ("Scheduled actions that broke and are tried again", ""),
    "tasks_waiting": ("Queued tasks that are due", ""),
    "tasks_failed": ("Queued tasks that failed in the last day", ""),
    "unreadable": ("Public things that cannot be shown", ""),
    "pictures_waiting": ("Uploads whose files are not made yet", ""),
    "releases_waiting": ("Releases by mail that nobody has taken", ""),
    "erasures_waiting": ("Erasures that wait for a second person", ""),
    "deliveries_due": ("Deliveries to a partner's webhooks that are due", "partner"),
    "delivery_oldest_seconds": ("How long the oldest of them has been waiting", "partner"),
    "partner_lag_changes": ("Changes that a partner's webhook has not been sent", "partner"),
    "webhooks_off": ("Webhooks of a partner that were switched off", "partner"),
    "stored_pages_bytes": ("Size of the table of stored pages", ""),
    "replicas_away": ("Replicas that do not answer", ""),
    "replica_lag_changes": ("Changes that a replica has not", ""),
    "replica_lag_seconds": ("How old the oldest of them is", ""),
}

_NUMBERS = """
    WITH head AS (SELECT coalesce(max(sequence), 0) AS sequence FROM articles_change),
    due AS (
        SELECT at FROM articles_scheduledaction WHERE at <= clock_timestamp()
    ),
    waiting AS (
        SELECT endpoint.partner_id, count(*) AS number, min(change.at) AS oldest
        FROM articles_delivery delivery
        JOIN articles_endpoint endpoint ON endpoint.id = delivery.endpoint_id
        JOIN articles_change change ON change.sequence = delivery.change_id
        WHERE delivery.due_at IS NOT NULL AND endpoint.active GROUP BY 1
    ),
    hooks AS (
        SELECT partner.id, partner.name, max(head.sequence - endpoint.cursor) AS behind,
            count(*) FILTER (WHERE NOT endpoint.active) AS off
        FROM articles_partner partner JOIN articles_endpoint endpoint
            ON endpoint.partner_id = partner.id, head GROUP BY 1, 2
    )
    SELECT 'log_sequence', '', sequence::float FROM head
    UNION ALL SELECT 'actions_due', '', count(*) FROM due
    UNION ALL SELECT 'action_oldest_seconds', '',
        coalesce(extract(epoch FROM clock_timestamp() - min(at)), 0) FROM due
    UNION ALL SELECT 'actions_broken', '', count(*) FROM articles_scheduledaction
        WHERE attempts > 0
    UNION ALL SELECT 'tasks_waiting', '', count(*) FROM django_tasks_database_dbtaskresult
        WHERE status = 'READY' AND (run_after IS NULL OR run_after <= clock_timestamp())
    UNION ALL SELECT 'tasks_failed', '', count(*) FROM django_tasks_database_dbtaskresult
        WHERE status = 'FAILED' AND finished_at > clock_timestamp() - interval '1 day'
    UNION ALL SELECT 'unreadable', '', count(*) FROM articles_unreadable
    UNION ALL SELECT 'pictures_waiting', '', count(*) FROM articles_pictureupload
        WHERE retry_at IS NOT NULL
    UNION ALL SELECT 'releases_waiting', '', count(*) FROM articles_receivedrelease
        WHERE state = 'new'
    UNION ALL SELECT 'erasures_waiting', '', count(*) FROM articles_erasure
        WHERE confirmed_by_id IS NULL
            AND EXISTS (SELECT FROM articles_article WHERE id = article_ids[1])
    UNION ALL SELECT 'deliveries_due', name, coalesce(number, 0)
        FROM hooks LEFT JOIN waiting ON partner_id = id
    UNION ALL SELECT 'delivery_oldest_seconds', name,
        coalesce(extract(epoch FROM clock_timestamp() - oldest), 0)
        FROM hooks LEFT JOIN waiting ON partner_id = id
    UNION ALL SELECT 'partner_lag_changes', name, behind + coalesce(number, 0)
        FROM hooks LEFT JOIN waiting ON partner_id = id
    UNION ALL SELECT 'webhooks_off', name, off FROM hooks
    UNION ALL SELECT 'stored_pages_bytes', '', pg_total_relation_size('articles_storedpage')
"""


def numbers() -> list[Number]:
    """What the database knows: queues, the oldest in each, partners; how far a replica is behind.

    One query, and two for a replica.

    Raises DatabaseError as the database does.
    """
    with connection.cursor() as cursor:
        cursor.execute(_NUMBERS)
        found = [Number(name, label, float(value)) for name, label, value in cursor.fetchall()]
    there = replica.state() or replica.State(is_up=True)
    return [
        *found,
        Number("replicas_away", "", not there.is_up),
        Number("replica_lag_changes", "", there.changes),
        Number("replica_lag_seconds", "", there.seconds),
    ]


class DatabaseCollector:
    """The numbers of the database, and whether it answers at all, as Prometheus reads them."""

    def collect(self) -> Iterator[Metric]:
        """Ask the database, each time somebody asks for the numbers."""
        up = GaugeMetricFamily("newsroom_database_up", "Whether the database answers")
        try:
            found, seen = numbers(), worker_seen()
        except DatabaseError:
            up.add_metric([], 0)
            yield up
            return
        up.add_metric([], 1)
        yield up
        families = {
            name: GaugeMetricFamily(f"newsroom_{name}", text, labels=[label] if label else [])
            for name, (text, label) in HELP.items()
        }
        for number in found:
            families[number.name].add_metric([number.label] if number.label else [], number.value)
        yield from families.values()
        worker = GaugeMetricFamily(
            "newsroom_worker_seen_seconds",
            "How long ago a worker wrote that it lives; -1 for never",
        )
        worker.add_metric([], -1 if seen is None else seen)
        yield worker


@require_safe
@never_cache
def metrics(request: HttpRequest) -> HttpResponse:
    """The numbers for Prometheus; 404 without ``Authorization: Bearer`` and METRICS_TOKEN."""
    given = request.headers.get("Authorization", "")
    token = settings.METRICS_TOKEN
    if not token or not constant_time_compare(given, f"Bearer {token}"):
        raise Http404
    parts = [generate_latest(REGISTRY)]
    if "PROMETHEUS_MULTIPROC_DIR" in os.environ:
        # Several processes behind one port: each writes to files there, whoever is asked adds up.
        shared = CollectorRegistry()
        multiprocess.MultiProcessCollector(shared)  # type: ignore[no-untyped-call] # untyped there
        parts = [generate_latest(shared)]
    own = CollectorRegistry()
    own.register(DatabaseCollector())
    return HttpResponse(b"".join([*parts, generate_latest(own)]), CONTENT_TYPE_LATEST)


@permission_required("articles.publish_article", raise_exception=True)
def status(request: HttpRequest) -> HttpResponse:
    """The same numbers for the desk, and what is stuck. A POST tries one again or drops it."""
    if "action" in request.POST:
        named = [request.POST.get(name, "") for name in ("queue", "key", "action")]
        try:
            queues.act(*named, by=cast(User, request.user))
        except Refused as refused:
            messages.error(request, " ".join(refused.messages))
        else:
            messages.success(request, "Tried again." if named[2] == "again" else "Dropped.")
        return HttpResponseRedirect(request.path)
    seen = worker_seen()
    rows = [
        (HELP[number.name][0], number.label, number.value)
        for number in numbers()
        if number.value or not number.label
    ]
    context = {
        **admin.site.each_context(request),
        "title": "Status",
        "rows": rows,
        "stuck": queues.stuck(),
        "worker": None if seen is None else round(seen),
        "worker_away": seen is None or seen > 30,
    }
    return TemplateResponse(request, "admin/status.html", context)


# Requests -----------------------------------------------------------------------------------------

_GIVEN = re.compile(r"[A-Za-z0-9_.-]{8,64}")


def watch_requests(get_response: View) -> View:
    """Count requests, and write a line for each; give each an id, the proxy's if it sent one.

    The id (``X-Request-Id``) stands in every line that is logged meanwhile. The line has the path
    without its query: what people search for is theirs. Of a path that opens something (a preview,
    a new password) only the beginning is there.
    """
    if not (settings.METRICS_TOKEN or settings.SENTRY_DSN or settings.LOG_FORMAT == "json"):
        raise MiddlewareNotUsed

    def middleware(request: HttpRequest) -> HttpResponse:
        started = time.perf_counter()
        given = request.META.get("HTTP_X_REQUEST_ID", "")
        token = request_id.set(given if _GIVEN.fullmatch(given) else uuid.uuid4().hex)
        try:
            response = get_response(request)
            seconds = time.perf_counter() - started
            area = AREAS.get(request.path.split("/", 2)[1], "pages")
            method = request.method if request.method in _METHODS else "other"
            page = str(request.META.get(SOURCE, "none"))
            REQUESTS.labels(area, method, str(response.status_code), page).inc()
            SECONDS.labels(area).observe(seconds)
            if logger.isEnabledFor(logging.INFO):
                opening = (start for start in OPENING if request.path.startswith(start))
                path = next((f"{start}…" for start in opening), request.path)
                extra = {
                    "method": method,
                    "path": path,
                    "status": response.status_code,
                    "milliseconds": round(seconds * 1000, 1),
                    "page": page,
                }
                logger.info("%s %s", method, path, extra=extra)
            return response
        finally:
            request_id.reset(token)

    return middleware
