import pytest
from allauth.account.models import EmailAddress
from django.contrib.auth import hashers

from community.accounts import demo as accounts_demo
from community.models import User
from tests.factories import UserFactory
from tests.page import page_of


def described():
    """The demo accounts with their roles."""
    users = User.objects.filter(email__endswith=accounts_demo.DOMAIN).order_by("pk")
    return [
        (user.email, user.is_staff, user.is_superuser, [group.name for group in user.groups.all()])
        for user in users
    ]


EXPECTED = [
    ("member@demo.example", False, False, []),
    ("focal-point@demo.example", False, False, []),
    ("moderator@demo.example", True, False, ["Moderators"]),
    ("broker@demo.example", True, False, ["Brokers"]),
    ("administrator@demo.example", True, True, []),
]


@pytest.mark.django_db
def test_create_accounts_of_each_kind_with_a_confirmed_address():
    accounts_demo.create_accounts()
    assert described() == EXPECTED
    assert all(user.check_password(accounts_demo.DEMO_PASSWORD) for user in User.objects.all()[:1])
    addresses = EmailAddress.objects.filter(verified=True, primary=True)
    assert {address.email for address in addresses} == {row[0] for row in EXPECTED}


@pytest.mark.django_db
def test_create_accounts_again_keeps_changes_and_repairs_what_is_missing():
    accounts_demo.create_accounts()
    member = User.objects.get(email="member@demo.example")
    member.display_name = "Somebody else"
    member.set_password("another password")
    member.save()
    User.objects.get(email="broker@demo.example").delete()
    EmailAddress.objects.filter(email="moderator@demo.example").delete()
    accounts_demo.create_accounts()
    member.refresh_from_db()
    assert (member.display_name, member.check_password("another password")) == (
        "Somebody else",
        True,
    )
    assert sorted(described()) == sorted(EXPECTED)
    assert EmailAddress.objects.filter(verified=True, primary=True).count() == len(EXPECTED)


@pytest.mark.django_db
def test_name_the_accounts_whose_password_was_changed(monkeypatch):
    tried = []

    def check_password(password, encoded):
        tried.append(encoded)
        return hashers.check_password(password, encoded)

    monkeypatch.setattr(accounts_demo, "check_password", check_password)
    accounts_demo.create_accounts()
    assert (accounts_demo.changed_passwords(), len(tried)) == (set(), 1)
    User.objects.get(email="broker@demo.example").delete()
    accounts_demo.create_accounts()
    UserFactory(email="visitor@demo.example")
    member = User.objects.get(email="member@demo.example")
    member.set_password("another password")
    member.save()
    tried.clear()
    assert (accounts_demo.changed_passwords(), len(tried)) == ({"member@demo.example"}, 3)
    assert accounts_demo.close_accounts() == len(EXPECTED)
    assert accounts_demo.changed_passwords() == {row[0] for row in EXPECTED}


@pytest.mark.django_db
def test_create_accounts_beside_members_with_the_same_handles(member):
    accounts_demo.create_accounts()
    assert User.objects.get(email="member@demo.example").handle == ""


@pytest.mark.django_db
def test_close_accounts_for_good():
    accounts_demo.create_accounts()
    assert accounts_demo.close_accounts() == len(EXPECTED)
    assert accounts_demo.close_accounts() == 0
    user = User.objects.get(email="member@demo.example")
    assert (user.is_active, user.has_usable_password()) == (False, False)


@pytest.mark.django_db
@pytest.mark.parametrize(("is_demo", "signed_in"), [(True, True), (False, False)])
def test_sign_in_refused_outside_a_demo(client, settings, is_demo, signed_in):
    accounts_demo.create_accounts()
    settings.DEMO = is_demo
    client.post(
        "/accounts/login/",
        {"login": "member@demo.example", "password": accounts_demo.DEMO_PASSWORD},
    )
    assert ("_auth_user_id" in client.session) == signed_in


@pytest.mark.django_db
def test_stay_signed_in_refused_outside_a_demo(client, settings):
    accounts_demo.create_accounts()
    settings.DEMO = True
    client.force_login(User.objects.get(email="moderator@demo.example"))
    assert client.get("/accounts/email/").status_code == 200
    settings.DEMO = False
    answer = client.get("/accounts/email/")
    assert (answer.status_code, answer.url) == (302, "/accounts/login/?next=/accounts/email/")


@pytest.mark.parametrize("is_demo", [True, False])
def test_pages_of_a_demo_show_that_data_are_samples(client, settings, is_demo, db):
    settings.DEMO = is_demo
    for path in ("/", "/partnerships/"):
        notes = [note.text for note in page_of(client.get(path)).select(".demo-note")]
        assert ["It doesn’t come from any city or government" in note for note in notes] == [
            True
        ] * is_demo
