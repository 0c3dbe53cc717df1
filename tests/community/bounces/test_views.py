"""What a member sees whose emails are returned, and how they get emails again."""

import pytest
from django.utils import timezone

from community.bounces.addresses import is_returned, record
from community.models import Bounce, BounceKind
from tests.page import page_of

URL = "/accounts/email/send-again/"
PAGES = ["/accounts/email/", "/notifications/settings/"]
RETURNED = (
    "Emails to {email} were returned, so we stopped sending notifications by email. Check the "
    "address."
)
SPAM = "An email to {email} was marked as spam, so we stopped sending notifications by email."


def bounce(member, kind=BounceKind.RETURNED):
    record(email=member.email, kind=kind, at=timezone.now(), status="5.1.1")


def warnings(response) -> list[str]:
    return [each.text for each in page_of(response).select(".notice.warning p")]


@pytest.mark.parametrize(("kind", "words"), [("returned", RETURNED), ("spam", SPAM)])
@pytest.mark.parametrize("page", PAGES)
def test_show_that_emails_are_returned(signed_in, account, page, kind, words):
    assert warnings(signed_in.get(page)) == []
    bounce(account, kind)
    response = signed_in.get(page)
    assert warnings(response) == [words.format(email=account.email)]
    assert [form.attributes["action"] for form in page_of(response).select(f"[action='{URL}']")]


def test_show_it_on_the_desk(signed_in, account, colleague):
    bounce(colleague)
    assert page_of(signed_in.get("/desk/")).select(".todo") == []
    bounce(account)
    [card] = page_of(signed_in.get("/desk/")).select(".todo")
    assert card.text.split("\n") == [f"We stopped emailing you {account.email} View reason"]
    assert card.one("a").attributes["href"] == "/accounts/email/"


def test_send_emails_again(signed_in, account):
    bounce(account)
    signed_in.get("/desk/")  # shows the message about signing in
    response = signed_in.post(URL, follow=True)
    assert response.redirect_chain == [("/accounts/email/", 302)]
    assert page_of(response).messages == ["We’ll email you again."]
    assert warnings(response) == []
    assert not is_returned(account.email)
    # Harmless when repeated.
    assert signed_in.post(URL).status_code == 302


def test_only_for_the_own_address(signed_in, account, colleague):
    bounce(colleague)
    assert [warnings(signed_in.get(page)) for page in PAGES] == [[], []]
    signed_in.post(URL, {"email": colleague.email})
    assert is_returned(colleague.email)


def test_administrators_see_and_end_it(client, administrator, member):
    bounce(member)
    client.force_login(administrator)
    listed = page_of(client.get("/admin/community/bounce/"))
    assert member.email in listed.text
    pk = Bounce.objects.get().pk
    assert client.get("/admin/community/bounce/add/").status_code == 403
    client.post(f"/admin/community/bounce/{pk}/delete/", {"post": "yes"})
    assert not is_returned(member.email)


@pytest.mark.parametrize("role", ["moderator", "broker", "member"])
def test_others_do_not_see_addresses(client, request, role, colleague):
    bounce(colleague)
    client.force_login(request.getfixturevalue(role))
    assert client.get("/admin/community/bounce/").status_code in {302, 403}
