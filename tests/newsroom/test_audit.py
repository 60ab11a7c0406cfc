"""``.ci/audit`` fails for a known vulnerability, and says so where it could not ask."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from tests.newsroom.serving import free_port
from tests.processes import ROOT

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(os.name == "nt", reason="Windows ends programs without signals"),
    pytest.mark.skipif(not shutil.which("uv"), reason="uv is missing"),
]

ADVISORY = {
    "id": "GHSA-of-a-test",
    "modified": "2026-01-01T00:00:00Z",
    "summary": "A hole",
    "affected": [
        {
            "package": {"name": "pillow", "ecosystem": "PyPI"},
            "ranges": [{"type": "ECOSYSTEM", "events": [{"introduced": "0"}]}],
        }
    ],
}


@contextmanager
def osv(*, knows: str = "", broken: bool = False) -> Iterator[str]:
    """The address of a server that answers as OSV does, and knows a hole in ``knows``."""

    class Handler(BaseHTTPRequestHandler):
        def answer(self, document: object) -> None:
            self.send_response(500 if broken else 200)
            self.send_header("Content-Type", "application/json")
            self.end_headers()
            self.wfile.write(json.dumps(document).encode())

        def do_POST(self) -> None:
            asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))["queries"]
            found = {"vulns": [{name: ADVISORY[name] for name in ("id", "modified")}]}
            self.answer(
                {"results": [found if q["package"]["name"] == knows else {} for q in asked]}
            )

        def do_GET(self) -> None:
            self.answer(ADVISORY)

        def log_message(self, *args: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, args=[0.02])
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def audit(address: str) -> tuple[int, str]:
    """The exit code of the audit, and what it says."""
    done = subprocess.run(  # noqa: S603 - our own script
        [ROOT / ".ci/audit"],
        env=os.environ | {"OSV_URL": address},
        capture_output=True,
        encoding="utf-8",
        timeout=120,
        check=False,
    )
    return done.returncode, done.stdout + done.stderr


def test_a_known_vulnerability_fails_the_gate() -> None:
    with osv(knows="pillow") as address:
        code, said = audit(address)
    assert (code, "GHSA-of-a-test: A hole" in said) == (1, True), said


def test_without_one_it_passes_and_says_how_much_was_looked_at() -> None:
    with osv() as address:
        code, said = audit(address)
    assert (code, "no known vulnerabilities" in said) == (0, True), said
    assert "NOTHING" not in said


def test_where_nobody_answers_it_says_that_nothing_was_audited() -> None:
    sentence = "NOTHING WAS AUDITED: OSV does not answer from this machine.\n"
    assert audit(f"http://127.0.0.1:{free_port()}") == (0, sentence)
    with osv(broken=True) as address:
        assert audit(address) == (0, sentence)


def test_an_audit_that_cannot_be_made_for_another_reason_fails() -> None:
    code, said = audit("no address")
    assert (code, "NOTHING" in said) == (2, False), said
