"""Files that nobody should send, by what is wrong with them: for the tests and a benchmark."""

from __future__ import annotations

import base64
import hashlib
import io
import zlib
from collections.abc import Callable

from PIL import Image

from articles.importing.documents import MOST_BYTES, MOST_MAIL
from tests.importing.files import a_docx, a_mail, a_pdf, an_odt, packed

_WORDS = b"The Institute opened a school in Multan on Thursday, said Dr. Ada Writer, its director. "


def _filled(piece: bytes, size: int = MOST_BYTES) -> bytes:
    return (piece * (size // len(piece) + 1))[:size]


def _noise(size: int) -> bytes:
    """Bytes in no order, the same each time."""
    return hashlib.shake_128(b"noise").digest(size)


def _of_pictures(pages: int = 4) -> bytes:
    buffer = io.BytesIO()
    noise = Image.effect_noise((1100, 1500), 80)
    noise.save(buffer, "PDF", save_all=True, append_images=[noise] * (pages - 1))
    return buffer.getvalue()


def _pdf_bomb() -> bytes:
    stream = zlib.compress(zlib.compress(b"\0" * 300 * 2**20, 9), 9)
    return a_pdf("x").replace(
        b"4 0 obj\n",
        b"4 0 obj\n<</Filter [/FlateDecode /FlateDecode] /Length %d>>\n"
        b"stream\n%s\nendstream\nendobj\n9 0 obj\n" % (len(stream), stream),
    )


def _pdf_in_a_circle() -> bytes:
    return a_pdf("x").replace(b"/Kids [3 0 R]", b"/Kids [2 0 R]")


def _mail_of_parts(depth: int) -> bytes:
    """A mail whose parts stand inside each other."""
    lines = [b"From: a@b.example\r\nSubject: x\r\nMIME-Version: 1.0\r\n"]
    for n in range(depth):
        lines.append(b'Content-Type: multipart/mixed; boundary="b%d"\r\n\r\n--b%d\r\n' % (n, n))
    return b"".join([*lines, b"Content-Type: text/plain\r\n\r\nThe end.\r\n"])


def _mail_with(count: int, size: int) -> bytes:
    mail = a_mail("Please find our pictures attached.")
    for n in range(count):
        mail.add_attachment(
            _noise(size),
            maintype="image",
            subtype="jpeg",
            filename=f"picture-{n}.jpg",
        )
    return mail.as_bytes()


def _mail_with_two_releases() -> bytes:
    mail = a_mail("Two releases.")
    kind = "vnd.openxmlformats-officedocument.wordprocessingml.document"
    for name in ("first", "second"):
        mail.add_attachment(
            a_docx(f"The {name} release. The Institute opened a school in Multan on Thursday."),
            maintype="application",
            subtype=kind,
            filename=f"{name}.docx",
        )
    return mail.as_bytes()


def _mail_that_lies(says: str, content: bytes) -> bytes:
    return (
        b"From: a@b.example\r\nSubject: x\r\nMIME-Version: 1.0\r\nContent-Type: %s\r\n"
        b"Content-Transfer-Encoding: base64\r\n\r\n%s"
        % (says.encode(), base64.encodebytes(content))
    )


#: What is wrong: the name of the file, how it is made, and what the editor is told ("" when its
#: text is read).
BAD: dict[str, tuple[str, Callable[[], bytes], str]] = {
    "empty": ("a.txt", lambda: b"", "is empty"),
    "blank": ("a.txt", lambda: b" \n\t" * 999, "is empty"),
    "one byte too many": ("a.txt", lambda: _filled(_WORDS, MOST_BYTES + 1), "5 MB are the most"),
    "5 MB of words": ("a.txt", lambda: _filled(_WORDS), ""),
    "5 MB of capitals": ("a.txt", lambda: _filled(b"A"), ""),
    "5 MB of capitalised words": ("a.txt", lambda: _filled(b"Ab Cd Ef "), ""),
    "5 MB of quotation marks": ("a.txt", lambda: _filled(b'"'), ""),
    "5 MB of open quotations": ("a.txt", lambda: _filled("“I said ".encode()), ""),
    "5 MB of one word": ("a.txt", lambda: _filled(b"a"), ""),
    "5 MB of initials": ("a.txt", lambda: _filled(b"A.B."), ""),
    "5 MB of brackets": ("a.txt", lambda: _filled(b"("), ""),
    "5 MB of commas": ("a.txt", lambda: _filled(b"X, "), ""),
    "5 MB of line ends": ("a.txt", lambda: b"a" + _filled(b"\n", MOST_BYTES - 1), ""),
    "5 MB of invisible signs": ("a.txt", lambda: _filled("\u200b".encode()), "No text was found"),
    "binary": ("a.txt", lambda: _noise(MOST_BYTES), "no text that can be read"),
    "binary without zeros": (
        "a.txt",
        lambda: _noise(MOST_BYTES).replace(b"\0", b"\1"),
        "no text that can be read",
    ),
    "another encoding": ("a.txt", lambda: _filled("Паром вышел. ".encode("cp1251")), ""),
    "UTF-16 without a mark": ("a.txt", lambda: _filled(_WORDS.decode().encode("utf-16-le")), ""),
    "half of a sign": ("a.txt", lambda: _filled("ل".encode(), MOST_BYTES - 1), ""),
    "mixed encodings": ("a.txt", lambda: _filled("“Ja” ".encode() + b"\x93Yes\x94 "), ""),
    "a lying mark": ("a.txt", lambda: b"\xff\xfe" + _filled(_WORDS, MOST_BYTES - 2), ""),
    "HTML, nested": ("a.html", lambda: _filled(b"<div>"), "no page that people wrote"),
    "HTML, never closed": ("a.html", lambda: _filled(b"<p>a<b>"), "no page that people wrote"),
    "HTML, an open tag": ("a.html", lambda: b"<p>" + _filled(b'<a href="', MOST_BYTES - 3), ""),
    "HTML, open comments": ("a.html", lambda: b"<p>a" + _filled(b"<!--", MOST_BYTES - 4), ""),
    "HTML, attributes": ("a.html", lambda: b"<p " + _filled(b"a=b ", MOST_BYTES - 3), ""),
    "HTML, entities": ("a.html", lambda: _filled(b"&amp;&#x41;&lt;"), ""),
    "HTML, scripts": (
        "a.html",
        lambda: b"<script>alert(1)</script>" * (MOST_BYTES // 25),
        "No text was found",
    ),
    "Word, a bomb": (
        "a.docx",
        lambda: packed({"word/document.xml": b"<w:document>" + b" " * 200 * 2**20}),
        "unpacks to far too much",
    ),
    "Word, nested": (
        "a.docx",
        lambda: packed({"word/document.xml": b"<a>" * 5_000_000}),
        "No word processor writes",
    ),
    "Word, a million paragraphs": ("a.docx", lambda: a_docx(xml="<w:p/>" * 1_000_000), "No text"),
    "Word, cut off": ("a.docx", lambda: a_docx("x" * 9999)[:-40], "damaged"),
    "Word, many members": (
        "a.docx",
        lambda: packed({f"{n}.xml": b"" for n in range(40_000)}),
        "packed file",
    ),
    "OpenDocument, a bomb": (
        "a.odt",
        lambda: an_odt(xml="<text:p>" + "<text:s text:c='100'/>" * 900_000 + "</text:p>"),
        "",
    ),
    "PDF of pictures": ("a.pdf", _of_pictures, "pictures of text"),
    "PDF, a bomb": ("a.pdf", _pdf_bomb, "PDF is damaged"),
    "PDF, in a circle": ("a.pdf", _pdf_in_a_circle, "PDF is damaged"),
    "PDF, cut off": ("a.pdf", lambda: a_pdf("x")[:60], "PDF is damaged"),
    "mail without a header": ("a.eml", lambda: _WORDS, "no sender, subject or date"),
    "mail, parts within parts": ("a.eml", lambda: _mail_of_parts(3000), ""),
    "mail, 4 MB of header": (
        "a.eml",
        lambda: b"From: a@b.example\r\nX: " + b"a\r\n b" * 800_000 + b"\r\n\r\nThe end.",
        "",
    ),
    "mail, 2,000 pictures": ("a.eml", lambda: _mail_with(2000, 800), ""),
    "mail, three large pictures": ("a.eml", lambda: _mail_with(3, 1_100_000), ""),
    "mail, two releases": ("a.eml", _mail_with_two_releases, ""),
    "mail, a PDF called text": (
        "a.eml",
        lambda: _mail_that_lies("text/plain", a_pdf("x")),
        "says that it is text, but it is something else",
    ),
    "mail, a picture called HTML": (
        "a.eml",
        lambda: _mail_that_lies("text/html", b"\x89PNG\r\n\x1a\n" + bytes(900)),
        "says that it is text, but it is something else",
    ),
    "mail, a Word file called PDF": (
        "a.eml",
        lambda: _mail_that_lies("application/pdf; name=a.pdf", a_docx(_WORDS.decode())),
        "",
    ),
    "mail of a mailbox, 20 MB": ("mail.eml", lambda: _mail_with(1, MOST_MAIL // 2 + 2**20), ""),
}
