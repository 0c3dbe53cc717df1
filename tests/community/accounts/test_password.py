import pytest
from allauth.account.models import EmailAddress
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django_tasks_db.models import DBTaskResult

from community.models import User
from tests.community.conftest import PASSWORD, link_in, run_queue, sign_in
from tests.page import page_of

RESET = "/accounts/password/reset/"
NEW = "nineteen quiet lanterns"


def set_new(client, message, password=NEW):
    """Follow the link and submit its form."""
    form = client.get(link_in(message)).url
    return client.post(form, {"password1": password, "password2": password})


def test_set_a_new_password_by_the_link_once(client, account):
    assert client.post(RESET, {"email": account.email}).url == "/accounts/password/reset/done/"
    [message] = run_queue()
    assert (message.to, message.subject) == ([account.email], "Reset your password")

    assert set_new(client, message).url == "/accounts/password/reset/key/done/"
    account.refresh_from_db()
    assert account.check_password(NEW)
    assert [m.subject for m in run_queue()] == ["Your password was changed"]
    assert page_of(client.get(link_in(message))).main.forms == []
    assert sign_in(client, account, NEW).url == "/"


def test_confirm_the_address_by_the_same_link(client, db):
    """For those who lost the first message, or in whose name somebody else signed up."""
    user = User.objects.create_user("new@example.org", "chosen by somebody")
    user.emailaddress_set.create(email=user.email, verified=False, primary=True)
    client.post(RESET, {"email": "new@example.org"})
    [message] = run_queue()
    set_new(client, message)

    assert EmailAddress.objects.values_list("verified", "primary").get() == (True, True)
    assert sign_in(client, user, "chosen by somebody").status_code == 200
    assert sign_in(client, user, NEW).url == "/"


def test_send_mail_to_unknown_address(client, db):
    assert client.post(RESET, {"email": "absent@example.org"}).url == (
        "/accounts/password/reset/done/"
    )
    [message] = run_queue()
    assert (message.to, message.subject) == (
        ["absent@example.org"],
        "No account uses this email address",
    )


def test_send_no_link_to_an_address_an_account_is_only_changing_to(client, account):
    """It may be mistyped: its owner must not get the account."""
    account.emailaddress_set.create(email="mistyped@example.org", verified=False)
    client.post(RESET, {"email": "mistyped@example.org"})

    [message] = run_queue()
    assert message.subject == "No account uses this email address"


def test_send_no_link_for_a_closed_account(client, account):
    account.is_active = False
    account.save()
    client.post(RESET, {"email": account.email})

    assert [message.subject for message in run_queue()] == ["No account uses this email address"]


def test_look_up_no_account_in_the_request(client, account):
    with CaptureQueriesContext(connection) as queries:
        client.post(RESET, {"email": account.email})

    people = ("community_user", "account_emailaddress")
    assert [query for query in queries if any(table in query["sql"] for table in people)] == []


def test_send_the_message_in_the_language_of_the_reader(client, account):
    client.post(f"/fr{RESET}", {"email": account.email})

    task = DBTaskResult.objects.get(task_path="community.notices.emails.send_password_reset")
    assert task.args_kwargs["kwargs"] == {"email": account.email, "language": "fr"}


def test_change_the_password(signed_in, account):
    elsewhere = Client()
    sign_in(elsewhere, account)
    form = {"oldpassword": PASSWORD, "password1": NEW, "password2": NEW}
    response = signed_in.post("/accounts/password/change/", form)

    account.refresh_from_db()
    assert (response.url, account.check_password(NEW)) == ("/", True)
    assert [message.subject for message in run_queue()] == ["Your password was changed"]
    assert signed_in.get("/accounts/email/").status_code == 200
    assert elsewhere.get("/accounts/email/").status_code == 302


def test_staff_return_to_the_home_page_too(signed_in, account):
    """Their desk is for signing in."""
    User.objects.filter(pk=account.pk).update(is_staff=True)
    form = {"oldpassword": PASSWORD, "password1": NEW, "password2": NEW}
    assert signed_in.post("/accounts/password/change/", form).url == "/"


@pytest.mark.parametrize(
    ("old", "new", "again", "field"),
    [
        ("a wrong password", NEW, NEW, "oldpassword"),
        (PASSWORD, "short", "short", "password1"),
        (PASSWORD, NEW, "something else", "password2"),
    ],
)
def test_refuse_a_change_with_mistakes(signed_in, account, old, new, again, field):
    form = {"oldpassword": old, "password1": new, "password2": again}
    response = signed_in.post("/accounts/password/change/", form)

    assert list(response.context["form"].errors) == [field]
    account.refresh_from_db()
    assert account.check_password(PASSWORD)


def test_change_of_password_is_refused_to_visitors_and_by_get(client, signed_in, account):
    form = {"oldpassword": PASSWORD, "password1": NEW, "password2": NEW}
    path = "/accounts/password/change/"
    assert Client().post(path, form).url == f"/accounts/login/?next={path}"
    assert signed_in.get(path, form).status_code == 200
    account.refresh_from_db()
    assert account.check_password(PASSWORD)


@pytest.mark.parametrize(
    ("path", "answer"),
    [
        ("/accounts/password/change/", 200),
        ("/accounts/password/set/", "/accounts/password/change/"),
        ("/accounts/reauthenticate/", 200),
        # These ask for a factor, which the member has not set up.
        ("/accounts/2fa/reauthenticate/", "/accounts/reauthenticate/"),
        ("/accounts/2fa/webauthn/reauthenticate/", "/accounts/reauthenticate/"),
    ],
)
def test_lead_an_account_with_a_password_alone_to_its_pages(signed_in, path, answer):
    response = signed_in.get(path)
    place = response.headers.get("Location", "").partition("?")[0]
    assert (place or response.status_code) == answer


@pytest.mark.parametrize(
    ("profile", "page", "prefix"),
    [("fr", "", "/fr"), ("", "/fr", "/fr"), ("", "", ""), ("en", "/fr", "")],
)
def test_link_in_the_language_of_the_profile_or_else_of_the_page(
    client, account, profile, page, prefix
):
    account.language = profile
    account.save()
    client.post(page + RESET, {"email": account.email})
    [message] = run_queue()

    assert link_in(message).startswith(f"{prefix}/accounts/password/reset/key/")
