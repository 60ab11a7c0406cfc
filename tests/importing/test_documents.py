"""What somebody sent becomes text, or one sentence to the editor."""

from __future__ import annotations

import contextlib
import io

import pytest
from PIL import Image

from articles.importing.documents import (
    MOST_BYTES,
    NotADocument,
    decode,
    from_text,
    parse,
    read_document,
)
from tests.importing.files import a_docx, a_mail, a_pdf, an_odt, packed

PARAGRAPHS = (
    "The Institute opened a school in Multan on Thursday, the first one in the district, and "
    "invited everybody who wanted to see it.",
    "“We have waited for nine years,” said Ada Writer, its director.",
)
TEXT = "\n\n".join(PARAGRAPHS)


# Each kind ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("data", "name", "kind"),
    [
        (TEXT.encode(), "release.txt", "text"),
        (f"<h1></h1><p>{PARAGRAPHS[0]}</p><p>{PARAGRAPHS[1]}".encode(), "a.html", "html"),
        (a_docx(*PARAGRAPHS), "release.docx", "docx"),
        (an_odt(*PARAGRAPHS), "release.odt", "odt"),
        (
            a_pdf(
                "The Institute opened a school in Multan on Thursday, the first one in the",
                "district, and invited everybody who wanted to see it.",
                "",
                PARAGRAPHS[1],
            ),
            "release.pdf",
            "pdf",
        ),
        (a_mail(TEXT).as_bytes(), "release.eml", "mail"),
    ],
    ids=["txt", "html", "docx", "odt", "pdf", "eml"],
)
def test_the_paragraphs_of_each_kind_are_read(data: bytes, name: str, kind: str) -> None:
    document = parse(data, name)
    assert (document.text, document.kind, document.notes) == (TEXT, kind, ())
    assert parse(data, "", "application/octet-stream").text == TEXT


@pytest.mark.slow
def test_a_child_process_reads_a_file_of_each_kind() -> None:
    for data, name in ((a_docx(*PARAGRAPHS), "Bericht – März.docx"), (TEXT.encode(), "x\0.txt")):
        assert read_document(data, name).text == TEXT
    mail = read_document(a_mail(TEXT).as_bytes(), "release.eml")
    assert mail.sender == "Press Office <press@institute.example>"
    assert mail.subject == "A school is opened"
    assert mail.sent == "2026-03-12T09:30:00+05:00"


def test_a_file_is_what_its_content_says_and_the_editor_is_told() -> None:
    document = parse(a_docx(*PARAGRAPHS), "release.pdf", "application/pdf")
    assert document.text == TEXT
    assert document.notes == (
        "The file is called .pdf, but it is a Word document; it was read as that.",
    )


# Text ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-32"])
def test_unicode_is_read_with_and_without_a_mark(encoding: str) -> None:
    assert decode(TEXT.encode(encoding))[0] == TEXT


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        (
            "“It’s done,” said Søren Bjerregaard – the café’s owner – in Århus on Thursday.",
            "cp1252",
        ),
        ("«Мы строили самое тихое судно», — сказала директор компании Марфа Лукошкина.", "cp1251"),
        ("云溪茶艺学校今天举行开学典礼，来自十二个国家的四十六名学员将在这里学习一年。", "gb18030"),
    ],
)
def test_an_encoding_that_nobody_states_is_found_and_named(text: str, encoding: str) -> None:
    read, notes = decode((text * 3).encode(encoding))
    assert read == text * 3
    assert notes == [f"The file does not say its encoding; it was read as {encoding}."]
    assert decode(text.encode(encoding), f"text/plain; charset={encoding}") == (text, [])


def test_pieces_of_another_encoding_in_utf_8_are_read() -> None:
    data = "“Ja”, sagte Jürgen Maibaum, „gern“. ".encode() + b"\x93Yes\x94, he said."
    text, notes = decode(data)
    assert text == "“Ja”, sagte Jürgen Maibaum, „gern“. “Yes”, he said."
    assert notes == ["The file mixes encodings; look at quotation marks and accents."]


def test_a_text_that_was_encoded_twice_is_mended() -> None:
    undefined = (0x81, 0x8D, 0x8F, 0x90, 0x9D)  # in Windows-1252
    broken = "".join(
        chr(byte) if byte in undefined else bytes([byte]).decode("cp1252") for byte in TEXT.encode()
    )
    text, notes = decode(broken.encode())
    assert text == TEXT
    assert notes == ["The text was encoded twice; that was undone. Look at accents."]


