"""Every route against every role: what stands in ``routes.txt`` happens, and nothing else.

A line of the table is an address, a method, and what each role is answered; ``in`` is the redirect
to the sign-in. ``{…}`` names a row of ``rows_of_the_table``. HEAD is answered as GET is, and a
method that no line names is refused with 405. A route that no line reaches fails the test.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any, NamedTuple, cast

import pytest
from allauth.mfa.models import Authenticator
from django.contrib.auth.models import User
from django.contrib.contenttypes.models import ContentType
from django.db import transaction
from django.test import Client, RequestFactory
from django.test.client import ClientHandler
from django.urls import URLPattern, URLResolver, get_resolver, resolve
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from articles.editing.preview import call_back, preview_path, share
from articles.editing.versions import save_version
from articles.models import (
    FRONT_PAGE,
    Article,
    AuditEntry,
    Change,
    Delivery,
    Edition,
    Endpoint,
    FrontPage,
    Key,
    Partner,
    ReceivedRelease,
    ScheduledAction,
    SitePage,
    SourceDocument,
    Topic,
)
from articles.publishing.pages import publish_page, withdraw_page
from articles.publishing.publish import publish, withdraw
from articles.publishing.schedule import schedule
from tests.builders import (
    a_capacity,
    a_member_of,
    a_picture_row,
    a_speaker,
    a_statement,
    an_article,
    an_event,
    an_organization,
    confirm,
)

pytestmark = pytest.mark.django_db

TABLE = Path(__file__).parent / "routes.txt"
METHODS = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"]
ROLES = ["anonymous", "partner", "nobody", "reporter", "editor", "publisher", "superuser"]
#: Between who has no right and who has every one: what is public they are not asked about.
IN_BETWEEN = ["nobody", "reporter", "editor", "publisher"]
METHODS_OF = {role: ["GET", "POST"] for role in ["partner", *IN_BETWEEN]}
METHODS_OF["superuser"] = [method for method in METHODS if method != "HEAD"]
#: Who has no right to see what is not public. ``nobody`` is a member of staff without rights.
STRANGERS = ["anonymous", "partner", "nobody"]
#: Stands in whatever is not public.
SECRET = "Zyxwvu"
#: Who was given this link sees the text that it leads to.
OPEN_TO_WHO_HAS_IT = ["/preview/{shared}"]
SLOW = pytest.mark.slow


class Line(NamedTuple):
    """A line of the table."""

    address: str
    method: str
    expected: dict[str, str]

    @property
    def path(self) -> str:
        return self.address.partition("?")[0]


def lines() -> list[Line]:
    """The lines of the table; one with ``(a|b)`` is two, with a and with b in each such place."""
    found, address = [], ""
    for row in TABLE.read_text(encoding="utf-8").splitlines():
        if not row or row.startswith("#"):
            continue
        first, *words = row.split()
        if row[0] == "/":
            address = first
            if not words:  # a long address has a line of its own
                continue
            first, *words = words
        if len(words) == 1:
            words *= len(ROLES)
        expected = dict(zip(ROLES, words, strict=True))
        found += [
            Line(one, method, expected)
            for one in alternatives(address)
            for method in first.split(",")
        ]
    return found


def alternatives(address: str) -> list[str]:
    """``address`` with the first, the second … of what each ``(a|b)`` in it offers."""
    groups = [group.split("|") for group in re.findall(r"\(([^)]*)\)", address)]
    found = []
    for row in zip(*groups, strict=True):
        one = address
        for chosen in row:
            one = re.sub(r"\([^)]*\)", chosen, one, count=1)
        found.append(one)
    return [_named(one) for one in found or [address]]


def _named(address: str) -> str:
    """``address`` with what ``{id}`` and ``{live}`` mean there: a row of the model in the path."""
    if model := re.match(r"/admin/(\w+)/(\w+)/", address):
        for name in ("id", "live"):
            address = address.replace(f"{{{name}}}", f"{{{name}_{model[1]}_{model[2]}}}")
    return address


def routes(resolver: URLResolver, prefix: str = "") -> Iterator[str]:
    """The route of every pattern, as ``resolve`` names it."""
    for pattern in resolver.url_patterns:
        route = prefix + str(pattern.pattern)
        if isinstance(pattern, URLPattern):
            yield route
        else:
            yield from routes(pattern, route)


def rows_of_the_table(edition: Edition, publisher: User) -> dict[str, Any]:
    """What the addresses of the table name: ``live`` is public, ``draft`` is not, ``gone`` was."""
    live: dict[str, Any] = {
        "article": edition.article,
        "event": edition.article.event,
        "speaker": edition.article.statements.all()[0].capacity.speaker,
        "organization": edition.article.statements.filter(capacity__organization__isnull=False)[
            0
        ].capacity.organization,
        "topic": edition.article.topics.all()[0],
        "page": SitePage.objects.create(slug="imprint", name="Imprint", body="<p>We.</p>"),
    }
    publish_page(live["page"], by=publisher)

    draft: dict[str, Any] = {
        "event": an_event(f"{SECRET} event"),
        "speaker": a_speaker(f"{SECRET} speaker"),
        "organization": an_organization(f"{SECRET} organization"),
        "topic": Topic.objects.create(name=f"{SECRET} topic", slug=f"{SECRET}-topic".lower()),
        "page": SitePage.objects.create(slug=f"{SECRET}-page".lower(), name=f"{SECRET} page"),
    }
    capacity = a_capacity(f"{SECRET} title", draft["speaker"])
    picture = a_picture_row(publisher, alternative_text=f"{SECRET} picture")
    draft["article"] = an_article(
        f"{SECRET} article", event=draft["event"], picture=picture, standfirst=SECRET
    )
    draft["article"].topics.add(draft["topic"])
    a_statement(draft["article"], capacity=capacity)
    save_version(draft["article"], by=publisher)
    shared, ended = (share(draft["article"], by=publisher) for _ in range(2))
    call_back(draft["article"], str(ended.pk), by=publisher)

    gone: dict[str, Any] = {"article": an_article("Gone"), "event": an_event("Gone too")}
    publish(gone["article"], by=publisher)
    withdraw(gone["article"], by=publisher, notice="It was wrong.")
    publish_page(gone["event"], by=publisher)
    withdraw_page(gone["event"], by=publisher, notice="It was wrong.")

    later = timezone.now() + timedelta(days=1)
    embargoed = an_article(f"{SECRET} embargoed")
    schedule(embargoed, by=publisher, embargo_until=later)
    waiting = an_article(f"{SECRET} scheduled")
    schedule(waiting, by=publisher, publish_at=later)

    partner = Partner.objects.get()
    endpoint = Endpoint.objects.create(partner=partner, url="https://agency.example/hook")
    change = Change.objects.all()[0]
    Delivery.objects.create(endpoint=endpoint, change=change, object_id=change.object_id)
    document = SourceDocument.objects.create(
        content=SECRET.encode(), text=SECRET, kind="txt", received_by=publisher
    )
    ReceivedRelease.objects.create(digest="0" * 64, subject=SECRET)
    task = DBTaskResult.objects.create(task_path="none", args_kwargs={}, backend_name="default")
    other = User.objects.create_user("with a factor")
    factor = Authenticator.objects.create(user=other, type="totp", data={})
    front, _ = FrontPage.objects.get_or_create(pk=FRONT_PAGE)

    ids: dict[str, Any] = {
        **{f"articles_{name}": row for name, row in draft.items() if name in ("article", "event")},
        "articles_topic": draft["topic"],
        "articles_sitepage": draft["page"],
        "people_speaker": draft["speaker"],
        "people_organization": draft["organization"],
        "articles_picture": picture,
        "people_affiliation": capacity,
        "articles_edition": edition,
        "articles_change": change,
        "articles_auditentry": AuditEntry.objects.all()[0],
        "articles_scheduledaction": ScheduledAction.objects.get(article=waiting),
        "articles_partner": partner,
        "articles_frontpage": front,
        "auth_group": publisher.groups.all()[0],
        "auth_user": publisher,
        "mfa_authenticator": factor,
        "django_tasks_database_dbtaskresult": task,
    }
    public = {
        "articles_event": live["event"],
        "articles_topic": live["topic"],
        "articles_sitepage": live["page"],
        "people_speaker": live["speaker"],
        "people_organization": live["organization"],
    }
    named: dict[str, Any] = {
        f"{state}_{kind}": row.slug
        for state, rows in (("live", live), ("draft", draft), ("gone", gone))
        for kind, row in rows.items()
    }
    named |= {f"live_{name}_id": row.pk for name, row in live.items()}
    named |= {f"draft_{name}_id": row.pk for name, row in draft.items()}
    named |= {f"id_{model}": row.pk for model, row in ids.items()}
    named |= {f"live_{model}": row.pk for model, row in public.items()}
    return named | {
        "article_type": ContentType.objects.get_for_model(Article).pk,
        "user_type": ContentType.objects.get_for_model(User).pk,
        "user_id": publisher.pk,
        "embargoed_article": embargoed.slug,
        "embargoed_id": embargoed.pk,
        "scheduled_article": waiting.slug,
        "shared": preview_path(shared).removeprefix("/preview/"),
        "ended": preview_path(ended).removeprefix("/preview/"),
        "month": f"{edition.published_at:%Y/%-m}",
        "document": document.pk,
    }


@pytest.fixture
def rows(edition: Edition, publisher: User, partner: Partner) -> dict[str, Any]:
    return rows_of_the_table(edition, publisher)


class Browser(RequestFactory):
    """Django's test client without what that keeps: templates, their contexts, new cookies."""

    handler = ClientHandler(enforce_csrf_checks=False)

    def request(self, **given: Any) -> Any:
        return self.handler(cast(Any, self)._base_environ(**given))


