"""A mailbox is read into the tray: each mail one row, whatever is wrong with it."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from email.message import EmailMessage
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import OperationalError
from django_tasks_db.models import DBTaskResult
from pytest_django import Settings

from articles.importing import mail
from articles.importing.mail import Report, is_allowed, queue_mail, receive, receive_mail
from articles.models import ReceivedRelease, SourceDocument
from tests.importing.dovecot import DOVECOT, Dovecot
from tests.publishing.test_concurrency import together

pytestmark = [pytest.mark.slow, pytest.mark.django_db]

RELEASE = Path(__file__).parents[2] / "articles" / "fixtures" / "sco_gateway.txt"


def a_release(
    subject: str = "Bridge opens",
    text: str = "Mayor Anna Lind said that the bridge was open.",
    sender: str = "Press <press@city.example>",
    **headers: str,
) -> bytes:
    message = EmailMessage()
    message["From"], message["Subject"] = sender, subject
    for name, value in headers.items():
        message[name.replace("_", "-")] = value
    message.set_content(text)
    return message.as_bytes()


@pytest.fixture(autouse=True)
def allowed(settings: Settings) -> None:
    settings.IMPORT_MAIL_SENDERS = ["city.example"]
    settings.IMPORT_MAIL_BLOCKED = []


@pytest.fixture
def maildir(tmp_path: Path, settings: Settings) -> Path:
    for name in ("new", "cur", "tmp"):
        (tmp_path / name).mkdir()
    settings.IMPORT_MAIL = f"maildir:{tmp_path}"
    return tmp_path


def put(maildir: Path, *mails: bytes) -> None:
    for number, content in enumerate(mails):
        (maildir / "new" / f"{len(list(maildir.rglob('*')))}.{number}").write_bytes(content)


def rows() -> dict[str, ReceivedRelease]:
    return {row.subject: row for row in ReceivedRelease.objects.select_related("document")}


def document_of(row: ReceivedRelease) -> SourceDocument:
    """The document of ``row``. Fails where there is none."""
    assert row.document is not None, row.problem
    return row.document


# Whose mail ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("senders", "blocked", "sender", "taken"),
    [
        ([], [], "a@city.example", False),
        (["everybody"], [], "a@city.example", True),
        (["everybody"], ["city.example"], "a@press.city.example", False),
        (["everybody"], [], "", False),
        (["city.example"], [], "A@Press.City.Example", True),
        (["city.example"], [], "a@evilcity.example", False),
        (["@city.example", "b@x.example"], [], "b@x.example", True),
        (["b@x.example"], [], "a@x.example", False),
        (["city.example"], ["a@city.example"], "a@city.example", False),
        ([""], [], "a@city.example", False),
    ],
)
def test_mail_is_taken_of_who_is_named_and_not_blocked(
    settings: Settings, senders: list[str], blocked: list[str], sender: str, taken: bool
) -> None:
    settings.IMPORT_MAIL_SENDERS, settings.IMPORT_MAIL_BLOCKED = senders, blocked
    assert is_allowed(sender) == taken


def test_nothing_is_read_while_nobody_is_allowed(maildir: Path, settings: Settings) -> None:
    settings.IMPORT_MAIL_SENDERS = []
    put(maildir, a_release())

    report = receive()

    assert report.failed.startswith("IMPORT_MAIL_SENDERS is empty, so nobody's mail is taken")
    assert len(list((maildir / "new").iterdir())) == 1
    assert not ReceivedRelease.objects.exists()


# What becomes of a mail ---------------------------------------------------------------------------


def test_every_mail_is_one_row_and_a_broken_one_stops_no_other(maildir: Path) -> None:
    picture = EmailMessage()
    picture["From"], picture["Subject"] = "press@city.example", "A picture"
    picture.set_content("See the picture.")
    picture.add_attachment(b"\x89PNG" * 9, maintype="image", subtype="png", filename="Brücke.png")
    two_senders = a_release("Two senders", sender="a@city.example, evil@else.example")
    put(
        maildir,
        a_release("First", Message_ID="<1@city.example>"),
        b"",
        b"\0\xff\xfe" * 500,
        b"From: press@city.example\r\nSubject: Nothing\r\n\r\n",
        b"From: press@city.example\r\nSubject: =?utf-8?b?4p2k?= \xff\xfe =?nope?q?x?=\r\n"
        b"Content-Type: multipart/mixed; boundary=x\r\n\r\n--x\r\nContent-Type: text/plain; "
        b"charset=nonsense\r\n\r\n\xff\xfe\x00 odd\r\n",
        b"From: " + b"(" * 20_000 + b"\r\nSubject: Deep\r\n\r\nx",
        two_senders,
        a_release("Of another", sender="x@else.example"),
        picture.as_bytes(),
    )

    report = receive()

    assert report.failed == ""
    assert not list((maildir / "new").iterdir())
    found = rows()
    assert found["First"].state == "new"
    text = document_of(found["First"]).text
    assert text == "Mayor Anna Lind said that the bridge was open."
    assert found["Nothing"].problem == "No text was found. Paste the text of the release."
    assert document_of(found["Nothing"]).content
    for subject in ("Two senders", "Of another"):
        assert found[subject].state == "dropped"
        assert found[subject].document is None
        assert found[subject].problem.endswith("is not among the senders who are allowed.")
    assert document_of(found["A picture"]).attachments == ["Brücke.png"]
    assert len(ReceivedRelease.objects.all()) == 9


@pytest.mark.parametrize(
    ("header", "state"),
    [
        (b"From: press@city.example\r\nSubject: =?utf-8?b?abcde?=", "new"),
        (b"From: " + b"(" * 900 + b")" * 900 + b" press@city.example", "dropped"),
    ],
    ids=["a subject that is no base64", "comments within comments"],
)
def test_a_header_that_breaks_its_reader_stops_no_other_mail(
    maildir: Path, header: bytes, state: str
) -> None:
    put(maildir, header + b"\r\n\r\nThe bridge is open.", a_release("Next"))

    assert receive().failed == ""

    assert not list((maildir / "new").iterdir())
    assert [row.state for row in ReceivedRelease.objects.exclude(subject="Next")] == [state]
    assert rows()["Next"].state == "new"


@pytest.mark.parametrize(
    "header",
    [
        f"{'x' * (300 - len('@city.example'))}@city.example.evil.example",
        f"{'x' * (2000 - len(' <a@city.example'))} <a@city.example.evil.example>",
        "\r\nFrom: a@city.example",
    ],
    ids=["a long address", "a long line", "two lines"],
)
def test_no_other_sender_passes_for_one_who_is_allowed(maildir: Path, header: str) -> None:
    put(maildir, f"From: {header}\r\nSubject: Odd\r\n\r\nThe bridge is closed.".encode())

    assert receive().left_out == 1

    assert rows()["Odd"].state == "dropped"
    assert not SourceDocument.objects.exists()


def test_who_is_not_allowed_cannot_keep_out_a_mail_by_its_identity(maildir: Path) -> None:
    put(maildir, a_release("Copied", sender="x@else.example", Message_ID="<1@city.example>"))
    assert receive().left_out == 1
    put(maildir, a_release("Release", Message_ID="<1@city.example>"))

    assert receive().received == 1


def test_the_same_words_with_other_pictures_are_another_release(maildir: Path) -> None:
    for name in ("bridge.jpg", "mayor.jpg", "mayor.jpg"):
        message = EmailMessage()
        message["From"], message["Message-ID"] = "press@city.example", f"<{len(rows())}@city>"
        message["Subject"] = f"Picture {len(rows())}"
        message.set_content("See the picture.")
        message.add_attachment(b"\xff\xd8\xff" * 9, maintype="image", subtype="jpeg", filename=name)
        put(maildir, message.as_bytes())
        receive()

    assert [rows()[f"Picture {n}"].state for n in range(3)] == ["new", "new", "dropped"]


def test_a_mail_stays_unseen_when_the_database_is_away(
    maildir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(*arguments: object, **more: object) -> SourceDocument:
        raise OperationalError("the connection is closed")

    put(maildir, a_release())
    monkeypatch.setattr(mail, "keep", away)
    with pytest.raises(OperationalError):
        receive()
    monkeypatch.undo()

    assert receive().received == 1


def test_the_same_mail_and_the_same_text_are_recognised(maildir: Path) -> None:
    put(maildir, a_release(Message_ID="<1@city.example>"), a_release("No identity"))
    assert receive().received == 1  # the second has the same words
    put(
        maildir,
        a_release("Changed", "Other words.", Message_ID="<1@city.example>"),
        a_release("No identity"),
        a_release("Sent again", Message_ID="<2@city.example>"),
    )

    report = receive()

    assert (report.received, report.known) == (0, 3)
    found = rows()
    assert sorted(found) == ["Bridge opens", "No identity", "Sent again"]
    assert found["Sent again"].state == "dropped"
    assert found["Sent again"].problem.startswith("The same text came before, from press@city")


def test_a_mail_that_is_too_large_is_not_fetched(maildir: Path) -> None:
    with (maildir / "new" / "1").open("wb") as file:
        file.write(a_release("Large", Message_ID="<9@city.example>"))
        file.truncate(50 * 2**20)

    report = receive()

    assert report.unreadable == 1
    assert rows()["Large"].problem == (
        "The mail has 50.0 MB and was not fetched; 20 MB are the most. Ask for the text alone."
    )
    assert not SourceDocument.objects.exists()


def test_a_mail_with_large_pictures_is_read(maildir: Path) -> None:
    message = EmailMessage()
    message["From"], message["Subject"] = "press@city.example", "With pictures"
    message.set_content("Mayor Anna Lind said that the bridge was open. " * 20)
    message.add_attachment(b"\xff\xd8\xff" * 4 * 2**20, maintype="image", subtype="jpeg")
    put(maildir, message.as_bytes())

    assert receive().received == 1


@pytest.mark.parametrize(
    ("address", "sentence"),
    [
        ("maildir:/nowhere/at/all", "/nowhere/at/all is no Maildir"),
        ("pop3://a:b@host", "IMPORT_MAIL is no mailbox: write imaps://user:password@host/INBOX"),
        ("imaps://host", "IMPORT_MAIL is no mailbox"),
        ("imap://a:b@host:port", "IMPORT_MAIL is no address: its host or port is wrong."),
        ("imap://a:b@127.0.0.1:1", "The connection to the mail server 127.0.0.1:1 failed"),
    ],
)
def test_a_mailbox_that_cannot_be_read_is_one_sentence(address: str, sentence: str) -> None:
    failed = receive(address).failed
    assert failed.startswith(sentence)
    assert failed.endswith(".")


# The command and the worker -----------------------------------------------------------------------


def test_the_command_reads_a_folder_and_says_what_it_found(tmp_path: Path) -> None:
    folder = tmp_path / "press % mail?"
    for name in ("new", "cur", "tmp"):
        (folder / name).mkdir(parents=True)
    put(folder, a_release(), a_release("Of another", sender="x@else.example"))
    out = StringIO()

    call_command("import_mail", str(folder), stdout=out)

    assert out.getvalue().startswith("1 received, 0 without a text that can be read, 0 that came")
    with pytest.raises(CommandError, match="is no Maildir"):
        call_command("import_mail", str(tmp_path), stdout=out)
    with pytest.raises(CommandError, match="Name a Maildir folder, or set IMPORT_MAIL"):
        call_command("import_mail", stdout=out)


@pytest.mark.django_db(transaction=True)
def test_the_worker_queues_one_task_at_a_time(maildir: Path, settings: Settings) -> None:
    assert queue_mail()
    assert not queue_mail()
    put(maildir, a_release())

    call_command("db_worker", batch=True, interval=0, startup_delay=False, queue_name="*")

    done = DBTaskResult.objects.get(task_path=receive_mail.module_path)
    assert done.return_value == {"received": 1, "unreadable": 0, "known": 0, "left_out": 0} | {
        "failed": ""
    }
    assert not queue_mail()
    settings.IMPORT_MAIL_EVERY = 0
    assert queue_mail()
    settings.IMPORT_MAIL = ""
    assert not queue_mail()


# A real server ------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def dovecot() -> Iterator[Dovecot]:
    if not DOVECOT:
        pytest.skip("no Dovecot on this machine (apt install dovecot-imapd)")
    # Not pytest's folder: that is closed for the user whom root starts it as.
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        server = Dovecot(Path(folder))
        try:
            yield server
        finally:
            server.stop()


@pytest.mark.parametrize("scheme", ["imaps", "imap+tls", "imap"])
def test_imap_is_read_over_tls_and_without(
    dovecot: Dovecot, scheme: str, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(dovecot.folder / "cert.pem"))
    settings.IMPORT_MAIL = dovecot.address(scheme)
    dovecot.deliver(f"1.{scheme}", a_release(f"By {scheme}", RELEASE.read_text(encoding="utf-8")))
    dovecot.deliver(f"2.{scheme}", a_release(f"Else {scheme}", sender="x@else.example"))
    with (dovecot.folder / "large").open("wb") as file:
        file.write(a_release(f"Large {scheme}"))
        file.truncate(50 * 2**20)
    dovecot.deliver(f"3.{scheme}", (dovecot.folder / "large").read_bytes())

    report, again = receive(), receive()

    assert report.failed == again.failed == ""
    assert (report.received, report.left_out, report.unreadable) == (1, 1, 1)
    assert (again.received, again.known) == (0, 0)  # all are marked as seen
    found = rows()
    assert document_of(found[f"By {scheme}"]).text.startswith("Islamabad")
    assert found[f"Large {scheme}"].document is None
    assert len(list(dovecot.mail.rglob(f"[123].{scheme}:*"))) == 3  # nothing is deleted


def test_what_the_server_refuses_is_one_sentence(
    dovecot: Dovecot, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    refused = receive(dovecot.address("imap", password="wrong")).failed
    assert refused.startswith("The mail server localhost refused the name or the password")
    failed = receive(dovecot.address("imaps")).failed
    assert "gave no TLS connection that can be trusted" in failed
    assert "self-signed" in failed or "self signed" in failed
    monkeypatch.setenv("SSL_CERT_FILE", str(dovecot.folder / "cert.pem"))
    assert "127.0.0.1" in receive(dovecot.address("imaps", host="127.0.0.1")).failed
    plain = dovecot.address("imap").replace("imap:", "imaps:")
    assert "gave no TLS connection that can be trusted" in receive(plain).failed
    missing = receive(dovecot.address("imap").replace("INBOX", "Nowhere")).failed
    assert missing.startswith("The mail server localhost has no folder “Nowhere”")


def test_after_a_lost_connection_the_rest_is_read_next_time(
    dovecot: Dovecot, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.IMPORT_MAIL = dovecot.address("imap")
    for number in range(3):
        dovecot.deliver(f"{number}.lost", a_release(f"Lost {number}", f"Text {number}."))
    take_in, taken = mail._take_in, []

    def cut(unseen: Any, mailbox: Any, report: Any) -> None:
        taken.append(unseen)
        if len(taken) == 2:
            mailbox.connection.sock.shutdown(2)
        take_in(unseen, mailbox, report)

    monkeypatch.setattr(mail, "_take_in", cut)
    first = receive()
    monkeypatch.setattr(mail, "_take_in", take_in)
    second = receive()

    assert first.received == 1
    assert first.failed.startswith("The connection to the mail server localhost")
    assert (second.received, second.failed) == (2, "")


@pytest.mark.django_db(transaction=True)
def test_two_workers_take_no_mail_twice(dovecot: Dovecot, settings: Settings) -> None:
    settings.IMPORT_MAIL = dovecot.address("imap")
    for number in range(4):
        dovecot.deliver(f"{number}.two", a_release(f"Two {number}", f"Words {number}."))
    reports = list[Report]()

    assert together(*[lambda: reports.append(receive())] * 2) == []

    assert [report.failed for report in reports] == ["", ""]
    assert sum(report.received for report in reports) == 4
    assert ReceivedRelease.objects.count() == SourceDocument.objects.count() == 4
