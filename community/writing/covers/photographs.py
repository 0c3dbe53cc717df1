"""Crop, shrink and encode a photograph for the cover of a case."""

from io import BytesIO

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from PIL import Image, ImageOps

from community.models import AttachmentKind
from community.writing.attachments.pictures import read
from repository.photographs.models import SHAPE, WIDTHS, PhotographKind

# The longer side of the decoded picture: enough for the largest width of a panorama.
MAX_SIDE = 2700
# A page with one large and three small photographs stays within 60 KB, its text included.
MAX_BYTES = {400: 6_500, 800: 17_000, 1200: 28_000}
# The quality is reduced until a file is small enough; after that, the detail.
QUALITIES = {PhotographKind.AVIF: (48, 32, 20), PhotographKind.WEBP: (60, 40, 20)}
OPTIONS = {PhotographKind.AVIF: {"speed": 9}, PhotographKind.WEBP: {"method": 3}}
Files = dict[tuple[str, int], bytes]


def encode(content: bytes) -> Files:
    """Return the photograph in each format and width: new files with the pixels alone.

    ValidationError with a message if it cannot be read or is too small.
    """
    try:
        return read(content, MAX_SIDE, in_all_sizes)
    except ValidationError as error:
        if error.code != "kind":
            raise
        raise ValidationError(_("Upload a JPEG, PNG or WebP image.")) from None


def in_all_sizes(_kind: AttachmentKind, image: Image.Image) -> Files:
    width, height = WIDTHS[-1], height_of(WIDTHS[-1])
    if image.width < width or image.height < height:
        raise ValidationError(
            _("This photograph is too small. Use one of at least %(width)d by %(height)d pixels.")
            % {"width": width, "height": height}
        )
    clear = image.convert("RGBA")
    bare = Image.new("RGB", image.size, "white")
    bare.paste(clear, mask=clear)
    files: Files = {}
    for width in WIDTHS:
        sized = ImageOps.fit(bare, (width, height_of(width)), Image.Resampling.LANCZOS)
        for kind in PhotographKind:
            files[kind.value, width] = within(sized, kind, MAX_BYTES[width])
    return files


def height_of(width: int) -> int:
    return width * SHAPE[1] // SHAPE[0]


def within(image: Image.Image, kind: PhotographKind, most: int) -> bytes:
    """Encode a picture in at most so many bytes."""
    for quality in QUALITIES[kind]:
        content = encoded(image, kind, quality)
        if len(content) <= most:
            return content
    # Only a picture like noise comes here.
    width, height = image.size
    coarse = image.resize((width // 2, height // 2))
    while len(content) > most:
        content = encoded(coarse.resize((width, height)), kind, quality)
        coarse = coarse.resize((max(coarse.width // 2, 1), max(coarse.height // 2, 1)))
    return content


def encoded(image: Image.Image, kind: PhotographKind, quality: int) -> bytes:
    out = BytesIO()
    image.save(out, kind.name, quality=quality, **OPTIONS[kind])
    return out.getvalue()
