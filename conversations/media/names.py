"""File names as people may see and save them."""

import re
import unicodedata

from conversations.media.types import EXTENSIONS, bare, extension_of

LONGEST = 120
# What no file system takes, and what turns the direction of writing to hide an ending.
_FORBIDDEN = re.compile(r'[<>:"/\\|?*\x00-\x1f\x7f\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]')
_RESERVED = re.compile(r"(con|prn|aux|nul|com\d|lpt\d)(\..*)?", re.IGNORECASE)


def safe_filename(name: str, mime_type: str, fallback: str = "arquivo") -> str:
    """Return a name without path or tricks whose ending fits the content; never empty.

    'contrato.pdf' that is a picture becomes 'contrato.pdf.jpg'.
    """
    name = unicodedata.normalize("NFC", name).replace("\\", "/").rpartition("/")[2]
    name = _FORBIDDEN.sub("_", name).strip(" .")
    if not name.strip("_") or _RESERVED.fullmatch(name):
        name = fallback
    name = _fitting(name, bare(mime_type))
    return _shortened(name)


def ending(mime_type: str) -> str:
    """Return the ending, with its dot, of files of this type; '.bin' for what is not known."""
    return "." + EXTENSIONS.get(bare(mime_type), ("bin",))[0]


def _fitting(name: str, mime_type: str) -> str:
    known = EXTENSIONS.get(mime_type)
    if known is None or extension_of(name) in known:
        return name
    return f"{name}.{known[0]}"


def _shortened(name: str) -> str:
    if len(name) <= LONGEST:
        return name
    stem, dot, extension = name.rpartition(".")
    if not dot or len(extension) > 10:
        return name[:LONGEST]
    return f"{stem[: LONGEST - len(extension) - 1]}.{extension}"
