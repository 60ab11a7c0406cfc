"""Pictures: what an editor uploads becomes files for every screen, which never change after.

Pillow alone, no library of thumbnails: those serve the upload itself with all that a camera wrote
into it, and delete what they made when it is replaced; an edition needs its files for good.
"""

from __future__ import annotations

import contextlib
import hashlib
import io
import warnings
from collections.abc import Sequence
from typing import Any
from urllib.parse import urljoin

from django.conf import settings
from django.core.files.base import ContentFile, File
from django.core.files.storage import default_storage
from django.urls import reverse
from PIL import Image, ImageCms, UnidentifiedImageError

from articles.frozen import PictureCard, Rendition
from articles.models import Edition

#: What is taken, and nothing else is even opened.
FORMATS = ("JPEG", "PNG", "WEBP", "AVIF")
#: An upload has this many bytes at most, and the picture in it this many pixels.
MOST_BYTES, MOST_PIXELS = 20 * 2**20, 50_000_000
#: Neither side is shorter, in pixels.
SMALLEST = 200
#: The longer side has at most so many times the pixels of the shorter: WebP takes 16,383.
LONGEST = 6
#: The widths that are made, in pixels; never wider than the picture is.
WIDTHS = (320, 640, 960, 1280, 1920)

#: The size in pixels of the image drawn for a page that is shared without a picture (Open Graph).
SHARE_WIDTH, SHARE_HEIGHT = 1200, 630

_SAVED: dict[str, dict[str, Any]] = {
    "avif": {"quality": 60, "speed": 8},
    "webp": {"quality": 78, "method": 4},
    "jpeg": {"quality": 82, "progressive": True, "optimize": True},
}


#: How a picture is set upright, by what the camera wrote (EXIF orientation).
_TURNS = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}


class NotAPicture(Exception):
    """An upload that we do not take; its text is the sentence that says why."""


def read(upload: File[Any]) -> tuple[Image.Image, str]:
    """The picture in ``upload``, upright and in sRGB, and the digest of the file's bytes.

    The header is judged before anything is unpacked, so that a small file cannot fill the memory.
    Raises NotAPicture.
    """
    if upload.size > MOST_BYTES:
        raise NotAPicture(
            f"The file has {upload.size / 2**20:.1f} MB; {MOST_BYTES // 2**20} MB are the most."
        )
    data = upload.read()
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            image = Image.open(io.BytesIO(data), formats=FORMATS)
            _check(*image.size)
            # A JPEG can be unpacked smaller: twice what is needed is plenty, and saves the memory.
            image.draft("RGB", (2 * WIDTHS[-1], 1))
            return _upright(image), hashlib.sha256(data).hexdigest()
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise NotAPicture("The picture is far too large once it is unpacked.") from error
    except UnidentifiedImageError as error:
        why = "This is no picture that we can read: JPEG, PNG, WebP or AVIF."
        raise NotAPicture(why) from error
    except NotAPicture:
        raise
    except Exception as error:  # whatever a decoder stumbles over, the file is at fault
        raise NotAPicture("The file is damaged: it ends early or contradicts itself.") from error


def create_renditions(image: Image.Image, digest: str) -> list[Rendition]:
    """Make and store the files of ``image``; return them, the widest of a format last.

    Names come from the upload's ``digest``, so the same upload makes the same files.
    """
    widths = [width for width in WIDTHS if width < image.width]
    widths.append(min(image.width, WIDTHS[-1]))
    found: list[Rendition] = []
    files, stem = [], f"pictures/{digest[:2]}/{digest[2:22]}"
    for width in dict.fromkeys(widths):
        height = max(1, round(image.height * width / image.width))
        sized = image.resize((width, height), Image.Resampling.LANCZOS, reducing_gap=3)
        for kind, options in _SAVED.items():
            buffer = io.BytesIO()
            sized.save(buffer, kind, **options)
            name, content_type = f"{stem}-{width}.{kind}", f"image/{kind}"
            files.append((name, buffer.getvalue()))
            found.append({"type": content_type, "width": width, "height": height, "name": name})
    for name, content in files:
        _store(name, content)
    return found


def address(rendition: Rendition) -> str:
    """Where the file is found: absolute, or a path of this site."""
    return default_storage.url(rendition["name"])


def of_type(card: PictureCard, type: str) -> list[Rendition]:
    """The files of one content type, the narrowest first."""
    return [row for row in card["renditions"] if row["type"] == type]


def srcset(renditions: Sequence[Rendition]) -> str:
    """HTML's list of candidates."""
    return ", ".join(f"{address(row)} {row['width']}w" for row in renditions)


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


def _check(width: int, height: int) -> None:
    if width * height > MOST_PIXELS:
        raise NotAPicture(
            f"The picture has {width} × {height} pixels; "
            f"{MOST_PIXELS // 1_000_000} million in all are the most."
        )
    if min(width, height) < SMALLEST:
        raise NotAPicture(
            f"The picture has {width} × {height} pixels; each side needs {SMALLEST} at least."
        )
    if max(width, height) > LONGEST * min(width, height):
        raise NotAPicture(
            f"The picture has {width} × {height} pixels; "
            f"one side can be {LONGEST} times as long as the other at most. Cut it first."
        )


def _upright(image: Image.Image) -> Image.Image:
    """The pixels alone: turned as the camera says, in sRGB, on white where it was see-through."""
    profile = image.info.get("icc_profile")
    image.load()
    turn = None
    with contextlib.suppress(Exception):  # what a camera wrote wrongly says nothing
        turn = _TURNS.get(image.getexif().get(0x0112, 1))
    if image.mode.startswith("I"):  # 16 bits: Pillow would cut them off, not scale them
        image = image.convert("I").point(lambda value: value * (1 / 256)).convert("L")
    if image.mode not in ("RGB", "CMYK", "LAB"):
        image = _smaller(image.convert("RGBA"))
        paper = Image.new("RGBA", image.size, "white")
        image = Image.alpha_composite(paper, image).convert("RGB")
    image = _smaller(image)
    if turn is not None:
        image = image.transpose(turn)
    if profile:
        with contextlib.suppress(ImageCms.PyCMSError):  # a profile that does not fit says nothing
            image = ImageCms.profileToProfile(  # type: ignore[assignment]
                image, io.BytesIO(profile), ImageCms.createProfile("sRGB"), outputMode="RGB"
            )
    return Image.frombytes("RGB", image.size, image.convert("RGB").tobytes())


def _smaller(image: Image.Image) -> Image.Image:
    """``image`` by whole steps down to about twice what is needed, which saves the memory."""
    factor = min(image.size) // (2 * WIDTHS[-1])
    return image.reduce(factor) if factor > 1 else image


def image_of(edition: Edition) -> dict[str, Any]:
    """Address (absolute), size and text of an article's picture, or of its card."""
    if "picture" not in edition.snapshot:
        path = reverse("share-image", args=["articles", edition.slug])
        size = {"width": SHARE_WIDTH, "height": SHARE_HEIGHT}
        return {"url": urljoin(settings.SITE_URL, path), "alt": edition.headline, **size}
    picture = edition.snapshot["picture"]
    row = of_type(picture, "image/jpeg")[-1]
    size = {"width": row["width"], "height": row["height"]}
    return {
        "url": urljoin(settings.SITE_URL, address(row)),
        "alt": picture["alternative_text"],
        **size,
    }
