"""What a page is measured against: settings, views and addresses of the smallest Django there is.

``/bare/`` is 12 KB that are there already, behind the middleware that ``startproject`` sets;
``/row/<slug>/`` reads one row through the ORM as well.
"""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import path

from newsroom import settings as ours

SECRET_KEY = "only for measuring" * 4
DEBUG = False
ALLOWED_HOSTS = ["*"]
ROOT_URLCONF = "benchmarks.bare"
DATABASE_URL = ours.DATABASE_URL
EMBEDDED_POSTGRES = getattr(ours, "EMBEDDED_POSTGRES", "")
DATABASES: dict[str, Any] = ours.DATABASES
INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.messages",
    "django.contrib.sessions",
    "articles",
    "people",
]
DJANGO_PROSE_EDITOR_EXTENSIONS = ours.DJANGO_PROSE_EDITOR_EXTENSIONS  # the models name them
USE_TZ = True
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]

_BODY = b"<p>A paragraph of a page that is there already.</p>\n" * 240


def bare(request: HttpRequest) -> HttpResponse:
    """12 KB of HTML."""
    return HttpResponse(_BODY)


def row(request: HttpRequest, slug: str) -> HttpResponse:
    """The body of an edition."""
    from articles.models import Edition

    edition = Edition.objects.filter(is_latest=True).only("headline", "body").get(slug=slug)
    return HttpResponse(edition.headline + edition.body)


urlpatterns = [path("bare/", bare), path("row/<slug:slug>/", row)]
