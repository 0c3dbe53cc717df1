"""Uploaded files in an S3-compatible store."""

import importlib
import json
from hashlib import sha256
from urllib.request import urlopen

import boto3
import pytest
from django.core.exceptions import ImproperlyConfigured
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage, storages
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.test import Client
from django.utils.timezone import now
from moto.server import ThreadedMotoServer

from community.models import Attachment, Deletion
from community.privacy import deletion_file
from community.privacy.retention import bring_back_missing, quarantine_orphans
from config import environment, preflight
from config.backups import contents
from repository.models import CaseStatus, CaseStudy
from tests import databases
from tests.community.writing.attachments.uploads import attach
from tests.config.test_backups import refusal, restore
from tests.factories import CaseStudyFactory
from tests.files import PDF, picture
from tests.sampling import ALL

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.proof(in_turn=True, sample=ALL),
    pytest.mark.usefixtures("chosen_names"),
]
BUCKET = "exchange"
VARIABLES = {
    "S3_BUCKET": BUCKET,
    "S3_REGION": "eu-west-3",
    "S3_ACCESS_KEY": "key",
    "S3_SECRET_KEY": "secret",
}


@pytest.fixture(scope="module")
def server():
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    yield f"http://{host}:{port}"
    server.stop()


@pytest.fixture
def configure(settings, monkeypatch):
    """Return a function that stores uploaded files in the store at this URL."""

    def use(url: str) -> None:
        for name, value in VARIABLES.items():
            monkeypatch.setenv(name, value)
        monkeypatch.setenv("S3_ENDPOINT_URL", url)
        # Longer than a busy machine takes.
        patient = dict.fromkeys(environment.STORE_TIMEOUTS, 120)
        monkeypatch.setattr(environment, "STORE_TIMEOUTS", patient)
        settings.STORAGES = settings.STORAGES | environment.media_storages()

    return use


@pytest.fixture
def store(server, configure):
    configure(server)
    client = boto3.client(
        "s3",
        endpoint_url=server,
        region_name="eu-west-3",
        aws_access_key_id="key",
        aws_secret_access_key="secret",
    )
    client.create_bucket(
        Bucket=BUCKET, CreateBucketConfiguration={"LocationConstraint": "eu-west-3"}
    )
    yield client
    storages["default"].bucket.objects.delete()
    client.delete_bucket(Bucket=BUCKET)


def keys(store) -> list[str]:
    return sorted(row["Key"] for row in store.list_objects_v2(Bucket=BUCKET).get("Contents", []))


def content_of(attachment) -> bytes:
    with attachment.file.open("rb") as file:
        return file.read()


def test_show_a_picture_of_the_store(store, member):
    case = CaseStudyFactory(authors=[member])
    attachment = attach(case, member)
    CaseStudy.objects.filter(pk=case.pk).update(status=CaseStatus.PUBLISHED, published_at=now())
    assert keys(store) == [attachment.file.name]
    response = Client().get(f"/cases/{case.slug}/files/{attachment.pk}/")
    assert response.status_code == 200
    assert response.getvalue() == content_of(attachment)


def test_download_a_private_file_by_a_signed_link(store, member, client):
    case = CaseStudyFactory(authors=[member])
    attachment = attach(case, member, PDF, "plan.pdf")
    url = f"/cases/{case.slug}/files/{attachment.pk}/"
    client.force_login(member)
    response = client.get(url)
    assert (response.status_code, response["Cache-Control"]) == (302, "private, no-store")
    assert "X-Amz-Expires=60" in response["Location"]
    assert "secret" not in response["Location"]
    with urlopen(response["Location"]) as file:  # noqa: S310
        assert file.read() == content_of(attachment)
        disposition = f'attachment; filename="{case.slug}-{attachment.pk}.pdf"'
        assert file.headers["Content-Disposition"] == disposition
        assert file.headers["Content-Type"] == "application/pdf"
        assert file.headers["Cache-Control"] == "private, no-store"
    # Nobody else gets a link.
    assert Client().get(url).status_code == 404