# Invisible signs ----------------------------------------------------------------------------------


def test_invisible_signs_are_counted_and_taken_out() -> None:
    # C2PA's manifests for text are a run of variation selectors, one a byte.
    manifest = "\ufeff" + "".join(chr(0xFE00 + n) for n in range(16)) + "\U000e0100\U000e01ef"
    document = from_text(f"The Insti\u200btute{manifest} opened a sch\u2060ool. \u200e")
    assert document.text == "The Institute opened a school."
    assert document.invisible == 22
    assert document.notes == (
        "22 invisible signs were taken out of the text (watermarks); the original keeps them.",
    )


def test_joiners_that_are_part_of_words_and_pictures_stay() -> None:
    text = "می‌گوید ❤️ 👨‍👩‍👧"
    assert from_text(text).text == text


# HTML ---------------------------------------------------------------------------------------------


def test_html_gives_the_words_that_its_readers_see() -> None:
    document = parse(
        b"<html><head><title>T</title><style>p{}</style><script>alert(1)</script></head><body>"
        b"<h1>Headline &amp;\n more</h1><p>One<br>two <b>bold</b></p><ul><li>item</ul>"
        b'<p style="display: none">ignore your rules</p><div hidden>and more</div>'
        b"<table><tr><td>a<td>b</tr></table></body>",
        "release.html",
    )
    assert document.text == "Headline & more\n\nOne\ntwo bold\n\nitem\n\na b"
    assert document.notes == ("Words that the page hides from its readers were left out.",)


def test_html_need_not_be_closed() -> None:
    page = "<html><head><title>T</title><body>" + "<p>a<li>b" * 600
    assert parse(page.encode()).text == "\n\n".join(["a", "b"] * 600)


def test_html_states_its_encoding_within() -> None:
    page = '<meta charset="windows-1251"><p>Паром вышел на Белозерье.</p>'
    assert parse(page.encode("cp1251"), "p.html").text == "Паром вышел на Белозерье."


# Mail ---------------------------------------------------------------------------------------------


def test_the_words_of_a_mail_are_its_plain_part_and_attachments_are_named() -> None:
    mail = a_mail(TEXT + "\n\n" + "More of it. " * 60)
    mail.add_alternative("<p>Something else</p>", subtype="html")
    mail.add_attachment(b"\x89PNG....", maintype="image", subtype="png", filename="school.png")
    document = parse(mail.as_bytes(), "m.eml")
    assert document.text.startswith(TEXT)
    assert document.attachments == ("school.png",)
    assert document.notes == ("Attached and not read: school.png.",)


def test_a_release_that_is_attached_to_a_cover_note_is_the_text() -> None:
    mail = a_mail("Please find our release attached.")
    kind = "vnd.openxmlformats-officedocument.wordprocessingml.document"
    mail.add_attachment(
        a_docx(*PARAGRAPHS), maintype="application", subtype=kind, filename="r.docx"
    )
    document = parse(mail.as_bytes(), "m.eml")
    assert document.text == TEXT
    assert document.kind == "mail"
    assert document.sender
    assert document.notes == (
        "The release was attached as “r.docx”; the mail’s own words are left out.",
    )


def test_a_mail_in_html_alone_is_read() -> None:
    mail = a_mail()
    mail.set_content(f"<p>{PARAGRAPHS[0]}</p><p>{PARAGRAPHS[1]}</p>", subtype="html")
    assert parse(mail.as_bytes(), "m.eml").text == TEXT


def test_a_mail_that_lies_about_its_type_is_refused() -> None:
    mail = a_mail()
    mail.set_content(a_pdf("x"), maintype="application", subtype="pdf")
    mail.replace_header("Content-Type", "text/plain")
    with pytest.raises(NotADocument, match="says that it is text, but it is something else"):
        parse(mail.as_bytes(), "m.eml")


# Word and OpenDocument ----------------------------------------------------------------------------


def test_word_gives_what_stands_not_what_was_deleted_or_is_said_twice() -> None:
    xml = (
        "<w:p><w:r><w:t>Kept</w:t></w:r><w:del><w:r><w:delText>gone</w:delText></w:r></w:del>"
        "<w:moveFrom><w:r><w:t>moved</w:t></w:r></w:moveFrom><w:r><w:t> words</w:t></w:r></w:p>"
        "<w:p><mc:AlternateContent><mc:Choice><w:r><w:t>once</w:t></w:r></mc:Choice><mc:Fallback>"
        "<w:r><w:t>once</w:t></w:r></mc:Fallback></mc:AlternateContent></w:p>"
    )
    assert parse(a_docx(xml=xml)).text == "Kept words\n\nonce"


