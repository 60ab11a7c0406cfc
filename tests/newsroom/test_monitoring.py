"""Numbers for Prometheus, lines for a log, a page for the desk; nothing of it for strangers."""

from __future__ import annotations

import json
import logging
import re
from datetime import timedelta

import pytest
import yaml
from django.contrib.auth.models import User
from django.core.exceptions import MiddlewareNotUsed
from django.db import OperationalError
from django.http import HttpRequest, HttpResponse
from django.test import Client, RequestFactory
from django.utils import timezone
from prometheus_client import REGISTRY
from pytest_django import Settings

from articles.models import Delivery, Edition, Endpoint, ScheduledAction
from articles.publishing import erasure
from newsroom import monitoring
from newsroom.logs import JsonFormatter
from newsroom.monitoring import watch_requests
from tests.builders import a_member_of, an_article
from tests.processes import ROOT, python

TOKEN = "t" * 20


@pytest.fixture
def watcher(settings: Settings) -> Client:
    settings.METRICS_TOKEN = TOKEN
    return Client(headers={"Authorization": f"Bearer {TOKEN}"})


def numbers_of(client: Client) -> str:
    answer = client.get("/metrics")
    assert answer.status_code == 200
    assert "no-store" in answer.headers["Cache-Control"]
    return answer.content.decode()


def test_strangers_find_nothing(edition: Edition, settings: Settings) -> None:
    with_token = {"Authorization": f"Bearer {TOKEN}"}
    assert Client(headers=with_token).get("/metrics").status_code == 404
    assert Client(headers={"Authorization": "Bearer "}).get("/metrics").status_code == 404
    settings.METRICS_TOKEN = TOKEN
    assert Client().get("/metrics").status_code == 404
    assert Client(headers={"Authorization": "Bearer wrong"}).get("/metrics").status_code == 404
    assert Client(headers=with_token).get("/metrics").status_code == 200


def test_requests_are_counted_with_where_the_page_came_from(
    edition: Edition, watcher: Client
) -> None:
    def counted(page: str) -> float:
        labels = {"area": "pages", "method": "GET", "code": "200", "page": page}
        return REGISTRY.get_sample_value("newsroom_requests_total", labels) or 0

    made, kept = counted("made"), counted("kept")
    for _ in range(3):
        watcher.get("/archive/")
    assert (counted("made") - made, counted("kept") - kept) == (1, 2)
    assert 'newsroom_request_seconds_bucket{area="pages"' in numbers_of(watcher)


def test_the_database_tells_of_queues_and_partners(
    edition: Edition, endpoint: Endpoint, watcher: Client
) -> None:
    Endpoint.objects.update(cursor=0)
    late = timezone.now() - timedelta(minutes=5)
    Delivery.objects.create(
        endpoint=endpoint, change=edition.change, object_id=edition.article_id, due_at=late
    )
    ScheduledAction.objects.create(
        article=edition.article,
        action="withdraw",
        notice="Wrong.",
        at=late,
        by=edition.published_by,
    )
    told = numbers_of(watcher)
    found = {
        name: float(value)
        for name, value in re.findall(r"^newsroom_(\w+(?:\{.*\})?) (\S+)$", told, re.MULTILINE)
    }
    assert found["database_up"] == 1
    assert found["log_sequence"] == edition.pk
    assert (found["actions_due"], 290 < found["action_oldest_seconds"] < 400) == (1, True)
    assert found['deliveries_due{partner="The Agency"}'] == 1
    assert found['partner_lag_changes{partner="The Agency"}'] == edition.pk + 1
    assert found["worker_seen_seconds"] == -1


def test_an_erasure_of_a_draft_that_was_deleted_waits_for_nobody(
    publisher: User, watcher: Client
) -> None:
    draft = an_article()
    erasure.ask(draft, by=publisher, reason="A judgment", notice="Erased.")
    assert "newsroom_erasures_waiting 1.0" in numbers_of(watcher)
    draft.delete()
    assert "newsroom_erasures_waiting 0.0" in numbers_of(watcher)


