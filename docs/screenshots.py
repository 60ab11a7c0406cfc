"""Pictures of every page type: ``uv run docs/screenshots.py`` writes ``var/screenshots/``.

The six that README and docs show are written to ``docs/screenshots/`` too, and those of
``docs/editors.md``, which follow an editor from signing in to a correction. The command starts the
demo on a database of its own, so a picture shows the example release and nothing else. Each page
is taken at three widths in both themes; Urdu shows the other direction. Without a font for Chinese
(``apt install fonts-wqy-microhei``) its name stands as boxes at the foot of each page.
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
from itertools import count
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
    "home-urdu-360-dark",
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
#: Name and path. The last is taken after the article was withdrawn.
PAGES = [
    ("home", "/"),
    ("home-urdu", "/ur/"),
    ("article", RELEASE),
    ("speaker-urdu", "/ur/speakers/vladimir-norov/"),
    ("event", ""),
    ("speaker", "/speakers/vladimir-norov/"),
    ("organization", ""),
    ("topic", ""),
    ("statements", "/statements/"),
    ("archive", "/archive/"),
    ("search", "/search/?q=sco"),
    ("search-nothing", "/search/?q=norav"),
    ("corrections", "/corrections/"),
    ("statement", f"{RELEASE}statements/4/"),
    ("not-found", "/articles/nothing/"),
    ("desk", "/admin/articles/article/5eeaabcf-6385-419d-bd6f-3b9ac81ae957/change/"),
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
            for name, path in PAGES:
                take(browser, name, path or first_of(name))
            show_editing(browser)
            shell(WITHDRAW, env)
            time.sleep(1.5)  # the server asks the log again within a second
            take(browser, "withdrawn", RELEASE)
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


def take(browser: Browser, name: str, path: str) -> None:
    """One page at every width in both themes, as WebP."""
    for theme in THEMES:
        for width in WIDTHS:
            context = browser.new_context(
                viewport={"width": width, "height": 900},
                color_scheme=theme,
                locale="ur" if path.startswith("/ur/") else "en",
                timezone_id="UTC",
            )
            page = context.new_page()
            page.goto(SITE + path)
            if name == "desk":
                page.get_by_label("Username").fill("editor")
                page.get_by_label("Password").fill("only-for-screenshots")
                page.get_by_role("button", name="Log in", exact=True).click()
                page.locator(".field-body [contenteditable=true]").wait_for()
            # The desk's form is long; its first screens say enough.
            shot = Image.open(io.BytesIO(page.screenshot(full_page=name != "desk")))
            file = TARGET / f"{name}-{width}-{theme}.webp"
            shot.convert("RGB").save(file, quality=40, method=6)
            if file.stem in SHOWN:
                shutil.copy(file, KEPT)
            context.close()
    print(name)


#: A text about nobody who exists, for the pictures of ``docs/editors.md``.
HEADLINE = "Institute will go on with its work on rivers"
PARAGRAPHS = [
    "Ada Writer, Director of the Example Institute, said “we will go on with the work” at a webinar"
    " on rivers. The the meeting was held online.",
    "Ben Reader, Chair of the Example Council, told the webinar that “nothing is decided yet”.",
]


def show_editing(browser: Browser) -> None:
    """The pictures of ``docs/editors.md``: one text from signing in to its correction."""
    context = browser.new_context(viewport={"width": 1280, "height": 800}, color_scheme="light")
    page = context.new_page()
    numbers = count(1)

    def keep(name: str) -> None:
        page.wait_for_timeout(600)
        shot = Image.open(io.BytesIO(page.screenshot()))
        file = KEPT / f"editors-{next(numbers)}-{name}.webp"
        shot.convert("RGB").save(file, quality=40, method=6)
        print(file.stem)

    page.goto(f"{SITE}/admin/")
    page.get_by_label("Username").fill("editor")
    page.get_by_label("Password").fill("only-for-screenshots")
    keep("sign-in")
    page.get_by_role("button", name="Log in", exact=True).click()
    page.get_by_role("link", name="Write an article").first.wait_for()
    keep("my-work")
    page.goto(f"{SITE}/admin/articles/article/add/")
    body = page.locator(".ProseMirror[contenteditable]")
    body.wait_for()
    page.wait_for_timeout(1000)
    page.get_by_label("Headline").fill(HEADLINE)
    body.click()
    for paragraph in PARAGRAPHS:
        page.keyboard.insert_text(paragraph)
        page.wait_for_timeout(150)
        page.keyboard.press("Enter")
    page.wait_for_timeout(1500)
    keep("write")
    page.locator("mark.unsaid", has_text="we will go on").click()
    page.keyboard.type("Ada Writer, Director, Example Institute")
    page.locator("#who .options .new").first.wait_for()
    keep("who-said-it")
    page.keyboard.press("Enter")
    page.locator("mark.unsaid", has_text="nothing is decided").click()
    page.keyboard.type("Ben Reader, Chair, Example Council")
    page.locator("#who .options .new").first.wait_for()
    page.keyboard.press("Enter")
    page.locator("mark.said").nth(1).wait_for()
    page.get_by_text("to settle under").wait_for(state="hidden")  # the checks are made anew
    page.locator("details > summary", has_text="Event").first.click()
    page.get_by_label("Event", exact=True).fill("Webinar on rivers")
    page.locator(".panel .options .new:visible").wait_for()
    page.keyboard.press("Enter")
    page.get_by_label("Organizers").fill("Example")
    page.locator(".panel .options li:visible").first.wait_for()
    keep("event")
    page.keyboard.press("Enter")
    page.keyboard.press("Control+s")
    page.locator("#state .saved").filter(has_text="Version 1").wait_for()
    page.locator("[data-do=preview]").click()
    keep("preview")
    page.keyboard.press("Escape")
    page.keyboard.press("Control+Shift+Enter")
    page.locator("#publish[open] h2").first.wait_for()
    keep("publish")
    if page.get_by_role("checkbox", name="Publish although").count():
        page.get_by_role("checkbox", name="Publish although").check()
    page.locator("#publish .default").click()
    page.get_by_text("Published as edition 1.").wait_for()
    keep("published")
    page.get_by_label("Headline").press("Control+End")
    page.keyboard.type(" and lakes")
    page.keyboard.press("Control+Shift+Enter")
    page.locator("#publish[open] ins").last.wait_for()
    page.get_by_label("Correction note").fill("An earlier headline left out the lakes.")
    keep("correct")
    page.locator("#publish .default").click()
    page.get_by_text("Corrected: readers see edition 2").wait_for()
    page.locator("#actions .menu summary").click()
    page.get_by_role("link", name="History").click()
    page.get_by_role("heading", level=1).wait_for()
    keep("history")
    context.close()


if __name__ == "__main__":
    main()
