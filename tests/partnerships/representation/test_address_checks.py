"""Confirming an official address by a message to it."""

import re
from datetime import timedelta

import pytest
from django.core import signing
from django.utils import timezone

from community.models import Notification
from partnerships.models import AddressCheck
from partnerships.representation import address_checks
from partnerships.representation.addresses import LINK
from repository.workflow import ActionRefused
from tests.community.conftest import run_queue
from tests.conftest import staff
from tests.desk_client import DeskClient
from tests.factories import AddressCheckFactory, RepresentationFactory
from tests.page import page_of
from tests.races import race

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


@pytest.fixture
def asked(member):
    return RepresentationFactory(
        member=member,
        place="Kisumu",
        asked=True,
        official_email="Trade@city.example",
        position="Head\r\nBcc: all@example.org",
    )


@pytest.fixture
def desk(broker):
    client = DeskClient()
    client.force_login(broker)
    return client


def review(row) -> str:
    return f"/admin/review/representation/{row.pk}/"


def send(desk, row):
    url = f"/admin/partnerships/representation/{row.pk}/check-address/"
    return page_of(desk.post(url, follow=True))


def link_in(message) -> str:
    [link] = re.findall(r"https?://[^/]+(/\S*partnerships/addresses/\S+)", message.body)
    return link


def record(desk, row) -> str:
    return page_of(desk.get(review(row))).one("article dl").text


def age(**delta) -> None:
    AddressCheck.objects.update(sent_at=timezone.now() - timedelta(**delta))


def test_send_open_and_confirm(desk, client, asked, member, broker):
    page = page_of(desk.get(review(asked)))
    assert page.form(f"/admin/partnerships/representation/{asked.pk}/check-address/").buttons
    page = send(desk, asked)
    assert page.outcomes == ["success"]
    assert "Trade@city.example" not in page.html
    [message] = run_queue()
    assert message.to == ["Trade@city.example"]
    assert message.subject == "Confirm this address for Kisumu"
    assert f"{member.get_short_name()} (Head Bcc: all@example[.]org) has requested" in message.body
    assert f"{timezone.localdate().day} {timezone.localdate():%B %Y}" in record(desk, asked)
    link = link_in(message)
    page = page_of(client.get(link))
    assert [form.method for form in page.main.forms] == ["post"]
    # Opening the link, as programs that check messages do, confirms nothing.
    assert not AddressCheck.objects.confirmed().exists()
    page = page_of(client.post(link, follow=True))
    assert page.outcomes == ["success"]
    assert page.main.forms == []
    day = timezone.localdate()
    assert f"confirmed on {day.day} {day:%B %Y}" in record(desk, asked)
    assert AddressCheck.objects.get().email == "Trade@city.example"
    notice = Notification.objects.get(event="representation.address-confirmed")
    assert notice.member == broker
    # A second click is harmless.
    before = AddressCheck.objects.get().confirmed_at
    assert client.post(link).status_code == 302
    assert AddressCheck.objects.get().confirmed_at == before
    assert Notification.objects.filter(event="representation.address-confirmed").count() == 1
    assert send(desk, asked).outcomes == ["error"]


def test_the_number_of_messages_is_limited(desk, asked):
    send(desk, asked)
    assert send(desk, asked).outcomes == ["error"]
    # Nor by another member who states the same address.
    other = RepresentationFactory(asked=True, official_email="trade@CITY.example")
    assert send(desk, other).outcomes == ["error"]
    for _time in range(2):
        age(days=1)
        send(desk, asked)
    age(days=1)
    assert send(desk, other).outcomes == ["error"]
    assert len(run_queue()) == 3
    age(days=31)
    assert send(desk, asked).outcomes == ["success"]


@pytest.mark.parametrize(
    "values",
    [
        {"official_email": ""},
        {"status": "declined"},
        {"status": "withdrawn"},
        {"status": "approved", "since": timezone.localdate() - DAY,
         "until": timezone.localdate() - DAY},
    ],
)  # fmt: skip
def test_no_message_in_the_wrong_state(desk, asked, values):
    type(asked).objects.filter(pk=asked.pk).update(**values)
    page = page_of(desk.get(review(asked)))
    assert [form.action for form in page.forms if "check-address" in form.action] == []
    assert send(desk, asked).outcomes == ["error"]
    assert run_queue() == []


