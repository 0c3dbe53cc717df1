import pytest
from allauth.account.models import EmailAddress, EmailConfirmationHMAC
from django.contrib.auth.models import AnonymousUser
from django.test import Client

from community.accounts.adapters import AccountAdapter
from community.accounts.spam_protection import TimedForm, stamp_for
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

URL = "/accounts/signup/"


def sign_up(client, email, password=PASSWORD, **more):
    return client.post(URL, sign_up_form(email, password) | more)


def test_sign_up_makes_an_account_that_waits_for_its_address(client, db):
    response = sign_up(client, "New@Example.org")

    user = User.objects.get()
    assert (response.status_code, response.url) == (302, "/accounts/confirm-email/")
    assert (user.email, user.is_staff, user.check_password(PASSWORD)) == (
        "new@example.org",
        False,
        True,
    )
    assert EmailAddress.objects.values_list("email", "verified", "primary").get() == (
        "new@example.org",
        False,
        True,
    )


def test_confirm_the_address_by_the_link_and_sign_in(client, db):
    sign_up(client, "new@example.org")
    [message] = run_queue()
    link = link_in(message)

    assert message.to == ["new@example.org"]
    assert message.subject == "Confirm your email address"
    assert client.get(link).status_code == 200
    assert client.post(link).url == "/accounts/login/?next=/accounts/welcome/"
    assert sign_in(client, User.objects.get()).url == "/"
    # The second click does no harm.
    for again in (client.get(link), client.post(link)):
        page = page_of(again)
        assert (page.status, page.main.forms) == (200, [])


def test_sign_in_is_refused_before_the_address_is_confirmed(client, db):
    sign_up(client, "new@example.org")
    run_queue()

    page = page_of(sign_in(client, User.objects.get()))

    assert page.status == 200
    assert page.errors == [AccountAdapter.error_messages["email_password_mismatch"]]
    assert "_auth_user_id" not in client.session
    assert run_queue() == []


def test_sign_up_with_known_address_notifies_only_its_owner(client, account):
    sign_up(client, account.email)

    [message] = run_queue()
    assert (message.to, message.subject) == ([account.email], "You already have an account")
    assert User.objects.get() == account
    account.refresh_from_db()
    assert account.check_password(PASSWORD)


def headers(response) -> dict:
    random = {"Expires", "X-Request-ID"}
    return {name: text for name, text in response.headers.items() if name not in random}


def test_answer_the_same_for_known_and_unknown_addresses(client, account):
    """Status, headers, cookies and the next page are identical, except for random values."""
    answers = []
    for email in (account.email, "absent@example.org"):
        client.cookies.clear()
        response = sign_up(client, email)
        page = client.get(response.url)
        answers.append(
            (
                response.status_code,
                response.content,
                headers(response),
                {
                    name: {key: value for key, value in cookie.items() if key != "expires"}
                    for name, cookie in response.cookies.items()
                },
                {name: len(cookie.value) for name, cookie in response.cookies.items()},
                page.content,
                headers(page),
                sorted(client.session.keys()),
            )
        )

    assert answers[0] == answers[1]


def test_answer_the_same_right_after_a_message_was_sent(client, db):
    first, second = sign_up(client, "new@example.org"), sign_up(client, "new@example.org")

    assert [(r.status_code, r.url, r.content) for r in (first, second)] == [
        (302, "/accounts/confirm-email/", b"")
    ] * 2
    assert list(client.get(first.url).context["messages"]) == []
    assert User.objects.count() == 1


def test_sign_in_reveals_no_accounts_after_a_sign_up(client, account):
    """Signing up with an address and then signing in must not reveal who has an account."""
    answers = []
    for email in (account.email, "absent@example.org"):
        client.cookies.clear()
        sign_up(client, email, "another long password")
        response = client.post(
            "/accounts/login/", {"login": email, "password": "another long password"}
        )
        lines = response.text.replace(email, "ADDRESS").splitlines()
        answers.append((response.status_code, [line for line in lines if "csrf" not in line]))

    assert answers[0] == answers[1]


@pytest.mark.parametrize(
    ("email", "password", "field"),
    [
        ("", PASSWORD, "email"),
        ("no address", PASSWORD, "email"),
        # Longer than the column, it would be cut to an address of somebody else.
        (f"new@{'a.' * 124}example.org", PASSWORD, "email"),
        ("new@example.org", "", "password1"),
        ("new@example.org", "short", "password1"),
        ("new@example.org", "new@example.org", "password1"),
        ("new@example.org", "password123456", "password1"),
        ("new@example.org", "97531246801357", "password1"),
    ],
)
def test_refuse_a_form_with_mistakes(client, db, email, password, field):
    response = sign_up(client, email, password)

    assert response.status_code == 200
    assert list(response.context["form"].errors) == [field]
    assert User.objects.count() == 0


def test_pretend_success_to_robots(client, db):
    response = sign_up(client, "new@example.org", homepage="https://example.org")

    assert (response.status_code, response.url) == (302, "/accounts/confirm-email/")
    assert User.objects.count() == 0
    assert run_queue() == []


def test_refuse_a_sign_up_without_its_token(db):
    response = sign_up(Client(enforce_csrf_checks=True), "new@example.org")

    assert response.status_code == 403
    assert User.objects.count() == 0


def test_owner_takes_an_address_from_an_unconfirmed_account(signed_in, account):
    """A sign-up that is never confirmed does not keep the owner from using the address."""
    squatter = User.objects.create_user("mine@example.org", PASSWORD)
    squatter.emailaddress_set.create(email=squatter.email, verified=False, primary=True)
    mine = account.emailaddress_set.create(email="mine@example.org", verified=False)

    response = signed_in.post(f"/accounts/confirm-email/{EmailConfirmationHMAC(mine).key}/")

    account.refresh_from_db()
    assert response.status_code == 302
    assert list(User.objects.values_list("email")) == [("mine@example.org",)]
    assert account.email == "mine@example.org"


def test_never_take_the_address_of_an_account_in_use(signed_in, account, colleague):
    confirm(colleague)
    taken = account.emailaddress_set.create(email=colleague.email, verified=False)

    signed_in.post(f"/accounts/confirm-email/{EmailConfirmationHMAC(taken).key}/")

    account.refresh_from_db()
    assert account.email == "member@example.org"
    assert User.objects.count() == 2


@pytest.mark.parametrize(
    ("stamp", "words"),
    [
        (lambda: "", "This form has expired."),
        (lambda: f"{stamp_for(AnonymousUser(), at=0)}x", "This form has expired."),
    ],
)
def test_sign_up_is_refused_to_programs(stamp, words, client, db):
    page = page_of(sign_up(client, "new@example.org", stamp=stamp()))

    assert (page.status, [words in error for error in page.errors]) == (200, [True])
    assert (User.objects.count(), run_queue()) == (0, [])


def test_sign_up_page_has_a_valid_stamp(client, db):
    stamp = page_of(client.get(URL)).form(URL).fields["stamp"]
    assert TimedForm().shown_at(stamp) is not None


@pytest.mark.parametrize(("prefix", "language"), [("", ""), ("/fr", "fr")])
def test_sign_up_in_the_language_of_the_page(client, db, prefix, language):
    client.post(prefix + URL, sign_up_form("new@example.org"))
    [message] = run_queue()

    assert link_in(message).startswith(f"{prefix}/accounts/confirm-email/")
    assert User.objects.get(email="new@example.org").language == language
