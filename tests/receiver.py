"""A partner's system: a real HTTP server on this machine that keeps what it is sent."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


@dataclass
class Received:
    """One request."""

    path: str
    headers: dict[str, str]
    body: bytes

    @property
    def data(self) -> dict[str, Any]:
        return json.loads(self.body)


@dataclass
class Receiver:
    """The server: its address, what it got, and how it answers (a status for each request)."""

    url: str = ""
    got: list[Received] = field(default_factory=list)
    answer: Callable[[Received], int] = lambda received: 204


def sequences(got: list[Received]) -> list[int]:
    """The numbers in the log of what arrived, in that order."""
    return [received.data["data"]["sequence"] for received in got]


@contextmanager
def receiver() -> Iterator[Receiver]:
    """Run a receiver until the block ends."""
    here = Receiver()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            length = int(self.headers.get("Content-Length", 0))
            headers = {name.lower(): value for name, value in self.headers.items()}
            received = Received(self.path, headers, self.rfile.read(length))
            here.got.append(received)
            status = here.answer(received)
            self.send_response(status)
            if 300 <= status < 400:
                self.send_header("Location", here.url + "elsewhere")
            self.end_headers()

        def log_message(self, *args: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    here.url = f"http://localhost:{server.server_port}/"
    thread = threading.Thread(target=server.serve_forever, args=[0.02])
    thread.start()
    try:
        yield here
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
