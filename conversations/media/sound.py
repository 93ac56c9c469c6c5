"""Sound and films by PyAV: length, waveform, a film's first picture, and voice notes.

The container is always named to the decoder, never guessed by it: some of its guesses are playlists
that fetch addresses. Decoding stops after LISTEN_SECONDS; what is known by then is the answer.
"""

import shutil
import time
from array import array
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import BinaryIO

import av
from PIL import Image

from conversations.media.errors import Unreadable
from conversations.media.pictures import MAX_PIXELS
from conversations.media.types import bare

LISTEN_SECONDS = 20.0
PEAKS = 60
RATE = 8000  # Hz; enough for the outline of a voice
WINDOW = RATE // 10
VOICE_RATE = 48_000
VOICE_BITS_PER_SECOND = 24_000
# Our types to the demuxers that may read them.
_DEMUXERS = {
    "audio/ogg": "ogg", "audio/mpeg": "mp3", "audio/mp4": "mov", "audio/aac": "aac", "audio/amr": "amr",
    "audio/wav": "wav", "audio/flac": "flac", "audio/webm": "matroska", "video/webm": "matroska",
    "video/x-matroska": "matroska", "video/mp4": "mov", "video/quicktime": "mov", "video/3gpp": "mov",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Recording:
    """What is inside a container. duration in seconds, None when it does not say."""

    duration: float | None = None
    audio_codec: str = ""
    audio_tracks: int = 0
    channels: int = 0
    video_codec: str = ""
    width: int = 0
    height: int = 0
    peaks: list[int] = field(default_factory=list)  # 0 to 100, the loudest is 100


def can_read(mime_type: str) -> bool:
    """Whether files of this type hold sound or moving pictures that we can decode."""
    return bare(mime_type) in _DEMUXERS


def probe(file: BinaryIO, mime_type: str) -> Recording:
    """Return what a container says of itself, without decoding; raises Unreadable."""
    with _container(file, mime_type) as container:
        return _said(container)


def listen(file: BinaryIO, mime_type: str) -> Recording:
    """Return the length and the outline of a recording, by decoding it; raises Unreadable."""
    with _container(file, mime_type) as container:
        said = _said(container)
        if not container.streams.audio:
            return said
        windows, is_whole = _windows(container, container.streams.audio[0])
        heard = len(windows) * WINDOW / RATE
        duration = round(heard, 1) if is_whole and heard else said.duration
        return Recording(
            duration=duration, audio_codec=said.audio_codec, audio_tracks=said.audio_tracks,
            channels=said.channels, peaks=_outline(windows),
        )  # fmt: skip


def first_picture(file: BinaryIO, mime_type: str) -> Image.Image:
    """Return a film's first picture; raises Unreadable."""
    with _container(file, mime_type) as container:
        if not container.streams.video:
            raise Unreadable("There is no picture in this file.")
        stream = container.streams.video[0]
        if stream.width * stream.height > MAX_PIXELS:
            raise Unreadable("This film has too many points.")
        frame = next(container.decode(stream), None)
        if frame is None:
            raise Unreadable("There is no picture in this file.")
        return frame.to_image()


def to_voice(source: BinaryIO, mime_type: str, target: BinaryIO, *, again: bool = False) -> None:
    """Write a recording as WhatsApp's voice note: Ogg, Opus, mono. Raises Unreadable.

    What is Opus in one channel already is only put into the other container, without loss; `again`
    encodes it nevertheless, smaller.
    """
    with _container(source, mime_type) as container:
        if not container.streams.audio:
            raise Unreadable("There is no sound in this file.")
        stream = container.streams.audio[0]
        is_fit = (
            stream.codec_context.name in ("opus", "libopus") and stream.codec_context.channels == 1
        )
        with av.open(target, "w", format="ogg") as output:
            if is_fit and not again:
                _copy(container, output, [stream])
            else:
                _encode_voice(container, stream, output)


def to_mp4(source: BinaryIO, mime_type: str, target: BinaryIO) -> None:
    """Put the streams of a film into an MP4, unchanged, its index first. Raises Unreadable."""
    with _container(source, mime_type) as container, TemporaryDirectory() as folder:
        streams = [*container.streams.video[:1], *container.streams.audio[:1]]
        # To move the index to the front FFmpeg reads again what it has written: that needs a path.
        path = Path(folder) / "film.mp4"
        with av.open(str(path), "w", format="mp4", options={"movflags": "+faststart"}) as output:
            _copy(container, output, streams)
        with path.open("rb") as written:
            shutil.copyfileobj(written, target)


@contextmanager
def _container(file: BinaryIO, mime_type: str):
    """Open a container of a known type; whatever goes wrong inside is Unreadable."""
    file.seek(0)
    try:
        with av.open(
            file, format=_DEMUXERS[bare(mime_type)], metadata_errors="replace"
        ) as container:
            yield container
    except Unreadable:
        raise
    except Exception as error:  # FFmpeg has an exception per errno, and PyAV several of its own
        raise Unreadable(f"This recording cannot be read ({type(error).__name__}).") from error


def _said(container) -> Recording:
    audio = container.streams.audio[0].codec_context if container.streams.audio else None
    # A song's cover is a stream of one picture: no film.
    films = [
        s for s in container.streams.video if s.codec_context.name not in ("mjpeg", "png", "bmp")
    ]
    video = films[0].codec_context if films else None
    seconds = container.duration / av.time_base if container.duration else None
    return Recording(
        duration=round(seconds, 1) if seconds and seconds > 0 else None,
        audio_codec=audio.name if audio else "",
        audio_tracks=len(container.streams.audio),
        channels=audio.channels if audio else 0,
        video_codec=video.name if video else "",
        width=video.width if video else 0,
        height=video.height if video else 0,
    )


def _windows(container, stream) -> tuple[array, bool]:
    """The loudest point of every tenth of a second, and whether the end was reached."""
    ends_at = time.monotonic() + LISTEN_SECONDS
    resampler = av.AudioResampler(format="s16", layout="mono", rate=RATE)
    windows, rest = array("h"), array("h")
    try:
        for frame in container.decode(stream):
            for part in resampler.resample(frame):
                rest.frombytes(bytes(part.planes[0])[: part.samples * 2])
            while len(rest) >= WINDOW:
                windows.append(_loudest(rest[:WINDOW]))
                del rest[:WINDOW]
            if time.monotonic() > ends_at:
                return windows, False
    except av.FFmpegError:
        return windows, False  # cut short, as recordings often are: what was heard counts
    if rest:
        windows.append(_loudest(rest))
    return windows, True


def _loudest(samples: array) -> int:
    return min(32767, max(max(samples), -min(samples)))


def _outline(windows: array) -> list[int]:
    if not windows:
        return []
    loudest = max(windows) or 1
    count = min(PEAKS, len(windows))
    edges = [len(windows) * index // count for index in range(count + 1)]
    spans = zip(edges, edges[1:], strict=False)
    return [round(max(windows[start:end]) * 100 / loudest) for start, end in spans]


def _copy(container, output, streams) -> None:
    copies = {stream.index: output.add_stream_from_template(stream) for stream in streams}
    for packet in container.demux(*streams):
        if packet.dts is None:
            continue
        packet.stream = copies[packet.stream.index]
        output.mux(packet)


def _encode_voice(container, stream, output) -> None:
    voice = output.add_stream(
        "libopus", rate=VOICE_RATE, layout="mono", options={"application": "voip"}
    )
    voice.bit_rate = VOICE_BITS_PER_SECOND
    resampler = av.AudioResampler(format="s16", layout="mono", rate=VOICE_RATE)
    for frame in container.decode(stream):
        frame.pts = None
        for part in resampler.resample(frame):
            output.mux(voice.encode(part))
    for part in resampler.resample(None):
        output.mux(voice.encode(part))
    output.mux(voice.encode(None))
