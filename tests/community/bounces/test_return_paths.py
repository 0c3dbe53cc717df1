"""Return paths: valid for one recipient, for two weeks, and only if we made them."""

from datetime import timedelta

import pytest
from django.utils import timezone

from community.bounces import return_paths
from community.bounces.return_paths import return_path, sent_at, token_of

ADDRESS = "Member@example.org"


@pytest.fixture(autouse=True)
def _address(settings):
    settings.BOUNCE_ADDRESS = "bounces@exchange.example"


def test_token_survives_mail_servers_that_change_the_case():
    # Tokens have whole seconds.
    began = timezone.now() - timedelta(seconds=1)
    path = return_path(ADDRESS)
    name, _at, domain = path.partition("@")
    assert (name.partition("+")[0], domain) == ("bounces", "exchange.example")
    assert len(name) <= 64
    for seen in (path, path.upper()):
        at = sent_at(token_of(seen), "member@EXAMPLE.org")
        assert began < at <= timezone.now()


def test_token_is_valid_for_its_recipient_only():
    assert sent_at(token_of(return_path(ADDRESS)), "another@example.org") is None


@pytest.mark.parametrize("token", ["", "a", "a" * 23, "1" * 23, "ı" * 23, "a" * 24, "=" * 23])
def test_token_of_others_is_refused(token):
    assert sent_at(token, ADDRESS) is None


def test_changed_time_is_refused():
    token = token_of(return_path(ADDRESS))
    assert sent_at(("b" if token[0] != "b" else "c") + token[1:], ADDRESS) is None


def test_token_expires(monkeypatch):
    token = token_of(return_path(ADDRESS))
    monkeypatch.setattr(return_paths, "HOLDS_FOR", timedelta(0))
    assert sent_at(token, ADDRESS) is None


def test_token_of_the_previous_key(settings):
    token = token_of(return_path(ADDRESS))
    old, settings.SECRET_KEY = (
        settings.SECRET_KEY,
        "another key of fifty characters, for the tests only",
    )
    assert sent_at(token, ADDRESS) is None
    settings.SECRET_KEY_FALLBACKS = [old]
    assert sent_at(token, ADDRESS) is not None


def test_no_return_path_if_it_is_off(settings):
    path = return_path(ADDRESS)
    settings.BOUNCE_ADDRESS = ""
    assert return_path(ADDRESS) == ""
    assert token_of(path) is None
    assert token_of("+@") is None


@pytest.mark.parametrize(
    "address", ["", "bounces@exchange.example.org", "reply+x@exchange.example", "x"]
)
def test_other_addresses_are_no_return_paths(address):
    assert token_of(address) is None
