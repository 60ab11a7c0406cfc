"""The site's own address and its host names, as the environment gives them."""

from __future__ import annotations

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.http.request import split_domain_port, validate_host

from newsroom import settings


@pytest.mark.parametrize(
    ("given", "address"),
    [
        ("https://[::1]", "https://[::1]"),
        ("https://a.example:8443", "https://a.example:8443"),
        (" HTTPS://A.Example// ", "https://a.example"),
        ("http://127.0.0.1:8000/", "http://127.0.0.1:8000"),
        ("https://xn--b1amarcd.example", "https://xn--b1amarcd.example"),
    ],
)
def test_an_address_of_one_host_is_one_however_it_is_written(given: str, address: str) -> None:
    assert settings.check_site_url(given) == address


@pytest.mark.parametrize(
    "given",
    [
        *("https://a.example.", "https://a..example", "https://.a.example", "https://*"),
        *("https://user:word@a.example", "https://a.example?", "https://a.example#", "https://a&b"),
        *(
            "https://a.example:",
            "https://a b.example",
            'https://a"b.example',
            "https://a<b>.example",
        ),
        *(
            "https://новости.example",
            "https://a_b.example",
            "https://a.example\\",
            "https://a.example/x",
        ),
        *(
            "https://a.example/\nb",
            "https://a,b",
            "https:a.example",
            "//a.example",
            "https://::1",
            "",
        ),
    ],
)
def test_what_is_not_the_address_of_one_host_is_refused(given: str) -> None:
    with pytest.raises(ImproperlyConfigured, match=r"https://news\.example\.org"):
        settings.check_site_url(given)


def test_a_word_in_an_address_is_not_told() -> None:
    with pytest.raises(ImproperlyConfigured, match="is not the address of one host") as refused:
        settings.check_site_url("https://user:word@a.example")
    assert "word" not in str(refused.value)


@pytest.mark.parametrize(
    "given",
    [
        *("a.example:8443", "https://a.example", "a.example/", "a.example.", "*.a.example", "::1"),
        *("новости.example", "a.example b.example", "a_b.example"),
    ],
)
def test_a_host_that_no_request_names_is_refused(given: str) -> None:
    assert not validate_host(split_domain_port(given)[0], [given])
    with pytest.raises(ImproperlyConfigured, match="which no request names"):
        settings.check_hosts(["a.example", given])


def test_hosts_that_requests_name() -> None:
    hosts = ["*", ".a.example", "A.Example", "[::1]", "127.0.0.1", "localhost", "web"]
    assert settings.check_hosts(hosts) == [host.lower() for host in hosts]
