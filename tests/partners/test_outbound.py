"""Requests to addresses that partners give: to public hosts only, and never for long."""

from __future__ import annotations

import contextlib
import socket
import threading
import time
from collections.abc import Callable, Iterator

import pytest
from django.contrib.auth.models import User
from pytest_django import Settings

from articles.models import Delivery, Endpoint, Partner
from articles.partners import outbound
from articles.partners.webhooks import send_due_deliveries
from articles.publishing.publish import publish
from tests.builders import an_article
from tests.receiver import Receiver

type Answer = Callable[[socket.socket], None]


@pytest.fixture
def answering(settings: Settings) -> Iterator[Callable[[Answer], str]]:
    """A function that starts a server which answers by hand, byte for byte; gives its address."""
    settings.WEBHOOKS_TO_PRIVATE = True
    with contextlib.ExitStack() as open_sockets:

        def start(answer: Answer) -> str:
            server = open_sockets.enter_context(socket.create_server(("127.0.0.1", 0)))

            def run() -> None:
                with server.accept()[0] as line:
                    while b"{}" not in line.recv(65536):
                        pass
                    with contextlib.suppress(OSError):
                        answer(line)

            threading.Thread(target=run, daemon=True).start()
            return f"http://localhost:{server.getsockname()[1]}/"

        yield start


def says(text: bytes) -> Answer:
    return lambda line: line.sendall(text)


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1",
        "10.1.2.3",
        "172.16.0.1",
        "192.168.1.1",
        "169.254.169.254",
        "100.64.0.1",
        "0.0.0.0",  # noqa: S104 - to be refused
        "224.0.0.1",
        "255.255.255.255",
        "::1",
        "::",
        "::ffff:127.0.0.1",
        "::ffff:10.0.0.1",
        "64:ff9b::7f00:1",
        "2002:7f00:1::",
        "fe80::1%eth0",
        "fc00::1",
        "ff02::1",
    ],
)
def test_no_private_address_is_public(address: str) -> None:
    assert not outbound.is_public(address)


@pytest.mark.parametrize("address", ["1.1.1.1", "2606:4700:4700::1111", "64:ff9b::101:101"])
def test_public_addresses_are(address: str) -> None:
    assert outbound.is_public(address)


@pytest.mark.parametrize(
    ("url", "sentence"),
    [
        ("https://localhost/", "localhost leads to"),
        ("https://127.0.0.1/", "127.0.0.1 leads to 127.0.0.1, which is not a public address."),
        ("https://2130706433/", "2130706433 leads to 127.0.0.1"),
        ("https://0x7f.1/", "0x7f.1 leads to 127.0.0.1"),
        ("https://[::ffff:127.0.0.1]/", "which is not a public address."),
        ("http://example.org/", "begins with https://"),
        ("ftp://example.org/", "begins with https://"),
        ("https://name:word@example.org/", "Leave name and password out"),
        ("https://example.org:99999/", "is not an address"),
        ("https:///nowhere", "begins with https://"),
        ("https://does-not-exist.invalid/", "was not reached"),
    ],
)
def test_only_public_hosts_are_sent_to(url: str, sentence: str) -> None:
    status, error = outbound.post(url, b"{}", {})
    assert status is None
    assert sentence in error


@pytest.mark.slow
def test_who_answers_a_byte_at_a_time_is_cut_off(
    answering: Callable[[Answer], str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def drip(line: socket.socket) -> None:
        for byte in b"HTTP/1.1 200 " + b"x" * 100:
            line.sendall(bytes([byte]))
            time.sleep(0.1)

    monkeypatch.setattr(outbound, "LONGEST", 0.5)
    began = time.monotonic()
    status, error = outbound.post(answering(drip), b"{}", {})
    assert status is None
    assert "was not reached" in error
    assert time.monotonic() - began < 3


def test_what_a_system_says_is_kept_short_and_plain(answering: Callable[[Answer], str]) -> None:
    reason = b"a\x00b\x1b[31m " + b"c" * 5000
    url = answering(says(b"HTTP/1.1 500 " + reason + b"\r\ncontent-length: 0\r\n\r\n"))
    status, error = outbound.post(url, b"{}", {})
    assert status == 500
    assert error.startswith("localhost answered 500 a b [31m ccc")
    assert len(error) == 300
    assert error.isprintable()


def test_a_host_in_another_script(
    answering: Callable[[Answer], str], monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = []
    resolve = socket.getaddrinfo

    def resolved(host: str, *args: object, **options: object) -> object:
        asked.append(host)
        return resolve("localhost", *args, **options)  # type: ignore[arg-type]

    monkeypatch.setattr(socket, "getaddrinfo", resolved)
    url = answering(says(b"HTTP/1.1 204 No Content\r\n\r\n"))
    assert outbound.post(url.replace("localhost", "новости.example"), b"{}", {}) == (204, "")
    assert asked[0] == "новости.example".encode("idna").decode()


@pytest.mark.parametrize("host", ["a..b", "x" * 300, "%00", "[::1", "host:99999"])
def test_what_is_no_host_is_said(settings: Settings, host: str) -> None:
    settings.WEBHOOKS_TO_PRIVATE = True
    status, error = outbound.post(f"http://{host}/", b"{}", {})
    assert status is None
    assert error


def test_a_redirect_is_a_failure_and_is_not_followed(
    endpoint: Endpoint, system: Receiver, publisher: User
) -> None:
    publish(an_article(), by=publisher)
    system.answer = lambda received: 302
    send_due_deliveries()
    assert len(system.got) == 1
    assert Delivery.objects.get().status == 302


def test_a_system_that_is_down(partner: Partner, publisher: User, settings: Settings) -> None:
    settings.WEBHOOKS_TO_PRIVATE = True
    Endpoint.objects.create(partner=partner, url="http://localhost:9/")
    publish(an_article(), by=publisher)
    assert send_due_deliveries() == 1
    assert "localhost was not reached" in Delivery.objects.get().error


def test_any_site_name_will_do(
    endpoint: Endpoint, system: Receiver, publisher: User, settings: Settings
) -> None:
    settings.SITE_NAME = "Новости"
    publish(an_article(), by=publisher)
    send_due_deliveries()
    assert len(system.got) == 1
