"""Requests to addresses that partners give us: to public hosts only, whatever the name leads to."""

from __future__ import annotations

import ipaddress
import socket
from urllib.parse import SplitResult, urlsplit

import urllib3
from django.conf import settings

#: How long connecting and each answer may take, in seconds.
TIMEOUT = urllib3.Timeout(connect=5, read=10)
_NAT64 = ipaddress.ip_network("64:ff9b::/96")


class NotAllowed(Exception):
    """We do not send to this address; its text says why."""


def check(url: str) -> SplitResult:
    """The parts of ``url``. Raises NotAllowed unless it is HTTPS, has a host and no password."""
    try:
        parts = urlsplit(url)
        parts.port  # noqa: B018 - raises for one that is none
    except ValueError as error:
        raise NotAllowed(f"{url} is not an address: {error}.") from error
    schemes = ("https", "http") if settings.WEBHOOKS_TO_PRIVATE else ("https",)
    if parts.scheme not in schemes or not parts.hostname:
        raise NotAllowed("Give an address that begins with https:// and a host name.")
    if parts.username or parts.password:
        raise NotAllowed("Leave name and password out of the address; each request is signed.")
    return parts


def post(url: str, body: bytes, headers: dict[str, str]) -> tuple[int | None, str]:
    """Send ``body`` to ``url``; return the status, if there was one, and what went wrong.

    The host's name is resolved once and the connection goes to the address that was checked.
    Redirects are not followed.
    """
    try:
        parts = check(url)
        target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        with _pool(parts) as pool:
            response = pool.request(
                "POST",
                target,
                body=body,
                headers=headers | {"Host": parts.netloc},
                timeout=TIMEOUT,
                retries=False,
                redirect=False,
                preload_content=False,
            )
            response.close()
    except NotAllowed as error:
        return None, str(error)
    except (urllib3.exceptions.HTTPError, OSError, ValueError) as error:
        return None, f"{parts.hostname} was not reached: {error}"
    if 200 <= response.status < 300:
        return response.status, ""
    return response.status, f"{parts.hostname} answered {response.status} {response.reason}."


def _pool(parts: SplitResult) -> urllib3.HTTPConnectionPool:
    host = str(parts.hostname)
    secure = parts.scheme == "https"
    port = parts.port or (443 if secure else 80)
    address = _resolved(host, port)
    if secure:
        return urllib3.HTTPSConnectionPool(
            address, port, server_hostname=host, assert_hostname=host
        )
    return urllib3.HTTPConnectionPool(address, port)


def _resolved(host: str, port: int) -> str:
    """An address of ``host``; NotAllowed when any of its addresses is not public."""
    found = [str(entry[4][0]) for entry in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)]
    if not settings.WEBHOOKS_TO_PRIVATE:
        for address in found:
            if not is_public(address):
                raise NotAllowed(f"{host} leads to {address}, which is not a public address.")
    return found[0]


def is_public(address: str) -> bool:
    """Whether ``address`` is a host on the internet, also if it is one address inside another."""
    ip = ipaddress.ip_address(address.partition("%")[0])
    inside = [ip]
    if isinstance(ip, ipaddress.IPv6Address):
        inside += [inner for inner in (ip.ipv4_mapped, ip.sixtofour) if inner]
        if ip in _NAT64:
            inside.append(ipaddress.IPv4Address(int(ip) & 0xFFFFFFFF))
    return all(one.is_global and not one.is_multicast for one in inside)
