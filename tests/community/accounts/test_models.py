import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError

from community.models import User
from tests.factories import UserFactory


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("fields", "name"),
    [
        ({"display_name": "Amina", "handle": "amina"}, "Amina"),
        ({"display_name": "", "handle": "amina"}, "amina"),
    ],
)
def test_show_a_name_and_never_the_address(fields, name):
    user = UserFactory(email="secret@example.org", **fields)

    assert [str(user), user.get_full_name(), user.get_short_name()] == [name] * 3


@pytest.mark.django_db
def test_show_a_number_without_a_name():
    user = UserFactory(email="secret@example.org", display_name="", handle="")

    assert str(user) == f"Member {user.pk}"


@pytest.mark.django_db
def test_keep_addresses_in_small_letters():
    user = User.objects.create_user("Amina.B@Example.ORG", "seventeen quiet lanterns")
    assert user.email == "amina.b@example.org"

    with pytest.raises(IntegrityError, match="user_email_small_letters"):
        User.objects.filter(pk=user.pk).update(email="Amina.B@example.org")


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("fields", "constraint"),
    [({"email": "member@example.org"}, "email"), ({"handle": "MEMBER"}, "user_handle_unique")],
)
def test_keep_addresses_and_handles_apart(member, fields, constraint):
    with pytest.raises(IntegrityError, match=constraint):
        UserFactory(**fields)


@pytest.mark.django_db
def test_let_many_members_have_no_handle():
    UserFactory(handle="")

    assert UserFactory(handle="").handle == ""


@pytest.mark.django_db
def test_refuse_an_account_without_a_proper_address():
    for email in ("", "no address"):
        with pytest.raises(ValidationError):
            User.objects.create_user(email)


@pytest.mark.django_db
def test_let_the_first_administrator_sign_in_at_once(client):
    User.objects.create_superuser("Root@example.org", "seventeen quiet lanterns")
    form = {"login": "root@example.org", "password": "seventeen quiet lanterns"}

    assert client.post("/accounts/login/", form).url == "/desk/"
    assert client.get("/admin/").url == "/accounts/2fa/"
