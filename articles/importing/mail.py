"""Releases that come by mail: each mail of the mailbox becomes one row in the tray.

``receive`` reads all that is not seen; ``queue`` lets the worker do it. A mail that is broken is a
row with a sentence and stops no other. The sender is what the mail says (From): let the mail
server refuse mail that only claims it (SPF, DKIM, DMARC).
"""

from __future__ import annotations

import contextlib
import hashlib
import logging
from dataclasses import asdict, dataclass
from datetime import timedelta
from email.errors import HeaderParseError
from email.header import decode_header, make_header
from email.message import Message
from email.parser import BytesHeaderParser
from email.utils import getaddresses
from itertools import islice
from typing import Any

from django.conf import settings
from django.db import InterfaceError, OperationalError, connection, transaction
from django.tasks import TaskResultStatus, task
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from articles.importing.documents import MOST_MAIL, Document, NotADocument, read_document
from articles.importing.drafts import keep, storable
from articles.importing.mailboxes import Mailbox, MailboxError, Unseen, open_mailbox
from articles.models import ReceivedRelease

logger = logging.getLogger(__name__)

#: In the list of senders: mail of all is taken.
EVERYBODY = "everybody"
#: So many mails are taken at once; the next run takes the next ones.
MOST_AT_ONCE = 200
#: So much of a line of a header is read, in characters; an address has fewer (RFC 5321, 4.5.3.1).
_LONGEST_LINE, _LONGEST_ADDRESS = 2000, 256
#: The key of the advisory lock under which a mail becomes a row ("mail" in ASCII).
_LOCK = 0x6D61696C
#: A run of the task that has not ended after so long was cut off.
_CUT_OFF = timedelta(minutes=30)
#: What the task said is kept for so long.
_KEPT = timedelta(hours=6)
_State = ReceivedRelease.State


@dataclass
class Report:
    """What became of the mails of one run; ``failed`` is the sentence about the mailbox."""

    received: int = 0
    unreadable: int = 0
    known: int = 0
    left_out: int = 0
    failed: str = ""

    def __str__(self) -> str:
        said = (
            f"{self.received} received, {self.unreadable} without a text that can be read, "
            f"{self.known} that came before, {self.left_out} of senders who are not allowed."
        )
        return f"{said} {self.failed}".strip()


def receive(address: str = "") -> Report:
    """Read the mailbox at ``address``, by default the one of the settings, into the tray.

    Never raises for what is wrong with the mailbox or a mail: the report says it. Raises
    OperationalError when the database is away; the mail that it happened at stays unseen.
    """
    report = Report()
    try:
        if not settings.IMPORT_MAIL_SENDERS:
            raise MailboxError(
                "IMPORT_MAIL_SENDERS is empty, so nobody's mail is taken: name addresses and "
                f"domains, or write {EVERYBODY}."
            )
        with open_mailbox(address or settings.IMPORT_MAIL) as mailbox:
            for mail in islice(mailbox.unseen(), MOST_AT_ONCE):
                _take_in(mail, mailbox, report)
                mailbox.mark_seen(mail.key)
    except MailboxError as error:
        report.failed = str(error)
    return report


def is_allowed(sender: str) -> bool:
    """Whether mail of this address is taken, by the settings. Nobody's, if they name nobody."""

    def has(listed: list[str]) -> bool:
        address = sender.lower()
        domain = address.rpartition("@")[2]
        names = {one.strip().lower().removeprefix("@") for one in listed}
        return address in names or any(
            domain == name or domain.endswith(f".{name}") for name in names if "@" not in name
        )

    allowed = settings.IMPORT_MAIL_SENDERS
    if not sender or has(settings.IMPORT_MAIL_BLOCKED):
        return False
    return EVERYBODY in allowed or has(allowed)


def _take_in(mail: Unseen, mailbox: Mailbox, report: Report) -> None:
    """Make a row of a mail, whatever is wrong with it."""
    row = ReceivedRelease(digest=hashlib.sha256(mail.header).hexdigest())
    try:
        added = _read(mail, mailbox, row)
    except (MailboxError, OperationalError, InterfaceError):
        raise
    except Exception:
        logger.exception("A mail broke what reads it.")
        row.problem = "This mail breaks what reads it. Look at it in the mailbox."
        row.document, row.state = None, _State.NEW
        added = _add(row)
    if added is None:
        return
    if not added:
        report.known += 1
    elif row.document is None and row.state == _State.DROPPED:
        report.left_out += 1
    elif row.state == _State.DROPPED:
        report.known += 1
    elif row.problem:
        report.unreadable += 1
    else:
        report.received += 1