def test_messages_are_sent_by_another_broker(desk, broker, asked, client, moderator):
    asked.member = broker
    asked.save()
    assert send(desk, asked).outcomes == ["error"]
    url = f"/admin/partnerships/representation/{asked.pk}/check-address/"
    assert desk.get(url).status_code == 405
    stranger = DeskClient()
    stranger.force_login(moderator)
    assert stranger.post(url).status_code == 403
    assert client.post(url).url.startswith("/accounts/login/")
    assert run_queue() == []


@pytest.mark.parametrize("status", ["declined", "ended", "withdrawn"])
def test_the_link_ends_with_the_representation(client, asked, status):
    check = AddressCheckFactory(representation=asked)
    type(asked).objects.filter(pk=asked.pk).update(status=status)
    link = LINK.path(check.pk)
    assert page_of(client.get(link)).main.forms == []
    page = page_of(client.post(link, follow=True))
    assert page.outcomes == ["error"]
    assert not AddressCheck.objects.confirmed().exists()


def test_the_link_ends_when_the_address_changes(desk, client, asked):
    check = AddressCheckFactory(representation=asked)
    link = LINK.path(check.pk)
    type(asked).objects.filter(pk=asked.pk).update(official_email="other@city.example")
    assert client.get(link).status_code == client.post(link).status_code == 410
    assert not AddressCheck.objects.confirmed().exists()
    # What was confirmed before says nothing about the new address.
    age(days=1)
    AddressCheck.objects.update(confirmed_at=timezone.now())
    assert "not confirmed: we don’t know" in record(desk, asked)


def test_the_link_expires(client, asked, monkeypatch):
    check = AddressCheckFactory(representation=asked)
    link = LINK.path(check.pk)
    assert page_of(client.get(link)).main.forms
    age(days=15)
    assert page_of(client.get(link)).main.forms == []
    with pytest.raises(ActionRefused):
        address_checks.confirm(check=AddressCheck.objects.get())
    # So does its signature.
    AddressCheck.objects.update(sent_at=timezone.now())
    now = signing.time.time
    monkeypatch.setattr(signing.time, "time", lambda: now() + 15 * 86_400)
    assert client.get(link).status_code == 410


def test_other_tokens_open_nothing(client, asked):
    check = AddressCheckFactory(representation=asked)
    of_another_link = signing.dumps([check.pk], salt="partnerships.invitation")
    for token in ("x", "W10:1", LINK.sign(0), of_another_link):
        path = f"/partnerships/addresses/{token}/"
        assert client.get(path).status_code == client.post(path).status_code == 410


def test_pages_are_never_cached(client, asked):
    response = client.get(LINK.path(AddressCheckFactory(representation=asked).pk))
    assert "no-store" in response.headers["Cache-Control"]


def test_one_confirmation_ends_all_links(client, asked):
    first, second = AddressCheckFactory.create_batch(2, representation=asked)
    client.post(LINK.path(first.pk))
    page = page_of(client.post(LINK.path(second.pk), follow=True))
    assert page.one("h1").text == "Email address confirmed"
    assert [*AddressCheck.objects.confirmed()] == [first]


def test_checks_go_with_the_account(asked, member):
    AddressCheckFactory(representation=asked)
    member.delete()
    assert not AddressCheck.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_confirm_twice_at_once(asked):
    first, second = AddressCheckFactory.create_batch(2, representation=asked)
    race(
        asked,
        lambda: address_checks.confirm(check=first),
        lambda: address_checks.confirm(check=second),
    )
    assert AddressCheck.objects.confirmed().count() == 1


@pytest.mark.django_db(transaction=True)
def test_confirm_while_the_request_is_taken_back(asked):
    check = AddressCheckFactory(representation=asked)
    outcomes = race(
        asked,
        lambda: address_checks.confirm(check=check),
        while_waiting=lambda: type(asked).objects.filter(pk=asked.pk).update(status="withdrawn"),
    )
    assert outcomes == ["refused"]
    assert not AddressCheck.objects.confirmed().exists()


@pytest.mark.django_db(transaction=True)
def test_two_brokers_write_to_one_address_at_once(asked, broker):
    """Two members state the address of somebody who may have nothing to do with it."""
    also = RepresentationFactory(asked=True, official_email=asked.official_email.lower())
    another = staff("Brokers", "another")
    outcomes = race(
        asked,
        lambda: address_checks.send_check(representation=asked, by=broker),
        lambda: address_checks.send_check(representation=also, by=another),
    )
    assert outcomes == ["done", "refused"]
    assert AddressCheck.objects.count() == 1
