"""Everything worth knowing of a file, in one go."""

import hashlib
from dataclasses import dataclass, field
from typing import BinaryIO

from conversations.media import pictures, sound, types
from conversations.media.errors import Unreadable

CHUNK_BYTES = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Facts:
    """A file's own facts. duration in seconds; peaks from 0 to 100; thumbnail as WebP, b'' for none."""

    mime_type: str
    size: int
    sha256: str = ""
    duration: float | None = None
    peaks: list[int] = field(default_factory=list)
    width: int = 0
    height: int = 0
    thumbnail: bytes = b""


def inspect(file: BinaryIO, filename: str = "") -> Facts:
    """Return the facts of a seekable file. Never raises for its content.

    A picture or recording that cannot be decoded is 'application/octet-stream': it can be saved,
    but no page will try to show it.
    """
    mime_type = types.sniff(file, filename)
    size, sha256 = _weigh(file)
    try:
        if mime_type in types.PICTURES or mime_type in ("image/tiff", "image/bmp", "image/avif"):
            return _picture(file, mime_type, size, sha256)
        elif sound.can_read(mime_type):
            return _recording(file, mime_type, size, sha256)
        else:
            return Facts(mime_type, size, sha256)
    except Unreadable:
        return Facts(types.UNKNOWN, size, sha256)


def _weigh(file: BinaryIO) -> tuple[int, str]:
    file.seek(0)
    size, digest = 0, hashlib.sha256()
    while chunk := file.read(CHUNK_BYTES):
        size += len(chunk)
        digest.update(chunk)
    return size, digest.hexdigest()


def _picture(file, mime_type: str, size: int, sha256: str) -> Facts:
    width, height = pictures.measure(file)
    return Facts(
        mime_type, size, sha256, width=width, height=height, thumbnail=pictures.thumbnail(file)
    )


def _recording(file, mime_type: str, size: int, sha256: str) -> Facts:
    said = sound.probe(file, mime_type)
    if said.video_codec:
        return Facts(
            mime_type, size, sha256, duration=said.duration, width=said.width, height=said.height,
            thumbnail=_first_picture(file, mime_type),
        )  # fmt: skip
    if not said.audio_codec:
        raise Unreadable("Neither sound nor picture.")
    heard = sound.listen(file, mime_type)
    return Facts(_without_film(mime_type), size, sha256, duration=heard.duration, peaks=heard.peaks)


def _first_picture(file, mime_type: str) -> bytes:
    """A film without a preview is still a film."""
    try:
        return pictures.small(sound.first_picture(file, mime_type))
    except Unreadable:
        return b""


def _without_film(mime_type: str) -> str:
    """MP4 and WebM hold both; what has no film in it is sound."""
    only_sound = {
        "video/mp4": "audio/mp4", "video/quicktime": "audio/mp4", "video/3gpp": "audio/mp4",
        "video/webm": "audio/webm", "video/x-matroska": "audio/webm",
    }  # fmt: skip
    return only_sound.get(mime_type, mime_type)
