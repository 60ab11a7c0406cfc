"""The text of a document that somebody sent: plain text, HTML, mail, Word, OpenDocument, PDF.

What a file is, its content says, not its name. Nothing in it is trusted: ``read_document`` leaves
the reading to a child process with limits of memory and time, ``python -m
articles.importing.documents``, and whatever happens there is one sentence to the editor.

Word and OpenDocument are a zip with one XML file that matters. The standard library reads both, as
a stream and with a bound; libraries for these formats build a tree of the whole document first.
pypdf reads PDF: pure Python, without what it depends on, kept well. charset-normalizer tells
encodings that nobody states.
"""

from __future__ import annotations

import contextlib
import email
import email.policy
import io
import json
import re
import sys
import tempfile
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import asdict, dataclass, replace
from email.message import EmailMessage, MIMEPart
from email.utils import parsedate_to_datetime
from html.parser import HTMLParser
from pathlib import PurePath
from typing import Any
from xml.parsers import expat

from articles.child_process import REFUSED, Broken, Refused, limit_memory, run_module
from articles.importing.proposal import INVISIBLE

#: A file has this many bytes at most, and its text this many characters.
MOST_BYTES, MOST_CHARACTERS = 5 * 2**20, 200_000
#: A mail of a mailbox, with its pictures, has this many bytes at most.
MOST_MAIL = 20 * 2**20
#: What a packed file unpacks to, in bytes at most.
MOST_UNPACKED = 30 * 2**20
#: So many pages of a PDF are read.
MOST_PAGES = 60
#: The child process has so much memory (bytes) and time (seconds) at most.
MEMORY, SECONDS = 280 * 2**20, 8.0
#: The text of a mail with fewer characters may be a cover note to the release that is attached.
COVER_NOTE = 600

#: Elements of HTML or XML stand inside each other no deeper in what people write.
_DEEPEST = 500

SUFFIXES = (".txt", ".html", ".htm", ".eml", ".docx", ".odt", ".pdf")
_TAKEN = "Text, HTML, mail (.eml), .docx, .odt and PDF with text can be read"


class NotADocument(Exception):
    """A file that we do not take; its text is the sentence that says why."""


@dataclass(frozen=True)
class Document:
    """What a file says.

    ``text`` has paragraphs with an empty line between them, without invisible signs (watermarks);
    ``invisible`` counts these. ``kind`` is what the file is. A mail has ``sender``, ``subject``,
    ``sent`` (ISO 8601) and the names of its ``attachments``. ``notes`` are sentences to the editor.
    """

    text: str
    kind: str = "text"
    sender: str = ""
    subject: str = ""
    sent: str = ""
    attachments: tuple[str, ...] = ()
    invisible: int = 0
    notes: tuple[str, ...] = ()


def read_document(
    data: bytes, name: str = "", declared: str = "", *, most: int = MOST_BYTES
) -> Document:
    """Return the text of a file that came with a name and a declared content type.

    It has ``most`` bytes at most. Takes ten seconds at most. Raises NotADocument.
    """
    if not data.strip():
        raise NotADocument("The file is empty. Choose another one, or paste the text.")
    if len(data) > most:
        raise NotADocument(
            f"The file has {len(data) / 2**20:.1f} MB; {most // 2**20} MB are the most. "
            "Paste the text of the release instead."
        )
    found = json.loads(_by_child(data, _argument(name), _argument(declared)))
    return Document(
        **found | {"attachments": tuple(found["attachments"]), "notes": tuple(found["notes"])}
    )


def read_attachment(data: bytes, number: int) -> bytes:
    """Return the bytes of attachment ``number`` of a mail, counted from 0. Raises NotADocument."""
    return _by_child(data, "", "", str(number))


def _by_child(data: bytes, *arguments: str) -> bytes:
    """What the child process writes about ``data``."""
    with tempfile.TemporaryFile() as file:
        file.write(data)
        file.seek(0)
        try:
            return run_module(
                "articles.importing.documents", *arguments, data=file, seconds=SECONDS
            )
        except Refused as refusal:
            raise NotADocument(str(refusal)) from refusal
        except Broken as broken:
            raise NotADocument(
                "The file cannot be read: it is damaged, or unpacks to far too much. "
                "Open it yourself and paste the text of the release."
            ) from broken


