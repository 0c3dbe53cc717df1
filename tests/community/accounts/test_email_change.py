from urllib.parse import unquote

import pytest
from allauth.account.models import EmailAddress, EmailConfirmation
from django.core.cache import cache
from django.test import Client

from community.models import User
from tests.community.conftest import (
    PASSWORD,
    confirm,
    link_in,
    run_queue,
    sign_in,
    sign_up_form,
)
from tests.page import page_of

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
        "Your email address was changed",
    )
    assert sign_in(reauthenticated, account).status_code == 302


def test_change_continues_after_reauthentication(signed_in, account):
    """The submitted form is kept while the password is asked for."""
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


@pytest.mark.parametrize("email", ["", "no address", "member@example.org", f"a@{'a.' * 126}org"])
def test_refuse_invalid_and_current_addresses(reauthenticated, account, email):
    response = reauthenticated.post(URL, CHANGE | {"email": email})

    assert list(response.context["form"].errors) == ["email"]
    assert len(addresses(account)) == 1


def test_cancel_the_change(reauthenticated, account):
    reauthenticated.post(URL, CHANGE)
    reauthenticated.post(URL, {"email": "new@example.org", "action_remove": ""})

    assert addresses(account) == [("member@example.org", True, True)]


def test_change_reveals_no_address_of_another_account(reauthenticated, account, colleague):
    """The response is the same; the owner of the address is told by mail."""
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

    assert page_of(reauthenticated.get(URL)).select("[style]") == []
    assert EmailAddress.objects.filter(verified=False).count() == 1


def test_name_the_account_in_the_message(reauthenticated, account):
    """By its handle: a display name could carry any text to strangers."""
    User.objects.update(handle="amina", display_name="You won: example.org")
    reauthenticated.post(URL, CHANGE)

    [message] = run_queue()
    assert message.subject == "Confirm your new email address"
    assert "“amina”" in message.body
    assert "You won" not in message.body


def test_send_the_link_again_when_the_same_change_is_asked_for(reauthenticated, account):
    reauthenticated.post(URL, CHANGE)
    [first] = run_queue()
    cache.clear()

    assert reauthenticated.post(URL, CHANGE | {"email": "New@example.org"}).url == URL
    [second] = run_queue()
    assert (second.to, second.subject) == (first.to, first.subject)
    assert len(addresses(account)) == 2
    # It waits three days from the last time it was asked for.
    assert EmailConfirmation.objects.filter(email_address__email="new@example.org").count() == 2
    # The earlier link stays good.
    reauthenticated.post(link_in(first))
    assert addresses(account) == [("new@example.org", True, True)]


@pytest.fixture
def change(reauthenticated):
    """The link of a change that the member has asked for."""
    reauthenticated.post(URL, CHANGE)
    [message] = run_queue()
    return link_in(message)


def test_owner_of_an_address_signs_up_while_somebody_changes_to_it(change, account):
    """The sign-up works as if there were no change; confirming it ends the change."""
    owner = Client()
    owner.post("/accounts/signup/", sign_up_form("new@example.org"))
    [message] = run_queue()
    assert (message.to, message.subject) == (["new@example.org"], "Confirm your email address")
    user = User.objects.get(email="new@example.org")
    assert addresses(user) == [("new@example.org", False, True)]

    owner.post(link_in(message))

    assert addresses(user) == [("new@example.org", True, True)]
    assert addresses(account) == [("member@example.org", True, True)]
    assert sign_in(owner, user).url == "/"


def test_new_password_of_the_owner_ends_changes_to_the_address(change, account):
    owner = Client()
    owner.post("/accounts/signup/", sign_up_form("new@example.org"))
    owner.post("/accounts/password/reset/", {"email": "new@example.org"})
    message = run_queue()[-1]
    assert message.subject == "Reset your password"

    form = owner.get(link_in(message), follow=True).redirect_chain[-1][0]
    owner.post(form, {"password1": "another long password", "password2": "another long password"})

    assert addresses(User.objects.get(email="new@example.org")) == [("new@example.org", True, True)]
    assert addresses(account) == [("member@example.org", True, True)]


def test_confirm_is_refused_to_other_accounts(change, account, colleague):
    visitor, other = Client(), Client()
    sign_in(other, confirm(colleague))
    for browser in (visitor, other):
        main = page_of(browser.get(change)).main
        assert [each.text for each in main.select("strong")] == [str(account), "new@example.org"]
        assert main.buttons == []
        [message] = page_of(browser.post(change, follow=True)).messages
        assert message.startswith("Nothing has changed.")
    # Nobody was signed out over it.
    assert "_auth_user_id" in other.session
    assert addresses(account)[1] == ("new@example.org", False, False)

    sign_in(visitor, account)
    visitor.post(change)
    assert addresses(account) == [("new@example.org", True, True)]


def test_link_visitors_to_the_sign_in_and_back(change, account):
    link = page_of(Client().get(change)).main.link("Sign in")
    assert unquote(link) == f"/accounts/login/?next={change}"