def test_without_the_database_the_numbers_say_so(
    db: None, watcher: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken() -> list[monitoring.Number]:
        raise OperationalError("gone")

    monkeypatch.setattr(monitoring, "numbers", broken)
    told = numbers_of(watcher)
    assert "newsroom_database_up 0.0" in told
    assert "newsroom_log_sequence" not in told


def test_every_alert_asks_for_a_number_that_there_is(
    edition: Edition, endpoint: Endpoint, watcher: Client
) -> None:
    watcher.get("/")
    told = numbers_of(watcher)
    rules = yaml.safe_load((ROOT / "deploy/alerts.yml").read_text(encoding="utf-8"))
    for rule in rules["groups"][0]["rules"]:
        for name in re.findall(r"newsroom_\w+", rule["expr"]):
            assert re.search(rf"^{name}\b", told, re.MULTILINE), name


def test_publishers_see_the_state_of_things(edition: Edition, endpoint: Endpoint) -> None:
    desk = Client()
    assert desk.get("/admin/status/").status_code == 302
    desk.force_login(a_member_of("Editor"))
    assert desk.get("/admin/status/").status_code == 403
    desk.force_login(edition.published_by)
    page = desk.get("/admin/status/").content.decode()
    assert "No worker runs." in page
    assert "The last number of the log" in page


# The log ------------------------------------------------------------------------------------------


def test_nothing_is_watched_unless_it_is_asked_for(settings: Settings) -> None:
    settings.METRICS_TOKEN, settings.LOG_FORMAT = "", "text"
    with pytest.raises(MiddlewareNotUsed):
        watch_requests(lambda request: HttpResponse())


@pytest.mark.parametrize("given", ["abcdef-0123", "short", 'x"\n{}injected', ""])
def test_a_line_tells_request_and_log_number(
    edition: Edition, settings: Settings, caplog: pytest.LogCaptureFixture, given: str
) -> None:
    settings.LOG_FORMAT = "json"
    lines = []

    def view(request: HttpRequest) -> HttpResponse:
        from articles import log

        log.head()
        record = logging.LogRecord("x", logging.WARNING, "", 0, "Words in %s", ("اردو",), None)
        lines.append(json.loads(JsonFormatter().format(record)))
        return HttpResponse()

    request = RequestFactory().get("/search/?q=secret", headers={"X-Request-Id": given})
    with caplog.at_level(logging.INFO, "newsroom.requests"):
        watch_requests(view)(request)
    (line,) = lines
    assert (line["message"], line["level"]) == ("Words in اردو", "warning")
    assert line["sequence"] == edition.pk
    assert (line["request"] == given) == (given == "abcdef-0123")
    (record,) = caplog.records
    told = json.loads(JsonFormatter().format(record))
    assert (told["path"], told["status"], "request" in told) == ("/search/", 200, False)
    assert "secret" not in json.dumps(told)


@pytest.mark.django_db
def test_an_outage_is_a_line_and_no_traceback(
    client: Client, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def away() -> list[monitoring.Number]:
        raise OperationalError("connection refused\nIs the server running?")

    client.raise_request_exception = False
    client.force_login(a_member_of("Publisher"))
    monkeypatch.setattr(monitoring, "numbers", away)
    assert client.get("/admin/status/").status_code == 503
    [record] = [record for record in caplog.records if record.name == "django.request"]
    assert record.getMessage() == "Service Unavailable: /admin/status/ (connection refused)"
    assert record.exc_info is None


@pytest.mark.parametrize("start", ["/preview/", "/admin/account/password/"])
def test_a_line_does_not_open_a_preview_or_set_a_password(
    settings: Settings, caplog: pytest.LogCaptureFixture, start: str
) -> None:
    settings.LOG_FORMAT = "json"
    request = RequestFactory().get(f"{start}signed-secret/")
    with caplog.at_level(logging.INFO, "newsroom.requests"):
        watch_requests(lambda request: HttpResponse())(request)
    (record,) = caplog.records
    told = JsonFormatter().format(record)
    assert (f"{start}…" in told, "secret" in told) == (True, False)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("name", "value", "sentence"),
    [
        ("LOG_FORMAT", "xml", "Set LOG_FORMAT to text or json."),
        ("METRICS_TOKEN", "short", "METRICS_TOKEN is too short"),
    ],
)
def test_a_wrong_setting_is_a_sentence(name: str, value: str, sentence: str) -> None:
    _, error = python("import newsroom.settings", **{name: value}).communicate(timeout=60)
    assert sentence in error
