"""The type of a file, told from its content: never from its name, nor from what its sender says.

A short list of what WhatsApp carries and people send; everything else is 'application/octet-stream',
which pages offer for download and never show.
"""

import re
import zipfile
from collections.abc import Callable
from typing import BinaryIO

UNKNOWN = "application/octet-stream"
HEAD_BYTES = 4096
MOST_MIMETYPE_BYTES = 100

# What a browser may show from our own address. Nothing in here can carry a script that runs.
PICTURES = frozenset({"image/jpeg", "image/png", "image/webp", "image/gif"})
SOUNDS = frozenset(
    {
        "audio/ogg",
        "audio/mpeg",
        "audio/mp4",
        "audio/aac",
        "audio/amr",
        "audio/wav",
        "audio/webm",
        "audio/flac",
    }
)
FILMS = frozenset({"video/mp4", "video/3gpp", "video/webm"})
INLINE = PICTURES | SOUNDS | FILMS

_SIGNATURES: tuple[tuple[int, bytes, str], ...] = (
    (0, b"\xff\xd8\xff", "image/jpeg"),
    (0, b"\x89PNG\r\n\x1a\n", "image/png"),
    (0, b"GIF87a", "image/gif"),
    (0, b"GIF89a", "image/gif"),
    (0, b"II*\x00", "image/tiff"),
    (0, b"MM\x00*", "image/tiff"),
    (0, b"OggS", "audio/ogg"),
    (0, b"ID3", "audio/mpeg"),
    (0, b"#!AMR", "audio/amr"),
    (0, b"fLaC", "audio/flac"),
    (0, b"%PDF-", "application/pdf"),
    (0, b"Rar!\x1a\x07", "application/vnd.rar"),
    (0, b"7z\xbc\xaf\x27\x1c", "application/x-7z-compressed"),
    (0, b"\x1f\x8b\x08", "application/gzip"),
    (0, b"{\\rtf", "application/rtf"),
    (0, b"MZ", "application/x-msdownload"),
    (0, b"\x7fELF", "application/x-executable"),
)
_RIFF = {b"WEBP": "image/webp", b"WAVE": "audio/wav", b"AVI ": "video/x-msvideo"}
_BRANDS = {
    b"heic": "image/heic", b"heix": "image/heic", b"mif1": "image/heic", b"msf1": "image/heic",
    b"avif": "image/avif", b"M4A ": "audio/mp4", b"M4B ": "audio/mp4", b"qt  ": "video/quicktime",
    b"3gp4": "video/3gpp", b"3gp5": "video/3gpp", b"3gp6": "video/3gpp", b"3gp7": "video/3gpp",
    b"3ge6": "video/3gpp", b"3gg6": "video/3gpp",
}  # fmt: skip
_OFFICE = {
    "word/": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "xl/": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "ppt/": "application/vnd.openxmlformats-officedocument.presentationml.presentation",
}
# Old Office files are one container whose inside is costly to read: within that family, and only
# there, the name may decide.
_OLD_OFFICE = {
    "doc": "application/msword",
    "xls": "application/vnd.ms-excel",
    "ppt": "application/vnd.ms-powerpoint",
}
_MARKUP = re.compile(
    rb"<(!doctype|html|head|body|script|svg|iframe|style|meta|[a-z]+:svg|\?xml|!--)", re.I
)
_CONTROLS = re.compile(rb"[\x00-\x08\x0e-\x1a\x1c-\x1f]")

# The first is the one that a name without a fitting end gets.
EXTENSIONS: dict[str, tuple[str, ...]] = {
    "image/jpeg": ("jpg", "jpeg", "jpe", "jfif"),
    "image/png": ("png",),
    "image/gif": ("gif",),
    "image/webp": ("webp",),
    "image/tiff": ("tiff", "tif"),
    "image/bmp": ("bmp",),
    "image/heic": ("heic", "heif"),
    "image/avif": ("avif",),
    "image/svg+xml": ("svg",),
    "audio/ogg": ("ogg", "oga", "opus"),
    "audio/mpeg": ("mp3",),
    "audio/mp4": ("m4a", "mp4"),
    "audio/aac": ("aac",),
    "audio/amr": ("amr",),
    "audio/wav": ("wav",),
    "audio/webm": ("webm", "weba"),
    "audio/flac": ("flac",),
    "video/mp4": ("mp4", "m4v"),
    "video/3gpp": ("3gp",),
    "video/webm": ("webm",),
    "video/quicktime": ("mov",),
    "video/x-matroska": ("mkv",),
    "video/x-msvideo": ("avi",),
    "application/pdf": ("pdf",),
    "application/zip": ("zip", "jar", "apk", "kmz"),
    "application/vnd.rar": ("rar",),
    "application/x-7z-compressed": ("7z",),
    "application/gzip": ("gz", "tgz"),
    "application/rtf": ("rtf",),
    "application/x-msdownload": ("exe", "dll", "scr"),
    "application/xml": ("xml", "nfe", "ofx", "kml", "xsd"),
    "text/html": ("html", "htm", "xhtml", "mht"),
    "text/vcard": ("vcf",),
    _OFFICE["word/"]: ("docx",),
    _OFFICE["xl/"]: ("xlsx",),
    _OFFICE["ppt/"]: ("pptx",),
    "application/msword": ("doc",),
    "application/vnd.ms-excel": ("xls",),
    "application/vnd.ms-powerpoint": ("ppt",),
    "application/vnd.oasis.opendocument.text": ("odt",),
    "application/vnd.oasis.opendocument.spreadsheet": ("ods",),
    "application/vnd.oasis.opendocument.presentation": ("odp",),
    "application/epub+zip": ("epub",),
}