@pytest.fixture
def clients(publisher: User, partner: Partner) -> dict[str, Browser]:
    """A browser of each role."""
    users = {
        "nobody": User.objects.create_user("nobody", password="secret-1-2-3", is_staff=True),
        "reporter": a_member_of("Reporter"),
        "editor": a_member_of("Editor"),
        "publisher": publisher,
        "superuser": User.objects.create_superuser("superuser", password="secret-1-2-3"),
    }
    found = {"anonymous": Browser()}
    found["partner"] = Browser(headers={"authorization": f"Bearer {Key.issue(partner)}"})
    for role, user in users.items():
        client = Client()
        client.force_login(user)
        confirm(client, user)
        found[role] = Browser()
        found[role].cookies = client.cookies
    return found


def ask(browser: Browser, method: str, address: str) -> Any:
    """What ``browser`` is answered; nothing of what it does stays."""
    with transaction.atomic():
        # Forms of the desk that ask first are answered “yes”.
        post = method == "POST"
        answer = (
            browser.post(address, {"post": "yes"}) if post else browser.generic(method, address)
        )
        transaction.set_rollback(True)
    return answer


def outcome(response: Any) -> str:
    """The answer in the words of the table."""
    if response.status_code == 302 and response.url.startswith("/admin/login/"):
        return "in"
    return str(response.status_code)


