from datetime import timedelta
from io import BytesIO

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError
from django.utils import timezone
from PIL import Image

from community.accounts import rate_limits
from community.models import Attachment
from community.privacy import retention
from community.writing.attachments import actions, pictures
from repository.models import CaseStatus
from repository.workflow import ActionRefused
from tests.community.writing.attachments.uploads import attach
from tests.community.writing.drafts.cases import as_user
from tests.factories import CaseStudyFactory
from tests.files import PDF, picture
from tests.page import page_of
from tests.responses import close


@pytest.fixture(autouse=True)
def _files(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def case(member):
    return CaseStudyFactory(slug="rail", authors=[member])


def kept() -> list[str]:
    try:
        return default_storage.listdir("attachments")[1]
    except FileNotFoundError:
        return []


def test_attach_and_show(case, member, stranger, client):
    sent = {"file": SimpleUploadedFile("../../etc/passwd.jpg", picture()), "caption": "The yard"}
    response = as_user(member).post("/cases/rail/files/add/", sent)
    assert response.headers["Location"] == "/cases/rail/edit/?step=evidence#attachments"
    attachment = Attachment.objects.get()
    assert (attachment.by, attachment.caption) == (member, "The yard")
    assert [f"attachments/{name}" for name in kept()] == [attachment.file.name]
    path = f"/cases/rail/files/{attachment.pk}/"
    shown = as_user(member).get(path)
    assert {name: shown.headers[name] for name in SAFE} == SAFE | {
        "Content-Type": "image/jpeg",
        "Content-Disposition": f'inline; filename="rail-{attachment.pk}.jpeg"',
        "Cache-Control": "private, no-store",
    }
    with attachment.file.open() as file:
        assert b"".join(shown.streaming_content) == file.read()
    close(shown)
    assert [who.get(path).status_code for who in (client, as_user(stranger))] == [404, 404]


def test_show_a_smaller_copy_to_phones(case, member, client, monkeypatch):
    wide = attach(case, member, picture(size=(1600, 400)))
    narrow = attach(case, member, picture(size=(800, 400)), caption="The gate")
    case.status, case.published_at = CaseStatus.PUBLISHED, timezone.now()
    case.save()
    path, other = (f"/cases/rail/files/{each.pk}/" for each in (wide, narrow))
    shown = page_of(client.get("/cases/rail/")).select(".attached img")
    assert [(each["src"], each.attributes.get("srcset")) for each in shown] == [
        (path, f"{path}?width=800 800w, {path} 1600w"),
        (other, None),
    ]
    # The caption is read once: it is no alternative text too.
    figures = page_of(client.get("/cases/rail/")).select(".attached figure")
    assert [figure.text for figure in figures] == ["The station", "The gate"]
    assert [each["alt"] for each in shown] == ["", ""]
    # Encoding it for each request would let anyone keep the workers busy.
    monkeypatch.setattr(pictures, "narrowed", None)
    found, tags = {}, set()
    for asked in (f"{path}?width=800", path, other):
        shown = client.get(asked)
        with Image.open(BytesIO(shown.getvalue())) as image:
            found[asked] = (image.format, image.size)
        assert shown.headers["Cache-Control"] == "public, max-age=60, must-revalidate"
        tags.add(shown.headers["ETag"])
        close(shown)
    assert len(tags) == 3
    assert list(found.values()) == [
        *(("JPEG", (800, 200)), ("JPEG", (1600, 400)), ("JPEG", (800, 400))),
    ]
    refused = [f"{path}?width=10", f"{path}?width=800&x=1", f"{path}?x=1", f"{other}?width=800"]
    assert [client.get(asked).status_code for asked in refused] == [404] * 4
    default_storage.delete(f"{wide.file.name}-800")
    shown = client.get(f"{path}?width=800")
    with Image.open(BytesIO(shown.getvalue())) as image:
        assert image.size == (1600, 400)
    close(shown)


def test_show_a_smaller_copy_to_those_who_may_see_the_case(case, member, stranger, client):
    path = f"/cases/rail/files/{attach(case, member, picture(size=(1600, 400))).pk}/?width=800"
    shown = as_user(member).get(path)
    assert (shown.status_code, shown.headers["Cache-Control"]) == (200, "private, no-store")
    close(shown)
    assert [who.get(path).status_code for who in (client, as_user(stranger))] == [404, 404]
    rows = type(case).objects.filter(pk=case.pk)
    rows.update(status="archived", published_at=timezone.now(), archived_reason="Gone.")
    assert client.get(path).status_code == 404


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_store_the_smaller_copy_beside_the_file(kind, case, member):
    attachment = attach(case, member, picture(kind, size=(1600, 400)))
    names = [attachment.file.name, f"{attachment.file.name}-800"]
    assert sorted(kept()) == [name.removeprefix("attachments/") for name in names]
    with default_storage.open(names[1]) as file, Image.open(file) as image:
        assert (image.format, image.size) == (kind, (800, 200))


def test_limit_files_of_cases(case, member, monkeypatch):
    monkeypatch.setitem(rate_limits.LIMITS, "case-file", "0/5m/user")
    sent = {"file": SimpleUploadedFile("a.jpg", picture()), "caption": "The yard"}
    page = page_of(as_user(member).post("/cases/rail/files/add/", sent))
    assert (page.status, Attachment.objects.count(), kept()) == (429, 0, [])
    assert page.form("/cases/rail/files/add/").fields["caption"] == "The yard"
    assert "choose your files again" in page.text


SAFE = {
    "X-Content-Type-Options": "nosniff",
    "Content-Security-Policy": "default-src 'none'; sandbox",
    "Content-Type": "application/pdf",
    "Content-Disposition": "",
    "Cache-Control": "",
}


def test_show_a_pdf_as_download_only(case, member, client):
    attachment = attach(case, member, PDF, "paper.pdf")
    case.status, case.published_at = CaseStatus.PUBLISHED, timezone.now()
    case.save()
    shown = client.get(f"/cases/rail/files/{attachment.pk}/")
    assert {name: shown.headers[name] for name in SAFE} == SAFE | {
        "Content-Disposition": f'attachment; filename="rail-{attachment.pk}.pdf"',
        "Cache-Control": "public, max-age=60, must-revalidate",
    }
    close(shown)
    page = page_of(client.get("/cases/rail/"))
    assert page.link(attachment.caption) == f"/cases/rail/files/{attachment.pk}/"


def test_cached_files_are_revalidated(member, moderator, client):
    case = CaseStudyFactory(slug="rail", authors=[member])
    attachment = attach(case, member)
    rows = type(case).objects.filter(pk=case.pk)
    path = f"/cases/rail/files/{attachment.pk}/"
    first = as_user(member).get(path)
    assert (first.headers["Cache-Control"], "ETag" in first.headers) == ("private, no-store", False)
    close(first)
    rows.update(status="published", published_at=timezone.now())
    shown = client.get(path)
    etag = shown.headers["ETag"]
    assert attachment.file.name.partition("/")[2].partition(".")[0] not in etag
    close(shown)
    again = client.get(path, headers={"if-none-match": etag})
    assert (again.status_code, again.content, again.headers["ETag"]) == (304, b"", etag)
    assert again.headers["Cache-Control"] == "public, max-age=60, must-revalidate"
    failed = client.get(path, headers={"if-match": '"other"'})
    assert (failed.status_code, "Cache-Control" in failed.headers) == (412, False)
    rows.update(status="archived", archived_reason="Gone.")
    gone = client.get(path, headers={"if-none-match": etag})
    assert (gone.status_code, "max-age" in gone.headers.get("Cache-Control", "")) == (404, False)
    seen = as_user(moderator).get(path, headers={"if-none-match": etag})
    assert (seen.status_code, seen.headers["Cache-Control"]) == (200, "private, no-store")
    close(seen)


def test_show_a_file_under_its_own_case_only(case, member):
    other = CaseStudyFactory(slug="other", authors=[member])
    attachment = attach(other, member)
    assert as_user(member).get(f"/cases/rail/files/{attachment.pk}/").status_code == 404


def test_attach_is_for_authors(case, stranger, client):
    sent = {"file": SimpleUploadedFile("a.jpg", picture()), "caption": "X"}
    assert as_user(stranger).post("/cases/rail/files/add/", sent).status_code == 404
    assert client.post("/cases/rail/files/add/", sent).status_code == 302
    public = CaseStudyFactory(slug="public", published=True)
    assert as_user(stranger).post(f"/cases/{public.slug}/files/add/", sent).status_code == 403
    assert (Attachment.objects.count(), kept()) == (0, [])


@pytest.mark.parametrize("status", ["submitted", "published", "archived", "declined"])
def test_attach_is_refused_in_other_states(status, member):
    case = CaseStudyFactory(
        status=status, published_at=timezone.now(), archived_reason="G.", authors=[member]
    )
    with pytest.raises(ActionRefused, match="because its status is"):
        attach(case, member)
    assert (Attachment.objects.count(), kept()) == (0, [])


def test_attach_up_to_ten_files_and_fifty_megabytes(case, member, monkeypatch):
    monkeypatch.setattr(actions, "MAX_FILES", 1)
    first = attach(case, member)
    with pytest.raises(ActionRefused, match="10 files"):
        attach(case, member, caption="Another")
    monkeypatch.setattr(actions, "MAX_FILES", 10)
    monkeypatch.setattr(actions, "MAX_BYTES", first.size + 10)
    with pytest.raises(ActionRefused, match="up to 50 MB"):
        attach(case, member, caption="Another")
    assert len(kept()) == 1


def test_attach_twice_is_harmless(case, member):
    first = attach(case, member)
    assert attach(case, member) == first
    assert attach(case, member, caption="Another") != first
    assert attach(case, member, PDF) != first
    assert len(kept()) == 3


def test_database_refuses_duplicate_files(case, member):
    first = attach(case, member)
    first.pk = None
    with pytest.raises(IntegrityError, match="attachment_once"):
        first.save(force_insert=True)


@pytest.mark.django_db(transaction=True)
def test_remove_a_file_with_its_row(settings):
    from repository.models import Edition
    from tests.factories import UserFactory

    Edition.objects.get_or_create(pk=1)
    member = UserFactory()
    case = CaseStudyFactory(slug="rail", authors=[member])
    attachment = attach(case, member, picture(size=(1600, 400)))
    path = f"/cases/rail/files/{attachment.pk}/remove/"
    client = as_user(member)
    assert client.get(path).status_code == 405
    assert client.post(path).status_code == 302
    assert (Attachment.objects.count(), kept()) == (0, [])
    assert client.post(path).status_code == 404
    actions.detach(attachment=attachment, by=member)  # twice at the same moment


def test_orphaned_files_are_removed_after_a_day(case, member, monkeypatch):
    assert retention.quarantine_orphans() == 0
    attachment = attach(case, member)
    default_storage.save("attachments/lost.jpeg", ContentFile(b"x"))
    assert retention.quarantine_orphans() == 0
    monkeypatch.setattr(retention, "FILES_WITHOUT_ROW_FOR", timedelta(seconds=-5))
    assert retention.quarantine_orphans() == 1
    assert [f"attachments/{name}" for name in kept()] == [attachment.file.name]
