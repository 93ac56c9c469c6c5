"""A file that somebody chose, made fit for WhatsApp: its kind told by content, converted if need be."""

from dataclasses import dataclass
from io import BytesIO
from tempfile import TemporaryFile
from typing import BinaryIO

from conversations.media import pictures, sound, types
from conversations.media.errors import Unreadable, Unsendable
from conversations.media.inspection import Facts, inspect
from conversations.media.names import ending, safe_filename
from conversations.providers.base import OutboundFile
from conversations.providers.cloud.file_limits import (
    STILL_STICKER_LIMIT,
    TAKEN,
    VOICE_ICON_LIMIT,
    check_file,
)
from conversations.providers.cloud.problems import Problem

STICKER_SIDE = 512
_PICTURES = types.PICTURES | {"image/bmp", "image/tiff", "image/avif"}
_MP4_CODECS = {"h264"}, {"aac", ""}


def _(message: str) -> str:
    """Mark a source string for makemessages; whoever shows it asks gettext."""
    return message


@dataclass(frozen=True, slots=True)
class Prepared:
    """What will be sent: content from its beginning, to be closed by whoever asked for it."""

    kind: str  # image, sticker, audio, video, document
    filename: str
    content: BinaryIO
    facts: Facts
    is_voice: bool = False

    @property
    def takes_caption(self) -> bool:
        """Whether WhatsApp shows words with it."""
        return self.kind in ("image", "video", "document")


def prepare(
    file: BinaryIO, filename: str, *, voice: bool = False, as_document: bool = False
) -> Prepared:
    """Return a file as it will be sent; raises Unsendable.

    `voice`: a recording from the browser, which becomes a voice note. `as_document`: unchanged,
    whatever it is.
    """
    mime_type = types.sniff(file, filename)
    _require_size(file, filename, mime_type)
    if voice:
        return _voice(file, filename, mime_type)
    if as_document:
        return _unchanged("document", file, filename)
    if mime_type in _PICTURES:
        return _picture(file, filename, mime_type)
    if sound.can_read(mime_type):
        return _recording(file, filename, mime_type)
    return _unchanged("document", file, filename)


def _require_size(file: BinaryIO, filename: str, mime_type: str) -> None:
    """Refuse what no kind of message takes, before anything is decoded."""
    size = file.seek(0, 2)
    given = OutboundFile(mime_type, size, filename, open=lambda: file)
    for problem in check_file("document", given):
        raise Unsendable(problem)


def _unchanged(kind: str, file: BinaryIO, filename: str) -> Prepared:
    facts = inspect(file, filename)
    return Prepared(kind, safe_filename(filename, facts.mime_type), file, facts)


def _picture(file: BinaryIO, filename: str, mime_type: str) -> Prepared:
    try:
        if mime_type == "image/webp" and _is_sticker(file):
            return _unchanged("sticker", file, filename)
        if mime_type in ("image/gif", "image/webp") and pictures.is_animated(file):
            return _unchanged("document", file, filename)
        content, mime_type = pictures.sendable(file, TAKEN["image"][1])
    except Unreadable as error:
        refused = _("“%(name)s” cannot be read as a picture. Send it as a document.")
        raise Unsendable(Problem(refused, {"name": filename})) from error
    return _converted("image", BytesIO(content), filename)


def _is_sticker(file: BinaryIO) -> bool:
    """What WhatsApp calls one: 512 by 512, small."""
    size = file.seek(0, 2)
    limit = TAKEN["sticker"][1] if pictures.is_animated(file) else STILL_STICKER_LIMIT
    return pictures.measure(file) == (STICKER_SIDE, STICKER_SIDE) and size <= limit


def _recording(file: BinaryIO, filename: str, mime_type: str) -> Prepared:
    try:
        said = sound.probe(file, mime_type)
        if said.video_codec:
            return _film(file, filename, mime_type, said)
        facts = inspect(file, filename)
        is_taken = facts.mime_type in TAKEN["audio"][0]
        is_fit_ogg = said.audio_codec == "opus" and said.channels == 1
        if is_taken and (facts.mime_type != "audio/ogg" or is_fit_ogg):
            return Prepared("audio", safe_filename(filename, facts.mime_type), file, facts)
        return _converted("audio", _ogg(file, mime_type), filename)
    except Unreadable:
        return _unchanged("document", file, filename)


def _film(file: BinaryIO, filename: str, mime_type: str, said: sound.Recording) -> Prepared:
    video_codecs, audio_codecs = _MP4_CODECS
    is_fit = (
        said.video_codec in video_codecs
        and said.audio_codec in audio_codecs
        and said.audio_tracks <= 1
    )
    if not is_fit:
        return _unchanged("document", file, filename)
    if mime_type in TAKEN["video"][0]:
        return _unchanged("video", file, filename)
    target = TemporaryFile()  # noqa: SIM115 - Prepared.content, closed by whoever asked
    sound.to_mp4(file, mime_type, target)
    return _converted("video", target, filename)


def _voice(file: BinaryIO, filename: str, mime_type: str) -> Prepared:
    try:
        content = _ogg(file, mime_type)
        if content.seek(0, 2) > VOICE_ICON_LIMIT:
            content = _ogg(file, mime_type, again=True)
    except (Unreadable, KeyError) as error:
        raise Unsendable(Problem(_("This recording cannot be read."))) from error
    return Prepared("audio", "", content, inspect(content), is_voice=True)


def _ogg(file: BinaryIO, mime_type: str, *, again: bool = False) -> BinaryIO:
    target = BytesIO()
    sound.to_voice(file, mime_type, target, again=again)
    return target


def _converted(kind: str, content: BinaryIO, filename: str) -> Prepared:
    facts = inspect(content)
    stem = filename.rpartition(".")[0] or filename
    name = safe_filename(stem + ending(facts.mime_type), facts.mime_type)
    return Prepared(kind, name, content, facts)
