"""Mailboxes that releases arrive in: IMAP (RFC 3501), or a Maildir folder.

What was read is marked as seen, nothing is deleted, and what is seen already is left alone: so the
mailbox itself says how far it was read, also after a lost connection. ``open_mailbox`` gives the
mails that are not seen, each by its header and size; a mail is fetched only when it is asked for.
"""

from __future__ import annotations

import contextlib
import imaplib
import re
import ssl
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol
from urllib.parse import SplitResult, unquote, urlsplit

#: So much of a mail is read to decide about it, in bytes.
MOST_HEADER = 64 * 2**10
#: Seconds to wait for the mail server, each time.
TIMEOUT = 20.0

_PORTS = {"imaps": 993, "imap+tls": 143, "imap": 143}


class MailboxError(Exception):
    """The mailbox cannot be read; its text is the sentence that says why."""


@dataclass(frozen=True)
class Unseen:
    """A mail that nobody has read: its key in the mailbox, its size in bytes and its header."""

    key: str
    size: int
    header: bytes


class Mailbox(Protocol):
    """What is asked of a mailbox. Each method raises MailboxError."""

    def unseen(self) -> Iterator[Unseen]:
        """The mails that are not marked as seen, the oldest first."""

    def content(self, key: str, most: int) -> bytes | None:
        """The mail, ``most`` bytes of it; None when it is gone."""

    def mark_seen(self, key: str) -> None:
        """Mark the mail as read."""


@contextlib.contextmanager
def open_mailbox(address: str) -> Iterator[Mailbox]:
    """Open the mailbox at ``address`` (setting ``IMPORT_MAIL``). Raises MailboxError."""
    try:
        found = urlsplit(address)
        port = found.port or _PORTS.get(found.scheme, 0)
    except ValueError as error:
        raise MailboxError("IMPORT_MAIL is no address: its host or port is wrong.") from error
    if found.scheme == "maildir" and found.path:
        yield _Maildir(Path(unquote(found.path)))
    elif found.scheme in _PORTS and found.hostname and found.username and found.password:
        imap = _Imap(found, port)
        try:
            yield imap
        finally:
            imap.close()
    else:
        raise MailboxError(
            "IMPORT_MAIL is no mailbox: write imaps://user:password@host/INBOX, with imap+tls:// "
            "or imap:// instead as the server wants, or maildir:/folder."
        )