def sniff(file: BinaryIO, filename: str = "") -> str:
    """Return the MIME type of a seekable file, told from its content.

    Whether an MP4 or WebM container holds a film or only sound is told later (`sound.py`). The name
    chooses between old Office formats and between kinds of plain text, and nothing else.
    """
    file.seek(0)
    head = file.read(HEAD_BYTES)
    for tell in (_by_signature, _by_container, _by_frame):
        found = tell(head)
        if found:
            return found
    if head.startswith(b"PK\x03\x04"):
        return _inside_zip(file)
    if head.startswith(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"):
        return _OLD_OFFICE.get(extension_of(filename), "application/x-ole-storage")
    return _text(head, filename)


def extension_of(filename: str) -> str:
    """Return what stands after the last dot, in lower case; '' when there is none."""
    stem, dot, extension = filename.rpartition(".")
    return extension.lower() if dot and stem else ""


def bare(mime_type: str) -> str:
    """Return a type without its parameters: 'audio/ogg; codecs=opus' is 'audio/ogg'."""
    return mime_type.partition(";")[0].strip().lower()


def kind_of(mime_type: str) -> str:
    """Return how a page shows a file of this type: image, audio, video or document."""
    mime_type = bare(mime_type)
    for kind, known in (("image", PICTURES), ("audio", SOUNDS), ("video", FILMS)):
        if mime_type in known:
            return kind
    return "document"


def _by_signature(head: bytes) -> str:
    for offset, signature, mime_type in _SIGNATURES:
        if head.startswith(signature, offset):
            return mime_type
    # Two letters alone would be too little: a bitmap's reserved bytes are nought.
    if head.startswith(b"BM") and head[6:10] == b"\0\0\0\0":
        return "image/bmp"
    return ""


def _by_container(head: bytes) -> str:
    if head.startswith(b"RIFF"):
        return _RIFF.get(head[8:12], "")
    if head[4:8] == b"ftyp":
        return _BRANDS.get(head[8:12], "video/mp4")
    if head.startswith(b"\x1a\x45\xdf\xa3"):
        return "video/webm" if b"webm" in head[:64] else "video/x-matroska"
    return ""


def _by_frame(head: bytes) -> str:
    """MP3 and AAC without a header of their own: they begin with a frame."""
    if len(head) < 4 or head[0] != 0xFF:
        return ""
    if head[1] & 0xF6 == 0xF0:
        return "audio/aac"
    is_layer_2_or_3 = head[1] & 0xE0 == 0xE0 and (head[1] >> 1) & 3 in (1, 2)
    has_rates = head[2] & 0xF0 not in (0, 0xF0) and head[2] & 0x0C != 0x0C
    return "audio/mpeg" if is_layer_2_or_3 and has_rates else ""


def _inside_zip(file: BinaryIO) -> str:
    try:
        with zipfile.ZipFile(file) as archive:
            names = archive.namelist()
            if "mimetype" in names:
                return _declared_in_zip(archive)
    except (zipfile.BadZipFile, OSError, ValueError, RuntimeError, NotImplementedError, EOFError):
        return "application/zip"
    if "[Content_Types].xml" in names:
        for folder, mime_type in _OFFICE.items():
            if any(name.startswith(folder) for name in names):
                return mime_type
    return "application/zip"


def _declared_in_zip(archive: zipfile.ZipFile) -> str:
    """OpenDocument and EPUB say what they are in their first entry."""
    with archive.open("mimetype") as entry:
        said = entry.read(MOST_MIMETYPE_BYTES).decode("ascii", "replace").strip()
    return said if said in EXTENSIONS else "application/zip"


def _text(head: bytes, filename: str) -> str:
    if not head or _CONTROLS.search(head):
        return UNKNOWN
    markup = _MARKUP.search(head.lstrip(b"\xef\xbb\xbf \t\r\n")[:1024])
    if markup:
        return _markup_type(head)
    if head.lstrip(b"\xef\xbb\xbf").upper().startswith(b"BEGIN:VCARD"):
        return "text/vcard"
    by_name: dict[str, str] = {"csv": "text/csv", "vcf": "text/vcard"}
    return by_name.get(extension_of(filename), "text/plain")


def _markup_type(head: bytes) -> str:
    looks: tuple[tuple[str, Callable[[bytes], bool]], ...] = (
        ("image/svg+xml", lambda text: b"<svg" in text or b":svg" in text),
        (
            "application/xml",
            lambda text: (
                text.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"<?xml") and b"<html" not in text
            ),
        ),
    )
    lowered = head.lower()
    return next((mime_type for mime_type, fits in looks if fits(lowered)), "text/html")
