"""The system's Chromium, and how it is started on machines without a screen."""

from __future__ import annotations

import shutil

from playwright.sync_api import expect

#: On a machine with other work, two requests and a new page take longer than the usual 5 seconds.
expect.set_options(timeout=15_000)

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
SWITCHES = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
]
