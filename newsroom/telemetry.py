"""Errors told to Sentry and traces sent by OpenTelemetry: each by its setting, off without it.

``start`` is called where a process begins to serve or to work: in each process of the server and in
``manage.py worker``. Both libraries send from a thread of their own, keep a bounded number of what
waits and drop the rest: who reads the site does not wait for a receiver. What is sent is picked, so
that nothing which somebody typed, sent or is called by stands in it.
"""

from __future__ import annotations

import functools
import os
import tomllib
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

import django.db
import psycopg
from django.conf import settings

from newsroom.logs import log_number, request_id

if TYPE_CHECKING:
    from opentelemetry.propagators.textmap import TextMapPropagator
    from opentelemetry.sdk.trace import SpanProcessor
    from sentry_sdk.types import Event, Hint

#: The attributes of spans that are sent (OpenTelemetry's semantic conventions, and ours). Not among
#: them: addresses, which hold what was searched for and links that open something; who asked.
#: Statements have placeholders for values.
SENT = {
    *("http.request.method", "http.response.status_code", "http.route", "error.type"),
    *("db.system.name", "db.namespace", "db.operation.name", "db.query.text"),
    *("db.response.status_code", "exception.type"),
}
#: The attribute that says whether a job of the worker found something to do.
FOUND = "newsroom.found"
#: The most traces of a process that have begun to end; more are dropped.
MOST_TRACES = 1000
#: Seconds in which a receiver must answer ``manage.py doctor``.
PATIENCE = 3.0


@functools.cache
def version() -> str:
    """The version of this code, as pyproject.toml says."""
    text = (settings.BASE_DIR / "pyproject.toml").read_text(encoding="utf-8")
    return str(tomllib.loads(text)["project"]["version"])


def start() -> None:
    """Start what is set: once in a process, before Django reads the list of middleware."""
    if settings.SENTRY_DSN:
        _start_sentry()
    if settings.OTLP_TRACES:
        _start_tracing()


def run[T](name: str, job: Callable[[], T]) -> T:
    """Run ``job`` as a trace called ``name``; there is none where it returns nothing true."""
    if not settings.OTLP_TRACES:
        return job()
    from opentelemetry import trace

    with trace.get_tracer("newsroom").start_as_current_span(name) as span:
        result = job()
        span.set_attribute(FOUND, bool(result))
        return result


# Sentry -------------------------------------------------------------------------------------------


def _start_sentry() -> None:
    import sentry_sdk
    from sentry_sdk.integrations.atexit import AtexitIntegration
    from sentry_sdk.integrations.dedupe import DedupeIntegration
    from sentry_sdk.integrations.django import DjangoIntegration
    from sentry_sdk.integrations.excepthook import ExcepthookIntegration
    from sentry_sdk.integrations.logging import LoggingIntegration, ignore_logger
    from sentry_sdk.integrations.threading import ThreadingIntegration

    sentry_sdk.init(
        dsn=settings.SENTRY_DSN,
        release=f"newsroom@{version()}",
        default_integrations=False,
        auto_enabling_integrations=False,
        integrations=[
            DjangoIntegration(),
            LoggingIntegration(level=None, sentry_logs_level=None),
            ThreadingIntegration(),
            ExcepthookIntegration(),
            DedupeIntegration(),
            AtexitIntegration(callback=lambda pending, timeout: None),  # it prints by default
        ],
        before_send=_picked_event,
        send_default_pii=False,
        max_request_body_size="never",
        include_local_variables=False,
        max_breadcrumbs=0,
        auto_session_tracking=False,
    )
    ignore_logger("opentelemetry.*")  # a receiver of traces that is away is no error of ours
    ignore_logger("django.security.*")  # nor is what strangers send


def _picked_event(event: Event, hint: Hint) -> Event:
    """The event without what may be somebody's, and with the request's id and the log's number."""
    picked: Any = event
    picked["request"] = {"method": picked.get("request", {}).get("method", "")}
    for name in ("user", "extra", "breadcrumbs"):
        picked.pop(name, None)
    if picked.get("transaction_info", {}).get("source") != "route":
        picked.pop("transaction", None)  # an address as it was asked for
    if told := picked.get("logentry"):
        picked["logentry"] = {name: told.get("message") for name in ("message", "formatted")}
    for error in picked.get("exception", {}).get("values", []):
        said = str(error.get("value") or "").splitlines()
        # PostgreSQL's further lines quote rows.
        error["value"] = said[0] if said and _quotes_nothing(error) else ""
    tags = {"request": request_id.get(), "sequence": log_number() or ""}
    picked["tags"] = {name: str(value) for name, value in tags.items() if value}
    return event


def _quotes_nothing(error: Any) -> bool:
    """Whether the words of ``error``, as Sentry is told of it, hold no value of somebody.

    Python's own quote what was typed, mail servers' addresses; the database's do where data does
    not fit (class 22). The rest of them name tables, columns and constraints.
    """
    modules = {"django.db.utils": django.db.utils, "psycopg.errors": psycopg.errors}
    kind = getattr(modules.get(error.get("module")), str(error.get("type")), None)
    return kind is not None and not issubclass(kind, (django.db.DataError, psycopg.DataError))


# OpenTelemetry ------------------------------------------------------------------------------------


