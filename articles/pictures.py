"""Pictures: what an editor uploads becomes files for every screen, which never change after.

Pillow alone, no library of thumbnails: those serve the upload itself with all that a camera wrote
into it, and delete what they made when it is replaced; an edition needs its files for good.

An upload waits in the database, which nobody but us reads, until its files are made: by the worker,
or by a thread of the process that took it. Both leave the decoding to a child process, one at a
time, whose memory goes back.
"""

from __future__ import annotations

import json
import logging
import tempfile
import threading
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urljoin

from django.conf import settings
from django.core.files.base import ContentFile, File
from django.core.files.storage import default_storage
from django.db import connection, transaction
from django.db.models import F, QuerySet
from django.db.models.functions import Now
from django.urls import reverse

from articles.child_process import Refused, run_module
from articles.frozen import PictureCard, Rendition
from articles.models import Edition, Picture, PictureUpload, PictureUploadPart
from articles.renditions import MOST_BYTES, Made, NotAPicture, check, file_name

logger = logging.getLogger(__name__)

#: The size in pixels of the image drawn for a page that is shared without a picture (Open Graph).
SHARE_WIDTH, SHARE_HEIGHT = 1200, 630

#: An upload is kept in parts of so many bytes.
PART = 2**20
#: A picture takes this long at most; then its process is ended.
TIME_LIMIT = timedelta(seconds=90)
#: How long an upload that broke is left alone, by the number of its attempts; then the last one.
RETRY_AFTER = [timedelta(seconds=5), timedelta(minutes=1), timedelta(minutes=15)]


# Uploading ----------------------------------------------------------------------------------------


def check_upload(upload: File[Any]) -> tuple[int, int]:
    """The width and height (pixels) that an upload's header tells.

    Raises NotAPicture; a file that is damaged further on is refused when its files are made.
    """
    if upload.size > MOST_BYTES:
        raise NotAPicture(
            f"The file has {upload.size / 2**20:.1f} MB; {MOST_BYTES // 2**20} MB are the most."
        )
    return check(upload)


@transaction.atomic
def save_upload(picture: Picture, file: File[Any]) -> None:
    """Keep what was uploaded for ``picture`` and make its files after the commit."""
    PictureUpload.objects.filter(picture=picture).delete()
    upload = PictureUpload.objects.create(picture=picture)
    file.seek(0)
    for number, content in enumerate(file.chunks(PART)):
        PictureUploadPart.objects.create(upload=upload, number=number, content=content)
    transaction.on_commit(prepare_in_background)


# Making the files ---------------------------------------------------------------------------------


def prepare_due_pictures() -> int:
    """Make the files of every upload that is due, one after another; return how many were tried."""
    tried = 0
    while upload := _take():
        tried += 1
        try:
            _prepare(upload)
        except NotAPicture as refusal:
            # Nobody tries again: the picture's form asks for another file.
            _note(upload, str(refusal), retry_at=None)
            PictureUploadPart.objects.filter(upload=upload).delete()
        except Exception as error:
            logger.exception("Picture %s was not made; it is tried again later.", upload.pk)
            pause = RETRY_AFTER[min(upload.attempts, len(RETRY_AFTER)) - 1]
            _note(upload, f"{type(error).__name__}: {error}"[:500], retry_at=Now() + pause)
    return tried


_one_thread = threading.Lock()


def prepare_in_background() -> None:
    """Make the files that are due, if any, in a thread of this process, unless one is at it."""
    if _due().exists() and _one_thread.acquire(blocking=False):
        threading.Thread(target=_prepare_in_thread, daemon=True).start()


def _prepare_in_thread() -> None:
    try:
        prepare_due_pictures()
    except Exception:
        logger.exception("Pictures could not be made; the next look at the desk tries again.")
    finally:
        connection.close()
        _one_thread.release()


def _due() -> QuerySet[PictureUpload]:
    return PictureUpload.objects.filter(retry_at__lte=Now())