def _argument(words: str) -> str:
    """``words`` as an argument of a process: no sign that one cannot have."""
    return words.encode("ascii", "replace").decode().replace("\0", "?")[-200:]


def from_text(text: str) -> Document:
    """Return what was pasted as a document. Raises NotADocument."""
    if len(text) > MOST_CHARACTERS:
        raise NotADocument(
            f"The text has {len(text):,} characters; {MOST_CHARACTERS:,} are the most. "
            "Paste the release alone."
        )
    return _finished(Document(text))


def parse(data: bytes, name: str = "", declared: str = "", depth: int = 0) -> Document:
    """Return the text of ``data``, in this process: for the child. Raises NotADocument."""
    kind = _kind(data, name, declared)
    document = _READERS[kind](data, declared, depth)
    suffix = PurePath(name).suffix.lower()
    if suffix in SUFFIXES and kind not in _kinds_of(suffix):
        note = f"The file is called {suffix}, but it is {_WORDS[kind]}; it was read as that."
        document = replace(document, notes=(note, *document.notes))
    return _finished(document)


def _finished(document: Document) -> Document:
    """Take out invisible signs and what no text has, and count; refuse what has no text."""
    # What is far beyond the bound is not even looked at: it would take seconds.
    text, notes = document.text[: 3 * MOST_CHARACTERS], list(document.notes)
    invisible = sum(len(run) for run in INVISIBLE.findall(text))
    text = INVISIBLE.sub("", text).replace("\r\n", "\n").replace("\r", "\n")
    text = re.sub(r"[\x00-\x08\x0b-\x1f\x7f-\x84\x86-\x9f]", " ", text.replace("\f", "\n\n"))
    text = re.sub(r"[ \t\xa0]+\n", "\n", text.replace("\u2028", "\n").replace("\u2029", "\n\n"))
    text = re.sub(r"\n{3,}", "\n\n", text).strip()
    if not text:
        raise NotADocument("No text was found. Paste the text of the release.")
    if len(text) > MOST_CHARACTERS:
        text = text[:MOST_CHARACTERS].rpartition("\n")[0] or text[:MOST_CHARACTERS]
        notes.append(f"Only the first {MOST_CHARACTERS:,} characters were read.")
    if invisible:
        signs = "1 invisible sign was" if invisible == 1 else f"{invisible} invisible signs were"
        notes.append(f"{signs} taken out of the text (watermarks); the original keeps them.")
    return replace(document, text=text, invisible=invisible, notes=tuple(notes))


# What it is ---------------------------------------------------------------------------------------

#: What is known by its first bytes and not read, with what to do instead.
_OTHERS = {
    b"\xd0\xcf\x11\xe0": "This is a file of an old Word. Save it as .docx, or paste its text.",
    b"{\\rtf": "This is a file in RTF. Save it as .docx, or paste its text.",
    b"\x89PNG": "This is a picture, which has no text. Paste the text of the release.",
    b"\xff\xd8\xff": "This is a picture, which has no text. Paste the text of the release.",
    b"GIF8": "This is a picture, which has no text. Paste the text of the release.",
    b"\x1f\x8b": "This is a packed file. Unpack it and choose the release in it.",
    b"Rar!": "This is a packed file. Unpack it and choose the release in it.",
    b"7z\xbc\xaf": "This is a packed file. Unpack it and choose the release in it.",
}
_WORDS = {
    "text": "plain text",
    "html": "HTML",
    "mail": "a mail",
    "docx": "a Word document",
    "odt": "an OpenDocument text",
    "pdf": "a PDF",
}
_MAIL_HEADER = re.compile(
    rb"(?im)^(?:received|return-path|mime-version|message-id|delivered-to|content-type):"
)


def _kinds_of(suffix: str) -> tuple[str, ...]:
    kinds = {".txt": "text", ".htm": "html", ".eml": "mail"}
    return (kinds.get(suffix, suffix[1:]),)