def _start_tracing() -> None:
    # Defaults of ours; whoever runs the site may set others.
    os.environ.setdefault("OTEL_SERVICE_NAME", "newsroom")
    os.environ.setdefault("OTEL_SEMCONV_STABILITY_OPT_IN", "http,database")
    os.environ.setdefault("OTEL_PYTHON_DJANGO_EXCLUDED_URLS", "/healthz$,/readyz$,/metrics$")
    import wrapt
    from opentelemetry import propagate, trace
    from opentelemetry.instrumentation.django import DjangoInstrumentor
    from opentelemetry.instrumentation.psycopg import PsycopgInstrumentor
    from opentelemetry.sdk.resources import Resource
    from opentelemetry.sdk.trace import TracerProvider

    provider = TracerProvider(resource=Resource.create({"service.version": version()}))
    provider.add_span_processor(_processor())
    trace.set_tracer_provider(provider)
    if os.environ.get("OTEL_PROPAGATORS", "none") == "none":
        propagate.set_global_textmap(_no_propagator())
    DjangoInstrumentor().instrument()
    PsycopgInstrumentor().instrument()
    if settings.PROCESS_KIND != "worker":
        return

    def run_task(wrapped: Callable[..., object], _: Any, args: Any, kwargs: Any) -> None:
        run(f"task {args[0].task_path}", lambda: (wrapped(*args, **kwargs),))

    wrapt.wrap_function_wrapper(
        "django_tasks_db.management.commands.db_worker", "Worker.run_task", run_task
    )


def _no_propagator() -> TextMapPropagator:
    """What lets no header join a trace or demand one: anybody can send it.

    The library's own for OTEL_PROPAGATORS=none breaks every request (1.45: no context at all).
    """
    from opentelemetry.context import Context
    from opentelemetry.propagators import textmap

    class NoPropagator(textmap.TextMapPropagator):
        def extract(
            self,
            carrier: Any,
            context: Context | None = None,
            getter: textmap.Getter[Any] = textmap.default_getter,
        ) -> Context:
            return Context() if context is None else context

        def inject(
            self,
            carrier: Any,
            context: Context | None = None,
            setter: textmap.Setter[Any] = textmap.default_setter,
        ) -> None:
            pass

        @property
        def fields(self) -> set[str]:
            return set()

    return NoPropagator()


def _processor() -> SpanProcessor:
    """What sends spans: whole traces, of requests and of jobs that found something to do.

    The worker looks for something to do twice a second; that would be a million traces a day.
    """
    from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
    from opentelemetry.sdk.trace import Event as SpanEvent
    from opentelemetry.sdk.trace import ReadableSpan
    from opentelemetry.sdk.trace.export import BatchSpanProcessor
    from opentelemetry.trace import SpanKind, Status

    def picked(attributes: Any) -> dict[str, Any]:
        return {name: value for name, value in (attributes or {}).items() if name in SENT}

    def picked_span(span: ReadableSpan) -> ReadableSpan:
        return ReadableSpan(
            name=span.name,
            context=span.context,
            parent=span.parent,
            resource=span.resource,
            attributes=picked(span.attributes),
            events=[
                SpanEvent(event.name, picked(event.attributes), event.timestamp)
                for event in span.events
            ],
            kind=span.kind,
            instrumentation_scope=span.instrumentation_scope,
            status=Status(span.status.status_code),
            start_time=span.start_time,
            end_time=span.end_time,
        )

    class Traces(BatchSpanProcessor):
        def __init__(self) -> None:
            super().__init__(OTLPSpanExporter())
            self.ended: dict[int, list[ReadableSpan]] = {}

        def on_end(self, span: ReadableSpan) -> None:
            trace = span.context.trace_id
            if span.parent and not span.parent.is_remote:
                if trace in self.ended or len(self.ended) < MOST_TRACES:
                    self.ended.setdefault(trace, []).append(span)
                return
            whole = [*self.ended.pop(trace, []), span]
            found = (span.attributes or {}).get(FOUND, True)
            if found and span.kind is not SpanKind.CLIENT:
                for one in whole:
                    super().on_end(picked_span(one))

    return Traces()


# For manage.py doctor -----------------------------------------------------------------------------


def problems() -> Iterator[str]:
    """A sentence for each receiver that is set and does not take what it would be sent."""
    if settings.SENTRY_DSN:
        import urllib3
        from sentry_sdk.utils import Dsn

        auth = Dsn(settings.SENTRY_DSN).to_auth("newsroom")
        headers = {
            "X-Sentry-Auth": auth.to_header(),
            "Content-Type": "application/x-sentry-envelope",
        }
        try:
            answer = urllib3.request(
                "POST",
                auth.get_api_url(),
                body=b"{}\n",
                headers=headers,
                timeout=PATIENCE,
                retries=False,
            )
        except urllib3.exceptions.HTTPError as error:
            yield f"Sentry does not answer ({error}): errors stand in the log; check SENTRY_DSN."
        else:
            if answer.status in (401, 403, 404):
                yield (
                    f"Sentry refuses errors with the code {answer.status}: they stand in the log; "
                    "check SENTRY_DSN."
                )
    if settings.OTLP_TRACES:
        from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
        from opentelemetry.sdk.trace.export import SpanExportResult

        if OTLPSpanExporter(timeout=PATIENCE).export([]) is not SpanExportResult.SUCCESS:
            yield (
                f"{settings.OTLP_TRACES} takes no traces; check OTEL_EXPORTER_OTLP_ENDPOINT and "
                "OTEL_EXPORTER_OTLP_HEADERS."
            )
