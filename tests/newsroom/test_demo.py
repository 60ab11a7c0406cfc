"""``manage.py demo``: everything from nothing, and nothing lost the second time."""

from __future__ import annotations

import re
from io import StringIO

import pytest
from django.contrib.auth import authenticate
from django.core.management import CommandError, call_command
from pytest_django import Settings

from articles.models import Article, Edition

pytestmark = [pytest.mark.slow, pytest.mark.django_db]


@pytest.fixture(autouse=True)
def _development(settings: Settings) -> None:
    settings.DEBUG = True


def run_demo() -> str:
    out = StringIO()
    call_command("demo", no_server=True, stdout=out)
    return out.getvalue()


def test_it_works() -> None:
    out = run_demo()
    assert Edition.objects.get().version == 1
    assert "/api/v1/changes/?after=0" in out
    shown = re.search(r"with the password  (\S+)", out)
    assert shown
    user = authenticate(username="editor", password=shown[1])
    assert user
    assert user.has_perm("articles.publish_article")
    assert not user.is_superuser


def test_a_second_start_keeps_everything() -> None:
    run_demo()
    Article.objects.update(headline="Edited since")
    out = run_demo()
    assert "exists already" in out
    assert "with the password" not in out
    assert Article.objects.get().headline == "Edited since"
    assert Edition.objects.count() == 1


def test_it_refuses_production(settings: Settings) -> None:
    settings.DEBUG = False
    with pytest.raises(CommandError, match="own machine"):
        run_demo()
