"""Releases that come by mail: each mail of the mailbox becomes one row in the tray.

``receive`` reads all that is not seen; ``queue`` lets the worker do it. A mail that is broken is a
row with a sentence and stops no other. The sender is what the mail says (From): let the mail
server refuse mail that only claims it (SPF, DKIM, DMARC).
"""

from __future__ import annotations

import hashlib
import logging
from dataclasses import asdict, dataclass
from datetime import timedelta
from email.header import decode_header, make_header
from email.message import Message
from email.parser import BytesHeaderParser
from email.utils import getaddresses
from typing import Any

from django.conf import settings
from django.db import connection, transaction
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

    Never raises for what is wrong with the mailbox or a mail: the report says it.
    """
    report = Report()
    try:
        if not settings.IMPORT_MAIL_SENDERS:
            raise MailboxError(
                "IMPORT_MAIL_SENDERS is empty, so nobody's mail is taken: name addresses and "
                f"domains, or write {EVERYBODY}."
            )
        with open_mailbox(address or settings.IMPORT_MAIL) as mailbox:
            for number, mail in enumerate(mailbox.unseen()):
                if number == MOST_AT_ONCE:
                    break
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
    header = _Header(mail.header)
    row = ReceivedRelease(
        message_id=header.message_id,
        sender=header.sender,
        subject=header.subject,
        digest=hashlib.sha256(mail.header).hexdigest(),
    )
    if header.message_id and _came_before(row):
        report.known += 1
        return
    if not is_allowed(header.sender):
        row.state = _State.DROPPED
        row.problem = f"{header.sender or 'Who sent it'} is not among the senders who are allowed."
        report.left_out += _add(row)
        return
    if mail.size > MOST_MAIL:
        row.problem = (
            f"The mail has {mail.size / 2**20:.1f} MB and was not fetched; {MOST_MAIL // 2**20} MB "
            "are the most. Ask for the text alone."
        )
        report.unreadable += _add(row)
        return
    content = mailbox.content(mail.key, MOST_MAIL)
    if content is None:
        return
    row.digest = hashlib.sha256(content).hexdigest()
    try:
        added = _add(row, content)
    except MailboxError:
        raise
    except Exception:
        logger.exception("A mail from %s broke.", header.sender)
        row.problem = "This mail breaks what reads it. Look at it in the mailbox."
        row.document, row.state = None, _State.NEW
        added = _add(row)
    if not added:
        report.known += 1
    elif row.problem and row.state == _State.NEW:
        report.unreadable += 1
    elif row.state == _State.DROPPED:
        report.known += 1
    else:
        report.received += 1


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
                row.text_digest = hashlib.sha256(words.encode("utf-8", "replace")).hexdigest()
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


class _Header:
    """What the header of a mail says; nothing in it is trusted to be well formed."""

    def __init__(self, data: bytes) -> None:
        message = BytesHeaderParser().parsebytes(data)
        self.message_id = self._words(message, "message-id")
        self.subject = self._words(message, "subject")
        # Two senders, or none: nobody knows which one is allowed.
        raw = [str(one)[:2000] for one in message.get_all("from", [])]
        found = [address for _, address in getaddresses(raw) if address]
        self.sender = storable(found[0])[:300] if len(found) == 1 else ""

    @staticmethod
    def _words(message: Message, name: str) -> str:
        raw = str(message.get(name, ""))[:2000]
        try:
            said = str(make_header(decode_header(raw)))
        except (ValueError, LookupError):
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
            going.filter(enqueued_at__gt=now - _CUT_OFF).exists()
            or runs.filter(enqueued_at__gt=now - every).exists()
        ):
            return False
        runs.filter(enqueued_at__lt=now - _KEPT).delete()
        receive_mail.enqueue()
    return True
