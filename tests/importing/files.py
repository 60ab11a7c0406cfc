"""Small files of each kind as they arrive, made by hand."""

from __future__ import annotations

import io
import zipfile
from email.message import EmailMessage
from xml.sax.saxutils import escape

_W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_MC = "http://schemas.openxmlformats.org/markup-compatibility/2006"
_OFFICE = "urn:oasis:names:tc:opendocument:xmlns:office:1.0"
_TEXT = "urn:oasis:names:tc:opendocument:xmlns:text:1.0"


def packed(members: dict[str, bytes]) -> bytes:
    """A zip with these files."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as zip_file:
        for name, content in members.items():
            zip_file.writestr(name, content)
    return buffer.getvalue()


def a_docx(*paragraphs: str, xml: str = "") -> bytes:
    """A Word document with these paragraphs, or with ``xml`` as its body."""
    body = xml or "".join(f"<w:p><w:r><w:t>{escape(one)}</w:t></w:r></w:p>" for one in paragraphs)
    document = f'<w:document xmlns:w="{_W}" xmlns:mc="{_MC}"><w:body>{body}</w:body></w:document>'
    return packed({"[Content_Types].xml": b"<Types/>", "word/document.xml": document.encode()})


def an_odt(*paragraphs: str, xml: str = "") -> bytes:
    body = xml or "".join(f"<text:p>{escape(one)}</text:p>" for one in paragraphs)
    content = (
        f'<office:document-content xmlns:office="{_OFFICE}" xmlns:text="{_TEXT}"><office:body>'
        f"<office:text>{body}</office:text></office:body></office:document-content>"
    )
    kind = b"application/vnd.oasis.opendocument.text"
    return packed({"mimetype": kind, "content.xml": content.encode()})


def a_pdf(*lines: str) -> bytes:
    """A PDF of one page; an empty line stands between paragraphs."""
    shown = "".join(f"({line}) Tj T*\n" for line in lines)
    stream = f"BT /F1 11 Tf 14 TL 60 760 Td\n{shown}ET".encode("cp1252")
    objects = [
        b"<</Type /Catalog /Pages 2 0 R>>",
        b"<</Type /Pages /Kids [3 0 R] /Count 1>>",
        b"<</Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R"
        b" /Resources <</Font <</F1 5 0 R>>>>>>",
        b"<</Length %d>>\nstream\n%s\nendstream" % (len(stream), stream),
        b"<</Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding>>",
    ]
    pdf, offsets = b"%PDF-1.4\n", []
    for number, content in enumerate(objects, start=1):
        offsets.append(len(pdf))
        pdf += b"%d 0 obj\n%s\nendobj\n" % (number, content)
    table = b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    return (
        pdf
        + b"xref\n0 6\n0000000000 65535 f \n"
        + table
        + b"trailer <</Size 6 /Root 1 0 R>>\nstartxref\n%d\n%%%%EOF" % len(pdf)
    )


def a_mail(text: str = "The Institute opened a school.\n", **headers: str) -> EmailMessage:
    """A mail; attach and change what a test is about."""
    mail = EmailMessage()
    mail["From"] = "Press Office <press@institute.example>"
    mail["Subject"] = "A school is opened"
    mail["Date"] = "Thu, 12 Mar 2026 09:30:00 +0500"
    mail.set_content(text)
    for name, value in headers.items():
        del mail[name]
        mail[name] = value
    return mail
