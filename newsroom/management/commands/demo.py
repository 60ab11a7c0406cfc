"""``manage.py demo``: the whole newsroom on one release, from nothing, in one command."""

from __future__ import annotations

import logging
import os
import socket
import threading
import time
import webbrowser
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import Any

from django.conf import settings
from django.contrib.auth.models import Group, User
from django.core.handlers.wsgi import WSGIHandler
from django.core.management import BaseCommand, CommandError, CommandParser, call_command
from django.core.management.commands import migrate
from django.core.servers.basehttp import ThreadedWSGIServer, WSGIRequestHandler
from django.db import connection, transaction
from django.utils.crypto import get_random_string

from articles.editing.versions import save_version
from articles.models import Article
from articles.publishing.publish import publish
from newsroom.examples import publish_examples, withdraw_examples

#: The article in the fixture ``sco_gateway``.
ARTICLE = "5eeaabcf-6385-419d-bd6f-3b9ac81ae957"
FIXTURE = "sco_gateway"
USERNAME = "editor"
PORT = 8000
LAST_PORT = 65535


class Command(BaseCommand):
    help = (
        "Prepare the database, load and publish the example release, make an editor's login, "
        "and run the site. Running it again keeps everything."
    )
    requires_system_checks = []  # they ask the database, before the port can be asked for

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--port", type=int, default=PORT, help="port on this machine")
        parser.add_argument("--open", action="store_true", help="show the site in the browser")
        examples = parser.add_mutually_exclusive_group()
        examples.add_argument(
            "--examples", action="store_true", help="publish eight invented pieces beside it"
        )
        examples.add_argument(
            "--remove-examples",
            action="store_true",
            help="withdraw the invented pieces, then stop; their addresses say what they were",
        )
        parser.add_argument("--no-server", action="store_true", help="prepare, then stop")

    def handle(
        self,
        *args: Any,
        port: int,
        no_server: bool,
        open: bool = False,
        examples: bool = False,
        remove_examples: bool = False,
        **options: Any,
    ) -> None:
        if not settings.DEBUG:
            raise CommandError(
                "The demo is for trying Newsroom on your own machine; this is a production "
                "setting (DATABASE_URL is set and DEBUG is off)."
            )
        settings.DEMO = USERNAME
        if "SITE_URL" not in os.environ:
            settings.SITE_URL = f"http://localhost:{port}"  # what pages and feeds link to
        self.examples = examples
        if remove_examples:
            self.remove_examples()
            return
        if no_server:
            self.prepare(port)
            return
        # The port is taken first of all: where that fails, nothing has been started.
        with listen(port, also=" --open" if open else "") as server:
            self.prepare(port)
            self.say("  Press Ctrl-C to stop it. Everything is kept for the next start.")
            settings.DEBUG = False  # errors as readers see them, not Django's debug pages
            # Neither a line for every request nor one for every page that is not there.
            logging.getLogger("django.server").setLevel(logging.CRITICAL)
            logging.getLogger("django.request").setLevel(logging.ERROR)
            server.set_app(WSGIHandler())
            if open:
                threading.Thread(target=self.open_browser, args=[port], daemon=True).start()
            try:
                server.serve_forever()
            except KeyboardInterrupt:
                self.goodbye()

    def prepare(self, port: int) -> None:
        """Bring database, login and example to where the demo needs them; print what there is."""
        self.say("")
        with self.step("Starting PostgreSQL"):
            connection.ensure_connection()
        with self.step("Bringing its tables up to date"):
            call_command(Migrate(self.dot), verbosity=0)
        with transaction.atomic():
            password = self.create_editor()
            if not Article.objects.filter(pk=ARTICLE).exists():
                with self.step("Loading and publishing a press release"):
                    self.load_release()
        if self.examples:
            with self.step("Drawing pictures, publishing examples"):
                publish_examples(by=User.objects.get(username=USERNAME))
        site = f"http://localhost:{port}"
        self.say(
            f"\n  The site   {site}/\n"
            f"  The desk   {site}/admin/\n"
            f"  The feed   {site}/api/v1/articles/\n"
            f"  The log    {site}/api/v1/changes/?after=0\n\n"
        )
        if password:
            self.say(f"  Log in as {USERNAME} with the password  {password}")
            self.say("  Note it now: it is shown this once.")
        else:
            self.say(
                f"  The login {USERNAME} exists already; its password was shown the first time."
            )
            self.say(f"  Forgotten? Run: uv run manage.py changepassword {USERNAME}")
        self.say(f"\n  The data lies in {where_the_data_lies()}.")

    def remove_examples(self) -> None:
        """Withdraw the examples that are public, and say how many they were."""
        editor = User.objects.filter(username=USERNAME).first()
        count = withdraw_examples(by=editor) if editor else 0
        self.say(
            f"  {count} examples were withdrawn; their addresses say that they were examples."
            if count
            else "  No example is public; `manage.py demo --examples` publishes them."
        )

    def say(self, text: str, ending: str | None = None) -> None:
        """Print ``text`` at once, also where the output goes into a file or another program."""
        self.stdout.write(text, ending=ending)
        self.stdout.flush()

    @contextmanager
    def step(self, what: str) -> Iterator[None]:
        """Print what is being done, and at its end how long it took."""
        start = time.monotonic()
        self.say(f"  {what} ...", ending="")
        try:
            yield
        except BaseException:
            self.say("")  # what went wrong begins on a line of its own
            raise
        self.say(f" {time.monotonic() - start:.1f} s")

    def dot(self) -> None:
        """Show that a long step goes on."""
        self.say(".", ending="")

    def goodbye(self) -> None:
        """Say that the demo has ended, to a terminal that may be gone."""
        with suppress(OSError):
            self.say("\n  Stopped.")

    def open_browser(self, port: int) -> None:
        """Open the site; a machine without a browser is told to open it elsewhere."""
        site = f"http://localhost:{port}/"
        try:
            opened = webbrowser.open(site)
        except (OSError, webbrowser.Error):
            opened = False
        if not opened:
            self.say(f"  No browser was found; open {site} yourself.")

    def create_editor(self) -> str:
        """Make the editor's login and return its password; "" when it exists already."""
        if User.objects.filter(username=USERNAME).exists():
            return ""
        password = get_random_string(14)
        editor = User.objects.create_user(USERNAME, password=password, is_staff=True)
        editor.groups.add(Group.objects.get(name="Publisher"))
        return password

    def load_release(self) -> None:
        """Load and publish the release."""
        call_command("loaddata", FIXTURE, verbosity=0)
        article, editor = Article.objects.get(pk=ARTICLE), User.objects.get(username=USERNAME)
        save_version(article, by=editor)
        publish(article, by=editor)


