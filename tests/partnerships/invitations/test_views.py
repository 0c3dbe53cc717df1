"""The page of an invitation, by the link of the message."""

from datetime import timedelta

import pytest
from django.core import signing

from partnerships.invitations import actions, links
from partnerships.models import CityInvitation, InvitationStatus, Representation
from tests.factories import (
    CityFactory,
    CityInvitationFactory,
    InterestFactory,
    MatchFactory,
    PartnershipRequestFactory,
    UserFactory,
)
from tests.page import page_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def invitation():
    asked = PartnershipRequestFactory(opened=True, title="Parcels by rail", city__name="Cotonou")
    return CityInvitationFactory(request=asked, city=CityFactory(name="Nakuru", slug="nakuru"))


@pytest.fixture
def officer():
    member = UserFactory(email="trade@nakuru.example")
    member.emailaddress_set.create(email=member.email, verified=True, primary=True)
    return member


def test_visitors_read_it_and_make_an_account(client, invitation):
    path = links.path(invitation)
    page = page_of(client.get(path))
    assert "Nakuru" in page.one("h1").text
    assert page.one("#asked").text == "Parcels by rail"
    sign_up = page.link("Create an account")
    [form] = [form for form in page_of(client.get(sign_up)).forms if "email" in form.fields]
    assert form.fields["email"] == "trade@nakuru.example"
    assert client.post(path, {"position": "Head", "accept": ""}).url.startswith("/accounts/login/")
    assert not Representation.objects.exists()


def test_what_only_brokers_may_read_is_not_shown(client, invitation):
    invitation.request.visibility = "brokers"
    invitation.request.save()
    assert "Parcels by rail" not in page_of(client.get(links.path(invitation))).text


def test_accept_and_go_on_to_the_profile_and_the_request(client, invitation, officer):
    client.force_login(officer)
    path = links.path(invitation)
    answer = client.post(path, {"position": "Head of trade", "accept": ""}, follow=True)
    page = page_of(answer)
    assert page.outcomes == ["success"]
    profile = page.link("Check the city’s profile")
    assert profile.startswith("/partnerships/cities/nakuru/profile/?next=")
    form = page_of(client.get(profile)).form(profile)
    assert client.post(profile, form.fields).url == path
    page = page_of(client.get(path))
    assert [each.text for each in page.select("ol .state")] == ["Done"]
    asked = invitation.request
    assert page.link("Answer the request") == f"/partnerships/requests/{asked.pk}/interest/"
    InterestFactory(match=MatchFactory(request=asked, city=invitation.city, origin="interest"))
    page = page_of(client.get(path))
    assert [each.text for each in page.select("ol .state")] == ["Done", "Answered"]


def test_profile_leads_to_no_other_site(client, invitation, officer):
    client.force_login(officer)
    actions.accept(invitation=invitation, position="Head of trade", by=officer)
    profile = "/partnerships/cities/nakuru/profile/?next=https://example.org/"
    form = page_of(client.get(profile)).form(profile)
    assert client.post(profile, form.fields).url == "/cities/nakuru/"


def test_accept_without_a_position(client, invitation, officer):
    client.force_login(officer)
    page = page_of(client.post(links.path(invitation), {"position": " ", "accept": ""}))
    assert page.one(".field-error").text == "This field is required."
    assert not Representation.objects.exists()


def test_accept_from_another_address_waits_for_a_broker(client, invitation, member):
    client.force_login(member)
    path = links.path(invitation)
    page = page_of(client.post(path, {"position": "Clerk", "accept": ""}, follow=True))
    assert page.main.forms == []


def test_decline_without_an_account(client, invitation):
    path = links.path(invitation)
    answer = client.post(path, {"decline": "", "words": "Ask the chamber."}, follow=True)
    page = page_of(answer)
    assert page.outcomes == ["success"]
    assert page.main.forms == []
    invitation.refresh_from_db()
    assert (invitation.status, invitation.words) == (
        InvitationStatus.DECLINED,
        "Ask the chamber.",
    )
    # Pressed twice: it says that it has ended.
    assert page_of(client.post(path, {"decline": ""})).one("h1").text == page.one("h1").text


def test_opening_the_link_changes_nothing(client, invitation):
    path = links.path(invitation)
    client.get(f"{path}?decline=")
    client.head(path)
    invitation.refresh_from_db()
    assert invitation.is_open


@pytest.mark.parametrize("status", ["answered", "declined", "revoked", "lapsed"])
def test_an_ended_invitation_names_nobody(client, invitation, status, officer, member):
    contact = invitation.name
    CityInvitation.objects.update(
        status=status, ended_at=invitation.written_at, name="", email="", message="", member=officer
    )
    client.force_login(member)
    page = page_of(client.get(links.path(invitation)))
    assert page.main.forms == []
    assert contact not in page.html
    client.post(links.path(invitation), {"position": "Clerk", "accept": ""})
    assert not Representation.objects.exists()


def test_an_expired_and_a_wrong_link(client, invitation, monkeypatch):
    path = links.path(invitation)
    wrong = client.get("/partnerships/invitations/wrong/")
    assert (wrong.status_code, page_of(wrong).main.forms) == (410, [])
    real = signing.time.time
    later = links.HOLDS_FOR + timedelta(minutes=1)
    monkeypatch.setattr(signing.time, "time", lambda: real() + later.total_seconds())
    for answer in (client.get(path), client.post(path, {"decline": ""})):
        assert answer.status_code == 410
    invitation.refresh_from_db()
    assert invitation.is_open


def test_desk_of_a_member_shows_the_invitation(client, invitation, officer):
    client.force_login(officer)
    page = page_of(client.get("/desk/"))
    [path] = {href for _text, href in page.links if href.startswith("/partnerships/invitations/")}
    assert client.get(path).context["invitation"] == invitation