def test_sign_links_for_the_address_that_readers_use(server, configure, monkeypatch):
    monkeypatch.setenv("S3_PUBLIC_URL", "https://files.exchange.example")
    configure(server)
    link = storages["links"].url("attachments/a.pdf")
    assert link.startswith("https://files.exchange.example/exchange/attachments/a.pdf?")


def test_missing_file_is_not_found(store, member, client):
    case = CaseStudyFactory(authors=[member])
    attachment = attach(case, member, PDF, "plan.pdf")
    default_storage.delete(attachment.file.name)
    client.force_login(member)
    assert client.get(f"/cases/{case.slug}/files/{attachment.pk}/").status_code == 404


def test_set_orphans_aside_and_bring_them_back(store, member, monkeypatch):
    attachment = attach(CaseStudyFactory(authors=[member]), member)
    name = attachment.file.name
    monkeypatch.setattr("community.privacy.retention.is_older", lambda path, age: True)
    assert quarantine_orphans() == 0
    type(attachment).objects.filter(pk=attachment.pk).update(file="attachments/other.png")
    assert quarantine_orphans() == 1
    assert keys(store) == [f"orphans/{name}"]
    type(attachment).objects.filter(pk=attachment.pk).update(file=name)
    assert bring_back_missing() == []
    assert keys(store) == [name]


def test_record_deletions_in_the_store(store, member):
    joined = member.date_joined
    deletion = Deletion(number=7, joined_at=joined, deleted_at=joined, erased=True)
    deletion_file.add(deletion)
    deletion_file.add(deletion)
    found = deletion_file.read_deletions()
    assert [(row.number, row.joined_at, row.erased) for row in found] == [(7, joined, True)] * 2
    default_storage.save("deletions/8.json", ContentFile(b"{"))
    with pytest.raises(ValueError, match=r"^deletions/8\.json cannot be read\.$"):
        deletion_file.read_deletions()


# Backups


@pytest.mark.django_db(transaction=True)
def test_restore_files_into_an_empty_store(store, member, tmp_path, new_database):
    picture_file = attach(CaseStudyFactory(authors=[member]), member)
    plan = attach(CaseStudyFactory(authors=[member]), member, PDF, "plan.pdf")
    before = {each.file.name: content_of(each) for each in (picture_file, plan)}
    deletion_file.add(
        Deletion(number=7, joined_at=member.date_joined, deleted_at=now(), erased=True)
    )
    folder = tmp_path / "backup"
    call_command("backup", str(folder), verbosity=0)
    assert contents.listed_files(folder) == {
        name: sha256(content).hexdigest() for name, content in before.items()
    }
    assert json.loads((folder / "deletions.jsonl").read_text())["number"] == 7
    storages["default"].bucket.objects.delete()

    with databases.using(databases.present()):
        printed = restore(folder, new_database)
        assert "Restored 2 files; 0 were there.\n" in printed
        assert {each.file.name: content_of(each) for each in Attachment.objects.all()} == before
        databases.disconnect()
    assert keys(store) == sorted([*before, "deletions/7.json"])


@pytest.mark.django_db(transaction=True)
def test_verify_a_backup_of_a_store(store, member, tmp_path):
    """A copy that is missing or has changed is noticed; the store itself is not touched."""
    attachment = attach(CaseStudyFactory(authors=[member]), member)
    name, folder = attachment.file.name, tmp_path / "backup"
    call_command("backup", str(folder), verbosity=0)
    store.put_object(Bucket=BUCKET, Key=name, Body=b"other")
    call_command("verify_backup", str(folder))
    assert content_of(attachment) == b"other"
    wrong = f"1 files are missing or have changed: {name}."
    assert refusal("verify_backup", folder, "--site-files") == wrong
    copy = folder / "media" / name
    for damage in (lambda: copy.write_bytes(b"other"), copy.unlink):
        damage()
        assert refusal("verify_backup", folder) == (
            f"The backup is damaged: media/{name} is missing or has changed."
        )


