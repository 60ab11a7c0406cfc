"""Uploaded files in storage that speaks S3, for sites with more than one machine.

Files are named by their content and never change, so there is little to a storage. The usual
library for this has had no release for more than a year and does not list Django 6.1.
"""

from __future__ import annotations

import mimetypes
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cached_property
from typing import Any
from urllib.parse import quote

from django.core.files.base import ContentFile, File
from django.core.files.storage import Storage
from django.utils.deconstruct import deconstructible

#: For a year: what a name stands for never changes.
CACHE = "public, max-age=31536000, immutable"


@contextmanager
def as_a_disk() -> Iterator[None]:
    """Raise OSError with one line where the service fails, as a disk does.

    The library says FileNotFoundError for what is not there; its other errors are its own, of
    forty lines.
    """
    from obstore.exceptions import BaseError

    try:
        yield
    except OSError:
        raise
    except BaseError as error:
        said = str(error).split("\n\nDebug source", 1)[0]
        raise OSError(" ".join(said.split())[:300]) from error


@deconstructible
class S3Storage(Storage):
    """A bucket. ``url`` is the public address in front of it.

    ``endpoint`` is the service's address where it is not Amazon's, ``region`` its region. The key
    comes from the environment: AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or the machine's role.
    """

    def __init__(self, *, bucket: str, url: str, endpoint: str = "", region: str = "") -> None:
        self.bucket, self.public = bucket, url.rstrip("/")
        self.endpoint, self.region = endpoint, region

    @cached_property
    def store(self) -> Any:
        from obstore.store import S3Store  # an extra: `uv sync --extra s3`

        options: dict[str, Any] = {"region": self.region} if self.region else {}
        if self.endpoint:
            plain = self.endpoint.startswith("http://")
            options |= {"endpoint": self.endpoint, "client_options": {"allow_http": plain}}
        return S3Store(self.bucket, **options)

    def exists(self, name: str) -> bool:
        try:
            with as_a_disk():
                self.store.head(name)
        except FileNotFoundError:
            return False
        return True

    def url(self, name: str | None) -> str:
        return f"{self.public}/{quote(name or '')}"

    def delete(self, name: str) -> None:
        with as_a_disk():
            self.store.delete(name)

    def size(self, name: str) -> int:
        with as_a_disk():
            return int(self.store.head(name)["size"])

    def listdir(self, path: str) -> tuple[list[str], list[str]]:
        """The folders and the files in the folder ``path``; "" for the bucket's own."""
        prefix = f"{path}/" if path else ""
        with as_a_disk():
            found = self.store.list_with_delimiter(prefix or None)
        folders = [str(name).rstrip("/").removeprefix(prefix) for name in found["common_prefixes"]]
        return folders, [str(row["path"]).removeprefix(prefix) for row in found["objects"]]

    def _save(self, name: str, content: File[Any]) -> str:
        kind = mimetypes.guess_type(name)[0] or "application/octet-stream"
        attributes = {"Content-Type": kind, "Cache-Control": CACHE}
        with as_a_disk():
            self.store.put(name, content.read(), attributes=attributes)
        return name

    def _open(self, name: str, mode: str = "rb") -> File[Any]:
        with as_a_disk():
            return ContentFile(bytes(self.store.get(name).bytes()), name)
