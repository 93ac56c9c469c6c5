"""Pictures by Pillow: their size, a small one of them, and one that WhatsApp takes.

Decoding is where a picture can hurt: only these formats are ever decoded, and never more points
than MAX_PIXELS. A JPEG is decoded at a fraction of its size, so that a large one costs little.
"""

import warnings
from io import BytesIO
from typing import BinaryIO

from PIL import Image, ImageOps

from conversations.media.errors import Unreadable

FORMATS = ("JPEG", "PNG", "GIF", "WEBP", "BMP", "TIFF", "AVIF")
MAX_PIXELS = 50_000_000
THUMBNAIL_SIDE = 480
THUMBNAIL_QUALITY = 78
LONGEST_SIDE = 4096  # of what we send; a telephone's screen shows less
SMALLEST_SIDE = 1024
QUALITIES = (88, 80, 70, 60)


def measure(file: BinaryIO) -> tuple[int, int]:
    """Return width and height as the picture is looked at; raises Unreadable."""
    image = _opened(file)
    turned = image.getexif().get(0x0112, 1) in (5, 6, 7, 8) if image.format != "TIFF" else False
    return image.size[::-1] if turned else image.size


def is_animated(file: BinaryIO) -> bool:
    """Whether there is more than one frame; raises Unreadable."""
    return bool(getattr(_opened(file), "is_animated", False))


def thumbnail(file: BinaryIO, side: int = THUMBNAIL_SIDE) -> bytes:
    """Return a WebP of at most `side` points on each side, without any metadata; raises Unreadable."""
    return small(_decoded(file, side), side)


def small(image: Image.Image, side: int = THUMBNAIL_SIDE) -> bytes:
    """Return a small WebP of a picture that is decoded already."""
    image.thumbnail((side, side))
    target = BytesIO()
    image.save(target, "WEBP", quality=THUMBNAIL_QUALITY, method=4)
    return target.getvalue()


def sendable(file: BinaryIO, limit: int) -> tuple[bytes, str]:
    """Return the picture re-encoded, and its type, within `limit` bytes; raises Unreadable.

    A PNG stays one while it fits, everything else becomes a JPEG; metadata (where a photograph was
    taken) is left behind.
    """
    # A PNG that is too large now hardly ever fits when it is packed again.
    stays_png = _opened(file).format == "PNG" and file.seek(0, 2) <= limit
    image = _decoded(file, LONGEST_SIDE)
    image.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
    if stays_png:
        content = _png(image)
        if len(content) <= limit:
            return content, "image/png"
    return _jpeg(_on_white(image), limit), "image/jpeg"


def _opened(file: BinaryIO) -> Image.Image:
    file.seek(0)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)
            return Image.open(file, formats=FORMATS)
    except Exception as error:  # decoders raise whatever they stumble over
        raise Unreadable(f"This picture cannot be read ({type(error).__name__}).") from error


def _decoded(file: BinaryIO, side: int) -> Image.Image:
    image = _opened(file)
    try:
        image.draft("RGB", (side, side))
        if image.width * image.height > MAX_PIXELS:
            raise Unreadable("This picture has too many points.")
        return _plain(ImageOps.exif_transpose(image))
    except Unreadable:
        raise
    except Exception as error:
        raise Unreadable(f"This picture cannot be read ({type(error).__name__}).") from error


def _plain(image: Image.Image) -> Image.Image:
    """The points alone, in one of two modes, without anything else the file carried."""
    has_alpha = image.mode in ("RGBA", "LA", "PA") or "transparency" in image.info
    plain = image.convert("RGBA" if has_alpha else "RGB")
    plain.info = {}
    return plain


def _on_white(image: Image.Image) -> Image.Image:
    if image.mode != "RGBA":
        return image
    ground = Image.new("RGB", image.size, "white")
    ground.paste(image, mask=image.getchannel("A"))
    return ground


def _png(image: Image.Image) -> bytes:
    target = BytesIO()
    image.save(target, "PNG", optimize=False)
    return target.getvalue()


def _jpeg(image: Image.Image, limit: int) -> bytes:
    """Lower the quality first, then the size, until it fits."""
    while True:
        for quality in QUALITIES:
            target = BytesIO()
            image.save(target, "JPEG", quality=quality)
            if target.tell() <= limit:
                return target.getvalue()
        if max(image.size) <= SMALLEST_SIDE:
            raise Unreadable("This picture cannot be made small enough.")
        image.thumbnail((image.width * 3 // 4, image.height * 3 // 4))