@pytest.mark.django_db(transaction=True)
def test_compare_a_store_with_the_list_of_a_backup(store, member, tmp_path, capsys):
    """For a bucket that is copied by other means, after its copy was put back."""
    attachment = attach(CaseStudyFactory(authors=[member]), member)
    name, content, folder = attachment.file.name, content_of(attachment), tmp_path / "backup"
    call_command("backup", str(folder), "--without-files", verbosity=0)
    call_command("verify_backup", str(folder), "--site-files")
    assert capsys.readouterr().out == f"The site has all 1 files of {folder}.\n"
    wrong = f"1 files are missing or have changed: {name}."
    # As many bytes, but others.
    store.put_object(Bucket=BUCKET, Key=name, Body=content[::-1])
    assert refusal("verify_backup", folder, "--site-files") == wrong
    store.delete_object(Bucket=BUCKET, Key=name)
    assert refusal("verify_backup", folder, "--site-files") == wrong
    store.put_object(Bucket=BUCKET, Key=name, Body=content)
    call_command("verify_backup", str(folder), "--site-files")


@pytest.mark.django_db(transaction=True)
def test_backup_names_objects_that_are_missing(store, member, tmp_path, capsys):
    gone = attach(CaseStudyFactory(authors=[member]), member).file.name
    kept = attach(CaseStudyFactory(authors=[member]), member).file.name
    default_storage.delete(gone)
    call_command("backup", str(tmp_path / "backup"), verbosity=0)
    assert "1 uploaded files are missing" in capsys.readouterr().err
    assert contents.Summary.read(tmp_path / "backup").missing_files == [gone]
    assert [*contents.listed_files(tmp_path / "backup")] == [kept]


@pytest.mark.django_db(transaction=True)
def test_refuse_to_replace_other_objects(store, member, tmp_path, new_database):
    name = attach(CaseStudyFactory(authors=[member]), member).file.name
    call_command("backup", str(tmp_path / "backup"), verbosity=0)
    store.put_object(Bucket=BUCKET, Key=name, Body=b"other")
    with databases.using(new_database):
        assert refusal("restore_backup", tmp_path / "backup") == (
            f"Uploaded files exist with another content: {name}. Move them away first."
        )
        databases.disconnect()


def test_store_that_does_not_answer(configure, member):
    # Nothing listens on this port.
    configure("http://127.0.0.1:9")
    client = Client(raise_request_exception=False)
    client.force_login(member)
    case = CaseStudyFactory(authors=[member])
    sent = {"file": SimpleUploadedFile("map.jpg", picture()), "caption": "A map"}
    response = client.post(f"/cases/{case.slug}/files/add/", sent)
    assert (response.status_code, response["Retry-After"]) == (503, "30")
    assert not case.attachments.exists()


def test_no_warning_before_serving_with_a_store(store):
    assert preflight.store_warning() == ""


@pytest.mark.parametrize("url", ["the server", "http://127.0.0.1:9"])
def test_warning_before_serving_without_a_bucket(url, server, configure):
    assert preflight.store_warning() == ""
    configure(server if url == "the server" else url)
    warning = preflight.store_warning()
    assert warning.startswith("The object store doesn’t respond or refuses this site")
    reason = "bucket does not exist" if url == "the server" else "Could not connect"
    assert reason in warning


def test_packages_must_be_installed(configure, monkeypatch):
    def refuse(name, *args):
        if name.startswith("botocore"):
            raise ImportError
        return real(name, *args)

    real = importlib.__import__
    monkeypatch.setattr("builtins.__import__", refuse)
    with pytest.raises(ImproperlyConfigured, match=r"requirements/s3\.lock"):
        configure("http://127.0.0.1:9")
