"""Which language a public page speaks: that of its address, or that of the text it shows.

Lists, people, topics and search have an address in each language (``/ur/``, ``/ru/`` …; English
without a prefix). An article, an event or a statement has one address and speaks its own language.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from uuid import UUID

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import check_for_language, get_language, override

from articles.models import Edition


@cache
def spoken() -> tuple[str, ...]:
    """The codes of the languages that the site's own words are in, English first."""
    codes = [code for code, _ in settings.LANGUAGES if check_for_language(code)]
    return tuple(sorted(codes, key=lambda code: code != settings.LANGUAGE_CODE))


@contextmanager
def speaking(request: HttpRequest, language: str) -> Iterator[None]:
    """Answer ``request`` in ``language``, or in the site's own if it has no words in that."""
    code = language if language in spoken() else settings.LANGUAGE_CODE
    request.LANGUAGE_CODE = code
    with override(code):
        yield


def language_of_event(event: UUID) -> str:
    """The language in which an event was first reported; the site's own while nobody did."""
    first = Edition.objects.live().filter(event=event).order_by("first_sequence")
    language = first.values_list("language", flat=True).first()
    return language or settings.LANGUAGE_CODE


def in_each_language(name: str, /, **parts: object) -> dict[str, str]:
    """The paths of the page ``name`` by language; the same one each time for some pages."""
    paths = {}
    for code in spoken():
        with override(code):
            paths[code] = reverse(name, kwargs=parts)
    return paths


def languages_to_offer(request: HttpRequest) -> list[tuple[str, str]]:
    """Languages and paths for the foot of a page: itself in each, or else the front page."""
    paths = _of_itself(request)
    if not paths:
        return list(in_each_language("home").items())
    # A page further back in a list begins elsewhere in another language; what is searched stays.
    query = ""
    if request.resolver_match and request.resolver_match.url_name in ("search", "statements"):
        asked = request.GET.copy()
        asked.pop("before", None)
        query = asked.urlencode()
    return [(code, f"{path}?{query}" if query else path) for code, path in paths.items()]


def alternates(request: HttpRequest) -> list[tuple[str, str]]:
    """Languages and addresses for ``hreflang``, where the page has an address in each."""
    if request.META["QUERY_STRING"] or not (paths := _of_itself(request)):
        return []
    return with_default({code: settings.SITE_URL + path for code, path in paths.items()})


def with_default(addresses: dict[str, str]) -> list[tuple[str, str]]:
    """``addresses`` by language, and English again for readers of any other language."""
    default = addresses[settings.LANGUAGE_CODE]
    return [*addresses.items(), ("x-default", default)]


def _of_itself(request: HttpRequest) -> dict[str, str]:
    """The paths of this page by language; empty where it has one address only."""
    match = request.resolver_match
    if match is None or match.namespaces or not match.url_name:
        return {}
    paths = in_each_language(match.url_name, **match.kwargs)
    return paths if len(set(paths.values())) > 1 else {}


def language_of_page() -> str:
    """The language that the page being made speaks."""
    return get_language() or settings.LANGUAGE_CODE
