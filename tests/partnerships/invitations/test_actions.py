"""Inviting a city that nobody represents."""

from datetime import timedelta

import pytest
from django.core import mail
from django.db import IntegrityError, transaction

from community.models import Notification
from partnerships.invitations import actions, emails, links
from partnerships.models import CityInvitation, InvitationStatus, Representation
from repository.dates import clock
from repository.models import City
from repository.places import gazetteer
from repository.workflow import ActionRefused
from tests.community.conftest import run_queue
from tests.factories import (
    CityFactory,
    CityInvitationFactory,
    CountryFactory,
    PartnershipRequestFactory,
    RepresentationFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db

CONTACT = {
    "office": "Department of trade",
    "name": "Sample contact",
    "email": "Trade@nakuru.example",
    "source": "https://nakuru.example/trade",
    "message": "Cotonou looks for a partner.",
}
ERASED = ("", "", "")


@pytest.fixture
def asked():
    return PartnershipRequestFactory(opened=True, city__name="Cotonou")


@pytest.fixture
def nakuru():
    return CityFactory(name="Nakuru")


@pytest.fixture
def officer():
    """Who has confirmed the address that was written to."""
    return confirmed(UserFactory(email="trade@nakuru.example"))


def confirmed(member):
    member.emailaddress_set.create(email=member.email, verified=True, primary=True)
    return member


def write(asked, city, broker, **changes):
    return actions.write(partnership_request=asked, city=city, by=broker, **CONTACT | changes)


def contact_of(invitation):
    invitation.refresh_from_db()
    return (invitation.name, invitation.email, invitation.message)


def test_name_the_broker_who_receives_the_answers(asked, nakuru, broker):
    write(asked, nakuru, broker)
    [message] = run_queue()
    assert message.extra_headers["Reply-To"] == broker.email
    assert f"{broker.get_short_name()}\nBroker, South-South City Exchange" in message.body


def test_name_no_broker_whose_account_is_closed(asked, nakuru, broker):
    broker.is_active = False
    invitation = CityInvitationFactory(request=asked, city=nakuru, created_by=broker)
    emails.send(invitation)
    [message] = run_queue()
    assert "Reply-To" not in message.extra_headers
    assert broker.get_short_name() not in message.body


def test_write_sends_one_message_with_the_link(asked, nakuru, broker):
    invitation = write(asked, nakuru, broker)
    # A double click.
    assert write(asked, nakuru, broker) == invitation
    [message] = run_queue()
    assert (message.to, message.subject) == (
        ["trade@nakuru.example"],
        "Would you like to represent Nakuru?",
    )
    for words in ("Dear Sample contact,", CONTACT["message"], CONTACT["source"]):
        assert words in message.body
    token = message.body.split("/partnerships/invitations/")[1].split("/")[0]
    assert links.invitation_from(token) == invitation
    assert invitation.status == InvitationStatus.WRITTEN


def test_write_in_the_language_of_the_office(asked, nakuru, broker):
    write(asked, nakuru, broker, language="fr", name="")
    [message] = run_queue()
    # The texts of this page are English until they are translated; the frame is rendered.
    assert CONTACT["message"] in message.body
    assert CityInvitation.objects.get().language == "fr"


def test_write_to_a_city_of_the_gazetteer(asked, broker):
    CountryFactory(iso2="RW")
    kigali = gazetteer.find("Kigali", "RW")[0]
    assert write(asked, kigali, broker).city == City.objects.get(geoname_id=kigali.geoname_id)


def test_refuse_a_city_that_somebody_represents(asked, nakuru, broker):
    RepresentationFactory(city=nakuru)
    with pytest.raises(ActionRefused, match="already represented"):
        write(asked, nakuru, broker)
    assert not CityInvitation.objects.exists()


def test_refuse_a_second_office_while_the_first_can_answer(asked, nakuru, broker):
    first = write(asked, nakuru, broker)
    with pytest.raises(ActionRefused, match="Nakuru has already been invited"):
        write(asked, nakuru, broker, email="mayor@nakuru.example")
    actions.revoke(invitation=first, by=broker)
    assert write(asked, nakuru, broker, email="mayor@nakuru.example") != first


@pytest.mark.parametrize("name", ["office", "source", "message"])
def test_refuse_without_office_source_or_message(asked, nakuru, broker, name):
    with pytest.raises(ActionRefused, match="Enter the office"):
        write(asked, nakuru, broker, **{name: " "})


def test_refuse_the_city_of_the_request_a_closed_request_and_others_than_brokers(
    asked, nakuru, broker, moderator, member
):
    with pytest.raises(ActionRefused, match="Choose a different city"):
        write(asked, asked.city, broker)
    for person in (member, moderator):
        with pytest.raises(ActionRefused, match="Only brokers"):
            write(asked, nakuru, person)
    asked.status = "expired"
    asked.save()
    with pytest.raises(ActionRefused, match="isn’t looking for partners"):
        write(asked, nakuru, broker)
    assert mail.outbox == []


def test_refuse_a_broker_who_wrote_the_request(asked, nakuru, broker):
    """They may have resigned as its focal point since."""
    asked.created_by = broker
    asked.save()
    with pytest.raises(ActionRefused, match="You wrote this request"):
        write(asked, nakuru, broker)
    assert mail.outbox == []


def test_refuse_a_broker_who_speaks_for_the_city_of_the_request(asked, nakuru, broker):
    RepresentationFactory(member=broker, city=asked.city)
    with pytest.raises(ActionRefused, match="nother broker"):
        write(asked, nakuru, broker)


def test_accept_with_the_address_that_was_written_to(asked, nakuru, broker, officer):
    invitation = write(asked, nakuru, broker)
    given = actions.accept(invitation=invitation, position="Head of trade", by=officer)
    assert (given.status, given.city, given.position, given.until) == (
        "approved",
        nakuru,
        "Head of trade",
        None,
    )
    assert contact_of(invitation) == ERASED
    assert (invitation.status, invitation.member) == (InvitationStatus.ANSWERED, officer)
    told = Notification.objects.get(member=broker)
    assert (told.event, told.details) == (
        "invitation.accepted",
        {"invitation": str(invitation.pk)},
    )
    # A double click.
    assert actions.accept(invitation=invitation, position="Head of trade", by=officer) == given
    assert Representation.objects.count() == 1


def test_accept_with_another_address_asks_a_broker(asked, nakuru, broker, member):
    invitation = write(asked, nakuru, broker)
    given = actions.accept(invitation=invitation, position="Clerk", by=confirmed(member))
    assert (given.status, given.official_email, given.note) == (
        "asked",
        "trade@nakuru.example",
        "Invited by a broker: Department of trade.",
    )
    assert not Representation.objects.current().exists()


def test_accept_with_the_address_before_it_is_confirmed_asks_a_broker(asked, nakuru, broker):
    member = UserFactory(email="trade@nakuru.example")
    member.emailaddress_set.create(email=member.email, verified=False, primary=True)
    invitation = write(asked, nakuru, broker)
    assert actions.accept(invitation=invitation, position="Clerk", by=member).status == "asked"


def test_a_broker_does_not_let_themselves_speak(asked, nakuru, broker):
    confirmed(broker)
    invitation = write(asked, nakuru, broker, email=broker.email)
    given = actions.accept(invitation=invitation, position="Clerk", by=broker)
    assert given.status == "asked"


@pytest.mark.parametrize("state", ["asked", "over", "current"])
def test_accept_with_an_earlier_representation(asked, nakuru, broker, officer, state):
    invitation = write(asked, nakuru, broker)
    traits = {
        "asked": {"asked": True},
        "over": {"until": clock.today() - timedelta(days=1)},
        "current": {},
    }[state]
    before = RepresentationFactory(member=officer, city=nakuru, **traits)
    given = actions.accept(invitation=invitation, position="Head of trade", by=officer)
    assert given.is_current
    assert (given == before) == (state != "over")
    before.refresh_from_db()
    assert before.status == ("ended" if state == "over" else "approved")


def test_decline_erases_the_contact_at_once(asked, nakuru, broker):
    invitation = write(asked, nakuru, broker)
    actions.decline(invitation=invitation, words="Ask the chamber of commerce.")
    assert contact_of(invitation) == ERASED
    assert (invitation.status, invitation.words) == (
        InvitationStatus.DECLINED,
        "Ask the chamber of commerce.",
    )
    assert Notification.objects.get(member=broker).event == "invitation.declined"
    history = invitation.events.model._meta.get_fields()
    assert {"name", "email", "message"} & {field.name for field in history} == set()


def ended(invitation, how, broker):
    if how == "declined":
        actions.decline(invitation=invitation)
    elif how == "revoked":
        actions.revoke(invitation=invitation, by=broker)
    else:
        CityInvitation.objects.update(written_at=clock.now() - links.HOLDS_FOR)
        assert actions.lapse_due() == 1


@pytest.mark.parametrize("how", ["declined", "revoked", "lapsed"])
def test_refuse_all_once_it_has_ended(asked, nakuru, broker, officer, how):
    invitation = write(asked, nakuru, broker)
    ended(invitation, how, broker)
    assert contact_of(invitation) == ERASED
    assert invitation.status == how
    for act in (
        lambda: actions.accept(invitation=invitation, position="Clerk", by=officer),
        lambda: actions.decline(invitation=invitation),
        lambda: actions.revoke(invitation=invitation, by=broker),
        lambda: actions.remind(invitation=invitation, by=broker),
    ):
        with pytest.raises(ActionRefused):
            act()
    assert not Representation.objects.exists()


def test_accept_by_somebody_else_is_refused(asked, nakuru, broker, officer, member):
    invitation = write(asked, nakuru, broker)
    actions.accept(invitation=invitation, position="Head of trade", by=officer)
    with pytest.raises(ActionRefused, match="has ended"):
        actions.accept(invitation=invitation, position="Clerk", by=member)


def test_remind_once(asked, nakuru, broker):
    invitation = write(asked, nakuru, broker)
    run_queue()
    assert actions.remind_due() == 0
    CityInvitation.objects.update(written_at=clock.now() - actions.REMINDED_AFTER)
    assert (actions.remind_due(), actions.remind_due()) == (1, 0)
    [message] = run_queue()
    assert message.subject == "Reminder: would you like to represent Nakuru?"
    assert "This is our only reminder." in message.body
    with pytest.raises(ActionRefused, match="You can’t send a reminder because the status is"):
        actions.remind(invitation=invitation, by=broker)


def test_a_reminder_leaves_time_to_answer(asked, nakuru, broker):
    invitation = write(asked, nakuru, broker)
    actions.remind(invitation=invitation, by=broker)
    CityInvitation.objects.update(written_at=clock.now() - links.HOLDS_FOR)
    assert actions.lapse_due() == 0
    CityInvitation.objects.update(reminded_at=clock.now() - links.HOLDS_FOR)
    assert actions.lapse_due() == 1
    assert Notification.objects.get(member=broker).event == "invitation.lapsed"


def test_find_invitations_by_confirmed_addresses_alone(asked, nakuru, broker, officer, member):
    invitation = write(asked, nakuru, broker)
    member.emailaddress_set.create(email="trade@nakuru.example", verified=False)
    assert list(CityInvitation.objects.addressed_to(officer)) == [invitation]
    assert not CityInvitation.objects.addressed_to(member).exists()
    actions.decline(invitation=invitation)
    assert not CityInvitation.objects.addressed_to(officer).exists()


@pytest.mark.parametrize("name", ["name", "email", "message"])
def test_refuse_to_store_a_contact_after_the_end(name):
    invitation = CityInvitationFactory(ended=True)
    with (
        pytest.raises(IntegrityError, match="city_invitation_ended_without_contact"),
        transaction.atomic(),
    ):
        CityInvitation.objects.filter(pk=invitation.pk).update(**{name: "x@example.org"})
