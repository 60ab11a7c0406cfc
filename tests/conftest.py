from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.core.cache import caches
from django.core.management import call_command
from django.db import connection
from pytest_django import Settings

from articles.log import forget_last_head, invalidate_head
from articles.models import Article, Edition, Endpoint, Partner
from articles.public.caching import pages
from articles.publishing.publish import publish
from tests.builders import RELEASE_ARTICLE, a_member_of
from tests.receiver import Receiver, receiver

#: The triggers that refuse to empty a table.
UNTRUNCATED = {
    "auditentry": "audit_entry_not_truncated",
    "change": "change_not_truncated",
    "edition": "edition_not_truncated",
    "version": "version_not_truncated",
}


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: Any) -> None:
    """Let the test database be emptied between tests: production refuses TRUNCATE."""
    with django_db_blocker.unblock(), connection.cursor() as cursor:
        for table, trigger in UNTRUNCATED.items():
            cursor.execute(f"ALTER TABLE articles_{table} DISABLE TRIGGER {trigger}")


@pytest.fixture(autouse=True)
def _quick_passwords(settings: Settings) -> None:
    """A slow hash is for production."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture(autouse=True)
def _no_limit(settings: Settings) -> None:
    """All tests come from one address; those about limits set their own."""
    settings.API_PER_MINUTE = 0


@pytest.fixture(autouse=True)
def _files_of_its_own(settings: Settings, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path / "media"


@pytest.fixture(autouse=True)
def _nothing_remembered_from_another_test() -> None:
    invalidate_head()
    forget_last_head()
    pages.clear()
    for cache in caches.all():
        cache.clear()


@pytest.fixture
def publisher(db: None) -> User:
    return a_member_of("Publisher")


@pytest.fixture
def release(db: None) -> Article:
    """The press release as the fixture structures it, not yet published."""
    call_command("loaddata", "sco_gateway", verbosity=0)
    return Article.objects.get(pk=RELEASE_ARTICLE)


@pytest.fixture
def edition(release: Article, publisher: User) -> Edition:
    """The press release, published."""
    return publish(release, by=publisher)


@pytest.fixture
def system(settings: Settings) -> Iterator[Receiver]:
    """A partner's system on this machine."""
    settings.WEBHOOKS_TO_PRIVATE = True
    with receiver() as running:
        yield running


@pytest.fixture
def partner(db: None) -> Partner:
    return Partner.objects.create(name="The Agency", contact="desk@agency.example")


@pytest.fixture
def endpoint(system: Receiver, partner: Partner) -> Endpoint:
    return Endpoint.objects.create(partner=partner, url=system.url + "hook?of=newsroom")