def _kind(data: bytes, name: str, declared: str) -> str:
    start = data[:1024].lstrip(b"\xef\xbb\xbf \t\r\n")
    for magic, sentence in _OTHERS.items():
        if data.startswith(magic):
            raise NotADocument(sentence)
    if b"%PDF-" in data[:1024]:
        return "pdf"
    if data.startswith(b"PK\x03\x04"):
        return _packed_kind(data)
    suffix, declared = PurePath(name).suffix.lower(), declared.partition(";")[0].strip().lower()
    if suffix == ".eml" or declared == "message/rfc822":
        return "mail"
    start = re.sub(rb"^<\?xml[^>]*>\s*", b"", start)
    if re.match(rb"(?i)<(!doctype html|(html|head|body|h1|p|div|meta|table)\b)", start):
        return "html"
    if suffix in (".html", ".htm") or declared == "text/html":
        return "html"
    head = re.split(rb"\r?\n\r?\n", data[:20_000], maxsplit=1)[0]
    if suffix != ".txt" and re.match(rb"[A-Za-z-]+:", head) and _MAIL_HEADER.search(head):
        return "mail"
    return "text"


def _packed_kind(data: bytes) -> str:
    with _zip(data) as packed:
        names = set(packed.namelist())
    if "word/document.xml" in names:
        return "docx"
    if "content.xml" in names:
        return "odt"
    raise NotADocument(f"This is a packed file, or of a kind that is not read. {_TAKEN}.")


# Plain text ---------------------------------------------------------------------------------------

#: Encodings that are tried for a text that is no UTF-8, by charset-normalizer.
_ENCODINGS = [
    "cp1252",
    "cp1250",
    "cp1251",
    "koi8_r",
    "cp866",
    "cp1253",
    "cp1254",
    "cp1256",
    "gb18030",
    "big5",
    "utf_16_le",
    "utf_16_be",
]
_MARKS = {
    b"\xef\xbb\xbf": "utf-8-sig",
    b"\xff\xfe\x00\x00": "utf-32",
    b"\xff\xfe": "utf-16",
    b"\xfe\xff": "utf-16",
}
#: UTF-8 that was read as Windows-1252 and saved again.
_TWICE = re.compile(r"â€[™œ\u009d˜“”¦]|Ã[\x80-\xbf©¨¼¶¤±³]")


def decode(data: bytes, declared: str = "") -> tuple[str, list[str]]:
    """Return ``data`` as text, with sentences to the editor about its encoding.

    ``declared`` may name one (``text/plain; charset=…``). Raises NotADocument for what is no text.
    """
    for mark, encoding in _MARKS.items():
        if data.startswith(mark):
            return data.decode(encoding, "replace"), []
    if wide := _wide(data):
        return data.decode(wide, "replace"), []
    if b"\0" in data or _share_of_controls(data) > 0.02:
        raise NotADocument(f"This is no text that can be read. {_TAKEN}.")
    with contextlib.suppress(UnicodeDecodeError):
        return _mended(data.decode("utf-8"))
    stated = re.search(r"charset=[\"']?([\w-]+)", declared, re.IGNORECASE)
    if stated:
        with contextlib.suppress(LookupError, UnicodeDecodeError):
            return data.decode(stated[1]), []
    data = data[: 6 * MOST_CHARACTERS]
    text = data.decode("utf-8", "surrogateescape")
    wrong = sum("\udc80" <= sign <= "\udcff" for sign in text)
    right = sum(sign > "\x7f" for sign in text) - wrong
    if right > wrong:  # UTF-8 in which pieces of another encoding were pasted
        mixed = re.sub(
            "[\udc80-\udcff]+",
            lambda run: run[0].encode("utf-8", "surrogateescape").decode("cp1252", "replace"),
            text,
        )
        return mixed, ["The file mixes encodings; look at quotation marks and accents."]
    from charset_normalizer import from_bytes

    best = from_bytes(data[:20_000], cp_isolation=_ENCODINGS).best()
    encoding = best.encoding if best else "cp1252"
    if encoding in ("cp1250", "cp1254"):  # nearly the same letters; “¹” within a word is Polish “ą”
        western = data.decode("cp1252", "replace")
        encoding = (
            encoding if re.search(r"[^\W\d_][¹³¿¼¾ð]|[¹³¿¼¾ð][^\W\d_]", western) else "cp1252"
        )
    text = data.decode(encoding, "replace")
    return text, [f"The file does not say its encoding; it was read as {encoding}."]