class _Imap:
    def __init__(self, address: SplitResult, port: int) -> None:
        self.name, self.port = str(address.hostname), port
        self.connection: imaplib.IMAP4 | None = None
        with self.as_sentences("cannot be reached"):
            context = ssl.create_default_context()
            if address.scheme == "imaps":
                self.connection = imaplib.IMAP4_SSL(
                    self.name, port, ssl_context=context, timeout=TIMEOUT
                )
            else:
                self.connection = imaplib.IMAP4(self.name, port, timeout=TIMEOUT)
        try:
            self._sign_in(address)
        except BaseException:
            self.close()
            raise

    def _sign_in(self, address: SplitResult) -> None:
        imap = self._open
        if address.scheme == "imap+tls":
            with self.as_sentences("does not offer TLS on this port (STARTTLS); use imaps://"):
                imap.starttls(ssl.create_default_context())
        user, password = unquote(address.username or ""), unquote(address.password or "")
        with self.as_sentences("refused the name or the password"):
            if "AUTH=PLAIN" in imap.capabilities:  # also with letters beyond ASCII
                said = f"\0{user}\0{password}".encode()
                imap.authenticate("PLAIN", lambda challenge: said)
            else:
                imap.login(user, password)
        folder = unquote(address.path.lstrip("/")) or "INBOX"
        missing = f"has no folder “{folder}” that may be changed"
        with self.as_sentences(missing):
            quoted = folder.replace("\\", "\\\\").replace('"', '\\"')
            answer, _ = imap.select(f'"{quoted}"')
        if answer != "OK":
            raise MailboxError(f"The mail server {self.name} {missing}.")

    @property
    def _open(self) -> imaplib.IMAP4:
        if self.connection is None:
            raise MailboxError(f"The mail server {self.name} is not connected.")
        return self.connection

    @contextlib.contextmanager
    def as_sentences(self, refused: str) -> Iterator[None]:
        """Say what the server refused, or that it cannot be reached, in one sentence."""
        try:
            yield
        except ssl.SSLError as error:
            reason = getattr(error, "verify_message", "") or error.reason or str(error)
            raise MailboxError(
                f"The mail server {self.name}:{self.port} gave no TLS connection that can be "
                f"trusted ({' '.join(str(reason).split())})."
            ) from error
        except (imaplib.IMAP4.abort, OSError, EOFError) as error:
            reason = getattr(error, "strerror", "") or str(error) or type(error).__name__
            raise MailboxError(
                f"The connection to the mail server {self.name}:{self.port} failed "
                f"({' '.join(str(reason).split())[:200]}); the rest is read next time."
            ) from error
        except (imaplib.IMAP4.error, UnicodeError) as error:
            reason = " ".join(str(error).removeprefix("b'").removesuffix("'").split())[:200]
            raise MailboxError(f"The mail server {self.name} {refused} ({reason}).") from error

    def unseen(self) -> Iterator[Unseen]:
        with self.as_sentences("cannot list mails"):
            _, (found, *_) = self._open.uid("SEARCH", "UNSEEN")
        for key in (found or b"").decode().split():
            wanted = f"(RFC822.SIZE BODY.PEEK[HEADER]<0.{MOST_HEADER}>)"
            said, header = self._fetch(key, wanted)
            size = re.search(rb"RFC822\.SIZE (\d+)", said)
            if size and header is not None:
                yield Unseen(key, int(size[1]), header)

    def content(self, key: str, most: int) -> bytes | None:
        return self._fetch(key, f"(BODY.PEEK[]<0.{most}>)")[1]

    def _fetch(self, key: str, wanted: str) -> tuple[bytes, bytes | None]:
        """What the server says of a mail, and the bytes that it sends of it."""
        with self.as_sentences("does not give a mail"):
            _, answer = self._open.uid("FETCH", key, wanted)
        said, content = b"", None
        for part in answer:
            if isinstance(part, tuple):
                said, content = said + part[0], part[1]
            elif isinstance(part, bytes):
                said += part
        return said, content

    def mark_seen(self, key: str) -> None:
        with self.as_sentences("does not mark a mail as read"):
            self._open.uid("STORE", key, "+FLAGS.SILENT", r"(\Seen)")

    def close(self) -> None:
        if self.connection is not None:
            with contextlib.suppress(OSError, imaplib.IMAP4.error):
                self.connection.logout()


class _Maildir:
    """A folder with ``new`` and ``cur``; a name that ends with :2,S is of a mail that was seen."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        if not (folder / "new").is_dir() or not (folder / "cur").is_dir():
            raise MailboxError(f"{folder} is no Maildir: it has no folders “new” and “cur”.")

    def unseen(self) -> Iterator[Unseen]:
        found = []
        with self.as_sentences():
            for path in [*(self.folder / "new").iterdir(), *(self.folder / "cur").iterdir()]:
                if not path.name.startswith(".") and "S" not in path.name.partition(":2,")[2]:
                    with contextlib.suppress(FileNotFoundError):  # another program took it
                        if not path.is_symlink() and path.is_file():
                            found.append((path.stat().st_mtime, path.name, path))
        for _, _, path in sorted(found):
            with self.as_sentences():
                try:
                    with path.open("rb") as file:
                        header = re.split(rb"\r?\n\r?\n", file.read(MOST_HEADER), maxsplit=1)[0]
                        size = path.stat().st_size
                except FileNotFoundError:
                    continue
            yield Unseen(f"{path.parent.name}/{path.name}", size, header)

    def content(self, key: str, most: int) -> bytes | None:
        with self.as_sentences():
            try:
                with (self.folder / key).open("rb") as file:
                    return file.read(most)
            except FileNotFoundError:
                return None

    def mark_seen(self, key: str) -> None:
        path = self.folder / key
        name, _, flags = path.name.partition(":2,")
        with self.as_sentences(), contextlib.suppress(FileNotFoundError):
            path.rename(self.folder / "cur" / f"{name}:2,{''.join(sorted(flags + 'S'))}")

    @contextlib.contextmanager
    def as_sentences(self) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            raise MailboxError(f"{self.folder} cannot be read ({error.strerror}).") from error
