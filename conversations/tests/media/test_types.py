"""A file's type is told from its content."""

from io import BytesIO

import pytest

from conversations.media.names import safe_filename
from conversations.media.types import INLINE, UNKNOWN, kind_of, sniff
from conversations.tests.media import samples

DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 500


@pytest.mark.parametrize(
    ("content", "mime_type"),
    [
        (samples.picture("JPEG"), "image/jpeg"),
        (samples.picture("PNG"), "image/png"),
        (samples.picture("WEBP"), "image/webp"),
        (samples.picture("GIF", mode="L"), "image/gif"),
        (samples.picture("BMP"), "image/bmp"),
        (samples.picture("TIFF"), "image/tiff"),
        (samples.picture("AVIF"), "image/avif"),
        (samples.sound("ogg"), "audio/ogg"),
        (samples.sound("webm"), "video/webm"),
        (samples.sound("adts", "aac"), "audio/aac"),
        (samples.sound("mp3", "libmp3lame"), "audio/mpeg"),
        (samples.sound("wav", "pcm_s16le"), "audio/wav"),
        (samples.sound("amr", "libopencore_amrnb", rate=8000), "audio/amr"),
        (samples.film("mp4"), "video/mp4"),
        (samples.film("mov"), "video/quicktime"),
        (samples.film("3gp"), "video/3gpp"),
        (samples.pdf(), "application/pdf"),
        (samples.archive("[Content_Types].xml", "word/document.xml"), DOCX),
        (samples.archive("[Content_Types].xml", "xl/workbook.xml"), XLSX),
        (samples.archive("a.txt"), "application/zip"),
        (b"PK\x03\x04 broken", "application/zip"),
        (b"BEGIN:VCARD\nVERSION:3.0\nEND:VCARD", "text/vcard"),
        ("Olá, tudo bem?".encode(), "text/plain"),
        ("Olá, tudo bem?".encode("latin-1"), "text/plain"),
        (samples.HTML, "text/html"),
        (b"\xef\xbb\xbf  <ScRiPt>alert(1)</script>", "text/html"),
        (samples.SVG, "image/svg+xml"),
        (b'<?xml version="1.0"?><nfe/>', "application/xml"),
        (b"MZ\x90\0", "application/x-msdownload"),
        (b"\0\1\2\3", UNKNOWN),
        (b"", UNKNOWN),
    ],
)
def test_content_tells_its_type_whatever_the_name_says(content, mime_type):
    assert sniff(BytesIO(content), "foto.jpg") == mime_type


@pytest.mark.parametrize(
    ("name", "mime_type"),
    [
        ("a.doc", "application/msword"),
        ("a.xls", "application/vnd.ms-excel"),
        ("a.exe", "application/x-ole-storage"),
    ],
)
def test_the_name_chooses_between_old_office_formats_only(name, mime_type):
    assert sniff(BytesIO(OLE), name) == mime_type


def test_a_text_may_be_a_table_by_its_name():
    assert sniff(BytesIO(b"a;b\n1;2"), "clientes.csv") == "text/csv"


@pytest.mark.parametrize(
    "mime_type", ["text/html", "image/svg+xml", "application/pdf", "application/xml", "text/plain"]
)
def test_nothing_that_could_run_is_shown_in_place(mime_type):
    assert mime_type not in INLINE
    assert kind_of(mime_type) == "document"


@pytest.mark.parametrize(
    ("given", "mime_type", "safe"),
    [
        ("nota fiscal.pdf", "application/pdf", "nota fiscal.pdf"),
        ("../../etc/passwd", "text/plain", "passwd"),
        ("C:\\temp\\boleto.pdf", "application/pdf", "boleto.pdf"),
        ("contrato.pdf", "image/jpeg", "contrato.pdf.jpg"),
        ("foto.JPEG", "image/jpeg", "foto.JPEG"),
        ("a\x00b\nc.txt", "text/plain", "a_b_c.txt"),
        ("gnp.\u202efdp.exe", "application/x-msdownload", "gnp._fdp.exe"),
        ("", "application/pdf", "arquivo.pdf"),
        ("...", "application/pdf", "arquivo.pdf"),
        ("con.pdf", "application/pdf", "arquivo.pdf"),
        ("x" * 300 + ".pdf", "application/pdf", "x" * 116 + ".pdf"),
        ("relatório.pdf", "application/pdf", "relatório.pdf"),
    ],
)
def test_a_file_name_loses_its_tricks_and_gets_a_fitting_end(given, mime_type, safe):
    assert safe_filename(given, mime_type) == safe
