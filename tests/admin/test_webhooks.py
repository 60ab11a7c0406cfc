"""Webhooks at the desk: an endpoint is added, switched on again, and what it was sent is seen."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import User
from django.test import Client

from articles.log import last_sequence
from articles.models import AuditEntry, Delivery, Endpoint, Partner
from articles.partners.webhooks import resend, send_due_deliveries
from articles.publishing.publish import publish
from articles.publishing.workflow import Refused
from tests.builders import an_article
from tests.receiver import Receiver, sequences

pytestmark = [pytest.mark.slow, pytest.mark.django_db]


def form(partner: Partner, **more: str) -> dict[str, str]:
    rows = {
        f"{name}-{n}_FORMS": "0" for name in ("keys", "endpoints") for n in ("TOTAL", "INITIAL")
    }
    return {"name": partner.name, "per_minute": "600", **rows, **more}


def at(partner: Partner, page: str = "change") -> str:
    return f"/admin/articles/partner/{partner.pk}/{page}/"


def test_the_desk_adds_an_endpoint(admin_client: Client, partner: Partner) -> None:
    new = {"endpoints-TOTAL_FORMS": "1", "endpoints-0-active": "on"}
    bad = form(partner, **new, **{"endpoints-0-url": "http://example.org/hook"})
    assert "begins with https://" in admin_client.post(at(partner), bad).content.decode()
    good = form(partner, **new, **{"endpoints-0-url": "https://example.org/hook"})
    admin_client.post(at(partner), good)
    endpoint = Endpoint.objects.get()
    assert endpoint.cursor == last_sequence()
    assert endpoint.secret in admin_client.get(at(partner)).content.decode()


def test_the_desk_switches_an_endpoint_on_again(
    admin_client: Client, partner: Partner, endpoint: Endpoint
) -> None:
    Endpoint.objects.update(
        active=False, notice="It answered 410 Gone.", url="https://example.org/"
    )
    data = {
        "endpoints-TOTAL_FORMS": "1",
        "endpoints-INITIAL_FORMS": "1",
        "endpoints-0-id": str(endpoint.pk),
        "endpoints-0-partner": str(partner.pk),
        "endpoints-0-url": "https://example.org/",
        "endpoints-0-active": "on",
    }
    admin_client.post(at(partner), form(partner, **data))
    endpoint.refresh_from_db()
    assert (endpoint.active, endpoint.notice) == (True, "")


def test_the_desk_gives_a_new_secret(
    admin_client: Client, partner: Partner, endpoint: Endpoint
) -> None:
    Endpoint.objects.update(url="https://example.org/")
    data = {
        "endpoints-TOTAL_FORMS": "1",
        "endpoints-INITIAL_FORMS": "1",
        "endpoints-0-id": str(endpoint.pk),
        "endpoints-0-partner": str(partner.pk),
        "endpoints-0-url": "https://example.org/",
        "endpoints-0-active": "on",
    }
    admin_client.post(at(partner), form(partner, **data))
    assert Endpoint.objects.get().secret == endpoint.secret
    admin_client.post(at(partner), form(partner, **data, **{"endpoints-0-new_secret": "on"}))
    changed = Endpoint.objects.get()
    assert changed.secret != endpoint.secret
    assert changed.previous_secret == endpoint.secret
    assert changed.secret in admin_client.get(at(partner)).content.decode()


def test_the_desk_sees_what_was_sent_and_sends_it_again(
    admin_client: Client, partner: Partner, endpoint: Endpoint, system: Receiver, publisher: User
) -> None:
    empty = admin_client.get(at(partner, "traffic")).content.decode()
    assert "this partner has no webhook, or nothing was published" in empty
    publish(an_article(), by=publisher)
    send_due_deliveries()
    page = admin_client.get(at(partner, "traffic")).content.decode()
    assert "Delivered" in page
    delivery = Delivery.objects.get()
    answer = admin_client.post(at(partner, "traffic"), {"resend": str(delivery.pk)}, follow=True)
    assert "Change 1 is sent again at once." in answer.content.decode()
    send_due_deliveries()
    assert sequences(system.got) == [1, 1]
    assert AuditEntry.objects.filter(action="resend", object_id=endpoint.pk).exists()


@pytest.mark.parametrize("resend", ["", "x", "999999"])
def test_what_cannot_be_sent_again(admin_client: Client, partner: Partner, resend: str) -> None:
    assert admin_client.post(at(partner, "traffic"), {"resend": resend}).status_code == 404


def test_a_closed_endpoint_sends_nothing_again(
    endpoint: Endpoint, system: Receiver, publisher: User
) -> None:
    publish(an_article(), by=publisher)
    send_due_deliveries()
    Endpoint.objects.update(active=False)
    with pytest.raises(Refused, match="switch it on"):
        resend(Delivery.objects.get(), by=publisher)


def test_traffic_is_for_those_who_keep_partners(
    client: Client, partner: Partner, publisher: User
) -> None:
    client.force_login(publisher)
    assert client.get(at(partner, "traffic")).status_code == 403