def _wide(data: bytes) -> str:
    """The encoding of a text in UTF-16 without a mark: every second byte is 0 for Latin letters."""
    even, odd = data[:2000:2], data[1:2000:2]
    if len(even) > 8 and even.count(0) < len(even) / 10 and odd.count(0) > len(odd) * 0.6:
        return "utf-16-le"
    if len(even) > 8 and odd.count(0) < len(odd) / 10 and even.count(0) > len(even) * 0.6:
        return "utf-16-be"
    return ""


def _share_of_controls(data: bytes) -> float:
    some = data[:20_000]
    return sum(byte < 32 and byte not in b"\t\n\r\f\x1b" for byte in some) / max(len(some), 1)


def _mended(text: str) -> tuple[str, list[str]]:
    if not _TWICE.search(text):
        return text, []
    with contextlib.suppress(UnicodeError):
        mended = "".join(
            _once(piece) for piece in re.split(r"([^\x00-\xff€‚ƒ„…†‡ˆ‰Š‹ŒŽ‘’“”•–—˜™š›œžŸ]+)", text)
        )
        return mended, ["The text was encoded twice; that was undone. Look at accents."]
    return text, ["The text seems to be encoded twice; look at quotation marks and accents."]


def _once(piece: str) -> str:
    """Undo one encoding; Windows-1252 leaves five bytes undefined, which Latin-1 has."""
    raw = b"".join(
        sign.encode("latin-1")
        if sign <= "\xff"
        else sign.encode("cp1252", "strict")
        if sign in "€‚ƒ„…†‡ˆ‰Š‹ŒŽ‘’“”•–—˜™š›œžŸ"
        else sign.encode("utf-8")
        for sign in piece
    )
    return raw.decode("utf-8")


def _read_text(data: bytes, declared: str, depth: int) -> Document:
    text, notes = decode(data, declared)
    return Document(text, notes=tuple(notes))


# HTML ---------------------------------------------------------------------------------------------

_UNSEEN = frozenset(
    [
        "script",
        "style",
        "head",
        "template",
        "noscript",
        "iframe",
        "object",
        "svg",
        "math",
        "title",
        "select",
        "button",
        "textarea",
    ]
)
_VOID = frozenset(
    [
        "br",
        "hr",
        "img",
        "input",
        "meta",
        "link",
        "wbr",
        "area",
        "base",
        "col",
        "embed",
        "source",
        "track",
    ]
)
#: Elements that may be left open; the next of their kind ends them.
_ENDED_BY_NEXT = frozenset(["p", "li", "td", "th", "tr", "dt", "dd", "option"])
_WITHIN_A_LINE = frozenset(
    [
        "a",
        "abbr",
        "b",
        "bdi",
        "bdo",
        "big",
        "cite",
        "code",
        "data",
        "del",
        "dfn",
        "em",
        "font",
        "i",
        "ins",
        "kbd",
        "mark",
        "q",
        "s",
        "samp",
        "small",
        "span",
        "strike",
        "strong",
        "sub",
        "sup",
        "time",
        "tt",
        "u",
        "var",
        "td",
        "th",
        "br",
        "wbr",
        "img",
        "label",
    ]
)
_HIDING = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden|font-size\s*:\s*0(?![.\d])")


