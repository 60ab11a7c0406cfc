"""Python processes of their own, with the settings that a test gives and no others."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import IO

ROOT = Path(__file__).parent.parent
OURS = {"DATABASE_URL", "DEBUG", "SECRET_KEY", "ALLOWED_HOSTS", "SITE_URL", "EMBEDDED_POSTGRES"}


def python(code: str, **settings: str) -> subprocess.Popen[str]:
    """Start ``code`` in the project's folder; wait for it with ``communicate``."""
    return start("-c", code, **settings)


def start(*arguments: str, **settings: str) -> subprocess.Popen[str]:
    """Start Python with ``arguments`` in the project's folder, as a shell starts a program."""
    return start_server(arguments, settings, subprocess.PIPE)


def start_server(
    arguments: Sequence[str], settings: Mapping[str, str], output: int | IO[str]
) -> subprocess.Popen[str]:
    """``start`` with a file for what it prints: nobody empties the pipe of a server that runs."""
    inherited = {name: value for name, value in os.environ.items() if name not in OURS}
    return subprocess.Popen(  # noqa: S603 - our own interpreter
        [sys.executable, *arguments],
        cwd=ROOT,
        env=inherited | {"DJANGO_SETTINGS_MODULE": "newsroom.settings"} | dict(settings),
        stdout=output,
        stderr=output,
        encoding="utf-8",
        start_new_session=True,  # so that a test can signal all of it, as a terminal does
    )
