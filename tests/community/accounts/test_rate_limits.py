"""Rate limits. tests/config/test_cache.py shows that workers share them."""

import pytest
from allauth.account.adapter import get_adapter
from django.test import Client

from tests.community.accounts.failed_sign_ins import LOGIN, is_locked_out, try_in
from tests.community.conftest import PASSWORD, add_app, run_queue, sign_in
from tests.page import page_of


def test_stop_guessing_the_password_of_one_account(account):
    """Five attempts in five minutes, from all addresses together."""
    for number in range(5):
        page = page_of(try_in(Client(), account.email, f"203.0.113.{number}"))
        assert ["Wrong email address" in error for error in page.errors] == [True]

    response = Client().post(LOGIN, {"login": account.email, "password": PASSWORD})
    assert is_locked_out(response)
    assert "_auth_user_id" not in response.client.session


def test_stop_guessing_from_one_address(db):
    answers = [try_in(Client(), f"{number}@example.org") for number in range(11)]

    assert [is_locked_out(answer) for answer in answers] == [False] * 10 + [True]
    assert not is_locked_out(try_in(Client(), "new@example.org", "203.0.113.2"))


def test_count_an_ipv6_network_as_one_address(db):
    for number in range(10):
        try_in(Client(), f"{number}@example.org", f"2001:db8::{number}")

    assert is_locked_out(try_in(Client(), "new@example.org", "2001:db8::ffff"))


def test_stop_guessing_codes(client, account):
    add_app(account)
    sign_in(client, account)
    pages = [client.post("/accounts/2fa/authenticate/", {"code": "000000"}) for _ in range(6)]

    errors = [page.context["form"].errors["code"][0] for page in pages]
    assert ["Too many attempts" in error for error in errors] == [False] * 5 + [True]


def test_answer_too_many_requests_with_a_page_of_the_site(db):
    for _ in range(30):
        Client().post(LOGIN, {})
    response = Client().post(LOGIN, {})

    assert (response.status_code, response.headers["Retry-After"]) == (429, "300")
    assert "no-store" in response.headers["Cache-Control"]
    page = page_of(response)
    [heading] = page.main.headings
    assert page.title == f"{heading} · South-South City Exchange"


def test_stop_flooding_a_mailbox_with_links(client, account):
    """The limit is the same for an address without an account."""
    for email in (account.email, "absent@example.org"):
        asked = [client.post("/accounts/password/reset/", {"email": email}) for _ in range(6)]
        assert [response.status_code for response in asked] == [302] * 5 + [429]

    assert len(run_queue()) == 10


@pytest.mark.parametrize(
    ("proxies", "forwarded", "counted"),
    [
        (0, "198.51.100.7", "203.0.113.1"),
        (1, "198.51.100.7", "198.51.100.7"),
        (1, "192.0.2.66, 198.51.100.7", "198.51.100.7"),
        (2, "192.0.2.66, 198.51.100.7, 10.0.0.1", "198.51.100.7"),
        (1, "", "203.0.113.1"),
    ],
)
def test_trust_only_the_configured_proxies(rf, settings, proxies, forwarded, counted):
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = proxies
    headers = {"x-forwarded-for": forwarded} if forwarded else {}
    request = rf.post(LOGIN, headers=headers, REMOTE_ADDR="203.0.113.1")

    assert get_adapter().get_client_ip(request) == counted
