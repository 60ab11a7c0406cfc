"""The partners' guide stands on the site, and its links lead somewhere."""

from __future__ import annotations

import re

import pytest
from django.conf import settings
from django.test import Client

from articles.public.guides import GUIDES, heading_id, to_html

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("name", GUIDES)
def test_a_guide_is_a_page_whose_links_all_lead_somewhere(client: Client, name: str) -> None:
    response = client.get(f"/docs/{name}/")
    assert response.status_code == 200
    page = response.content.decode()
    main = page.partition("<main")[2].partition("</main>")[0]
    ids = re.findall(r' id="([^"]*)"', page)
    assert len(ids) == len(set(ids))
    links = re.findall(r'href="([^"]*)"', main)
    for link in links:
        if link.startswith("#"):
            assert link[1:] in ids
        elif not link.startswith("https://"):
            assert client.get(link).status_code == 200, link


def test_the_guide_is_found_from_every_page_and_shows_tables(client: Client) -> None:
    assert 'href="/docs/feed/"' in client.get("/").content.decode()
    page = client.get("/docs/feed/").content.decode()
    assert "<h1" in page
    assert "<table>" in page
    assert f"curl &#x27;{settings.SITE_URL}" in page or f"curl '{settings.SITE_URL}" in page


def test_the_client_can_be_fetched(client: Client) -> None:
    response = client.get("/docs/sync.py")
    assert response.headers["Content-Type"] == "text/plain; charset=utf-8"
    assert b"import sqlite3" in response.content


@pytest.mark.parametrize("path", ["/docs/decisions/", "/docs/nothing/", "/docs/"])
def test_nothing_else_of_the_folder_is_served(client: Client, path: str) -> None:
    assert client.get(path).status_code == 404


def test_headings_have_the_ids_that_links_use_and_html_stays_text() -> None:
    assert heading_id("Keys, rights, limits") == "keys-rights-limits"
    title, html = to_html("# A guide\n\n<script>alert(1)</script>\n\n[x](javascript:alert(1))\n")
    assert title == "A guide"
    assert '<h1 id="a-guide">' in html
    assert "<script" not in html
    assert 'href="javascript' not in html
