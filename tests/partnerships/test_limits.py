"""Rate limits of what members send, and none for staff."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import get_resolver, reverse
from django.urls.converters import IntConverter

from community.accounts import rate_limits
from partnerships.models import SpaceFile, SpaceMessage
from partnerships.urls import urlpatterns
from tests.community.writing.drafts.cases import as_user
from tests.desk_client import DeskClient
from tests.files import PDF
from tests.page import page_of
from tests.partnerships.matches.pairs import pair

pytestmark = pytest.mark.django_db
LIMITS = ("partnership", "partnership-file", "partnership-link")


def paths() -> dict[str, str]:
    """An address of each page of the app, by name."""
    return {
        pattern.name: reverse(
            f"partnerships:{pattern.name}",
            kwargs={
                name: 1 if isinstance(converter, IntConverter) else "x"
                for name, converter in pattern.pattern.converters.items()
            },
        )
        for pattern in urlpatterns
    }


@pytest.fixture(autouse=True)
def _files(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def exceeded(monkeypatch):
    """The limits are used up."""
    for name in LIMITS:
        number, rest = rate_limits.LIMITS[name].split("/", 1)
        assert int(number) > 30
        monkeypatch.setitem(rate_limits.LIMITS, name, f"0/{rest}")


def test_limit_every_form_of_members(exceeded, client, member):
    client.force_login(member)
    found = {name: client.post(path).status_code for name, path in paths().items()}
    assert {name: status for name, status in found.items() if status != 429} == {}
    assert len(found) > 65


def test_limit_every_signed_link(exceeded, client):
    for name in ("address_check", "invitation", "report_signed", "request_renew_signed"):
        assert client.post(paths()[name]).status_code == 429


def test_limit_no_page_that_is_read(exceeded, client, member):
    client.force_login(member)
    statuses = {client.get(path).status_code for path in paths().values()}
    assert 429 not in statuses


def test_limit_no_broker(exceeded, broker):
    client = DeskClient()
    client.force_login(broker)
    pages = [*paths().values()]
    _prefix, desk = get_resolver().namespace_dict["admin"]
    for name, [([(_path, parameters)], *_rest), *_others] in desk.reverse_dict.lists():
        if isinstance(name, str) and name.startswith("partnerships_"):
            pages.append(reverse(f"admin:{name}", args=[1] * len(parameters)))
    assert len(pages) > 120
    assert 429 not in {client.post(path).status_code for path in pages}


def test_lose_nothing_that_was_typed(exceeded, monkeypatch):
    both = pair(introduced=True)
    client, path = as_user(both.asked), f"/partnerships/matches/{both.match.pk}/messages/"
    page = page_of(client.post(path, {"body": "First <line>\r\nSecond", "token": "a"}))
    assert page.status == 429
    assert SpaceMessage.objects.count() == 0
    monkeypatch.undo()
    client.post(path, page.form(path).fields)
    assert SpaceMessage.objects.get().body == "First <line>\nSecond"


def test_say_that_files_must_be_chosen_again(exceeded):
    both = pair(introduced=True)
    path = f"/partnerships/matches/{both.match.pk}/files/"
    sent = {"file": SimpleUploadedFile("x.pdf", PDF), "title": "Programme"}
    page = page_of(as_user(both.asked).post(path, sent))
    assert page.form(path).fields["title"] == "Programme"
    assert "choose your files again" in page.text


def test_share_all_files_of_a_space_in_one_go():
    both = pair(introduced=True)
    client = as_user(both.asked)
    for number in range(30):
        sent = {"file": SimpleUploadedFile("x.pdf", PDF), "title": f"File {number}"}
        client.post(f"/partnerships/matches/{both.match.pk}/files/", sent)
    assert SpaceFile.objects.count() == 30