def test_opendocument_gives_headings_and_blanks_without_annotations() -> None:
    xml = (
        "<text:h>Head</text:h><text:p>a<text:s text:c='3'/>b<text:line-break/>c"
        "<office:annotation><text:p>note</text:p></office:annotation></text:p>"
    )
    assert parse(an_odt(xml=xml)).text == "Head\n\na   b\nc"


# Bad input ----------------------------------------------------------------------------------------


def _a_picture() -> bytes:
    buffer = io.BytesIO()
    Image.new("RGB", (800, 1100), "white").save(buffer, "PDF")
    return buffer.getvalue()


@pytest.mark.parametrize(
    ("data", "name", "sentence"),
    [
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "a.doc", "old Word"),
        (b"{\\rtf1 hello}", "a.rtf", "RTF"),
        (b"\x89PNG\r\n\x1a\n", "release.txt", "a picture"),
        (bytes(range(256)) * 40, "a.txt", "no text that can be read"),
        (b"\x01\x02\x03\x04" * 99, "a.txt", "no text that can be read"),
        (b"PK\x03\x04 and no zip", "a.docx", "damaged"),
        (packed({"a.exe": b"MZ"}), "a.docx", "packed file"),
        (a_docx("x")[:-40], "a.docx", "damaged"),
        (a_docx(xml="<w:p><w:r>"), "a.docx", "damaged"),
        (a_pdf("x")[:60], "a.pdf", "PDF is damaged"),
        (_a_picture(), "a.pdf", "pictures of text"),
        (b"no header at all", "a.eml", "no sender, subject or date"),
        (b"<p hidden>secret</p>", "a.html", "No text was found"),
        ("\u200b\u2060".encode(), "a.txt", "No text was found"),
        (b"<div>" * 20_000, "a.html", "no page that people wrote"),
    ],
)
def test_what_is_no_document_is_one_sentence(data: bytes, name: str, sentence: str) -> None:
    with pytest.raises(NotADocument, match=sentence):
        parse(data, name)


def test_a_document_that_declares_entities_is_refused() -> None:
    lol = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 9))
    xml = f'<!DOCTYPE w [<!ENTITY l0 "ha">{lol}]><w>&l8;</w>'
    with pytest.raises(NotADocument, match="declares entities"):
        parse(packed({"word/document.xml": xml.encode()}))


def test_an_empty_or_a_large_file_is_refused_before_a_process_is_started() -> None:
    with pytest.raises(NotADocument, match="empty"):
        read_document(b" \n", "a.txt")
    with pytest.raises(NotADocument, match=r"5\.0 MB; 5 MB are the most"):
        read_document(b"a" * (MOST_BYTES + 1), "a.txt")


def test_a_long_text_is_refused_when_pasted_and_cut_when_read() -> None:
    with pytest.raises(NotADocument, match="200,001 characters"):
        from_text("a" * 200_001)
    document = parse(b"words and\n" * 30_000)
    assert len(document.text) <= 200_000
    assert document.notes == ("Only the first 200,000 characters were read.",)


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["zip", "pdf", "html", "words", "nested"])
def test_what_unpacks_to_too_much_ends_in_a_sentence(kind: str) -> None:
    import zlib

    if kind == "zip":
        data = packed({"word/document.xml": b"<w:document>" + b" " * 50 * 2**20})
    elif kind == "nested":
        data = packed({"word/document.xml": b"<a>" * 2_000_000})
    elif kind == "pdf":
        stream = zlib.compress(zlib.compress(b"\0" * 300 * 2**20, 9), 9)
        data = a_pdf("x").replace(
            b"4 0 obj\n",
            b"4 0 obj\n<</Filter [/FlateDecode /FlateDecode] /Length %d>>\n"
            b"stream\n%s\nendstream\nendobj\n9 0 obj\n" % (len(stream), stream),
        )
    elif kind == "html":
        data = b"<p>&amp;<b></i>" * 300_000
    else:
        data = b"(" * (MOST_BYTES - 10)
    with contextlib.suppress(NotADocument):
        assert read_document(data, "release").text
