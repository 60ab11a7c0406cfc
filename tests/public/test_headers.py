"""What the headers of every answer let a browser do."""

from __future__ import annotations

import re

import pytest
from django.contrib.auth.models import User
from django.test import Client

from articles.models import Edition
from articles.publishing.publish import publish
from tests.builders import a_picture_row, an_article

pytestmark = pytest.mark.django_db

POLICY = "Content-Security-Policy"


def test_public_pages_run_and_draw_nothing_that_stands_in_them(
    client: Client, edition: Edition, publisher: User
) -> None:
    picture = a_picture_row(publisher, focal_x=31, focal_y=50)
    pictured = publish(an_article("Pictured", picture=picture), by=publisher)
    for address in ("/", edition.get_absolute_url(), pictured.get_absolute_url(), "/search/"):
        response = client.get(address)
        assert "unsafe" not in response.headers[POLICY], address
        page = response.content.decode()
        assert not re.search(r"<[^>]+\s(style|on\w+)=[\"']", page), address
        assert "<style" not in page
    assert 'class="fx-30"' in client.get(pictured.get_absolute_url()).content.decode()


def test_styles_in_line_are_for_the_editor_and_swagger_alone(
    client: Client, publisher: User
) -> None:
    client.force_login(publisher)
    for address in ("/admin/", "/api/v1/docs/"):
        assert "style-src 'self' 'unsafe-inline'" in client.get(address).headers[POLICY]
    assert "unsafe" not in client.get("/admin/login/").headers[POLICY]


def test_what_is_public_may_be_shown_elsewhere_and_what_one_person_sees_may_not(
    client: Client, edition: Edition
) -> None:
    for _ in range(2):  # made, then kept
        headers = client.get(edition.get_absolute_url()).headers
        assert headers["Cross-Origin-Resource-Policy"] == "cross-origin"
        assert "camera=()" in headers["Permissions-Policy"]
        assert "Cross-Origin-Embedder-Policy" not in headers
    headers = client.get("/admin/login/").headers
    assert headers["Cross-Origin-Resource-Policy"] == "same-origin"
    assert headers["Cross-Origin-Embedder-Policy"] == "credentialless"