@transaction.atomic
def _take() -> PictureUpload | None:
    """Lease the next upload that is due; others leave it alone until the time limit is over."""
    upload = _due().order_by("retry_at").select_for_update(skip_locked=True).first()
    if upload is None:
        return None
    upload.attempts += 1
    rows = PictureUpload.objects.filter(pk=upload.pk)
    rows.update(attempts=F("attempts") + 1, retry_at=Now() + 2 * TIME_LIMIT)
    return upload


def _prepare(upload: PictureUpload) -> None:
    """Make and store the files. Raises NotAPicture, and whatever the process or storage says."""
    with tempfile.TemporaryDirectory() as folder:
        made = _run(upload, folder)
        renditions = store(made, Path(folder))
    with transaction.atomic():
        if not PictureUpload.objects.filter(pk=upload.pk, uploaded_at=upload.uploaded_at).delete()[
            0
        ]:
            return  # another file was uploaded meanwhile
        Picture.objects.filter(pk=upload.pk).update(
            width=made["width"], height=made["height"], renditions=renditions
        )


def _run(upload: PictureUpload, folder: str) -> Made:
    """Let a child process make the files of ``upload`` in ``folder``."""
    with tempfile.TemporaryFile() as data:
        for part in upload.parts.iterator(chunk_size=1):
            data.write(part.content)
        data.seek(0)
        if not connection.in_atomic_block:
            connection.close()  # making takes seconds
        try:
            said = run_module(
                "articles.renditions", folder, data=data, seconds=TIME_LIMIT.total_seconds()
            )
        except Refused as refusal:
            raise NotAPicture(str(refusal)) from refusal
    made: Made = json.loads(said)
    return made


def store(made: Made, folder: Path) -> list[Rendition]:
    """Store the files in ``folder``; return them, the widest of a format last.

    Names come from the upload's digest, so the same upload makes the same files.
    """
    stem = f"pictures/{made['digest'][:2]}/{made['digest'][2:22]}"
    found: list[Rendition] = []
    for file in made["files"]:
        name = f"{stem}-{file_name(file)}"
        _store(name, (folder / file_name(file)).read_bytes())
        found.append(
            {
                "type": f"image/{file['kind']}",
                "width": file["width"],
                "height": file["height"],
                "name": name,
            }
        )
    return found


def _note(upload: PictureUpload, error: str, **values: Any) -> None:
    rows = PictureUpload.objects.filter(pk=upload.pk, uploaded_at=upload.uploaded_at)
    rows.update(last_error=error, **values)


def _store(name: str, content: bytes) -> None:
    """Store ``content`` once; a file that is cut off, by a full disk or a stop, is made again."""
    if default_storage.exists(name):
        if default_storage.size(name) == len(content):
            return
        default_storage.delete(name)
    saved = name
    try:
        saved = default_storage.save(name, ContentFile(content))
    except BaseException:
        default_storage.delete(name)
        raise
    if saved != name:  # somebody uploaded the same at the same time
        default_storage.delete(saved)


# Showing ------------------------------------------------------------------------------------------


def address(rendition: Rendition) -> str:
    """Where the file is found: absolute, or a path of this site."""
    return default_storage.url(rendition["name"])


def of_type(card: PictureCard, type: str) -> list[Rendition]:
    """The files of one content type, the narrowest first; none while they are being made."""
    return [row for row in card["renditions"] if row["type"] == type]


def srcset(renditions: Sequence[Rendition]) -> str:
    """HTML's list of candidates."""
    return ", ".join(f"{address(row)} {row['width']}w" for row in renditions)


def image_of(edition: Edition) -> dict[str, Any]:
    """Address (absolute), size and text of an article's picture, or of its card."""
    picture = edition.snapshot.get("picture")
    files = of_type(picture, "image/jpeg") if picture else []
    if not picture or not files:
        path = reverse("share-image", args=["articles", edition.slug])
        size = {"width": SHARE_WIDTH, "height": SHARE_HEIGHT}
        return {"url": urljoin(settings.SITE_URL, path), "alt": edition.headline, **size}
    row = files[-1]
    size = {"width": row["width"], "height": row["height"]}
    return {
        "url": urljoin(settings.SITE_URL, address(row)),
        "alt": picture["alternative_text"],
        **size,
    }
