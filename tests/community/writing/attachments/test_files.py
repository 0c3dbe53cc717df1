from io import BytesIO

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image, PngImagePlugin

from community.writing.attachments import files, pictures
from tests.files import PDF, picture, rotated_photo_with_wrong_metadata


def prepared(content: bytes, name="photo.jpg"):
    return files.prepare(SimpleUploadedFile(name, content))


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_prepare_picture_by_its_content(kind):
    made = prepared(picture(kind), name="page.html")
    assert (made.kind, made.width, made.height) == (kind.lower(), 40, 30)
    with Image.open(BytesIO(made.content)) as image:
        assert image.format == kind


def several_in_one(first: Image.Image) -> bytes:
    """A JPEG with a second picture behind the first, as phones write it."""
    out = BytesIO()
    place = Image.Exif()
    place[0x010F] = "A camera"
    second = [Image.new("RGB", (20, 15), "red")]
    first.save(out, "MPO", save_all=True, append_images=second, exif=place)
    return out.getvalue()


@pytest.mark.parametrize("is_whole", [True, False])
def test_prepare_the_first_of_several_pictures_in_one_file(is_whole):
    content = several_in_one(Image.new("RGB", (3200, 1000), "navy"))
    with Image.open(BytesIO(content)) as image:
        assert (image.format, image.n_frames) == ("MPO", 2)
    made = prepared(content if is_whole else content.replace(b"MPF\0II*\0", b"MPF\0II!\0"))
    assert (made.kind, made.width, made.height) == ("jpeg", 1600, 500)
    with Image.open(BytesIO(made.content)) as image:
        assert (image.format, image.getpixel((5, 5))[2] > 100) == ("JPEG", True)
    assert b"camera" not in made.content


def test_portrait_of_the_first_of_several_pictures_in_one_file():
    made = pictures.portrait(several_in_one(Image.new("RGB", (640, 480), "navy")))
    with Image.open(BytesIO(made)) as image:
        assert (image.format, image.size) == ("JPEG", (320, 240))


def test_prepare_removes_camera_metadata():
    place = Image.Exif()
    place[0x0112] = 6  # to be turned
    place[0x010F] = "A camera"
    place[0x8825] = {1: "S", 2: (1.0, 2.0, 3.0)}
    made = prepared(picture(exif=place, comment=b"secret") + b"<script>trailing</script>")
    assert (made.width, made.height) == (30, 40)
    with Image.open(BytesIO(made.content)) as image:
        assert dict(image.getexif()) == {}
        assert not {"exif", "comment", "icc_profile"} & image.info.keys()
    assert not any(word in made.content for word in (b"camera", b"secret", b"script"))


def test_prepare_removes_texts_of_a_png():
    note = PngImagePlugin.PngInfo()
    note.add_text("Author", "secret")
    made = prepared(picture("PNG", mode="RGBA", pnginfo=note))
    assert b"secret" not in made.content
    with Image.open(BytesIO(made.content)) as image:
        assert image.mode == "RGBA"


def test_prepare_makes_large_pictures_smaller():
    made = prepared(picture(size=(3200, 1000)))
    assert (made.width, made.height) == (1600, 500)


@pytest.mark.parametrize("kind", ["PNG", "JPEG"])
def test_prepare_refuses_too_many_pixels(kind):
    with pytest.raises(ValidationError, match="pixels"):
        prepared(picture(kind, size=(6000, 4001), mode="L"))


def test_prepare_keeps_a_pdf_as_it_is():
    made = prepared(PDF)
    assert (made.kind, made.content, made.width) == ("pdf", PDF, None)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "up to 8 MB"),
        (b"%PDF-1.4 cut off", "incomplete"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "JPEG"),
        (b"GIF89a" + b"\x00" * 40, "JPEG"),
        (b"<html>%PDF-1.4 %%EOF</html>", "JPEG"),
        (picture()[:300], "be read"),
        (picture("PNG", exif=b"Exif\0\0II*\0"), "be read"),
        (picture("WEBP", exif=b"Exif\0\0II+\0\x08\0\0\0"), "be read"),
        (rotated_photo_with_wrong_metadata(), "be read"),
        (b"x" * (8 * 1024 * 1024 + 1), "up to 8 MB"),
    ],
    ids=[
        *("empty", "half a PDF", "SVG", "GIF", "HTML", "half a picture"),
        *("half the metadata of a PNG", "half the metadata of a WebP"),
        *("metadata of another type", "large"),
    ],
)
def test_prepare_refuses(content, words):
    with pytest.raises(ValidationError, match=words):
        prepared(content)
