"""Attempts to sign in with a wrong password."""

LOGIN = "/accounts/login/"


def try_in(client, email, address="203.0.113.1"):
    form = {"login": email, "password": "a wrong password"}
    return client.post(LOGIN, form, REMOTE_ADDR=address)
