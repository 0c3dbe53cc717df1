"""Attempts to sign in with a wrong password."""

from community.accounts.adapters import AccountAdapter
from tests.page import page_of

LOGIN = "/accounts/login/"


def try_in(client, email, address="203.0.113.1"):
    form = {"login": email, "password": "a wrong password"}
    return client.post(LOGIN, form, REMOTE_ADDR=address)


def is_locked_out(response) -> bool:
    """Whether the form refuses the attempt because of too many earlier ones."""
    return page_of(response).errors == [AccountAdapter.error_messages["too_many_login_attempts"]]
