"""``manage.py demo``: the whole newsroom on one release, from nothing, in one command."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib.auth.models import Group, User
from django.core.management import BaseCommand, CommandError, CommandParser, call_command
from django.db import transaction
from django.utils.crypto import get_random_string

from articles.editing.versions import save_version
from articles.models import Article
from articles.publishing.publish import publish

#: The article in the fixture ``sco_gateway``.
ARTICLE = "5eeaabcf-6385-419d-bd6f-3b9ac81ae957"
FIXTURE = "sco_gateway"
USERNAME = "editor"


class Command(BaseCommand):
    help = (
        "Prepare the database, load and publish the example release, make an editor's login, "
        "and run the site. Running it again keeps everything."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--port", type=int, default=8000, help="port on 127.0.0.1")
        parser.add_argument("--no-server", action="store_true", help="prepare, then stop")

    def handle(self, *args: Any, port: int, no_server: bool, **options: Any) -> None:
        if not settings.DEBUG:
            raise CommandError(
                "The demo is for trying Newsroom on your own machine; this is a production "
                "setting (DATABASE_URL is set and DEBUG is off)."
            )
        self.stdout.write("Database: starting and bringing it up to date ...")
        call_command("migrate", verbosity=0)
        with transaction.atomic():
            password = self.create_editor()
            self.load_release()
        site = f"http://localhost:{port}"
        self.stdout.write(
            f"\n  The site     {site}/\n"
            f"  The desk     {site}/admin/\n"
            f"  The feed     {site}/api/v1/articles/\n"
            f"  The log      {site}/api/v1/changes/?after=0\n"
            f"  Its docs     {site}/api/v1/docs/\n"
        )
        if password:
            self.stdout.write(f"  Log in as “{USERNAME}” with the password  {password}")
            self.stdout.write("  Note it now: it is shown this once.\n")
        else:
            self.stdout.write(
                f"  The login “{USERNAME}” exists already; its password was shown the first time.\n"
                f"  Forgotten? Run: uv run manage.py changepassword {USERNAME}\n"
            )
        if not no_server:
            self.stdout.write("  Press Ctrl-C to stop. Everything is kept for the next start.\n")
            settings.DEBUG = False  # errors as readers see them, not Django's debug pages
            call_command("runserver", f"127.0.0.1:{port}", use_reloader=False)

    def create_editor(self) -> str:
        """Make the editor's login and return its password; "" when it exists already."""
        if User.objects.filter(username=USERNAME).exists():
            return ""
        password = get_random_string(14)
        editor = User.objects.create_user(USERNAME, password=password, is_staff=True)
        editor.groups.add(Group.objects.get(name="Publisher"))
        return password

    def load_release(self) -> None:
        """Load and publish the release once; later starts leave the editors' work alone."""
        if Article.objects.filter(pk=ARTICLE).exists():
            self.stdout.write("Example: in place, left as it is.")
            return
        call_command("loaddata", FIXTURE, verbosity=0)
        article, editor = Article.objects.get(pk=ARTICLE), User.objects.get(username=USERNAME)
        save_version(article, by=editor)
        edition = publish(article, by=editor)
        self.stdout.write(f"Example: loaded and published, “{edition.headline}”.")
