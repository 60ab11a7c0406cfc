"""Errors told to Sentry and traces sent by OpenTelemetry, by real processes to a server of ours."""

from __future__ import annotations

import gzip
import json
import os
import signal
import socket
import threading
import time
import tomllib
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from opentelemetry.proto.trace.v1.trace_pb2 import Span

from newsroom.telemetry import version
from tests.newsroom.serving import Site, granian, make_demo, start_worker, wait_until
from tests.newsroom.test_settings import PRODUCTION as SETTINGS
from tests.processes import ROOT, python, start
from tests.receiver import Receiver, receiver

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(os.name == "nt", reason="Windows ends programs without signals"),
]

#: What must never leave: it stands in the query, headers, cookies and bodies that a test sends.
SECRET = "nrk-of-somebody"
#: Which request it was.
REQUEST_ID = "a-request-of-ours"


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("telemetry") / "postgres"
    make_demo(folder)
    return folder


@pytest.fixture
def there() -> Iterator[Receiver]:
    """A server that takes what it is sent, as Sentry and a collector of traces do."""
    with receiver() as running:
        running.answer = lambda received: 200
        yield running


def sentry(there: Receiver) -> dict[str, str]:
    return {"SENTRY_DSN": there.url.replace("://", "://key@") + "1"}


def collector(there: Receiver) -> dict[str, str]:
    return {
        "OTEL_EXPORTER_OTLP_ENDPOINT": there.url,
        "OTEL_BSP_SCHEDULE_DELAY": "100",
        "OTEL_RESOURCE_ATTRIBUTES": "deployment.environment.name=test",
    }


def opened(there: Receiver) -> list[bytes]:
    """The bodies that arrived, no longer compressed."""
    return [
        gzip.decompress(one.body) if one.headers.get("content-encoding") == "gzip" else one.body
        for one in list(there.got)
    ]


def events(there: Receiver) -> list[dict[str, Any]]:
    """The events in the envelopes that arrived."""
    lines = [line for body in opened(there) for line in body.splitlines()]
    return [
        json.loads(event)
        for head, event in pairwise(lines)
        if json.loads(head).get("type") == "event"
    ]


def spans(there: Receiver) -> list[Span]:
    """The spans that arrived."""
    return [
        span
        for body in opened(there)
        for group in ExportTraceServiceRequest.FromString(body).resource_spans
        for scope in group.scope_spans
        for span in scope.spans
    ]


@contextmanager
def renamed(site: Site, table: str) -> Iterator[None]:
    """Break what needs ``table``, until the block ends."""
    site.sql(f"ALTER TABLE {table} RENAME TO elsewhere")
    try:
        yield
    finally:
        site.sql(f"ALTER TABLE elsewhere RENAME TO {table}")


def post(site: Site, path: str) -> int:
    """Send secrets in every part of a request; the status of the answer."""
    form = f"csrfmiddlewaretoken={'a' * 32}&login=ada-{SECRET}&password={SECRET}"
    request = urllib.request.Request(
        f"http://127.0.0.1:{site.port}{path}",
        data=form.encode(),
        headers={
            "Authorization": f"Api-Key {SECRET}",
            "Cookie": f"csrftoken={'a' * 32}; sessionid={SECRET}",
            "X-Forwarded-For": "203.0.113.9",
            "User-Agent": f"browser of {SECRET}",
            "X-Request-Id": REQUEST_ID,
            "traceparent": f"00-{'f' * 32}-{'f' * 16}-01",
        },
    )
    try:
        with urllib.request.urlopen(request, timeout=30) as answer:  # noqa: S310 - a site on loopback
            return int(answer.status)
    except urllib.error.HTTPError as error:
        with error:
            return error.code


# Sentry -------------------------------------------------------------------------------------------


def test_sentry_is_told_what_broke_and_nothing_of_who_asked(data: Path, there: Receiver) -> None:
    with granian(data, **sentry(there)) as site:
        site.ask("/")  # reads the head of the log
        with renamed(site, "auth_user"):
            assert post(site, f"/admin/login/?key={SECRET}") == 500
        wait_until(lambda: events(there))
        [[head]] = site.sql("SELECT max(sequence) FROM articles_change")
    [event] = events(there)
    assert event["release"] == f"newsroom@{version()}"
    assert event["tags"] == {"request": REQUEST_ID, "sequence": str(head)}
    assert event["transaction"] == "/admin/login/"
    assert event["request"] == {"method": "POST"}
    error = event["exception"]["values"][-1]
    assert (error["type"], error["value"]) == (
        "ProgrammingError",
        'relation "auth_user" does not exist',
    )
    frames = error["stacktrace"]["frames"]
    assert any(frame["module"] == "newsroom.sign_in" for frame in frames)
    assert not any("vars" in frame for frame in frames)
    everything = b"".join(opened(there)) + str([one.headers for one in there.got]).encode()
    for private in (SECRET, "203.0.113.9"):
        assert private.encode() not in everything
    assert not {"user", "extra", "breadcrumbs", "modules"} & set(event)


