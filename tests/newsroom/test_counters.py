"""Limits go on when the server of CACHE_URL is away; a real one where it is installed."""

from __future__ import annotations

import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from django.core.cache import cache, caches
from django.core.cache.backends.locmem import LocMemCache
from pytest_django import Settings
from redis import RedisError

from articles.partners.api.counters import count
from newsroom import counters
from tests.newsroom.serving import free_port

REDIS = shutil.which("redis-server")


@pytest.fixture(autouse=True)
def _counted_anew(settings: Settings) -> Iterator[None]:
    counters._Outage.until = 0
    yield
    counters._Outage.until = 0


def use(settings: Settings, port: int) -> None:
    """Count in the server at ``port``."""
    address = f"redis://127.0.0.1:{port}/0"
    backend = "newsroom.counters.CountersCache"
    settings.CACHES = {"default": {"BACKEND": backend, "LOCATION": address}}
    LocMemCache("counters", {}).clear()


@contextmanager
def redis(port: int) -> Iterator[None]:
    """A Redis at ``port``; killed at the end."""
    assert REDIS
    command = [REDIS, "--port", str(port), "--bind", "127.0.0.1", "--save", ""]
    server = subprocess.Popen(command, stdout=subprocess.DEVNULL)  # noqa: S603 - from Debian
    try:
        end = time.monotonic() + 10
        while time.monotonic() < end:
            try:
                socket.create_connection(("127.0.0.1", port)).close()
                break
            except OSError:
                time.sleep(0.02)
        yield
    finally:
        server.kill()
        server.wait()


@pytest.mark.slow
@pytest.mark.skipif(not REDIS, reason="redis-server is not installed")
def test_a_counter_is_shared_and_goes_on_alone_when_its_server_is_killed(
    settings: Settings,
) -> None:
    port = free_port()
    use(settings, port)
    with redis(port):
        assert [count("x").used, count("x").used] == [1, 2]
        assert cache.get("nothing") is None
        caches["default"].ping()  # type: ignore[attr-defined] # ours has it
    began = time.monotonic()
    assert [count("x").used, count("x").used] == [1, 2]
    assert time.monotonic() - began < 1
    with pytest.raises(RedisError):
        caches["default"].ping()  # type: ignore[attr-defined] # ours has it
    with redis(port):
        counters._Outage.until = 0  # five seconds later
        assert count("x").used == 1  # there again, by nobody counted


def test_a_server_that_is_silent_is_waited_for_once(settings: Settings) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        use(settings, silent.getsockname()[1])
        began = time.monotonic()
        assert [count("x").used for _ in range(20)] == list(range(1, 21))
        assert time.monotonic() - began < 1.5
