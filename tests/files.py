"""Small files to upload."""

from io import BytesIO

from PIL import Image

PDF = b"%PDF-1.4\n1 0 obj\n<<>>\nendobj\n%%EOF\n"


def picture(kind="JPEG", size=(40, 30), mode="RGB", **options) -> bytes:
    out = BytesIO()
    Image.new(mode, size, "navy").save(out, kind, **options)
    return out.getvalue()