def test_sentry_is_told_what_breaks_in_a_worker(data: Path, there: Receiver) -> None:
    worker = start_worker(data, **sentry(there))
    try:
        with renamed(Site(0, data), "articles_endpoint"):
            wait_until(lambda: events(there))
    finally:
        worker.send_signal(signal.SIGTERM)
        worker.wait(timeout=60)
    event = events(there)[0]
    assert event["logentry"]["formatted"] == "send_due_deliveries broke; it is called again."
    assert event["exception"]["values"][-1]["type"] == "ProgrammingError"


BREAK = f"""
import logging, smtplib
import django
django.setup()
from newsroom import telemetry
telemetry.start()
import psycopg
log = logging.getLogger("newsroom")
def say(raises):
    try:
        raises()
    except Exception as error:
        log.exception("It broke: %s", error)
def refuse():
    raise smtplib.SMTPRecipientsRefused({{"{SECRET}@example.org": (550, b"unknown")}})
def typed():
    raise psycopg.errors.InvalidTextRepresentation('invalid input syntax: "{SECRET}"')
say(refuse)
say(typed)
say(lambda: int("{SECRET}"))
say(lambda: {{}}["{SECRET}"])
log.error("The notice to %s could not be mailed.", "{SECRET}@example.org")
logging.getLogger("django.security.DisallowedHost").error("Invalid host: {SECRET}")
import sentry_sdk
sentry_sdk.flush(20)
"""


def test_sentry_is_not_told_what_stands_in_the_words_of_an_error(there: Receiver) -> None:
    process = python(BREAK, **SETTINGS | sentry(there))
    _, error = process.communicate(timeout=60)
    assert process.returncode == 0, error
    told = events(there)
    assert [event["logentry"]["formatted"] for event in told] == ["It broke: %s"] * 4 + [
        "The notice to %s could not be mailed."
    ]
    kinds = [event["exception"]["values"][-1]["type"] for event in told[:4]]
    assert kinds == ["SMTPRecipientsRefused", "InvalidTextRepresentation", "ValueError", "KeyError"]
    # The line of our code stands there; only in this test it has the words themselves.
    for event in told:
        for value in event.get("exception", {}).get("values", []):
            value.pop("stacktrace")
    assert SECRET not in str(told)


# OpenTelemetry ------------------------------------------------------------------------------------


def test_a_request_is_a_trace_with_its_statements_and_no_values(
    data: Path, there: Receiver
) -> None:
    with granian(data, **collector(there)) as site:
        site.ask("/healthz")
        site.ask(f"/search/?q={SECRET}")
        assert post(site, f"/admin/login/?key={SECRET}") == 200
        wait_until(lambda: {"GET search/", "POST admin/login/"} <= {s.name for s in spans(there)})
    assert {one.path for one in there.got} == {"/v1/traces"}
    resource = ExportTraceServiceRequest.FromString(opened(there)[0]).resource_spans[0].resource
    told = {one.key: one.value.string_value for one in resource.attributes}
    assert (
        told.items()
        >= {
            "service.name": "newsroom",
            "service.version": version(),
            "deployment.environment.name": "test",
        }.items()
    )
    found = spans(there)
    [request] = [span for span in found if span.name == "GET search/"]
    assert {one.key for one in request.attributes} == {
        "http.request.method",
        "http.response.status_code",
        "http.route",
    }
    statements = [span for span in found if span.parent_span_id == request.span_id]
    texts = [
        one.value.string_value
        for span in statements
        for one in span.attributes
        if one.key == "db.query.text"
    ]
    assert any("%s" in text for text in texts)
    assert {span.trace_id for span in statements} == {request.trace_id}
    assert not any("healthz" in span.name for span in found)
    # A stranger's header joins no trace; a statement outside of a request is none.
    assert b"\xff" * 16 not in {span.trace_id for span in found}
    parents = {span.span_id for span in found}
    assert all(not s.parent_span_id or s.parent_span_id in parents for s in found)
    assert {s.name.partition(" ")[0] for s in found if not s.parent_span_id} <= {"GET", "POST"}
    everything = b"".join(opened(there))
    for private in (SECRET, "203.0.113.9", "127.0.0.1"):
        assert private.encode() not in everything


PLAN = """
from datetime import timedelta
from django.contrib.auth.models import User
from django.utils import timezone
from articles.importing.mail import receive_mail
from articles.publishing.schedule import schedule
from tests.builders import an_article
by = User.objects.get(username="editor")
schedule(an_article("Planned"), by=by, publish_at=timezone.now() + timedelta(seconds=1))
receive_mail.enqueue()
"""


