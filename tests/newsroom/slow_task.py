"""A task for workers in tests: it takes its time, and writes down that it began."""

from __future__ import annotations

import time
from pathlib import Path

from django.tasks import task


@task()
def write_and_wait(path: str, seconds: float) -> None:
    """Append a line to the file at ``path``, then do nothing for so many ``seconds``."""
    with Path(path).open("a", encoding="utf-8") as lines:
        lines.write("begun\n")
    time.sleep(seconds)