class Migrate(migrate.Command):
    """Django's ``migrate``, which tells ``progress`` after each migration."""

    def __init__(self, progress: Callable[[], None]) -> None:
        super().__init__()
        self.progress = progress

    def migration_progress_callback(self, action: str, *args: Any, **kwargs: Any) -> None:
        if action == "apply_success":
            self.progress()


def listen(port: int, *, also: str = "") -> ThreadedWSGIServer:
    """Take ``port``. CommandError, with a command that works, where another program has it.

    ``also`` are the options that the command keeps.
    """
    if not 0 < port <= LAST_PORT:
        raise CommandError(f"There is no port {port}; choose one from 1024 to {LAST_PORT}.")
    why = "is in use by another program"
    if not answers(port):
        try:
            return bind(port)
        except PermissionError:
            why = "is not open to you"
        except OSError:
            pass  # another program has it and does not answer yet
    command = "uv run manage.py demo" + also
    free = next((other for other in range(port + 1, LAST_PORT + 1) if is_free(other)), PORT)
    raise CommandError(f"Port {port} {why}; run `{command} --port {free}`.")


def bind(port: int) -> ThreadedWSGIServer:
    """Listen at ``port``, for programs of this machine only; OSError where that cannot be."""
    # On Windows, programs that may use an address again may also share it.
    again = os.name != "nt"
    return ThreadedWSGIServer(("127.0.0.1", port), WSGIRequestHandler, allow_reuse_address=again)


def answers(port: int) -> bool:
    """Whether a program listens at ``port`` where browsers look for ``localhost``: IPv6, then IPv4.

    Binding ours may succeed beside one that has only IPv6, or, on some systems, all addresses.
    """
    for address in ("::1", "127.0.0.1"):
        with suppress(OSError):
            socket.create_connection((address, port), timeout=0.5).close()
            return True
    return False


def is_free(port: int) -> bool:
    """Whether the demo could run at ``port``."""
    try:
        bind(port).server_close()
    except OSError:
        return False
    return not answers(port)


def where_the_data_lies() -> str:
    """The database, in words: a folder, or the one of DATABASE_URL."""
    if settings.DATABASE_URL:
        return "the database that DATABASE_URL names"
    return f"{settings.EMBEDDED_POSTGRES}; delete that folder to begin anew"
