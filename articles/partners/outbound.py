"""HTTP requests to addresses that partners give: to public IP addresses only (no SSRF)."""

from __future__ import annotations

import contextlib
import ipaddress
import socket
from threading import Timer
from urllib.parse import SplitResult, urlsplit

import urllib3
from django.conf import settings
from urllib3.connection import HTTPConnection, HTTPSConnection

#: Timeouts of connecting and of each read, in seconds.
TIMEOUT = urllib3.Timeout(connect=5, read=10)
#: A connection is closed after so many seconds, also when the server sends a byte now and then.
LONGEST = 20.0
#: Error texts are cut to this length: the server has written part of them.
_ERROR_LENGTH = 300
_UNICAST = ipaddress.ip_network("2000::/3")
_NAT64 = ipaddress.ip_network("64:ff9b::/96")


class NotAllowed(Exception):
    """Requests to this address are refused; the text says why."""


def check(url: str) -> SplitResult:
    """Return the parts of ``url``. Raises NotAllowed unless it is HTTPS with a host, no login."""
    try:
        parts = urlsplit(url)
        parts.port  # noqa: B018 - raises for one that is none
    except ValueError as error:
        raise NotAllowed(f"{url} is not an address: {error}.") from error
    schemes = ("https", "http") if settings.WEBHOOKS_TO_PRIVATE else ("https",)
    if parts.scheme not in schemes or not parts.hostname:
        raise NotAllowed("Give an address that begins with https:// and a host name.")
    if "@" in parts.netloc:
        raise NotAllowed("Leave name and password out of the address; each request is signed.")
    return parts


def post(url: str, body: bytes, headers: dict[str, str]) -> tuple[int | None, str]:
    """Send ``body`` to ``url``; return the status (None without an answer) and the error or "".

    The host name is resolved once, and the connection goes to the address that was checked.
    Redirects are not followed. Nothing is raised.
    """
    try:
        parts = check(url)
        target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        with _pool(parts) as pool:
            response = pool.request(
                "POST",
                target,
                body=body,
                headers=headers | {"Host": _ascii(parts.netloc)},
                timeout=TIMEOUT,
                retries=False,
                redirect=False,
                preload_content=False,
            )
            response.close()
    except NotAllowed as error:
        return None, str(error)
    except (urllib3.exceptions.HTTPError, OSError, ValueError) as error:
        return None, _printable(f"{parts.hostname} was not reached: {error}")
    if 200 <= response.status < 300:
        return response.status, ""
    answer = f"{response.status} {response.reason or ''}".strip()
    return response.status, _printable(f"{parts.hostname} answered {answer}.")


def _pool(parts: SplitResult) -> urllib3.HTTPConnectionPool:
    host = _ascii(str(parts.hostname))
    secure = parts.scheme == "https"
    port = parts.port or (443 if secure else 80)
    address = _resolved(host, port)
    if secure:
        return _SecurePool(address, port, server_hostname=host, assert_hostname=host)
    return _Pool(address, port)


def _resolved(host: str, port: int) -> str:
    """Return an IP address of ``host``. Raises NotAllowed when one of them is not public."""
    found = [str(info[4][0]) for info in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)]
    if not settings.WEBHOOKS_TO_PRIVATE:
        for address in found:
            if not is_public(address):
                raise NotAllowed(f"{host} leads to {address}, which is not a public address.")
    return found[0]


def is_public(address: str) -> bool:
    """Whether the IP ``address`` is public; an IPv4 address inside an IPv6 one is judged itself."""
    ip = ipaddress.ip_address(address.partition("%")[0])
    if isinstance(ip, ipaddress.IPv6Address):
        inside = ip.ipv4_mapped or ip.sixtofour
        if ip in _NAT64:
            inside = ipaddress.IPv4Address(int(ip) & 0xFFFFFFFF)
        if inside:
            return is_public(str(inside))
        if ip not in _UNICAST:
            return False
    return ip.is_global and not ip.is_multicast


def _ascii(host: str) -> str:
    """``host`` in ASCII (IDNA)."""
    return host.encode("idna").decode()


def _printable(error: str) -> str:
    """``error`` on one line, without control characters, cut to ``_ERROR_LENGTH``."""
    return "".join(c if c.isprintable() else " " for c in error)[:_ERROR_LENGTH]


class _Bounded:
    """A connection that is shut down after ``LONGEST`` seconds, in whatever state it is."""

    _timer: Timer | None = None

    def _new_conn(self) -> socket.socket:
        connected: socket.socket = super()._new_conn()  # type: ignore[misc]
        # TLS wraps the socket and detaches it; a duplicate can still shut the connection down.
        self._handle = connected.dup()
        self._timer = Timer(LONGEST, self._shut_down)
        self._timer.daemon = True
        self._timer.start()
        return connected

    def _shut_down(self) -> None:
        with contextlib.suppress(OSError):  # closed already
            self._handle.shutdown(socket.SHUT_RDWR)

    def close(self) -> None:
        if self._timer:
            self._timer.cancel()
            self._handle.close()
        super().close()  # type: ignore[misc]


class _Connection(_Bounded, HTTPConnection):
    pass


class _SecureConnection(_Bounded, HTTPSConnection):
    pass


class _Pool(urllib3.HTTPConnectionPool):
    ConnectionCls = _Connection


class _SecurePool(urllib3.HTTPSConnectionPool):
    ConnectionCls = _SecureConnection