def test_a_worker_traces_what_it_does_and_not_each_look(data: Path, there: Receiver) -> None:
    worker = start_worker(data, **collector(there))
    try:
        time.sleep(2)  # each of its jobs has looked for something to do
        assert spans(there) == []
        planned = start("manage.py", "shell", "-c", PLAN, EMBEDDED_POSTGRES=str(data))
        assert planned.wait(timeout=120) == 0, planned.communicate()
        names = {"run_due_actions", "task articles.importing.mail.receive_mail"}
        wait_until(lambda: names <= {span.name for span in spans(there)})
    finally:
        worker.send_signal(signal.SIGTERM)
        worker.wait(timeout=60)
    [job] = [span for span in spans(there) if span.name == "run_due_actions"]
    assert any(span.parent_span_id == job.span_id for span in spans(there))
    assert {span.name for span in spans(there) if not span.parent_span_id} <= names


# A receiver that is away or silent ----------------------------------------------------------------


@pytest.mark.parametrize("state", ["away", "silent"])
def test_readers_do_not_notice_a_receiver_that_is_away_or_silent(
    data: Path, there: Receiver, state: str
) -> None:
    end = threading.Event()
    there.answer = lambda received: 200 * end.wait(60)
    settings = sentry(there) | collector(there) | {"OTEL_BSP_MAX_QUEUE_SIZE": "512"}
    if state == "away":
        with socket.socket() as taken:
            taken.bind(("127.0.0.1", 0))
            port = str(taken.getsockname()[1])
        own = there.url.rpartition(":")[2].strip("/")
        settings = {name: value.replace(own, port) for name, value in settings.items()}
    try:
        with granian(data, **settings) as site:
            assert [site.ask(path)[0] for path in ("/search/?q=words", "/corrections/")] == [
                200
            ] * 2
            with renamed(site, "articles_searchdocument"):
                for number in range(120):  # more than either library keeps
                    status, _, seconds = site.ask(f"/search/?q=word{number}")
                    assert (status, seconds < 1) == (500, True)
                    status, _, seconds = site.ask("/corrections/")
                    assert (status, seconds < 1) == (200, True)
            assert bool(there.got) == (state == "silent")
            end.set()
    finally:
        end.set()


# Off, and wrong -----------------------------------------------------------------------------------

LOADED = "print([m for m in sys.modules if m.startswith(('sentry_sdk', 'opentelemetry'))])"


def test_without_settings_neither_is_loaded_nor_in_the_way_of_a_request() -> None:
    code = f"import sys, newsroom.wsgi; from django.conf import settings; {LOADED}"
    out, error = python(code + "; print(settings.MIDDLEWARE[1])", **SETTINGS).communicate(
        timeout=60
    )
    assert out.split() == ["[]", "newsroom.middleware.serve_stored_pages"], error


def test_commands_are_not_watched(there: Receiver) -> None:
    given = SETTINGS | sentry(there) | collector(there)
    out, error = start(
        "manage.py", "shell", "-v0", "-c", f"import sys; {LOADED}", **given
    ).communicate(timeout=60)
    assert out.strip() == "[]", error


@pytest.mark.parametrize(
    ("name", "value", "sentence"),
    [
        ("SENTRY_DSN", "sentry.example.org", "SENTRY_DSN is no address of a web server"),
        ("SENTRY_DSN", "https://sentry.example.org/1", "SENTRY_DSN has no key"),
        ("SENTRY_DSN", "https://key@sentry.example.org/", "SENTRY_DSN has no key"),
        (
            "OTEL_EXPORTER_OTLP_ENDPOINT",
            "localhost:4318",
            "OTEL_EXPORTER_OTLP_ENDPOINT is no address of a web server; write http://",
        ),
        (
            "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT",
            "http://localhost:port",
            "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT is no address of a web server",
        ),
        ("OTEL_TRACES_EXPORTER", "console", "Set OTEL_TRACES_EXPORTER to otlp or none"),
    ],
)
def test_a_wrong_setting_is_a_sentence(name: str, value: str, sentence: str) -> None:
    process = start("manage.py", "doctor", **SETTINGS | {name: value})
    _, error = process.communicate(timeout=60)
    assert (process.returncode, error.count("\n")) == (1, 1)
    assert sentence in error


def test_a_protocol_that_is_not_spoken_is_refused(there: Receiver) -> None:
    given = SETTINGS | collector(there) | {"OTEL_EXPORTER_OTLP_PROTOCOL": "grpc"}
    process = start("manage.py", "doctor", **given)
    _, error = process.communicate(timeout=60)
    assert error == "Set OTEL_EXPORTER_OTLP_PROTOCOL to http/protobuf, or leave it.\n"


def test_the_version_is_that_of_the_project() -> None:
    text = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    assert version() == tomllib.loads(text)["project"]["version"]
