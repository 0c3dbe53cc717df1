"""Decode, shrink and re-encode uploaded pictures."""

import logging
import warnings
from collections.abc import Callable
from io import BytesIO

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from PIL import Image, ImageOps, UnidentifiedImageError

from community.models import AttachmentKind

# Maximum number of pixels: a small file may decompress to gigabytes.
MAX_PIXELS = 24_000_000
# The longer side of a stored picture.
MAX_SIDE = 1600
# Portraits are small: their pages are read over slow connections.
PORTRAIT_SIDE = 320
SAVED_AS = {
    AttachmentKind.JPEG: {"format": "JPEG", "quality": 82, "optimize": True},
    AttachmentKind.PNG: {"format": "PNG", "optimize": True},
    AttachmentKind.WEBP: {"format": "WEBP", "quality": 82},
}
logger = logging.getLogger(__name__)


def reencoded(content: bytes) -> tuple[AttachmentKind, bytes, int, int]:
    """Re-encode a picture; return its kind, content, width and height in pixels.

    ValidationError with a message if it cannot be read.
    """
    return read(content, MAX_SIDE, encoded)


def portrait(content: bytes) -> bytes:
    """A small JPEG of the picture, with transparency replaced by white."""
    return read(content, PORTRAIT_SIDE, small_jpeg)


def narrowed(content: bytes, kind: str, width: int) -> bytes:
    """Encode one of our own pictures again, with at most this width."""
    with Image.open(BytesIO(content)) as image:
        image.draft("RGB", (width, 1))
        height = max(1, round(image.height * width / image.width))
        out = BytesIO()
        small = image.resize((width, height), Image.Resampling.BILINEAR, reducing_gap=2)
        small.save(out, kind)
        return out.getvalue()


def read[Made](
    content: bytes, side: int, make: Callable[[AttachmentKind, Image.Image], Made]
) -> Made:
    """Decode a picture, turn it upright, shrink it and pass it to `make`."""
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        # The first picture is intact, and no other is read.
        warnings.filterwarnings("ignore", "Image appears to be a malformed MPO file")
        try:
            with Image.open(BytesIO(content), formats=["JPEG", "PNG", "WEBP"]) as image:
                if image.width * image.height > MAX_PIXELS:
                    raise ValidationError(
                        _(
                            "This picture is too large: the limit is 24 million pixels. Make it "
                            "smaller and try again."
                        )
                    )
                # Phones store several pictures in one JPEG; the first is the one shown.
                kind = AttachmentKind("jpeg" if image.format == "MPO" else image.format.lower())
                image.draft("RGB", (side, side))
                upright = ImageOps.exif_transpose(image)
                upright.thumbnail((side, side))
                return make(kind, upright)
        except UnidentifiedImageError:
            raise ValidationError(
                _("Choose a JPEG, PNG or WebP picture, or a PDF."), code="kind"
            ) from None
        except (ValidationError, MemoryError):
            raise
        except Exception as error:
            # Pillow raises many types for hostile files, and no service of ours is used here.
            logger.warning("A picture can’t be decoded: %s", type(error).__name__)
            raise ValidationError(
                _("This picture can’t be read. Save it again or choose another one.")
            ) from None


def encoded(kind: AttachmentKind, image: Image.Image) -> tuple[AttachmentKind, bytes, int, int]:
    """Encode the pixels alone in a new file, without metadata."""
    clear = kind != AttachmentKind.JPEG and (
        "A" in image.getbands() or "transparency" in image.info
    )
    bare = Image.new("RGBA" if clear else "RGB", image.size)
    bare.paste(image.convert(bare.mode))
    out = BytesIO()
    bare.save(out, **SAVED_AS[kind])
    return kind, out.getvalue(), *bare.size


def small_jpeg(_kind: AttachmentKind, image: Image.Image) -> bytes:
    """Encode the pixels alone in a new JPEG file, without metadata."""
    clear = image.convert("RGBA")
    bare = Image.new("RGB", image.size, "white")
    bare.paste(clear, mask=clear)
    out = BytesIO()
    bare.save(out, "JPEG", quality=75, optimize=True)
    return out.getvalue()
