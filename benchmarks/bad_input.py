"""How long bad files take, and how much memory: ``uv run python -m benchmarks.bad_input``.

Each file is read, and what it says is proposed, in a process of its own, as the desk does it, with
a child of that for the document. Memory is the peak of each, with 100 MB of Django and Python; only
Linux tells it. Time is what the editor waits, and for how much of it the processor was busy.
Nothing is saved and no database is asked.
"""

from __future__ import annotations

import multiprocessing
import os
import resource
import tempfile
import time
from multiprocessing.connection import Connection
from pathlib import Path

from tests.importing.bad_files import BAD

MAILBOX = "mail of a mailbox"


def read(path: str, name: str, most: int, told: Connection) -> None:
    """Read a file here and send the sentence, the seconds, those of the processor, the peaks."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "newsroom.settings")
    import django

    django.setup()
    from articles.importing.documents import NotADocument, read_document
    from articles.importing.extractor import extract
    from articles.importing.proposal import Unreadable

    data = Path(path).read_bytes()
    began, started = time.monotonic(), time.process_time()
    try:
        extract(read_document(data, name, most=most).text)
        sentence = ""
    except (NotADocument, Unreadable) as refusal:
        sentence = str(refusal)
    seconds = time.monotonic() - began
    who = (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)
    used = [resource.getrusage(one) for one in who]
    busy = sum(one.ru_utime + one.ru_stime for one in used) - started
    told.send((sentence, seconds, busy, [own_peak(), used[1].ru_maxrss / 1024]))


def own_peak() -> float:
    """The most memory that this process had, in MB. ``ru_maxrss`` counts who started it as well."""
    status = Path("/proc/self/status").read_text(encoding="utf-8")
    return int(status.partition("VmHWM:")[2].split()[0]) / 1024


def measure(kind: str) -> tuple[str, float, float, list[float]]:
    """The sentence about a bad file ("" if it is read), seconds of clock and processor, and MB."""
    from articles.importing.documents import MOST_BYTES, MOST_MAIL

    fresh = multiprocessing.get_context("spawn")
    here, there = fresh.Pipe()
    with tempfile.NamedTemporaryFile() as file:
        Path(file.name).write_bytes(BAD[kind][1]())
        most = MOST_MAIL if kind.startswith(MAILBOX) else MOST_BYTES
        process = fresh.Process(target=read, args=(file.name, BAD[kind][0], most, there))
        process.start()
        told: tuple[str, float, float, list[float]] = here.recv()
        process.join()
    return told


def main() -> None:
    """Print a line for each bad file: how long, how much memory, what the editor is told."""
    for kind in BAD:
        sentence, seconds, busy, (own, child) = measure(kind)
        print(
            f"{kind:30} {seconds:6.2f} s ({busy:.2f} s busy) {own:5.0f} + {child:3.0f} MB  "
            f"{sentence or 'is read'}",
            flush=True,
        )


if __name__ == "__main__":
    main()
