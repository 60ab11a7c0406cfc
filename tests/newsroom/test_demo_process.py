"""The first five minutes: ``manage.py demo`` as somebody starts it who has only just come."""

from __future__ import annotations

import io
import re
import socket
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest
from django.core.management import CommandError
from django.test import Client
from PIL import Image

from newsroom.management.commands.demo import listen
from tests.newsroom.serving import Answer, free_port, get, wait_for, wait_until_it_answers
from tests.processes import start

pytestmark = pytest.mark.slow

#: As on a machine whose terminal knows no letters but those of English.
PLAIN_LOCALE = {"LC_ALL": "C", "PYTHONCOERCECLOCALE": "0", "PYTHONUTF8": "0"}

#: What links to itself or to other pages by its whole address.
WITH_ADDRESSES = [
    "/",
    "/feeds/articles.atom",
    "/feeds/articles.rss",
    "/feeds/articles.json",
    "/sitemap.xml",
    "/robots.txt",
    "/api/v1/articles/",
    "/api/v1/changes/?after=0",
]


class Demo(NamedTuple):
    """What a demo did from its start to its end."""

    port: int
    data: Path
    answers: dict[str, Answer]
    opened: str
    out: str
    error: str
    exit_code: int


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Demo:
    """A demo in a plain locale, with a browser that only writes down what it is to open."""
    folder = tmp_path_factory.mktemp("demo")
    port, data, opened = free_port(), folder / "postgres", folder / "opened"
    browser = folder / "browser.py"
    write = f"import pathlib, sys; pathlib.Path({str(opened)!r}).write_text(sys.argv[1])"
    browser.write_text(write, encoding="utf-8")
    process = start(
        *("manage.py", "demo", "--open", "--port", str(port)),
        EMBEDDED_POSTGRES=str(data),
        BROWSER=f"'{sys.executable}' '{browser}' %s",
        **PLAIN_LOCALE,
    )
    try:
        wait_until_it_answers(port, process)
        answers = {path: get(port, path) for path in [*WITH_ADDRESSES, "/nothing/"]}
        wait_for(opened, process)
    finally:
        process.terminate()
        out, error = process.communicate(timeout=30)
    return Demo(
        port, data, answers, opened.read_text(encoding="utf-8"), out, error, process.returncode
    )


def test_it_runs_in_a_plain_locale(demo: Demo) -> None:
    assert demo.exit_code == 0
    assert "‘Shanghai Spirit’" in demo.answers["/"].body.decode()


def test_every_line_that_it_prints_is_its_own(demo: Demo) -> None:
    site = f"http://localhost:{demo.port}"
    wanted = [
        r"Starting PostgreSQL \.\.\. \d+\.\d s",
        r"Bringing its tables up to date \.{4,} \d+\.\d s",  # a dot for each that is long
        r"Loading and publishing a press release \.\.\. \d+\.\d s",
        rf"The site   {site}/",
        rf"The desk   {site}/admin/",
        rf"The feed   {site}/api/v1/articles/",
        rf"The log    {site}/api/v1/changes/\?after=0",
        r"Log in as editor with the password  \w{14}",
        r"Note it now: it is shown this once\.",
        rf"The data lies in {re.escape(str(demo.data))}; delete that folder to begin anew\.",
        r"Press Ctrl-C to stop it\. Everything is kept for the next start\.",
        r"Stopped\.",
    ]
    lines = [line.strip() for line in demo.out.splitlines() if line.strip()]
    assert len(lines) == len(wanted), demo.out
    assert not [
        (line, pattern)
        for line, pattern in zip(lines, wanted, strict=True)
        if not re.fullmatch(pattern, line)
    ]
    assert demo.error == ""


@pytest.mark.parametrize("path", WITH_ADDRESSES)
def test_addresses_that_it_hands_out_have_its_port(demo: Demo, path: str) -> None:
    answer = demo.answers[path]
    assert answer.status == 200
    ports = set(re.findall(r"//localhost(:\d+|\b)", answer.body.decode()))
    assert ports == {f":{demo.port}"}


def test_errors_are_those_that_readers_see(demo: Demo) -> None:
    answer = demo.answers["/nothing/"]
    assert answer.status == 404
    assert b"DEBUG = True" not in answer.body


def test_open_shows_the_site_in_the_browser(demo: Demo) -> None:
    assert demo.opened == f"http://localhost:{demo.port}/"


@pytest.fixture
def taken() -> Iterator[int]:
    """A port that another program has."""
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        yield other.getsockname()[1]


def test_where_the_port_is_taken_nothing_is_started(taken: int, tmp_path: Path) -> None:
    data = tmp_path / "var" / "postgres"
    process = start("manage.py", "demo", "--port", str(taken), EMBEDDED_POSTGRES=str(data))
    out, error = process.communicate(timeout=60)
    assert process.returncode == 1
    assert out == ""
    sentence = (
        rf"CommandError: Port {taken} is in use by another program; "
        r"run `uv run manage.py demo --port (\d+)`\.\n"
    )
    found = re.fullmatch(sentence, error)
    assert found, error
    assert int(found[1]) > taken
    assert not data.parent.exists()


def test_the_port_that_is_named_instead_is_free(taken: int) -> None:
    with pytest.raises(CommandError) as refused:
        listen(taken, also=" --open")
    found = re.search(r"demo --open --port (\d+)`", str(refused.value))
    assert found
    listen(int(found[1])).server_close()


def test_a_port_is_taken_too_before_its_program_answers() -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        with pytest.raises(CommandError, match="is in use by another program"):
            listen(other.getsockname()[1])


@pytest.mark.parametrize("family", [socket.AF_INET, socket.AF_INET6])
def test_a_port_is_taken_by_a_program_that_has_all_addresses(family: socket.AddressFamily) -> None:
    try:
        other = socket.create_server(("", 0), family=family)
    except OSError:
        pytest.skip("this machine has no IPv6")
    with other, pytest.raises(CommandError, match="is in use by another program"):
        listen(other.getsockname()[1])


@pytest.mark.parametrize("port", [0, 65536])
def test_a_port_that_cannot_be_is_refused_in_a_sentence(port: int) -> None:
    with pytest.raises(CommandError, match=f"There is no port {port}; choose one from"):
        listen(port)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("path", "kind", "size"),
    [
        ("/favicon.ico", "ICO", (48, 48)),
        ("/apple-touch-icon.png", "PNG", (180, 180)),
    ],
)
def test_browsers_find_an_icon_where_they_look_for_one(
    path: str, kind: str, size: tuple[int, int]
) -> None:
    answer = Client().get(path)
    assert answer.status_code == 200
    assert answer["Content-Type"].startswith("image/")
    icon = Image.open(io.BytesIO(b"".join(answer.streaming_content)))  # type: ignore[attr-defined]
    assert (icon.format, icon.size) == (kind, size)


def test_what_a_terminal_cannot_show_is_printed_as_codes() -> None:
    code = r"print('\u062e\u0628\u0631')"
    process = start("manage.py", "shell", "--verbosity=0", f"--command={code}", **PLAIN_LOCALE)
    out, error = process.communicate(timeout=60)
    assert out == r"\u062e\u0628\u0631" + "\n", error
