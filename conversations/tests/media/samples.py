"""Files for tests, made on the spot: pictures, sound, films, documents and bad intentions."""

import math
import struct
import zlib
from array import array
from fractions import Fraction
from io import BytesIO
from zipfile import ZipFile

import av
from PIL import Image


def picture(kind: str = "JPEG", size=(640, 480), mode: str = "RGB", **options) -> bytes:
    image = Image.radial_gradient("L").resize(size).convert(mode)
    return saved(image, kind, **options)


def noise(size=(2600, 2600), kind: str = "PNG") -> bytes:
    """A picture that cannot be packed: larger than 5 MB."""
    return saved(Image.effect_noise(size, 90).convert("RGB"), kind)


def animation(kind: str = "GIF", size=(64, 64)) -> bytes:
    frames = [Image.new("RGB", size, (index * 60, 40, 90)) for index in range(4)]
    return saved(frames[0], kind, save_all=True, append_images=frames[1:], duration=100)


def saved(image: Image.Image, kind: str, **options) -> bytes:
    target = BytesIO()
    image.save(target, kind, **options)
    return target.getvalue()


def png_bomb(side: int = 60_000) -> bytes:
    """A small file that says it is a picture of 3.6 thousand million points."""
    header = struct.pack(">IIBBBBB", side, side, 8, 2, 0, 0, 0)
    rows = zlib.compress(b"\0" * 1_000_000)
    chunks = ((b"IHDR", header), (b"IDAT", rows), (b"IEND", b""))
    packed = (
        struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))
        for name, data in chunks
    )
    return b"\x89PNG\r\n\x1a\n" + b"".join(packed)


def sound(
    container: str = "webm", codec: str = "libopus", *, layout="mono", seconds=2, rate=48_000
) -> bytes:
    """A tone that grows louder; webm with Opus is what Chromium records."""
    target = BytesIO()
    with av.open(target, "w", format=container) as output:
        stream = output.add_stream(codec, rate=rate, layout=layout)
        _play(output, stream, layout, seconds, rate)
    return target.getvalue()


def film(
    container: str = "mp4", video: str = "libx264", audio: str = "aac", seconds: int = 1
) -> bytes:
    target = BytesIO()
    with av.open(target, "w", format=container) as output:
        stream = output.add_stream(video, rate=10)
        stream.width, stream.height, stream.pix_fmt = 320, 240, "yuv420p"
        track = output.add_stream(audio, rate=48_000, layout="mono") if audio else None
        for index in range(seconds * 10):
            image = Image.new("RGB", (320, 240), (index * 10 % 255, 80, 90))
            output.mux(stream.encode(av.VideoFrame.from_image(image)))
        output.mux(stream.encode(None))
        if track:
            _play(output, track, "mono", seconds, 48_000)
    return target.getvalue()


def pdf() -> bytes:
    return b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF"


def archive(*names: str, content: bytes = b"x") -> bytes:
    target = BytesIO()
    with ZipFile(target, "w") as packed:
        for name in names:
            packed.writestr(name, content)
    return target.getvalue()


HTML = b"<!DOCTYPE html><html><script>alert(1)</script></html>"
SVG = (
    b'<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'
)


def _play(output, stream, layout: str, seconds: int, rate: int) -> None:
    channels, samples, count = (2 if layout == "stereo" else 1), 1024, seconds * rate
    for start in range(0, count, samples):
        tone = array("h")
        for index in range(start, start + samples):
            value = int(30_000 * index / count * math.sin(index * 0.05))
            tone.extend([max(-32_000, min(32_000, value))] * channels)
        frame = av.AudioFrame(format="s16", layout=layout, samples=samples)
        frame.planes[0].update(tone.tobytes())
        frame.sample_rate, frame.pts, frame.time_base = rate, start, Fraction(1, rate)
        output.mux(stream.encode(frame))
    output.mux(stream.encode(None))
