"""Pictures that members send: decoded, made smaller, and encoded again."""

import warnings
from collections.abc import Callable
from io import BytesIO

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from PIL import Image, ImageOps, UnidentifiedImageError

from community.models import AttachmentKind

# Pixels that are read at most: a small file may unfold to gigabytes.
MOST_PIXELS = 24_000_000
# The longer side of what is kept.
LONGEST_SIDE = 1600
# A page with it is read over slow lines.
PORTRAIT_SIDE = 320
SAVED_AS = {
    AttachmentKind.JPEG: {"format": "JPEG", "quality": 82, "optimize": True},
    AttachmentKind.PNG: {"format": "PNG", "optimize": True},
    AttachmentKind.WEBP: {"format": "WEBP", "quality": 82},
}


def written_anew(content: bytes) -> tuple[AttachmentKind, bytes, int, int]:
    """The picture as it is kept: its kind, the file, width and height in pixels.

    ValidationError with words where it cannot be.
    """
    return read(content, LONGEST_SIDE, encoded)


def portrait(content: bytes) -> bytes:
    """A small JPEG of the picture, on white where it is clear."""
    return read(content, PORTRAIT_SIDE, small_jpeg)


def read[Made](
    content: bytes, side: int, make: Callable[[AttachmentKind, Image.Image], Made]
) -> Made:
    """What `make` makes of the picture, upright and made smaller."""
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        # The first picture is whole nevertheless, and no other is read.
        warnings.filterwarnings("ignore", "Image appears to be a malformed MPO file")
        try:
            with Image.open(BytesIO(content), formats=["JPEG", "PNG", "WEBP"]) as image:
                if image.width * image.height > MOST_PIXELS:
                    raise ValidationError(
                        _("This picture has too many pixels: up to 24 million, please.")
                    )
                # Phones write several pictures into one JPEG, of which the first is shown.
                kind = AttachmentKind("jpeg" if image.format == "MPO" else image.format.lower())
                image.draft("RGB", (side, side))
                upright = ImageOps.exif_transpose(image)
                upright.thumbnail((side, side))
                return make(kind, upright)
        except UnidentifiedImageError:
            raise ValidationError(_("Send a JPEG, PNG or WebP picture, or a PDF.")) from None
        except ValidationError:
            raise
        except (OSError, SyntaxError, ValueError, Image.DecompressionBombError, Warning):
            raise ValidationError(_("This picture cannot be read.")) from None


def encoded(kind: AttachmentKind, image: Image.Image) -> tuple[AttachmentKind, bytes, int, int]:
    """The picture in a new file that holds its pixels alone."""
    clear = kind != AttachmentKind.JPEG and (
        "A" in image.getbands() or "transparency" in image.info
    )
    bare = Image.new("RGBA" if clear else "RGB", image.size)
    bare.paste(image.convert(bare.mode))
    out = BytesIO()
    bare.save(out, **SAVED_AS[kind])
    return kind, out.getvalue(), *bare.size


def small_jpeg(_kind: AttachmentKind, image: Image.Image) -> bytes:
    """The picture in a new JPEG file that holds its pixels alone."""
    clear = image.convert("RGBA")
    bare = Image.new("RGB", image.size, "white")
    bare.paste(clear, mask=clear)
    out = BytesIO()
    bare.save(out, "JPEG", quality=75, optimize=True)
    return out.getvalue()