class _Page(HTMLParser):
    """The words of a page that its readers see, block by block."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.blocks: list[str] = [""]
        self.open: list[tuple[str, bool]] = []
        self.hidden = 0
        self.left_out = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in _WITHIN_A_LINE:
            self.blocks.append("")
        if tag == "br" and not self.hidden:
            self.blocks[-1] += "\n"
        if tag == "td" and not self.hidden:
            self.blocks[-1] += " "
        if tag in _VOID:
            return
        if tag == "body":  # ends a head that nobody closed
            self.open, self.hidden = [], 0
        while self.open and self.open[-1][0] in _ENDED_BY_NEXT and self.ends_open(tag):
            self.hidden -= self.open.pop()[1]
        if len(self.open) >= _DEEPEST:
            raise NotADocument("This HTML is no page that people wrote. Paste the text instead.")
        known = dict(attrs)
        hides = "hidden" in known or bool(_HIDING.search((known.get("style") or "").lower()))
        hides = hides or known.get("aria-hidden") == "true"
        if hides and not self.hidden:
            self.left_out += 1
        unseen = hides or tag in _UNSEEN
        self.open.append((tag, unseen))
        self.hidden += unseen

    def ends_open(self, tag: str) -> bool:
        """Whether the innermost element ends where ``tag`` starts without being closed."""
        innermost = self.open[-1][0]
        return tag == innermost or (innermost == "p" and tag not in _WITHIN_A_LINE)

    def handle_endtag(self, tag: str) -> None:
        if any(tag == name for name, _ in self.open):
            while self.open:
                name, unseen = self.open.pop()
                self.hidden -= unseen
                if name == tag:
                    break
        if tag not in _WITHIN_A_LINE:
            self.blocks.append("")

    def handle_data(self, data: str) -> None:
        if not self.hidden:
            self.blocks[-1] += re.sub(r"[ \t\r\n]+", " ", data)


def _read_html(data: bytes, declared: str, depth: int) -> Document:
    stated = re.search(rb"(?i)<meta[^>]{0,200}charset=[\"']?([\w-]+)", data[:4096])
    if "charset=" not in declared.lower() and stated:
        declared = f"text/html; charset={stated[1].decode('ascii', 'replace')}"
    markup, notes = decode(data, declared)
    return _page(markup, notes)


def _page(markup: str, notes: list[str]) -> Document:
    page = _Page()
    page.feed(markup)
    page.close()
    blocks = [re.sub(r" ?\n ?", "\n", block).strip() for block in page.blocks]
    if page.left_out:
        notes = [*notes, "Words that the page hides from its readers were left out."]
    return Document("\n\n".join(filter(None, blocks)), kind="html", notes=tuple(notes))


# Mail ---------------------------------------------------------------------------------------------


def _read_mail(data: bytes, declared: str, depth: int) -> Document:
    message = email.message_from_bytes(data, policy=email.policy.default)
    if not isinstance(message, EmailMessage) or not message.keys():
        raise NotADocument("The file is called a mail, but it has no sender, subject or date.")
    notes: list[str] = []
    text = Document("", kind="mail")
    if body := message.get_body(("plain", "html")):
        text = _part(body)
    attached = _attached(message)
    names = tuple(_header(part.get_filename() or "without a name") for part in attached)
    if len(text.text.strip()) < COVER_NOTE and depth == 0:
        for part, name in zip(attached, names, strict=True):
            with contextlib.suppress(NotADocument, LookupError, ValueError):
                if len(content := _bytes_of(part)) > MOST_BYTES:
                    continue
                release = parse(content, name, part.get_content_type(), depth + 1)
                if len(release.text) > len(text.text):
                    notes.append(
                        f"The release was attached as “{name}”; the mail’s own words are left out."
                    )
                    text = release
                    break
    others = [name for name in names if f"“{name}”" not in "".join(notes)]
    if others:
        notes.append(f"Attached and not read: {', '.join(others)}.")
    return replace(
        text,
        kind="mail",
        sender=_header(message["from"]),
        subject=_header(message["subject"]),
        sent=_sent(message["date"]),
        attachments=names,
        notes=(*text.notes, *notes),
    )


def _attached(message: EmailMessage) -> list[EmailMessage]:
    return [part for part in message.iter_attachments() if isinstance(part, EmailMessage)]


def _attachment(data: bytes, number: int) -> bytes:
    message = email.message_from_bytes(data, policy=email.policy.default)
    attached = _attached(message) if isinstance(message, EmailMessage) else []
    if number >= len(attached):
        raise NotADocument("The mail has no such attachment.")
    return _bytes_of(attached[number])


def _part(part: MIMEPart) -> Document:
    """The text of a part that says that it is text, if it is."""
    data = _bytes_of(part)
    stated = f"{part.get_content_type()}; charset={part.get_content_charset() or ''}"
    try:
        if _kind(data, "", stated) not in ("text", "html", "mail"):
            raise NotADocument("")
        if part.get_content_subtype() == "html":
            return _read_html(data, stated, 1)
        text, notes = decode(data, stated)
    except NotADocument as refusal:
        raise NotADocument(
            "The mail says that it is text, but it is something else. "
            "Open it yourself and paste the text of the release."
        ) from refusal
    if str(part.get_param("format")).lower() == "flowed":
        text = re.sub(r"(?<!^--) \r?\n(?=\S)", " ", text)  # RFC 3676
    return Document(text, notes=tuple(notes))


def _bytes_of(part: MIMEPart) -> bytes:
    if part.get_content_type() == "message/rfc822":
        inner: bytes = part.get_content().as_bytes()
        return inner
    data = part.get_payload(decode=True)
    return data if isinstance(data, bytes) else b""


def _header(value: Any) -> str:
    return " ".join(INVISIBLE.sub("", str(value or "")).split())[:300]


def _sent(value: Any) -> str:
    with contextlib.suppress(TypeError, ValueError):
        return parsedate_to_datetime(str(value)).isoformat()
    return ""


# Word and OpenDocument ----------------------------------------------------------------------------


@contextlib.contextmanager
def _zip(data: bytes) -> Iterator[zipfile.ZipFile]:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as packed:
            yield packed
    except (
        zipfile.BadZipFile,
        zlib.error,
        EOFError,
        NotImplementedError,  # a compression that zipfile does not know
        RuntimeError,  # a password
        KeyError,
    ) as error:
        locked = "password" in str(error)
        raise NotADocument(
            "The file has a password. Save it without one, or paste its text."
            if locked
            else "The file is damaged. Save it again, or paste the text of the release."
        ) from error


class _Paragraphs:
    """Collects the paragraphs of an XML document while it is read."""

    def __init__(self, paragraph: set[str], skipped: set[str], signs: dict[str, str]) -> None:
        self.paragraph, self.skipped, self.signs = paragraph, skipped, signs
        self.done: list[str] = []
        self.open: list[list[str]] = []
        self.skipping = 0
        self.words_in: set[str] | None = None
        self.path: list[str] = []

    def start(self, name: str, attributes: dict[str, str]) -> None:
        self.path.append(name)
        if len(self.path) > _DEEPEST:
            raise NotADocument("No word processor writes such a file. Paste the text instead.")
        if self.skipping or name in self.skipped:
            self.skipping += 1
        elif name in self.paragraph:
            self.open.append([])
        elif self.open and name in self.signs:
            count = int(next((v for k, v in attributes.items() if k.endswith(":c")), "1") or 1)
            self.open[-1].append(self.signs[name] * max(1, min(count, 100)))

    def end(self, name: str) -> None:
        self.path.pop()
        if self.skipping:
            self.skipping -= 1
        elif name in self.paragraph and self.open:
            self.done.append("".join(self.open.pop()).strip())

    def words(self, text: str) -> None:
        taken = self.words_in is None or (self.path and self.path[-1] in self.words_in)
        if self.open and not self.skipping and taken:
            self.open[-1].append(text)


def _read_xml(data: bytes, member: str, into: _Paragraphs) -> None:
    """Read one XML file of a packed document as a stream, up to MOST_UNPACKED bytes."""

    def refuse(*_: Any) -> None:
        raise NotADocument("The file declares entities, which no word processor writes.")

    parser = expat.ParserCreate()
    parser.StartElementHandler, parser.EndElementHandler = into.start, into.end
    parser.CharacterDataHandler = into.words
    parser.StartDoctypeDeclHandler = refuse
    parser.buffer_text = True
    with _zip(data) as packed, packed.open(member) as file:
        left = MOST_UNPACKED
        try:
            while piece := file.read(2**16):
                left -= len(piece)
                if left < 0:
                    raise NotADocument(
                        "The file unpacks to far too much. Paste the text of the release."
                    )
                parser.Parse(piece, False)
            parser.Parse(b"", True)
        except expat.ExpatError as error:
            raise NotADocument(
                "The file is damaged. Save it again, or paste the text of the release."
            ) from error


def _read_docx(data: bytes, declared: str, depth: int) -> Document:
    """Word (ECMA-376): deleted words stand in w:delText, moved ones in w:moveFrom."""
    into = _Paragraphs(
        paragraph={"w:p"},
        skipped={"w:del", "w:moveFrom", "mc:Fallback", "w:instrText", "w:tblGrid"},
        signs={"w:tab": "\t", "w:br": "\n", "w:cr": "\n", "w:noBreakHyphen": "-"},
    )
    into.words_in = {"w:t"}
    _read_xml(data, "word/document.xml", into)
    return Document("\n\n".join(filter(None, into.done)), kind="docx")


def _read_odt(data: bytes, declared: str, depth: int) -> Document:
    into = _Paragraphs(
        paragraph={"text:p", "text:h"},
        skipped={"office:annotation", "text:tracked-changes", "text:note", "office:forms"},
        signs={"text:tab": "\t", "text:line-break": "\n", "text:s": " "},
    )
    _read_xml(data, "content.xml", into)
    return Document("\n\n".join(filter(None, into.done)), kind="odt")


# PDF ----------------------------------------------------------------------------------------------


def _read_pdf(data: bytes, declared: str, depth: int) -> Document:
    from pypdf import PdfReader

    notes: list[str] = []
    try:
        reader = PdfReader(io.BytesIO(data))
        if reader.is_encrypted and not reader.decrypt(""):
            raise NotADocument("The PDF has a password. Save it without one, or paste its text.")
        pages = [_paragraphs_of(page) for page in reader.pages[:MOST_PAGES]]
        if len(reader.pages) > MOST_PAGES:
            notes.append(f"Only the first {MOST_PAGES} pages were read.")
    except (NotADocument, MemoryError):
        raise
    except Exception as error:  # whatever pypdf stumbles over, the file is at fault
        raise NotADocument(
            "The PDF is damaged, or locked. Save it again, or paste the text of the release."
        ) from error
    text = "\n\n".join(filter(None, pages))
    if sum(sign.isalpha() for sign in text) < 20:
        raise NotADocument(
            "This PDF has pictures of text, no text. Ask for the text, or type it in."
        )
    return Document(text, kind="pdf", notes=tuple(notes))


#: Signs that print two letters as one, as fonts do; nobody types them.
_LIGATURES = str.maketrans(
    {"ﬀ": "ff", "ﬁ": "fi", "ﬂ": "fl", "ﬃ": "ffi", "ﬄ": "ffl", "ﬅ": "ft", "ﬆ": "st"}
)


def _paragraphs_of(page: Any) -> str:
    """The text of a page: its lines joined to paragraphs, as a PDF knows lines alone."""
    shown = page.extract_text(extraction_mode="layout").translate(_LIGATURES).split("\n")
    indents = [len(line) - len(line.lstrip()) for line in shown if line.strip()]
    margin = min(indents, default=0)
    # Where letters stand close (“Vice”), the layout has blanks that the text itself has not.
    plain = page.extract_text().translate(_LIGATURES).split("\n")
    words_of = {"".join(line.split()): " ".join(line.split()) for line in plain}
    lines = [words_of.get("".join(line.split()), " ".join(line.split())) for line in shown]
    width = max((len(line) for line in lines), default=0)
    paragraphs, words, was = list[str](), "", 0
    for line, full in zip(lines, shown, strict=True):
        indent = len(full) - len(full.lstrip()) - margin
        if not line or re.fullmatch(r"(page |- ?)?\d{1,3}( of \d{1,3}| ?-)?", line.lower()):
            paragraphs.append(words)
            words = ""
            continue
        if 2 <= indent <= 10 and was < 2:  # a first line that stands in
            paragraphs.append(words)
            words = ""
        soft = words.endswith("\u00ad")
        words = words[:-1] + line if soft else f"{words} {line}".strip()
        was = indent
        if len(line) < width * 0.75 and re.search(r"[.!?:۔。！？][\"”’»)\]]*$", line):
            paragraphs.append(words)
            words = ""
    return "\n\n".join(filter(None, [*paragraphs, words]))


_READERS = {
    "text": _read_text,
    "html": _read_html,
    "mail": _read_mail,
    "docx": _read_docx,
    "odt": _read_odt,
    "pdf": _read_pdf,
}


def main() -> int:
    """Write the document on standard input as JSON; the arguments are its name and type.

    With a third one, the number of an attachment, write the bytes of that.
    """
    limit_memory(MEMORY)
    data = sys.stdin.buffer.read(MOST_MAIL + 1)
    name, declared, number = [*sys.argv[1:], "", "", ""][:3]
    try:
        if number:
            sys.stdout.buffer.write(_attachment(data, int(number)))
            return 0
        document = parse(data, name, declared)
    except NotADocument as refusal:
        sys.stdout.buffer.write(str(refusal).encode())
        return REFUSED
    except (MemoryError, RecursionError):
        sentence = "The file unpacks to far too much. Paste the text of the release."
        sys.stdout.buffer.write(sentence.encode())
        return REFUSED
    sys.stdout.write(json.dumps(asdict(document)))
    return 0


if __name__ == "__main__":
    sys.exit(main())
