from io import BytesIO

import numpy
import pytest
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from community.writing.attachments.pictures import COVER_BYTES, cover_files
from community.writing.covers.actions import remove_photograph, save_photograph
from repository.models import CaseStatus, Photograph
from repository.photographs.models import WIDTHS
from repository.workflow import ActionRefused
from tests.community.writing.attachments.uploads import fail_to_delete_once
from tests.factories import CaseStudyFactory
from tests.files import PDF, picture
from tests.page import page_of

SIZE = (1600, 1200)


@pytest.fixture(autouse=True)
def _files(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def case(member):
    return CaseStudyFactory(slug="rail", authors=[member])


def sent(content=None, **changes):
    upload = SimpleUploadedFile("x.jpg", content or picture(size=SIZE))
    return {"photo": upload, "alt": "A crane", "credit": "A. Person", "has_rights": "on"} | changes


def stored() -> list[str]:
    try:
        folders = default_storage.listdir("photographs")[0]
    except FileNotFoundError:
        return []
    return [
        name for folder in folders for name in default_storage.listdir(f"photographs/{folder}")[1]
    ]


def save(case, by, content=None):
    upload = SimpleUploadedFile("x.jpg", content or picture(size=SIZE))
    return save_photograph(case=case, upload=upload, alt="A crane", credit="A. Person", by=by)


def location_of(content: bytes) -> dict:
    return dict(Image.open(BytesIO(content)).getexif().get_ifd(0x8825))


def with_location() -> bytes:
    exif = Image.Exif()
    exif[0x8825] = {1: "N", 2: (34.0, 45.0, 0.0), 3: "E", 4: (113.0, 40.0, 0.0)}
    return picture(size=SIZE, exif=exif)


def test_store_a_photograph_in_three_sizes_and_two_formats_without_metadata():
    original = with_location()
    assert location_of(original)
    files = cover_files(original)
    found = {}
    for key, content in files.items():
        image = Image.open(BytesIO(content))
        found[key] = (image.format, image.size)
        assert dict(image.getexif()) == {}
    heights = {400: 225, 800: 450, 1200: 675}
    assert found == {
        (kind, width): (kind.upper(), (width, heights[width]))
        for kind in ("avif", "webp")
        for width in WIDTHS
    }


def test_keep_the_files_small_whatever_they_show():
    noise = numpy.random.default_rng(1).integers(0, 255, (1000, 1400, 3), dtype="uint8")
    out = BytesIO()
    Image.fromarray(noise).save(out, "JPEG", quality=80)
    assert all(
        len(content) <= COVER_BYTES[width]
        for (_, width), content in cover_files(out.getvalue()).items()
    )


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("who", ["member", "moderator"])
def test_use_a_photograph_and_the_drawing_again(client, request, who, case):
    user = request.getfixturevalue(who)
    client.force_login(user)
    assert client.post("/cases/rail/cover/photograph/", sent()).url == "/cases/rail/"
    photograph = Photograph.objects.get()
    assert (photograph.alt, photograph.credit, photograph.by) == ("A crane", "A. Person", user)
    assert len(stored()) == 6
    for _click in range(2):
        response = client.post("/cases/rail/cover/photograph/delete/")
        assert response.url == "/cases/rail/cover/"
    assert (Photograph.objects.count(), stored()) == (0, [])


@pytest.mark.django_db
def test_change_the_texts_without_another_upload(client, member, case):
    save(case, member)
    before = stored()
    client.force_login(member)
    texts = {"alt": "A train", "credit": "B. Person"}
    client.post("/cases/rail/cover/photograph/", texts)
    photograph = Photograph.objects.get()
    assert (photograph.alt, photograph.credit) == ("A train", "B. Person")
    assert stored() == before


@pytest.mark.django_db(transaction=True)
def test_delete_the_files_of_a_replaced_photograph(member, case):
    save(case, member)
    before = stored()
    save(case, member, picture(size=SIZE, kind="PNG"))
    assert len(stored()) == 6
    assert set(stored()).isdisjoint(before)


@pytest.mark.django_db(transaction=True)
def test_keep_a_new_photograph_if_a_file_cannot_be_deleted(member, case, monkeypatch):
    save(case, member)
    refused = fail_to_delete_once(monkeypatch)
    save(case, member, picture(size=SIZE, kind="PNG"))
    assert all(default_storage.exists(file.name) for file in Photograph.objects.get().files())
    assert (len(refused), len(stored())) == (1, 7)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"alt": " "}, "alt"),
        ({"credit": ""}, "credit"),
        ({"alt": "\x01"}, "alt"),
        ({"credit": "\x1b "}, "credit"),
        ({"has_rights": ""}, "has_rights"),
        ({"photo": ""}, "photo"),
        ({"photo": SimpleUploadedFile("x.jpg", PDF)}, "photo"),
        ({"photo": SimpleUploadedFile("x.jpg", picture(size=(1199, 800)))}, "photo"),
    ],
)
def test_refuse_a_photograph_with_a_problem(client, member, case, changes, field):
    client.force_login(member)
    page = page_of(client.post("/cases/rail/cover/photograph/", sent(**changes)))
    [link] = page.select(".error-summary a")
    assert link["href"] == f"#id_{field}"
    assert (Photograph.objects.count(), stored()) == (0, [])


@pytest.mark.django_db
@pytest.mark.parametrize("status", [CaseStatus.SUBMITTED, CaseStatus.PUBLISHED])
def test_let_authors_add_none_after_submitting(client, member, moderator, status):
    case = CaseStudyFactory(slug="rail", authors=[member], published=True, status=status)
    with pytest.raises(ActionRefused):
        save(case, member)
    client.force_login(member)
    assert page_of(client.get("/cases/rail/cover/")).select("[name=photo]") == []
    # Editors may, and authors may always remove it.
    save(case, moderator)
    remove_photograph(case=case, by=member)
    assert Photograph.objects.count() == 0


@pytest.mark.django_db
def test_show_the_photograph_to_moderators_in_review(client, member, moderator, case):
    save(case, member)
    case.status = CaseStatus.SUBMITTED
    case.save()
    client.force_login(moderator)
    page = page_of(client.get(f"/admin/review/case/{case.pk}/"))
    [image] = page.select(".review .photograph img")
    assert image["alt"] == "A crane"
