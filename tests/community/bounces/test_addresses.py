"""Which reports are stored, what ends them, and that they end with the address."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from community.bounces import addresses
from community.bounces.addresses import (
    clear,
    forget,
    is_returned,
    record,
    return_path,
    sent_at,
    token_of,
)
from community.models import Bounce, BounceKind
from community.privacy.actions import delete_account
from tests.factories import SpeakerFactory
from tests.races import at_once

ADDRESS = "member@example.org"
RETURNED, SPAM = BounceKind.RETURNED, BounceKind.SPAM


@pytest.fixture
def held(member):
    member.email = ADDRESS
    member.save(update_fields=["email"])
    return member


def bounces() -> list[tuple]:
    return [*Bounce.objects.values_list("email", "kind", "status", "cleared_at")]


def ago(**length):
    return timezone.now() - timedelta(**length)


def test_record_once(held):
    assert record(email="Member@Example.org", kind=RETURNED, at=ago(hours=1), status="5.1.1")
    assert not record(email=ADDRESS, kind=RETURNED, at=timezone.now(), status="5.1.2")
    assert bounces() == [(ADDRESS, "returned", "5.1.1", None)]
    assert is_returned("MEMBER@example.org")
    assert not is_returned("other@example.org")


def test_complaint_replaces_a_returned_email(held):
    record(email=ADDRESS, kind=RETURNED, at=ago(hours=1), status="5.1.1")
    assert record(email=ADDRESS, kind=SPAM, at=timezone.now())
    assert bounces() == [(ADDRESS, "spam", "", None)]


@pytest.mark.django_db
def test_store_nothing_about_unknown_addresses():
    assert not record(email="nobody@example.org", kind=RETURNED, at=timezone.now())
    assert not record(email="", kind=RETURNED, at=timezone.now())
    assert bounces() == []


def test_ignore_reports_about_emails_from_before_it_was_cleared(held):
    sent = ago(hours=1)
    record(email=ADDRESS, kind=RETURNED, at=sent)
    clear(email=ADDRESS)
    assert not is_returned(ADDRESS)
    assert not record(email=ADDRESS, kind=RETURNED, at=sent)
    assert not is_returned(ADDRESS)

    assert record(email=ADDRESS, kind=RETURNED, at=timezone.now(), status="5.1.1")
    assert bounces() == [(ADDRESS, "returned", "5.1.1", None)]


def test_time_in_the_future_is_now(held):
    """Otherwise no later report would count."""
    record(email=ADDRESS, kind=RETURNED, at=timezone.now() + timedelta(days=900))
    assert Bounce.objects.get().reported_at <= timezone.now()


def test_clear_again_is_harmless(held):
    clear(email=ADDRESS)
    record(email=ADDRESS, kind=RETURNED, at=timezone.now())
    clear(email=ADDRESS)
    [first] = bounces()
    clear(email=ADDRESS)
    assert bounces() == [first]


def test_forget_addresses_of_nobody(held):
    speaker = SpeakerFactory(email="Speaker@example.org")
    for address in (ADDRESS, "speaker@example.org"):
        assert record(email=address, kind=RETURNED, at=timezone.now())
    assert forget() == 0

    speaker.email = ""
    speaker.save()
    assert forget() == 1
    assert [email for email, *_rest in bounces()] == [ADDRESS]


def test_deleting_the_account_deletes_it(held):
    record(email=ADDRESS, kind=RETURNED, at=timezone.now())
    delete_account(member=held, by=held, erase=True)
    assert bounces() == []
    # A late report about an email to the former member.
    assert not record(email=ADDRESS, kind=RETURNED, at=timezone.now())


@pytest.mark.django_db(transaction=True)
def test_record_two_reports_at_once(held):
    changed = []

    def report():
        changed.append(record(email=ADDRESS, kind=RETURNED, at=timezone.now(), status="5.1.1"))

    assert at_once(*[report] * 4) == ["done"] * 4
    assert sorted(changed) == [False, False, False, True]
    assert bounces() == [(ADDRESS, "returned", "5.1.1", None)]


@pytest.mark.parametrize(
    ("name", "values"),
    [
        ("bounce_email_unique", {"email": ADDRESS.upper(), "kind": SPAM}),
        ("bounce_kind_known", {"email": "x@example.org", "kind": "lost"}),
    ],
)
def test_refuse_write_against_constraint(held, name, values):
    record(email=ADDRESS, kind=RETURNED, at=timezone.now())
    with pytest.raises(IntegrityError) as refusal, transaction.atomic():
        Bounce.objects.create(reported_at=timezone.now(), **values)
    assert refusal.value.__cause__.diag.constraint_name == name


EMAIL = "Member@example.org"


@pytest.fixture(autouse=True)
def _address(settings):
    settings.BOUNCE_ADDRESS = "bounces@exchange.example"


def test_token_survives_mail_servers_that_change_the_case():
    # Tokens have whole seconds.
    began = timezone.now() - timedelta(seconds=1)
    path = return_path(EMAIL)
    name, _at, domain = path.partition("@")
    assert (name.partition("+")[0], domain) == ("bounces", "exchange.example")
    assert len(name) <= 64
    for seen in (path, path.upper()):
        at = sent_at(token_of(seen), "member@EXAMPLE.org")
        assert began < at <= timezone.now()


def test_token_is_valid_for_its_recipient_only():
    assert sent_at(token_of(return_path(EMAIL)), "another@example.org") is None


@pytest.mark.parametrize("token", ["", "a", "a" * 23, "1" * 23, "ı" * 23, "a" * 24, "=" * 23])
def test_token_of_others_is_refused(token):
    assert sent_at(token, EMAIL) is None


def test_changed_time_is_refused():
    token = token_of(return_path(EMAIL))
    assert sent_at(("b" if token[0] != "b" else "c") + token[1:], EMAIL) is None


def test_token_expires(monkeypatch):
    token = token_of(return_path(EMAIL))
    monkeypatch.setattr(addresses, "HOLDS_FOR", timedelta(0))
    assert sent_at(token, EMAIL) is None


def test_token_of_the_previous_key(settings):
    token = token_of(return_path(EMAIL))
    old, settings.SECRET_KEY = (
        settings.SECRET_KEY,
        "another key of fifty characters, for the tests only",
    )
    assert sent_at(token, EMAIL) is None
    settings.SECRET_KEY_FALLBACKS = [old]
    assert sent_at(token, EMAIL) is not None


def test_no_return_path_if_it_is_off(settings):
    path = return_path(EMAIL)
    settings.BOUNCE_ADDRESS = ""
    assert return_path(EMAIL) == ""
    assert token_of(path) is None
    assert token_of("+@") is None


@pytest.mark.parametrize(
    "address", ["", "bounces@exchange.example.org", "reply+x@exchange.example", "x"]
)
def test_other_addresses_are_no_return_paths(address):
    assert token_of(address) is None
