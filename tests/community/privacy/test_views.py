"""Export of the data of an account, and its deletion."""

import io
import json
import zipfile
from urllib.parse import unquote

import pytest
from django.contrib.sessions.models import Session

from community.models import Comment, User
from community.privacy.forms import DeletionForm
from tests.community.conftest import PASSWORD, sign_in
from tests.factories import CaseStudyFactory, UserFactory
from tests.page import page_of

EXPORT = "/accounts/data/export/"
DELETE = "/accounts/data/delete/"
ERASE = {"contributions": "erase", "password": PASSWORD, "understood": "on"}
REAUTHENTICATE = "/accounts/reauthenticate/"


@pytest.fixture(autouse=True)
def deletions_file(settings, tmp_path):
    settings.DELETIONS_FILE = tmp_path / "deletions.jsonl"


@pytest.fixture
def recent(signed_in):
    """A browser in which the member has just reauthenticated."""
    signed_in.post(REAUTHENTICATE, {"password": PASSWORD})
    return signed_in


def test_export_the_data(recent, account):
    response = recent.post(EXPORT)

    assert response.headers["Content-Disposition"] == 'attachment; filename="exchange-member.zip"'
    assert "no-store" in response.headers["Cache-Control"]
    with zipfile.ZipFile(io.BytesIO(response.getvalue())) as archive:
        assert json.loads(archive.read("data.json"))["account"]["email"] == account.email


def test_reauthenticate_before_the_export(signed_in):
    assert unquote(signed_in.post(EXPORT).url) == f"{REAUTHENTICATE}?next={EXPORT}"

    # The answer leads straight to the archive.
    response = signed_in.post(
        f"{REAUTHENTICATE}?next={EXPORT}", {"password": PASSWORD, "next": EXPORT}
    )
    assert response.headers["Content-Type"] == "application/zip"
    response.getvalue()


def test_export_at_most_five_times_an_hour(recent):
    for _time in range(5):
        response = recent.post(EXPORT)
        response.getvalue()
        assert response.status_code == 200
    assert recent.post(EXPORT).status_code == 429


def test_delete_the_account(recent, account):
    Comment.objects.create(
        author=account, subject=CaseStudyFactory(published=True), body="Mine.", standing="published"
    )

    response = recent.post(DELETE, ERASE)

    assert response.url == "/"
    assert page_of(recent.get("/")).outcomes[-1] == "success"
    assert (User.objects.count(), Comment.objects.count()) == (0, 0)
    # Nothing is left to sign in with, and a second click finds a visitor.
    assert recent.post(DELETE, ERASE).url == f"/accounts/login/?next={DELETE}"
    assert sign_in(recent, account).status_code == 200


def test_end_the_sessions_elsewhere(recent, account, client):
    other = type(client)()
    sign_in(other, account)
    other.get("/accounts/profile/")

    recent.post(DELETE, ERASE | {"contributions": "keep"})

    assert other.get("/accounts/profile/").status_code == 302
    assert Session.objects.filter(session_key=other.cookies["sessionid"].value).count() == 0


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"password": "something else"}, "password"),
        ({"password": ""}, "password"),
        ({"understood": ""}, "understood"),
        ({"contributions": ""}, "contributions"),
        ({"contributions": "sell"}, "contributions"),
    ],
)
def test_delete_nothing_without_password_and_choice(recent, account, change, field):
    response = recent.post(DELETE, ERASE | change)

    assert list(response.context["form"].errors) == [field]
    assert User.objects.filter(pk=account.pk).exists()


def test_reauthenticate_before_the_deletion(signed_in, account):
    assert unquote(signed_in.get(DELETE).url) == f"{REAUTHENTICATE}?next={DELETE}"
    # The form is not stored: it would put the password into the session.
    assert signed_in.post(DELETE, ERASE).url == DELETE
    assert PASSWORD not in str(dict(signed_in.session))
    assert User.objects.filter(pk=account.pk).exists()


def test_delete_nothing_by_get_or_for_visitors(recent, account):
    assert recent.get(DELETE, ERASE).status_code == 200
    recent.logout()
    assert recent.post(DELETE, ERASE).url == f"/accounts/login/?next={DELETE}"
    assert User.objects.filter(pk=account.pk).exists()


def test_limit_guessing_the_password(recent, account):
    codes = [
        recent.post(DELETE, ERASE | {"password": f"guess {number}"}).status_code
        for number in range(12)
    ]

    assert (codes[0], codes[-1]) == (200, 429)


def test_ask_no_password_of_accounts_without_one(account):
    account.set_unusable_password()
    form = DeletionForm({"contributions": "keep", "understood": "on"}, user=account)

    assert (form.is_valid(), "password" in form.fields) == (True, False)


def test_delete_is_refused_to_the_last_administrator(client, administrator):
    administrator.set_password(PASSWORD)
    administrator.save()
    administrator.emailaddress_set.create(email=administrator.email, verified=True, primary=True)
    sign_in(client, administrator)
    client.post(REAUTHENTICATE, {"password": PASSWORD})

    assert page_of(client.post(DELETE, ERASE)).wrong_fields == [""]
    UserFactory(superuser=True)
    assert client.post(DELETE, ERASE).url == "/"
