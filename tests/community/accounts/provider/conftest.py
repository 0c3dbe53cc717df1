from urllib.parse import urlsplit

import pytest
import requests
from django.test import Client

from tests.openid_provider import CALLBACK, provider_of
from tests.page import page_of

START = "/accounts/provider/"


@pytest.fixture
def provider(settings):
    with provider_of(settings) as provider:
        yield provider


@pytest.fixture
def client():
    """A browser in which nobody has shown a second factor."""
    return Client()


def way_back(client, path=START, **sent) -> str:
    """Go to the provider, and return the path that leads back from there."""
    page = page_of(client.post(path, sent))
    assert page.status == 200
    address = page.one("main a.button")["href"]
    answer = requests.get(address, allow_redirects=False, timeout=120)
    assert answer.status_code == 302, answer.text
    parts = urlsplit(answer.headers["Location"])
    assert parts.path == CALLBACK
    return f"{parts.path}?{parts.query}"


def enter(client, path=START, **sent):
    """Sign in at the provider; return the response of the page to which it leads back."""
    return client.get(way_back(client, path, **sent))


def user_in(client) -> str | None:
    return client.session.get("_auth_user_id")
