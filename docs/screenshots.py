"""Pictures of every page type: ``uv run docs/screenshots.py`` writes ``var/screenshots/``.

The six that README and docs show are written to ``docs/screenshots/`` too. The command starts the
demo on a database of its own, so a picture shows the example release and nothing else. Each page
is taken at three widths in both themes; Urdu shows the other direction.
"""

from __future__ import annotations

import io
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
import urllib.request
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, sync_playwright

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))
from tests.chromium import CHROMIUM, SWITCHES  # noqa: E402

TARGET = ROOT / "var/screenshots"
#: What README and docs show; the repository keeps these and no others.
KEPT = ROOT / "docs/screenshots"
SHOWN = {
    "article-820-light",
    "article-urdu-360-dark",
    "event-820-light",
    "home-1440-light",
    "speaker-820-light",
    "withdrawn-820-light",
}
PORT = 8917
SITE = f"http://127.0.0.1:{PORT}"
WIDTHS = (360, 820, 1440)
THEMES = ("light", "dark")
RELEASE = "/articles/sco-gateway-to-regional-cooperation/"
#: Name, path, language. The last is taken after the article was withdrawn.
PAGES = [
    ("home", "/", "en"),
    ("home-urdu", "/", "ur"),
    ("article", RELEASE, "en"),
    ("article-urdu", RELEASE, "ur"),
    ("event", "", "en"),
    ("speaker", "/speakers/vladimir-norov/", "en"),
    ("organization", "", "en"),
    ("topic", "", "en"),
    ("archive", "/archive/", "en"),
    ("search", "/search/?q=sco", "en"),
    ("search-nothing", "/search/?q=norav", "en"),
    ("corrections", "/corrections/", "en"),
    ("statement", f"{RELEASE}statements/4/", "en"),
    ("not-found", "/articles/nothing/", "en"),
    ("desk", "/admin/articles/article/5eeaabcf-6385-419d-bd6f-3b9ac81ae957/change/", "en"),
]
LOGIN = """
from django.contrib.auth.models import User
editor = User.objects.get(username="editor")
editor.set_password("only-for-screenshots")
editor.save()
"""
WITHDRAW = f"""
from django.contrib.auth.models import User
from articles.models import Article
from articles.publishing.publish import withdraw
article = Article.objects.get(slug="{RELEASE.split("/")[2]}")
withdraw(article, by=User.objects.get(username="editor"), notice="This notice is an example.")
"""


def main() -> None:
    TARGET.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        env = os.environ | {"EMBEDDED_POSTGRES": f"{folder}/postgres", "SITE_URL": SITE}
        command = [sys.executable, "manage.py", "demo", "--port", str(PORT)]
        quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
        server = subprocess.Popen(command, cwd=ROOT, env=env, **quiet)
        try:
            wait()
            shell(LOGIN, env)
            browser = playwright.chromium.launch(executable_path=CHROMIUM, args=SWITCHES)
            for name, path, language in PAGES:
                take(browser, name, path or first_of(name), language)
            shell(WITHDRAW, env)
            time.sleep(1.5)  # the server asks the log again within a second
            take(browser, "withdrawn", RELEASE, "en")
            browser.close()
        finally:
            server.terminate()
            server.wait()


def wait() -> None:
    """Until the demo answers, a minute at most."""
    for _ in range(120):
        try:
            urllib.request.urlopen(f"{SITE}/readyz")
        except OSError:
            time.sleep(0.5)
        else:
            return
    raise SystemExit("The demo did not start; try `uv run manage.py demo` by itself.")


def shell(code: str, env: dict[str, str]) -> None:
    """Run ``code`` in the project, on the demo's database."""
    command = [sys.executable, "manage.py", "shell", "-c", code]
    subprocess.run(command, cwd=ROOT, env=env, check=True, stdout=subprocess.DEVNULL)


def first_of(kind: str) -> str:
    """The path of the first page of ``kind`` that the release's article links to."""
    page = urllib.request.urlopen(SITE + RELEASE).read().decode()
    return re.findall(rf'href="(/{kind}s/[^"/]+/)"', page)[0]


def take(browser: Browser, name: str, path: str, language: str) -> None:
    """One page at every width in both themes, as WebP."""
    for theme in THEMES:
        for width in WIDTHS:
            context = browser.new_context(
                viewport={"width": width, "height": 900},
                color_scheme=theme,
                locale=language,
                timezone_id="UTC",
            )
            page = context.new_page()
            page.goto(SITE + path)
            if name == "desk":
                page.get_by_label("Username").fill("editor")
                page.get_by_label("Password").fill("only-for-screenshots")
                page.get_by_role("button", name="Log in").click()
                page.locator(".field-body [contenteditable=true]").wait_for()
            # The desk's form is long; its first screens say enough.
            shot = Image.open(io.BytesIO(page.screenshot(full_page=name != "desk")))
            file = TARGET / f"{name}-{width}-{theme}.webp"
            shot.convert("RGB").save(file, quality=40, method=6)
            if file.stem in SHOWN:
                shutil.copy(file, KEPT)
            context.close()
    print(name)


if __name__ == "__main__":
    main()
