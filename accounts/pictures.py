"""Pictures of people: whatever was uploaded becomes a small square WebP of ours, or is refused."""

from io import BytesIO

from django.utils.translation import gettext as _
from PIL import Image, ImageOps

SIDE_PIXELS = 256
LARGEST_BYTES = 5 * 1024 * 1024
LARGEST_PIXELS = 40_000_000
FORMATS = ("JPEG", "PNG", "WEBP")
QUALITY = 84


class UnusablePicture(ValueError):
    """The upload cannot become a picture; str() is for the person who sent it."""


def square_webp(upload) -> bytes:
    """Return the middle square of an uploaded JPEG, PNG or WebP as WebP of at most 256 x 256.

    Nothing of the original file survives but its pixels: no metadata, no second format hidden in
    it. Raises UnusablePicture.
    """
    if upload.size > LARGEST_BYTES:
        raise UnusablePicture(_("This picture is larger than 5 MB."))
    try:
        picture = _decoded(upload)
    except UnusablePicture:
        raise
    except Exception as error:
        # Decoders raise almost anything on broken input: OSError, SyntaxError, struct.error...
        raise UnusablePicture(_("This file is not a picture that can be read.")) from error
    encoded = BytesIO()
    picture.save(encoded, "WEBP", quality=QUALITY)
    return encoded.getvalue()


def _decoded(upload) -> Image.Image:
    upload.seek(0)
    # By content, whatever name and type the browser claims.
    with Image.open(upload, formats=FORMATS) as image:
        if image.width * image.height > LARGEST_PIXELS:
            raise UnusablePicture(_("This picture has too many pixels."))
        if min(image.size) < 16:
            raise UnusablePicture(_("This picture is too small."))
        image.draft("RGB", (SIDE_PIXELS * 2, SIDE_PIXELS * 2))
        upright = ImageOps.exif_transpose(image).convert("RGBA")
    side = min(SIDE_PIXELS, *upright.size)
    fitted = ImageOps.fit(upright, (side, side), Image.Resampling.LANCZOS)
    fitted.info.clear()
    return fitted
