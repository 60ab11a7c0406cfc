"""Everything that readers see, by the month in which it was first published."""

from __future__ import annotations

import re

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.test import Client
from django.utils import timezone
from pytest_django import Settings

from articles.models import Edition
from articles.publishing.publish import publish, withdraw
from tests.builders import an_article
from tests.public.test_views import text_of

pytestmark = pytest.mark.django_db


def test_years_and_months(client: Client, edition: Edition) -> None:
    at = timezone.localtime(edition.first_published_at)
    address = f"/archive/{at.year}/{at.month}/"
    assert f'href="{address}"' in text_of(client, "/archive/")
    assert edition.headline in text_of(client, address)
    before = f"/archive/{at.year - 1}/{at.month}/"
    assert "Nothing was published in this month." in text_of(client, before)


def test_the_archive_names_each_month_once_in_the_site_s_zone(
    client: Client, publisher: User, settings: Settings
) -> None:
    settings.TIME_ZONE = "Asia/Karachi"
    days = ["2024-01-31 18:59", "2024-01-31 19:01", "2024-02-20 12:00", "2025-12-01 00:00"]
    for number, day in enumerate(days):
        edition = publish(an_article(f"Number {number}"), by=publisher)
        with connection.cursor() as cursor:  # the database lets nobody date an edition back
            cursor.execute("SET LOCAL session_replication_role = replica")
            Edition.objects.filter(pk=edition.pk).update(first_published_at=f"{day}Z")
            cursor.execute("SET LOCAL session_replication_role = origin")
    page = text_of(client, "/archive/")
    months = re.findall(r'href="/archive/(\d+/\d+)/"', page)
    assert months == ["2025/12", "2024/2", "2024/1"]
    assert "Number 0" in text_of(client, "/archive/2024/1/")
    february = text_of(client, "/archive/2024/2/")
    assert "Number 1" in february
    assert "Number 2" in february


def test_an_empty_archive_says_so(client: Client) -> None:
    assert "Nothing is published yet." in text_of(client, "/archive/")


@pytest.mark.slow
def test_a_month_goes_on_by_key(client: Client, publisher: User) -> None:
    for number in range(21):
        publish(an_article(f"Number {number}"), by=publisher)
    now = timezone.localtime()
    address = f"/archive/{now.year}/{now.month}/"
    first = text_of(client, address)
    assert first.count('class="headline"') == 20
    oldest = Edition.objects.earliest("first_sequence").first_sequence
    second = text_of(client, f"{address}?before={oldest + 1}")
    assert second.count('class="headline"') == 1


def test_what_is_withdrawn_leaves_it(client: Client, edition: Edition, publisher: User) -> None:
    withdraw(edition.article, by=publisher, notice="It was not so.")
    assert "Nothing is published yet." in text_of(client, "/archive/")


@pytest.mark.parametrize("address", ["2026/0", "2026/13", "0/1", "10000/1", "9999/12", "2026/x"])
def test_months_that_there_are_not(client: Client, edition: Edition, address: str) -> None:
    assert client.get(f"/archive/{address}/").status_code == 404


def test_how_we_correct(client: Client) -> None:
    page = text_of(client, "/corrections/")
    assert "Nothing that you read here was changed behind your back." in page
    assert 'href="/corrections/"' in text_of(client, "/")
