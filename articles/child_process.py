"""Our own modules as processes of their own: for files that others made, and for their memory.

A module that is run so reads standard input, writes standard output, and ends with ``REFUSED`` and
a sentence when the file is at fault.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import IO

#: The exit code of a process when the file is at fault; standard output says why.
REFUSED = 3

_ROOT = Path(__file__).parent.parent


class Refused(Exception):
    """What the process says is wrong with the file: a sentence for the editor."""


class Broken(Exception):
    """The process ended in a way that it should not: out of memory or time, or by a fault."""


def run_module(module: str, *arguments: str, data: IO[bytes], seconds: float) -> bytes:
    """Run ``python -m module`` on ``data`` and return what it wrote.

    It is ended after so many seconds. Raises Refused or Broken.
    """
    try:
        done = subprocess.run(  # noqa: S603 - Python and a module of ours; callers name it
            [sys.executable, "-m", module, *arguments],
            cwd=_ROOT,
            stdin=data,
            capture_output=True,
            timeout=seconds,
            check=False,
        )
    except subprocess.TimeoutExpired as late:
        raise Broken(f"its process was ended after {seconds:.0f} seconds") from late
    if done.returncode == REFUSED:
        raise Refused(done.stdout.decode())
    if done.returncode:
        last = done.stderr.decode(errors="replace").strip().rpartition("\n")[2]
        raise Broken(f"its process ended with {done.returncode}. {last}")
    return done.stdout


def limit_memory(most: int) -> None:
    """Let this process have so many bytes at most, where the system can do that."""
    try:
        import resource
    except ImportError:  # Windows
        return
    resource.setrlimit(resource.RLIMIT_AS, (most, most))
