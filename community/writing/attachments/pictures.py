"""Decode, shrink and re-encode uploaded pictures."""

import logging
import warnings
from collections.abc import Callable
from io import BytesIO

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from PIL import Image, ImageOps, UnidentifiedImageError

from community.models import AttachmentKind
from repository.photographs.models import SHAPE, WIDTHS, PhotographKind

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


# Crop, shrink and encode a photograph for the cover of a case.


# The longer side of the decoded picture: enough for the largest width of a panorama.
COVER_SIDE = 2700
# A page with one large and three small photographs stays within 60 KB, its text included.
COVER_BYTES = {400: 6_500, 800: 17_000, 1200: 28_000}
# The quality is reduced until a file is small enough; after that, the detail.
COVER_QUALITIES = {PhotographKind.AVIF: (48, 32, 20), PhotographKind.WEBP: (60, 40, 20)}
COVER_OPTIONS = {PhotographKind.AVIF: {"speed": 9}, PhotographKind.WEBP: {"method": 3}}
CoverFiles = dict[tuple[str, int], bytes]


def cover_files(content: bytes) -> CoverFiles:
    """Return the photograph in each format and width: new files with the pixels alone.

    ValidationError with a message if it cannot be read or is too small.
    """
    try:
        return read(content, COVER_SIDE, in_all_sizes)
    except ValidationError as error:
        if error.code != "kind":
            raise
        raise ValidationError(_("Upload a JPEG, PNG or WebP image.")) from None


def in_all_sizes(_kind: AttachmentKind, image: Image.Image) -> CoverFiles:
    width, height = WIDTHS[-1], height_of(WIDTHS[-1])
    if image.width < width or image.height < height:
        raise ValidationError(
            _("This photograph is too small. Use one of at least %(width)d by %(height)d pixels.")
            % {"width": width, "height": height}
        )
    clear = image.convert("RGBA")
    bare = Image.new("RGB", image.size, "white")
    bare.paste(clear, mask=clear)
    files: CoverFiles = {}
    for width in WIDTHS:
        sized = ImageOps.fit(bare, (width, height_of(width)), Image.Resampling.LANCZOS)
        for kind in PhotographKind:
            files[kind.value, width] = within(sized, kind, COVER_BYTES[width])
    return files


def height_of(width: int) -> int:
    return width * SHAPE[1] // SHAPE[0]


def within(image: Image.Image, kind: PhotographKind, most: int) -> bytes:
    """Encode a picture in at most so many bytes."""
    for quality in COVER_QUALITIES[kind]:
        content = encoded_cover(image, kind, quality)
        if len(content) <= most:
            return content
    # Only a picture like noise comes here.
    width, height = image.size
    coarse = image.resize((width // 2, height // 2))
    while len(content) > most:
        content = encoded_cover(coarse.resize((width, height)), kind, quality)
        coarse = coarse.resize((max(coarse.width // 2, 1), max(coarse.height // 2, 1)))
    return content


def encoded_cover(image: Image.Image, kind: PhotographKind, quality: int) -> bytes:
    out = BytesIO()
    image.save(out, kind.name, quality=quality, **COVER_OPTIONS[kind])
    return out.getvalue()
