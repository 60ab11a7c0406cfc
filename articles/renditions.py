"""The files of a picture for every screen, made from what a camera wrote. Pillow alone.

Decoding a photo takes hundreds of megabytes, which a process does not give back. So
``articles.pictures`` runs this module as a process of its own, ``python -m articles.renditions``:
the upload on standard input, the files in a folder, their description as JSON on standard output.
"""

from __future__ import annotations

import contextlib
import hashlib
import io
import json
import os
import sys
import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Any, TypedDict

from PIL import Image, ImageCms, UnidentifiedImageError

from articles.child_process import REFUSED, limit_memory

#: What is taken, and nothing else is even opened.
FORMATS = ("JPEG", "PNG", "WEBP", "AVIF")
#: An upload has this many bytes at most, and the picture in it this many pixels.
MOST_BYTES, MOST_PIXELS = 20 * 2**20, 50_000_000
#: The child process has so many bytes of memory at most; the largest pictures take half of it.
MEMORY = 2 * 2**30
#: Neither side is shorter, in pixels.
SMALLEST = 200
#: The longer side has at most so many times the pixels of the shorter: WebP takes 16,383.
LONGEST = 6
#: The widths that are made, in pixels; never wider than the picture is.
WIDTHS = (320, 640, 960, 1280, 1920)

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
#: The orientations (EXIF) in which width and height change places.
_ON_ITS_SIDE = (5, 6, 7, 8)


class NotAPicture(Exception):
    """An upload that we do not take; its text is the sentence that says why."""


class File(TypedDict):
    """A file that was made: its format (``avif``, ``webp``, ``jpeg``) and size in pixels."""

    kind: str
    width: int
    height: int


class Made(TypedDict):
    """What was made of an upload: the picture's size, a digest of the upload, and the files."""

    width: int
    height: int
    digest: str
    files: list[File]


def check(file: IO[bytes]) -> tuple[int, int]:
    """Judge an upload by its header and return its width and height, upright, in pixels.

    Nothing is decoded, so this costs little. Raises NotAPicture.
    """
    with _refusals(), Image.open(file, formats=FORMATS) as image:
        width, height = image.size
        _check_size(width, height)
        return (height, width) if _orientation(image) in _ON_ITS_SIDE else (width, height)


def read(data: bytes) -> Image.Image:
    """Decode an upload: the picture, upright and in sRGB. Raises NotAPicture.

    The header is judged before anything is unpacked, so that a small file cannot fill the memory.
    """
    with _refusals():
        image = Image.open(io.BytesIO(data), formats=FORMATS)
        _check_size(*image.size)
        # A JPEG can be unpacked smaller: twice what is needed is plenty, and saves the memory.
        image.draft("RGB", (2 * WIDTHS[-1], 1))
        return _upright(image)


def make(data: bytes, folder: Path) -> Made:
    """Write the files of the upload ``data`` to ``folder``, each under ``file_name``.

    Raises NotAPicture.
    """
    image = read(data)
    made: Made = {
        "width": image.width,
        "height": image.height,
        "digest": hashlib.sha256(data).hexdigest(),
        "files": [],
    }
    for file, content in _encode(image):
        (folder / file_name(file)).write_bytes(content)
        made["files"].append(file)
    return made


def file_name(file: File) -> str:
    """The name of a file within its folder."""
    return f"{file['width']}.{file['kind']}"


def _encode(image: Image.Image) -> Iterator[tuple[File, bytes]]:
    """Each file of ``image`` with its content, the widest of a format last."""
    widths = [width for width in WIDTHS if width < image.width]
    widths.append(min(image.width, WIDTHS[-1]))
    for width in dict.fromkeys(widths):
        height = max(1, round(image.height * width / image.width))
        sized = image.resize((width, height), Image.Resampling.LANCZOS, reducing_gap=3)
        for kind, options in _SAVED.items():
            buffer = io.BytesIO()
            sized.save(buffer, kind, **options)
            yield {"kind": kind, "width": width, "height": height}, buffer.getvalue()


@contextlib.contextmanager
def _refusals() -> Iterator[None]:
    """Raise NotAPicture for whatever Pillow raises about a file."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            yield
    except (Image.DecompressionBombError, Image.DecompressionBombWarning, MemoryError) as error:
        raise NotAPicture("The picture is far too large once it is unpacked.") from error
    except UnidentifiedImageError as error:
        why = "This is no picture that we can read: JPEG, PNG, WebP or AVIF."
        raise NotAPicture(why) from error
    except NotAPicture:
        raise
    except Exception as error:  # whatever a decoder stumbles over, the file is at fault
        raise NotAPicture("The file is damaged: it ends early or contradicts itself.") from error


def _check_size(width: int, height: int) -> None:
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


def _orientation(image: Image.Image) -> int:
    """What the camera wrote about how it was held; 1 where it says nothing that can be read."""
    with contextlib.suppress(Exception):
        return int(image.getexif().get(0x0112, 1))
    return 1


def _upright(image: Image.Image) -> Image.Image:
    """The pixels alone: turned as the camera says, in sRGB, on white where it was see-through."""
    profile = image.info.get("icc_profile")
    image.load()
    turn = _TURNS.get(_orientation(image))
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
            converted = ImageCms.profileToProfile(
                image, io.BytesIO(profile), ImageCms.createProfile("sRGB"), outputMode="RGB"
            )
            image = converted or image  # None is for conversions in place only
    return Image.frombytes("RGB", image.size, image.convert("RGB").tobytes())


def _smaller(image: Image.Image) -> Image.Image:
    """``image`` by whole steps down to about twice what is needed, which saves the memory."""
    factor = min(image.size) // (2 * WIDTHS[-1])
    return image.reduce(factor) if factor > 1 else image


def main() -> int:
    """Make the files of the upload on standard input in the folder of the first argument."""
    limit_memory(MEMORY)
    if hasattr(os, "nice"):
        os.nice(10)  # readers first
    try:
        made = make(sys.stdin.buffer.read(), Path(sys.argv[1]))
    except NotAPicture as refusal:
        sys.stdout.buffer.write(str(refusal).encode())
        return REFUSED
    sys.stdout.write(json.dumps(made))
    return 0


if __name__ == "__main__":
    sys.exit(main())
