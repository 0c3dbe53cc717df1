"""A full disk: nothing partial is left, and nothing typed is lost."""

import errno
from pathlib import Path

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import OperationalError
from django.test import Client
from psycopg.errors import AdminShutdown, DiskFull

from community.models import Attachment
from config import errors, storage
from partnerships.models import RecordedAgreement, SpaceFile
from partnerships.replies import actions as replies_actions
from tests.factories import CaseStudyFactory
from tests.files import PDF, picture
from tests.page import page_of
from tests.partnerships.matches.pairs import pair

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def media(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    return tmp_path


def files_in(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]


@pytest.fixture(params=["write", "sync"])
def full(request, monkeypatch):
    """The disk is full after the first bytes of a file, or when they are flushed to it."""

    def chunks(self, chunk_size=None):
        yield b"first bytes"
        raise OSError(errno.ENOSPC, "No space left on device")

    def sync(path):
        raise OSError(errno.ENOSPC, "No space left on device")

    if request.param == "write":
        monkeypatch.setattr(ContentFile, "chunks", chunks)
    else:
        monkeypatch.setattr(storage, "sync", sync)


def post(member, path: str, sent: dict):
    client = Client(raise_request_exception=False)
    client.force_login(member)
    return client.post(path, sent)


def test_leave_nothing_of_a_file(full, media):
    with pytest.raises(OSError, match="No space"):
        default_storage.save("attachments/a.pdf", ContentFile(PDF))
    assert files_in(media) == []


def test_leave_a_file_of_the_same_name_alone(full, media):
    (media / "a.pdf").write_bytes(b"first")
    with pytest.raises(OSError, match="No space"):
        default_storage.save("a.pdf", ContentFile(b"second"))
    assert files_in(media) == [media / "a.pdf"]
    assert (media / "a.pdf").read_bytes() == b"first"


def test_answer_503_to_a_file_of_a_case(full, media, member):
    case = CaseStudyFactory(authors=[member])
    path = f"/cases/{case.slug}/files/add/"
    upload = SimpleUploadedFile("map.jpg", picture())
    response = post(member, path, {"file": upload, "caption": "A map"})
    assert (response.status_code, response.headers["Retry-After"]) == (503, "30")
    assert "no-store" in response.headers["Cache-Control"]
    page = page_of(response)
    fields = page.form(path).fields
    assert {name: fields[name] for name in fields if name != "csrfmiddlewaretoken"} == {
        "caption": "A map"
    }
    assert "choose your files again" in page.text
    assert (files_in(media), Attachment.objects.count()) == ([], 0)


def test_answer_503_to_a_photograph(full, media, member):
    case = CaseStudyFactory(authors=[member])
    upload = SimpleUploadedFile("a.jpg", picture(size=(1200, 675)))
    sent = {"photo": upload, "alt": "A port", "credit": "A. B.", "has_rights": "on"}
    assert post(member, f"/cases/{case.slug}/cover/photograph/", sent).status_code == 503
    assert files_in(media) == []


def test_answer_503_to_an_agreement(full, media):
    both = pair(introduced=True)
    path = f"/partnerships/matches/{both.match.pk}/agree/"
    sent = {
        **{"title": "Rail", "agreed_on": both.match.introduced_at.date().isoformat()},
        **{"agreement_kind": "memorandum", "summary": "Two visits", "version": "0"},
        "agreement": SimpleUploadedFile("a.pdf", PDF),
    }
    response = post(both.asked, path, sent)
    assert response.status_code == 503
    assert page_of(response).form(path).fields["summary"] == "Two visits"
    assert (files_in(media), RecordedAgreement.objects.count()) == ([], 0)


def test_show_no_password(rf):
    page = page_of(errors.disk_full(rf.post("/fr/accounts/login/", {"password": "secret"})))
    assert "We can’t store anything at the moment" in page.text
    assert "secret" not in str(errors.disk_full(rf.post("/", {"password": "secret"})).content)
    assert page.select("main form") == []


def test_ask_the_mail_server_to_try_again(full, media):
    both = pair(introduced=True)
    outcome = replies_actions.Outcome(both.match)
    file = replies_actions.Attached("a.pdf", PDF)
    with pytest.raises(OSError, match="No space"):
        replies_actions.share(file, both.asked, outcome)
    assert (files_in(media), SpaceFile.objects.count()) == ([], 0)


@pytest.mark.parametrize(("cause", "left"), [(DiskFull, 0), (AdminShutdown, 1)])
def test_delete_files_if_the_database_refuses_the_row(cause, left, media, member, monkeypatch):
    """After a lost connection the row may be there, so the file stays."""

    def save(self, **options):
        raise OperationalError("no") from cause("no")

    monkeypatch.setattr(Attachment, "save", save)
    case = CaseStudyFactory(authors=[member])
    sent = {"file": SimpleUploadedFile("map.jpg", picture()), "caption": "A map"}
    assert post(member, f"/cases/{case.slug}/files/add/", sent).status_code == 503
    assert len(files_in(media)) == left
