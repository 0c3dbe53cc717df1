"""Small files to upload."""

from io import BytesIO

from PIL import Image

PDF = b"%PDF-1.4\n1 0 obj\n<<>>\nendobj\n%%EOF\n"


def rotated_photo_with_wrong_metadata() -> bytes:
    """A JPEG to be turned, whose latitude is stored as text instead of numbers."""
    metadata = Image.Exif()
    metadata[0x0112] = 6
    metadata[0x8825] = {1: "S", 2: (1.0, 2.0, 3.0)}
    latitude, rational, text = b"\x00\x02", b"\x00\x05", b"\x00\x02"
    content = picture(exif=metadata)
    before = latitude + rational + b"\x00\x00\x00\x03"
    assert content.count(before) == 1
    return content.replace(before, latitude + text + b"\x00\x00\x00\x03")


def picture(kind="JPEG", size=(40, 30), mode="RGB", **options) -> bytes:
    out = BytesIO()
    Image.new(mode, size, "navy").save(out, kind, **options)
    return out.getvalue()