def _read(mail: Unseen, mailbox: Mailbox, row: ReceivedRelease) -> bool | None:
    """Fill ``row`` with what the mail says and save it.

    False when the mail came before, None when it is no longer in the mailbox.
    """
    row.sender, row.subject, message_id = _said_in(mail.header)
    if not is_allowed(row.sender):  # without its Message-ID: another may come with the same
        row.state = _State.DROPPED
        row.problem = f"{row.sender or 'Who sent it'} is not among the senders who are allowed."
        return _add(row)
    row.message_id = message_id
    if message_id and _came_before(row):
        return False
    if mail.size > MOST_MAIL:
        row.problem = (
            f"The mail has {mail.size / 2**20:.1f} MB and was not fetched; {MOST_MAIL // 2**20} MB "
            "are the most. Ask for the text alone."
        )
        return _add(row)
    content = mailbox.content(mail.key, MOST_MAIL)
    if content is None:
        return None
    row.digest = hashlib.sha256(content).hexdigest()
    return _add(row, content)


def _add(row: ReceivedRelease, content: bytes | None = None) -> bool:
    """Save the row, with its document if there is ``content``; False when the mail came before."""
    document = None
    if content is not None:
        try:
            document = read_document(content, "mail.eml", most=MOST_MAIL)
        except NotADocument as refusal:  # kept all the same: there may be pictures to look at
            row.problem = storable(str(refusal))
            document = Document("", "mail", sender=row.sender, subject=row.subject)
    with transaction.atomic():
        with connection.cursor() as cursor:  # another worker may have the same mail
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])
        if _came_before(row):
            return False
        if document is not None and content is not None:
            row.document = keep(document, content, _file_name(row), by=None)
            if words := "".join(document.text.split()):
                # “See the pictures” is said again with other pictures.
                named = "\n".join((words, *document.attachments))
                row.text_digest = hashlib.sha256(named.encode("utf-8", "replace")).hexdigest()
            same = ReceivedRelease.objects.filter(text_digest=row.text_digest)
            if words and (first := same.order_by("received_at").first()):
                row.state = _State.DROPPED
                row.problem = (
                    f"The same text came before, from {first.sender}, on "
                    f"{timezone.localtime(first.received_at):%d %b %Y, %H:%M}."
                )
        row.save(force_insert=True)
    return True


def _came_before(row: ReceivedRelease) -> bool:
    known = ReceivedRelease.objects.filter(digest=row.digest)
    if row.message_id:
        known |= ReceivedRelease.objects.filter(message_id=row.message_id)
    return known.exists()


def _file_name(row: ReceivedRelease) -> str:
    """The subject as the name of a file, for who downloads the original."""
    words = "".join(sign if sign.isalnum() else " " for sign in row.subject).split()
    return f"{' '.join(words)[:80] or 'mail'}.eml"


def _said_in(header: bytes) -> tuple[str, str, str]:
    """The sender, the subject and the Message-ID that the header of a mail says.

    Nothing in it is trusted to be well formed. The sender is empty where nobody knows which one is
    allowed: without any or with several, and where the line is longer than any address. What is
    cut off could end like an address that is allowed.
    """
    message = BytesHeaderParser().parsebytes(header)
    lines = [str(line) for line in message.get_all("from", [])]
    found = []
    if len(lines) == 1 and len(lines[0]) <= _LONGEST_LINE:
        with contextlib.suppress(RecursionError):  # comments within comments
            found = [address for _, address in getaddresses(lines) if address]
    sender = storable(found[0]) if len(found) == 1 else ""
    return (
        sender if len(sender) <= _LONGEST_ADDRESS else "",
        _words(message, "subject"),
        _words(message, "message-id"),
    )


def _words(message: Message, name: str) -> str:
    raw = str(message.get(name, ""))[:_LONGEST_LINE]
    try:
        said = str(make_header(decode_header(raw)))
    except (ValueError, LookupError, HeaderParseError):
        said = raw
    return storable(" ".join(said.split()))[:300]


# The worker ---------------------------------------------------------------------------------------


@task()
def receive_mail() -> dict[str, Any]:
    """Read the mailbox of the settings into the tray; what became of it is the task's result."""
    report = receive()
    if report.failed:
        logger.warning("Mail: %s", report.failed)
    return asdict(report)


def queue_mail() -> bool:
    """Queue ``receive_mail`` if nobody did within ``IMPORT_MAIL_EVERY`` seconds; whether it did."""
    if not settings.IMPORT_MAIL:
        return False
    now, runs = timezone.now(), DBTaskResult.objects.filter(task_path=receive_mail.module_path)
    with transaction.atomic():
        with connection.cursor() as cursor:  # several workers ask
            cursor.execute("SELECT pg_try_advisory_xact_lock(%s, 1)", [_LOCK])
            if not cursor.fetchone()[0]:
                return False
        going = runs.exclude(status__in=[TaskResultStatus.SUCCESSFUL, TaskResultStatus.FAILED])
        every = timedelta(seconds=settings.IMPORT_MAIL_EVERY)
        if (
            # What is ahead of now was queued before the clock was set back.
            going.filter(enqueued_at__range=(now - _CUT_OFF, now + _CUT_OFF)).exists()
            or runs.filter(enqueued_at__range=(now - every, now + every)).exists()
        ):
            return False
        runs.filter(enqueued_at__lt=now - _KEPT).delete()
        receive_mail.enqueue()
    return True
