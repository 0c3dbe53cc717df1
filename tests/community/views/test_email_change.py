from urllib.parse import unquote

import pytest
from allauth.account.models import EmailAddress

from tests.community.conftest import PASSWORD, confirm, link_in, run_queue, sign_in

URL = "/accounts/email/"
CHANGE = {"email": "new@example.org", "action_add": ""}


def addresses(user) -> list:
    return list(user.emailaddress_set.order_by("pk").values_list("email", "verified", "primary"))


@pytest.fixture
def reauthenticated(signed_in):
    signed_in.post("/accounts/reauthenticate/", {"password": PASSWORD})
    return signed_in


def test_change_the_address_by_the_link(reauthenticated, account):
    assert reauthenticated.post(URL, CHANGE).url == URL
    assert addresses(account) == [
        ("member@example.org", True, True),
        ("new@example.org", False, False),
    ]
    [message] = run_queue()
    assert message.to == ["new@example.org"]

    reauthenticated.post(link_in(message))

    account.refresh_from_db()
    assert account.email == "new@example.org"
    assert addresses(account) == [("new@example.org", True, True)]
    [warning] = run_queue()
    assert (warning.to, warning.subject) == (
        ["member@example.org"],
        "Your e-mail address was changed",
    )
    assert sign_in(reauthenticated, account).status_code == 302


def test_go_on_where_the_password_was_asked_for(signed_in, account):
    """The form is sent, the password asked for, and the form need not be sent again."""
    response = signed_in.post(URL, CHANGE)
    assert unquote(response.url) == "/accounts/reauthenticate/?next=/accounts/email/"
    assert addresses(account) == [("member@example.org", True, True)]

    response = signed_in.post(response.url, {"password": "a wrong password", "next": URL})
    assert list(response.context["form"].errors) == ["password"]

    response = signed_in.post("/accounts/reauthenticate/", {"password": PASSWORD, "next": URL})
    assert response.url == URL
    assert addresses(account)[1] == ("new@example.org", False, False)


def test_change_of_address_is_refused_to_visitors(client, db):
    assert client.post(URL, CHANGE).url == f"/accounts/login/?next={URL}"


def test_change_nothing_by_get(reauthenticated, account):
    assert reauthenticated.get(URL, CHANGE).status_code == 200
    assert addresses(account) == [("member@example.org", True, True)]


@pytest.mark.parametrize("email", ["", "no address", "member@example.org"])
def test_refuse_what_is_no_new_address(reauthenticated, account, email):
    response = reauthenticated.post(URL, CHANGE | {"email": email})

    assert list(response.context["form"].errors) == ["email"]
    assert len(addresses(account)) == 1


def test_take_the_change_back(reauthenticated, account):
    reauthenticated.post(URL, CHANGE)
    reauthenticated.post(URL, {"email": "new@example.org", "action_remove": ""})

    assert addresses(account) == [("member@example.org", True, True)]


def test_say_nothing_of_an_address_that_another_account_has(reauthenticated, account, colleague):
    """The answer is the same; whoever owns the address finds out by mail."""
    confirm(colleague)
    answers = []
    for email in (colleague.email, "absent@example.org"):
        response = reauthenticated.post(URL, CHANGE | {"email": email})
        answers.append((response.status_code, response.url))
        [message] = run_queue()
        assert message.to == [email]

    assert answers[0] == answers[1] == (302, URL)


def test_pages_show_no_style_attribute(reauthenticated):
    reauthenticated.post(URL, CHANGE)

    assert "style=" not in reauthenticated.get(URL).text
    assert EmailAddress.objects.filter(verified=False).count() == 1
