"""The guide for partners as a page of the site: ``docs/feed.md`` and what it links to.

markdown-it-py turns it into HTML: it follows CommonMark, and other tools of ours bring it anyway.
"""

from __future__ import annotations

import re
from itertools import pairwise
from pathlib import Path

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.safestring import SafeString
from django.views.decorators.http import require_safe
from markdown_it import MarkdownIt
from markdown_it.token import Token

from articles.public.page_store import CODE, depends_on

#: The pages by the names in their addresses.
GUIDES = {"feed": "docs/feed.md", "record": "docs/record.md", "changelog": "CHANGELOG.md"}
#: Where the links of these files lead on the site.
LINKS = {
    "sync.py": "/docs/sync.py",
    "check_log.py": "/docs/check_log.py",
    "record.md": "/docs/record/",
    "../CHANGELOG.md": "/docs/changelog/",
}
#: The address of the development server, for which examples are written.
EXAMPLE_SITE = "http://localhost:8000"


@require_safe
def guide(request: HttpRequest, name: str) -> HttpResponse:
    """A guide as a page; 404 for a name that is not in ``GUIDES``. It is written in English."""
    if name not in GUIDES:
        raise Http404
    title, html = to_html(_text(GUIDES[name]))
    context = {
        "title": title,
        "description": f"{title} of {settings.SITE_NAME}.",
        "html": html,
    }
    return depends_on(render(request, "guide.html", context), CODE)


@require_safe
def sync_client(request: HttpRequest) -> HttpResponse:
    """The client that the guide explains, as plain text."""
    return _client("docs/sync.py")


@require_safe
def log_client(request: HttpRequest) -> HttpResponse:
    """The client that checks the log, as plain text."""
    return _client("docs/check_log.py")


def _client(path: str) -> HttpResponse:
    text = _text(path)
    return depends_on(HttpResponse(text, content_type="text/plain; charset=utf-8"), CODE)


def to_html(text: str) -> tuple[str, SafeString]:
    """The title of a Markdown document, and its HTML with an ``id`` for each heading."""
    markdown = MarkdownIt("commonmark", {"html": False}).enable("table")
    tokens = markdown.parse(text.replace(EXAMPLE_SITE, settings.SITE_URL))
    title = ""
    for opening, inline in pairwise(tokens):
        if opening.type == "heading_open":
            opening.attrSet("id", heading_id(inline.content))
            title = title or inline.content
        for child in inline.children or []:
            _set_link(child)
    return title, SafeString(markdown.renderer.render(tokens, markdown.options, {}))


def heading_id(heading: str) -> str:
    """The fragment that leads to a heading, as GitHub writes it."""
    return re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-")


def _set_link(token: Token) -> None:
    if token.type == "link_open":
        href = str(token.attrGet("href"))
        token.attrSet("href", LINKS.get(href, href))


def _text(path: str) -> str:
    return Path(settings.BASE_DIR, path).read_text(encoding="utf-8")
