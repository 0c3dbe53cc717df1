import pytest
from hypothesis import given
from hypothesis import strategies as st

from partnerships.replies.addresses import read_address, reply_address


@pytest.fixture(autouse=True)
def _settings(settings):
    settings.REPLY_ADDRESS = "reply@exchange.example"


@pytest.mark.parametrize(("member", "match"), [(1, 1), (12, 345), (2**47, 2**48 - 1)])
def test_read_an_address(member, match):
    address = reply_address(member, match)
    assert len(address.partition("@")[0]) == len("reply+") + 36
    assert read_address(address) == (member, match)
    assert read_address(address.upper()) == (member, match)
    assert read_address(f'"Exchange" <{address}>') == (member, match)


def test_the_longest_name_leaves_a_valid_address(settings):
    settings.REPLY_ADDRESS = f"{'r' * 27}@exchange.example"
    assert len(reply_address(1, 1).partition("@")[0]) == 64


def test_an_address_is_of_one_member_and_match():
    assert len({reply_address(member, match) for member in (1, 2) for match in (1, 2)}) == 4


def test_every_character_is_signed():
    name, _at, domain = reply_address(7, 9).partition("@")
    # The last character also holds four bits that say nothing.
    for place in range(len("reply+"), len(name) - 1):
        other = "a" if name[place] != "a" else "b"
        assert read_address(f"{name[:place]}{other}{name[place + 1 :]}@{domain}") is None


def test_addresses_of_another_key(settings):
    address = reply_address(1, 2)
    old, settings.SECRET_KEY = settings.SECRET_KEY, "another"
    assert read_address(address) is None
    settings.SECRET_KEY_FALLBACKS = [old]
    assert read_address(address) == (1, 2)


def test_no_address_without_the_setting(settings):
    address = reply_address(1, 2)
    settings.REPLY_ADDRESS = ""
    assert (reply_address(1, 2), read_address(address)) == ("", None)


def test_addresses_that_were_sent_stay_valid(settings):
    settings.SECRET_KEY = "a key of the tests, which never changes"
    assert read_address("reply+aaaaaaaaaeaaaaaaaabnx5rugarp5n5pblnq@exchange.example") == (1, 2)


@given(st.text(max_size=80))
def test_read_any_address(text):
    assert read_address(text) is None
    assert read_address(f"reply+{text}@exchange.example") is None