def text_of(response: Any) -> str:
    """The headers and the body of an answer, in small letters."""
    body = response.getvalue() if response.streaming else response.content
    return f"{response.headers} {body.decode(errors='replace')}".casefold()


def test_the_table_knows_every_route(rows: dict[str, Any]) -> None:
    known = {resolve(line.path.format(**rows)).route.replace("^", "") for line in lines()}
    unknown = {route.replace("^", "") for route in routes(get_resolver())} - known
    assert not unknown, f"Write what each role is answered there into {TABLE.name}."


@pytest.mark.parametrize(
    "role", [ROLES[0], *(pytest.param(role, marks=SLOW) for role in ROLES[1:])]
)
def test_each_role_is_answered_as_the_table_says(
    role: str, rows: dict[str, Any], clients: dict[str, Browser]
) -> None:
    logging.disable(logging.ERROR)  # refusals are what is asked for
    table = lines()
    wrong, listed = [], {(line.address, line.method): line.expected[role] for line in table}
    for template in dict.fromkeys(line.address for line in table):
        address = template.format(**rows)
        if role in IN_BETWEEN and not template.startswith("/admin/"):
            continue
        for method in METHODS_OF.get(role, METHODS):
            as_listed = "GET" if method == "HEAD" else method
            expected = listed.get((template, as_listed), "405")
            response = ask(clients[role], method, address)
            if (got := outcome(response)) != expected:
                wrong.append(f"{method} {template} by {role}: {got}, not {expected}")
            if role in STRANGERS and template not in OPEN_TO_WHO_HAS_IT:
                said = SECRET.casefold() in text_of(response).replace(address.casefold(), "")
                wrong += [f"{method} {template} shows {role} what is not public"] * said
    assert not wrong, "\n".join(wrong)


@pytest.fixture(autouse=True)
def _log_again() -> Iterator[None]:
    yield
    logging.disable(logging.NOTSET)
