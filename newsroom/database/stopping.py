"""How a process that uses the embedded PostgreSQL ends, whoever ends it.

The server is stopped by functions that Python runs at its exit (``atexit``). A signal that nobody
handles ends the process without them, and the server would run on for good.
"""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

#: ``kill`` sends SIGTERM, a terminal that closes SIGHUP, which Windows does not have.
ENDING = [getattr(signal, name) for name in ("SIGTERM", "SIGHUP") if hasattr(signal, name)]


def end_as_ctrl_c_does() -> None:
    """Let SIGTERM and SIGHUP end this process as Ctrl-C does: with KeyboardInterrupt.

    A signal that has a handler already, or is ignored (``nohup``), is left alone.
    """
    if threading.current_thread() is not threading.main_thread():
        return  # Python sets handlers in the main thread only
    for number in ENDING:
        if signal.getsignal(number) is signal.SIG_DFL:
            signal.signal(number, _interrupt)


def ignore_further_signals() -> None:
    """Let nothing but SIGKILL cut short what this process does at its end.

    A closed terminal is told by several: by the kernel, by the shell, by ``uv run``.
    """
    if threading.current_thread() is threading.main_thread():
        for number in (signal.SIGINT, *ENDING):
            signal.signal(number, signal.SIG_IGN)


@contextmanager
def signals_wait() -> Iterator[None]:
    """Deliver signals after the block, also those to programs that the block starts.

    Half a start of the server leaves a folder without a database, or a server without a user.
    """
    if not hasattr(signal, "pthread_sigmask"):  # Windows
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT, *ENDING})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _interrupt(number: int, frame: FrameType | None) -> None:
    for ending in ENDING:
        signal.signal(ending, signal.SIG_IGN)
    raise KeyboardInterrupt
