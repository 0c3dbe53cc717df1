"""Files that members send: looked at, and pictures written anew, before they are kept."""

import warnings
from dataclasses import dataclass
from io import BytesIO

from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _
from PIL import Image, ImageOps, UnidentifiedImageError

from community.models import AttachmentKind
from community.models.attachment import LARGEST

# Pixels that are read at most: a small file may unfold to gigabytes.
MOST_PIXELS = 24_000_000
# The longer side of what is kept.
LONGEST_SIDE = 1600
PDF_HEAD, PDF_TAIL = b"%PDF-", b"%%EOF"
# How much of the end of a PDF is searched for its last line.
TAIL = 1024
SAVED_AS = {
    AttachmentKind.JPEG: {"format": "JPEG", "quality": 82, "optimize": True},
    AttachmentKind.PNG: {"format": "PNG", "optimize": True},
    AttachmentKind.WEBP: {"format": "WEBP", "quality": 82},
}


@dataclass(frozen=True)
class Prepared:
    """A file as it is kept; width and height in pixels, None for a document."""

    kind: AttachmentKind
    content: bytes
    width: int | None = None
    height: int | None = None


def prepare(upload: UploadedFile) -> Prepared:
    """Read what was sent, by what is in it and not by its name; ValidationError with words.

    Pictures are decoded and encoded again, at most 1600 pixels long, the right way up and without
    anything that came along: place, camera, comments, trailing bytes. A PDF stays as it is.
    """
    if not upload.size or upload.size > LARGEST:
        raise ValidationError(_("A file may have up to 8 MB."))
    content = upload.read()
    if content.startswith(PDF_HEAD):
        if PDF_TAIL not in content[-TAIL:]:
            raise ValidationError(_("This PDF is not whole."))
        return Prepared(AttachmentKind.PDF, content)
    return picture(content)


def picture(content: bytes) -> Prepared:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        try:
            with Image.open(BytesIO(content), formats=["JPEG", "PNG", "WEBP"]) as image:
                if image.width * image.height > MOST_PIXELS:
                    raise ValidationError(
                        _("This picture has too many pixels: up to 24 million, please.")
                    )
                kind = AttachmentKind(image.format.lower())
                image.draft("RGB", (LONGEST_SIDE, LONGEST_SIDE))
                upright = ImageOps.exif_transpose(image)
                upright.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
                return encoded(kind, upright)
        except UnidentifiedImageError:
            raise ValidationError(_("Send a JPEG, PNG or WebP picture, or a PDF.")) from None
        except ValidationError:
            raise
        except (OSError, SyntaxError, ValueError, Image.DecompressionBombError, Warning):
            raise ValidationError(_("This picture cannot be read.")) from None


def encoded(kind: AttachmentKind, image: Image.Image) -> Prepared:
    """The picture in a new file that holds its pixels alone."""
    clear = kind != AttachmentKind.JPEG and (
        "A" in image.getbands() or "transparency" in image.info
    )
    bare = Image.new("RGBA" if clear else "RGB", image.size)
    bare.paste(image.convert(bare.mode))
    out = BytesIO()
    bare.save(out, **SAVED_AS[kind])
    return Prepared(kind, out.getvalue(), *bare.size)
